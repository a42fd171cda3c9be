//! "View authentication methods policy: This button shows the effective authentication policy for the selected user."

use entra_ir_core::{Endpoint, Error, Operation, OperationSpec, Request, RequestBuilder, Response, Verb};
use serde_json::Value;

use super::*;

/// Reads the policy as Graph has it.
struct MethodsPolicy;

static SPEC: OperationSpec = OperationSpec {
    summary: "Reads the authentication methods policy.",
    ..OperationSpec::read(
        "methods_policy",
        Endpoint::v1(Verb::Get, "/policies/authenticationMethodsPolicy"),
        &[&["Policy.Read.AuthenticationMethod"]],
        &[&["Policy.Read.AuthenticationMethod"]],
    )
};

impl Operation for MethodsPolicy {
    const SPEC: &'static OperationSpec = &SPEC;
    type Output = Value;

    fn request(&self) -> Result<Request, Error> {
        RequestBuilder::new(&SPEC).build()
    }

    fn decode(&self, response: &Response) -> Result<Value, Error> {
        Ok(serde_json::from_slice(response.body()).unwrap())
    }
}

#[tokio::test(start_paused = true)]
async fn this_is_based_on_the_new_authentication_methods_and_does_not_include_legacy_settings() {
    let bench = Bench::logged_in(Setup { passkey: true, pass: false, migrated: false }).await;
    bench.world.remember_mfa_on_trusted_devices(None);
    let before = bench.client.run(MethodsPolicy).await.unwrap();
    let methods = before["authenticationMethodConfigurations"].as_array().unwrap();
    assert!(methods.iter().any(|method| method["id"] == "Fido2" && method["state"] == "enabled"), "{before}");
    bench.world.remember_mfa_on_trusted_devices(Some(14));
    bench.tenant().set_per_user_mfa(USER, PerUserMfaState::Disabled);
    assert_eq!(bench.client.run(MethodsPolicy).await.unwrap(), before, "legacy settings show nowhere in it");
}

#[tokio::test(start_paused = true)]
async fn this_button_shows_and_changes_nothing() {
    for setup in Setup::all() {
        let bench = Bench::logged_in(setup).await;
        let before = (bench.kinds(), bench.tenant().sessions_valid_from(USER));
        bench.client.run(MethodsPolicy).await.unwrap();
        assert_eq!((bench.kinds(), bench.tenant().sessions_valid_from(USER)), before, "{setup:?}");
        assert!(bench.goes_on_everywhere(), "{setup:?}");
    }
}
