//! What caused a refusal, where neither the status nor one code tells.
//!
//! Services of Microsoft give the same cause with several statuses and codes, and one code for several causes. Each text here was seen in answers of
//! the real service; matching is by part and without case.

use super::GraphError;

/// Causes that decide what to do next, whatever the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The tenant has not bought it.
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
    /// The user's default method cannot go.
    DefaultMethod,
    /// The alternate mobile number must go first.
    AlternateMobileFirst,
    /// The object is mastered on-premises.
    SyncedObject,
    /// A security key whose id the service itself cannot read.
    UnreadableKey,
}

/// Codes that name their cause alone.
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

/// Texts that name their cause: every part has to be there, in lower case.
const TEXTS: &[(&[&str], Cause)] = &[
    (&["matches the user's current default authentication method"], Cause::DefaultMethod),
    (&["cannot delete default method"], Cause::DefaultMethod),
    (&["without first deleting alternate mobile number"], Cause::AlternateMobileFirst),
    (&["on-premises mastered directory sync objects"], Cause::SyncedObject),
    (&["restricted management"], Cause::RestrictedUnit),
    (&["ngcmfa"], Cause::MfaMissing),
    (&["mfarule"], Cause::MfaMissing),
    (&["mfa", "requir"], Cause::MfaMissing),
    (&["mfa", "not performed"], Cause::MfaMissing),
    (&["multi-factor", "requir"], Cause::MfaMissing),
    (&["multifactor", "requir"], Cause::MfaMissing),
    (&["usercredentialpolicy does not allow"], Cause::MethodPolicy),
    (&["policy is not enabled for this user"], Cause::MethodPolicy),
    (&["does not comply with password complexity requirements"], Cause::Password),
    (&["password", "banned"], Cause::Password),
    (&["invalid value for keyid"], Cause::UnreadableKey),
    (&["not a valid base-64 string"], Cause::UnreadableKey),
    (&["invalid audience"], Cause::WrongToken),
    (&["invalid issuer"], Cause::WrongToken),
    (&["tenant for tenant guid", "does not exist"], Cause::WrongToken),
    (&["identity of the calling application could not be established"], Cause::WrongToken),
    (&["licens"], Cause::NotLicensed),
];

/// Finds the cause of a refusal: by its codes, then by its texts, the outer ones first.
pub(super) fn of(error: &GraphError) -> Option<Cause> {
    if !error.status.is_client_error() {
        return None;
    }
    let details = error.details.iter();
    let codes = std::iter::once(error.code.as_str())
        .chain(error.inner_code.as_deref())
        .chain(details.clone().map(|detail| detail.code.as_str()));
    for code in codes {
        if let Some((_, cause)) = CODES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)) {
            return Some(*cause);
        }
    }
    let texts = std::iter::once(error.message.as_str()).chain(details.map(|detail| detail.message.as_str()));
    for text in texts {
        let text = text.to_lowercase();
        let named = TEXTS.iter().find(|(parts, _)| parts.iter().all(|part| text.contains(part)));
        if let Some((_, cause)) = named {
            return Some(*cause);
        }
    }
    None
}
