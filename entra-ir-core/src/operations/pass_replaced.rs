//! Deletes a pass whose code is lost, and creates another one.

use std::time::Duration;

use time::OffsetDateTime;

use super::ListTemporaryAccessPasses;
use super::delete_method::Delete;
use crate::error::{Error, GraphErrorKind, Result};
use crate::ids::UserRef;
use crate::model::{AccessPassMethod, MethodKind};
use crate::operation::{Context, GraphCall, Operation};
use crate::receipt::{Grade, Receipt, WarningKind, Weight};

/// A pass whose code was lost was replaced.
pub const PASS_MADE_ANEW: WarningKind = WarningKind::new(
    "pass-made-anew",
    "{} pass(es) whose code was lost were deleted, and another one was created",
    Weight::Harmless,
);

/// How often a pass is created again.
const TRIES: u32 = 3;

/// The longest wait between two attempts that the service may request.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Distinguishes an earlier pass from one of this call.
#[derive(Debug)]
pub(super) struct Before {
    /// The earlier passes; `None` if they could not be read.
    pub(super) older: Option<Vec<AccessPassMethod>>,
    /// The service's own time before the first attempt.
    pub(super) began: Option<OffsetDateTime>,
}

impl Before {
    /// Returns whether a pass was certainly created since. The service's times are whole seconds: within the
    /// same second it may be an older one.
    fn is_since(&self, pass: &AccessPassMethod) -> bool {
        match &self.older {
            Some(older) => older.iter().all(|older| older.id != pass.id),
            None => matches!((pass.created_date_time, self.began),
                (Some(made), Some(began)) if made.unix_timestamp() > began.unix_timestamp()),
        }
    }

    /// Returns whether a known older pass may still have worked.
    pub(super) fn had_one_that_worked(&self) -> bool {
        self.older.iter().flatten().any(AccessPassMethod::may_work)
    }
}

/// Creates another pass after a creation with an unknown outcome, whose pass is deleted first because its
/// code is lost, or after the service was unavailable.
///
/// # Errors
/// The error of an unresolved creation with an unknown outcome, if there is one; otherwise the last error.
pub(super) async fn made_anew(
    context: &Context,
    user: &UserRef,
    create: &impl GraphCall<Output = AccessPassMethod>,
    before: &Before,
    mut error: Error,
    receipt: &mut Receipt,
) -> Result<Option<AccessPassMethod>> {
    // Whether a pass may exist whose code is lost. Only then is anything deleted.
    let mut open = error.outcome_unknown();
    let mut again = open || is_unavailable(&error);
    let mut wait = error.retry_after();
    let mut deleted = 0;
    for attempt in 0..TRIES {
        let wait_for = Duration::from_secs(1 << attempt).max(wait.unwrap_or_default());
        if !again || wait_for > LONGEST_WAIT {
            break;
        }
        context.sleep(wait_for).await;
        if open {
            let Ok(lost) = delete_lost(context, user, before, receipt).await else {
                break;
            };
            deleted += lost;
            open = lost == 0;
        }
        let next = match context.write(create, receipt).await {
            Ok(made) => {
                if deleted > 0 {
                    receipt.warn(PASS_MADE_ANEW.with(deleted));
                }
                return Ok(made);
            }
            Err(next) => next,
        };
        again = next.outcome_unknown() || is_unavailable(&next);
        wait = next.retry_after();
        // A list can be stale, so certainty about this attempt is not certainty about the previous one.
        if next.outcome_unknown() || !open {
            open = next.outcome_unknown();
            error = next;
        }
    }
    if open {
        receipt.grade = Grade::Unknown;
        return Err(error.with_receipt(receipt));
    }
    Err(error)
}

/// Deletes the passes that were made since, and returns how many.
///
/// # Errors
/// If they cannot be listed, or one of them cannot be deleted.
async fn delete_lost(
    context: &Context,
    user: &UserRef,
    before: &Before,
    receipt: &mut Receipt,
) -> Result<u32> {
    let now = (ListTemporaryAccessPasses { user: user.clone() }).run(context).await?;
    let mut deleted = 0;
    for id in now.iter().filter(|pass| before.is_since(pass)).filter_map(|pass| pass.id.as_ref()) {
        context.write(&Delete { user, kind: &MethodKind::TemporaryAccessPass, id }, receipt).await?;
        deleted += 1;
    }
    Ok(deleted)
}

/// Returns whether Graph itself answered that it was unavailable: then no pass was created.
fn is_unavailable(error: &Error) -> bool {
    !error.outcome_unknown()
        && error.as_graph().is_some_and(|graph| graph.kind() == GraphErrorKind::Unavailable)
}
