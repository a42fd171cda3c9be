//! The fewest permissions and roles that are enough.

use std::collections::BTreeSet;

use super::needs::Need;

/// Returns the fewest permissions that are enough: what has no alternative, then the least of what is not met
/// by that; what turns out idle is taken back. Of those that are on offer only, if not all are.
pub(super) fn least(needs: &[Need], offered: impl Fn(&str) -> bool) -> BTreeSet<&'static str> {
    let mut chosen = BTreeSet::new();
    let possible: Vec<(&Need, Vec<&Vec<&'static str>>)> = needs
        .iter()
        .map(|need| {
            let sets = need.any_of.iter().filter(|set| set.iter().all(|name| offered(name)));
            (need, sets.collect())
        })
        .filter(|(_, sets): &(_, Vec<_>)| !sets.is_empty())
        .collect();
    for (_, sets) in possible.iter().filter(|(_, sets)| sets.len() == 1) {
        chosen.extend(sets[0].iter().copied());
    }
    let is_met =
        |need: &Need, chosen: &BTreeSet<&'static str>| need.met_by(|name| chosen.contains(name)).is_some();
    for (need, sets) in &possible {
        if !is_met(need, &chosen) {
            chosen.extend(sets[0].iter().copied());
        }
    }
    for name in chosen.clone() {
        chosen.remove(name);
        if possible.iter().any(|(need, _)| !is_met(need, &chosen)) {
            chosen.insert(name);
        }
    }
    chosen
}

/// Picks roles until every request that needs one has one: each time the one that serves most, of equals the
/// lesser. Returns each with the requests that it serves.
pub(super) fn roles(needs: &[Need]) -> Vec<(&'static str, Vec<&Need>)> {
    let mut open: Vec<&Need> =
        needs.iter().filter(|need| !need.roles.is_empty() && !need.any_of.is_empty()).collect();
    let mut picked = Vec::new();
    while !open.is_empty() {
        let mut best: (&'static str, usize) = ("", 0);
        for role in open.iter().flat_map(|need| need.roles) {
            let serves = open.iter().filter(|need| need.roles.contains(role)).count();
            if serves > best.1 {
                best = (role, serves);
            }
        }
        let (served, rest): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|need| need.roles.contains(&best.0));
        picked.push((best.0, served));
        open = rest;
    }
    picked
}
