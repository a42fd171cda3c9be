//! What a run tells while it works.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use serde::Serialize;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::plan::Phase;
use super::step_run::StepState;
use crate::text::printable;

/// What a run tells while it works: one line for people, and the same as data.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RunEvent {
    /// What it is about.
    pub is: RunEventKind,
    /// When. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: OffsetDateTime,
    /// How long after the run began, in seconds.
    pub elapsed: f64,
    /// The phase.
    pub phase: Option<Phase>,
    /// The step, by its place in the plan, from 0 on.
    pub step: Option<usize>,
    /// What became of the step.
    pub state: Option<StepState>,
    /// The line, for people.
    pub text: String,
}

/// Names what an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RunEventKind {
    /// The run begins or continues; the text names its folder.
    Begins,
    /// Something that the responder should know.
    Warning,
    /// A step begins.
    StepBegins,
    /// A step ended, or is left to others.
    StepEnds,
    /// A phase is over; the text says how long it took.
    PhaseEnds,
    /// The account was read again.
    Verified,
    /// Something came back, or somebody else did something; the text names it.
    CameBack,
    /// A round of a watch is over.
    Watched,
    /// The run is over for now; the text is the headline.
    Ends,
}

impl fmt::Display for RunEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>6.1} s  ", self.elapsed)?;
        if let Some(state) = self.state {
            write!(f, "{state}: ")?;
        }
        f.write_str(&printable(&self.text))
    }
}

/// Passes events to the caller's function, on a thread of its own: a slow one does not stall the run.
#[derive(Debug)]
pub(super) struct Events {
    began: Instant,
    to: Option<Sender<RunEvent>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// The function that gets the events.
pub(super) type OnEvent = Arc<dyn Fn(&RunEvent) + Send + Sync>;

/// How long the end of a run waits for the function.
const PATIENCE: Duration = Duration::from_secs(2);

impl Events {
    pub(super) fn new(on_event: Option<OnEvent>) -> Self {
        let began = Instant::now();
        let Some(on_event) = on_event else { return Self { began, to: None, thread: None } };
        let (to, events) = mpsc::channel::<RunEvent>();
        let thread = thread::spawn(move || events.iter().for_each(|event| on_event(&event)));
        Self { began, to: Some(to), thread: Some(thread) }
    }

    /// Returns how long ago the run began.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    pub(super) fn tell(&self, is: RunEventKind, text: impl Into<String>) {
        self.send(is, None, None, None, text.into());
    }

    pub(super) fn of_phase(&self, is: RunEventKind, phase: Phase, text: impl Into<String>) {
        self.send(is, Some(phase), None, None, text.into());
    }

    pub(super) fn of_step(&self, at: (usize, Phase), state: Option<StepState>, text: impl Into<String>) {
        let is = if state.is_some() { RunEventKind::StepEnds } else { RunEventKind::StepBegins };
        self.send(is, Some(at.1), Some(at.0), state, text.into());
    }

    fn send(
        &self,
        is: RunEventKind,
        phase: Option<Phase>,
        step: Option<usize>,
        state: Option<StepState>,
        text: String,
    ) {
        let Some(to) = &self.to else { return };
        let (at, elapsed) = (OffsetDateTime::now_utc(), self.elapsed().as_secs_f64());
        // A function that panicked gets nothing more.
        _ = to.send(RunEvent { is, at, elapsed, phase, step, state, text });
    }

    /// Waits until the function has got every event, if it is not too slow.
    pub(super) async fn end(mut self) {
        self.to = None;
        let Some(thread) = self.thread.take() else { return };
        let began = std::time::Instant::now();
        while !thread.is_finished() && began.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}
