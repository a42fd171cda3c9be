//! The list "What it does not simulate" in the module's documentation is true.

use super::*;

#[tokio::test(start_paused = true)]
async fn what_is_not_simulated_is_refused() {
    let tenant = SimulatedTenant::contoso();
    let adele = tenant.user("adele@contoso.example").unwrap().id;
    let users = format!("/v1.0/users/{adele}");
    let policy = "/v1.0/policies/authenticationMethodsPolicy";
    let below = |rest: &str| format!("{users}/{rest}");
    let body = json!({});
    for (method, path) in [
        ("POST", "/v1.0/users".to_owned()),
        ("DELETE", users.clone()),
        ("GET", below("memberOf")),
        ("POST", below("getMemberGroups")),
        ("GET", "/v1.0/applications".to_owned()),
        ("POST", "/v1.0/servicePrincipals".to_owned()),
        ("DELETE", format!("/v1.0/servicePrincipals/{adele}")),
        ("POST", "/v1.0/oauth2PermissionGrants".to_owned()),
        ("PATCH", "/v1.0/oauth2PermissionGrants/x".to_owned()),
        ("GET", below("mailFolders/inbox/messageRules")),
        ("GET", below("mailboxSettings")),
        ("POST", below("authentication/phoneMethods")),
        ("POST", below("authentication/emailMethods")),
        ("GET", "/v1.0/reports/authenticationMethods/userRegistrationDetails".to_owned()),
        ("PATCH", format!("/v1.0/groups/{adele}")),
        ("GET", format!("/v1.0/groups/{adele}/members")),
        ("GET", format!("/v1.0/groups/{adele}/owners")),
        ("GET", "/v1.0/devices".to_owned()),
        ("POST", format!("/v1.0/devices/{adele}/registeredUsers/$ref")),
        ("GET", format!("/v1.0/devices(deviceId='{adele}')")),
        ("GET", "/v1.0/domains".to_owned()),
        ("GET", "/v1.0/identityProtection/riskyUsers".to_owned()),
        ("POST", "/v1.0/identityProtection/riskyUsers/confirmSafe".to_owned()),
        ("POST", "/v1.0/roleManagement/directory/roleAssignments".to_owned()),
        ("GET", "/v1.0/roleManagement/directory/roleDefinitions".to_owned()),
        ("POST", "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests".to_owned()),
        ("GET", "/v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleInstances".to_owned()),
        ("PATCH", policy.to_owned()),
        ("PATCH", format!("{policy}/authenticationMethodConfigurations/fido2")),
        ("GET", "/v1.0/identity/conditionalAccess/policies".to_owned()),
        ("GET", "/v1.0/auditLogs/signIns".to_owned()),
        ("GET", "/v1.0/directory/deletedItems/microsoft.graph.user".to_owned()),
        ("POST", "/v1.0/$batch".to_owned()),
        ("GET", "/v1.0/users?$search=%22mail:a%22".to_owned()),
        ("GET", "/v1.0/users?$orderby=displayName".to_owned()),
        ("GET", "/v1.0/users?$skip=5".to_owned()),
        ("GET", "/v1.0/users/$count".to_owned()),
        ("DELETE", format!("/v1.0/groups/{adele}/members/{adele}/$ref")),
        ("GET", format!("{users}?$expand=manager")),
    ] {
        let body = if method == "GET" || method == "DELETE" { Value::Null } else { body.clone() };
        let (status, answer) = call(&tenant, method, &path, body).await;
        assert!([400, 404, 405].contains(&status), "{method} {path}: {status}");
        assert!(answer["error"]["code"].is_string(), "{method} {path}: {answer}");
    }
    let device = tenant.add_device_without_owner(NewDevice::joined("PC"));
    let named = json!({ "displayName": "another" });
    assert_eq!(call(&tenant, "PATCH", &format!("/v1.0/devices/{device}"), named).await.0, 400);
    for (name, value) in [("userPrincipalName", "a@contoso.example"), ("mail", "a@contoso.example")] {
        assert_eq!(call(&tenant, "PATCH", &users, json!({ name: value })).await.0, 400, "{name}");
    }
}
