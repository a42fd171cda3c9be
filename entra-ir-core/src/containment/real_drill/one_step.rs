//! The plan of a drill: one call on a test account.

use super::super::plan::{FORMAT, OnFailure, Phase, Plan, PlanStep, Seen};
use crate::knowledge::{Action, Touched};
use crate::model::AccountSnapshot;
use crate::operations::AnyOperation;

/// Makes a plan of one call.
pub(super) fn one_step(
    call: AnyOperation,
    phase: Phase,
    actions: Vec<Action>,
    snapshot: &AccountSnapshot,
) -> Plan {
    let spec = call.spec();
    let step = PlanStep {
        title: spec.summary.to_owned(),
        phase,
        when: String::new(),
        wait: None,
        reason: "it is tried on a test account".to_owned(),
        source: spec.doc.to_owned(),
        does_not: spec.does_not.to_owned(),
        cost: String::new(),
        needs: String::new(),
        on_failure: OnFailure::GoOn,
        call: Some(call),
        by_hand: None,
        among: Vec::new(),
        actions,
        target: Touched::Account,
        task: None,
        ids: Vec::new(),
    };
    Plan {
        format: FORMAT,
        incident: "drill".to_owned(),
        name: "a drill on a test account".to_owned(),
        account: snapshot.user.id,
        seen: Seen::of(snapshot),
        steps: vec![step],
        choices: Vec::new(),
        outside: Vec::new(),
    }
}
