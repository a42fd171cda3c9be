//! Throttling, outages, truncated answers, bursts: each is a typed error or a correct retry, and no once-only
//! write runs twice.

use std::time::Duration;

use entra_ir_core::model::MethodKind;
use entra_ir_core::operations::{EARLIER_ATTEMPT, END_NOT_SEEN};
use entra_ir_core::operations::{MethodScope, Outcome};
use entra_ir_core::receipt::Grade;
use entra_ir_core::receipt::SETTLED_BY_READING;
use entra_ir_core::simulator::Fault;
use entra_ir_core::{
    Client, Error, GraphErrorKind, RetryPolicy, ScriptedResponse, ScriptedTransport, Sent, SimulatedTenant,
    TransportErrorKind,
};
use entra_ir_tests::{Judge, client_of_faulty, client_over};
use http::Method;
use secrecy::ExposeSecret;
use tokio::time::Instant;

const ADELE: &str = "adele@contoso.example";
const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
const USER: &str = r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900","userPrincipalName":"x@contoso.example"}"#;

fn script(steps: impl IntoIterator<Item = ScriptedResponse>) -> (ScriptedTransport, Client) {
    let transport = ScriptedTransport::new(steps);
    let client = client_over(transport.clone(), Judge::Client).build().unwrap();
    (transport, client)
}

fn ok() -> ScriptedResponse {
    ScriptedResponse::answer(200).body(USER)
}

/// The seconds that a call took, by the paused clock.
async fn timed<T>(call: impl Future<Output = T>) -> (T, f64) {
    let started = Instant::now();
    let result = call.await;
    (result, started.elapsed().as_secs_f64())
}

#[tokio::test(start_paused = true)]
async fn a_429_waits_as_long_as_it_says_in_every_form() {
    let date = |step: ScriptedResponse| step.header("date", "Mon, 02 Mar 2026 09:00:00 GMT");
    for (wait, seconds) in
        [("2.128", 2.128), ("0.249", 0.249), ("17", 17.0), ("Mon, 02 Mar 2026 09:00:30 GMT", 30.0)]
    {
        let (transport, client) =
            script([date(ScriptedResponse::answer(429)).header("retry-after", wait), ok()]);
        let (result, took) = timed(client.get_user(ID).into_future()).await;
        result.unwrap();
        assert!((took - seconds).abs() < 0.01, "{wait}: {took}");
        assert_eq!(transport.requests().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_without_a_wait_backs_off() {
    let transport =
        ScriptedTransport::new([ScriptedResponse::answer(429), ScriptedResponse::answer(429), ok()]);
    let policy = RetryPolicy::default().with_jitter(|| 1.0);
    let client = client_over(transport, Judge::Client).retry(policy).build().unwrap();
    let (result, took) = timed(client.get_user(ID).into_future()).await;
    result.unwrap();
    assert!((took - 3.0).abs() < 0.01, "one second, then two: {took}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_longer_than_accepted_is_the_caller_s_to_judge() {
    let (transport, client) = script([ScriptedResponse::answer(429).header("retry-after", "3600"), ok()]);
    let (result, took) = timed(client.get_user(ID).into_future()).await;
    let error = result.unwrap_err();
    assert_eq!((error.retry_after(), error.is_retryable()), (Some(Duration::from_secs(3600)), true));
    assert!(error.advice().contains("3600 s"), "{error}");
    assert!(took < 0.01 && transport.requests().len() == 1);
}

#[tokio::test(start_paused = true)]
async fn a_429_holds_back_the_other_calls_too() {
    let transport =
        ScriptedTransport::new([ScriptedResponse::answer(429).header("retry-after", "10"), ok(), ok()]);
    let client = client_over(transport, Judge::Client).build().unwrap();
    let (first, later) = futures_util::join!(client.get_user(ID).into_future(), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        timed(client.get_user(ID).into_future()).await
    });
    first.unwrap();
    later.0.unwrap();
    assert!((later.1 - 9.0).abs() < 0.01, "{}", later.1);
}

#[tokio::test(start_paused = true)]
async fn attempts_and_time_are_bounded() {
    let (transport, client) = script((0..20).map(|_| ScriptedResponse::answer(503)));
    let error = client.get_user(ID).await.unwrap_err();
    let graph = error.as_graph().unwrap();
    assert_eq!(
        (transport.requests().len(), graph.attempts, graph.kind()),
        (5, 5, GraphErrorKind::Unavailable)
    );

    let transport =
        ScriptedTransport::new((0..20).map(|_| ScriptedResponse::answer(429).header("retry-after", "100")));
    let client = client_over(transport, Judge::Client).build().unwrap();
    let (result, took) = timed(client.get_user(ID).into_future()).await;
    assert!(result.is_err() && took <= 300.0, "{took}");
}

#[tokio::test(start_paused = true)]
async fn reads_and_repeatable_writes_survive_outages() {
    for fault in [
        Fault::status(503),
        Fault::status(504),
        Fault::status(500),
        Fault::html(502),
        Fault::dropped(),
        Fault::no_connection(),
        Fault::dropped().after_effect(),
        Fault::status(504).after_effect(),
    ] {
        let tenant = SimulatedTenant::contoso();
        let client = client_of_faulty(&tenant).build().unwrap();
        let name = format!("{fault:?}");
        tenant.inject(fault.on(Method::POST, "/revokeSignInSessions"));
        let revoked =
            client.revoke_sign_in_sessions(ADELE).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(revoked.receipt.attempts(), 2, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_was_cut_off_is_found_done() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let list = client.list_methods(ADELE).await.unwrap();
    let passkey = list.methods.iter().find(|method| method.kind == MethodKind::Fido2).unwrap();
    tenant.inject(Fault::dropped().after_effect().on(Method::DELETE, "/fido2Methods/"));
    let deleted = client.delete_method(ADELE, passkey.kind.clone(), passkey.id.clone()).await.unwrap();
    assert_eq!(deleted.was_gone, None, "the second attempt finds it gone, and the first may have done it");
    assert!(deleted.receipt.has(&EARLIER_ATTEMPT));
}

/// A write that may run once, and how often it arrived.
async fn once(fault: Fault) -> (Result<(), Error>, usize) {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    tenant.inject(fault.on(Method::POST, "/temporaryAccessPassMethods").times(9));
    let result = client.create_temporary_access_pass(ADELE).await.map(drop);
    let posts = tenant.exchanges().iter().filter(|exchange| exchange.method() == Method::POST).count();
    (result, posts)
}

#[tokio::test(start_paused = true)]
async fn what_may_run_once_is_never_sent_twice_after_an_ambiguous_end() {
    for fault in [
        Fault::dropped(),
        Fault::dropped().after_effect(),
        Fault::status(504),
        Fault::status(504).after_effect(),
        Fault::status(500),
        Fault::html(502),
        Fault::slow(Duration::from_secs(3600)),
    ] {
        let name = format!("{fault:?}");
        let (result, posts) = once(fault).await;
        let error = result.expect_err(&name);
        assert_eq!(posts, 1, "{name}");
        assert!(error.outcome_unknown() && !error.is_retryable(), "{name}: {error}");
        let text = error.to_string();
        assert!(
            text.contains("a pass may exist") && text.contains("list_temporary_access_passes"),
            "{name}: {text}"
        );
    }
    let (result, posts) = once(Fault::status(503)).await;
    assert!(posts == 1 && !result.unwrap_err().outcome_unknown(), "503 is a refusal before any work");
}

#[tokio::test(start_paused = true)]
async fn what_may_run_once_is_sent_again_when_it_certainly_did_not_arrive() {
    let (result, posts) = once(Fault::no_connection()).await;
    let Err(Error::Transport(no_answer)) = result else { panic!("{result:?}") };
    assert_eq!(
        (no_answer.attempts, no_answer.outcome_unknown, posts),
        (5, false, 0),
        "never arrived: tried again"
    );
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    tenant.inject(Fault::status(429).retry_after("1").on(Method::POST, "/temporaryAccessPassMethods"));
    let made = client.create_temporary_access_pass(ADELE).await.unwrap();
    assert_eq!(made.receipt.attempts(), 2, "429 is a refusal before any work");
}

#[tokio::test(start_paused = true)]
async fn a_pass_that_was_made_and_torn_is_accepted_and_unknown() {
    let (result, posts) = once(Fault::truncated()).await;
    let error = result.unwrap_err();
    assert!(matches!(error, Error::Decode { accepted: true, .. }) && error.outcome_unknown(), "{error}");
    assert_eq!(posts, 1);
}

#[tokio::test(start_paused = true)]
async fn a_password_action_is_never_sent_twice() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    tenant.inject(Fault::dropped().after_effect().on(Method::POST, "/resetPassword").times(9));
    let reset = client.reset_password("alex@contoso.example").await.unwrap();
    assert_eq!(reset.receipt.grade, Grade::Accepted, "the account shows a newer password");
    assert!(reset.receipt.has(&SETTLED_BY_READING), "{}", reset.receipt);
    let sent = reset.password.unwrap();
    assert_eq!(
        sent.expose_secret(),
        tenant.password_of("alex@contoso.example").unwrap().expose_secret(),
        "in force, and not lost"
    );
    tenant.clear_faults();
    tenant.inject(Fault::dropped().on(Method::POST, "/resetPassword"));
    let reset = client.reset_password("alex@contoso.example").await.unwrap();
    assert_eq!(reset.receipt.grade, Grade::Unknown, "its end was not seen");
    let warning = reset.receipt.warnings.iter().find(|warning| warning.is(&END_NOT_SEEN)).unwrap();
    assert!(warning.to_string().contains("lastPasswordChangeDateTime"), "{warning}");
    tenant.inject(Fault::dropped().on(Method::POST, "/resetPassword"));
    let error =
        client.reset_password("alex@contoso.example").chosen("Chosen-by-hand-7".into()).await.unwrap_err();
    assert!(error.outcome_unknown(), "whoever chose the password knows it: {error}");
    let posts = tenant.exchanges().iter().filter(|exchange| exchange.method() == Method::POST).count();
    assert_eq!(posts, 3, "each once");
}

#[tokio::test(start_paused = true)]
async fn torn_empty_and_foreign_bodies_are_typed_errors() {
    for body in ["", r#"{"id":"3b41c05e"#, "null", "[]", "{\"id\":7}", "\u{feff}{}"] {
        let (transport, client) = script([ScriptedResponse::answer(200).body(body)]);
        let error = client.get_user(ID).await.unwrap_err();
        assert!(
            matches!(error, Error::Decode { operation: "get_user", accepted: false, .. }),
            "{body}: {error:?}"
        );
        assert_eq!(transport.requests().len(), 1, "an answer that is not understood is not asked for again");
    }
    for (status, kind) in
        [(400, GraphErrorKind::BadRequest), (403, GraphErrorKind::Denied), (418, GraphErrorKind::Other)]
    {
        let (_, client) = script([ScriptedResponse::answer(status).body("no")]);
        let error = client.get_user(ID).await.unwrap_err();
        assert_eq!(error.as_graph().unwrap().kind(), kind);
        let (_, client) = script([ScriptedResponse::answer(status).body("<html>captive portal</html>")]);
        let error = client.get_user(ID).await.unwrap_err();
        assert!(error.as_graph().is_none() && error.to_string().contains("not Graph"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn next_pages_elsewhere_are_refused_and_get_no_token() {
    for link in [
        "https://evil.example/v1.0/users?$skiptoken=x",
        "http://graph.microsoft.com/v1.0/x",
        "https://graph.microsoft.com@evil.example/v1.0/x",
    ] {
        let (transport, client) = script([
            ScriptedResponse::answer(200).body(format!(r#"{{"value":[],"@odata.nextLink":"{link}"}}"#))
        ]);
        let error = client.list_methods(ID).await.unwrap_err();
        assert!(matches!(error, Error::Refused(_)), "{link}: {error}");
        assert!(
            transport.requests().iter().all(|request| request.uri().host() == Some("graph.microsoft.com"))
        );
    }
    let link = format!("https://graph.microsoft.com/v1.0/users/{ID}/authentication/methods?$skiptoken=a%2Bb");
    let (transport, client) = script([
        ScriptedResponse::answer(200).body(format!(r#"{{"value":[],"@odata.nextLink":"{link}"}}"#)),
        ScriptedResponse::answer(200).body(r#"{"value":[],"@odata.nextLink":null}"#),
    ]);
    client.list_methods(ID).await.unwrap();
    let followed = transport.requests()[1].uri().to_string();
    assert_eq!(followed, link, "as it was given");
}

#[tokio::test(start_paused = true)]
async fn pages_in_circles_come_to_an_end() {
    let next = format!("https://graph.microsoft.com/v1.0/users/{ID}/authentication/methods?$skiptoken=again");
    let page = format!(r#"{{"value":[],"@odata.nextLink":"{next}"}}"#);
    let (transport, client) = script((0..3000).map(|_| ScriptedResponse::answer(200).body(page.clone())));
    let error = client.list_methods(ID).await.unwrap_err();
    assert!(error.to_string().contains("read before"), "{error}");
    assert!(transport.requests().len() < 10, "{}", transport.requests().len());
    let pages = (0..3000).map(|number| {
        let next = format!("{next}{number}");
        ScriptedResponse::answer(200).body(format!(r#"{{"value":[],"@odata.nextLink":"{next}"}}"#))
    });
    let (_, client) = script(pages);
    let error = client.list_methods(ID).await.unwrap_err();
    assert!(error.to_string().contains("do not end"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_given_up() {
    let transport = ScriptedTransport::new([ok().after(Duration::from_secs(60)), ok()]);
    let client =
        client_over(transport.clone(), Judge::Client).timeout(Duration::from_secs(5)).build().unwrap();
    let (result, took) = timed(client.get_user(ID).into_future()).await;
    result.unwrap();
    assert!((5.0..6.0).contains(&took) && transport.requests().len() == 2, "{took}");
}

#[tokio::test(start_paused = true)]
async fn without_a_network_the_error_says_that_nothing_was_done() {
    let fail = || ScriptedResponse::failure(TransportErrorKind::Connect, Sent::No);
    let (_, client) = script((0..9).map(|_| fail()));
    let error = client.get_user(ID).await.unwrap_err();
    assert!(error.is_retryable() && !error.outcome_unknown());
    assert!(error.to_string().contains("nothing was done"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_fails_midway_keeps_what_was_done() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).retry(RetryPolicy::never()).build().unwrap();
    tenant.inject(Fault::dropped().after_effect().on(Method::DELETE, "/softwareOathMethods/"));
    let deleted = client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();
    let outcomes: Vec<_> = deleted.methods.iter().map(|of| &of.outcome).collect();
    assert!(matches!(outcomes[0], Outcome::Removed), "the passkey went first: {outcomes:?}");
    assert!(
        matches!(outcomes[1], Outcome::Removed),
        "cut off, and settled by the list at the end: {outcomes:?}"
    );
    assert!(outcomes.iter().any(|outcome| matches!(outcome, Outcome::NotTried(_))), "{outcomes:?}");
    assert_eq!(
        (deleted.receipt.grade, deleted.is_success(), deleted.is_complete()),
        (Grade::Unknown, false, false)
    );
}
