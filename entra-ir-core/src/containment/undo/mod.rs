//! `undo`: shows what a run did and how each step is taken back, and takes back what is named.

mod inverse;
mod prior;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::earlier::{Before, Earlier};
use super::folder::RunPlace;
use super::gate::{Gate, GateItemKind};
use super::journal::Event;
use super::record::{Follow, Record, refused_place};
use super::step_run::StepState;
use crate::error::{ErrorRecord, Refusal, Result};
use crate::ids::{ObjectId, UserRef};
use crate::operation::Client;
use crate::operations::snapshot::first_look;
use crate::operations::{AnyOperation, AnyOutput, NO_GATE};
use crate::receipt::Grade;
use crate::text::printable;

/// What a run did, and how each step is taken back.
///
/// It holds each step that was done, with the values from before it, and what became of those that were
/// taken back.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Undone {
    /// The account.
    pub account: ObjectId,
    /// Its sign-in name, as the plan saw it.
    pub user_principal_name: Option<String>,
    /// Where the journal is.
    pub place: String,
    /// Whether it was confirmed: otherwise it only shows, and nothing was sent.
    pub confirmed: bool,
    /// The steps that were done, in the order of the plan.
    pub steps: Vec<UndoStep>,
    /// The gate, as it was asked. `None` if no step needs that, or the account could not be read.
    pub gate: Option<Gate>,
    /// What the responder should know.
    pub warnings: Vec<String>,
}

/// How one step that was done is taken back.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UndoStep {
    /// Its place in the plan, from 0 on.
    pub step: usize,
    /// The title.
    pub title: String,
    /// The operation that did it; `None` if a person did it.
    pub operation: Option<&'static str>,
    /// How it is taken back.
    pub how: UndoHow,
    /// Whether it opens a way in that may be the attacker's. Then the gate is asked, and each item that is
    /// missing must be named.
    pub guarded: bool,
    /// What a person needs to know of it.
    pub reason: String,
    /// The values from before the step, exactly. An attacker may have chosen names in them.
    #[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, serde_json::Value>"))]
    pub before: Map<String, Value>,
    /// The call that takes it back.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub call: Option<AnyOperation>,
    /// What became of it; `None` if it was not asked for.
    pub state: Option<StepState>,
    /// The result, without secrets.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub output: Option<Box<AnyOutput>>,
    /// The error.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub error: Option<Box<ErrorRecord>>,
}

/// Names how a step is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum UndoHow {
    /// By a call.
    Call,
    /// By a person, elsewhere.
    ByHand,
    /// Never.
    Never,
}

impl fmt::Display for UndoHow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Call => "by a call",
            Self::ByHand => "by hand",
            Self::Never => "never",
        })
    }
}

/// Steps that are about to be taken back. Nothing is sent until it is awaited, and nothing without
/// [`confirm`](Self::confirm).
#[derive(Debug)]
#[must_use = "an undo does nothing until it is awaited"]
pub struct Undo<'a> {
    client: &'a Client,
    place: RunPlace,
    steps: Vec<usize>,
    confirm: Option<String>,
    despite: Vec<String>,
}

impl Client {
    /// Shows what a run did and how each step is taken back; with [`Undo::steps`] and [`Undo::confirm`] it
    /// takes those steps back. It never gives back by itself what the attacker held, and never lifts a block
    /// unless the step and each missing item of the gate are named. Each write is in the journal before it is
    /// sent, and its outcome after it; what was taken back is not taken back again. After the run was closed,
    /// that goes beside the closed journal, which stays as it is.
    ///
    /// # Effect
    /// None without [`Undo::confirm`]; then that of the calls that it shows. What has no call here is a line
    /// for a person, with the exact values. A new password and a revocation are never undone.
    ///
    /// # Permissions
    /// `User.Read.All` and `UserAuthenticationMethod.Read.All` to ask the gate, and those of the calls.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused), before anything is sent: for a journal that holds no run or
    /// was edited, a confirmation of another account, a step that no call takes back, or while items of the
    /// gate are missing that are not named. A step that fails is not an error: the result names it.
    ///
    /// Source: for each call its own.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::containment::journal::MemoryJournal;
    /// use entra_ir_core::containment::{StepState, UndoHow};
    /// use entra_ir_core::knowledge::Incident;
    ///
    /// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
    /// let (user, journal) = ("adele@contoso.example", MemoryJournal::new());
    /// let device = client.list_devices(user).await?.devices[0].id;
    /// let lost = Incident::LostDevice { device };
    /// client.contain(user, lost).confirm(user).place(journal.clone()).await?;
    /// let shown = client.undo(journal.clone()).await?;
    /// println!("{shown}");
    /// let disabled = shown.steps.iter().find(|step| step.operation == Some("disable_device")).unwrap();
    /// assert_eq!((disabled.how, disabled.state), (UndoHow::Call, None), "it only shows");
    /// let undone = client.undo(journal).steps([disabled.step]).confirm(user).await?;
    /// assert!(undone.steps.iter().any(|step| step.state == Some(StepState::Done)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn undo(&self, place: impl Into<RunPlace>) -> Undo<'_> {
        let place = place.into().going_on();
        Undo { client: self, place, steps: Vec::new(), confirm: None, despite: Vec::new() }
    }
}

impl Undo<'_> {
    /// Names the steps to take back, by their places in the plan from 0 on.
    pub fn steps(mut self, steps: impl IntoIterator<Item = usize>) -> Self {
        self.steps.extend(steps);
        self
    }

    /// Confirms it: by the account's sign-in name, or by the plan's digest.
    pub fn confirm(mut self, name_or_digest: impl Into<String>) -> Self {
        self.confirm = Some(name_or_digest.into());
        self
    }

    /// Names items of the gate ([`GateItemKind::word`]) despite which a step is taken back that opens a way
    /// in: each item that is missing has to be named.
    pub fn lift_despite<W: Into<String>>(mut self, items: impl IntoIterator<Item = W>) -> Self {
        self.despite.extend(items.into_iter().map(Into::into));
        self
    }

    async fn work(self) -> Result<Undone> {
        let at = self.place.place();
        let named = GateItemKind::named(&self.despite)?;
        let (record, earlier) = Record::read(self.place).await?;
        let earlier = earlier.ok_or_else(|| refused_place(&at))?;
        let read = prior::whole_snapshot(&earlier, record.place()).await;
        let steps = inverse::steps(&earlier, read.as_ref());
        let mut undone = Undone {
            account: earlier.plan.account,
            user_principal_name: earlier.plan.seen.user_principal_name.clone(),
            place: at.clone(),
            confirmed: self.confirm.is_some(),
            steps,
            gate: None,
            warnings: Vec::new(),
        };
        if read.is_none() {
            let warning =
                "the account as it was before the run is not in the evidence: values may be missing";
            undone.warnings.push(warning.into());
        }
        let Some(confirm) = &self.confirm else {
            if undone.steps.iter().any(|step| step.guarded) {
                undone.ask(self.client, &earlier, &at).await;
            }
            return Ok(undone);
        };
        earlier.plan.check_confirm(Some(confirm), earlier.digest)?;
        check_steps(&self.steps, &undone)?;
        let is_guarded = |step: &UndoStep| step.guarded && self.steps.contains(&step.step);
        if record.is_torn().await {
            record.resume(Vec::new(), false).await?;
        }
        if let Some(guarded) = undone.steps.iter().find(|step| is_guarded(step)).map(|step| step.step) {
            undone.ask(self.client, &earlier, &at).await;
            let Some(gate) = &undone.gate else {
                let reason = undone.warnings.pop().unwrap_or_default();
                let instead = "let the caller read the account, then call again";
                return Err(Refusal::Impossible { reason, instead }.into());
            };
            let lines = |items: Vec<&super::GateItem>| items.iter().map(ToString::to_string).collect();
            let missing: Vec<_> = gate.missing().collect();
            let left: Vec<_> = missing.iter().copied().filter(|item| !named.contains(&item.is)).collect();
            let overridden = missing.iter().filter(|item| named.contains(&item.is));
            record
                .write(Event::Gated {
                    step: guarded,
                    refused: !left.is_empty(),
                    missing: lines(missing.clone()),
                    unknown: lines(gate.unknown().collect()),
                    despite: overridden.map(|item| item.is.word().to_owned()).collect(),
                })
                .await?;
            if !left.is_empty() {
                let words = left.iter().map(|item| item.is.word()).collect();
                return Err(Refusal::NotReady { missing: lines(left), words }.into());
            }
            let warnings = missing.iter().map(|item| format!("taken back although this is missing: {item}"));
            let warnings: Vec<_> = warnings.collect();
            undone.warnings.extend(warnings);
        }
        let record = Arc::new(record);
        let observed = self.client.observed_by(Arc::new(Follow { record: Arc::clone(&record), waits: true }));
        // What was done last is taken back first.
        for step in undone.steps.iter_mut().rev().filter(|step| self.steps.contains(&step.step)) {
            step.take_back(&observed, &record, &earlier).await?;
        }
        record.write_evidence().await?;
        Ok(undone)
    }
}

fn check_steps(steps: &[usize], undone: &Undone) -> Result<()> {
    let refuse = |reason: String| Err(Refusal::BadInput { what: "steps", reason }.into());
    if steps.is_empty() {
        return refuse("name the steps to take back: it never takes back all by itself".into());
    }
    for named in steps {
        let number = named.saturating_add(1);
        match undone.steps.iter().find(|step| step.step == *named) {
            None => return refuse(format!("step {number} was not done, so there is nothing to take back")),
            Some(step) if step.call.is_none() => {
                return refuse(printable(&format!(
                    "step {number} is taken back {}: {}",
                    step.how, step.reason
                )));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

impl Undone {
    /// Asks the gate.
    async fn ask(&mut self, client: &Client, earlier: &Earlier, at: &str) {
        match first_look(client.context(), &UserRef::Id(self.account), None).await {
            Ok(now) => self.gate = Some(Gate::of(earlier, &now, at.to_owned())),
            Err(error) => {
                self.warnings.push(format!("whether the account is ready could not be read: {error}"));
            }
        }
    }
}

impl UndoStep {
    async fn take_back(&mut self, client: &Client, record: &Record, earlier: &Earlier) -> Result<()> {
        let Some(call) = self.call.clone() else { return Ok(()) };
        if let Before::Undone = earlier.step(self.step) {
            self.state = Some(StepState::Done);
            return Ok(());
        }
        record.begins(self.step);
        record.write(Event::UndoBegins { step: self.step, operation: call.clone() }).await?;
        match client.run(call).await {
            Ok(mut output) => {
                // The gate was asked.
                if let AnyOutput::UnblockSignIn(receipt) = &mut output {
                    receipt.warnings.retain(|warning| warning.code != NO_GATE.code());
                }
                let grade = output.receipt().map_or(Grade::Unknown, |receipt| receipt.grade);
                let done = grade.is_success();
                let json = output.to_json().ok().and_then(|json| serde_json::from_str(&json).ok());
                let output_json = json.unwrap_or_default();
                record.write(Event::UndoEnded { step: self.step, done, output: output_json }).await?;
                self.state = Some(match grade {
                    _ if done => StepState::Done,
                    Grade::Unknown => StepState::Unsettled,
                    _ => StepState::Failed,
                });
                self.output = Some(Box::new(output));
                Ok(())
            }
            Err(error) if matches!(error.as_refusal(), Some(Refusal::Journal { .. })) => Err(error),
            Err(error) => {
                let told = Box::new(ErrorRecord::from(&error));
                record.write(Event::UndoFailed { step: self.step, error: told.clone() }).await?;
                let unsettled = error.outcome_unknown();
                self.state = Some(if unsettled { StepState::Unsettled } else { StepState::Failed });
                self.error = Some(told);
                Ok(())
            }
        }
    }
}

impl<'a> IntoFuture for Undo<'a> {
    type Output = Result<Undone>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Undone>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.work())
    }
}

impl fmt::Display for UndoStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>2}. {}: ", self.step + 1, printable(&self.title))?;
        match (&self.state, &self.error) {
            (Some(StepState::Done), _) => f.write_str("taken back")?,
            (Some(state), Some(error)) => write!(f, "{state}: {}", printable(&error.message))?,
            (Some(state), None) => write!(f, "{state}")?,
            (None, _) => {
                write!(f, "{}", self.how)?;
                if let Some(call) = &self.call {
                    write!(f, ", {}", call.spec().id)?;
                }
                let guarded = if self.guarded { " (asks the gate)" } else { "" };
                f.write_str(guarded)?;
                if !self.reason.is_empty() {
                    write!(f, ": {}", printable(&self.reason))?;
                }
            }
        }
        for (name, value) in &self.before {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            write!(f, "; before: {} = {}", printable(name), printable(&value))?;
        }
        Ok(())
    }
}

impl fmt::Display for Undone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.user_principal_name.clone().unwrap_or_else(|| self.account.to_string());
        let what = if self.confirmed { "taken back" } else { "shown only, nothing was sent" };
        writeln!(f, "{}: {what}: {} steps were done", printable(&account), self.steps.len())?;
        self.steps.iter().try_for_each(|step| writeln!(f, "{step}"))?;
        if let Some(gate) = &self.gate {
            gate.missing().try_for_each(|item| writeln!(f, "gate: {item}"))?;
        }
        self.warnings.iter().try_for_each(|warning| writeln!(f, "warning: {}", printable(warning)))?;
        writeln!(f, "journal: {}", printable(&self.place))
    }
}
