//! The reasons to look at a grant.

use serde::{Deserialize, Serialize};

/// A reason to look at a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Concern {
    /// A scope reaches mail, chats, contacts or calendars.
    Messages,
    /// A scope reaches files or sites.
    Files,
    /// A scope reads or changes the directory: users, groups, applications, roles, authentication methods.
    Directory,
    /// A scope lets the application act as the user at the resource.
    ActsAsUser,
    /// The application keeps its access while the user is away (`offline_access`).
    KeepsAccess,
    /// Microsoft did not verify who publishes the application. National clouds verify nobody, so there this
    /// is not counted.
    UnverifiedPublisher,
    /// The application has a name of Microsoft's, and another owner.
    NamedLikeMicrosoft,
    /// The application could not be read, or its owner is unknown.
    ApplicationUnknown,
    /// Microsoft disabled the application.
    DisabledByMicrosoft,
}
