//! The core's pure functions for Python: effects of actions, open doors, advice.

use entra_ir_core::containment::Plan;
use entra_ir_core::knowledge::tables::{self, EffectTable};
use entra_ir_core::knowledge::{
    Action, ActionDone, Incident, PermissionSet, RegisteredBy, Registration, Wanted, advise, open_doors,
    permissions_for as permissions_of, plan_for,
};
use entra_ir_core::model::AccountSnapshot;
use entra_ir_core::operations::AnyOperation;
use entra_ir_core::receipt::Grade;
use entra_ir_core::{CallerKind, InvalidId, MethodId, ObjectId};
use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use serde::Serialize;
use serde_json::Value;

use crate::arguments::{choice, method_kind, moment};
use crate::client::Client;
use crate::error::{bad_input, to_python};
use crate::pending::{Answer, Pending};

/// Holds a snapshot of the core, for questions about it.
#[pyclass(frozen, module = "entra_ir._native")]
#[derive(Debug)]
pub(crate) struct Snapshot(pub(crate) AccountSnapshot);

#[pymethods]
impl Snapshot {
    /// Returns the doors, as JSON, at a given time; by default at that of the snapshot, or of the last action
    /// if that is later.
    #[pyo3(signature = (actions, at))]
    fn open_doors(&self, actions: &str, at: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        let at = at.map(|given| moment("at", given)).transpose()?;
        let done = read_actions(actions)?;
        written(&at.map_or_else(|| self.0.open_doors([&done]), |at| open_doors(&self.0, &done, at)))
    }

    /// Returns what changed since an earlier snapshot, as JSON.
    fn diff(&self, earlier: &Self) -> PyResult<String> {
        written(&self.0.diff(&earlier.0))
    }

    /// Returns the advice, as JSON.
    fn advise(&self, py: Python<'_>, incident: &str, facts: Facts<'_>) -> PyResult<String> {
        written(&advise(facts.incident(py, incident)?, &self.0))
    }

    /// Returns the actions that follow from the tables alone, as JSON.
    fn needed(&self, py: Python<'_>, incident: &str, facts: Facts<'_>) -> PyResult<String> {
        written(&plan_for(&facts.incident(py, incident)?, &self.0))
    }

    /// Returns the plan, as JSON.
    fn plan(&self, py: Python<'_>, incident: &str, facts: Facts<'_>) -> PyResult<String> {
        written(&Plan::against(facts.incident(py, incident)?, &self.0))
    }
}

/// The facts of an incident, by the names of the keyword arguments in Python.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Facts<'py> {
    suspects: Vec<String>,
    registered_by: String,
    lost: Vec<String>,
    since: Option<Bound<'py, PyAny>>,
    device: Option<String>,
    grant: Option<String>,
}

impl Facts<'_> {
    /// Nothing but the incident is known.
    fn unknown() -> Self {
        let (suspects, lost) = (Vec::new(), Vec::new());
        Self { suspects, registered_by: "unknown".into(), lost, since: None, device: None, grant: None }
    }

    fn incident(self, py: Python<'_>, incident: &str) -> PyResult<Incident> {
        let ids = |ids: Vec<String>| {
            let ids = ids.iter().map(|id| id.parse()).collect::<Result<Vec<MethodId>, InvalidId>>();
            ids.map_err(|error| to_python(py, error))
        };
        let by = [
            ("unknown", RegisteredBy::Unknown),
            ("user", RegisteredBy::User),
            ("administrator", RegisteredBy::Administrator),
            ("application", RegisteredBy::Application),
        ];
        let by = choice("registered_by", &self.registered_by, &by)?;
        let device = self.device.as_deref().map(str::parse::<ObjectId>).transpose();
        let device = device.map_err(|error| to_python(py, error))?;
        let since = self.since.map(|given| moment("since", &given)).transpose()?;
        let (suspects, lost) = (ids(self.suspects)?, ids(self.lost)?);
        let incidents = [
            ("account-takeover", Incident::AccountTakeover),
            ("token-theft", Incident::TokenTheft),
            ("suspicious-method", Incident::SuspiciousMethod { suspects, by }),
            ("lost-device", Incident::LostDevice { device }),
            ("lost-methods", Incident::LostMethods { lost }),
            ("malicious-consent", Incident::MaliciousConsent { grant: self.grant }),
            ("help-desk-tricked", Incident::HelpDeskTricked { since }),
            ("privileged", Incident::Privileged),
            ("lockdown", Incident::Lockdown),
            ("recover", Incident::Recover),
        ];
        choice("incident", incident, &incidents)
    }
}

/// Reads an incident of which only the word is known.
pub(crate) fn incident_of(py: Python<'_>, word: &str) -> PyResult<Incident> {
    Facts::unknown().incident(py, word)
}

/// Records an action that was done elsewhere, as JSON.
#[pyfunction]
#[pyo3(signature = (action, at, grade, kinds, ids, all_methods, device, consent))]
#[expect(clippy::too_many_arguments, reason = "the facts of an action, named on the Python side")]
pub(crate) fn action_done(
    py: Python<'_>,
    action: &str,
    at: &Bound<'_, PyAny>,
    grade: &str,
    kinds: Option<Vec<String>>,
    ids: Option<Vec<String>>,
    all_methods: bool,
    device: Option<&str>,
    consent: Option<String>,
) -> PyResult<String> {
    let actions = Action::all().map(|action| Ok((word(&action)?, action))).collect::<PyResult<Vec<_>>>()?;
    let actions: Vec<_> = actions.iter().map(|(word, action)| (word.as_str(), *action)).collect();
    let grades = [
        ("not-sent", Grade::NotSent),
        ("nothing-to-do", Grade::NothingToDo),
        ("refused", Grade::Refused),
        ("unknown", Grade::Unknown),
        ("accepted", Grade::Accepted),
        ("confirmed", Grade::Confirmed),
        ("observed", Grade::Observed),
    ];
    let done = ActionDone::new(
        choice("action", action, &actions)?,
        moment("at", at)?,
        choice("grade", grade, &grades)?,
    );
    let done = match (kinds, ids, all_methods, device, consent) {
        (None, None, false, None, None) => done,
        (Some(kinds), None, false, None, None) => {
            done.of_kinds(kinds.iter().map(|word| method_kind(word)).collect::<PyResult<Vec<_>>>()?)
        }
        (None, Some(ids), false, None, None) => {
            let ids = ids.iter().map(|id| id.parse()).collect::<Result<Vec<MethodId>, InvalidId>>();
            done.of_ids(ids.map_err(|error| to_python(py, error))?)
        }
        (None, None, true, None, None) => done.of_all_methods(),
        (None, None, false, Some(device), None) => {
            done.of_device(device.parse().map_err(|error| to_python(py, error))?)
        }
        (None, None, false, None, Some(grant)) => done.of_consent(grant),
        _ => {
            return Err(PyTypeError::new_err(
                "say with at most one of kinds, ids, all_methods, device, consent to what it was done",
            ));
        }
    };
    written(&done)
}

/// Returns a table of effects as JSON: each cell with every claim.
#[pyfunction]
pub(crate) fn effects(table: &str) -> PyResult<String> {
    let tables = [
        ("sessions", EffectTable::Sessions),
        ("methods", EffectTable::Methods),
        ("accounts", EffectTable::Accounts),
    ];
    written(&tables::effects(choice("table", table, &tables)?))
}

/// Returns the fewest permissions, as JSON. What they are for is named by its kind: `operations` in JSON, by
/// name or with their options; a `plan` in JSON; the word of an `incident` or a `registration`.
#[pyfunction]
pub(crate) fn permissions_for(py: Python<'_>, kind: &str, what: &str) -> PyResult<String> {
    written(&permissions(py, kind, what)?)
}

/// Prepares the comparison of the client's own tokens with what operations need.
#[pyfunction]
pub(crate) fn compare_permissions(
    py: Python<'_>,
    client: &Bound<'_, Client>,
    kind: &str,
    what: &str,
) -> PyResult<Pending> {
    let core = client.get().core(py)?;
    let wanted = asked(py, kind, what)?;
    Ok(Pending::new(async move { Ok(Answer::plain(&core.compare_permissions(wanted).await?)) }))
}

/// Returns the script for the Azure CLI that registers an application with these permissions.
#[pyfunction]
pub(crate) fn azure_cli_script(
    py: Python<'_>,
    kind: &str,
    what: &str,
    caller: &str,
    name: &str,
) -> PyResult<String> {
    let callers = [("delegated", CallerKind::Delegated), ("app-only", CallerKind::AppOnly)];
    let caller = choice("caller", caller, &callers)?;
    let script = permissions(py, kind, what)?.azure_cli_script(caller, name);
    script.map_err(|error| to_python(py, error))
}

fn permissions(py: Python<'_>, kind: &str, what: &str) -> PyResult<PermissionSet> {
    Ok(permissions_of(asked(py, kind, what)?))
}

pub(crate) fn asked(py: Python<'_>, kind: &str, what: &str) -> PyResult<Vec<Wanted>> {
    match kind {
        "plan" => Ok(Plan::from_json(what).map_err(|error| to_python(py, error))?.wanted().collect()),
        "incident" => Ok(incident_of(py, what)?.operations().into_iter().map(Wanted::from).collect()),
        "registration" => {
            let words = Registration::ALL.map(|registration| (registration.slug(), registration));
            Ok(choice("registration", what, &words)?.operations().map(Wanted::from).collect())
        }
        _ => wanted(py, what),
    }
}

/// Reads operations, each by name or with its options.
fn wanted(py: Python<'_>, json: &str) -> PyResult<Vec<Wanted>> {
    let given: Vec<Value> = serde_json::from_str(json).map_err(|error| bad_input(&error.to_string()))?;
    let read = |one: &Value| match one {
        Value::String(id) => Wanted::named(id),
        other => AnyOperation::from_json(&other.to_string()).map(|operation| Wanted::from(&operation)),
    };
    given.iter().map(|one| read(one).map_err(|error| to_python(py, error))).collect()
}

/// Reads a list of what was done.
fn read_actions(json: &str) -> PyResult<Vec<ActionDone>> {
    serde_json::from_str(json).map_err(|error| bad_input(&format!("what was done cannot be read: {error}")))
}

/// Returns the JSON of a value.
pub(crate) fn written<T: Serialize>(value: &T) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| PyRuntimeError::new_err(error.to_string()))
}

/// Writes actions as Python keeps them beside a result: separated by commas; `None` if there are none.
pub(crate) fn written_actions(actions: &[ActionDone]) -> PyResult<Option<String>> {
    let texts = actions.iter().map(written).collect::<PyResult<Vec<_>>>()?;
    Ok((!texts.is_empty()).then(|| texts.join(",")))
}

/// Returns the word by which a value is serialised.
pub(crate) fn word<T: Serialize>(value: &T) -> PyResult<String> {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => Ok(word),
        _ => Err(PyRuntimeError::new_err("a value without a word of its own")),
    }
}
