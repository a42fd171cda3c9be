//! The error of a credential that has no token.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::BoxError;
use crate::text::{cut, printable};

/// Describes why no access token could be obtained. The [`kind`](Self::kind) decides the next step.
///
/// ```
/// use entra_ir_core::{AuthError, AuthErrorKind, Error};
///
/// let error = AuthError::new(AuthErrorKind::ExpiredSecret, "the vault's secret has expired").code(7_000_222);
/// let error = Error::from(error);
/// assert!(error.to_string().contains("AADSTS7000222"));
/// assert!(error.advice().contains("new client secret"));
/// ```
#[derive(Debug, thiserror::Error)]
#[error("no access token: {}. Next: {}", self.brief(), self.advice())]
#[non_exhaustive]
pub struct AuthError {
    /// What the caller does next.
    pub kind: AuthErrorKind,
    /// The number of the code of Microsoft Entra ID, `AADSTS...`.
    pub code: Option<u32>,
    /// The credential's reason, cut to a readable length.
    pub reason: String,
    /// The claims that a sign-in has to request, as JSON.
    pub claims: Option<String>,
    /// How long the token endpoint asked to wait.
    pub retry_after: Option<Duration>,
    /// The credential's own error.
    #[source]
    pub source: Option<BoxError>,
    /// Whether an earlier attempt of the same write, with a valid token, may have been done.
    pub outcome_unknown: bool,
}

/// Names why there is no access token, by what the caller does next.
///
/// Source: "Microsoft Entra authentication and authorization error codes" on Microsoft Learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AuthErrorKind {
    /// The client secret is not one of the application's.
    WrongSecret,
    /// The client secret has expired.
    ExpiredSecret,
    /// The certificate is not one of the application's, or has expired.
    UnknownCertificate,
    /// No federated credential of the application matches the token of the other identity provider.
    UnknownFederation,
    /// The assertion is not valid at this time: the clock of this machine differs from Microsoft's, or the
    /// token of the other identity provider has expired.
    ClockSkew,
    /// There is no such tenant in this cloud.
    UnknownTenant,
    /// The tenant, the application or the token belongs to another cloud.
    WrongCloud,
    /// The token is for another tenant.
    WrongTenant,
    /// The token is for another resource than Microsoft Graph.
    WrongAudience,
    /// The tenant has no such application.
    UnknownApplication,
    /// Consent to the application's permissions is missing.
    ConsentMissing,
    /// A Conditional Access policy blocks the sign-in.
    BlockedByPolicy,
    /// A person has to sign in; `claims` of the error holds what the sign-in has to request.
    InteractionRequired,
    /// The account or the application is disabled or locked.
    AccountDisabled,
    /// The grant was revoked or has expired: a refresh token is no longer accepted.
    GrantRevoked,
    /// The person declined the sign-in.
    Declined,
    /// The device code expired before a person used it.
    CodeExpired,
    /// This machine does not have this way of signing in: no managed identity, no Azure CLI, no token file.
    NotAvailable,
    /// The token endpoint refused for now because there were too many requests.
    Throttled,
    /// The token endpoint did not answer, or had an internal error.
    Unreachable,
    /// The answer was not understood: something between here and the token endpoint may have answered.
    NotUnderstood,
    /// Any other reason.
    Other,
}

impl AuthErrorKind {
    /// Lists every kind.
    pub const ALL: [Self; 22] = [
        Self::WrongSecret,
        Self::ExpiredSecret,
        Self::UnknownCertificate,
        Self::UnknownFederation,
        Self::ClockSkew,
        Self::UnknownTenant,
        Self::WrongCloud,
        Self::WrongTenant,
        Self::WrongAudience,
        Self::UnknownApplication,
        Self::ConsentMissing,
        Self::BlockedByPolicy,
        Self::InteractionRequired,
        Self::AccountDisabled,
        Self::GrantRevoked,
        Self::Declined,
        Self::CodeExpired,
        Self::NotAvailable,
        Self::Throttled,
        Self::Unreachable,
        Self::NotUnderstood,
        Self::Other,
    ];

    /// Returns the word that JSON has for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::WrongSecret => "wrong-secret",
            Self::ExpiredSecret => "expired-secret",
            Self::UnknownCertificate => "unknown-certificate",
            Self::UnknownFederation => "unknown-federation",
            Self::ClockSkew => "clock-skew",
            Self::UnknownTenant => "unknown-tenant",
            Self::WrongCloud => "wrong-cloud",
            Self::WrongTenant => "wrong-tenant",
            Self::WrongAudience => "wrong-audience",
            Self::UnknownApplication => "unknown-application",
            Self::ConsentMissing => "consent-missing",
            Self::BlockedByPolicy => "blocked-by-policy",
            Self::InteractionRequired => "interaction-required",
            Self::AccountDisabled => "account-disabled",
            Self::GrantRevoked => "grant-revoked",
            Self::Declined => "declined",
            Self::CodeExpired => "code-expired",
            Self::NotAvailable => "not-available",
            Self::Throttled => "throttled",
            Self::Unreachable => "unreachable",
            Self::NotUnderstood => "not-understood",
            Self::Other => "other",
        }
    }

    /// Returns what to do before the call is repeated.
    const fn advice(self) -> &'static str {
        match self {
            Self::WrongSecret => {
                "give the value of a client secret of this application (not the secret's id)"
            }
            Self::ExpiredSecret => "add a new client secret to the application, and use its value",
            Self::UnknownCertificate => {
                "upload the certificate to the application, or use the one that is there and has not expired"
            }
            Self::UnknownFederation => {
                "add a federated credential to the application with exactly this issuer, subject and audience"
            }
            Self::ClockSkew => {
                "synchronize the clock of this machine with a time server; for a workload identity, have the \
                token file renewed"
            }
            Self::UnknownTenant => "check the tenant's id or domain, and that it is in this cloud",
            Self::WrongCloud => "build the client for the cloud of the tenant, and use its credential",
            Self::WrongTenant => "sign in to the tenant that the client is for",
            Self::WrongAudience => "request a token for Microsoft Graph of this cloud",
            Self::UnknownApplication => {
                "check the client id, and that the application is registered in this tenant"
            }
            Self::ConsentMissing => "have an administrator consent to the application's permissions",
            Self::BlockedByPolicy => {
                "look the sign-in up in the sign-in log: the Conditional Access policy that blocked it is \
                there; sign in from where it allows, or another way"
            }
            Self::InteractionRequired => {
                "have a person sign in again; where the error has claims, the sign-in has to request them"
            }
            Self::AccountDisabled => {
                "check the operator's own account and the application: they may be part of the incident; use \
                another account"
            }
            Self::GrantRevoked => "sign in again: the operator's own sessions were revoked or have expired",
            Self::Declined => "sign in again, and approve the sign-in if it is yours",
            Self::CodeExpired => "call again, and enter the new code before it expires",
            Self::NotAvailable => "choose a way of signing in that this machine has",
            Self::Throttled => "wait as long as the token endpoint asked",
            Self::Unreachable => "check the network and the proxy between here and the token endpoint",
            Self::NotUnderstood => {
                "check the address of the token endpoint, and the proxy or gateway between here and there"
            }
            Self::Other => {
                "check the credential, its tenant and its secret or certificate (the operator's own account may \
                have been affected)"
            }
        }
    }

    /// Returns whether the same request may succeed later, without anything changed by a person.
    pub(crate) const fn is_temporary(self) -> bool {
        matches!(self, Self::Throttled | Self::Unreachable)
    }
}

impl AuthError {
    /// Creates the error of a [`TokenProvider`](crate::TokenProvider). The reason must not hold a secret.
    pub fn new(kind: AuthErrorKind, reason: impl Into<String>) -> Self {
        Self {
            kind,
            code: None,
            reason: cut(reason.into()),
            claims: None,
            retry_after: None,
            source: None,
            outcome_unknown: false,
        }
    }

    /// Adds the number of the code of Microsoft Entra ID.
    pub const fn code(mut self, code: u32) -> Self {
        self.code = Some(code);
        self
    }

    /// Adds the claims that a sign-in has to request, as JSON.
    pub fn claims(mut self, claims: impl Into<String>) -> Self {
        self.claims = Some(claims.into());
        self
    }

    /// Adds how long the token endpoint asked to wait.
    pub const fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Adds the credential's own error. It must not hold a secret.
    pub fn source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns the code as Microsoft writes it, such as `AADSTS50076`.
    pub fn code_text(&self) -> Option<String> {
        self.code.map(|code| format!("AADSTS{code}"))
    }

    /// Returns whether the same call may succeed later, and repeating it is harmless.
    pub(super) const fn is_retryable(&self) -> bool {
        self.kind.is_temporary() && !self.outcome_unknown
    }

    /// Returns the reason, with the code unless the reason names it.
    pub(crate) fn brief(&self) -> String {
        let reason = printable(&self.reason);
        match self.code_text() {
            Some(code) if !reason.contains(&code) => format!("{reason} ({code})"),
            _ => reason,
        }
    }

    pub(super) fn advice(&self) -> String {
        let first = self.kind.advice();
        if self.outcome_unknown {
            format!("{first}, then read the account's state: the write may have been done")
        } else {
            format!("{first}, then call again; nothing was done")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_its_own_word_and_advice() {
        let words: BTreeSet<_> = AuthErrorKind::ALL.iter().map(|kind| kind.word()).collect();
        let advice: BTreeSet<_> = AuthErrorKind::ALL.iter().map(|kind| kind.advice()).collect();
        assert_eq!((words.len(), advice.len()), (AuthErrorKind::ALL.len(), AuthErrorKind::ALL.len()));
        for kind in AuthErrorKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
        }
    }

    #[test]
    fn a_code_is_named_once() {
        let named = AuthError::new(AuthErrorKind::WrongSecret, "AADSTS7000215: Invalid client secret");
        assert_eq!(named.code(7_000_215).brief().matches("AADSTS").count(), 1);
        let plain = AuthError::new(AuthErrorKind::WrongSecret, "the secret is wrong").code(7_000_215);
        assert_eq!(plain.brief(), "the secret is wrong (AADSTS7000215)");
    }

    #[test]
    fn an_unknown_outcome_is_in_the_advice() {
        let mut error = AuthError::new(AuthErrorKind::Throttled, "too many requests");
        assert!(error.is_retryable() && error.to_string().ends_with("nothing was done"));
        error.outcome_unknown = true;
        assert!(!error.is_retryable() && error.to_string().ends_with("may have been done"), "{error}");
    }
}
