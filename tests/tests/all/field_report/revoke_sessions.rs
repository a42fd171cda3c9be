//! "This is the button that often should be used along with your selected option above."

use super::*;

#[tokio::test(start_paused = true)]
async fn it_updates_the_earliest_time_a_token_can_be_valid_from_to_the_current_date_and_time() {
    for setup in Setup::all() {
        let bench = Bench::logged_in(setup).await;
        let before = bench.tenant().sessions_valid_from(USER).unwrap();
        let revoked = bench.client.revoke_sign_in_sessions(USER).confirm().await.unwrap();
        let after = bench.tenant().sessions_valid_from(USER).unwrap();
        assert!(before < after && after == bench.tenant().now().replace_nanosecond(0).unwrap(), "{setup:?}");
        assert_eq!(revoked.valid_from, Some(after), "{setup:?}: on the user's properties you can see it");
    }
}

#[tokio::test(start_paused = true)]
async fn this_could_be_next_to_instantaneous_in_exchange_online_sharepoint_and_teams() {
    for setup in Setup::all() {
        let bench = Bench::logged_in(setup).await;
        for app in LISTENING {
            assert_eq!(bench.open(app), [by(Means::Cookie); 2]);
        }
        bench.simulation.advance(MINUTE);
        bench.client.revoke_sign_in_sessions(USER).await.unwrap();
        for app in LISTENING {
            assert_eq!(bench.open(app), [Answer::AsksToSignIn; 2], "{setup:?} {app}");
        }
    }
}

/// "Could be": Microsoft promises 15 minutes.
#[tokio::test(start_paused = true)]
async fn documented_continuous_access_evaluation_may_take_up_to_15_minutes() {
    for seed in 0..20 {
        let bench = Bench::logged_in(Setup::plain()).await;
        bench.simulation.draw_event_delays(seed);
        for app in LISTENING {
            assert_eq!(bench.open(app), [by(Means::Cookie); 2]);
        }
        bench.simulation.advance(MINUTE);
        bench.client.revoke_sign_in_sessions(USER).await.unwrap();
        let mut out = [false; 3];
        for minute in 0..=15 {
            for (app, out) in LISTENING.into_iter().zip(&mut out) {
                let [hybrid, in_private] = bench.open(app);
                assert_eq!(hybrid, in_private);
                assert!(
                    !(*out && hybrid.works()),
                    "seed {seed}, minute {minute}: {app} let the user in again"
                );
                *out = !hybrid.works();
            }
            bench.simulation.advance(MINUTE);
        }
        assert_eq!(out, [true; 3], "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn or_within_the_hour_on_any_app_that_does_not_use_continuous_access_evaluation() {
    for setup in Setup::all() {
        let bench = Bench::logged_in(setup).await;
        bench.client.revoke_sign_in_sessions(USER).await.unwrap();
        // The tokens were a minute old.
        for minute in 0..59 {
            assert_eq!(bench.open(PORTAL), [by(Means::AccessToken); 2], "{setup:?}, minute {minute}");
            bench.simulation.advance(MINUTE);
        }
        assert_eq!(bench.open(PORTAL), [Answer::AsksToSignIn; 2], "{setup:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_user_will_need_to_sign_in_again() {
    for setup in Setup::all() {
        let bench = Bench::logged_in(setup).await;
        bench.simulation.advance(MINUTE);
        bench.client.revoke_sign_in_sessions(USER).await.unwrap();
        let sso =
            bench.simulation.sign_in(USER, &bench.laptop, PORTAL).single_sign_on().then(SecondFactor::Push);
        assert_eq!(sso.clone().attempt().unwrap_err(), Answer::AsksToSignIn, "{setup:?}: not even silently");
        bench.simulation.sign_in_to_windows(USER, &bench.laptop).current_password().attempt().unwrap();
        assert!(sso.attempt().is_ok(), "{setup:?}: nothing else was taken from the user");
        assert!(bench.login().current_password().then(SecondFactor::Push).attempt().is_ok(), "{setup:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn sessions_by_passkey_and_tap_end_like_the_others() {
    for migrated in [true, false] {
        let bench = Bench::logged_in(Setup { passkey: true, pass: true, migrated }).await;
        let logins = [bench.login().passkey(), bench.login().current_access_pass()];
        let sessions = logins.map(|login| login.attempt().unwrap());
        bench.simulation.advance(MINUTE);
        bench.client.revoke_sign_in_sessions(USER).await.unwrap();
        assert!(bench.login().passkey().attempt().is_ok(), "the methods are untouched");
        assert!(
            bench.login().current_access_pass().attempt().is_ok_and(|session| session.open(PORTAL).works())
        );
        bench.simulation.advance(HOUR);
        for session in sessions {
            assert_eq!(session.open(PORTAL), Answer::AsksToSignIn);
        }
    }
}

/// Why it should be used along with the others: a reset leaves what this ends, and this leaves what a reset
/// ends.
#[tokio::test(start_paused = true)]
async fn this_is_the_button_that_should_be_used_along_with_your_selected_option() {
    let bench = Bench::logged_in(Setup { passkey: true, pass: false, migrated: true }).await;
    let known = bench.tenant().password_of(USER).unwrap();
    bench.client.revoke_sign_in_sessions(USER).await.unwrap();
    let thief = bench.login().password(known.clone()).then(SecondFactor::Push);
    assert!(thief.clone().attempt().is_ok(), "who has password and phone is back at once");
    bench.client.reset_password(USER).await.unwrap();
    bench.client.require_mfa_reregistration(USER).await.unwrap();
    bench.simulation.advance(MINUTE);
    bench.client.revoke_sign_in_sessions(USER).await.unwrap();
    assert_eq!(thief.attempt().unwrap_err(), Answer::Refused(Why::WrongPassword));
}
