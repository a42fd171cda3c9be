//! What follows a run, for Python: the gate before the account is given back, undo, and the watch.

use std::path::PathBuf;
use std::time::Duration;

use entra_ir_core::UserRef;
use entra_ir_core::containment::{self, FileSecrets, RealDrill, RunPlace, Undo, Watch};
use pyo3::prelude::*;

use crate::client::Client;
use crate::containment::{PythonSecrets, cannot, opened_or_none, released, tell};
use crate::error::{bad_input, to_python};
use crate::pending::{Answer, Pending};

/// Prepares the question whether an account is ready to be given back: that of the plan if none is named.
#[pyfunction]
#[pyo3(signature = (client, user, folder))]
pub(crate) fn ready_to_unblock(
    py: Python<'_>,
    client: &Bound<'_, Client>,
    user: Option<&str>,
    folder: PathBuf,
) -> PyResult<Pending> {
    let core = client.get().core(py)?;
    let place = RunPlace::read(&folder).map_err(|error| cannot("run_dir", &folder, &error))?;
    let named = user.map(str::parse::<UserRef>).transpose();
    let named = named.map_err(|error| to_python(py, error))?;
    Ok(Pending::new(async move {
        let user = match named {
            Some(user) => user,
            None => UserRef::Id(containment::status(place.clone()).await?.plan.account),
        };
        Ok(Answer::plain(&core.ready_to_unblock(user, place).await?))
    }))
}

/// Prepares an undo: one that only shows, if nothing confirms it.
#[pyfunction]
#[pyo3(signature = (client, folder, steps, confirm, lift_despite))]
pub(crate) fn undo(
    py: Python<'_>,
    client: &Bound<'_, Client>,
    folder: PathBuf,
    steps: Vec<usize>,
    confirm: Option<String>,
    lift_despite: Vec<String>,
) -> PyResult<Pending> {
    let core = client.get().core(py)?;
    let place = if confirm.is_some() {
        opened_or_none(&folder)?
    } else {
        Some(RunPlace::read(&folder).map_err(|error| cannot("run_dir", &folder, &error))?)
    };
    Ok(Pending::new(async move {
        let place = match place {
            Some(place) => place,
            None => released(&folder).await?,
        };
        let undo = core.undo(place).steps(steps).lift_despite(lift_despite);
        let undo = confirm.into_iter().fold(undo, Undo::confirm);
        Ok(Answer::plain(&undo.await?))
    }))
}

/// Prepares a drill on a test account.
#[pyfunction]
#[pyo3(signature = (client, user, confirm, administrator, folder))]
pub(crate) fn real_drill(
    py: Python<'_>,
    client: &Bound<'_, Client>,
    user: &str,
    confirm: String,
    administrator: bool,
    folder: Option<PathBuf>,
) -> PyResult<Pending> {
    let core = client.get().core(py)?;
    let user = user.parse::<UserRef>().map_err(|error| to_python(py, error))?;
    Ok(Pending::new(async move {
        let drill = folder.into_iter().fold(core.real_drill(user).confirm(confirm), RealDrill::folder);
        let drill = if administrator { drill.administrator() } else { drill };
        Ok(Answer::plain(&drill.await?))
    }))
}

/// How a watch works, by the names of the keyword arguments in Python.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct WatchOptions {
    lasting: Option<f64>,
    every: Option<f64>,
    once: bool,
    again: bool,
    secrets: Option<Py<PyAny>>,
    secrets_file: Option<PathBuf>,
    on_event: Option<Py<PyAny>>,
}

fn seconds(what: &str, given: Option<f64>) -> PyResult<Option<Duration>> {
    let read = given.map(Duration::try_from_secs_f64).transpose();
    read.map_err(|_| bad_input(&format!("{what}: a timedelta of zero or more is needed")))
}

/// Prepares a watch.
#[pyfunction]
pub(crate) fn watch(
    py: Python<'_>,
    client: &Bound<'_, Client>,
    folder: PathBuf,
    options: WatchOptions,
) -> PyResult<Pending> {
    let core = client.get().core(py)?;
    let WatchOptions { once, again, secrets, secrets_file, on_event, .. } = options;
    let (lasting, every) = (seconds("lasting", options.lasting)?, seconds("every", options.every)?);
    let create = |path: PathBuf| FileSecrets::create(&path).map_err(|error| cannot("secrets", &path, &error));
    let file = secrets_file.map(create).transpose()?;
    let place = opened_or_none(&folder)?;
    Ok(Pending::new(async move {
        let place = match place {
            Some(place) => place,
            None => released(&folder).await?,
        };
        let mut watch = lasting.into_iter().fold(core.watch(place), Watch::lasting);
        watch = every.into_iter().fold(watch, Watch::every);
        watch = file.into_iter().fold(watch, Watch::secrets);
        watch = secrets.into_iter().map(PythonSecrets::of).fold(watch, Watch::secrets);
        watch = on_event.into_iter().fold(watch, |watch, to| watch.on_event(move |event| tell(&to, event)));
        watch = if once { watch.once() } else { watch };
        watch = if again { watch.again() } else { watch };
        Ok(Answer::plain(&watch.await?))
    }))
}
