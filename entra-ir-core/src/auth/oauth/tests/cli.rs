//! Azure CLI, by a script in its place.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use uuid::Uuid;

use super::*;
use crate::auth::oauth::AzureCli;
use crate::error::AuthErrorKind as Kind;

struct Script(PathBuf);

impl Script {
    fn new(text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("entra-ir-az-{}", Uuid::new_v4()));
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        Self(path)
    }

    fn credential(&self) -> AzureCli {
        AzureCli { program: self.0.clone().into(), tenant: None }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn its_token_is_taken_with_its_end() {
    let token = good_token();
    let wanted = "account get-access-token --output json --scope https://graph.microsoft.com/.default --tenant contoso.example";
    let script = Script::new(&format!(
        r#"[ "$*" = "{wanted}" ] || exit 3; echo '{{"accessToken":"{token}","expiresOn":"2126-01-01 00:00:00.000000","expires_on":4922640000}}'"#
    ));
    let (request, transport) = request(Cloud::Global, []);
    let given = script.credential().tenant("contoso.example").unwrap().token(&request).await.unwrap();
    assert_eq!(exposed(&given), token);
    assert_eq!(given.expires_on, Some(SystemTime::UNIX_EPOCH + Duration::from_secs(4_922_640_000)));
    assert!(transport.requests().is_empty());
    let old =
        Script::new(&format!(r#"echo '{{"accessToken":"{token}","expiresOn":"2126-01-01 00:00:00"}}'"#));
    assert_eq!(old.credential().token(&request).await.unwrap().expires_on, None);
}

#[tokio::test]
async fn what_it_says_is_named() {
    let cases = [
        (
            "echo 'ERROR: Please run '\"'\"'az login'\"'\"' to setup account.' >&2; exit 1",
            Kind::InteractionRequired,
        ),
        ("echo 'ERROR: AADSTS50173: The grant was revoked.' >&2; exit 1", Kind::GrantRevoked),
        ("echo 'ERROR: AADSTS90002: Tenant not found.' >&2; exit 1", Kind::UnknownTenant),
        ("exit 1", Kind::Other),
        ("echo hello", Kind::NotUnderstood),
        ("echo '{}'", Kind::NotUnderstood),
    ];
    for (text, kind) in cases {
        let script = Script::new(text);
        assert_eq!(failure(&script.credential(), []).await.0.kind, kind, "{text}");
    }
    let absent = AzureCli { program: "/nowhere/az".into(), tenant: None };
    assert_eq!(failure(&absent, []).await.0.kind, Kind::NotAvailable);
    let other = token(&json!({ "aud": "https://graph.microsoft.us" }));
    let script = Script::new(&format!("echo '{{\"accessToken\":\"{other}\"}}'"));
    assert_eq!(failure(&script.credential(), []).await.0.kind, Kind::WrongCloud);
}

#[tokio::test]
async fn claims_are_for_a_person() {
    let (mut request, _) = request(Cloud::Global, []);
    request.claims = Some(r#"{"access_token":{}}"#.into());
    let error = reason(AzureCli::new().token(&request).await);
    assert_eq!((error.kind, error.claims), (Kind::InteractionRequired, request.claims));
}
