//! What passes between clients and the tenant: the answer to each request, the faults that befall it, and
//! what was seen of both.

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
    /// Notes a request, unless a fault keeps it from arriving. Returns that fault or another one that befalls
    /// it.
    pub(crate) fn arrives(&mut self, request: &Request) -> (Option<Entry>, Option<Fault>) {
        let fault = Armed::first(&mut self.faults, request);
        let arrives = fault.as_ref().is_none_or(Fault::arrives);
        let entry = if arrives { self.log.arrived(request) } else { None };
        (entry, fault)
    }
}

/// Answers a request, with what a fault makes of the answer.
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
