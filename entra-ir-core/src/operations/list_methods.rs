//! `list_methods`: lists the user's authentication methods, as far as Graph shows them.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::GetUser;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::fan_out;
use crate::ids::UserRef;
use crate::model::{AuthenticationMethod, MethodKind, MethodList, TypeUnread, UserKind};
use crate::operation::{Call, Client, Context, GraphCall, IntoUser, Operation, Output, options};
use crate::page::Page;
use crate::spec::{ApiVersion, Endpoint, OperationSpec, Verb, Workload};
use crate::wire::{Request, RequestBuilder, Response, decode_noting, mask};

/// Lists the user's authentication methods: all pages, every known type typed, unknown types kept whole.
///
/// v1.0 shows only the types that v1.0 knows, so its list can look empty while a hardware token is left;
/// [`include_beta`](Self::include_beta) adds those. No list shows app passwords, security questions or
/// certificate bindings. China has no list of all types; there the three types that the cloud has are listed,
/// each by itself, and the result is marked partial. So is that of a customer account (B2C), of which Graph
/// does not list every method. If the account cannot be read,
/// [`account_unread`](crate::model::MethodList::account_unread) says why.
///
/// # Effect
/// None: a read.
///
/// # Permissions
/// `UserAuthenticationMethod.Read.All`, delegated or application; no narrower permission lists all types.
/// `User.Read.All` to recognize a customer account. A delegated caller needs a role: Global Reader,
/// Authentication Administrator or Privileged Authentication Administrator.
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) 403 if permission or role is missing. A refusal of the beta list
/// alone is no error: [`beta_unread`](crate::model::MethodList::beta_unread) says so.
///
/// Source: "List methods" and "authenticationMethod resource type" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let list = client.list_methods("adele@contoso.example").include_beta().await?;
/// for method in &list.methods {
///     println!("{}", method.label());
/// }
/// # assert!(list.methods.len() > 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ListMethods {
    /// The account.
    pub user: UserRef,
    /// Whether to read beta too.
    #[serde(default)]
    pub include_beta: bool,
}

/// What [`ListMethods`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Lists the user's authentication methods: all pages, every known type typed, unknown types kept whole.",
    does_not: "Does not show app passwords, security questions or certificate bindings; without beta no hardware OATH tokens and no QR codes; in China only phones, Authenticator and platform credentials.",
    roles: &["Global Reader", "Authentication Administrator", "Privileged Authentication Administrator"],
    doc: "https://learn.microsoft.com/graph/api/authentication-list-methods",
    workload: Workload::AuthenticationMethods,
    ..OperationSpec::read(
        "list_methods",
        Endpoint::v1(Verb::Get, "/users/{user}/authentication/methods"),
        &[&["UserAuthenticationMethod.Read.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
        &[&["UserAuthenticationMethod.Read.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
    )
};

static BETA: Endpoint = Endpoint::beta(Verb::Get, "/users/{user}/authentication/methods");
static TYPED: Endpoint = Endpoint::v1(Verb::Get, "/users/{user}/authentication/{segment}");

impl ListMethods {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()?, include_beta: false })
    }
}

options!(ListMethods {
    /// Reads beta too: hardware OATH tokens, QR codes, and when each method was last used. Microsoft may
    /// change beta without notice.
    include_beta() |this| this.include_beta = true;
});

/// An item of a list: one that is odd must not hide the others.
#[derive(Debug)]
enum Item {
    Method(Box<AuthenticationMethod>),
    Unreadable(Value),
    /// Not a method: marks a page that had to be repaired.
    Repaired,
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Value::deserialize(deserializer)?;
        if let Ok(method) = AuthenticationMethod::deserialize(&value) {
            return Ok(Self::Method(Box::new(method)));
        }
        mask(&mut value);
        Ok(Self::Unreadable(value))
    }
}

/// Sorts items into methods and others.
fn sort(items: Vec<Item>) -> MethodList {
    let mut list = MethodList::new(Vec::with_capacity(items.len()));
    for item in items {
        match item {
            Item::Method(method) => list.methods.push(*method),
            Item::Unreadable(value) => list.unreadable.push(value),
            Item::Repaired => list.repaired = true,
        }
    }
    list
}

impl Output for MethodList {}

impl Client {
    /// Lists the user's authentication methods: [`ListMethods`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn list_methods(&self, user: impl IntoUser) -> Call<'_, ListMethods> {
        self.on(user, ListMethods::new)
    }
}

impl Operation for ListMethods {
    type Output = MethodList;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<MethodList> {
        let account = GetUser { user: self.user.clone() };
        let (list, account) =
            futures_util::join!(list(context, &self.user, self.include_beta), context.read(&account));
        let list = list?;
        Ok(match account {
            Ok(account) if account.kind() == UserKind::Customer => list.of_customer(),
            Ok(_) => list,
            Err(error) => MethodList { account_unread: Some(error.to_string()), ..list },
        })
    }
}

/// Lists the methods of an account of known kind.
pub(super) async fn list(context: &Context, user: &UserRef, include_beta: bool) -> Result<MethodList> {
    if context.cloud() == Cloud::China {
        return list_by_type(context, user).await;
    }
    let stable = List { user, from: Source::Version(ApiVersion::V1) };
    let beta = List { user, from: Source::Version(ApiVersion::Beta) };
    if !include_beta {
        return context.read_all(&stable).await.map(sort);
    }
    let (stable, beta) = futures_util::join!(context.read_all(&stable), context.read_all(&beta));
    let mut list = sort(stable?);
    match beta {
        Ok(beta) => merge(&mut list, sort(beta)),
        Err(error) => list.beta_unread = Some(error.to_string()),
    }
    Ok(list)
}

/// Adds what only beta has: methods, and properties of methods that both list.
fn merge(list: &mut MethodList, beta: MethodList) {
    for other in beta.methods {
        match list.methods.iter_mut().find(|method| method.id == other.id && method.kind == other.kind) {
            Some(method) => method.complete(other.raw),
            None => list.methods.push(other),
        }
    }
    list.repaired |= beta.repaired;
    for value in beta.unreadable {
        if !list.unreadable.contains(&value) {
            list.unreadable.push(value);
        }
    }
}

async fn list_by_type(context: &Context, user: &UserRef) -> Result<MethodList> {
    let kinds = MethodKind::ALL.into_iter().filter(|kind| kind.is_in(Cloud::China) && kind.is_removable());
    let lists = fan_out::all(kinds.map(|kind| async move {
        let list = context.read_all(&List { user, from: Source::Kind(kind.clone()) }).await;
        (kind, list)
    }));
    let (mut items, mut unread, mut first) = (Vec::new(), Vec::new(), None);
    let mut any = false;
    for (kind, list) in lists.await {
        match list {
            Ok(mut list) => {
                any = true;
                items.append(&mut list);
            }
            Err(error) => {
                unread.push(TypeUnread::new(kind, &error));
                first = first.or(Some(error));
            }
        }
    }
    match first {
        Some(error) if !any => Err(error),
        _ => Ok(MethodList { partial: true, types_unread: unread, ..sort(items) }),
    }
}

/// One list, page by page.
#[derive(Debug)]
struct List<'a> {
    user: &'a UserRef,
    from: Source,
}

#[derive(Debug)]
enum Source {
    Version(ApiVersion),
    Kind(MethodKind),
}

impl GraphCall for List<'_> {
    type Output = Page<Item>;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        match &self.from {
            Source::Version(ApiVersion::V1) => RequestBuilder::new(&SPEC).user(self.user).build(),
            Source::Version(ApiVersion::Beta) => RequestBuilder::at(&SPEC, &BETA).user(self.user).build(),
            Source::Kind(kind) => {
                let segment = kind.segment().unwrap_or_default();
                RequestBuilder::at(&SPEC, &TYPED).user(self.user).var("{segment}", segment).build()
            }
        }
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        let (mut page, repaired): (Self::Output, bool) = decode_noting(&SPEC, response)?;
        if repaired {
            page.value.push(Item::Repaired);
        }
        if let Source::Kind(kind) = &self.from {
            // A typed list need not name the type of its items.
            for item in &mut page.value {
                if let Item::Method(method) = item {
                    method.assume_kind(kind);
                }
            }
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(json: &str) -> MethodList {
        sort(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn beta_adds_methods_and_last_use() {
        let mut stable = list(r##"[{"@odata.type":"#microsoft.graph.fido2AuthenticationMethod","id":"a"}]"##);
        let beta = list(
            r##"[{"@odata.type":"#microsoft.graph.fido2AuthenticationMethod","id":"a","lastUsedDateTime":"2026-03-02T09:00:00Z"},
                {"@odata.type":"#microsoft.graph.hardwareOathAuthenticationMethod","id":"b"}]"##,
        );
        merge(&mut stable, beta);
        assert_eq!(stable.methods.len(), 2);
        assert!(stable.methods[0].last_used.is_some());
        assert_eq!(stable.methods[1].kind, MethodKind::HardwareOath);
    }

    #[test]
    fn beta_fills_in_what_the_stable_list_does_not_tell_and_overrules_nothing() {
        let item = |kind: &str, more: &str| {
            format!(
                r##"{{"@odata.type":"#microsoft.graph.{kind}AuthenticationMethod","id":"{kind}"{more}}}"##
            )
        };
        let both = |kind: &str, stable: &str, beta: &str| {
            let mut known = list(&format!("[{}]", item(kind, stable)));
            merge(&mut known, list(&format!("[{}]", item(kind, beta))));
            known.methods.remove(0)
        };
        let lite = both(
            "microsoftAuthenticator",
            r#","displayName":"Phone","clientAppName":null"#,
            r#","displayName":"Other","clientAppName":"outlookMobile""#,
        );
        let shown = serde_json::to_string(&lite).unwrap();
        assert!(shown.contains("outlookMobile") && lite.label().ends_with("Phone"), "{shown}");
        let new = both("brandNew", "", r#","displayName":"Implant","strength":"high","secretKey":"hush""#);
        let shown = serde_json::to_string(&new).unwrap();
        assert!(shown.contains("Implant") && shown.contains("high") && !shown.contains("hush"), "{shown}");
        let token =
            both("hardwareOath", r#","device":{"id":"d"}"#, r#","device":{"id":"e","serialNumber":"7"}"#);
        assert_eq!(
            (&token.raw["device"]["id"], &token.raw["device"]["serialNumber"]),
            (&"d".into(), &"7".into())
        );
        let used = r#","createdDateTime":"2026-03-02T09:00:00Z","lastUsedDateTime":"2026-03-02T09:00:00Z""#;
        let dated = both("softwareOath", "", used);
        assert!(dated.created.is_some() && dated.last_used.is_some());
    }

    #[test]
    fn an_odd_item_does_not_hide_the_others() {
        let odd = r##"[{"@odata.type":"#microsoft.graph.phoneAuthenticationMethod","id":null},7,{"id":"a/b","secretKey":"s3"},
            {"@odata.type":"#microsoft.graph.fido2AuthenticationMethod","id":"key"}]"##;
        let list = list(odd);
        assert_eq!((list.methods.len(), list.unreadable.len()), (1, 3));
        assert!(!format!("{list:?}").contains("s3"));
    }

    #[test]
    fn one_poisoned_name_does_not_hide_the_list() {
        let user = "x@contoso.example".parse().unwrap();
        let list = List { user: &user, from: Source::Version(ApiVersion::V1) };
        let body: &[u8] = b"{\"value\":[{\"@odata.type\":\"#microsoft.graph.fido2AuthenticationMethod\",\"id\":\"a\",\"displayName\":\"k\\ud83d\xff\x07\"},\
            {\"@odata.type\":\"#microsoft.graph.phoneAuthenticationMethod\",\"id\":\"b\",\"n\":1e400}]}";
        let list = sort(list.decode(&Response::new(body.into())).unwrap().value);
        assert_eq!((list.methods.len(), list.unreadable.len(), list.repaired), (2, 0, true));
    }

    #[test]
    fn a_typed_list_knows_its_type() {
        let user = "x@contoso.example".parse().unwrap();
        let list = List { user: &user, from: Source::Kind(MethodKind::Phone) };
        assert_eq!(
            list.request().unwrap().uri(),
            "/v1.0/users/x@contoso.example/authentication/phoneMethods"
        );
        let page =
            list.decode(&Response::new(r#"{"value":[{"id":"a","phoneNumber":"+1 1"}]}"#.into())).unwrap();
        assert_eq!(sort(page.value).methods[0].label(), "phone number +1 1");
    }

    #[test]
    fn what_is_no_list_is_a_typed_error() {
        let user = "x@contoso.example".parse().unwrap();
        let list = List { user: &user, from: Source::Version(ApiVersion::V1) };
        for body in ["", "{}", r#"{"value":null}"#, r#"{"value":[{"id":"a"}"#, "<html>"] {
            let error = list.decode(&Response::new(body.into())).unwrap_err();
            assert!(error.to_string().starts_with("list_methods: the answer was not understood"), "{error}");
        }
        let empty = list.decode(&Response::new(r#"{"value":[],"@odata.nextLink":null}"#.into())).unwrap();
        assert!(empty.value.is_empty() && empty.next_link.is_none());
    }
}
