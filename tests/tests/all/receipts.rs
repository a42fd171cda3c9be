//! A receipt can be stored: JSON, with everything a responder needs to identify the call, and no secret.

use std::fs;
use std::path::Path;

use crate::imports::files;
use entra_ir_core::SimulatedTenant;
use entra_ir_core::operations::MethodScope;
use entra_ir_tests::client_of;
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn a_receipt_in_json_names_the_call() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let receipt = json!(client.block_sign_in("alex@contoso.example").await.unwrap());
    let id = tenant.user("alex@contoso.example").unwrap().id.to_string();
    assert_eq!(receipt["operation"], "block_sign_in");
    assert_eq!(receipt["target"], json!({ "kind": "user", "id": id }));
    assert_eq!(receipt["asked_for"], "alex@contoso.example");
    assert_eq!((&receipt["mechanism"], &receipt["grade"]), (&json!("account-enabled"), &json!("accepted")));
    assert_eq!(receipt["done_by"], "PATCH accountEnabled");
    assert_eq!(receipt["warnings"][0]["code"], "may-be-undone-by-sync");
    let exchange = &receipt["exchanges"][0];
    assert_eq!(
        (&exchange["method"], &exchange["status"], &exchange["attempts"]),
        (&json!("PATCH"), &json!(204), &json!(1))
    );
    for name in ["request_id", "client_request_id", "server_date", "path"] {
        assert!(exchange[name].is_string(), "{name}: {exchange}");
    }
    let sent = tenant.exchanges();
    let sent = sent.iter().find(|exchange| exchange.method() == http::Method::PATCH).unwrap();
    assert_eq!(exchange["client_request_id"], sent.headers()["client-request-id"].to_str().unwrap());
    assert_eq!(exchange["request_id"], sent.answer_headers().unwrap()["request-id"].to_str().unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_deletion_in_json_tells_each_method() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let deleted =
        json!(client.delete_methods("adele@contoso.example", MethodScope::AllRemovable).await.unwrap());
    let outcomes: Vec<_> =
        deleted["methods"].as_array().unwrap().iter().map(|of| of["outcome"]["is"].clone()).collect();
    assert!(
        outcomes.contains(&json!("removed")) && outcomes.contains(&json!("not-removable")),
        "{outcomes:?}"
    );
    assert_eq!(deleted["scope"], "all-removable");
    assert_eq!(deleted["remaining"][0]["kind"], "password");
}

/// The files of the core's source: path and text.
fn core_sources() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../entra-ir-core/src"), &mut paths);
    paths.into_iter().map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap())).collect()
}

/// What is declared: the constant's name, its code, and the file.
fn declared(of: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (path, text) in core_sources() {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for place in text.split("pub const ").skip(1) {
            let Some((name, rest)) = place.split_once(&format!(": {of} = {of}::new(")) else { continue };
            if name.chars().all(|char| char.is_ascii_uppercase() || char == '_') {
                let code = rest.split('"').nth(1).unwrap_or_default();
                found.push((name.to_owned(), code.to_owned(), path.clone()));
            }
        }
    }
    found
}

#[test]
fn every_warning_and_mechanism_has_a_code_of_its_own_and_can_be_asked_for() {
    let exported: String = core_sources()
        .into_iter()
        .filter(|(path, _)| path.ends_with("operations/mod.rs") || path.ends_with("receipt/mod.rs"))
        .map(|(_, text)| text)
        .collect();
    for (of, least) in [("WarningKind", 43), ("Mechanism", 7)] {
        let all = declared(of);
        assert!(all.len() >= least, "{} of {of} were found", all.len());
        for (name, code, path) in &all {
            let word = code.chars().all(|char| char.is_ascii_lowercase() || char == '-');
            assert!(word && !code.is_empty(), "{path}: {name} has the code {code:?}");
            let same = all.iter().filter(|(_, other, _)| other == code).count();
            assert_eq!(same, 1, "{path}: the code {code} of {name} stands more than once");
            assert!(exported.contains(name.as_str()), "{path}: {name} cannot be named from outside");
        }
    }
}
