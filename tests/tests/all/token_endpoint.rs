//! The token endpoint of the simulated tenant verifies the assertions of clients: certificates and federated
//! tokens. Secrets and users are tested beside the code.

use bytes::Bytes;
use entra_ir_core::simulator::NewAppRegistration;
use entra_ir_core::{Error, SimulatedTenant, Transport};
use http::Request;
use http::header::CONTENT_TYPE;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};

const APP: &str = "11111111-2222-4333-8444-555555555555";
const ENDPOINT: &str = "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token";
const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const EXCHANGE: &str = "api://AzureADTokenExchange";

/// A key, its certificate, and the digest by which a client names it.
struct Signer {
    key: EncodingKey,
    certificate: String,
    digest: String,
}

fn signer() -> Signer {
    use base64::Engine as _;
    use sha2::Digest as _;
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(&pair).unwrap();
    let digest = base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(certificate.der()));
    let key = EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).unwrap();
    Signer { key, certificate: certificate.pem(), digest }
}

fn now() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

/// The claims of an assertion of the application.
fn claims() -> Value {
    let now = now();
    json!({ "aud": ENDPOINT, "iss": APP, "sub": APP, "jti": "1", "nbf": now, "iat": now, "exp": now + 300 })
}

fn sign(signer: &Signer, algorithm: Algorithm, claims: &Value) -> String {
    let header = Header { x5t_s256: Some(signer.digest.clone()), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, claims, &signer.key).unwrap()
}

/// Returns the status, and the code of a refusal.
async fn ask(tenant: &SimulatedTenant, assertion: &str) -> (u16, u64) {
    let body = format!(
        "grant_type=client_credentials&client_id={APP}&client_assertion_type={BEARER}&client_assertion={assertion}\
         &scope=https://graph.microsoft.com/.default"
    );
    let request = Request::post(ENDPOINT).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = tenant.send(request.body(Bytes::from(body)).unwrap()).await.unwrap();
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    (answer.status().as_u16(), body["error_codes"][0].as_u64().unwrap_or_default())
}

fn registered(signer: &Signer) -> SimulatedTenant {
    let tenant = SimulatedTenant::contoso();
    let new = NewAppRegistration::named("Reader").app_id(APP).certificate(&signer.certificate).unwrap();
    tenant.add_app_registration(new);
    tenant
}

const GRANTED: (u16, u64) = (200, 0);

#[tokio::test]
async fn an_application_signs_in_with_its_certificate_and_nobody_elses() {
    let (own, other) = (signer(), signer());
    let tenant = registered(&own);
    assert_eq!(ask(&tenant, &sign(&own, Algorithm::PS256, &claims())).await, GRANTED);
    let older = Header { x5t: Some("of an older library".into()), ..Header::new(Algorithm::RS256) };
    let older = |signer: &Signer| jsonwebtoken::encode(&older, &claims(), &signer.key).unwrap();
    assert_eq!(ask(&tenant, &older(&own)).await, GRANTED, "with the SHA-1 digest");
    let refused = (401, 700_027);
    assert_eq!(ask(&tenant, &older(&other)).await, refused);
    assert_eq!(ask(&tenant, &sign(&other, Algorithm::PS256, &claims())).await, refused, "not registered");
    let forged = Signer { digest: own.digest.clone(), ..other };
    assert_eq!(ask(&tenant, &sign(&forged, Algorithm::PS256, &claims())).await, refused, "forged");
    // A public key is no secret: it must not verify as one.
    let header = Header { x5t_s256: Some(own.digest.clone()), ..Header::new(Algorithm::HS256) };
    let key = EncodingKey::from_secret(own.certificate.as_bytes()).unwrap();
    assert_eq!(ask(&tenant, &jsonwebtoken::encode(&header, &claims(), &key).unwrap()).await, refused);
    assert_eq!(ask(&tenant, "eyJhbGciOiJub25lIn0.e30.").await, (400, 50_027), "unsigned");
}

#[tokio::test]
async fn a_clock_that_is_ten_minutes_off_is_noticed_either_way() {
    let own = signer();
    let tenant = registered(&own);
    for minutes in [10, -10] {
        tenant.set_clock_ahead_of_clients(time::Duration::minutes(minutes));
        assert_eq!(ask(&tenant, &sign(&own, Algorithm::PS256, &claims())).await, (401, 700_024), "{minutes}");
    }
    tenant.set_clock_ahead_of_clients(time::Duration::minutes(2));
    assert_eq!(ask(&tenant, &sign(&own, Algorithm::PS256, &claims())).await, GRANTED);
}

#[tokio::test]
async fn an_assertion_is_for_this_endpoint_and_of_this_application() {
    let own = signer();
    let tenant = registered(&own);
    let with = |name: &str, value: &str| {
        let mut claims = claims();
        claims[name] = value.into();
        sign(&own, Algorithm::PS256, &claims)
    };
    let by_id = format!("https://login.microsoftonline.com/{}/oauth2/v2.0/token", SimulatedTenant::ID);
    assert_eq!(ask(&tenant, &with("aud", &by_id)).await, GRANTED);
    for audience in [
        "https://login.microsoftonline.us/contoso.example/oauth2/v2.0/token",
        "https://login.microsoftonline.com/fabrikam.example/oauth2/v2.0/token",
        EXCHANGE,
    ] {
        assert_eq!(ask(&tenant, &with("aud", audience)).await, (401, 700_023), "{audience}");
    }
    for name in ["iss", "sub"] {
        assert_eq!(ask(&tenant, &with(name, "somebody else")).await, (401, 700_021), "{name}");
    }
}

#[tokio::test]
async fn a_federated_token_matches_by_issuer_audience_and_subject() {
    let pair = KeyPair::generate().unwrap();
    let key = EncodingKey::from_ec_pem(pair.serialize_pem().as_bytes()).unwrap();
    let tenant = SimulatedTenant::contoso();
    let (issuer, subject) = ("https://issuer.example", "repo:contoso/tools:environment:night");
    let new = NewAppRegistration::named("Night").app_id(APP);
    tenant.add_app_registration(new.federated(issuer, subject, &pair.public_key_pem()).unwrap());
    let token = |key: &EncodingKey, name: &str, value: Value| {
        let mut claims = json!({ "iss": issuer, "sub": subject, "aud": EXCHANGE, "exp": now() + 300 });
        claims[name] = value;
        jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, key).unwrap()
    };
    assert_eq!(ask(&tenant, &token(&key, "jti", json!("1"))).await, GRANTED);
    assert_eq!(ask(&tenant, &token(&key, "aud", json!(["x", EXCHANGE]))).await, GRANTED);
    for (name, value, code) in [
        ("iss", json!("https://issuer.example/"), 700_211),
        ("aud", json!(ENDPOINT), 700_212),
        ("sub", json!("repo:Contoso/tools:environment:night"), 700_213),
        ("exp", json!(now() - 1), 700_024),
        ("exp", json!("soon"), 50_027),
    ] {
        let status = if code == 50_027 { 400 } else { 401 };
        assert_eq!(ask(&tenant, &token(&key, name, value)).await, (status, code), "{name}");
    }
    let other = EncodingKey::from_ec_pem(KeyPair::generate().unwrap().serialize_pem().as_bytes()).unwrap();
    assert_eq!(ask(&tenant, &token(&other, "jti", json!("1"))).await, (401, 700_027), "forged");
}

#[test]
fn what_cannot_verify_anything_is_refused_when_it_is_registered() {
    let new = || NewAppRegistration::named("x");
    let pair = KeyPair::generate().unwrap();
    let of_ec = CertificateParams::new(Vec::new()).unwrap().self_signed(&pair).unwrap().pem();
    for text in
        ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", &pair.serialize_pem(), &of_ec]
    {
        assert!(matches!(new().certificate(text), Err(Error::Config(_))), "{text}");
    }
    for text in ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"] {
        assert!(matches!(new().federated("i", "s", text), Err(Error::Config(_))), "{text}");
    }
}
