//! The context of a running operation: it sends requests, and knows the client's cloud, caller and deadline.

use std::collections::{HashMap, HashSet};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::caller::IdentifyCaller;
use super::given::Given;
use super::kept::Kept;
use super::{Caller, GraphCall, Operation, Poll};
use crate::auth::TokenClaims;
use crate::cloud::Cloud;
use crate::error::{Error, GraphError, NoAnswer, Refusal, Result, Sent, TransportError, TransportErrorKind};
use crate::ids::{ObjectId, UserRef};
use crate::model::{Device, FRESH, User};
use crate::page::{Page, Pages, in_time};
use crate::pipeline::{Inner, Noted, Observed, OwnerChecked, Pipeline, Previewed, exchange};
use crate::receipt::{ANSWER_UNMARKED, OWNER_CHECKED, Receipt};
use crate::spec::{CallerKind, OperationSpec};
use crate::wire::{Delivery, Request, Response, Targets, is_by_graph, not_graph, refusal, server_date};

/// Gives an [`Operation`] the means to run.
#[derive(Clone, Debug)]
pub struct Context {
    shared: Arc<Shared>,
    tally: Option<Arc<Tally>>,
    /// Whether its requests are logged only at debug level.
    is_inner: bool,
    /// The accounts that the caller passed.
    known: Arc<[User]>,
    /// The device that the caller passed.
    known_device: Option<Arc<Device>>,
    /// The deadline of the call.
    deadline: Option<Instant>,
    /// Whether the caller said that the owner was checked.
    owner_checked: bool,
    /// The observer of its requests.
    observed: Option<Observed>,
    /// Whether its writes are only described.
    is_preview: bool,
}

/// Counts the requests of one operation, and records the service's earliest time.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<(u32, Option<OffsetDateTime>)>);

impl Tally {
    /// Returns how many requests were sent, repeated ones included.
    pub(crate) fn requests(&self) -> u32 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// Returns the service's own time of the earliest answer.
    pub(crate) fn earliest(&self) -> Option<OffsetDateTime> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    fn note(&self, sent: &Result<Response>) {
        let attempts = match sent {
            Ok(response) => response.extensions().get::<Delivery>().map_or(1, |delivery| delivery.attempts),
            Err(Error::Transport(error)) => error.attempts,
            Err(_) => 0,
        };
        // An answer of an intermediary has another clock.
        let by_graph = sent.as_ref().ok().filter(|response| is_by_graph(response));
        let date = by_graph.and_then(|response| server_date(response.headers()));
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.0 = noted.0.saturating_add(attempts);
        noted.1 = noted.1.into_iter().chain(date).min();
    }
}

#[derive(Debug)]
struct Shared {
    pipeline: Pipeline,
    /// The caller, as answered or refused by Graph. A cell without an answer is replaced, so that Graph is
    /// asked again later.
    caller: RwLock<Arc<OnceCell<Caller>>>,
    /// Cached reads that rarely change.
    kept: Kept,
    /// The accounts that this client recently blocked or unblocked.
    enabled: Mutex<HashMap<ObjectId, (Instant, bool)>>,
    /// The accounts whose risk this client confirmed, and did not dismiss.
    compromised: Mutex<HashSet<ObjectId>>,
}

/// The outcome of a request: its meaning, and the answer itself if there is one.
struct Answered<T> {
    output: Result<T>,
    response: Option<Response>,
}

impl Context {
    pub(crate) fn new(pipeline: Pipeline) -> Self {
        Self {
            shared: Arc::new(Shared {
                pipeline,
                caller: RwLock::default(),
                kept: Kept::default(),
                enabled: Mutex::default(),
                compromised: Mutex::default(),
            }),
            tally: None,
            is_inner: false,
            known: Arc::default(),
            known_device: None,
            deadline: None,
            owner_checked: false,
            observed: None,
            is_preview: false,
        }
    }

    /// Returns the same context for one call, with what the caller gives beside the operation.
    pub(super) fn for_call(&self, given: Given) -> Self {
        let Given { users, device, time, owner_checked } = given;
        for user in &users {
            self.note_account(user);
        }
        Self {
            known: users.into(),
            known_device: device.map(Arc::new),
            deadline: time.map(after),
            owner_checked,
            ..self.clone()
        }
    }

    /// Passes an account that was read to the guard: its name may be that of directory synchronization.
    pub(crate) fn note_account(&self, user: &User) {
        if let Some(name) = &user.user_principal_name {
            self.shared.pipeline.note_account(user.id, name);
        }
    }

    /// Returns an account that the caller passed, if it is this one and was read recently; with this client's
    /// later changes.
    pub(crate) fn known(&self, user: &UserRef) -> Option<User> {
        let id = user.id()?;
        let known = self.known.iter().find(|known| known.id == id && known.read.is_fresh())?;
        let noted =
            self.shared.enabled.lock().unwrap_or_else(PoisonError::into_inner).get(&known.id).copied();
        let later = noted.filter(|(at, _)| !known.read.is_after(*at)).map(|(_, enabled)| enabled);
        Some(User { account_enabled: later.or(known.account_enabled), ..known.clone() })
    }

    /// Returns the device that the caller passed, if it is this one and was read recently. How it is joined
    /// does not change; whether it is enabled does.
    pub(crate) fn known_device(&self, id: ObjectId) -> Option<&Device> {
        self.known_device.as_deref().filter(|device| device.id == Some(id) && device.read.is_fresh())
    }

    /// Records that an account was blocked or unblocked, for callers that pass its earlier state.
    pub(crate) fn note_enabled(&self, user: &UserRef, enabled: bool) {
        let Some(id) = user.id() else { return };
        let mut noted = self.shared.enabled.lock().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|_, (at, _)| at.elapsed() < FRESH);
        noted.insert(id, (Instant::now(), enabled));
    }

    /// Records that the risk of an account was confirmed, or dismissed.
    pub(crate) fn note_compromised(&self, user: ObjectId, compromised: bool) {
        let mut noted = self.shared.compromised.lock().unwrap_or_else(PoisonError::into_inner);
        if compromised {
            noted.insert(user);
        } else {
            noted.remove(&user);
        }
    }

    /// Returns whether this client confirmed the risk of an account, and did not dismiss it.
    pub(crate) fn confirmed_compromised(&self, user: &UserRef) -> bool {
        let noted = self.shared.compromised.lock().unwrap_or_else(PoisonError::into_inner);
        user.id().is_some_and(|id| noted.contains(&id))
    }

    /// Sends a read, or returns the result of the same read if it is less than a minute old and `counts`: a
    /// result that prevents the work is read again.
    ///
    /// # Errors
    /// [`Error`], see there. An error is not cached.
    pub(crate) async fn read_kept<C>(
        &self,
        call: &C,
        counts: impl Fn(&C::Output) -> bool + Send,
    ) -> Result<C::Output>
    where
        C: GraphCall<Output: Clone + Send + Sync + 'static>,
    {
        let address = call.request()?.uri().to_string();
        self.shared.kept.get(address, counts, Box::pin(self.read(call))).await
    }

    /// Returns the same context, which counts its requests.
    pub(crate) fn counting(&self) -> (Self, Arc<Tally>) {
        let tally = Arc::new(Tally::default());
        (Self { tally: Some(Arc::clone(&tally)), ..self.clone() }, tally)
    }

    /// Returns the same context, whose requests an observer follows.
    #[cfg(feature = "containment")]
    pub(crate) fn observed_by(&self, observer: Arc<dyn crate::pipeline::Observer>) -> Self {
        Self { observed: Some(Observed(observer)), ..self.clone() }
    }

    /// Returns the same context, whose writes are only described, as in dry-run mode.
    #[cfg(feature = "containment")]
    pub(crate) fn previewing(&self) -> Self {
        Self { is_preview: true, ..self.clone() }
    }

    /// Returns the tenant that the client's token was issued for; `None` if it does not say so.
    ///
    /// # Errors
    /// That of the credential.
    #[cfg(feature = "containment")]
    pub(crate) async fn tenant(&self) -> Result<Option<ObjectId>> {
        self.shared.pipeline.tenant().await
    }

    /// Returns the same context, whose requests are logged only at debug level.
    pub(crate) fn inner(&self) -> Self {
        Self { is_inner: true, ..self.clone() }
    }

    /// Runs an operation, if the cloud has it and the guard allows it.
    pub(crate) async fn run<O: Operation>(&self, operation: O) -> Result<O::Output> {
        self.shared.pipeline.admit(operation.spec())?;
        operation.run(self).await
    }

    /// Returns the client's cloud.
    pub fn cloud(&self) -> Cloud {
        self.shared.pipeline.cloud()
    }

    /// Sends a read and decodes its answer.
    ///
    /// # Errors
    /// [`Error`], see there.
    pub async fn read<C: GraphCall>(&self, call: &C) -> Result<C::Output> {
        self.send(call, call.request()?).await.output
    }

    /// Sends a write, records it in the receipt, and decodes its answer; in dry-run mode records what would
    /// be sent, and returns `None`.
    ///
    /// # Errors
    /// [`Error`], see there. An error after something was sent carries the receipt.
    pub async fn write<C: GraphCall>(&self, call: &C, receipt: &mut Receipt) -> Result<Option<C::Output>> {
        let request = call.request()?;
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        if self.owner_checked {
            receipt.warn(&OWNER_CHECKED);
        }
        let Answered { output, response } = self.send(call, request).await;
        if let Some(Noted(warnings)) = response.as_ref().and_then(|response| response.extensions().get()) {
            for warning in warnings {
                receipt.warn(warning.clone());
            }
        }
        let error = match output {
            Ok(output) => {
                if response.as_ref().is_some_and(|response| !is_by_graph(response)) {
                    receipt.warn(&ANSWER_UNMARKED);
                }
                receipt.accepted(exchange(method, path, response.as_ref(), None));
                return Ok(Some(output));
            }
            Err(Error::Refused(refusal)) => match *refusal {
                Refusal::DryRun(preview) => {
                    receipt.not_sent(preview);
                    return Ok(None);
                }
                refusal => return Err(refusal.into()),
            },
            Err(error) => error,
        };
        let unknown = error.outcome_unknown();
        if response.is_some() || unknown {
            receipt.not_accepted(exchange(method, path, response.as_ref(), Some(&error)), unknown);
        }
        Err(if receipt.exchanges.is_empty() { error } else { error.with_receipt(receipt) })
    }

    /// Reads all pages of a collection: the first one by the operation, the others by the service's links.
    ///
    /// # Errors
    /// [`Error`], see there; [`Error::Decode`] if the pages do not end or are too large, [`Error::Transport`]
    /// if they take too long.
    pub async fn read_all<T, C>(&self, call: &C) -> Result<Vec<T>>
    where
        T: DeserializeOwned + Send,
        C: GraphCall<Output = Page<T>>,
    {
        in_time(call.spec(), Box::pin(self.pages(call))).await
    }

    async fn pages<T, C>(&self, call: &C) -> Result<Vec<T>>
    where
        T: DeserializeOwned + Send,
        C: GraphCall<Output = Page<T>>,
    {
        let mut request = call.request()?;
        let mut pages = Pages::of(call.spec(), &request);
        let mut items = Vec::new();
        loop {
            let (page, response) = self.send(call, request).await.whole()?;
            let is_here = |address: &http::Uri| self.shared.pipeline.is_here(address);
            let next = pages.next(&response, page.next_link, is_here)?;
            items.extend(page.value);
            request = match next {
                Some(next) => next,
                None => return Ok(items),
            };
        }
    }

    /// Sends a read, and returns the decoded answer together with the answer itself.
    ///
    /// # Errors
    /// [`Error`], see there.
    pub(crate) async fn look<C: GraphCall>(&self, call: &C) -> Result<(C::Output, Response)> {
        self.send(call, call.request()?).await.whole()
    }

    /// Returns the decoded answer and the answer itself. An answer that Graph did not make proves nothing,
    /// unless its content does.
    async fn send<C: GraphCall>(&self, call: &C, mut request: Request) -> Answered<C::Output> {
        if self.is_inner {
            request.extensions_mut().insert(Inner);
        }
        if self.owner_checked {
            request.extensions_mut().insert(OwnerChecked);
        }
        if self.is_preview {
            request.extensions_mut().insert(Previewed);
        }
        if let Some(observed) = &self.observed {
            request.extensions_mut().insert(observed.clone());
        }
        let targets = request.extensions().get::<Targets>().cloned();
        let sent = std::pin::pin!(self.shared.pipeline.send(request));
        let sent = self.in_time(call.spec(), sent).await;
        if let Some(tally) = &self.tally {
            tally.note(&sent);
        }
        let response = match sent {
            Ok(response) => response,
            Err(error) => return Answered { output: Err(error), response: None },
        };
        let output = if is_by_graph(&response) {
            if call.accepts(&response) {
                call.decode(&response)
            } else {
                Err(refusal(call.spec(), &response, OffsetDateTime::now_utc()))
            }
        } else {
            let decoded = response.status().is_success().then(|| call.decode(&response));
            match decoded {
                Some(Ok(output)) if call.proves(&output) => Ok(output),
                _ => Err(not_graph(call.spec(), &response)),
            }
        };
        let output = output.map_err(|error| about(error, targets.as_ref()));
        Answered { output, response: Some(response) }
    }

    /// Waits for an answer up to the deadline of the call. A request that was in progress may have arrived.
    async fn in_time(
        &self,
        spec: &'static OperationSpec,
        sent: Pin<&mut (impl Future<Output = Result<Response>> + Send)>,
    ) -> Result<Response> {
        let Some(deadline) = self.deadline else { return sent.await };
        let over = |sent: Sent, attempts| {
            let error = TransportError::new(TransportErrorKind::Timeout, sent);
            let unknown = spec.effect.writes() && sent == Sent::Maybe;
            Err(NoAnswer::new(
                spec,
                attempts,
                None,
                unknown,
                error.caused_by("the deadline of the call has passed"),
            )
            .into())
        };
        if Instant::now() >= deadline {
            return over(Sent::No, 0);
        }
        match tokio::time::timeout_at(deadline, sent).await {
            Ok(sent) => sent,
            Err(_) => over(Sent::Maybe, 1),
        }
    }

    /// Starts polling, which ends at the deadline of the call at the latest.
    pub(crate) fn poll_within(&self, time: Duration) -> Poll {
        Poll::until(self.deadline.map_or_else(|| after(time), |deadline| deadline.min(after(time))))
    }

    /// Returns the caller: from the credential if it knows, otherwise from Graph, asked once. A refusal of
    /// Graph is cached, too.
    pub async fn caller(&self) -> Caller {
        let known = self.shared.pipeline.caller_kind();
        if known == Some(CallerKind::AppOnly) {
            return Caller { kind: known, id: None };
        }
        // The guard may have asked already.
        if let Some(id) = self.shared.pipeline.own_account() {
            return Caller { kind: known.or(Some(CallerKind::Delegated)), id: Some(id) };
        }
        let cell = Arc::clone(&self.shared.caller.read().unwrap_or_else(PoisonError::into_inner));
        let mut unanswered = false;
        let asked = cell
            .get_or_init(|| async {
                match self.inner().read(&IdentifyCaller).await {
                    Ok(caller) => {
                        if let Some(id) = caller.id {
                            self.shared.pipeline.note_own_account(id);
                        }
                        caller
                    }
                    Err(Error::Graph(refusal)) if refuses(&refusal) => Caller::default(),
                    Err(_) => {
                        unanswered = true;
                        Caller::default()
                    }
                }
            })
            .await;
        if unanswered {
            *self.shared.caller.write().unwrap_or_else(PoisonError::into_inner) = Arc::default();
        }
        Caller { kind: known.or(asked.kind), id: asked.id }
    }

    /// Returns whether the client is one of a simulated tenant, whose clock is its own.
    pub(crate) fn is_simulated(&self) -> bool {
        self.shared.pipeline.is_simulated()
    }

    /// Returns the kind of each caller of the client, and what its token says.
    ///
    /// # Errors
    /// That of the credential.
    pub(crate) async fn callers(&self) -> Result<Vec<(Option<CallerKind>, Option<Arc<TokenClaims>>)>> {
        self.shared.pipeline.callers().await
    }

    /// Returns whether the caller said that the owner of the target was checked.
    pub(crate) const fn is_owner_checked(&self) -> bool {
        self.owner_checked
    }

    /// Waits, up to the deadline of the call. It uses a timer, never a thread.
    pub async fn sleep(&self, time: Duration) {
        let end = after(time);
        tokio::time::sleep_until(self.deadline.map_or(end, |deadline| deadline.min(end))).await;
    }
}

impl<T> Answered<T> {
    /// Returns both, or the error.
    fn whole(self) -> Result<(T, Response)> {
        let output = self.output?;
        let none = || Error::Config("an output without an answer".into());
        Ok((output, self.response.ok_or_else(none)?))
    }
}

/// Notes on a refusal what it was about.
fn about(mut error: Error, targets: Option<&Targets>) -> Error {
    if let Error::Graph(graph) = &mut error {
        graph.target = targets.and_then(Targets::main).cloned();
    }
    error
}

/// Returns now plus a duration. A duration of any length may be given: one beyond the range of the clock
/// counts as a year.
fn after(time: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(time).unwrap_or(now + Duration::from_secs(365 * 24 * 60 * 60))
}

/// Returns whether the service permanently refuses to identify the caller. An expired token or a busy service
/// is temporary.
fn refuses(refusal: &GraphError) -> bool {
    refusal.status.is_client_error() && !matches!(refusal.status.as_u16(), 401 | 408 | 429)
}
