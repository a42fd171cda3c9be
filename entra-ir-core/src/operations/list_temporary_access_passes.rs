//! `list_temporary_access_passes`: lists outstanding Temporary Access Passes.

use crate::cloud::CloudSet;
use crate::error::Result;
use crate::ids::UserRef;
use crate::model::AccessPassMethod;
use crate::operation::{Call, Client, Context, GraphCall, IntoUser, Operation, Output};
use crate::page::Page;
use crate::spec::{Endpoint, OperationSpec, Verb, Workload};
use crate::wire::{Request, RequestBuilder, Response, decode};
use serde::{Deserialize, Serialize};

/// Lists the user's Temporary Access Passes. There is at most one that works.
///
/// # Effect
/// None: a read. The pass itself is never shown again after its creation.
///
/// # Permissions
/// `UserAuthMethod-TAP.Read.All` or `UserAuthenticationMethod.Read.All`, delegated or application. A
/// delegated caller needs a role: Global Reader, Authentication Administrator or Privileged Authentication
/// Administrator.
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) 403 if permission or role is missing.
///
/// Source: "List temporaryAccessPassMethods" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// assert!(client.list_temporary_access_passes("adele@contoso.example").await?.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ListTemporaryAccessPasses {
    /// The account.
    pub user: UserRef,
}

const READS: &[&[&str]] = &[
    &["UserAuthMethod-TAP.Read.All"],
    &["UserAuthMethod-TAP.ReadWrite.All"],
    &["UserAuthenticationMethod.Read.All"],
    &["UserAuthenticationMethod.ReadWrite.All"],
];

/// What [`ListTemporaryAccessPasses`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Lists the user's Temporary Access Passes, without the passes themselves.",
    does_not: "Does not show the pass itself: only its creation returns it.",
    roles: &["Global Reader", "Authentication Administrator", "Privileged Authentication Administrator"],
    clouds: CloudSet::NOT_CHINA,
    doc: "https://learn.microsoft.com/graph/api/authentication-list-temporaryaccesspassmethods",
    workload: Workload::AuthenticationMethods,
    ..OperationSpec::read(
        "list_temporary_access_passes",
        Endpoint::v1(Verb::Get, "/users/{user}/authentication/temporaryAccessPassMethods"),
        READS,
        READS,
    )
};

impl ListTemporaryAccessPasses {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()? })
    }
}

impl Output for Vec<AccessPassMethod> {}

impl Client {
    /// Lists the user's Temporary Access Passes, without the passes: [`ListTemporaryAccessPasses`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn list_temporary_access_passes(&self, user: impl IntoUser) -> Call<'_, ListTemporaryAccessPasses> {
        self.on(user, ListTemporaryAccessPasses::new)
    }
}

impl Operation for ListTemporaryAccessPasses {
    type Output = Vec<AccessPassMethod>;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<Vec<AccessPassMethod>> {
        context.read_all(&List { user: &self.user }).await
    }
}

/// One page of the list.
#[derive(Debug)]
struct List<'a> {
    user: &'a UserRef,
}

impl GraphCall for List<'_> {
    type Output = Page<AccessPassMethod>;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&SPEC).user(self.user).build()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        decode(&SPEC, response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_reference_shows() {
        let user = "x@contoso.example".parse().unwrap();
        let list = List { user: &user };
        let below = "/v1.0/users/x@contoso.example/authentication/temporaryAccessPassMethods";
        assert_eq!(list.request().unwrap().uri(), below);
        let body = r#"{"value":[{"id":"a","temporaryAccessPass":null,"isUsable":true,"methodUsabilityReason":"EnabledByPolicy"}]}"#;
        let page = list.decode(&Response::new(body.into())).unwrap();
        assert!(page.value[0].may_work() && page.value[0].temporary_access_pass.is_none());
    }
}
