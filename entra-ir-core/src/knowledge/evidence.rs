//! Converts results into actions done: one implementation for each kind of result.

use time::OffsetDateTime;

use super::action::Action;
use super::done::ActionDone;
use crate::operation::Output;
use crate::operations::{
    AccessPassCreated, AnyOutput, AssignmentRemoved, GrantRevoked, LockedOut, MethodDeleted, MethodsDeleted,
    MfaReregistrationRequired, MfaSessionsRevoked, PasswordReset, RiskOutcome, RiskOutcomes, SessionsRevoked,
    confirm_users_compromised,
};
use crate::receipt::{Grade, Receipt};

/// Describes what was done: the result of an operation, or a record of an action that was done elsewhere.
///
/// [`Client::open_doors`](crate::Client::open_doors) takes any number of them. A result counts at the
/// service's own time; one without that time (nothing was sent) counts at this machine's.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::SimulatedTenant;
/// use entra_ir_core::knowledge::Action;
/// use entra_ir_core::knowledge::Evidence;
///
/// let client = SimulatedTenant::contoso().client()?;
/// let blocked = client.block_sign_in("adele@contoso.example").await?;
/// assert_eq!(blocked.actions()[0].action, Action::BlockSignIn);
/// # Ok(())
/// # }
/// ```
pub trait Evidence: Send + Sync {
    /// Returns the actions; none for a result without a known action.
    fn actions(&self) -> Vec<ActionDone>;
}

impl Evidence for ActionDone {
    fn actions(&self) -> Vec<ActionDone> {
        vec![self.clone()]
    }
}

impl<E: Evidence> Evidence for Vec<E> {
    fn actions(&self) -> Vec<ActionDone> {
        self.iter().flat_map(Evidence::actions).collect()
    }
}

impl<E: Evidence> Evidence for Option<E> {
    fn actions(&self) -> Vec<ActionDone> {
        self.iter().flat_map(Evidence::actions).collect()
    }
}

impl Evidence for Receipt {
    fn actions(&self) -> Vec<ActionDone> {
        let done = ActionDone::from_receipt(self, OffsetDateTime::now_utc());
        let of_method = |done: ActionDone| match &self.method {
            Some(id) => done.of_ids([id.clone()]),
            None => done,
        };
        done.map(of_method).into_iter().collect()
    }
}

impl Evidence for MethodsDeleted {
    fn actions(&self) -> Vec<ActionDone> {
        vec![ActionDone::from_methods(self, OffsetDateTime::now_utc())]
    }
}

impl Evidence for MfaReregistrationRequired {
    fn actions(&self) -> Vec<ActionDone> {
        self.deleted.actions()
    }
}

impl Evidence for AccessPassCreated {
    fn actions(&self) -> Vec<ActionDone> {
        vec![ActionDone::from_pass(self, OffsetDateTime::now_utc())]
    }
}

/// The block and the new password, each with its own grade.
impl Evidence for LockedOut {
    fn actions(&self) -> Vec<ActionDone> {
        let blocked = self.receipt.actions();
        let reset = blocked.first().map(|blocked| ActionDone {
            action: Action::ResetPasswordGraphProfile,
            grade: self.password_grade,
            ..blocked.clone()
        });
        blocked.into_iter().chain(reset).collect()
    }
}

/// One action for each account for which something was sent.
impl Evidence for RiskOutcomes {
    fn actions(&self) -> Vec<ActionDone> {
        let confirmed = self.receipt.operation == confirm_users_compromised::SPEC.id;
        let action = if confirmed { Action::ConfirmCompromised } else { Action::DismissRisk };
        let sent = self.users.iter().filter(|user| user.outcome.grade() != Grade::NotSent);
        let at = |user: &RiskOutcome| user.at.unwrap_or_else(OffsetDateTime::now_utc);
        sent.filter_map(|user| {
            Some(ActionDone::new(action, at(user), user.outcome.grade()).of_account(user.id?))
        })
        .collect()
    }
}

/// Implements the trait for results whose receipt is enough.
macro_rules! by_receipt {
    ($($result:ty),+) => {
        $(impl Evidence for $result {
            fn actions(&self) -> Vec<ActionDone> {
                self.receipt().actions()
            }
        })+
    };
}

by_receipt!(
    AssignmentRemoved,
    GrantRevoked,
    MethodDeleted,
    MfaSessionsRevoked,
    PasswordReset,
    SessionsRevoked
);

impl Evidence for &Receipt {
    fn actions(&self) -> Vec<ActionDone> {
        (*self).actions()
    }
}

impl Evidence for AnyOutput {
    fn actions(&self) -> Vec<ActionDone> {
        match self {
            Self::DeleteMethods(deleted) => deleted.actions(),
            Self::RequireMfaReregistration(required) => required.actions(),
            Self::CreateTemporaryAccessPass(created) => created.actions(),
            Self::LockOut(locked) => locked.actions(),
            Self::ConfirmUsersCompromised(outcomes) | Self::DismissUsersRisk(outcomes) => outcomes.actions(),
            // For the others the receipt is enough; a read has none.
            other => other.receipt().actions(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UserRef;
    use crate::knowledge::{Action, Touched};
    use crate::operations::DEACTIVATE_HARDWARE_OATH;

    #[test]
    fn the_method_of_a_receipt_is_the_one_that_was_touched() {
        let user: UserRef = "adele@contoso.example".parse().unwrap();
        let spec = &crate::operations::deactivate_hardware_oath::SPEC;
        let mut receipt = Receipt::new(spec, &user, DEACTIVATE_HARDWARE_OATH);
        receipt.grade = Grade::Accepted;
        assert!(matches!(receipt.actions()[0].target, Touched::Account), "which one is not known");
        receipt.method = Some("token".parse().unwrap());
        let done = &receipt.actions()[0];
        assert_eq!(done.action, Action::DeactivateHardwareOath);
        assert!(matches!(&done.target, Touched::Methods(methods) if methods[0].id.as_str() == "token"));
        assert!(Option::<&Receipt>::None.actions().is_empty());
    }
}
