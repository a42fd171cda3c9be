//! Sends feedback on the risk of many users: resolves each, then sends requests of up to 60.

use std::collections::{HashSet, VecDeque};

use tracing::Instrument as _;

use super::account::{ACCOUNT_NOT_READ, Account};
use super::risk_feedback::{Give, is_elsewhere};
use super::risk_outcomes::{FeedbackOutcome, RiskOutcome, RiskOutcomes};
use crate::error::{Error, GraphError, GraphErrorKind, Refusal, Result};
use crate::fan_out::all;
use crate::ids::{ObjectId, UserRef};
use crate::operation::{Context, IntoUser, Line};
use crate::receipt::{Mechanism, Receipt, WarningKind, Weight};
use crate::spec::OperationSpec;
use crate::target::Target;

/// Guests were left out.
pub const GUESTS_LEFT_OUT: WarningKind = WarningKind::new(
    "guests-left-out",
    "{} external guest(s) were left out: the home tenant keeps their risk, and this tenant cannot change it",
    Weight::MayRemain("guests were left out"),
);

/// The most users that one request names. Microsoft's pages state no limit; more were refused
/// (microsoft-graph-docs, issue 11610).
const MOST_USERS: usize = 60;

/// How often a refused request is halved. One user whom the service refuses is alone after six times.
const MOST_SPLITS: u32 = 24;

/// Returns the users, of whom there must be one at least.
///
/// # Errors
/// [`Error::Refused`] for none, or a name that cannot be one.
pub(super) fn named(users: impl IntoIterator<Item: IntoUser>) -> Result<Vec<UserRef>> {
    let users = users.into_iter().map(IntoUser::into_user).collect::<Result<Vec<_>>>()?;
    some(users)
}

fn some(users: Vec<UserRef>) -> Result<Vec<UserRef>> {
    if users.is_empty() {
        let reason = "it is empty: name at least one user".into();
        return Err(Refusal::BadInput { what: "users", reason }.into());
    }
    Ok(users)
}

/// Sends the feedback of a spec on all users.
///
/// # Errors
/// The error of the first request, if it refuses every other one as well: no licence, no permission, no
/// connection; the error of the reads, if no user could be read; the guard's, if it allows no user.
pub(super) async fn give_all(
    context: &Context,
    spec: &'static OperationSpec,
    mechanism: Mechanism,
    warnings: &[&'static WarningKind],
    users: Vec<UserRef>,
) -> Result<RiskOutcomes> {
    let users = some(users)?;
    let line = Line::of(spec);
    let (context, tally) = context.counting();
    let work = async {
        let mut work = Work::resolve(&context, spec, mechanism, users).await?;
        for warning in warnings {
            work.receipt.warn(*warning);
        }
        work.send(&context, spec).await
    };
    let done = Box::pin(work).instrument(line.span()).await;
    let told = done.as_ref().map(|done| (None, done.open().count().to_string()));
    line.end(tally.requests(), told);
    done
}

/// The work on all users.
struct Work {
    receipt: Receipt,
    users: Vec<RiskOutcome>,
    /// The users still to be sent, by their place, with their object ids.
    open: VecDeque<Vec<(usize, ObjectId)>>,
    splits_left: u32,
    /// The first refusal of the guard.
    guarded: Option<Error>,
}

impl Work {
    /// Reads each account: the call takes object ids, guests must be told apart, and an unknown user must not
    /// cost the others.
    async fn resolve(
        context: &Context,
        spec: &'static OperationSpec,
        mechanism: Mechanism,
        asked: Vec<UserRef>,
    ) -> Result<Self> {
        let mut once = HashSet::new();
        let asked: Vec<_> = asked.into_iter().filter(|user| once.insert(user.clone())).collect();
        let reads = context.inner();
        let found = all(asked.iter().map(|user| Account::read(&reads, user.clone()))).await;
        let mut work = Self {
            receipt: Receipt::new(spec, Target::None {}, mechanism),
            users: Vec::with_capacity(asked.len()),
            open: VecDeque::new(),
            splits_left: MOST_SPLITS,
            guarded: None,
        };
        let (mut ids, mut to_send, mut first_error) = (HashSet::new(), Vec::new(), None);
        for (asked, found) in asked.into_iter().zip(found) {
            let id = found.as_ref().ok().and_then(|account| account.target.id());
            // One account may have been named twice.
            if id.is_some_and(|id| !ids.insert(id)) {
                continue;
            }
            let unread = found.as_ref().ok().and_then(|account| account.unread().map(str::to_owned));
            let (outcome, reason) = match found {
                Err(error) if is_missing(&error) => (FeedbackOutcome::NotFound, Some(error.to_string())),
                Err(error) => {
                    let reason = Some(error.to_string());
                    first_error.get_or_insert(error);
                    (FeedbackOutcome::NotTried, reason)
                }
                Ok(account) if is_elsewhere(&account) => (FeedbackOutcome::InHomeTenant, None),
                Ok(_) => {
                    if let Some(reason) = &unread
                        && !work.receipt.has(&ACCOUNT_NOT_READ)
                    {
                        work.receipt.warn(ACCOUNT_NOT_READ.with(reason));
                    }
                    to_send.extend(id.map(|id| (work.users.len(), id)));
                    // Its turn comes.
                    (FeedbackOutcome::NotTried, unread)
                }
            };
            work.users.push(RiskOutcome { asked, id, outcome, reason, at: None });
        }
        match first_error {
            Some(error) if ids.is_empty() => return Err(error),
            _ => {}
        }
        let guests = work.users.iter().filter(|user| user.outcome == FeedbackOutcome::InHomeTenant).count();
        if guests > 0 {
            work.receipt.warn(GUESTS_LEFT_OUT.with(guests));
        }
        work.open = to_send.chunks(MOST_USERS).map(<[_]>::to_vec).collect();
        Ok(work)
    }

    /// Sends all requests, and returns the outcomes.
    async fn send(mut self, context: &Context, spec: &'static OperationSpec) -> Result<RiskOutcomes> {
        while let Some(chunk) = self.open.pop_front() {
            let ids: Vec<_> = chunk.iter().map(|(_, id)| *id).collect();
            match context.write(&Give { spec, ids: &ids }, &mut self.receipt).await {
                Ok(sent) => {
                    let done =
                        if sent.is_some() { FeedbackOutcome::Accepted } else { FeedbackOutcome::WouldSend };
                    self.settle(&chunk, &done, None);
                }
                Err(error) => self.refused(chunk, error)?,
            }
        }
        let is_guarded = |user: &RiskOutcome| user.outcome == FeedbackOutcome::Guarded;
        if let Some(error) = self.guarded.filter(|_| self.users.iter().all(is_guarded)) {
            return Err(error);
        }
        let mut done = RiskOutcomes { receipt: self.receipt, users: self.users };
        done.receipt.grade = done.grade();
        Ok(done)
    }

    /// Notes the outcome of a request for each of its users.
    fn settle(&mut self, chunk: &[(usize, ObjectId)], outcome: &FeedbackOutcome, reason: Option<&str>) {
        let at = self.receipt.server_date();
        for (place, _) in chunk {
            if let Some(user) = self.users.get_mut(*place) {
                user.outcome = outcome.clone();
                if let Some(reason) = reason {
                    user.reason = Some(reason.to_owned());
                }
                if matches!(outcome, FeedbackOutcome::Accepted) {
                    user.at = at;
                }
            }
        }
    }

    /// Decides what a refused request means: for one of its users, for all of them, or for all others too.
    ///
    /// # Errors
    /// The error given, if it refuses the whole and nothing was done.
    fn refused(&mut self, mut chunk: Vec<(usize, ObjectId)>, error: Error) -> Result<()> {
        let reason = match chunk.len() {
            1 => error.to_string(),
            many => format!("{error} (sent together with {} others)", many - 1),
        };
        if let Some(place) = guarded(&error).and_then(|id| chunk.iter().position(|(_, of)| *of == id)) {
            let one = chunk.remove(place);
            self.settle(&[one], &FeedbackOutcome::Guarded, Some(&error.to_string()));
            self.guarded.get_or_insert(error);
            if !chunk.is_empty() {
                self.open.push_front(chunk);
            }
        } else if ends_the_work(&error) {
            if !self.users.iter().any(|user| user.outcome.grade().may_be_done()) && !error.outcome_unknown() {
                return Err(error);
            }
            self.give_up(&chunk, &error, &reason);
        } else if error.outcome_unknown() {
            self.settle(&chunk, &FeedbackOutcome::Unknown, Some(&reason));
        } else if is_about_a_user(&error) && chunk.len() > 1 && self.splits_left > 0 {
            self.splits_left -= 1;
            let second = chunk.split_off(chunk.len() / 2);
            self.open.push_front(second);
            self.open.push_front(chunk);
        } else if is_missing(&error) && chunk.len() == 1 {
            self.settle(&chunk, &FeedbackOutcome::NotFound, Some(&reason));
        } else {
            self.settle(&chunk, &FeedbackOutcome::Refused, Some(&reason));
        }
        Ok(())
    }

    /// Ends the work: the others cannot succeed either.
    fn give_up(&mut self, chunk: &[(usize, ObjectId)], error: &Error, reason: &str) {
        if let Some(wait) = error.retry_after() {
            self.receipt.throttled(wait);
        }
        let outcome = match error {
            _ if error.outcome_unknown() => FeedbackOutcome::Unknown,
            Error::Graph(_) => FeedbackOutcome::Refused,
            _ => FeedbackOutcome::NotTried,
        };
        self.settle(chunk, &outcome, Some(reason));
        for rest in std::mem::take(&mut self.open) {
            self.settle(&rest, &FeedbackOutcome::NotTried, Some(&error.to_string()));
        }
    }
}

/// Returns the user for whom the guard refused the request.
fn guarded(error: &Error) -> Option<ObjectId> {
    match error.as_refusal()? {
        Refusal::Protected { target, .. } | Refusal::NotAllowed { target, .. } => target.object_id(),
        _ => None,
    }
}

/// Returns whether every other request would have the same answer.
fn ends_the_work(error: &Error) -> bool {
    use GraphErrorKind as Kind;
    match error {
        Error::Graph(graph) => match graph.kind() {
            Kind::BadRequest | Kind::Conflict | Kind::Other => false,
            Kind::NotFound => !graph.says_object_is_missing(),
            Kind::Unavailable => graph.retry_after.is_some(),
            _ => true,
        },
        Error::Decode { .. } => false,
        _ => true,
    }
}

/// Returns whether one user of a request may be the reason for its refusal.
fn is_about_a_user(error: &Error) -> bool {
    let about = |kind| matches!(kind, GraphErrorKind::BadRequest | GraphErrorKind::NotFound);
    error.as_graph().is_some_and(|graph| about(graph.kind()))
}

/// Returns whether there is no such user.
fn is_missing(error: &Error) -> bool {
    error.as_graph().is_some_and(GraphError::says_object_is_missing)
}
