//! `contain`: runs a plan, and `resume`: continues a run.

use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::event::{Events, OnEvent, RunEvent};
use super::folder::RunPlace;
use super::journal::RunAbout;
use super::options::Options;
use super::plan::Phase;
use super::preview::PlanFor;
use super::run::Run;
use super::runner::{Runner, What};
use super::sink::SecretSink;
use crate::error::Result;
use crate::operation::{Client, IntoUser};

/// A run that is about to begin, or to continue. Nothing is sent until it is awaited. Dropping it stops after
/// the request in flight; its journal continues it.
#[must_use = "a run does nothing until it is awaited"]
pub struct Contain<'a> {
    client: &'a Client,
    what: Result<What>,
    options: Options,
    on_event: Option<OnEvent>,
}

impl fmt::Debug for Contain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contain").field("what", &self.what).finish_non_exhaustive()
    }
}

impl Client {
    /// Contains an account: runs a plan up to the end of a phase, by default until the attacker is evicted.
    /// Each write is in a journal before it is sent, and its outcome after it. The account is locked out
    /// first, and nothing delays that; the answers of the service are kept as evidence beside it. At the end
    /// the account is read again, and the result says what it shows.
    ///
    /// # Effect
    /// That of the plan's operations: [`preview`](Self::preview) shows it. By default the new password is
    /// unknown to everybody ([`Contain::secrets`]), and the journal and the evidence are in a new folder,
    /// `./entra-ir-runs/<UTC>-<object id>`, that only its owner may read ([`Contain::place`]).
    ///
    /// # Permissions
    /// Those of the plan's operations, and those of [`snapshot`](Self::snapshot) for the evidence: a part
    /// that cannot be read is named, and does not stop the run.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused), before anything is sent: without [`Contain::confirm`]; for
    /// a pass that nobody could read; for a plan of another account; if the journal is of another plan, of
    /// another tenant, was edited or is closed. Also if a line of the journal cannot be stored: then nothing
    /// more is sent. A step that fails is not an error: the result names it.
    ///
    /// Source: "Revoke user access in an emergency in Microsoft Entra ID", and for each step its own.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::containment::journal::MemoryJournal;
    /// use entra_ir_core::knowledge::Incident;
    ///
    /// let tenant = entra_ir_core::SimulatedTenant::contoso();
    /// let client = tenant.client()?;
    /// let user = "adele@contoso.example";
    /// let preview = client.preview(user, Incident::AccountTakeover).await?;
    /// println!("{preview}");
    /// let run = client
    ///     .contain(user, &preview)
    ///     .confirm(user)
    ///     .place(MemoryJournal::new()) // by default, a new folder
    ///     .on_event(|event| println!("{event}"))
    ///     .await?;
    /// assert_eq!(run.headline.word(), "evicted-except");
    /// assert!(run.due().is_some(), "the second revocation: resume the run then");
    /// # Ok(())
    /// # }
    /// ```
    pub fn contain(&self, user: impl IntoUser, plan: impl Into<PlanFor>) -> Contain<'_> {
        let known = user.known().cloned().map(Box::new);
        let what = user.into_user().map(|user| What::Account { user, known, plan: plan.into() });
        Contain { client: self, what, options: Options::default(), on_event: None }
    }

    /// Continues a run from its journal: after an interruption, when a step is due, when a person ticked off
    /// what was done elsewhere. What is done stays done. A step whose outcome is unknown is settled by
    /// reading the account, never by repeating what must be done once. What others did meanwhile is named.
    ///
    /// # Effect
    /// That of the steps that are left.
    ///
    /// # Permissions
    /// As for [`contain`](Self::contain).
    ///
    /// # Errors
    /// As for [`contain`](Self::contain), and [`Error::Refused`](crate::Error::Refused) for a journal that
    /// holds no run.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::containment::Phase;
    /// use entra_ir_core::containment::journal::MemoryJournal;
    /// use entra_ir_core::knowledge::Incident;
    ///
    /// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
    /// let (user, journal) = ("adele@contoso.example", MemoryJournal::new());
    /// let lock_out = client.contain(user, Incident::TokenTheft).confirm(user).until(Phase::LockOut);
    /// let run = lock_out.place(journal.clone()).await?;
    /// assert_eq!(run.headline.word(), "locked-out");
    /// let run = client.resume(journal).await?;
    /// assert_eq!(run.headline.word(), "evicted-except");
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume(&self, place: impl Into<RunPlace>) -> Contain<'_> {
        let what = Ok(What::Journal(place.into()));
        Contain { client: self, what, options: Options::default(), on_event: None }
    }
}

impl Contain<'_> {
    /// Confirms the run: by the account's sign-in name, or by the plan's digest.
    pub fn confirm(mut self, name_or_digest: impl Into<String>) -> Self {
        self.options.confirm = Some(name_or_digest.into());
        self
    }

    /// Sets the last phase. Default: [`Phase::Evict`]; nobody is let in unasked.
    pub const fn until(mut self, phase: Phase) -> Self {
        self.options.until = Some(phase);
        self
    }

    /// Sets who runs it, and why: for the beginning of a run.
    pub fn about(mut self, about: RunAbout) -> Self {
        self.options.about = about;
        self
    }

    /// Sets where the journal and the evidence go. A run that continues has its place already.
    pub fn place(mut self, place: impl Into<RunPlace>) -> Self {
        self.options.place = Some(place.into());
        self
    }

    /// Sets the new folder of the run's journal and evidence. It is created when nothing is left to refuse.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.options.folder = Some(folder.into());
        self
    }

    /// Sets where passwords and passes go. Default: nowhere, so the new password is unknown to everybody, and
    /// no pass is made.
    pub fn secrets(mut self, sink: impl SecretSink + 'static) -> Self {
        self.options.secrets = Arc::new(sink);
        self
    }

    /// Fills the slots of this name, where the plan's operations take a secret of yours: a plan holds none.
    pub fn slot(mut self, name: impl Into<String>, secret: SecretString) -> Self {
        self.options.slots.push((name.into(), secret));
        self
    }

    /// Passes what happens to a function, on a thread of its own: a slow one does not stall the run.
    pub fn on_event(mut self, on_event: impl Fn(&RunEvent) + Send + Sync + 'static) -> Self {
        self.on_event = Some(Arc::new(on_event));
        self
    }

    /// Demands that a second person approves what goes beyond the lock-out, which waits for nobody. The
    /// journal keeps the demand of the run's beginning; at a continuation it is for that call only.
    pub const fn four_eyes(mut self) -> Self {
        self.options.four_eyes = true;
        self
    }

    /// Names the second person by a client that is signed in as that person: Graph is asked who it is. It
    /// must be another account of the same tenant. An approval counts for an hour.
    pub fn approved_by(mut self, approver: &Client) -> Self {
        self.options.approver = Some(approver.clone());
        self
    }

    /// Records the name of a second person, as claimed. It proves nothing, so it does not count for
    /// [`four_eyes`](Self::four_eyes).
    pub fn approved_by_name(mut self, name: impl Into<String>) -> Self {
        self.options.approver_name = Some(name.into());
        self
    }

    /// Sets how long the account is read again until it shows what was done. Default: 30 seconds.
    pub const fn verify_within(mut self, time: Duration) -> Self {
        self.options.verify_within = time;
        self
    }

    /// Sets how long the lock-out and the eviction should take at most, for the result to say whether they
    /// did. Default: 60 seconds and 15 minutes.
    pub const fn budgets(mut self, lock_out: Duration, evict: Duration) -> Self {
        self.options.lock_out_budget = lock_out;
        self.options.evict_budget = evict;
        self
    }

    /// Does a step again, by its place in the plan from 0 on, although its outcome is unknown: after a person
    /// read the account.
    pub fn again(mut self, step: usize) -> Self {
        self.options.again.push(step);
        self
    }

    /// Names items of the gate ([`GateItemKind::word`](super::GateItemKind::word)) despite which the block is
    /// lifted, each of them. Without it the step that lifts the block is refused while the identity is not
    /// proven, the old password works, methods of before the run or of unknown origin exist, there is no
    /// second factor, or the block is somebody else's. What was named is in the journal and in the report.
    pub fn lift_despite<W: Into<String>>(mut self, items: impl IntoIterator<Item = W>) -> Self {
        self.options.despite.extend(items.into_iter().map(Into::into));
        self
    }

    /// Takes it for later than this machine's clock says: for a drill, whose time does not pass.
    #[cfg(feature = "simulator")]
    pub(crate) const fn later_by(mut self, by: Duration) -> Self {
        self.options.ahead = by;
        self
    }

    /// Waits until steps are due that wait for their time, such as the second revocation. Default: the run
    /// ends before them, and the result says when to resume it.
    pub const fn wait(mut self) -> Self {
        self.options.waits = true;
        self
    }
}

impl<'a> IntoFuture for Contain<'a> {
    type Output = Result<Run>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Run>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let events = Events::new(self.on_event);
            let ran = Box::pin(Runner::run(self.client, self.what?, self.options, &events)).await;
            events.end().await;
            ran
        })
    }
}
