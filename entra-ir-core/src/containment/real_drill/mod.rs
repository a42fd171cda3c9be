//! `real_drill`: tries each write of the ready plans on a test account of a real tenant, and takes it back.

mod drilled;
mod one_step;
mod question;
mod trial;

use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use super::folder::RunPlace;
use super::gate::GateItemKind;
use super::journal::{MemoryJournal, RunAbout};
use super::plan::{Phase, Plan};
use super::sink::MemorySecrets;
use super::step_run::{StepRun, StepState};
use crate::error::{ErrorRecord, Refusal, Result};
use crate::ids::{ObjectId, UserRef};
use crate::knowledge::{AccountKind, Action};
use crate::model::AccountSnapshot;
use crate::operation::{Caller, Client, IntoUser};
use crate::operations::{AnyOperation, UnblockSignIn};
use crate::receipt::Grade;
use crate::text::printable;
use one_step::one_step;
use question::question;
use trial::{Trial, WRITES, trial};

pub use drilled::{DrillState, DrilledOperation, RealDrilled};

/// The refusals of a guard that concern the account, and not the operation.
const GUARDED: [&str; 7] = [
    "protected",
    "protected-unresolved",
    "group-not-read",
    "not-allowed",
    "allowed-unresolved",
    "own-account",
    "read-only",
];

/// What is done next after a refusal of the whole drill.
const INSTEAD: &str = "name an account that exists only for tests, by its exact sign-in name";

/// A drill that is about to begin. Nothing is sent until it is awaited, and nothing without
/// [`confirm`](Self::confirm).
#[derive(Debug)]
#[must_use = "a drill does nothing until it is awaited"]
pub struct RealDrill<'a> {
    user: Result<UserRef>,
    work: Work<'a>,
}

/// What a drill works with.
#[derive(Debug)]
struct Work<'a> {
    client: &'a Client,
    confirm: Option<String>,
    administrator: bool,
    folder: Option<PathBuf>,
    about: RunAbout,
}

impl Client {
    /// Tries each write of the ready plans once on a test account, up to *accepted*, and takes it back right
    /// after: the permissions and roles of this client against this tenant, before they are needed at night.
    ///
    /// Each operation is a run of its own, with a journal, and [`undo`](Self::undo) takes it back: a drill
    /// that was interrupted is taken back from there. What cannot be taken back is not tried, but the new
    /// password and the revocation, which only a test account can bear. The only method that it deletes is
    /// the pass that it made.
    ///
    /// # Effect
    /// That of the operations: sessions end, sign-in is blocked for seconds, a pass is made and deleted, a
    /// device is disabled and enabled, the risk is confirmed and dismissed, and the account has a new
    /// password, which is discarded.
    ///
    /// # Permissions
    /// Those of the operations, and of [`snapshot`](Self::snapshot). A permission that is missing is a row of
    /// the result.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused), before any write is accepted: without the exact sign-in
    /// name as the confirmation; for the caller's own account, a protected one, or a privileged one without
    /// [`RealDrill::administrator`]; if a folder or a journal cannot be written.
    ///
    /// Source: for each operation its own.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::containment::DrillState;
    ///
    /// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
    /// let drilled = client.real_drill("adele@contoso.example").confirm("adele@contoso.example").await?;
    /// println!("{drilled}");
    /// let blocked = drilled.operations.iter().find(|tried| tried.operation == "block_sign_in").unwrap();
    /// assert_eq!((blocked.state, blocked.undone), (DrillState::Accepted, Some(true)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn real_drill(&self, user: impl IntoUser) -> RealDrill<'_> {
        let about = RunAbout::default();
        let work = Work { client: self, confirm: None, administrator: false, folder: None, about };
        RealDrill { user: user.into_user(), work }
    }
}

impl RealDrill<'_> {
    /// Confirms that the account exists for tests, by its exact sign-in name.
    pub fn confirm(mut self, user_principal_name: impl Into<String>) -> Self {
        self.work.confirm = Some(user_principal_name.into());
        self
    }

    /// Allows an account that is privileged, or of which that is unknown.
    pub const fn administrator(mut self) -> Self {
        self.work.administrator = true;
        self
    }

    /// Keeps the journal and the evidence of each run in a folder of its own below this one. Default: the
    /// journals are kept in memory, and an interruption leaves none.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.work.folder = Some(folder.into());
        self
    }

    /// Sets who runs it, and why.
    pub fn about(mut self, about: RunAbout) -> Self {
        self.work.about = about;
        self
    }
}

impl Work<'_> {
    async fn run(&self, user: UserRef) -> Result<RealDrilled> {
        let snapshot = self.client.snapshot(user).await?;
        let caller = self.client.context().caller().await;
        self.check(&snapshot, &caller)?;
        let (kind, privileged) = (AccountKind::from(&snapshot.user), snapshot.is_privileged());
        let mut drilled = RealDrilled {
            account: snapshot.user.id,
            user_principal_name: snapshot.user.user_principal_name.clone(),
            kind,
            privileged,
            caller: caller.kind,
            folder: self.folder.as_ref().map(|folder| folder.display().to_string()),
            operations: Vec::new(),
        };
        let mut undone: Vec<(&str, DrilledOperation)> = Vec::new();
        for operation in WRITES {
            let mut row = match trial(operation, &snapshot)? {
                Trial::Not(why) => not_tried(operation, why),
                Trial::ByUndo(of) => undone.iter().find(|(tried, _)| *tried == of).map_or_else(
                    || not_tried(operation, "what it takes back was not done"),
                    |(_, row)| row.clone(),
                ),
                Trial::Call { call, phase, actions } => {
                    let (row, back) = self.try_one(operation, *call, phase, actions, &snapshot).await?;
                    undone.extend(back.map(|back| (operation, back)));
                    row
                }
            };
            row.operation = operation;
            if row.state != DrillState::NotTried {
                row.question = question(operation, kind, privileged, caller.kind);
            }
            drilled.operations.push(row);
        }
        Ok(drilled)
    }

    /// Refuses an account that is not one for tests.
    fn check(&self, snapshot: &AccountSnapshot, caller: &Caller) -> Result<()> {
        let refuse = |reason: String, instead| {
            Err(Refusal::NotConfirmed { reason: printable(&reason), instead }.into())
        };
        let name = snapshot.user.user_principal_name.as_deref().unwrap_or_default();
        match self.confirm.as_deref().map(str::trim) {
            None => return refuse(format!("the drill on {name} is not confirmed"), INSTEAD),
            Some(confirm) if name.is_empty() || !confirm.eq_ignore_ascii_case(name) => {
                return refuse(
                    format!("{confirm:?} is not the sign-in name of the account, {name}"),
                    INSTEAD,
                );
            }
            Some(_) => {}
        }
        if caller.id == Some(snapshot.user.id) {
            return refuse("the account is the caller's own".into(), INSTEAD);
        }
        let instead = "name an account without a role, or allow it with `administrator`";
        match snapshot.is_privileged() {
            Some(false) => Ok(()),
            _ if self.administrator => Ok(()),
            Some(true) => refuse(format!("{name} is privileged"), instead),
            None => refuse(format!("whether {name} is privileged could not be read"), instead),
        }
    }

    /// Tries one operation by a run of one step, and takes it back. Returns its row, and that of what took it
    /// back.
    async fn try_one(
        &self,
        operation: &'static str,
        call: AnyOperation,
        phase: Phase,
        actions: Vec<Action>,
        snapshot: &AccountSnapshot,
    ) -> Result<(DrilledOperation, Option<DrilledOperation>)> {
        let blocks = actions.contains(&Action::BlockSignIn);
        let plan = one_step(call, phase, actions, snapshot);
        let user = snapshot.user.id;
        let (mut row, folder, journal) = self.run_of(operation, plan, phase).await?;
        if !matches!(row.state, DrillState::Accepted | DrillState::Unknown) {
            if blocks && row.state == DrillState::Refused {
                self.unblock(&mut row, snapshot).await?;
            }
            return Ok((row, None));
        }
        let by = match self.take_back(operation, &mut row, folder, journal, user).await {
            Ok(by) => by,
            Err(error) => {
                row.undone = Some(false);
                row.undo = error.to_string();
                None
            }
        };
        if blocks && row.undone != Some(true) {
            self.unblock(&mut row, snapshot).await?;
        }
        Ok((row, by))
    }

    /// Takes the only step of a run back. Returns the row of the operation which did it.
    async fn take_back(
        &self,
        operation: &'static str,
        row: &mut DrilledOperation,
        folder: Option<PathBuf>,
        journal: MemoryJournal,
        user: ObjectId,
    ) -> Result<Option<DrilledOperation>> {
        let place = match &folder {
            None => RunPlace::from(journal),
            Some(folder) => RunPlace::open(folder).map_err(|error| Refusal::Journal {
                reason: printable(&format!("the journal in {} cannot be opened: {error}", folder.display())),
                instead: "take the step back with `undo`",
            })?,
        };
        let shown = self.client.undo(place.clone()).await?;
        let Some(step) = shown.steps.first() else {
            row.undone = Some(false);
            row.undo = "whether there is anything to take back is unknown: look at the account".into();
            return Ok(None);
        };
        let Some(back) = step.call.as_ref().map(AnyOperation::spec) else {
            row.undo.clone_from(&step.reason);
            return Ok(None);
        };
        let undo = self.client.undo(place).steps([0]).confirm(user.to_string()).lift_despite(words()).await?;
        let step = &undo.steps[0];
        let grade = step.output.as_ref().and_then(|output| output.receipt()).map(|receipt| receipt.grade);
        let mut by = DrilledOperation {
            grade,
            place: row.place.clone(),
            ..of_state(back.id, step.state.unwrap_or(StepState::Failed), step.error.as_deref())
        };
        by.undo = format!("it took {operation} back");
        row.undone = Some(step.state == Some(StepState::Done));
        row.undo = if row.undone == Some(true) { back.id.to_owned() } else { by.reason.clone() };
        Ok(Some(by))
    }

    /// Runs a plan of one step; returns its row, and where its journal is.
    async fn run_of(
        &self,
        operation: &'static str,
        plan: Plan,
        phase: Phase,
    ) -> Result<(DrilledOperation, Option<PathBuf>, MemoryJournal)> {
        let (user, journal) = (plan.account, MemoryJournal::new());
        let folder = self.folder.as_ref().map(|folder| folder.join(operation));
        let mut run = self
            .client
            .contain(user, plan)
            .confirm(user.to_string())
            .about(self.about.clone())
            .until(phase)
            .verify_within(Duration::ZERO)
            .lift_despite(words())
            .secrets(MemorySecrets::new());
        run = match &folder {
            Some(folder) => run.folder(folder),
            None => run.place(journal.clone()),
        };
        let run = Box::pin(run.into_future()).await?;
        let mut row = tried(operation, &run.steps[0])?;
        row.place = folder.as_ref().map(|folder| folder.display().to_string());
        Ok((row, folder, journal))
    }

    /// Lifts the block of an operation that was done in part, or was not taken back.
    async fn unblock(&self, row: &mut DrilledOperation, snapshot: &AccountSnapshot) -> Result<()> {
        let user = snapshot.user.id;
        match self.client.get_user(user).await {
            Ok(now) if now.account_enabled == Some(true) => {
                row.undone = None;
                row.undo = "sign-in is not blocked".into();
            }
            Ok(_) => {
                let call = UnblockSignIn::new(user)?.into();
                let plan = one_step(call, Phase::Recover, vec![Action::UnblockSignIn], snapshot);
                let lifted = self.run_of("lift_the_block", plan, Phase::Recover).await;
                (row.undone, row.undo) = match lifted {
                    Ok((lifted, ..)) if lifted.state == DrillState::Accepted => {
                        (Some(true), "unblock_sign_in".into())
                    }
                    Ok((lifted, ..)) => (Some(false), lifted.reason),
                    Err(error) => (Some(false), error.to_string()),
                };
            }
            Err(error) => {
                row.undone = Some(false);
                row.undo = format!("whether sign-in is blocked could not be read: {error}");
            }
        }
        Ok(())
    }
}

/// Lists the items of the gate: a test account has no rightful user to wait for.
fn words() -> impl Iterator<Item = &'static str> {
    GateItemKind::ALL.iter().map(|item| item.word())
}

fn not_tried(operation: &'static str, why: &str) -> DrilledOperation {
    DrilledOperation {
        operation,
        state: DrillState::NotTried,
        grade: None,
        reason: why.to_owned(),
        undone: None,
        undo: String::new(),
        question: None,
        place: None,
    }
}

fn of_state(operation: &'static str, state: StepState, error: Option<&ErrorRecord>) -> DrilledOperation {
    let is_unknown = error
        .is_some_and(|error| error.outcome_unknown || !matches!(error.kind.as_ref(), "graph" | "refused"));
    let (state, reason) = match state {
        StepState::Done => (DrillState::Accepted, String::new()),
        StepState::Failed if !is_unknown => (DrillState::Refused, reason(error)),
        StepState::Failed | StepState::Unsettled => (DrillState::Unknown, reason(error)),
        _ => (DrillState::NotTried, reason(error)),
    };
    DrilledOperation { state, ..not_tried(operation, &reason) }
}

/// Returns what was answered, and what to do next.
fn reason(error: Option<&ErrorRecord>) -> String {
    error.map(|error| error.message.clone()).unwrap_or_default()
}

/// Returns the row of the only step of a run.
///
/// # Errors
/// [`Error::Refused`](crate::Error::Refused) if a guard refused the account.
fn tried(operation: &'static str, step: &StepRun) -> Result<DrilledOperation> {
    let refusal = step.error.as_ref().and_then(|error| error.refusal.as_deref());
    // It would refuse every other write on the account as well.
    if let (Some(word), Some(error)) = (refusal, &step.error)
        && GUARDED.contains(&word)
        && operation == WRITES[0]
    {
        return Err(Refusal::NotConfirmed { reason: error.message.clone(), instead: INSTEAD }.into());
    }
    let mut row = of_state(operation, step.state, step.error.as_deref());
    row.grade = step.output.as_ref().and_then(|output| output.receipt()).map(|receipt| receipt.grade);
    if row.state != DrillState::Accepted && row.reason.is_empty() {
        row.reason = step.reason.clone().unwrap_or_default();
    }
    if row.grade == Some(Grade::NotSent) {
        row.state = DrillState::NotTried;
    }
    Ok(row)
}

impl<'a> IntoFuture for RealDrill<'a> {
    type Output = Result<RealDrilled>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<RealDrilled>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let user = self.user?;
            self.work.run(user).await
        })
    }
}
