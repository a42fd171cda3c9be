//! Records the simulated tenant's answers to requests that no operation of the library sends, for the
//! conformance check.

use bytes::Bytes;
use entra_ir_core::Transport;
use entra_ir_core::simulator::{Licence, SimulatedTenant};
use entra_ir_core::wire::Request;
use entra_ir_tests::{Judge, Recording};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

const PASSWORD: &str = "28c10230-6103-485e-b985-444c60001490";

/// Sends a request as another client would.
async fn ask(tenant: &SimulatedTenant, method: &str, path: &str, body: Value) -> (u16, Value) {
    let mut request = Request::new(if body.is_null() { Bytes::new() } else { body.to_string().into() });
    *request.method_mut() = method.parse().unwrap();
    *request.uri_mut() = format!("https://graph.microsoft.com{path}").parse().unwrap();
    request.headers_mut().insert(AUTHORIZATION, "Bearer t".parse().unwrap());
    if path.contains("$count") {
        request.headers_mut().insert("consistencylevel", "eventual".parse().unwrap());
    }
    if !body.is_null() {
        request.headers_mut().insert(CONTENT_TYPE, "application/json".parse().unwrap());
    }
    let answer = Recording::new(tenant.clone(), Judge::Both).send(request).await.unwrap();
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
}

#[tokio::test]
async fn lists_are_as_microsoft_describes_them() {
    let tenant = SimulatedTenant::contoso();
    let id = |user: &str| tenant.user(user).unwrap().id;
    let (adele, olga, pavel) =
        (id("adele@contoso.example"), id("olga@contoso.example"), id("pavel@contoso.example"));
    let group = "0c0ffee0-5afe-4ace-9b1d-000000000067";
    let pim = "/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances";
    for path in [
        "/v1.0/users".to_owned(),
        "/beta/users?$top=5".to_owned(),
        "/v1.0/users?$select=id,mail,otherMails,proxyAddresses,usageLocation,accountEnabled&$top=3"
            .to_owned(),
        "/v1.0/users?$filter=mail%20eq%20'adele.vance%40contoso.example'&$count=true".to_owned(),
        "/v1.0/users?$filter=proxyAddresses/any(p:p%20eq%20'smtp:adele%40contoso.example')&$count=true"
            .to_owned(),
        "/v1.0/groups".to_owned(),
        "/v1.0/groups?$filter=startswith(displayName,'Night')&$select=id,displayName".to_owned(),
        format!("/v1.0/groups/{group}"),
        "/v1.0/organization".to_owned(),
        "/v1.0/organization/0c0ffee0-5afe-4ace-9b1d-7e0a17000000?$select=id,verifiedDomains".to_owned(),
        format!("/v1.0/users/{olga}/ownedObjects"),
        format!(
            "/v1.0/users/{olga}/ownedObjects/microsoft.graph.group?$select=id,displayName,isAssignableToRole"
        ),
        format!("/v1.0/users/{olga}/ownedObjects/graph.group"),
        format!("{pim}?$filter=principalId%20eq%20'{pavel}'&$expand=group"),
        format!(
            "/beta/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances?$filter=groupId%20eq%20'{group}'"
        ),
        "/v1.0/roleManagement/directory/roleAssignments".to_owned(),
        "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances".to_owned(),
        format!("/v1.0/users('{adele}')/authentication/methods('{PASSWORD}')"),
    ] {
        let (status, body) = ask(&tenant, "GET", &path, Value::Null).await;
        assert_eq!(status, 200, "{path}: {body}");
    }
    let revoke = format!("/v1.0/users('{adele}')/microsoft.graph.revokeSignInSessions");
    assert_eq!(ask(&tenant, "POST", &revoke, Value::Null).await.0, 200);
    let reset =
        format!("/v1.0/users/{adele}/authentication/methods('{PASSWORD}')/microsoft.graph.resetPassword");
    assert_eq!(ask(&tenant, "POST", &reset, json!({})).await.0, 202);
}

#[tokio::test]
async fn bodies_of_microsofts_own_clients_are_taken() {
    let tenant = SimulatedTenant::contoso();
    let adele = format!("/v1.0/users/{}", tenant.user("adele@contoso.example").unwrap().id);
    let user = "#microsoft.graph.user";
    let password = json!({
        "@odata.type": "#microsoft.graph.passwordProfile",
        "password": "a-long-Phrase-4-You",
        "forceChangePasswordNextSignIn": true,
    });
    let pass = "#microsoft.graph.temporaryAccessPassAuthenticationMethod";
    for (method, path, body, status) in [
        ("PATCH", adele.clone(), json!({ "@odata.type": user, "accountEnabled": false }), 204),
        ("PATCH", adele.clone(), json!({ "@odata.type": user, "passwordProfile": password }), 204),
        ("PATCH", adele.clone(), json!({ "displayName": "Adele V.", "usageLocation": "DE" }), 204),
        (
            "POST",
            format!("{adele}/authentication/temporaryAccessPassMethods"),
            json!({ "@odata.type": pass, "lifetimeInMinutes": 60, "isUsableOnce": true }),
            201,
        ),
        ("GET", format!("{adele}?$select=displayName,usageLocation"), Value::Null, 200),
        ("GET", format!("{adele}/authentication/methods?$select=id"), Value::Null, 200),
    ] {
        let (got, answer) = ask(&tenant, method, &path, body).await;
        assert_eq!(got, status, "{method} {path}: {answer}");
    }
    tenant.set_licence(Licence::P1);
    let pim = "/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances";
    let refused = format!("{pim}?$filter=groupId%20eq%20'0c0ffee0-5afe-4ace-9b1d-000000000067'");
    assert_eq!(ask(&tenant, "GET", &refused, Value::Null).await.0, 400);
}
