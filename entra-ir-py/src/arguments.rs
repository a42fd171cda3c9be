//! Converts arguments of Python into the core's; an error names the allowed values.

use std::time::Duration;

use entra_ir_core::model::MethodKind;
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDelta, PyTzInfo};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::error::bad_input;

/// Looks a word up; an unknown one is an error that lists the known ones.
pub(crate) fn choice<T: Clone>(what: &str, given: &str, allowed: &[(&str, T)]) -> PyResult<T> {
    if let Some((_, value)) = allowed.iter().find(|(word, _)| *word == given) {
        return Ok(value.clone());
    }
    let words: Vec<_> = allowed.iter().map(|(word, _)| format!("{word:?}")).collect();
    Err(bad_input(&format!("{what}: {given:?} is not one of {}", words.join(", "))))
}

/// Reads a type of method by its word.
pub(crate) fn method_kind(word: &str) -> PyResult<MethodKind> {
    let kinds: Vec<_> = MethodKind::ALL.into_iter().map(|kind| (kind.slug(), kind)).collect();
    choice("method type", word, &kinds)
}

/// Reads an aware datetime.
pub(crate) fn moment(what: &str, given: &Bound<'_, PyAny>) -> PyResult<OffsetDateTime> {
    let moment = given.cast::<PyDateTime>().map_err(|_| wrong_type(what, "an aware datetime", given))?;
    let py = given.py();
    // A time zone may not know its offset; then the time is unknown.
    if moment.call_method0(intern!(py, "utcoffset"))?.is_none() {
        let text = format!(
            "{what}: this datetime has no time zone; say which one, as in datetime.now(timezone.utc)"
        );
        return Err(bad_input(&text));
    }
    let utc = moment.call_method1(intern!(py, "astimezone"), (PyTzInfo::utc(py)?,)).map_err(|error| {
        if error.is_instance_of::<PyOverflowError>(py) {
            bad_input(&format!("{what}: this datetime is out of range"))
        } else {
            error
        }
    })?;
    utc.extract()
}

/// Reads a timedelta of nothing or more.
pub(crate) fn duration(what: &str, given: &Bound<'_, PyAny>) -> PyResult<Duration> {
    given.cast::<PyDelta>().map_err(|_| wrong_type(what, "a timedelta", given))?;
    given.extract().map_err(|_| bad_input(&format!("{what}: a timedelta of zero or more is needed")))
}

/// Reads a timedelta of more than nothing.
pub(crate) fn limit(what: &str, given: &Bound<'_, PyAny>) -> PyResult<Duration> {
    match duration(what, given)? {
        Duration::ZERO => Err(bad_input(&format!("{what}: a timedelta of more than zero is needed"))),
        time => Ok(time),
    }
}

/// Returns a timedelta as an operation in JSON has it.
#[pyfunction]
pub(crate) fn seconds(what: &str, given: &Bound<'_, PyAny>) -> PyResult<f64> {
    Ok(duration(what, given)?.as_secs_f64())
}

/// Returns an aware datetime as an operation in JSON has it.
#[pyfunction]
pub(crate) fn timestamp(what: &str, given: &Bound<'_, PyAny>) -> PyResult<String> {
    let written = moment(what, given)?.format(&Rfc3339);
    written.map_err(|_| bad_input(&format!("{what}: this datetime is out of range")))
}

fn wrong_type(what: &str, wanted: &str, given: &Bound<'_, PyAny>) -> PyErr {
    let name = given.get_type().name().map(|name| name.to_string()).unwrap_or_default();
    PyTypeError::new_err(format!("{what}: {wanted} is needed, not {name}"))
}
