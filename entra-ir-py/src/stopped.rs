//! Determines what is unknown when a call is stopped by Ctrl-C or cancellation.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use entra_ir_core::spec::OperationSpec;
use entra_ir_core::wire::{Request, Response};
use entra_ir_core::{Permit, Sent, Transport, TransportError, TransportErrorKind};
use http::StatusCode;

tokio::task_local! {
    static WRITES: Arc<Writes>;
}

const NOT_TAKEN: [StatusCode; 2] = [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS];

/// Counts the writes of one call.
#[derive(Debug, Default)]
pub(crate) struct Writes(Mutex<Counted>);

#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    begun: u32,
    answered: u32,
    told: bool,
}

impl Writes {
    /// Runs a call and counts its writes.
    pub(crate) async fn of<F: Future>(self: Arc<Self>, call: F) -> F::Output {
        WRITES.scope(self, call).await
    }

    /// Returns whether anything is unknown after the stop, and what. It sends no further write.
    pub(crate) fn tell(&self) -> (bool, String) {
        let Counted { begun, answered, .. } = {
            let mut counted = self.counted();
            counted.told = true;
            *counted
        };
        let text = if begun == 0 {
            "stopped before anything was changed: no write had been sent".to_owned()
        } else if begun == answered {
            format!(
                "stopped after {answered} write(s) had been answered, perhaps with more to do: their \
                results are lost. Read the account's state before repeating them"
            )
        } else {
            let unknown = begun - answered;
            format!(
                "stopped while {unknown} write(s) had no answer yet ({answered} had one): whether they were done is unknown. Read the account's state before repeating them"
            )
        };
        (begun > 0, text)
    }

    /// Counts a write that begins. A cancelled call may continue for a moment on another thread; the report
    /// about it must stay true, so it begins no further write.
    fn begin(&self) -> Result<(), TransportError> {
        let mut counted = self.counted();
        if counted.told {
            return Err(TransportError::new(TransportErrorKind::Connect, Sent::No));
        }
        counted.begun += 1;
        Ok(())
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Passes requests on, and counts those that change something.
#[derive(Debug)]
pub(crate) struct Counting<T>(pub(crate) T);

#[async_trait]
impl<T: Transport> Transport for Counting<T> {
    async fn ready(&self, request: &Request) -> Result<Permit, TransportError> {
        self.0.ready(request).await
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        // Only a request for a token has no spec.
        let writes = request
            .extensions()
            .get::<&'static OperationSpec>()
            .is_some_and(|spec| spec.effect.writes() && request.method() != http::Method::GET);
        let writes = if writes { WRITES.try_with(Arc::clone).ok() } else { None };
        if let Some(writes) = &writes {
            writes.begin()?;
        }
        let answer = self.0.send(request).await;
        if let Some(writes) = &writes {
            match &answer {
                Err(error) if error.sent == Sent::No => writes.counted().begun -= 1,
                // A request is repeated after these answers: they did nothing.
                Ok(response) if NOT_TAKEN.contains(&response.status()) => writes.counted().begun -= 1,
                // After a service error it is unknown whether the write was done.
                Ok(response) if !response.status().is_server_error() => writes.counted().answered += 1,
                _ => {}
            }
        }
        answer
    }
}
