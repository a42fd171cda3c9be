//! `Secret`: a text that only `reveal()` shows.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use secrecy::{ExposeSecret, SecretString};

use crate::error::bad_input;

pub(crate) const MASK: &str = "**********";

/// Holds a password, a pass or a token.
///
/// It is masked wherever Python can print it: repr, str, format, JSON, pickle, tracebacks, HTML. A secret
/// that was pickled cannot be revealed afterwards: `is_gone` is then true.
#[pyclass(frozen, module = "entra_ir")]
#[derive(Debug)]
pub(crate) struct Secret(Option<SecretString>);

impl Secret {
    pub(crate) const fn of(secret: SecretString) -> Self {
        Self(Some(secret))
    }

    pub(crate) fn get(&self) -> PyResult<&SecretString> {
        self.0.as_ref().ok_or_else(|| {
            PyValueError::new_err(
                "this secret was pickled or written as JSON, which omits its text: it is gone",
            )
        })
    }
}

#[pymethods]
#[expect(clippy::unused_self, reason = "Python calls them on an instance")]
impl Secret {
    #[new]
    fn new(text: &Bound<'_, PyString>) -> PyResult<Self> {
        // Python's own error would hold the text.
        let text =
            text.to_str().map_err(|_| bad_input("this secret has surrogates, which no UTF-8 can hold"))?;
        Ok(Self(Some(text.into())))
    }

    /// Returns the text.
    fn reveal<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        Ok(PyString::new(py, self.get()?.expose_secret()))
    }

    /// Whether the text is gone, because the secret was pickled or its result was written as JSON.
    #[getter]
    const fn is_gone(&self) -> bool {
        self.0.is_none()
    }

    fn __repr__(&self) -> String {
        format!("Secret('{MASK}')")
    }

    const fn __str__(&self) -> &'static str {
        MASK
    }

    const fn __format__(&self, _spec: &str) -> &'static str {
        MASK
    }

    const fn _repr_html_(&self) -> &'static str {
        "<code>**********</code>"
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        let Ok(other) = other.cast::<Self>() else {
            return false;
        };
        match (&self.0, &other.get().0) {
            (Some(own), Some(other)) => own.expose_secret() == other.expose_secret(),
            _ => std::ptr::eq(self, other.get()),
        }
    }

    /// A hash would let a short secret be guessed.
    fn __hash__(&self) -> PyResult<isize> {
        Err(pyo3::exceptions::PyTypeError::new_err("unhashable type: 'Secret'"))
    }

    /// A secret cannot be changed: a copy is the secret itself.
    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        Ok((slf.get_type().getattr("_gone")?, PyTuple::empty(slf.py())))
    }

    #[staticmethod]
    const fn _gone() -> Self {
        Self(None)
    }
}
