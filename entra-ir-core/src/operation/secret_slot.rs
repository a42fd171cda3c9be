//! A place in an operation for a secret, which is never in JSON.

use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::error::{Refusal, Result};

/// Holds a secret of an operation, or the name under which it will be given.
///
/// In JSON it is its name alone: a stored plan holds no secret. It is filled before the operation runs; an
/// empty one is refused before anything is sent.
///
/// ```
/// use entra_ir_core::operations::{AnyOperation, ResetPassword};
///
/// let reset = ResetPassword::new("adele@contoso.example")?.chosen("Tulips-4-Amsterdam".into());
/// let stored = AnyOperation::from(reset).to_json()?;
/// assert!(stored.contains(r#""new_password":{"secret":"new-password"}"#) && !stored.contains("Tulips"));
///
/// let mut operation = AnyOperation::from_json(&stored)?;
/// assert_eq!(operation.empty_slots(), ["new-password"]);
/// assert!(operation.fill("new-password", "Tulips-4-Amsterdam".into()));
/// # Ok::<(), entra_ir_core::Error>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SecretSlot {
    name: String,
    secret: Option<SecretString>,
}

impl SecretSlot {
    /// Makes a slot that is filled.
    pub fn filled(name: impl Into<String>, secret: SecretString) -> Self {
        Self { name: name.into(), secret: Some(secret) }
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether the secret is still to be given.
    pub const fn is_empty(&self) -> bool {
        self.secret.is_none()
    }

    /// Puts the secret in.
    pub fn fill(&mut self, secret: SecretString) {
        self.secret = Some(secret);
    }

    /// Returns the secret.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if it was not given.
    pub(crate) fn secret(&self) -> Result<&SecretString> {
        self.secret.as_ref().ok_or_else(|| {
            let reason = format!("the slot {:?} is empty: fill it before the operation runs", self.name);
            Refusal::BadInput { what: "secret", reason }.into()
        })
    }
}

impl From<String> for SecretSlot {
    fn from(name: String) -> Self {
        Self { name, secret: None }
    }
}

impl From<SecretSlot> for String {
    fn from(slot: SecretSlot) -> Self {
        slot.name
    }
}

impl fmt::Debug for SecretSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretSlot")
            .field("name", &self.name)
            .field("is_empty", &self.is_empty())
            .finish_non_exhaustive()
    }
}
