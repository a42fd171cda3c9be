//! Accounts: sessions, passwords, sync, delayed reads.

use super::*;

#[tokio::test(start_paused = true)]
async fn sessions_are_revoked_except_for_external_guests() {
    let tenant = SimulatedTenant::contoso();
    tokio::time::sleep(Duration::from_millis(61_700)).await;
    for (user, moves) in
        [("adele@contoso.example", true), ("bianca_fabrikam.example#EXT#@contoso.example", false)]
    {
        let before = tenant.sessions_valid_from(user).unwrap();
        let path = format!("/v1.0/users/{}/revokeSignInSessions", user.replace('#', "%23"));
        let (status, body) = call(&tenant, "POST", &path, Value::Null).await;
        assert_eq!((status, &body["value"]), (200, &json!(true)));
        assert_eq!(tenant.sessions_valid_from(user).unwrap() > before, moves, "{user}");
    }
    let select = "$select=id,signInSessionsValidFromDateTime";
    let user = get(&tenant, &format!("{ADELE}?{select}")).await;
    assert_eq!(user["signInSessionsValidFromDateTime"], "2026-03-02T09:01:01Z");
    assert!(get(&tenant, ADELE).await.get("signInSessionsValidFromDateTime").is_none(), "only when selected");
}

#[tokio::test(start_paused = true)]
async fn reads_lag_behind_writes() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_read_delay(Duration::from_secs(30));
    let path = format!("{ADELE}?$select=accountEnabled");
    assert_eq!(call(&tenant, "PATCH", ADELE, json!({ "accountEnabled": false })).await.0, 204);
    tokio::time::sleep(Duration::from_secs(10)).await;
    let phone = format!("{ADELE}/authentication/phoneMethods/{ALTERNATE}");
    assert_eq!(delete(&tenant, &phone).await.0, 204);
    assert_eq!(get(&tenant, &path).await["accountEnabled"], true);
    assert!(!tenant.user("adele@contoso.example").unwrap().enabled, "the truth does not lag");
    assert_eq!(delete(&tenant, &phone).await.0, 404, "nor does a write");
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(get(&tenant, &path).await["accountEnabled"], false);
    get(&tenant, &phone).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(call(&tenant, "GET", &phone, Value::Null).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn a_sync_undoes_what_active_directory_does_not_know() {
    let tenant = SimulatedTenant::contoso();
    let alex = "/v1.0/users/alex@contoso.example";
    assert_eq!(call(&tenant, "PATCH", alex, json!({ "accountEnabled": false })).await.0, 204);
    assert!(!tenant.user("alex@contoso.example").unwrap().enabled);
    tenant.run_sync();
    assert!(tenant.user("alex@contoso.example").unwrap().enabled);
    tenant.set_enabled_on_premises("alex@contoso.example", false);
    tenant.run_sync();
    assert!(!tenant.user("alex@contoso.example").unwrap().enabled);
}

#[tokio::test(start_paused = true)]
async fn a_new_password_also_ends_sessions() {
    let tenant = SimulatedTenant::contoso();
    let before = tenant.sessions_valid_from("adele@contoso.example");
    let set = async |user: &str, password: &str| {
        let body =
            json!({ "passwordProfile": { "password": password, "forceChangePasswordNextSignIn": false } });
        call(&tenant, "PATCH", &format!("/v1.0/users/{user}"), body).await
    };
    let (status, weak) = set("adele@contoso.example", "Passw0rd-2026").await;
    assert_eq!((status, &weak["error"]["details"][0]["code"]), (400, &json!("PasswordBanned")));
    assert_eq!(set("adele@contoso.example", "a-long-Phrase-4-You").await.0, 204);
    assert!(tenant.sessions_valid_from("adele@contoso.example") > before);
    assert_eq!(tenant.password_of("adele@contoso.example").unwrap().expose_secret(), "a-long-Phrase-4-You");
    assert!(!tenant.must_change_password("adele@contoso.example"));
    let (status, synced) = set("alex@contoso.example", "a-long-Phrase-4-You").await;
    let message = synced["error"]["message"].as_str().unwrap();
    assert!(status == 400 && message.contains("on-premises mastered Directory Sync objects"), "{message}");
    assert_eq!(set("diego@federated.example", "a-long-Phrase-4-You").await.0, 400);
    for bad in [json!({ "accountEnabled": null }), json!({ "displayName": null }), json!([]), Value::Null] {
        assert_eq!(call(&tenant, "PATCH", ADELE, bad.clone()).await.0, 400, "{bad}");
    }
    let enabled = json!({ "accountEnabled": true, "nickname": "x" });
    assert_eq!(call(&tenant, "PATCH", ADELE, enabled).await.0, 400, "no such property");
}

/// Starts a password reset, and looks at it until it has ended.
async fn reset(tenant: &SimulatedTenant, user: &str, body: Value) -> (Value, Vec<Value>) {
    let path = format!("/v1.0/users/{user}/authentication/methods/{PASSWORD}/resetPassword");
    let answer = tenant.send(request("POST", &path, &body)).await.unwrap();
    assert_eq!(answer.status(), 202, "{:?}", answer.body());
    assert!(answer.headers().contains_key("retry-after"));
    let location = answer.headers()["location"].to_str().unwrap();
    let location = location.strip_prefix("https://graph.microsoft.com").unwrap();
    let (bare, _) = location.split_once('?').unwrap();
    assert_eq!(call(tenant, "GET", bare, Value::Null).await.0, 404, "the query says where the operation is");
    let mut looks = Vec::new();
    while looks.last().is_none_or(|status| *status == "running") {
        looks.push(get(tenant, location).await["status"].clone());
    }
    (serde_json::from_slice(answer.body()).unwrap_or_default(), looks)
}

#[tokio::test(start_paused = true)]
async fn the_reset_action_runs_for_a_while() {
    let tenant = SimulatedTenant::contoso();
    let (body, looks) = reset(&tenant, "adele@contoso.example", json!({})).await;
    assert_eq!(looks, ["running", "succeeded"]);
    assert_eq!(body["newPassword"], tenant.password_of("adele@contoso.example").unwrap().expose_secret());
    tenant.password_reset_polls(4);
    let (body, looks) =
        reset(&tenant, "alex@contoso.example", json!({ "newPassword": "a-long-Phrase-4-You" })).await;
    assert_eq!((body, looks.len()), (Value::Null, 4));
    tenant.fail_next_password_reset(Some("OnPremisesPolicyViolation"));
    let (_, looks) =
        reset(&tenant, "alex@contoso.example", json!({ "newPassword": "another-Phrase-4-You" })).await;
    assert_eq!(looks.last(), Some(&json!("failed")));
    assert_eq!(tenant.password_of("alex@contoso.example").unwrap().expose_secret(), "a-long-Phrase-4-You");

    let path = |user: &str| format!("/v1.0/users/{user}/authentication/methods/{PASSWORD}/resetPassword");
    let refused = call(&tenant, "POST", &path("alex@contoso.example"), json!({})).await;
    assert_eq!(refused.0, 400, "a synced user needs a password from the caller");
    assert_eq!(
        call(&tenant, "POST", &path("responder@contoso.example"), json!({})).await.0,
        403,
        "not one's own"
    );
    tenant.set_caller(SimulatedCaller::app_only());
    assert_eq!(
        call(&tenant, "POST", &path("adele@contoso.example"), json!({})).await.0,
        403,
        "not for an application"
    );
    assert_eq!(call(&tenant, "GET", "/v1.0/me?$select=id", Value::Null).await.0, 400);
}

#[test]
fn contoso_is_the_same_in_every_run_and_each_account_is_special() {
    let users = SimulatedTenant::contoso().users();
    assert_eq!(users, SimulatedTenant::contoso().users());
    assert!(users.iter().all(|user| !user.description.is_empty()));
    let kind =
        |name: &str| users.iter().find(|user| user.user_principal_name.starts_with(name)).unwrap().kind;
    assert_eq!(
        ["adele", "alex", "bianca", "isla", "5b5c"].map(kind),
        [UserKind::Cloud, UserKind::Synced, UserKind::ExternalGuest, UserKind::Cloud, UserKind::Customer]
    );
    let passkeys = || id_of(&SimulatedTenant::contoso(), "adele@contoso.example", &MethodKind::Fido2);
    assert_eq!(passkeys(), passkeys());
}

#[test]
fn an_account_takes_the_place_of_one_with_its_name() {
    let tenant = SimulatedTenant::contoso();
    let before = tenant.users().len();
    tenant.add_user(NewUser::cloud("ADELE@contoso.example").blocked());
    assert_eq!(tenant.users().len(), before);
    let found = tenant.user("adele@Contoso.example").unwrap();
    assert!(!found.enabled && tenant.user(&found.id.to_string().to_uppercase()) == Some(found));
}

#[tokio::test(start_paused = true)]
async fn who_somebody_is_can_be_changed_by_those_who_may() {
    let tenant = SimulatedTenant::contoso();
    let change = json!({ "displayName": "Adele V.", "usageLocation": "DE", "jobTitle": null, "otherMails": ["a@x.example"] });
    assert_eq!(call(&tenant, "PATCH", ADELE, change).await.0, 204);
    let user = get(&tenant, &format!("{ADELE}?$select=displayName,usageLocation,otherMails")).await;
    assert_eq!((&user["displayName"], &user["usageLocation"]), (&json!("Adele V."), &json!("DE")));
    assert_eq!(user["otherMails"], json!(["a@x.example"]));
    let alex = "/v1.0/users/alex@contoso.example";
    assert_eq!(
        call(&tenant, "PATCH", alex, json!({ "displayName": "x" })).await.0,
        400,
        "mastered on-premises"
    );
    assert_eq!(call(&tenant, "PATCH", alex, json!({ "usageLocation": "DE" })).await.0, 204);
    let role = Role::AuthenticationAdministrator;
    tenant.set_caller(SimulatedCaller::delegated("responder@contoso.example", [role]));
    assert_eq!(call(&tenant, "PATCH", ADELE, json!({ "displayName": "x" })).await.0, 403);
}
