//! Converts errors of the core into the exceptions of `entra_ir`, which are ordinary Python classes.

use entra_ir_core::knowledge::Evidence as _;
use entra_ir_core::receipt::Receipt;
use entra_ir_core::{Error, ErrorDetail, GraphErrorKind, Refusal, TransportErrorKind};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyType};
use serde::Serialize;

use crate::knowledge::written_actions;

/// Makes the exception for an error, with its attributes, and with the Python exception that caused it.
pub(crate) fn to_python(py: Python<'_>, error: impl Into<Error>) -> PyErr {
    let mut error = error.into();
    let cause = match &mut error {
        Error::Auth(error) => error.source.take().and_then(|source| source.downcast::<PyErr>().ok()),
        _ => None,
    };
    let exception = make(py, &error).unwrap_or_else(|failure| failure);
    if let Some(cause) = cause {
        exception.set_cause(py, Some(*cause));
    }
    exception
}

/// Makes the exception for a client of the parent process.
pub(crate) fn forked() -> PyErr {
    named(
        "ForkedError",
        "this process was forked from one that used entra_ir, whose threads do not exist here",
        "start worker processes with \"spawn\" or \"forkserver\", and make a client in each",
    )
}

/// Makes the exception for a client that was closed.
pub(crate) fn closed() -> PyErr {
    named("ClientClosedError", "the client is closed", "make a new one")
}

/// Creates the exception for an invalid argument.
pub(crate) fn bad_input(message: &str) -> PyErr {
    named("InvalidInputError", message, "correct the value and call again")
}

/// Creates the exception for an invalid argument, for Python files below the one with the exceptions.
#[pyfunction]
#[pyo3(signature = (message, next_step=None))]
pub(crate) fn refused_input(message: &str, next_step: Option<&str>) -> PyErr {
    next_step.map_or_else(|| bad_input(message), |next| named("InvalidInputError", message, next))
}

/// Creates the exception for a client that cannot be built, with the next step.
pub(crate) fn config(message: &str, next: &str) -> PyErr {
    named("ConfigError", message, next)
}

fn named(class: &str, message: &str, next: &str) -> PyErr {
    let text = format!("{message}. Next: {next}");
    Python::attach(|py| {
        let attributes = PyDict::new(py);
        attributes
            .set_item("advice", next)
            .and_then(|()| exception(py, class, &text, Some(&attributes)))
            .unwrap_or_else(|_| PyRuntimeError::new_err(text))
    })
}

fn exception(
    py: Python<'_>,
    class: &str,
    message: &str,
    attributes: Option<&Bound<'_, PyDict>>,
) -> PyResult<PyErr> {
    static MODULE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let module = MODULE
        .get_or_try_init(py, || Ok::<_, PyErr>(py.import("entra_ir._errors")?.into_any().unbind()))?
        .bind(py);
    let class = module.getattr(class)?.cast_into::<PyType>()?;
    Ok(PyErr::from_value(class.call((message,), attributes)?))
}

fn make(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let attributes = PyDict::new(py);
    attributes.set_item("outcome_unknown", error.outcome_unknown())?;
    attributes.set_item("is_retryable", error.is_retryable())?;
    attributes.set_item("advice", error.advice())?;
    attributes.set_item("retry_after", error.retry_after().map(|wait| wait.as_secs_f64()))?;
    attributes.set_item("receipt", error.receipt().map(|of| receipt(py, of)).transpose()?)?;
    match error {
        Error::Graph(graph) => {
            attributes.set_item("operation", graph.operation)?;
            attributes.set_item("status", graph.status.as_u16())?;
            attributes.set_item("code", &graph.code)?;
            attributes.set_item("inner_code", graph.inner_code.as_deref())?;
            attributes.set_item("request_id", graph.request_id.as_deref())?;
            attributes.set_item("client_request_id", graph.client_request_id.as_deref())?;
            attributes.set_item("attempts", graph.attempts)?;
            attributes.set_item("details", details(py, &graph.details)?)?;
        }
        Error::Transport(no_answer) => {
            attributes.set_item("operation", no_answer.operation)?;
            attributes.set_item("status", no_answer.status().map(|status| status.as_u16()))?;
            attributes.set_item("client_request_id", no_answer.client_request_id.as_deref())?;
            attributes.set_item("attempts", no_answer.attempts)?;
        }
        Error::Decode { operation, request_id, .. } => {
            attributes.set_item("operation", operation)?;
            attributes.set_item("request_id", request_id.as_deref())?;
        }
        Error::Auth(auth) => {
            attributes.set_item("code", auth.code_text())?;
            attributes.set_item("kind", auth.kind.word())?;
            attributes.set_item("claims", auth.claims.as_deref())?;
        }
        _ => {}
    }
    exception(py, class_of(error), &error.to_string(), Some(&attributes))
}

fn details<'py>(py: Python<'py>, details: &[ErrorDetail]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for detail in details {
        let entry = PyDict::new(py);
        entry.set_item("code", &detail.code)?;
        entry.set_item("message", &detail.message)?;
        entry.set_item("target", detail.target.as_deref())?;
        list.append(entry)?;
    }
    Ok(list)
}

/// Creates the receipt of an error, with what `open_doors` needs.
fn receipt<'py>(py: Python<'py>, receipt: &Receipt) -> PyResult<Bound<'py, PyAny>> {
    let data = py.import("json")?.call_method1("loads", (text(receipt)?,))?;
    let done = written_actions(&receipt.actions())?;
    py.import("entra_ir._receipts")?.getattr("Receipt")?.call_method1("_of", (data, py.None(), done))
}

fn text<T: Serialize>(value: &T) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| PyRuntimeError::new_err(error.to_string()))
}

/// Names the class for an error. A write that may have happened all the same is also an
/// `OutcomeUnknownError`.
fn class_of(error: &Error) -> &'static str {
    use GraphErrorKind as Kind;
    let unknown = error.outcome_unknown();
    match error {
        Error::Graph(_) if unknown => "GraphOutcomeUnknownError",
        Error::Graph(graph) => match graph.kind() {
            Kind::Throttled => "ThrottledError",
            Kind::Denied | Kind::MfaRequired | Kind::RestrictedUnit | Kind::NotLicensed => {
                "PermissionDeniedError"
            }
            Kind::NotFound => "NotFoundError",
            Kind::Unauthenticated | Kind::WrongToken => "UnauthenticatedError",
            Kind::Conflict => "ConflictError",
            Kind::Unavailable => "UnavailableError",
            _ => "GraphError",
        },
        Error::Transport(no_answer) => match (no_answer.error.kind, unknown) {
            (TransportErrorKind::Timeout, true) => "TimeoutOutcomeUnknownError",
            (TransportErrorKind::Timeout, false) => "TransportTimeoutError",
            (_, true) => "TransportOutcomeUnknownError",
            (_, false) => "TransportError",
        },
        Error::Auth(_) if unknown => "AuthOutcomeUnknownError",
        Error::Auth(_) => "AuthError",
        Error::Decode { .. } if unknown => "DecodeOutcomeUnknownError",
        Error::Decode { .. } => "DecodeError",
        Error::Refused(refusal) => match **refusal {
            Refusal::BadInput { .. } | Refusal::BadField { .. } => "InvalidInputError",
            Refusal::TooEarly { .. } => "ThrottledError",
            Refusal::AdministratorsNotRead { .. }
            | Refusal::AllowedUnresolved { .. }
            | Refusal::GroupNotRead { .. }
            | Refusal::LastAdministrator { .. }
            | Refusal::NotAllowed { .. }
            | Refusal::OwnerUnknown { .. }
            | Refusal::Protected { .. }
            | Refusal::ProtectedUnresolved { .. }
            | Refusal::ReadOnly { .. }
            | Refusal::TenantWide { .. } => "GuardedError",
            _ => "RefusedError",
        },
        Error::Config(_) => "ConfigError",
        _ => "EntraError",
    }
}
