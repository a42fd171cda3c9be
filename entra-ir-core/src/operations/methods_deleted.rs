//! The scope and the result of a removal of methods, with the outcome of each method.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use time::OffsetDateTime;

use super::account::CUSTOMER_METHODS_UNSEEN;
use crate::ids::MethodId;
use crate::model::{AuthenticationMethod, MethodKind, Word};
use crate::receipt::{Receipt, WarningKind, Weight};

/// The cloud has no list of all methods.
pub const PARTIAL_LIST: WarningKind = WarningKind::new(
    "partial-list",
    "this cloud lists only some types of methods; others may remain unseen",
    Weight::MayRemain("others may remain"),
);

/// The lists of some types could not be read, where the cloud lists each type by itself.
pub const TYPES_NOT_READ: WarningKind = WarningKind::new(
    "types-not-read",
    "these types of methods could not be listed, so some of them may remain: {}",
    Weight::MayRemain("others may remain"),
);

/// The beta list could not be read.
pub const BETA_NOT_READ: WarningKind = WarningKind::new(
    "beta-not-read",
    "the beta list could not be read, so hardware OATH tokens and other beta-only methods may remain unseen: {}",
    Weight::MayRemain("others may remain"),
);

/// Some methods could not be addressed.
pub const UNREADABLE_METHODS: WarningKind = WarningKind::new(
    "unreadable-methods",
    "{} method(s) have a form that cannot be understood or addressed, and were left: check them in the portal",
    Weight::MayRemain("not all is gone"),
);

/// Selects the methods to remove. There is no default: the caller chooses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MethodScope {
    /// What the portal's "Require re-register multifactor authentication" removes: phone numbers, Microsoft
    /// Authenticator, software OATH tokens are removed, hardware OATH tokens deactivated. Passkeys and
    /// Windows Hello remain, and still sign in.
    PortalReregister,
    /// Every method that Graph can remove, which includes what an attacker may have registered.
    AllRemovable,
    /// Methods of these types.
    Only(#[serde(deserialize_with = "crate::model::known_kinds")] Vec<MethodKind>),
    /// The methods with these ids.
    Ids(Vec<MethodId>),
    /// Methods registered at this time or later. A method without a date is left, and listed as of unknown
    /// age.
    RegisteredSince(
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
        OffsetDateTime,
    ),
}

/// The outcome of each method, and the user's methods afterwards.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct MethodsDeleted {
    /// What was done.
    pub receipt: Receipt,
    /// The requested scope.
    pub scope: Word<MethodScope>,
    /// The outcome of each method in the scope, and of each method whose membership in the scope is unknown.
    pub methods: Vec<MethodOutcome>,
    /// What the user has afterwards, as read back, what could not be understood included; `None` if nothing
    /// was read back.
    pub remaining: Option<Vec<AuthenticationMethod>>,
}

/// The result for one method.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MethodOutcome {
    /// The method's id.
    #[serde(deserialize_with = "MethodId::read_any")]
    pub id: MethodId,
    /// The method, as it was listed; `None` for an id that the user does not have.
    pub method: Option<AuthenticationMethod>,
    /// The outcome.
    pub outcome: Outcome,
}

/// Names the outcome of one method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "is", content = "why")]
#[non_exhaustive]
pub enum Outcome {
    /// It is gone: the service accepted the removal or its outcome was unknown, and the list at the end did
    /// not show it; or the removal was accepted, and the list could not be read.
    Removed,
    /// The service did not find it or refused, and the list at the end did not show it.
    AlreadyGone,
    /// A hardware token: the service accepted that it no longer works. It stays assigned, so no list can show
    /// that.
    Deactivated,
    /// The removal was accepted or the method not found, but the list at the end still shows it: not visible
    /// yet, or registered again.
    StillListed,
    /// The service refused, for this reason.
    Refused(String),
    /// Whether it was removed is unknown, for this reason.
    Unknown(String),
    /// Graph has no call that removes it: a password.
    NotRemovable,
    /// A type that this version does not know, or that this cloud has no path for.
    UnknownType,
    /// It has no date, so whether it was registered since is unknown. It was left.
    UnknownAge,
    /// It was not tried: the connection, the credential, the guard or a long wait requested by the service
    /// stopped the work before its turn.
    NotTried(String),
    /// Dry run: it would have been removed or deactivated.
    WouldRemove,
    /// A word of another version, unchanged.
    #[serde(untagged)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    Other(Value),
}

impl Outcome {
    /// Returns whether the method no longer signs in.
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Removed | Self::AlreadyGone | Self::Deactivated)
    }
}

impl MethodsDeleted {
    /// Returns whether every method that the scope names was seen to be gone; see [`Receipt::is_complete`].
    /// The password does not count unless it was named by type or id: it cannot be removed. An incomplete
    /// list proves nothing, and no list shows a deactivation.
    pub const fn is_complete(&self) -> bool {
        self.receipt.is_complete()
    }

    /// Returns whether every attempted removal was accepted, no removed method is still listed, and none was
    /// skipped for lack of a connection, a token or time; see [`Receipt::is_success`]. What Graph cannot
    /// remove, and what has no date, may be left; see [`is_complete`](Self::is_complete).
    pub const fn is_success(&self) -> bool {
        self.receipt.is_success()
    }

    /// Returns whether nothing visible is left to do: every method in the scope is closed, and none is among
    /// those that remain. A deactivation counts by the service's answer.
    pub(super) fn is_closed_as_shown(&self) -> bool {
        let (Some(remaining), Some(scope)) = (&self.remaining, self.scope.known()) else { return false };
        let unseen =
            [&BETA_NOT_READ, &PARTIAL_LIST, &TYPES_NOT_READ, &UNREADABLE_METHODS, &CUSTOMER_METHODS_UNSEEN];
        let deactivated = |method: &AuthenticationMethod| {
            self.methods.iter().any(|of| of.id == method.id && of.outcome == Outcome::Deactivated)
        };
        !unseen.iter().any(|kind| self.receipt.has(kind))
            && self.methods.iter().all(|of| self.is_settled(of))
            && remaining
                .iter()
                .all(|method| !scope.names(method) || scope.passes_over(method) || deactivated(method))
    }

    /// Returns whether a method is closed, or included only incidentally.
    pub(super) fn is_settled(&self, of: &MethodOutcome) -> bool {
        of.outcome.is_closed() || self.names_in_passing(of)
    }

    fn names_in_passing(&self, of: &MethodOutcome) -> bool {
        let method = of.method.as_ref();
        method.zip(self.scope.known()).is_some_and(|(method, scope)| scope.passes_over(method))
    }

    /// Lists what was not closed.
    pub fn open(&self) -> impl Iterator<Item = &MethodOutcome> {
        self.methods.iter().filter(|of| !of.outcome.is_closed())
    }
}

#[cfg(feature = "schema")]
impl MethodsDeleted {
    fn beside(schema: &mut schemars::Schema) {
        let is_success = "Whether every removal was accepted, none was left out, and no method is listed all the same; as in the receipt.";
        crate::schema::add::<bool>(schema, "is_success", is_success);
        let is_complete = "Whether every method in the scope was seen to be gone, which needs a complete list; no list shows a deactivation.";
        crate::schema::add::<bool>(schema, "is_complete", is_complete);
    }
}

impl Serialize for MethodsDeleted {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut object = serializer.serialize_struct("MethodsDeleted", 6)?;
        object.serialize_field("receipt", &self.receipt)?;
        object.serialize_field("is_success", &self.is_success())?;
        object.serialize_field("is_complete", &self.is_complete())?;
        object.serialize_field("scope", &self.scope)?;
        object.serialize_field("methods", &self.methods)?;
        object.serialize_field("remaining", &self.remaining)?;
        object.end()
    }
}

impl MethodScope {
    /// Returns whether the scope includes a method. Without a date it may have been registered since.
    pub(super) fn names(&self, method: &AuthenticationMethod) -> bool {
        match self {
            Self::PortalReregister => method.kind.is_reregistered_by_portal(),
            // This includes an unknown type: the result must report that it remains.
            Self::AllRemovable => true,
            Self::Only(kinds) => kinds.contains(&method.kind),
            Self::Ids(ids) => ids.contains(&method.id),
            Self::RegisteredSince(since) => method.created.is_none_or(|created| created >= *since),
        }
    }

    /// Returns whether an unlisted method of this type could be in the scope. An id has its own outcome.
    pub(super) fn may_name(&self, kind: &MethodKind) -> bool {
        match self {
            Self::PortalReregister => kind.is_reregistered_by_portal(),
            Self::AllRemovable | Self::RegisteredSince(_) => true,
            Self::Only(kinds) => kinds.contains(kind),
            Self::Ids(_) => false,
        }
    }

    /// Returns whether a method is included only incidentally: the password, which cannot be removed, if it
    /// was not named.
    fn passes_over(&self, method: &AuthenticationMethod) -> bool {
        method.kind == MethodKind::Password && !matches!(self, Self::Only(_) | Self::Ids(_))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Returns a method as Graph lists it.
    pub(in crate::operations) fn method(kind: &str, more: &str) -> AuthenticationMethod {
        let json = format!(
            r##"{{"@odata.type":"#microsoft.graph.{kind}AuthenticationMethod","id":"{kind}{more}","phoneType":"{more}"}}"##
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn a_scope_names_what_it_says() {
        let (phone, passkey) = (method("phone", "mobile"), method("fido2", ""));
        assert!(
            MethodScope::PortalReregister.names(&phone) && !MethodScope::PortalReregister.names(&passkey)
        );
        assert!(MethodScope::AllRemovable.names(&method("brandNew", "")));
        assert!(!MethodScope::Only(vec![MethodKind::Email]).names(&phone));
        assert!(
            MethodScope::RegisteredSince(OffsetDateTime::UNIX_EPOCH).names(&phone),
            "no date: it may be new"
        );
    }
}
