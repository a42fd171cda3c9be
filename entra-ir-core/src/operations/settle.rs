//! What became of a write whose answer did not come, or was not Graph's: the account is read.

use std::time::Duration;

use super::GetUser;
use super::account::Account;
use crate::error::{Error, Result};
use crate::model::{User, UserKind};
use crate::operation::Context;
use crate::receipt::{Grade, Receipt};

/// How long is looked in all.
const WITHIN: Duration = Duration::from_secs(10);

/// How often is looked: the directory may show the old state for a moment.
const LOOKS: u32 = 2;

/// Settles the error of a write by reading the account. Where it shows what was asked for, the receipt gets the grade given and the account is
/// returned.
///
/// # Errors
/// The error given, if the write was certainly not done, or if the account does not show it: a stale read proves nothing.
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
            // What Graph shows of a customer account is not all of it.
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
