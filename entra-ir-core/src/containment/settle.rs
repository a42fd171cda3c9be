//! Settles a step that must not be done twice, and whose outcome an interruption left unknown: by reading.

use std::time::Duration;

use time::OffsetDateTime;

use super::step_run::StepState;
use crate::error::Error;
use crate::operation::Client;
use crate::operations::{AnyOperation, AnyOutput};
use crate::receipt::Grade;
use crate::spec::Idempotency;
use crate::text::moment;

/// How often the account is read before something that it does not show counts as not done, and how long
/// after each other: a change is not visible everywhere at once.
const READS: u32 = 4;
const BETWEEN: Duration = Duration::from_secs(3);

/// What reading showed.
pub(super) enum Settled {
    /// It was not done.
    NotDone(String),
    /// Reading does not tell, or a person has to decide.
    Open(String),
}

/// Returns whether a call must not be repeated while its outcome is unknown.
pub(super) fn must_not_repeat(call: &AnyOperation) -> bool {
    call.spec().idempotency == Idempotency::Once
}

/// Returns what became of a call by its result.
pub(super) fn state_of(call: &AnyOperation, output: &AnyOutput) -> StepState {
    // A block without the new password is tried again; a password that is kept elsewhere is not.
    if let AnyOutput::LockOut(locked) = output
        && matches!(locked.password_grade, Grade::Refused | Grade::Unknown)
    {
        return StepState::Failed;
    }
    match output.receipt().map(|receipt| receipt.grade) {
        Some(Grade::Unknown) if must_not_repeat(call) => StepState::Unsettled,
        Some(Grade::Refused | Grade::NotSent | Grade::Unknown) => StepState::Failed,
        _ => StepState::Done,
    }
}

/// Reads whether a call that began at a time was done.
pub(super) async fn settle(client: &Client, call: &AnyOperation, began: OffsetDateTime) -> Settled {
    let AnyOperation::CreateTemporaryAccessPass(create) = call else {
        return Settled::Open(format!(
            "it began at {}, and {} must not be sent twice: read the account, then tick the step off, or \
            name it to be done again",
            moment(began),
            call.spec().id
        ));
    };
    for read in 0..READS {
        if read > 0 {
            tokio::time::sleep(BETWEEN).await;
        }
        match client.list_temporary_access_passes(create.user.clone()).await {
            Ok(passes) if passes.is_empty() => {}
            Ok(passes) => {
                let made = passes.iter().filter_map(|pass| pass.created_date_time).max();
                let made = made.map(|made| format!(", made at {}", moment(made))).unwrap_or_default();
                return Settled::Open(format!(
                    "a pass exists{made}; unless the sink has its value, it was lost with the interruption: \
                    delete it (delete_temporary_access_pass), then resume, or tick the step off"
                ));
            }
            Err(error) => return unread(&error),
        }
    }
    Settled::NotDone("the account has no pass".into())
}

fn unread(error: &Error) -> Settled {
    Settled::Open(format!("whether a pass was made could not be read: {error}"))
}
