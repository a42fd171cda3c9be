//! Feedback on the risk of many users: 300 in one call, refusals of one and of all, and the rate.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use entra_ir_core::knowledge::{Action, Evidence as _};
use entra_ir_core::model::{RiskLevel, RiskState, UserRisk};
use entra_ir_core::operations::{
    AnyOperation, ConfirmUsersCompromised, FeedbackOutcome, GUESTS_LEFT_OUT, RESET_FIRST, RiskOutcomes,
};
use entra_ir_core::receipt::Grade;
use entra_ir_core::simulator::{Fault, Licence, NewUser, SimulatedCaller};
use entra_ir_core::wire::{Request, Response};
use entra_ir_core::{
    Client, Error, GraphErrorKind, Guard, ObjectId, Permit, Refusal, RetryPolicy, SimulatedTenant, Transport,
    TransportError,
};
use entra_ir_tests::{Judge, client_of, client_of_faulty, client_over};
use http::{HeaderValue, Method, StatusCode};
use serde_json::Value;
use tokio::time::Instant;

use crate::random::properties;

const ADELE: &str = "adele@contoso.example";
const BIANCA: &str = "bianca_fabrikam.example#EXT#@contoso.example";
const CONFIRM: &str = "confirmCompromised";

fn name(number: usize) -> String {
    format!("user{number}@contoso.example")
}

/// Makes a tenant with so many users.
fn tenant_of(users: usize) -> SimulatedTenant {
    let tenant = SimulatedTenant::contoso();
    for number in 0..users {
        tenant.add_user(NewUser::cloud(&name(number)));
    }
    tenant
}

/// Returns the ids that each request for feedback named.
fn named(tenant: &SimulatedTenant) -> Vec<Vec<String>> {
    let posts = tenant.exchanges().into_iter().filter(|sent| sent.method() == Method::POST);
    posts.map(|sent| ids_in(sent.body())).collect()
}

fn ids_in(body: &[u8]) -> Vec<String> {
    let body: Value = serde_json::from_slice(body).unwrap();
    body["userIds"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

fn outcome_of<'a>(done: &'a RiskOutcomes, user: &str) -> &'a FeedbackOutcome {
    &done.users.iter().find(|of| of.asked.to_string() == user).unwrap().outcome
}

async fn state_of(client: &Client, user: &str) -> Option<RiskState> {
    client.snapshot(user).await.unwrap().risk.collected().unwrap().clone()?.state
}

#[tokio::test(start_paused = true)]
async fn three_hundred_users_take_five_requests_and_an_unknown_one_costs_nobody() {
    let tenant = tenant_of(298);
    tenant.limit_identity_protection(true);
    let client = client_of(&tenant).build().unwrap();
    let mut users: Vec<String> = (0..298).map(name).collect();
    users.insert(100, "nobody@contoso.example".into());
    users.push(BIANCA.into());
    // One account under two names counts once.
    users.push(tenant.user(&name(7)).unwrap().id.to_string());
    let begun = Instant::now();
    let done = client.confirm_users_compromised(&users).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::from_secs(8), "five requests, two seconds apart");
    assert_eq!(named(&tenant).iter().map(Vec::len).collect::<Vec<_>>(), [60, 60, 60, 60, 58]);
    assert_eq!((done.users.len(), done.receipt.exchanges.len()), (300, 5));
    assert_eq!(done.count(&FeedbackOutcome::Accepted), 298);
    assert_eq!(outcome_of(&done, "nobody@contoso.example"), &FeedbackOutcome::NotFound);
    assert_eq!(outcome_of(&done, BIANCA), &FeedbackOutcome::InHomeTenant);
    assert!(done.receipt.has(&GUESTS_LEFT_OUT) && done.receipt.has(&RESET_FIRST));
    assert!(!done.is_success() && done.receipt.grade == Grade::Refused, "one was not found");
    assert_eq!(done.summary(), "300 users: 298 accepted, 1 not found, 1 in the home tenant");
    assert!(done.to_string().contains("nobody@contoso.example: not found"), "{done}");
    let actions = done.actions();
    assert_eq!(actions.len(), 298);
    let id = tenant.user(&name(3)).unwrap().id;
    let of: Vec<_> = actions.iter().filter(|action| action.concerns(id)).collect();
    assert!(of.len() == 1 && of[0].action == Action::ConfirmCompromised, "{of:?}");
    assert_eq!(state_of(&client, &name(299 - 2)).await, Some(RiskState::ConfirmedCompromised));

    let dismissed = client.dismiss_users_risk((0..298).map(name)).await.unwrap();
    assert!(dismissed.is_success() && !dismissed.is_complete(), "accepted is not confirmed");
    assert_eq!(state_of(&client, &name(0)).await, Some(RiskState::Dismissed));
}

#[tokio::test(start_paused = true)]
async fn the_whole_rate_is_taken_only_if_asked_for() {
    let tenant = tenant_of(180);
    tenant.limit_identity_protection(true);
    let client = client_of(&tenant).identity_protection_interval(Duration::from_secs(1)).build().unwrap();
    let begun = Instant::now();
    client.confirm_users_compromised((0..180).map(name)).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::from_secs(2));
    let too_fast = client_of(&tenant).identity_protection_interval(Duration::from_millis(999)).build();
    assert!(matches!(too_fast, Err(Error::Config(why)) if why.contains("one second")));
}

#[tokio::test(start_paused = true)]
async fn a_busy_identity_protection_is_asked_again_after_the_interval() {
    let tenant = SimulatedTenant::contoso();
    tenant.limit_identity_protection(true);
    // Without random waits, the interval alone decides.
    let others = client_of(&tenant).build().unwrap();
    let client = client_of(&tenant).build().unwrap();
    others.confirm_user_compromised(ADELE).await.unwrap();
    let begun = Instant::now();
    let done = client.confirm_users_compromised([ADELE]).await.unwrap();
    assert_eq!((done.receipt.attempts(), done.is_success()), (2, true));
    assert_eq!(begun.elapsed(), Duration::from_secs(2), "no Retry-After: the interval");
}

#[tokio::test(start_paused = true)]
async fn what_refuses_one_request_refuses_the_others_unsent() {
    let users = || (0..130).map(name);
    let tenant = tenant_of(130);
    tenant.set_licence(Licence::P1);
    let error = client_of(&tenant).build().unwrap().confirm_users_compromised(users()).await.unwrap_err();
    let graph = error.as_graph().unwrap();
    assert_eq!(graph.kind(), GraphErrorKind::NotLicensed);
    assert!(graph.advice().contains("block_sign_in"), "{}", graph.advice());
    assert_eq!((named(&tenant).len(), error.receipt().unwrap().exchanges.len()), (1, 1));

    let tenant = tenant_of(130);
    tenant.set_caller(SimulatedCaller::app_only().with_permissions(["User.Read.All"]));
    let error = client_of(&tenant).build().unwrap().dismiss_users_risk(users()).await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::Denied);
    assert_eq!(named(&tenant).len(), 1);

    // After a success, what was done is kept.
    let tenant = tenant_of(130);
    let client = client_of_faulty(&tenant).retry(RetryPolicy::never()).build().unwrap();
    tenant.inject(Fault::status(429).on(Method::POST, CONFIRM).after(1).always());
    let done = client.confirm_users_compromised(users()).await.unwrap();
    assert_eq!((done.count(&FeedbackOutcome::Accepted), done.count(&FeedbackOutcome::Refused)), (60, 60));
    assert_eq!((done.count(&FeedbackOutcome::NotTried), named(&tenant).len()), (10, 2));
    assert!(!done.is_success() && done.receipt.grade == Grade::Refused);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_leaves_its_users_unknown_and_the_rest_untried() {
    let tenant = tenant_of(130);
    let client = client_of_faulty(&tenant).retry(RetryPolicy::never()).build().unwrap();
    tenant.inject(Fault::dropped().after_effect().on(Method::POST, CONFIRM).after(1));
    let done = client.confirm_users_compromised((0..130).map(name)).await.unwrap();
    let counts = [FeedbackOutcome::Accepted, FeedbackOutcome::Unknown, FeedbackOutcome::NotTried]
        .map(|of| done.count(&of));
    assert_eq!((counts, done.receipt.grade), ([60, 60, 10], Grade::Unknown));
    let unknown = done.actions().into_iter().filter(|action| action.grade == Grade::Unknown).count();
    assert_eq!(unknown, 60, "they may have been done");
}

#[tokio::test(start_paused = true)]
async fn the_guard_leaves_out_a_protected_user_only() {
    let tenant = tenant_of(70);
    let guard = Guard::new().protect([name(0), name(69)]);
    let client = client_of(&tenant).guard(guard).build().unwrap();
    let done = client.confirm_users_compromised((0..70).map(name)).await.unwrap();
    assert_eq!((done.count(&FeedbackOutcome::Guarded), done.count(&FeedbackOutcome::Accepted)), (2, 68));
    let protected = tenant.user(&name(0)).unwrap().id.to_string();
    assert!(named(&tenant).iter().flatten().all(|id| *id != protected));
    let reason = done.users[0].reason.as_deref().unwrap();
    assert!(reason.contains("protected account") && !reason.contains("sent together"), "{reason}");

    let only = client_of(&tenant).guard(Guard::new().only([name(3)])).build().unwrap();
    let done = only.dismiss_users_risk((0..70).map(name)).await.unwrap();
    assert_eq!((done.count(&FeedbackOutcome::Guarded), done.count(&FeedbackOutcome::Accepted)), (69, 1));

    let error = only.dismiss_users_risk([name(1), name(2)]).await.unwrap_err();
    assert!(matches!(error.as_refusal(), Some(Refusal::NotAllowed { .. })), "{error}");

    let dry = client_of(&tenant).guard(Guard::dry_run()).build().unwrap();
    let done = dry.confirm_users_compromised((0..70).map(name)).await.unwrap();
    assert_eq!((done.count(&FeedbackOutcome::WouldSend), done.receipt.would_send.len()), (70, 2));
    assert!(done.receipt.grade == Grade::NotSent && done.actions().is_empty());
}

#[tokio::test(start_paused = true)]
async fn nobody_is_no_list_and_what_was_read_is_not_read_again() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let none: [&str; 0] = [];
    assert!(matches!(client.confirm_users_compromised(none).await, Err(Error::Refused(_))));
    for stored in [
        r#"{"operation":"confirm_users_compromised","users":[]}"#,
        r#"{"operation":"dismiss_users_risk","users":[]}"#,
    ] {
        let error = client.run(AnyOperation::from_json(stored).unwrap()).await.unwrap_err();
        assert!(error.to_string().contains("users: it is empty"), "{error}");
    }
    assert!(ConfirmUsersCompromised::new(["../me"]).is_err());
    assert_eq!(tenant.requests(), 0);

    let adele = client.get_user(ADELE).await.unwrap();
    let olga = client.get_user("olga@contoso.example").await.unwrap();
    client.confirm_users_compromised([&adele, &olga]).await.unwrap();
    assert_eq!(tenant.requests(), 3, "two reads before, and one write");

    tenant.set_caller(SimulatedCaller::app_only().with_permissions(["IdentityRiskyUser.ReadWrite.All"]));
    let client = client_of(&tenant).build().unwrap();
    let done = client.confirm_users_compromised([adele.id.to_string(), ADELE.to_owned()]).await.unwrap();
    assert_eq!(outcome_of(&done, &adele.id.to_string()), &FeedbackOutcome::Accepted, "the id is enough");
    assert_eq!(outcome_of(&done, ADELE), &FeedbackOutcome::NotTried, "a name is not");
}

/// The simulated tenant, but it refuses a request for feedback on some users whom it shows.
#[derive(Debug)]
struct Picky {
    tenant: SimulatedTenant,
    bad: BTreeSet<String>,
    status: StatusCode,
    code: &'static str,
}

#[async_trait]
impl Transport for Picky {
    async fn ready(&self, request: &Request) -> Result<Permit, TransportError> {
        self.tenant.ready(request).await
    }

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let is_bad =
            request.method() == Method::POST && ids_in(request.body()).iter().any(|id| self.bad.contains(id));
        if !is_bad {
            return self.tenant.send(request).await;
        }
        let body = format!(r#"{{"error":{{"code":"{}","message":"No."}}}}"#, self.code);
        let mut response = Response::new(body.into());
        *response.status_mut() = self.status;
        response.headers_mut().insert("request-id", HeaderValue::from_static("5c1d8e6f"));
        Ok(response)
    }
}

/// Calls with so many users, of whom Graph refuses some.
async fn with_bad(
    users: usize,
    bad: &BTreeSet<usize>,
    status: StatusCode,
    code: &'static str,
) -> (SimulatedTenant, Result<RiskOutcomes, Error>) {
    let tenant = tenant_of(users);
    let bad = bad.iter().map(|number| tenant.user(&name(*number)).unwrap().id.to_string()).collect();
    let picky = Picky { tenant: tenant.clone(), bad, status, code };
    let client = client_over(picky, Judge::Client).build().unwrap();
    let done = client.confirm_users_compromised((0..users).map(name)).await;
    (tenant, done)
}

#[tokio::test(start_paused = true)]
async fn a_refused_request_is_halved_until_the_user_is_alone() {
    for (status, code, outcome) in [
        (StatusCode::BAD_REQUEST, "Request_BadRequest", FeedbackOutcome::Refused),
        (StatusCode::NOT_FOUND, "Request_ResourceNotFound", FeedbackOutcome::NotFound),
    ] {
        let (tenant, done) = with_bad(120, &BTreeSet::from([70]), status, code).await;
        let done = done.unwrap();
        assert_eq!((done.count(&outcome), done.count(&FeedbackOutcome::Accepted)), (1, 119), "{done}");
        assert_eq!(outcome_of(&done, &name(70)), &outcome);
        assert!(done.receipt.exchanges.len() <= 14, "{}", done.receipt.exchanges.len());
        assert_eq!(named(&tenant).iter().map(Vec::len).sum::<usize>(), 119);
    }
    // A path that does not exist is not about a user.
    let (tenant, done) = with_bad(120, &BTreeSet::from([3]), StatusCode::NOT_FOUND, "UnknownError").await;
    assert!(done.unwrap_err().as_graph().is_some() && named(&tenant).is_empty());
}

#[tokio::test(start_paused = true)]
async fn halving_comes_to_an_end() {
    let (_, done) = with_bad(300, &(0..300).collect(), StatusCode::BAD_REQUEST, "Request_BadRequest").await;
    let done = done.unwrap();
    assert_eq!((done.count(&FeedbackOutcome::Refused), done.receipt.grade), (300, Grade::Refused));
    assert!(done.receipt.exchanges.len() <= 5 + 2 * 24, "{}", done.receipt.exchanges.len());
    let together = done.users.iter().filter(|of| of.reason.as_ref().unwrap().contains("sent together with"));
    assert!(together.count() > 200, "the reason says whom the refusal may be about");
}

properties! {
    24 cases;

    fn every_user_has_one_outcome_and_no_request_names_more_than_sixty(
        users in 1_usize..150,
        bad in proptest::collection::btree_set(0_usize..150, 0..4),
        twice in 0_usize..5,
        strangers in 0_usize..3,
    ) {
        let bad: BTreeSet<usize> = bad.into_iter().filter(|number| *number < users).collect();
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let tenant = tenant_of(users);
            let id = |number: usize| tenant.user(&name(number)).unwrap().id.to_string();
            let picky = Picky {
                tenant: tenant.clone(),
                bad: bad.iter().map(|number| id(*number)).collect(),
                status: StatusCode::BAD_REQUEST,
                code: "Request_BadRequest",
            };
            let client = client_over(picky, Judge::Client).build().unwrap();
            let asked = (0..users).map(name).chain((0..twice.min(users)).map(id));
            let asked = asked.chain((0..strangers).map(|number| format!("stranger{number}@contoso.example")));
            let done = client.confirm_users_compromised(asked).await.unwrap();
            assert!(named(&tenant).iter().all(|ids| (1..=60).contains(&ids.len())));
            assert_eq!(done.users.len(), users + strangers);
            let ids: BTreeSet<ObjectId> = done.users.iter().filter_map(|of| of.id).collect();
            assert_eq!(ids.len(), users);
            assert_eq!(done.count(&FeedbackOutcome::NotFound), strangers);
            let accepted: BTreeSet<String> = named(&tenant).concat().into_iter().collect();
            for number in 0..users {
                let is_accepted = outcome_of(&done, &name(number)) == &FeedbackOutcome::Accepted;
                assert_eq!(is_accepted, accepted.contains(&id(number)), "{number}");
                assert_eq!(is_accepted, !bad.contains(&number), "{number}: at most four need no more splits");
            }
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_dismissal_whose_read_fails_is_sent_and_says_so() {
    use entra_ir_core::operations::{RISK_NO_LONGER_BLOCKS, RISK_NOT_READ};
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    tenant.inject(Fault::status(500).on(Method::GET, "/riskyUsers/").always());
    let receipt = client.dismiss_user_risk(ADELE).await.unwrap();
    assert!(receipt.has(&RISK_NOT_READ) && receipt.has(&RISK_NO_LONGER_BLOCKS));
    assert_eq!(receipt.grade, Grade::Accepted);
    // A risk that is still processed is dismissed, whatever its state.
    tenant.clear_faults();
    let mut risk = UserRisk::new(RiskLevel::None, RiskState::Dismissed);
    risk.is_processing = Some(true);
    tenant.set_risk(ADELE, Some(risk));
    assert_eq!(client.dismiss_user_risk(ADELE).await.unwrap().grade, Grade::Accepted);
}

#[tokio::test(start_paused = true)]
async fn a_reset_after_the_confirmation_says_that_it_may_undo_it() {
    use entra_ir_core::operations::MAY_REMEDIATE_RISK;
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let warns = async || client.reset_password(ADELE).await.unwrap().receipt.has(&MAY_REMEDIATE_RISK);
    assert!(!warns().await, "no confirmation, no guess");
    client.confirm_user_compromised(ADELE).await.unwrap();
    assert!(warns().await);
    assert_eq!(state_of(&client, ADELE).await, Some(RiskState::Remediated));
    client.confirm_users_compromised([ADELE]).await.unwrap();
    assert!(client.lock_out(ADELE).await.unwrap().receipt.has(&MAY_REMEDIATE_RISK));
    client.confirm_users_compromised([ADELE]).await.unwrap();
    client.dismiss_user_risk(ADELE).await.unwrap();
    assert!(!warns().await);
}

#[tokio::test(start_paused = true)]
async fn a_lost_dismissal_is_settled_by_reading() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).retry(RetryPolicy::never()).build().unwrap();
    tenant.inject(Fault::dropped().after_effect().on(Method::POST, "/dismiss"));
    assert_eq!(client.dismiss_user_risk(ADELE).await.unwrap().grade, Grade::Confirmed);
    client.confirm_user_compromised(ADELE).await.unwrap();
    tenant.inject(Fault::dropped().on(Method::POST, "/dismiss"));
    let error = client.dismiss_user_risk(ADELE).await.unwrap_err();
    assert!(error.outcome_unknown() && error.receipt().is_some(), "{error}");
}
