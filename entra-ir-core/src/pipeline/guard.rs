//! Lets through what may be sent.

use std::collections::HashSet;

use bytes::Bytes;
use http::Method;
use serde::Deserialize;
use time::OffsetDateTime;
use tokio::sync::OnceCell;

use super::trace::identify;
use super::{Stage, spec_of};
use crate::cloud::Cloud;
use crate::error::{Error, Refusal, Result};
use crate::fan_out;
use crate::ids::{ObjectId, UserRef};
use crate::receipt::Preview;
use crate::spec::{Endpoint, OperationSpec, Verb, asks};
use crate::wire::{Request, RequestBuilder, Response, Target, decode_entity, masked, readdress, refusal};

/// Says what a client may send.
///
/// ```
/// use entra_ir_core::{Client, Guard, SimulatedTenant};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let tenant = SimulatedTenant::contoso();
/// let client = tenant.client_builder().guard(Guard::new().protect(["breakglass@contoso.example"])).build()?;
/// let error = client.block_sign_in("breakglass@contoso.example").await.unwrap_err();
/// assert!(error.to_string().contains("protected account"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Guard {
    mode: Mode,
    protected: Vec<String>,
    protect_caller: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Send,
    ReadOnly,
    DryRun,
}

impl Guard {
    /// Lets everything through.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets reads through and refuses every write.
    pub fn read_only() -> Self {
        Self { mode: Mode::ReadOnly, ..Self::default() }
    }

    /// Lets reads through and shows what each write would have sent, secrets masked, instead of sending it.
    pub fn dry_run() -> Self {
        Self { mode: Mode::DryRun, ..Self::default() }
    }

    /// Names accounts, by object id or user principal name, that no write may touch: emergency access accounts above all.
    ///
    /// Names are resolved to object ids before the first write. If one cannot be, no write is sent at all: a list with a typing error
    /// protects nobody. An object id is taken as it stands, and not looked up.
    ///
    /// # Permissions
    /// `User.Read.All`, to resolve the names.
    pub fn protect(mut self, accounts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.protected.extend(accounts.into_iter().map(Into::into));
        self
    }

    /// Protects the account that calls, too. For a delegated token; an application has none, and is refused every write.
    pub fn protect_caller(mut self) -> Self {
        self.protect_caller = true;
        self
    }
}

/// The stage.
#[derive(Debug)]
pub(super) struct Guarded<S> {
    mode: Mode,
    cloud: Cloud,
    protected: Vec<Protected>,
    resolved: OnceCell<HashSet<ObjectId>>,
    next: S,
}

/// An entry of the protected list.
#[derive(Debug)]
enum Protected {
    User(UserRef),
    Caller,
}

static RESOLVE: OperationSpec = OperationSpec {
    summary: "Finds the object id of a protected account.",
    ..OperationSpec::read(
        "resolve_protected_account",
        Endpoint::v1(Verb::Get, "/users/{user}"),
        &[&["User.Read.All"]],
        &[&["User.Read.All"]],
    )
};

static RESOLVE_CALLER: Endpoint = Endpoint::v1(Verb::Get, "/me");

#[derive(Deserialize)]
struct Identity {
    id: ObjectId,
}

impl<S> Guarded<S> {
    pub(super) fn new(guard: &Guard, cloud: Cloud, next: S) -> Result<Self> {
        let mut protected = Vec::with_capacity(guard.protected.len() + 1);
        for entry in &guard.protected {
            let user = entry.parse().map_err(|error| Error::Config(format!("protected account: {error}")))?;
            protected.push(Protected::User(user));
        }
        if guard.protect_caller {
            protected.push(Protected::Caller);
        }
        Ok(Self { mode: guard.mode, cloud, protected, resolved: OnceCell::new(), next })
    }

    pub(super) const fn cloud(&self) -> Cloud {
        self.cloud
    }

    /// Refuses what can be refused by its spec alone.
    pub(super) fn admit(&self, spec: &'static OperationSpec) -> Result<()> {
        if !spec.clouds.contains(self.cloud) {
            return Err(Refusal::UnsupportedInCloud { operation: spec.id, cloud: self.cloud }.into());
        }
        if self.mode == Mode::ReadOnly && spec.effect.writes() {
            return Err(Refusal::ReadOnly { operation: spec.id }.into());
        }
        Ok(())
    }
}

impl<S: Stage> Stage for Guarded<S> {
    async fn send(&self, request: &mut Request) -> Result<Response> {
        let spec = spec_of(request)?;
        self.admit(spec)?;
        let only_reads = match *request.method() {
            Method::GET => true,
            Method::POST => asks(request.uri().path()),
            _ => false,
        };
        if !spec.effect.writes() && !only_reads {
            let method = request.method().to_string();
            return Err(Refusal::NotARead { operation: spec.id, method }.into());
        }
        if spec.effect.writes() {
            if !self.protected.is_empty() {
                self.check_target(spec, request).await?;
            }
            if self.mode == Mode::DryRun {
                return Err(Refusal::DryRun(preview(spec, request)).into());
            }
        }
        self.next.send(request).await
    }
}

impl<S: Stage> Guarded<S> {
    /// Refuses a protected target. A target named by name is named by object id from here on: between look-up and write nobody can rename accounts.
    async fn check_target(&self, spec: &'static OperationSpec, request: &mut Request) -> Result<()> {
        let protected = self.resolved.get_or_try_init(|| self.resolve_all()).await?;
        let Some(Target(user)) = request.extensions().get().cloned() else {
            return Err(Refusal::TargetUnknown { operation: spec.id }.into());
        };
        // One account has several names; only its object id tells whether it is protected.
        let id = match &user {
            UserRef::Id(id) => *id,
            UserRef::Name(_) => {
                let found = self.resolve(RequestBuilder::new(&RESOLVE).user(&user)).await;
                found.map_err(|error| {
                    let (operation, user, reason) = (spec.id, user.clone(), error.to_string());
                    Error::from(Refusal::TargetUnresolved { operation, user, reason })
                })?
            }
        };
        if protected.contains(&id) {
            return Err(Refusal::Protected { operation: spec.id, user }.into());
        }
        if user.id().is_none() {
            readdress(request, &user, id)?;
        }
        Ok(())
    }

    async fn resolve_all(&self) -> Result<HashSet<ObjectId>> {
        let lookups = self.protected.iter().map(|entry| async move {
            let (name, request) = match entry {
                // An id protects as it stands: no answer can make another of it.
                Protected::User(UserRef::Id(id)) => return Ok(*id),
                Protected::User(user) => (user.to_string(), RequestBuilder::new(&RESOLVE).user(user)),
                Protected::Caller => ("the caller".to_owned(), RequestBuilder::at(&RESOLVE, &RESOLVE_CALLER)),
            };
            self.resolve(request).await.map_err(|error| {
                let reason = error.to_string();
                Error::from(Refusal::ProtectedUnresolved { entry: name, reason })
            })
        });
        fan_out::all(lookups).await.into_iter().collect()
    }

    async fn resolve(&self, request: RequestBuilder) -> Result<ObjectId> {
        let mut request = request.select("id").build()?;
        identify(&mut request);
        let response = self.next.send(&mut request).await?;
        if !response.status().is_success() {
            return Err(refusal(&RESOLVE, &response, OffsetDateTime::now_utc()));
        }
        decode_entity::<Identity>(&RESOLVE, &response).map(|identity| identity.id)
    }
}

fn preview(spec: &OperationSpec, request: &Request) -> Preview {
    let body: &Bytes = request.body();
    Preview::new(
        spec.id,
        request.method().to_string(),
        request.uri().path_and_query().map_or_else(String::new, ToString::to_string),
        masked(body),
    )
}
