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
async fn feedback_on_risk_is_kept_with_its_author() {
    let tenant = SimulatedTenant::contoso();
    let id = |name: &str| tenant.user(&format!("{name}@contoso.example")).unwrap().id;
    let (jack, responder) = (id("jack"), id("responder"));
    let users = "/v1.0/identityProtection/riskyUsers";
    let history = format!("{users}/{jack}/history");
    assert_eq!(call(&tenant, "GET", &history, Value::Null).await.0, 404, "never risky");
    let ids = json!({ "userIds": [jack] });
    let dismiss = format!("{users}/dismiss");
    assert_eq!(call(&tenant, "POST", &dismiss, ids.clone()).await.0, 204);
    assert_eq!(call(&tenant, "GET", &history, Value::Null).await.0, 404, "still never risky");

    tenant.set_risk("jack@contoso.example", Some(UserRisk::new(RiskLevel::Low, RiskState::AtRisk)));
    for action in ["confirmCompromised", "dismiss"] {
        assert_eq!(call(&tenant, "POST", &format!("{users}/{action}"), ids.clone()).await.0, 204);
    }
    let told = get(&tenant, &history).await["value"].as_array().unwrap().clone();
    let states: Vec<_> = told.iter().map(|entry| entry["riskState"].as_str().unwrap()).collect();
    assert_eq!(states, ["dismissed", "confirmedCompromised", "atRisk"]);
    assert_eq!(told[0]["activity"]["detail"], "adminDismissedAllRiskForUser");
    assert_eq!((&told[0]["initiatedBy"], &told[2]["initiatedBy"]), (&json!(responder), &Value::Null));

    let too_many: Vec<_> = std::iter::repeat_n(jack, 61).collect();
    let nobody = json!({ "userIds": [jack, "0ddb0000-0000-4000-8000-000000000000"] });
    let before = told.len();
    for (status, body) in
        [(400, json!({ "userIds": too_many })), (400, json!({ "userIds": [] })), (404, nobody)]
    {
        assert_eq!(call(&tenant, "POST", &format!("{users}/confirmCompromised"), body).await.0, status);
    }
    assert_eq!(
        get(&tenant, &history).await["value"].as_array().unwrap().len(),
        before,
        "a refusal changes none"
    );
}

#[tokio::test(start_paused = true)]
async fn identity_protection_answers_once_a_second_if_limited() {
    let tenant = SimulatedTenant::contoso();
    let adele = tenant.user("adele@contoso.example").unwrap().id;
    let path = format!("/v1.0/identityProtection/riskyUsers/{adele}");
    tenant.limit_identity_protection(true);
    get(&tenant, &path).await;
    let answer = tenant.send(request("GET", &path, &Value::Null)).await.unwrap();
    assert_eq!(answer.status().as_u16(), 429);
    assert!(!answer.headers().contains_key("retry-after"));
    tenant.advance(std::time::Duration::from_secs(1));
    get(&tenant, &path).await;
}

#[tokio::test(start_paused = true)]
async fn an_administrator_s_reset_may_remediate_the_risk() {
    for (remediates, state) in [(true, "remediated"), (false, "confirmedCompromised")] {
        let tenant = SimulatedTenant::contoso();
        tenant.set_reset_remediates_risk(remediates);
        let adele = tenant.user("adele@contoso.example").unwrap().id;
        let risk = format!("/v1.0/identityProtection/riskyUsers/{adele}");
        let ids = json!({ "userIds": [adele] });
        call(&tenant, "POST", "/v1.0/identityProtection/riskyUsers/confirmCompromised", ids).await;
        let body = json!({ "passwordProfile": { "password": "Only-I-know-1-this" } });
        assert_eq!(call(&tenant, "PATCH", ADELE, body).await.0, 204);
        assert_eq!(get(&tenant, &risk).await["riskState"], state);
    }
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
