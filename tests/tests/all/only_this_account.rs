//! No operation of scope *account* changes anything that another account uses.

use std::collections::BTreeMap;

use entra_ir_core::operations::{AnyOperation, DisableDevice, DisableServicePrincipal};
use entra_ir_core::simulator::NewDevice;
use entra_ir_core::target::Scope;
use entra_ir_core::{Client, Guard, SimulatedTenant};
use entra_ir_tests::client_of_faulty;
use proptest::prelude::*;
use serde_json::Value;

use crate::random::properties;
use crate::registry::{CHOSEN, operation, some_of_each};

const ADELE: &str = "adele@contoso.example";
const NADIA: &str = "nadia@contoso.example";
const KIRA: &str = "kira@contoso.example";

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

/// Contoso, where somebody else uses one of Adele's devices.
fn tenant() -> SimulatedTenant {
    let tenant = SimulatedTenant::contoso();
    let shared = tenant.devices_of(ADELE)[0].id.unwrap();
    tenant.add_device(NADIA, NewDevice::joined("SHARED").id(shared).not_owned());
    tenant
}

/// Runs an operation on Adele, and returns the accounts that are not as they were, except those that it
/// names.
fn changed(mut operation: AnyOperation, guard: Guard) -> Vec<String> {
    operation.fill("new-password", CHOSEN.into());
    let named = operation.to_json().unwrap();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let tenant = tenant();
        let before = others(&tenant).await;
        _ = client_of_faulty(&tenant).guard(guard).build().unwrap().run(operation).await;
        let after = others(&tenant).await;
        assert!(before.len() > 15 && before.keys().eq(after.keys()));
        let differ = |(name, state): (&String, &Value)| {
            (after[name] != *state && !named.contains(name.as_str())).then(|| name.clone())
        };
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
        assert_eq!(changed(operation, Guard::new()), Vec::<String>::new(), "{}", spec.id);
        writes += 1;
    }
    assert!(writes > 10);
}

/// The comparison sees what reaches others, once it is allowed.
#[test]
fn what_reaches_others_is_seen() {
    let tenant = tenant();
    let shared = tenant.devices_of(ADELE)[0].id.unwrap();
    let disable = DisableDevice::new(shared).unwrap();
    assert_eq!(changed(disable.clone().into(), Guard::new()), Vec::<String>::new());
    assert_eq!(changed(disable.into(), Guard::new().allow_tenant_wide()), [NADIA]);
    let expenses = tenant.service_principal("Fabrikam Expenses").unwrap();
    let disable = DisableServicePrincipal::new(expenses);
    assert!(changed(disable.clone().into(), Guard::new()).is_empty());
    assert!(changed(disable.into(), Guard::new().allow_tenant_wide()).contains(&KIRA.to_owned()));
}

properties! {
    24 cases;

    fn no_options_reach_another_account(operation in operation().prop_filter("a write", is_of_an_account)) {
        prop_assert_eq!(changed(operation, Guard::new()), Vec::<String>::new());
    }
}
