//! Complete scenarios of a user of the library: each runs on the simulated tenant itself, and again over a
//! real socket. The file is long because the macro makes both tests of each scenario in one list.

use std::time::Duration;

use entra_ir_core::model::{MethodKind, PerUserMfaState, RiskLevel, RiskState, UserKind};
use entra_ir_core::operations::{
    ACCOUNT_BLOCKED, ACCOUNT_ENABLED, ACCOUNT_NOT_READ, DISABLED_BY_POLICY, LOCKS_NOBODY_OUT,
    MAY_BE_UNDONE_BY_SYNC, NEEDS_MFA_METHOD, NO_CALL_FOR_REMEMBERED_MFA, NO_EFFECT_ON_CUSTOMER,
    NO_EFFECT_ON_GUEST, NO_RISK_TO_DISMISS, NOT_YET_VALID, NOT_YET_VISIBLE, PASS_REMOVES_NOTHING,
    PASSWORD_PROFILE, REGISTRATION_OPEN, REPLACED_OLDER_PASS, RESET_PASSWORD_ACTION, REVOKE_SIGN_IN_SESSIONS,
    RISK_ACTS_BY_POLICY, RISK_IN_HOME_TENANT, RISK_NO_LONGER_BLOCKS, RISK_STAYS, SESSIONS_GO_ON,
    STILL_SIGNS_IN,
};
use entra_ir_core::operations::{ForceChange, MethodScope, Outcome, PasswordWay};
use entra_ir_core::receipt::Grade;
use entra_ir_core::simulator::{
    AccessPassRules, DefaultMethodWording, Licence, NewMethod, NewUser, Role, SimulatedCaller,
};
use entra_ir_core::{
    CallerKind, Client, ClientBuilder, Error, GraphErrorKind, Refusal, SimulatedTenant, StaticToken,
    Transport,
};
use entra_ir_tests::{client_at, client_of};
use secrecy::{ExposeSecret, SecretString};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

const ADELE: &str = "adele@contoso.example";
const ALEX: &str = "alex@contoso.example";
const BIANCA: &str = "bianca_fabrikam.example#EXT#@contoso.example";
const GRACE: &str = "grace@contoso.example";
const KIRA: &str = "kira@contoso.example";

/// Lets the simulated tenant answer on a socket.
struct Serving(SimulatedTenant);

impl Respond for Serving {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut forwarded = http::Request::new(bytes::Bytes::from(request.body.clone()));
        *forwarded.method_mut() = request.method.as_str().parse().unwrap();
        // Links in answers name the host that the client asked, which is in a header here.
        let path = request.url.as_str().splitn(4, '/').nth(3).unwrap();
        let host = request.headers["host"].to_str().unwrap();
        *forwarded.uri_mut() = format!("http://{host}/{path}").parse().unwrap();
        for (name, value) in &request.headers {
            let name: http::HeaderName = name.as_str().parse().unwrap();
            forwarded.headers_mut().append(name, http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        // The simulated tenant answers without waiting unless a fault says otherwise.
        let answer = futures_util::FutureExt::now_or_never(self.0.send(forwarded)).unwrap().unwrap();
        let mut template = ResponseTemplate::new(answer.status().as_u16());
        for (name, value) in answer.headers() {
            template = template.append_header(name.as_str(), value.to_str().unwrap());
        }
        let mime =
            answer.headers().get("content-type").map_or("", |value| value.to_str().unwrap()).to_owned();
        template.set_body_raw(answer.body().to_vec(), &mime)
    }
}

/// Runs a scenario at the seam and over a socket, each on a fresh Contoso.
macro_rules! scenario {
    ($(#[$doc:meta])* $name:ident($tenant:ident, $client:ident) $body:block) => {
        mod $name {
            use super::*;

            async fn scenario($tenant: SimulatedTenant, builder: impl Fn() -> ClientBuilder) {
                let $client = || builder().build().unwrap();
                $body
            }

            #[tokio::test(start_paused = true)]
            async fn on_the_simulated_tenant() {
                let tenant = SimulatedTenant::contoso();
                scenario(tenant.clone(), || client_of(&tenant)).await;
            }

            #[tokio::test]
            async fn over_a_socket() {
                let tenant = SimulatedTenant::contoso();
                tenant.password_reset_polls(1);
                let server = MockServer::start().await;
                Mock::given(any()).respond_with(Serving(tenant.clone())).mount(&server).await;
                scenario(tenant, || client_at(&server.uri())).await;
            }
        }
    };
}

fn app_only(tenant: &SimulatedTenant) -> Client {
    tenant.set_caller(SimulatedCaller::app_only());
    client_of(tenant).credential(StaticToken::new("app").speaking_for(CallerKind::AppOnly)).build().unwrap()
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => *refusal,
        other => panic!("not a refusal: {other:?}"),
    }
}

fn writes(tenant: &SimulatedTenant) -> usize {
    tenant.exchanges().iter().filter(|exchange| exchange.method() != http::Method::GET).count()
}

scenario! { an_account_is_shut(tenant, client) {
    let client = client();
    let before = tenant.sessions_valid_from(ADELE).unwrap();
    tenant.advance(Duration::from_secs(3600));
    let old = tenant.password_of(ADELE).unwrap();

    let blocked = client.block_sign_in(ADELE).await.unwrap();
    assert_eq!((blocked.grade, blocked.mechanism), (Grade::Accepted, ACCOUNT_ENABLED));
    assert!(!tenant.user(ADELE).unwrap().enabled);

    let reset = client.reset_password(ADELE).await.unwrap();
    let new = tenant.password_of(ADELE).unwrap();
    assert_ne!(new.expose_secret(), old.expose_secret());
    assert_eq!(reset.password.unwrap().expose_secret(), new.expose_secret());
    assert!(tenant.must_change_password(ADELE) && reset.receipt.has(&SESSIONS_GO_ON));

    let deleted = client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();
    assert!(deleted.is_complete(), "{deleted:#?}");
    assert_eq!(deleted.receipt.grade, Grade::Confirmed);
    assert!(tenant.methods_of(ADELE).iter().all(|method| method.kind == MethodKind::Password));

    tenant.advance(Duration::from_secs(60));
    let revoked = client.revoke_sign_in_sessions(ADELE).confirm().await.unwrap();
    assert_eq!(revoked.receipt.grade, Grade::Confirmed);
    assert!(revoked.valid_from > Some(before) && revoked.valid_from == tenant.sessions_valid_from(ADELE));
    assert_eq!(revoked.receipt.target, tenant.user(ADELE).unwrap().id.into(), "writes name the object id");
    assert!(revoked.receipt.request_id().is_some() && revoked.receipt.server_date().is_some());

    client.unblock_sign_in(ADELE).await.unwrap();
    assert!(tenant.user(ADELE).unwrap().enabled);
}}

scenario! { reregistration_leaves_the_passkey_and_says_so(tenant, client) {
    let required = client().require_mfa_reregistration(ADELE).await.unwrap();
    let left: Vec<_> = tenant.methods_of(ADELE).into_iter().map(|method| method.kind).collect();
    assert!(left.contains(&MethodKind::Fido2), "{left:?}");
    assert!(!left.contains(&MethodKind::Phone) && !left.contains(&MethodKind::MicrosoftAuthenticator), "{left:?}");
    let receipt = &required.deleted.receipt;
    assert_eq!(receipt.operation, "require_mfa_reregistration");
    let warning = receipt.warnings.iter().find(|warning| warning.is(&STILL_SIGNS_IN)).unwrap().to_string();
    assert!(warning.starts_with("these methods still sign in") && warning.contains("YubiKey"), "{warning}");
    let next: Vec<_> = required.next.iter().map(|step| &*step.operation).collect();
    assert_eq!(next, ["revoke_sign_in_sessions", "delete_methods", "create_temporary_access_pass"]);
    assert!(required.deleted.is_complete(), "all that the portal's button takes is gone");
}}

scenario! { removing_the_last_method_warns_that_registration_is_open(tenant, client) {
    let phone_only = || NewUser::cloud("x@contoso.example").method(NewMethod::phone_mobile("+1 4255550141"));
    let warns = async || {
        let deleted = client().delete_methods("x@contoso.example", MethodScope::AllRemovable).await.unwrap();
        deleted.receipt.has(&REGISTRATION_OPEN)
    };
    tenant.add_user(phone_only());
    assert!(warns().await);
    assert!(!warns().await, "nothing was removed");
    tenant.add_user(phone_only());
    client().block_sign_in("x@contoso.example").await.unwrap();
    assert!(!warns().await, "the block holds it");

    tenant.add_user(phone_only().method(NewMethod::passkey("YubiKey")));
    let user = "x@contoso.example";
    let required = client().require_mfa_reregistration(user).await.unwrap();
    assert!(!required.deleted.receipt.has(&REGISTRATION_OPEN), "registration asks for the passkey");
    tenant.add_user(phone_only());
    client().create_temporary_access_pass(user).await.unwrap();
    let required = client().require_mfa_reregistration(user).await.unwrap();
    assert!(!required.deleted.receipt.has(&REGISTRATION_OPEN), "and for the pass");
}}

scenario! { hardware_tokens_are_deactivated_by_the_portal_s_scope(tenant, client) {
    let client = client();
    let list = client.list_methods(GRACE).await.unwrap();
    assert!(list.methods.iter().all(|method| method.kind != MethodKind::HardwareOath), "v1.0 does not show them");
    let list = client.list_methods(GRACE).include_beta().await.unwrap();
    assert!(list.methods.iter().any(|method| method.kind == MethodKind::HardwareOath));

    let deleted = client.delete_methods(GRACE, MethodScope::PortalReregister).await.unwrap();
    let token = deleted.methods.iter().find(|of| of.method.as_ref().unwrap().kind == MethodKind::HardwareOath).unwrap();
    assert_eq!(token.outcome, Outcome::Deactivated);
    assert!(tenant.methods_of(GRACE).iter().any(|method| method.kind == MethodKind::HardwareOath), "it stays assigned");
    let all = client.delete_methods(GRACE, MethodScope::AllRemovable).await.unwrap();
    assert!(all.is_complete(), "{all:#?}");
}}

scenario! { unknown_types_are_reported_as_not_removed(tenant, client) {
    let deleted = client().delete_methods(KIRA, MethodScope::AllRemovable).await.unwrap();
    let unknown: Vec<_> = deleted.methods.iter().filter(|of| of.outcome == Outcome::UnknownType).collect();
    assert_eq!(unknown.len(), 1);
    assert_eq!(unknown[0].method.as_ref().unwrap().raw["resolution"], 8192, "kept whole");
    assert!(!deleted.is_complete());
    assert_eq!(deleted.receipt.grade, Grade::Accepted);
    assert!(deleted.receipt.has(&STILL_SIGNS_IN), "an unknown type may sign in");
    let left: Vec<_> = tenant.methods_of(KIRA).into_iter().map(|method| method.kind).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}}

scenario! { both_wordings_of_the_default_refusal_are_understood(tenant, client) {
    tenant.set_default_method_wording(DefaultMethodWording::Of2021);
    let client = client();
    let list = client.list_methods(ADELE).await.unwrap();
    let app = list.methods.iter().find(|method| method.kind == MethodKind::MicrosoftAuthenticator).unwrap();
    let error = client.delete_method(ADELE, app.kind.clone(), app.id.clone()).await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::DefaultMethod);
    let deleted = client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();
    assert!(deleted.is_complete(), "{deleted:#?}");
}}

scenario! { a_mobile_number_waits_for_the_alternate_one(tenant, client) {
    let client = client();
    let list = client.list_methods(ADELE).await.unwrap();
    let mobile = list.methods.iter().find(|method| method.label().starts_with("phone number mobile")).unwrap().id.clone();
    let deleted = client.delete_methods(ADELE, MethodScope::Ids(vec![mobile.clone()])).await.unwrap();
    let Outcome::Refused(why) = &deleted.methods[0].outcome else { panic!("{deleted:#?}") };
    assert!(why.contains("alternate mobile"), "{why}");
    assert!(!deleted.is_complete() && tenant.methods_of(ADELE).iter().any(|method| method.id == mobile));
}}

scenario! { what_was_registered_since_is_told_from_what_has_no_date(tenant, client) {
    let since = tenant.now() - Duration::from_secs(7 * 24 * 3600);
    let deleted = client().delete_methods(ADELE, MethodScope::RegisteredSince(since)).await.unwrap();
    let of = |kind: MethodKind| -> Vec<Outcome> {
        let of_kind = deleted.methods.iter().filter(|of| of.method.as_ref().is_some_and(|method| method.kind == kind));
        of_kind.map(|of| of.outcome.clone()).collect()
    };
    assert_eq!(of(MethodKind::Fido2), [Outcome::Removed], "a day old");
    assert_eq!(of(MethodKind::MicrosoftAuthenticator), [], "older");
    assert_eq!(of(MethodKind::Phone), [Outcome::UnknownAge, Outcome::UnknownAge]);
    assert!(!deleted.is_complete());
    assert_eq!(tenant.methods_of(ADELE).iter().filter(|method| method.kind == MethodKind::Phone).count(), 2);
}}

scenario! { ids_and_types_are_removed_and_nothing_else(tenant, client) {
    let client = client();
    let before = tenant.methods_of(ADELE).len();
    let scope = MethodScope::Only(vec![MethodKind::SoftwareOath]);
    assert!(client.delete_methods(ADELE, scope).await.unwrap().is_complete());
    assert_eq!(tenant.methods_of(ADELE).len(), before - 1);
    let password = "28c10230-6103-485e-b985-444c60001490".parse().unwrap();
    let scope = MethodScope::Ids(vec!["not-there".parse().unwrap(), password]);
    let deleted = client.delete_methods(ADELE, scope).await.unwrap();
    let outcomes: Vec<_> = deleted.methods.iter().map(|of| of.outcome.clone()).collect();
    assert_eq!(outcomes, [Outcome::AlreadyGone, Outcome::NotRemovable]);
    assert_eq!((deleted.receipt.grade, deleted.is_complete()), (Grade::NotSent, false));
}}

scenario! { guests_sessions_are_elsewhere(tenant, client) {
    let before = tenant.sessions_valid_from(BIANCA);
    let revoked = client().revoke_sign_in_sessions(BIANCA).await.unwrap();
    assert!(revoked.receipt.has(&NO_EFFECT_ON_GUEST));
    assert_eq!(revoked.receipt.grade, Grade::Accepted);
    assert_eq!(tenant.sessions_valid_from(BIANCA), before);
    let user = client().get_user(BIANCA).await.unwrap();
    assert_eq!(user.kind(), UserKind::ExternalGuest);
    for refused in [
        refusal(client().reset_password(BIANCA).await),
        refusal(client().create_temporary_access_pass(BIANCA).await),
        refusal(client().require_password_change(BIANCA).await),
    ] {
        assert!(matches!(refused, Refusal::Guest { .. }) && refused.advice().contains("home tenant"), "{refused}");
    }
}}

scenario! { customers_sessions_are_not_promised(tenant, client) {
    let customer = tenant.users().into_iter().find(|user| user.kind == UserKind::Customer).unwrap();
    let revoked = client().revoke_sign_in_sessions(customer.id).await.unwrap();
    assert!(revoked.receipt.has(&NO_EFFECT_ON_CUSTOMER));
    // The moment moves, and proves nothing for such an account.
    let revoked = client().revoke_sign_in_sessions(customer.id).confirm().await.unwrap();
    assert_eq!(revoked.receipt.grade, Grade::Accepted);
}}

scenario! { a_synced_password_is_written_back_and_followed(tenant, client) {
    let reset = client().reset_password(ALEX).await.unwrap();
    assert_eq!((reset.receipt.mechanism, reset.receipt.grade), (RESET_PASSWORD_ACTION, Grade::Confirmed));
    assert_eq!(reset.password.unwrap().expose_secret(), tenant.password_of(ALEX).unwrap().expose_secret());
    let polls = tenant.exchanges();
    let polls: Vec<_> = polls.iter().filter(|exchange| exchange.uri().path().contains("/operations/")).collect();
    assert!(!polls.is_empty());
    for poll in polls {
        let query = poll.uri().query().unwrap_or_default();
        assert!(query.contains("aadgdc=") && query.contains("aadgsu="), "{query}");
    }
}}

scenario! { a_write_back_that_fails_is_an_error(tenant, client) {
    tenant.fail_next_password_reset(Some("OnPremisesPolicyViolation"));
    let before = tenant.password_of(ALEX).unwrap();
    let error = client().reset_password(ALEX).await.unwrap_err();
    let graph = error.as_graph().unwrap();
    assert_eq!((graph.kind(), graph.code.as_str()), (GraphErrorKind::OperationFailed, "failed"));
    assert!(error.to_string().contains("OnPremisesPolicyViolation") && !error.outcome_unknown());
    assert_eq!(tenant.password_of(ALEX).unwrap().expose_secret(), before.expose_secret());
}}

scenario! { both_portals_resets_can_be_said(tenant, client) {
    let client = client();
    // The Entra admin center: a suggested password, a forced change.
    let entra = client.reset_password(ADELE).generated_by_entra().await.unwrap();
    assert_eq!(entra.receipt.mechanism, RESET_PASSWORD_ACTION);
    assert_eq!(entra.password.unwrap().expose_secret(), tenant.password_of(ADELE).unwrap().expose_secret());
    assert!(tenant.must_change_password(ADELE));
    // The Microsoft 365 admin center: a chosen password, no change.
    let chosen = SecretString::from("Chosen-by-hand-7");
    let m365 = client.reset_password(ADELE).chosen(chosen).force_change(ForceChange::Never).await.unwrap();
    assert_eq!(m365.receipt.mechanism, PASSWORD_PROFILE);
    assert!(m365.password.is_none(), "the caller knows it");
    assert_eq!(tenant.password_of(ADELE).unwrap().expose_secret(), "Chosen-by-hand-7");
    assert!(!tenant.must_change_password(ADELE));
    let mfa = client.reset_password(ADELE).force_change(ForceChange::WithMfa).await.unwrap();
    assert!(mfa.receipt.has(&NEEDS_MFA_METHOD));
}}

scenario! { resets_that_cannot_work_are_refused_before_sending(tenant, client) {
    let client = client();
    let federated = refusal(client.reset_password("diego@federated.example").await);
    assert!(matches!(&federated, Refusal::Federated { domain } if domain == "federated.example"), "{federated}");
    assert!(federated.advice().contains("identity provider"));
    assert_eq!(
        refusal(client.reset_password("responder@contoso.example").await),
        Refusal::OwnAccount { operation: "reset_password" }
    );
    assert!(matches!(refusal(client.reset_password(ALEX).generated_by_entra().await), Refusal::Impossible { .. }));
    assert!(matches!(refusal(client.reset_password(ALEX).force_change(ForceChange::Never).await), Refusal::Impossible { .. }));
    let bad = refusal(client.reset_password(ADELE).chosen("short".into()).await);
    assert!(matches!(&bad, Refusal::BadInput { what: "password", .. }), "{bad}");
    assert_eq!(writes(&tenant), 0);
}}

scenario! { a_banned_password_is_the_service_s_word(tenant, client) {
    let before = tenant.password_of(ADELE).unwrap();
    let error = client().reset_password(ADELE).chosen("Contoso-Passw0rd".into()).await;
    if let Err(error) = error {
        assert_eq!(error.as_graph().unwrap().status, 400);
        assert_eq!(tenant.password_of(ADELE).unwrap().expose_secret(), before.expose_secret());
        assert!(!error.to_string().contains("Contoso-Passw0rd"));
    } else {
        panic!("the simulated tenant bans the name of the company and the word password");
    }
}}

scenario! { a_forced_change_locks_nobody_out(tenant, client) {
    let before = tenant.password_of(ADELE).unwrap();
    let receipt = client().require_password_change(ADELE).await.unwrap();
    assert!(receipt.has(&LOCKS_NOBODY_OUT) && tenant.must_change_password(ADELE));
    assert_eq!(tenant.password_of(ADELE).unwrap().expose_secret(), before.expose_secret());
    let error = client().require_password_change(ALEX).await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::SyncedObject);
    assert!(error.advice().contains("Active Directory"));
}}

scenario! { a_pass_is_made_replaced_and_taken_back(tenant, client) {
    let client = client();
    let lifetime = Duration::from_secs(60 * 60);
    let first = client.create_temporary_access_pass(ADELE).lifetime(lifetime).one_time(true).await.unwrap();
    assert_eq!((first.lifetime_in_minutes, first.one_time, first.is_usable), (Some(60), Some(true), Some(true)));
    assert_eq!(first.registration_url, "https://aka.ms/mysecurityinfo");
    assert!(!first.receipt.has(&REPLACED_OLDER_PASS) && first.receipt.has(&PASS_REMOVES_NOTHING));
    let pass = first.pass.unwrap();
    assert_eq!(pass.expose_secret(), tenant.access_pass_of(ADELE).unwrap().expose_secret());

    let second = client.create_temporary_access_pass(ADELE).await.unwrap();
    assert!(second.receipt.has(&REPLACED_OLDER_PASS));
    assert_ne!(second.pass.unwrap().expose_secret(), pass.expose_secret());
    let listed = client.list_temporary_access_passes(ADELE).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert!(listed[0].temporary_access_pass.is_none());

    client.delete_temporary_access_pass(ADELE, second.id.clone().unwrap()).await.unwrap();
    assert!(client.list_temporary_access_passes(ADELE).await.unwrap().is_empty());
    client.delete_temporary_access_pass(ADELE, second.id.unwrap()).await.expect("gone is gone");
}}

scenario! { a_confirmed_compromise_is_seen_in_the_risk(tenant, client) {
    let guest = client().confirm_user_compromised(BIANCA).await.unwrap();
    assert!(guest.has(&RISK_IN_HOME_TENANT) && guest.grade == Grade::Accepted && !guest.has(&RISK_STAYS));
    let receipt = client().confirm_user_compromised(ADELE).confirm().await.unwrap();
    assert!(receipt.is_complete() && receipt.has(&RISK_STAYS) && receipt.has(&RISK_ACTS_BY_POLICY));
    let snapshot = client().snapshot(ADELE).await.unwrap();
    let risk = snapshot.risk.collected().unwrap().as_ref().unwrap();
    assert_eq!((&risk.level, &risk.state), (&Some(RiskLevel::High), &Some(RiskState::ConfirmedCompromised)));

    tenant.set_licence(Licence::P1);
    let error = client().confirm_user_compromised(ADELE).await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::NotLicensed);
}}

scenario! { a_dismissed_risk_lets_in_and_says_so(tenant, client) {
    let guest = client().dismiss_user_risk(BIANCA).await.unwrap();
    assert!(guest.has(&RISK_IN_HOME_TENANT) && guest.grade == Grade::Accepted && !guest.has(&RISK_NO_LONGER_BLOCKS));
    let receipt = client().dismiss_user_risk(ADELE).confirm().await.unwrap();
    assert!(receipt.grade == Grade::Confirmed && receipt.has(&RISK_NO_LONGER_BLOCKS));
    let risk = client().snapshot(ADELE).await.unwrap().risk.collected().unwrap().clone().unwrap();
    assert_eq!((risk.level, risk.state), (Some(RiskLevel::None), Some(RiskState::Dismissed)));

    let sent = writes(&tenant);
    for (user, state) in [(ADELE, "dismissed"), ("jack@contoso.example", "never was risky")] {
        let receipt = client().dismiss_user_risk(user).confirm().await.unwrap();
        assert_eq!((receipt.grade, receipt.exchanges.len()), (Grade::NothingToDo, 0));
        let warning = receipt.warnings.iter().find(|warning| warning.is(&NO_RISK_TO_DISMISS)).unwrap();
        assert!(warning.message.contains(state), "{warning}");
    }
    assert_eq!(writes(&tenant), sent);

    tenant.set_licence(Licence::P1);
    let error = client().dismiss_user_risk(ADELE).await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::NotLicensed);
}}

scenario! { a_pass_that_will_not_work_warns(tenant, client) {
    let client = client();
    let hugo = client.create_temporary_access_pass("hugo@contoso.example").await.unwrap();
    assert!(hugo.receipt.has(&DISABLED_BY_POLICY) && hugo.is_usable == Some(false));
    let later = tenant.now() + Duration::from_secs(86_400);
    let later = client.create_temporary_access_pass(ADELE).starts_at(later).await.unwrap();
    assert!(later.receipt.has(&NOT_YET_VALID));
    let blocked = client.create_temporary_access_pass("liam@contoso.example").await.unwrap();
    assert!(blocked.receipt.has(&ACCOUNT_BLOCKED));
}}

scenario! { a_pass_against_the_policy_is_refused_and_names_the_limit(tenant, client) {
    // The policy is kept for a minute; each of these clients reads it.
    let long = Duration::from_secs(481 * 60);
    let refused = refusal(client().create_temporary_access_pass(ADELE).lifetime(long).await);
    assert!(matches!(&refused, Refusal::PassPolicy { reason } if reason.contains("maximumLifetimeInMinutes 480")), "{refused}");
    tenant.set_access_pass_policy(AccessPassRules { usable_once: true, ..AccessPassRules::default() });
    let refused = refusal(client().create_temporary_access_pass(ADELE).one_time(false).await);
    assert!(refused.to_string().contains("isUsableOnce"), "{refused}");
    tenant.set_access_pass_policy(AccessPassRules { enabled: false, ..AccessPassRules::default() });
    let refused = refusal(client().create_temporary_access_pass(ADELE).await);
    assert!(refused.to_string().contains("disabled for the tenant"), "{refused}");
    assert!(matches!(
        refusal(client().create_temporary_access_pass("responder@contoso.example").await),
        Refusal::OwnAccount { .. }
    ));
    assert_eq!(writes(&tenant), 0);
}}

scenario! { mfa_sessions_come_down_to_all_sessions(tenant, client) {
    tenant.advance(Duration::from_secs(60));
    tenant.set_per_user_mfa(ADELE, PerUserMfaState::Enforced);
    let revoked = client().revoke_mfa_sessions(ADELE).confirm().await.unwrap();
    let receipt = &revoked.sessions.receipt;
    assert_eq!((&*receipt.operation, &receipt.mechanism), ("revoke_mfa_sessions", &REVOKE_SIGN_IN_SESSIONS));
    assert_eq!(receipt.grade, Grade::Confirmed);
    assert!(receipt.has(&NO_CALL_FOR_REMEMBERED_MFA));
    assert_eq!(revoked.old_button_would_have_mattered(), Some(true));
    tenant.set_per_user_mfa(ADELE, PerUserMfaState::Disabled);
    assert_eq!(client().revoke_mfa_sessions(ADELE).await.unwrap().old_button_would_have_mattered(), Some(false));
}}

scenario! { a_blocked_synced_account_comes_back(tenant, client) {
    let receipt = client().block_sign_in(ALEX).await.unwrap();
    assert!(receipt.has(&MAY_BE_UNDONE_BY_SYNC) && !tenant.user(ALEX).unwrap().enabled);
    tenant.run_sync();
    assert!(tenant.user(ALEX).unwrap().enabled, "what the receipt warned of");
}}

scenario! { odd_names_reach_their_own_account(tenant, client) {
    let client = client();
    for name in ["o'neil@contoso.example", "$sam@contoso.example", BIANCA] {
        let user = client.get_user(name).await.unwrap();
        assert_eq!(user.id, tenant.user(name).unwrap().id, "{name}");
        let blocked = client.block_sign_in(name).await.unwrap();
        assert_eq!(blocked.target, user.id.into());
        assert!(!tenant.user(name).unwrap().enabled);
    }
    let upper = tenant.user(ADELE).unwrap().id.to_string().to_uppercase();
    assert_eq!(client.get_user(upper).await.unwrap().user_principal_name.as_deref(), Some(ADELE));
    let error = client.get_user("nobody@contoso.example").await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::NotFound);
    assert!(client.block_sign_in("nobody@contoso.example").await.is_err());
}}

scenario! { pages_are_followed_to_the_end(tenant, client) {
    let whole = client().list_methods(KIRA).include_beta().await.unwrap().methods.len();
    tenant.set_page_size(2);
    assert_eq!(client().list_methods(KIRA).include_beta().await.unwrap().methods.len(), whole);
    assert!(whole > 12);
}}

#[tokio::test(start_paused = true)]
async fn a_revocation_that_is_not_visible_yet_is_accepted_and_no_more() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    tenant.set_read_delay(Duration::from_secs(600));
    tenant.advance(Duration::from_secs(3600));
    let revoked =
        client.revoke_sign_in_sessions(ADELE).confirm_within(Duration::from_secs(60)).await.unwrap();
    assert_eq!((revoked.receipt.grade, revoked.valid_from), (Grade::Accepted, None));
    assert!(revoked.receipt.has(&NOT_YET_VISIBLE));

    tenant.set_read_delay(Duration::from_secs(20));
    tenant.advance(Duration::from_secs(3600));
    let revoked = client.revoke_sign_in_sessions(ADELE).confirm().await.unwrap();
    assert_eq!(revoked.receipt.grade, Grade::Confirmed, "{}", revoked.receipt);
    let posts = tenant.exchanges().iter().filter(|exchange| exchange.method() == http::Method::POST).count();
    assert_eq!(posts, 2, "a stale read never repeats a write");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_lags_is_looked_at_again() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_read_delay(Duration::from_secs(2));
    tenant.advance(Duration::from_secs(60));
    let client = client_of(&tenant).build().unwrap();
    let deleted = client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();
    assert!(deleted.is_complete(), "{}", deleted.receipt);

    let tenant = SimulatedTenant::contoso();
    tenant.set_read_delay(Duration::from_secs(600));
    tenant.advance(Duration::from_secs(1200));
    let client = client_of(&tenant).build().unwrap();
    let deleted = client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap();
    assert!(deleted.methods.iter().any(|of| of.outcome == Outcome::StillListed) && !deleted.is_complete());
    assert_eq!((deleted.receipt.grade, deleted.is_success()), (Grade::Unknown, false));
}

#[tokio::test(start_paused = true)]
async fn an_application_resets_cloud_accounts_and_no_synced_one() {
    let tenant = SimulatedTenant::contoso();
    let client = app_only(&tenant);
    let reset = client.reset_password(ADELE).await.unwrap();
    assert_eq!(reset.receipt.mechanism, PASSWORD_PROFILE);
    let writes_before = writes(&tenant);
    let refused = refusal(client.reset_password(ALEX).await);
    assert!(matches!(refused, Refusal::AppOnlyOnSynced { .. }));
    assert!(refused.advice().contains("on-premises Active Directory"), "{}", refused.advice());
    let refused = refusal(client.reset_password(ADELE).way(PasswordWay::WriteBack).await);
    assert!(matches!(refused, Refusal::Impossible { .. }));
    assert_eq!(writes(&tenant), writes_before);
}

#[tokio::test(start_paused = true)]
async fn who_is_calling_is_asked_when_the_credential_does_not_know() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_caller(SimulatedCaller::app_only());
    let client = client_of(&tenant).credential(StaticToken::new("opaque")).build().unwrap();
    assert!(matches!(refusal(client.reset_password(ALEX).await), Refusal::AppOnlyOnSynced { .. }));
    client.reset_password(ADELE).await.unwrap();
    let asked = tenant.exchanges().iter().filter(|exchange| exchange.uri().path() == "/v1.0/me").count();
    assert_eq!(asked, 1, "asked once");
}

#[tokio::test(start_paused = true)]
async fn a_role_that_does_not_reach_the_target_is_a_denial_with_advice() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_caller(SimulatedCaller::delegated("responder@contoso.example", [Role::HelpdeskAdministrator]));
    let client = client_of(&tenant).build().unwrap();
    client.revoke_sign_in_sessions(ADELE).await.unwrap();
    for privileged in ["elena@contoso.example", "frank@contoso.example"] {
        let error = client.revoke_sign_in_sessions(privileged).await.unwrap_err();
        assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::Denied);
        let advice = error.advice();
        assert!(
            advice.contains("User.RevokeSessions.All")
                && advice.contains("Privileged Authentication Administrator"),
            "{advice}"
        );
    }
    let error = client.delete_methods(ADELE, MethodScope::AllRemovable).await.unwrap_err();
    assert!(error.advice().contains("UserAuthenticationMethod.Read.All"), "{}", error.advice());
}

#[tokio::test(start_paused = true)]
async fn an_account_that_may_not_be_read_is_revoked_all_the_same() {
    let tenant = SimulatedTenant::contoso();
    tenant.set_caller(SimulatedCaller::app_only().with_permissions(["User.RevokeSessions.All"]));
    let client = client_of(&tenant)
        .credential(StaticToken::new("app").speaking_for(CallerKind::AppOnly))
        .build()
        .unwrap();
    let before = tenant.sessions_valid_from(ADELE);
    tenant.advance(Duration::from_secs(60));
    let revoked = client.revoke_sign_in_sessions(ADELE).await.unwrap();
    assert!(revoked.receipt.has(&ACCOUNT_NOT_READ));
    assert!(tenant.sessions_valid_from(ADELE) > before);
}

#[tokio::test(start_paused = true)]
async fn five_hundred_accounts_at_once() {
    let tenant = SimulatedTenant::empty();
    let names: Vec<String> = (0..500).map(|number| format!("user{number}@contoso.example")).collect();
    for name in &names {
        tenant.add_user(NewUser::cloud(name));
    }
    tenant.set_caller(SimulatedCaller::app_only());
    let client = client_of(&tenant)
        .credential(StaticToken::new("app").speaking_for(CallerKind::AppOnly))
        .build()
        .unwrap();
    let revoked = futures_util::future::join_all(
        names.iter().map(|name| client.revoke_sign_in_sessions(name).into_future()),
    )
    .await;
    assert!(revoked.into_iter().all(|revoked| revoked.unwrap().receipt.grade == Grade::Accepted));
    assert_eq!(tenant.requests(), 1000);
}
