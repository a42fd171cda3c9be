//! The guard protects an account through what belongs to it, and by groups.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entra_ir_core::receipt::Grade;
use entra_ir_core::receipt::{OWNER_CHECKED, SYNC_ACCOUNTS_NOT_READ};
use entra_ir_core::simulator::{Fault, NewDevice, NewGroup, NewUser, Role, SimulatedCaller};
use entra_ir_core::spec::{Effect, Endpoint, OperationSpec, Verb};
use entra_ir_core::target::{Scope, Target, TargetKind};
use entra_ir_core::wire::{Request, RequestBuilder, Response};
use entra_ir_core::{
    CallerKind, Client, Error, GraphCall, Guard, ObjectId, Protection, Refusal, ScriptedResponse,
    ScriptedTransport, SimulatedTenant, StaticToken,
};
use entra_ir_tests::{Judge, client_of, client_over};
use http::Method;

const ADELE: &str = "adele@contoso.example";
const ALEX: &str = "alex@contoso.example";
const BREAKGLASS: &str = "breakglass@contoso.example";
const RESPONDER: &str = "responder@contoso.example";
const SYNC: &str = "Sync_DC01_0123456789ab@contoso.onmicrosoft.com";
const ID: &str = "0ddb0000-0000-4000-8000-000000000777";

/// A write of one's own: the values of its path, and what it is about.
pub(crate) struct Act(pub(crate) &'static OperationSpec, Vec<(&'static str, String)>, Vec<Target>);

impl Act {
    pub(crate) fn new(
        spec: &'static OperationSpec,
        path: &[(&'static str, &dyn ToString)],
        target: Target,
    ) -> Self {
        Self(spec, path.iter().map(|(name, value)| (*name, value.to_string())).collect(), vec![target])
    }
}

impl GraphCall for Act {
    type Output = ();

    fn spec(&self) -> &'static OperationSpec {
        self.0
    }

    fn request(&self) -> Result<Request, Error> {
        let path = self.1.iter().fold(RequestBuilder::new(self.0), |at, (name, value)| at.var(name, value));
        let act = self.2.iter().cloned().fold(path, RequestBuilder::about);
        let is_patch = self.0.endpoint.verb == Verb::Patch;
        if is_patch { act.json(serde_json::json!({ "accountEnabled": false })) } else { act }.build()
    }

    fn decode(&self, _: &Response) -> Result<(), Error> {
        Ok(())
    }
}

const fn write(id: &'static str, verb: Verb, path: &'static str, target: TargetKind) -> OperationSpec {
    OperationSpec { target, ..OperationSpec::write(id, Endpoint::v1(verb, path), Effect::Contain, &[], &[]) }
}

static DEVICE: OperationSpec = write("disable_device", Verb::Patch, "/devices/{id}", TargetKind::Device);
static GRANT: OperationSpec =
    write("delete_grant", Verb::Delete, "/oauth2PermissionGrants/{id}", TargetKind::PermissionGrant);
static RULE: OperationSpec = write(
    "delete_rule",
    Verb::Delete,
    "/users/{user}/mailFolders/inbox/messageRules/{id}",
    TargetKind::InboxRule,
);
static APP: OperationSpec = OperationSpec {
    scope: Scope::Shared,
    ..write("disable_app", Verb::Patch, "/servicePrincipals/{id}", TargetKind::ServicePrincipal)
};
static OWN_APP: OperationSpec =
    write("disable_own_app", Verb::Patch, "/servicePrincipals/{id}", TargetKind::ServicePrincipal);
const ROLE_REMOVAL: OperationSpec = write(
    "remove_role",
    Verb::Delete,
    "/roleManagement/directory/roleAssignments/{id}",
    TargetKind::RoleAssignment,
);
static ROLE: OperationSpec = ROLE_REMOVAL;
static REMOVE: OperationSpec = OperationSpec { unseats: true, ..ROLE_REMOVAL };
static ADD_MEMBER: OperationSpec =
    write("add_member", Verb::Post, "/groups/{group}/members/$ref", TargetKind::GroupMembership);

fn guarded(tenant: &SimulatedTenant, guard: Guard) -> Client {
    client_of(tenant).guard(guard).build().unwrap()
}

pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => *refusal,
        other => panic!("not a refusal: {other:?}"),
    }
}

/// The guard let it through: the tenant itself knows no such write.
pub(crate) fn was_sent(result: Result<(), Error>) -> bool {
    result.is_err_and(|error| matches!(error, Error::Graph(_)))
}

fn by(refusal: &Refusal) -> Option<Protection> {
    match refusal {
        Refusal::Protected { by, .. } => Some(*by),
        _ => None,
    }
}

fn writes(tenant: &SimulatedTenant) -> usize {
    tenant.exchanges().iter().filter(|exchange| exchange.method() != Method::GET).count()
}

fn count(tenant: &SimulatedTenant, part: &str) -> usize {
    tenant.exchanges().iter().filter(|exchange| exchange.uri().to_string().contains(part)).count()
}

fn emergency_group(tenant: &SimulatedTenant) -> ObjectId {
    let inner = tenant.add_group(NewGroup::named("Inner").member(BREAKGLASS));
    tenant.add_group(NewGroup::named("EmergencyAccess").holds_group(inner))
}

#[tokio::test(start_paused = true)]
async fn a_device_is_protected_by_its_owner() {
    let tenant = SimulatedTenant::contoso();
    let own = tenant.add_device(ADELE, NewDevice::joined("LAPTOP")).unwrap();
    let other = tenant.add_device(ALEX, NewDevice::joined("OTHER")).unwrap();
    let client = guarded(&tenant, Guard::new().protect([ADELE]));
    let refused = refusal(client.disable_device(own).await);
    assert_eq!(by(&refused), Some(Protection::Listed), "{refused}");
    assert!(refused.to_string().contains(&format!("through the device {own}")), "{refused}");
    assert!(client.disable_device(other).await.is_ok());
    assert!(guarded(&tenant, Guard::new()).disable_device(own).await.is_ok(), "nothing is protected");
    assert_eq!(count(&tenant, "registeredOwners"), 3, "whether others use it counts, protected or not");
}

#[tokio::test(start_paused = true)]
async fn a_device_without_an_owner_needs_the_word_of_the_caller() {
    let tenant = SimulatedTenant::contoso();
    let device = tenant.add_device(ADELE, NewDevice::hybrid_joined("LAPTOP").not_owned()).unwrap();
    let client = guarded(&tenant, Guard::new().protect([BREAKGLASS]));
    let refused = refusal(client.disable_device(device).await);
    assert!(matches!(&refused, Refusal::OwnerUnknown { .. }), "{refused}");
    assert!(refused.to_string().contains("no registered owner"), "{refused}");
    assert!(refused.advice().contains("owner_checked()"), "{refused}");
    assert_eq!(writes(&tenant), 0);
    assert!(client.disable_device(device).owner_checked().await.is_ok());

    // One that may not be read is no better.
    tenant.inject(Fault::status(403).on(Method::GET, "/registeredOwners").times(9));
    let refused = refusal(client.disable_device(device).await);
    assert!(matches!(&refused, Refusal::OwnerUnknown { reason, .. } if reason.contains("403")), "{refused}");
    assert!(client.disable_device(device).owner_checked().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_word_that_the_owner_was_checked_frees_no_known_owner_and_is_in_the_receipt() {
    let tenant = SimulatedTenant::contoso();
    let own = tenant.add_device(ADELE, NewDevice::joined("LAPTOP")).unwrap();
    let client = guarded(&tenant, Guard::new().protect([ADELE]));
    let refused = refusal(client.disable_device(own).owner_checked().await);
    assert_eq!(by(&refused), Some(Protection::Listed), "{refused}");
    let receipt = client.block_sign_in(ALEX).owner_checked().await.unwrap();
    assert!(receipt.has(&OWNER_CHECKED) && receipt.is_success(), "{receipt}");
    assert!(!client.unblock_sign_in(ALEX).await.unwrap().has(&OWNER_CHECKED));
}

#[tokio::test(start_paused = true)]
async fn what_names_its_principal_is_protected_by_it_without_a_look_up() {
    let tenant = SimulatedTenant::contoso();
    let adele = tenant.user(ADELE).unwrap().id;
    let client = guarded(&tenant, Guard::new().protect([adele.to_string()]));
    let grant = |principal| {
        let id = "grant".parse().unwrap();
        Act::new(&GRANT, &[("{id}", &"grant")], Target::PermissionGrant { id, principal })
    };
    assert_eq!(by(&refusal(client.run(grant(Some(adele))).await)), Some(Protection::Listed));
    assert_eq!(tenant.requests(), 0);
    assert!(was_sent(client.run(grant(Some(ID.parse().unwrap()))).await));
    // A rule is protected by its user, whose name gives way to the id in target and path.
    let rule = Target::InboxRule { id: "r".parse().unwrap(), user: ADELE.parse().unwrap() };
    let act = Act::new(&RULE, &[("{user}", &ADELE), ("{id}", &"r")], rule);
    assert_eq!(by(&refusal(client.run(act).await)), Some(Protection::Listed));
}

#[tokio::test(start_paused = true)]
async fn the_principal_that_a_target_does_not_name_is_read() {
    let tenant = SimulatedTenant::contoso();
    let elena = tenant.user("elena@contoso.example").unwrap().id;
    let id = format!("{}-{elena}-1", Role::GlobalAdministrator.template_id());
    let remove = || {
        let target = Target::RoleAssignment { id: id.parse().unwrap(), principal: None };
        Act::new(&ROLE, &[("{id}", &id)], target)
    };
    let client = guarded(&tenant, Guard::new().protect([elena.to_string()]));
    assert_eq!(by(&refusal(client.run(remove()).await)), Some(Protection::Listed));
    assert!(was_sent(guarded(&tenant, Guard::new().protect([ID])).run(remove()).await));
}

#[tokio::test(start_paused = true)]
async fn a_grant_for_everyone_is_tenant_wide() {
    let grant = || {
        let target = Target::PermissionGrant { id: "g".parse().unwrap(), principal: None };
        Act::new(&GRANT, &[("{id}", &"g")], target)
    };
    let all = || {
        ScriptedResponse::answer(200).body(r#"{"id":"g","consentType":"AllPrincipals","principalId":null}"#)
    };
    let client = |transport: &ScriptedTransport, guard: Guard| {
        client_over(transport.clone(), Judge::Client).guard(guard).build().unwrap()
    };
    let transport = ScriptedTransport::new([all()]);
    let refused = refusal(client(&transport, Guard::new().protect([ID])).run(grant()).await);
    assert!(matches!(refused, Refusal::TenantWide { scope: Scope::Tenant, .. }), "{refused}");
    let transport = ScriptedTransport::new([all(), ScriptedResponse::answer(204)]);
    client(&transport, Guard::new().protect([ID]).allow_tenant_wide()).run(grant()).await.unwrap();
    // Of one user.
    let one = ScriptedResponse::answer(200).body(format!(r#"{{"id":"g","principalId":"{ID}"}}"#));
    let transport = ScriptedTransport::new([one]);
    let refused = refusal(client(&transport, Guard::new().protect([ID])).run(grant()).await);
    assert_eq!(by(&refused), Some(Protection::Listed), "{refused}");
    // An answer that names nobody proves nothing, whatever is allowed.
    let nobody = ScriptedResponse::answer(200).body(r#"{"id":"g"}"#);
    let transport = ScriptedTransport::new([nobody]);
    let wide = Guard::new().protect([ID]).allow_tenant_wide();
    let refused = refusal(client(&transport, wide).run(grant()).await);
    assert!(matches!(refused, Refusal::OwnerUnknown { .. }), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn what_reaches_beyond_one_account_needs_to_be_allowed() {
    let tenant = SimulatedTenant::contoso();
    let id: ObjectId = ID.parse().unwrap();
    let disable = |spec| Act::new(spec, &[("{id}", &id)], Target::ServicePrincipal { id });
    for guard in [Guard::new(), Guard::dry_run()] {
        let refused = refusal(guarded(&tenant, guard).run(disable(&APP)).await);
        assert!(matches!(refused, Refusal::TenantWide { scope: Scope::Shared, .. }), "{refused}");
    }
    assert_eq!(tenant.requests(), 0);
    assert!(was_sent(guarded(&tenant, Guard::new().allow_tenant_wide()).run(disable(&APP)).await));
    let only = || Guard::new().only([ADELE]);
    assert!(was_sent(guarded(&tenant, only().allow_tenant_wide()).run(disable(&APP)).await));
    let refused = refusal(guarded(&tenant, only().allow_tenant_wide()).run(disable(&OWN_APP)).await);
    assert!(matches!(refused, Refusal::NotAllowed { .. }), "it belongs to no account: {refused}");
}

#[tokio::test(start_paused = true)]
async fn members_of_a_protected_group_are_protected_and_read_again_after_five_minutes() {
    let tenant = SimulatedTenant::contoso();
    let group = emergency_group(&tenant);
    let client = guarded(&tenant, Guard::new().protect_group(group.to_string()));
    let refused = refusal(client.block_sign_in(BREAKGLASS).await);
    assert_eq!(by(&refused), Some(Protection::Group(group)), "{refused}");
    client.block_sign_in(ADELE).await.unwrap();
    client.unblock_sign_in(ADELE).await.unwrap();
    assert_eq!(count(&tenant, "transitiveMembers"), 1);
    let target = Target::GroupMembership { group, member: tenant.user(ADELE).unwrap().id };
    let add = Act::new(&ADD_MEMBER, &[("{group}", &group)], target);
    assert_eq!(by(&refusal(client.run(add).await)), Some(Protection::Group(group)), "nor is it added to");
    tenant.add_to_group(group, ADELE);
    tokio::time::advance(std::time::Duration::from_secs(301)).await;
    assert_eq!(by(&refusal(client.block_sign_in(ADELE).await)), Some(Protection::Group(group)));
}

#[tokio::test(start_paused = true)]
async fn a_protected_group_that_cannot_be_read_stops_every_write() {
    let tenant = SimulatedTenant::contoso();
    let group = emergency_group(&tenant);
    let client = guarded(&tenant, Guard::new().protect_group(group.to_string()));
    tenant.inject(Fault::status(403).on(Method::GET, "/transitiveMembers").times(1));
    let refused = refusal(client.block_sign_in(ADELE).await);
    assert!(matches!(&refused, Refusal::GroupNotRead { group: of, .. } if *of == group), "{refused}");
    assert_eq!(writes(&tenant), 0);
    client.block_sign_in(ADELE).await.expect("a refusal is not kept");

    let unknown = guarded(&tenant, Guard::new().only_group(ID));
    assert!(matches!(refusal(unknown.block_sign_in(ADELE).await), Refusal::GroupNotRead { .. }));
    assert!(matches!(
        client_of(&tenant).guard(Guard::new().protect_group("EmergencyAccess")).build(),
        Err(Error::Config(_))
    ));
}

#[tokio::test(start_paused = true)]
async fn two_thousand_members_are_all_protected() {
    let tenant = SimulatedTenant::empty();
    let mut group = NewGroup::named("Everybody");
    for number in 0..2_000 {
        let name = format!("user{number}@contoso.example");
        tenant.add_user(NewUser::cloud(&name));
        group = group.member(&name);
    }
    tenant.add_user(NewUser::cloud(ADELE));
    tenant.add_user(NewUser::cloud(RESPONDER));
    let group = tenant.add_group(group);
    let client = guarded(&tenant, Guard::new().protect_group(group.to_string()));
    for number in [0, 998, 999, 1_000, 1_999] {
        let name = format!("user{number}@contoso.example");
        assert_eq!(by(&refusal(client.block_sign_in(&name).await)), Some(Protection::Group(group)), "{name}");
    }
    assert!(count(&tenant, "transitiveMembers") >= 3, "in pages");
    assert_eq!(writes(&tenant), 0);
}

#[tokio::test(start_paused = true)]
async fn a_page_of_members_elsewhere_is_not_followed() {
    let members = format!("/v1.0/groups/{ID}/transitiveMembers/microsoft.graph.user");
    for next in [
        format!("https://attacker.example{members}?$skiptoken=x"),
        "https://graph.microsoft.com/v1.0/groups/other/transitiveMembers".to_owned(),
    ] {
        let page = format!(r#"{{"@odata.context":"x","value":[],"@odata.nextLink":"{next}"}}"#);
        let user = format!(r#"{{"id":"{ID}","userPrincipalName":"{ADELE}"}}"#);
        let transport = ScriptedTransport::new([
            ScriptedResponse::answer(200).body(user),
            ScriptedResponse::answer(200).body(page),
        ]);
        let guard = Guard::new().protect_group(ID);
        let client = client_over(transport.clone(), Judge::Client).guard(guard).build().unwrap();
        let refused = refusal(client.block_sign_in(ADELE).await);
        assert!(matches!(refused, Refusal::GroupNotRead { .. }), "{refused}");
        assert_eq!(transport.requests().len(), 2, "{next}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_those_who_are_named_may_be_touched() {
    let tenant = SimulatedTenant::contoso();
    let group = tenant.add_group(NewGroup::named("Suspects").member(ALEX));
    let guard = Guard::new().only([ADELE]).only_group(group.to_string());
    let client = guarded(&tenant, guard.clone());
    client.block_sign_in(ADELE).await.unwrap();
    client.block_sign_in(ALEX).await.unwrap();
    let refused = refusal(client.block_sign_in("jack@contoso.example").await);
    assert!(matches!(refused, Refusal::NotAllowed { .. }), "{refused}");
    let device = tenant.add_device("jack@contoso.example", NewDevice::joined("PC")).unwrap();
    assert!(matches!(refusal(client.disable_device(device).await), Refusal::NotAllowed { .. }));
    let protected = guarded(&tenant, guard.protect([ADELE]));
    assert_eq!(by(&refusal(protected.block_sign_in(ADELE).await)), Some(Protection::Listed));

    let nobody = guarded(&tenant, Guard::new().only(Vec::<String>::new()));
    assert!(matches!(refusal(nobody.block_sign_in(ADELE).await), Refusal::NotAllowed { .. }));
    let typo = guarded(&tenant, Guard::new().only(["adelle@contoso.example"]));
    assert!(matches!(refusal(typo.block_sign_in(ADELE).await), Refusal::AllowedUnresolved { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_names_no_target_is_refused_where_accounts_are_protected() {
    let tenant = SimulatedTenant::contoso();
    let act = || Act(&DEVICE, vec![("{id}", ID.to_owned())], Vec::new());
    let client = guarded(&tenant, Guard::new().protect([ADELE]));
    assert!(matches!(refusal(client.run(act()).await), Refusal::TargetUnknown { .. }));
    assert!(was_sent(guarded(&tenant, Guard::new()).run(act()).await));
    let keeps = Guard::new().keep_an_administrator(Vec::<String>::new());
    let act = Act(&REMOVE, vec![("{id}", "x".to_owned())], Vec::new());
    assert!(matches!(refusal(guarded(&tenant, keeps).run(act).await), Refusal::TargetUnknown { .. }));
    // Of several targets each is looked at.
    let adele = tenant.user(ADELE).unwrap().id;
    let other = Target::from(tenant.user(ALEX).unwrap().id);
    let both = Act(&DEVICE, vec![("{id}", ID.to_owned())], vec![other, Target::from(adele)]);
    assert_eq!(by(&refusal(client.run(both).await)), Some(Protection::Listed));
}

/// A JSON web token of this principal. Nobody verifies it.
fn token_of(id: ObjectId, kind: CallerKind) -> StaticToken {
    let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"oid":"{id}"}}"#));
    StaticToken::new(format!("eyJhbGciOiJub25lIn0.{claims}.c2ln")).speaking_for(kind)
}

#[tokio::test(start_paused = true)]
async fn the_account_of_the_token_is_protected_without_being_named() {
    let tenant = SimulatedTenant::contoso();
    let id = tenant.user(RESPONDER).unwrap().id;
    let token = || token_of(id, CallerKind::Delegated);
    let client = client_of(&tenant).credential(token()).build().unwrap();
    let refused = refusal(client.block_sign_in(RESPONDER).await);
    assert_eq!(by(&refused), Some(Protection::Caller), "{refused}");
    assert!(refused.advice().contains("allow_own_account"), "{refused}");
    assert_eq!((writes(&tenant), count(&tenant, "/me")), (0, 0), "the token says it");
    client.block_sign_in(ADELE).await.unwrap();
    let guard = Guard::new().allow_own_account();
    let free = client_of(&tenant).credential(token()).guard(guard).build().unwrap();
    assert!(free.block_sign_in(RESPONDER).await.unwrap().is_success());
}

#[tokio::test(start_paused = true)]
async fn the_service_principal_of_the_tool_is_protected_too() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_caller(SimulatedCaller::app_only());
    let id: ObjectId = ID.parse().unwrap();
    let client = client_of(&tenant)
        .credential(token_of(id, CallerKind::AppOnly))
        .guard(Guard::new().allow_tenant_wide())
        .build()
        .unwrap();
    let act = |id: ObjectId| Act::new(&APP, &[("{id}", &id)], Target::ServicePrincipal { id });
    assert_eq!(by(&refusal(client.run(act(id)).await)), Some(Protection::Caller));
    assert!(was_sent(client.run(act(tenant.user(ADELE).unwrap().id)).await));
}

#[tokio::test(start_paused = true)]
async fn who_calls_is_asked_once_whoever_asks_first() {
    for guard in [Guard::new(), Guard::new().protect_caller()] {
        let tenant = SimulatedTenant::contoso();
        let client = guarded(&tenant, guard);
        client.create_temporary_access_pass(ADELE).await.unwrap();
        client.create_temporary_access_pass(ADELE).await.unwrap();
        assert_eq!(count(&tenant, "/me"), 1);
        // From then on the own account is known, and protected without being named.
        assert_eq!(by(&refusal(client.block_sign_in(RESPONDER).await)), Some(Protection::Caller));
    }
}

#[tokio::test(start_paused = true)]
async fn an_opaque_token_costs_no_request_and_protects_nobody() {
    let tenant = SimulatedTenant::contoso();
    let receipt = guarded(&tenant, Guard::new()).block_sign_in(RESPONDER).await.unwrap();
    assert_eq!((receipt.grade, tenant.requests()), (Grade::Accepted, 2));
}

#[tokio::test(start_paused = true)]
async fn directory_synchronization_is_protected_by_name_without_a_request() {
    let tenant = SimulatedTenant::contoso();
    let id = tenant.add_user(NewUser::cloud(SYNC)).id;
    let client = guarded(&tenant, Guard::new());
    for name in [SYNC.to_owned(), SYNC.to_uppercase(), id.to_string()] {
        let refused = refusal(client.block_sign_in(name.as_str()).await);
        assert_eq!(by(&refused), Some(Protection::SyncAccount), "{name}: {refused}");
        assert!(refused.advice().contains("allow_sync_accounts"), "{refused}");
    }
    assert_eq!((writes(&tenant), tenant.requests()), (0, 3), "the read of the account says its name");
    let user = guarded(&tenant, Guard::new()).get_user(SYNC).await.unwrap();
    let other = guarded(&tenant, Guard::new());
    assert!(
        other.revoke_sign_in_sessions(&user).await.is_err(),
        "an account that was handed over has a name, too"
    );
    let free = guarded(&tenant, Guard::new().allow_sync_accounts());
    assert!(free.block_sign_in(SYNC).await.unwrap().is_success());
}

#[tokio::test(start_paused = true)]
async fn directory_synchronization_is_protected_by_role_where_the_guard_asks_anyway() {
    let tenant = SimulatedTenant::contoso();
    let renamed = "svc-connect@contoso.example";
    tenant.add_user(NewUser::cloud(renamed).role(Role::DirectorySynchronizationAccounts));
    let client = guarded(&tenant, Guard::new().protect([BREAKGLASS]));
    let refused = refusal(client.block_sign_in(renamed).await);
    assert_eq!(by(&refused), Some(Protection::SyncAccount), "{refused}");
    let receipt = client.block_sign_in(ADELE).await.unwrap();
    assert!(!receipt.has(&SYNC_ACCOUNTS_NOT_READ));
    assert_eq!(count(&tenant, "roleAssignments"), 1);

    // If the roles may not be read, names alone tell.
    tenant.inject(Fault::status(403).on(Method::GET, "/roleAssignments").times(1));
    let client = guarded(&tenant, Guard::new().protect([BREAKGLASS]));
    let receipt = client.unblock_sign_in(ADELE).await.unwrap();
    assert!(receipt.has(&SYNC_ACCOUNTS_NOT_READ) && receipt.is_success(), "{receipt}");
    let receipt = client.block_sign_in(ADELE).await.unwrap();
    assert!(receipt.has(&SYNC_ACCOUNTS_NOT_READ), "each receipt says so");
}
