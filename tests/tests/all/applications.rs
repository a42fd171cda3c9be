//! Applications in the tenant: disabling one, and the assignments of an account.

use std::time::Duration;

use entra_ir_core::knowledge::{Action, ActionDone, Evidence, Touched};
use entra_ir_core::operations::{
    APPLICATION_TOKENS_LIVE_OUT, ASSIGNMENT_GOES_SESSIONS_STAY, DISABLED_BY_MICROSOFT,
    DisableServicePrincipal, NOT_REQUIRED, REQUIREMENT_NOT_READ, STILL_LISTED, USED_BY,
};
use entra_ir_core::receipt::{Grade, OWNER_CHECKED};
use entra_ir_core::simulator::{Fault, NewAppRoleAssignment, NewServicePrincipal, Role, SimulatedCaller};
use entra_ir_core::{Error, Guard, ObjectId, Refusal, SimulatedTenant, StaticToken};
use entra_ir_tests::{client_of, client_of_faulty};
use http::Method;

const ADELE: &str = "adele@contoso.example";
const HOSTILE: &str = "Microsoft Office Update";
const ENTITLEMENT: &str = r#"{"error":{"code":"Request_BadRequest","message":"EntitlementGrant being updated or deleted is not found."}}"#;

fn writes(tenant: &SimulatedTenant) -> usize {
    tenant.exchanges().iter().filter(|sent| sent.method() != Method::GET).count()
}

fn wide() -> Guard {
    Guard::new().allow_tenant_wide()
}

#[tokio::test(start_paused = true)]
async fn an_application_is_disabled_for_everybody_and_enabled_again() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).guard(wide()).build().unwrap();
    let hostile = tenant.service_principal(HOSTILE).unwrap();
    let disabled = client.disable_service_principal(hostile).await.unwrap();
    assert_eq!(disabled.grade, Grade::Accepted);
    assert!(disabled.has(&APPLICATION_TOKENS_LIVE_OUT) && !disabled.has(&DISABLED_BY_MICROSOFT));
    let used = disabled.warnings.iter().find(|warning| warning.is(&USED_BY)).unwrap();
    assert!(used.message.ends_with("1 consent and 0 assignments"), "{used}");
    assert_eq!(tenant.is_application_enabled(hostile), Some(false));
    let done: Vec<ActionDone> = disabled.actions();
    assert_eq!(
        (done[0].action, &done[0].target),
        (Action::DisableApplication, &Touched::Application(hostile))
    );
    tenant.set_read_delay(Duration::from_secs(20));
    let enabled = client.enable_service_principal(hostile).confirm().await.unwrap();
    assert_eq!(enabled.grade, Grade::Confirmed);
    assert_eq!(enabled.actions()[0].action, Action::EnableApplication);
}

#[tokio::test(start_paused = true)]
async fn without_the_word_for_everybody_nothing_is_even_read() {
    let tenant = SimulatedTenant::contoso();
    let hostile = tenant.service_principal(HOSTILE).unwrap();
    let error = client_of(&tenant).build().unwrap().disable_service_principal(hostile).await.unwrap_err();
    assert!(matches!(error.as_refusal(), Some(Refusal::TenantWide { .. })), "{error}");
    assert_eq!(tenant.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn microsofts_applications_are_told_by_their_owner_and_left_alone() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).guard(wide()).build().unwrap();
    let graph = tenant.service_principal("Microsoft Graph").unwrap();
    for error in [
        client.disable_service_principal(graph).await.unwrap_err(),
        client.enable_service_principal(graph).await.unwrap_err(),
    ] {
        assert!(error.to_string().contains("Microsoft's, by the tenant that owns it"), "{error}");
    }
    let twin = tenant.add_service_principal(NewServicePrincipal::foreign("Microsoft Graph"));
    assert!(client.disable_service_principal(twin).await.unwrap().is_success(), "its name proves nothing");
    let old = tenant.add_service_principal(NewServicePrincipal::first_party("Old one").owned_by(None));
    let error = client.disable_service_principal(old).await.unwrap_err();
    assert!(matches!(error.as_refusal(), Some(Refusal::OwnerUnknown { .. })), "{error}");
    assert_eq!(writes(&tenant), 1);
    let checked = client.disable_service_principal(old).owner_checked().await.unwrap();
    assert!(checked.is_success() && checked.has(&OWNER_CHECKED));
    let mut by_field = DisableServicePrincipal::new(old);
    by_field.owner_checked = true;
    assert!(client.run(by_field).await.unwrap().has(&OWNER_CHECKED));
    let blocked = tenant.add_service_principal(NewServicePrincipal::foreign("Bad").disabled_by_microsoft());
    assert!(client.disable_service_principal(blocked).await.unwrap().has(&DISABLED_BY_MICROSOFT));
}

#[tokio::test(start_paused = true)]
async fn the_clients_own_application_is_not_disabled() {
    let tenant = SimulatedTenant::contoso();
    let app = "5ea2c7f0-0000-4000-8000-00000000a001";
    let own = tenant.add_service_principal(NewServicePrincipal::own("Responder tool").app_id(app));
    // {"alg":"none"} . {"appid":"5ea2c7f0-..."}
    let token = "eyJhbGciOiJub25lIn0.eyJhcHBpZCI6IjVlYTJjN2YwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwYTAwMSJ9.c2ln";
    let client = client_of(&tenant).guard(wide()).credential(StaticToken::new(token)).build().unwrap();
    let error = client.disable_service_principal(own).await.unwrap_err();
    assert!(error.to_string().contains("signs in with"), "{error}");
    assert_eq!(writes(&tenant), 0);
    let nobody: ObjectId = "5ea2c7f0-0000-4000-8000-00000000ffff".parse().unwrap();
    assert!(matches!(client.disable_service_principal(nobody).await, Err(Error::Graph(_))));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_settled_by_reading_the_application() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).guard(wide()).build().unwrap();
    let hostile = tenant.service_principal(HOSTILE).unwrap();
    tenant.inject(Fault::dropped().on(Method::PATCH, "/servicePrincipals/").after_effect().times(9));
    assert_eq!(client.disable_service_principal(hostile).await.unwrap().grade, Grade::Confirmed);
    tenant.clear_faults();
    tenant.inject(Fault::dropped().on(Method::PATCH, "/servicePrincipals/").times(9));
    let error = client.enable_service_principal(hostile).await.unwrap_err();
    assert!(error.outcome_unknown() && error.receipt().is_some());
    tenant.clear_faults();
    tenant.inject(Fault::status(403).on(Method::GET, "/oauth2PermissionGrants").times(9));
    let counted = client.disable_service_principal(hostile).await.unwrap();
    let used = counted.warnings.iter().find(|warning| warning.is(&USED_BY)).unwrap();
    assert!(used.message.contains("unknown number of consents"), "{used}");
    tenant.clear_faults();
    tenant.set_caller(SimulatedCaller::delegated("responder@contoso.example", [Role::SecurityAdministrator]));
    let denied = client.enable_service_principal(hostile).await.unwrap_err();
    assert!(denied.to_string().contains("Cloud Application Administrator"), "{denied}");
}

#[tokio::test(start_paused = true)]
async fn an_assignment_is_removed_and_its_values_are_kept() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let listed = client.list_app_assignments(ADELE).await.unwrap();
    assert_eq!((listed.direct.len(), listed.through_groups.len()), (1, 1));
    let id = listed.direct[0].id.clone().unwrap();
    let removed = client.remove_app_assignment(ADELE, id.clone()).await.unwrap();
    assert_eq!((removed.receipt.grade, removed.was_gone), (Grade::Accepted, Some(false)));
    assert!(removed.receipt.has(&NOT_REQUIRED) && removed.receipt.has(&ASSIGNMENT_GOES_SESSIONS_STAY));
    assert_eq!(removed.assignment.as_ref(), Some(&listed.direct[0]));
    assert_eq!(removed.receipt.actions()[0].action, Action::RemoveAppAssignment);
    let again = client.remove_app_assignment(ADELE, id).await.unwrap();
    assert_eq!(
        (again.receipt.grade, again.was_gone, again.assignment),
        (Grade::NothingToDo, Some(true), None)
    );
    let intranet = tenant.service_principal("Contoso Intranet").unwrap();
    let own = tenant.add_app_role_assignment(NewAppRoleAssignment::of(ADELE, intranet)).unwrap();
    let needed = client.remove_app_assignment(ADELE, own).await.unwrap();
    assert!(!needed.receipt.has(&NOT_REQUIRED) && !needed.receipt.has(&REQUIREMENT_NOT_READ));
}

#[tokio::test(start_paused = true)]
async fn the_assignment_of_a_group_is_not_the_accounts_to_remove() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let listed = client.list_app_assignments(ADELE).await.unwrap();
    let of_group = listed.through_groups[0].id.clone().unwrap();
    let error = client.remove_app_assignment(ADELE, of_group).await.unwrap_err();
    assert!(error.to_string().contains("that of a group"), "{error}");
    let guarded = client_of(&tenant).guard(Guard::new().protect([ADELE])).build().unwrap();
    let own = listed.direct[0].id.clone().unwrap();
    let error = guarded.remove_app_assignment(ADELE, own).await.unwrap_err();
    assert!(matches!(error.as_refusal(), Some(Refusal::Protected { .. })), "{error}");
    assert_eq!(writes(&tenant), 0);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_does_not_find_the_assignment_counts_only_with_the_list() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let id = client.list_app_assignments(ADELE).await.unwrap().direct[0].id.clone().unwrap();
    let not_found = Fault::status(400).body("application/json", ENTITLEMENT);
    tenant.inject(not_found.clone().on(Method::DELETE, "/appRoleAssignedTo/"));
    let there = client.remove_app_assignment(ADELE, id.clone()).await.unwrap();
    assert_eq!((there.receipt.grade, there.was_gone), (Grade::Unknown, None));
    assert!(there.receipt.has(&STILL_LISTED));
    tenant.inject(not_found.after_effect().on(Method::DELETE, "/appRoleAssignedTo/"));
    let gone = client.remove_app_assignment(ADELE, id).await.unwrap();
    assert_eq!((gone.receipt.grade, gone.was_gone), (Grade::NothingToDo, Some(true)));
}

#[tokio::test(start_paused = true)]
async fn a_lost_removal_is_settled_by_the_list() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let id = client.list_app_assignments(ADELE).await.unwrap().direct[0].id.clone().unwrap();
    tenant.inject(Fault::dropped().on(Method::DELETE, "/appRoleAssignedTo/").times(9));
    let error = client.remove_app_assignment(ADELE, id.clone()).await.unwrap_err();
    assert!(error.outcome_unknown() && error.receipt().is_some());
    tenant.clear_faults();
    tenant.inject(Fault::dropped().on(Method::DELETE, "/appRoleAssignedTo/").after_effect().times(1));
    tenant.inject(Fault::status(403).on(Method::GET, "/servicePrincipals?").times(9));
    let removed = client.remove_app_assignment(ADELE, id).await.unwrap();
    assert!(removed.receipt.has(&REQUIREMENT_NOT_READ), "{}", removed.receipt);
    assert_eq!(removed.was_gone, None, "an earlier attempt did it");
}
