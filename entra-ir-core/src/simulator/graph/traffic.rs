//! The traffic between clients and the tenant: answers, faults, and the log of both.

use super::answer::{Refused, Service, Stamps};
use super::exchange_log::{Entry, Log};
use super::fault::{Armed, Fault};
use super::router::serve;
use crate::error::TransportError;
#[cfg(feature = "oauth")]
use crate::simulator::authority;
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
    let stamps = Stamps::new(service(request), state.now(), request.headers());
    let own = works.then(|| match stamps.service {
        Service::Graph => stamps.response(serve(state, request)),
        #[cfg(feature = "oauth")]
        Service::Authority => {
            let reply = authority::serve(state, request, stamps.request_id(), stamps.client_request_id());
            stamps.assemble(reply.status, reply.headers, Some(reply.body), reply.content_type)
        }
    });
    match (fault, own) {
        (None, Some(response)) => Ok(response),
        (Some(fault), own) => fault.apply(&stamps, own),
        // Without a fault everything is served.
        (None, None) => Ok(stamps.response(Err(Refused::gone()))),
    }
}

/// Returns which service a request is for. The path alone decides: a client asks under any host.
#[cfg_attr(not(feature = "oauth"), expect(unused_variables, reason = "Graph alone is simulated"))]
fn service(request: &Request) -> Service {
    #[cfg(feature = "oauth")]
    if authority::is_for(request.uri()) {
        return Service::Authority;
    }
    Service::Graph
}
