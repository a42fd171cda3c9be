//! The permissions of every description agree with Microsoft's tables, and its roles with the role matrix.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use entra_ir_core::operations::{AnyOperation, CATALOG};
use entra_ir_core::simulator::{Role, SimulatedCaller};
use entra_ir_core::spec::{OperationSpec, Verb};
use entra_ir_core::{MethodId, SimulatedTenant};
use entra_ir_tests::{client_of, shared};
use serde_json::json;

/// The permissions that Microsoft lists for one request and one kind of caller.
#[derive(Debug, Default)]
struct Listed {
    /// Those that the table marks as least privileged.
    least: BTreeSet<String>,
    all: BTreeSet<String>,
}

/// What Microsoft lists for a request: delegated, then application.
type Matrix = BTreeMap<String, [Listed; 2]>;

const KINDS: [&str; 2] = ["delegated", "application"];

/// Requests of which the tables have no row, and where the permissions are from.
const NOT_LISTED: [(&str, &str); 6] = [
    ("GET /users", "the page user-list"),
    ("GET /domains/{id}", "the page domain-get"),
    ("GET /organization", "the page organization-list"),
    ("GET /oauth2permissiongrants/{id}", "the page oauth2permissiongrant-get"),
    ("GET /serviceprincipals", "the page serviceprincipal-list"),
    (
        "GET /policies/authenticationmethodspolicy/authenticationmethodconfigurations/temporaryaccesspass",
        "the page temporaryaccesspassauthenticationmethodconfiguration-get",
    ),
];

/// Requests of beta that Microsoft's table does not have at all.
const BETA_NOT_LISTED: [&str; 2] = [
    "GET /users/{id}/authentication/signinpreferences",
    "PATCH /users/{id}/authentication/signinpreferences",
];

/// Permissions that a description names although the table has no such row, and why.
const NAMED_ALL_THE_SAME: [(&str, &str, &str); 3] = [
    ("list_owned_groups", "GroupMember.Read.All", "without a permission for groups only their ids come"),
    ("reset_password", "Directory.AccessAsUser.All", "the permission of callers from before 2025"),
    ("require_password_change", "Directory.AccessAsUser.All", "the permission of callers from before 2025"),
];

/// Requests whose least set is not what the table marks, and why.
const OTHER_LEAST: [(&str, &str); 9] = [
    ("GET /users/{id}", "User.ReadBasic.All reads neither accountEnabled nor the times of sessions"),
    ("PATCH /users/{id}", "the permission depends on the property: those for it alone are narrower"),
    ("POST /users/{id}/checkmembergroups", "the page wants the user and the groups, no application"),
    ("GET /users/{id}/approleassignments", "the other one that is marked writes, and can take over a tenant"),
    ("PATCH /serviceprincipals/{id}", "Application.ReadWrite.OwnedBy covers the caller's own ones alone"),
    ("GET /serviceprincipals/{id}", "Application.ReadWrite.OwnedBy writes"),
    ("GET /users/{id}/authentication/temporaryaccesspassmethods", "the other one that is marked writes"),
    ("DELETE /users/{id}/authentication/{id}/{id}", "one description for all types of methods"),
    ("DELETE /oauth2permissiongrants/{id}", "the table marks none"),
];

/// Returns a path as the tables write it: in lower case, every variable `{id}`, without casts.
fn templated(path: &str) -> String {
    let segments = path.split('/').filter(|segment| !segment.starts_with("microsoft.graph."));
    let id = |segment: &str| segment.starts_with('{') || segment.parse::<entra_ir_core::ObjectId>().is_ok();
    let named = segments.map(|segment| if id(segment) { "{id}".to_owned() } else { segment.to_lowercase() });
    named.collect::<Vec<_>>().join("/")
}

const fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Post => "POST",
        Verb::Patch => "PATCH",
        Verb::Delete => "DELETE",
        _ => "GET",
    }
}

fn listed(cell: &str) -> Listed {
    let mut found = Listed::default();
    for (place, part) in cell.split("**").enumerate() {
        for name in part.split([',', ';']).map(str::trim).filter(|name| !name.is_empty() && *name != "—") {
            if place % 2 == 1 {
                found.least.insert(name.to_owned());
            }
            found.all.insert(name.to_owned());
        }
    }
    found
}

/// Reads every table of requests; `None` where the contract is not beside the repository.
fn matrix() -> Option<Matrix> {
    let text = fs::read_to_string(shared("graph-contract.md")?).unwrap();
    let mut rows = Matrix::new();
    for line in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [request, delegated, application] = cells[..] else { continue };
        let Some((method, path)) = request.split_once(" `") else { continue };
        if ["GET", "POST", "PATCH", "DELETE"].contains(&method) {
            let request = format!("{method} {}", templated(path.trim_end_matches('`')));
            rows.insert(request, [listed(delegated), listed(application)]);
        }
    }
    assert!(rows.len() > 100, "the tables of the contract have another form: {} rows", rows.len());
    Some(rows)
}

/// Lists every description that a call of the client may send, each once.
fn descriptions() -> Vec<&'static OperationSpec> {
    let mut found: Vec<&'static OperationSpec> = CATALOG.to_vec();
    let mut next = 0;
    while next < found.len() {
        for part in found[next].uses {
            if !found.iter().any(|known| known.id == part.id) {
                found.push(part);
            }
        }
        next += 1;
    }
    found
}

/// Returns whether a permission reaches the signed-in user alone.
fn only_self(name: &str) -> bool {
    ["User.Read", "User.ReadWrite"].contains(&name) || name.starts_with("UserAuth") && !name.ends_with(".All")
}

fn request(spec: &OperationSpec) -> String {
    let request = format!("{} {}", verb(spec.endpoint.verb), templated(spec.endpoint.path));
    // The table omits the id of the token.
    request.replace("hardwareoathmethods/{id}/deactivate", "hardwareoathmethods/deactivate")
}

#[test]
fn every_permission_is_one_that_microsoft_lists() {
    let Some(matrix) = matrix() else { return };
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for spec in descriptions() {
        let request = request(spec);
        let types = "DELETE /users/{id}/authentication/{id}/{id}";
        // A method is deleted below the segment of its type, and each of those rows has to list it.
        let rows: Vec<_> = if request == types {
            let below = |row: &str| {
                row.starts_with("DELETE /users/{id}/authentication/") && row.ends_with("methods/{id}")
            };
            matrix.iter().filter(|(row, _)| below(row)).map(|(_, listed)| listed).collect()
        } else {
            matrix.get(&request).into_iter().collect()
        };
        if rows.is_empty() {
            let named = NOT_LISTED.iter().any(|(row, _)| *row == request);
            if !named && !BETA_NOT_LISTED.contains(&request.as_str()) {
                wrong.push(format!("{}: the tables have no row for {request}", spec.id));
            }
            known.insert(request);
            continue;
        }
        for row in rows {
            for (kind, sets) in [spec.permissions.delegated, spec.permissions.application].iter().enumerate()
            {
                let listed = &row[kind];
                if sets.is_empty() != listed.all.is_empty() {
                    wrong.push(format!("{} {}: {sets:?}, listed {:?}", spec.id, KINDS[kind], listed.all));
                    continue;
                }
                let Some(least) = sets.first().copied() else { continue };
                let all_the_same = |name: &str| {
                    NAMED_ALL_THE_SAME.iter().any(|(id, named, _)| (*id, *named) == (spec.id, name))
                };
                // The permission of another request that is sent with it is not in the row.
                let beside = |name: &str| {
                    spec.uses.iter().any(|part| {
                        [part.permissions.delegated, part.permissions.application][kind]
                            .iter()
                            .any(|set| set.contains(&name))
                    })
                };
                for name in sets.iter().copied().flatten() {
                    if !listed.all.contains(*name) && !all_the_same(name) && !beside(name) {
                        wrong.push(format!("{} {}: {name} is not listed", spec.id, KINDS[kind]));
                    }
                }
                let other: BTreeSet<_> = listed.least.iter().filter(|name| !only_self(name)).collect();
                let agrees = least.iter().any(|name| other.iter().any(|listed| *listed == name));
                if OTHER_LEAST.iter().any(|(row, _)| *row == request) {
                    known.insert(request.clone());
                } else if !agrees && !other.is_empty() {
                    wrong.push(format!("{} {}: {least:?}, least is {other:?}", spec.id, KINDS[kind]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let excepted = OTHER_LEAST.iter().chain(&NOT_LISTED).map(|(row, _)| *row).chain(BETA_NOT_LISTED);
    let idle: Vec<_> = excepted.filter(|row| !known.contains(*row)).collect();
    assert!(idle.is_empty(), "these exceptions are not needed: {idle:?}");
}

/// The roles of the security operations centre, which act on accounts without a role.
const SECURITY: [Role; 3] = [Role::SecurityOperator, Role::SecurityAdministrator, Role::SocIdentityResponder];

/// Every role that a description of a write on an account may name.
const ROLES: [Role; 8] = [
    Role::PasswordAdministrator,
    Role::HelpdeskAdministrator,
    Role::AuthenticationAdministrator,
    Role::UserAdministrator,
    Role::SecurityOperator,
    Role::SecurityAdministrator,
    Role::SocIdentityResponder,
    Role::PrivilegedAuthenticationAdministrator,
];

const ADELE: &str = "adele@contoso.example";

/// Writes on an account that need a role.
fn writes() -> Vec<AnyOperation> {
    let method = MethodId::try_from("00000000-0000-0000-0000-00000000abcd").unwrap();
    let mut writes = Vec::new();
    for id in [
        "block_sign_in",
        "unblock_sign_in",
        "lock_out",
        "reset_password",
        "require_password_change",
        "revoke_sign_in_sessions",
        "create_temporary_access_pass",
    ] {
        writes.push(json!({ "operation": id, "user": ADELE }));
    }
    writes.push(json!({ "operation": "delete_methods", "user": ADELE, "scope": "all-removable" }));
    writes.push(json!({ "operation": "delete_method", "user": ADELE, "kind": "fido2", "id": method }));
    writes.into_iter().map(|json| AnyOperation::from_json(&json.to_string()).unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn each_role_that_a_write_names_is_enough_for_it_and_no_other_is() {
    for write in writes() {
        let spec = write.spec();
        for role in ROLES {
            let tenant = SimulatedTenant::contoso();
            tenant.set_caller(SimulatedCaller::delegated("responder@contoso.example", [role]));
            let mut write = write.clone();
            for slot in write.empty_slots() {
                write.fill(&slot, "a new password that is Long1".into());
            }
            let done = client_of(&tenant).build().unwrap().run(write).await;
            let allowed = match &done {
                Ok(output) => output.receipt().is_none_or(entra_ir_core::receipt::Receipt::is_success),
                Err(_) => false,
            };
            assert_eq!(
                allowed,
                spec.roles.contains(&role.display_name()),
                "{} by {role:?}: {done:?}",
                spec.id
            );
        }
    }
}

#[test]
fn the_security_roles_may_lock_an_account_and_touch_no_method() {
    let security: Vec<_> = SECURITY.iter().map(|role| role.display_name()).collect();
    let locks = [
        "block_sign_in",
        "unblock_sign_in",
        "lock_out",
        "reset_password",
        "require_password_change",
        "revoke_sign_in_sessions",
        "revoke_mfa_sessions",
    ];
    for spec in CATALOG {
        let named = security.iter().filter(|role| spec.roles.contains(role)).count();
        if locks.contains(&spec.id) {
            assert_eq!(named, security.len(), "{}: {:?}", spec.id, spec.roles);
        }
        if spec.endpoint.path.contains("/authentication/") {
            assert_eq!(named, 0, "{}: {:?}", spec.id, spec.roles);
        }
    }
}
