//! The builder of a sign-in: user, device, factors and choices.

use std::fmt;

use secrecy::SecretString;

use super::answer::Answer;
use super::attempt::attempt;
use super::choices::Choices;
use super::device::Device;
use super::factors::{First, SecondFactor};
use super::session::Session;
use super::simulation::SignInSimulation;
use crate::ids::MethodId;
use crate::model::MethodKind;
use crate::simulator::seed::method::NewMethod;
use crate::simulator::tenant::app::App;

/// Describes a sign-in. Nothing happens before [`attempt`](Self::attempt).
/// The first factor is the last one set; a second factor is used only if required.
///
/// ```
/// use entra_ir_core::simulator::SimulatedTenant;
/// use entra_ir_core::simulator::sign_in::{Answer, App, SecondFactor};
///
/// let simulation = SimulatedTenant::contoso().sign_in_simulation();
/// simulation.require_mfa(true);
/// let browser = simulation.in_private_browser();
/// let sign_in = simulation.sign_in("adele@contoso.example", &browser, App::OfficePortal).current_password();
/// assert_eq!(sign_in.clone().attempt().unwrap_err(), Answer::AsksForMfa);
/// let session = sign_in.then(SecondFactor::Push).keep_me_signed_in().attempt().unwrap();
/// assert!(session.open(App::OfficePortal).works());
/// ```
#[derive(Clone)]
#[must_use = "nothing happens before attempt()"]
pub struct SignIn {
    simulation: SignInSimulation,
    wish: Choices,
}

impl SignInSimulation {
    /// Starts a sign-in of a user to an application.
    pub fn sign_in(&self, user: &str, device: &Device, app: App) -> SignIn {
        SignIn::new(self, user, device, Some(app))
    }

    /// Starts a sign-in of a user to Windows, or to the broker of an unregistered client, which asks for no
    /// second factor and gives the device a primary refresh token.
    pub fn sign_in_to_windows(&self, user: &str, device: &Device) -> SignIn {
        SignIn::new(self, user, device, None)
    }
}

impl SignIn {
    fn new(simulation: &SignInSimulation, user: &str, device: &Device, app: Option<App>) -> Self {
        Self { simulation: simulation.clone(), wish: Choices::new(user, device, app) }
    }

    fn first(mut self, first: First) -> Self {
        self.wish.first = first;
        self
    }

    /// Types a password, right or wrong.
    pub fn password(self, typed: impl Into<SecretString>) -> Self {
        self.first(First::Password(typed.into()))
    }

    /// Types the password that the account has at that moment.
    pub fn current_password(self) -> Self {
        self.first(First::CurrentPassword)
    }

    /// Lets the device's primary refresh token sign in.
    pub fn single_sign_on(self) -> Self {
        self.first(First::SingleSignOn)
    }

    /// Uses a passkey, which is MFA by itself.
    pub fn passkey(self) -> Self {
        self.first(First::Strong(MethodKind::Fido2))
    }

    /// Uses Windows Hello for Business, on a Windows client. Which client a key belongs to is not simulated.
    pub fn windows_hello(self) -> Self {
        self.first(First::Strong(MethodKind::WindowsHello))
    }

    /// Uses the platform credential of a Mac, on whichever device.
    pub fn platform_credential(self) -> Self {
        self.first(First::Strong(MethodKind::PlatformCredential))
    }

    /// Uses passwordless phone sign-in.
    pub fn phone_sign_in(self) -> Self {
        self.first(First::Strong(MethodKind::PasswordlessAuthenticator))
    }

    /// Types a Temporary Access Pass, which is MFA by itself. One that works once is used up.
    pub fn access_pass(self, typed: impl Into<SecretString>) -> Self {
        self.first(First::AccessPass(Some(typed.into())))
    }

    /// Types the Temporary Access Pass that the user has at that moment.
    pub fn current_access_pass(self) -> Self {
        self.first(First::AccessPass(None))
    }

    /// Signs an external guest in at home. A second factor is the home tenant's own where this tenant trusts
    /// it ([`trust_guest_mfa`](SignInSimulation::trust_guest_mfa)), and one that is registered here
    /// otherwise.
    pub fn in_home_tenant(self) -> Self {
        self.first(First::HomeTenant)
    }

    /// Has a second factor at hand.
    pub fn then(mut self, second: SecondFactor) -> Self {
        self.wish.second = Some(second);
        self
    }

    /// Has this registered method at hand and no other one, as the first or the second factor.
    pub fn using(mut self, method: &MethodId) -> Self {
        self.wish.using = Some(method.clone());
        self
    }

    /// Chooses to be kept signed in, in a browser.
    pub fn keep_me_signed_in(mut self) -> Self {
        self.wish.keep = true;
        self
    }

    /// Chooses not to be asked for MFA again on this device, where the legacy settings offer it.
    pub fn remember_mfa_on_this_device(mut self) -> Self {
        self.wish.remember = true;
        self
    }

    /// Registers a method when asked to register, and continues.
    pub fn registering(mut self, method: NewMethod) -> Self {
        self.wish.registering = Some(method);
        self
    }

    /// Changes the password when asked to, and continues.
    pub fn changing_password_to(mut self, new: impl Into<SecretString>) -> Self {
        self.wish.new_password = Some(new.into());
        self
    }

    /// Signs in with a client that does not understand claims challenges: its access tokens live an hour, and
    /// no event ends them.
    pub fn without_claims_challenges(mut self) -> Self {
        self.wish.hears_challenges = false;
        self
    }

    /// Tries to sign in.
    ///
    /// # Errors
    /// What the person sees instead; never [`Answer::Works`].
    pub fn attempt(self) -> Result<Session, Answer> {
        let (number, user) = self.simulation.with(|sign_ins, state| attempt(sign_ins, state, &self.wish))?;
        Ok(Session { simulation: self.simulation, number, user, device: self.wish.device })
    }
}

// Methods to register hold phone numbers.
impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("user", &self.wish.user)
            .field("device", &self.wish.device.name)
            .field("app", &self.wish.app)
            .field("first", &self.wish.first)
            .field("second", &self.wish.second)
            .finish_non_exhaustive()
    }
}
