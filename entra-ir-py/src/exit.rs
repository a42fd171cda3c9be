//! The exit of the interpreter, when no thread of the library may still be inside Python.
//! Up to 3.13, CPython ends a thread that requests the interpreter too late, in the middle of its work.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;

use crate::runtime;

/// How long the exit waits for calls that were not cancelled, and then for threads that are inside Python.
const PATIENCE: Duration = Duration::from_secs(2);

static STATE: Mutex<State> = Mutex::new(State { calls: 0, inside: 0, exiting: false });
static FEWER: Condvar = Condvar::new();

struct State {
    calls: usize,
    inside: usize,
    exiting: bool,
}

/// Counts a call until its result was delivered, or it was abandoned.
pub(crate) struct UnderWay;

impl UnderWay {
    pub(crate) fn begin() -> PyResult<Self> {
        let mut state = state();
        if state.exiting {
            return Err(PyRuntimeError::new_err(
                "the interpreter is shutting down: awaited calls can no longer complete. Next: call it \
                earlier, or use Client",
            ));
        }
        state.calls += 1;
        Ok(Self)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        state().calls -= 1;
        FEWER.notify_all();
    }
}

struct Inside;

impl Drop for Inside {
    fn drop(&mut self) {
        state().inside -= 1;
        FEWER.notify_all();
    }
}

/// Attaches a thread of the library to the interpreter, except at its exit.
pub(crate) fn with_python<R>(work: impl FnOnce(Python<'_>) -> R) -> Option<R> {
    let inside = {
        let mut state = state();
        if state.exiting {
            return None;
        }
        state.inside += 1;
        Inside
    };
    let done = Python::try_attach(work);
    drop(inside);
    done
}

/// Makes the exit wait. Later registrations run earlier, so this is done when the library is imported.
pub(crate) fn watch(py: Python<'_>) -> PyResult<()> {
    let settle = wrap_pyfunction!(settle, py)?;
    py.import(intern!(py, "atexit"))?.call_method1(intern!(py, "register"), (settle,))?;
    Ok(())
}

/// Waits at the exit of the interpreter until no call needs it.
#[pyfunction]
fn settle(py: Python<'_>) {
    // The threads that would settle do not exist in a forked child.
    if !runtime::runs_here() {
        return;
    }
    py.detach(|| {
        let waited = FEWER.wait_timeout_while(state(), PATIENCE, |state| state.calls > 0);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.exiting = true;
        drop(FEWER.wait_timeout_while(state, PATIENCE, |state| state.inside > 0));
    });
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}
