//! Plans, previews and runs for Python. A run is a `Pending`, as every call is.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use entra_ir_core::containment::{
    self, Contain, FileSecrets, Phase, Plan, PlanFor, Purge, RunAbout, RunEvent, RunPlace, RunReport,
    RunSecret, SecretKind, SecretSink, SecretState,
};
use pyo3::prelude::*;

use crate::arguments::{choice, moment};
use crate::client::Client;
use crate::error::{bad_input, to_python};
use crate::exit::with_python;
use crate::knowledge::{incident_of, written};
use crate::known::Known;
use crate::pending::{Answer, Pending};
use crate::runtime::runtime;
use crate::secret::Secret;

/// How long a stopped run may take to let its journal go.
const STOPS_WITHIN: Duration = Duration::from_secs(2);

/// Reads a plan, and returns it as JSON.
#[pyfunction]
pub(crate) fn plan_read(py: Python<'_>, text: &str) -> PyResult<String> {
    let plan = Plan::from_json(text).map_err(|error| to_python(py, error))?;
    plan.to_json().map_err(|error| to_python(py, error))
}

/// Returns the digest of a plan.
#[pyfunction]
pub(crate) fn plan_digest(py: Python<'_>, text: &str) -> PyResult<String> {
    let digest = Plan::from_json(text).and_then(|plan| plan.digest());
    digest.map(|digest| digest.to_string()).map_err(|error| to_python(py, error))
}

/// Lets an adversary play against a plan, and returns what became of it as JSON.
#[pyfunction]
pub(crate) fn drill(py: Python<'_>, text: &str) -> PyResult<String> {
    let plan = Plan::from_json(text).map_err(|error| to_python(py, error))?;
    let runtime = runtime()?;
    // The play of a whole run is too deep for the stack of the caller's thread.
    let played = py.detach(|| runtime.block_on(Box::pin(entra_ir_core::simulator::drill::drill(&plan))));
    written(&played.map_err(|error| to_python(py, error))?)
}

/// What a run follows: a plan in JSON, or the word of an incident; with the account as a preview read it.
fn plan_for(py: Python<'_>, plan: &str, incident: bool) -> PyResult<PlanFor> {
    if incident {
        return incident_of(py, plan).map(PlanFor::from);
    }
    Plan::from_json(plan).map(PlanFor::from).map_err(|error| to_python(py, error))
}

/// Prepares a preview. The plan is JSON, or the word of an incident.
#[pyfunction]
#[pyo3(signature = (client, user, known, plan, incident))]
pub(crate) fn preview(
    py: Python<'_>,
    client: &Bound<'_, Client>,
    user: &str,
    known: Vec<Known<'_>>,
    plan: &str,
    incident: bool,
) -> PyResult<Pending> {
    let core = client.get().core(py)?;
    let plan = plan_for(py, plan, incident)?;
    let account = Account::of(py, user, &known)?;
    Ok(Pending::new(async move {
        let preview = match account {
            Account::Known(user) => core.preview(&*user, plan).await,
            Account::Named(user) => core.preview(user, plan).await,
        }?;
        Ok(Answer::with_snapshot(&preview, preview.snapshot.clone()))
    }))
}

enum Account {
    Known(Box<entra_ir_core::model::User>),
    Named(entra_ir_core::UserRef),
}

impl Account {
    fn of(py: Python<'_>, name: &str, known: &[Known<'_>]) -> PyResult<Self> {
        match known.first() {
            Some(known) => Ok(Self::Known(Box::new(known.user()))),
            None => {
                name.parse().map(Self::Named).map_err(|error: entra_ir_core::InvalidId| to_python(py, error))
            }
        }
    }
}

/// How a run works, by the names of the keyword arguments in Python.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct RunOptions {
    confirm: Option<String>,
    until: Option<String>,
    incident: Option<String>,
    ticket: Option<String>,
    authority: Option<String>,
    owner: Option<String>,
    secrets: Option<Py<PyAny>>,
    secrets_file: Option<PathBuf>,
    on_event: Option<Py<PyAny>>,
    four_eyes: bool,
    approver: Option<Py<Client>>,
    approver_name: Option<String>,
    verify_within: Option<f64>,
    again: Vec<usize>,
    wait: bool,
    lift_despite: Vec<String>,
}

/// Sets the options of a run.
type Set = Box<dyn for<'a> FnOnce(Contain<'a>) -> Contain<'a> + Send>;

impl RunOptions {
    /// Checks the options, before anything is asked of anybody.
    fn checked(self, py: Python<'_>) -> PyResult<Set> {
        let phases = [("lock-out", Phase::LockOut), ("evict", Phase::Evict), ("recover", Phase::Recover)];
        let until = self.until.map(|until| choice("until", &until, &phases)).transpose()?;
        let within = self.verify_within.map(Duration::try_from_secs_f64).transpose();
        let within = within.map_err(|_| bad_input("verify_within: a timedelta of zero or more is needed"))?;
        let approver = self.approver.map(|approver| approver.get().core(py)).transpose()?;
        let file = self
            .secrets_file
            .map(|path| FileSecrets::create(&path).map_err(|error| cannot("secrets", &path, &error)));
        let file = file.transpose()?;
        let mut about = RunAbout::default();
        (about.incident, about.ticket) = (self.incident, self.ticket);
        (about.authority, about.owner) = (self.authority, self.owner);
        let Self { confirm, secrets, on_event, four_eyes, approver_name, again, wait, lift_despite, .. } =
            self;
        Ok(Box::new(move |contain| {
            let mut contain = again.into_iter().fold(contain.about(about), Contain::again);
            contain = confirm.into_iter().fold(contain, Contain::confirm);
            contain = until.into_iter().fold(contain, Contain::until);
            contain = within.into_iter().fold(contain, Contain::verify_within);
            contain = approver.iter().fold(contain, Contain::approved_by);
            contain = approver_name.into_iter().fold(contain, Contain::approved_by_name);
            contain = file.into_iter().fold(contain, Contain::secrets);
            let sinks = secrets.into_iter().map(PythonSecrets::of);
            contain = sinks.fold(contain, Contain::secrets);
            contain = on_event
                .into_iter()
                .fold(contain, |contain, callable| contain.on_event(move |event| tell(&callable, event)));
            contain = contain.lift_despite(lift_despite);
            if four_eyes {
                contain = contain.four_eyes();
            }
            if wait { contain.wait() } else { contain }
        }))
    }
}

pub(crate) fn cannot(what: &str, path: &Path, error: &std::io::Error) -> PyErr {
    bad_input(&format!("{what}: {}: {error}", path.display()))
}

/// Passes an event to Python. What the function raises does not stop the run.
pub(crate) fn tell(on_event: &Py<PyAny>, event: &RunEvent) {
    let Ok(json) = serde_json::to_string(event) else { return };
    // At the exit of the interpreter nobody listens.
    with_python(|py| {
        if let Err(error) = on_event.call1(py, (json,)) {
            error.write_unraisable(py, Some(on_event.bind(py)));
        }
    });
}

/// Passes passwords and passes to a callable.
pub(crate) struct PythonSecrets(Arc<Py<PyAny>>);

impl PythonSecrets {
    pub(crate) fn of(callable: Py<PyAny>) -> Self {
        Self(Arc::new(callable))
    }
}

impl std::fmt::Debug for PythonSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PythonSecrets")
    }
}

#[async_trait]
impl SecretSink for PythonSecrets {
    async fn take(&self, secret: RunSecret) -> std::io::Result<()> {
        let sink = Arc::clone(&self.0);
        let taken = tokio::task::spawn_blocking(move || {
            with_python(|py| {
                let kind = match secret.kind {
                    SecretKind::Password => "password",
                    _ => "access-pass",
                };
                let state = match secret.state {
                    SecretState::Pending => "pending",
                    SecretState::InForce => "in-force",
                    _ => "void",
                };
                let value = Py::new(py, Secret::of(secret.value))?;
                sink.call1(py, (kind, state, secret.account.to_string(), value)).map(drop)
            })
        });
        match taken.await {
            Ok(Some(Ok(()))) => Ok(()),
            // The text of an exception may hold the secret: its type is enough.
            Ok(Some(Err(error))) => {
                let name = with_python(|py| error.get_type(py).name().map(|name| name.to_string()));
                let name = name.and_then(Result::ok).unwrap_or_default();
                Err(std::io::Error::other(format!("the callable raised {name}")))
            }
            Ok(None) => Err(std::io::Error::other("the interpreter is shutting down")),
            Err(stopped) => Err(std::io::Error::other(stopped)),
        }
    }
}

/// Prepares a run. The plan is JSON, or the word of an incident.
#[pyfunction]
#[pyo3(signature = (client, user, known, plan, incident, folder, options))]
#[expect(clippy::too_many_arguments, reason = "the facts of a run, named on the Python side")]
pub(crate) fn contain(
    py: Python<'_>,
    client: &Bound<'_, Client>,
    user: &str,
    known: Vec<Known<'_>>,
    plan: &str,
    incident: bool,
    folder: Option<PathBuf>,
    options: RunOptions,
) -> PyResult<Pending> {
    let core = client.get().core(py)?;
    let plan = plan_for(py, plan, incident)?;
    let account = Account::of(py, user, &known)?;
    let set = options.checked(py)?;
    Ok(Pending::new(async move {
        let contain = match account {
            Account::Known(user) => core.contain(&*user, plan),
            Account::Named(user) => core.contain(user, plan),
        };
        let contain = folder.into_iter().fold(contain, Contain::folder);
        set(contain).await.map(|run| Answer::of_run(&run))
    }))
}

/// Prepares the continuation of a run.
#[pyfunction]
pub(crate) fn resume(
    py: Python<'_>,
    client: &Bound<'_, Client>,
    folder: PathBuf,
    options: RunOptions,
) -> PyResult<Pending> {
    let core = client.get().core(py)?;
    let set = options.checked(py)?;
    let place = opened_or_none(&folder)?;
    Ok(Pending::new(async move {
        let place = match place {
            Some(place) => place,
            None => released(&folder).await?,
        };
        set(core.resume(place)).await.map(|run| Answer::of_run(&run))
    }))
}

/// Opens the folder of a run; `None` if a run in this process may still hold it.
pub(crate) fn opened_or_none(folder: &Path) -> PyResult<Option<RunPlace>> {
    match RunPlace::open(folder) {
        Err(error) if error.kind() != ErrorKind::WouldBlock => Err(cannot("run_dir", folder, &error)),
        place => Ok(place.ok()),
    }
}

/// Waits for the end of a run that was stopped in this process a moment ago, and opens its folder.
pub(crate) async fn released(folder: &Path) -> Result<RunPlace, entra_ir_core::Error> {
    let began = Instant::now();
    loop {
        match RunPlace::open(folder) {
            Err(error) if error.kind() == ErrorKind::WouldBlock && began.elapsed() < STOPS_WITHIN => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            opened => {
                return opened.map_err(|error| {
                    let reason = format!("{}: {error}", folder.display());
                    entra_ir_core::Refusal::BadInput { what: "run_dir", reason }.into()
                });
            }
        }
    }
}

fn opened(folder: &Path) -> PyResult<RunPlace> {
    RunPlace::open(folder).map_err(|error| cannot("run_dir", folder, &error))
}

/// Waits for work on the journal of a run, which needs no network.
fn on_disk<T: Send>(
    py: Python<'_>,
    work: impl Future<Output = Result<T, entra_ir_core::Error>> + Send,
) -> PyResult<T> {
    let runtime = runtime()?;
    py.detach(|| runtime.block_on(work)).map_err(|error| to_python(py, error))
}

/// Records that a person did a step elsewhere.
#[pyfunction]
#[pyo3(signature = (folder, step, by, proof))]
pub(crate) fn tick_off(
    py: Python<'_>,
    folder: PathBuf,
    step: usize,
    by: &str,
    proof: Option<&str>,
) -> PyResult<()> {
    on_disk(py, containment::tick_off(opened(&folder)?, step, by, proof))
}

/// Records that a run passes to another person.
#[pyfunction]
#[pyo3(signature = (folder, by, to, note))]
pub(crate) fn hand_over(
    py: Python<'_>,
    folder: PathBuf,
    by: Option<&str>,
    to: &str,
    note: Option<&str>,
) -> PyResult<()> {
    on_disk(py, containment::hand_over(opened(&folder)?, by, to, note))
}

/// Closes a run, and returns the digest of the closing entry.
#[pyfunction]
pub(crate) fn close_run(py: Python<'_>, folder: PathBuf) -> PyResult<Option<String>> {
    let digest = on_disk(py, containment::close(opened(&folder)?))?;
    Ok(digest.map(|digest| digest.to_string()))
}

/// Returns the report of a run, as JSON.
#[pyfunction]
#[pyo3(signature = (folder, zone, aware_since, redact))]
pub(crate) fn run_report(
    py: Python<'_>,
    folder: PathBuf,
    zone: Option<&str>,
    aware_since: Option<&Bound<'_, PyAny>>,
    redact: bool,
) -> PyResult<String> {
    let aware_since = aware_since.map(|at| moment("aware_since", at)).transpose()?;
    let place = RunPlace::read(&folder).map_err(|error| cannot("run_dir", &folder, &error))?;
    let mut report = on_disk(py, containment::report(place))?;
    if let Some(at) = aware_since {
        report = report.aware_since(at);
    }
    if let Some(zone) = zone {
        report = report.in_zone(zone).map_err(|error| to_python(py, error))?;
    }
    if redact {
        report = report.redacted().map_err(|error| to_python(py, error))?;
    }
    written(&report)
}

/// Writes a report in a format.
type Write = fn(&RunReport) -> Result<String, entra_ir_core::Error>;

/// The formats of a report, by their names. Drafts and events are JSON.
const FORMATS: &[(&str, Write)] = &[
    ("html", RunReport::to_html),
    ("markdown", |report| Ok(report.to_string())),
    ("ocsf", |report| json(&report.to_ocsf())),
    ("drafts", |report| json(&report.drafts())),
];

fn json(value: &impl serde::Serialize) -> Result<String, entra_ir_core::Error> {
    let written = serde_json::to_string(value);
    written.map_err(|error| {
        entra_ir_core::Refusal::BadInput { what: "report", reason: error.to_string() }.into()
    })
}

/// Writes a report, which is JSON, in another format.
#[pyfunction]
pub(crate) fn report_as(py: Python<'_>, report: &str, format: &str) -> PyResult<String> {
    let report: RunReport =
        serde_json::from_str(report).map_err(|error| bad_input(&format!("report: {error}")))?;
    let write = choice("format", format, FORMATS)?;
    write(&report).map_err(|error| to_python(py, error))
}

/// Returns what the journal of a run holds, as JSON.
#[pyfunction]
pub(crate) fn run_status(py: Python<'_>, folder: PathBuf) -> PyResult<String> {
    let place = RunPlace::read(&folder).map_err(|error| cannot("run_dir", &folder, &error))?;
    written(&on_disk(py, containment::status(place))?)
}

/// Shows what a purge removes, or removes it if it is confirmed; as JSON.
#[pyfunction]
#[pyo3(signature = (folder, by, confirm, force))]
pub(crate) fn purge_run(
    py: Python<'_>,
    folder: PathBuf,
    by: Option<&str>,
    confirm: bool,
    force: bool,
) -> PyResult<String> {
    let purge = on_disk(py, Purge::of(folder, force))?;
    if confirm {
        let record = purge.confirm(by.unwrap_or_default()).map_err(|error| to_python(py, error))?;
        return written(&record);
    }
    written(&purge.record)
}
