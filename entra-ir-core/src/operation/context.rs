//! What a procedure may do: send operations, and learn where it is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use tokio::sync::OnceCell;

use super::caller::IdentifyCaller;
use super::{Caller, Exchange, Operation, Procedure, Receipt};
use crate::auth::CallerKind;
use crate::cloud::Cloud;
use crate::error::{Error, Refusal, Result};
use crate::ids::UserRef;
use crate::page::Page;
use crate::pipeline::Pipeline;
use crate::wire::{
    Delivery, Request, Response, Target, decode_failure, follow, graph_error, is_foreign_page, server_date,
};

/// The most pages that are followed: far more than any collection here has, and an end to a service that links in circles.
const MOST_PAGES: usize = 1_000;

/// Gives a [`Procedure`] the means to run.
#[derive(Clone, Debug)]
pub struct Context {
    shared: Arc<Shared>,
    tally: Option<Arc<Tally>>,
}

/// Counts what one procedure sent, and notes the earliest time that the service told.
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
        let date = sent.as_ref().ok().and_then(|response| server_date(response.headers()));
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.0 = noted.0.saturating_add(attempts);
        noted.1 = noted.1.into_iter().chain(date).min();
    }
}

#[derive(Debug)]
struct Shared {
    pipeline: Pipeline,
    caller: OnceCell<Caller>,
}

impl Context {
    pub(crate) fn new(pipeline: Pipeline) -> Self {
        Self { shared: Arc::new(Shared { pipeline, caller: OnceCell::new() }), tally: None }
    }

    /// Returns the same context, which counts what is sent through it.
    pub(crate) fn counting(&self) -> (Self, Arc<Tally>) {
        let tally = Arc::new(Tally::default());
        (Self { shared: Arc::clone(&self.shared), tally: Some(Arc::clone(&tally)) }, tally)
    }

    /// Runs a procedure, if the cloud has it and the guard lets it through.
    pub(crate) async fn run<P: Procedure>(&self, procedure: P) -> Result<P::Output> {
        self.shared.pipeline.admit(P::SPEC)?;
        procedure.run(self).await
    }

    /// Returns the cloud the client talks to.
    pub fn cloud(&self) -> Cloud {
        self.shared.pipeline.cloud()
    }

    /// Sends a read and decodes its answer.
    ///
    /// # Errors
    /// [`Error`], see there.
    pub async fn read<O: Operation>(&self, operation: &O) -> Result<O::Output> {
        self.send(operation, operation.request()?).await?.0
    }

    /// Sends a write, notes it in the receipt, and decodes its answer; in dry-run mode notes what would have been sent, and returns `None`.
    ///
    /// # Errors
    /// [`Error`], see there.
    pub async fn write<O: Operation>(
        &self,
        operation: &O,
        receipt: &mut Receipt,
    ) -> Result<Option<O::Output>> {
        let request = operation.request()?;
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        match self.send(operation, request).await {
            Ok((output, response)) => {
                receipt.sent(Exchange::of(method, path, &response));
                output.map(Some)
            }
            Err(Error::Refused(refusal)) => match *refusal {
                Refusal::DryRun(preview) => {
                    receipt.not_sent(preview);
                    Ok(None)
                }
                refusal => Err(refusal.into()),
            },
            Err(error) => Err(error),
        }
    }

    /// Reads all pages of a collection, the first one by the operation and the others where the service says.
    ///
    /// # Errors
    /// [`Error`], see there; [`Error::Decode`] if the pages do not end.
    pub async fn read_all<T, O>(&self, operation: &O) -> Result<Vec<T>>
    where
        T: DeserializeOwned + Send,
        O: Operation<Output = Page<T>>,
    {
        let request = operation.request()?;
        let target = request.extensions().get::<Target>().cloned();
        let (page, mut last) = self.send(operation, request).await?;
        let mut page = page?;
        let mut items = Vec::new();
        for _ in 0..MOST_PAGES {
            items.append(&mut page.value);
            let Some(next) = page.next_link else {
                return Ok(items);
            };
            let next = follow(O::SPEC, &next, target.clone())?;
            let (decoded, response) = self.send(operation, next).await?;
            (page, last) = (decoded?, response);
        }
        Err(decode_failure(O::SPEC, "@odata.nextLink", "the pages do not end", Some(&last), false))
    }

    /// Sends a request to an address that the service gave, as it gave it, and decodes the answer like the operation's own.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`Refusal::ForeignOrigin`] for an address elsewhere; otherwise [`Error`], see there.
    pub(crate) async fn follow<O: Operation>(
        &self,
        operation: &O,
        address: &str,
        user: &UserRef,
    ) -> Result<(O::Output, Response)> {
        let request = follow(O::SPEC, address, Some(Target(user.clone())))?;
        let (output, response) = self.send(operation, request).await?;
        Ok((output?, response))
    }

    /// Returns the decoded answer beside the answer itself: a write that was accepted is noted even if its answer is not understood.
    async fn send<O: Operation>(
        &self,
        operation: &O,
        request: Request,
    ) -> Result<(Result<O::Output>, Response)> {
        let sent = self.shared.pipeline.send(request).await;
        if let Some(tally) = &self.tally {
            tally.note(&sent);
        }
        let response = sent?;
        if response.status().is_success() && is_foreign_page(&response) {
            let reason = "it is a page of HTML, made by something between here and Graph";
            return Err(decode_failure(O::SPEC, ".", reason, Some(&response), false));
        }
        if operation.accepts(&response) {
            Ok((operation.decode(&response), response))
        } else {
            Err(graph_error(O::SPEC, &response, OffsetDateTime::now_utc()).into())
        }
    }

    /// Tells who is calling: by the credential if it knows, else by asking Graph. What Graph told is kept; that it did not tell is not.
    ///
    /// # Errors
    /// None for a refusal by Graph: who calls is then unknown. [`Error`] if there was no answer at all.
    pub async fn caller(&self) -> Result<Caller> {
        let known = self.shared.pipeline.provider().caller_kind();
        if known == Some(CallerKind::AppOnly) {
            return Ok(Caller { kind: known, id: None });
        }
        let asked = self.shared.caller.get_or_try_init(|| self.read(&IdentifyCaller)).await;
        match asked {
            Ok(asked) => Ok(Caller { kind: known.or(asked.kind), id: asked.id }),
            Err(Error::Graph(_) | Error::Decode { .. }) => Ok(Caller { kind: known, id: None }),
            Err(error) => Err(error),
        }
    }

    /// Waits. A timer, never a thread.
    pub async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}
