//! The one tokio runtime of the process, and its refusal to live on in a forked child.

use std::sync::OnceLock;

use pyo3::PyResult;
use tokio::runtime::Runtime;

use crate::error;

static STARTED_IN: OnceLock<u32> = OnceLock::new();

/// Returns the runtime, started by its first user.
///
/// The threads of a runtime do not exist in a forked child: whoever waited there would wait for ever.
pub(crate) fn runtime() -> PyResult<&'static Runtime> {
    let own = std::process::id();
    if *STARTED_IN.get_or_init(|| own) != own {
        return Err(error::forked());
    }
    Ok(pyo3_async_runtimes::tokio::get_runtime())
}
