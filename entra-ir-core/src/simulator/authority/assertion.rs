//! The assertion of a client: signed with its certificate, or a token of a federated identity provider.

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;

use super::endpoint::Endpoint;
use super::refusal::Refusal;
use crate::simulator::tenant::access_token::signature_only;
use crate::simulator::tenant::registration::Registration;
use crate::simulator::tenant::state::State;

/// How far the clock of a client may be ahead (assumed).
const LEEWAY: time::Duration = time::Duration::minutes(5);

#[derive(Deserialize)]
struct Asserted {
    #[serde(default)]
    iss: String,
    #[serde(default)]
    sub: String,
    #[serde(default)]
    aud: Value,
    // Some libraries write fractions of seconds.
    nbf: Option<f64>,
    exp: Option<f64>,
}

impl Asserted {
    /// Returns whether one of its audiences is as wanted.
    fn is_for(&self, wanted: impl Fn(&str) -> bool) -> bool {
        match &self.aud {
            Value::String(one) => wanted(one),
            Value::Array(several) => several.iter().filter_map(Value::as_str).any(wanted),
            _ => false,
        }
    }

    fn audience(&self) -> String {
        self.aud.as_str().map_or_else(|| self.aud.to_string(), str::to_owned)
    }
}

/// Verifies an assertion of the application.
pub(super) fn verify(
    state: &State,
    at: &Endpoint,
    registration: &Registration,
    assertion: &str,
) -> Result<(), Refusal> {
    let header = jsonwebtoken::decode_header(assertion).map_err(|_| Refusal::malformed_assertion())?;
    let asserted: Asserted = jsonwebtoken::dangerous::insecure_decode_claims(assertion)
        .map_err(|_| Refusal::malformed_assertion())?;
    let is_own = |name: &str| name.eq_ignore_ascii_case(&registration.app_id);
    let names_certificate = header.x5t.is_some() || header.x5t_s256.is_some();
    if is_own(&asserted.iss) && is_own(&asserted.sub) {
        // Some libraries pad it.
        let by_digest = header.x5t_s256.as_deref().map(|digest| digest.trim_end_matches('='));
        let fitting =
            registration.certificates.iter().filter(|one| by_digest.is_none_or(|of| of == one.digest));
        let mut keys = fitting.map(|certificate| &certificate.key).peekable();
        if keys.peek().is_none() {
            return Err(Refusal::unknown_certificate(registration));
        }
        // The page names PS256; RS256 with the older `x5t` is still accepted.
        let is_accepted = matches!(header.alg, Algorithm::PS256 | Algorithm::RS256);
        if !is_accepted || !keys.any(|key| is_signed(assertion, key, header.alg)) {
            return Err(Refusal::wrong_signature());
        }
        if !asserted.is_for(|audience| at.is_it(state, audience)) {
            return Err(Refusal::wrong_audience());
        }
    } else if names_certificate {
        return Err(Refusal::other_application());
    } else {
        federated(registration, header.alg, &asserted, assertion)?;
    }
    // Clients write the time of this machine, which is not the tenant's.
    let now = OffsetDateTime::now_utc().saturating_add(state.tokens.ahead);
    let moment = |seconds: Option<f64>| {
        let since = time::Duration::saturating_seconds_f64(seconds.unwrap_or_default());
        OffsetDateTime::UNIX_EPOCH.saturating_add(since)
    };
    let (from, until) = (moment(asserted.nbf), moment(asserted.exp));
    if from > now.saturating_add(LEEWAY) || until <= now {
        return Err(Refusal::outside_its_time(now, from, until));
    }
    Ok(())
}

/// Matches the token of an identity provider with the federated credentials of the application.
fn federated(
    registration: &Registration,
    algorithm: Algorithm,
    asserted: &Asserted,
    assertion: &str,
) -> Result<(), Refusal> {
    let mut fitting: Vec<_> = registration.federated.iter().collect();
    fitting.retain(|known| known.issuer == asserted.iss);
    if fitting.is_empty() {
        return Err(Refusal::not_federated(700_211, "issuer", &asserted.iss));
    }
    fitting.retain(|known| asserted.is_for(|audience| audience == known.audience));
    if fitting.is_empty() {
        return Err(Refusal::not_federated(700_212, "audience", &asserted.audience()));
    }
    fitting.retain(|known| known.subject == asserted.sub);
    if fitting.is_empty() {
        return Err(Refusal::not_federated(700_213, "subject", &asserted.sub));
    }
    // No page gives the code for a wrong signature of the provider (assumed).
    let is_signed = fitting.iter().any(|known| is_signed(assertion, &known.key, algorithm));
    if is_signed { Ok(()) } else { Err(Refusal::wrong_signature()) }
}

fn is_signed(assertion: &str, key: &DecodingKey, algorithm: Algorithm) -> bool {
    jsonwebtoken::decode::<Value>(assertion, key, &signature_only(algorithm)).is_ok()
}
