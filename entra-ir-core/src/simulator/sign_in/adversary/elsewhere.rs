//! The places outside the account's sign-ins where an attacker has something.

use std::fmt;

/// Names a place outside the account's sign-ins where an attacker has something, until a person takes it
/// away there. Nothing of it is in the tenant: it is there, or it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Elsewhere {
    /// A rule in the mailbox forwards mail.
    MailRule,
    /// The mailbox forwards, or a hidden rule or a delegate reads it.
    Mailbox,
    /// The user's computer is infected: what is typed there is seen.
    Endpoint,
    /// Another account of the tenant, by which he administers this one.
    SecondAccount,
    /// A secret in an application that the account owns.
    OwnedApplication,
    /// A role assignment in Azure.
    Azure,
    /// A script that Intune assigns.
    Intune,
    /// The account in Active Directory, with a Kerberos ticket.
    ActiveDirectory,
    /// Accounts of other users, got in the same way.
    OtherAccounts,
}

impl Elsewhere {
    /// Lists every place.
    pub const ALL: [Self; 9] = [
        Self::MailRule,
        Self::Mailbox,
        Self::Endpoint,
        Self::SecondAccount,
        Self::OwnedApplication,
        Self::Azure,
        Self::Intune,
        Self::ActiveDirectory,
        Self::OtherAccounts,
    ];

    /// Returns whether he has access by it, not only a means to get some.
    pub(super) const fn is_access(self) -> bool {
        !matches!(self, Self::Endpoint)
    }
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MailRule => "a rule in the mailbox",
            Self::Mailbox => "the mailbox's forwarding, hidden rules and delegates",
            Self::Endpoint => "the user's infected computer",
            Self::SecondAccount => "another account",
            Self::OwnedApplication => "a secret of an application that the account owns",
            Self::Azure => "a role assignment in Azure",
            Self::Intune => "a script in Intune",
            Self::ActiveDirectory => "the account in Active Directory",
            Self::OtherAccounts => "accounts of other users",
        })
    }
}
