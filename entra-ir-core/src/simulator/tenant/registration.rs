//! App registrations: which applications can obtain tokens of the tenant, and with what.

use jsonwebtoken::DecodingKey;
use secrecy::SecretString;
use time::OffsetDateTime;

/// An application as it is registered.
#[derive(Clone)]
pub(crate) struct Registration {
    pub(crate) app_id: String,
    pub(crate) name: String,
    pub(crate) secrets: Vec<ClientSecret>,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) federated: Vec<Federated>,
    /// Whether it may sign users in without a secret of its own.
    pub(crate) is_public: bool,
    /// The application permissions of Graph that it asks for; they count while they are assigned.
    pub(crate) permissions: Vec<String>,
}

/// A secret, and when it expires.
#[derive(Clone)]
pub(crate) struct ClientSecret {
    pub(crate) value: SecretString,
    pub(crate) until: Option<OffsetDateTime>,
}

/// The public part of a certificate.
#[derive(Clone)]
pub(crate) struct Certificate {
    /// The SHA-256 digest of the certificate in base64url: `x5t#S256`.
    pub(crate) digest: String,
    pub(crate) key: DecodingKey,
}

/// A federated credential: whose tokens are accepted in place of a secret.
#[derive(Clone)]
pub(crate) struct Federated {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) audience: String,
    pub(crate) key: DecodingKey,
}

/// All registrations.
#[derive(Clone, Default)]
pub(crate) struct Registrations(Vec<Registration>);

impl Registrations {
    /// Adds a registration, in the place of one with the same id.
    pub(crate) fn add(&mut self, registration: Registration) {
        self.0.retain(|known| !known.app_id.eq_ignore_ascii_case(&registration.app_id));
        self.0.push(registration);
    }

    pub(crate) fn find(&self, app_id: &str) -> Option<&Registration> {
        self.0.iter().find(|known| known.app_id.eq_ignore_ascii_case(app_id))
    }
}
