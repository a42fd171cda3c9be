//! No result claims more than is known, and no accepted write is lost.

use std::time::Duration;

use entra_ir_core::model::UserKind;
use entra_ir_core::operations::{
    ACCOUNT_NOT_READ, CALLER_UNKNOWN, DEFAULT_CHANGED, END_NOT_SEEN, NO_EFFECT_ON_CUSTOMER, NOT_READ_BACK,
    POLICY_NOT_READ, REPLACED_OLDER_PASS, SAME_SECOND, STILL_SIGNS_IN, UNREADABLE_METHODS,
};
use entra_ir_core::operations::{MethodScope, Outcome};
use entra_ir_core::receipt::Grade;
use entra_ir_core::receipt::{SETTLED_BY_READING, SYNC_ACCOUNTS_NOT_READ};
use entra_ir_core::simulator::{NewUser, SimulatedCaller};
use entra_ir_core::{
    CallerKind, Client, Error, Guard, Refusal, ScriptedResponse, ScriptedTransport, SimulatedTenant,
    StaticToken,
};
use entra_ir_tests::{Judge, client_of, client_over};
use http::Method;
use secrecy::ExposeSecret;
use tokio::time::Instant;

const ADELE: &str = "adele@contoso.example";
const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
const ME: &str = r#"{"id":"11111111-73a1-43b7-86d7-ed8409f55900"}"#;
const OPERATION: &str = "https://graph.microsoft.com/v1.0/users/3b41c05e-73a1-43b7-86d7-ed8409f55900/authentication/operations/9126d720-a431-4c8b-8cee-1bf33fe41645";
const PASSKEY: &str =
    r##"{"value":[{"@odata.type":"#microsoft.graph.fido2AuthenticationMethod","id":"key"}]}"##;
const NOTHING: &str = r#"{"value":[]}"#;

fn script(steps: impl IntoIterator<Item = ScriptedResponse>) -> (ScriptedTransport, Client) {
    let transport = ScriptedTransport::new(steps);
    let client = client_over(transport.clone(), Judge::Client).build().unwrap();
    (transport, client)
}

fn ok(body: &str) -> ScriptedResponse {
    ScriptedResponse::answer(200).body(body.to_owned())
}

fn user(more: &str) -> ScriptedResponse {
    ok(&format!(r#"{{"id":"{ID}"{more}}}"#))
}

fn error(status: u16, code: &str) -> ScriptedResponse {
    ScriptedResponse::answer(status).body(format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#))
}

#[tokio::test(start_paused = true)]
async fn a_user_who_does_not_exist_is_no_method_that_is_gone() {
    let key = || "key";
    let (_, client) = script([error(404, "Request_ResourceNotFound")]);
    assert!(client.delete_method(ID, entra_ir_core::model::MethodKind::Fido2, key()).await.is_err());
    let (_, client) = script([ScriptedResponse::answer(404).body("<html>not here</html>")]);
    assert!(client.delete_temporary_access_pass(ID, key()).await.is_err());
    let (_, client) = script([error(404, "resourceNotFound")]);
    assert_eq!(client.delete_temporary_access_pass(ID, key()).await.unwrap().was_gone, Some(true));
}

#[tokio::test(start_paused = true)]
async fn gone_is_held_against_the_list() {
    let looks = (0..10).map(|_| ok(PASSKEY));
    let (_, client) =
        script([user(""), ok(PASSKEY), ok(NOTHING), error(404, "resourceNotFound")].into_iter().chain(looks));
    let deleted = client.delete_methods(ID, MethodScope::AllRemovable).await.unwrap();
    assert_eq!(deleted.methods[0].outcome, Outcome::StillListed);
    assert!(deleted.open().count() == 1 && !deleted.is_complete());
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_and_is_not_there_at_the_end_is_gone() {
    let (_, client) = script([
        user(""),
        ok(PASSKEY),
        ok(NOTHING),
        error(404, "Request_ResourceNotFound"),
        ok(NOTHING),
        ok(NOTHING),
    ]);
    let deleted = client.delete_methods(ID, MethodScope::AllRemovable).await.unwrap();
    assert_eq!(deleted.methods[0].outcome, Outcome::AlreadyGone);
    assert!(deleted.is_complete());
}

#[tokio::test(start_paused = true)]
async fn an_id_that_could_not_be_looked_for_is_unknown() {
    let denied = || error(403, "accessDenied");
    let (_, client) = script([user(""), ok(NOTHING), denied(), ok(NOTHING), denied()]);
    let scope = MethodScope::Ids(vec!["hardware-token".parse().unwrap()]);
    let deleted = client.delete_methods(ID, scope).await.unwrap();
    assert!(matches!(deleted.methods[0].outcome, Outcome::Unknown(_)), "{deleted:?}");
    assert_eq!((deleted.receipt.grade, deleted.is_complete()), (Grade::Unknown, false));
}

#[tokio::test(start_paused = true)]
async fn an_odd_item_is_left_said_and_hides_no_other() {
    let odd = r##"{"value":[{"id":null},{"@odata.type":"#microsoft.graph.fido2AuthenticationMethod","id":"key"}]}"##;
    let rest = r#"{"value":[{"id":null}]}"#;
    let (transport, client) =
        script([user(""), ok(odd), ok(NOTHING), ScriptedResponse::answer(204), ok(rest), ok(NOTHING)]);
    let deleted = client.delete_methods(ID, MethodScope::AllRemovable).await.unwrap();
    assert_eq!(transport.remaining(), 0);
    assert_eq!(deleted.methods[0].outcome, Outcome::Removed);
    assert!(deleted.receipt.has(&UNREADABLE_METHODS) && !deleted.is_complete());
    assert_eq!(deleted.remaining.unwrap().len(), 1, "it remains");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_halfway_keeps_what_was_done() {
    let two = r##"{"value":[{"@odata.type":"#microsoft.graph.fido2AuthenticationMethod","id":"a"},
        {"@odata.type":"#microsoft.graph.fido2AuthenticationMethod","id":"b"}]}"##;
    let denied = || error(403, "accessDenied");
    let steps = [
        denied(),    // the account may not be read, so writes go by name
        ok(two),     // the methods
        ok(NOTHING), // and of beta
        ok(r#"{"id":"22222222-73a1-43b7-86d7-ed8409f55900"}"#), // the protected account
        denied(),    // who synchronizes the directory
        user(""),    // the target, for the first write
        ScriptedResponse::answer(204), // which is done
        denied(),    // the target, for the second write
    ];
    let transport = ScriptedTransport::new(steps);
    let guard = Guard::new().protect(["breakglass@contoso.example"]);
    let client = client_over(transport.clone(), Judge::Client).guard(guard).build().unwrap();
    let deleted = client.delete_methods("x@contoso.example", MethodScope::AllRemovable).await.unwrap();
    assert_eq!(deleted.methods[0].outcome, Outcome::Removed);
    assert!(
        matches!(&deleted.methods[1].outcome, Outcome::NotTried(why) if why.contains("could not be resolved")),
        "{deleted:?}"
    );
    assert_eq!(deleted.receipt.exchanges.len(), 1);
    assert!(deleted.receipt.has(&ACCOUNT_NOT_READ));
    assert!(deleted.receipt.has(&SYNC_ACCOUNTS_NOT_READ), "the names alone tell them: {deleted:?}");
}

#[tokio::test(start_paused = true)]
async fn a_deactivation_is_taken_at_its_word_and_not_called_confirmed() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let deleted =
        client.delete_methods("grace@contoso.example", MethodScope::PortalReregister).await.unwrap();
    assert_eq!((deleted.is_complete(), deleted.receipt.grade), (false, Grade::Accepted));
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_warns_of_what_would_stay_and_claims_nothing() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).guard(Guard::dry_run()).build().unwrap();
    let required = client.require_mfa_reregistration(ADELE).await.unwrap();
    assert!(required.deleted.receipt.has(&STILL_SIGNS_IN), "the passkey would stay");
    assert!(required.next.iter().any(|step| step.operation == "create_temporary_access_pass"));
    let pass = client.create_temporary_access_pass("hugo@contoso.example").await.unwrap();
    assert!(!pass.receipt.has(&REPLACED_OLDER_PASS), "nothing was replaced");
}

#[tokio::test(start_paused = true)]
async fn a_number_set_up_for_sms_sign_in_signs_in_alone() {
    let phone = r##"{"value":[{"@odata.type":"#microsoft.graph.phoneAuthenticationMethod","id":"p","phoneType":"mobile","smsSignInState":"ready"}]}"##;
    let (_, client) = script([user(""), ok(phone), ok(NOTHING), ok(phone), ok(NOTHING)]);
    let scope = MethodScope::Only(vec![entra_ir_core::model::MethodKind::Email]);
    assert!(client.delete_methods(ID, scope).await.unwrap().receipt.has(&STILL_SIGNS_IN));
}

#[tokio::test(start_paused = true)]
async fn sessions_elsewhere_are_not_confirmed_here() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    for user in tenant
        .users()
        .into_iter()
        .filter(|user| matches!(user.kind, UserKind::ExternalGuest | UserKind::Customer))
    {
        let started = Instant::now();
        let revoked = client.revoke_sign_in_sessions(user.id).confirm().await.unwrap();
        assert_eq!(
            (revoked.receipt.grade, started.elapsed()),
            (Grade::Accepted, Duration::ZERO),
            "{}",
            user.description
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_revocation_in_the_same_second_cannot_be_told_from_the_first() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    assert_eq!(
        client.revoke_sign_in_sessions(ADELE).confirm().await.unwrap().receipt.grade,
        Grade::Confirmed
    );
    let second = client.revoke_sign_in_sessions(ADELE).confirm().await.unwrap();
    assert_eq!(second.receipt.grade, Grade::Accepted);
    assert!(second.receipt.has(&SAME_SECOND));
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_ends_at_its_deadline_and_says_that_nothing_was_read() {
    let busy = || ScriptedResponse::answer(429).header("retry-after", "50");
    let steps = [user(""), ScriptedResponse::answer(204)].into_iter().chain((0..50).map(|_| busy()));
    let (_, client) = script(steps);
    let started = Instant::now();
    let revoked = client.revoke_sign_in_sessions(ID).confirm_within(Duration::from_secs(10)).await.unwrap();
    assert!(started.elapsed() <= Duration::from_secs(11), "{:?}", started.elapsed());
    assert_eq!(revoked.receipt.grade, Grade::Accepted);

    let steps = [user(""), ScriptedResponse::answer(204)]
        .into_iter()
        .chain((0..50).map(|_| error(403, "accessDenied")));
    let (_, client) = script(steps);
    let revoked = client.revoke_sign_in_sessions(ID).confirm_within(Duration::from_secs(10)).await.unwrap();
    assert!(revoked.receipt.has(&NOT_READ_BACK), "{}", revoked.receipt);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_asks_for_no_pause_is_not_hammered() {
    let running = || ok(r#"{"status":"running"}"#).header("retry-after", "0");
    let started = ScriptedResponse::answer(202).header("location", OPERATION).header("retry-after", "0");
    let steps = [user(r#","onPremisesSyncEnabled":true"#), ok(ME), started]
        .into_iter()
        .chain((0..5000).map(|_| running()));
    let (transport, client) = script(steps);
    let reset = client.reset_password(ID).await.unwrap();
    assert!(reset.receipt.has(&END_NOT_SEEN) && reset.password.is_some());
    assert!(transport.requests().len() < 40, "{} requests in five minutes", transport.requests().len());
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_a_failure_whatever_the_looks_went_through() {
    let started =
        ScriptedResponse::answer(202).header("location", OPERATION).header("request-id", "of-the-post");
    let failed = ok(r#"{"status":"failed"}"#).header("request-id", "of-the-look");
    let (_, client) = script([
        user(r#","onPremisesSyncEnabled":true"#),
        ok(ME),
        started,
        ScriptedResponse::answer(502),
        failed,
    ]);
    let error = client.reset_password(ID).await.unwrap_err();
    assert!(!error.outcome_unknown(), "{error}");
    assert_eq!(error.as_graph().unwrap().request_id.as_deref(), Some("of-the-post"));
}

#[tokio::test(start_paused = true)]
async fn a_password_made_here_survives_an_answer_that_is_lost() {
    let steps = [user(""), ok(ME)].into_iter().chain((0..9).map(|_| ScriptedResponse::answer(504)));
    let (transport, client) = script(steps);
    let reset = client.reset_password(ID).await.unwrap();
    assert_eq!(reset.receipt.grade, Grade::Unknown);
    let requests = transport.requests();
    let written = requests.iter().rfind(|request| request.method() == Method::PATCH).unwrap();
    let sent = String::from_utf8(written.body().to_vec()).unwrap();
    assert!(
        sent.contains(reset.password.unwrap().expose_secret()),
        "what may be in force is what was sent last"
    );
}

#[tokio::test(start_paused = true)]
async fn customers_are_not_sent_the_reset_action() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let customer = tenant.users().into_iter().find(|user| user.kind == UserKind::Customer).unwrap();
    let refused = client.reset_password(customer.id).generated_by_entra().await.unwrap_err();
    assert!(matches!(refused.as_refusal(), Some(Refusal::Impossible { .. })), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_page_of_something_in_between_is_no_success() {
    let page = || {
        ScriptedResponse::answer(200)
            .header("content-type", "text/html")
            .body("<html>Blocked by web filter</html>")
    };
    let (_, client) = script([user(r#","accountEnabled":true"#), page()]);
    let error = client.block_sign_in(ID).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)) && error.outcome_unknown(), "{error}");
    assert!(error.to_string().contains("an HTML page"));
    assert_eq!(error.receipt().unwrap().grade, Grade::Unknown);
    // The page came after the block was done: the account shows it.
    let blocked = user(r#","accountEnabled":false"#);
    let (_, client) = script([user(r#","accountEnabled":true"#), page(), blocked]);
    let receipt = client.block_sign_in(ID).await.unwrap();
    assert!(receipt.grade == Grade::Confirmed && receipt.has(&SETTLED_BY_READING), "{receipt}");
}

#[tokio::test(start_paused = true)]
async fn who_calls_is_not_guessed() {
    let synced = || user(r#","onPremisesSyncEnabled":true"#);
    // An intermediary answers 400: this does not mean that the caller is an application.
    let filter = ScriptedResponse::answer(400).body("<html>bad request</html>");
    let started = || ScriptedResponse::answer(202).header("location", OPERATION);
    let done = || ok(r#"{"status":"succeeded"}"#);
    let transport =
        ScriptedTransport::new([synced(), filter, started(), done(), synced(), ok(ME), started(), done()]);
    let builder = client_over(transport.clone(), Judge::Client).credential(StaticToken::new("opaque"));
    let client = builder.build().unwrap();
    let reset = client.reset_password(ID).await.unwrap();
    assert!(reset.receipt.has(&CALLER_UNKNOWN));
    // An unanswered question is asked again.
    let reset = client.reset_password(ID).await.unwrap();
    assert!(!reset.receipt.has(&CALLER_UNKNOWN));
    assert_eq!(transport.remaining(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_checked_for_a_pass_is_said() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_caller(
        SimulatedCaller::app_only().with_permissions(["User.Read.All", "UserAuthMethod-TAP.ReadWrite.All"]),
    );
    let builder = client_of(&tenant).credential(StaticToken::new("app").speaking_for(CallerKind::AppOnly));
    let made = builder.build().unwrap().create_temporary_access_pass(ADELE).await.unwrap();
    assert!(made.receipt.has(&POLICY_NOT_READ) && made.pass.is_some());
}

#[tokio::test(start_paused = true)]
async fn an_alternate_number_that_is_the_default_is_freed_and_said() {
    use entra_ir_core::simulator::NewMethod;
    let tenant = SimulatedTenant::contoso();
    let victim = NewUser::cloud("victim@contoso.example")
        .method(NewMethod::phone_mobile("+1 1"))
        .method(NewMethod::phone_alternate_mobile("+1 2").default_method());
    tenant.add_user(victim);
    let client = client_of(&tenant).build().unwrap();
    let deleted = client.delete_methods("victim@contoso.example", MethodScope::AllRemovable).await.unwrap();
    assert!(deleted.is_complete() && deleted.receipt.has(&DEFAULT_CHANGED), "{}", deleted.receipt);
    assert!(tenant.exchanges().iter().any(|exchange| exchange.method() == Method::PATCH));
}

#[tokio::test(start_paused = true)]
async fn a_moved_moment_confirms_nothing_for_an_account_that_turns_out_to_be_a_customers() {
    let customer = |moment: &str| {
        ok(&format!(
            r#"{{"id":"{ID}","creationType":"LocalAccount","signInSessionsValidFromDateTime":"{moment}"}}"#
        ))
    };
    let steps = [
        error(403, "Authorization_RequestDenied"),
        ScriptedResponse::answer(204),
        customer("2099-01-01T00:00:00Z"),
    ];
    let (_, client) = script(steps);
    let revoked = client.revoke_sign_in_sessions(ID).confirm().await.unwrap();
    assert_eq!(revoked.receipt.grade, Grade::Accepted);
    assert!(revoked.receipt.has(&NO_EFFECT_ON_CUSTOMER), "{}", revoked.receipt);
}
