//! The methods of a user, and whether the list is complete.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AuthenticationMethod, MethodKind};
use crate::error::{Error, GraphErrorKind};
use crate::ids::MethodId;

/// Holds a user's methods, and whether the list is complete.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct MethodList {
    /// The methods, in the service's order; beta-only ones come last.
    pub methods: Vec<AuthenticationMethod>,
    /// Whether only some methods are listed: the cloud lists only some types, or it is a customer account.
    pub partial: bool,
    /// Why beta could not be read, if it was requested.
    pub beta_unread: Option<String>,
    /// Why the account could not be read: then it may be a customer account, of which Graph does not list
    /// every method.
    pub account_unread: Option<String>,
    /// Types whose own list could not be read, if the cloud lists each type separately.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub types_unread: Vec<TypeUnread>,
    /// Whether an answer contained text that is not valid JSON or Unicode, and was repaired: a name may read
    /// differently.
    pub repaired: bool,
    /// Items that cannot be understood or addressed, unchanged, with secrets masked. They are methods all the
    /// same.
    pub unreadable: Vec<Value>,
}

impl MethodList {
    /// Creates a complete list.
    pub fn new(methods: Vec<AuthenticationMethod>) -> Self {
        Self { methods, ..Self::default() }
    }

    /// Returns whether it contains every method of the user, as far as Graph lists methods at all.
    pub fn is_whole(&self) -> bool {
        !self.partial
            && self.beta_unread.is_none()
            && self.account_unread.is_none()
            && self.unreadable.is_empty()
    }

    /// Marks the list as one of a customer account, of which Graph does not list every method.
    pub(crate) fn of_customer(mut self) -> Self {
        self.partial = true;
        self
    }

    /// Returns the methods, including those that could not be understood, which cannot be addressed.
    pub(crate) fn all(self) -> Vec<AuthenticationMethod> {
        let unreadable = self.unreadable.iter().map(AuthenticationMethod::unreadable);
        let unreadable: Vec<_> = unreadable.collect();
        self.methods.into_iter().chain(unreadable).collect()
    }

    /// Returns whether it contains a method with this id, and with this type if one is given.
    pub(crate) fn has(&self, id: &MethodId, kind: Option<&MethodKind>) -> bool {
        self.methods.iter().any(|method| method.id == *id && kind.is_none_or(|kind| method.kind == *kind))
    }
}

/// The reason why the list of one type could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TypeUnread {
    /// The type.
    pub kind: MethodKind,
    /// The service's answer.
    pub reason: String,
    /// The same in a few words.
    #[serde(skip)]
    pub(crate) brief: String,
    /// Whether the cloud has no such list.
    #[serde(skip)]
    pub(crate) absent: bool,
}

impl TypeUnread {
    /// Writes the reason.
    pub(crate) fn new(kind: MethodKind, error: &Error) -> Self {
        let absent = error.as_graph().is_some_and(|graph| graph.kind() == GraphErrorKind::NotFound);
        Self { kind, reason: error.to_string(), brief: error.brief(), absent }
    }
}
