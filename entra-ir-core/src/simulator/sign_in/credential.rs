//! Cookies, refresh tokens and primary refresh tokens: what they were obtained with, and whether they are
//! still valid.

use time::OffsetDateTime;

use super::answer::Means;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::machine::{DeviceStanding, Term};
use crate::simulator::tenant::validity::Validity;

/// Names the credential that keeps a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialKind {
    /// A browser's cookie of Entra ID.
    Cookie {
        /// Whether "keep me signed in" was chosen: it survives the closing of the browser.
        persistent: bool,
    },
    /// The refresh token of a public client.
    RefreshToken,
    /// The refresh token of a confidential client, on its server.
    ConfidentialRefreshToken,
    /// The primary refresh token of a device.
    PrimaryRefreshToken,
}

impl CredentialKind {
    /// Returns how long it lives unused. Refresh tokens: page "Refresh tokens"; the others are assumed to be
    /// equal, a cookie without "keep me signed in" to be valid for a day.
    const fn idle(self) -> time::Duration {
        match self {
            Self::Cookie { persistent: false } => time::Duration::hours(24),
            _ => time::Duration::days(90),
        }
    }

    pub(super) const fn means(self) -> Means {
        match self {
            Self::Cookie { .. } => Means::Cookie,
            Self::PrimaryRefreshToken => Means::PrimaryRefreshToken,
            Self::RefreshToken | Self::ConfidentialRefreshToken => Means::RefreshToken,
        }
    }

    pub(super) const fn is_cookie(self) -> bool {
        matches!(self, Self::Cookie { .. })
    }
}

/// The credential that keeps a session, and its origin. Ground truth for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Credential {
    /// What it is.
    pub kind: CredentialKind,
    /// Whether it was obtained with a password, alone or with more.
    pub password_based: bool,
    /// When it was issued, in whole seconds; compared with the times from which sessions are valid. Renewal
    /// does not move it.
    pub issued: OffsetDateTime,
    /// When MFA was done, if it was: by a second factor, or by a method that is MFA itself.
    pub mfa: Option<OffsetDateTime>,
    /// When it was last used; it expires after long disuse.
    pub(super) used: OffsetDateTime,
    /// When it expires at the latest: for tokens, the end of a Temporary Access Pass.
    pub(super) not_after: Option<OffsetDateTime>,
    /// Which session of the browser it belongs to; a copy belongs to the same one.
    pub(super) browser_session: u64,
    /// In which term of its device it was issued.
    pub(super) device_term: Term,
}

impl Credential {
    /// Returns whether it still brings access tokens, by the account's moments and the state of the device
    /// that it is bound to. A primary refresh token that was obtained without a password survives every reset
    /// here: Microsoft documents only that password changes end the ones obtained with a password.
    pub(super) fn is_good(&self, validity: &Validity, device: DeviceStanding, now: OffsetDateTime) -> bool {
        if now >= self.used.saturating_add(self.kind.idle()) || self.not_after.is_some_and(|end| now >= end) {
            return false;
        }
        let is_spared = validity.spares_primaries && self.kind == CredentialKind::PrimaryRefreshToken;
        if self.issued < validity.all_from && !is_spared {
            return false;
        }
        let password_ended = self.password_based && self.issued < validity.password_from;
        let keeps =
            |is_confidential| validity.keeps_refresh_token(self.issued, self.password_based, is_confidential);
        match self.kind {
            CredentialKind::Cookie { .. } => !password_ended,
            CredentialKind::RefreshToken => keeps(false) && device.admits(self.device_term),
            CredentialKind::ConfidentialRefreshToken => keeps(true),
            CredentialKind::PrimaryRefreshToken => !password_ended && device.admits(self.device_term),
        }
    }

    /// Returns the primary refresh token of a device that is registered with it.
    pub(super) fn on_device(self, now: OffsetDateTime, device_term: Term) -> Self {
        let (kind, now) = (CredentialKind::PrimaryRefreshToken, whole_seconds(now));
        Self { kind, issued: now, used: now, device_term, ..self }
    }

    /// Returns whether the MFA in it satisfies per-user MFA. The old button reached applications, not
    /// browsers; what is MFA by itself (a passkey) is assumed to be left alone.
    pub(super) fn satisfies_per_user_mfa(&self, validity: &Validity) -> bool {
        let untouched = self.kind.is_cookie() || !self.password_based;
        self.mfa.is_some_and(|at| untouched || at >= validity.mfa_from)
    }
}
