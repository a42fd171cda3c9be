//! An intermediary may answer in Graph's place, before or after the effect; and other failures of reads.

use std::time::Duration;

use entra_ir_core::model::{MethodKind, UserKind};
use entra_ir_core::operations::{
    ACCOUNT_NOT_READ, CUSTOMER_METHODS_UNSEEN, GUEST_METHODS_ELSEWHERE, PARTIAL_LIST, PASS_MADE_ANEW,
    REPLACED_OLDER_PASS,
};
use entra_ir_core::operations::{MethodScope, Outcome};
use entra_ir_core::receipt::Grade;
use entra_ir_core::receipt::WarningKind;
use entra_ir_core::receipt::{ANSWER_REPAIRED, ANSWER_UNMARKED, SETTLED_BY_READING};
use entra_ir_core::simulator::{Fault, NewMethod, NewUser, SimulatedTenant};
use entra_ir_core::{
    Client, Error, Guard, Refusal, RetryPolicy, ScriptedResponse, ScriptedTransport, Sent, StaticToken,
    TransportErrorKind, graph_answer,
};
use entra_ir_tests::{Judge, client_of, client_of_faulty, client_over};
use http::Method;
use secrecy::ExposeSecret as _;
use serde_json::json;

const ADELE: &str = "adele@contoso.example";
const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

fn script(steps: impl IntoIterator<Item = ScriptedResponse>) -> (ScriptedTransport, Client) {
    let transport = ScriptedTransport::new(steps);
    let client = client_over(transport.clone(), Judge::Client).retry(RetryPolicy::never()).build().unwrap();
    (transport, client)
}

#[tokio::test(start_paused = true)]
async fn every_status_of_something_in_between_leaves_a_write_open() {
    for status in [
        200, 202, 204, 206, 301, 302, 307, 400, 401, 403, 404, 407, 408, 409, 413, 429, 451, 499, 500, 501,
        503, 511,
    ] {
        let tenant = SimulatedTenant::contoso();
        tenant.inject(Fault::middlebox(status).on_method(Method::PATCH).always());
        let client = client_of_faulty(&tenant).retry(RetryPolicy::never()).build().unwrap();
        let error = client.block_sign_in(ADELE).await.unwrap_err();
        assert!(error.outcome_unknown() && !error.is_retryable(), "{status}: {error}");
        assert!(error.to_string().contains("not Graph: an intermediary answered"), "{error}");
        assert!(!error.to_string().contains("Graph answered") && error.advice().contains("proxy"), "{error}");
        let receipt = error.receipt().unwrap();
        assert_eq!((receipt.grade, receipt.exchanges[0].status), (Grade::Unknown, Some(status)));
        assert_eq!(receipt.request_id(), None, "Graph gave none");
        // For a read, the same means that nothing was done.
        tenant.inject(Fault::middlebox(status).on_method(Method::GET));
        let error = client.get_user(ADELE).await.unwrap_err();
        assert!(!error.outcome_unknown() && error.advice().contains("proxy"), "{status}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_done_behind_a_foreign_answer_is_found_by_reading() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).retry(RetryPolicy::never()).build().unwrap();
    let strike = |verb: Method| tenant.inject(Fault::middlebox(403).after_effect().on_method(verb));
    let settled = |receipt: &entra_ir_core::receipt::Receipt, grade: Grade| {
        assert!(receipt.grade == grade && receipt.has(&SETTLED_BY_READING), "{receipt}");
    };
    tenant.advance(Duration::from_secs(60));
    strike(Method::PATCH);
    settled(&client.block_sign_in(ADELE).await.unwrap(), Grade::Confirmed);
    strike(Method::PATCH);
    settled(&client.unblock_sign_in(ADELE).await.unwrap(), Grade::Confirmed);
    strike(Method::POST);
    settled(&client.revoke_sign_in_sessions(ADELE).await.unwrap().receipt, Grade::Confirmed);
    strike(Method::PATCH);
    let reset = client.reset_password(ADELE).await.unwrap();
    settled(&reset.receipt, Grade::Accepted);
    assert!(reset.password.is_some());
    let key =
        tenant.methods_of(ADELE).into_iter().find(|method| method.kind == MethodKind::Fido2).unwrap().id;
    strike(Method::DELETE);
    let deleted = client.delete_method(ADELE, MethodKind::Fido2, key).await.unwrap();
    settled(&deleted.receipt, Grade::Confirmed);
    assert_eq!(deleted.was_gone, None);
    strike(Method::DELETE);
    let deleted = client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();
    assert!(matches!(deleted.methods[0].outcome, Outcome::Removed), "{deleted:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_only_graph_can_give_proves_itself() {
    let created =
        json!({ "id": "p", "temporaryAccessPass": "+drkzqAD", "isUsable": true, "lifetimeInMinutes": 60 })
            .to_string();
    let user = || ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}"}}"#));
    let me = ScriptedResponse::answer(200).body(r#"{"id":"11111111-73a1-43b7-86d7-ed8409f55900"}"#);
    let empty = || ScriptedResponse::answer(200).body(r#"{"value":[]}"#);
    let (_, client) = script([
        user(),
        me,
        ScriptedResponse::answer(403),
        empty(),
        ScriptedResponse::answer(201).body(created).unmarked(),
    ]);
    let made = client.create_temporary_access_pass(ID).await.unwrap();
    assert!(made.pass.is_some() && made.receipt.has(&ANSWER_UNMARKED), "{}", made.receipt);
    assert_eq!(made.receipt.grade, Grade::Accepted);
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_of_something_in_between_proves_nothing() {
    let (_, client) = script([ScriptedResponse::answer(200).body(r#"{"value":[]}"#).unmarked()]);
    let error = client.list_temporary_access_passes(ID).await.unwrap_err();
    assert!(matches!(&error, Error::Transport(no) if no.status().is_some()), "{error}");
    let context = r#"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#x","value":[]}"#;
    let (_, client) = script([ScriptedResponse::answer(200).body(context).unmarked()]);
    assert!(client.list_temporary_access_passes(ID).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_stand_in_on_this_machine_can_be_trusted_and_no_other() {
    let steps = || {
        [
            ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}"}}"#)).unmarked(),
            ScriptedResponse::answer(204).unmarked(),
        ]
    };
    let builder = |endpoint: &str| {
        let transport = ScriptedTransport::new(steps());
        client_over(transport, Judge::Client).graph_endpoint(endpoint).trust_unmarked_answers().build()
    };
    let receipt = builder("http://127.0.0.1:9").unwrap().block_sign_in(ID).await.unwrap();
    assert_eq!(receipt.grade, Grade::Accepted);
    for endpoint in ["https://graph.microsoft.com", "https://127.0.0.1.example"] {
        assert!(matches!(builder(endpoint), Err(Error::Config(_))), "{endpoint}");
    }
    assert!(graph_answer(204, "").headers().contains_key("request-id"));
}

#[tokio::test(start_paused = true)]
async fn a_poisoned_name_neither_hides_nor_keeps_a_method() {
    let body = |name: &str| {
        format!(
            r##"{{"value":[{{"@odata.type":"#microsoft.graph.fido2AuthenticationMethod","id":"key","displayName":"{name}","createdDateTime":"9999-12-31T23:59:59-14:00"}},
                {{"@odata.type":"#microsoft.graph.phoneAuthenticationMethod","id":"phone","phoneType":"mobile","n":1e400}}]}}"##
        )
    };
    let empty = || ScriptedResponse::answer(200).body(r#"{"value":[]}"#);
    for name in ["stick\\ud83d", "stick\u{7}", "\\udc00\\udc00", "a\nb"] {
        let user = ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}","displayName":"{name}"}}"#));
        let steps = [
            user,
            ScriptedResponse::answer(200).body(body(name)),
            empty(),
            ScriptedResponse::answer(204),
            ScriptedResponse::answer(204),
            empty(),
            empty(),
        ];
        let (transport, client) = script(steps);
        let deleted = client.delete_methods(ID, MethodScope::AllRemovable).await.unwrap();
        assert!(deleted.is_complete() && deleted.receipt.has(&ANSWER_REPAIRED), "{name}: {deleted:?}");
        assert_eq!(transport.remaining(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_about_another_account_steers_no_write() {
    let other = "0ddb0000-0000-4000-8000-000000000000";
    let user = || ScriptedResponse::answer(200).body(format!(r#"{{"id":"{other}","accountEnabled":true}}"#));
    let (_, client) = script([user()]);
    assert!(matches!(client.get_user(ID).await, Err(Error::Decode { .. })));
    let (transport, client) = script([user(), ScriptedResponse::answer(204)]);
    let receipt = client.block_sign_in(ID).await.unwrap();
    assert!(receipt.has(&ACCOUNT_NOT_READ), "{receipt}");
    assert!(transport.requests().last().unwrap().uri().path().ends_with(ID));
}

#[tokio::test(start_paused = true)]
async fn who_is_protected_by_id_needs_no_look_up_and_a_name_gives_way_to_an_id() {
    let denied = || ScriptedResponse::answer(403).body(r#"{"error":{"code":"accessDenied","message":"m"}}"#);
    let id = ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}"}}"#));
    let transport = ScriptedTransport::new([denied(), id, ScriptedResponse::answer(204)]);
    let guard = Guard::new().protect(["0ddb0000-0000-4000-8000-000000000000"]);
    let client = client_over(transport.clone(), Judge::Client).guard(guard.clone()).build().unwrap();
    client.block_sign_in(ADELE).await.unwrap();
    let written = transport.requests().pop().unwrap();
    assert_eq!((written.method(), written.uri().path()), (&Method::PATCH, &*format!("/v1.0/users/{ID}")));

    // Whatever the answer about the protected account: its id protects it.
    let lies = ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}"}}"#));
    let transport = ScriptedTransport::new([lies]);
    let client = client_over(transport, Judge::Client).guard(guard).build().unwrap();
    let refused = client.block_sign_in("0ddb0000-0000-4000-8000-000000000000").await.unwrap_err();
    assert!(matches!(refused.as_refusal(), Some(Refusal::Protected { .. })), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn pages_together_have_an_end_in_size_and_time() {
    let next = |number: usize| {
        format!(
            "https://graph.microsoft.com/v1.0/users/{ID}/authentication/temporaryAccessPassMethods?$skiptoken={number}"
        )
    };
    let big = " ".repeat(8 * 1024 * 1024);
    let pages = (0..40).map(|number| {
        ScriptedResponse::answer(200)
            .body(format!(r#"{{"value":[],"@odata.nextLink":"{}"{big}}}"#, next(number)))
    });
    let (transport, client) = script(pages);
    let error = client.list_temporary_access_passes(ID).await.unwrap_err();
    assert!(error.to_string().contains("64 MiB") && transport.requests().len() < 12, "{error}");

    let slow = (0..1000).map(|number| {
        ScriptedResponse::answer(200)
            .body(format!(r#"{{"value":[],"@odata.nextLink":"{}"}}"#, next(number)))
            .after(Duration::from_secs(20))
    });
    let (transport, client) = script(slow);
    let error = client.list_temporary_access_passes(ID).await.unwrap_err();
    assert!(
        matches!(&error, Error::Transport(no) if no.error.kind == TransportErrorKind::Timeout),
        "{error}"
    );
    assert!(transport.requests().len() <= 16, "{}", transport.requests().len());
}

#[tokio::test(start_paused = true)]
async fn one_host_is_one_address_however_a_link_spells_it() {
    let path = format!("/v1.0/users/{ID}/authentication/temporaryAccessPassMethods?$skiptoken=1");
    let link = format!("https://GRAPH.microsoft.com:0443{path}");
    let first = ScriptedResponse::answer(200).body(format!(r#"{{"value":[],"@odata.nextLink":"{link}"}}"#));
    let (transport, client) = script([first, ScriptedResponse::answer(200).body(r#"{"value":[]}"#)]);
    client.list_temporary_access_passes(ID).await.unwrap();
    assert_eq!(transport.requests()[1].uri().to_string(), format!("https://graph.microsoft.com{path}"));
}

#[tokio::test(start_paused = true)]
async fn thousands_of_groups_start_no_thousands_of_requests() {
    let groups: Vec<_> = (0..5_000)
        .map(|number| json!({ "id": uuid::Uuid::from_u128(number), "displayName": "g", "isAssignableToRole": true }))
        .collect();
    let tenant = SimulatedTenant::contoso();
    let body = json!({ "value": groups }).to_string();
    tenant.inject(Fault::status(200).body("application/json", &body).on_path("/transitiveMemberOf").always());
    let snapshot = client_of_faulty(&tenant).build().unwrap().snapshot(ADELE).await.unwrap();
    assert!(snapshot.requests < 60, "{}", snapshot.requests);
    assert_eq!((snapshot.active_roles.state(), snapshot.is_privileged()), ("failed", Some(true)));
}

#[tokio::test(start_paused = true)]
async fn of_guests_what_is_registered_here_goes_and_what_stays_is_said() {
    let tenant = SimulatedTenant::contoso();
    let guest = NewUser::external_guest("g_x.example#EXT#@contoso.example")
        .method(NewMethod::phone_mobile("+1 5550100"));
    let guest = tenant.add_user(guest);
    let client = client_of(&tenant).build().unwrap();
    let deleted = client.delete_methods(guest.id, MethodScope::AllRemovable).await.unwrap();
    assert!(deleted.is_complete() && deleted.receipt.has(&GUEST_METHODS_ELSEWHERE), "{}", deleted.receipt);
    let again = client.delete_methods(guest.id, MethodScope::AllRemovable).await.unwrap();
    assert_eq!((again.receipt.grade, again.is_success()), (Grade::NothingToDo, true));
    let required = client.require_mfa_reregistration(guest.id).await.unwrap();
    assert!(required.next[0].why.contains("no effect on an external guest"));
}

#[tokio::test(start_paused = true)]
async fn of_customers_nothing_is_confirmed() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let customer = tenant.users().into_iter().find(|user| user.kind == UserKind::Customer).unwrap();
    tenant.add_method(&customer.user_principal_name, NewMethod::email("a@mail.example"));
    for _ in 0..2 {
        let deleted = client.delete_methods(customer.id, MethodScope::AllRemovable).await.unwrap();
        assert!(
            !deleted.is_complete() && deleted.receipt.has(&CUSTOMER_METHODS_UNSEEN),
            "{}",
            deleted.receipt
        );
        assert!(!deleted.receipt.grade.is_complete(), "{}", deleted.receipt.grade);
    }
    assert!(!client.list_methods(customer.id).await.unwrap().is_whole());
}

#[tokio::test(start_paused = true)]
async fn a_grade_says_what_became_of_the_worst_step() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).retry(RetryPolicy::never()).build().unwrap();
    tenant.inject(Fault::status(403).on(Method::DELETE, "/fido2Methods/").always());
    let deleted = client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();
    assert_eq!((deleted.receipt.grade, deleted.is_success()), (Grade::Refused, false));
    let refused = deleted.receipt.exchanges.iter().find(|exchange| exchange.status == Some(403)).unwrap();
    assert!(refused.code.is_some() && refused.request_id.is_some());

    tenant.add_user(
        NewUser::cloud("new@contoso.example")
            .method(NewMethod::unknown("#microsoft.graph.brainwaveAuthenticationMethod", json!({}))),
    );
    let left = client.delete_methods("new@contoso.example", MethodScope::AllRemovable).await.unwrap();
    assert_eq!(
        (left.receipt.grade, left.is_success()),
        (Grade::NotSent, false),
        "it stays, and nothing can be sent"
    );
    tenant.add_user(NewUser::cloud("none@contoso.example"));
    let none = client.delete_methods("none@contoso.example", MethodScope::AllRemovable).await.unwrap();
    assert_eq!((none.receipt.grade, none.is_success(), none.is_complete()), (Grade::NothingToDo, true, true));
    let dry = client_of(&tenant).guard(Guard::dry_run()).build().unwrap();
    let dry = dry.delete_methods("none@contoso.example", MethodScope::AllRemovable).await.unwrap();
    assert_eq!(dry.receipt.grade, Grade::NothingToDo, "there is nothing that would be sent");

    let transport = ScriptedTransport::new([]);
    let builder = client_over(transport, Judge::Client).credential(StaticToken::new("token"));
    let offline = builder.retry(RetryPolicy::never()).build().unwrap();
    let error = offline.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap_err();
    assert!(!error.outcome_unknown() && error.receipt().is_none(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_pass_is_tried_on_after_the_lost_one_was_deleted() {
    let tenant = SimulatedTenant::contoso();
    tenant.inject(Fault::dropped().after_effect().on(Method::POST, "/temporaryAccessPassMethods"));
    tenant.inject(Fault::status(503).on(Method::POST, "/temporaryAccessPassMethods"));
    let client = client_of_faulty(&tenant).retry(RetryPolicy::never()).build().unwrap();
    let made = client.create_temporary_access_pass(ADELE).reconcile().await.unwrap();
    let works = tenant.access_pass_of(ADELE).unwrap();
    assert_eq!(made.pass.unwrap().expose_secret(), works.expose_secret());
    assert!(made.receipt.has(&PASS_MADE_ANEW), "{}", made.receipt);

    // That none can exist is said, too: the lost one was deleted, and no other was made.
    tenant.inject(Fault::dropped().after_effect().on(Method::POST, "/temporaryAccessPassMethods"));
    tenant.inject(Fault::status(503).on(Method::POST, "/temporaryAccessPassMethods").always());
    let error = client.create_temporary_access_pass(ADELE).reconcile().await.unwrap_err();
    assert!(!error.outcome_unknown() && tenant.access_pass_of(ADELE).is_none(), "{error}");
    assert_eq!(error.receipt().unwrap().grade, Grade::Refused);
}

#[tokio::test(start_paused = true)]
async fn no_pass_of_before_is_deleted_though_the_older_ones_were_not_read() {
    let refused =
        |status: u16| ScriptedResponse::answer(status).body(r#"{"error":{"code":"x","message":"y"}}"#);
    let before = || {
        let user = ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}"}}"#));
        let me = ScriptedResponse::answer(200).body(r#"{"id":"11111111-73a1-43b7-86d7-ed8409f55900"}"#);
        let dated = [user, me, refused(403), refused(403)];
        dated.map(|step| step.header("date", "Mon, 02 Mar 2026 09:00:00 GMT"))
    };
    let lost = || ScriptedResponse::failure(TransportErrorKind::Interrupted, Sent::Maybe);
    let listed = |created: &str| {
        ScriptedResponse::answer(200)
            .body(format!(r#"{{"value":[{{"id":"p1","createdDateTime":"{created}"}}]}}"#))
    };
    let deletes = |transport: &ScriptedTransport| {
        transport.requests().iter().filter(|request| request.method() == Method::DELETE).count()
    };

    // The service was unavailable: no pass was made, so none is looked for.
    let (transport, client) = script(before().into_iter().chain([refused(503), refused(400)]));
    let error = client.create_temporary_access_pass(ID).reconcile().await.unwrap_err();
    assert!(!error.outcome_unknown() && deletes(&transport) == 0, "{error}");
    assert_eq!(transport.remaining(), 0);

    // A pass may have been made: what is not certainly younger stays.
    for created in ["2026-03-01T09:00:00Z", "2026-03-02T09:00:00.9Z", ""] {
        let steps = [lost(), listed(created), refused(400)];
        let (transport, client) = script(before().into_iter().chain(steps));
        let error = client.create_temporary_access_pass(ID).reconcile().await.unwrap_err();
        assert!(error.outcome_unknown() && deletes(&transport) == 0, "{created}: {error}");
        assert_eq!(error.receipt().unwrap().grade, Grade::Unknown);
    }

    let made = ScriptedResponse::answer(201).body(r#"{"id":"p2","temporaryAccessPass":"+drkzqAD"}"#);
    let steps = [lost(), listed("2026-03-02T09:00:01Z"), ScriptedResponse::answer(204), made];
    let (transport, client) = script(before().into_iter().chain(steps));
    let made = client.create_temporary_access_pass(ID).reconcile().await.unwrap();
    assert!(deletes(&transport) == 1 && made.receipt.has(&PASS_MADE_ANEW), "{}", made.receipt);
    assert!(!made.receipt.has(&REPLACED_OLDER_PASS), "whether there was one is not known");
}

#[tokio::test(start_paused = true)]
async fn one_method_of_a_customer_is_never_seen_to_be_gone() {
    let user =
        |kind: &str| ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}","creationType":{kind}}}"#));
    let customer = || user(r#""LocalAccount""#);
    let empty = || ScriptedResponse::answer(200).body(r#"{"value":[]}"#);
    let refused = |status: u16, code: &str| {
        ScriptedResponse::answer(status)
            .body(json!({ "error": { "code": code, "message": "m" } }).to_string())
    };
    let gone = || refused(404, "resourceNotFound");
    let denied = || refused(403, "Authorization_RequestDenied");
    let unseen = |receipt: &entra_ir_core::receipt::Receipt, kind: &WarningKind| {
        assert!(receipt.has(kind) && !receipt.is_complete(), "{kind:?}: {receipt}");
    };

    // By name the account is read before, by id only after the answer.
    for name in [true, false] {
        let who = if name { ADELE } else { ID };
        let order = |account: ScriptedResponse, answer: ScriptedResponse| {
            if name { [account, answer] } else { [answer, account] }.into_iter()
        };
        let (_, client) = script(order(customer(), gone()));
        let deleted = client.delete_method(who, MethodKind::Phone, "p").await.unwrap();
        unseen(&deleted.receipt, &CUSTOMER_METHODS_UNSEEN);
        assert_eq!((deleted.receipt.grade, deleted.was_gone), (Grade::Accepted, Some(true)));
        let (_, client) = script(order(denied(), gone()));
        let deleted = client.delete_temporary_access_pass(who, "p").await.unwrap();
        unseen(&deleted.receipt, &ACCOUNT_NOT_READ);
        let (_, client) = script(order(user("null"), gone()));
        let deleted = client.delete_method(who, MethodKind::Phone, "p").await.unwrap();
        assert_eq!(deleted.receipt.grade, Grade::NothingToDo);

        let settling = |account: fn() -> ScriptedResponse| {
            let lost = refused(500, "x");
            let steps = if name {
                vec![account(), lost, empty(), empty()]
            } else {
                vec![lost, empty(), empty(), account()]
            };
            script(steps).1
        };
        let client = settling(|| {
            ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}","creationType":"LocalAccount"}}"#))
        });
        let error = client.delete_method(who, MethodKind::Phone, "p").await.unwrap_err();
        assert!(error.outcome_unknown(), "{error}");
        unseen(error.receipt().unwrap(), &CUSTOMER_METHODS_UNSEEN);
        let client =
            settling(|| ScriptedResponse::answer(403).body(r#"{"error":{"code":"x","message":"m"}}"#));
        let deleted = client.delete_method(who, MethodKind::Phone, "p").await.unwrap();
        unseen(&deleted.receipt, &ACCOUNT_NOT_READ);
        assert_eq!(deleted.receipt.grade, Grade::Accepted);
        let client = settling(|| ScriptedResponse::answer(200).body(format!(r#"{{"id":"{ID}"}}"#)));
        let deleted = client.delete_method(who, MethodKind::Phone, "p").await.unwrap();
        assert_eq!(deleted.receipt.grade, Grade::Confirmed);
    }
}

#[tokio::test(start_paused = true)]
async fn of_an_account_that_was_not_read_nothing_is_confirmed_and_the_work_is_a_success() {
    let tenant = SimulatedTenant::contoso();
    tenant.inject(Fault::status(403).on(Method::GET, &format!("/v1.0/users/{ID}?")).always());
    tenant.inject(Fault::status(403).on(Method::GET, &format!("/v1.0/users/{ADELE}?")).always());
    let client = client_of_faulty(&tenant).build().unwrap();
    for _ in 0..2 {
        let deleted = client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();
        assert!(deleted.receipt.has(&ACCOUNT_NOT_READ), "{}", deleted.receipt);
        assert_eq!(
            (deleted.receipt.grade, deleted.is_success(), deleted.is_complete()),
            (Grade::Accepted, true, false)
        );
    }
    let list = client.list_methods(ADELE).include_beta().await.unwrap();
    assert!(list.account_unread.is_some() && !list.is_whole(), "{list:?}");
}

#[tokio::test(start_paused = true)]
async fn a_customers_id_that_is_not_listed_is_unknown() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let customer = tenant.users().into_iter().find(|user| user.kind == UserKind::Customer).unwrap();
    let scope = MethodScope::Ids(vec!["not-listed".parse().unwrap()]);
    let deleted = client.delete_methods(customer.id, scope).await.unwrap();
    assert!(matches!(deleted.methods[0].outcome, Outcome::Unknown(_)), "{deleted:?}");
    assert!(!deleted.is_success() && !deleted.receipt.has(&PARTIAL_LIST), "{}", deleted.receipt);
}
