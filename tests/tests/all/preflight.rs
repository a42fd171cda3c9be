//! What a preflight says, from the specs and the tables of the library, is what the simulated tenant answers,
//! whose own matrix another hand wrote from Microsoft's pages.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entra_ir_core::knowledge::{Expectation, ObstacleKind, PreflightCheck};
use entra_ir_core::model::{AccountSnapshot, MethodKind};
use entra_ir_core::operations::{AnyOperation, CATALOG};
use entra_ir_core::receipt::Grade;
use entra_ir_core::simulator::{NewMethod, NewUser, Role, SimulatedCaller};
use entra_ir_core::spec::OperationSpec;
use entra_ir_core::{CallerKind, Client, SimulatedTenant, StaticToken};
use entra_ir_tests::Cases;
use serde_json::{Value, json};

const RESPONDER: &str = "responder@contoso.example";

/// The operations on an account, with what they need beside it.
const OPERATIONS: [&str; 18] = [
    "get_user",
    "list_methods",
    "revoke_sign_in_sessions",
    "reset_password",
    "require_password_change",
    "delete_methods",
    "create_temporary_access_pass",
    "list_temporary_access_passes",
    "revoke_mfa_sessions",
    "require_mfa_reregistration",
    "lock_out",
    "block_sign_in",
    "unblock_sign_in",
    "confirm_user_compromised",
    "dismiss_user_risk",
    "list_devices",
    "list_grants",
    "disable_device",
];

fn spec(id: &str) -> &'static OperationSpec {
    CATALOG.iter().copied().find(|spec| spec.id == id).unwrap()
}

fn permissions_of(spec: &OperationSpec, kind: CallerKind, all: &mut BTreeSet<&'static str>) {
    all.extend(spec.permissions.of(kind).iter().copied().flatten());
    for used in spec.uses {
        permissions_of(used, kind, all);
    }
}

fn every_permission(kind: CallerKind) -> BTreeSet<&'static str> {
    let mut all = BTreeSet::new();
    for spec in CATALOG {
        permissions_of(spec, kind, &mut all);
    }
    all
}

/// A caller, as the simulated tenant takes it and as its token says.
#[derive(Clone, Debug)]
struct Who {
    kind: CallerKind,
    roles: Vec<Role>,
    permissions: BTreeSet<&'static str>,
}

impl Who {
    fn client(&self, tenant: &SimulatedTenant) -> Client {
        let caller = match self.kind {
            CallerKind::Delegated => SimulatedCaller::delegated(RESPONDER, self.roles.iter().copied()),
            CallerKind::AppOnly => SimulatedCaller::app_only(),
        };
        tenant.set_caller(caller.with_permissions(self.permissions.iter().copied()));
        let permissions: Vec<_> = self.permissions.iter().copied().collect();
        let claims = match self.kind {
            CallerKind::Delegated => json!({
                "idtyp": "user",
                "oid": tenant.user(RESPONDER).unwrap().id,
                "scp": permissions.join(" "),
                "wids": self.roles.iter().map(|role| role.template_id()).collect::<Vec<_>>(),
            }),
            CallerKind::AppOnly => json!({ "idtyp": "app", "roles": permissions }),
        };
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        let token = StaticToken::new(format!("eyJhbGciOiJub25lIn0.{claims}.c2ln"));
        tenant.client_builder().credential(token.speaking_for(self.kind)).build().unwrap()
    }
}

/// Everybody who may call: each role alone, none, and an application; with every permission.
fn callers() -> Vec<Who> {
    let permissions = every_permission(CallerKind::Delegated);
    let person =
        |roles: Vec<Role>| Who { kind: CallerKind::Delegated, roles, permissions: permissions.clone() };
    let mut all: Vec<_> = Role::ALL.into_iter().map(|role| person(vec![role])).collect();
    all.push(person(Vec::new()));
    let permissions = every_permission(CallerKind::AppOnly);
    all.push(Who { kind: CallerKind::AppOnly, roles: Vec::new(), permissions });
    all
}

/// Contoso, and an account for each role that an account can hold.
fn tenant() -> SimulatedTenant {
    let tenant = SimulatedTenant::contoso();
    for (number, role) in Role::ALL.into_iter().enumerate() {
        let user = NewUser::cloud(&format!("role{number}@contoso.example")).role(role);
        tenant.add_user(user.method(NewMethod::phone_mobile("+1 4255550199")));
    }
    tenant
}

fn operation(id: &str, target: &str, snapshot: &AccountSnapshot) -> Option<AnyOperation> {
    let operation = match id {
        "disable_device" => {
            let device = snapshot.devices.collected()?.first()?.id;
            json!({ "operation": id, "device": device })
        }
        "delete_methods" | "require_mfa_reregistration" => {
            snapshot
                .methods
                .collected()?
                .methods
                .iter()
                .find(|method| method.kind != MethodKind::Password)?;
            let operation = json!({ "operation": id, "user": target });
            if id == "delete_methods" { with(operation, "scope", &json!("all-removable")) } else { operation }
        }
        _ => json!({ "operation": id, "user": target }),
    };
    Some(AnyOperation::from_json(&operation.to_string()).unwrap_or_else(|error| panic!("{id}: {error}")))
}

fn with(mut operation: Value, name: &str, value: &Value) -> Value {
    operation[name] = value.clone();
    operation
}

/// What the simulated tenant, or the library before it, answered; nothing if nothing had to be sent.
async fn answered(client: &Client, operation: AnyOperation) -> Option<Result<(), String>> {
    match client.run(operation).await {
        Ok(output) => match output.receipt() {
            Some(receipt) if receipt.exchanges.is_empty() => None,
            Some(receipt) if receipt.grade == Grade::Refused => Some(Err(receipt.to_string())),
            _ => Some(Ok(())),
        },
        Err(error) => Some(Err(error.to_string())),
    }
}

/// What nobody documents: whether an application's permission reaches administrators, and whether write-back
/// is set up. Everything else can be told when every read is allowed.
fn is_documented_nowhere(check: &PreflightCheck, who: &Who) -> bool {
    check.because.iter().all(|obstacle| match obstacle.kind {
        ObstacleKind::Target => who.kind == CallerKind::AppOnly,
        ObstacleKind::Synced => check.operation == "reset_password",
        _ => false,
    })
}

async fn compare(
    target: &str,
    who: &Who,
    snapshot: &AccountSnapshot,
    wrong: &mut Vec<String>,
) -> BTreeMap<String, u32> {
    let mut seen = BTreeMap::new();
    let mut tenant = tenant();
    let mut client = who.client(&tenant);
    let preflight = client.preflight(OPERATIONS.map(spec), Some(snapshot)).await.unwrap();
    for check in &preflight.checks {
        let Some(operation) = operation(&check.operation, target, snapshot) else { continue };
        let Some(answer) = answered(&client, operation).await else { continue };
        let holds = match check.expected {
            Expectation::Allowed => answer.is_ok(),
            Expectation::Refused => answer.is_err(),
            _ => is_documented_nowhere(check, who),
        };
        if !holds {
            let roles = &who.roles;
            wrong.push(format!("{:?} {roles:?} on {target}: {check}; answered {answer:?}", who.kind));
        }
        *seen.entry(format!("{} {}", check.operation, check.expected)).or_default() += 1;
        if answer.is_ok() && spec(&check.operation).effect.writes() {
            tenant = self::tenant();
            client = who.client(&tenant);
        }
    }
    seen
}

/// Every pair of a caller and an account in `make deep`, and as many as fit otherwise.
const PAIRS: u64 = 500;

#[tokio::test(start_paused = true)]
async fn what_is_said_of_each_role_on_each_account_is_what_is_answered() {
    let everything = tenant();
    let reader = everything.client().unwrap();
    let users = everything.users().into_iter().filter(|user| user.user_principal_name != RESPONDER);
    let users: Vec<_> = users.collect();
    let mut snapshots = Vec::new();
    for user in &users {
        snapshots.push(reader.snapshot(user.id).await.unwrap());
    }
    let (callers, mut seen, mut wrong) = (callers(), BTreeMap::<String, u32>::new(), Vec::new());
    let all = u64::try_from(users.len() * callers.len()).unwrap();
    let mut cases = Cases::of("what_is_said_of_each_role_on_each_account_is_what_is_answered", PAIRS);
    for seed in cases.by_ref() {
        // A prime stride visits every pair before it repeats one.
        let pair = usize::try_from(seed.wrapping_mul(7919) % all).unwrap();
        let (place, who) = (pair / callers.len(), &callers[pair % callers.len()]);
        let target = &users[place].user_principal_name;
        for (what, count) in compare(target, who, &snapshots[place], &mut wrong).await {
            *seen.entry(what).or_default() += count;
        }
    }
    println!("{} answers: {seen:?}", seen.values().sum::<u32>());
    assert!(wrong.is_empty(), "{} of them wrong:\n{}", wrong.len(), wrong.join("\n"));
    for said in ["allowed", "refused"] {
        for id in OPERATIONS.into_iter().filter(|id| spec(id).effect.writes()) {
            assert!(seen.contains_key(&format!("{id} {said}")), "{id} was never {said}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_said_of_each_permission_is_what_is_answered() {
    let everything = tenant();
    let target = "adele@contoso.example";
    let snapshot = everything.client().unwrap().snapshot(target).await.unwrap();
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for kind in [CallerKind::Delegated, CallerKind::AppOnly] {
        let every = every_permission(kind);
        let roles = if kind == CallerKind::Delegated { vec![Role::GlobalAdministrator] } else { Vec::new() };
        let without = every.iter().map(|left_out| {
            every.iter().copied().filter(|permission| permission != left_out).collect::<BTreeSet<_>>()
        });
        let alone = OPERATIONS
            .iter()
            .flat_map(|id| spec(id).permissions.of(kind))
            .map(|set| set.iter().copied().chain(["User.Read.All"]).collect::<BTreeSet<_>>());
        for permissions in without.chain(alone).chain([BTreeSet::new()]) {
            let who = Who { kind, roles: roles.clone(), permissions };
            for (what, count) in compare(target, &who, &snapshot, &mut wrong).await {
                *seen.entry(what).or_default() += count;
            }
        }
    }
    println!("{} answers: {seen:?}", seen.values().sum::<u32>());
    assert!(wrong.is_empty(), "{} of them wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// A token that cannot be read, roles that may not be read, and an account of which nothing may be read: what
/// decides is unknown, and is never taken for allowed.
#[tokio::test]
async fn what_was_not_read_cannot_be_told() {
    let tenant = tenant();
    let snapshot = tenant.client().unwrap().snapshot("adele@contoso.example").await.unwrap();
    let opaque = StaticToken::new("opaque").speaking_for(CallerKind::Delegated);
    let opaque = tenant.client_builder().credential(opaque).build().unwrap();
    let preflight = opaque.preflight([spec("block_sign_in")], Some(&snapshot)).await.unwrap();
    assert_eq!(preflight.checks[0].expected, Expectation::CannotTell, "{preflight}");
    let kinds: Vec<_> = preflight.checks[0].because.iter().map(|obstacle| obstacle.kind).collect();
    assert!(kinds.contains(&ObstacleKind::Permission), "{preflight}");
    assert_eq!(preflight.callers[0].kind, Some(CallerKind::Delegated));

    let bare = AccountSnapshot::new(snapshot.user.clone(), snapshot.taken_at);
    let administrator = Who {
        kind: CallerKind::Delegated,
        roles: vec![Role::UserAdministrator],
        permissions: every_permission(CallerKind::Delegated),
    };
    let client = administrator.client(&tenant);
    let preflight = client.preflight([spec("block_sign_in")], Some(&bare)).await.unwrap();
    assert_eq!(preflight.checks[0].expected, Expectation::CannotTell, "{preflight}");
    let unlimited = Who { roles: vec![Role::PrivilegedAuthenticationAdministrator], ..administrator };
    let preflight = unlimited.client(&tenant).preflight([spec("block_sign_in")], Some(&bare)).await.unwrap();
    assert_eq!(preflight.checks[0].expected, Expectation::Allowed, "{preflight}");
    assert!(preflight.is_clear(), "{preflight}");
}

#[tokio::test]
async fn the_reason_names_what_the_account_holds_and_who_may() {
    let tenant = tenant();
    let snapshot = tenant.client().unwrap().snapshot("frank@contoso.example").await.unwrap();
    let permissions = every_permission(CallerKind::Delegated);
    let roles = vec![Role::AuthenticationAdministrator];
    let client = Who { kind: CallerKind::Delegated, roles, permissions }.client(&tenant);
    let preflight = client.preflight([spec("delete_methods")], Some(&snapshot)).await.unwrap();
    let [check] = &preflight.checks[..] else { panic!("{preflight}") };
    assert_eq!(check.caller, None);
    let said = check.to_string();
    assert!(said.contains("role-assignable group \""), "{said}");
    assert!(said.contains("Privileged Authentication Administrator or Global Administrator"), "{said}");
    assert!(said.contains("the signed-in user holds Authentication Administrator"), "{said}");
}

#[tokio::test]
async fn a_change_of_the_operators_own_account_comes_first() {
    let tenant = tenant();
    tenant.set_caller(SimulatedCaller::app_only());
    tenant.client().unwrap().reset_password(RESPONDER).await.unwrap();
    tenant.set_caller(SimulatedCaller::delegated(RESPONDER, [Role::UserAdministrator]));
    let client = tenant.client().unwrap();
    let preflight = client.preflight([spec("block_sign_in")], None).await.unwrap();
    assert!(!preflight.is_clear());
    let [surprise] = &preflight.surprises[..] else { panic!("{preflight}") };
    assert!(
        surprise.starts_with("the signed-in user's own account: its password was changed at "),
        "{surprise}"
    );
    assert!(preflight.to_string().starts_with("! the signed-in user's own account"), "{preflight}");
}

#[tokio::test]
async fn a_token_without_mfa_is_noted_where_keys_are_removed() {
    let tenant = tenant();
    let snapshot = tenant.client().unwrap().snapshot("adele@contoso.example").await.unwrap();
    for (amr, notes) in [(json!(["pwd"]), 1), (json!(["pwd", "mfa"]), 0), (json!([]), 0)] {
        let permissions: Vec<_> = every_permission(CallerKind::Delegated).into_iter().collect();
        let claims = json!({
            "idtyp": "user",
            "scp": permissions.join(" "),
            "wids": [Role::GlobalAdministrator.template_id()],
            "amr": amr,
        });
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        let token = StaticToken::new(format!("eyJhbGciOiJub25lIn0.{claims}.c2ln"));
        let token = token.speaking_for(CallerKind::Delegated);
        let client = tenant.client_builder().credential(token).build().unwrap();
        let preflight = client.preflight([spec("delete_methods")], Some(&snapshot)).await.unwrap();
        assert_eq!(preflight.checks[0].notes.len(), notes, "{preflight}");
        assert_eq!(preflight.checks[0].expected, Expectation::Allowed);
    }
}

#[tokio::test]
async fn a_role_that_the_account_may_activate_is_noted() {
    let tenant = tenant();
    let snapshot = tenant.client().unwrap().snapshot("jack@contoso.example").await.unwrap();
    for (role, notes) in [(Role::UserAdministrator, 1), (Role::PrivilegedAuthenticationAdministrator, 0)] {
        let permissions = every_permission(CallerKind::Delegated);
        let client = Who { kind: CallerKind::Delegated, roles: vec![role], permissions }.client(&tenant);
        let preflight = client.preflight([spec("block_sign_in")], Some(&snapshot)).await.unwrap();
        assert_eq!(preflight.checks[0].expected, Expectation::Allowed, "{preflight}");
        assert_eq!(preflight.checks[0].notes.len(), notes, "{preflight}");
        let says = preflight.to_string().contains("the account may activate Global Administrator");
        assert_eq!(says, notes == 1, "{preflight}");
    }
}
