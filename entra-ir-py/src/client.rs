//! The client: one method for each operation, which converts arguments and nothing else.

use std::sync::Mutex;
use std::sync::PoisonError;

use entra_ir_core::knowledge::Evidence;
use entra_ir_core::operations::{
    BlockSignIn, CATALOG, CreateTemporaryAccessPass, DeactivateHardwareOath, DeleteMethod, DeleteMethods,
    DeleteTemporaryAccessPass, FindUsers, ForceChange, GetEffectiveMethodsPolicy, GetUser, ListMethods,
    ListTemporaryAccessPasses, MethodScope, PasswordWay, RequireMfaReregistration, RequirePasswordChange,
    ResetPassword, RevokeMfaSessions, RevokeSignInSessions, TakeSnapshot, UnblockSignIn,
};
use entra_ir_core::{
    CallerKind, Cloud, Error, Guard, HttpTransport, InvalidId, Operation, Result, RetryPolicy, UserRef,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use serde::Serialize;

use crate::arguments::{choice, duration, method_kind, moment};
use crate::credential::PythonCredential;
use crate::error::{self, closed, config};
use crate::knowledge::read_actions;
use crate::logging;
use crate::pending::{Answer, Pending};
use crate::runtime::{refuse_fork, runtime};
use crate::secret::Secret;
use crate::simulator::SimulatedTenant;
use crate::stopped::Counting;

/// Lists the ids of the core's operations.
pub(crate) fn catalog() -> Vec<&'static str> {
    CATALOG.iter().map(|spec| spec.id).collect()
}

/// Holds a client of the core, until it is closed.
#[pyclass(frozen, module = "entra_ir._native")]
#[derive(Debug)]
pub(crate) struct Client(Mutex<Option<entra_ir_core::Client>>);

impl Client {
    fn core(&self, py: Python<'_>) -> PyResult<entra_ir_core::Client> {
        // In a forked child nothing can be called, whatever this client is.
        runtime()?;
        logging::refresh(py)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)
    }

    fn call<P>(&self, py: Python<'_>, operation: Result<P>) -> PyResult<Pending>
    where
        P: Operation<Output: Serialize> + Send + 'static,
    {
        self.call_with(py, operation, |result| Answer::of(&result))
    }

    /// Calls a write whose result is kept with what was done, for `open_doors`.
    fn write<P>(&self, py: Python<'_>, operation: Result<P>) -> PyResult<Pending>
    where
        P: Operation<Output: Serialize + Evidence> + Send + 'static,
    {
        self.call_with(py, operation, |result| Answer::of(&result).with_done(&result))
    }

    fn call_with<P>(
        &self,
        py: Python<'_>,
        operation: Result<P>,
        answer: impl FnOnce(P::Output) -> Answer + Send + 'static,
    ) -> PyResult<Pending>
    where
        P: Operation + Send + 'static,
    {
        let client = self.core(py)?;
        let operation = operation.map_err(|error| error::to_python(py, error))?;
        Ok(Pending::new(async move { client.run(operation).await.map(answer) }))
    }
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (*, tenant, credential, speaks_for, cloud, graph_endpoint, protected, protect_caller, mode, timeout, max_attempts, user_agent, trust_unmarked_answers))]
    #[expect(clippy::too_many_arguments, reason = "the options of a client, named on the Python side")]
    fn new(
        py: Python<'_>,
        tenant: Option<&Bound<'_, SimulatedTenant>>,
        credential: Option<Py<PyAny>>,
        speaks_for: Option<&str>,
        cloud: &str,
        graph_endpoint: Option<String>,
        protected: Vec<String>,
        protect_caller: bool,
        mode: &str,
        timeout: Option<&Bound<'_, PyAny>>,
        max_attempts: Option<u32>,
        user_agent: Option<String>,
        trust_unmarked_answers: bool,
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
        match credential {
            Some(callable) => {
                let caller = speaks_for
                    .map(|word| {
                        let kinds = [("delegated", CallerKind::Delegated), ("app-only", CallerKind::AppOnly)];
                        choice("speaks_for", word, &kinds)
                    })
                    .transpose()?;
                builder = builder.credential(PythonCredential::new(callable, caller));
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
        if protect_caller {
            guard = guard.protect_caller();
        }
        if let Some(timeout) = timeout {
            builder = builder.timeout(duration("timeout", timeout)?);
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

    /// Forgets connections and credential; calls that are under way end as they would.
    fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn get_user(&self, py: Python<'_>, user: &str) -> PyResult<Pending> {
        self.call(py, GetUser::new(user))
    }

    fn find_users(&self, py: Python<'_>, text: &str) -> PyResult<Pending> {
        self.call(py, FindUsers::new(text))
    }

    fn snapshot(&self, py: Python<'_>, user: &str, risk: bool) -> PyResult<Pending> {
        let operation = TakeSnapshot::new(user);
        let operation = if risk { operation } else { operation.map(TakeSnapshot::without_risk) };
        self.call_with(py, operation, Answer::of_snapshot)
    }

    /// Takes the snapshot and tells the doors; `actions` is a JSON list of what was done.
    fn open_doors(&self, py: Python<'_>, user: &str, actions: &str) -> PyResult<Pending> {
        let client = self.core(py)?;
        let actions = read_actions(actions)?;
        let user: UserRef = user.parse().map_err(|error| error::to_python(py, error))?;
        Ok(Pending::new(
            async move { client.open_doors(user, [&actions]).await.map(|doors| Answer::of(&doors)) },
        ))
    }

    fn effective_methods_policy(&self, py: Python<'_>, user: &str) -> PyResult<Pending> {
        self.call(py, GetEffectiveMethodsPolicy::new(user))
    }

    fn list_methods(&self, py: Python<'_>, user: &str, include_beta: bool) -> PyResult<Pending> {
        let operation = ListMethods::new(user);
        self.call(py, if include_beta { operation.map(ListMethods::include_beta) } else { operation })
    }

    fn revoke_sign_in_sessions(
        &self,
        py: Python<'_>,
        user: &str,
        confirm: &Bound<'_, PyAny>,
    ) -> PyResult<Pending> {
        let operation = RevokeSignInSessions::new(user);
        self.write(
            py,
            match confirmation(confirm)? {
                Confirm::No => operation,
                Confirm::Yes => operation.map(RevokeSignInSessions::confirm),
                Confirm::Within(deadline) => operation.map(|operation| operation.confirm_within(deadline)),
            },
        )
    }

    fn revoke_mfa_sessions(
        &self,
        py: Python<'_>,
        user: &str,
        confirm: &Bound<'_, PyAny>,
    ) -> PyResult<Pending> {
        let operation = RevokeMfaSessions::new(user);
        self.write(
            py,
            match confirmation(confirm)? {
                Confirm::No => operation,
                Confirm::Yes => operation.map(RevokeMfaSessions::confirm),
                Confirm::Within(deadline) => operation.map(|operation| operation.confirm_within(deadline)),
            },
        )
    }

    #[pyo3(signature = (user, password, generated_by_entra, force_change, way))]
    fn reset_password(
        &self,
        py: Python<'_>,
        user: &str,
        password: Option<&Bound<'_, Secret>>,
        generated_by_entra: bool,
        force_change: &str,
        way: Option<&str>,
    ) -> PyResult<Pending> {
        let force = [
            ("next-sign-in", ForceChange::NextSignIn),
            ("with-mfa", ForceChange::WithMfa),
            ("never", ForceChange::Never),
        ];
        let force_change = choice("force_change", force_change, &force)?;
        let ways =
            [("write-back", PasswordWay::WriteBack), ("password-profile", PasswordWay::PasswordProfile)];
        let way = way.map(|way| choice("way", way, &ways)).transpose()?;
        let password = password.map(|password| password.get().get().cloned()).transpose()?;
        let operation = ResetPassword::new(user).map(|mut operation| {
            if let Some(password) = password {
                operation = operation.chosen(password);
            } else if generated_by_entra {
                operation = operation.generated_by_entra();
            }
            if let Some(way) = way {
                operation = operation.way(way);
            }
            operation.force_change(force_change)
        });
        self.call_with(py, operation, |reset| {
            Answer::of(&reset).with_done(&reset).with_secret(reset.password)
        })
    }

    fn require_password_change(&self, py: Python<'_>, user: &str) -> PyResult<Pending> {
        self.write(py, RequirePasswordChange::new(user))
    }

    #[pyo3(signature = (user, scope, types, ids, registered_since))]
    fn delete_methods(
        &self,
        py: Python<'_>,
        user: &str,
        scope: Option<&str>,
        types: Option<Vec<String>>,
        ids: Option<Vec<String>>,
        registered_since: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Pending> {
        let scope = match (scope, types, ids, registered_since) {
            (Some(word), None, None, None) => choice(
                "scope",
                word,
                &[
                    ("portal-reregister", MethodScope::PortalReregister),
                    ("all-removable", MethodScope::AllRemovable),
                ],
            )?,
            (None, Some(types), None, None) => {
                MethodScope::Only(types.iter().map(|word| method_kind(word)).collect::<PyResult<_>>()?)
            }
            (None, None, Some(ids), None) => {
                let ids = ids.into_iter().map(TryInto::try_into).collect::<Result<_, InvalidId>>();
                MethodScope::Ids(ids.map_err(|error| error::to_python(py, error))?)
            }
            (None, None, None, Some(since)) => {
                MethodScope::RegisteredSince(moment("registered_since", since)?)
            }
            _ => {
                return Err(PyTypeError::new_err(
                    "delete_methods: say which methods with exactly one of scope (\"portal-reregister\", \"all-removable\"), types, ids, registered_since",
                ));
            }
        };
        self.write(py, DeleteMethods::new(user, scope))
    }

    fn delete_method(&self, py: Python<'_>, user: &str, kind: &str, id: &str) -> PyResult<Pending> {
        self.write(py, DeleteMethod::new(user, method_kind(kind)?, id))
    }

    fn deactivate_hardware_oath(&self, py: Python<'_>, user: &str, id: &str) -> PyResult<Pending> {
        self.write(py, DeactivateHardwareOath::new(user, id))
    }

    #[pyo3(signature = (user, lifetime, starts_at, one_time, reconcile))]
    fn create_temporary_access_pass(
        &self,
        py: Python<'_>,
        user: &str,
        lifetime: Option<&Bound<'_, PyAny>>,
        starts_at: Option<&Bound<'_, PyAny>>,
        one_time: Option<bool>,
        reconcile: bool,
    ) -> PyResult<Pending> {
        let lifetime = lifetime.map(|given| duration("lifetime", given)).transpose()?;
        let starts_at = starts_at.map(|given| moment("starts_at", given)).transpose()?;
        let operation = CreateTemporaryAccessPass::new(user).map(|mut operation| {
            (operation.lifetime, operation.starts_at, operation.one_time) = (lifetime, starts_at, one_time);
            if reconcile { operation.reconcile() } else { operation }
        });
        self.call_with(py, operation, |created| {
            Answer::of(&created).with_done(&created).with_secret(created.pass)
        })
    }

    fn list_temporary_access_passes(&self, py: Python<'_>, user: &str) -> PyResult<Pending> {
        self.call(py, ListTemporaryAccessPasses::new(user))
    }

    fn delete_temporary_access_pass(&self, py: Python<'_>, user: &str, id: &str) -> PyResult<Pending> {
        self.write(py, DeleteTemporaryAccessPass::new(user, id))
    }

    fn require_mfa_reregistration(&self, py: Python<'_>, user: &str) -> PyResult<Pending> {
        self.write(py, RequireMfaReregistration::new(user))
    }

    fn block_sign_in(&self, py: Python<'_>, user: &str) -> PyResult<Pending> {
        self.write(py, BlockSignIn::new(user))
    }

    fn unblock_sign_in(&self, py: Python<'_>, user: &str) -> PyResult<Pending> {
        self.write(py, UnblockSignIn::new(user))
    }
}

/// Says whether and how long to wait for a change to be visible.
enum Confirm {
    No,
    Yes,
    Within(std::time::Duration),
}

fn confirmation(given: &Bound<'_, PyAny>) -> PyResult<Confirm> {
    match given.extract::<bool>() {
        Ok(false) => Ok(Confirm::No),
        Ok(true) => Ok(Confirm::Yes),
        Err(_) => duration("confirm", given).map(Confirm::Within),
    }
}
