//! Which actions leave a session, and who says so.

use super::super::action::Action;
use super::super::claim::{Confidence, Fate};
use super::super::source::{self, Source};
use super::super::token::TokenClass;
use super::scene::{Deed, Scene};

/// Says which of the actions that were done leave the session, or that none was done.
pub(super) fn survived(scene: &Scene<'_>, class: TokenClass) -> String {
    let leaves = |deed: &&Deed<'_>| deed.done.action.on_session(class).weakest().effect == Fate::Survives;
    let mut left: Vec<_> =
        scene.deeds.iter().filter(leaves).map(|deed| deed.done.action.to_string()).collect();
    left.dedup();
    if left.is_empty() {
        "nothing that was done ends it".into()
    } else {
        format!("it survives: {}", left.join(", "))
    }
}

pub(super) fn evidence(class: TokenClass, closers: &[Action]) -> (Source, Confidence) {
    let claim = closers.first().map(|action| action.on_session(class).weakest());
    claim.map_or((source::REVOKE_ACCESS, Confidence::Documented), |claim| (claim.source, claim.confidence))
}
