//! Resolves a write whose answer was lost, or was not Graph's, by reading the account.

use std::time::Duration;

use super::GetUser;
use super::account::Account;
use crate::error::{Error, Result};
use crate::model::{User, UserKind};
use crate::operation::Context;
use crate::receipt::{Grade, Receipt};

/// The total time of polling.
const WITHIN: Duration = Duration::from_secs(10);

/// The number of polls: the directory may show the old state for a short time.
const LOOKS: u32 = 2;

/// Resolves the error of a write by reading the account. If it shows the requested state, the receipt gets
/// the given grade and the account is returned.
///
/// # Errors
/// The given error, if the write was certainly not done, or if the account does not show it: a stale read
/// proves nothing.
pub(super) async fn by_reading(
    context: &Context,
    account: &Account,
    receipt: &mut Receipt,
    error: Error,
    grade: Grade,
    shows: impl Fn(&User) -> bool + Send,
) -> Result<User> {
    if !error.outcome_unknown() {
        return Err(error);
    }
    let mut poll = context.poll_within(WITHIN);
    for look in 1..=LOOKS {
        let read = poll.look(context.read(&GetUser { user: account.target.clone() })).await;
        if let Some(Ok(user)) = read
            && shows(&user)
        {
            // Graph does not show everything of a customer account.
            let customer = account.kind() == Some(UserKind::Customer);
            receipt.settled(if customer { Grade::Accepted } else { grade }, error.brief());
            return Ok(user);
        }
        if look < LOOKS && !poll.pause(None).await {
            break;
        }
    }
    Err(error)
}
