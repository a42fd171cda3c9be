//! What follows a run, for Python: the gate before the account is given back, and undo.

use std::path::PathBuf;

use entra_ir_core::UserRef;
use entra_ir_core::containment::{self, RunPlace, Undo};
use pyo3::prelude::*;

use crate::client::Client;
use crate::containment::{cannot, opened_or_none, released};
use crate::error::to_python;
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
