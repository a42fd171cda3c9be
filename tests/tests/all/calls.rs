//! The extras of a call: an account that was already read, and a deadline.

use std::time::Duration;

use entra_ir_core::model::User;
use entra_ir_core::operations::{ACCOUNT_BLOCKED, AnyOperation, BlockSignIn};
use entra_ir_core::receipt::Grade;
use entra_ir_core::simulator::{AccessPassRules, Fault};
use entra_ir_core::{Error, SimulatedTenant};
use http::Method;

const ADELE: &str = "adele@contoso.example";

#[tokio::test(start_paused = true)]
async fn an_account_that_is_handed_over_is_not_read_again_for_five_minutes() {
    let tenant = SimulatedTenant::contoso();
    let client = tenant.client().unwrap();
    let user = client.get_user(ADELE).await.unwrap();
    let receipt = client.block_sign_in(&user).await.unwrap();
    assert_eq!(tenant.requests(), 2);
    assert_eq!(receipt.account_read_at, user.read_at());

    let again: User = serde_json::from_str(&serde_json::to_string(&user).unwrap()).unwrap();
    assert_eq!((&again, again.read_at()), (&user, None));
    tenant.clear_exchanges();
    let receipt = client.block_sign_in(&again).await.unwrap();
    assert_eq!(tenant.requests(), 2, "what comes from JSON is read again");
    assert!(receipt.account_read_at > user.read_at());

    tokio::time::advance(Duration::from_secs(301)).await;
    tenant.clear_exchanges();
    client.block_sign_in(&user).await.unwrap();
    assert_eq!(tenant.requests(), 2, "and what is old");
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_was_made_elsewhere_takes_both_too() {
    let tenant = SimulatedTenant::contoso();
    let client = tenant.client().unwrap();
    let stored = || {
        AnyOperation::from_json(r#"{"operation": "block_sign_in", "user": "adele@contoso.example"}"#).unwrap()
    };
    let user = client.get_user(ADELE).await.unwrap();
    let by_id = AnyOperation::from(BlockSignIn::new(&user).unwrap());
    let output = client.run(by_id).knowing(user.clone()).await.unwrap();
    assert_eq!(tenant.requests(), 2);
    assert_eq!(output.receipt().unwrap().account_read_at, user.read_at());

    tenant.clear_exchanges();
    client.run(stored()).knowing(user).await.unwrap();
    assert_eq!(tenant.requests(), 2, "a name may be another account by now");

    tenant.inject(Fault::status(503).retry_after("20").on(Method::GET, "/users/"));
    let begun = tokio::time::Instant::now();
    let error = client.run(stored()).deadline(Duration::from_secs(5)).await.unwrap_err();
    assert!(begun.elapsed() <= Duration::from_secs(5) && matches!(error, Error::Transport(_)), "{error}");
}

#[tokio::test(start_paused = true)]
async fn another_account_than_the_one_handed_over_is_read() {
    let tenant = SimulatedTenant::contoso();
    let client = tenant.client().unwrap();
    let user = client.get_user(ADELE).await.unwrap();
    client.block_sign_in(&user).await.unwrap();
    tenant.clear_exchanges();
    client.block_sign_in(user.user_principal_name.as_deref().unwrap()).await.unwrap();
    assert_eq!(tenant.requests(), 2, "by name");
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_at_its_deadline_and_says_what_is_unknown() {
    let tenant = SimulatedTenant::contoso();
    let client = tenant.client().unwrap();
    tenant.inject(Fault::status(503).retry_after("20").on(Method::GET, "/users/"));
    let begun = tokio::time::Instant::now();
    let limit = Duration::from_secs(5);
    let error = client.block_sign_in(ADELE).deadline(limit).await.unwrap_err();
    assert!(begun.elapsed() <= limit && matches!(error, Error::Transport(_)), "{error}");
    assert!(!error.outcome_unknown(), "nothing but a read was sent: {error}");
    assert!(error.to_string().contains("deadline"), "{error}");

    tenant.clear_faults();
    tenant.inject(Fault::status(503).retry_after("20").on(Method::POST, "/revokeSignInSessions"));
    let begun = tokio::time::Instant::now();
    let error = client.revoke_sign_in_sessions(ADELE).deadline(limit).await.unwrap_err();
    assert!(begun.elapsed() <= limit && error.outcome_unknown(), "{error}");
    assert_eq!(error.receipt().map(|receipt| receipt.grade), Some(Grade::Unknown));

    tenant.clear_faults();
    let begun = tokio::time::Instant::now();
    client.revoke_sign_in_sessions(ADELE).confirm().deadline(limit).await.unwrap();
    assert!(begun.elapsed() <= limit);
}

#[tokio::test(start_paused = true)]
async fn a_time_that_no_clock_can_hold_is_a_long_one() {
    let client = SimulatedTenant::contoso().client().unwrap();
    let revoked = client.revoke_sign_in_sessions(ADELE).confirm_within(Duration::MAX).deadline(Duration::MAX);
    assert_eq!(revoked.await.unwrap().receipt.grade, Grade::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn what_is_known_is_not_asked_again() {
    let tenant = SimulatedTenant::contoso();
    let client = tenant.client().unwrap();
    let mut counts = Vec::new();
    for name in [ADELE, "jack@contoso.example"] {
        tenant.clear_exchanges();
        let user = client.get_user(name).await.unwrap();
        client.block_sign_in(&user).await.unwrap();
        client.reset_password(&user).await.unwrap();
        client.revoke_sign_in_sessions(&user).await.unwrap();
        let pass = client.create_temporary_access_pass(&user).await.unwrap();
        assert!(pass.receipt.has(&ACCOUNT_BLOCKED), "what this client did since is known: {}", pass.receipt);
        counts.push(tenant.requests());
    }
    assert_eq!(counts, [9, 6], "user, me, domain, pass policy, list of passes and four writes; then six");
    tokio::time::advance(Duration::from_secs(61)).await;
    tenant.clear_exchanges();
    client.reset_password(ADELE).await.unwrap();
    assert_eq!(tenant.requests(), 3, "after a minute the domain is read again");
}

#[tokio::test(start_paused = true)]
async fn a_moment_of_before_the_call_confirms_nothing() {
    let tenant = SimulatedTenant::contoso();
    let client = tenant.client().unwrap();
    let user = client.get_user(ADELE).await.unwrap();
    tokio::time::advance(Duration::from_secs(60)).await;
    // Somebody else revokes and resets in the meantime; then the answers to our writes are lost.
    client.revoke_sign_in_sessions(ADELE).await.unwrap();
    client.reset_password(ADELE).await.unwrap();
    tenant.inject(Fault::dropped().on(Method::POST, "/revokeSignInSessions").times(10));
    tenant.inject(Fault::dropped().on(Method::PATCH, "/users/").times(10));
    let error = client.revoke_sign_in_sessions(&user).await.unwrap_err();
    assert!(error.outcome_unknown(), "{error}");
    let reset = client.reset_password(&user).await.unwrap();
    assert_eq!(reset.receipt.grade, Grade::Unknown, "{}", reset.receipt);
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_was_loosened_is_seen_at_once() {
    let tenant = SimulatedTenant::contoso();
    let client = tenant.client().unwrap();
    tenant.set_access_pass_policy(AccessPassRules { enabled: false, ..AccessPassRules::default() });
    let refused = client.create_temporary_access_pass(ADELE).await.unwrap_err();
    assert!(refused.to_string().contains("disabled for the tenant"), "{refused}");
    tenant.set_access_pass_policy(AccessPassRules::default());
    client.create_temporary_access_pass(ADELE).await.unwrap();
}
