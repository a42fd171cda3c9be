//! The permissions and errors of `docs/getting-started.md` agree with the operations and the library.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use entra_ir_core::knowledge::Registration;
use entra_ir_core::model::MethodKind;
use entra_ir_core::{
    CallerKind, Error, GraphErrorKind, MethodId, RetryPolicy, ScriptedResponse, ScriptedTransport,
};
use entra_ir_tests::{Judge, client_over};
use serde_json::json;

const USER: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";
const METHOD: &str = "28c10230-6103-485e-b985-444c60001490";

/// Returns the name of the variable that holds the permissions in the scripts.
fn variable(registration: Registration, caller: CallerKind) -> String {
    let prefix = if caller == CallerKind::AppOnly { "APP_" } else { "" };
    format!("{prefix}{}", registration.slug().to_uppercase())
}

fn permissions() -> String {
    let mut page = String::from("\n| registration | may | is apart because |\n|---|---|---|\n");
    for registration in Registration::ALL {
        writeln!(page, "| **{registration}** | {} | {} |", registration.may(), registration.why()).unwrap();
    }
    page.push_str(
        "\n### The same for the scripts\n\nWithout `APP_`: delegated. In bash, and in PowerShell:\n",
    );
    for (language, begin, between) in [("sh", "", "="), ("powershell", "$", " = ")] {
        writeln!(page, "\n```{language}").unwrap();
        for caller in [CallerKind::Delegated, CallerKind::AppOnly] {
            for registration in Registration::ALL {
                let set = registration.permissions();
                let names = set.of(caller).names().collect::<Vec<_>>().join(" ");
                writeln!(page, "{begin}{}{between}\"{names}\"", variable(registration, caller)).unwrap();
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
