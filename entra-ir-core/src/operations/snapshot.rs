//! `snapshot`: reads everything about one account that containment depends on, in one call.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tracing::Instrument as _;

use super::GetUser;
use super::domain::{DOMAIN, ReadDomain};
use super::effective_methods_policy::{MEMBERSHIP, ReadPolicy, effective};
use super::grant_reads::{APPLICATIONS, OWN, TENANT, TENANT_WIDE, grants};
use super::list_app_assignments::{self, ListAssignments};
use super::list_devices::{REGISTERED, devices};
use super::list_methods::list;
use super::per_user_mfa::{ReadState, STATE};
use super::policy_evaluation::for_administrator;
use super::roles_held::{eligible_groups, role_groups, roles};
use super::snapshot_parts::{
    ACTIVE, ELIGIBLE, ELIGIBLE_GROUPS, GROUPS, OWNED_GROUPS, PREFERENCES, ReadPreferences, part,
};
use super::user_risk::{HISTORY, RISK, risk_and_history};
use crate::error::Result;
use crate::ids::{ObjectId, UserRef};
use crate::model::{AccountSnapshot, AppAssignmentList, MethodList, MethodsPolicy, Part, UserKind};
use crate::operation::{Call, Client, Context, IntoUser, Line, Operation, Output, Tally, options};
use crate::spec::{Endpoint, OperationSpec, Verb};

/// Reads everything about the account at once: its identity, its methods, default method and per-user MFA,
/// what the methods policy means for it, its roles, devices, consents, assigned applications and risk. All
/// reads that accept the given name are sent together; those that need the object id follow together. So it
/// takes the time of two answers, and of a third one if the policy names a deleted group. Lists of several
/// pages take longer. Identity Protection accepts one request per second for the whole tenant: snapshots of
/// many accounts wait for it, and so does the history of a user who is or was risky
/// ([`identity_protection_interval`](crate::ClientBuilder::identity_protection_interval)), unless they are
/// taken [`without_risk`](Self::without_risk). Each part records whether it was read: [`Part::Collected`],
/// denied with the missing permission, not licensed, not in this cloud (then nothing is sent), or failed.
/// Active roles are those assigned to the user or to a role-assignable group that the user is in; the end of
/// an activation is not known.
///
/// # Effect
/// None: a read.
///
/// # Permissions
/// `User.Read.All`; every other part has its own, and without them only that part is missing:
/// `UserAuthenticationMethod.Read.All`, `Policy.Read.All`, `GroupMember.Read.All`,
/// `RoleManagement.Read.Directory`, `PrivilegedEligibilitySchedule.Read.AzureADGroup`,
/// `IdentityRiskyUser.Read.All`, `Domain.Read.All`, `Directory.Read.All`, `Application.Read.All`. Delegated
/// or application; a delegated caller needs roles too, Global Reader with Authentication Policy Administrator
/// among others.
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) if the user itself cannot be read: 403, or 404 for one who does not
/// exist.
///
/// Source: "Get user", "List methods", "List unifiedRoleAssignments", "List
/// roleEligibilityScheduleInstances", "List registeredDevices" and "Get riskyUser" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let snapshot = client.snapshot("adele@contoso.example").await?;
/// for (part, state, reason) in snapshot.parts() {
///     println!("{part}: {state} {}", reason.unwrap_or_default());
/// }
/// println!("{} requests", snapshot.requests);
/// assert_eq!(snapshot.devices.collected().map(Vec::len), Some(2));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TakeSnapshot {
    /// The account.
    pub user: UserRef,
    /// Whether to read the risk and its history.
    #[serde(default = "yes")]
    pub risk: bool,
}

/// What [`TakeSnapshot`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Reads everything about the account at once: identity, methods, policy, roles, devices, consents, risk, each part with whether it could be read.",
    does_not: "Does not read sign-ins, mailbox rules or application permissions. Changes nothing.",
    doc: "https://learn.microsoft.com/graph/api/user-get",
    uses: &[
        &super::list_methods::SPEC,
        &PREFERENCES,
        &STATE,
        &super::effective_methods_policy::SPEC,
        &MEMBERSHIP,
        &GROUPS,
        &OWNED_GROUPS,
        &ELIGIBLE_GROUPS,
        &ACTIVE,
        &ELIGIBLE,
        &super::list_devices::SPEC,
        &REGISTERED,
        &RISK,
        &HISTORY,
        &DOMAIN,
        &OWN,
        &TENANT_WIDE,
        &APPLICATIONS,
        &TENANT,
        &list_app_assignments::SPEC,
    ],
    ..OperationSpec::read(
        "snapshot",
        Endpoint::v1(Verb::Get, "/users/{user}"),
        &[&["User.Read.All"], &["Directory.Read.All"]],
        &[&["User.Read.All"], &["Directory.Read.All"]],
    )
};

const fn yes() -> bool {
    true
}

impl TakeSnapshot {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()?, risk: true })
    }
}

options!(TakeSnapshot {
    /// Omits the risk and its history: Identity Protection accepts one request per second for the whole
    /// tenant, and snapshots of many accounts would wait for it.
    without_risk() |this| this.risk = false;
});

impl Output for AccountSnapshot {}

impl Client {
    /// Reads everything about the account at once, part by part: [`TakeSnapshot`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn snapshot(&self, user: impl IntoUser) -> Call<'_, TakeSnapshot> {
        self.on(user, TakeSnapshot::new)
    }
}

impl Operation for TakeSnapshot {
    type Output = AccountSnapshot;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<AccountSnapshot> {
        let line = Line::of(&SPEC);
        let (context, tally) = context.inner().counting();
        let read = Box::pin(self.read(&context, &tally)).instrument(line.span()).await;
        let told = read.as_ref().map(|snapshot| (Some(snapshot.user.id), not_read(snapshot)));
        line.end(tally.requests(), told);
        read
    }
}

impl TakeSnapshot {
    async fn read(self, context: &Context, tally: &Tally) -> Result<AccountSnapshot> {
        let user = &self.user;
        let (get, preferences, state) =
            (GetUser { user: user.clone() }, ReadPreferences(user), ReadState { user });
        let assigned = ListAssignments(user);
        let (found, methods, preferences, state, devices, groups, owned_groups, policy, grants, assigned) = futures_util::join!(
            context.read(&get),
            list(context, user, true),
            context.read(&preferences),
            context.read(&state),
            devices(context, user),
            role_groups(context, user, false),
            role_groups(context, user, true),
            context.read(&ReadPolicy),
            grants(context, user),
            context.read_all(&assigned),
        );
        let found = found?;
        let id = found.id;
        let methods =
            if found.kind() == UserKind::Customer { methods.map(MethodList::of_customer) } else { methods };
        let domain = async {
            match found.domain() {
                Some(domain) => part(context.read(&ReadDomain(domain)).await),
                None => unsaid("the account's sign-in name"),
            }
        };
        let grants = async {
            match grants {
                Ok(grants) => Part::Collected(grants.with_applications(context).await),
                Err(error) => part(Err(error)),
            }
        };
        let risk = async {
            if self.risk { risk_and_history(context, id).await } else { (Part::Unread, Part::Unread) }
        };
        let (active_roles, eligible_roles, eligible_groups, (risk, risk_history), domain, policy, grants) = futures_util::join!(
            roles(context, id, &groups, false),
            roles(context, id, &groups, true),
            eligible_groups(context, id),
            risk,
            domain,
            effect(context, id, policy, &methods),
            grants,
        );
        let taken_at = tally.earliest().unwrap_or_else(OffsetDateTime::now_utc);
        let mut snapshot = AccountSnapshot {
            cloud: context.cloud(),
            domain,
            methods: part(methods),
            default_method: part(preferences),
            per_user_mfa: match state.map(|state| state.per_user_mfa_state) {
                Ok(None) => unsaid("the per-user MFA state"),
                Ok(Some(state)) => Part::Collected(state),
                Err(error) => part(Err(error)),
            },
            policy,
            active_roles,
            eligible_roles,
            role_groups: groups,
            owned_role_groups: owned_groups,
            eligible_groups,
            devices: part(devices),
            grants,
            app_assignments: part(assigned).map(AppAssignmentList::new),
            risk,
            risk_history,
            requests: tally.requests(),
            ..AccountSnapshot::new(found, taken_at)
        };
        if snapshot.is_privileged() != Some(false)
            && let Part::Collected(policy) = &mut snapshot.policy
        {
            for_administrator(policy);
        }
        Ok(snapshot)
    }
}

/// Reads at once what a lock-out depends on: the account, unless it is known, its methods, where its password
/// is checked, and the caller. Every other part stays unread.
///
/// # Errors
/// [`Error`](crate::Error) if the account cannot be read.
#[cfg(feature = "containment")]
pub(crate) async fn first_look(
    context: &Context,
    user: &UserRef,
    known: Option<crate::model::User>,
) -> Result<AccountSnapshot> {
    let (context, tally) = context.inner().counting();
    let get = GetUser { user: user.clone() };
    let domain = match user {
        UserRef::Name(name) => name.as_str().rsplit_once('@').map(|(_, domain)| domain.to_owned()),
        UserRef::Id(_) => known.as_ref().and_then(|known| known.domain()).map(str::to_owned),
    };
    let found = async {
        match known {
            Some(known) => Ok(known),
            None => context.read(&get).await,
        }
    };
    let domain = async {
        match &domain {
            Some(domain) => {
                let managed = |kept: &crate::model::DomainAuthentication| {
                    *kept != crate::model::DomainAuthentication::Federated
                };
                part(context.read_kept(&ReadDomain(domain), managed).await)
            }
            None => Part::Unread,
        }
    };
    let (found, methods, domain, _) =
        futures_util::join!(found, list(&context, user, true), domain, context.caller());
    let found = found?;
    let methods =
        if found.kind() == UserKind::Customer { methods.map(MethodList::of_customer) } else { methods };
    let taken_at = tally.earliest().unwrap_or_else(OffsetDateTime::now_utc);
    Ok(AccountSnapshot {
        cloud: context.cloud(),
        domain,
        methods: part(methods),
        requests: tally.requests(),
        ..AccountSnapshot::new(found, taken_at)
    })
}

/// Names the requested parts that could not be read.
fn not_read(snapshot: &AccountSnapshot) -> String {
    let parts = snapshot.parts();
    let missing = parts.iter().filter(|(_, _, reason)| reason.is_some()).map(|(name, _, _)| *name);
    missing.collect::<Vec<_>>().join(",")
}

fn unsaid<T>(what: &str) -> Part<T> {
    Part::Failed { reason: format!("the service answered without {what}") }
}

async fn effect(
    context: &Context,
    user: ObjectId,
    policy: Result<MethodsPolicy>,
    methods: &Result<MethodList>,
) -> Part<crate::model::EffectiveMethodsPolicy> {
    match policy {
        Ok(policy) => {
            part(effective(context, user, &policy, methods.as_ref().map_err(ToString::to_string)).await)
        }
        Err(error) => part(Err(error)),
    }
}
