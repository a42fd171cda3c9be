//! "To do these tests I performed a standard login."

use super::*;

#[tokio::test(start_paused = true)]
async fn the_first_completed_sso_and_signed_in_the_user_with_only_an_mfa_prompt() {
    for setup in Setup::all() {
        let bench = Bench::logged_in(setup).await;
        let again = bench.simulation.sign_in(USER, &bench.laptop, PORTAL).single_sign_on();
        assert_eq!(again.attempt().unwrap_err(), Answer::AsksForMfa, "{setup:?}");
        assert_eq!(bench.hybrid.open(PORTAL), by(Means::AccessToken), "{setup:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_second_required_the_username_password_and_mfa_prompt() {
    for setup in Setup::all() {
        let bench = Bench::logged_in(setup).await;
        let answer = |sign_in: SignIn| sign_in.attempt().unwrap_err();
        assert_eq!(answer(bench.login()), Answer::AsksToSignIn, "{setup:?}");
        assert_eq!(answer(bench.login().single_sign_on()), Answer::AsksToSignIn, "no single sign-on there");
        assert_eq!(answer(bench.login().password("guess")), Answer::Refused(Why::WrongPassword));
        assert_eq!(answer(bench.login().current_password()), Answer::AsksForMfa, "{setup:?}");
        assert!(bench.login().current_password().then(SecondFactor::Push).attempt().is_ok());
        assert_eq!(bench.in_private.open(PORTAL), by(Means::AccessToken), "{setup:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn keep_me_signed_in_persists_the_cookie_even_though_closing_the_in_private_browser_wipes_all() {
    let bench = Bench::logged_in(Setup::plain()).await;
    bench.simulation.advance(48 * HOUR);
    assert_eq!(bench.in_private.open(PORTAL), by(Means::Cookie), "kept for longer than a day");
    bench.simulation.close_browser(&bench.private);
    assert_eq!(bench.in_private.open(PORTAL), Answer::AsksToSignIn);
    assert!(bench.in_private.credential().is_none());
}
