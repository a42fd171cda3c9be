//! `effective_methods_policy`: the portal's "View authentication methods policy", for one user.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use serde_json::json;

use super::GetUser;
use super::list_methods::list;
use super::policy_evaluation::{self as evaluation, Membership};
use super::policy_settings::registered;
use super::roles_held::may_hold_a_role;
use super::snapshot_parts::{ACTIVE, ELIGIBLE, ELIGIBLE_GROUPS, GROUPS, OWNED_GROUPS};
use crate::cloud::CloudSet;
use crate::error::{Error, Result};
use crate::fan_out;
use crate::ids::{ObjectId, UserRef};
use crate::model::{EffectiveMethodsPolicy, MethodList, MethodsPolicy, MigrationState, PolicyTarget};
use crate::operation::{Call, Client, Context, GraphCall, IntoUser, Operation, Output};
use crate::page::Page;
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::wire::{Request, RequestBuilder, Response, decode};

/// Returns which methods the authentication methods policy allows the user, because of which target, with
/// which settings; and which registered methods it does not allow. The policy is read together with the
/// user's methods. Then membership is queried only for the groups that the policy names, twenty per call, all
/// calls at once. If the service cannot answer for a group, such as a deleted one, what depends on it is
/// unknown.
///
/// Unless the tenant's migration is complete, the result is a lower bound: legacy MFA and password reset
/// settings, which Graph does not show, may allow more. Administrators have their own password reset policy.
/// Authentication strengths and Conditional Access can still forbid a method.
///
/// # Effect
/// None: a read. Membership is queried by `POST`, which changes nothing.
///
/// # Permissions
/// `Policy.Read.AuthenticationMethod`, `User.Read.All` and, for the policy's groups, `GroupMember.Read.All`;
/// for the registered methods `UserAuthenticationMethod.Read.All` with a role as for
/// [`list_methods`](crate::Client::list_methods). Delegated or application.
///
/// # Errors
/// [`Error::Graph`] 404 if there is no such user; 403 if the user, the policy or the membership may not be
/// read. Methods that may not be read are no error:
/// [`registered_unread`](crate::model::EffectiveMethodsPolicy::registered_unread) says so.
///
/// Source: "Get authenticationMethodsPolicy", "directoryObject: checkMemberGroups" and "Manage authentication
/// methods" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let policy = client.effective_methods_policy("hugo@contoso.example").await?;
/// for method in &policy.methods {
///     println!("{}: {} ({})", method.id, method.verdict, method.because());
/// }
/// assert!(policy.unusable().any(|method| method.label.contains("Temporary Access Pass")));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct GetEffectiveMethodsPolicy {
    /// The account.
    pub user: UserRef,
}

/// What [`GetEffectiveMethodsPolicy`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Returns which methods the policy allows the user, because of which target, and which \
        registered ones it does not allow.",
    does_not: "Does not show legacy MFA and password reset settings, authentication strengths or Conditional Access. Changes nothing.",
    clouds: CloudSet::NOT_CHINA,
    doc: "https://learn.microsoft.com/graph/api/authenticationmethodspolicy-get",
    uses: &[
        &super::get_user::SPEC,
        &super::list_methods::SPEC,
        &MEMBERSHIP,
        &ACTIVE,
        &ELIGIBLE,
        &GROUPS,
        &OWNED_GROUPS,
        &ELIGIBLE_GROUPS,
    ],
    ..OperationSpec::read(
        "effective_methods_policy",
        Endpoint::v1(Verb::Get, "/policies/authenticationMethodsPolicy"),
        &[&["Policy.Read.AuthenticationMethod"], &["Policy.Read.All"]],
        &[&["Policy.Read.AuthenticationMethod"], &["Policy.Read.All"]],
    )
};

/// The query for membership in groups.
pub(super) static MEMBERSHIP: OperationSpec = OperationSpec {
    summary: "Returns which of the given groups the user is in, directly or through other groups.",
    doc: "https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups",
    ..OperationSpec::read(
        "check_member_groups",
        Endpoint::v1(Verb::Post, "/users/{user}/checkMemberGroups"),
        &[&["User.Read.All", "GroupMember.Read.All"], &["Directory.Read.All"]],
        &[&["User.Read.All", "GroupMember.Read.All"], &["Directory.Read.All"]],
    )
};

/// The maximum of groups of one call. Source: "directoryObject: checkMemberGroups".
const AT_ONCE: usize = 20;

impl GetEffectiveMethodsPolicy {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`] if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()? })
    }
}

impl Output for EffectiveMethodsPolicy {}

impl Client {
    /// Returns which methods the policy allows the user: [`GetEffectiveMethodsPolicy`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn effective_methods_policy(&self, user: impl IntoUser) -> Call<'_, GetEffectiveMethodsPolicy> {
        self.on(user, GetEffectiveMethodsPolicy::new)
    }
}

impl Operation for GetEffectiveMethodsPolicy {
    type Output = EffectiveMethodsPolicy;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<EffectiveMethodsPolicy> {
        // Targets name users by object id, and a user who does not exist has no result.
        let get = GetUser { user: self.user.clone() };
        let (user, policy, methods) = futures_util::join!(
            context.read(&get),
            context.read(&ReadPolicy),
            list(context, &self.user, true)
        );
        let (user, policy) = (user?, policy?);
        let methods = methods.as_ref().map_err(ToString::to_string);
        let mut effective = effective(context, user.id, &policy, methods).await?;
        // If no verdict depends on a role, the roles are not read.
        if evaluation::depends_on_role(&effective) && may_hold_a_role(context, user).await {
            evaluation::for_administrator(&mut effective);
        }
        Ok(effective)
    }
}

/// Queries the groups that the policy names, and evaluates the policy for the user.
///
/// # Errors
/// If membership cannot be queried at all.
pub(super) async fn effective(
    context: &Context,
    user: ObjectId,
    policy: &MethodsPolicy,
    methods: Result<&MethodList, String>,
) -> Result<EffectiveMethodsPolicy> {
    let groups = evaluation::groups(policy);
    let (membership, reason) = membership(context, user, &groups).await?;
    let migration = policy.policy_migration_state.clone().unwrap_or_default();
    let closed = evaluation::closed(Some(&migration));
    let entries = evaluation::methods(policy, user, &membership);
    let listed = methods.as_ref().map_or(&[][..], |list| &list.methods);
    let lower_bound_reason = lower_bound(&migration);
    let undecided = groups.into_iter().filter(|group| !membership.contains_key(group));
    Ok(EffectiveMethodsPolicy {
        registered: listed.iter().map(|method| registered(method, &entries, closed)).collect(),
        registered_unread: unread(methods),
        campaign: evaluation::campaign(policy, user, &membership),
        methods: entries,
        migration,
        lower_bound: lower_bound_reason.is_some(),
        lower_bound_reason: lower_bound_reason.map(Into::into),
        undecided: undecided.map(PolicyTarget::Group).collect(),
        undecided_reason: reason,
    })
}

fn lower_bound(migration: &MigrationState) -> Option<&'static str> {
    match migration {
        MigrationState::MigrationComplete => None,
        MigrationState::PreMigration => Some(
            "the migration to this policy has not begun: legacy MFA and password reset settings apply as \
            well, and Graph does not show them",
        ),
        MigrationState::MigrationInProgress => Some(
            "the migration to this policy is not complete: legacy MFA and password reset settings apply as \
            well, and Graph does not show them",
        ),
        MigrationState::Unknown | MigrationState::Other(_) => {
            Some("whether legacy settings apply as well is unknown; Graph does not show them")
        }
    }
}

fn unread(methods: Result<&MethodList, String>) -> Option<String> {
    match methods {
        Err(reason) => Some(reason),
        Ok(list) if list.partial => {
            Some("only some methods are listed: of this cloud, or of a customer account".into())
        }
        Ok(list) if !list.unreadable.is_empty() => Some("some methods were not understood".into()),
        Ok(list) => list.beta_unread.clone(),
    }
}

/// Queries which of the groups the user is in, all calls at once. Groups for which the service cannot answer
/// are omitted, with its reason.
async fn membership(
    context: &Context,
    user: ObjectId,
    groups: &BTreeSet<ObjectId>,
) -> Result<(Membership, Option<String>)> {
    let groups: Vec<ObjectId> = groups.iter().copied().collect();
    let mut known = Membership::new();
    let mut reason = None;
    let mut spoilt = Vec::new();
    for (chunk, asked) in fan_out::all(groups.chunks(AT_ONCE).map(|chunk| ask(context, user, chunk))).await {
        match asked {
            Ok(some) => known.extend(some),
            // One id that the service cannot resolve, such as a deleted group, fails the query for all
            // twenty: query each alone.
            Err(error) if is_about_the_ids(&error) => spoilt.extend(chunk.chunks(1)),
            Err(error) => return Err(error),
        }
    }
    for (_, asked) in fan_out::all(spoilt.into_iter().map(|group| ask(context, user, group))).await {
        match asked {
            Ok(some) => known.extend(some),
            Err(error) if is_about_the_ids(&error) => reason = reason.or_else(|| Some(error.to_string())),
            Err(error) => return Err(error),
        }
    }
    Ok((known, reason))
}

async fn ask<'a>(
    context: &Context,
    user: ObjectId,
    groups: &'a [ObjectId],
) -> (&'a [ObjectId], Result<Membership>) {
    let member_of = context.read_all(&CheckMemberGroups { user: user.into(), groups }).await;
    (groups, member_of.map(|member_of| sort(groups, &member_of)))
}

fn is_about_the_ids(error: &Error) -> bool {
    error.as_graph().is_some_and(|graph| matches!(graph.status.as_u16(), 400 | 404))
}

fn sort(asked: &[ObjectId], member_of: &[String]) -> Membership {
    let member_of: BTreeSet<ObjectId> = member_of.iter().filter_map(|id| id.parse().ok()).collect();
    asked.iter().map(|group| (*group, member_of.contains(group))).collect()
}

/// Reads the policy.
#[derive(Debug)]
pub(super) struct ReadPolicy;

impl GraphCall for ReadPolicy {
    type Output = MethodsPolicy;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&SPEC).build()
    }

    fn decode(&self, response: &Response) -> Result<MethodsPolicy> {
        decode(&SPEC, response)
    }
}

#[derive(Debug)]
struct CheckMemberGroups<'a> {
    user: UserRef,
    groups: &'a [ObjectId],
}

impl GraphCall for CheckMemberGroups<'_> {
    type Output = Page<String>;

    fn spec(&self) -> &'static OperationSpec {
        &MEMBERSHIP
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&MEMBERSHIP).user(&self.user).json(json!({ "groupIds": self.groups })).build()
    }

    fn decode(&self, response: &Response) -> Result<Page<String>> {
        decode(&MEMBERSHIP, response)
    }
}
