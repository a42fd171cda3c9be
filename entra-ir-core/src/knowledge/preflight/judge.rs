//! What Graph would answer to an operation, by what is known of the caller, the account and the tenant.

use super::super::permissions::Wanted;
use super::reach::Act;
use super::standing::{CallerFound, Reached, Standing, enough_roles};
use super::{Expectation, Obstacle, ObstacleKind};
use crate::cloud::Cloud;
use crate::model::UserKind;
use crate::operations::CATALOG;
use crate::spec::{CallerKind, OperationSpec, Workload};
use crate::text::listed;

/// What one caller would be answered.
#[derive(Debug, Default)]
pub(super) struct Judged {
    refused: Vec<Obstacle>,
    unknown: Vec<Obstacle>,
    notes: Vec<String>,
}

impl Judged {
    pub(super) const fn expected(&self) -> Expectation {
        match (self.refused.is_empty(), self.unknown.is_empty()) {
            (false, _) => Expectation::Refused,
            (true, false) => Expectation::CannotTell,
            (true, true) => Expectation::Allowed,
        }
    }

    /// Returns the reasons, and what to know beside them.
    pub(super) fn reasons(self) -> (Vec<Obstacle>, Vec<String>) {
        if self.refused.is_empty() { (self.unknown, self.notes) } else { (self.refused, Vec::new()) }
    }

    fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    fn refuse(&mut self, kind: ObstacleKind, text: impl Into<String>) {
        self.refused.push(Obstacle { kind, text: text.into() });
    }

    fn doubt(&mut self, kind: ObstacleKind, text: impl Into<String>) {
        self.unknown.push(Obstacle { kind, text: text.into() });
    }
}

/// Judges one operation of one caller.
pub(super) fn judge(
    wanted: &Wanted,
    cloud: Cloud,
    caller: &CallerFound,
    standing: Option<&Standing<'_>>,
) -> Judged {
    let (mut judged, spec) = (Judged::default(), wanted.spec);
    if !spec.clouds.contains(cloud) {
        judged.refuse(ObstacleKind::Cloud, format!("the cloud {cloud} does not have it"));
        return judged;
    }
    let request = main_request(spec, standing);
    permissions(&mut judged, wanted, request, caller);
    reads(&mut judged, spec, caller);
    if caller.is_delegated() {
        roles(&mut judged, request, caller, standing);
        sign_in(&mut judged, request, caller);
    } else {
        application(&mut judged, request, caller, standing);
    }
    if let Some(standing) = standing {
        account(&mut judged, spec, caller, standing);
    }
    judged
}

/// Returns the request that decides: the reset of a synced user is another one.
fn main_request(spec: &'static OperationSpec, standing: Option<&Standing<'_>>) -> &'static OperationSpec {
    let written_back =
        spec.id == "reset_password" && standing.is_some_and(|of| of.kind() == UserKind::Synced);
    let action = |used: &&&OperationSpec| used.endpoint.path.ends_with("/resetPassword");
    if written_back { spec.uses.iter().find(action).copied().unwrap_or(spec) } else { spec }
}

fn permissions(judged: &mut Judged, wanted: &Wanted, spec: &'static OperationSpec, caller: &CallerFound) {
    let Some(kind) = caller.kind else {
        judged.doubt(
            ObstacleKind::CallerUnknown,
            "it is not known whether a signed-in user or an application calls",
        );
        return;
    };
    let sets = wanted.any_of(spec, kind);
    if sets.is_empty() {
        let (here, there) = match kind {
            CallerKind::AppOnly => ("an application", "sign in as an administrator"),
            CallerKind::Delegated => ("a signed-in user", "use an application's own credential"),
        };
        judged.refuse(ObstacleKind::OtherCaller, format!("Graph does not offer it to {here}: {there}"));
        return;
    }
    match caller.holds(&sets) {
        Some(true) => {}
        Some(false)
            if alone(spec).is_some_and(|part| caller.holds(part.permissions.of(kind)) == Some(true)) =>
        {
            judged.note("only the block would be allowed: the password would not be set");
        }
        Some(false) => {
            let any: Vec<_> = sets.iter().map(|set| set.join(" with ")).collect();
            let word = if kind == CallerKind::Delegated { "delegated" } else { "application" };
            judged.refuse(
                ObstacleKind::Permission,
                format!(
                    "the token of {} has no permission for it: grant the {word} permission {} and consent to it as an administrator",
                    caller.name(),
                    any.join(" or ")
                ),
            );
        }
        None => judged.doubt(
            ObstacleKind::Permission,
            format!("the permissions in the token of {} cannot be read", caller.name()),
        ),
    }
}

/// Returns the part of a lock-out that is done if the rest is refused.
fn alone(spec: &OperationSpec) -> Option<&'static OperationSpec> {
    CATALOG.iter().copied().find(|part| spec.id == "lock_out" && part.id == "block_sign_in")
}

/// The reads without which an operation does nothing: the account, and the methods that it would delete. What
/// an operation reads beside them only adds warnings.
const FIRST: [&str; 2] = ["get_user", "list_methods"];

fn reads(judged: &mut Judged, spec: &OperationSpec, caller: &CallerFound) {
    if !spec.effect.writes() {
        return;
    }
    let Some(kind) = caller.kind else { return };
    for used in spec.uses.iter().filter(|used| !used.effect.writes()) {
        let sets = used.permissions.of(kind);
        if sets.is_empty() || caller.holds(sets) != Some(false) {
            continue;
        }
        let any: Vec<_> = sets.iter().map(|set| set.join(" with ")).collect();
        let needed = any.join(" or ");
        if FIRST.contains(&used.id) {
            judged.refuse(
                ObstacleKind::Permission,
                format!(
                    "{} comes first, and the token of {} has no permission for it: {needed}",
                    used.id,
                    caller.name()
                ),
            );
        } else {
            judged.note(format!("{} would not be allowed: it takes {needed}", used.id));
        }
    }
}

fn roles(judged: &mut Judged, spec: &OperationSpec, caller: &CallerFound, standing: Option<&Standing<'_>>) {
    if spec.roles.is_empty() || standing.is_some_and(|of| acts_on_itself(spec, caller, of)) {
        return;
    }
    let enough = enough_roles(spec, standing);
    let needed = listed(&enough, "or");
    let Some(held) = &caller.roles else {
        judged.doubt(
            ObstacleKind::Role,
            format!("the roles of the signed-in user could not be read; it takes {needed}"),
        );
        return;
    };
    let names: Vec<&str> = held.iter().map(String::as_str).collect();
    let is_listed = spec.roles.iter().chain(&["Global Administrator"]).any(|role| names.contains(role));
    if !is_listed {
        judged.refuse(
            ObstacleKind::Role,
            format!("the signed-in user holds none of the roles that may do it: it takes {needed}, active"),
        );
        return;
    }
    let (Some(act), Some(standing)) = (Act::of(spec), standing) else { return };
    let later = standing.may_activate();
    if !later.is_empty() && standing.reached_by(act, &names) != Reached::No && !reaches_everybody(act, &names)
    {
        judged.note(format!(
            "the account may activate {}: once it has, it takes Privileged Authentication Administrator or Global \
            Administrator",
            later.join(", ")
        ));
    }
    match standing.reached_by(act, &names) {
        Reached::Yes => {}
        Reached::No => judged.refuse(
            ObstacleKind::Target,
            format!(
                "the account {}, so it takes {needed}; the signed-in user holds {}",
                standing.because(),
                listed(&names, "and")
            ),
        ),
        Reached::Unknown(unread) => judged.doubt(
            ObstacleKind::Target,
            format!(
                "{} could not be read: if the account is privileged, it takes Privileged Authentication Administrator or \
                Global Administrator",
                listed(&unread, "and")
            ),
        ),
    }
}

fn reaches_everybody(act: Act, callers: &[&str]) -> bool {
    callers.iter().any(|caller| act.reaches(caller, &[None], true))
}

/// What a signed-in user should know beside the answer.
fn sign_in(judged: &mut Judged, spec: &OperationSpec, caller: &CallerFound) {
    let by_mfa = ["mfa", "ngcmfa", "fido", "hwk"];
    let has_mfa = caller.signed_in_with.iter().any(|word| by_mfa.contains(&word.as_str()));
    if Act::of(spec) == Some(Act::Methods) && !caller.signed_in_with.is_empty() && !has_mfa {
        judged.note(
            "the token shows no MFA, without which Graph refuses to remove keys (passkeys, Windows Hello): sign in again \
            with MFA",
        );
    }
}

/// Returns whether the service lets a signed-in user do it to the own account without a role.
fn acts_on_itself(spec: &OperationSpec, caller: &CallerFound, standing: &Standing<'_>) -> bool {
    caller.id == Some(standing.id()) && matches!(Act::of(spec), Some(Act::ReadMethods | Act::ResetOrRevoke))
}

/// An application holds no role. Microsoft's pages do not say whether its permission reaches administrators.
fn application(
    judged: &mut Judged,
    spec: &OperationSpec,
    caller: &CallerFound,
    standing: Option<&Standing<'_>>,
) {
    let Some(standing) = standing.filter(|_| caller.kind == Some(CallerKind::AppOnly)) else { return };
    if !spec.effect.writes() || Act::of(spec).is_none() {
        return;
    }
    if standing.is_privileged() {
        judged.doubt(
            ObstacleKind::Target,
            format!(
                "the account {}, and Microsoft does not document whether an application's permission reaches it: keep a \
                Privileged Authentication Administrator at hand, and try it on a test user (entra-ir drill --real)",
                standing.because()
            ),
        );
    }
}

/// What the account and the tenant themselves rule out.
fn account(judged: &mut Judged, spec: &OperationSpec, caller: &CallerFound, standing: &Standing<'_>) {
    let is_own = caller.is_delegated() && caller.id == Some(standing.id());
    match spec.id {
        "reset_password" | "lock_out" | "create_temporary_access_pass" if is_own => {
            judged.refuse(ObstacleKind::OwnAccount, "it cannot be done to the caller's own account");
        }
        _ => {}
    }
    if standing.kind() == UserKind::ExternalGuest && Act::of(spec) == Some(Act::ResetOrRevoke) {
        judged.note("it ends nothing: the sessions of a guest belong to the home tenant");
    }
    match spec.id {
        "reset_password" | "require_password_change" | "create_temporary_access_pass"
            if standing.kind() == UserKind::ExternalGuest =>
        {
            judged.refuse(
                ObstacleKind::Guest,
                "the credentials of a guest are kept in the home tenant: ask its administrators",
            );
        }
        "require_password_change" if standing.kind() == UserKind::Synced => {
            judged.refuse(
                ObstacleKind::Synced,
                "Active Directory keeps the password of a synced user: set the flag there",
            );
        }
        "reset_password" => password(judged, standing),
        "require_password_change" => federated(judged, standing),
        "create_temporary_access_pass" => match standing.may_use_pass() {
            Some(true) => {}
            Some(false) => judged.note(
                "the pass would not work: the authentication methods policy does not allow the account one, an \
                Authentication Policy Administrator has to enable it",
            ),
            None => judged
                .note("it is not known whether the authentication methods policy allows the account a pass"),
        },
        _ => {}
    }
    if spec.workload == Workload::IdentityProtection && standing.lacks_p2() {
        judged.refuse(
            ObstacleKind::Licence,
            "the tenant has no Microsoft Entra ID P2: continue without it, no permission changes that",
        );
    }
}

fn password(judged: &mut Judged, standing: &Standing<'_>) {
    let synced = standing.kind() == UserKind::Synced;
    if synced && standing.is_privileged() {
        judged.refuse(
            ObstacleKind::Synced,
            format!(
                "the account is synced and {}: password write-back excludes administrators, reset it in Active Directory",
                standing.because()
            ),
        );
    } else if synced {
        judged.doubt(
            ObstacleKind::Synced,
            "the account is synced: it works only if password write-back is set up, which is not read",
        );
    } else {
        federated(judged, standing);
    }
}

fn federated(judged: &mut Judged, standing: &Standing<'_>) {
    match standing.is_federated() {
        Some(true) => judged.refuse(
            ObstacleKind::Federated,
            "the domain is federated: the password is kept at its identity provider, change it there",
        ),
        Some(false) => {}
        None => judged.doubt(
            ObstacleKind::Federated,
            "it is not known whether the domain is federated: the domain could not be read",
        ),
    }
}
