//! The client certificate. The fixtures were made by `openssl req -x509 -newkey rsa:2048` and `openssl pkcs12
//! -export`; their keys are in no other use.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use secrecy::SecretString;
use x509_parser::pem::Pem;

use super::*;
use crate::auth::oauth::ClientCertificate;
use crate::error::{AuthErrorKind as Kind, Error};

const PLAIN: &[u8] = include_bytes!("fixtures/plain.pem");
/// The SHA-256 digest of the certificate in every fixture, by `openssl dgst`.
const DIGEST: &str = "8za-gDVnQLAotuGul1FGufDhBrIiF_S_OHgPPfsRZyg";

fn password() -> SecretString {
    "correct-horse".into()
}

fn credential() -> ClientCertificate {
    ClientCertificate::from_pem(TENANT, CLIENT, PLAIN, None).unwrap()
}

/// Verifies an assertion with the certificate, and returns its header and claims.
fn verified(assertion: &str) -> (Value, Value) {
    let certificate = Pem::iter_from_buffer(PLAIN).map(Result::unwrap).find(|pem| pem.label == "CERTIFICATE");
    let certificate = certificate.unwrap();
    let certificate = certificate.parse_x509().unwrap();
    let key = DecodingKey::from_rsa_der(&certificate.public_key().subject_public_key.data);
    let mut validation = Validation::new(Algorithm::PS256);
    validation.set_audience(&[format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token")]);
    validation.validate_exp = false;
    let read = jsonwebtoken::decode::<Value>(assertion, &key, &validation).unwrap();
    let header = URL_SAFE_NO_PAD.decode(assertion.split('.').next().unwrap()).unwrap();
    (serde_json::from_slice(&header).unwrap(), read.claims)
}

#[tokio::test]
async fn the_assertion_is_the_documented_one() {
    let (request, transport) = request(Cloud::Global, [success()]);
    credential().token(&request).await.unwrap();
    let sent = &transport.requests()[0];
    assert_eq!(field(sent, "client_secret"), None);
    assert_eq!(
        field(sent, "client_assertion_type").unwrap(),
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    let (header, claims) = verified(&field(sent, "client_assertion").unwrap());
    assert_eq!(header, json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": DIGEST }));
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!(CLIENT), &json!(CLIENT)));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 600);
    assert!(claims["jti"].is_string() && claims["iat"] == claims["nbf"]);
}

#[tokio::test]
async fn every_usual_form_of_the_file_is_read() {
    let pem = |text, password: Option<&SecretString>| {
        ClientCertificate::from_pem(TENANT, CLIENT, text, password).unwrap()
    };
    let pfx = |data, password: Option<&SecretString>| {
        ClientCertificate::from_pfx(TENANT, CLIENT, data, password).unwrap()
    };
    let credentials = [
        pem(include_bytes!("fixtures/pkcs1.pem"), None),
        pem(include_bytes!("fixtures/encrypted.pem"), Some(&password())),
        pfx(include_bytes!("fixtures/modern.pfx"), Some(&password())),
        pfx(include_bytes!("fixtures/legacy.pfx"), Some(&password())),
        pfx(include_bytes!("fixtures/no-password.pfx"), None),
    ];
    for (at, credential) in credentials.iter().enumerate() {
        let (request, transport) = request(Cloud::Global, [success()]);
        credential.token(&request).await.unwrap();
        let (header, _) = verified(&field(&transport.requests()[0], "client_assertion").unwrap());
        assert_eq!(header["x5t#S256"], DIGEST, "{at}");
    }
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_is_sent() {
    let pem = |text: &[u8], password: Option<&SecretString>| {
        ClientCertificate::from_pem(TENANT, CLIENT, text, password).map(drop)
    };
    let pfx = |data: &[u8], password: Option<&SecretString>| {
        ClientCertificate::from_pfx(TENANT, CLIENT, data, password).map(drop)
    };
    let wrong = SecretString::from("hunter2-hunter2");
    let cases = [
        (pem(include_bytes!("fixtures/cert-only.pem"), None), "no private key"),
        (pem(include_bytes!("fixtures/mismatched.pem"), None), "of another certificate"),
        (pem(include_bytes!("fixtures/elliptic.pem"), None), "not RSA"),
        (pem(include_bytes!("fixtures/encrypted.pem"), None), "has a password"),
        (pem(include_bytes!("fixtures/encrypted.pem"), Some(&wrong)), "password does not open"),
        (pem(b"", None), "no private key"),
        (pem(b"-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n", None), "not valid PEM"),
        (pem(&PLAIN[..1200], None), "not valid PEM"),
        (pfx(include_bytes!("fixtures/modern.pfx"), Some(&wrong)), "password does not open"),
        (pfx(include_bytes!("fixtures/modern.pfx"), None), "has a password"),
        (pfx(include_bytes!("fixtures/legacy.pfx"), Some(&wrong)), "password does not open"),
        (pfx(include_bytes!("fixtures/no-key.pfx"), Some(&password())), "no private key"),
        (pfx(PLAIN, Some(&password())), "not a valid PFX"),
        (pfx(b"", None), "not a valid PFX"),
    ];
    for (at, (result, why)) in cases.into_iter().enumerate() {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Config(_)), "{at}: {error:?}");
        let told = error.to_string();
        assert!(told.contains(why) && !told.contains("hunter2"), "{at}: {told}");
    }
}

#[tokio::test]
async fn an_expired_certificate_is_named_without_a_request() {
    let pem = include_bytes!("fixtures/expired.pem");
    let credential = ClientCertificate::from_pem(TENANT, CLIENT, pem, None).unwrap();
    let (error, sent) = failure(&credential, []).await;
    assert_eq!((error.kind, sent), (Kind::UnknownCertificate, 0));
    assert!(error.reason.contains("expired at 2026-11-27"), "{}", error.reason);
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_corrected_by_that_of_the_endpoint() {
    let outside =
        || refusal(401, "invalid_client", 700_024, "Client assertion is not within its valid time range.");
    let dated = outside().header("date", "Sat, 28 Nov 2026 09:10:00 GMT");
    let (request, transport) = request(Cloud::Global, [dated, success()]);
    assert!(credential().token(&request).await.is_ok());
    let (_, claims) = verified(&field(&transport.requests()[1], "client_assertion").unwrap());
    assert_eq!(claims["nbf"], 1_795_857_000);

    assert_eq!(failure(&credential(), [outside()]).await.0.kind, Kind::ClockSkew);
    let dated = || outside().header("date", "Sat, 28 Nov 2026 09:10:00 GMT");
    let (error, sent) = failure(&credential(), [dated(), dated()]).await;
    assert_eq!((error.kind, error.code, sent), (Kind::ClockSkew, Some(700_024), 2), "once, and no more");
}
