//! `lock_out`: no refusal of one half costs the other, and no result claims more than was answered.

use entra_ir_core::knowledge::{Action, ActionDone, Evidence};
use entra_ir_core::operations::{
    BLOCK_THEN_PASSWORD, BLOCK_WITH_PASSWORD, DOMAIN_NOT_READ, FEDERATED_NO_EFFECT, ForceChange, LockedOut,
    MAY_BE_UNDONE_BY_SYNC, NOT_BLOCKED, PASSWORD_NOT_SET, PASSWORD_UNKNOWN,
};
use entra_ir_core::receipt::Grade;
use entra_ir_core::simulator::{Fault, NewUser, Role, SimulatedCaller};
use entra_ir_core::{
    Client, Guard, Refusal, ScriptedResponse, ScriptedTransport, Sent, SimulatedTenant, TransportErrorKind,
};
use entra_ir_tests::{Judge, client_of, client_over};
use http::Method;
use secrecy::{ExposeSecret, SecretString};

const ADELE: &str = "adele@contoso.example";
const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
const ME: &str = r#"{"id":"11111111-73a1-43b7-86d7-ed8409f55900"}"#;
const MANAGED: &str = r#"{"id":"contoso.example","authenticationType":"Managed"}"#;
const FEDERATED: &str = r#"{"id":"contoso.example","authenticationType":"Federated"}"#;
const BEFORE: &str = r#""lastPasswordChangeDateTime":"2026-01-01T00:00:00Z""#;
const AFTER: &str = r#""lastPasswordChangeDateTime":"2026-03-01T00:00:00Z""#;

fn script(steps: impl IntoIterator<Item = ScriptedResponse>) -> (ScriptedTransport, Client) {
    let transport = ScriptedTransport::new(steps);
    let client = client_over(transport.clone(), Judge::Client).build().unwrap();
    (transport, client)
}

fn ok(body: &str) -> ScriptedResponse {
    ScriptedResponse::answer(200).body(body.to_owned())
}

fn user(more: &str) -> ScriptedResponse {
    ok(&format!(r#"{{"id":"{ID}","userPrincipalName":"{ADELE}",{more}}}"#))
}

fn done() -> ScriptedResponse {
    ScriptedResponse::answer(204)
}

fn error(status: u16, code: &str, message: &str) -> ScriptedResponse {
    ScriptedResponse::answer(status).body(format!(r#"{{"error":{{"code":"{code}","message":"{message}"}}}}"#))
}

fn denied() -> ScriptedResponse {
    error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}

fn weak() -> ScriptedResponse {
    error(
        400,
        "Request_BadRequest",
        "The specified password does not comply with password complexity requirements. Please provide a different password.",
    )
}

fn synced() -> ScriptedResponse {
    error(
        400,
        "Request_BadRequest",
        "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.",
    )
}

/// The three reads before the write, of a cloud-only account.
fn reads() -> [ScriptedResponse; 3] {
    [user(&format!(r#""accountEnabled":true,{BEFORE}"#)), ok(ME), ok(MANAGED)]
}

/// The bodies of the writes: which halves they held.
fn halves(transport: &ScriptedTransport) -> Vec<&'static str> {
    let writes = transport.requests().into_iter().filter(|request| request.method() == Method::PATCH);
    let half = |request: entra_ir_core::wire::Request| {
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        match (body.contains("accountEnabled"), body.contains("passwordProfile")) {
            (true, true) => "both",
            (true, false) => "block",
            (false, true) => "password",
            (false, false) => "nothing",
        }
    };
    writes.map(half).collect()
}

/// The password of the last write that had one.
fn sent_password(transport: &ScriptedTransport) -> String {
    let requests = transport.requests();
    let bodies = requests.iter().map(|request| serde_json::from_slice(request.body()).unwrap_or_default());
    let passwords = bodies.filter_map(|body: serde_json::Value| {
        body["passwordProfile"]["password"].as_str().map(str::to_owned)
    });
    passwords.last().unwrap()
}

fn grades(locked: &LockedOut) -> (Grade, Grade) {
    (locked.receipt.grade, locked.password_grade)
}

#[tokio::test(start_paused = true)]
async fn one_write_does_both_and_counts_as_two_actions() {
    let (transport, client) = script(reads().into_iter().chain([done()]));
    let locked = client.lock_out(ADELE).await.unwrap();
    assert_eq!(transport.remaining(), 0);
    assert_eq!(halves(&transport), ["both"]);
    assert_eq!(locked.receipt.mechanism, BLOCK_WITH_PASSWORD);
    assert!(locked.is_whole());
    assert_eq!(locked.password.as_ref().unwrap().expose_secret(), sent_password(&transport));
    let actions: Vec<_> = locked.actions().into_iter().map(|done| (done.action, done.grade)).collect();
    assert_eq!(
        actions,
        [(Action::BlockSignIn, Grade::Accepted), (Action::ResetPasswordGraphProfile, Grade::Accepted)]
    );
}

#[tokio::test(start_paused = true)]
async fn a_refused_pair_sends_the_block_alone_at_once_and_then_the_password() {
    for (refusal, name) in [
        (denied(), "a permission for one half"),
        (weak(), "password policy"),
        (error(400, "Request_BadRequest", "Something else."), "anything else"),
        (error(412, "PreconditionFailed", "m"), "a conflict"),
    ] {
        let (transport, client) = script(reads().into_iter().chain([refusal, done(), done()]));
        let locked = client.lock_out(ADELE).await.unwrap();
        assert_eq!(halves(&transport), ["both", "block", "password"], "{name}");
        assert_eq!(grades(&locked), (Grade::Accepted, Grade::Accepted), "{name}");
        assert_eq!(locked.receipt.mechanism, BLOCK_THEN_PASSWORD);
        assert_eq!(locked.receipt.exchanges.len(), 3, "what was refused is in the receipt");
        assert_eq!(locked.password.as_ref().unwrap().expose_secret(), sent_password(&transport));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_password_never_costs_the_block() {
    let (transport, client) = script(reads().into_iter().chain([weak(), done(), weak()]));
    let locked = client.lock_out(ADELE).await.unwrap();
    assert_eq!(halves(&transport), ["both", "block", "password"]);
    assert_eq!(grades(&locked), (Grade::Accepted, Grade::Refused));
    assert!(locked.receipt.has(&PASSWORD_NOT_SET) && !locked.is_whole());
    assert!(locked.password.is_none(), "it is not in force");
    let actions: Vec<_> = locked.actions().into_iter().filter(ActionDone::is_done).collect();
    assert_eq!(actions.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_chosen_password_that_the_policy_refused_is_not_sent_again() {
    let (transport, client) = script(reads().into_iter().chain([weak(), done()]));
    let locked = client.lock_out(ADELE).chosen(SecretString::from("Contoso1234")).await.unwrap();
    assert_eq!(halves(&transport), ["both", "block"]);
    assert_eq!(grades(&locked), (Grade::Accepted, Grade::Refused));
    assert!(locked.receipt.has(&PASSWORD_NOT_SET));
}

#[tokio::test(start_paused = true)]
async fn an_account_that_turns_out_to_be_synced_is_blocked_all_the_same() {
    let (transport, client) = script(reads().into_iter().chain([synced(), done()]));
    let locked = client.lock_out(ADELE).await.unwrap();
    assert_eq!(halves(&transport), ["both", "block"]);
    assert_eq!(grades(&locked), (Grade::Accepted, Grade::Refused));
    assert!(locked.receipt.to_string().contains("Active Directory keeps it"));
}

#[tokio::test(start_paused = true)]
async fn a_refused_block_still_sets_the_password_and_says_so_loudly() {
    let (transport, client) = script(reads().into_iter().chain([denied(), denied(), done()]));
    let locked = client.lock_out(ADELE).await.unwrap();
    assert_eq!(halves(&transport), ["both", "block", "password"]);
    assert_eq!(grades(&locked), (Grade::Refused, Grade::Accepted));
    assert!(locked.receipt.has(&NOT_BLOCKED) && !locked.receipt.is_success());
    assert!(locked.password.is_some(), "it is in force");
}

#[tokio::test(start_paused = true)]
async fn a_privileged_target_is_an_error_with_everything_that_was_tried() {
    let (transport, client) = script(reads().into_iter().chain([denied(), denied(), denied()]));
    let error = client.lock_out(ADELE).await.unwrap_err();
    assert_eq!(halves(&transport), ["both", "block", "password"]);
    assert_eq!(error.receipt().unwrap().exchanges.len(), 3);
    assert!(!error.outcome_unknown());
}

#[tokio::test(start_paused = true)]
async fn what_both_halves_would_meet_again_is_not_sent_again() {
    let (transport, client) =
        script(reads().into_iter().chain([error(404, "Request_ResourceNotFound", "m")]));
    assert!(client.lock_out(ADELE).await.is_err());
    assert_eq!(halves(&transport), ["both"]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_settled_by_reading_both_halves() {
    let lost = || (0..5).map(|_| ScriptedResponse::failure(TransportErrorKind::Interrupted, Sent::Maybe));
    let shown = user(&format!(r#""accountEnabled":false,{AFTER}"#));
    let (transport, client) = script(reads().into_iter().chain(lost()).chain([shown]));
    let locked = client.lock_out(ADELE).await.unwrap();
    assert_eq!(transport.remaining(), 0);
    assert_eq!(grades(&locked), (Grade::Confirmed, Grade::Accepted));
    assert_eq!(locked.password.as_ref().unwrap().expose_secret(), sent_password(&transport));

    // The block shows, the password does not: the same password is sent again.
    let blocked = user(&format!(r#""accountEnabled":false,{BEFORE}"#));
    let (transport, client) = script(reads().into_iter().chain(lost()).chain([blocked, done()]));
    let locked = client.lock_out(ADELE).await.unwrap();
    assert_eq!(halves(&transport).last(), Some(&"password"));
    assert_eq!(grades(&locked), (Grade::Confirmed, Grade::Accepted));
    assert_eq!(locked.password.as_ref().unwrap().expose_secret(), sent_password(&transport));
}

#[tokio::test(start_paused = true)]
async fn a_generated_password_that_may_be_in_force_is_never_lost() {
    let lost = || (0..5).map(|_| ScriptedResponse::failure(TransportErrorKind::Interrupted, Sent::Maybe));
    let open = || user(&format!(r#""accountEnabled":true,{BEFORE}"#));
    // Lost, not shown, and then both halves are refused.
    let steps = reads().into_iter().chain(lost()).chain([open(), open(), denied(), denied()]);
    let (transport, client) = script(steps);
    let locked = client.lock_out(ADELE).await.unwrap();
    assert_eq!(transport.remaining(), 0);
    assert_eq!(grades(&locked), (Grade::Unknown, Grade::Unknown), "the pair may have been done");
    assert!(locked.receipt.has(&NOT_BLOCKED) && locked.receipt.has(&PASSWORD_UNKNOWN));
    assert_eq!(locked.password.as_ref().unwrap().expose_secret(), sent_password(&transport));
}

#[tokio::test(start_paused = true)]
async fn a_password_that_is_kept_elsewhere_is_left_there() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    for (account, place) in [
        ("alex@contoso.example", "Active Directory"),
        ("diego@federated.example", "identity provider"),
        ("bianca_fabrikam.example#EXT#@contoso.example", "home tenant"),
    ] {
        let locked = client.lock_out(account).await.unwrap();
        assert_eq!(grades(&locked), (Grade::Accepted, Grade::NotSent), "{account}");
        assert!(locked.receipt.to_string().contains(place), "{}", locked.receipt);
        assert_eq!(locked.receipt.has(&MAY_BE_UNDONE_BY_SYNC), account.starts_with("alex"));
        assert_eq!(locked.receipt.exchanges.len(), 1, "one write, of the block alone");
    }
}

#[tokio::test(start_paused = true)]
async fn the_block_does_not_wait_for_the_domain_of_an_account_named_by_id() {
    let read = user(&format!(r#""accountEnabled":true,{BEFORE}"#));
    let (transport, client) = script([read, ok(ME), done(), ok(FEDERATED)]);
    let locked = client.lock_out(ID).await.unwrap();
    assert_eq!(transport.remaining(), 0);
    assert!(locked.receipt.has(&FEDERATED_NO_EFFECT));
    let (_, client) = script([user(BEFORE), ok(ME), done(), denied()]);
    assert!(client.lock_out(ID).await.unwrap().receipt.has(&DOMAIN_NOT_READ));
}

#[tokio::test(start_paused = true)]
async fn an_account_that_was_read_is_not_read_again() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let adele = client.get_user(ADELE).await.unwrap();
    client.reset_password("user@contoso.example").await.unwrap();
    let before = tenant.requests();
    client.lock_out(&adele).await.unwrap();
    assert_eq!(tenant.requests() - before, 1, "caller and domain are known, too");
}

#[tokio::test(start_paused = true)]
async fn the_old_password_is_dead_when_the_account_is_unblocked() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let simulation = tenant.sign_in_simulation();
    let browser = simulation.browser();
    let never = ForceChange::Never;
    let stolen = client.reset_password(ADELE).force_change(never).await.unwrap().password.unwrap();
    let attempt = |password: &SecretString| {
        let app = entra_ir_core::simulator::sign_in::App::OfficePortal;
        simulation.sign_in(ADELE, &browser, app).password(password.expose_secret()).attempt().is_ok()
    };
    assert!(attempt(&stolen));
    let locked = client.lock_out(ADELE).force_change(never).await.unwrap();
    assert!(!attempt(&stolen) && !attempt(locked.password.as_ref().unwrap()));
    client.unblock_sign_in(ADELE).await.unwrap();
    assert!(!attempt(&stolen) && attempt(locked.password.as_ref().unwrap()));
}

#[tokio::test(start_paused = true)]
async fn each_permission_alone_does_its_half() {
    for (permissions, expected) in [
        (vec!["User.EnableDisableAccount.All", "User.Read.All"], (Grade::Accepted, Grade::Refused)),
        (vec!["User-PasswordProfile.ReadWrite.All", "User.Read.All"], (Grade::Refused, Grade::Accepted)),
        (
            vec!["User.EnableDisableAccount.All", "User.Read.All", "User-PasswordProfile.ReadWrite.All"],
            (Grade::Accepted, Grade::Accepted),
        ),
    ] {
        let tenant = SimulatedTenant::contoso();
        let caller = SimulatedCaller::delegated("responder@contoso.example", [Role::UserAdministrator]);
        tenant.set_caller(caller.with_permissions(permissions.clone()));
        let locked = client_of(&tenant).build().unwrap().lock_out(ADELE).await.unwrap();
        assert_eq!(grades(&locked), expected, "{permissions:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_for_the_callers_own_account_or_a_protected_one() {
    let tenant = SimulatedTenant::contoso();
    let error = client_of(&tenant).build().unwrap().lock_out("responder@contoso.example").await.unwrap_err();
    assert!(matches!(error.as_refusal(), Some(Refusal::OwnAccount { operation: "lock_out" })), "{error}");
    let guard = Guard::new().protect([ADELE]);
    let client = client_of(&tenant).guard(guard).build().unwrap();
    assert!(client.lock_out(ADELE).await.is_err());
    assert!(!tenant.exchanges().iter().any(|sent| sent.method() == Method::PATCH));
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_shows_the_one_write_without_the_password() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).guard(Guard::dry_run()).build().unwrap();
    let locked = client.lock_out(ADELE).await.unwrap();
    assert_eq!(grades(&locked), (Grade::NotSent, Grade::NotSent));
    assert!(locked.password.is_none() && locked.receipt.is_dry_run());
    let shown = locked.receipt.to_string();
    assert!(shown.contains("accountEnabled") && shown.contains("passwordProfile"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_busy_service_is_waited_for_and_the_pair_is_sent_again() {
    let tenant = SimulatedTenant::contoso();
    tenant.add_user(NewUser::cloud("x@contoso.example"));
    tenant.inject(Fault::status(429).retry_after("1").on(Method::PATCH, "/users/"));
    let locked = client_of(&tenant).build().unwrap().lock_out("x@contoso.example").await.unwrap();
    assert!(locked.is_whole());
    assert_eq!(locked.receipt.attempts(), 2);
}
