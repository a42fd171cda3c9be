//! A pending call: `Client` waits for it, `AsyncClient` awaits it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use entra_ir_core::Error;
use entra_ir_core::containment::Run;
use entra_ir_core::knowledge::{ActionDone, Evidence};
use entra_ir_core::model::AccountSnapshot;
use entra_ir_core::operations::AnyOutput;
use pyo3::exceptions::{PyException, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::sync::MutexExt as _;
use pyo3::types::PyTuple;
use secrecy::SecretString;
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::task::{AbortHandle, block_in_place};
use tokio::time::MissedTickBehavior;

use crate::delivery;
use crate::error;
use crate::knowledge::{Snapshot, written_actions};
use crate::known::User;
use crate::runtime::runtime;
use crate::secret::Secret;
use crate::stopped::Writes;

/// How often a waiting call checks for Ctrl-C.
const TICK: Duration = Duration::from_millis(50);

pub(crate) type Future = Pin<Box<dyn std::future::Future<Output = Result<Answer, Error>> + Send>>;

/// Holds a result on its way to Python: the core's JSON, and beside it what is never in JSON.
#[derive(Debug)]
pub(crate) struct Answer {
    json: serde_json::Result<String>,
    secret: Option<SecretString>,
    beside: Beside,
}

/// What Python keeps with a result for later questions.
#[derive(Debug)]
enum Beside {
    /// What was done, as the tables of effects know it; nothing for other reads.
    Done(Vec<ActionDone>),
    /// The account, to pass it to other calls.
    User(Box<entra_ir_core::model::User>),
    Snapshot(Box<AccountSnapshot>),
}

impl Answer {
    pub(crate) fn of(output: AnyOutput) -> Self {
        let json = serde_json::to_string(&output);
        let secret = output.secret().cloned();
        let beside = match output {
            AnyOutput::GetUser(user) => Beside::User(user),
            AnyOutput::TakeSnapshot(snapshot) => Beside::Snapshot(snapshot),
            other => Beside::Done(other.actions()),
        };
        Self { json, secret, beside }
    }

    /// Holds a result with the account as it was read.
    pub(crate) fn with_snapshot(output: &impl Serialize, snapshot: AccountSnapshot) -> Self {
        let beside = Beside::Snapshot(Box::new(snapshot));
        Self { json: serde_json::to_string(output), secret: None, beside }
    }

    /// Holds a result that later questions need nothing of.
    pub(crate) fn plain(output: &impl Serialize) -> Self {
        Self { json: serde_json::to_string(output), secret: None, beside: Beside::Done(Vec::new()) }
    }

    /// Holds the result of a run, with what it did.
    pub(crate) fn of_run(run: &Run) -> Self {
        Self { json: serde_json::to_string(run), secret: None, beside: Beside::Done(run.actions()) }
    }
}

/// Carries the end of a call across threads; converted to Python objects where the interpreter is held.
pub(crate) struct Ended(pub(crate) Result<Answer, Error>);

impl<'py> IntoPyObject<'py> for Ended {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        let Answer { json, secret, beside } = self.0.map_err(|error| error::to_python(py, error))?;
        let json = json.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        let secret = secret.map(|secret| Py::new(py, Secret::of(secret))).transpose()?;
        let beside = match beside {
            Beside::Done(done) => match written_actions(&done)? {
                Some(done) => Some(done.into_pyobject(py)?.into_any()),
                None => None,
            },
            Beside::User(user) => Some(Bound::new(py, User(*user))?.into_any()),
            Beside::Snapshot(snapshot) => Some(Bound::new(py, Snapshot(*snapshot))?.into_any()),
        };
        Ok((json, secret, beside).into_pyobject(py)?.into_any())
    }
}

/// Keeps the end of a call as long as the call exists. An interruption may arrive after the call has ended
/// and before Python has the result: then the result is requested again.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Option<End>>);

enum End {
    Core(PyResult<Ended>),
    Python(PyResult<Py<PyAny>>),
}

impl Kept {
    pub(crate) fn keep(&self, ended: PyResult<Ended>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(End::Core(ended));
    }

    /// Returns the end as a Python object, always the same; `None` if the call has not ended.
    pub(crate) fn get<'py>(&self, py: Python<'py>) -> Option<PyResult<Bound<'py, PyAny>>> {
        // Making the object may let the interpreter go, and then another thread may ask.
        let mut kept = self.0.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
        let end = match kept.take()? {
            End::Core(ended) => ended.and_then(|ended| ended.into_pyobject(py)),
            End::Python(end) => end.map(|end| end.into_bound(py)),
        };
        let (keep, give) = match end {
            Ok(result) => (Ok(result.clone().unbind()), Ok(result)),
            Err(error) => (Err(error.clone_ref(py)), Err(error)),
        };
        *kept = Some(End::Python(keep));
        Some(give)
    }
}

/// What is reported for a stopped call: whether anything is unknown, a sentence, the result, the error.
type Told<'py> = (bool, String, Option<Bound<'py, PyAny>>, Option<PyErr>);

/// Holds a call until it is waited for or awaited, once.
#[pyclass(frozen, module = "entra_ir._native")]
pub(crate) struct Pending {
    future: Mutex<Option<Future>>,
    writes: Arc<Writes>,
    ended: Arc<Kept>,
    started: OnceLock<AbortHandle>,
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pending")
    }
}

impl Pending {
    pub(crate) fn new(
        call: impl std::future::Future<Output = Result<Answer, Error>> + Send + 'static,
    ) -> Self {
        let writes = Arc::new(Writes::default());
        let future = Box::pin(Arc::clone(&writes).of(call));
        Self { future: Mutex::new(Some(future)), writes, ended: Arc::default(), started: OnceLock::new() }
    }

    fn take(&self) -> PyResult<Future> {
        let future = self.future.lock().unwrap_or_else(PoisonError::into_inner).take();
        future.ok_or_else(|| PyRuntimeError::new_err("this call was made already"))
    }
}

#[pymethods]
impl Pending {
    /// Makes the call and waits for it, away from the interpreter; Ctrl-C stops it.
    fn wait<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let runtime = runtime()?;
        let mut future = self.take()?;
        let mut wait = || {
            runtime.block_on(async {
                let mut ticks = tokio::time::interval(TICK);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
                loop {
                    tokio::select! {
                        biased;
                        ended = &mut future => return Ok::<_, PyErr>(ended),
                        _ = ticks.tick() => Python::attach(interrupted)?,
                    }
                }
            })
        };
        let ended = py.detach(|| match Handle::try_current() {
            // A handler of a signal or of a log, in the middle of another call.
            Ok(_) => block_in_place(wait),
            Err(_) => wait(),
        })?;
        self.ended.keep(Ok(Ended(ended)));
        self.ended.get(py).unwrap_or_else(|| Err(PyRuntimeError::new_err("this call has no end")))
    }

    /// Makes the call and returns what to await in the running event loop.
    fn start<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (future, task) = delivery::start(py, runtime()?, self.take()?, Arc::clone(&self.ended))?;
        // A call starts once.
        let _ = self.started.set(task);
        Ok(future)
    }

    /// Abandons the call, and returns what is unknown now; with the result or the error if the call had ended
    /// all the same.
    fn stopped<'py>(&self, py: Python<'py>) -> PyResult<Told<'py>> {
        if let Some(task) = self.started.get() {
            task.abort();
        }
        let (unknown, text) = self.writes.tell();
        Ok(match self.ended.get(py) {
            Some(Ok(result)) => {
                let has_secret = !result.cast::<PyTuple>()?.get_item(1)?.is_none();
                let secret = if has_secret { ", and it holds the only copy of the secret" } else { "" };
                let text =
                    format!("stopped when the call had ended: its result is `exception.result`{secret}");
                (unknown, text, Some(result), None)
            }
            // An interruption while the error was made is not the end of the call.
            Some(Err(error)) if error.is_instance_of::<PyException>(py) => {
                let text =
                    format!("stopped when the call had failed: `exception.error`, {}", error.value(py));
                (unknown, text, None, Some(error))
            }
            _ => (unknown, text, None, None),
        })
    }
}

fn interrupted(py: Python<'_>) -> PyResult<()> {
    py.check_signals()
}
