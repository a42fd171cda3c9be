//! Lists of users and groups, the organization, and who may come into which group.

use super::*;

/// Asks as an advanced query does.
async fn advanced(tenant: &SimulatedTenant, path: &str) -> (u16, Value) {
    let mut asked = request("GET", path, &Value::Null);
    asked.headers_mut().insert("consistencylevel", HeaderValue::from_static("eventual"));
    let answer = tenant.send(asked).await.unwrap();
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
}

/// Makes the path of a filtered list.
fn filtered(filter: &str) -> String {
    let filter = percent_encoding::utf8_percent_encode(filter, percent_encoding::NON_ALPHANUMERIC);
    format!("/v1.0/users?$select=id,userPrincipalName&$count=true&$filter={filter}")
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["value"].as_array().unwrap();
    items.iter().map(|item| item["userPrincipalName"].as_str().unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn users_are_found_by_any_of_their_names() {
    let tenant = SimulatedTenant::contoso();
    let bianca = "bianca_fabrikam.example#EXT#@contoso.example";
    for (filter, expected) in [
        ("userPrincipalName eq 'ADELE@contoso.example'", &["adele@contoso.example"][..]),
        ("mail eq 'adele.vance@contoso.example'", &["adele@contoso.example"]),
        ("proxyAddresses/any(p:p eq 'smtp:adele@contoso.example')", &["adele@contoso.example"]),
        ("otherMails/any(m:m eq 'bianca@fabrikam.example')", &[bianca]),
        ("userPrincipalName eq 'o''neil@contoso.example' or mail eq 'x'", &["o'neil@contoso.example"]),
        ("startswith(displayName,'Adele') and accountEnabled eq true", &["adele@contoso.example"]),
        ("id eq '0c0ffee0-5afe-4ace-9b1d-000000000003'", &["diego@federated.example"]),
        ("mail eq 'nobody@contoso.example'", &[]),
    ] {
        let (status, list) = advanced(&tenant, &filtered(filter)).await;
        assert_eq!((status, names(&list).as_slice()), (200, expected), "{filter}");
        assert_eq!(list["@odata.count"], expected.len(), "{filter}");
    }
    tenant.add_user(NewUser::cloud("two@contoso.example").mail("adele.vance@contoso.example"));
    let (_, list) = advanced(&tenant, &filtered("mail eq 'adele.vance@contoso.example'")).await;
    assert_eq!(names(&list).len(), 2, "an address may lead to more than one account");
}

#[tokio::test(start_paused = true)]
async fn what_needs_the_header_is_refused_without_it() {
    let tenant = SimulatedTenant::contoso();
    let any = filtered("proxyAddresses/any(p:p eq 'smtp:adele@contoso.example')");
    let (status, refused) = call(&tenant, "GET", &any, Value::Null).await;
    assert_eq!((status, &refused["error"]["code"]), (400, &json!("Request_UnsupportedQuery")));
    let plain = get(&tenant, &filtered("mail eq 'adele.vance@contoso.example'")).await;
    assert!(plain["value"].as_array().unwrap().len() == 1 && plain.get("@odata.count").is_none());
    for bad in ["mail eq", "nickname eq 'x'", "mail like 'x'"] {
        assert_eq!(advanced(&tenant, &filtered(bad)).await.0, 400, "{bad}");
    }
    tenant.set_caller(SimulatedCaller::app_only().with_permissions(["UserAuthenticationMethod.Read.All"]));
    assert_eq!(call(&tenant, "GET", "/v1.0/users", Value::Null).await.0, 403);
}

#[tokio::test(start_paused = true)]
async fn users_come_in_pages() {
    let tenant = SimulatedTenant::empty();
    for number in 0..250 {
        tenant.add_user(NewUser::cloud(&format!("u{number}@contoso.example")));
    }
    for (path, sizes) in [("/v1.0/users", &[100, 0, 100, 50][..]), ("/v1.0/users?$top=200", &[200, 0, 50])] {
        let (mut next, mut seen) = (path.to_owned(), Vec::new());
        loop {
            let page = get(&tenant, &next).await;
            seen.push(page["value"].as_array().unwrap().len());
            let Some(link) = page["@odata.nextLink"].as_str() else { break };
            link.strip_prefix("https://graph.microsoft.com").unwrap().clone_into(&mut next);
        }
        assert_eq!(seen, sizes, "{path}");
    }
    for bad in ["$top=0", "$top=1000", "$top=x"] {
        assert_eq!(call(&tenant, "GET", &format!("/v1.0/users?{bad}"), Value::Null).await.0, 400, "{bad}");
    }
}

#[tokio::test(start_paused = true)]
async fn groups_and_the_organization_are_shown() {
    let tenant = SimulatedTenant::contoso();
    let path = "/v1.0/groups?$filter=displayName%20eq%20'Helpdesk'&$select=id,isAssignableToRole";
    let list = get(&tenant, path).await;
    let group = &list["value"][0];
    assert_eq!((group.as_object().unwrap().len(), &group["isAssignableToRole"]), (2, &json!(true)));
    let id = group["id"].as_str().unwrap();
    assert_eq!(get(&tenant, &format!("/v1.0/groups/{id}")).await["displayName"], "Helpdesk");
    assert_eq!(get(&tenant, &format!("/v1.0/groups('{id}')?$select=id")).await["id"], id);
    for (key, status) in [(MOBILE, 404), ("Helpdesk", 400)] {
        assert_eq!(call(&tenant, "GET", &format!("/v1.0/groups/{key}"), Value::Null).await.0, status);
    }
    let organization = get(&tenant, "/v1.0/organization").await;
    assert_eq!(organization["value"][0]["displayName"], "Contoso");
    let id = organization["value"][0]["id"].as_str().unwrap();
    let selected = get(&tenant, &format!("/v1.0/organization/{id}?$select=tenantType")).await;
    assert_eq!(selected["tenantType"], "AAD");
}

#[tokio::test(start_paused = true)]
async fn owners_and_those_who_may_come_in_are_shown() {
    let tenant = SimulatedTenant::contoso();
    let olga = "/v1.0/users/olga@contoso.example/ownedObjects";
    let owned =
        get(&tenant, &format!("{olga}/microsoft.graph.group?$select=id,displayName,isAssignableToRole"))
            .await;
    assert_eq!(owned["value"][0]["displayName"], "Identity operators");
    assert_eq!(get(&tenant, &format!("{olga}/graph.group")).await["value"].as_array().unwrap().len(), 1);
    assert_eq!(get(&tenant, olga).await["value"][0]["@odata.type"], "#microsoft.graph.group");
    assert!(tenant.user("olga@contoso.example").unwrap().privileged, "an owner can put anybody in");
    assert!(!tenant.user("pavel@contoso.example").unwrap().privileged, "until it is activated");

    let base = "/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances";
    let pavel = tenant.user("pavel@contoso.example").unwrap().id;
    let path = format!("{base}?$filter=principalId%20eq%20'{pavel}'&$expand=group");
    let list = get(&tenant, &path).await;
    let entry = &list["value"][0];
    assert_eq!((&entry["accessId"], &entry["memberType"]), (&json!("member"), &json!("direct")));
    assert_eq!(
        (&entry["group"]["displayName"], &entry["group"]["id"]),
        (&json!("Identity operators"), &entry["groupId"])
    );
    let plain = get(&tenant, &format!("{base}?$filter=principalId%20eq%20'{pavel}'")).await;
    assert!(plain["value"][0].get("group").is_none());
    for filter in ["", "?$filter=accessId%20eq%20'member'"] {
        assert_eq!(call(&tenant, "GET", &format!("{base}{filter}"), Value::Null).await.0, 400, "{filter}");
    }
    tenant.advance(Duration::from_secs(181 * 86_400));
    assert_eq!(get(&tenant, &path).await["value"], json!([]), "it has ended");

    tenant.add_group(
        NewGroup::named("Owners to be").eligible_user("pavel@contoso.example", GroupAccess::Owner),
    );
    assert_eq!(get(&tenant, &path).await["value"][0]["accessId"], "owner");
}

#[tokio::test(start_paused = true)]
async fn a_tenant_without_p2_says_so() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_licence(Licence::P1);
    let adele = tenant.user("adele@contoso.example").unwrap().id;
    for base in [
        "/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances",
        "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances",
    ] {
        let path = format!("{base}?$filter=principalId%20eq%20'{adele}'");
        let (status, body) = call(&tenant, "GET", &path, Value::Null).await;
        assert_eq!((status, &body["error"]["code"]), (400, &json!("AadPremiumLicenseRequired")));
    }
    let risk = format!("/v1.0/identityProtection/riskyUsers/{adele}");
    let (status, body) = call(&tenant, "GET", &risk, Value::Null).await;
    assert_eq!((status, &body["error"]["code"]), (403, &json!("Forbidden")));
    get(
        &tenant,
        &format!("/v1.0/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'{adele}'"),
    )
    .await;
}
