//! Applications that act by a consent, or by an application permission.

use super::*;
use crate::Guard;
use crate::ids::ObjectId;
use crate::simulator::NewAppRoleAssignment;

/// Contoso, where Adele signed in to the hostile application, and a client that may disable it.
fn consented() -> (SignInSimulation, Client, ObjectId, Application) {
    let tenant = SimulatedTenant::contoso();
    let client = tenant.client_builder().guard(Guard::new().allow_tenant_wide()).build().unwrap();
    let simulation = tenant.sign_in_simulation();
    let hostile = tenant.service_principal("Microsoft Office Update").unwrap();
    let application = simulation.authorize(&by_passkey(&simulation), hostile).unwrap();
    simulation.advance(MINUTE);
    (simulation, client, hostile, application)
}

#[tokio::test(start_paused = true)]
async fn a_reset_leaves_the_application_its_access_and_a_block_holds_it() {
    let (simulation, client, _, application) = consented();
    client.reset_password(ADELE).await.unwrap();
    simulation.advance(2 * HOUR);
    assert_eq!(application.open(), by(Means::RefreshToken));
    client.block_sign_in(ADELE).await.unwrap();
    assert_eq!(application.open(), by(Means::AccessToken), "it lives out");
    simulation.advance(HOUR);
    assert_eq!(application.open(), Answer::Refused(Why::Blocked));
    client.unblock_sign_in(ADELE).await.unwrap();
    assert_eq!(application.open(), by(Means::RefreshToken), "nothing was ended");
}

#[tokio::test(start_paused = true)]
async fn a_revocation_ends_the_refresh_token_and_the_consent_brings_another() {
    let (simulation, client, hostile, application) = consented();
    client.revoke_sign_in_sessions(ADELE).await.unwrap();
    simulation.advance(HOUR);
    assert_eq!(application.open(), Answer::AsksToSignIn);
    let again = simulation.authorize(&by_passkey(&simulation), hostile).unwrap();
    assert_eq!(again.open(), by(Means::AccessToken));
    simulation.advance(HOUR);
    assert_eq!(again.open(), by(Means::RefreshToken));
}

#[tokio::test(start_paused = true)]
async fn a_revoked_consent_lives_out_and_brings_nothing_more() {
    let (simulation, client, hostile, application) = consented();
    let grants = client.list_grants(ADELE).await.unwrap();
    client.revoke_grant(ADELE, &grants.own[0]).await.unwrap();
    assert_eq!(application.open(), by(Means::AccessToken));
    simulation.advance(HOUR);
    assert_eq!(application.open(), Answer::Refused(Why::NoConsent));
    let session = by_passkey(&simulation);
    assert_eq!(simulation.authorize(&session, hostile).unwrap_err(), Answer::Refused(Why::NoConsent));
    let graph = simulation.tenant().service_principal("Microsoft Graph").unwrap();
    let wide = crate::simulator::NewGrant::tenant_wide(hostile, graph, "Mail.Read offline_access");
    simulation.tenant().add_grant(wide).unwrap();
    assert_eq!(application.open(), by(Means::RefreshToken), "one for everybody covers the user");
}

#[tokio::test(start_paused = true)]
async fn a_disabled_application_gets_nothing_until_it_is_enabled() {
    let (simulation, client, hostile, application) = consented();
    client.disable_service_principal(hostile).await.unwrap();
    assert_eq!(application.open(), by(Means::AccessToken));
    simulation.advance(HOUR);
    let off = Answer::Refused(Why::ApplicationDisabled);
    assert_eq!(application.open(), off);
    assert_eq!(simulation.authorize(&by_passkey(&simulation), hostile).unwrap_err(), off);
    client.enable_service_principal(hostile).await.unwrap();
    assert_eq!(application.open(), by(Means::RefreshToken), "its consent and its token were kept");
}

#[tokio::test(start_paused = true)]
async fn an_application_permission_outlives_everything_but_the_application() {
    let (simulation, client, hostile, _) = consented();
    let graph = simulation.tenant().service_principal("Microsoft Graph").unwrap();
    let itself = simulation.application(hostile);
    assert_eq!(itself.open(), Answer::Refused(Why::NoConsent));
    let permission = NewAppRoleAssignment::of(&hostile.to_string(), graph);
    simulation.tenant().add_app_role_assignment(permission).unwrap();
    let grants = client.list_grants(ADELE).await.unwrap();
    client.revoke_grant(ADELE, &grants.own[0]).await.unwrap();
    client.block_sign_in(ADELE).await.unwrap();
    client.revoke_sign_in_sessions(ADELE).await.unwrap();
    assert_eq!(itself.open(), by(Means::ApplicationSecret));
    client.disable_service_principal(hostile).await.unwrap();
    simulation.advance(HOUR);
    assert_eq!(itself.open(), Answer::Refused(Why::ApplicationDisabled));
}

#[tokio::test(start_paused = true)]
async fn without_offline_access_the_application_is_gone_after_an_hour() {
    let (simulation, _, _, _) = consented();
    let expenses = simulation.tenant().service_principal("Fabrikam Expenses").unwrap();
    let application = simulation.authorize(&by_passkey(&simulation), expenses).unwrap();
    assert!(application.open().works());
    simulation.advance(HOUR);
    assert_eq!(application.open(), Answer::AsksToSignIn);
    let blocked = by_passkey(&simulation);
    simulation.portal().delete_user(ADELE).unwrap();
    simulation.advance(HOUR);
    assert!(simulation.authorize(&blocked, expenses).is_err());
}
