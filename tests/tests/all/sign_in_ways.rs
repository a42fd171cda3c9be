//! Each way to sign in gets a token of the simulated tenant, and calls Graph with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use entra_ir_core::simulator::{NewAppRegistration, TokenRefusal};
use entra_ir_core::{
    AuthErrorKind, Chain, Client, ClientCertificate, ClientSecret, Cloud, DeviceCode, Error, Guard,
    SimulatedTenant, TokenProvider, TokenRequest, WorkloadIdentity,
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;

const PEM: &str = include_str!("../../../entra-ir-core/src/auth/oauth/tests/fixtures/plain.pem");
const APP: &str = "11111111-2222-4333-8444-555555555555";
const ISSUER: &str = "https://token.actions.example";
const SUBJECT: &str = "repo:contoso/response:ref:main";
const USER: &str = "adele@contoso.example";
const RESPONDER: &str = "responder@contoso.example";

/// Returns Contoso with an application that has a certificate and a federated credential.
fn tenant() -> SimulatedTenant {
    let tenant = SimulatedTenant::contoso();
    let registration = NewAppRegistration::named("Night shift")
        .app_id(APP)
        .certificate(PEM)
        .unwrap()
        .federated(ISSUER, SUBJECT, certificate())
        .unwrap()
        .application_permissions(["User.Read.All"]);
    tenant.add_app_registration(registration);
    tenant
}

fn certificate() -> &'static str {
    &PEM[PEM.find("-----BEGIN CERTIFICATE").unwrap()..]
}

fn tenant_id() -> String {
    SimulatedTenant::ID.to_string()
}

async fn reads_a_user(tenant: &SimulatedTenant, credential: impl TokenProvider) -> Result<(), Error> {
    let client = Client::builder().transport(tenant.clone()).credential(credential).build()?;
    let user = client.get_user(USER).await?;
    assert_eq!(user.user_principal_name.as_deref(), Some(USER));
    Ok(())
}

fn kind(error: &Error) -> AuthErrorKind {
    error.as_auth().unwrap_or_else(|| panic!("{error}")).kind
}

/// Approves each code that is shown, as the responder.
fn device_code(tenant: &SimulatedTenant) -> (DeviceCode, Arc<AtomicUsize>) {
    let (asked, shown) = (tenant.clone(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&shown);
    let prompt = move |prompt: &entra_ir_core::DevicePrompt| {
        counted.fetch_add(1, Ordering::SeqCst);
        assert!(asked.approve_device_code(&prompt.user_code, RESPONDER), "{prompt:?}");
    };
    let credential = DeviceCode::new(&tenant_id(), SimulatedTenant::CONTOSO_APP_ID, prompt).unwrap();
    (credential, shown)
}

#[tokio::test(start_paused = true)]
async fn a_secret_a_certificate_and_a_federated_token_sign_an_application_in() {
    let tenant = tenant();
    let (app, secret) = (SimulatedTenant::CONTOSO_APP_ID, SimulatedTenant::CONTOSO_APP_SECRET);
    reads_a_user(&tenant, ClientSecret::new(&tenant_id(), app, secret).unwrap()).await.unwrap();
    reads_a_user(&tenant, ClientSecret::new("contoso.example", app, secret).unwrap()).await.unwrap();

    let by_certificate = ClientCertificate::from_pem(&tenant_id(), APP, PEM.as_bytes(), None).unwrap();
    reads_a_user(&tenant, by_certificate.clone()).await.unwrap();
    tenant.set_clock_ahead_of_clients(time::Duration::minutes(10));
    reads_a_user(&tenant, by_certificate).await.unwrap();

    tenant.set_clock_ahead_of_clients(time::Duration::ZERO);
    let file = std::env::temp_dir().join(format!("entra-ir-federated-{}", uuid::Uuid::new_v4()));
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let claims = json!({
        "iss": ISSUER, "sub": SUBJECT, "aud": "api://AzureADTokenExchange", "nbf": now, "exp": now + 600,
    });
    let key = EncodingKey::from_rsa_pem(PEM.as_bytes()).unwrap();
    let signed = jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &key).unwrap();
    std::fs::write(&file, signed).unwrap();
    let federated = WorkloadIdentity::new(&tenant_id(), APP, &file).unwrap();
    reads_a_user(&tenant, federated.clone()).await.unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(kind(&reads_a_user(&tenant, federated).await.unwrap_err()), AuthErrorKind::NotAvailable);
}

#[tokio::test(start_paused = true)]
async fn a_person_signs_in_by_a_device_code_and_again_after_a_revocation() {
    let tenant = tenant();
    let (credential, shown) = device_code(&tenant);
    reads_a_user(&tenant, credential.clone()).await.unwrap();
    let request = TokenRequest::new(Cloud::Global.graph_scope(), Cloud::Global, Arc::new(tenant.clone()));
    credential.token(&request).await.unwrap();
    assert_eq!(shown.load(Ordering::SeqCst), 1, "the refresh token renews it");

    tenant.advance(std::time::Duration::from_secs(60));
    let own = tenant.client_builder().guard(Guard::new().allow_own_account()).build().unwrap();
    own.revoke_sign_in_sessions(RESPONDER).await.unwrap();
    tenant.advance(std::time::Duration::from_secs(60));
    credential.token(&request).await.unwrap();
    assert_eq!(shown.load(Ordering::SeqCst), 2, "the grant was revoked");

    let declining = tenant.clone();
    let declined = DeviceCode::new(&tenant_id(), SimulatedTenant::CONTOSO_APP_ID, move |prompt| {
        assert!(declining.decline_device_code(&prompt.user_code));
    });
    let error = reads_a_user(&tenant, declined.unwrap()).await.unwrap_err();
    assert_eq!(kind(&error), AuthErrorKind::Declined);
}

#[tokio::test(start_paused = true)]
async fn refusals_of_the_tenant_are_named() {
    let tenant = tenant();
    let (app, secret) = (SimulatedTenant::CONTOSO_APP_ID, SimulatedTenant::CONTOSO_APP_SECRET);
    let id = tenant_id();
    let other = "99999999-2222-4333-8444-555555555555";
    let cases = [
        (ClientSecret::new(&id, app, "wrong"), AuthErrorKind::WrongSecret),
        (ClientSecret::new(&id, other, secret), AuthErrorKind::UnknownApplication),
        (ClientSecret::new("elsewhere.example", app, secret), AuthErrorKind::UnknownTenant),
    ];
    for (credential, expected) in cases {
        let error = reads_a_user(&tenant, credential.unwrap()).await.unwrap_err();
        assert_eq!(kind(&error), expected, "{error}");
        assert!(!error.to_string().contains(secret), "{error}");
    }
    let expired = NewAppRegistration::named("Old")
        .app_id(other)
        .secret_until("old secret", time::OffsetDateTime::UNIX_EPOCH);
    tenant.add_app_registration(expired);
    let error =
        reads_a_user(&tenant, ClientSecret::new(&id, other, "old secret").unwrap()).await.unwrap_err();
    assert_eq!(kind(&error), AuthErrorKind::ExpiredSecret);

    tenant.refuse_tokens(Some(TokenRefusal::BlockedByPolicy));
    let error = reads_a_user(&tenant, ClientSecret::new(&id, app, secret).unwrap()).await.unwrap_err();
    assert_eq!(kind(&error), AuthErrorKind::BlockedByPolicy);
    tenant.refuse_tokens(Some(TokenRefusal::MfaRequired));
    let error = reads_a_user(&tenant, device_code(&tenant).0).await.unwrap_err();
    assert_eq!(kind(&error), AuthErrorKind::InteractionRequired);
    tenant.refuse_tokens(None);

    let chain = Chain::new()
        .then(WorkloadIdentity::new(&id, APP, "/nowhere/token").unwrap())
        .then(ClientSecret::new(&id, app, secret).unwrap());
    reads_a_user(&tenant, chain).await.unwrap();
}
