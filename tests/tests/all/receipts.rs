//! A receipt can be kept: JSON, with everything a responder needs to name the call, and no secret.

use entra_ir_core::{MethodScope, SimulatedTenant};
use entra_ir_tests::client_of;
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn a_receipt_in_json_names_the_call() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    let receipt = json!(client.block_sign_in("alex@contoso.example").await.unwrap());
    let id = tenant.user("alex@contoso.example").unwrap().id.to_string();
    assert_eq!(receipt["operation"], "block_sign_in");
    assert_eq!(receipt["target"], json!(id));
    assert_eq!((&receipt["mechanism"], &receipt["grade"]), (&json!("account-enabled"), &json!("accepted")));
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
