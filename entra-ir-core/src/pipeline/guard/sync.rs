//! The accounts that synchronize the directory, by role.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;

use super::super::Stage;
use super::ask::Ask;
use super::fresh::Fresh;
use crate::error::Result;
use crate::ids::ObjectId;
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::wire::RequestBuilder;

static HOLDERS: OperationSpec = OperationSpec {
    summary: "Lists the holders of the role Directory Synchronization Accounts.",
    doc: "https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments",
    ..OperationSpec::read(
        "list_sync_accounts",
        Endpoint::v1(Verb::Get, "/roleManagement/directory/roleAssignments"),
        &[&["RoleManagement.Read.Directory"], &["Directory.Read.All"]],
        &[&["RoleManagement.Read.Directory"], &["Directory.Read.All"]],
    )
};

/// The role's template. Source: "Microsoft Entra built-in roles".
const FILTER: &str = "roleDefinitionId eq 'd29b2b05-8046-44ba-8758-1e26182fcf32'";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Holder {
    principal_id: Option<ObjectId>,
}

/// Holds who has the role, or why that could not be read, for five minutes.
#[derive(Debug, Default)]
pub(super) struct SyncRole(Fresh<Result<Arc<HashSet<ObjectId>>, String>>);

impl SyncRole {
    /// Returns who has the role, or why that is unknown.
    pub(super) async fn holders<S: Stage>(&self, ask: Ask<'_, S>) -> Result<Arc<HashSet<ObjectId>>, String> {
        let read = async {
            let request = RequestBuilder::new(&HOLDERS).query("$filter", FILTER).build();
            let holders = async { ask.all::<Holder>(&HOLDERS, request?).await }.await;
            Ok(holders.map_err(|error| error.brief()).map(|holders| {
                Arc::new(holders.into_iter().filter_map(|holder| holder.principal_id).collect())
            }))
        };
        self.0.get(read).await.unwrap_or_else(|error| Err(error.brief()))
    }
}
