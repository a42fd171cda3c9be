//! The builder of a client: it assembles the request pipeline.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::auth::TokenProvider;
use crate::cloud::Cloud;
use crate::error::{Error, Result};
use crate::operation::{Client, Context};
use crate::origin::Origin;
use crate::pipeline::{Guard, Pipeline, RetryPolicy, Settings};
use crate::transport::Transport;

/// The interval at which Identity Protection answers the whole tenant.
const LEAST_INTERVAL: Duration = Duration::from_secs(1);

/// Sets up a [`Client`].
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    transport: Option<Arc<dyn Transport>>,
    credential: Option<Arc<dyn TokenProvider>>,
    second_credential: Option<Arc<dyn TokenProvider>>,
    cloud: Cloud,
    graph_endpoint: Option<String>,
    retry: RetryPolicy,
    /// The interval that the caller set.
    identity_protection_interval: Option<Duration>,
    default_interval: Duration,
    guard: Guard,
    user_agent: Option<String>,
    timeout: Duration,
    trusts_unmarked: bool,
    is_simulated: bool,
}

impl Client {
    /// Starts from the defaults: the public cloud, HTTP, five attempts of up to 30 seconds each, everything
    /// allowed.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            transport: None,
            credential: None,
            second_credential: None,
            cloud: Cloud::default(),
            graph_endpoint: None,
            retry: RetryPolicy::default(),
            identity_protection_interval: None,
            default_interval: LEAST_INTERVAL * 2,
            guard: Guard::default(),
            user_agent: None,
            timeout: Duration::from_secs(30),
            trusts_unmarked: false,
            is_simulated: false,
        }
    }
}

impl ClientBuilder {
    /// Sets the transport. Default: [`HttpTransport`](crate::HttpTransport), with feature `http`.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sends with your own client of reqwest 0.13, behind a [`Gate`](crate::Gate): the same as
    /// `transport(Gate::new(client))`.
    ///
    /// Turn off its redirects (`redirect::Policy::none()`) and its retries
    /// (`retry(reqwest::retry::never())`). Redirects turn some writes into reads at another address; an
    /// answer from another address is an error. [The
    /// implementation](crate::Transport#impl-Transport-for-Client) describes more, including timeouts and
    /// proxies.
    #[cfg(feature = "http")]
    pub fn http_client(self, client: reqwest::Client) -> Self {
        self.transport(crate::transport::Gate::new(client))
    }

    /// Sets the source of the tokens.
    pub fn credential(mut self, credential: impl TokenProvider) -> Self {
        self.credential = Some(Arc::new(credential));
        self
    }

    /// Adds a credential of the other kind of caller: one of the two is a signed-in user's, one an
    /// application's. Each has to know its kind ([`TokenProvider::caller_kind`]).
    ///
    /// No single credential can run every plan: the reset of a synced user exists only for a signed-in user,
    /// the inbox rules of others only for an application. Each request goes with the credential that may send
    /// it, as far as the operation and the token's own permissions and roles say; if both may, as the
    /// signed-in user, whom the tenant's logs then name. What Graph refuses to one of them (403) is asked
    /// once more with the other. Receipts, previews and the journal name the caller.
    ///
    /// ```
    /// use entra_ir_core::{CallerKind, Client, StaticToken};
    ///
    /// # fn main() -> Result<(), entra_ir_core::Error> {
    /// let person = StaticToken::new("eyJ0eXAi...").speaking_for(CallerKind::Delegated);
    /// let application = StaticToken::new("eyJ0eXAi...").speaking_for(CallerKind::AppOnly);
    /// let client = Client::builder().credential(person).second_credential(application).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn second_credential(mut self, credential: impl TokenProvider) -> Self {
        self.second_credential = Some(Arc::new(credential));
        self
    }

    /// Sets the cloud: its endpoint, and which operations it has.
    pub const fn cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = cloud;
        self
    }

    /// Sets another Graph endpoint than the cloud's: scheme and host, https, or http on a loopback address.
    /// Tokens are requested for that endpoint (`<endpoint>/.default`); for a loopback address, for the
    /// cloud's.
    pub fn graph_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.graph_endpoint = Some(endpoint.into());
        self
    }

    /// Sets how often and how long to try.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the interval between two requests of this client to Identity Protection. Default: two seconds.
    ///
    /// Identity Protection answers one request per second for the whole tenant, all applications together,
    /// and names no wait to those that it refuses (source: "Microsoft Graph service-specific throttling
    /// limits"). The default leaves half of that to the tenant's other tools; one second takes all of it. A
    /// client of a simulated tenant has no interval by default.
    pub const fn identity_protection_interval(mut self, interval: Duration) -> Self {
        self.identity_protection_interval = Some(interval);
        self
    }

    /// Waits for nothing, unless the caller set an interval: a simulated tenant has no other tools. It has a
    /// clock of its own.
    #[cfg(feature = "simulator")]
    pub(crate) const fn of_a_simulated_tenant(mut self) -> Self {
        self.default_interval = Duration::ZERO;
        self.is_simulated = true;
        self
    }

    /// Sets what may be sent.
    pub fn guard(mut self, guard: Guard) -> Self {
        self.guard = guard;
        self
    }

    /// Adds the name of your tool to the `User-Agent`.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// Sets how long one attempt may take.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Accepts answers without `request-id` as Graph's: for a substitute for Graph on this machine that does
    /// not set it. Every answer of Graph has it; one without it comes from a proxy or a gateway, and proves
    /// nothing about a write. Only for an endpoint on a loopback address.
    pub const fn trust_unmarked_answers(mut self) -> Self {
        self.trusts_unmarked = true;
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::Config`] for a missing credential or transport, an endpoint to which a token must not be
    /// sent, two credentials of one or of an unknown kind, a protected account that is not a valid name, an
    /// interval below one second for Identity Protection, or trust in unmarked answers beyond this machine.
    pub fn build(self) -> Result<Client> {
        let origin = Origin::parse(
            "the Graph endpoint",
            self.graph_endpoint.as_deref().unwrap_or(self.cloud.graph_endpoint()),
            self.cloud.graph_endpoint(),
        )?;
        if self.trusts_unmarked && !origin.is_loopback() {
            return Err(Error::Config(
                "trust_unmarked_answers is only for an endpoint on a loopback address: elsewhere an answer \
                without request-id is not Graph's"
                    .into(),
            ));
        }
        if self.identity_protection_interval.is_some_and(|interval| interval < LEAST_INTERVAL) {
            return Err(Error::Config(
                "identity_protection_interval is less than one second: Identity Protection answers one request \
                per second for the whole tenant"
                    .into(),
            ));
        }
        let provider =
            self.credential.ok_or_else(|| Error::Config("give a credential to the builder".into()))?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(&origin)?,
        };
        let own = concat!("entra-ir/", env!("CARGO_PKG_VERSION"));
        let user_agent = self.user_agent.map_or_else(|| own.to_owned(), |name| format!("{name} {own}"));
        let user_agent = HeaderValue::from_str(&user_agent)
            .map_err(|_| Error::Config(format!("the user agent {user_agent:?} is not valid in a header")))?;
        let pipeline = Pipeline::new(Settings {
            transport,
            provider,
            second: self.second_credential,
            cloud: self.cloud,
            origin,
            retry: self.retry,
            identity_protection_interval: self.identity_protection_interval.unwrap_or(self.default_interval),
            guard: self.guard,
            user_agent,
            timeout: self.timeout,
            trusts_unmarked: self.trusts_unmarked,
            is_simulated: self.is_simulated,
        })?;
        Ok(Client::new(Context::new(pipeline)))
    }
}

#[cfg(feature = "http")]
fn default_transport(origin: &Origin) -> Result<Arc<dyn Transport>> {
    if !cfg!(feature = "rustls") && !origin.is_loopback() {
        return Err(Error::Config(
            "enable the feature `rustls` for https, or give a transport to the builder".into(),
        ));
    }
    let builder = crate::transport::HttpTransport::builder();
    // A proxy would see the token in clear text: reach this machine without one.
    let builder = if origin.is_loopback() { builder.no_proxy() } else { builder };
    Ok(Arc::new(builder.build()?))
}

#[cfg(not(feature = "http"))]
fn default_transport(_: &Origin) -> Result<Arc<dyn Transport>> {
    Err(Error::Config("give a transport to the builder, or enable the feature `http`".into()))
}
