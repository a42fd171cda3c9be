//! The stages that every request passes on its way to the transport.
//!
//! The order is the type of [`Pipeline`]: trace, guard, observe, retry, throttle, authorize. Authorize is
//! inside retry, so each attempt has a valid token; guard is outside, so a refused request is neither
//! observed nor retried.

mod authorize;
mod guard;
mod observe;
mod retry;
mod throttle;
mod trace;

pub use guard::Guard;
pub(crate) use guard::{Noted, OwnerChecked, Previewed};
#[cfg(feature = "containment")]
pub(crate) use observe::Observer;
pub(crate) use observe::{Observed, exchange};
pub use retry::RetryPolicy;

use std::sync::Arc;
use std::time::Duration;

use crate::auth::{Callers, Credential, TokenCache, TokenClaims, TokenProvider};
use crate::cloud::Cloud;
use crate::error::{Error, Refusal, Result};
use crate::ids::ObjectId;
use crate::origin::Origin;
use crate::spec::{CallerKind, OperationSpec};
use crate::transport::Transport;
use crate::wire::{Request, Response};

use authorize::Authorize;
use guard::Guarded;
use observe::Observe;
use retry::Retry;
use throttle::Throttle;
use trace::Trace;
pub(crate) use trace::{Inner, outcome};

/// One stage: does its part, and sends through the next one.
pub(crate) trait Stage: Send + Sync {
    /// Sends the request.
    fn send(&self, request: &mut Request) -> impl Future<Output = Result<Response>> + Send;
}

/// The stages in their order.
type Stack = Trace<Guarded<Observe<Retry<Throttle<Authorize>>>>>;

/// Sends requests through all stages.
#[derive(Debug)]
pub(crate) struct Pipeline {
    stack: Stack,
    callers: Arc<Callers>,
    origin: Origin,
    is_simulated: bool,
}

/// The configuration of the stages.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) provider: Arc<dyn TokenProvider>,
    /// The credential of the other kind of caller.
    pub(crate) second: Option<Arc<dyn TokenProvider>>,
    pub(crate) cloud: Cloud,
    pub(crate) origin: Origin,
    pub(crate) retry: RetryPolicy,
    pub(crate) identity_protection_interval: Duration,
    pub(crate) guard: Guard,
    pub(crate) user_agent: http::HeaderValue,
    pub(crate) timeout: Duration,
    pub(crate) trusts_unmarked: bool,
    /// Whether the service has a clock of its own.
    pub(crate) is_simulated: bool,
}

impl Pipeline {
    pub(crate) fn new(settings: Settings) -> Result<Self> {
        // A substitute on this machine takes the cloud's tokens; another endpoint (such as a sovereign cloud)
        // needs its own.
        let scope = if settings.origin.is_loopback() {
            settings.cloud.graph_scope().to_owned()
        } else {
            format!("{}/.default", settings.origin)
        };
        let origin = settings.origin.clone();
        let (cloud, transport) = (settings.cloud, Arc::clone(&settings.transport));
        let credential = |provider: Arc<dyn TokenProvider>| Credential {
            kind: provider.caller_kind(),
            tokens: TokenCache::new(provider, scope.clone(), cloud, Arc::clone(&transport)),
        };
        let callers = Callers::new(credential(settings.provider), settings.second.map(credential))?;
        let callers = Arc::new(callers);
        let authorize = Authorize {
            origin: settings.origin,
            callers: Arc::clone(&callers),
            user_agent: settings.user_agent,
            timeout: settings.timeout,
            trusts_unmarked: settings.trusts_unmarked,
            transport: settings.transport,
        };
        let throttle =
            Throttle::new(settings.retry.max_wait, settings.identity_protection_interval, authorize);
        let observe = Observe { next: Retry { policy: settings.retry, next: throttle } };
        let guarded = Guarded::new(&settings.guard, settings.cloud, Arc::clone(&callers), observe)?;
        let is_simulated = settings.is_simulated;
        Ok(Self { stack: Trace { next: guarded }, callers, origin, is_simulated })
    }

    /// Sends a request and returns the answer, whatever its status.
    pub(crate) async fn send(&self, mut request: Request) -> Result<Response> {
        self.stack.send(&mut request).await
    }

    /// Refuses an operation that a stage would refuse, before anything is read for it.
    pub(crate) fn admit(&self, spec: &'static OperationSpec) -> Result<()> {
        self.stack.next.admit(spec)
    }

    /// Refuses an address of another origin than the configured endpoint.
    pub(crate) fn is_here(&self, address: &http::Uri) -> Result<()> {
        self.origin.resolve(address).map(drop)
    }

    /// Returns the caller's own account, if it was asked for.
    pub(crate) fn own_account(&self) -> Option<ObjectId> {
        self.stack.next.seen().own()
    }

    /// Returns whether the client is one of a simulated tenant, whose clock is its own.
    pub(crate) const fn is_simulated(&self) -> bool {
        self.is_simulated
    }

    /// Returns the kind of each caller of the client, and what its token says.
    pub(crate) async fn callers(&self) -> Result<Vec<(Option<CallerKind>, Option<Arc<TokenClaims>>)>> {
        self.callers.all().await
    }

    /// Returns the tenant that the client's tokens were issued for, if they say so.
    #[cfg(feature = "containment")]
    pub(crate) async fn tenant(&self) -> Result<Option<ObjectId>> {
        self.callers.tenant().await
    }

    /// Returns the kind of caller, if known; of two, the signed-in user's.
    pub(crate) fn caller_kind(&self) -> Option<CallerKind> {
        self.callers.kind()
    }

    /// Notes which account calls.
    pub(crate) fn note_own_account(&self, id: ObjectId) {
        self.stack.next.seen().note_own(id);
    }

    /// Notes the sign-in name of an account that was read.
    pub(crate) fn note_account(&self, id: ObjectId, name: &str) {
        self.stack.next.seen().note_name(id, name);
    }

    pub(crate) fn cloud(&self) -> Cloud {
        self.stack.next.cloud()
    }
}

/// Returns the spec that every request must carry.
pub(crate) fn spec_of(request: &Request) -> Result<&'static OperationSpec> {
    request.extensions().get::<&'static OperationSpec>().copied().ok_or_else(|| Error::from(Refusal::NoSpec))
}
