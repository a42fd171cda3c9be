//! Reads after a write: to resolve one whose answer was lost, or was not Graph's, and to confirm one that was
//! accepted.

use std::time::Duration;

use super::GetUser;
use super::account::Account;
use crate::error::{Error, Result};
use crate::model::{User, UserKind};
use crate::operation::{Context, GraphCall};
use crate::receipt::{Grade, Receipt, Warning, WarningKind, Weight};

/// The change could not be read back.
pub const NOT_READ_BACK: WarningKind = WarningKind::new(
    "not-read-back",
    "accepted, but it could not be read back: {}",
    Weight::MayRemain("not read back"),
);

/// The change is not visible yet.
pub const NOT_YET_VISIBLE: WarningKind = WarningKind::new(
    "not-yet-visible",
    "accepted, not yet visible: the directory still showed the old state after {} s; read again, do not repeat",
    Weight::MayRemain("not visible yet"),
);

/// The total time of polling.
const WITHIN: Duration = Duration::from_secs(10);

/// The number of polls: the directory may show the old state for a short time.
const LOOKS: u32 = 2;

/// Resolves the error of a write by reading the account. If it shows the requested state, the receipt gets
/// the given grade and the account is returned.
///
/// # Errors
/// As for [`by`].
pub(super) async fn by_reading(
    context: &Context,
    account: &Account,
    receipt: &mut Receipt,
    error: Error,
    grade: Grade,
    shows: impl Fn(&User) -> bool + Send,
) -> Result<User> {
    // Graph does not show everything of a customer account.
    let grade = if account.kind() == Some(UserKind::Customer) { Grade::Accepted } else { grade };
    by(context, &GetUser { user: account.target.clone() }, receipt, error, grade, shows).await
}

/// Resolves the error of a write by a read. If its answer shows the requested state, the receipt gets the
/// given grade and the answer is returned.
///
/// # Errors
/// The given error, if the write was certainly not done, or if the answer does not show it: a stale read
/// proves nothing.
pub(super) async fn by<C: GraphCall>(
    context: &Context,
    read: &C,
    receipt: &mut Receipt,
    error: Error,
    grade: Grade,
    shows: impl Fn(&C::Output) -> bool + Send,
) -> Result<C::Output> {
    if !error.outcome_unknown() {
        return Err(error);
    }
    let mut poll = context.poll_within(WITHIN);
    for look in 1..=LOOKS {
        let answer = poll.look(context.read(read)).await;
        if let Some(Ok(answer)) = answer
            && shows(&answer)
        {
            receipt.settled(grade, error.brief());
            return Ok(answer);
        }
        if look < LOOKS && !poll.pause(None).await {
            break;
        }
    }
    Err(error)
}

/// Why a state was not seen.
#[derive(Debug)]
pub(super) enum Unseen {
    /// The last read failed, for this reason.
    NotRead(String),
    /// Another state was still shown after this many seconds.
    NotShown(u64),
}

impl From<Unseen> for Warning {
    fn from(unseen: Unseen) -> Self {
        match unseen {
            Unseen::NotRead(reason) => NOT_READ_BACK.with(reason),
            Unseen::NotShown(seconds) => NOT_YET_VISIBLE.with(seconds),
        }
    }
}

/// Reads until that many answers in a row show the requested state, for the given time at most. If the time
/// ends before, the last answer counts.
pub(super) async fn until<C: GraphCall>(
    context: &Context,
    read: &C,
    within: Duration,
    in_a_row: u32,
    shows: impl Fn(&C::Output) -> bool + Send,
) -> std::result::Result<(), Unseen> {
    let mut poll = context.poll_within(within);
    let (mut seen, mut unread) = (0, None);
    loop {
        match poll.look(context.read(read)).await {
            Some(Ok(answer)) if shows(&answer) => (seen, unread) = (seen + 1, None),
            Some(Ok(_)) => (seen, unread) = (0, None),
            Some(Err(error)) => unread = Some(error.to_string()),
            None => {}
        }
        if seen >= in_a_row {
            return Ok(());
        }
        if !poll.pause(None).await {
            return match unread {
                Some(reason) => Err(Unseen::NotRead(reason)),
                None if seen > 0 => Ok(()),
                None => Err(Unseen::NotShown(poll.waited().as_secs())),
            };
        }
    }
}
