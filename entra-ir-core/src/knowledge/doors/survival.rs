//! The actions that a session survives, with their sources.

use super::super::action::Action;
use super::super::claim::{Confidence, Fate};
use super::super::source::{self, Source};
use super::super::token::TokenClass;
use super::scene::{Deed, Scene};

/// Lists which of the actions done the session survives, or that none was done.
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
