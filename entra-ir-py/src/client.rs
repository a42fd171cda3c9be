//! The client: one entry for every operation, which the core reads from JSON.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use entra_ir_core::operations::{AnyOperation, CATALOG};
use entra_ir_core::{Call, CallerKind, Cloud, Error, Guard, HttpTransport, RetryPolicy};
use pyo3::prelude::*;

use crate::arguments::{choice, limit};
use crate::error::{self, closed, config};
use crate::knowledge::asked;
use crate::known::Known;
use crate::logging;
use crate::pending::{Answer, Pending};
use crate::runtime::{refuse_fork, runtime};
use crate::secret::Secret;
use crate::simulator::SimulatedTenant;
use crate::stopped::Counting;
use crate::ways::provider;

/// Lists the ids of the core's operations.
pub(crate) fn catalog() -> Vec<&'static str> {
    CATALOG.iter().map(|spec| spec.id).collect()
}

/// Holds a client of the core, until it is closed.
#[pyclass(frozen, module = "entra_ir._native")]
#[derive(Debug)]
pub(crate) struct Client(Mutex<Option<entra_ir_core::Client>>);

impl Client {
    pub(crate) fn core(&self, py: Python<'_>) -> PyResult<entra_ir_core::Client> {
        // In a forked child no client can be called.
        runtime()?;
        logging::refresh(py)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)
    }
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (*, tenant, credential, speaks_for, second, second_speaks_for, cloud, graph_endpoint, protected, protected_groups, only, only_groups, protect_caller, allow_own_account, allow_sync_accounts, allow_tenant_wide, keep_an_administrator, mode, timeout, max_attempts, user_agent, trust_unmarked_answers, identity_protection_interval))]
    #[expect(
        clippy::too_many_arguments,
        clippy::fn_params_excessive_bools,
        reason = "the options of a client, named on the Python side"
    )]
    fn new(
        py: Python<'_>,
        tenant: Option<&Bound<'_, SimulatedTenant>>,
        credential: Option<Py<PyAny>>,
        speaks_for: Option<&str>,
        second: Option<Py<PyAny>>,
        second_speaks_for: &str,
        cloud: &str,
        graph_endpoint: Option<String>,
        protected: Vec<String>,
        protected_groups: Vec<String>,
        only: Option<Vec<String>>,
        only_groups: Vec<String>,
        protect_caller: bool,
        allow_own_account: bool,
        allow_sync_accounts: bool,
        allow_tenant_wide: bool,
        keep_an_administrator: Option<Vec<String>>,
        mode: &str,
        timeout: Option<&Bound<'_, PyAny>>,
        max_attempts: Option<u32>,
        user_agent: Option<String>,
        trust_unmarked_answers: bool,
        identity_protection_interval: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        refuse_fork()?;
        let core = |error: Error| error::to_python(py, error);
        let mut builder = match tenant {
            Some(tenant) => {
                let tenant = &tenant.get().0;
                tenant.client_builder().transport(Counting(tenant.clone()))
            }
            None => entra_ir_core::Client::builder().transport(Counting(HttpTransport::new().map_err(core)?)),
        };
        let kind = |word: &str| {
            let kinds = [("delegated", CallerKind::Delegated), ("app-only", CallerKind::AppOnly)];
            choice("speaks_for", word, &kinds)
        };
        if let Some(callable) = second {
            builder = builder.second_credential(provider(py, callable, Some(kind(second_speaks_for)?))?);
        }
        match credential {
            Some(callable) => {
                let caller = speaks_for.map(kind).transpose()?;
                builder = builder.credential(provider(py, callable, caller)?);
            }
            None if tenant.is_none() => {
                return Err(config(
                    "there is no credential",
                    "give any azure-identity credential, a callable or a StaticToken, or a SimulatedTenant as transport",
                ));
            }
            None => {}
        }
        let clouds = [
            ("global", Cloud::Global),
            ("us-gov-l4", Cloud::UsGovL4),
            ("us-gov-l5", Cloud::UsGovL5),
            ("china", Cloud::China),
        ];
        builder = builder.cloud(choice("cloud", cloud, &clouds)?);
        if let Some(endpoint) = graph_endpoint {
            builder = builder.graph_endpoint(endpoint);
        }
        let modes =
            [("send", Guard::new()), ("dry-run", Guard::dry_run()), ("read-only", Guard::read_only())];
        let mut guard = choice("mode", mode, &modes)?.protect(protected);
        guard = protected_groups.into_iter().fold(guard, Guard::protect_group);
        guard = only_groups.into_iter().fold(guard, Guard::only_group);
        if let Some(accounts) = only {
            guard = guard.only(accounts);
        }
        if let Some(accounts) = keep_an_administrator {
            guard = guard.keep_an_administrator(accounts);
        }
        if allow_sync_accounts {
            guard = guard.allow_sync_accounts();
        }
        if allow_tenant_wide {
            guard = guard.allow_tenant_wide();
        }
        if allow_own_account {
            guard = guard.allow_own_account();
        }
        if protect_caller {
            guard = guard.protect_caller();
        }
        if let Some(timeout) = timeout {
            builder = builder.timeout(limit("timeout", timeout)?);
        }
        if let Some(interval) = identity_protection_interval {
            let interval = limit("identity_protection_interval", interval)?;
            builder = builder.identity_protection_interval(interval);
        }
        let mut retry = RetryPolicy::default();
        match max_attempts {
            Some(0) => return Err(error::bad_input("max_attempts: 1 or more is needed")),
            Some(attempts) => retry.max_attempts = attempts,
            None => {}
        }
        if let Some(name) = user_agent {
            builder = builder.user_agent(name);
        }
        if trust_unmarked_answers {
            builder = builder.trust_unmarked_answers();
        }
        let client = builder.guard(guard).retry(retry).build().map_err(core)?;
        Ok(Self(Mutex::new(Some(client))))
    }

    /// Drops connections and credential; calls in progress are not affected.
    fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Prepares a preflight of what is named by its kind, as for `permissions_for`: of an account that was
    /// read, or that is read first.
    #[pyo3(signature = (kind, what, user, known))]
    fn preflight(
        &self,
        py: Python<'_>,
        kind: &str,
        what: &str,
        user: Option<String>,
        known: Vec<Known<'_>>,
    ) -> PyResult<Pending> {
        let client = self.core(py)?;
        let wanted = asked(py, kind, what)?;
        let snapshot = known.iter().find_map(Known::snapshot);
        Ok(Pending::new(async move {
            let snapshot = match (snapshot, user) {
                (Some(snapshot), _) => Some(snapshot),
                (None, Some(user)) => Some(client.snapshot(user.as_str()).without_risk().await?),
                (None, None) => None,
            };
            client.preflight(wanted, snapshot.as_ref()).await.map(|preflight| Answer::plain(&preflight))
        }))
    }

    /// Prepares the call of an operation in the core's JSON. Beside it are the secrets of its slots, and the
    /// accounts that were read, and whether the owner of the target was checked.
    #[pyo3(signature = (operation, secrets, known, owner_checked, deadline))]
    fn run(
        &self,
        py: Python<'_>,
        operation: &str,
        secrets: HashMap<String, Bound<'_, Secret>>,
        known: Vec<Known<'_>>,
        owner_checked: bool,
        deadline: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Pending> {
        let client = self.core(py)?;
        let mut operation =
            AnyOperation::from_json(operation).map_err(|error| error::to_python(py, error))?;
        for (slot, secret) in secrets {
            if !operation.fill(&slot, secret.get().get()?.clone()) {
                return Err(error::bad_input(&format!("secrets: the operation has no slot {slot:?}")));
            }
        }
        let known: Vec<_> = known.iter().map(Known::user).collect();
        let deadline = deadline.map(|given| limit("deadline", given)).transpose()?;
        Ok(Pending::new(async move {
            let mut call = known.into_iter().fold(client.run(operation), Call::knowing);
            if owner_checked {
                call = call.owner_checked();
            }
            if let Some(deadline) = deadline {
                call = call.deadline(deadline);
            }
            call.await.map(Answer::of)
        }))
    }
}
