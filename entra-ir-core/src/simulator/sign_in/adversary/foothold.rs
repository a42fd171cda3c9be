//! What an incident gives an attacker.

use std::time::Duration;

use super::elsewhere::Elsewhere;
use super::hand::{self, Owned};
use super::state::Adversary;
use super::way::method_since;
use crate::model::MethodKind;
use crate::simulator::seed::application::{NewAppRoleAssignment, NewGrant, NewServicePrincipal};
use crate::simulator::seed::method::NewMethod;
use crate::simulator::sign_in::builder::SignIn;
use crate::simulator::sign_in::device::Device;
use crate::simulator::sign_in::factors::SecondFactor;
use crate::simulator::tenant::app::App;

/// Names what an incident gives an attacker. The user helps unknowingly: the sign-in that he steals is the
/// user's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Foothold {
    /// The password.
    Password,
    /// A browser session that the user began with password and MFA, stolen by a proxy.
    Session,
    /// A session that the user began without a password, stolen.
    PasskeySession,
    /// An Authenticator app of his own, registered for the account.
    Authenticator,
    /// A passkey of his own, registered for the account.
    Passkey,
    /// A phone of his own, registered in the tenant: it holds a primary refresh token.
    Phone,
    /// A client of his own that the tenant does not know and that holds a primary refresh token.
    Client,
    /// A Temporary Access Pass that works several times.
    Pass,
    /// An application of his own, to which the user consented.
    Application,
    /// An application of his own, to which an administrator consented for everybody.
    ApplicationForAll,
    /// An application of his own, to which the user and another one consented.
    ApplicationOfOthers,
    /// An application of his own that acts for itself, by an application permission.
    ApplicationPermission,
    /// The user's own phone, with the Authenticator app.
    UsersPhone,
    /// An app password.
    AppPassword,
    /// The user's computer: its primary refresh token.
    Computer(ComputerKind),
    /// The gesture that unlocks the computer: its key of Windows Hello.
    Gesture,
    /// The guest's home account.
    Home,
    /// Something in a place outside the account's sign-ins.
    Elsewhere(Elsewhere),
}

/// Names how the user's computer is joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ComputerKind {
    /// To the tenant alone.
    Joined,
    /// To Active Directory as well.
    Hybrid,
}

/// Another user of the tenant, who has a passkey.
const OTHER: &str = "adele@contoso.example";

impl Adversary {
    /// Gives him what an incident gives. Returns whether the account has it to give.
    pub fn gets(&mut self, foothold: Foothold) -> bool {
        give(self, foothold).is_some()
    }
}

fn give(adversary: &mut Adversary, foothold: Foothold) -> Option<()> {
    let (simulation, user) = (adversary.simulation.clone(), adversary.user.clone());
    let tenant = simulation.tenant().clone();
    // The user's own sign-in, with what the user has.
    let own_session = |make: &dyn Fn(SignIn) -> SignIn, device: &Device| {
        let sign_in = || simulation.sign_in(&user, device, App::OfficePortal).then(SecondFactor::Push);
        // A guest does so at home.
        make(sign_in()).attempt().or_else(|_| sign_in().in_home_tenant().attempt()).ok()
    };
    let hand = &mut adversary.hand;
    match foothold {
        Foothold::Password => hand.passwords.push(tenant.password_of(&user)?),
        Foothold::Session | Foothold::PasskeySession => {
            let with_passkey = foothold == Foothold::PasskeySession;
            let make = |sign_in: SignIn| {
                let sign_in = if with_passkey { sign_in.passkey() } else { sign_in.current_password() };
                sign_in.keep_me_signed_in()
            };
            let stolen = own_session(&make, &simulation.browser())?;
            let copy = stolen.copy_to(&hand.browser(&simulation));
            hand.sessions.push(copy);
        }
        Foothold::Authenticator | Foothold::Passkey => {
            let (method, kind) = if foothold == Foothold::Passkey {
                (NewMethod::passkey("Security key 2"), MethodKind::Fido2)
            } else {
                (NewMethod::authenticator("SM-S931B"), MethodKind::MicrosoftAuthenticator)
            };
            let before = tenant.methods_of(&user);
            tenant.add_method(&user, method)?;
            let id = method_since(&before, &tenant.methods_of(&user), &kind)?;
            hand.methods.push(Owned { kind, id, device: None });
        }
        Foothold::Phone => {
            // A session that began with a passkey: no reset ends what it registers.
            let session = own_session(&SignIn::passkey, &simulation.browser());
            let session =
                session.or_else(|| own_session(&SignIn::current_password, &simulation.browser()))?;
            hand.devices.push(session.register_phone("SM-S931B").ok()?);
        }
        Foothold::Client => {
            let client = simulation.unregistered_client("client");
            let session = simulation.sign_in_to_windows(&user, &client).current_password().attempt().ok()?;
            session.answer_mfa(SecondFactor::Push).ok();
            hand.devices.push(client);
        }
        Foothold::Pass => {
            let eight_hours = Duration::from_secs(8 * 3600);
            tenant.add_method(&user, NewMethod::temporary_access_pass(eight_hours))?;
            hand.pass = hand::pass_of(&simulation, &user);
        }
        Foothold::Application
        | Foothold::ApplicationForAll
        | Foothold::ApplicationOfOthers
        | Foothold::ApplicationPermission => {
            let client = tenant.add_service_principal(NewServicePrincipal::foreign("Mail Backup Pro"));
            let graph = tenant.service_principal("Microsoft Graph")?;
            let scope = "Mail.Read offline_access";
            hand.client = Some(client);
            if foothold == Foothold::ApplicationPermission {
                tenant.add_app_role_assignment(NewAppRoleAssignment::of(&client.to_string(), graph))?;
                hand.applications.push(simulation.application(client));
                return Some(());
            }
            let session = if foothold == Foothold::ApplicationOfOthers {
                tenant.add_grant(NewGrant::of_user(OTHER, client, graph, scope))?;
                tenant.add_grant(NewGrant::of_user(&user, client, graph, scope))?;
                let sign_in = simulation.sign_in(OTHER, &simulation.browser(), App::OfficePortal);
                sign_in.passkey().attempt().ok()?
            } else {
                tenant.add_grant(match foothold {
                    Foothold::ApplicationForAll => NewGrant::tenant_wide(client, graph, scope),
                    _ => NewGrant::of_user(&user, client, graph, scope),
                })?;
                own_session(&SignIn::current_password, &simulation.browser())?
            };
            hand.applications.push(simulation.authorize(&session, client).ok()?);
        }
        Foothold::UsersPhone => {
            let kind = MethodKind::MicrosoftAuthenticator;
            let id = tenant.methods_of(&user).into_iter().find(|method| method.kind == kind)?.id;
            hand.methods.push(Owned { kind, id, device: None });
        }
        Foothold::AppPassword => hand.app_passwords.push(simulation.create_app_password(&user)?),
        Foothold::Computer(kind) => {
            let computer = match kind {
                ComputerKind::Joined => simulation.joined_windows_of(&user, "LAPTOP-7")?,
                ComputerKind::Hybrid => simulation.hybrid_joined_windows_of(&user, "LAPTOP-7")?,
            };
            tenant.add_method(&user, NewMethod::windows_hello("LAPTOP-7"))?;
            simulation.sign_in_to_windows(&user, &computer).windows_hello().attempt().ok()?;
            hand.devices.push(computer);
        }
        Foothold::Gesture => {
            let kind = MethodKind::WindowsHello;
            let id = tenant.methods_of(&user).into_iter().find(|method| method.kind == kind)?.id;
            let computer = hand.devices.iter().find(|device| device.kind.is_windows())?;
            hand.methods.push(Owned { kind, id, device: Some(computer.id) });
        }
        Foothold::Home => hand.home = true,
        Foothold::Elsewhere(place) => _ = hand.elsewhere.insert(place),
    }
    Some(())
}
