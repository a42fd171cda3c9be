//! App registrations to add to a tenant.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::application::{NewAppRoleAssignment, NewServicePrincipal};
use crate::error::{Error, Result};
use crate::ids::ObjectId;
use crate::simulator::tenant::registration::{Certificate, ClientSecret, Federated, Registration};
use crate::simulator::tenant::state::State;

/// The audience of federated credentials that Microsoft recommends.
const EXCHANGE: &str = "api://AzureADTokenExchange";

/// Describes an app registration of a simulated tenant: how the application proves who it is, and what it may
/// do by itself. What it may do for a user is a consent ([`NewGrant`](super::application::NewGrant)).
///
/// Source: "Microsoft identity platform and the OAuth 2.0 client credentials flow".
///
/// ```
/// use entra_ir_core::simulator::{NewAppRegistration, NewGrant, SimulatedTenant};
///
/// let tenant = SimulatedTenant::contoso();
/// let night_shift = NewAppRegistration::named("Night shift")
///     .app_id("11111111-2222-4333-8444-555555555555")
///     .secret("a secret of the simulated tenant")
///     .application_permissions(["User.Read.All"])
///     .public_client();
/// let principal = tenant.add_app_registration(night_shift);
/// let graph = tenant.service_principal("Microsoft Graph").unwrap();
/// tenant.add_grant(NewGrant::tenant_wide(principal, graph, "User.Read.All"));
/// ```
#[derive(Clone)]
pub struct NewAppRegistration {
    id: Option<ObjectId>,
    app_id: Option<String>,
    registration: Registration,
}

impl NewAppRegistration {
    /// Makes a registration without credentials and without permissions.
    pub fn named(name: &str) -> Self {
        let registration = Registration {
            app_id: String::new(),
            name: name.to_owned(),
            secrets: Vec::new(),
            certificates: Vec::new(),
            federated: Vec::new(),
            is_public: false,
            permissions: Vec::new(),
        };
        Self { id: None, app_id: None, registration }
    }

    /// Sets the object id of its service principal. Otherwise one is made, the same in every run.
    pub fn id(mut self, id: ObjectId) -> Self {
        self.id = Some(id);
        self
    }

    /// Sets the application (client) id. Otherwise one is made, the same in every run.
    pub fn app_id(mut self, id: &str) -> Self {
        self.app_id = Some(id.to_owned());
        self
    }

    /// Adds a client secret that does not expire.
    pub fn secret(mut self, value: &str) -> Self {
        self.registration.secrets.push(ClientSecret { value: SecretString::from(value), until: None });
        self
    }

    /// Adds a client secret that expires at a time of the tenant.
    pub fn secret_until(mut self, value: &str, until: OffsetDateTime) -> Self {
        let value = SecretString::from(value);
        self.registration.secrets.push(ClientSecret { value, until: Some(until) });
        self
    }

    /// Adds a certificate, as PEM, with an RSA key.
    ///
    /// # Errors
    /// [`Error::Config`] for text that is not such a certificate.
    pub fn certificate(mut self, pem: &str) -> Result<Self> {
        let invalid = || Error::Config("the certificate is not PEM of a certificate with an RSA key".into());
        let body = pem.split_once("-----BEGIN CERTIFICATE-----").ok_or_else(invalid)?.1;
        let body = body.split_once("-----END CERTIFICATE-----").ok_or_else(invalid)?.0;
        let body: String = body.split_ascii_whitespace().collect();
        let der = BASE64_STANDARD.decode(&body).map_err(|_| invalid())?;
        let one = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
        let key = DecodingKey::from_rsa_pem(one.as_bytes()).map_err(|_| invalid())?;
        let digest = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(der));
        self.registration.certificates.push(Certificate { digest, key });
        Ok(self)
    }

    /// Adds a federated credential: tokens of this issuer for this subject and the audience
    /// `api://AzureADTokenExchange`, which the public key (PEM; RSA, EC or Ed25519) verifies.
    ///
    /// # Errors
    /// [`Error::Config`] for text that is not such a key.
    pub fn federated(self, issuer: &str, subject: &str, public_key: &str) -> Result<Self> {
        self.federated_for(issuer, subject, EXCHANGE, public_key)
    }

    /// Adds a federated credential with another audience.
    ///
    /// # Errors
    /// As for [`federated`](Self::federated).
    pub fn federated_for(
        mut self,
        issuer: &str,
        subject: &str,
        audience: &str,
        public_key: &str,
    ) -> Result<Self> {
        let pem = public_key.as_bytes();
        let key = DecodingKey::from_rsa_pem(pem)
            .or_else(|_| DecodingKey::from_ec_pem(pem))
            .or_else(|_| DecodingKey::from_ed_pem(pem))
            .map_err(|_| Error::Config("the key is not PEM of a public key (RSA, EC or Ed25519)".into()))?;
        let [issuer, subject, audience] = [issuer, subject, audience].map(str::to_owned);
        self.registration.federated.push(Federated { issuer, subject, audience, key });
        Ok(self)
    }

    /// Lets it sign users in without a credential of its own, as device code needs ("Allow public client
    /// flows").
    pub fn public_client(mut self) -> Self {
        self.registration.is_public = true;
        self
    }

    /// Grants it these application permissions of Microsoft Graph. They last until its assignment to Graph is
    /// removed.
    pub fn application_permissions(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.registration.permissions.extend(names.into_iter().map(Into::into));
        self
    }

    /// Adds it to the tenant with its service principal, and Graph's if the tenant has none. Returns the
    /// object id of its service principal. One with the same application id is replaced.
    pub(crate) fn add_to(self, state: &mut State) -> ObjectId {
        let mut principal = NewServicePrincipal::own(&self.registration.name);
        let app_id = self.app_id.unwrap_or_else(|| state.directory.object_id().to_string());
        let known = state.applications.by_app_id(&app_id).and_then(|known| known.id);
        if let Some(id) = self.id.or(known) {
            principal = principal.id(id);
        }
        let id = principal.app_id(&app_id).add_to(state);
        let graph = state.graph().unwrap_or_else(|| NewServicePrincipal::graph().add_to(state));
        if !self.registration.permissions.is_empty() {
            NewAppRoleAssignment::of(&id.to_string(), graph).add_to(state);
        }
        state.tokens.registrations.add(Registration { app_id, ..self.registration });
        id
    }
}

// It holds secrets.
impl std::fmt::Debug for NewAppRegistration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewAppRegistration").field("name", &self.registration.name).finish_non_exhaustive()
    }
}
