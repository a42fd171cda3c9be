//! The simulated tenant, for Python: converts and calls.

use entra_ir_core::simulator::{Fault, Licence, NewDevice, NewMethod, NewUser, Role, SimulatedCaller};
use entra_ir_core::{MethodId, ObjectId, Transport as _};
use http::Request;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDelta;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::arguments::{choice, duration, moment};
use crate::error::{self, bad_input};
use crate::runtime::{refuse_fork, runtime};
use crate::secret::Secret;

/// An answer over HTTP: status, headers, body.
type Answered = (u16, Vec<(String, String)>, Vec<u8>);

/// Holds a simulated tenant of the core.
#[pyclass(frozen, module = "entra_ir._native")]
#[derive(Debug)]
pub(crate) struct SimulatedTenant(pub(crate) entra_ir_core::SimulatedTenant);

impl SimulatedTenant {
    /// Returns the core's tenant; not in a forked child, where its lock may be held by a thread that does not
    /// exist there.
    pub(crate) fn core(&self) -> PyResult<&entra_ir_core::SimulatedTenant> {
        refuse_fork()?;
        Ok(&self.0)
    }
}

#[pymethods]
impl SimulatedTenant {
    #[staticmethod]
    fn contoso() -> Self {
        Self(entra_ir_core::SimulatedTenant::contoso())
    }

    #[staticmethod]
    fn empty() -> Self {
        Self(entra_ir_core::SimulatedTenant::empty())
    }

    #[classattr]
    const APP_ID: &'static str = entra_ir_core::SimulatedTenant::CONTOSO_APP_ID;

    #[classattr]
    const APP_SECRET: &'static str = entra_ir_core::SimulatedTenant::CONTOSO_APP_SECRET;

    #[classattr]
    #[pyo3(name = "TENANT_ID")]
    fn tenant_id() -> String {
        entra_ir_core::SimulatedTenant::ID.to_string()
    }

    fn approve_device_code(&self, user_code: &str, user: &str) -> PyResult<bool> {
        Ok(self.core()?.approve_device_code(user_code, user))
    }

    fn decline_device_code(&self, user_code: &str) -> PyResult<bool> {
        Ok(self.core()?.decline_device_code(user_code))
    }

    /// Returns the accounts as JSON.
    fn users(&self) -> PyResult<String> {
        let users: Vec<_> = self
            .core()?
            .users()
            .into_iter()
            .map(|user| {
                json!({
                    "id": user.id,
                    "user_principal_name": user.user_principal_name,
                    "description": user.description,
                    "kind": user.kind,
                    "privileged": user.privileged,
                    "enabled": user.enabled,
                })
            })
            .collect();
        Ok(Value::from(users).to_string())
    }

    #[pyo3(signature = (user_principal_name, kind, id, display_name, description, password, roles, synced, blocked, mail, aliases, other_mails))]
    #[expect(clippy::too_many_arguments, reason = "the facts of an account, named on the Python side")]
    fn add_user(
        &self,
        py: Python<'_>,
        user_principal_name: &str,
        kind: &str,
        id: Option<&str>,
        display_name: Option<&str>,
        description: &str,
        password: Option<&Bound<'_, Secret>>,
        roles: Vec<String>,
        synced: bool,
        blocked: bool,
        mail: Option<&str>,
        aliases: Vec<String>,
        other_mails: Vec<String>,
    ) -> PyResult<()> {
        let make: fn(&str) -> NewUser = choice(
            "kind",
            kind,
            &[
                ("cloud", NewUser::cloud as fn(&str) -> NewUser),
                ("external-guest", NewUser::external_guest),
                ("internal-guest", NewUser::internal_guest),
                ("customer", NewUser::customer),
            ],
        )?;
        let mut user = make(user_principal_name).described(description);
        if let Some(id) = id {
            user = user.id(ObjectId::try_from(id).map_err(|error| error::to_python(py, error))?);
        }
        if let Some(name) = display_name {
            user = user.named(name);
        }
        if let Some(password) = password {
            user = user.password(password.get().get()?.clone());
        }
        if synced {
            user = user.synced();
        }
        if blocked {
            user = user.blocked();
        }
        if let Some(mail) = mail {
            user = user.mail(mail);
        }
        for address in aliases {
            user = user.alias(&address);
        }
        for address in other_mails {
            user = user.other_mail(&address);
        }
        for name in roles {
            user = user.role(role(&name)?);
        }
        self.core()?.add_user(user);
        Ok(())
    }

    #[pyo3(signature = (user, kind, name, registered, undated, default, id))]
    #[expect(clippy::too_many_arguments, reason = "the facts of a method, named on the Python side")]
    fn add_method(
        &self,
        py: Python<'_>,
        user: &str,
        kind: &str,
        name: &str,
        registered: Option<&Bound<'_, PyAny>>,
        undated: bool,
        default: bool,
        id: Option<&str>,
    ) -> PyResult<String> {
        let mut method = new_method(kind, name)?;
        if let Some(since) = registered {
            method = method.registered(moment("registered", since)?);
        }
        if undated {
            method = method.undated();
        }
        if default {
            method = method.default_method();
        }
        if let Some(id) = id {
            let id: MethodId = id.parse().map_err(|error| error::to_python(py, error))?;
            method = method.id(id.as_str());
        }
        self.core()?
            .add_method(user, method)
            .map(|id: MethodId| id.to_string())
            .ok_or_else(|| bad_input(&format!("user: the tenant has no {user:?}")))
    }

    /// Returns the methods that the user really has, as JSON.
    fn methods_of(&self, user: &str) -> PyResult<String> {
        let methods: Vec<_> = self
            .core()?
            .methods_of(user)
            .into_iter()
            .map(|method| json!({"id": method.id, "kind": method.kind, "is_default": method.is_default}))
            .collect();
        Ok(Value::from(methods).to_string())
    }

    fn password_of(&self, user: &str) -> PyResult<Option<Secret>> {
        Ok(self.core()?.password_of(user).map(Secret::of))
    }

    fn access_pass_of(&self, user: &str) -> PyResult<Option<Secret>> {
        Ok(self.core()?.access_pass_of(user).map(Secret::of))
    }

    fn must_change_password(&self, user: &str) -> PyResult<bool> {
        Ok(self.core()?.must_change_password(user))
    }

    fn sessions_valid_from(&self, user: &str) -> PyResult<Option<OffsetDateTime>> {
        Ok(self.core()?.sessions_valid_from(user))
    }

    fn now(&self) -> PyResult<OffsetDateTime> {
        Ok(self.core()?.now())
    }

    fn advance(&self, by: &Bound<'_, PyAny>) -> PyResult<()> {
        self.core()?.advance(duration("by", by)?);
        Ok(())
    }

    fn set_read_delay(&self, delay: &Bound<'_, PyAny>) -> PyResult<()> {
        self.core()?.set_read_delay(duration("delay", delay)?);
        Ok(())
    }

    /// Adds a device, for a user or for nobody, and returns its object id.
    fn add_device(
        &self,
        user: Option<&str>,
        name: &str,
        kind: &str,
        operating_system: &str,
    ) -> PyResult<String> {
        let kinds = ["hybrid-joined", "joined", "registered"].map(|kind| (kind, kind));
        let device = match choice("kind", kind, &kinds)? {
            "hybrid-joined" => NewDevice::hybrid_joined(name),
            "joined" => NewDevice::joined(name),
            _ => NewDevice::registered(name, operating_system),
        };
        let tenant = self.core()?;
        let device = device.registered_at(tenant.now());
        let id = match user {
            Some(user) => tenant.add_device(user, device),
            None => Some(tenant.add_device_without_owner(device)),
        };
        id.map(|id| id.to_string()).ok_or_else(|| bad_input("user: there is no such user"))
    }

    fn set_device_delay(&self, delay: &Bound<'_, PyAny>) -> PyResult<()> {
        self.core()?.set_device_delay(duration("delay", delay)?);
        Ok(())
    }

    fn set_computer_enabled_on_premises(&self, py: Python<'_>, device: &str, enabled: bool) -> PyResult<()> {
        let device = ObjectId::try_from(device).map_err(|error| error::to_python(py, error))?;
        self.core()?.set_computer_enabled_on_premises(device, enabled);
        Ok(())
    }

    fn set_enabled_on_premises(&self, user: &str, enabled: bool) -> PyResult<()> {
        self.core()?.set_enabled_on_premises(user, enabled);
        Ok(())
    }

    fn run_sync(&self) -> PyResult<()> {
        self.core()?.run_sync();
        Ok(())
    }

    fn set_licence(&self, licence: &str) -> PyResult<()> {
        let editions = [("free", Licence::Free), ("p1", Licence::P1), ("p2", Licence::P2)];
        self.core()?.set_licence(choice("licence", licence, &editions)?);
        Ok(())
    }

    #[pyo3(signature = (user, roles, permissions))]
    fn set_caller(
        &self,
        user: Option<&str>,
        roles: Vec<String>,
        permissions: Option<Vec<String>>,
    ) -> PyResult<()> {
        let roles = roles.iter().map(|name| role(name)).collect::<PyResult<Vec<_>>>()?;
        let mut caller = match user {
            Some(user) => SimulatedCaller::delegated(user, roles),
            None if roles.is_empty() => SimulatedCaller::app_only(),
            None => return Err(bad_input("roles: an application that calls for itself holds no role")),
        };
        if let Some(permissions) = permissions {
            caller = caller.with_permissions(permissions);
        }
        self.core()?.set_caller(caller);
        Ok(())
    }

    #[pyo3(signature = (fault, method, path, times, after, retry_after, code, after_effect, status, content_type, body))]
    #[expect(clippy::too_many_arguments, reason = "the facts of a fault, named on the Python side")]
    fn inject(
        &self,
        fault: &Bound<'_, PyAny>,
        method: Option<&str>,
        path: Option<&str>,
        times: Option<u32>,
        after: u32,
        retry_after: Option<&str>,
        code: Option<&str>,
        after_effect: bool,
        status: Option<u16>,
        content_type: Option<&str>,
        body: Option<&str>,
    ) -> PyResult<()> {
        let is_middlebox = fault.extract::<&str>().is_ok_and(|word| word == "middlebox");
        if !is_middlebox && (status.is_some() || content_type.is_some() || body.is_some()) {
            return Err(bad_input("status, content_type, body: only a \"middlebox\" has them"));
        }
        let mut made = if is_middlebox {
            let status = status.unwrap_or(502);
            if !(200..=599).contains(&status) {
                return Err(bad_input("status: one from 200 to 599"));
            }
            let made = Fault::middlebox(status);
            match (content_type, body) {
                (None, None) => made,
                (content_type, body) => {
                    made.body(content_type.unwrap_or("text/html"), body.unwrap_or_default())
                }
            }
        } else if fault.is_instance_of::<PyDelta>() {
            Fault::slow(duration("fault", fault)?)
        } else if let Ok(status) = fault.extract::<u16>() {
            if !(400..=599).contains(&status) {
                return Err(bad_input("fault: a status is one from 400 to 599"));
            }
            Fault::status(status)
        } else if let Ok(word) = fault.extract::<&str>() {
            choice(
                "fault",
                word,
                &[
                    ("dropped", Fault::dropped()),
                    ("no-connection", Fault::no_connection()),
                    ("truncated", Fault::truncated()),
                    ("empty-body", Fault::empty_body()),
                    ("html", Fault::html(502)),
                ],
            )?
        } else {
            return Err(PyTypeError::new_err("fault: a status, a word or a timedelta is needed"));
        };
        if let Some(method) = method {
            let method =
                method.parse().map_err(|_| bad_input("method: give a valid HTTP method, such as POST"))?;
            made = made.on_method(method);
        }
        if let Some(path) = path {
            made = made.on_path(path);
        }
        if let Some(value) = retry_after {
            made = made.retry_after(value);
        }
        if let Some(code) = code {
            made = made.code(code);
        }
        if after_effect {
            made = made.after_effect();
        }
        made = match times {
            Some(times) => made.times(times),
            None => made.always(),
        };
        self.core()?.inject(made.after(after));
        Ok(())
    }

    fn clear_faults(&self) -> PyResult<()> {
        self.core()?.clear_faults();
        Ok(())
    }

    /// Returns the requests, as JSON: method, path, status; no bodies, which hold secrets.
    fn requests(&self) -> PyResult<String> {
        let requests: Vec<_> = self
            .core()?
            .exchanges()
            .iter()
            .map(|exchange| {
                json!({
                    "method": exchange.method().as_str(),
                    "path": exchange.uri().path_and_query().map(ToString::to_string),
                    "status": exchange.status().map(|status| status.as_u16()),
                })
            })
            .collect();
        Ok(Value::from(requests).to_string())
    }

    /// Answers a request that arrived over HTTP; `None` where a fault drops the connection.
    fn answer(
        &self,
        py: Python<'_>,
        method: &str,
        uri: &str,
        headers: Vec<(String, String)>,
        body: &[u8],
    ) -> PyResult<Option<Answered>> {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(body.to_vec().into());
        let request = request.map_err(|error| bad_input(&format!("request: {error}")))?;
        let (tenant, runtime) = (self.core()?, runtime()?);
        let answer = py.detach(|| runtime.block_on(tenant.send(request)));
        Ok(answer.ok().map(|answer| {
            let (parts, body) = answer.into_parts();
            let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
            let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
            (parts.status.as_u16(), headers, body.to_vec())
        }))
    }

    fn clear_requests(&self) -> PyResult<()> {
        self.core()?.clear_exchanges();
        Ok(())
    }

    fn keep_requests(&self, keep: bool) -> PyResult<()> {
        self.core()?.keep_exchanges(keep);
        Ok(())
    }
}

/// Makes a method by the word of its type.
pub(crate) fn new_method(kind: &str, name: &str) -> PyResult<NewMethod> {
    let make: fn(&str) -> NewMethod = choice(
        "kind",
        kind,
        &[
            ("mobile-phone", NewMethod::phone_mobile as fn(&str) -> NewMethod),
            ("alternate-mobile-phone", NewMethod::phone_alternate_mobile),
            ("office-phone", NewMethod::phone_office),
            ("email", NewMethod::email),
            ("microsoft-authenticator", NewMethod::authenticator),
            ("passwordless-authenticator", NewMethod::passwordless_authenticator),
            ("software-oath", |_| NewMethod::software_oath()),
            ("hardware-oath", NewMethod::hardware_oath),
            ("fido2", NewMethod::passkey),
            ("windows-hello", NewMethod::windows_hello),
            ("platform-credential", NewMethod::platform_credential),
            ("external", NewMethod::external),
            ("qr-code-pin", |_| NewMethod::qr_code_pin()),
            ("unknown", |name| NewMethod::unknown(name, json!({}))),
        ],
    )?;
    Ok(make(name))
}

/// Reads a directory role by its name.
fn role(name: &str) -> PyResult<Role> {
    choice(
        "role",
        name,
        &[
            ("Application Administrator", Role::ApplicationAdministrator),
            ("Authentication Administrator", Role::AuthenticationAdministrator),
            ("Authentication Policy Administrator", Role::AuthenticationPolicyAdministrator),
            ("Cloud Application Administrator", Role::CloudApplicationAdministrator),
            ("Cloud Device Administrator", Role::CloudDeviceAdministrator),
            ("Directory Readers", Role::DirectoryReaders),
            ("Directory Synchronization Accounts", Role::DirectorySynchronizationAccounts),
            ("Global Administrator", Role::GlobalAdministrator),
            ("Global Reader", Role::GlobalReader),
            ("Groups Administrator", Role::GroupsAdministrator),
            ("Guest Inviter", Role::GuestInviter),
            ("Helpdesk Administrator", Role::HelpdeskAdministrator),
            ("Intune Administrator", Role::IntuneAdministrator),
            ("Message Center Reader", Role::MessageCenterReader),
            ("Password Administrator", Role::PasswordAdministrator),
            ("Privileged Authentication Administrator", Role::PrivilegedAuthenticationAdministrator),
            ("Privileged Role Administrator", Role::PrivilegedRoleAdministrator),
            ("Reports Reader", Role::ReportsReader),
            ("Security Administrator", Role::SecurityAdministrator),
            ("Security Operator", Role::SecurityOperator),
            ("Usage Summary Reports Reader", Role::UsageSummaryReportsReader),
            ("User Administrator", Role::UserAdministrator),
            ("User Experience Success Manager", Role::UserExperienceSuccessManager),
            ("Entra SOC Identity Responder", Role::SocIdentityResponder),
            ("another role", Role::Other),
        ],
    )
}
