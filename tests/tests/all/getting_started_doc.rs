//! The permissions, roles and errors of `docs/getting-started.md` agree with the operations and the library.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use entra_ir_core::model::MethodKind;
use entra_ir_core::operations::CATALOG;
use entra_ir_core::spec::{Effect, OperationSpec};
use entra_ir_core::{Error, GraphErrorKind, MethodId, RetryPolicy, ScriptedResponse, ScriptedTransport};
use entra_ir_tests::{Judge, client_over};
use serde_json::json;

const USER: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
const METHOD: &str = "28c10230-6103-485e-b985-444c60001490";

/// What a caller may be trusted with, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    Look,
    Contain,
    LetBackIn,
}

impl Trust {
    const ALL: [Self; 3] = [Self::Look, Self::Contain, Self::LetBackIn];

    const fn title(self) -> &'static str {
        match self {
            Self::Look => "Look",
            Self::Contain => "Contain",
            Self::LetBackIn => "Let back in",
        }
    }

    /// Returns the name of the variable that holds the permissions in the scripts.
    const fn variable(self) -> &'static str {
        match self {
            Self::Look => "LOOK",
            Self::Contain => "CONTAIN",
            Self::LetBackIn => "LET_BACK_IN",
        }
    }
}

/// Operations that let somebody in, or are read on that way.
const LET_BACK_IN: [&str; 8] = [
    "require_password_change",
    "create_temporary_access_pass",
    "list_temporary_access_passes",
    "unblock_sign_in",
    "enable_device",
    "enable_service_principal",
    "dismiss_user_risk",
    "dismiss_users_risk",
];

/// Operations with the effect "changes" that contain all the same. Others with it may grant access: a person
/// must decide.
const CHANGES_THAT_CONTAIN: [&str; 0] = [];

fn trust_of(spec: &OperationSpec) -> Option<Trust> {
    match spec.effect {
        _ if LET_BACK_IN.contains(&spec.id) => Some(Trust::LetBackIn),
        _ if CHANGES_THAT_CONTAIN.contains(&spec.id) => Some(Trust::Contain),
        Effect::Read => Some(Trust::Look),
        Effect::Contain | Effect::Destroy => Some(Trust::Contain),
        _ => None,
    }
}

#[test]
fn every_operation_is_in_a_set() {
    let stray: Vec<_> = CATALOG.iter().filter(|spec| trust_of(spec).is_none()).map(|spec| spec.id).collect();
    assert!(stray.is_empty(), "say in this file whether it lets in or contains: {stray:?}");
    for named in LET_BACK_IN.iter().chain(&CHANGES_THAT_CONTAIN) {
        assert!(CATALOG.iter().any(|spec| spec.id == *named), "{named} is no operation");
    }
}

#[derive(Clone, Copy, Debug)]
enum Caller {
    Delegated,
    Application,
}

/// One request's need: which operation sends it, and which sets of permissions do.
struct Need {
    operation: &'static str,
    part: &'static str,
    any_of: &'static [&'static [&'static str]],
}

impl Need {
    /// Returns the first set that is granted.
    fn met_by(&self, granted: &BTreeSet<&'static str>) -> Option<&'static [&'static str]> {
        self.any_of.iter().copied().find(|set| set.iter().all(|name| granted.contains(name)))
    }
}

/// Lists an operation and what it uses, each once.
fn parts(spec: &'static OperationSpec) -> Vec<&'static OperationSpec> {
    let mut found = vec![spec];
    let mut next = 0;
    while next < found.len() {
        for part in found[next].uses {
            if !found.iter().any(|known| std::ptr::eq(*known, *part)) {
                found.push(part);
            }
        }
        next += 1;
    }
    found
}

fn operations(trust: Trust) -> impl Iterator<Item = &'static OperationSpec> {
    CATALOG.iter().copied().filter(move |spec| trust_of(spec) == Some(trust))
}

fn needs(trust: Trust, caller: Caller) -> Vec<Need> {
    let need = |operation: &'static OperationSpec, part: &'static OperationSpec| Need {
        operation: operation.id,
        part: part.id,
        any_of: match caller {
            Caller::Delegated => part.permissions.delegated,
            Caller::Application => part.permissions.application,
        },
    };
    operations(trust).flat_map(|spec| parts(spec).into_iter().map(move |part| need(spec, part))).collect()
}

/// Returns the fewest permissions that are enough: what has no alternative, then the least of what is not met
/// by that.
fn least(needs: &[Need]) -> BTreeSet<&'static str> {
    let mut granted = BTreeSet::new();
    let possible = || needs.iter().filter(|need| !need.any_of.is_empty());
    for need in possible().filter(|need| need.any_of.len() == 1) {
        granted.extend(need.any_of[0]);
    }
    for need in possible() {
        if need.met_by(&granted).is_none() {
            granted.extend(need.any_of[0]);
        }
    }
    for name in granted.clone() {
        granted.remove(name);
        if possible().any(|need| need.met_by(&granted).is_none()) {
            granted.insert(name);
        }
    }
    granted
}

#[test]
fn the_least_set_is_enough_and_holds_nothing_idle() {
    for trust in Trust::ALL {
        for caller in [Caller::Delegated, Caller::Application] {
            let needs = needs(trust, caller);
            let granted = least(&needs);
            let possible = || needs.iter().filter(|need| !need.any_of.is_empty());
            assert!(possible().count() > 0);
            assert!(possible().all(|need| need.met_by(&granted).is_some()), "{trust:?} {caller:?}");
            for name in &granted {
                let mut fewer = granted.clone();
                fewer.remove(name);
                assert!(
                    possible().any(|need| need.met_by(&fewer).is_none()),
                    "{trust:?} {caller:?}: {name} is idle"
                );
            }
        }
    }
}

/// Lists which operations need a permission, and for which of their requests, if not for the main one.
fn needed_by(name: &str, needs: &[Need], granted: &BTreeSet<&'static str>) -> Vec<String> {
    let served = needs.iter().filter(|need| need.met_by(granted).is_some_and(|set| set.contains(&name)));
    grouped(served.map(|need| (need.operation, need.part)))
}

/// Names each operation once: alone if its main request is among them, otherwise with the requests that are.
fn grouped(requests: impl Iterator<Item = (&'static str, &'static str)>) -> Vec<String> {
    let mut told: Vec<(&str, Vec<&str>)> = Vec::new();
    for (operation, part) in requests {
        match told.iter_mut().find(|(known, _)| *known == operation) {
            Some((_, parts)) => parts.push(part),
            None => told.push((operation, vec![part])),
        }
    }
    let text = |(operation, parts): (&str, Vec<&str>)| {
        if parts.contains(&operation) {
            format!("`{operation}`")
        } else {
            format!("`{operation}` ({})", parts.join(", "))
        }
    };
    told.into_iter().map(text).collect()
}

fn permission_table(page: &mut String, trust: Trust) {
    let (delegated, application) = (needs(trust, Caller::Delegated), needs(trust, Caller::Application));
    let (of_user, of_app) = (least(&delegated), least(&application));
    writeln!(page, "\n### {}\n", trust.title()).unwrap();
    page.push_str("| permission | delegated | application | needed by |\n|---|---|---|---|\n");
    for name in of_user.union(&of_app) {
        let mut by = needed_by(name, &delegated, &of_user);
        for other in needed_by(name, &application, &of_app) {
            if !by.contains(&other) {
                by.push(other);
            }
        }
        let yes = |granted: &BTreeSet<&str>| if granted.contains(name) { "yes" } else { "" };
        writeln!(page, "| `{name}` | {} | {} | {} |", yes(&of_user), yes(&of_app), by.join(", ")).unwrap();
    }
    let impossible = application.iter().filter(|need| need.any_of.is_empty());
    let missing = grouped(impossible.map(|need| (need.operation, need.part)));
    if !missing.is_empty() {
        writeln!(page, "\nNot possible for an application at all: {}.", missing.join(", ")).unwrap();
    }
}

/// Picks roles until every request that needs one has one: each time the one that serves most, of equals the
/// lesser.
fn role_table(page: &mut String) {
    page.push_str("\n### Roles of a delegated caller\n\n| set | role | is enough for |\n|---|---|---|\n");
    for trust in Trust::ALL {
        let mut open: Vec<(&str, &OperationSpec)> = operations(trust)
            .flat_map(|spec| parts(spec).into_iter().map(move |part| (spec.id, part)))
            .filter(|(_, part)| !part.roles.is_empty())
            .collect();
        while !open.is_empty() {
            let mut best: (&str, usize) = ("", 0);
            for role in open.iter().flat_map(|(_, part)| part.roles) {
                let serves = open.iter().filter(|(_, part)| part.roles.contains(role)).count();
                if serves > best.1 {
                    best = (role, serves);
                }
            }
            let (served, rest): (Vec<_>, Vec<_>) =
                open.into_iter().partition(|(_, part)| part.roles.contains(&best.0));
            let told = grouped(served.into_iter().map(|(operation, part)| (operation, part.id)));
            writeln!(page, "| {} | {} | {} |", trust.title(), best.0, told.join(", ")).unwrap();
            open = rest;
        }
    }
    page.push_str(
        "\nThese roles are enough for a target without a role. A target that holds a role, active or \
        eligible, or is a\n\
         member or owner of a role-assignable group, may require more: **Privileged Authentication Administrator** may\n\
         act on all of them, the others on few or none. An application holds no Entra role by default: its permissions\n\
         decide.\n",
    );
}

fn permissions() -> String {
    let mut page = String::new();
    for trust in Trust::ALL {
        permission_table(&mut page, trust);
    }
    role_table(&mut page);
    page.push_str(
        "\n### The same for the scripts\n\nWithout `APP_`: delegated. In bash, and in PowerShell:\n",
    );
    for (language, begin, between) in [("sh", "", "="), ("powershell", "$", " = ")] {
        writeln!(page, "\n```{language}").unwrap();
        for (caller, prefix) in [(Caller::Delegated, ""), (Caller::Application, "APP_")] {
            for trust in Trust::ALL {
                let names: Vec<_> = least(&needs(trust, caller)).into_iter().collect();
                writeln!(page, "{begin}{prefix}{}{between}\"{}\"", trust.variable(), names.join(" "))
                    .unwrap();
            }
        }
        page.push_str("```\n");
    }
    page.push('\n');
    page
}

/// One answer of Graph, and what the library makes of it.
struct Refused {
    when: &'static str,
    status: u16,
    code: &'static str,
    message: &'static str,
    header: Option<(&'static str, &'static str)>,
    writes: bool,
}

const CHALLENGE: &str = r#"Bearer realm="", error="insufficient_claims""#;

const REFUSALS: [Refused; 9] = [
    Refused {
        when: "**403** to a read: a permission or a role is missing",
        status: 403,
        code: "Authorization_RequestDenied",
        message: "Insufficient privileges to complete the operation.",
        header: None,
        writes: false,
    },
    Refused {
        when: "**403** to a write: a permission or a role is missing, or the target is privileged",
        status: 403,
        code: "accessDenied",
        message: "Request Authorization failed",
        header: None,
        writes: true,
    },
    Refused {
        when: "**403**: the target is in a restricted management administrative unit",
        status: 403,
        code: "Authorization_RequestDenied",
        message: "Target object is a member of a restricted management administrative unit and can only be modified by administrators scoped to it.",
        header: None,
        writes: true,
    },
    Refused {
        when: "**403**: no licence",
        status: 403,
        code: "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
        message: "Neither tenant is B2C or tenant doesn't have premium license",
        header: None,
        writes: false,
    },
    Refused {
        when: "**403**: your own MFA is missing or too old (`RemoveKey`, `ngcmfa`)",
        status: 403,
        code: "accessDenied",
        message: "MFA is required for a 'RemoveKey' operation, but was not performed.",
        header: None,
        writes: true,
    },
    Refused {
        when: "**403**: Conditional Access wants more of you (`insufficient_claims`)",
        status: 403,
        code: "accessDenied",
        message: "",
        header: Some(("www-authenticate", CHALLENGE)),
        writes: false,
    },
    Refused {
        when: "**401**: the token is no longer accepted",
        status: 401,
        code: "InvalidAuthenticationToken",
        message: "Access token has expired or is not yet valid.",
        header: None,
        writes: false,
    },
    Refused {
        when: "**401**: the token is for something else than this Graph",
        status: 401,
        code: "InvalidAuthenticationToken",
        message: "Access token validation failure. Invalid audience.",
        header: None,
        writes: false,
    },
    Refused {
        when: "**429**: too many requests, and the wait was longer than the client may wait",
        status: 429,
        code: "TooManyRequests",
        message: "",
        header: Some(("retry-after", "150")),
        writes: false,
    },
];

async fn error_of(refused: &Refused) -> Error {
    let body = json!({ "error": { "code": refused.code, "message": refused.message } }).to_string();
    let mut step = ScriptedResponse::answer(refused.status).body(body);
    if let Some((name, value)) = refused.header {
        step = step.header(name, value);
    }
    let account = json!({ "id": USER, "userPrincipalName": "adele@contoso.example", "userType": "Member" });
    let mut steps = vec![step];
    if refused.writes {
        // A method is deleted of an account that was read.
        steps.insert(0, ScriptedResponse::answer(200).body(account.to_string()));
    }
    let client = client_over(ScriptedTransport::new(steps), Judge::Client)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    if refused.writes {
        let id: MethodId = METHOD.parse().unwrap();
        let user = client.get_user(USER).await.unwrap();
        client.delete_method(user.reference(), MethodKind::Fido2, id).await.unwrap_err()
    } else {
        client.list_methods(USER).await.unwrap_err()
    }
}

const fn class(kind: GraphErrorKind) -> &'static str {
    use GraphErrorKind as Kind;
    match kind {
        Kind::Throttled => "ThrottledError",
        Kind::Denied | Kind::MfaRequired | Kind::RestrictedUnit | Kind::NotLicensed => {
            "PermissionDeniedError"
        }
        Kind::Unauthenticated | Kind::WrongToken => "UnauthenticatedError",
        _ => "GraphError",
    }
}

async fn errors() -> String {
    let mut page = String::from(
        "\n| Graph answered | Python raises | Rust's `kind()` | `advice` says |\n|---|---|---|---|\n",
    );
    for refused in &REFUSALS {
        let error = error_of(refused).await;
        let graph = error.as_graph().expect("Graph refused");
        assert_eq!(graph.status.as_u16(), refused.status, "{}", refused.when);
        let kind = graph.kind();
        let advice = error.advice().replace('|', "\\|");
        writeln!(page, "| {} | `{}` | `{kind:?}` | {advice} |", refused.when, class(kind)).unwrap();
    }
    page.push('\n');
    page
}

const PATH: &str = "../docs/getting-started.md";

/// Puts what is made between its markers.
fn between(page: &str, name: &str, made: &str) -> String {
    let begin = format!("<!-- {name}: made by `make docs-generated` -->\n");
    let end = format!("<!-- end of {name} -->\n");
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("no place for {name}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("the place for {name} has no end"));
    format!("{before}{begin}{made}{end}{after}")
}

#[tokio::test(start_paused = true)]
async fn getting_started_is_not_stale() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PATH);
    let kept = fs::read_to_string(&path).unwrap();
    let made = between(&between(&kept, "permissions", &permissions()), "errors", &errors().await);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &made).unwrap();
    } else {
        assert!(kept == made, "docs/getting-started.md is stale: run `make docs-generated`");
    }
}
