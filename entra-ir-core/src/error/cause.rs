//! Finds the cause of a refusal where neither the status nor a single code identifies it.
//!
//! Services of Microsoft give the same cause with several statuses and codes, and one code for several
//! causes. The texts are those of the real service and their near relatives. A message quotes names, which an
//! attacker may have chosen: text in quotes and addresses are ignored.

use http::StatusCode;

/// Causes that decide the next step, whatever the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The tenant has no licence for it.
    NotLicensed,
    /// The caller's own sign-in had no MFA, or it is too old.
    MfaMissing,
    /// The target is in a restricted management administrative unit.
    RestrictedUnit,
    /// The token is for another resource, or another tenant.
    WrongToken,
    /// The authentication methods policy does not allow the method.
    MethodPolicy,
    /// The new password is banned or too weak.
    Password,
    /// The user's default method cannot be deleted.
    DefaultMethod,
    /// The alternate mobile number must be deleted first.
    AlternateMobileFirst,
    /// The object is mastered on-premises.
    SyncedObject,
    /// A security key whose id the service itself cannot read.
    UnreadableKey,
}

/// Codes that identify the cause by themselves.
const CODES: &[(&str, Cause)] = &[
    ("AadPremiumLicenseRequired", Cause::NotLicensed),
    ("NoLicense", Cause::NotLicensed),
    ("Authentication_RequestFromNonPremiumTenantOrB2CTenant", Cause::NotLicensed),
    ("Authorization_IdentityNotFound", Cause::WrongToken),
    ("OrganizationFromTenantGuidNotFound", Cause::WrongToken),
    ("InvalidAuthenticationTokenAudience", Cause::WrongToken),
    ("PasswordBanned", Cause::Password),
    ("InvalidPassword", Cause::Password),
];

/// Parts of codes that describe what is wrong with a password; services have many such codes.
const PASSWORD_FAULTS: &[&str] =
    &["weak", "short", "long", "history", "banned", "fuzzy", "complex", "policy", "characters", "reuse"];

/// Texts that identify the cause: every part must be present, in this order, as [`comparable`] normalizes it.
const TEXTS: &[(&[&str], Cause)] = &[
    (&["matches the user's current default authentication method"], Cause::DefaultMethod),
    (&["cannot delete default method"], Cause::DefaultMethod),
    (&["without first deleting alternate mobile number"], Cause::AlternateMobileFirst),
    (&["on premises mastered directory sync objects"], Cause::SyncedObject),
    (&["restricted management"], Cause::RestrictedUnit),
    (&["restricted administrative unit"], Cause::RestrictedUnit),
    (&["mfa required"], Cause::MfaMissing),
    (&["mfa is required"], Cause::MfaMissing),
    (&["requires mfa"], Cause::MfaMissing),
    (&["must", "mfa"], Cause::MfaMissing),
    (&["mfa", "not performed"], Cause::MfaMissing),
    (&["aadsts50074"], Cause::MfaMissing),
    (&["aadsts50076"], Cause::MfaMissing),
    (&["aadsts50079"], Cause::MfaMissing),
    (&["usercredentialpolicy does not allow"], Cause::MethodPolicy),
    (&["policy is not enabled for this user"], Cause::MethodPolicy),
    (&["does not comply with password complexity requirements"], Cause::Password),
    (&["password", "banned"], Cause::Password),
    (&["invalid value for keyid"], Cause::UnreadableKey),
    (&["not a valid base 64 string"], Cause::UnreadableKey),
    (&["invalid audience"], Cause::WrongToken),
    (&["audience validation failed"], Cause::WrongToken),
    (&["invalid issuer"], Cause::WrongToken),
    (&["issuer validation failed"], Cause::WrongToken),
    (&["tenant for tenant guid", "does not exist"], Cause::WrongToken),
    (&["identity of the calling application could not be established"], Cause::WrongToken),
    (&["not licensed"], Cause::NotLicensed),
    (&["premium license"], Cause::NotLicensed),
    (&["no license"], Cause::NotLicensed),
    (&["license requirement"], Cause::NotLicensed),
    (&["license", "required"], Cause::NotLicensed),
    (&["require", "license"], Cause::NotLicensed),
    (&["have", "license"], Cause::NotLicensed),
    (&["required sku"], Cause::NotLicensed),
];

/// Words that a service writes into a message as they are, in quotes or not.
const WORDS: &[(&str, Cause)] = &[("ngcmfa", Cause::MfaMissing), ("[\"mfarule\"]", Cause::MfaMissing)];

/// Synonyms, and names of roles that sound like a cause.
const SYNONYMS: &[(&str, &str)] = &[
    ("licence", "license"),
    ("license administrator", ""),
    ("license manager", ""),
    ("multi factor authentication", "mfa"),
    ("multifactor authentication", "mfa"),
    ("two factor authentication", "mfa"),
    ("strong authentication", "mfa"),
    ("mfa admin", ""),
];

/// Finds the cause of a refusal: by its codes, then by its texts, the outer ones first.
pub(super) fn of<'a>(
    status: StatusCode,
    mut codes: impl Iterator<Item = &'a str>,
    mut texts: impl Iterator<Item = &'a str>,
) -> Option<Cause> {
    if !status.is_client_error() {
        return None;
    }
    if let Some(cause) = codes.find_map(by_code) {
        return Some(cause);
    }
    // The message of a 404 names the missing object and says nothing else.
    if status == StatusCode::NOT_FOUND {
        return None;
    }
    texts.find_map(by_text)
}

fn by_code(code: &str) -> Option<Cause> {
    if let Some((_, cause)) = CODES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)) {
        return Some(*cause);
    }
    let code = code.to_ascii_lowercase();
    let of_password = code.contains("password") || code.contains("fuzzypolicy");
    let faulty = || PASSWORD_FAULTS.iter().any(|fault| code.contains(fault));
    (of_password && faulty()).then_some(Cause::Password)
}

fn by_text(text: &str) -> Option<Cause> {
    let lower = text.to_lowercase();
    if let Some((_, cause)) = WORDS.iter().find(|(word, _)| lower.contains(word)) {
        return Some(*cause);
    }
    let text = comparable(&lower);
    let holds = |parts: &[&str]| {
        let after = |rest: &mut &str, part: &str| {
            let found = rest.find(part).map(|at| at + part.len());
            found.map(|end| *rest = &rest[end..]).is_some()
        };
        let mut rest = text.as_str();
        parts.iter().all(|part| after(&mut rest, part))
    };
    TEXTS.iter().find(|(parts, _)| holds(parts)).map(|(_, cause)| *cause)
}

/// Normalizes a text in lower case: without names, with single spaces instead of hyphens, and one word for
/// each concept.
fn comparable(lower: &str) -> String {
    let spaced = without_quoted(lower).replace(['-', '\u{2010}', '\u{2011}'], " ");
    let words: Vec<_> = spaced.split_whitespace().filter(|word| !word.contains('@')).collect();
    let text = words.join(" ");
    SYNONYMS.iter().fold(text, |text, (word, same)| text.replace(word, same))
}

/// Removes quoted text. An apostrophe within a word is not a quote.
fn without_quoted(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut quote, mut before) = (None, ' ');
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        let opens = matches!(next, '\'' | '"' | '`' | '\u{2018}' | '\u{201c}') && !before.is_alphanumeric();
        match quote {
            None if opens => quote = Some(closing(next)),
            None => kept.push(next),
            Some(end) if next == end && !rest.peek().is_some_and(|after| after.is_alphanumeric()) => {
                quote = None;
            }
            Some(_) => {}
        }
        before = next;
    }
    kept
}

const fn closing(quote: char) -> char {
    match quote {
        '\u{2018}' => '\u{2019}',
        '\u{201c}' => '\u{201d}',
        same => same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_message_is_no_cause() {
        for name in [
            "licensing@contoso.example",
            "your tenant is not licensed",
            "o'brien: mfa is required",
            "License Administrator",
            "restricted management",
            "password banned",
        ] {
            for text in [
                format!("One of the roles 'Global Reader', '{name}' is needed."),
                format!("The application \"{name}\" has no permission for it."),
                format!("Resource \u{2018}{name}\u{2019} cannot be changed."),
            ] {
                assert_eq!(by_text(&text), None, "{text}");
            }
        }
        for text in [
            "Directory role License Administrator does not have the right permission",
            "licensing.required@contoso.example does not have a mailbox",
            "Insufficient privileges: the role 'MFA Admin' is required",
        ] {
            assert_eq!(by_text(text), None, "{text}");
        }
    }

    #[test]
    fn one_cause_has_many_texts() {
        for (text, cause) in [
            ("Your tenant doesn't have a premium licence for this feature", Cause::NotLicensed),
            (
                "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.",
                Cause::NotLicensed,
            ),
            ("Your tenant does not have the required SKU (Microsoft Entra ID P2).", Cause::NotLicensed),
            ("Multi factor authentication is required", Cause::MfaMissing),
            ("Strong authentication is required to perform this operation.", Cause::MfaMissing),
            ("AADSTS50076: Due to a change, you must use multi-factor authentication.", Cause::MfaMissing),
            ("MFA is required for a 'RemoveKey' operation, but was not performed.", Cause::MfaMissing),
            (r#"The following policy rules failed: ["MfaRule"]"#, Cause::MfaMissing),
            ("The target is in a restricted-management administrative unit", Cause::RestrictedUnit),
            ("It is in a restricted administrative unit", Cause::RestrictedUnit),
            ("IDX10214: Audience validation failed.", Cause::WrongToken),
            ("The tenant for tenant guid '0af1' does not exist.", Cause::WrongToken),
        ] {
            assert_eq!(by_text(text), Some(cause), "{text}");
        }
        for code in
            ["PasswordIsTooWeak", "InvalidPasswordTooShort", "PasswordHistory", "FuzzyPolicyViolation"]
        {
            assert_eq!(by_code(code), Some(Cause::Password), "{code}");
        }
        assert_eq!(by_code("PasswordResetNotAllowed"), None);
    }
}
