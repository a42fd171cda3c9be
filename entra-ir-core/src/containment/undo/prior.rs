//! The account as it was before a run, from its evidence.

use super::super::digest::Digest;
use super::super::earlier::Earlier;
use super::super::folder::RunPlace;
use crate::model::AccountSnapshot;

/// The end of the name of what was made of all answers.
const WHOLE: &str = "-whole-snapshot.json";

/// Reads the first whole snapshot of the evidence; `None` if it is not there, or not as it was stored.
pub(super) async fn whole_snapshot(earlier: &Earlier, place: &RunPlace) -> Option<AccountSnapshot> {
    let store = place.evidence.as_ref()?;
    let mut kept = earlier.evidence.iter().filter(|kept| kept.missing.is_none());
    let kept = kept.find(|kept| kept.name.ends_with(WHOLE))?;
    let stored = store.read(&kept.name).await.ok().flatten()?;
    if Digest::of_bytes(&stored) != kept.sha256 {
        return None;
    }
    serde_json::from_slice(&stored).ok()
}
