//! The settings of a method that apply to a user, and what the policy means for the methods that are
//! registered.

use serde_json::{Map, Value};

use crate::model::{
    AuthenticationMethod, KeyRestrictions, MethodDetail, MethodKind, MethodPolicy, MethodSettings,
    PasskeyProfile, RegisteredMethod, Target, Verdict,
};

/// Reads the settings of a configuration of a known type, and of the targets that include the user.
pub(super) fn settings(kind: &str, raw: &Map<String, Value>, by: &[Target<'_>]) -> MethodSettings {
    let number = |name: &str| raw.get(name).and_then(Value::as_i64);
    let flag = |name: &str| raw.get(name).and_then(Value::as_bool);
    let word = |name: &str| raw.get(name).and_then(Value::as_str).map(str::to_owned);
    match kind {
        "temporaryAccessPass" => MethodSettings::TemporaryAccessPass {
            minimum_minutes: number("minimumLifetimeInMinutes"),
            maximum_minutes: number("maximumLifetimeInMinutes"),
            default_minutes: number("defaultLifetimeInMinutes"),
            length: number("defaultLength"),
            usable_once: flag("isUsableOnce"),
        },
        "fido2" => {
            let (profiles, unknown_profiles) = profiles(raw, by);
            MethodSettings::Fido2 {
                self_service: flag("isSelfServiceRegistrationAllowed"),
                attestation_enforced: flag("isAttestationEnforced"),
                restrictions: raw.get("keyRestrictions").and_then(read),
                profiles,
                unknown_profiles,
            }
        }
        "microsoftAuthenticator" => MethodSettings::MicrosoftAuthenticator {
            modes: words(by, "authenticationMode"),
            software_oath: flag("isSoftwareOathEnabled"),
        },
        "sms" => MethodSettings::Sms {
            usable_for_sign_in: by
                .iter()
                .filter_map(|target| target.get("isUsableForSignIn")?.as_bool())
                .reduce(|one, other| one || other),
        },
        "voice" => MethodSettings::Voice { office_phone: flag("isOfficePhoneAllowed") },
        "email" => MethodSettings::Email { external_users: word("allowExternalIdToUseEmailOtp") },
        "qrCodePin" => MethodSettings::QrCodePin {
            pin_length: number("pinLength"),
            lifetime_days: number("standardQRCodeLifetimeInDays"),
        },
        "external" => MethodSettings::External { display_name: word("displayName"), app_id: word("appId") },
        _ => MethodSettings::Other,
    }
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

/// Lists a setting of all targets, each word once.
fn words(by: &[Target<'_>], name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in by.iter().filter_map(|target| target.get(name)?.as_str()) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// Lists the passkey profiles that the targets name, and the ids of those that the policy does not show.
///
/// A target that names none has the default profile, where there is one: assumed, as Microsoft calls it the
/// baseline.
fn profiles(raw: &Map<String, Value>, by: &[Target<'_>]) -> (Vec<PasskeyProfile>, Vec<String>) {
    let all: Vec<PasskeyProfile> = raw.get("passkeyProfiles").and_then(read).unwrap_or_default();
    let default = raw.get("defaultPasskeyProfile").and_then(Value::as_str);
    let (mut known, mut unknown): (Vec<PasskeyProfile>, Vec<String>) = (Vec::new(), Vec::new());
    for target in by {
        let named = target.get("allowedPasskeyProfiles").and_then(Value::as_array);
        let named: Vec<&str> = named.into_iter().flatten().filter_map(Value::as_str).collect();
        let named = if named.is_empty() { default.into_iter().collect() } else { named };
        for id in named {
            let is_it = |profile: &PasskeyProfile| {
                profile.id.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(id))
            };
            match all.iter().find(|profile| is_it(profile)) {
                Some(_) if known.iter().any(is_it) => {}
                Some(profile) => known.push(profile.clone()),
                None if unknown.iter().any(|known| known.eq_ignore_ascii_case(id)) => {}
                None => unknown.push(id.to_owned()),
            }
        }
    }
    (known, unknown)
}

/// Returns what the policy means for a registered method. `closed` is the verdict for what the policy does
/// not allow.
pub(super) fn registered(
    method: &AuthenticationMethod,
    policy: &[MethodPolicy],
    closed: Verdict,
) -> RegisteredMethod {
    let (verdict, because) = judge(method, policy, closed);
    RegisteredMethod {
        kind: method.kind.clone(),
        id: method.id.clone(),
        label: method.label(),
        verdict,
        because,
    }
}

fn judge(method: &AuthenticationMethod, policy: &[MethodPolicy], closed: Verdict) -> (Verdict, String) {
    let ways: Vec<&str> = match &method.kind {
        MethodKind::TemporaryAccessPass => vec!["TemporaryAccessPass"],
        MethodKind::Fido2 => vec!["Fido2"],
        MethodKind::QrCodePin => vec!["QRCodePin"],
        MethodKind::Email => vec!["Email"],
        MethodKind::HardwareOath => vec!["HardwareOath"],
        MethodKind::MicrosoftAuthenticator | MethodKind::PasswordlessAuthenticator => {
            vec!["MicrosoftAuthenticator"]
        }
        MethodKind::Phone if method.is_phone("office") => vec!["Voice"],
        MethodKind::Phone => vec!["Sms", "Voice"],
        // Codes of the Authenticator app are registered as software tokens, too.
        MethodKind::SoftwareOath if codes_of_authenticator(policy) => {
            vec!["SoftwareOath", "MicrosoftAuthenticator"]
        }
        MethodKind::SoftwareOath => vec!["SoftwareOath"],
        MethodKind::External => match &method.detail {
            MethodDetail::External { configuration_id: Some(id), .. } => vec![id],
            _ => return (Verdict::Unknown, "the method does not show its configuration".into()),
        },
        MethodKind::Password | MethodKind::WindowsHello => {
            return (Verdict::NotGoverned, "this policy does not govern it".into());
        }
        // A platform credential may be used as a passkey, too.
        MethodKind::PlatformCredential | MethodKind::ResourceAccountKey | MethodKind::Unknown(_) => {
            return (Verdict::Unknown, "which part of the policy governs it is unknown".into());
        }
    };
    let (mut best, mut reasons) = (closed, Vec::new());
    for way in ways {
        let found = policy.iter().find(|known| known.id.eq_ignore_ascii_case(way));
        let (verdict, because) = match found {
            Some(known) => {
                restricted(method, known, closed).unwrap_or_else(|| (known.verdict, known.because()))
            }
            None => (Verdict::Unknown, "the policy does not show it".into()),
        };
        let name = found.map_or(way, |known| known.id.as_str());
        if verdict == Verdict::Allowed {
            return (verdict, format!("{name}: {because}"));
        }
        if verdict == Verdict::Unknown {
            best = verdict;
        }
        reasons.push(format!("{name}: {because}"));
    }
    (best, reasons.join("; "))
}

/// Returns whether the codes of Microsoft Authenticator may be used, as far as known.
fn codes_of_authenticator(policy: &[MethodPolicy]) -> bool {
    policy.iter().any(|known| {
        matches!(known.settings, MethodSettings::MicrosoftAuthenticator { software_oath, .. } if software_oath != Some(false))
    })
}

/// Returns a verdict if a passkey may not be used although passkeys are allowed, or if that is unknown: the
/// service may not show the model, and restrictions may have a word that this version does not know.
///
/// Source: "Enable passkeys (FIDO2) for your organization": key restrictions hold for sign-in as for
/// registration.
fn restricted(
    method: &AuthenticationMethod,
    policy: &MethodPolicy,
    closed: Verdict,
) -> Option<(Verdict, String)> {
    let MethodDetail::Fido2 { aa_guid, .. } = &method.detail else {
        return None;
    };
    let MethodSettings::Fido2 { restrictions, profiles, unknown_profiles, .. } = &policy.settings else {
        return None;
    };
    if policy.verdict != Verdict::Allowed {
        return None;
    }
    let model = aa_guid.as_deref();
    let admits = |held: Option<&KeyRestrictions>| held.map_or(Some(true), |held| admits(held, model));
    let by_profile: Vec<_> = if profiles.is_empty() && unknown_profiles.is_empty() {
        vec![admits(restrictions.as_ref())]
    } else {
        // A profile that the policy does not show is unknown.
        let unknown = unknown_profiles.iter().map(|_| None);
        profiles.iter().map(|profile| admits(profile.key_restrictions.as_ref())).chain(unknown).collect()
    };
    if by_profile.contains(&Some(true)) {
        return None;
    }
    Some(match (by_profile.contains(&None), model) {
        (false, Some(model)) => {
            (closed, format!("the key restrictions do not let the model {model:?} sign in"))
        }
        (false, None) => (closed, "the key restrictions let no model sign in".into()),
        (true, _) => {
            (Verdict::Unknown, "whether the key restrictions let its model sign in is unknown".into())
        }
    })
}

/// Returns whether restrictions let a model sign in; `None` if unknown.
fn admits(restrictions: &KeyRestrictions, model: Option<&str>) -> Option<bool> {
    if restrictions.is_enforced != Some(true) {
        return Some(true);
    }
    let is_listed = || {
        let (listed, model) = (restrictions.aa_guids.as_ref()?, model?);
        Some(listed.iter().any(|known| known.eq_ignore_ascii_case(model)))
    };
    match restrictions.enforcement_type.as_deref().unwrap_or_default().to_ascii_lowercase().as_str() {
        "allow" => is_listed(),
        "block" => is_listed().map(|is_listed| !is_listed),
        _ => None,
    }
}
