//! Sign-ins and sessions in an adversary's hands: what he can prove, and what he opens.

use super::hand::Owned;
use super::state::Adversary;
use super::way::{Way, class_of, class_of_token};
use crate::knowledge::TokenClass;
use crate::model::MethodKind;
use crate::simulator::seed::method::NewMethod;
use crate::simulator::sign_in::answer::{Answer, Means};
use crate::simulator::sign_in::builder::SignIn;
use crate::simulator::sign_in::device::Device;
use crate::simulator::sign_in::factors::SecondFactor;
use crate::simulator::sign_in::session::Session;
use crate::simulator::sign_in::simulation::SignInSimulation;
use crate::simulator::tenant::app::App;

/// The password that he sets.
pub(super) const HIS: &str = "Thief-chose-1-this";

/// Opens every application with a session, and adds by what it got in.
pub(super) fn opens(session: &Session, ways: &mut Vec<Way>) {
    let device = session.device().id;
    let mut add = |class| {
        let way = Way::Session { class, device };
        if !ways.contains(&way) {
            ways.push(way);
        }
    };
    for app in App::ALL {
        let token = session.access_token(app);
        let credential = session.credential();
        match session.open(app) {
            Answer::Works { by: Means::AppSession } => add(TokenClass::AppCookie),
            Answer::Works { by: Means::AccessToken } => {
                if let Some(token) = token {
                    add(class_of_token(&token));
                }
            }
            Answer::Works { .. } => {
                if let Some(credential) = credential {
                    add(class_of(&credential));
                }
            }
            _ => {}
        }
    }
}

/// Returns his second factors that the account has.
pub(super) fn factors(adversary: &Adversary) -> Vec<(SecondFactor, Owned)> {
    let there = adversary.simulation.tenant().methods_of(&adversary.user);
    let held = adversary.hand.methods.iter().filter(|held| there.iter().any(|method| method.id == held.id));
    let factor = |held: &Owned| match held.kind {
        MethodKind::MicrosoftAuthenticator => Some((SecondFactor::Push, held.clone())),
        MethodKind::Fido2 => Some((SecondFactor::Passkey, held.clone())),
        _ => None,
    };
    held.filter_map(factor).collect()
}

/// Tries a sign-in, and does what is asked for.
pub(super) fn enters(
    adversary: &Adversary,
    simulation: &SignInSimulation,
    device: &Device,
    first: &dyn Fn(SignIn) -> SignIn,
) -> Option<Session> {
    let make = || {
        let sign_in = first(simulation.sign_in(&adversary.user, device, App::OfficePortal));
        let sign_in = sign_in.changing_password_to(HIS).keep_me_signed_in();
        sign_in.registering(NewMethod::authenticator("SM-S931B"))
    };
    match make().attempt() {
        Ok(session) => Some(session),
        Err(Answer::AsksForMfa) => {
            let mut factors = factors(adversary).into_iter();
            factors.find_map(|(factor, held)| make().using(&held.id).then(factor).attempt().ok())
        }
        Err(_) => None,
    }
}

/// Returns the sign-in by a method that needs no password.
pub(super) fn alone(held: &Owned) -> Option<fn(SignIn) -> SignIn> {
    match held.kind {
        MethodKind::Fido2 => Some(SignIn::passkey),
        MethodKind::PasswordlessAuthenticator => Some(SignIn::phone_sign_in),
        MethodKind::WindowsHello => Some(SignIn::windows_hello),
        _ => None,
    }
}

impl Adversary {
    /// Returns the device on which a method of his works; `None` if he no longer has it.
    pub(super) fn device_for(&mut self, held: &Owned) -> Option<Device> {
        match held.device {
            Some(id) => self.hand.devices.iter().find(|device| device.id == id).cloned(),
            None => Some(self.hand.browser(&self.simulation)),
        }
    }

    /// Returns the class of a device's primary refresh token.
    pub(super) fn primary_class(&self, device: &Device) -> Option<TokenClass> {
        self.simulation.with(|sign_ins, state| {
            let user = state.directory.find(&self.user)?;
            sign_ins.primary(device.id, user).map(|primary| class_of(&primary))
        })
    }
}
