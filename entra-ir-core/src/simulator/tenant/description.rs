//! Descriptions of accounts and methods for tests, whatever Graph shows of them.

use crate::ids::{MethodId, ObjectId};
use crate::model::{MethodKind, UserKind};

/// Describes an account of a simulated tenant. Ground truth, not a directory read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimulatedUser {
    /// The object id.
    pub id: ObjectId,
    /// The sign-in name.
    pub user_principal_name: String,
    /// What is special about the account, in one line.
    pub description: String,
    /// Where its credentials are kept.
    pub kind: UserKind,
    /// Whether it holds a role, or is in a role-assignable group or owns one.
    pub privileged: bool,
    /// Whether sign-in is allowed.
    pub enabled: bool,
}

/// Names a method that a user of a simulated tenant has. Ground truth, not a directory read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimulatedMethod {
    /// The id.
    pub id: MethodId,
    /// The type.
    pub kind: MethodKind,
    /// Whether it is the user's default method for MFA.
    pub is_default: bool,
}
