//! A plan: what a run does to one account, step by step, as data.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::digest::Digest;
use crate::error::{Refusal, Result};
use crate::ids::{MethodId, ObjectId, UserRef};
use crate::json::seconds;
use crate::knowledge::{
    AccountKind, Action, Advice, Disagreement, Incident, Outside, PermissionSet, Step, Task, Touched, Wanted,
    advise, permissions_for,
};
use crate::model::{AccountSnapshot, MethodList};
use crate::operations::{AnyOperation, snapshot};
use crate::spec::Effect;
use crate::text::printable;

/// How long a block and a new password take to reach everything: a revocation before that leaves what was
/// issued in between.
const BETWEEN_REVOCATIONS: Duration = Duration::from_secs(5 * 60);

/// How a block that the next sync may undo is kept up.
const RENEWS: &str = "resume the run after each sync: it reads the block again, and renews it";

/// What a run does not keep as evidence by itself.
const BEYOND_THE_SNAPSHOT: &str = "the run keeps what Graph shows of the account; by hand: Entra admin center > \
    Sign-in logs and Audit logs; Get-InboxRule -IncludeHidden";

/// The format of the plans that this version writes, and the newest that it reads.
pub(super) const FORMAT: u64 = 1;

/// What a run does to one account, in this order. It is made of an advice, stored as JSON, and approved by
/// its digest. It holds no secret.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::containment::Plan;
/// use entra_ir_core::knowledge::Incident;
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let snapshot = client.snapshot("adele@contoso.example").await?;
/// let plan = Plan::against(Incident::AccountTakeover, &snapshot);
/// let read = Plan::from_json(&plan.to_json()?)?;
/// assert_eq!(read.digest()?, plan.digest()?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Plan {
    /// The format, 1 in this version.
    pub format: u64,
    /// The incident, as a word: `account-takeover`, `token-theft`, ...
    pub incident: String,
    /// The incident, for people.
    pub name: String,
    /// The account.
    pub account: ObjectId,
    /// The state of the account for which the plan was made.
    pub seen: Seen,
    /// The steps.
    pub steps: Vec<PlanStep>,
    /// The questions on which authorities disagree, with the choice that this plan follows.
    pub choices: Vec<Choice>,
    /// Places that only people outside Graph can check and close.
    pub outside: Vec<String>,
}

/// The state of an account for which a plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Seen {
    /// When it was read. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: OffsetDateTime,
    /// The sign-in name.
    pub user_principal_name: Option<String>,
    /// The kind of account.
    pub kind: AccountKind,
    /// Whether it is privileged; `None` if unknown.
    pub privileged: Option<bool>,
    /// Whether sign-in was allowed; `None` if unknown.
    pub enabled: Option<bool>,
    /// The earliest time of sessions that were accepted. UTC.
    #[serde(default, with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub sessions_valid_from: Option<OffsetDateTime>,
    /// When the password had been changed last. UTC.
    #[serde(default, with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub password_changed: Option<OffsetDateTime>,
    /// The methods, by id; `None` if they were not read.
    pub methods: Option<Vec<MethodId>>,
}

/// A question on which authorities disagree, and the choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Choice {
    /// The question.
    pub about: String,
    /// The choice that the plan follows.
    pub chosen: String,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PlanStep {
    /// The title.
    pub title: String,
    /// What it is for.
    pub phase: Phase,
    /// When it is due, in words.
    pub when: String,
    /// How long after the step before it was done, at least. In seconds in JSON.
    #[serde(default, with = "seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Seconds>"))]
    pub wait: Option<Duration>,
    /// Why it is done.
    pub reason: String,
    /// The page that says so.
    pub source: String,
    /// What it does not do.
    pub does_not: String,
    /// What it costs the user.
    pub cost: String,
    /// The permission or role that it requires.
    pub needs: String,
    /// What follows if it is not done.
    #[serde(default)]
    pub on_failure: OnFailure,
    /// The call that does it; `None` if a person does it.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub call: Option<AnyOperation>,
    /// Where a person does it, or chooses what it is done to; `None` for a step that a run does.
    pub by_hand: Option<String>,
    /// The calls among which a person chooses: one for each device, grant or application of the account.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<serde_json::Map<String, serde_json::Value>>"))]
    pub among: Vec<AnyOperation>,
    /// The actions on the account that a person does by it, or the run.
    #[serde(default)]
    pub actions: Vec<Action>,
    /// To what they are done.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, serde_json::Value>"))]
    pub target: Touched,
    /// The task of a person that it is, if it is not an action on the account.
    #[serde(default)]
    pub task: Option<Task>,
    /// Ids that public catalogs give to what the step does, such as those of MITRE D3FEND.
    #[serde(default)]
    pub ids: Vec<String>,
}

/// What a step is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Phase {
    /// Nobody signs in again, and no session gets a new token.
    LockOut,
    /// What the attacker holds ends.
    Evict,
    /// The rightful user gets back in.
    Recover,
}

/// What follows if a step is not done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OnFailure {
    /// The run goes on, and names it in its result.
    #[default]
    GoOn,
    /// No step after it is done until it is.
    Stop,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LockOut => "lock out",
            Self::Evict => "evict",
            Self::Recover => "recover",
        })
    }
}

impl Seen {
    pub(super) fn of(snapshot: &AccountSnapshot) -> Self {
        let user = &snapshot.user;
        let ids = |list: &MethodList| list.methods.iter().map(|method| method.id.clone()).collect();
        Self {
            at: snapshot.taken_at,
            user_principal_name: user.user_principal_name.clone(),
            kind: user.into(),
            privileged: snapshot.is_privileged(),
            enabled: user.account_enabled,
            sessions_valid_from: user.sign_in_sessions_valid_from_date_time,
            password_changed: user.last_password_change_date_time,
            methods: snapshot.methods.collected().map(ids),
        }
    }
}

impl Plan {
    /// Makes the plan against an incident: that of its [advice](advise).
    pub fn against(incident: Incident, snapshot: &AccountSnapshot) -> Self {
        Self::of(&advise(incident, snapshot), snapshot)
    }

    /// Returns the fewest permissions for the calls of its steps, those among which a person chooses
    /// included, and for the snapshot that a run takes. What the guard looks up is not in it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::containment::Plan;
    /// use entra_ir_core::knowledge::Incident;
    ///
    /// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
    /// let snapshot = client.snapshot("adele@contoso.example").await?;
    /// let needed = Plan::against(Incident::Lockdown, &snapshot).permissions();
    /// assert!(needed.application.names().any(|name| name == "User.RevokeSessions.All"));
    /// assert_eq!(needed.takeovers().count(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn permissions(&self) -> PermissionSet {
        permissions_for(self.wanted())
    }

    /// Lists the calls of its steps, those among which a person chooses included, and the snapshot that a run
    /// takes: for [`Client::compare_permissions`](crate::Client::compare_permissions).
    pub fn wanted(&self) -> impl Iterator<Item = Wanted> {
        let calls = self.steps.iter().flat_map(|step| step.call.iter().chain(&step.among));
        calls.map(Wanted::from).chain([Wanted::from(&snapshot::SPEC)])
    }

    /// Makes a plan of an advice. A step that acts on one of several devices, grants or applications is left
    /// to a person, who chooses.
    pub fn of(advice: &Advice, snapshot: &AccountSnapshot) -> Self {
        let first = |is: &dyn Fn(&Step) -> bool| advice.steps.iter().position(is);
        let revokes = |step: &Step| step.operation == Some("revoke_sign_in_sessions");
        let blocks = |step: &Step| step.has(Action::BlockSignIn);
        // Without a block, the first thing that the run does is the lock-out.
        let runs = |step: &Step| !step.calls.is_empty() && !step.is_choice();
        let locked = match first(&blocks) {
            None => first(&runs),
            block => first(&revokes).max(block),
        };
        let again = advice.steps.iter().rposition(revokes).filter(|last| Some(*last) > first(&revokes));
        let proof = first(&|step| step.task == Some(Task::ProveIdentity));
        let phase = |place: usize| match (proof, locked) {
            (Some(proof), _) if place >= proof => Phase::Recover,
            (_, Some(locked)) if place <= locked => Phase::LockOut,
            _ => Phase::Evict,
        };
        let steps = |(place, step): (usize, &Step)| {
            let planned = PlanStep::of(step, phase(place));
            let planned = PlanStep { wait: (again == Some(place)).then_some(BETWEEN_REVOCATIONS), ..planned };
            // Each call is a step of its own, so that the journal knows of each whether it was done.
            let renews = blocks(step) && Some(place) > first(&blocks);
            let calls = if step.is_choice() || renews { &[] } else { step.calls.as_slice() };
            if calls.is_empty() {
                let by_hand = match (step.task, step.operation) {
                    _ if renews => RENEWS.to_owned(),
                    (Some(Task::KeepEvidence), _) => BEYOND_THE_SNAPSHOT.to_owned(),
                    (_, Some(operation)) if step.is_choice() => format!("choose, then {operation}"),
                    (_, operation) => step.elsewhere.or(operation).unwrap_or("elsewhere").to_owned(),
                };
                let among = if step.is_choice() { step.calls.clone() } else { Vec::new() };
                return vec![PlanStep { by_hand: Some(by_hand), among, ..planned }];
            }
            calls.iter().map(|call| PlanStep { call: Some(call.clone()), ..planned.clone() }).collect()
        };
        let outside = |place: &Outside| format!("{}: {}: {}", place.place, place.door, place.close);
        let choice = |question: &Disagreement| Choice {
            about: question.about.to_owned(),
            chosen: question.chosen.to_owned(),
        };
        Self {
            format: FORMAT,
            incident: advice.incident.slug().to_owned(),
            name: advice.incident.to_string(),
            account: snapshot.user.id,
            seen: Seen::of(snapshot),
            steps: advice.steps.iter().enumerate().flat_map(steps).collect(),
            choices: advice.disagreements.iter().map(choice).collect(),
            outside: advice.outside.iter().map(outside).collect(),
        }
    }

    /// Returns the phase up to which a run goes if none is named: the attacker is out, and nobody is let in.
    /// A plan that only lets somebody in goes up to its end.
    pub fn default_phase(&self) -> Phase {
        let runs = |step: &&PlanStep| step.call.is_some();
        let is_more_than_recovery = self.steps.iter().filter(runs).any(|step| step.phase < Phase::Recover);
        if is_more_than_recovery { Phase::Evict } else { Phase::Recover }
    }

    /// Returns the sign-in name of the account, or its object id if that is unknown.
    pub fn account_name(&self) -> String {
        self.seen.user_principal_name.clone().unwrap_or_else(|| self.account.to_string())
    }

    /// Returns whether a step of the plan blocks sign-in.
    pub fn blocks(&self) -> bool {
        self.steps.iter().any(|step| step.call.is_some() && step.actions.contains(&Action::BlockSignIn))
    }

    /// Reads a plan.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for text that is not a plan, an operation that does not
    /// exist, a step on another account, or a newer format.
    pub fn from_json(json: &str) -> Result<Self> {
        let refuse = |path: &str, reason: String| Refusal::BadField { path: path.to_owned(), reason };
        let read: serde_json::Value =
            serde_json::from_str(json).map_err(|error| refuse("plan", error.to_string()))?;
        if let Some(format) = read["format"].as_u64().filter(|format| *format > FORMAT) {
            let newer = format!("format {format} is of a newer version; this one reads up to {FORMAT}");
            return Err(refuse("format", newer).into());
        }
        let plan: Self = serde_path_to_error::deserialize(read)
            .map_err(|error| refuse(&error.path().to_string(), error.inner().to_string()))?;
        plan.check()?;
        Ok(plan)
    }

    /// Refuses a plan that somebody changed so that it acts on another account, or does nothing in a step.
    pub(super) fn check(&self) -> Result<()> {
        for (place, step) in self.steps.iter().enumerate() {
            let refuse = |field: &str, reason: String| Refusal::BadField {
                path: format!("steps[{place}].{field}"),
                reason,
            };
            if step.call.is_some() == step.by_hand.is_some() {
                let reason = "a step has a call, or a place where a person does it".to_owned();
                return Err(refuse("call", reason).into());
            }
            let blocks = matches!(step.call, Some(AnyOperation::LockOut(_) | AnyOperation::BlockSignIn(_)));
            let opens = matches!(
                step.call,
                Some(AnyOperation::UnblockSignIn(_) | AnyOperation::CreateTemporaryAccessPass(_))
            );
            let destroys = step.call.as_ref().is_some_and(|call| call.spec().effect == Effect::Destroy);
            let told = match step.phase {
                Phase::LockOut if step.wait.is_some() || step.on_failure == OnFailure::Stop => {
                    Some("the lock-out waits for nothing")
                }
                Phase::LockOut if destroys => {
                    Some("the lock-out destroys nothing: its evidence is not stored yet")
                }
                Phase::Evict | Phase::Recover if blocks => Some("a block belongs to the lock-out"),
                Phase::LockOut | Phase::Evict if opens => Some("it belongs to the recovery"),
                _ if step.call.is_some() && step.actions.contains(&Action::BlockSignIn) != blocks => {
                    Some("the actions are not those of the call")
                }
                _ => None,
            };
            if let Some(told) = told {
                return Err(refuse("phase", told.to_owned()).into());
            }
            for (field, call) in step
                .call
                .iter()
                .map(|call| ("call", call))
                .chain(step.among.iter().map(|call| ("among", call)))
            {
                if let Some(other) = self.other_account(call)? {
                    let reason = format!("it acts on {other}, and the plan is for {}", self.account_name());
                    return Err(refuse(field, reason).into());
                }
            }
        }
        Ok(())
    }

    /// Refuses a confirmation that names neither the account nor the plan.
    pub(super) fn check_confirm(&self, confirm: Option<&str>, digest: Digest) -> Result<()> {
        let instead = "confirm with the account's sign-in name, or with the digest of the plan that you read";
        let refuse = |reason: String| {
            // A changed plan may name the account in any characters.
            Err(Refusal::NotConfirmed { reason: printable(&reason), instead }.into())
        };
        let name = self.account_name();
        let Some(confirm) = confirm else {
            return refuse(format!("the run on {name} is not confirmed"));
        };
        let accepted = [name.clone(), self.account.to_string(), digest.to_string()];
        if accepted.iter().any(|accepted| accepted.eq_ignore_ascii_case(confirm.trim())) {
            return Ok(());
        }
        refuse(format!("{confirm:?} is neither the account, {name}, nor the plan's digest, {digest}"))
    }

    /// Refuses another account than the plan's.
    pub(super) fn check_account(&self, user: &UserRef) -> Result<()> {
        let is_same = match user {
            UserRef::Id(id) => *id == self.account,
            UserRef::Name(name) => {
                let seen = self.seen.user_principal_name.as_deref();
                seen.is_some_and(|seen| seen.eq_ignore_ascii_case(name.as_str()))
            }
        };
        if is_same {
            return Ok(());
        }
        // A changed plan may name the account in any characters.
        let reason = printable(&format!("the plan is for {}, not for {user}", self.account_name()));
        let instead = "name the account of the plan, or make a plan for this one";
        Err(Refusal::NotConfirmed { reason, instead }.into())
    }

    /// Returns an account that a call names and that is not the plan's.
    fn other_account(&self, call: &AnyOperation) -> Result<Option<String>> {
        let fields: serde_json::Value = serde_json::from_str(&call.to_json()?)
            .map_err(|error| Refusal::BadField { path: "call".into(), reason: error.to_string() })?;
        let several = fields["users"].as_array().into_iter().flatten();
        let named = fields["user"].as_str().into_iter().chain(several.filter_map(|user| user.as_str()));
        // By its id alone: a name in the file may be anybody's.
        let id = self.account.to_string();
        Ok(named.into_iter().find(|name| !id.eq_ignore_ascii_case(name)).map(str::to_owned))
    }

    /// Writes the plan as JSON.
    ///
    /// # Errors
    /// None in practice: every plan can be written.
    pub fn to_json(&self) -> Result<String> {
        let written = serde_json::to_string(self);
        written.map_err(|error| Refusal::BadField { path: "plan".into(), reason: error.to_string() }.into())
    }

    /// Returns the digest of its canonical JSON, by which it is approved.
    ///
    /// # Errors
    /// None in practice: every plan can be written.
    pub fn digest(&self) -> Result<Digest> {
        Digest::of(self)
    }
}

impl PlanStep {
    fn of(step: &Step, phase: Phase) -> Self {
        // Nobody is let in before the proof, nor without a pass to register with.
        let stops = step.task == Some(Task::ProveIdentity) || step.has(Action::CreateTemporaryAccessPass);
        Self {
            title: step.title.clone(),
            phase,
            when: step.when.to_owned(),
            wait: None,
            reason: step.reason.to_owned(),
            source: step.source.url.unwrap_or(step.source.title).to_owned(),
            does_not: step.does_not.to_owned(),
            cost: step.cost.to_owned(),
            needs: step.needs.clone(),
            on_failure: if stops { OnFailure::Stop } else { OnFailure::GoOn },
            call: None,
            by_hand: None,
            among: Vec::new(),
            actions: step.actions.clone(),
            target: step.target.clone(),
            task: step.task,
            ids: step.ids.iter().map(|id| (*id).to_owned()).collect(),
        }
    }
}
