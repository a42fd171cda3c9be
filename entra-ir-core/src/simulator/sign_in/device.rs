//! The devices that users sign in on, and what they store.

use crate::ids::ObjectId;

/// Names the kind of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeviceKind {
    /// A hybrid joined Windows client: holds a primary refresh token, by which its browser signs in.
    HybridJoinedWindows,
    /// A Windows client that is joined to the tenant alone: holds a primary refresh token, too.
    JoinedWindows,
    /// A phone that is registered in the tenant: its broker holds a primary refresh token, by which its apps
    /// sign in.
    RegisteredPhone,
    /// A client of iOS, Android, macOS or Linux, or Edge, that the tenant does not know: holds a primary
    /// refresh token all the same, bound to a key that the client made (page "Understanding Primary Refresh
    /// Token").
    Unregistered,
    /// A browser on a machine that the tenant does not know.
    Browser,
    /// The same in private mode: closing it wipes everything, whatever was chosen at sign-in.
    InPrivateBrowser,
    /// An app on a phone: a public client with a refresh token.
    Phone,
    /// The server of a web application that acts for the user: a confidential client with a refresh token.
    WebServer,
}

impl DeviceKind {
    pub(super) const fn has_browser(self) -> bool {
        matches!(
            self,
            Self::HybridJoinedWindows
                | Self::JoinedWindows
                | Self::Unregistered
                | Self::Browser
                | Self::InPrivateBrowser
        )
    }

    pub(super) const fn is_windows(self) -> bool {
        matches!(self, Self::HybridJoinedWindows | Self::JoinedWindows)
    }

    /// Returns whether it can hold a primary refresh token.
    pub(super) const fn has_primary(self) -> bool {
        self.is_windows() || matches!(self, Self::RegisteredPhone | Self::Unregistered)
    }
}

/// Names a device of a sign-in simulation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Device {
    /// The object id in the directory. Devices that the tenant does not know have one here too.
    pub id: ObjectId,
    /// The display name.
    pub name: String,
    /// The kind.
    pub kind: DeviceKind,
}
