//! The places that Graph does not show, in the report of a run.

use serde::{Deserialize, Serialize};

use super::super::plan::Plan;
use crate::knowledge::{Outside, outside};

/// A place that Graph does not show, what may be open there, and how to look and close it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OutsideGraph {
    /// The place.
    pub place: String,
    /// What may be open there.
    pub door: String,
    /// The cmdlet, the console or the people to check and close it.
    pub close: String,
    /// Who says so.
    pub source: Option<String>,
    /// The address of the page that says so.
    pub url: Option<String>,
    /// Whether the plan names it.
    pub in_plan: bool,
}

/// Lists what may be open for the kind of account, those that the plan names first.
pub(super) fn of(plan: &Plan) -> Vec<OutsideGraph> {
    let known = outside(plan.seen.kind);
    let row = |of: &Outside, in_plan| OutsideGraph {
        place: of.place.to_owned(),
        door: of.door.to_owned(),
        close: of.close.to_owned(),
        source: Some(of.source.to_string()),
        url: of.source.url.map(str::to_owned),
        in_plan,
    };
    let names = |text: &str, of: &Outside| text.split(": ").next() == Some(of.place);
    let mut rows: Vec<OutsideGraph> = plan
        .outside
        .iter()
        .map(|text| {
            Outside::all().iter().find(|of| names(text, of)).map_or_else(|| own(text), |of| row(of, true))
        })
        .collect();
    let more = known.iter().filter(|of| !plan.outside.iter().any(|text| names(text, of)));
    rows.extend(more.map(|of| row(of, false)));
    rows
}

/// Reads a line that somebody added to a plan.
fn own(text: &str) -> OutsideGraph {
    let mut parts = text.splitn(3, ": ").map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    OutsideGraph { place: next(), door: next(), close: next(), source: None, url: None, in_plan: true }
}
