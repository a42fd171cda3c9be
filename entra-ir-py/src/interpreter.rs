//! Refuses to be imported into a second interpreter of the process.
//!
//! The library's threads and objects belong to one interpreter, the main one: in another they would survive
//! it, and the process would hang at its exit.

use std::thread;

use pyo3::exceptions::PyImportError;
use pyo3::intern;
use pyo3::prelude::*;

/// Refuses anywhere but in the main interpreter.
pub(crate) fn refuse_second(py: Python<'_>) -> PyResult<()> {
    if is_main(py)? {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "entra_ir cannot be imported into a subinterpreter: its threads belong to the main interpreter. Next: import it in the main one only (for mod_wsgi: WSGIApplicationGroup %{GLOBAL}), or use processes",
    ))
}

fn is_main(py: Python<'_>) -> PyResult<bool> {
    // From 3.13 on.
    if let Ok(is_main) = py.import(intern!(py, "_thread"))?.getattr(intern!(py, "_is_main_interpreter")) {
        return is_main.call0()?.is_truthy();
    }
    // Earlier ones do not tell, but a thread that is new to Python always comes into the main one.
    let there = py.detach(|| thread::spawn(|| Python::try_attach(modules)).join());
    match there {
        Ok(Some(there)) => Ok(there? == modules(py)?),
        // A process that is at its end.
        _ => Ok(true),
    }
}

/// Returns where the modules of an interpreter are; each has its own.
fn modules(py: Python<'_>) -> PyResult<usize> {
    Ok(py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?.as_ptr().addr())
}
