//! Sign-ins: what is asked, who is refused, and what guests and federated users have elsewhere.

use secrecy::ExposeSecret;

use super::*;
use crate::model::{MethodKind, PerUserMfaState};
use crate::operations::MethodScope;
use crate::simulator::NewMethod;

const PORTAL: App = App::OfficePortal;

fn at_browser(simulation: &SignInSimulation, user: &str) -> SignIn {
    simulation.sign_in(user, &simulation.browser(), PORTAL)
}

fn answer(sign_in: SignIn) -> Answer {
    sign_in.attempt().unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn somebody_who_does_not_know_the_password_is_refused() {
    let (simulation, client) = contoso();
    assert_eq!(answer(at_browser(&simulation, ADELE)), Answer::AsksToSignIn);
    let wrong = at_browser(&simulation, ADELE).password("guess");
    assert_eq!(answer(wrong), Answer::Refused(Why::WrongPassword));
    let old = simulation.tenant().password_of(ADELE).unwrap();
    assert!(at_browser(&simulation, ADELE).password(old.clone()).attempt().is_ok());
    client.reset_password(ADELE).await.unwrap();
    assert_eq!(answer(at_browser(&simulation, ADELE).password(old)), Answer::Refused(Why::WrongPassword));
    assert_eq!(answer(at_browser(&simulation, "nobody@contoso.example")), Answer::Refused(Why::NoSuchUser));
    let blocked = at_browser(&simulation, "liam@contoso.example").current_password();
    assert_eq!(answer(blocked), Answer::Refused(Why::Blocked));
}

#[tokio::test(start_paused = true)]
async fn a_forced_change_is_asked_of_passwords_only() {
    let (simulation, client) = contoso();
    simulation.require_mfa(true);
    client.reset_password(ADELE).await.unwrap();
    let sign_in = at_browser(&simulation, ADELE).current_password().then(SecondFactor::Push);
    assert_eq!(answer(sign_in.clone()), Answer::AsksToChangePassword);
    assert!(at_browser(&simulation, ADELE).passkey().attempt().is_ok());
    let weak = sign_in.clone().changing_password_to("weak");
    assert_eq!(answer(weak), Answer::Refused(Why::PasswordNotAllowed));
    let session = sign_in.changing_password_to("Mine-again-1-today").attempt().unwrap();
    assert!(!simulation.tenant().must_change_password(ADELE));
    simulation.advance(HOUR);
    assert!(session.open(PORTAL).works(), "the session of the change is younger than the change");
}

#[tokio::test(start_paused = true)]
async fn a_change_that_needs_mfa_is_a_dead_end_without_methods() {
    let (simulation, client) = contoso();
    client.require_password_change(JACK).with_mfa().await.unwrap();
    let sign_in = at_browser(&simulation, JACK).current_password().changing_password_to("Mine-again-1-today");
    assert_eq!(answer(sign_in.clone()), Answer::Refused(Why::PasswordChangeNeedsMfa));
    client.create_temporary_access_pass(JACK).await.unwrap();
    assert_eq!(answer(sign_in.clone()), Answer::AsksForMfa);
    assert!(sign_in.then(SecondFactor::AccessPass).attempt().is_ok());
}

#[tokio::test(start_paused = true)]
async fn each_second_factor_needs_its_method() {
    let (simulation, client) = contoso();
    simulation.require_mfa(true);
    let sign_in = at_browser(&simulation, KIRA).current_password();
    let all = [
        SecondFactor::Push,
        SecondFactor::Text,
        SecondFactor::Call,
        SecondFactor::SoftwareCode,
        SecondFactor::HardwareCode,
        SecondFactor::External,
        SecondFactor::Passkey,
        SecondFactor::AccessPass,
    ];
    for second in all {
        assert!(sign_in.clone().then(second).attempt().is_ok(), "{second:?}");
    }
    assert_eq!(answer(sign_in.clone().then(SecondFactor::EmailCode)), Answer::Refused(Why::NoSuchMethod));
    let method = |kind| {
        simulation.tenant().methods_of(KIRA).into_iter().find(|method| method.kind == kind).unwrap().id
    };
    let app = method(MethodKind::MicrosoftAuthenticator);
    assert!(sign_in.clone().then(SecondFactor::Push).using(&app).attempt().is_ok());
    let other = sign_in.clone().then(SecondFactor::SoftwareCode).using(&app);
    assert_eq!(answer(other), Answer::Refused(Why::NoSuchMethod));
    client.deactivate_hardware_oath(KIRA, method(MethodKind::HardwareOath)).await.unwrap();
    let token = sign_in.clone().then(SecondFactor::HardwareCode);
    assert_eq!(answer(token), Answer::Refused(Why::NoSuchMethod), "out of use");
    client.delete_methods(KIRA, MethodScope::AllRemovable).await.unwrap();
    for second in all {
        assert_eq!(answer(sign_in.clone().then(second)), Answer::AsksToRegister, "{second:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_has_the_password_of_a_user_without_methods_is_asked_to_register() {
    let (simulation, client) = contoso();
    simulation.tenant().set_per_user_mfa(JACK, PerUserMfaState::Enabled);
    let sign_in = at_browser(&simulation, JACK).current_password();
    assert_eq!(answer(sign_in.clone()), Answer::AsksToRegister);
    let phone = NewMethod::authenticator("phone of a thief");
    sign_in.clone().registering(phone).attempt().unwrap();
    let methods = client.list_methods(JACK).await.unwrap().methods;
    assert!(methods.iter().any(|method| method.kind == MethodKind::MicrosoftAuthenticator));
    assert_eq!(answer(sign_in), Answer::AsksForMfa);
}

#[tokio::test(start_paused = true)]
async fn a_pass_that_works_once_works_once() {
    let (simulation, client) = contoso();
    let pass = client.create_temporary_access_pass(ADELE).one_time(true).await.unwrap();
    let typed = pass.pass.unwrap();
    let sign_in = at_browser(&simulation, ADELE).access_pass(typed);
    let wrong = at_browser(&simulation, ADELE).access_pass("guess");
    assert_eq!(answer(wrong), Answer::Refused(Why::PassNotUsable));
    assert!(sign_in.clone().attempt().is_ok());
    assert_eq!(answer(sign_in), Answer::Refused(Why::PassNotUsable));
    let out_of_scope = at_browser(&simulation, "hugo@contoso.example").current_access_pass();
    assert_eq!(answer(out_of_scope), Answer::Refused(Why::PassNotUsable));
}

#[tokio::test(start_paused = true)]
async fn tokens_of_a_pass_end_with_it_and_its_browser_sessions_do_not() {
    let (simulation, client) = contoso();
    client.create_temporary_access_pass(ADELE).lifetime(HOUR).await.unwrap();
    simulation.advance(30 * MINUTE);
    let browser = at_browser(&simulation, ADELE).current_access_pass().attempt().unwrap();
    let phone = simulation.sign_in(ADELE, &simulation.phone("Pixel 9"), App::Teams).current_access_pass();
    let phone = phone.attempt().unwrap();
    let life = |token: AccessTokenState| (token.expires - token.issued).whole_minutes();
    assert_eq!(life(browser.access_token(PORTAL).unwrap()), 30);
    assert_eq!(life(phone.access_token(App::Teams).unwrap()), 30);
    assert!(!browser.credential().unwrap().password_based && browser.credential().unwrap().mfa.is_some());
    simulation.advance(29 * MINUTE);
    client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();
    assert!(browser.open(PORTAL).works() && phone.open(App::Teams).works(), "its deletion ends nothing");
    simulation.advance(MINUTE);
    assert_eq!(browser.open(PORTAL), by(Means::Cookie));
    assert_eq!(phone.open(App::Teams), Answer::AsksToSignIn);
}

#[tokio::test(start_paused = true)]
async fn a_guest_signs_in_at_home() {
    let (simulation, client) = contoso();
    assert_eq!(answer(at_browser(&simulation, BIANCA).current_password()), Answer::Refused(Why::NotHere));
    assert_eq!(answer(at_browser(&simulation, ADELE).in_home_tenant()), Answer::Refused(Why::NotHere));
    let home = at_browser(&simulation, BIANCA).in_home_tenant();
    let guest = home.clone().attempt().unwrap();
    assert!(guest.open(App::Teams).works());
    assert!(!guest.access_token(App::Teams).unwrap().revocable);
    simulation.advance(MINUTE);
    client.revoke_sign_in_sessions(BIANCA).await.unwrap();
    simulation.advance(HOUR);
    assert_eq!(guest.open(App::Teams), by(Means::Cookie), "the session is not this tenant's to end");
    simulation.require_mfa(true);
    assert_eq!(answer(home.clone()), Answer::AsksToRegister, "MFA of the home tenant is not trusted");
    let registered = home.clone().registering(NewMethod::authenticator("Pixel"));
    assert!(registered.attempt().is_ok());
    assert_eq!(answer(home.clone()), Answer::AsksForMfa);
    client.delete_methods(BIANCA, MethodScope::AllRemovable).await.unwrap();
    assert_eq!(answer(home.clone()), Answer::AsksToRegister, "what was registered here is ours to remove");
    simulation.trust_guest_mfa(true);
    assert_eq!(answer(home.clone()), Answer::AsksForMfa);
    assert!(home.clone().then(SecondFactor::Push).attempt().is_ok());
    simulation.require_mfa(false);
    client.block_sign_in(BIANCA).await.unwrap();
    assert!(guest.open(App::Teams).works(), "no event for guests");
    simulation.advance(HOUR);
    assert_eq!(guest.open(App::Teams), Answer::Refused(Why::Blocked));
    assert_eq!(answer(home), Answer::Refused(Why::Blocked));
    client.unblock_sign_in(BIANCA).await.unwrap();
    simulation.advance(HOUR);
    simulation.portal().revoke_sessions_in_home_tenant(BIANCA);
    assert_eq!(guest.open(App::Teams), Answer::AsksToSignIn);
}

#[tokio::test(start_paused = true)]
async fn a_synced_administrators_password_is_not_written_back() {
    let (simulation, client) = contoso();
    let tenant = simulation.tenant();
    let user = "synced.admin@contoso.example";
    tenant.add_user(
        crate::simulator::NewUser::cloud(user).synced().role(crate::simulator::Role::HelpdeskAdministrator),
    );
    let before = tenant.password_of(user).unwrap();
    let reset = client.reset_password(user).await;
    let grade = reset.map(|reset| reset.receipt.grade);
    assert!(grade.as_ref().map_or(true, |grade| !grade.is_success()), "{grade:?}");
    assert!(simulation.portal().reset_password_in_entra(user).is_none());
    assert_eq!(tenant.password_of(user).unwrap().expose_secret(), before.expose_secret());
    assert!(
        simulation.portal().reset_password_in_azure_portal(ALEX).is_some(),
        "of another synced user it is"
    );
}

#[tokio::test(start_paused = true)]
async fn a_federated_user_types_the_password_elsewhere() {
    let (simulation, client) = contoso();
    let session = at_browser(&simulation, DIEGO).current_password().attempt().unwrap();
    assert!(!session.credential().unwrap().password_based);
    assert!(simulation.portal().reset_password_in_entra(DIEGO).is_none());
    client.create_temporary_access_pass(DIEGO).await.unwrap();
    assert!(
        at_browser(&simulation, DIEGO).current_access_pass().attempt().is_ok(),
        "a pass beats federation"
    );
}

#[tokio::test(start_paused = true)]
async fn the_microsoft_365_admin_center_writes_no_password_back() {
    let (simulation, _) = contoso();
    assert!(!simulation.portal().reset_password_in_microsoft_365(ALEX, "Chosen-1-by-hand", true));
    assert!(simulation.portal().reset_password_in_entra(ALEX).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_method_may_be_enough_to_reset_the_password() {
    let (simulation, _) = contoso();
    let user = "grace@contoso.example";
    simulation.self_service_password_reset(user, SecondFactor::EmailCode, "Grabbed-1-by-mail").unwrap();
    assert_eq!(simulation.tenant().password_of(user).unwrap().expose_secret(), "Grabbed-1-by-mail");
    let refused = simulation.self_service_password_reset(user, SecondFactor::Text, "Grabbed-1-by-text");
    assert_eq!(refused.unwrap_err(), Answer::Refused(Why::NoSuchMethod));
    let wrong = simulation.change_password(user, "guess", "Grabbed-1-by-luck");
    assert_eq!(wrong.unwrap_err(), Answer::Refused(Why::WrongPassword));
}

#[tokio::test(start_paused = true)]
async fn windows_hello_is_for_windows() {
    let (simulation, _) = contoso();
    assert_eq!(answer(at_browser(&simulation, ALEX).windows_hello()), Answer::Refused(Why::NotOnThisDevice));
    let windows = simulation.sign_in_to_windows(ALEX, &simulation.browser()).current_password();
    assert_eq!(answer(windows), Answer::Refused(Why::NotOnThisDevice));
    let laptop = simulation.hybrid_joined_windows("LAPTOP-ALEX");
    simulation.require_mfa(true);
    simulation.sign_in_to_windows(ALEX, &laptop).windows_hello().attempt().unwrap();
    let session = simulation.sign_in(ALEX, &laptop, PORTAL).single_sign_on().attempt().unwrap();
    assert!(session.open(PORTAL).works(), "Windows Hello is MFA");
    let other = simulation.sign_in_to_windows(ADELE, &laptop).windows_hello();
    assert_eq!(answer(other), Answer::Refused(Why::NoSuchMethod));
}

#[test]
fn nothing_secret_is_printed() {
    let tenant = SimulatedTenant::contoso();
    let simulation = tenant.sign_in_simulation();
    let sign_in = at_browser(&simulation, ADELE)
        .password("canary-of-the-typist")
        .registering(NewMethod::phone_mobile("+1 5550199"))
        .changing_password_to("canary-of-the-new");
    let printed =
        format!("{sign_in:?} {simulation:?} {:?} {:?}", simulation.portal(), by_password(&simulation));
    let real = tenant.password_of(ADELE).unwrap();
    for secret in ["canary", "5550199", real.expose_secret()] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert_eq!(format!("{:?}", simulation.create_app_password(ADELE).unwrap()), "AppPassword { .. }");
}
