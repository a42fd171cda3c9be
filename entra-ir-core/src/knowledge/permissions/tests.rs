//! Small sets, whose answer can be seen, and rules that hold for all.

use std::collections::BTreeSet;

use super::needs::{needs, parts};
use super::*;
use crate::CallerKind;
use crate::operations::{AnyOperation, CATALOG};

const BOTH: [CallerKind; 2] = [CallerKind::Delegated, CallerKind::AppOnly];

fn operation(json: &str) -> AnyOperation {
    AnyOperation::from_json(json).unwrap()
}

fn names(set: &PermissionSet, caller: CallerKind) -> Vec<&'static str> {
    set.of(caller).names().collect()
}

#[test]
fn the_set_of_any_operations_is_enough_and_holds_nothing_idle() {
    let mut questions: Vec<Vec<Wanted>> = CATALOG.iter().map(|spec| vec![Wanted::from(*spec)]).collect();
    questions.extend(Registration::ALL.map(|one| one.operations().map(Wanted::from).collect()));
    questions.push(CATALOG.iter().map(|spec| Wanted::from(*spec)).collect());
    for wanted in questions {
        for caller in BOTH {
            let set = permissions_for(wanted.clone());
            let granted: BTreeSet<_> = set.of(caller).names().collect();
            let needs = needs(&wanted, caller);
            let enough = |granted: &BTreeSet<&str>| {
                let possible = needs.iter().filter(|need| !need.any_of.is_empty());
                possible.filter(|need| need.met_by(|name| granted.contains(name)).is_none()).count() == 0
            };
            assert!(enough(&granted), "{:?} {caller:?}", set.operations);
            for name in &granted {
                let mut fewer = granted.clone();
                fewer.remove(name);
                assert!(!enough(&fewer), "{:?} {caller:?}: {name} is idle", set.operations);
            }
        }
    }
}

#[test]
fn the_order_of_the_question_does_not_matter() {
    let forward = permissions_for(CATALOG.iter().copied());
    assert_eq!(forward, permissions_for(CATALOG.iter().rev().copied()));
    let twice = permissions_for(CATALOG.iter().chain(CATALOG).copied());
    assert_eq!(forward, twice);
}

#[test]
fn what_is_chosen_already_serves() {
    let read = permissions_for([Wanted::named("list_methods").unwrap()]);
    assert!(names(&read, CallerKind::AppOnly).contains(&"UserAuthenticationMethod.Read.All"));
    let both = ["list_methods", "delete_methods"].map(|id| Wanted::named(id).unwrap());
    let both = permissions_for(both);
    assert_eq!(
        names(&both, CallerKind::AppOnly),
        ["User.Read.All", "UserAuthenticationMethod.ReadWrite.All"]
    );
}

#[test]
fn a_removal_of_known_types_needs_the_permissions_of_these_types() {
    let passkeys = operation(
        r#"{"operation": "delete_methods", "user": "adele@contoso.example", "scope": {"only": ["fido2", "email"]}}"#,
    );
    let narrow = permissions_for([&passkeys]);
    let expected = [
        "User.Read.All",
        "UserAuthMethod-Email.ReadWrite.All",
        "UserAuthMethod-Passkey.ReadWrite.All",
        "UserAuthenticationMethod.Read.All",
    ];
    assert_eq!(names(&narrow, CallerKind::AppOnly), expected);
    let all = operation(
        r#"{"operation": "delete_methods", "user": "adele@contoso.example", "scope": "all-removable"}"#,
    );
    let both = permissions_for([&passkeys, &all]);
    assert_eq!(
        names(&both, CallerKind::AppOnly),
        ["User.Read.All", "UserAuthenticationMethod.ReadWrite.All"]
    );
}

#[test]
fn what_an_application_cannot_do_is_said() {
    let reset = permissions_for([Wanted::named("reset_password").unwrap()]);
    assert_eq!(
        reset.application.impossible,
        ["reset_password (reset_password_action, password_reset_operation)"]
    );
    assert!(reset.delegated.impossible.is_empty());
    assert!(reset.to_string().contains("not possible: reset_password (reset_password_action"));
}

#[test]
fn a_name_that_no_operation_has_is_refused() {
    let error = Wanted::named("block_signin").unwrap_err().to_string();
    assert!(error.contains("block_signin") && error.contains("block_sign_in"), "{error}");
}

#[test]
fn takeover_permissions_are_in_no_default() {
    for registration in Registration::ALL {
        let set = registration.permissions();
        assert!(!set.operations.is_empty(), "{registration}");
        let takes = set.takeovers().count() > 0;
        assert_eq!(takes, registration == Registration::Privileged, "{registration}");
        assert_eq!(set.to_string().contains("CAN TAKE OVER THE TENANT"), takes, "{registration}");
    }
}

#[test]
fn the_registrations_part_the_operations_by_what_their_writes_reach() {
    for spec in CATALOG {
        let writes: Vec<_> = parts(spec).into_iter().filter(|part| part.effect.writes()).collect();
        let registration = Registration::of(spec);
        assert_eq!(registration == Registration::Look, writes.is_empty(), "{}", spec.id);
        if registration == Registration::Lock {
            let methods = "UserAuthenticationMethod.ReadWrite.All";
            let set = permissions_for([*spec]);
            assert!(BOTH.iter().all(|caller| !names(&set, *caller).contains(&methods)), "{}", spec.id);
        }
    }
    let of = |id: &str| Registration::of(CATALOG.iter().find(|spec| spec.id == id).unwrap());
    assert_eq!(of("lock_out"), Registration::Lock);
    // Its write-back goes to the authentication methods.
    assert_eq!(of("reset_password"), Registration::Evict);
    assert_eq!(of("disable_device"), Registration::Evict);
    assert_eq!(of("remove_app_assignment"), Registration::Privileged);
    assert_eq!("evict".parse::<Registration>().unwrap(), Registration::Evict);
    assert!(
        "Evict".parse::<Registration>().unwrap_err().to_string().contains("look, lock, evict, privileged")
    );
}

#[test]
fn the_manifest_names_each_permission_by_its_id() {
    for caller in BOTH {
        let set = permissions_for(CATALOG.iter().copied());
        let block = set.of(caller).required_resource_access();
        assert_eq!(block[0]["resourceAppId"], "00000003-0000-0000-c000-000000000000");
        let ids: Vec<_> =
            block[0]["resourceAccess"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
        assert_eq!(ids.len(), set.of(caller).permissions.len());
        let script = set.azure_cli_script(caller, "entra-ir").unwrap();
        assert!(ids.iter().all(|id| script.contains(id.as_str().unwrap())));
    }
}

#[test]
fn the_script_is_safe_and_consents_to_nothing() {
    let set = Registration::Privileged.permissions();
    let script = set.azure_cli_script(CallerKind::AppOnly, "it's $(rm -rf x) `y`").unwrap();
    assert!(script.contains(r"--display-name 'it'\''s $(rm -rf x) `y`' "), "{script}");
    assert!(script.contains("# AppRoleAssignment.ReadWrite.All can take over the tenant."));
    for line in script.lines().filter(|line| line.contains("admin-consent")) {
        assert!(line.starts_with("# "), "{line}");
    }
    for name in ["", "  ", "a\nb", "a\u{1b}b", &"x".repeat(257)] {
        assert!(set.azure_cli_script(CallerKind::AppOnly, name).is_err(), "{name:?}");
    }
}

fn compared(ids: &[&str], held: &Held) -> PermissionComparison {
    compare_permissions(ids.iter().map(|id| Wanted::named(id).unwrap()), Some(held))
}

#[test]
fn a_token_with_the_least_set_agrees() {
    for registration in Registration::ALL {
        for caller in BOTH {
            let set = registration.permissions();
            let roles = set.of(caller).roles.iter().map(|role| crate::model::role_id(role.name).unwrap());
            let held = Held::new(caller, set.of(caller).names()).with_roles(roles);
            let compared = compare_permissions(registration.operations(), Some(&held));
            assert_eq!(compared.agrees(), Some(true), "{registration} {caller:?}: {compared}");
            for name in set.of(caller).names() {
                let fewer = set.of(caller).names().filter(|other| *other != name);
                let held = Held { permissions: fewer.map(str::to_owned).collect(), ..held.clone() };
                let compared = compare_permissions(registration.operations(), Some(&held));
                let missing: Vec<_> = compared.missing.iter().map(|one| one.name).collect();
                assert_eq!(missing, [name], "{registration} {caller:?}");
                assert!(!compared.missing[0].needed_by.is_empty());
            }
        }
    }
}

#[test]
fn unexpected_takeover_grants_come_first() {
    let permissions =
        ["Mail.Read", "openid", "User.Read", "rolemanagement.readwrite.directory", "User.Read.All"];
    let held = Held::new(CallerKind::Delegated, permissions);
    let compared = compared(&["get_user"], &held);
    let names: Vec<_> = compared.unexpected.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["rolemanagement.readwrite.directory", "Mail.Read"]);
    assert!(compared.unexpected[0].takeover.is_some() && compared.missing.is_empty());
}

#[test]
fn a_wider_permission_serves_and_is_not_unexpected() {
    let held = Held::new(CallerKind::AppOnly, ["Directory.Read.All"]);
    assert_eq!(compared(&["get_user"], &held).agrees(), Some(true));
    let both = Held::new(CallerKind::AppOnly, ["Directory.Read.All", "User.Read.All"]);
    assert_eq!(compared(&["get_user"], &both).unexpected[0].name, "Directory.Read.All");
}

#[test]
fn what_a_token_does_not_say_is_unknown() {
    let nothing = compare_permissions([Wanted::named("get_user").unwrap()], None);
    assert_eq!((nothing.agrees(), nothing.caller), (None, None));
    assert!(nothing.to_string().contains("unknown"));
    let kindless = Held { caller: None, ..Held::new(CallerKind::AppOnly, ["User.Read.All"]) };
    assert_eq!(compared(&["get_user"], &kindless), nothing);
    let held = Held::new(CallerKind::Delegated, ["User.RevokeSessions.All", "User.Read.All"]);
    let without_roles = compared(&["revoke_sign_in_sessions"], &held);
    assert_eq!((without_roles.agrees(), without_roles.roles_listed), (None, Some(false)));
    let none = compared(&["revoke_sign_in_sessions"], &held.clone().with_roles([""; 0]));
    assert_eq!(none.agrees(), Some(false));
    assert_eq!(none.missing_roles[0].name, "Password Administrator");
    let global = held.with_roles(["62e90394-69f5-4237-9190-012177145e10"]);
    assert_eq!(compared(&["revoke_sign_in_sessions"], &global).agrees(), Some(true));
}

#[test]
fn a_name_from_a_token_is_shown_escaped() {
    let held = Held::new(CallerKind::AppOnly, ["User.Read.All", "a\u{1b}[31mb"]);
    assert!(!compared(&["get_user"], &held).to_string().contains('\u{1b}'));
}
