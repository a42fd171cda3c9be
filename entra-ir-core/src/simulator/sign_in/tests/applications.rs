//! Applications: access tokens, events on their way, sessions of their own, app passwords.

use super::*;
use crate::model::{RiskLevel, RiskState, UserRisk};

#[tokio::test(start_paused = true)]
async fn an_event_reaches_the_applications_that_listen_and_no_other() {
    let (simulation, client) = contoso();
    let session = by_password(&simulation);
    for app in App::ALL {
        assert!(session.open(app).works());
    }
    simulation.set_event_delay(App::Teams, 10 * MINUTE);
    simulation.set_event_delay(App::SharePointOnline, HOUR);
    simulation.advance(MINUTE);
    client.revoke_sign_in_sessions(ADELE).await.unwrap();
    let open = || App::ALL.map(|app| session.open(app));
    let (in_, out) = (by(Means::AccessToken), Answer::AsksToSignIn);
    assert_eq!(open(), [out, in_, in_, in_, in_, in_, by(Means::AppSession)]);
    simulation.advance(10 * MINUTE);
    assert_eq!(open(), [out, in_, out, in_, in_, in_, by(Means::AppSession)]);
    simulation.advance(5 * MINUTE);
    assert_eq!(open(), [out, out, out, in_, in_, in_, by(Means::AppSession)], "15 minutes at most");
    simulation.advance(44 * MINUTE);
    assert_eq!(open(), [out, out, out, in_, out, out, by(Means::AppSession)], "Graph hears nothing");
    simulation.advance(7 * HOUR);
    assert_eq!(open(), [out, out, out, in_, out, out, out]);
    simulation.advance(20 * HOUR);
    assert_eq!(open(), [out; 7], "28 hours after it was issued");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_hears_no_challenge_keeps_its_token_for_the_hour() {
    let (simulation, client) = contoso();
    let sign_in = simulation.sign_in(ADELE, &simulation.phone("old"), App::ExchangeOnline).current_password();
    let (old, new) =
        (sign_in.clone().without_claims_challenges().attempt().unwrap(), sign_in.attempt().unwrap());
    simulation.advance(MINUTE);
    client.revoke_sign_in_sessions(ADELE).await.unwrap();
    assert_eq!(old.open(App::ExchangeOnline), by(Means::AccessToken));
    assert_eq!(new.open(App::ExchangeOnline), Answer::AsksToSignIn);
    assert!(new.access_token(App::ExchangeOnline).unwrap().revocable);
    let life = |session: &Session| {
        let token = session.access_token(App::ExchangeOnline).unwrap();
        (token.expires - token.issued).whole_hours()
    };
    assert_eq!((life(&old), life(&new)), (1, 28));
    simulation.advance(HOUR);
    assert_eq!(old.open(App::ExchangeOnline), Answer::AsksToSignIn);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_ends_no_cookie_costs_a_round_trip_only() {
    let (simulation, client) = contoso();
    let session = by_passkey(&simulation);
    assert_eq!(session.open(App::Teams), by(Means::Cookie));
    assert_eq!(session.open(App::Teams), by(Means::AccessToken));
    simulation.advance(MINUTE);
    client.reset_password(ADELE).await.unwrap();
    assert_eq!(session.open(App::Teams), by(Means::Cookie));
    assert_eq!(session.open(App::Teams), by(Means::AccessToken));
}

#[tokio::test(start_paused = true)]
async fn applications_see_an_unblocked_user_late() {
    let (simulation, client) = contoso();
    let session = by_passkey(&simulation);
    assert!(session.open(App::ExchangeOnline).works());
    assert!(session.open(App::Teams).works());
    simulation.advance(MINUTE);
    client.block_sign_in(ADELE).await.unwrap();
    assert_eq!(session.open(App::Teams), Answer::Refused(Why::Blocked));
    simulation.advance(MINUTE);
    client.unblock_sign_in(ADELE).await.unwrap();
    assert_eq!(session.open(App::OfficePortal), by(Means::AccessToken));
    assert_eq!(session.open(App::Teams), Answer::Refused(Why::StillBlockedForApp));
    let sign_in = simulation.sign_in(ADELE, &simulation.browser(), App::ExchangeOnline).passkey();
    assert_eq!(sign_in.attempt().unwrap_err(), Answer::Refused(Why::StillBlockedForApp));
    simulation.advance(15 * MINUTE);
    assert_eq!(session.open(App::Teams), by(Means::Cookie));
    assert_eq!(session.open(App::ExchangeOnline), Answer::Refused(Why::StillBlockedForApp));
    simulation.advance(25 * MINUTE);
    assert_eq!(session.open(App::ExchangeOnline), by(Means::Cookie));
}

#[tokio::test(start_paused = true)]
async fn a_deleted_user_is_refused_once_the_application_hears() {
    let (simulation, _) = contoso();
    let session = by_passkey(&simulation);
    assert!(session.open(App::Teams).works());
    simulation.set_event_delay(App::Teams, 5 * MINUTE);
    simulation.portal().delete_user(ADELE).unwrap();
    assert!(session.open(App::Teams).works());
    simulation.advance(5 * MINUTE);
    assert_eq!(session.open(App::Teams), Answer::Refused(Why::NoSuchUser));
}

#[tokio::test(start_paused = true)]
async fn risk_is_an_event_and_blocks_only_where_a_policy_says_so() {
    let (simulation, _) = contoso();
    simulation.tenant().set_risk(ADELE, None);
    let session = by_passkey(&simulation);
    assert!(session.open(App::Teams).works());
    simulation.advance(MINUTE);
    simulation
        .tenant()
        .set_risk(ADELE, Some(UserRisk::new(RiskLevel::High, RiskState::ConfirmedCompromised)));
    assert_eq!(
        session.open(App::Teams),
        by(Means::Cookie),
        "the token is refused, the cookie brings another"
    );
    simulation.block_high_risk(true);
    let again = simulation.sign_in(ADELE, &simulation.browser(), App::Teams).passkey();
    assert_eq!(again.clone().attempt().unwrap_err(), Answer::Refused(Why::HighRisk));
    simulation.tenant().set_risk(ADELE, Some(UserRisk::new(RiskLevel::High, RiskState::Dismissed)));
    assert!(again.attempt().is_ok());
}

#[tokio::test(start_paused = true)]
async fn mfa_switched_on_is_asked_for_in_sessions_without_it() {
    let (simulation, _) = contoso();
    let (password, passkey) = (by_password(&simulation), by_passkey(&simulation));
    assert!(password.open(App::Teams).works());
    simulation.advance(MINUTE);
    simulation.tenant().set_per_user_mfa(ADELE, crate::model::PerUserMfaState::Enforced);
    assert_eq!(password.open(App::Teams), Answer::AsksForMfa);
    assert!(passkey.open(App::Teams).works());
    assert!(password.answer_mfa(SecondFactor::EmailCode).is_err());
    password.answer_mfa(SecondFactor::Push).unwrap();
    assert_eq!(password.open(App::Teams), by(Means::Cookie));
}

#[tokio::test(start_paused = true)]
async fn an_app_password_outlives_nearly_everything() {
    let (simulation, client) = contoso();
    let secret = simulation.create_app_password(ADELE).unwrap();
    client.reset_password(ADELE).await.unwrap();
    client.delete_methods(ADELE, crate::operations::MethodScope::AllRemovable).await.unwrap();
    client.revoke_sign_in_sessions(ADELE).await.unwrap();
    simulation.portal().require_reregistration(ADELE);
    assert_eq!(secret.open(), by(Means::AppPassword));
    client.block_sign_in(ADELE).await.unwrap();
    assert_eq!(secret.open(), Answer::Refused(Why::Blocked));
    client.unblock_sign_in(ADELE).await.unwrap();
    simulation.block_legacy_authentication(true);
    assert_eq!(secret.open(), Answer::Refused(Why::LegacyAuthenticationBlocked));
    simulation.block_legacy_authentication(false);
    simulation.portal().delete_app_passwords(JACK);
    assert!(secret.open().works());
    simulation.portal().delete_app_passwords(ADELE);
    assert_eq!(secret.open(), Answer::Refused(Why::NoSuchAppPassword));
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_draws_the_same_delays() {
    let (one, other) = (contoso().0, contoso().0);
    let drawn = |simulation: &SignInSimulation, seed| {
        simulation.draw_event_delays(seed);
        App::ALL.map(|app| simulation.with(|simulation, _| simulation.delay(app).whole_seconds()))
    };
    assert_eq!(drawn(&one, 7), drawn(&other, 7));
    assert_ne!(drawn(&one, 7), drawn(&other, 8));
    for seed in 0..500 {
        assert!(drawn(&one, seed).iter().all(|seconds| (0..=900).contains(seconds)));
    }
}
