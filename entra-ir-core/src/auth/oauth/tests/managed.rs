//! Managed identity: the metadata service, App Service, and machines without either.

use super::*;
use crate::auth::oauth::managed_identity::{ManagedIdentity, Place};
use crate::error::{AuthErrorKind as Kind, Error, Sent, TransportErrorKind};

fn on(variables: &[(&str, &str)], client_id: Option<&str>) -> ManagedIdentity {
    let find =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    ManagedIdentity { client_id: client_id.map(|id| id.parse().unwrap()), place: Place::of(find) }
}

const APP: [(&str, &str); 2] =
    [("IDENTITY_ENDPOINT", "http://127.0.0.1:41056/msi/token"), ("IDENTITY_HEADER", "header-secret")];

/// The metadata service refuses what has no header.
fn present() -> ScriptedResponse {
    ScriptedResponse::answer(400).body(r#"{"error":"bad_request_102"}"#)
}

fn metadata() -> ScriptedResponse {
    answer(&json!({
        "access_token": good_token(), "expires_in": "86399", "resource": "https://graph.microsoft.com",
        "token_type": "Bearer", "client_id": CLIENT,
    }))
}

#[tokio::test]
async fn the_metadata_service_is_asked_as_documented() {
    let (request, transport) = request(Cloud::Global, [present(), metadata()]);
    let token = on(&[], Some(CLIENT)).token(&request).await.unwrap();
    assert_eq!(seconds_left(&token), 86_399);
    let [probe, sent] = &transport.requests()[..] else { panic!() };
    assert!(!probe.headers().contains_key("metadata"), "the probe gets no token");
    assert_eq!((sent.method().as_str(), &sent.headers()["metadata"]), ("GET", &"true".parse().unwrap()));
    assert_eq!(
        sent.uri().to_string(),
        format!(
            "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01\
            &resource=https%3A%2F%2Fgraph%2Emicrosoft%2Ecom&client_id={CLIENT}"
        )
    );
}

#[tokio::test]
async fn an_app_service_is_asked_with_its_header() {
    let expires = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() + 3600;
    let body = json!({ "access_token": good_token(), "expires_on": expires.to_string() });
    let (request, transport) = request(Cloud::Global, [answer(&body)]);
    let token = on(&APP, None).token(&request).await.unwrap();
    assert!((3595..=3600).contains(&seconds_left(&token)));
    let sent = &transport.requests()[0];
    assert_eq!(sent.headers()["x-identity-header"], "header-secret");
    assert!(sent.headers()["x-identity-header"].is_sensitive());
    assert!(sent.uri().to_string().starts_with("http://127.0.0.1:41056/msi/token?api-version=2019-08-01&"));
}

#[tokio::test(start_paused = true)]
async fn a_machine_without_an_identity_is_known_within_two_seconds() {
    let begun = tokio::time::Instant::now();
    let (error, sent) = failure(&on(&[], None), [metadata().after(Duration::from_secs(60))]).await;
    assert_eq!((error.kind, sent, begun.elapsed().as_secs()), (Kind::NotAvailable, 1, 2));
    let away = ScriptedResponse::failure(TransportErrorKind::Connect, Sent::No);
    assert_eq!(failure(&on(&[], None), [away]).await.0.kind, Kind::NotAvailable);
    let none = ScriptedResponse::answer(400)
        .body(r#"{"error":"invalid_request","error_description":"Identity not found"}"#);
    let (error, _) = failure(&on(&[], None), [present(), none]).await;
    assert_eq!(error.kind, Kind::NotAvailable);
    assert!(error.reason.ends_with("400: Identity not found"), "{}", error.reason);
}

#[tokio::test(start_paused = true)]
async fn a_metadata_service_that_is_updated_is_asked_again() {
    let gone = || ScriptedResponse::answer(410);
    let (request, _) = request(Cloud::Global, [present(), gone(), ScriptedResponse::answer(429), metadata()]);
    assert!(on(&[], None).token(&request).await.is_ok());
    let (error, _) = failure(&on(&[], None), [present(), gone(), gone(), gone(), gone()]).await;
    assert_eq!(error.kind, Kind::Unreachable);
}

#[tokio::test]
async fn other_places_and_other_hosts_are_refused() {
    let arc =
        [("IDENTITY_ENDPOINT", "http://localhost:40342/x"), ("IMDS_ENDPOINT", "http://localhost:40342")];
    let fabric = [APP[0], APP[1], ("IDENTITY_SERVER_THUMBPRINT", "x")];
    let shell = [("MSI_ENDPOINT", "http://localhost:50342/x")];
    for (variables, name) in [(&arc[..], "Arc"), (&fabric[..], "Fabric"), (&shell[..], "Shell")] {
        let (error, sent) = failure(&on(variables, None), []).await;
        assert_eq!((error.kind, sent), (Kind::NotAvailable, 0));
        assert!(error.reason.contains(name), "{}", error.reason);
    }
    for foreign in
        ["http://evil.example/msi", "ftp://127.0.0.1/x", "127.0.0.1", "http://127.0.0.1.evil.example/"]
    {
        let (request, transport) = request(Cloud::Global, []);
        let error = on(&[("IDENTITY_ENDPOINT", foreign), APP[1]], None).token(&request).await.unwrap_err();
        assert!(matches!(error, Error::Config(_)) && transport.requests().is_empty(), "{foreign}");
        assert!(!error.to_string().contains("header-secret"), "{error}");
    }
    assert!(matches!(ManagedIdentity::with_client_id("x"), Err(Error::Config(_))));
}
