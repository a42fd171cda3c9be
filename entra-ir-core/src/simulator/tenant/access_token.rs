//! Access tokens of the tenant: signed JSON web tokens, whose claims say who calls and with which rights.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The claims of an access token, named as in Microsoft's "Access token claims reference". Graph gets tokens
/// of version 1.0.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Claims {
    pub(crate) aud: String,
    pub(crate) iss: String,
    pub(crate) tid: String,
    pub(crate) oid: String,
    pub(crate) sub: String,
    pub(crate) appid: String,
    pub(crate) app_displayname: String,
    pub(crate) idtyp: String,
    pub(crate) iat: i64,
    pub(crate) nbf: i64,
    pub(crate) exp: i64,
    pub(crate) uti: String,
    pub(crate) ver: String,
    /// The delegated permissions, with spaces between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scp: Option<String>,
    /// The application permissions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) roles: Option<Vec<String>>,
    /// The directory roles, by the ids of their templates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) wids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) upn: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) auth_time: Option<i64>,
    /// The authentication contexts that the client asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) acrs: Vec<String>,
    /// `cp1` if the client understands claims challenges.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) xms_cc: Vec<String>,
}

impl Claims {
    pub(crate) fn is_of_user(&self) -> bool {
        self.idtyp == "user"
    }

    /// Returns whether the client understands claims challenges.
    pub(crate) fn can_be_challenged(&self) -> bool {
        self.xms_cc.iter().any(|capability| capability == "cp1")
    }
}

/// The key that signs the tokens of one tenant. The service signs with RSA; here the one who signs is the one
/// who verifies, so that a symmetric key is enough.
#[derive(Clone)]
pub(crate) struct TokenKey {
    id: String,
    secret: [u8; 32],
}

impl TokenKey {
    pub(crate) fn new() -> Self {
        let [first, second] = [Uuid::new_v4(), Uuid::new_v4()].map(Uuid::into_bytes);
        let mut secret = [0; 32];
        secret[..16].copy_from_slice(&first);
        secret[16..].copy_from_slice(&second);
        Self { id: Uuid::new_v4().simple().to_string(), secret }
    }

    /// Signs claims; `None` if they cannot be signed.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Option<String> {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(&self.secret).ok()?).ok()
    }

    /// Reads a token. `None` if this tenant did not issue it, an error if it was changed since.
    pub(crate) fn read(&self, token: &str) -> Option<Result<Claims, ()>> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        (header.kid.as_deref() == Some(&self.id)).then(|| {
            let key = DecodingKey::from_secret(&self.secret).map_err(drop)?;
            let read = jsonwebtoken::decode(token, &key, &signature_only(Algorithm::HS256));
            read.map(|data| data.claims).map_err(drop)
        })
    }
}

/// Verifies the signature and nothing else: the time of a tenant is its own.
pub(crate) fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_by_its_tenant_alone_and_only_unchanged() {
        let (own, other) = (TokenKey::new(), TokenKey::new());
        let token = own.sign(&Claims { oid: "me".into(), ..Claims::default() }).unwrap();
        assert_eq!(own.read(&token).unwrap().unwrap().oid, "me");
        assert!(other.read(&token).is_none() && own.read("opaque").is_none());
        let (head, _) = token.rsplit_once('.').unwrap();
        assert!(own.read(&format!("{head}.AAAA")).unwrap().is_err());
    }
}
