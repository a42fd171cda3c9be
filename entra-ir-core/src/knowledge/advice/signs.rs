//! The signs in the snapshot that the person who asks for help is an attacker.

use time::{Duration, OffsetDateTime};

use super::Incident;
use crate::ids::MethodId;
use crate::model::{AccountSnapshot, AuthenticationMethod, MethodKind, Part, RiskLevel, RiskState};
use crate::text::moment;

/// A change within this time counts against the caller.
const LATELY: Duration = Duration::days(30);

/// Lists the signs, and what was not read of them.
pub(super) fn of(incident: &Incident, snapshot: &AccountSnapshot) -> Vec<String> {
    let Incident::LostMethods { lost } = incident else { return Vec::new() };
    let mut signs = Vec::new();
    methods(lost, snapshot, &mut signs);
    match &snapshot.risk {
        Part::Collected(None) => {}
        Part::Collected(Some(risk)) => {
            let stands = matches!(risk.state, Some(RiskState::AtRisk | RiskState::ConfirmedCompromised));
            let high = matches!(risk.level, Some(RiskLevel::High | RiskLevel::Medium));
            if stands || high {
                signs.push(
                    "Identity Protection reports an open risk: resolve it before anything is given".into(),
                );
            }
        }
        part => signs.push(format!("not read: the user's risk ({})", part.state())),
    }
    if let Some(changed) = snapshot.user.last_password_change_date_time.filter(|at| is_late(*at, snapshot)) {
        signs.push(format!("the password was set or reset lately: {}", day(changed)));
    }
    let devices = snapshot.devices.collected().map(Vec::as_slice).unwrap_or_default();
    for device in devices {
        if let Some(at) = device.registered.filter(|at| is_late(*at, snapshot)) {
            signs.push(format!("a device was registered lately: {}", day(at)));
        }
    }
    signs.push(
        "not read here: sign-ins from new places, and other resets of the last days (sign-in and audit logs)"
            .into(),
    );
    signs
}

fn methods(lost: &[MethodId], snapshot: &AccountSnapshot, signs: &mut Vec<String>) {
    let Some(shown) = snapshot.methods.collected() else {
        signs.push(format!("not read: the methods ({})", snapshot.methods.state()));
        return;
    };
    for method in &shown.methods {
        if let Some(used) = method.last_used.filter(|used| is_lost(lost, method) && is_today(*used, snapshot))
        {
            signs.push(format!("{}, which is reported lost, was used on {}", method.label(), moment(used)));
        }
        if let Some(created) =
            method.created.filter(|at| method.kind != MethodKind::Password && is_late(*at, snapshot))
        {
            signs.push(format!("{} was registered lately: {}", method.label(), day(created)));
        }
    }
    if shown.methods.iter().any(|method| method.kind == MethodKind::Phone && method.created.is_none()) {
        signs.push(
            "Graph does not show when a phone number was changed: check the audit logs of the last 30 days"
                .into(),
        );
    }
}

/// Without names, what the portal's button removes counts as lost.
fn is_lost(lost: &[MethodId], method: &AuthenticationMethod) -> bool {
    if lost.is_empty() { method.kind.is_reregistered_by_portal() } else { lost.contains(&method.id) }
}

fn is_late(at: OffsetDateTime, snapshot: &AccountSnapshot) -> bool {
    at > snapshot.taken_at.saturating_sub(LATELY)
}

fn is_today(at: OffsetDateTime, snapshot: &AccountSnapshot) -> bool {
    at > snapshot.taken_at.saturating_sub(Duration::days(1))
}

fn day(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC).date().to_string()
}
