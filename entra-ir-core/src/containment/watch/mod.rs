//! `watch`: reads an account again and again after a run, names what came back, and does what is due.

mod compare;
mod due;

use std::collections::BTreeSet;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use time::OffsetDateTime;
use tokio::time::Instant;

use self::compare::{Compared, compare};
use self::due::{again, due};
use super::earlier::Earlier;
use super::event::{Events, OnEvent, RunEvent, RunEventKind};
use super::finding::Finding;
use super::folder::RunPlace;
use super::journal::Event;
use super::options::Options;
use super::record::{Record, refused_place};
use super::runner::{Runner, What};
use super::sink::{DiscardSecrets, SecretSink};
use super::step_run::StepRun;
use crate::error::{Refusal, Result};
use crate::ids::ObjectId;
use crate::operation::Client;
use crate::text::printable;

/// How long a watch lasts, and how long after each other its rounds are, if nothing else is said.
const LASTING: Duration = Duration::from_secs(24 * 60 * 60);
const EVERY: Duration = Duration::from_secs(5 * 60);

/// The shortest time between two rounds: each is a whole snapshot, and other tools share the tenant's limits.
const SHORTEST: Duration = Duration::from_secs(30);

/// What a watch does not prove.
const NOTE: &str = "No row and no change is never proof: it was read now and then, a list shows a change only \
    after some time, and Graph does not show everything.";

/// What a watch saw.
///
/// It claims no more than was read: a part that could not be read is unknown, not unchanged.
#[derive(Clone, Debug, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct Watched {
    /// The account.
    pub account: ObjectId,
    /// Its sign-in name, as the plan saw it.
    pub user_principal_name: Option<String>,
    /// Where the journal is.
    pub place: String,
    /// How many rounds there were in this call.
    pub rounds: u32,
    /// When the account was read last, by the service's clock; `None` if it could not be read. UTC.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub read: Option<OffsetDateTime>,
    /// What came back or was done by others: what is new in this call, and what an earlier one found and is
    /// still there.
    pub findings: Vec<Finding>,
    /// What could not be compared in the last round, with the reasons.
    pub unknown: Vec<String>,
    /// The steps of the plan that the watch did, and what became of each the last time.
    pub steps: Vec<StepRun>,
    /// What the responder should know.
    pub warnings: Vec<String>,
}

crate::json::beside!(Watched {
    /// Whether something came back or was done by others.
    came_back: bool = Self::came_back;
    /// What a watch does not prove.
    note: String = |_: &Self| NOTE.to_owned();
});

impl Watched {
    /// Returns whether something came back or was done by others.
    pub const fn came_back(&self) -> bool {
        !self.findings.is_empty()
    }
}

/// A watch that is about to begin. Nothing is read until it is awaited. Dropping it stops after the request
/// in flight; the next one continues from the journal.
#[must_use = "a watch does nothing until it is awaited"]
pub struct Watch<'a> {
    client: &'a Client,
    place: RunPlace,
    lasting: Duration,
    every: Duration,
    once: bool,
    again: bool,
    secrets: Arc<dyn SecretSink>,
    on_event: Option<OnEvent>,
}

impl fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Client {
    /// Watches an account after its run: reads it every few minutes, compares it with the run's end or the
    /// round before, and names what came back: a method, a pass, a device, a consent, a role, a block that
    /// was lifted, a password or sessions that others changed. It does the steps of the plan that are due:
    /// the second revocation, and the block of a synced account that a sync undid. Each round is an entry of
    /// the journal, so another process or person continues the watch. A closed run is watched too: a run
    /// closes itself when nothing is left to do, which is when a watch is needed. The rounds then are beside
    /// the closed journal and chained to its closing entry, and the closed journal stays as it is.
    ///
    /// # Effect
    /// That of the steps that are due; with [`Watch::again`] that of the plan's steps for what came back.
    ///
    /// # Permissions
    /// Those of [`snapshot`](Self::snapshot), and those of the steps.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for a journal that holds no run, was edited, or whose lines
    /// cannot be stored, and for rounds less than 30 seconds apart. An account that cannot be read is not an
    /// error: the round says so, and the watch goes on.
    ///
    /// Source: "Revoke user access in an emergency in Microsoft Entra ID".
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::SimulatedTenant;
    /// use entra_ir_core::containment::journal::MemoryJournal;
    /// use entra_ir_core::knowledge::Incident;
    /// use entra_ir_core::simulator::NewMethod;
    ///
    /// let tenant = SimulatedTenant::contoso();
    /// let (client, user, journal) = (tenant.client()?, "adele@contoso.example", MemoryJournal::new());
    /// client.contain(user, Incident::AccountTakeover).confirm(user).place(journal.clone()).await?;
    /// assert!(!client.watch(journal.clone()).once().await?.came_back());
    /// tenant.add_method(user, NewMethod::passkey("Backdoor"));
    /// let watched = client.watch(journal).once().await?;
    /// assert_eq!(watched.findings[0].is.word(), "new-method");
    /// println!("{watched}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch(&self, place: impl Into<RunPlace>) -> Watch<'_> {
        Watch {
            client: self,
            place: place.into().going_on(),
            lasting: LASTING,
            every: EVERY,
            once: false,
            again: false,
            secrets: Arc::new(DiscardSecrets),
            on_event: None,
        }
    }
}

impl Watch<'_> {
    /// Sets how long the watch lasts from now on. Default: a day.
    pub const fn lasting(mut self, time: Duration) -> Self {
        self.lasting = time;
        self
    }

    /// Sets how long after each other the rounds are. Default: five minutes; at least 30 seconds.
    pub const fn every(mut self, time: Duration) -> Self {
        self.every = time;
        self
    }

    /// Makes one round, and ends: for a schedule of your own.
    pub const fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Does the plan's step again for what came back, such as the removal of methods. Without it, that is
    /// only named.
    pub const fn again(mut self) -> Self {
        self.again = true;
        self
    }

    /// Sets where passwords go: a plan's step that sets one may be done again. Default: nowhere.
    pub fn secrets(mut self, sink: impl SecretSink + 'static) -> Self {
        self.secrets = Arc::new(sink);
        self
    }

    /// Passes what happens to a function, on a thread of its own: a slow one does not stall the watch.
    pub fn on_event(mut self, on_event: impl Fn(&RunEvent) + Send + Sync + 'static) -> Self {
        self.on_event = Some(Arc::new(on_event));
        self
    }

    async fn work(mut self) -> Result<Watched> {
        if self.every < SHORTEST {
            let reason = format!("rounds are at least {} seconds apart", SHORTEST.as_secs());
            return Err(Refusal::BadInput { what: "every", reason }.into());
        }
        let events = Events::new(self.on_event.take());
        let watched = self.rounds(&events).await;
        events.end().await;
        watched
    }

    async fn rounds(&self, events: &Events) -> Result<Watched> {
        let (record, earlier) = self.read().await?;
        if record.is_torn().await {
            record.resume(Vec::new(), false).await?;
        }
        let plan = &earlier.plan;
        let place = self.place.place();
        events.tell(RunEventKind::Begins, format!("a watch of {}; journal: {place}", plan.account_name()));
        let mut watched = Watched {
            account: plan.account,
            user_principal_name: plan.seen.user_principal_name.clone(),
            place,
            rounds: 0,
            read: None,
            findings: Vec::new(),
            unknown: Vec::new(),
            steps: Vec::new(),
            warnings: Vec::new(),
        };
        drop(record);
        let began = Instant::now();
        loop {
            self.round(&mut watched, events).await?;
            let left = self.lasting.saturating_sub(began.elapsed());
            if self.once || left < self.every {
                break;
            }
            tokio::time::sleep(self.every).await;
        }
        let came = watched.findings.len();
        events.tell(RunEventKind::Ends, format!("rounds: {}; came back: {came}. {NOTE}", watched.rounds));
        Ok(watched)
    }

    async fn read(&self) -> Result<(Record, Earlier)> {
        let (record, earlier) = Record::read(self.place.clone()).await?;
        let earlier = earlier.ok_or_else(|| refused_place(&self.place.place()))?;
        Ok((record, earlier))
    }

    /// Reads the account once, writes the round down, and does what is due.
    async fn round(&self, watched: &mut Watched, events: &Events) -> Result<()> {
        let (record, earlier) = self.read().await?;
        let compared = match self.client.snapshot(earlier.plan.account).without_risk().await {
            Ok(now) => {
                watched.read = Some(now.taken_at);
                let compared = compare(&earlier, &now);
                // What came back may be gone when somebody looks.
                if let Ok(whole) = serde_json::to_vec(&now).map(Into::into)
                    && !compared.new.is_empty()
                {
                    record.keep("watched-snapshot", "", 200, &whole).await;
                    record.write_evidence().await?;
                }
                compared
            }
            Err(error) => Compared {
                unknown: vec![format!("the account could not be read: {error}")],
                earlier: earlier.found.clone(),
                seen: earlier.sighting.clone(),
                ..Compared::default()
            },
        };
        watched.rounds += 1;
        let Compared { new, earlier: mut found, unknown, seen } = compared;
        found.extend(new.iter().cloned());
        record
            .write(Event::Watched {
                new: new.clone(),
                found: found.clone(),
                unknown: unknown.clone(),
                seen: Box::new(seen),
            })
            .await?;
        drop(record);
        for finding in &new {
            events.tell(RunEventKind::CameBack, finding.to_string());
        }
        let text = format!("round {}: came back: {}; unknown: {}", watched.rounds, new.len(), unknown.len());
        events.tell(RunEventKind::Watched, text);
        watched.note(&found);
        watched.unknown = unknown;
        let (_, earlier) = self.read().await?;
        self.due(watched, &earlier, &found, events).await
    }

    /// Does the steps that are due before the next round; those for what came back again, if that is asked.
    async fn due(
        &self,
        watched: &mut Watched,
        earlier: &Earlier,
        found: &[Finding],
        events: &Events,
    ) -> Result<()> {
        let mut steps = BTreeSet::new();
        let mut wait = Duration::ZERO;
        for due in due(earlier, found) {
            let left = due.at.map(|at| at - OffsetDateTime::now_utc());
            let left = left.and_then(|left| Duration::try_from(left).ok()).unwrap_or_default();
            // A round of its own does not wait; the next one of a watch would come too late.
            if left.is_zero() || !self.once && left <= self.every {
                wait = wait.max(left);
                steps.extend(due.steps);
            }
        }
        if self.again {
            let again = again(earlier, found);
            if !again.is_empty() {
                // What came back does not wait for what is due later.
                wait = Duration::ZERO;
                steps.extend(again);
            }
        }
        if steps.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(wait).await;
        let options = Options {
            only: Some(steps.clone()),
            waits: !self.once,
            secrets: Arc::clone(&self.secrets),
            ..Options::default()
        };
        let what = What::Journal(self.place.clone());
        let run = Box::pin(Runner::run(self.client, what, options, events)).await?;
        for warning in run.warnings {
            if !watched.warnings.contains(&warning) {
                watched.warnings.push(warning);
            }
        }
        let did = run.steps.into_iter().filter(|step| steps.contains(&step.step));
        for step in did {
            watched.steps.retain(|earlier| earlier.step != step.step);
            watched.steps.push(step);
        }
        Ok(())
    }
}

impl Watched {
    /// Keeps what was found, each once.
    fn note(&mut self, found: &[Finding]) {
        for finding in found {
            let is_it = |of: &&mut Finding| (of.is, &of.id, of.at) == (finding.is, &finding.id, finding.at);
            match self.findings.iter_mut().find(is_it) {
                Some(known) => *known = finding.clone(),
                None if !finding.gone => self.findings.push(finding.clone()),
                None => {}
            }
        }
    }
}

impl<'a> IntoFuture for Watch<'a> {
    type Output = Result<Watched>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Watched>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.work())
    }
}

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.user_principal_name.clone().unwrap_or_else(|| self.account.to_string());
        let came = match (self.findings.len(), self.read) {
            (0, None) => "UNKNOWN: the account could not be read".to_owned(),
            (0, Some(_)) => "nothing came back that was read".to_owned(),
            (came, _) => format!("CAME BACK: {came}"),
        };
        writeln!(f, "{}: {came} (rounds: {})", printable(&account), self.rounds)?;
        self.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))?;
        self.unknown.iter().try_for_each(|unknown| writeln!(f, "unknown: {}", printable(unknown)))?;
        for step in &self.steps {
            write!(f, "{:>2}. {}: {}", step.step + 1, printable(&step.title), step.state)?;
            match (&step.error, &step.reason) {
                (Some(error), _) => writeln!(f, ": {}", printable(&error.message))?,
                (None, Some(reason)) => writeln!(f, ": {}", printable(reason))?,
                (None, None) => writeln!(f)?,
            }
        }
        self.warnings.iter().try_for_each(|warning| writeln!(f, "warning: {}", printable(warning)))?;
        writeln!(f, "{NOTE}\njournal: {}", printable(&self.place))
    }
}
