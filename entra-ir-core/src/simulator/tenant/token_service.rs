//! The state of the token endpoint: registrations, device codes, refresh tokens, and its switches.

use std::collections::HashMap;

use time::OffsetDateTime;

use super::access_token::TokenKey;
use super::registration::Registrations;
use crate::ids::ObjectId;

/// How long a device code is valid, and how often a client may ask for its tokens (page "OAuth 2.0 device
/// authorization grant").
pub(crate) const CODE_LIFE: time::Duration = time::Duration::minutes(15);
pub(crate) const POLLING_INTERVAL: time::Duration = time::Duration::seconds(5);

/// How long a refresh token lives unused (page "Refresh tokens").
pub(crate) const IDLE: time::Duration = time::Duration::days(90);

/// Why the token endpoint refuses every request for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenRefusal {
    /// A Conditional Access policy blocks the sign-in (`AADSTS53003`).
    BlockedByPolicy,
    /// The user must do multifactor authentication (`AADSTS50076`); an application is not affected.
    MfaRequired,
}

/// Where the sign-in by a device code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeState {
    Pending,
    Approved { user: ObjectId, at: OffsetDateTime },
    Declined,
}

/// A device code that a client polls for.
#[derive(Clone)]
pub(crate) struct DeviceCode {
    pub(crate) code: String,
    pub(crate) user_code: String,
    pub(crate) app_id: String,
    pub(crate) scope: String,
    pub(crate) expires: OffsetDateTime,
    pub(crate) interval: time::Duration,
    pub(crate) polled: Option<OffsetDateTime>,
    pub(crate) state: CodeState,
}

/// What a refresh token stands for.
#[derive(Clone)]
pub(crate) struct RefreshToken {
    pub(crate) app_id: String,
    pub(crate) user: ObjectId,
    /// In whole seconds; compared with the times from which sessions are valid. A renewal does not move it.
    pub(crate) issued: OffsetDateTime,
    pub(crate) used: OffsetDateTime,
    pub(crate) amr: Vec<String>,
    pub(crate) is_confidential: bool,
}

impl RefreshToken {
    pub(crate) fn is_password_based(&self) -> bool {
        self.amr.iter().any(|method| method == "pwd")
    }
}

#[derive(Clone)]
pub(crate) struct TokenService {
    pub(crate) key: TokenKey,
    pub(crate) registrations: Registrations,
    pub(crate) device_codes: Vec<DeviceCode>,
    pub(crate) refresh_tokens: HashMap<String, RefreshToken>,
    pub(crate) refusal: Option<TokenRefusal>,
    /// How far the service's clock is ahead of the clock of its clients, for the time of their assertions.
    pub(crate) ahead: time::Duration,
    /// Whether Graph refuses running tokens of users after a critical event.
    pub(crate) graph_gets_events: bool,
}

impl TokenService {
    pub(crate) fn new() -> Self {
        Self {
            key: TokenKey::new(),
            registrations: Registrations::default(),
            device_codes: Vec::new(),
            refresh_tokens: HashMap::new(),
            refusal: None,
            ahead: time::Duration::ZERO,
            graph_gets_events: false,
        }
    }
}
