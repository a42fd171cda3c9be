//! The JSON Schema of what the tables tell, and of what they are asked about.

use serde_json::Value;

use super::tables::Effects;
use super::{ActionDone, Advice, Needed, OpenDoors, PermissionComparison, PermissionSet, Preflight};
use crate::model::SnapshotDiff;
use crate::schema::of_output;

/// Returns the JSON Schema of each answer and of [`ActionDone`], by the name of its file in `docs/schema`.
pub fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("open_doors.output", of_output::<OpenDoors>()),
        ("advise.output", of_output::<Advice>()),
        ("plan_for.output", of_output::<Vec<Needed>>()),
        ("permissions_for.output", of_output::<PermissionSet>()),
        ("preflight.output", of_output::<Preflight>()),
        ("compare_permissions.output", of_output::<PermissionComparison>()),
        ("diff.output", of_output::<SnapshotDiff>()),
        ("effects.output", of_output::<Effects>()),
        ("action_done", of_output::<ActionDone>()),
    ]
}
