//! No operation of scope *account* changes anything that another account uses.

use std::collections::BTreeMap;

use entra_ir_core::operations::AnyOperation;
use entra_ir_core::target::Scope;
use entra_ir_core::{Client, SimulatedTenant};
use entra_ir_tests::client_of_faulty;
use proptest::prelude::*;
use serde_json::Value;

use crate::random::properties;
use crate::registry::{CHOSEN, operation, some_of_each};

const ADELE: &str = "adele@contoso.example";

/// Everything that Graph shows of each other account: its state, its methods, its devices, what it consented
/// to, and what covers it as it covers everybody.
async fn others(tenant: &SimulatedTenant) -> BTreeMap<String, Value> {
    let client: Client = client_of_faulty(tenant).build().unwrap();
    let mut shown = BTreeMap::new();
    for user in tenant.users().into_iter().filter(|user| user.user_principal_name != ADELE) {
        let snapshot = client.snapshot(user.id).without_risk().await.unwrap();
        let mut snapshot = serde_json::to_value(snapshot).unwrap();
        for passing in ["taken_at", "requests"] {
            snapshot.as_object_mut().unwrap().remove(passing);
        }
        shown.insert(user.user_principal_name, snapshot);
    }
    shown
}

/// Runs an operation on Adele, and returns the accounts that are not as they were.
fn changed(mut operation: AnyOperation) -> Vec<String> {
    operation.fill("new-password", CHOSEN.into());
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let tenant = SimulatedTenant::contoso();
        let before = others(&tenant).await;
        _ = client_of_faulty(&tenant).build().unwrap().run(operation).await;
        let after = others(&tenant).await;
        assert!(before.len() > 15 && before.keys().eq(after.keys()));
        let differ = |(name, state): (&String, &Value)| (after[name] != *state).then(|| name.clone());
        before.iter().filter_map(differ).collect()
    })
}

fn is_of_an_account(operation: &AnyOperation) -> bool {
    operation.spec().effect.writes() && operation.spec().scope == Scope::Account
}

#[test]
fn each_write_on_an_account_leaves_all_others_as_they_are() {
    let mut writes = 0;
    for (operation, spec) in some_of_each().into_iter().filter(|(operation, _)| is_of_an_account(operation)) {
        assert_eq!(changed(operation), Vec::<String>::new(), "{}", spec.id);
        writes += 1;
    }
    assert!(writes > 10);
}

properties! {
    24 cases;

    fn no_options_reach_another_account(operation in operation().prop_filter("a write", is_of_an_account)) {
        prop_assert_eq!(changed(operation), Vec::<String>::new());
    }
}
