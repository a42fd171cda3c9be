//! Preflight: what Graph would answer, known before anything is sent.

mod judge;
mod reach;
mod standing;

pub use standing::CallerFound;

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use time::{Duration, OffsetDateTime};

use self::judge::{Judged, judge};
use self::standing::Standing;
use super::permissions::Wanted;
use crate::error::Result;
use crate::ids::ObjectId;
use crate::model::AccountSnapshot;
use crate::operation::{Client, Context};
use crate::operations::{GetUser, own_roles, tenant_id};
use crate::spec::{CallerKind, OperationSpec};
use crate::text::{moment, printable};

/// Holds what Graph would answer to each of several operations. The reasons are sentences that can be
/// forwarded to whoever can help.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Preflight {
    /// What makes the tool itself doubtful tonight: such a line comes first.
    pub surprises: Vec<String>,
    /// The callers of the client: one, or a signed-in user and an application.
    pub callers: Vec<CallerFound>,
    /// The account that it is about.
    pub user: Option<ObjectId>,
    /// The operations, in the order asked for.
    pub checks: Vec<PreflightCheck>,
}

/// Holds what Graph would answer to one operation.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PreflightCheck {
    /// The operation's name.
    pub operation: Cow<'static, str>,
    /// What is expected.
    pub expected: Expectation,
    /// The caller that may do it, or of which it is not known; `None` if every caller would be refused.
    pub caller: Option<CallerKind>,
    /// Why it would be refused, or why it is not known.
    pub because: Vec<Obstacle>,
    /// What to know although it would be allowed: it would have no effect, or a part of it would fail.
    pub notes: Vec<String>,
}

/// What is expected of Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Expectation {
    /// Nothing that is known stands in the way.
    Allowed,
    /// It would be refused.
    Refused,
    /// A fact that decides could not be read, or is documented nowhere.
    CannotTell,
}

/// Names one reason, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Obstacle {
    /// What kind of reason it is.
    pub kind: ObstacleKind,
    /// The reason, as a sentence.
    pub text: String,
}

/// Kinds of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ObstacleKind {
    /// The cloud does not have the operation.
    Cloud,
    /// The operation exists only for the other kind of caller.
    OtherCaller,
    /// It is not known whether a user or an application calls.
    CallerUnknown,
    /// A permission is missing, or the token's permissions cannot be read.
    Permission,
    /// A directory role is missing, or the caller's roles could not be read.
    Role,
    /// The account's own roles or groups take a higher role.
    Target,
    /// The account is the caller's own.
    OwnAccount,
    /// The account is a guest.
    Guest,
    /// The account is synced from Active Directory.
    Synced,
    /// The account's domain is federated.
    Federated,
    /// The tenant has no licence for it.
    Licence,
}

impl Preflight {
    /// Lists the operations that would be refused.
    pub fn refused(&self) -> impl Iterator<Item = &PreflightCheck> {
        self.checks.iter().filter(|check| check.expected == Expectation::Refused)
    }

    /// Returns whether every operation is expected to be allowed, and nothing is surprising.
    pub fn is_clear(&self) -> bool {
        self.surprises.is_empty() && self.checks.iter().all(|check| check.expected == Expectation::Allowed)
    }
}

impl Client {
    /// Returns for each operation whether Graph would allow it, refuse it and why, or that this cannot be
    /// told, before anything is sent: by the operation's own description, the permissions and roles in the
    /// client's tokens, and the account's roles, groups, domain, policy and licences. With a snapshot, it
    /// says why *this* account needs a higher role than others.
    ///
    /// What the token says is not verified, so this is advice: Graph decides. A role that can be activated
    /// does not count before it is. The tables of roles are those of "Privileged roles and permissions in
    /// Microsoft Entra ID".
    ///
    /// # Effect
    /// Reads only: the caller's own account, its roles where the token does not list them, and the time of
    /// the service.
    ///
    /// # Permissions
    /// None of its own; what may not be read is answered with [`Expectation::CannotTell`].
    ///
    /// # Errors
    /// [`Error::Auth`](crate::Error::Auth) if a credential gives no token.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::SimulatedTenant;
    /// use entra_ir_core::knowledge::{Expectation, Wanted};
    /// use entra_ir_core::simulator::{Role, SimulatedCaller};
    ///
    /// let tenant = SimulatedTenant::contoso();
    /// let roles = [Role::GlobalReader, Role::UserAdministrator];
    /// tenant.set_caller(SimulatedCaller::delegated("responder@contoso.example", roles));
    /// let client = tenant.client()?;
    /// let snapshot = client.snapshot("adele@contoso.example").without_risk().await?;
    /// let operations = [Wanted::named("delete_methods")?];
    /// let preflight = client.preflight(operations, Some(&snapshot)).await?;
    /// assert_eq!(preflight.checks[0].expected, Expectation::Refused);
    /// println!("{preflight}");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn preflight<W: Into<Wanted>>(
        &self,
        operations: impl IntoIterator<Item = W>,
        account: Option<&AccountSnapshot>,
    ) -> Result<Preflight> {
        let (context, tally) = self.context().inner().counting();
        let began = OffsetDateTime::now_utc();
        let callers = callers(&context).await?;
        if tally.requests() == 0 {
            // For the service's time, which a refusal has, too.
            _ = tenant_id(&context).await;
        }
        let mut surprises = Vec::new();
        if let Some(service) = tally.earliest() {
            surprises.extend(clock(began, service).filter(|_| !context.is_simulated()));
            for id in callers.iter().filter(|caller| caller.is_delegated()).filter_map(|caller| caller.id) {
                surprises.extend(operator(&context, id, service).await);
            }
        }
        let standing = account.map(Standing::new);
        let cloud = self.cloud();
        let mut all: Vec<Wanted> = Vec::new();
        for wanted in operations.into_iter().map(Into::into) {
            if !all.iter().any(|earlier| earlier.is_same(&wanted)) {
                all.push(wanted);
            }
        }
        let checks = all.iter().filter_map(|wanted| {
            let of = |caller: &CallerFound| {
                let judged = judge(wanted, cloud, caller, standing.as_ref());
                PreflightCheck::of(wanted.spec, caller, judged)
            };
            callers.iter().map(of).reduce(PreflightCheck::or)
        });
        let checks = checks.collect();
        let user = account.map(|snapshot| snapshot.user.id);
        Ok(Preflight { surprises, callers, user, checks })
    }
}

impl PreflightCheck {
    fn of(spec: &'static OperationSpec, caller: &CallerFound, judged: Judged) -> Self {
        let expected = judged.expected();
        let caller = caller.kind.filter(|_| expected != Expectation::Refused);
        let (because, notes) = judged.reasons();
        Self { operation: spec.id.into(), expected, caller, because, notes }
    }

    /// Returns the better one of two callers' answers. If both would be refused, both reasons count.
    fn or(mut self, other: Self) -> Self {
        let rank = |check: &Self| match check.expected {
            Expectation::Allowed => 0,
            Expectation::CannotTell => 1,
            Expectation::Refused => 2,
        };
        if rank(&other) < rank(&self) {
            return other;
        }
        if rank(&self) == 2 {
            let more = other.because.into_iter().filter(|obstacle| !self.because.contains(obstacle));
            let more: Vec<_> = more.collect();
            self.because.extend(more);
        }
        self
    }
}

/// Reads who calls: from the tokens, and from Graph where they are silent.
async fn callers(context: &Context) -> Result<Vec<CallerFound>> {
    let mut callers: Vec<_> = context
        .callers()
        .await?
        .iter()
        .map(|(kind, claims)| CallerFound::of(claims.as_deref(), *kind))
        .collect();
    for caller in &mut callers {
        if caller.kind != Some(CallerKind::AppOnly) && (caller.kind.is_none() || caller.id.is_none()) {
            let asked = context.caller().await;
            caller.kind = caller.kind.or(asked.kind);
            caller.id = caller.id.or(asked.id);
        }
        if let (true, None, Some(id)) = (caller.is_delegated(), &caller.roles, caller.id) {
            caller.roles = own_roles(context, id).await;
        }
    }
    Ok(callers)
}

/// How far back a change of the operator's own account is surprising.
const TONIGHT: Duration = Duration::hours(24);

/// Returns what happened to the operator's own account in the last day: whoever took it over acts by this
/// tool, too.
async fn operator(context: &Context, id: ObjectId, now: OffsetDateTime) -> Option<String> {
    let user = context.read(&GetUser::new(id).ok()?).await.ok()?;
    let recent = |at: Option<OffsetDateTime>| at.filter(|at| now - *at < TONIGHT).map(moment);
    let changed =
        recent(user.last_password_change_date_time).map(|at| format!("its password was changed at {at}"));
    let revoked = recent(user.sign_in_sessions_valid_from_date_time)
        .map(|at| format!("its sessions were ended at {at}"));
    let happened: Vec<_> = changed.into_iter().chain(revoked).collect();
    (!happened.is_empty()).then(|| {
        format!("the signed-in user's own account: {}; make sure that it was its owner", happened.join(", "))
    })
}

/// How far this machine's clock may be from the service's.
const CLOCK: Duration = Duration::minutes(2);

fn clock(here: OffsetDateTime, service: OffsetDateTime) -> Option<String> {
    let off = (here - service).abs();
    (off > CLOCK).then(|| {
        format!(
            "this machine's clock differs from the service's by {} minutes: sign-in by certificate may fail, and the times \
            of what was done mislead",
            off.whole_minutes()
        )
    })
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
            Self::CannotTell => "cannot tell",
        })
    }
}

impl fmt::Display for PreflightCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.expected)?;
        for (at, obstacle) in self.because.iter().enumerate() {
            let before = if at == 0 { ": " } else { "; " };
            write!(f, "{before}{}", printable(&obstacle.text))?;
        }
        for note in &self.notes {
            write!(f, "; note: {}", printable(note))?;
        }
        Ok(())
    }
}

impl fmt::Display for Preflight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for surprise in &self.surprises {
            writeln!(f, "! {}", printable(surprise))?;
        }
        for check in &self.checks {
            writeln!(f, "{check}")?;
        }
        Ok(())
    }
}
