//! The native module behind `entra_ir`: converts arguments, calls `entra-ir-core`, converts results. It
//! decides nothing. A call becomes a `Pending`, which the Python side waits for or awaits; a result crosses
//! as the JSON that the core serialises, and secrets cross separately.

#![expect(clippy::needless_pass_by_value, reason = "arguments arrive as pyo3 hands them over")]

mod after;
mod arguments;
mod client;
mod containment;
mod credential;
mod delivery;
mod error;
mod exit;
mod interpreter;
mod knowledge;
mod known;
mod logging;
mod pending;
mod runtime;
mod secret;
mod sign_in;
mod simulator;
mod stopped;
mod vocabulary;
mod ways;

use pyo3::prelude::*;

/// Holds the native parts of `entra_ir`; private.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::after::{ready_to_unblock, real_drill, undo, watch};
    #[pymodule_export]
    use super::arguments::{seconds, timestamp};
    #[pymodule_export]
    use super::client::Client;
    #[pymodule_export]
    use super::containment::{
        close_run, contain, drill, hand_over, plan_digest, plan_read, preview, purge_run, report_as, resume,
        run_report, run_status, tick_off,
    };
    #[pymodule_export]
    use super::error::refused_input;
    #[pymodule_export]
    use super::knowledge::{
        Snapshot, action_done, azure_cli_script, compare_permissions, effects, permissions_for,
    };
    #[pymodule_export]
    use super::known::User;
    #[pymodule_export]
    use super::pending::Pending;
    #[pymodule_export]
    use super::secret::Secret;
    #[pymodule_export]
    use super::sign_in::{SignInAppPassword, SignInDevice, SignInSession, SignInSimulation};
    #[pymodule_export]
    use super::simulator::SimulatedTenant;
    #[pymodule_export]
    use super::vocabulary::vocabulary;
    #[pymodule_export]
    use super::ways::Way;

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    use entra_ir_core::operations::revoke_sign_in_sessions::CONFIRM_WITHIN;

    use super::{Bound, PyModule, PyResult};
    use pyo3::types::PyModuleMethods;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::interpreter::refuse_second(module.py())?;
        super::exit::watch(module.py())?;
        module.add("CONFIRM_WITHIN", CONFIRM_WITHIN.as_secs_f64())?;
        module.add("CATALOG", super::client::catalog())
    }
}
