//! The scopes of delegated permissions in words.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Concern;

/// A scope of a grant, and what it allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GrantedScope {
    /// The scope as the service writes it, such as `Mail.Read`.
    pub scope: String,
    /// What it allows the application to do in the user's name; `None` for a scope that this version does not
    /// know.
    #[serde(default)]
    pub means: Option<Cow<'static, str>>,
}

/// One row: the scope, what it allows, and the concern that it gives.
type Row = (&'static str, &'static str, Option<Concern>);

/// The scopes that are seen in consents. Source: "Microsoft Graph permissions reference" and "App consent
/// grant investigation" on Microsoft Learn.
const SCOPES: &[Row] = &[
    ("openid", "signs the user in", None),
    ("profile", "reads the user's name", None),
    ("email", "reads the user's mail address", None),
    ("User.Read", "reads the user's own profile", None),
    ("User.ReadBasic.All", "reads the names of all users", None),
    ("offline_access", "keeps its access while the user is away", Some(Concern::KeepsAccess)),
    ("Mail.Read", "reads the mailbox", Some(Concern::Messages)),
    ("Mail.ReadBasic", "reads the mailbox without the texts", Some(Concern::Messages)),
    ("Mail.ReadWrite", "reads, changes and deletes mail", Some(Concern::Messages)),
    ("Mail.Send", "sends mail as the user", Some(Concern::Messages)),
    ("Mail.Read.Shared", "reads the mailboxes that the user may open", Some(Concern::Messages)),
    (
        "Mail.ReadWrite.Shared",
        "changes mail in the mailboxes that the user may open",
        Some(Concern::Messages),
    ),
    ("Mail.Send.Shared", "sends mail as others for whom the user may send", Some(Concern::Messages)),
    ("MailboxSettings.Read", "reads the settings of the mailbox", Some(Concern::Messages)),
    ("MailboxSettings.ReadWrite", "changes the mailbox's settings and inbox rules", Some(Concern::Messages)),
    ("EWS.AccessAsUser.All", "has full access to the mailbox", Some(Concern::Messages)),
    ("full_access_as_user", "has full access to the mailbox", Some(Concern::Messages)),
    ("IMAP.AccessAsUser.All", "reads and changes mail by IMAP", Some(Concern::Messages)),
    ("POP.AccessAsUser.All", "reads mail by POP", Some(Concern::Messages)),
    ("SMTP.Send", "sends mail by SMTP", Some(Concern::Messages)),
    ("Chat.Read", "reads the user's chats", Some(Concern::Messages)),
    ("Chat.ReadWrite", "reads and writes the user's chats", Some(Concern::Messages)),
    ("ChannelMessage.Read.All", "reads the messages of the user's channels", Some(Concern::Messages)),
    ("Contacts.Read", "reads the contacts", Some(Concern::Messages)),
    ("Contacts.ReadWrite", "changes the contacts", Some(Concern::Messages)),
    ("Calendars.Read", "reads the calendars", Some(Concern::Messages)),
    ("Calendars.ReadWrite", "changes the calendars", Some(Concern::Messages)),
    ("People.Read", "reads whom the user works with", None),
    ("Files.Read", "reads the user's files", Some(Concern::Files)),
    ("Files.Read.All", "reads all files that the user may open", Some(Concern::Files)),
    ("Files.ReadWrite", "changes the user's files", Some(Concern::Files)),
    ("Files.ReadWrite.All", "changes all files that the user may open", Some(Concern::Files)),
    ("Sites.Read.All", "reads all sites that the user may open", Some(Concern::Files)),
    ("Sites.ReadWrite.All", "changes all sites that the user may open", Some(Concern::Files)),
    ("Sites.FullControl.All", "controls all sites that the user may open", Some(Concern::Files)),
    ("Notes.Read", "reads the user's notebooks", Some(Concern::Files)),
    ("Notes.ReadWrite", "changes the user's notebooks", Some(Concern::Files)),
    ("User.Read.All", "reads the profiles of all users", Some(Concern::Directory)),
    ("User.ReadWrite.All", "changes the profiles of users", Some(Concern::Directory)),
    ("Group.Read.All", "reads all groups", Some(Concern::Directory)),
    ("Group.ReadWrite.All", "changes groups and their members", Some(Concern::Directory)),
    ("Directory.Read.All", "reads the directory", Some(Concern::Directory)),
    ("Directory.ReadWrite.All", "changes the directory", Some(Concern::Directory)),
    ("Directory.AccessAsUser.All", "does in the directory all that the user may", Some(Concern::Directory)),
    ("Application.ReadWrite.All", "changes applications and their secrets", Some(Concern::Directory)),
    ("AppRoleAssignment.ReadWrite.All", "gives applications any permission", Some(Concern::Directory)),
    ("RoleManagement.ReadWrite.Directory", "assigns directory roles", Some(Concern::Directory)),
    ("UserAuthenticationMethod.Read", "reads the user's authentication methods", Some(Concern::Directory)),
    (
        "UserAuthenticationMethod.ReadWrite",
        "changes the user's authentication methods",
        Some(Concern::Directory),
    ),
    (
        "UserAuthenticationMethod.ReadWrite.All",
        "changes the authentication methods of users",
        Some(Concern::Directory),
    ),
    ("user_impersonation", "acts as the user at the resource", Some(Concern::ActsAsUser)),
];

impl GrantedScope {
    /// Describes a scope.
    pub(crate) fn new(scope: &str) -> Self {
        Self { scope: scope.to_owned(), means: row(scope).map(|(_, means, _)| (*means).into()) }
    }
}

/// Returns the concern that a scope gives.
pub(super) fn concern(scope: &str) -> Option<Concern> {
    row(scope).and_then(|(_, _, concern)| *concern)
}

fn row(scope: &str) -> Option<&'static Row> {
    SCOPES.iter().find(|(known, _, _)| known.eq_ignore_ascii_case(scope))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_said_in_words_and_an_unknown_one_is_kept() {
        assert_eq!(GrantedScope::new("mail.read").means.as_deref(), Some("reads the mailbox"));
        let unknown = GrantedScope::new("Lunar.ReadWrite");
        assert_eq!((unknown.scope.as_str(), unknown.means), ("Lunar.ReadWrite", None));
        for (at, (scope, _, _)) in SCOPES.iter().enumerate() {
            assert!(SCOPES[..at].iter().all(|(other, _, _)| !other.eq_ignore_ascii_case(scope)), "{scope}");
        }
    }
}
