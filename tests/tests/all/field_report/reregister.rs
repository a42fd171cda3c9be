//! "Require re-register multifactor authentication."

use super::*;

/// Presses the button of the portal, or what the library makes of it.
async fn press(bench: &Bench, through_graph: bool) {
    if through_graph {
        bench.client.require_mfa_reregistration(USER).await.unwrap();
    } else {
        bench.simulation.portal().require_reregistration(USER);
    }
}

fn cases() -> impl Iterator<Item = (Setup, bool)> {
    Setup::all().flat_map(|setup| [(setup, true), (setup, false)])
}

#[tokio::test(start_paused = true)]
async fn it_will_deactivate_hardware_tokens_and_delete_phone_numbers_authenticator_apps_and_software_tokens()
{
    for (setup, through_graph) in cases() {
        let bench = Bench::logged_in(setup).await;
        press(&bench, through_graph).await;
        let mut left = vec![MethodKind::Password, MethodKind::HardwareOath];
        if setup.passkey {
            left.extend([MethodKind::Fido2, MethodKind::WindowsHello]);
        }
        assert_eq!(bench.kinds(), left, "{setup:?}");
        for second in [
            SecondFactor::Push,
            SecondFactor::Text,
            SecondFactor::Call,
            SecondFactor::SoftwareCode,
            SecondFactor::HardwareCode,
        ] {
            let login = bench.login().current_password().then(second);
            assert!(login.attempt().is_err(), "{setup:?} {second:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pressing_this_button_should_require_the_user_to_complete_mfa_registration() {
    for (setup, through_graph) in cases().filter(|(setup, _)| !setup.passkey && !setup.pass) {
        let bench = Bench::logged_in(setup).await;
        press(&bench, through_graph).await;
        let login = bench.login().current_password().then(SecondFactor::Push);
        assert_eq!(login.attempt().unwrap_err(), Answer::AsksToRegister, "{setup:?}");
        // The hybrid joined client, too, once it logs in again.
        let login = bench.simulation.sign_in(USER, &bench.laptop, PORTAL).single_sign_on();
        assert_eq!(login.attempt().unwrap_err(), Answer::AsksToRegister, "{setup:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_gives_the_user_an_option_to_add_new_methods_a_new_phone_and_dont_have_the_old_one() {
    for (setup, through_graph) in cases().filter(|(setup, _)| !setup.passkey && !setup.pass) {
        let bench = Bench::logged_in(setup).await;
        let without_old_phone = bench.login().current_password();
        assert_eq!(without_old_phone.attempt().unwrap_err(), Answer::AsksForMfa, "{setup:?}: stuck before");
        press(&bench, through_graph).await;
        let login = bench.login().current_password();
        login.registering(NewMethod::authenticator("Pixel 10")).attempt().unwrap();
        assert!(bench.login().current_password().then(SecondFactor::Push).attempt().is_ok(), "{setup:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn this_is_also_useful_when_the_malicious_actor_has_added_their_own_methods() {
    for (setup, through_graph) in cases() {
        let bench = Bench::logged_in(setup).await;
        let app = bench.tenant().add_method(USER, NewMethod::authenticator("phone of a thief")).unwrap();
        let key = bench.tenant().add_method(USER, NewMethod::passkey("key of a thief")).unwrap();
        press(&bench, through_graph).await;
        let by_app = bench.login().current_password().then(SecondFactor::Push).using(&app);
        assert!(by_app.attempt().is_err(), "{setup:?}");
        let by_key = bench.login().passkey().using(&key);
        assert!(by_key.attempt().is_ok(), "{setup:?}: a passkey that was added stays, whoever added it");
    }
}

#[tokio::test(start_paused = true)]
async fn if_the_user_has_a_passkey_then_this_keeps_working_and_is_the_only_way_to_login() {
    for (setup, through_graph) in cases().filter(|(setup, _)| setup.passkey && !setup.pass) {
        let bench = Bench::logged_in(setup).await;
        press(&bench, through_graph).await;
        assert!(bench.login().passkey().attempt().is_ok(), "{setup:?}: and no registration is asked for");
        bench.simulation.sign_in_to_windows(USER, &bench.laptop).windows_hello().attempt().unwrap();
        let hello = bench.simulation.sign_in(USER, &bench.laptop, PORTAL).single_sign_on();
        assert!(hello.attempt().is_ok(), "{setup:?}: passkeys including Windows Hello");
        let login = bench.login().current_password();
        assert_eq!(login.clone().attempt().unwrap_err(), Answer::AsksForMfa, "not to register");
        assert!(login.then(SecondFactor::Passkey).attempt().is_ok(), "{setup:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn to_get_the_user_past_the_passkey_and_to_the_registration_portal_you_need_to_issue_a_tap() {
    for (setup, through_graph) in cases().filter(|(setup, _)| setup.pass) {
        let bench = Bench::logged_in(setup).await;
        press(&bench, through_graph).await;
        let login = bench.login().current_access_pass();
        assert_eq!(login.clone().attempt().unwrap_err(), Answer::AsksToRegister, "{setup:?}");
        login.registering(NewMethod::authenticator("Pixel 10")).attempt().unwrap();
        assert!(bench.login().current_access_pass().attempt().is_ok(), "{setup:?}: asked once");
    }
}

#[tokio::test(start_paused = true)]
async fn a_tap_does_not_remove_the_old_methods() {
    for setup in Setup::all().filter(|setup| !setup.pass) {
        let bench = Bench::logged_in(setup).await;
        let before = bench.kinds();
        bench.client.create_temporary_access_pass(USER).await.unwrap();
        assert_eq!(bench.kinds(), before, "{setup:?}");
        assert!(bench.login().current_access_pass().attempt().is_ok(), "{setup:?}: nothing to register");
        assert!(bench.login().current_password().then(SecondFactor::Push).attempt().is_ok(), "{setup:?}");
        assert!(bench.goes_on_everywhere(), "{setup:?}");
    }
}

/// The report logs out and in again between its tests, and says nothing of sessions here; no source says that
/// the button ends any.
#[tokio::test(start_paused = true)]
async fn the_button_ends_no_session_on_either_machine() {
    for (setup, through_graph) in cases() {
        let bench = Bench::logged_in(setup).await;
        press(&bench, through_graph).await;
        assert!(bench.goes_on_everywhere(), "{setup:?}");
    }
}
