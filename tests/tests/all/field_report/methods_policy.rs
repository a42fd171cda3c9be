//! "View authentication methods policy: This button shows the effective authentication policy for the
//! selected user."

use entra_ir_core::model::Verdict;
use entra_ir_core::simulator::MethodConfiguration;

use super::*;

#[tokio::test(start_paused = true)]
async fn this_button_shows_the_effective_authentication_policy_for_the_selected_user() {
    for setup in Setup::all().filter(|setup| setup.passkey) {
        let bench = Bench::logged_in(setup).await;
        bench.tenant().set_methods_policy([
            MethodConfiguration::for_all("Fido2"),
            MethodConfiguration::for_all("Sms").disabled(),
        ]);
        let policy = bench.client.effective_methods_policy(USER).await.unwrap();
        assert_eq!(policy.method("Fido2").unwrap().verdict, Verdict::Allowed, "{setup:?}");
        assert_ne!(policy.method("Sms").unwrap().verdict, Verdict::Allowed, "{setup:?}");
    }
}

/// So it shows a lower bound until the tenant's migration is complete, and says so.
#[tokio::test(start_paused = true)]
async fn this_is_based_on_the_new_authentication_methods_migration_and_does_not_include_legacy_settings() {
    for setup in Setup::all() {
        let bench = Bench::logged_in(setup).await;
        let shown = async || {
            let policy = bench.client.effective_methods_policy(USER).await.unwrap();
            assert_eq!(policy.lower_bound, !setup.migrated, "{setup:?}");
            serde_json::to_value(policy).unwrap()
        };
        let before = shown().await;
        bench.simulation.remember_mfa_on_trusted_devices(Some(14));
        bench.simulation.create_app_password(USER).unwrap();
        bench.tenant().set_per_user_mfa(USER, PerUserMfaState::Enabled);
        assert_eq!(shown().await, before, "{setup:?}: legacy settings show nowhere in it");
    }
}

#[tokio::test(start_paused = true)]
async fn this_button_shows_and_changes_nothing() {
    for setup in Setup::all() {
        let bench = Bench::logged_in(setup).await;
        let before = (bench.kinds(), bench.tenant().sessions_valid_from(USER));
        bench.client.effective_methods_policy(USER).await.unwrap();
        assert_eq!((bench.kinds(), bench.tenant().sessions_valid_from(USER)), before, "{setup:?}");
        assert!(bench.goes_on_everywhere(), "{setup:?}");
    }
}
