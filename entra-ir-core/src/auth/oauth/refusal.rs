//! Reads a refusal of a token endpoint, however damaged, and names what to do next.

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::form::Form;
use crate::error::{AuthError, AuthErrorKind};
use crate::text::{cut, without_tokens};
use crate::wire::{Response, is_html, retry_after, server_date};
use AuthErrorKind as Kind;

/// What a token endpoint refused.
#[derive(Debug)]
pub(super) struct Refused {
    /// The word in `error`, such as `authorization_pending`; empty if there is none.
    pub(super) word: String,
    /// When the endpoint answered, by its own clock.
    pub(super) date: Option<OffsetDateTime>,
    pub(super) error: AuthError,
}

impl From<AuthError> for Box<Refused> {
    fn from(error: AuthError) -> Self {
        Self::new(Refused { word: String::new(), date: None, error })
    }
}

/// Codes of Microsoft Entra ID by what to do next. Sources: "Microsoft Entra authentication and authorization
/// error codes"; for those that the page lacks, answers of the service that others report.
const CODES: &[(u32, AuthErrorKind)] = &[
    (50_001, Kind::WrongAudience),
    (50_033, Kind::Unreachable),
    (50_053, Kind::AccountDisabled),
    (50_055, Kind::InteractionRequired),
    (50_057, Kind::AccountDisabled),
    (50_058, Kind::InteractionRequired),
    (50_072, Kind::InteractionRequired),
    (50_074, Kind::InteractionRequired),
    (50_076, Kind::InteractionRequired),
    (50_078, Kind::InteractionRequired),
    (50_079, Kind::InteractionRequired),
    (50_089, Kind::GrantRevoked),
    (50_097, Kind::InteractionRequired),
    (50_129, Kind::BlockedByPolicy),
    (50_132, Kind::GrantRevoked),
    (50_133, Kind::GrantRevoked),
    (50_158, Kind::InteractionRequired),
    (50_173, Kind::GrantRevoked),
    (53_000, Kind::BlockedByPolicy),
    (53_001, Kind::BlockedByPolicy),
    (53_002, Kind::BlockedByPolicy),
    (53_003, Kind::BlockedByPolicy),
    (53_004, Kind::InteractionRequired),
    (53_011, Kind::BlockedByPolicy),
    (65_001, Kind::ConsentMissing),
    (65_004, Kind::Declined),
    (70_002, Kind::WrongSecret),
    (70_008, Kind::GrantRevoked),
    (70_011, Kind::WrongAudience),
    (70_018, Kind::CodeExpired),
    (70_019, Kind::CodeExpired),
    (70_021, Kind::UnknownFederation),
    (70_043, Kind::GrantRevoked),
    (90_002, Kind::UnknownTenant),
    (90_006, Kind::Unreachable),
    (90_024, Kind::Unreachable),
    (90_033, Kind::Unreachable),
    (90_038, Kind::WrongCloud),
    (90_055, Kind::Throttled),
    (90_094, Kind::ConsentMissing),
    (500_011, Kind::WrongAudience),
    (500_121, Kind::InteractionRequired),
    (530_003, Kind::BlockedByPolicy),
    (530_004, Kind::BlockedByPolicy),
    (650_057, Kind::ConsentMissing),
    (700_016, Kind::UnknownApplication),
    (700_023, Kind::UnknownFederation),
    (700_024, Kind::ClockSkew),
    (700_027, Kind::UnknownCertificate),
    (700_030, Kind::UnknownCertificate),
    (700_082, Kind::GrantRevoked),
    (700_211, Kind::UnknownFederation),
    (700_212, Kind::UnknownFederation),
    (700_213, Kind::UnknownFederation),
    (900_021, Kind::UnknownTenant),
    (900_023, Kind::UnknownTenant),
    (900_382, Kind::WrongCloud),
    (7_000_112, Kind::AccountDisabled),
    (7_000_214, Kind::UnknownCertificate),
    (7_000_215, Kind::WrongSecret),
    (7_000_222, Kind::ExpiredSecret),
];

/// Words of `error` that decide alone: the protocol gives each one meaning, whatever the code.
const DECISIVE: &[(&str, AuthErrorKind)] = &[
    ("access_denied", Kind::Declined),
    ("authorization_declined", Kind::Declined),
    ("bad_verification_code", Kind::CodeExpired),
    ("expired_token", Kind::CodeExpired),
];

/// Words of `error` and `suberror`, for an answer without a known code.
const WORDS: &[(&str, AuthErrorKind)] = &[
    ("consent_required", Kind::ConsentMissing),
    ("interaction_required", Kind::InteractionRequired),
    ("invalid_grant", Kind::GrantRevoked),
    ("login_required", Kind::InteractionRequired),
    ("server_error", Kind::Unreachable),
    ("temporarily_unavailable", Kind::Unreachable),
    ("unauthorized_client", Kind::UnknownApplication),
];

/// Names what to do after a code; `None` if the code says nothing.
pub(super) fn kind_of(code: u32) -> Option<AuthErrorKind> {
    CODES.binary_search_by_key(&code, |(code, _)| *code).ok().map(|at| CODES[at].1)
}

fn find(words: &[(&str, AuthErrorKind)], word: &str) -> Option<AuthErrorKind> {
    words.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind)
}

/// Reads an answer that is not a success.
pub(super) fn refused(response: &Response, form: &Form) -> Refused {
    let body: Option<Map<String, Value>> = serde_json::from_slice(response.body()).ok();
    let (date, wait) =
        (server_date(response.headers()), retry_after(response.headers(), OffsetDateTime::now_utc()));
    let status = response.status();
    let text = |name: &str| body.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let word = text("error").unwrap_or_default();
    let described = text("error_description").unwrap_or_default();
    let codes = codes(body.as_ref(), &described);
    let known = codes.iter().find_map(|code| Some((*code, kind_of(*code)?)));
    let by_word = || text("suberror").and_then(|word| find(WORDS, &word)).or_else(|| find(WORDS, &word));
    let kind = match (status.as_u16(), known) {
        (_, Some((_, kind))) => find(DECISIVE, &word).unwrap_or(kind),
        (429, _) => Kind::Throttled,
        (500.., _) => Kind::Unreachable,
        _ if body.is_none() || word.is_empty() => Kind::NotUnderstood,
        _ => find(DECISIVE, &word).or_else(by_word).unwrap_or(Kind::Other),
    };
    let reason = if described.is_empty() {
        let what = match (&body, is_html(response)) {
            (Some(_), _) if !word.is_empty() => format!("`{word}`"),
            (_, true) => "a page of HTML".into(),
            _ if response.body().is_empty() => "nothing".into(),
            _ => "what is not an answer of Microsoft Entra ID".into(),
        };
        format!("the token endpoint answered {} with {what}", status.as_u16())
    } else {
        first_sentences(&described)
    };
    let mut error = AuthError::new(kind, cut(without_tokens(&form.masked(&reason))));
    error.code = known.map(|(code, _)| code).or_else(|| codes.first().copied());
    error.claims = text("claims").filter(|claims| serde_json::from_str::<Map<String, Value>>(claims).is_ok());
    error.retry_after = wait.filter(|_| error.kind.is_temporary());
    Refused { word, date, error }
}

/// Returns the description without the ids of the request, which follow on lines of their own or on the same
/// one.
fn first_sentences(described: &str) -> String {
    let end = described.find("Trace ID:").unwrap_or(described.len());
    described[..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads the codes of `error_codes`, and those of the description.
fn codes(body: Option<&Map<String, Value>>, described: &str) -> Vec<u32> {
    let listed = body.and_then(|body| body.get("error_codes")?.as_array());
    let listed = listed.into_iter().flatten().filter_map(|code| u32::try_from(code.as_u64()?).ok());
    listed.chain(named_codes(described)).collect()
}

/// Finds the codes that a text names, `AADSTS` with a number.
pub(super) fn named_codes(text: &str) -> impl Iterator<Item = u32> {
    text.split("AADSTS").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    })
}
