//! Who may call, what an answer carries, and what goes wrong on the way.

use super::*;

#[tokio::test(start_paused = true)]
async fn roles_and_permissions_decide() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_caller(SimulatedCaller::delegated("responder@contoso.example", [Role::UserAdministrator]));
    let revoke = async |user: &str| {
        call(&tenant, "POST", &format!("/v1.0/users/{user}/revokeSignInSessions"), Value::Null).await
    };
    assert_eq!(revoke("adele@contoso.example").await.0, 200);
    for privileged in ["elena@contoso.example", "frank@contoso.example"] {
        let (status, body) = revoke(privileged).await;
        assert_eq!((status, &body["error"]["code"]), (403, &json!("Authorization_RequestDenied")));
    }
    let methods = format!("{ADELE}/authentication/methods");
    assert_eq!(call(&tenant, "GET", &methods, Value::Null).await.0, 403);
    tenant.set_caller(SimulatedCaller::delegated("responder@contoso.example", [Role::GlobalReader]));
    get(&tenant, &methods).await;
    assert_eq!(delete(&tenant, &format!("{ADELE}/authentication/phoneMethods/{ALTERNATE}")).await.0, 403);
    let narrow = ["UserAuthMethod-Phone.ReadWrite.All"];
    tenant.set_caller(SimulatedCaller::app_only().with_permissions(narrow));
    assert_eq!(delete(&tenant, &format!("{ADELE}/authentication/phoneMethods/{ALTERNATE}")).await.0, 204);
    assert_eq!(
        call(&tenant, "GET", &methods, Value::Null).await.0,
        403,
        "the mixed list has no narrow permission"
    );
    let mut anonymous = request("GET", ADELE, &Value::Null);
    anonymous.headers_mut().remove(AUTHORIZATION);
    let answer = tenant.send(anonymous).await.unwrap();
    assert!(answer.status() == 401 && answer.headers().contains_key("www-authenticate"));
}

#[tokio::test(start_paused = true)]
async fn per_user_mfa_is_seen_by_the_role_for_it() {
    let tenant = SimulatedTenant::contoso();
    let path = "/beta/users/adele@contoso.example/authentication/requirements";
    tenant.set_per_user_mfa("adele@contoso.example", PerUserMfaState::Enabled);
    assert_eq!(get(&tenant, path).await["perUserMfaState"], "enabled");
    assert_eq!(call(&tenant, "PATCH", path, json!({ "perUserMfaState": "enabled" })).await.0, 204);
    assert_eq!(get(&tenant, path).await["perUserMfaState"], "enforced", "a method is registered");
    let role = Role::PrivilegedAuthenticationAdministrator;
    tenant.set_caller(SimulatedCaller::delegated("responder@contoso.example", [role]));
    assert_eq!(call(&tenant, "GET", path, Value::Null).await.0, 403);
}

#[tokio::test(start_paused = true)]
async fn faults_say_the_truth_about_what_was_done() {
    let tenant = SimulatedTenant::contoso();
    let enabled = || tenant.user("adele@contoso.example").unwrap().enabled;
    let block = || tenant.send(request("PATCH", ADELE, &json!({ "accountEnabled": false })));
    tenant.inject(Fault::dropped().on_method(Method::PATCH));
    let error = block().await.unwrap_err();
    assert_eq!((error.kind, error.sent, enabled()), (TransportErrorKind::Interrupted, Sent::Maybe, true));
    tenant.inject(Fault::no_connection());
    let error = block().await.unwrap_err();
    assert_eq!((error.kind, error.sent, enabled()), (TransportErrorKind::Connect, Sent::No, true));
    assert_eq!(tenant.requests(), 1, "one request never arrived");
    tenant.inject(Fault::slow(Duration::from_secs(60)));
    assert!(tokio::time::timeout(Duration::from_secs(30), block()).await.is_err() && enabled());
    tenant.inject(Fault::slow(Duration::from_secs(60)).after_effect());
    assert!(tokio::time::timeout(Duration::from_secs(30), block()).await.is_err() && !enabled());
    assert!(tenant.exchanges().iter().all(|exchange| exchange.status().is_none()));

    tenant.inject(Fault::status(429).retry_after("2.128").on(Method::GET, "adele").times(2));
    for status in [429, 429, 200] {
        assert_eq!(call(&tenant, "GET", ADELE, Value::Null).await.0, status);
    }
    tenant.inject(Fault::html(502));
    tenant.inject(Fault::truncated());
    tenant.inject(Fault::empty_body());
    let mut bodies = Vec::new();
    for _ in 0..3 {
        bodies.push(tenant.send(request("GET", ADELE, &Value::Null)).await.unwrap().into_body());
    }
    assert!(bodies[0].starts_with(b"<html>") && bodies[1].starts_with(b"{") && bodies[2].is_empty());
    assert!(serde_json::from_slice::<Value>(&bodies[1]).is_err());
}

#[tokio::test(start_paused = true)]
async fn answers_carry_what_the_service_sends() {
    let tenant = SimulatedTenant::contoso();
    let mut asked = request("GET", "/v1.0/users/nobody@contoso.example", &Value::Null);
    asked.headers_mut().insert("client-request-id", HeaderValue::from_static("mine"));
    let answer = tenant.send(asked).await.unwrap();
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.headers()["client-request-id"], "mine");
    assert_eq!(answer.headers()["date"], "Mon, 02 Mar 2026 09:00:00 GMT");
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(body["error"]["code"], "Request_ResourceNotFound");
    let inner = &body["error"]["innerError"];
    assert_eq!(inner["request-id"], answer.headers()["request-id"].to_str().unwrap());
    assert_eq!(
        (&inner["date"], &inner["client-request-id"]),
        (&json!("2026-03-02T09:00:00"), &json!("mine"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_middlebox_leaves_no_mark_of_the_service() {
    let tenant = SimulatedTenant::contoso();
    let enabled = || tenant.user("adele@contoso.example").unwrap().enabled;
    let block = || tenant.send(request("PATCH", ADELE, &json!({ "accountEnabled": false })));
    let blocked = r#"{"action":"blocked"}"#;
    for (fault, status, content_type, body) in [
        (
            Fault::middlebox(503),
            503,
            Some("text/html"),
            "<html><body><h1>Service Unavailable</h1></body></html>",
        ),
        (Fault::html(403), 403, Some("text/html"), "<html><body><h1>Forbidden</h1></body></html>"),
        (Fault::middlebox(200).body("application/json", blocked), 200, Some("application/json"), blocked),
        (
            Fault::middlebox(302).body("text/plain", "").header(http::header::LOCATION, "/login"),
            302,
            None,
            "",
        ),
    ] {
        tenant.inject(fault);
        let answer = block().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.body()[..]), (status, body.as_bytes()));
        for name in ["request-id", "client-request-id", "date"] {
            assert!(!answer.headers().contains_key(name), "{name}");
        }
        assert_eq!(answer.headers().get("content-type").map(|value| value.to_str().unwrap()), content_type);
        assert!(enabled(), "it did not get through");
    }
    tenant.inject(Fault::middlebox(503).after_effect());
    assert_eq!(block().await.unwrap().status(), 503);
    assert!(!enabled(), "it did get through");
    tenant.inject(Fault::status(503).body("text/plain", "later"));
    assert!(block().await.unwrap().headers().contains_key("request-id"), "the service's own");
}

#[tokio::test(start_paused = true)]
async fn annotations_are_taken_in_every_body() {
    let tenant = SimulatedTenant::contoso();
    let user = "#microsoft.graph.user";
    let profile = json!({
        "@odata.type": "#microsoft.graph.passwordProfile", "password": "a-long-Phrase-4-You",
        "forceChangePasswordNextSignIn": true,
    });
    let below = |rest: &str| format!("{ADELE}/{rest}").replace("/v1.0/", "/beta/");
    let reset = below(&format!("authentication/methods/{PASSWORD}/resetPassword"));
    for (method, path, body, status) in [
        ("PATCH", ADELE.to_owned(), json!({ "@odata.type": user, "accountEnabled": false }), 204),
        ("PATCH", ADELE.to_owned(), json!({ "@odata.type": user, "passwordProfile": profile }), 204),
        ("POST", reset, json!({ "@odata.type": null, "newPassword": "b-long-Phrase-4-You" }), 202),
        (
            "PATCH",
            below("authentication/requirements"),
            json!({ "@odata.type": "x", "perUserMfaState": "enabled" }),
            204,
        ),
        (
            "PATCH",
            below("authentication/signInPreferences"),
            json!({ "@odata.type": "x", "userPreferredMethodForSecondaryAuthentication": "sms" }),
            204,
        ),
        (
            "POST",
            below("authentication/temporaryAccessPassMethods"),
            json!({ "@odata.type": "x", "lifetimeInMinutes": 60.0, "isUsableOnce": true }),
            201,
        ),
        ("POST", below("checkMemberGroups"), json!({ "@odata.type": "x", "groupIds": [] }), 200),
        ("POST", below("revokeSignInSessions"), json!({ "@odata.type": "x" }), 200),
    ] {
        let (got, answer) = call(&tenant, method, &path, body).await;
        assert_eq!(got, status, "{method} {path}: {answer}");
    }
    assert_eq!(tenant.password_of("adele@contoso.example").unwrap().expose_secret(), "b-long-Phrase-4-You");
    assert!(!tenant.user("adele@contoso.example").unwrap().enabled);
    let pass = below("authentication/temporaryAccessPassMethods");
    assert_eq!(call(&tenant, "POST", &pass, json!({ "lifetimeInMinutes": 60.5 })).await.0, 400);
}

#[tokio::test(start_paused = true)]
async fn what_the_service_refuses_is_refused() {
    let tenant = SimulatedTenant::contoso();
    for token in ["Basic x", "Bearer", "Bearer ", "x"] {
        let mut asked = request("GET", ADELE, &Value::Null);
        asked.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static(token));
        assert_eq!(tenant.send(asked).await.unwrap().status(), 401, "{token}");
    }
    for content_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
        let mut asked = request("PATCH", ADELE, &json!({ "accountEnabled": false }));
        asked.headers_mut().remove(CONTENT_TYPE);
        if let Some(content_type) = content_type {
            asked.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        let answer = tenant.send(asked).await.unwrap();
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!((answer.status().as_u16(), &body["error"]["code"]), (400, &json!("BadRequest")));
        assert!(body["error"]["message"].as_str().unwrap().contains("Content-Type"));
    }
    let mut asked = request("PATCH", ADELE, &json!({ "accountEnabled": true }));
    asked.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("Application/JSON; charset=utf-8"));
    assert_eq!(tenant.send(asked).await.unwrap().status(), 204);
    let revoke = format!("{ADELE}/revokeSignInSessions");
    assert_eq!(call(&tenant, "POST", &revoke, json!({ "reason": "x" })).await.0, 400);
    assert_eq!(call(&tenant, "POST", &revoke, json!({})).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn query_options_are_taken_or_refused_and_never_passed_over() {
    let tenant = SimulatedTenant::contoso();
    let methods = format!("{ADELE}/authentication/methods");
    for (path, says) in [
        (format!("{ADELE}?$select=id,nickname"), "Could not find a property named 'nickname'"),
        (format!("{ADELE}?$expand=manager"), "$expand"),
        (format!("{ADELE}?$select=id&select=mail"), "more than once"),
        (format!("{ADELE}?color=red"), "Unrecognized query argument"),
        (format!("{ADELE}?$top=1"), "$top"),
        (format!("{methods}?$filter=id%20eq%20'x'"), "$filter"),
        (format!("{methods}?$top=2"), "$top"),
        ("/v1.0/users?$orderby=displayName".to_owned(), "$orderby"),
        ("/v1.0/users?$search=%22displayName:a%22".to_owned(), "$search"),
        (
            "/v1.0/roleManagement/directory/roleAssignments?$expand=directoryScope".to_owned(),
            "'roleDefinition'",
        ),
        ("/v1.0/policies/authenticationMethodsPolicy?$select=id".to_owned(), "$select"),
    ] {
        let (status, body) = call(&tenant, "GET", &path, Value::Null).await;
        let message = body["error"]["message"].as_str().unwrap_or_default();
        assert!(status == 400 && message.contains(says), "{path}: {status} {message}");
    }
    let block = format!("{ADELE}?$select=id");
    assert_eq!(call(&tenant, "PATCH", &block, json!({ "accountEnabled": false })).await.0, 400);
    assert_eq!(get(&tenant, &format!("{ADELE}?select=mail")).await["mail"], "adele.vance@contoso.example");
    let listed = get(&tenant, &format!("{methods}?$select=id")).await;
    assert!(listed["value"][1].get("phoneNumber").is_none());
}
