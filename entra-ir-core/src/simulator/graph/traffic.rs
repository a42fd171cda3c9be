//! The traffic between clients and the tenant: answers, faults, and the log of both.

use super::answer::{Refused, Stamps};
use super::exchange_log::{Entry, Log};
use super::fault::{Armed, Fault};
use super::router::serve;
use crate::error::TransportError;
use crate::simulator::tenant::state::State;
use crate::wire::{Request, Response};

/// The faults in wait, and what arrived.
#[derive(Clone, Default)]
pub(crate) struct Traffic {
    pub(crate) faults: Vec<Armed>,
    pub(crate) log: Log,
}

impl Traffic {
    /// Records a request, unless a fault prevents its arrival. Returns the fault that applies to it.
    pub(crate) fn arrives(&mut self, request: &Request) -> (Option<Entry>, Option<Fault>) {
        let fault = Armed::first(&mut self.faults, request);
        let arrives = fault.as_ref().is_none_or(Fault::arrives);
        let entry = if arrives { self.log.arrived(request) } else { None };
        (entry, fault)
    }
}

/// Answers a request, as modified by a fault.
pub(crate) fn answer(
    state: &mut State,
    request: &Request,
    fault: Option<&Fault>,
) -> Result<Response, TransportError> {
    let works = fault.is_none_or(Fault::takes_effect);
    let outcome = works.then(|| serve(state, request));
    let stamps = Stamps::new(state.now(), request.headers());
    let own = outcome.map(|outcome| stamps.response(outcome));
    match (fault, own) {
        (None, Some(response)) => Ok(response),
        (Some(fault), own) => fault.apply(&stamps, own),
        // Without a fault everything is served.
        (None, None) => Ok(stamps.response(Err(Refused::gone()))),
    }
}
