use serde_json::json;

use super::*;
use crate::model::{AuthenticationMethod, UserRisk};

fn snapshot(minute: i64, user: &Value, methods: &Value) -> AccountSnapshot {
    let mut account = json!({ "id": "3b41c05e-73a1-43b7-86d7-ed8409f55900" });
    account.as_object_mut().unwrap().extend(user.as_object().unwrap().clone());
    let at = OffsetDateTime::from_unix_timestamp(60 * minute).unwrap();
    let mut snapshot = AccountSnapshot::new(serde_json::from_value(account).unwrap(), at);
    let methods: Vec<AuthenticationMethod> = serde_json::from_value(methods.clone()).unwrap();
    snapshot.methods = Part::Collected(MethodList::new(methods));
    snapshot
}

fn phone(number: &str) -> Value {
    json!({ "@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "id": "3179e48a-750b-4051-897c-87b9720928f7",
        "phoneType": "mobile", "phoneNumber": number })
}

#[test]
fn a_number_that_was_replaced_keeps_its_id_and_is_told() {
    let before = snapshot(1, &json!({}), &json!([phone("+1 4255550100")]));
    let after = snapshot(2, &json!({}), &json!([phone("+1 4255550199")]));
    for diff in [after.diff(&before), before.diff(&after)] {
        let [change] = diff.changes.as_slice() else { panic!("{diff}") };
        assert_eq!(
            (change.part, change.kind, change.property.as_deref()),
            ("methods", ChangeKind::Changed, Some("number"))
        );
        assert_eq!(
            (&change.before, &change.after),
            (&Some(json!("+1 4255550100")), &Some(json!("+1 4255550199")))
        );
        assert!(diff.to_string().contains("number +1 4255550100 -> +1 4255550199"), "{diff}");
    }
}

#[test]
fn what_could_not_be_read_is_unknown_and_not_unchanged() {
    let user = json!({ "accountEnabled": true });
    let (mut before, mut after) = (snapshot(1, &user, &json!([])), snapshot(2, &user, &json!([])));
    before.devices = Part::Collected(Vec::new());
    after.devices = Part::Denied { reason: "grant it".into() };
    before.eligible_roles = Part::NotLicensed { reason: "P2".into() };
    after.eligible_roles = Part::NotLicensed { reason: "P2".into() };
    let diff = after.diff(&before);
    assert_eq!((diff.changes.len(), diff.is_unchanged()), (0, None), "{diff}");
    let why = |part| diff.unknown.iter().find(|of| of.part == part).map(|of| of.why.as_str());
    assert_eq!(why("devices"), Some("not read in the later snapshot (denied)"));
    assert_eq!(
        why("risk"),
        Some("not read in the earlier snapshot (unread) and in the later snapshot (unread)")
    );
    assert_eq!((why("eligible_roles"), why("methods")), (None, None));
}

#[test]
fn what_a_list_that_is_not_whole_lacks_is_not_gone_for_sure() {
    let before = snapshot(1, &json!({}), &json!([phone("+1 4255550100")]));
    let mut after = snapshot(2, &json!({}), &json!([]));
    after.methods = Part::Collected(MethodList { partial: true, ..MethodList::default() });
    let diff = after.diff(&before);
    assert!(
        diff.changes.iter().any(|change| change.kind == ChangeKind::Removed && !change.certain),
        "{diff}"
    );
    assert!(diff.unknown.iter().any(|part| part.part == "methods"));
}

#[test]
fn the_account_roles_and_risk_are_compared() {
    let mut before = snapshot(1, &json!({ "accountEnabled": true }), &json!([]));
    let mut after = snapshot(
        2,
        &json!({ "accountEnabled": false, "signInSessionsValidFromDateTime": "2026-03-02T09:00:00Z" }),
        &json!([]),
    );
    before.active_roles = Part::Collected(Vec::new());
    after.active_roles = Part::Collected(vec![RoleHeld::direct("x", "Global Administrator")]);
    before.risk = Part::Collected(None);
    after.risk =
        Part::Collected(Some(UserRisk::new(super::super::RiskLevel::High, super::super::RiskState::AtRisk)));
    let diff = after.diff(&before);
    let properties: Vec<_> = diff.changes.iter().filter_map(|change| change.property.as_deref()).collect();
    assert_eq!(properties, ["account_enabled", "sign_in_sessions_valid_from", "risk_level", "risk_state"]);
    assert!(diff.of_part("active_roles").any(|change| change.what == "role Global Administrator"));
    assert!(serde_json::to_value(&diff).unwrap()["changes"][0]["kind"] == "changed");
}

#[test]
fn two_accounts_cannot_be_compared() {
    let before = snapshot(1, &json!({}), &json!([]));
    let mut after = snapshot(2, &json!({ "accountEnabled": false }), &json!([]));
    after.user.id = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    let diff = after.diff(&before);
    assert_eq!((diff.changes.len(), diff.is_unchanged()), (0, None));
    assert!(diff.to_string().contains("two accounts"), "{diff}");
}
