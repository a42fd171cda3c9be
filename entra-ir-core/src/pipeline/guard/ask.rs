//! The guard's own reads, through the stages below it.

use http::Uri;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use super::super::Stage;
use super::super::trace::identify;
use crate::error::Result;
use crate::ids::{ObjectId, UserRef};
use crate::page::{Page, Pages, in_time};
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::wire::{Request, RequestBuilder, Response, decode, decode_entity, refusal};

/// Sends the guard's reads.
#[derive(Debug)]
pub(super) struct Ask<'a, S>(pub(super) &'a S);

impl<S> Clone for Ask<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Ask<'_, S> {}

/// An object with only its id.
#[derive(Deserialize)]
pub(super) struct Identity {
    pub(super) id: ObjectId,
}

static ACCOUNT: OperationSpec = OperationSpec {
    summary: "Finds the object id of an account that a guard or a write names.",
    doc: "https://learn.microsoft.com/graph/api/user-get",
    ..OperationSpec::read(
        "resolve_protected_account",
        Endpoint::v1(Verb::Get, "/users/{user}"),
        &[&["User.Read.All"]],
        &[&["User.Read.All"]],
    )
};

static CALLER: Endpoint = Endpoint::v1(Verb::Get, "/me");

static MEMBERS: OperationSpec = OperationSpec {
    summary: "Lists the users in a group, directly or through other groups.",
    doc: "https://learn.microsoft.com/graph/api/group-list-transitivemembers",
    ..OperationSpec::read(
        "list_group_members",
        Endpoint::v1(Verb::Get, "/groups/{group}/transitiveMembers/microsoft.graph.user"),
        &[&["GroupMember.Read.All", "User.Read.All"], &["Directory.Read.All"]],
        &[&["GroupMember.Read.All", "User.Read.All"], &["Directory.Read.All"]],
    )
};

impl<S: Stage> Ask<'_, S> {
    /// Returns the object id of an account.
    pub(super) async fn account(self, user: &UserRef) -> Result<ObjectId> {
        let request = RequestBuilder::new(&ACCOUNT).user(user).select("id").build()?;
        self.one::<Identity>(&ACCOUNT, request).await.map(|account| account.id)
    }

    /// Returns the object id of the caller's own account. An application has none.
    pub(super) async fn caller(self) -> Result<ObjectId> {
        let request = RequestBuilder::at(&ACCOUNT, &CALLER).select("id").build()?;
        self.one::<Identity>(&ACCOUNT, request).await.map(|account| account.id)
    }

    /// Lists the users in a group, with these properties.
    pub(super) async fn members<T: DeserializeOwned>(
        self,
        group: ObjectId,
        properties: &'static str,
    ) -> Result<Vec<T>> {
        let request = RequestBuilder::new(&MEMBERS).var("{group}", &group.to_string()).select(properties);
        self.all(&MEMBERS, request.query("$top", "999").build()?).await
    }

    /// Reads an object.
    pub(super) async fn one<T: DeserializeOwned>(
        self,
        spec: &'static OperationSpec,
        request: Request,
    ) -> Result<T> {
        decode_entity(spec, &self.send(spec, request).await?)
    }

    /// Reads all pages of a collection.
    pub(super) async fn all<T: DeserializeOwned>(
        self,
        spec: &'static OperationSpec,
        first: Request,
    ) -> Result<Vec<T>> {
        in_time(spec, self.pages(spec, first)).await
    }

    async fn pages<T: DeserializeOwned>(
        self,
        spec: &'static OperationSpec,
        mut request: Request,
    ) -> Result<Vec<T>> {
        let mut pages = Pages::of(spec, &request);
        let mut items = Vec::new();
        loop {
            let response = self.send(spec, request).await?;
            let page: Page<T> = decode(spec, &response)?;
            // The last stage refuses an address of another origin.
            let next = pages.next(&response, page.next_link, |_: &Uri| Ok(()))?;
            items.extend(page.value);
            request = match next {
                Some(next) => next,
                None => return Ok(items),
            };
        }
    }

    async fn send(self, spec: &'static OperationSpec, mut request: Request) -> Result<Response> {
        identify(&mut request);
        let response = self.0.send(&mut request).await?;
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(refusal(spec, &response, OffsetDateTime::now_utc()))
        }
    }
}
