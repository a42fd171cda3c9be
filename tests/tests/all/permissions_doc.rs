//! `docs/permissions.md` agrees with what the library computes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use entra_ir_core::CallerKind;
use entra_ir_core::knowledge::{
    CallerPermissions, Incident, PermissionSet, RegisteredBy, Registration, TAKEOVER_PERMISSIONS,
    permissions_for,
};
use entra_ir_core::operations::CATALOG;
use entra_ir_core::spec::OperationSpec;

#[test]
fn permissions_doc_is_not_stale() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/permissions.md");
    let made = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "docs/permissions.md is stale: run `make docs-generated`");
}

const HEAD: &str = "\
# Permissions

Generated from the operation catalog by `make docs-generated`; a test fails when it is stale. Another test
holds each permission against Microsoft's tables.

Each set is the least that is enough, with all requests that an operation sends. In brackets is the request
that needs a permission, if it is not the main one. [operations.md](operations.md) names the alternatives.
`permissions_for` and `entra-ir permissions` return the same for any operations, a plan or an advice, and
`compare_permissions` compares it with what a token holds. What the guard looks up (`protect_groups`, the last
administrator) is not in these sets.

1. [Four registrations](#four-registrations)
2. [Permissions that can take over a tenant](#permissions-that-can-take-over-a-tenant)
3. [Operations](#operations)
4. [Incidents](#incidents)
5. [Roles](#roles)
";

fn page() -> String {
    let mut page = String::from(HEAD);
    registrations(&mut page);
    takeovers(&mut page);
    operations(&mut page);
    incidents(&mut page);
    roles(&mut page);
    page
}

fn registrations(page: &mut String) {
    page.push_str(
        "\n## Four registrations\n\nEach is an application registration of its own, with its own credential. Which \
         operation belongs to which follows\nfrom what its writes reach.\n",
    );
    for registration in Registration::ALL {
        let title = registration.slug();
        writeln!(page, "\n### {}{}\n", title[..1].to_uppercase(), &title[1..]).unwrap();
        writeln!(page, "It {}. It is apart because {}.\n", registration.may(), registration.why()).unwrap();
        let ids: Vec<_> = registration.operations().map(|spec| format!("`{}`", spec.id)).collect();
        writeln!(page, "Operations: {}.\n", ids.join(", ")).unwrap();
        table(page, &registration.permissions());
    }
}

fn table(page: &mut String, set: &PermissionSet) {
    page.push_str("| permission | delegated | application | needed by |\n|---|---|---|---|\n");
    let names: BTreeSet<_> = set.delegated.names().chain(set.application.names()).collect();
    for name in names {
        let mut by: Vec<&str> = Vec::new();
        let has = |of: &CallerPermissions| of.names().any(|held| held == name);
        let (delegated, application) = (has(&set.delegated), has(&set.application));
        for permission in set.delegated.permissions.iter().chain(&set.application.permissions) {
            if permission.name == name {
                by.extend(permission.needed_by.iter().map(String::as_str));
            }
        }
        let mut once: Vec<String> = Vec::new();
        for label in by.into_iter().map(code) {
            if !once.contains(&label) {
                once.push(label);
            }
        }
        let yes = |held: bool| if held { "yes" } else { "" };
        writeln!(page, "| `{name}` | {} | {} | {} |", yes(delegated), yes(application), once.join(", "))
            .unwrap();
    }
    for role in &set.delegated.roles {
        let by: Vec<_> = role.needed_by.iter().map(|label| code(label)).collect();
        writeln!(page, "| role {} | yes |  | {} |", role.name, by.join(", ")).unwrap();
    }
    let impossible: Vec<_> = set.application.impossible.iter().map(|label| code(label)).collect();
    if !impossible.is_empty() {
        writeln!(page, "\nNot possible for an application at all: {}.", impossible.join(", ")).unwrap();
    }
}

/// Marks the name of the operation as code.
fn code(label: &str) -> String {
    match label.split_once(' ') {
        Some((operation, requests)) => format!("`{operation}` {requests}"),
        None => format!("`{label}`"),
    }
}

fn takeovers(page: &mut String) {
    page.push_str(
        "\n## Permissions that can take over a tenant\n\nNo set but *privileged* has one. `compare_permissions` \
         names one that a token holds without need before all else.\n\n| permission | how | needed by |\n|---|---|---|\n",
    );
    let all = permissions_for(CATALOG.iter().copied());
    for (name, how) in TAKEOVER_PERMISSIONS {
        let needed: Vec<_> =
            all.takeovers().filter(|one| one.name == *name).flat_map(|one| &one.needed_by).collect();
        let needed: Vec<_> = needed.into_iter().map(|label| code(label)).collect();
        let needed = if needed.is_empty() { "nothing here".to_owned() } else { needed.join(", ") };
        writeln!(page, "| `{name}` | {how} | {needed} |").unwrap();
    }
    page.push_str(
        "\nOther permissions reach less, and far enough: with `UserAuthenticationMethod.ReadWrite.All` or\n\
         `UserAuthMethod-TAP.ReadWrite.All` an application can issue itself a pass for an account, and\n\
         `Directory.AccessAsUser.All` lets it do in the directory whatever its signed-in user may.\n",
    );
}

fn names(of: &CallerPermissions) -> String {
    let names: Vec<_> = of.names().map(|name| format!("`{name}`")).collect();
    let mut text = names.join(", ");
    if !of.impossible.is_empty() {
        let labels: Vec<_> = of.impossible.iter().map(|label| code(label)).collect();
        write!(text, "; not possible: {}", labels.join(", ")).unwrap();
    }
    text
}

fn roles_of(set: &PermissionSet) -> String {
    set.delegated.roles.iter().map(|role| role.name).collect::<Vec<_>>().join(", ")
}

fn operations(page: &mut String) {
    page.push_str(
        "\n## Operations\n\nThe roles are those of a signed-in user who acts on a target without a role.\n\n\
         | operation | registration | delegated | application | roles |\n|---|---|---|---|---|\n",
    );
    for spec in CATALOG {
        let set = permissions_for([*spec]);
        let id = spec.id;
        let (delegated, application) = (names(&set.delegated), names(&set.application));
        let application = if delegated == application { "the same".to_owned() } else { application };
        let registration = Registration::of(spec);
        let roles = roles_of(&set);
        writeln!(
            page,
            "| [`{id}`](operations.md#{id}) | {registration} | {delegated} | {application} | {roles} |"
        )
        .unwrap();
    }
}

/// Lists every incident, each without facts.
fn every_incident() -> [Incident; 10] {
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

fn incidents(page: &mut String) {
    page.push_str(
        "\n## Incidents\n\nWhat the plan for an incident may need, for any kind of account, and the snapshot that a \
         run takes. The plan for one\naccount needs less: ask `permissions_for` with the plan.\n\n\
         | incident | operations | delegated | application | roles |\n|---|---|---|---|---|\n",
    );
    for incident in every_incident() {
        let specs = incident.operations();
        let set = permissions_for(specs.iter().copied());
        let ids: Vec<_> = specs.iter().map(|spec| format!("`{}`", spec.id)).collect();
        let (delegated, application) = (names(&set.delegated), names(&set.application));
        let application = if delegated == application { "the same".to_owned() } else { application };
        writeln!(
            page,
            "| `{}` | {} | {delegated} | {application} | {} |",
            incident.slug(),
            ids.join(", "),
            roles_of(&set)
        )
        .unwrap();
    }
}

fn roles(page: &mut String) {
    page.push_str(
        "\n## Roles\n\nA signed-in user needs a role besides the permission, active and not only eligible. These are \
         enough for a target without\na role. A target that holds a role, active or eligible, or is a member or owner of \
         a role-assignable group, may require\nmore: **Privileged Authentication Administrator** may act on all of them, \
         the others on few or none, the security roles on\nnone. An application holds no role by default: its permissions \
         decide. Source: \"Privileged roles and permissions\".\n\n| role | is enough for |\n|---|---|\n",
    );
    let named: BTreeSet<&str> =
        CATALOG.iter().flat_map(|spec| parts(spec)).flat_map(|part| part.roles).copied().collect();
    for role in named {
        let enough: Vec<_> = CATALOG
            .iter()
            .filter(|spec| spec.roles.contains(&role))
            .map(|spec| format!("`{}`", spec.id))
            .collect();
        let reads: BTreeSet<_> = CATALOG
            .iter()
            .flat_map(|spec| parts(spec))
            .filter(|part| part.roles.contains(&role) && !CATALOG.iter().any(|spec| spec.id == part.id))
            .map(|part| part.id)
            .collect();
        let mut text = enough.join(", ");
        if !reads.is_empty() {
            let separator = if text.is_empty() { "" } else { "; " };
            write!(text, "{separator}the requests {}", reads.into_iter().collect::<Vec<_>>().join(", "))
                .unwrap();
        }
        writeln!(page, "| {role} | {text} |").unwrap();
    }
}

fn parts(spec: &'static OperationSpec) -> Vec<&'static OperationSpec> {
    let mut found = vec![spec];
    for part in spec.uses {
        found.extend(parts(part));
    }
    found
}

#[test]
fn the_incidents_are_all_there_are() {
    let words: BTreeSet<_> = every_incident().iter().map(Incident::slug).collect();
    assert_eq!(words.len(), every_incident().len());
    assert_eq!(permissions_for(CATALOG.iter().copied()).of(CallerKind::AppOnly).without_id().count(), 0);
}
