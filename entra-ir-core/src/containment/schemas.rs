//! The JSON Schema of plans, previews, runs and their events.

use serde_json::Value;

use super::{
    Draft, Gate, Plan, PlanPreview, PurgeRecord, RealDrilled, Run, RunEvent, RunReport, RunStatus, Undone,
    Watched,
};
use crate::schema::of_output;

/// Returns the JSON Schema of each form of containment, by the name of its file in `docs/schema`.
pub fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("plan", of_output::<Plan>()),
        ("plan_preview.output", of_output::<PlanPreview>()),
        ("run.output", of_output::<Run>()),
        ("gate.output", of_output::<Gate>()),
        ("undone.output", of_output::<Undone>()),
        ("watched.output", of_output::<Watched>()),
        ("real_drilled.output", of_output::<RealDrilled>()),
        ("run_event.output", of_output::<RunEvent>()),
        ("run_status.output", of_output::<RunStatus>()),
        ("run_report.output", of_output::<RunReport>()),
        ("draft.output", of_output::<Draft>()),
        ("purge_record.output", of_output::<PurgeRecord>()),
    ]
}
