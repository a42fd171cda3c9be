//! "Reset Password: This one is a bit obvious, but …"

use entra_ir_core::operations::ForceChange;
use secrecy::SecretString;

use super::*;

/// Presses the button in the Entra admin center, or its likeness through Graph.
async fn press_entra(bench: &Bench, through_graph: bool) -> SecretString {
    if through_graph {
        bench.client.reset_password(USER).await.unwrap().password.unwrap()
    } else {
        bench.simulation.portal().reset_password_in_entra(USER).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn it_will_change_the_password_to_a_suggested_one_and_require_the_user_to_change_it_at_first_login() {
    for (setup, through_graph) in Setup::all().flat_map(|setup| [(setup, true), (setup, false)]) {
        let bench = Bench::logged_in(setup).await;
        let old = bench.tenant().password_of(USER).unwrap();
        let suggested = press_entra(&bench, through_graph).await;
        let refused = bench.login().password(old).attempt().unwrap_err();
        assert_eq!(refused, Answer::Refused(Why::WrongPassword), "{setup:?}");
        let login = bench.login().password(suggested).then(SecondFactor::Push);
        assert_eq!(login.clone().attempt().unwrap_err(), Answer::AsksToChangePassword, "{setup:?}");
        let changed = login.changing_password_to("Only-I-know-1-this").attempt().unwrap();
        assert!(changed.open(PORTAL).works());
        let known = bench.login().password("Only-I-know-1-this").then(SecondFactor::Push);
        assert!(known.attempt().is_ok(), "{setup:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn compared_to_the_microsoft_365_admin_center_this_is_totally_the_opposite_behaviour() {
    for (setup, through_graph) in Setup::all().flat_map(|setup| [(setup, true), (setup, false)]) {
        let bench = Bench::logged_in(setup).await;
        let chosen = SecretString::from("Said-by-the-admin-1");
        if through_graph {
            let reset = bench.client.reset_password(USER).chosen(chosen.clone());
            reset.force_change(ForceChange::Never).await.unwrap();
        } else {
            assert!(bench.simulation.portal().reset_password_in_microsoft_365(USER, chosen.clone(), false));
        }
        let login = bench.login().password(chosen).then(SecondFactor::Push);
        assert!(login.attempt().is_ok(), "{setup:?}: no change is asked for");
    }
}

#[tokio::test(start_paused = true)]
async fn the_microsoft_365_admin_center_can_require_the_change_as_well() {
    let bench = Bench::logged_in(Setup::plain()).await;
    assert!(bench.simulation.portal().reset_password_in_microsoft_365(USER, "Said-by-the-admin-1", true));
    let login = bench.login().password("Said-by-the-admin-1").then(SecondFactor::Push);
    assert_eq!(login.attempt().unwrap_err(), Answer::AsksToChangePassword);
}

/// The ways in which a password is reset.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Entra,
    Microsoft365,
    AzurePortal,
    Graph,
}

const WAYS: [Way; 4] = [Way::Entra, Way::Microsoft365, Way::AzurePortal, Way::Graph];

async fn reset(bench: &Bench, way: Way) {
    let portal = bench.simulation.portal();
    match way {
        Way::Entra => assert!(portal.reset_password_in_entra(USER).is_some()),
        Way::Microsoft365 => {
            assert!(portal.reset_password_in_microsoft_365(USER, "Said-by-the-admin-1", false));
        }
        Way::AzurePortal => assert!(portal.reset_password_in_azure_portal(USER).is_some()),
        Way::Graph => _ = bench.client.reset_password(USER).await.unwrap(),
    }
}

/// The report says nothing of the running logins; the page "Refresh tokens" does: both began with the
/// password.
#[tokio::test(start_paused = true)]
async fn documented_every_reset_ends_both_logins_once_their_access_tokens_end() {
    for (setup, way) in Setup::all().flat_map(|setup| WAYS.map(|way| (setup, way))) {
        let bench = Bench::logged_in(setup).await;
        reset(&bench, way).await;
        assert_eq!(bench.open(PORTAL), [by(Means::AccessToken); 2], "{setup:?} {way:?}");
        for app in LISTENING {
            assert_eq!(bench.open(app), [Answer::AsksToSignIn; 2], "{setup:?} {way:?} {app}");
        }
        bench.simulation.advance(58 * MINUTE);
        assert_eq!(bench.open(PORTAL), [by(Means::AccessToken); 2], "{setup:?} {way:?}");
        bench.simulation.advance(MINUTE);
        assert_eq!(bench.open(PORTAL), [Answer::AsksToSignIn; 2], "{setup:?} {way:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn documented_no_reset_ends_a_browser_that_signed_in_with_a_passkey_windows_hello_or_a_tap() {
    let setup = Setup { passkey: true, pass: true, migrated: true };
    for way in WAYS {
        let bench = Bench::logged_in(setup).await;
        bench.simulation.sign_in_to_windows(USER, &bench.laptop).windows_hello().attempt().unwrap();
        let hello = bench.simulation.sign_in(USER, &bench.laptop, PORTAL).single_sign_on();
        let sessions = [bench.login().passkey(), hello, bench.login().current_access_pass()];
        let sessions = sessions.map(|sign_in| sign_in.attempt().unwrap());
        let phone = bench.simulation.sign_in(USER, &bench.simulation.phone("Pixel 9"), PORTAL).passkey();
        let phone = phone.attempt().unwrap();
        bench.simulation.advance(MINUTE);
        reset(&bench, way).await;
        bench.simulation.advance(HOUR);
        for session in &sessions {
            assert_eq!(session.open(PORTAL), by(Means::Cookie), "{way:?} {session:?}");
        }
        let of_admin_center = matches!(way, Way::Entra | Way::Microsoft365);
        let expected = if of_admin_center { Answer::AsksToSignIn } else { by(Means::RefreshToken) };
        assert_eq!(phone.open(PORTAL), expected, "{way:?}: an app's token is ended by two of the portals");
    }
}
