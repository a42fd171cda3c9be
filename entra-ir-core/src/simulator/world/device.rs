//! Devices that users sign in on, and what they keep.

use crate::ids::ObjectId;

/// Names what a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeviceKind {
    /// A hybrid joined Windows client: holds a primary refresh token, by which its browser signs in.
    HybridJoinedWindows,
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
        matches!(self, Self::HybridJoinedWindows | Self::Browser | Self::InPrivateBrowser)
    }
}

/// Names a device of a sign-in world.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Device {
    /// The object id in the directory. Devices that the tenant does not know have one here too.
    pub id: ObjectId,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: DeviceKind,
}

/// Says what became of a device's object in the directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum DeviceState {
    #[default]
    Enabled,
    Disabled,
    Deleted,
}
