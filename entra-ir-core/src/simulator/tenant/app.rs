//! Applications, and how soon they get the events of an account.

use std::fmt;
use std::time::Duration;

/// The longest time in which an event reaches an application (Microsoft page "Continuous access evaluation").
pub(crate) const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);

/// Names an application that users sign in to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum App {
    /// Exchange Online: gets critical events (continuous access evaluation).
    ExchangeOnline,
    /// SharePoint Online: likewise.
    SharePointOnline,
    /// Teams: likewise.
    Teams,
    /// Microsoft Graph: tokens of clients that understand claims challenges are valid for 28 hours, and it
    /// gets no critical events (assumed: the page names it only for the evaluation of policies).
    Graph,
    /// The Office portal, portal.office.com: it gets no events, and relies on its access token.
    OfficePortal,
    /// Any other application that relies on its access token.
    LineOfBusiness,
    /// A web application that keeps its own session for eight hours after a sign-in in a browser. Entra
    /// ID cannot end that.
    WebApp,
}

impl App {
    /// Lists all applications.
    pub const ALL: [Self; 7] = [
        Self::ExchangeOnline,
        Self::SharePointOnline,
        Self::Teams,
        Self::Graph,
        Self::OfficePortal,
        Self::LineOfBusiness,
        Self::WebApp,
    ];

    /// Returns whether the application takes part in continuous access evaluation.
    pub const fn hears_events(self) -> bool {
        matches!(self, Self::ExchangeOnline | Self::SharePointOnline | Self::Teams)
    }

    /// Returns whether its tokens live for more than a day, for clients that understand claims challenges.
    pub(crate) const fn takes_long_tokens(self) -> bool {
        self.hears_events() || matches!(self, Self::Graph)
    }

    /// Returns how long the application's own session in a browser lasts.
    pub(crate) fn own_session(self) -> Option<time::Duration> {
        (self == Self::WebApp).then(|| time::Duration::hours(8))
    }

    /// Returns how long the application treats an unblocked user as blocked (page "Continuous access
    /// evaluation").
    pub(crate) const fn unblocking_lag(self) -> time::Duration {
        match self {
            Self::ExchangeOnline => time::Duration::minutes(40),
            Self::SharePointOnline | Self::Teams => time::Duration::minutes(15),
            _ => time::Duration::ZERO,
        }
    }
}

impl fmt::Display for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ExchangeOnline => "Exchange Online",
            Self::SharePointOnline => "SharePoint Online",
            Self::Teams => "Teams",
            Self::Graph => "Microsoft Graph",
            Self::OfficePortal => "the Office portal",
            Self::LineOfBusiness => "an application without continuous access evaluation",
            Self::WebApp => "a web application with its own session",
        })
    }
}
