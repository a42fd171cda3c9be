//! The client: assembles the stack, and opens a door to each operation.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::auth::TokenProvider;
use crate::cloud::Cloud;
use crate::error::{Error, Result};
use crate::ids::{MethodId, UserRef};
use crate::model::MethodKind;
use crate::operation::{Call, Context, Procedure};
use crate::operations::{
    BlockSignIn, CreateTemporaryAccessPass, DeactivateHardwareOath, DeleteMethod, DeleteMethods,
    DeleteTemporaryAccessPass, FindUsers, GetEffectiveMethodsPolicy, GetUser, GetUserPicture, ListMethods,
    ListTemporaryAccessPasses, MethodScope, RequireMfaReregistration, RequirePasswordChange, ResetPassword,
    RevokeMfaSessions, RevokeSignInSessions, UnblockSignIn,
};
use crate::pipeline::{Guard, Origin, Pipeline, RetryPolicy, Settings};
use crate::transport::Transport;

/// Talks to one tenant. Cheap to clone; clones share connections, token and limits.
///
/// Each method returns a [`Call`] that sends nothing until it is awaited, and takes options before that.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::{MethodScope, SimulatedTenant};
///
/// let client = SimulatedTenant::contoso().client()?;
/// let user = "adele@contoso.example";
/// client.block_sign_in(user).await?;
/// client.revoke_sign_in_sessions(user).confirm().await?;
/// client.reset_password(user).await?;
/// let removed = client.delete_methods(user, MethodScope::AllRemovable).await?;
/// println!("{}; revoke again, five minutes after the first time", removed.receipt);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    context: Context,
}

/// Sets up a [`Client`].
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    transport: Option<Arc<dyn Transport>>,
    credential: Option<Arc<dyn TokenProvider>>,
    cloud: Cloud,
    graph_endpoint: Option<String>,
    retry: RetryPolicy,
    guard: Guard,
    user_agent: Option<String>,
    timeout: Duration,
    trusts_unmarked: bool,
}

impl Client {
    /// Starts from the defaults: the public cloud, HTTP, five attempts, 30 seconds for each, everything let through.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            transport: None,
            credential: None,
            cloud: Cloud::default(),
            graph_endpoint: None,
            retry: RetryPolicy::default(),
            guard: Guard::default(),
            user_agent: None,
            timeout: Duration::from_secs(30),
            trusts_unmarked: false,
        }
    }

    /// Runs an operation that was made elsewhere: stored, planned, received, or one of your own.
    ///
    /// # Errors
    /// [`Error`], see there and at the operation.
    pub async fn run<P: Procedure>(&self, procedure: P) -> Result<P::Output> {
        self.context.run(procedure).await
    }

    /// Returns the cloud this client talks to.
    pub fn cloud(&self) -> Cloud {
        self.context.cloud()
    }
}

impl Client {
    /// Looks for the accounts that an address or the beginning of a name may mean: [`FindUsers`].
    ///
    /// Effect, permissions and errors: see the operation.
    pub fn find_users(&self, text: impl Into<String>) -> Call<'_, FindUsers> {
        Call::new(&self.context, FindUsers::of(text))
    }
}

impl ClientBuilder {
    /// Sets what carries the requests. Default: [`HttpTransport`](crate::HttpTransport), with feature `http`.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets what gives the tokens.
    pub fn credential(mut self, credential: impl TokenProvider) -> Self {
        self.credential = Some(Arc::new(credential));
        self
    }

    /// Sets the cloud: its endpoint, and which operations it has.
    pub const fn cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = cloud;
        self
    }

    /// Sets another Graph endpoint than the cloud's: scheme and host, https, or http on a loopback address.
    ///
    /// Tokens are asked for that endpoint (`<endpoint>/.default`); for a loopback address, for the cloud's.
    pub fn graph_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.graph_endpoint = Some(endpoint.into());
        self
    }

    /// Sets how often and how long to try.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
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

    /// Takes answers without `request-id` for Graph's own: for a stand-in of Graph on this machine that does not set it.
    ///
    /// Graph marks every answer; one without the mark comes from a proxy or a gateway, and proves nothing about a write. Only for an endpoint on a
    /// loopback address.
    pub const fn trust_unmarked_answers(mut self) -> Self {
        self.trusts_unmarked = true;
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::Config`] for a missing credential or transport, an endpoint that a token may not go to, a protected account that cannot be a name,
    /// unmarked answers trusted beyond this machine.
    pub fn build(self) -> Result<Client> {
        let origin = Origin::parse(self.graph_endpoint.as_deref().unwrap_or(self.cloud.graph_endpoint()))?;
        if self.trusts_unmarked && !origin.is_loopback() {
            return Err(Error::Config(
                "trust_unmarked_answers is for an endpoint on a loopback address only: elsewhere an answer without request-id is not Graph's".into(),
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
            .map_err(|_| Error::Config(format!("the user agent {user_agent:?} cannot stand in a header")))?;
        let pipeline = Pipeline::new(Settings {
            transport,
            provider,
            cloud: self.cloud,
            origin,
            retry: self.retry,
            guard: self.guard,
            user_agent,
            timeout: self.timeout,
            trusts_unmarked: self.trusts_unmarked,
        })?;
        Ok(Client { context: Context::new(pipeline) })
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
    // What is on this machine is not reached through a proxy, which would see the token in clear.
    let builder = if origin.is_loopback() { builder.no_proxy() } else { builder };
    Ok(Arc::new(builder.build()?))
}

#[cfg(not(feature = "http"))]
fn default_transport(_: &Origin) -> Result<Arc<dyn Transport>> {
    Err(Error::Config("give a transport to the builder, or enable the feature `http`".into()))
}

/// Opens a door for each operation: the method's name is the operation's id.
macro_rules! doors {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) $operation:ident;)+) => {
        impl Client {
            $($(#[$doc])*
            ///
            /// Effect, permissions, errors and options: see the operation.
            pub fn $name<U>(&self, user: U $(, $arg: $type)*) -> Call<'_, $operation>
            where
                U: TryInto<UserRef>,
                Error: From<U::Error>,
            {
                Call::new(&self.context, $operation::of(user $(, $arg)*))
            })+
        }
    };
}

doors! {
    /// Reads what containment depends on: [`GetUser`].
    get_user() GetUser;
    /// Lists the user's authentication methods: [`ListMethods`].
    list_methods() ListMethods;
    /// Ends the user's sign-in sessions, the portal's "Revoke sessions": [`RevokeSignInSessions`].
    revoke_sign_in_sessions() RevokeSignInSessions;
    /// Gives the account a new password, the portal's "Reset password": [`ResetPassword`].
    reset_password() ResetPassword;
    /// Makes the user choose a new password at the next sign-in, and locks nobody out: [`RequirePasswordChange`].
    require_password_change() RequirePasswordChange;
    /// Removes authentication methods: [`DeleteMethods`].
    delete_methods(scope: MethodScope) DeleteMethods;
    /// Removes one authentication method: [`DeleteMethod`].
    delete_method(kind: MethodKind, id: impl TryInto<MethodId, Error: Into<Error>>) DeleteMethod;
    /// Makes a hardware token unusable without taking it from the user: [`DeactivateHardwareOath`].
    deactivate_hardware_oath(id: impl TryInto<MethodId, Error: Into<Error>>) DeactivateHardwareOath;
    /// Issues a Temporary Access Pass, the portal's "Add Temporary Access Pass": [`CreateTemporaryAccessPass`].
    create_temporary_access_pass() CreateTemporaryAccessPass;
    /// Lists the user's Temporary Access Passes, without the passes: [`ListTemporaryAccessPasses`].
    list_temporary_access_passes() ListTemporaryAccessPasses;
    /// Removes a Temporary Access Pass: [`DeleteTemporaryAccessPass`].
    delete_temporary_access_pass(id: impl TryInto<MethodId, Error: Into<Error>>) DeleteTemporaryAccessPass;
    /// Does what the portal's "Revoke multifactor authentication sessions" does today: [`RevokeMfaSessions`].
    revoke_mfa_sessions() RevokeMfaSessions;
    /// Does what the portal's "Require re-register multifactor authentication" does: [`RequireMfaReregistration`].
    require_mfa_reregistration() RequireMfaReregistration;
    /// Forbids the account to sign in: [`BlockSignIn`].
    block_sign_in() BlockSignIn;
    /// Allows the account to sign in again: [`UnblockSignIn`].
    unblock_sign_in() UnblockSignIn;
    /// Says which methods the policy lets the user use: [`GetEffectiveMethodsPolicy`].
    effective_methods_policy() GetEffectiveMethodsPolicy;
    /// Reads everything about the account at once, part by part: [`GetUserPicture`].
    user_picture() GetUserPicture;
}
