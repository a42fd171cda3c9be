//! `find_users`: finds the accounts to which an address or a name may belong.

use http::HeaderValue;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Refusal, Result};
use crate::model::{User, Word};
use crate::operation::{Call, Client, Context, GraphCall, Operation, Output};
use crate::page::Page;
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::target::{Scope, TargetKind};
use crate::wire::{Request, RequestBuilder, Response, decode};

/// Finds accounts by mail address, proxy address, other address, sign-in name or the beginning of the display
/// name. Alerts and sign-in logs name people by address, and an address need not be the sign-in name: they
/// differ for a guest and after a rename. This returns candidates, and never acts: choose one, and call with
/// its object id.
///
/// # Effect
/// None: a read.
///
/// # Permissions
/// `User.Read.All`, delegated or application.
///
/// # Errors
/// [`Error::Refused`](crate::Error::Refused) for a text that is empty, longer than 256 characters or holds
/// control characters; [`Error::Graph`](crate::Error::Graph) 403 if the permission is missing. An empty
/// result is not an error.
///
/// Source: "List users" and "Advanced query capabilities on Microsoft Entra ID objects" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let found = client.find_users("adele@contoso.example").await?;
/// let user = found.users[0].user.reference();
/// assert_eq!(client.get_user(&user).await?.account_enabled, Some(true));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FindUsers {
    /// The address or name.
    #[serde(deserialize_with = "checked")]
    pub text: String,
}

/// What [`FindUsers`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Finds accounts by mail address, proxy address, other address, sign-in name or the beginning \
        of the display name.",
    does_not: "Acts on no account, and finds no deleted account.",
    target: TargetKind::None,
    scope: Scope::Tenant,
    doc: "https://learn.microsoft.com/graph/api/user-list",
    ..OperationSpec::read(
        "find_users",
        Endpoint::v1(Verb::Get, "/users"),
        &[&["User.Read.All"], &["Directory.Read.All"]],
        &[&["User.Read.All"], &["Directory.Read.All"]],
    )
};

/// The number of requested candidates. More do not help to choose.
const MOST: &str = "25";

/// The longest text, in characters.
const LONGEST: usize = 256;

impl FindUsers {
    /// Makes the operation for an address or a name.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the text cannot be one.
    pub fn new(text: impl Into<String>) -> Result<Self> {
        let text = text.into().trim().to_owned();
        let refuse = |reason: &str| Err(Refusal::BadInput { what: "text", reason: reason.to_owned() }.into());
        if text.is_empty() {
            return refuse("it is empty; give an address or the beginning of a name");
        }
        if text.chars().count() > LONGEST {
            return refuse("it is longer than 256 characters");
        }
        if text.chars().any(char::is_control) {
            return refuse("it contains a control character");
        }
        Ok(Self { text })
    }
}

fn checked<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<String, D::Error> {
    let text = String::deserialize(from)?;
    FindUsers::new(text).map(|find| find.text).map_err(|error| D::Error::custom(error.reason()))
}

/// Lists the accounts that may be meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UsersFound {
    /// The searched text.
    pub text: String,
    /// The accounts, in the service's order.
    pub users: Vec<FoundUser>,
    /// Whether there are more than were returned: give a longer text.
    pub more: bool,
}

/// A candidate, and why it matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FoundUser {
    /// The account.
    pub user: User,
    /// Its mail address.
    pub mail: Option<String>,
    /// The matching properties.
    pub matched: Vec<Word<MatchedBy>>,
}

/// Names a property of an account that matches a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MatchedBy {
    /// The sign-in name.
    SignInName,
    /// The mail address.
    Mail,
    /// An address under which mail arrives.
    ProxyAddress,
    /// Another address that the user gave.
    OtherMail,
    /// The beginning of the display name.
    DisplayName,
}

impl Output for UsersFound {}

impl Client {
    /// Finds the accounts to which an address or the beginning of a name may belong: [`FindUsers`].
    ///
    /// Effect, permissions and errors: see the operation.
    pub fn find_users(&self, text: impl Into<String>) -> Call<'_, FindUsers> {
        self.call(FindUsers::new(text))
    }
}

impl Operation for FindUsers {
    type Output = UsersFound;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<UsersFound> {
        let page = context.read(&Find { text: &self.text }).await?;
        let users = page.value.into_iter().map(|entry| entry.found(&self.text)).collect();
        Ok(UsersFound { users, more: page.next_link.is_some(), text: self.text })
    }
}

/// The one read.
#[derive(Debug)]
struct Find<'a> {
    text: &'a str,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(flatten)]
    user: User,
    #[serde(default)]
    mail: Option<String>,
    #[serde(default)]
    other_mails: Option<Vec<String>>,
    #[serde(default)]
    proxy_addresses: Option<Vec<String>>,
}

impl Entry {
    fn found(self, text: &str) -> FoundUser {
        let same = |other: &str| other.eq_ignore_ascii_case(text);
        let is = |other: &Option<String>| other.as_deref().is_some_and(same);
        let address = |proxy: &String| proxy.split_once(':').is_some_and(|(_, address)| same(address));
        let begins = |name: &str| name.to_lowercase().starts_with(&text.to_lowercase());
        let fits = [
            (MatchedBy::SignInName, is(&self.user.user_principal_name)),
            (MatchedBy::Mail, is(&self.mail)),
            (MatchedBy::ProxyAddress, self.proxy_addresses.iter().flatten().any(address)),
            (MatchedBy::OtherMail, self.other_mails.iter().flatten().any(|other| same(other))),
            (MatchedBy::DisplayName, self.user.display_name.as_deref().is_some_and(begins)),
        ];
        let matched = fits.into_iter().filter(|(_, fits)| *fits).map(|(by, _)| by.into()).collect();
        FoundUser { user: self.user, mail: self.mail, matched }
    }
}

impl GraphCall for Find<'_> {
    type Output = Page<Entry>;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        let text = self.text.replace('\'', "''");
        let filter = if text.contains('@') {
            format!(
                "userPrincipalName eq '{text}' or mail eq '{text}' or proxyAddresses/any(p:p eq 'smtp:{text}') or otherMails/any(m:m eq '{text}')"
            )
        } else {
            format!("startswith(displayName,'{text}')")
        };
        let select = format!("{},mail,otherMails,proxyAddresses", User::SELECT);
        let request = RequestBuilder::new(&SPEC).query("$filter", &filter).query("$select", &select);
        let mut request = request.query("$top", MOST).query("$count", "true").build()?;
        // Several of these conditions are advanced queries, which need both.
        request.headers_mut().insert("consistencylevel", HeaderValue::from_static("eventual"));
        Ok(request)
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        decode(&SPEC, response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn an_address_and_a_name_are_asked_for_differently() {
        let request = Find { text: "o'neil@contoso.example" }.request().unwrap();
        let query = request.uri().query().unwrap();
        assert_eq!((request.uri().path(), request.method().as_str()), ("/v1.0/users", "GET"));
        assert!(query.contains("o%27%27neil@contoso.example") && query.contains("$count=true"), "{query}");
        assert_eq!(request.headers()["consistencylevel"], "eventual");
        let by_name = Find { text: "Adele" }.request().unwrap();
        assert!(
            by_name.uri().query().unwrap().starts_with("$filter=startswith%28displayName,%27Adele%27%29")
        );
    }

    #[test]
    fn each_candidate_says_why() {
        let body = r#"{"@odata.count":1,"value":[{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900","userPrincipalName":"adele@contoso.example",
            "displayName":"Adele","mail":"Adele.Vance@contoso.example","proxyAddresses":["SMTP:adele.vance@contoso.example"],"otherMails":[]}]}"#;
        let find = Find { text: "adele.vance@contoso.example" };
        let page = find.decode(&Response::new(body.into())).unwrap();
        let found = page.value.into_iter().next().unwrap().found(find.text);
        assert_eq!(found.matched, [MatchedBy::Mail, MatchedBy::ProxyAddress]);
        assert_eq!(found.user.user_principal_name.as_deref(), Some("adele@contoso.example"));
    }

    #[test]
    fn what_nobody_is_called_is_refused() {
        let long = "x".repeat(257);
        for text in ["", "  ", "a\nb", &long] {
            assert!(matches!(FindUsers::new(text), Err(Error::Refused(_))), "{text:?}");
        }
        assert_eq!(FindUsers::new(" Adele ").unwrap().text, "Adele");
    }
}
