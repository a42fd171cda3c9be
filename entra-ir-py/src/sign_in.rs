//! Sign-ins on the simulated tenant, for Python: converts and calls.

use entra_ir_core::simulator::sign_in::{
    self, Answer, App, DeviceKind, Means, SecondFactor, SignInSimulation as CoreSimulation,
};
use pyo3::prelude::*;

use crate::arguments::{choice, duration};
use crate::error::bad_input;
use crate::runtime::refuse_fork;
use crate::secret::Secret;
use crate::simulator::{SimulatedTenant, new_method};

/// The answer for the Python side: a word, a sentence, and what gave access.
type Told = (&'static str, String, Option<&'static str>);

/// Holds a sign-in simulation of the core.
#[pyclass(frozen, module = "entra_ir._native")]
#[derive(Debug)]
pub(crate) struct SignInSimulation(CoreSimulation);

/// Holds a device of the core.
#[pyclass(frozen, module = "entra_ir._native")]
#[derive(Debug)]
pub(crate) struct SignInDevice(sign_in::Device);

/// Holds an app password of the core.
#[pyclass(frozen, module = "entra_ir._native")]
#[derive(Debug)]
pub(crate) struct SignInAppPassword(sign_in::AppPassword);

/// Holds a session of the core.
#[pyclass(frozen, module = "entra_ir._native")]
#[derive(Debug)]
pub(crate) struct SignInSession(sign_in::Session);

#[pymethods]
impl SignInDevice {
    fn id(&self) -> String {
        self.0.id.to_string()
    }

    fn name(&self) -> &str {
        &self.0.name
    }

    fn kind(&self) -> &'static str {
        match self.0.kind {
            DeviceKind::HybridJoinedWindows => "hybrid-joined-windows",
            DeviceKind::JoinedWindows => "joined-windows",
            DeviceKind::RegisteredPhone => "registered-phone",
            DeviceKind::Unregistered => "unregistered-client",
            DeviceKind::Browser => "browser",
            DeviceKind::InPrivateBrowser => "in-private-browser",
            DeviceKind::Phone => "phone",
            DeviceKind::WebServer => "web-server",
            _ => "unknown",
        }
    }
}

impl SignInSession {
    fn core(&self) -> PyResult<&sign_in::Session> {
        refuse_fork()?;
        Ok(&self.0)
    }
}

impl SignInSimulation {
    /// Returns the core's simulation, which reaches the tenant's lock; not in a forked child.
    fn core(&self) -> PyResult<&CoreSimulation> {
        refuse_fork()?;
        Ok(&self.0)
    }
}

#[pymethods]
impl SignInSession {
    fn open(&self, app: &str) -> PyResult<Told> {
        Ok(told(self.core()?.open(app_of(app)?)))
    }

    fn answer_mfa(&self, second: &str) -> PyResult<Option<Told>> {
        Ok(self.core()?.answer_mfa(second_of(second)?).err().map(told))
    }

    fn register(&self, kind: &str, name: &str) -> PyResult<Option<Told>> {
        let method = new_method(kind, name)?;
        Ok(self.core()?.register(method).err().map(told))
    }

    fn sign_out(&self) -> PyResult<()> {
        self.core()?.sign_out();
        Ok(())
    }

    /// Registers a phone: the phone, or what was answered instead.
    fn register_phone(&self, name: &str) -> PyResult<(Option<SignInDevice>, Option<Told>)> {
        Ok(match self.core()?.register_phone(name) {
            Ok(phone) => (Some(SignInDevice(phone)), None),
            Err(answer) => (None, Some(told(answer))),
        })
    }

    fn copy_to(&self, device: &Bound<'_, SignInDevice>) -> PyResult<Self> {
        Ok(Self(self.core()?.copy_to(&device.get().0)))
    }
}

#[pymethods]
impl SignInAppPassword {
    fn open(&self) -> PyResult<Told> {
        refuse_fork()?;
        Ok(told(self.0.open()))
    }
}

#[pymethods]
impl SignInSimulation {
    #[staticmethod]
    fn on(tenant: &Bound<'_, SimulatedTenant>) -> PyResult<Self> {
        Ok(Self(tenant.get().core()?.sign_in_simulation()))
    }

    #[pyo3(signature = (kind, name, user))]
    fn device(&self, kind: &str, name: &str, user: Option<&str>) -> PyResult<SignInDevice> {
        let kind = choice(
            "kind",
            kind,
            &[
                ("hybrid-joined-windows", DeviceKind::HybridJoinedWindows),
                ("joined-windows", DeviceKind::JoinedWindows),
                ("registered-phone", DeviceKind::RegisteredPhone),
                ("unregistered-client", DeviceKind::Unregistered),
                ("browser", DeviceKind::Browser),
                ("in-private-browser", DeviceKind::InPrivateBrowser),
                ("phone", DeviceKind::Phone),
                ("web-server", DeviceKind::WebServer),
            ],
        )?;
        let core = self.core()?;
        let made = match (kind, user) {
            // In no list of the user's devices, but synced all the same.
            (DeviceKind::HybridJoinedWindows, None) => Some(core.hybrid_joined_windows(name)),
            (DeviceKind::HybridJoinedWindows, Some(user)) => core.hybrid_joined_windows_of(user, name),
            (DeviceKind::JoinedWindows, Some(user)) => core.joined_windows_of(user, name),
            (DeviceKind::RegisteredPhone, Some(user)) => core.registered_phone_of(user, name),
            (DeviceKind::JoinedWindows | DeviceKind::RegisteredPhone, None) => {
                return Err(bad_input(
                    "user: a joined or registered device needs the user that it belongs to",
                ));
            }
            (kind, None) => Some(core.device(kind, name, None)),
            (_, Some(_)) => {
                return Err(bad_input("user: only joined and registered devices are put into the directory"));
            }
        };
        let device = made.ok_or_else(|| bad_input("user: there is no such user"))?;
        Ok(SignInDevice(device))
    }

    /// Signs in: a session, or what was answered instead.
    #[pyo3(signature = (user, device, app, how, secret, then, keep_me_signed_in, remember_mfa, new_password, registering))]
    #[expect(clippy::too_many_arguments, reason = "the choices of a sign-in, named on the Python side")]
    fn sign_in(
        &self,
        user: &str,
        device: &Bound<'_, SignInDevice>,
        app: Option<&str>,
        how: &str,
        secret: Option<&Bound<'_, Secret>>,
        then: Option<&str>,
        keep_me_signed_in: bool,
        remember_mfa: bool,
        new_password: Option<&Bound<'_, Secret>>,
        registering: Option<&str>,
    ) -> PyResult<(Option<SignInSession>, Option<Told>)> {
        let device = &device.get().0;
        let sign_in = match app {
            Some(app) => self.core()?.sign_in(user, device, app_of(app)?),
            None => self.core()?.sign_in_to_windows(user, device),
        };
        let secret = secret.map(|secret| secret.get().get().cloned()).transpose()?;
        let mut sign_in = match (how, secret) {
            ("password", Some(password)) => sign_in.password(password),
            ("password", None) => sign_in.current_password(),
            ("access-pass", Some(pass)) => sign_in.access_pass(pass),
            ("access-pass", None) => sign_in.current_access_pass(),
            (how, None) => match choice(
                "how",
                how,
                &[
                    ("password", 0),
                    ("access-pass", 0),
                    ("single-sign-on", 1),
                    ("passkey", 2),
                    ("windows-hello", 3),
                    ("platform-credential", 4),
                    ("phone-sign-in", 5),
                    ("home-tenant", 6),
                ],
            )? {
                1 => sign_in.single_sign_on(),
                2 => sign_in.passkey(),
                3 => sign_in.windows_hello(),
                4 => sign_in.platform_credential(),
                5 => sign_in.phone_sign_in(),
                _ => sign_in.in_home_tenant(),
            },
            (_, Some(_)) => return Err(bad_input("secret: only a password or a pass is typed")),
        };
        if let Some(second) = then {
            sign_in = sign_in.then(second_of(second)?);
        }
        if keep_me_signed_in {
            sign_in = sign_in.keep_me_signed_in();
        }
        if remember_mfa {
            sign_in = sign_in.remember_mfa_on_this_device();
        }
        if let Some(password) = new_password {
            sign_in = sign_in.changing_password_to(password.get().get()?.clone());
        }
        if let Some(kind) = registering {
            sign_in = sign_in.registering(new_method(kind, "registered at sign-in")?);
        }
        Ok(match sign_in.attempt() {
            Ok(session) => (Some(SignInSession(session)), None),
            Err(answer) => (None, Some(told(answer))),
        })
    }

    fn require_mfa(&self, required: bool) -> PyResult<()> {
        self.core()?.require_mfa(required);
        Ok(())
    }

    #[pyo3(signature = (days))]
    fn remember_mfa_on_trusted_devices(&self, days: Option<u16>) -> PyResult<()> {
        self.core()?.remember_mfa_on_trusted_devices(days);
        Ok(())
    }

    fn set_event_delay(&self, app: &str, delay: &Bound<'_, PyAny>) -> PyResult<()> {
        self.core()?.set_event_delay(app_of(app)?, duration("delay", delay)?);
        Ok(())
    }

    fn close_browser(&self, device: &Bound<'_, SignInDevice>) -> PyResult<()> {
        self.core()?.close_browser(&device.get().0);
        Ok(())
    }

    fn guard_registration(&self, guard: bool) -> PyResult<()> {
        self.core()?.guard_registration(guard);
        Ok(())
    }

    fn trust_guest_mfa(&self, trust: bool) -> PyResult<()> {
        self.core()?.trust_guest_mfa(trust);
        Ok(())
    }

    fn block_legacy_authentication(&self, block: bool) -> PyResult<()> {
        self.core()?.block_legacy_authentication(block);
        Ok(())
    }

    fn create_app_password(&self, user: &str) -> PyResult<SignInAppPassword> {
        let made = self.core()?.create_app_password(user);
        made.map(SignInAppPassword).ok_or_else(|| bad_input(&format!("user: the tenant has no {user:?}")))
    }

    fn delete_app_passwords(&self, user: &str) -> PyResult<()> {
        self.core()?.portal().delete_app_passwords(user);
        Ok(())
    }

    fn disable_device(&self, device: &Bound<'_, SignInDevice>) -> PyResult<()> {
        self.core()?.disable_device(&device.get().0);
        Ok(())
    }

    fn delete_device(&self, device: &Bound<'_, SignInDevice>) -> PyResult<()> {
        self.core()?.delete_device(&device.get().0);
        Ok(())
    }

    fn enable_device(&self, device: &Bound<'_, SignInDevice>) -> PyResult<()> {
        self.core()?.enable_device(&device.get().0);
        Ok(())
    }

    fn restore_device(&self, device: &Bound<'_, SignInDevice>) -> PyResult<bool> {
        Ok(self.core()?.restore_device(&device.get().0))
    }

    fn reset_password_in_entra(&self, user: &str) -> PyResult<Option<Secret>> {
        Ok(self.core()?.portal().reset_password_in_entra(user).map(Secret::of))
    }

    fn reset_password_in_azure_portal(&self, user: &str) -> PyResult<Option<Secret>> {
        Ok(self.core()?.portal().reset_password_in_azure_portal(user).map(Secret::of))
    }

    fn reset_password_in_microsoft_365(
        &self,
        user: &str,
        chosen: &Bound<'_, Secret>,
        change_required: bool,
    ) -> PyResult<bool> {
        let chosen = chosen.get().get()?.clone();
        Ok(self.core()?.portal().reset_password_in_microsoft_365(user, chosen, change_required))
    }

    fn revoke_mfa_sessions_before_february_2026(&self, user: &str) -> PyResult<()> {
        self.core()?.portal().revoke_mfa_sessions_before_february_2026(user);
        Ok(())
    }
}

fn told(answer: Answer) -> Told {
    let word = match answer {
        Answer::Works { .. } => "works",
        Answer::AsksForMfa => "asks-for-mfa",
        Answer::AsksToRegister => "asks-to-register",
        Answer::AsksToSignIn => "asks-to-sign-in",
        Answer::AsksToChangePassword => "asks-to-change-password",
        Answer::Refused(_) => "refused",
        _ => "unknown",
    };
    let by = match answer {
        Answer::Works { by } => Some(match by {
            Means::AppSession => "app-session",
            Means::AccessToken => "access-token",
            Means::Cookie => "cookie",
            Means::RefreshToken => "refresh-token",
            Means::PrimaryRefreshToken => "primary-refresh-token",
            Means::AppPassword => "app-password",
            Means::ApplicationSecret => "application-secret",
            _ => "unknown",
        }),
        _ => None,
    };
    (word, answer.to_string(), by)
}

fn app_of(word: &str) -> PyResult<App> {
    choice(
        "app",
        word,
        &[
            ("exchange-online", App::ExchangeOnline),
            ("sharepoint-online", App::SharePointOnline),
            ("teams", App::Teams),
            ("graph", App::Graph),
            ("office-portal", App::OfficePortal),
            ("line-of-business", App::LineOfBusiness),
            ("web-app", App::WebApp),
        ],
    )
}

fn second_of(word: &str) -> PyResult<SecondFactor> {
    choice(
        "then",
        word,
        &[
            ("push", SecondFactor::Push),
            ("text", SecondFactor::Text),
            ("call", SecondFactor::Call),
            ("software-code", SecondFactor::SoftwareCode),
            ("hardware-code", SecondFactor::HardwareCode),
            ("external", SecondFactor::External),
            ("passkey", SecondFactor::Passkey),
            ("access-pass", SecondFactor::AccessPass),
        ],
    )
}
