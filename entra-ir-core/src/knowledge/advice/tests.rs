use serde_json::json;
use time::OffsetDateTime;

use super::super::{Action, DoorKind};
use super::{Advice, Situation, advise};
use crate::model::{DomainAuthentication, MethodList, Part, RoleHeld, UserPicture};

fn picture(more: &serde_json::Value) -> UserPicture {
    let mut user = json!({ "id": "3b41c05e-73a1-43b7-86d7-ed8409f55900", "accountEnabled": true });
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut picture = UserPicture::of(
        serde_json::from_value(user).unwrap(),
        OffsetDateTime::from_unix_timestamp(1_780_000_000).unwrap(),
    );
    let methods = json!([
        { "@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "key" },
        { "@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "id": "phone" },
    ]);
    picture.methods = Part::Collected(MethodList::new(serde_json::from_value(methods).unwrap()));
    picture.devices = Part::Collected(Vec::new());
    picture.domain = Part::Collected(DomainAuthentication::Managed);
    picture
}

fn situations() -> [Situation; 6] {
    [
        Situation::PasswordKnown,
        Situation::SessionStolen,
        Situation::MethodRegistered { suspects: vec!["key".parse().unwrap()] },
        Situation::DeviceLost { device: None },
        Situation::FactorsLost,
        Situation::MaliciousConsent { grant: Some("grant".into()) },
    ]
}

fn actions(advice: &Advice) -> Vec<Action> {
    advice.steps.iter().map(|step| step.action).collect()
}

#[test]
fn each_step_says_all_it_must() {
    for user in
        [json!({}), json!({ "onPremisesSyncEnabled": true }), json!({ "externalUserState": "Accepted" })]
    {
        let picture = picture(&user);
        for situation in situations() {
            let advice = advise(situation, &picture);
            assert!(!advice.steps.is_empty(), "{advice}");
            for step in &advice.steps {
                let said = [step.reason, step.source, step.does_not, step.cost, step.when, &step.needs];
                assert!(said.iter().all(|text| !text.is_empty()), "{} of {advice}", step.action);
                assert!(step.operation.is_some() || step.elsewhere.is_some(), "{}", step.action);
            }
        }
    }
}

#[test]
fn against_an_attacker_only_what_the_advice_opened_is_left() {
    for situation in situations().into_iter().take(4) {
        let advice = advise(situation, &picture(&json!({})));
        let opened =
            |kind: &DoorKind| matches!(kind, DoorKind::NewPassword { .. } | DoorKind::AccessPass { .. });
        assert!(advice.left_open.iter().all(|left| opened(&left.kind)), "{advice}");
        assert!(!advice.left_open.is_empty() && !advice.disagreements.is_empty());
        assert_eq!(
            actions(&advice).iter().filter(|action| **action == Action::RevokeSignInSessions).count(),
            2
        );
    }
}

#[test]
fn variants_come_from_the_picture() {
    let synced = advise(Situation::PasswordKnown, &picture(&json!({ "onPremisesSyncEnabled": true })));
    let steps = actions(&synced);
    assert!(steps.contains(&Action::BlockOnPremises) && steps.contains(&Action::ResetPasswordGraphAction));
    assert!(!steps.contains(&Action::ResetPasswordGraphProfile));
    let unblock: Vec<_> = synced.steps.iter().filter(|step| step.action == Action::UnblockSignIn).collect();
    assert!(unblock.len() == 1 && unblock[0].reason.contains("Active Directory"), "{synced}");
    assert!(synced.disagreements.iter().any(|disagreement| disagreement.about.contains("synced")));

    let mut federated = picture(&json!({}));
    federated.domain = Part::Collected(DomainAuthentication::Federated);
    assert!(
        actions(&advise(Situation::PasswordKnown, &federated)).contains(&Action::ResetPasswordOnPremises)
    );

    let guest = advise(Situation::PasswordKnown, &picture(&json!({ "externalUserState": "Accepted" })));
    let steps = actions(&guest);
    assert!(steps.contains(&Action::BlockInHomeTenant) && steps.contains(&Action::BlockSignIn));
    assert!(!steps.contains(&Action::UnblockSignIn) && !steps.contains(&Action::CreateTemporaryAccessPass));

    let mut privileged = picture(&json!({}));
    privileged.active_roles = Part::Collected(vec![RoleHeld::direct("id", "Global\u{202e} Administrator")]);
    let advice = advise(Situation::PasswordKnown, &privileged);
    assert_eq!(advice.privileged, Some(true));
    assert!(advice.steps.iter().any(|step| step.needs.contains("Privileged Authentication Administrator")));
    assert!(
        advice.notes.iter().any(|note| note.contains("Global")) && !advice.to_string().contains('\u{202e}')
    );
}

#[test]
fn of_an_unknown_kind_the_advice_says_so() {
    let advice = advise(Situation::PasswordKnown, &picture(&json!({ "creationType": "Teleported" })));
    assert_eq!(advice.account, crate::knowledge::AccountKind::Unknown);
    assert!(advice.notes.iter().any(|note| note.contains("not know")), "{advice}");
    assert!(actions(&advice).contains(&Action::RevokeSignInSessions));
}

#[test]
fn an_honest_user_with_a_new_phone_is_not_locked_out() {
    let advice = advise(Situation::FactorsLost, &picture(&json!({})));
    let steps = actions(&advice);
    assert_eq!(steps.last(), Some(&Action::CreateTemporaryAccessPass));
    assert!(!steps.contains(&Action::BlockSignIn));
    assert!(advice.left_open.iter().any(|left| left.kind == DoorKind::Password), "{advice}");

    let blocks = [Action::BlockSignIn, Action::BlockOnPremises, Action::BlockInHomeTenant];
    for user in [json!({ "externalUserState": "Accepted" }), json!({ "onPremisesSyncEnabled": true })] {
        let advice = advise(Situation::FactorsLost, &picture(&user));
        assert!(advice.steps.iter().all(|step| !blocks.contains(&step.action)), "{advice}");
        assert!(!advice.steps.is_empty());
        let disputed = |what| advice.disagreements.iter().any(|of| of.about.contains(what));
        assert!(!disputed("blocked"), "nobody is to be blocked: {advice}");
    }
}
