//! The tokio runtime of the process, which is refused in a forked child.

use std::sync::OnceLock;

use pyo3::PyResult;
use pyo3::exceptions::PyRuntimeError;
use tokio::runtime::{Builder, Runtime};

use crate::error;

static STARTED_IN: OnceLock<u32> = OnceLock::new();
static RUNTIME: OnceLock<std::io::Result<Runtime>> = OnceLock::new();

/// Returns whether the runtime was started in this process.
pub(crate) fn runs_here() -> bool {
    STARTED_IN.get() == Some(&std::process::id())
}

/// Refuses in a child that was forked from a process which used the library.
///
/// A lock that one of the runtime's threads held at the fork stays locked there, for example that of a
/// simulated tenant.
pub(crate) fn refuse_fork() -> PyResult<()> {
    let forked = STARTED_IN.get().is_some_and(|started_in| *started_in != std::process::id());
    if forked { Err(error::forked()) } else { Ok(()) }
}

/// Returns the runtime, started by its first user.
///
/// The threads of a runtime do not exist in a forked child: a call there would wait for ever.
pub(crate) fn runtime() -> PyResult<&'static Runtime> {
    let own = std::process::id();
    if *STARTED_IN.get_or_init(|| own) != own {
        return Err(error::forked());
    }
    match RUNTIME.get_or_init(|| Builder::new_multi_thread().enable_all().thread_name("entra_ir").build()) {
        Ok(runtime) => Ok(runtime),
        Err(error) => {
            Err(PyRuntimeError::new_err(format!("the threads of the library cannot be started: {error}")))
        }
    }
}
