//! The core's ways to sign in, for Python.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use entra_ir_core::{
    AzureCli, CallerKind, Chain, ClientCertificate, ClientSecret, DeviceCode, DevicePrompt, Error,
    ManagedIdentity, TokenProvider, WorkloadIdentity,
};
use pyo3::prelude::*;
use secrecy::SecretString;
use tokio::task::block_in_place;

use crate::credential::PythonCredential;
use crate::error::to_python;
use crate::secret::Secret;

/// Holds a way of the core to sign in.
#[pyclass(frozen, module = "entra_ir._native")]
#[derive(Debug)]
pub(crate) struct Way(Arc<dyn TokenProvider>);

/// Returns what an adapter of Python stands for: a way of the core, or a credential in Python.
pub(crate) fn provider(
    py: Python<'_>,
    adapter: Py<PyAny>,
    caller: Option<CallerKind>,
) -> PyResult<Arc<dyn TokenProvider>> {
    let way = adapter.bind(py).getattr("way")?;
    Ok(match way.cast::<Way>() {
        Ok(way) => Arc::clone(&way.get().0),
        Err(_) => Arc::new(PythonCredential::new(adapter, caller)),
    })
}

fn revealed(secret: Option<&Bound<'_, Secret>>) -> PyResult<Option<SecretString>> {
    secret.map(|secret| secret.get().get().cloned()).transpose()
}

/// Makes a way whose builder has the methods `authority` and `cae`.
macro_rules! way {
    ($py:expr, $new:expr, $authority:expr, $cae:expr) => {{
        let core = |error: Error| to_python($py, error);
        let mut way = $new.map_err(core)?;
        if let Some(authority) = $authority {
            way = way.authority(authority).map_err(core)?;
        }
        Ok(Self(Arc::new(way.cae($cae))))
    }};
}

#[pymethods]
impl Way {
    #[staticmethod]
    fn client_secret(
        py: Python<'_>,
        tenant: &str,
        client_id: &str,
        secret: &Bound<'_, Secret>,
        authority: Option<&str>,
        cae: bool,
    ) -> PyResult<Self> {
        let secret = secret.get().get()?.clone();
        way!(py, ClientSecret::new(tenant, client_id, secret), authority, cae)
    }

    /// Makes the way of a certificate, from the content of a PEM or a PFX file.
    #[staticmethod]
    fn client_certificate(
        py: Python<'_>,
        tenant: &str,
        client_id: &str,
        content: &[u8],
        password: Option<&Bound<'_, Secret>>,
        authority: Option<&str>,
        cae: bool,
    ) -> PyResult<Self> {
        let password = revealed(password)?;
        let is_pem = content.windows(10).any(|text| text == b"-----BEGIN");
        let make = if is_pem { ClientCertificate::from_pem } else { ClientCertificate::from_pfx };
        way!(py, make(tenant, client_id, content, password.as_ref()), authority, cae)
    }

    #[staticmethod]
    fn workload_identity(
        py: Python<'_>,
        tenant: &str,
        client_id: &str,
        file: PathBuf,
        authority: Option<&str>,
        cae: bool,
    ) -> PyResult<Self> {
        way!(py, WorkloadIdentity::new(tenant, client_id, file), authority, cae)
    }

    #[staticmethod]
    fn managed_identity(py: Python<'_>, client_id: Option<&str>) -> PyResult<Self> {
        let way = client_id.map_or_else(|| Ok(ManagedIdentity::new()), ManagedIdentity::with_client_id);
        Ok(Self(Arc::new(way.map_err(|error| to_python(py, error))?)))
    }

    /// Makes the way of a device code. `prompt` takes message, code, address, and expiry in seconds since
    /// 1970.
    #[staticmethod]
    fn device_code(
        py: Python<'_>,
        tenant: &str,
        client_id: &str,
        prompt: Py<PyAny>,
        authority: Option<&str>,
        cae: bool,
    ) -> PyResult<Self> {
        // It may take the interpreter, or long: the other tasks of this thread move on.
        let show = move |given: &DevicePrompt| block_in_place(|| show(&prompt, given));
        way!(py, DeviceCode::new(tenant, client_id, show), authority, cae)
    }

    #[staticmethod]
    fn azure_cli(py: Python<'_>, tenant: Option<&str>) -> PyResult<Self> {
        let way = AzureCli::new();
        let way = tenant.map_or_else(|| Ok(way.clone()), |tenant| way.clone().tenant(tenant));
        Ok(Self(Arc::new(way.map_err(|error| to_python(py, error))?)))
    }

    #[staticmethod]
    fn chain(py: Python<'_>, adapters: Vec<Py<PyAny>>) -> PyResult<Self> {
        let links = adapters.into_iter().map(|adapter| provider(py, adapter, None));
        let chain = links.collect::<PyResult<Vec<_>>>()?.into_iter().fold(Chain::new(), Chain::then);
        Ok(Self(Arc::new(chain)))
    }
}

fn show(prompt: &Py<PyAny>, given: &DevicePrompt) {
    let until = given.expires_on.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    Python::attach(|py| {
        let told = (&given.message, &given.user_code, &given.verification_uri, until);
        if let Err(error) = prompt.call1(py, told) {
            error.write_unraisable(py, None);
        }
    });
}
