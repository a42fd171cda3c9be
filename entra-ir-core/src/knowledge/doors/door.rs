//! A way in, and its state.

use serde::Serialize;
use time::OffsetDateTime;

use super::super::action::Action;
use super::super::claim::Confidence;
use super::super::source::Source;
use super::super::token::TokenClass;
use crate::ids::{MethodId, ObjectId};
use crate::model::{ListedGrant, MethodKind};

/// Describes one way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct Door {
    /// The kind of way in.
    pub kind: DoorKind,
    /// The label; an attacker may have chosen names in it.
    pub label: String,
    /// The state.
    pub state: DoorState,
    /// Why it is in that state.
    pub why: String,
    /// The latest time of its closing, if known; for a held door, the time of what ends it apart from the
    /// block. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub until: Option<OffsetDateTime>,
    /// Of closed and closing sessions: those are meant that began before this moment. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub began_before: Option<OffsetDateTime>,
    /// What would close it; empty for a door that is closed or closing, or that nothing known closes. For a
    /// door that a block holds: what would end it.
    pub closed_by: Vec<Action>,
    /// For an unknown door: the place where a person checks and acts, if known.
    pub place: Option<&'static str>,
    /// Whether Graph cannot show whether it is there, whatever is done and whoever asks: it is never called
    /// closed.
    pub out_of_sight: bool,
    /// Whether a responder made it for the rightful user: a password that was set, a pass that was issued.
    /// The registration that asks for that pass is one, too. It is a way in all the same.
    pub given: bool,
    /// Who says so.
    pub sources: Vec<Source>,
    /// How certain it is.
    pub confidence: Confidence,
}

crate::json::beside!(Door {
    /// Whether it is only held, or will be, by a block or a deletion that can be undone: nothing ends it.
    only_held: bool = |door: &Self| door.state.is_only_held();
});

/// The state of a door, in ascending order of safety. A block holds a door and does not end it: whoever has
/// the session or the method gets in again when sign-in is unblocked. So a door that only a block closes, or
/// the deletion of a device, which can be undone, is [`Held`](Self::Held), never [`Closed`](Self::Closed). If
/// something ends it as well, the end counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "is")]
#[non_exhaustive]
pub enum DoorState {
    /// Whoever has it gets in.
    Open,
    /// Unknown.
    Unknown,
    /// It will be closed at that time at the latest, or held if only a block closes it.
    Closing {
        /// What closes it.
        by: Action,
        /// The time from which it is closed. UTC.
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
        until: OffsetDateTime,
        /// Whether it is only held then: what closes it can be undone, and nothing ends it.
        held: bool,
    },
    /// Something that can be undone or expires, such as a block, suspends it, and nothing has ended it: it
    /// works again afterwards.
    Held {
        /// What holds it.
        by: Action,
        /// The latest time from which it was held. UTC.
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
        since: OffsetDateTime,
    },
    /// It is closed: its access was ended, and lifting a block does not restore it.
    Closed {
        /// What closed it.
        by: Action,
        /// The latest time from which it was closed. UTC.
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
        since: OffsetDateTime,
    },
}

impl DoorState {
    /// Returns the rank of the state: 0 for open, 4 for closed.
    pub const fn rank(&self) -> u8 {
        match self {
            Self::Open => 0,
            Self::Unknown => 1,
            Self::Closing { .. } => 2,
            Self::Held { .. } => 3,
            Self::Closed { .. } => 4,
        }
    }

    /// Returns whether the door is only held, or will be when what holds it has propagated.
    pub const fn is_only_held(&self) -> bool {
        matches!(self, Self::Held { .. } | Self::Closing { held: true, .. })
    }

    /// Returns one word for the state.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Unknown => "unknown",
            Self::Closing { .. } => "closing",
            Self::Held { .. } => "held",
            Self::Closed { .. } => "closed",
        }
    }
}

/// Names a way in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "is")]
#[non_exhaustive]
pub enum DoorKind {
    /// The password from before a reset.
    Password,
    /// A password that was set by an action, for whoever knows it.
    NewPassword {
        /// When it was set. UTC.
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
        set_at: OffsetDateTime,
    },
    /// A method that the snapshot shows.
    Method {
        /// Its type.
        method: MethodKind,
        /// Its id.
        id: MethodId,
    },
    /// A Temporary Access Pass that an action issued.
    AccessPass {
        /// When it was issued. UTC.
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
        issued_at: OffsetDateTime,
    },
    /// The home tenant of a guest: its password, methods and sessions.
    HomeTenant,
    /// Sessions that may have begun since the last revocation, through ways that were still open then.
    SessionsSince,
    /// Sessions, by what keeps them alive.
    Session {
        /// The class of token.
        class: TokenClass,
        /// The device, for a primary refresh token: its object id, or its place in the snapshot if it has
        /// none. `None` for a primary refresh token without a device in the directory.
        device: Option<String>,
    },
    /// The registration of a new method: if no method is left that counts as MFA, the password is enough for
    /// it.
    Registration,
    /// A consent of the account: the access of an application in the user's name.
    Consent {
        /// The grant's id, or its place in the snapshot if it has none; `None` if which one was deleted is
        /// unknown.
        id: Option<String>,
    },
    /// Something that cannot be known.
    Unseen {
        /// The subject.
        what: Unseen,
    },
}

impl DoorKind {
    /// Returns the rank among doors of the same state: what grants access by itself comes first.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Password | Self::HomeTenant => 0,
            Self::Method { method, .. } if method.signs_in_alone() => 1,
            Self::SessionsSince | Self::Registration => 2,
            Self::NewPassword { .. } | Self::AccessPass { .. } => 3,
            Self::Session { .. } => 4,
            Self::Method { .. } | Self::Consent { .. } => 5,
            Self::Unseen { .. } => 6,
        }
    }

    /// Returns whether Graph cannot show the state of such a door, with any permission.
    pub const fn is_out_of_sight(&self) -> bool {
        match self {
            Self::HomeTenant => true,
            Self::Session { class, device } => {
                matches!(class, TokenClass::AppCookie | TokenClass::AppPassword)
                    || (class.is_prt() && device.is_none())
            }
            Self::Unseen { what } => !what.can_be_read(),
            _ => false,
        }
    }

    /// Returns a short stable word for the kind.
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::NewPassword { .. } => "new-password",
            Self::Method { .. } => "method",
            Self::AccessPass { .. } => "access-pass",
            Self::HomeTenant => "home-tenant",
            Self::SessionsSince => "sessions-since",
            Self::Registration => "registration",
            Self::Session { .. } => "session",
            Self::Consent { .. } => "consent",
            Self::Unseen { .. } => "unseen",
        }
    }
}

/// Names what neither the snapshot nor Graph shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Unseen {
    /// The methods could not be read.
    MethodsNotRead,
    /// The list of methods was not complete.
    MethodsInPart,
    /// Methods of a customer account, of which Graph does not list all.
    CustomerMethods,
    /// Roles and groups (held, owned or eligible) that could not be read.
    PrivilegesNotRead,
    /// Methods registered after the snapshot was taken.
    LaterMethods,
    /// The devices could not be read.
    DevicesNotRead,
    /// Devices that the snapshot does not list.
    OtherDevices,
    /// The consents of the account could not be read.
    Consents,
    /// Consents for the whole organisation, which cover every account.
    TenantWideConsents,
    /// Inbox rules that Graph does not show, and forwarding of the mailbox.
    HiddenMailRules,
    /// Applications and service principals that the account owns.
    OwnedApplications,
    /// Sign-in by a certificate that is bound to the user.
    Certificates,
    /// Security questions, by which a password is reset.
    SecurityQuestions,
    /// Account recovery: whoever passes an identity check gets a pass.
    AccountRecovery,
    /// On-premises sign-in, Kerberos tickets, cached Windows sign-in.
    OnPremises,
    /// The sessions at the federated identity provider.
    IdentityProvider,
}

impl Unseen {
    /// Returns whether a snapshot with every permission would show it.
    pub const fn can_be_read(self) -> bool {
        matches!(
            self,
            Self::MethodsNotRead
                | Self::MethodsInPart
                | Self::PrivilegesNotRead
                | Self::DevicesNotRead
                | Self::Consents
        )
    }
}

/// Names a device.
pub(super) fn device_name(id: Option<ObjectId>, place: usize) -> String {
    id.map_or_else(|| format!("#{place}"), |id| id.to_string())
}

/// Names a consent.
pub(in crate::knowledge) fn consent_name(listed: &ListedGrant, place: usize) -> String {
    listed.grant.id.as_ref().map_or_else(|| format!("#{place}"), |id| id.as_str().to_owned())
}
