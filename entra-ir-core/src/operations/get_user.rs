//! `get_user`: reads the properties of an account that containment needs.

use crate::error::Result;
use crate::ids::UserRef;
use crate::model::{ReadAt, User};
use crate::operation::{Call, Client, GraphCall, IntoUser, Output};
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::wire::{Request, RequestBuilder, Response, decode_entity_noting, decode_failure};
use serde::{Deserialize, Serialize};

/// Reads what containment depends on: the account's identity, whether it may sign in, since when its sessions
/// are valid, whether it is synced or a guest.
///
/// # Effect
/// None: a read.
///
/// # Permissions
/// `User.Read.All`, delegated or application. `User.ReadBasic.All` is not enough: it omits the properties
/// that matter.
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) with status 404 if there is no such user; a deleted one is not found
/// here. [`Error::Decode`](crate::Error::Decode) if the answer is about another account than the requested
/// object id.
///
/// Source: "Get user" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let user = client.get_user("adele@contoso.example").await?;
/// assert_eq!(user.account_enabled, Some(true));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct GetUser {
    /// The account.
    pub user: UserRef,
}

/// What [`GetUser`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Reads the account's state: enabled, sessions valid from, last password change, synced, guest.",
    does_not: "Does not read methods, roles, devices or mailbox settings.",
    doc: "https://learn.microsoft.com/graph/api/user-get",
    ..OperationSpec::read(
        "get_user",
        Endpoint::v1(Verb::Get, "/users/{user}"),
        &[&["User.Read.All"], &["Directory.Read.All"], &["User.ReadWrite.All"]],
        &[&["User.Read.All"], &["Directory.Read.All"], &["User.ReadWrite.All"]],
    )
};

impl GetUser {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()? })
    }
}

impl Output for User {}

impl Client {
    /// Reads what containment depends on: [`GetUser`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn get_user(&self, user: impl IntoUser) -> Call<'_, GetUser> {
        self.on(user, GetUser::new)
    }
}

impl GraphCall for GetUser {
    type Output = User;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&SPEC).user(&self.user).select(User::SELECT).build()
    }

    fn decode(&self, response: &Response) -> Result<User> {
        let (mut user, repaired) = decode_entity_noting::<User>(&SPEC, response)?;
        if self.user.id().is_some_and(|asked| asked != user.id) {
            let reason = "it is about another account than the requested one";
            return Err(decode_failure(&SPEC, "id", reason, Some(response), false));
        }
        user.repaired = repaired;
        user.read = ReadAt::now();
        Ok(user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;

    #[test]
    fn asks_for_the_properties_that_are_only_given_by_name() {
        let request = GetUser::new("a#EXT#@contoso.example").unwrap().request().unwrap();
        assert_eq!(request.method(), Method::GET);
        assert_eq!(request.uri().path(), "/v1.0/users/a%23EXT%23@contoso.example");
        let query = request.uri().query().unwrap();
        assert!(
            query.starts_with("$select=id,") && query.contains("signInSessionsValidFromDateTime"),
            "{query}"
        );
    }

    #[test]
    fn an_answer_about_another_account_is_none() {
        let body = r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900"}"#;
        let asked = |user: &str| GetUser::new(user).unwrap().decode(&Response::new(body.into()));
        assert!(asked("3B41C05E-73A1-43B7-86D7-ED8409F55900").is_ok());
        let error = asked("0ddb0000-0000-4000-8000-000000000000").unwrap_err();
        assert!(error.to_string().contains("another account"), "{error}");
    }

    #[test]
    fn a_poisoned_name_is_repaired_and_said() {
        let body =
            r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900","displayName":"Ad\ud83d","accountEnabled":true}"#;
        let user = GetUser::new("x@contoso.example").unwrap().decode(&Response::new(body.into())).unwrap();
        assert_eq!((user.display_name.as_deref(), user.repaired), (Some("Ad\u{fffd}"), true));
    }

    #[test]
    fn reads_an_entity_bare_or_wrapped() {
        let operation = GetUser::new("x@contoso.example").unwrap();
        let bare = r#"{"id":"3b41c05e-73a1-43b7-86d7-ed8409f55900","accountEnabled":false,"new":[1]}"#;
        for body in [bare.to_owned(), format!(r#"{{"value":{bare}}}"#)] {
            let user = operation.decode(&Response::new(body.into())).unwrap();
            assert_eq!(user.account_enabled, Some(false));
        }
        for body in ["", "{}", "[]", "<html>", r#"{"id":"x"}"#, r#"{"value":{}}"#] {
            let error = operation.decode(&Response::new(body.into())).unwrap_err();
            assert!(matches!(error, crate::Error::Decode { operation: "get_user", .. }), "{body}: {error}");
        }
    }
}
