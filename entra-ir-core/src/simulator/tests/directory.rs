//! Groups, roles, devices, risk and policy as they come over the wire.

use super::*;
use crate::model::{PolicyTarget, RiskLevel, RiskState, UserRisk};

const NADIA: &str = "/v1.0/users/nadia@contoso.example";

fn ids(answer: &Value) -> Vec<&str> {
    answer["value"].as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn membership_is_asked_twenty_ids_at_a_time_and_counts_through_groups() {
    let tenant = SimulatedTenant::contoso();
    let path = format!("{NADIA}/checkMemberGroups");
    let [inner, outer, other] =
        ["Inner", "Outer", "Other"].map(|name| tenant.add_group(NewGroup::named(name)));
    tenant.add_to_group(inner, "nadia@contoso.example");
    tenant.add_to_group(outer, &inner.to_string());
    tenant.add_to_group(inner, &outer.to_string());
    let asked = json!({ "groupIds": [outer, other, inner.to_string().to_uppercase()] });
    let (status, answer) = call(&tenant, "POST", &path, asked.clone()).await;
    assert_eq!((status, ids(&answer).len()), (200, 2), "{answer}");

    tenant.remove_from_group(outer, &inner.to_string());
    let (_, answer) = call(&tenant, "POST", &path, asked.clone()).await;
    assert_eq!(ids(&answer), [inner.to_string()]);

    tenant.delete_group(other);
    assert_eq!(call(&tenant, "POST", &path, asked.clone()).await.0, 404);
    tenant.set_refuses_unknown_groups(false);
    assert_eq!(call(&tenant, "POST", &path, asked).await.0, 200);

    let too_many = json!({ "groupIds": vec![inner.to_string(); 21] });
    for bad in [too_many, json!({ "groupIds": ["x"] }), json!({}), Value::Null] {
        assert_eq!(call(&tenant, "POST", &path, bad.clone()).await.0, 400, "{bad}");
    }
    assert_eq!(call(&tenant, "GET", &path, Value::Null).await.0, 405);
}

#[tokio::test(start_paused = true)]
async fn roles_are_listed_of_one_principal() {
    let tenant = SimulatedTenant::contoso();
    let base = "/v1.0/roleManagement/directory/roleAssignments";
    let elena = tenant.user("elena@contoso.example").unwrap().id;
    let plain = get(&tenant, &format!("{base}?$filter=principalId%20eq%20'{elena}'")).await;
    assert_eq!(plain["value"].as_array().unwrap().len(), 1);
    assert!(plain["value"][0].get("roleDefinition").is_none(), "only if it is expanded");
    let nobody = get(&tenant, &format!("{base}?$filter=principalId%20eq%20'{MOBILE}'")).await;
    assert_eq!(nobody["value"], json!([]));
    let everybody = get(&tenant, base).await;
    assert!(everybody["value"].as_array().unwrap().len() > 5);
    let role = Role::GlobalAdministrator.template_id();
    let holders = get(&tenant, &format!("{base}?$filter=roleDefinitionId%20eq%20'{role}'")).await;
    assert_eq!(holders["value"].as_array().unwrap().len(), 2);
    for filter in ["?$filter=principalId%20eq%20x", "?$filter=startswith(principalId,'x')"] {
        assert_eq!(call(&tenant, "GET", &format!("{base}{filter}"), Value::Null).await.0, 400, "{filter}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_that_carries_a_role_makes_its_members_privileged() {
    let tenant = SimulatedTenant::contoso();
    assert!(tenant.user("nadia@contoso.example").unwrap().privileged);
    assert!(
        !tenant.user("jack@contoso.example").unwrap().privileged,
        "a role that may be activated counts as none"
    );
    tenant.set_caller(SimulatedCaller::delegated(
        "responder@contoso.example",
        [Role::AuthenticationAdministrator],
    ));
    let block = json!({ "accountEnabled": false });
    assert_eq!(call(&tenant, "PATCH", NADIA, block.clone()).await.0, 403);
    assert_eq!(call(&tenant, "PATCH", "/v1.0/users/jack@contoso.example", block).await.0, 204);
}

#[tokio::test(start_paused = true)]
async fn devices_are_listed_bare_or_cast() {
    let tenant = SimulatedTenant::contoso();
    let bare = get(&tenant, &format!("{NADIA}/registeredDevices")).await;
    assert_eq!(bare["value"][1]["@odata.type"], "#microsoft.graph.device");
    let cast =
        get(&tenant, &format!("{NADIA}/ownedDevices/microsoft.graph.device?$select=id,trustType")).await;
    assert_eq!(cast["value"].as_array().unwrap().len(), 1);
    assert_eq!(cast["value"][0].as_object().unwrap().len(), 2);
    assert!(tenant.add_device("nadia@contoso.example", NewDevice::joined("ROGUE")).is_some());
    assert!(tenant.add_device("nobody@contoso.example", NewDevice::joined("ROGUE")).is_none());
}

#[tokio::test(start_paused = true)]
async fn risk_is_read_by_object_id_and_role() {
    let tenant = SimulatedTenant::contoso();
    let jack = tenant.user("jack@contoso.example").unwrap().id;
    let path = format!("/v1.0/identityProtection/riskyUsers/{jack}");
    assert_eq!(call(&tenant, "GET", &path, Value::Null).await.0, 404);
    tenant.set_risk("jack@contoso.example", Some(UserRisk::new(RiskLevel::Low, RiskState::AtRisk)));
    assert_eq!(get(&tenant, &path).await["riskLevel"], "low");
    let by_name = "/v1.0/identityProtection/riskyUsers/jack@contoso.example";
    assert_eq!(call(&tenant, "GET", by_name, Value::Null).await.0, 400);
    tenant.set_caller(SimulatedCaller::delegated("responder@contoso.example", [Role::UserAdministrator]));
    assert_eq!(call(&tenant, "GET", &path, Value::Null).await.0, 403);
}

#[tokio::test(start_paused = true)]
async fn a_configuration_that_was_set_is_shown_with_its_targets() {
    let tenant = SimulatedTenant::contoso();
    let group = tenant.add_group(NewGroup::named("Pilots"));
    tenant.set_methods_policy([
        MethodConfiguration::new("TemporaryAccessPass").include(PolicyTarget::Group(group)),
        MethodConfiguration::for_all(MOBILE).exclude(PolicyTarget::Group(group)),
    ]);
    let base = "/v1.0/policies/authenticationMethodsPolicy";
    let whole = get(&tenant, base).await;
    let shown = &whole["authenticationMethodConfigurations"];
    assert_eq!(shown[0]["includeTargets"][0]["id"], json!(group));
    assert_eq!(shown[0]["defaultLength"], 8, "the tenant's limits");
    assert_eq!(shown[1]["@odata.type"], "#microsoft.graph.externalAuthenticationMethodConfiguration");
    let one = get(&tenant, &format!("{base}/authenticationMethodConfigurations/temporaryaccesspass")).await;
    assert_eq!(one["includeTargets"], shown[0]["includeTargets"]);
}

#[tokio::test(start_paused = true)]
async fn pages_keep_what_was_asked_for() {
    let tenant = SimulatedTenant::contoso();
    let first =
        get(&tenant, &format!("{NADIA}/registeredDevices/microsoft.graph.device?$select=id&$top=1")).await;
    let next: http::Uri = first["@odata.nextLink"].as_str().unwrap().parse().unwrap();
    let second = get(&tenant, next.path_and_query().unwrap().as_str()).await;
    assert_eq!(second["value"], json!([]), "the second page may be empty");
    let next: http::Uri = second["@odata.nextLink"].as_str().unwrap().parse().unwrap();
    let third = get(&tenant, next.path_and_query().unwrap().as_str()).await;
    assert_eq!(third["value"][0].as_object().unwrap().len(), 1);
    assert!(third.get("@odata.nextLink").is_none());
}
