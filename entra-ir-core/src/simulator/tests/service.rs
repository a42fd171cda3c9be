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
