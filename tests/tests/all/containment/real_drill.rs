//! The drill on a test account: what it tries, takes back, refuses, and finds.

use std::collections::BTreeSet;

use entra_ir_core::containment::{DrillState, DrilledOperation, RealDrilled};
use entra_ir_core::knowledge::{Incident, RegisteredBy};
use entra_ir_core::simulator::{NewUser, Role, SimulatedCaller};
use entra_ir_core::spec::OperationSpec;
use entra_ir_core::{Client, Error, Guard, SimulatedTenant};

const ADELE: &str = "adele@contoso.example";

fn client(tenant: &SimulatedTenant) -> Client {
    tenant.client().unwrap()
}

fn row<'a>(drilled: &'a RealDrilled, operation: &str) -> &'a DrilledOperation {
    drilled.operations.iter().find(|tried| tried.operation == operation).unwrap()
}

fn states(drilled: &RealDrilled, state: DrillState) -> Vec<&'static str> {
    drilled.operations.iter().filter(|tried| tried.state == state).map(|tried| tried.operation).collect()
}

#[tokio::test(start_paused = true)]
async fn every_write_of_the_ready_plans_is_tried_and_taken_back_or_named() {
    let tenant = SimulatedTenant::contoso();
    let before = tenant.methods_of(ADELE).len();
    tenant.set_risk(ADELE, None);
    let drilled = client(&tenant).real_drill(ADELE).confirm(ADELE).await.unwrap();
    assert!(drilled.is_whole(), "{drilled}");
    let not_tried =
        ["delete_methods", "require_mfa_reregistration", "revoke_grant", "disable_service_principal"];
    assert_eq!(states(&drilled, DrillState::NotTried), not_tried);
    for operation in [
        "block_sign_in",
        "create_temporary_access_pass",
        "disable_device",
        "confirm_user_compromised",
        "lock_out",
    ] {
        assert_eq!(row(&drilled, operation).undone, Some(true), "{drilled}");
    }
    for operation in ["revoke_sign_in_sessions", "reset_password"] {
        assert_eq!(row(&drilled, operation).undone, None, "{drilled}");
        assert!(!row(&drilled, operation).undo.is_empty());
    }
    assert!(drilled.operations.iter().all(|tried| tried.question.is_none()));
    // The account is as it was, but for the password.
    let user = tenant.user(ADELE).unwrap();
    assert!(user.enabled);
    assert_eq!(tenant.methods_of(ADELE).len(), before);
    assert!(tenant.devices_of(ADELE).iter().all(|device| device.account_enabled == Some(true)));
}

fn incidents() -> [Incident; 10] {
    [
        Incident::AccountTakeover,
        Incident::TokenTheft,
        Incident::SuspiciousMethod { suspects: Vec::new(), by: RegisteredBy::Unknown },
        Incident::LostDevice { device: None },
        Incident::LostMethods { lost: Vec::new() },
        Incident::MaliciousConsent { grant: None },
        Incident::HelpDeskTricked { since: None },
        Incident::Privileged,
        Incident::Lockdown,
        Incident::Recover,
    ]
}

#[tokio::test(start_paused = true)]
async fn the_drill_knows_every_write_of_every_plan() {
    let drilled = client(&SimulatedTenant::contoso()).real_drill(ADELE).confirm(ADELE).await.unwrap();
    let known: BTreeSet<_> = drilled.operations.iter().map(|tried| tried.operation).collect();
    let writes = |incident: &Incident| -> Vec<&'static OperationSpec> {
        incident.operations().into_iter().filter(|spec| spec.effect.writes()).collect()
    };
    let needed: BTreeSet<_> = incidents().iter().flat_map(writes).map(|spec| spec.id).collect();
    assert_eq!(known, needed);
}

#[tokio::test(start_paused = true)]
async fn a_missing_permission_is_a_row_and_stops_nothing() {
    let tenant = SimulatedTenant::contoso();
    let permissions = [
        "Directory.Read.All",
        "Domain.Read.All",
        "UserAuthenticationMethod.Read.All",
        "RoleManagement.Read.Directory",
        "RoleEligibilitySchedule.Read.Directory",
        "PrivilegedEligibilitySchedule.Read.AzureADGroup",
        "Policy.Read.All",
        "IdentityRiskyUser.Read.All",
        "User.RevokeSessions.All",
        "User.EnableDisableAccount.All",
        "User.Read.All",
    ];
    tenant.set_risk(ADELE, None);
    tenant.set_caller(SimulatedCaller::app_only().with_permissions(permissions));
    let drilled = client(&tenant).real_drill(ADELE).confirm(ADELE).await.unwrap();
    assert!(!drilled.is_whole());
    assert_eq!(row(&drilled, "block_sign_in").undone, Some(true), "{drilled}");
    for operation in ["create_temporary_access_pass", "confirm_user_compromised", "reset_password"] {
        let tried = row(&drilled, operation);
        assert_eq!(tried.state, DrillState::Refused, "{drilled}");
        assert!(tried.reason.contains("grant the permission"), "{drilled}");
    }
    assert_eq!(row(&drilled, "delete_temporary_access_pass").state, DrillState::NotTried);
    // The half that was accepted, the block, is lifted.
    let locked = row(&drilled, "lock_out");
    assert_eq!((locked.state, locked.undone), (DrillState::Refused, Some(true)), "{drilled}");
    assert_eq!(drilled.left_behind().count(), 0);
    assert!(tenant.user(ADELE).unwrap().enabled);
}

#[tokio::test(start_paused = true)]
async fn a_synced_account_answers_what_pages_leave_open() {
    let tenant = SimulatedTenant::contoso();
    let synced = tenant.add_user(NewUser::cloud("drill@contoso.example").synced()).user_principal_name;
    let drilled = client(&tenant).real_drill(&*synced).confirm(&synced).await.unwrap();
    assert!(
        row(&drilled, "block_sign_in").question.is_some_and(|question| question.contains("synced")),
        "{drilled}"
    );
    assert!(row(&drilled, "reset_password").question.is_some_and(|question| question.contains("write-back")));
    assert_eq!(row(&drilled, "lock_out").state, DrillState::NotTried);
    tenant.set_caller(SimulatedCaller::app_only());
    let drilled = client(&tenant).real_drill(&*synced).confirm(&synced).await.unwrap();
    let reset = row(&drilled, "reset_password");
    assert_eq!((reset.state, reset.question), (DrillState::Refused, None), "{drilled}");
}

#[tokio::test(start_paused = true)]
async fn an_administrator_is_drilled_only_if_that_is_allowed() {
    let tenant = SimulatedTenant::contoso();
    let admin = tenant.add_user(NewUser::cloud("admin.drill@contoso.example").role(Role::UserAdministrator));
    let admin = admin.user_principal_name;
    tenant.set_caller(SimulatedCaller::app_only());
    let client = client(&tenant);
    let error = client.real_drill(&*admin).confirm(&admin).await.unwrap_err();
    assert!(error.to_string().contains("is privileged"), "{error}");
    let drilled = client.real_drill(&*admin).confirm(&admin).administrator().await.unwrap();
    let question = row(&drilled, "block_sign_in").question;
    assert!(question.is_some_and(|question| question.contains("without a directory role")), "{drilled}");
}

fn is_refused(drilled: Result<RealDrilled, Error>) -> String {
    let error = drilled.unwrap_err();
    assert!(error.as_refusal().is_some(), "{error}");
    error.to_string()
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_not_one_for_tests_is_refused_before_any_write() {
    let tenant = SimulatedTenant::contoso();
    let own = client(&tenant);
    assert!(is_refused(own.real_drill(ADELE).await).contains("not confirmed"));
    assert!(is_refused(own.real_drill(ADELE).confirm("alex@contoso.example").await).contains("alex"));
    let id = tenant.user(ADELE).unwrap().id.to_string();
    assert!(is_refused(own.real_drill(ADELE).confirm(id).await).contains("sign-in name"));
    tenant.set_caller(SimulatedCaller::delegated(ADELE, [Role::GlobalAdministrator]));
    assert!(
        is_refused(client(&tenant).real_drill(ADELE).confirm(ADELE).administrator().await).contains("own")
    );
    tenant.set_caller(SimulatedCaller::app_only());
    let guarded = tenant.client_builder().guard(Guard::new().protect([ADELE])).build().unwrap();
    assert!(is_refused(guarded.real_drill(ADELE).confirm(ADELE).await).contains("protected"));
    let mut sent = tenant.exchanges().into_iter();
    let asks = |path: &str| path.ends_with("/checkMemberGroups");
    assert!(sent.all(|exchange| exchange.method() == http::Method::GET || asks(exchange.uri().path())));
}

#[tokio::test(start_paused = true)]
async fn each_operation_leaves_a_journal_that_undo_reads() {
    let folder = std::env::temp_dir().join(format!("entra-ir-real-drill-{}", std::process::id()));
    let tenant = SimulatedTenant::contoso();
    let client = client(&tenant);
    let drilled = client.real_drill(ADELE).confirm(ADELE).folder(&folder).await.unwrap();
    assert!(drilled.is_whole(), "{drilled}");
    let place = row(&drilled, "block_sign_in").place.clone().unwrap();
    let shown = client.undo(entra_ir_core::containment::RunPlace::read(place).unwrap()).await.unwrap();
    assert_eq!(shown.steps.len(), 1, "{shown}");
    std::fs::remove_dir_all(folder).unwrap();
}
