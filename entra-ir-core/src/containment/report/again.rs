//! What the user has to register again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::status::RunStatus;
use crate::model::MethodKind;
use crate::operations::{AnyOutput, MethodOutcome, MethodsDeleted, Outcome};

/// The methods of one type that a run removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MethodRemoved {
    /// The type.
    pub kind: MethodKind,
    /// The same for people.
    pub label: String,
    /// How many were removed.
    pub removed: usize,
    /// Of how many it is unknown.
    pub unknown: usize,
}

/// Counts the methods that the steps removed, by type.
pub(super) fn of(status: &RunStatus) -> Vec<MethodRemoved> {
    let mut counted: BTreeMap<MethodKind, (usize, usize)> = BTreeMap::new();
    let mut count = |kind: MethodKind, closed: bool, unknown: bool| {
        let (removed, unclear) = counted.entry(kind).or_default();
        *removed += usize::from(closed);
        *unclear += usize::from(unknown);
    };
    let mut all = |deleted: &MethodsDeleted| {
        for MethodOutcome { method, outcome, .. } in &deleted.methods {
            let unknown = matches!(outcome, Outcome::Unknown(_) | Outcome::StillListed);
            if let Some(method) = method.as_ref().filter(|_| unknown || outcome.is_closed()) {
                count(method.kind.clone(), outcome.is_closed(), unknown);
            }
        }
    };
    for output in status.steps.iter().filter_map(|step| step.output.as_deref()) {
        match output {
            AnyOutput::DeleteMethods(deleted) => all(deleted),
            AnyOutput::RequireMfaReregistration(required) => all(&required.deleted),
            _ => {}
        }
    }
    let removed = counted.into_iter().filter(|(kind, _)| *kind != MethodKind::TemporaryAccessPass);
    removed
        .map(|(kind, (removed, unknown))| MethodRemoved { label: kind.to_string(), kind, removed, unknown })
        .collect()
}
