//! A certificate with its private key, read from PEM or PFX.

use std::fmt;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use p12_keystore::Pkcs12Archive;
use pkcs8::der::Decode;
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;

use crate::error::{Error, Result};
use crate::text::moment;

/// The object identifier of RSA keys, `rsaEncryption`.
const RSA: &str = "1.2.840.113549.1.1.1";

/// A certificate and the key that signs for it.
#[derive(Clone)]
pub(super) struct Certificate {
    key: EncodingKey,
    /// The SHA-256 digest of the certificate.
    pub(super) digest: String,
    until: OffsetDateTime,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("digest", &self.digest).finish_non_exhaustive()
    }
}

impl Certificate {
    /// Reads a text with a private key and its certificate, in any order; other certificates are ignored.
    pub(super) fn from_pem(text: &[u8], password: Option<&SecretString>) -> Result<Self> {
        let (mut keys, mut certificates) = (Vec::new(), Vec::new());
        for block in Pem::iter_from_buffer(text) {
            let block = block.map_err(|_| bad("it is not valid PEM"))?;
            match block.label.as_str() {
                "CERTIFICATE" => certificates.push(block.contents),
                "RSA PRIVATE KEY" => keys.push(EncodingKey::from_rsa_der(&block.contents)),
                "PRIVATE KEY" => keys.push(of_pkcs8(&block.contents)?),
                "ENCRYPTED PRIVATE KEY" => keys.push(decrypted(&block.contents, password)?),
                _ => {}
            }
        }
        Self::matching(&keys, certificates.iter().map(Vec::as_slice))
    }

    /// Reads a PFX (PKCS #12) file.
    pub(super) fn from_pfx(data: &[u8], password: Option<&SecretString>) -> Result<Self> {
        use p12_keystore::error::Error as P12;
        let text = password.map_or("", |password| password.expose_secret());
        let archive = Pkcs12Archive::from_pkcs12(data, text).map_err(|error| match error {
            P12::MacError(_) | P12::UnpadError | P12::Pkcs5Error(_) if password.is_some() => {
                bad("the password does not open it")
            }
            P12::MacError(_) | P12::UnpadError | P12::Pkcs5Error(_) => bad("it has a password: give it"),
            P12::UnsupportedEncryptionScheme | P12::UnsupportedMacAlgorithm => {
                bad("its encryption is not supported: export it with AES-256")
            }
            _ => bad("it is not a valid PFX file"),
        })?;
        let keys: Result<Vec<_>> = archive.keys.iter().map(|bag| of_pkcs8(bag.key.as_der())).collect();
        Self::matching(&keys?, archive.certs.iter().map(|bag| bag.cert.as_der()))
    }

    /// Finds the certificate of a key: a signature by the key is valid for it.
    fn matching<'a>(keys: &[EncodingKey], certificates: impl Iterator<Item = &'a [u8]>) -> Result<Self> {
        if keys.is_empty() {
            return Err(bad("it has no private key: export the certificate with its key"));
        }
        let mut seen = false;
        for der in certificates {
            let (_, certificate) = X509Certificate::from_der(der).map_err(|_| bad("it is not X.509"))?;
            seen = true;
            let public = DecodingKey::from_rsa_der(&certificate.public_key().subject_public_key.data);
            if let Some(key) = keys.iter().find(|key| is_pair(key, &public)) {
                let until = OffsetDateTime::from_unix_timestamp(certificate.validity().not_after.timestamp());
                return Ok(Self {
                    key: key.clone(),
                    digest: URL_SAFE_NO_PAD.encode(Sha256::digest(der)),
                    until: until.map_err(|_| bad("its end is not a valid time"))?,
                });
            }
        }
        Err(bad(if seen {
            "the private key is of another certificate, or is not RSA"
        } else {
            "it has no certificate: add it to the private key"
        }))
    }

    /// Returns when the certificate expired, if it did.
    pub(super) fn expired(&self) -> Option<String> {
        (self.until <= OffsetDateTime::from(SystemTime::now())).then(|| moment(self.until))
    }

    /// Signs by `PS256`; `None` if the key cannot.
    pub(super) fn sign(&self, message: &str) -> Option<String> {
        signature(&self.key, message.as_bytes()).map(|signature| URL_SAFE_NO_PAD.encode(signature))
    }
}

fn signature(key: &EncodingKey, message: &[u8]) -> Option<Vec<u8>> {
    // `jsonwebtoken::encode` panics in a program that also enables the crate's other provider.
    let signer = (DEFAULT_PROVIDER.signer_factory)(&Algorithm::PS256, key).ok()?;
    signer.try_sign(message).ok()
}

fn is_pair(key: &EncodingKey, public: &DecodingKey) -> bool {
    const PROBE: &[u8] = b"entra-ir";
    let verified = || {
        let verifier = (DEFAULT_PROVIDER.verifier_factory)(&Algorithm::PS256, public).ok()?;
        verifier.verify(PROBE, &signature(key, PROBE)?).ok()
    };
    verified().is_some()
}

fn of_pkcs8(der: &[u8]) -> Result<EncodingKey> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| bad("its private key is not valid"))?;
    if info.algorithm.oid.to_string() != RSA {
        return Err(bad("its private key is not RSA, which Microsoft Entra ID requires"));
    }
    Ok(EncodingKey::from_rsa_der(info.private_key.as_bytes()))
}

fn decrypted(der: &[u8], password: Option<&SecretString>) -> Result<EncodingKey> {
    let password = password.ok_or_else(|| bad("its private key has a password: give it"))?;
    let info = EncryptedPrivateKeyInfoRef::from_der(der).map_err(|_| bad("its private key is not valid"))?;
    let key = info
        .decrypt(password.expose_secret())
        .map_err(|_| bad("the password does not open its private key"))?;
    of_pkcs8(key.as_bytes())
}

fn bad(why: &str) -> Error {
    Error::Config(format!("the client certificate cannot be used: {why}"))
}
