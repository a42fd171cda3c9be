//! Records what was done to an account, when, and how certain that is.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::action::Action;
use crate::ids::{MethodId, ObjectId};
use crate::model::MethodKind;
use crate::operations::{
    AccessPassCreated, END_NOT_SEEN, MethodsDeleted, Outcome, RESET_PASSWORD_ACTION, delete_method, lock_out,
    require_mfa_reregistration, reset_password,
};
use crate::receipt::{Grade, Receipt};
use crate::spec::OperationSpec;
use crate::target::Target;

/// Records an action that was done: by this library, from its receipt, or by anybody, by hand.
///
/// ```
/// use entra_ir_core::model::MethodKind;
/// use entra_ir_core::receipt::Grade;
/// use entra_ir_core::knowledge::{Action, ActionDone};
/// use time::OffsetDateTime;
///
/// let at = OffsetDateTime::UNIX_EPOCH;
/// let in_the_portal = ActionDone::new(Action::RequireMfaReregistration, at, Grade::Accepted);
/// let passkeys = ActionDone::new(Action::DeleteMethods, at, Grade::Confirmed).of_kinds([MethodKind::Fido2]);
/// assert!(in_the_portal.is_done() && passkeys.is_done());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ActionDone {
    /// What was done.
    pub action: Action,
    /// When, by the service's clock where it is known. UTC. If in doubt, the later moment.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: OffsetDateTime,
    /// How certain it is.
    pub grade: Grade,
    /// To what it was done.
    pub target: Touched,
    /// The account, if known: the action counts for no other account. It is known from a receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<ObjectId>,
}

/// The part of the account that an action was done to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "is", content = "what")]
#[non_exhaustive]
pub enum Touched {
    /// The account. For an action that is always done to a part, the part is unknown.
    #[default]
    Account,
    /// Every method that can be removed.
    AllMethods,
    /// The methods of these types.
    MethodsOfKinds(Vec<MethodKind>),
    /// These methods, each with its own grade.
    Methods(Vec<MethodTouched>),
    /// A pass.
    #[non_exhaustive]
    Pass {
        /// Its id.
        id: Option<MethodId>,
        /// When it begins to work.
        #[serde(with = "time::serde::rfc3339::option")]
        #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
        starts_at: Option<OffsetDateTime>,
        /// How long it works, in minutes.
        lifetime_in_minutes: Option<i64>,
    },
    /// A device, by object id.
    Device(ObjectId),
    /// A permission grant, by id.
    Consent(String),
    /// An application in the tenant, by the object id of its service principal.
    Application(ObjectId),
}

/// The result for one method of a removal or deactivation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MethodTouched {
    /// The method.
    pub id: MethodId,
    /// Whether it was done.
    pub grade: Grade,
}

impl MethodTouched {
    /// Creates the result for one method.
    pub const fn new(id: MethodId, grade: Grade) -> Self {
        Self { id, grade }
    }
}

impl ActionDone {
    /// Records an action on the account.
    pub const fn new(action: Action, at: OffsetDateTime, grade: Grade) -> Self {
        Self { action, at, grade, target: Touched::Account, account: None }
    }

    /// Records the action of a receipt. `at` is the time if the receipt holds no date of the service. Returns
    /// `None` for an operation without a known action. A receipt does not list the removed methods: use
    /// [`from_methods`](Self::from_methods) for those, and [`from_pass`](Self::from_pass) for a pass.
    pub fn from_receipt(receipt: &Receipt, at: OffsetDateTime) -> Option<Self> {
        let by = |spec: &OperationSpec| receipt.operation == spec.id;
        let action = if by(&reset_password::SPEC) && receipt.mechanism == RESET_PASSWORD_ACTION {
            Action::ResetPasswordGraphAction
        } else if by(&reset_password::SPEC) {
            Action::ResetPasswordGraphProfile
        } else if by(&delete_method::SPEC) {
            Action::DeleteMethods
        } else if by(&lock_out::SPEC) {
            // The receipt's grade is that of the block; the result holds that of the password.
            Action::BlockSignIn
        } else {
            Action::all().find(|action| action.operation().is_some_and(by))?
        };
        // An accepted write-back whose end was not observed may still fail.
        let grade = match receipt.grade {
            grade if grade.is_done() && receipt.has(&END_NOT_SEEN) => Grade::Unknown,
            grade => grade,
        };
        let done = Self::new(action, receipt.server_date().unwrap_or(at), grade);
        Some(Self { target: touched(receipt), account: account(receipt), ..done })
    }

    /// Records the outcome of each method, from `delete_methods` or `require_mfa_reregistration`.
    pub fn from_methods(deleted: &MethodsDeleted, at: OffsetDateTime) -> Self {
        let action = if deleted.receipt.operation == require_mfa_reregistration::SPEC.id {
            Action::RequireMfaReregistration
        } else {
            Action::DeleteMethods
        };
        let closed =
            if deleted.receipt.grade == Grade::Confirmed { Grade::Confirmed } else { Grade::Accepted };
        let grade = |outcome: &Outcome| match outcome {
            Outcome::Removed | Outcome::AlreadyGone | Outcome::Deactivated => closed,
            Outcome::StillListed | Outcome::Unknown(_) => Grade::Unknown,
            Outcome::Refused(_) => Grade::Refused,
            _ => Grade::NotSent,
        };
        let touched = deleted.methods.iter().map(|of| MethodTouched::new(of.id.clone(), grade(&of.outcome)));
        let touched: Vec<_> = touched.collect();
        let at = deleted.receipt.server_date().unwrap_or(at);
        // Each method has its own grade: a refusal of one proves nothing about the others.
        let grade = match deleted.receipt.grade {
            grade if grade.may_be_done() || touched.iter().all(|of| !of.grade.may_be_done()) => grade,
            _ => Grade::Unknown,
        };
        let target = Touched::Methods(touched);
        Self { target, account: account(&deleted.receipt), ..Self::new(action, at, grade) }
    }

    /// Records a pass that was issued.
    pub fn from_pass(created: &AccessPassCreated, at: OffsetDateTime) -> Self {
        let receipt = &created.receipt;
        let done =
            Self::new(Action::CreateTemporaryAccessPass, receipt.server_date().unwrap_or(at), receipt.grade);
        Self {
            target: Touched::Pass {
                id: created.id.clone(),
                starts_at: created.starts_at,
                lifetime_in_minutes: created.lifetime_in_minutes,
            },
            account: account(receipt),
            ..done
        }
    }

    /// Limits the action to methods of these types.
    pub fn of_kinds(mut self, kinds: impl IntoIterator<Item = MethodKind>) -> Self {
        self.target = Touched::MethodsOfKinds(kinds.into_iter().collect());
        self
    }

    /// Applies the action to every method that can be removed.
    pub fn of_all_methods(mut self) -> Self {
        self.target = Touched::AllMethods;
        self
    }

    /// Limits the action to these methods.
    pub fn of_ids(mut self, ids: impl IntoIterator<Item = MethodId>) -> Self {
        let grade = self.grade;
        self.target = Touched::Methods(ids.into_iter().map(|id| MethodTouched::new(id, grade)).collect());
        self
    }

    /// Sets the pass: its id, its start time, and its lifetime in minutes, as far as they are known.
    pub fn of_the_pass(
        mut self,
        id: Option<MethodId>,
        starts_at: Option<OffsetDateTime>,
        lifetime_in_minutes: Option<i64>,
    ) -> Self {
        self.target = Touched::Pass { id, starts_at, lifetime_in_minutes };
        self
    }

    /// Sets the device.
    pub fn of_device(mut self, id: ObjectId) -> Self {
        self.target = Touched::Device(id);
        self
    }

    /// Sets the permission grant.
    pub fn of_consent(mut self, id: impl Into<String>) -> Self {
        self.target = Touched::Consent(id.into());
        self
    }

    /// Sets the application, by the object id of its service principal.
    pub fn of_application(mut self, id: ObjectId) -> Self {
        self.target = Touched::Application(id);
        self
    }

    /// Sets the part of a step of an advice or a plan; each method gets the grade of this record.
    pub(super) fn to(self, target: &Touched) -> Self {
        match target {
            Touched::Methods(methods) => self.of_ids(methods.iter().map(|method| method.id.clone())),
            target => Self { target: target.clone(), ..self },
        }
    }

    /// Sets the account, by object id.
    pub const fn of_account(mut self, id: ObjectId) -> Self {
        self.account = Some(id);
        self
    }

    /// Returns whether it may have been done to this account: false if another account is known.
    pub fn concerns(&self, account: ObjectId) -> bool {
        self.account.is_none_or(|known| known == account)
    }

    /// Returns whether anything was, or may have been, done.
    pub fn is_done(&self) -> bool {
        self.grade.may_be_done()
    }

    /// Returns the grade for a method that it was done to; `None` if it was not done to this method.
    pub(super) fn touches(&self, kind: &MethodKind, id: Option<&MethodId>) -> Option<Grade> {
        match &self.target {
            // One token, or some methods; which ones is unknown.
            Touched::Account
                if matches!(self.action, Action::DeleteMethods | Action::DeactivateHardwareOath) =>
            {
                Some(Grade::Unknown)
            }
            Touched::Account | Touched::Device(_) | Touched::Consent(_) | Touched::Application(_) => {
                Some(self.grade)
            }
            Touched::AllMethods => kind.is_removable().then_some(self.grade),
            Touched::MethodsOfKinds(kinds) => kinds.contains(kind).then_some(self.grade),
            Touched::Methods(methods) => {
                methods.iter().find(|method| Some(&method.id) == id).map(|method| method.grade)
            }
            Touched::Pass { id: pass, .. } => (*kind == MethodKind::TemporaryAccessPass
                && (pass.is_none() || pass.as_ref() == id))
                .then_some(self.grade),
        }
    }
}

/// Returns the account that a receipt is about, by object id.
fn account(receipt: &Receipt) -> Option<ObjectId> {
    receipt.target.principal().and_then(|user| user.id()).or(receipt.account)
}

/// Returns what a receipt says that was touched.
fn touched(receipt: &Receipt) -> Touched {
    match &receipt.target {
        Target::Device { id } => Touched::Device(*id),
        Target::ServicePrincipal { id } => Touched::Application(*id),
        Target::PermissionGrant { id, .. } => Touched::Consent(id.as_str().to_owned()),
        _ => Touched::Account,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UserRef;
    use crate::operations::{
        ACCOUNT_ENABLED, PASSWORD_PROFILE, REVOKE_SIGN_IN_SESSIONS, reset_password, revoke_mfa_sessions,
    };
    use crate::receipt::Mechanism;

    fn receipt(spec: &'static crate::spec::OperationSpec, mechanism: Mechanism) -> Receipt {
        Receipt::new(spec, "adele@contoso.example".parse::<UserRef>().unwrap(), mechanism)
    }

    #[test]
    fn a_receipt_names_its_action() {
        let at = OffsetDateTime::UNIX_EPOCH;
        let action = |receipt: &Receipt| ActionDone::from_receipt(receipt, at).map(|done| done.action);
        let way = |mechanism| action(&receipt(&reset_password::SPEC, mechanism));
        assert_eq!(way(RESET_PASSWORD_ACTION), Some(Action::ResetPasswordGraphAction));
        assert_eq!(way(PASSWORD_PROFILE), Some(Action::ResetPasswordGraphProfile));
        let mfa = receipt(&revoke_mfa_sessions::SPEC, REVOKE_SIGN_IN_SESSIONS);
        assert_eq!(action(&mfa), Some(Action::RevokeMfaSessions));
        let done = ActionDone::from_receipt(&mfa, at).unwrap();
        assert!(!done.is_done(), "nothing was sent yet");
        assert_eq!(action(&receipt(&crate::operations::get_user::SPEC, ACCOUNT_ENABLED)), None);
    }

    #[test]
    fn a_reset_whose_end_was_not_seen_may_have_failed() {
        let at = OffsetDateTime::UNIX_EPOCH;
        let mut receipt = receipt(&reset_password::SPEC, RESET_PASSWORD_ACTION);
        let grade = |receipt: &Receipt| ActionDone::from_receipt(receipt, at).map(|done| done.grade);
        receipt.grade = Grade::Accepted;
        assert_eq!(grade(&receipt), Some(Grade::Accepted));
        receipt.warn(END_NOT_SEEN.with("it still ran"));
        assert_eq!(grade(&receipt), Some(Grade::Unknown));
        receipt.grade = Grade::NotSent;
        assert_eq!(grade(&receipt), Some(Grade::NotSent));
    }

    #[test]
    fn a_record_is_read_back_as_it_was_written() {
        let at = OffsetDateTime::UNIX_EPOCH;
        let done = ActionDone::new(Action::DeleteMethods, at, Grade::Confirmed);
        for done in [
            done.clone(),
            done.clone().of_all_methods(),
            done.clone().of_kinds([MethodKind::Fido2, MethodKind::Unknown("#x.newMethod".into())]),
            done.clone().of_ids(["a".parse().unwrap()]),
            done.clone().of_device("3b41c05e-73a1-43b7-86d7-ed8409f55900".parse().unwrap()),
            done.clone().of_consent("grant"),
            done.clone().of_application("3b41c05e-73a1-43b7-86d7-ed8409f55900".parse().unwrap()),
            done.of_account("3b41c05e-73a1-43b7-86d7-ed8409f55900".parse().unwrap()),
        ] {
            let json = serde_json::to_string(&done).unwrap();
            assert_eq!(serde_json::from_str::<ActionDone>(&json).unwrap(), done, "{json}");
        }
    }

    #[test]
    fn which_methods_were_removed_must_be_said() {
        let done = ActionDone::new(Action::DeleteMethods, OffsetDateTime::UNIX_EPOCH, Grade::Confirmed);
        assert_eq!(done.touches(&MethodKind::Fido2, None), Some(Grade::Unknown));
        assert_eq!(done.clone().of_all_methods().touches(&MethodKind::Fido2, None), Some(Grade::Confirmed));
        assert_eq!(done.clone().of_all_methods().touches(&MethodKind::Unknown("x".into()), None), None);
        let id: MethodId = "a".parse().unwrap();
        let one = done.of_ids([id.clone()]);
        assert_eq!(one.touches(&MethodKind::Fido2, Some(&id)), Some(Grade::Confirmed));
        assert_eq!(one.touches(&MethodKind::Fido2, Some(&"b".parse().unwrap())), None);
    }
}
