//! Consents: which cover an account, whose application they are for, and what revoking one leaves.

use std::time::Duration;

use entra_ir_core::model::{ApplicationOwner, Concern, PermissionGrant};
use entra_ir_core::operations::{
    CAN_CONSENT_AGAIN, COVERAGE_NOT_READ, COVERED_TENANT_WIDE, ISSUED_TOKENS_LIVE_OUT, NOT_YET_VISIBLE,
    STILL_LISTED,
};
use entra_ir_core::receipt::Grade;
use entra_ir_core::simulator::{Fault, NewGrant, NewServicePrincipal, Role, SimulatedCaller};
use entra_ir_core::target::Target;
use entra_ir_core::{Error, Guard, ObjectId, Refusal, SimulatedTenant};
use entra_ir_tests::{client_of, client_of_faulty};
use http::Method;

const ADELE: &str = "adele@contoso.example";
const ALEX: &str = "alex@contoso.example";
const HOSTILE: &str = "Microsoft Office Update";

fn writes(tenant: &SimulatedTenant) -> usize {
    tenant.exchanges().iter().filter(|sent| sent.method() != Method::GET).count()
}

fn application(tenant: &SimulatedTenant, name: &str) -> ObjectId {
    tenant.service_principal(name).unwrap()
}

#[tokio::test(start_paused = true)]
async fn own_grants_and_those_for_everybody_are_told_apart_and_the_worst_comes_first() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let adele = client.list_grants(ADELE).await.unwrap();
    let names: Vec<_> = adele.own.iter().map(|grant| grant.client_name.as_deref().unwrap()).collect();
    assert_eq!(names, [HOSTILE, "Fabrikam Expenses"]);
    let worst = &adele.own[0];
    assert_eq!(worst.owner, ApplicationOwner::AnotherTenant);
    assert_eq!(
        worst.concerns,
        [Concern::Messages, Concern::KeepsAccess, Concern::UnverifiedPublisher, Concern::NamedLikeMicrosoft]
    );
    assert_eq!(worst.resource.as_ref().unwrap().display_name.as_deref(), Some("Microsoft Graph"));
    assert_eq!(worst.scopes[0].means.as_deref(), Some("reads the mailbox"));
    assert!(adele.own[1].concerns.is_empty(), "{:?}", adele.own[1].concerns);
    assert_eq!(adele.tenant_wide.len(), 1);
    assert_eq!(adele.tenant_wide[0].owner, ApplicationOwner::ThisTenant);
    assert_eq!(tenant.requests(), 4, "two lists, the tenant, the applications");
    let alex = client.list_grants(ALEX).await.unwrap();
    assert!(alex.own.is_empty() && alex.tenant_wide == adele.tenant_wide);
}

#[tokio::test(start_paused = true)]
async fn four_hundred_grants_are_all_there() {
    let tenant = SimulatedTenant::contoso();
    let graph = application(&tenant, "Microsoft Graph");
    for number in 0..400 {
        let app = tenant.add_service_principal(NewServicePrincipal::foreign(&format!("App {number}")));
        tenant.add_grant(NewGrant::of_user(ALEX, app, graph, "User.Read")).unwrap();
    }
    tenant.set_page_size(100);
    let grants = client_of(&tenant).build().unwrap().list_grants(ALEX).await.unwrap();
    assert_eq!(grants.own.len(), 400);
    assert!(grants.own.iter().all(|grant| grant.client.is_some() && grant.resource.is_some()));
    assert_eq!(grants.applications_unread, None);
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_read_is_said_and_the_rest_is_there() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    tenant.inject(Fault::status(403).on(Method::GET, "/v1.0/oauth2PermissionGrants").times(9));
    tenant.inject(Fault::status(403).on(Method::GET, "/servicePrincipals").times(9));
    tenant.inject(Fault::status(403).on(Method::GET, "/organization").times(9));
    let grants = client.list_grants(ADELE).await.unwrap();
    assert_eq!(grants.own.len(), 2);
    assert!(grants.tenant_wide.is_empty() && grants.tenant_wide_unread.is_some());
    assert!(grants.applications_unread.is_some());
    assert!(grants.own.iter().all(|grant| grant.owner == ApplicationOwner::Unknown));
    assert!(grants.own.iter().all(|grant| grant.concerns.contains(&Concern::ApplicationUnknown.into())));
    tenant.clear_faults();
    tenant.inject(Fault::status(403).on(Method::GET, "/organization").times(9));
    let other = client_of_faulty(&tenant).build().unwrap();
    let grants = other.list_grants(ADELE).await.unwrap();
    assert_eq!(grants.own[0].owner, ApplicationOwner::NotMicrosoft, "that much is known");
    tenant.inject(Fault::status(403).on(Method::GET, "/users/").times(9));
    assert!(matches!(other.list_grants(ADELE).await, Err(Error::Graph(_))));
}

#[tokio::test(start_paused = true)]
async fn an_application_with_microsofts_name_is_not_microsofts() {
    let tenant = SimulatedTenant::contoso();
    let graph = application(&tenant, "Microsoft Graph");
    let twin = tenant.add_service_principal(NewServicePrincipal::foreign("Microsoft Graph"));
    let old = tenant.add_service_principal(NewServicePrincipal::first_party("Old one").owned_by(None));
    let owner = |client: ObjectId| {
        tenant.add_grant(NewGrant::of_user(ALEX, client, graph, "User.Read")).unwrap();
        let client = client_of(&tenant).build().unwrap();
        async move { client.list_grants(ALEX).await.unwrap().own[0].owner.clone() }
    };
    assert_eq!(owner(twin).await, ApplicationOwner::AnotherTenant);
    assert_eq!(owner(old).await, ApplicationOwner::AnotherTenant, "the twin is the worse one");
    let client = client_of(&tenant).build().unwrap();
    let grants = client.list_grants(ALEX).await.unwrap();
    assert_eq!(grants.own[1].owner, ApplicationOwner::Unknown);
}

#[tokio::test(start_paused = true)]
async fn a_consent_is_revoked_and_its_values_are_kept() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let grants = client.list_grants(ADELE).await.unwrap();
    let adele = client.get_user(ADELE).await.unwrap();
    tenant.clear_exchanges();
    let revoked = client.revoke_grant(&adele, &grants.own[0]).await.unwrap();
    assert_eq!((revoked.receipt.grade, revoked.was_gone), (Grade::Accepted, Some(false)));
    assert_eq!(tenant.requests(), 2, "the deletion, and what covers the user beside it");
    assert_eq!(revoked.grant.as_ref(), Some(&grants.own[0].grant));
    for warning in [&ISSUED_TOKENS_LIVE_OUT, &CAN_CONSENT_AGAIN] {
        assert!(revoked.receipt.has(warning), "{warning:?}");
    }
    assert!(!revoked.receipt.has(&COVERED_TENANT_WIDE) && !revoked.receipt.has(&COVERAGE_NOT_READ));
    assert!(
        matches!(&revoked.receipt.target, Target::PermissionGrant { principal: Some(of), .. } if *of == adele.id)
    );
    let json = serde_json::to_value(&revoked).unwrap();
    assert_eq!(
        json["grant"]["scope"],
        " Mail.Read Mail.Send MailboxSettings.ReadWrite User.Read offline_access"
    );
    assert_eq!(client.list_grants(ADELE).await.unwrap().own.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_grant_given_by_id_is_read_first_and_confirmed_when_it_is_gone() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let id = client.list_grants(ADELE).await.unwrap().own[0].grant.id.clone().unwrap();
    tenant.set_read_delay(Duration::from_secs(20));
    let revoked = client.revoke_grant(ADELE, id.as_str()).confirm().await.unwrap();
    assert_eq!(revoked.receipt.grade, Grade::Confirmed);
    assert_eq!(revoked.grant.unwrap().id, Some(id));
    let other = client.list_grants(ADELE).await.unwrap().own.remove(0);
    let short = client.revoke_grant(ADELE, &other).confirm_within(Duration::from_secs(5)).await.unwrap();
    assert_eq!(short.receipt.grade, Grade::Accepted);
    assert!(short.receipt.has(&NOT_YET_VISIBLE));
}

#[tokio::test(start_paused = true)]
async fn a_grant_for_everybody_or_of_another_account_is_never_touched() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).guard(Guard::new().allow_tenant_wide()).build().unwrap();
    let grants = client.list_grants(ADELE).await.unwrap();
    let wide = client.revoke_grant(ADELE, &grants.tenant_wide[0]).await.unwrap_err();
    assert!(wide.to_string().contains("whole organisation"), "{wide}");
    let by_id = grants.tenant_wide[0].grant.id.clone().unwrap();
    assert!(matches!(
        client.revoke_grant(ADELE, by_id).await.unwrap_err().as_refusal(),
        Some(Refusal::Impossible { .. })
    ));
    let others = client.revoke_grant(ALEX, &grants.own[0]).await.unwrap_err();
    assert!(others.to_string().contains("belongs to the account"), "{others}");
    let guarded = client_of(&tenant).guard(Guard::new().protect([ADELE])).build().unwrap();
    let error = guarded.revoke_grant(ADELE, &grants.own[0]).await.unwrap_err();
    assert!(matches!(error.as_refusal(), Some(Refusal::Protected { .. })), "{error}");
    assert_eq!(writes(&tenant), 0);
    let old = PermissionGrant::default();
    assert!(matches!(client.revoke_grant(ADELE, &old).await, Err(Error::Refused(_))), "it has no id");
}

#[tokio::test(start_paused = true)]
async fn a_grant_that_vanished_is_nothing_to_do() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let grant = client.list_grants(ADELE).await.unwrap().own.remove(0);
    let id = grant.grant.id.clone().unwrap();
    assert!(tenant.delete_grant(id.as_str()));
    let revoked = client.revoke_grant(ADELE, &grant).await.unwrap();
    assert_eq!((revoked.receipt.grade, revoked.was_gone), (Grade::NothingToDo, Some(true)));
    assert_eq!(revoked.grant, Some(grant.grant));
    let by_id = client.revoke_grant(ADELE, id).await.unwrap();
    assert_eq!((by_id.receipt.grade, by_id.was_gone, by_id.grant), (Grade::NothingToDo, Some(true), None));
    assert!(by_id.receipt.exchanges.is_empty(), "nothing was sent");
    // The service says that a grant is not there, and lists it.
    let other = client.list_grants(ADELE).await.unwrap().own.remove(0);
    let gone = r#"{"error":{"code":"Request_ResourceNotFound","message":"Resource 'x' does not exist."}}"#;
    tenant.inject(
        Fault::status(404).body("application/json", gone).on(Method::DELETE, "/oauth2PermissionGrants/"),
    );
    let odd = client.revoke_grant(ADELE, &other).await.unwrap();
    assert_eq!(odd.receipt.grade, Grade::Unknown);
    assert!(odd.receipt.has(&STILL_LISTED));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_settled_by_reading_the_grant() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let grants = client.list_grants(ADELE).await.unwrap();
    tenant.inject(Fault::dropped().on(Method::DELETE, "/oauth2PermissionGrants/").after_effect().times(9));
    let revoked = client.revoke_grant(ADELE, &grants.own[0]).await.unwrap();
    assert!(revoked.receipt.is_success(), "{}", revoked.receipt);
    tenant.clear_faults();
    tenant.inject(Fault::dropped().on(Method::DELETE, "/oauth2PermissionGrants/").times(9));
    let error = client.revoke_grant(ADELE, &grants.own[1]).await.unwrap_err();
    assert!(error.outcome_unknown() && error.receipt().is_some(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_still_covers_the_user_is_said_or_said_to_be_unknown() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let (app, graph) = (application(&tenant, HOSTILE), application(&tenant, "Microsoft Graph"));
    tenant.add_grant(NewGrant::tenant_wide(app, graph, "Files.Read.All"));
    let grants = client.list_grants(ADELE).await.unwrap();
    let covered = client.revoke_grant(ADELE, &grants.own[0]).await.unwrap();
    let said = covered.receipt.warnings.iter().find(|warning| warning.is(&COVERED_TENANT_WIDE)).unwrap();
    assert!(said.message.contains("Files.Read.All"), "{said}");
    tenant.inject(Fault::status(403).on(Method::GET, "/v1.0/oauth2PermissionGrants?").times(9));
    let unknown = client.revoke_grant(ADELE, &grants.own[1]).await.unwrap();
    assert!(unknown.receipt.has(&COVERAGE_NOT_READ) && unknown.receipt.is_success());
}

#[tokio::test(start_paused = true)]
async fn only_an_application_administrator_revokes_and_a_dry_run_shows_it() {
    let tenant = SimulatedTenant::contoso();
    let dry = client_of(&tenant).guard(Guard::dry_run()).build().unwrap();
    let grant = dry.list_grants(ADELE).await.unwrap().own.remove(0);
    let shown = dry.revoke_grant(ADELE, &grant).await.unwrap();
    assert_eq!((shown.receipt.grade, shown.was_gone), (Grade::NotSent, None));
    assert!(shown.receipt.would_send[0].path.starts_with("/v1.0/oauth2PermissionGrants/"));
    tenant.set_caller(SimulatedCaller::delegated("responder@contoso.example", [Role::UserAdministrator]));
    let client = client_of(&tenant).build().unwrap();
    let error = client.revoke_grant(ADELE, &grant).await.unwrap_err();
    assert!(error.to_string().contains("Cloud Application Administrator"), "{error}");
}
