//! An account that was already read, to pass to a call, which then does not read it again.

use pyo3::prelude::*;

use crate::knowledge::Snapshot;

/// Holds an account of the core, with the time when it was read.
#[pyclass(frozen, module = "entra_ir._native")]
#[derive(Debug)]
pub(crate) struct User(pub(crate) entra_ir_core::model::User);

/// What Python keeps beside a result with the state of an account.
#[derive(FromPyObject)]
pub(crate) enum Known<'py> {
    User(Bound<'py, User>),
    Snapshot(Bound<'py, Snapshot>),
}

impl Known<'_> {
    /// Returns the snapshot, if it is one.
    pub(crate) fn snapshot(&self) -> Option<entra_ir_core::model::AccountSnapshot> {
        match self {
            Self::User(_) => None,
            Self::Snapshot(snapshot) => Some(snapshot.get().0.clone()),
        }
    }

    pub(crate) fn user(&self) -> entra_ir_core::model::User {
        match self {
            Self::User(user) => user.get().0.clone(),
            Self::Snapshot(snapshot) => snapshot.get().0.user.clone(),
        }
    }
}
