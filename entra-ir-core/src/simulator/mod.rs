//! A simulated Microsoft Entra tenant: a transport that answers as Microsoft Graph does. [`SimulatedTenant`]
//! replaces the HTTP transport: the whole pipeline runs above it, requests arrive as they would on the wire,
//! and the answers conform to Microsoft's OpenAPI description. It keeps state: a deleted method is gone, a
//! revocation moves the validity time, a sync undoes what Active Directory does not know. It is for
//! demonstrations, tests and drills; not for performance.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), entra_ir_core::Error> {
//! use entra_ir_core::SimulatedTenant;
//! use entra_ir_core::simulator::Fault;
//! use http::Method;
//!
//! let tenant = SimulatedTenant::contoso();
//! for user in tenant.users() {
//!     println!("{}: {}", user.user_principal_name, user.description);
//! }
//! // The service is busy once; the client waits and tries again.
//! tenant.inject(Fault::status(429).retry_after("0").on(Method::GET, "/users/"));
//! let user = tenant.client()?.get_user("adele@contoso.example").await?;
//! assert_eq!(user.account_enabled, Some(true));
//! assert_eq!(tenant.requests(), 2);
//! # Ok(())
//! # }
//! ```
//! [`sign_in`] simulates sign-ins and the lifetime of sessions.
//!
//! # Tokens
//! Any bearer token is accepted, and means the caller that the tenant is set to. With the feature `oauth` the
//! tenant also issues tokens, under any host: `POST /{tenant}/oauth2/v2.0/token` and `/devicecode` (client
//! credentials by secret, certificate and federated token; device code; refresh token). Such a token decides
//! the caller of a request by its claims: a missing permission is refused with 403, an expired token or one
//! for another resource with 401. Contoso has one application for it,
//! [`CONTOSO_APP_ID`](SimulatedTenant::CONTOSO_APP_ID); others are added with
//! [`add_app_registration`](SimulatedTenant::add_app_registration).
//!
//! # What it does not simulate
//! Each of these is refused (400, 404 or 405), never ignored:
//! - users: creation and deletion, changes of `userPrincipalName` and `mail`, `memberOf`,
//!   `getMemberGroups`, mailboxes;
//! - applications: registrations, their creation and deletion, secrets, consents that are given or narrowed;
//! - methods: registration, except of a pass; the detail and history of registrations;
//! - groups: changes, and their lists of direct members and of owners; the groups that an account owns are
//!   listed under the account;
//! - devices: their list, their registration of users, by `deviceId`, changes other than enabling and
//!   disabling; the list of domains, the list of risky users and the confirmation that one is safe;
//! - roles: assignments below a scope, changes, activations, definitions by themselves; running assignments
//!   of Privileged Identity Management for groups;
//! - changes of the authentication methods policy, conditional access, logs, and what is deleted;
//! - `$batch`, `$search`, `$orderby`, `$skip`, `/$count`, `/$ref`, and every `$expand` but that of a role's
//!   definition and holder, and of a group that one may come into;
//! - of sign-in for tokens: pages for users, authorization codes, on-behalf-of, managed identities, public
//!   keys: tokens are signed with a key of the tenant's own. Some parts are less strict than the service: any
//!   permission to read roles is enough, whatever the caller's role; national clouds lack nothing; of the
//!   devices of a sign-in simulation, only joined and registered ones are in the directory; a list in pages
//!   has an empty second page. If Microsoft does not document an answer, a comment in the code notes it.
//!
//! # How it is built
//! Six wings; each uses only those before it:
//! - `tenant/`: the state. Accounts, methods, groups, devices, applications, policies, the caller, the clock.
//! - `seed/`: the initial content, and additions. New users, methods, devices and groups, and
//!   Contoso.
//! - `authority/`: the token endpoint. With the feature `oauth`.
//! - `graph/`: the answers. One file per resource, which declares its routes: path, versions, verbs,
//!   handlers, query options. A router joins the routes of all files.
//! - `sign_in/`: sign-ins, devices and sessions, and the adversary who uses them.
//! - `drill/`: an adversary plays against a plan. With the feature `containment`.
//!
//! The handle of the tenant is in this file, its switches are in `controls.rs` and `tokens.rs`; they are
//! above the first four wings, and `sign_in/` is above them.
//!
//! To add a resource: write its file in `graph/` with its routes, and name the file there and in the table of
//! the router. Its state belongs in `tenant/`.

#[cfg(feature = "oauth")]
mod authority;
mod controls;
#[cfg(feature = "containment")]
pub mod drill;
mod graph;
mod seed;
pub mod sign_in;
mod tenant;
#[cfg(test)]
mod tests;
#[cfg(feature = "oauth")]
mod tokens;

pub use graph::exchange_log::RecordedExchange;
pub use graph::fault::Fault;
pub use seed::application::{NewAppRoleAssignment, NewGrant, NewServicePrincipal};
pub use seed::device::NewDevice;
pub use seed::group::NewGroup;
pub use seed::method::NewMethod;
#[cfg(feature = "oauth")]
pub use seed::registration::NewAppRegistration;
pub use seed::user::NewUser;
pub use tenant::access_pass::AccessPassRules;
pub use tenant::caller::SimulatedCaller;
pub use tenant::description::{SimulatedMethod, SimulatedUser};
pub use tenant::group::GroupAccess;
pub use tenant::methods_policy::MethodConfiguration;
pub use tenant::role::Role;
pub use tenant::settings::{DefaultMethodWording, Licence};
#[cfg(feature = "oauth")]
pub use tenant::token_service::TokenRefusal;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use time::OffsetDateTime;

use self::graph::fault::Armed;
use self::graph::traffic::{Traffic, answer};
use self::seed::contoso;
use self::tenant::account::Account;
use self::tenant::device::DeviceObject;
use self::tenant::state::State;
use crate::auth::StaticToken;
use crate::client::ClientBuilder;
use crate::error::{Result, TransportError};
use crate::ids::{MethodId, ObjectId};
use crate::model::{Device, MethodKind};
use crate::operation::Client;
use crate::transport::Transport;
use crate::wire::{Request, Response};

/// Holds a simulated tenant. A clone is another handle of the same tenant. All methods take a user by object
/// id or user principal name; one for a user who does not exist changes nothing.
#[derive(Clone)]
pub struct SimulatedTenant {
    state: Arc<Mutex<State>>,
    traffic: Arc<Mutex<Traffic>>,
}

impl SimulatedTenant {
    /// Creates Contoso: about twenty accounts, each special in one way, the same in every run.
    ///
    /// The caller is `responder@contoso.example`, whose roles let every call work. [`users`](Self::users)
    /// describes what is special about each account; `adele@contoso.example` is the usual victim.
    pub fn contoso() -> Self {
        let tenant = Self::empty();
        for user in contoso::users() {
            tenant.add_user(user);
        }
        for group in contoso::groups() {
            tenant.add_group(group);
        }
        for principal in contoso::service_principals() {
            tenant.add_service_principal(principal);
        }
        for grant in contoso::grants() {
            tenant.add_grant(grant);
        }
        for assignment in contoso::assignments() {
            tenant.add_app_role_assignment(assignment);
        }
        #[cfg(feature = "oauth")]
        contoso::register_tool(&mut tenant.state());
        tenant
    }

    /// Makes a tenant without accounts, with the domains of Contoso and its caller.
    pub fn empty() -> Self {
        let caller = SimulatedCaller::delegated(contoso::RESPONDER, contoso::RESPONDER_ROLES);
        Self::with(State::new(caller), Traffic::default())
    }

    /// Makes a client of the tenant, with the caller as it is now.
    ///
    /// # Errors
    /// None in practice; see [`ClientBuilder::build`].
    pub fn client(&self) -> Result<Client> {
        self.client_builder().build()
    }

    /// Starts a client of the tenant, with the caller as it is now.
    pub fn client_builder(&self) -> ClientBuilder {
        let state = self.state();
        let id = state.caller.name.as_deref().and_then(|name| state.directory.find(name));
        let token = StaticToken::new(state.caller.token(id)).speaking_for(state.caller.kind());
        drop(state);
        Client::builder().transport(self.clone()).credential(token).of_a_simulated_tenant()
    }

    /// Lists the accounts in their present state.
    pub fn users(&self) -> Vec<SimulatedUser> {
        let state = self.state();
        state.directory.all().map(|account| state.describe(account)).collect()
    }

    /// Finds an account, in its present state.
    pub fn user(&self, user: &str) -> Option<SimulatedUser> {
        let state = self.state();
        Some(state.describe(state.directory.get(state.directory.find(user)?)?))
    }

    /// Adds an account. One with the same name or object id is replaced.
    pub fn add_user(&self, user: NewUser) -> SimulatedUser {
        let mut state = self.state();
        let account = user.add_to(&mut state);
        state.describe(&account)
    }

    /// Registers a method, as an attacker might while a responder is at work. Returns its id, or `None` if
    /// there is no such user.
    pub fn add_method(&self, user: &str, method: NewMethod) -> Option<MethodId> {
        let mut state = self.state();
        method.register_for(state.directory.find(user)?, &mut state)?.parse().ok()
    }

    /// Lists the methods that the user really has, the password and beta-only types included.
    pub fn methods_of(&self, user: &str) -> Vec<SimulatedMethod> {
        self.look(user, Account::list_methods).unwrap_or_default()
    }

    /// Returns the password that the user really has.
    pub fn password_of(&self, user: &str) -> Option<SecretString> {
        self.look(user, |account| account.password.clone())?
    }

    /// Returns the Temporary Access Pass that the user really has, if it was made through Graph.
    pub fn access_pass_of(&self, user: &str) -> Option<SecretString> {
        self.look(user, |account| {
            account.methods.iter().find_map(|method| method.pass.as_ref()?.secret.clone())
        })?
    }

    /// Returns whether codes of a hardware OATH token of the user are accepted; `None` if there is no such
    /// token.
    pub fn is_hardware_token_active(&self, user: &str, id: &str) -> Option<bool> {
        self.look(user, |account| Some(account.method(&MethodKind::HardwareOath, id)?.is_active()))?
    }

    /// Returns a device of the directory, as it really is; `None` if there is none with this object id.
    pub fn device(&self, id: ObjectId) -> Option<Device> {
        self.state().devices.get(id).map(|object| object.shown.clone())
    }

    /// Lists the devices that the user really owns or is registered on.
    pub fn devices_of(&self, user: &str) -> Vec<Device> {
        let state = self.state();
        let Some(id) = state.directory.find(user) else { return Vec::new() };
        let of = |object: &DeviceObject| {
            let (is_owned, is_registered) = (object.owners.contains(&id), object.users.contains(&id));
            (is_owned || is_registered).then(|| Device { is_owned, is_registered, ..object.shown.clone() })
        };
        state.devices.all().filter_map(of).collect()
    }

    /// Returns whether the user must change the password at the next sign-in.
    pub fn must_change_password(&self, user: &str) -> bool {
        self.look(user, |account| account.must_change_password).unwrap_or_default()
    }

    /// Returns the time from which the user's sessions are really valid.
    pub fn sessions_valid_from(&self, user: &str) -> Option<OffsetDateTime> {
        self.look(user, |account| account.sessions_valid_from)
    }

    /// Returns the tenant's own time. It starts at 2026-03-02T09:00:00Z and follows tokio's clock.
    pub fn now(&self) -> OffsetDateTime {
        self.state().now()
    }

    /// Puts the tenant's clock forward.
    pub fn advance(&self, by: Duration) {
        self.state().clock.advance(by);
    }

    /// Injects a fault. If several faults match, the first injected one applies.
    pub fn inject(&self, fault: Fault) {
        self.traffic().faults.push(Armed::new(fault));
    }

    /// Removes all injected faults.
    pub fn clear_faults(&self) {
        self.traffic().faults.clear();
    }

    /// Returns the requests so far, with the answers.
    pub fn exchanges(&self) -> Vec<RecordedExchange> {
        self.traffic().log.entries()
    }

    /// Returns how many requests arrived so far.
    pub fn requests(&self) -> usize {
        self.traffic().log.requests()
    }

    /// Clears the recorded requests.
    pub fn clear_exchanges(&self) {
        self.traffic().log.clear();
    }

    fn with(state: State, traffic: Traffic) -> Self {
        Self { state: Arc::new(Mutex::new(state)), traffic: Arc::new(Mutex::new(traffic)) }
    }

    /// Creates a separate tenant from a state, with the faults and the exchanges of this one.
    fn fork(&self, state: State) -> Self {
        Self::with(state, self.traffic().clone())
    }

    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is plain data: whole after every step, also after a panic elsewhere.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look<T>(&self, user: &str, look: impl FnOnce(&Account) -> T) -> Option<T> {
        let state = self.state();
        state.directory.get(state.directory.find(user)?).map(look)
    }

    fn change(&self, user: &str, change: impl FnOnce(&mut Account)) {
        let mut state = self.state();
        if let Some(id) = state.directory.find(user) {
            let now = state.now();
            state.directory.change(id, now, change);
        }
    }
}

// The state holds passwords and passes.
impl fmt::Debug for SimulatedTenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedTenant").field("requests", &self.requests()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for SimulatedTenant {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let (entry, fault) = self.traffic().arrives(&request);
        let latency = self.state().settings.latency;
        let (before, after) = fault.as_ref().map_or((Duration::ZERO, Duration::ZERO), Fault::waits);
        wait(before.saturating_add(latency)).await;
        let result = answer(&mut self.state(), &request, fault.as_ref());
        wait(after).await;
        if let Ok(response) = &result {
            self.traffic().log.answered(entry, response);
        }
        result
    }
}

async fn wait(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}
