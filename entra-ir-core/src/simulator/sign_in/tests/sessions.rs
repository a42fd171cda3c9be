//! Which cookies and tokens outlive what: the rows of the page "Refresh tokens in the Microsoft identity
//! platform", and what it leaves out.

use super::*;

/// Signs Adele in five times, in the order of the page's columns: cookie and refresh token by password,
/// cookie and refresh token without one, confidential client.
fn five(simulation: &SignInSimulation) -> [Session; 5] {
    let app = App::LineOfBusiness;
    let on = |device: &Device| simulation.sign_in(ADELE, device, app);
    [
        on(&simulation.browser()).current_password().keep_me_signed_in(),
        on(&simulation.phone("Pixel 9")).current_password(),
        on(&simulation.browser()).passkey().keep_me_signed_in(),
        on(&simulation.phone("Pixel 9")).passkey(),
        on(&simulation.web_server("crm")).passkey(),
    ]
    .map(|sign_in| sign_in.attempt().unwrap())
}

/// Returns which of them still bring an access token, once the first one has expired.
fn alive(simulation: &SignInSimulation, sessions: &[Session; 5]) -> [bool; 5] {
    simulation.advance(HOUR);
    sessions.each_ref().map(|session| session.open(App::LineOfBusiness).works())
}

fn begun() -> (SignInSimulation, Client, [Session; 5]) {
    let (simulation, client) = contoso();
    let sessions = five(&simulation);
    simulation.advance(MINUTE);
    (simulation, client, sessions)
}

#[tokio::test(start_paused = true)]
async fn nothing_ends_by_itself() {
    let (simulation, _, sessions) = begun();
    assert_eq!(alive(&simulation, &sessions), [true; 5]);
}

#[tokio::test(start_paused = true)]
async fn the_user_changes_the_password() {
    let (simulation, _, sessions) = begun();
    let old = simulation.tenant().password_of(ADELE).unwrap();
    simulation.change_password(ADELE, old, "Brand-new-1-of-mine").unwrap();
    assert_eq!(alive(&simulation, &sessions), [false, false, true, true, true]);
}

#[tokio::test(start_paused = true)]
async fn the_user_resets_the_password() {
    let (simulation, _, sessions) = begun();
    simulation.self_service_password_reset(ADELE, SecondFactor::Text, "Brand-new-1-of-mine").unwrap();
    assert_eq!(alive(&simulation, &sessions), [false, false, true, true, true]);
}

#[tokio::test(start_paused = true)]
async fn an_administrator_resets_the_password_in_the_azure_portal() {
    let (simulation, _, sessions) = begun();
    simulation.portal().reset_password_in_azure_portal(ADELE).unwrap();
    assert_eq!(alive(&simulation, &sessions), [false, false, true, true, true]);
}

#[tokio::test(start_paused = true)]
async fn an_administrator_resets_the_password_in_the_entra_admin_center() {
    let (simulation, _, sessions) = begun();
    simulation.portal().reset_password_in_entra(ADELE).unwrap();
    assert_eq!(alive(&simulation, &sessions), [false, false, true, false, false]);
}

#[tokio::test(start_paused = true)]
async fn an_administrator_resets_the_password_in_the_microsoft_365_admin_center() {
    let (simulation, _, sessions) = begun();
    assert!(simulation.portal().reset_password_in_microsoft_365(ADELE, "Chosen-1-by-hand", false));
    assert_eq!(alive(&simulation, &sessions), [false, false, true, false, false]);
}

#[tokio::test(start_paused = true)]
async fn a_reset_through_graph_is_taken_for_the_weakest() {
    let (simulation, client, sessions) = begun();
    client.reset_password(ADELE).await.unwrap();
    assert_eq!(alive(&simulation, &sessions), [false, false, true, true, true]);
}

#[tokio::test(start_paused = true)]
async fn sessions_are_revoked() {
    let (simulation, client, sessions) = begun();
    client.revoke_sign_in_sessions(ADELE).await.unwrap();
    assert_eq!(alive(&simulation, &sessions), [false; 5]);
}

#[tokio::test(start_paused = true)]
async fn single_sign_out() {
    let (simulation, _, sessions) = begun();
    let stolen = sessions[0].copy_to(&simulation.browser());
    for session in &sessions {
        session.sign_out();
    }
    assert_eq!(alive(&simulation, &sessions), [false, true, false, true, true]);
    assert_eq!(stolen.open(App::LineOfBusiness), Answer::AsksToSignIn, "a copy of the cookie ends with it");
}

#[tokio::test(start_paused = true)]
async fn a_blocked_account_gets_no_new_tokens_and_a_deleted_one_is_gone() {
    let (simulation, client, sessions) = begun();
    client.block_sign_in(ADELE).await.unwrap();
    assert!(sessions[0].open(App::LineOfBusiness).works(), "the access token lives");
    simulation.advance(HOUR);
    assert_eq!(sessions[0].open(App::LineOfBusiness), Answer::Refused(Why::Blocked));
    client.unblock_sign_in(ADELE).await.unwrap();
    assert_eq!(sessions[0].open(App::LineOfBusiness), by(Means::Cookie), "blocking ends no cookie");
    simulation.portal().delete_user(ADELE).unwrap();
    simulation.advance(HOUR);
    assert_eq!(sessions[0].open(App::LineOfBusiness), Answer::Refused(Why::NoSuchUser));
    assert!(simulation.sign_in(ADELE, &simulation.browser(), App::Teams).passkey().attempt().is_err());
}

#[tokio::test(start_paused = true)]
async fn removed_methods_end_no_session() {
    let (simulation, client, sessions) = begun();
    client.delete_methods(ADELE, crate::operations::MethodScope::AllRemovable).await.unwrap();
    assert_eq!(alive(&simulation, &sessions), [true; 5]);
}

#[tokio::test(start_paused = true)]
async fn cookies_are_as_old_as_they_are_kept() {
    let (simulation, _) = contoso();
    let browser = simulation.browser();
    let sign_in = simulation.sign_in(ADELE, &browser, App::OfficePortal).passkey();
    let (kept, plain) = (sign_in.clone().keep_me_signed_in().attempt().unwrap(), sign_in.attempt().unwrap());
    let private = simulation.in_private_browser();
    let sign_in = simulation.sign_in(ADELE, &private, App::OfficePortal).passkey().keep_me_signed_in();
    let wiped = sign_in.attempt().unwrap();
    simulation.close_browser(&browser);
    simulation.close_browser(&private);
    assert_eq!(kept.open(App::OfficePortal), by(Means::Cookie));
    assert_eq!(plain.open(App::OfficePortal), Answer::AsksToSignIn);
    assert_eq!(wiped.open(App::OfficePortal), Answer::AsksToSignIn, "in private even the kept one goes");

    let unkept = by_passkey(&simulation);
    simulation.advance(DAY);
    assert_eq!(unkept.open(App::OfficePortal), Answer::AsksToSignIn, "a day of disuse");
    simulation.advance(60 * DAY);
    assert!(kept.open(App::OfficePortal).works());
    simulation.advance(60 * DAY);
    assert!(kept.open(App::OfficePortal).works(), "use keeps it");
    simulation.advance(90 * DAY);
    assert_eq!(kept.open(App::OfficePortal), Answer::AsksToSignIn);
}

#[tokio::test(start_paused = true)]
async fn a_revocation_is_as_precise_as_a_second() {
    let (simulation, client) = contoso();
    let session = by_password(&simulation);
    client.revoke_sign_in_sessions(ADELE).await.unwrap();
    simulation.advance(HOUR);
    assert!(session.open(App::OfficePortal).works(), "issued in the same second");
}

#[tokio::test(start_paused = true)]
async fn a_primary_refresh_token_lives_with_its_device_and_its_password() {
    let (simulation, client) = contoso();
    let laptop = simulation.hybrid_joined_windows("LAPTOP-ALEX");
    let windows = simulation.sign_in_to_windows(ALEX, &laptop).current_password().attempt().unwrap();
    assert_eq!(windows.open(App::Teams), by(Means::PrimaryRefreshToken));
    let browser = simulation.sign_in(ALEX, &laptop, App::OfficePortal).single_sign_on().attempt().unwrap();
    assert!(browser.credential().unwrap().password_based, "single sign-on passes on how it began");
    let stolen = windows.copy_to(&simulation.browser());
    simulation.advance(HOUR);
    assert_eq!(stolen.open(App::OfficePortal), Answer::AsksToSignIn, "the token does not leave the device");

    simulation.disable_device(&laptop);
    simulation.close_browser(&laptop);
    assert_eq!(browser.open(App::OfficePortal), Answer::AsksToSignIn);
    let again = simulation.sign_in(ALEX, &laptop, App::OfficePortal).single_sign_on();
    assert_eq!(again.clone().attempt().unwrap_err(), Answer::AsksToSignIn);
    simulation.enable_device(&laptop);
    assert_eq!(browser.open(App::OfficePortal), Answer::AsksToSignIn, "what it held is void");
    simulation.sign_in_to_windows(ALEX, &laptop).current_password().attempt().unwrap();
    assert_eq!(browser.open(App::OfficePortal), by(Means::PrimaryRefreshToken), "signs the browser in again");
    simulation.advance(MINUTE);
    client.reset_password(ALEX).chosen("Other-1-than-before".into()).await.unwrap();
    assert_eq!(again.clone().attempt().unwrap_err(), Answer::AsksToSignIn);

    simulation.sign_in_to_windows(ALEX, &laptop).windows_hello().attempt().unwrap();
    simulation.advance(MINUTE);
    simulation.portal().reset_password_in_entra(ALEX).unwrap();
    assert!(again.clone().attempt().is_ok(), "obtained without a password");
    let owned = simulation.hybrid_joined_windows_of(ALEX, "LAPTOP-2").unwrap();
    let windows = simulation.sign_in_to_windows(ALEX, &owned).windows_hello().attempt().unwrap();
    simulation.disable_device(&owned);
    assert_eq!(simulation.tenant().device(owned.id).unwrap().account_enabled, Some(false));
    assert_eq!(windows.open(App::OfficePortal), Answer::AsksToSignIn);
    let hello = || simulation.sign_in_to_windows(ALEX, &owned).windows_hello().attempt();
    assert_eq!(hello().unwrap_err(), Answer::Refused(Why::DeviceRefused), "its key is held");
    simulation.enable_device(&owned);
    assert!(hello().is_ok(), "and works again");

    simulation.delete_device(&laptop);
    simulation.enable_device(&laptop);
    assert_eq!(again.attempt().unwrap_err(), Answer::AsksToSignIn);
}

#[tokio::test(start_paused = true)]
async fn a_customers_session_outlives_its_revocation() {
    let (simulation, client) = contoso();
    let tenant = simulation.tenant();
    tenant.add_user(crate::simulator::NewUser::customer("shopper@contoso.onmicrosoft.com"));
    let user = "shopper@contoso.onmicrosoft.com";
    let session =
        simulation.sign_in(user, &simulation.phone("phone"), App::LineOfBusiness).current_password();
    let session = session.attempt().unwrap();
    simulation.advance(MINUTE);
    let before = tenant.sessions_valid_from(user);
    client.revoke_sign_in_sessions(user).await.unwrap();
    assert!(tenant.sessions_valid_from(user) > before, "the moment moves");
    simulation.advance(2 * HOUR);
    assert!(session.open(App::LineOfBusiness).works(), "and nothing ends");
}
