//! The doors that are consents: each grant of the snapshot, and those that were deleted.

use super::super::action::Action;
use super::super::claim::{Claim, Confidence, Fate, REPLICATION, Within};
use super::super::done::Touched;
use super::super::source;
use super::super::token::TokenClass;
use super::door::{Door, DoorKind, consent_name};
use super::scene::{Closing, Deed, Scene, later};
use super::verdict::Draft;
use crate::ids::ObjectId;
use crate::model::{ApplicationOwner, ListedGrant};
use crate::text::printable;

/// The end of a consent.
const DELETED: Claim<Fate> = Claim::documented(Fate::Ended, Within::CaeToken, source::GRANT)
    .note("access tokens issued for it live to their end; a consent for the whole organisation still covers the user, and the user can consent again");

/// The application is disabled: its consents work again when it is enabled.
const DISABLED: Claim<Fate> = Claim::documented(Fate::Held, Within::CaeToken, source::DISABLE_APP)
    .note("access tokens issued for it live to their end");

/// The token by which an application acts for a user: the one that lives longest.
const TOKEN: TokenClass = TokenClass::GraphAccessToken;

pub(super) fn doors(scene: &Scene<'_>) -> Vec<Door> {
    let own = scene.snapshot.grants.collected().map(|list| list.own.as_slice()).unwrap_or_default();
    // A consent that only signs the user in lets nobody into the account.
    let listed = own.iter().enumerate().filter(|(_, listed)| listed.grant.reaches_data());
    let mut doors: Vec<_> = listed.map(|(place, listed)| consent(scene, listed, place)).collect();
    let deleted = scene.deeds.iter().filter(|deed| deed.done.action == Action::DeleteConsent);
    let not_listed: Vec<_> = deleted.map(|deed| not_listed(scene, deed)).collect();
    // The door of the snapshot says more.
    let is_new = |door: &Door| doors.iter().all(|known| known.kind != door.kind);
    let new: Vec<_> = not_listed.into_iter().filter(is_new).collect();
    doors.extend(new);
    doors
}

fn consent(scene: &Scene<'_>, listed: &ListedGrant, place: usize) -> Door {
    let id = listed.grant.id.as_ref().map(|id| id.as_str().to_owned());
    let client = listed.grant.client_id;
    let mut closings = scene.closings(|deed| closing(scene, deed, id.as_deref(), listed));
    closings.extend(scene.blocked_in_snapshot(Action::BlockSignIn.on_session(TOKEN).weakest()));
    closings.extend(shown_disabled(scene, listed));
    let first_party = listed.owner == ApplicationOwner::Microsoft;
    let off = closings.iter().any(|closing| closing.action == Action::DisableApplication && closing.sure);
    let closers = scene.closers(|action| match action {
        Action::DeleteConsent => Fate::Ended,
        Action::DisableApplication if !first_party && !off => Fate::Held,
        action if action.is_block() => action.on_session(TOKEN).weakest().effect,
        _ => Fate::Survives,
    });
    let means = listed.scopes.iter().map(|scope| match &scope.means {
        Some(means) => printable(means),
        None => printable(&scope.scope),
    });
    let draft = Draft {
        label: format!("the consent to {}", name(listed, client)),
        kind: DoorKind::Consent { id: Some(consent_name(listed, place)) },
        certain: true,
        why: format!(
            "no reset and no revocation ends it; the application: {}",
            means.collect::<Vec<_>>().join(", ")
        ),
        closers,
        source: source::APP_CONSENT,
        confidence: Confidence::Documented,
    };
    draft.judge(&closings, scene.now)
}

/// Names the application of a consent, as somebody chose it.
fn name(listed: &ListedGrant, client: Option<ObjectId>) -> String {
    match (&listed.client_name, client) {
        (Some(name), _) => format!("the application {}", printable(name)),
        (None, Some(id)) => format!("the application {id}"),
        (None, None) => "an unknown application".into(),
    }
}

/// Returns what an action does to a consent.
fn closing(
    scene: &Scene<'_>,
    deed: &Deed<'_>,
    id: Option<&str>,
    listed: &ListedGrant,
) -> Option<(Claim<Fate>, bool)> {
    let is_newer = scene.snapshot.taken_at >= later(deed.done.at, REPLICATION);
    match (deed.done.action, &deed.done.target) {
        // A newer snapshot lists it: the user may have consented again.
        (Action::DeleteConsent, _) if is_newer => None,
        (Action::DeleteConsent, Touched::Consent(deleted)) => {
            (Some(deleted.as_str()) == id).then_some((DELETED, deed.sure))
        }
        (Action::DeleteConsent, _) => Some((DELETED, false)),
        (Action::DisableApplication, _) if is_newer && is_enabled(listed) != Some(false) => None,
        (Action::DisableApplication, Touched::Application(disabled)) => {
            (listed.grant.client_id == Some(*disabled)).then_some((DISABLED, deed.sure))
        }
        (Action::DisableApplication, _) => Some((DISABLED, false)),
        (action, _) if action.is_block() => Some((action.on_session(TOKEN).weakest(), deed.sure)),
        _ => None,
    }
}

fn is_enabled(listed: &ListedGrant) -> Option<bool> {
    listed.client.as_ref()?.account_enabled
}

/// The snapshot itself shows that the application is disabled.
fn shown_disabled(scene: &Scene<'_>, listed: &ListedGrant) -> Option<Closing> {
    let at = scene.snapshot.taken_at;
    let to = scene.enabled_again(listed.grant.client_id, at);
    (is_enabled(listed) == Some(false)).then(|| Closing {
        action: Action::DisableApplication,
        at,
        from: DISABLED.within.bound().map(|bound| later(at, bound)),
        to,
        sure: at <= scene.now,
        claim: DISABLED,
    })
}

/// A consent that was deleted and that the snapshot does not list.
fn not_listed(scene: &Scene<'_>, deed: &Deed<'_>) -> Door {
    let id = match &deed.done.target {
        Touched::Consent(id) => Some(id.clone()),
        _ => None,
    };
    let closings = scene.closings(|other| {
        let same = other.done.action == Action::DeleteConsent && other.done.target == deed.done.target;
        same.then_some((DELETED, other.sure && id.is_some()))
    });
    let draft = Draft {
        label: id
            .as_deref()
            .map_or_else(|| "a consent".into(), |id| format!("the consent {}", printable(id))),
        kind: DoorKind::Consent { id },
        certain: true,
        why: "which consent was removed is unknown".into(),
        closers: Vec::new(),
        source: source::GRANT,
        confidence: Confidence::Documented,
    };
    draft.judge(&closings, scene.now)
}
