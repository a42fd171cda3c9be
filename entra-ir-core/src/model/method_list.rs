//! The methods of a user, and how much of them was seen.

use serde::Serialize;
use serde_json::Value;

use super::AuthenticationMethod;
use crate::ids::MethodId;

/// Holds a user's methods, and says how much of them was seen.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct MethodList {
    /// The methods, in the service's order; what only beta shows comes last.
    pub methods: Vec<AuthenticationMethod>,
    /// Whether the cloud lists only some types.
    pub partial: bool,
    /// Why beta could not be read, if it was asked.
    pub beta_unread: Option<String>,
    /// Items that cannot be understood or addressed, as they came, secrets masked. They are methods all the same.
    pub unreadable: Vec<Value>,
}

impl MethodList {
    /// Makes a list that is whole.
    pub fn new(methods: Vec<AuthenticationMethod>) -> Self {
        Self { methods, ..Self::default() }
    }

    /// Tells whether every method of the user is in it, as far as Graph lists methods at all.
    pub fn is_whole(&self) -> bool {
        !self.partial && self.beta_unread.is_none() && self.unreadable.is_empty()
    }

    /// Tells whether it holds a method with this id.
    pub(crate) fn has(&self, id: &MethodId) -> bool {
        self.methods.iter().any(|method| method.id == *id)
    }
}
