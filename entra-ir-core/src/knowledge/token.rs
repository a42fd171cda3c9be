//! The classes of tokens and cookies of which a session consists, and which an action ends or leaves.

use std::fmt;

use serde::Serialize;

/// Names a class of token, cookie or password that keeps access.
///
/// Source: "Refresh tokens in the Microsoft identity platform" for the first five, "Understanding Primary
/// Refresh Token" and "Continuous access evaluation" for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TokenClass {
    /// The browser's session cookie, obtained with a password.
    PasswordCookie,
    /// A refresh token of a public client, obtained with a password.
    PasswordRefreshToken,
    /// The browser's session cookie, obtained without a password: passkey, Windows Hello, pass, certificate,
    /// phone sign-in.
    OtherCookie,
    /// A refresh token of a public client, obtained without a password.
    OtherRefreshToken,
    /// A refresh token of a confidential client: a web application with its own secret.
    ConfidentialClientToken,
    /// The primary refresh token of a device, obtained with a password.
    PasswordPrt,
    /// The primary refresh token of a device, obtained with Windows Hello or a passkey.
    OtherPrt,
    /// An access token whose client and resource support continuous access evaluation: Exchange Online,
    /// SharePoint Online, Teams.
    CaeAccessToken,
    /// Any other access token, which lives for about an hour.
    PlainAccessToken,
    /// An access token for Microsoft Graph whose client supports continuous access evaluation: it may live
    /// for 28 hours, and the page names Graph for the evaluation of policies only, not for critical events.
    GraphAccessToken,
    /// The session cookie that an application made itself.
    AppCookie,
    /// The flag of legacy per-user MFA that exempts a trusted device from the second factor.
    RememberedMfa,
    /// An app password of legacy per-user MFA.
    AppPassword,
}

impl TokenClass {
    /// Lists every class, in the order of the columns.
    pub const ALL: [Self; 13] = [
        Self::PasswordCookie,
        Self::PasswordRefreshToken,
        Self::OtherCookie,
        Self::OtherRefreshToken,
        Self::ConfidentialClientToken,
        Self::PasswordPrt,
        Self::OtherPrt,
        Self::CaeAccessToken,
        Self::PlainAccessToken,
        Self::GraphAccessToken,
        Self::AppCookie,
        Self::RememberedMfa,
        Self::AppPassword,
    ];

    /// The classes that a revocation of sessions targets: those that obtain new access tokens.
    pub const RENEWING: [Self; 5] = [
        Self::PasswordCookie,
        Self::PasswordRefreshToken,
        Self::OtherCookie,
        Self::OtherRefreshToken,
        Self::ConfidentialClientToken,
    ];

    /// Returns a short stable word for the class.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::PasswordCookie => "password-cookie",
            Self::PasswordRefreshToken => "password-refresh-token",
            Self::OtherCookie => "other-cookie",
            Self::OtherRefreshToken => "other-refresh-token",
            Self::ConfidentialClientToken => "confidential-client-token",
            Self::PasswordPrt => "password-prt",
            Self::OtherPrt => "other-prt",
            Self::CaeAccessToken => "cae-access-token",
            Self::PlainAccessToken => "plain-access-token",
            Self::GraphAccessToken => "graph-access-token",
            Self::AppCookie => "app-cookie",
            Self::RememberedMfa => "remembered-mfa",
            Self::AppPassword => "app-password",
        }
    }

    /// Returns whether it belongs to one device.
    pub const fn is_prt(self) -> bool {
        matches!(self, Self::PasswordPrt | Self::OtherPrt)
    }
}

impl fmt::Display for TokenClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PasswordCookie => "browser session that began with a password",
            Self::PasswordRefreshToken => "refresh token obtained with a password",
            Self::OtherCookie => "browser session that began without a password",
            Self::OtherRefreshToken => "refresh token obtained without a password",
            Self::ConfidentialClientToken => "refresh token of a confidential client",
            Self::PasswordPrt => "primary refresh token obtained with a password",
            Self::OtherPrt => "primary refresh token obtained with Windows Hello or a passkey",
            Self::CaeAccessToken => "access token with continuous access evaluation",
            Self::PlainAccessToken => "access token without continuous access evaluation",
            Self::GraphAccessToken => "access token for Microsoft Graph with continuous access evaluation",
            Self::AppCookie => "an application's own session",
            Self::RememberedMfa => "MFA remembered on a trusted device (per-user MFA)",
            Self::AppPassword => "app password (per-user MFA)",
        })
    }
}
