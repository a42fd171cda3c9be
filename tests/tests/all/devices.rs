//! Devices: the list, disabling, enabling and deleting, on good days and on bad ones.

use std::time::Duration;

use entra_ir_core::knowledge::{Action, Evidence, Touched};
use entra_ir_core::model::Device;
use entra_ir_core::operations::{
    ACCOUNT_NOT_READ, DELETED_BEFORE, DELETION_DOES_NOT_LAST, DEVICE_NOT_READ, DEVICE_TOKENS_LINGER,
    DisableDevice, ENABLED_AGAIN, HELD_UNTIL_SYNC, HYBRID_DEVICES_UNSEEN, KEYS_GO_WITH_IT, NOT_YET_VISIBLE,
    SYNC_DECIDES,
};
use entra_ir_core::receipt::{Grade, OTHER_USERS_UNKNOWN, OWNER_CHECKED, SETTLED_BY_READING};
use entra_ir_core::simulator::{Fault, NewDevice, SimulatedCaller};
use entra_ir_core::target::Scope;
use entra_ir_core::{
    CallerKind, Client, GraphErrorKind, Guard, ObjectId, Protection, Refusal, ScriptedResponse,
    ScriptedTransport, SimulatedTenant, StaticToken, UserRef,
};
use entra_ir_tests::{Judge, client_of, client_of_faulty, client_over};
use http::Method;

use crate::guard_targets::refusal;

const ADELE: &str = "adele@contoso.example";
const ALEX: &str = "alex@contoso.example";
const NADIA: &str = "nadia@contoso.example";
const BREAKGLASS: &str = "breakglass@contoso.example";
const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

fn contoso() -> (SimulatedTenant, Client) {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).build().unwrap();
    (tenant, client)
}

fn app_only(tenant: &SimulatedTenant) -> Client {
    tenant.set_caller(SimulatedCaller::app_only());
    let token = StaticToken::new("app").speaking_for(CallerKind::AppOnly);
    client_of(tenant).credential(token).build().unwrap()
}

fn writes(tenant: &SimulatedTenant) -> usize {
    tenant.exchanges().iter().filter(|exchange| exchange.method() != Method::GET).count()
}

fn enabled(tenant: &SimulatedTenant, device: ObjectId) -> Option<bool> {
    tenant.device(device)?.account_enabled
}

/// The object id of a device of Contoso.
fn named(tenant: &SimulatedTenant, user: &str, name: &str) -> ObjectId {
    let is_it = |device: &Device| device.display_name.as_deref() == Some(name);
    tenant.devices_of(user).into_iter().find(is_it).unwrap().id.unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_list_says_what_it_does_not_show() {
    let (tenant, client) = contoso();
    let adele = client.list_devices(ADELE).await.unwrap();
    let names: Vec<_> = adele.devices.iter().map(|device| device.display_name.as_deref().unwrap()).collect();
    assert_eq!((names, adele.warnings.len()), (vec!["LAPTOP-ADELE", "Pixel 9"], 0));
    assert!(client.list_devices(ALEX).await.unwrap().has(&HYBRID_DEVICES_UNSEEN), "synced");
    let nadia = client.list_devices(NADIA).await.unwrap();
    let shown: Vec<_> = nadia.devices.iter().map(|device| (device.is_owned, device.is_registered)).collect();
    assert_eq!(shown, [(true, true), (false, true)]);
    let user = client.get_user(ALEX).await.unwrap();
    let before = tenant.requests();
    assert!(client.list_devices(&user).await.unwrap().has(&HYBRID_DEVICES_UNSEEN));
    assert_eq!(tenant.requests(), before + 2, "the account was handed over");
    let error = client.list_devices("nobody@contoso.example").await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn an_account_of_unknown_kind_may_have_hybrid_devices() {
    let tenant = SimulatedTenant::contoso();
    let adele = tenant.user(ADELE).unwrap().id;
    tenant.inject(Fault::status(403).on(Method::GET, &format!("/users/{adele}?")).always());
    let list = client_of_faulty(&tenant).build().unwrap().list_devices(adele).await.unwrap();
    assert_eq!(list.devices.len(), 2);
    assert!(list.has(&HYBRID_DEVICES_UNSEEN) && list.has(&ACCOUNT_NOT_READ), "{:?}", list.warnings);
}

#[tokio::test(start_paused = true)]
async fn a_joined_device_is_disabled_and_enabled() {
    let (tenant, client) = contoso();
    let device = tenant.add_device(ADELE, NewDevice::joined("PC")).unwrap();
    let disabled = client.disable_device(device).for_user(ADELE).await.unwrap();
    assert_eq!((disabled.grade, enabled(&tenant, device)), (Grade::Accepted, Some(false)));
    assert!(disabled.has(&DEVICE_TOKENS_LINGER) && !disabled.has(&HELD_UNTIL_SYNC), "{disabled}");
    let adele = tenant.user(ADELE).unwrap().id;
    assert_eq!(disabled.account, Some(adele));
    let done = &disabled.actions()[0];
    assert_eq!((done.action, done.account), (Action::DisableDevice, Some(adele)));
    assert_eq!(done.target, Touched::Device(device));
    let read: entra_ir_core::receipt::Receipt =
        serde_json::from_str(&serde_json::to_string(&disabled).unwrap()).unwrap();
    assert_eq!(read.account, Some(adele), "kept in JSON");

    let again = client.disable_device(device).confirm().await.unwrap();
    assert_eq!((again.grade, again.account), (Grade::Confirmed, None));
    let allowed = client.enable_device(device).confirm().await.unwrap();
    assert_eq!((allowed.grade, enabled(&tenant, device)), (Grade::Confirmed, Some(true)));
    assert!(allowed.warnings.is_empty(), "{allowed}");
}

#[tokio::test(start_paused = true)]
async fn a_device_that_was_handed_over_is_not_read_again() {
    let (tenant, client) = contoso();
    let list = client.list_devices(NADIA).await.unwrap();
    let snapshot = client.snapshot(NADIA).await.unwrap();
    for device in [&list.devices[0], &snapshot.devices.collected().unwrap()[0]] {
        let before = tenant.requests();
        client.disable_device(device).for_user(&snapshot).await.unwrap();
        assert_eq!(tenant.requests(), before + 3, "one write, beside who else uses the device");
    }
    // From JSON, or another one, it is read.
    let stored: Device = serde_json::from_str(&serde_json::to_string(&list.devices[0]).unwrap()).unwrap();
    let other = tenant.add_device(NADIA, NewDevice::joined("OTHER")).unwrap();
    for call in [
        client.disable_device(&stored),
        client.run(DisableDevice::new(other).unwrap()).knowing_device(list.devices[0].clone()),
    ] {
        let before = tenant.requests();
        call.await.unwrap();
        assert_eq!(tenant.requests(), before + 4);
    }
    tokio::time::sleep(Duration::from_secs(301)).await;
    let before = tenant.requests();
    client.disable_device(&list.devices[0]).await.unwrap();
    assert_eq!(tenant.requests(), before + 4, "read too long ago");
}

#[tokio::test(start_paused = true)]
async fn a_device_without_an_id_is_no_argument() {
    let (tenant, client) = contoso();
    let device: Device = serde_json::from_str(r#"{"displayName":"PC"}"#).unwrap();
    assert!(refusal(client.disable_device(&device).await).to_string().contains("no object id"));
    for wrong in ["", "PC", "../me", "3b41c05e"] {
        let error = client.disable_device(wrong).await.unwrap_err();
        assert!(error.as_refusal().is_some(), "{wrong}: {error}");
    }
    assert!(
        client
            .delete_device(ID)
            .losing_recovery_keys()
            .for_user("../me")
            .await
            .unwrap_err()
            .as_refusal()
            .is_some()
    );
    assert_eq!(tenant.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_hybrid_device_is_held_until_the_next_sync() {
    let (tenant, client) = contoso();
    let device = named(&tenant, ALEX, "LAPTOP-ALEX");
    let receipt = client.disable_device(device).confirm().await.unwrap();
    assert_eq!(receipt.grade, Grade::Confirmed);
    assert!(receipt.has(&HELD_UNTIL_SYNC), "{receipt}");
    tenant.run_sync();
    assert_eq!(enabled(&tenant, device), Some(true), "as Microsoft documents");
    tenant.set_computer_enabled_on_premises(device, false);
    tenant.run_sync();
    assert_eq!(enabled(&tenant, device), Some(false));
    let allowed = client.enable_device(device).await.unwrap();
    assert!(allowed.has(&SYNC_DECIDES), "{allowed}");
    tenant.run_sync();
    assert_eq!(enabled(&tenant, device), Some(false));
}

#[tokio::test(start_paused = true)]
async fn a_device_that_a_sync_enables_again_during_the_confirm_is_not_confirmed() {
    // Once before the first look can show it disabled, once after one look showed it.
    for (behind, sync) in [(2_000, 1_000), (0, 500)] {
        let (tenant, client) = contoso();
        let device = named(&tenant, ADELE, "LAPTOP-ADELE");
        tokio::time::sleep(Duration::from_secs(5)).await;
        tenant.set_read_delay(Duration::from_millis(behind));
        let syncing = async {
            tokio::time::sleep(Duration::from_millis(sync)).await;
            tenant.run_sync();
        };
        let call = client.disable_device(device).confirm_within(Duration::from_secs(20));
        let (receipt, ()) = futures_util::join!(call.into_future(), syncing);
        let receipt = receipt.unwrap();
        assert_eq!(receipt.grade, Grade::Accepted, "{receipt}");
        assert!(receipt.has(&ENABLED_AGAIN) && !receipt.has(&NOT_YET_VISIBLE), "{receipt}");
        assert_eq!(enabled(&tenant, device), Some(true));
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_not_visible_yet_is_accepted_and_no_more() {
    let (tenant, client) = contoso();
    let device = tenant.add_device(ADELE, NewDevice::joined("PC")).unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    tenant.set_read_delay(Duration::from_secs(60));
    let receipt = client.disable_device(device).confirm_within(Duration::from_secs(10)).await.unwrap();
    assert_eq!(receipt.grade, Grade::Accepted);
    assert!(receipt.has(&NOT_YET_VISIBLE) && !receipt.has(&ENABLED_AGAIN), "{receipt}");
}

#[tokio::test(start_paused = true)]
async fn an_application_is_refused_on_a_phone_before_anything_is_sent() {
    let tenant = SimulatedTenant::contoso();
    let client = app_only(&tenant);
    let phone = named(&tenant, ADELE, "Pixel 9");
    for refused in [refusal(client.disable_device(phone).await), refusal(client.enable_device(phone).await)] {
        assert!(
            matches!(&refused, Refusal::AppOnlyOnDevice { system, .. } if system == "Android"),
            "{refused}"
        );
        let advice = refused.advice();
        assert!(advice.contains("Cloud Device Administrator") && advice.contains("Intune"), "{advice}");
    }
    assert_eq!(writes(&tenant), 0);
    let laptop = named(&tenant, ADELE, "LAPTOP-ADELE");
    assert!(client.disable_device(laptop).await.unwrap().is_success());
    assert!(client.delete_device(phone).losing_recovery_keys().await.unwrap().is_success());

    // A caller whose kind is not known is asked for, once.
    let client = client_of(&tenant).credential(StaticToken::new("unknown")).build().unwrap();
    let phone = tenant.add_device(ADELE, NewDevice::registered("iPhone", "iOS")).unwrap();
    assert!(matches!(refusal(client.disable_device(phone).await), Refusal::AppOnlyOnDevice { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_printer_is_refused() {
    let (tenant, client) = contoso();
    let printer = tenant.add_device_without_owner(NewDevice::joined("PRINTER").profile("Printer"));
    let refused = refusal(client.disable_device(printer).await);
    assert!(matches!(&refused, Refusal::Impossible { .. }), "{refused}");
    assert_eq!(writes(&tenant), 0);
}

#[tokio::test(start_paused = true)]
async fn a_device_that_may_not_be_read_is_disabled_all_the_same() {
    let tenant = SimulatedTenant::contoso();
    let device = tenant.add_device(ADELE, NewDevice::joined("PC")).unwrap();
    let permissions = ["Directory.AccessAsUser.All"];
    let caller = SimulatedCaller::delegated(
        "responder@contoso.example",
        [entra_ir_core::simulator::Role::CloudDeviceAdministrator],
    );
    tenant.set_caller(caller.with_permissions(permissions));
    let client = client_of(&tenant).build().unwrap();
    let receipt = client.disable_device(device).await.unwrap();
    assert!(receipt.grade == Grade::Accepted && receipt.has(&DEVICE_NOT_READ), "{receipt}");
    assert_eq!(enabled(&tenant, device), Some(false));
    let receipt = client.disable_device(device).for_user(ADELE).await.unwrap();
    assert!(receipt.account.is_none() && receipt.has(&ACCOUNT_NOT_READ), "{receipt}");
}

#[tokio::test(start_paused = true)]
async fn a_device_id_in_place_of_the_object_id_is_told_apart() {
    let (tenant, client) = contoso();
    let device = named(&tenant, ADELE, "LAPTOP-ADELE");
    let device_id = tenant.device(device).unwrap().device_id.unwrap();
    let error = client.disable_device(&device_id).await.unwrap_err();
    assert_eq!(error.as_graph().unwrap().kind(), GraphErrorKind::NotFound);
    let advice = error.advice();
    assert!(advice.contains("object id") && advice.contains("devices(deviceId='...')"), "{advice}");
    assert!(client.delete_device(&device_id).losing_recovery_keys().await.is_err());
    assert_eq!(writes(&tenant), 0);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_settled_by_reading_the_device() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of_faulty(&tenant).build().unwrap();
    let [one, two] = ["ONE", "TWO"].map(|name| tenant.add_device(ADELE, NewDevice::joined(name)).unwrap());
    for (verb, device) in [(Method::PATCH, one), (Method::DELETE, two)] {
        tenant.clear_faults();
        tenant.inject(Fault::dropped().after_effect().on(verb.clone(), "/devices/").always());
        let receipt = match verb {
            Method::PATCH => client.disable_device(device).await,
            _ => client.delete_device(device).losing_recovery_keys().await,
        }
        .unwrap();
        assert!(receipt.grade == Grade::Confirmed && receipt.has(&SETTLED_BY_READING), "{receipt}");
    }
    assert_eq!((enabled(&tenant, one), tenant.device(two)), (Some(false), None));
    // Without the effect the outcome stays unknown.
    tenant.clear_faults();
    tenant.inject(Fault::dropped().on(Method::PATCH, "/devices/").always());
    let error = client.enable_device(one).await.unwrap_err();
    assert!(error.outcome_unknown() && error.receipt().is_some(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_deletion_is_refused_until_its_loss_is_named() {
    let (tenant, client) = contoso();
    let device = named(&tenant, ADELE, "LAPTOP-ADELE");
    let refused = refusal(client.delete_device(device).await);
    assert!(matches!(&refused, Refusal::LossNotNamed { .. }), "{refused}");
    assert!(refused.to_string().contains("BitLocker recovery keys and LAPS passwords"), "{refused}");
    assert!(
        refused.advice().contains("disable the device") && refused.advice().contains("losing_recovery_keys")
    );
    assert_eq!(tenant.requests(), 0);
    let receipt = client.delete_device(device).losing_recovery_keys().await.unwrap();
    assert_eq!((receipt.grade, tenant.device(device)), (Grade::Accepted, None));
    for warning in [&KEYS_GO_WITH_IT, &DELETION_DOES_NOT_LAST, &DEVICE_TOKENS_LINGER] {
        assert!(receipt.has(warning), "{receipt}");
    }
    tenant.run_sync();
    assert!(tenant.device(device).is_some(), "a sync brings it back");
}

#[tokio::test(start_paused = true)]
async fn a_device_that_vanishes_before_its_deletion_is_gone() {
    let shown = format!(r#"{{"id":"{ID}","trustType":"Workplace","operatingSystem":"iOS"}}"#);
    let gone = r#"{"error":{"code":"Request_ResourceNotFound","message":"Resource does not exist."}}"#;
    let nobody = || ScriptedResponse::answer(200).body(r#"{"value":[]}"#);
    let vanished = ScriptedResponse::answer(404).body(gone);
    let answers = [ScriptedResponse::answer(200).body(shown), nobody(), nobody(), vanished];
    let client = client_over(ScriptedTransport::new(answers), Judge::Client).build().unwrap();
    let receipt = client.delete_device(ID).losing_recovery_keys().await.unwrap();
    assert!(receipt.grade == Grade::Accepted && receipt.has(&DELETED_BEFORE), "{receipt}");
    // Where the device could not be read, a 404 may mean a wrong id.
    let denied = r#"{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges"}}"#;
    let denied = || ScriptedResponse::answer(403).body(denied);
    let answers = [denied(), denied(), denied(), ScriptedResponse::answer(404).body(gone)];
    let client = client_over(ScriptedTransport::new(answers), Judge::Client).build().unwrap();
    let error = client.delete_device(ID).losing_recovery_keys().await.unwrap_err();
    assert!(error.advice().contains("object id of the device"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_about_another_device_settles_nothing() {
    let other = r#"{"id":"0ddb0000-0000-4000-8000-000000000777","accountEnabled":true}"#;
    let nobody = || ScriptedResponse::answer(200).body(r#"{"value":[]}"#);
    let answers =
        [ScriptedResponse::answer(200).body(other), nobody(), nobody(), ScriptedResponse::answer(204)];
    let client = client_over(ScriptedTransport::new(answers), Judge::Client).build().unwrap();
    let receipt = client.disable_device(ID).await.unwrap();
    assert!(receipt.has(&DEVICE_NOT_READ), "{receipt}");
}

#[tokio::test(start_paused = true)]
async fn a_device_of_two_owners_is_protected_by_either() {
    let tenant = SimulatedTenant::contoso();
    let shared = tenant.add_device(ADELE, NewDevice::joined("SHARED")).unwrap();
    tenant.add_device(BREAKGLASS, NewDevice::joined("SHARED").id(shared));
    let client = client_of(&tenant).guard(Guard::new().protect([BREAKGLASS])).build().unwrap();
    let breakglass = UserRef::Id(tenant.user(BREAKGLASS).unwrap().id);
    for refused in [
        refusal(client.disable_device(shared).for_user(ADELE).await),
        refusal(client.disable_device(shared).owner_checked().await),
        refusal(client.delete_device(shared).losing_recovery_keys().await),
    ] {
        let by = match &refused {
            Refusal::Protected { account, by, .. } => (account, *by),
            other => panic!("{other}"),
        };
        assert_eq!(by, (&breakglass, Protection::Listed));
    }
    assert_eq!(writes(&tenant), 0);

    // One without an owner takes the word of the caller; a protected account that it is done for is refused.
    let nobodys = tenant.add_device_without_owner(NewDevice::hybrid_joined("NOBODYS"));
    assert!(matches!(refusal(client.disable_device(nobodys).await), Refusal::OwnerUnknown { .. }));
    let refused = refusal(client.disable_device(nobodys).for_user(BREAKGLASS).owner_checked().await);
    assert!(matches!(refused, Refusal::Protected { .. }), "{refused}");
    let receipt = client.disable_device(nobodys).for_user(ADELE).owner_checked().await.unwrap();
    assert!(receipt.has(&OWNER_CHECKED) && receipt.is_success(), "{receipt}");
}

#[tokio::test(start_paused = true)]
async fn a_device_that_others_use_needs_the_word_for_more_than_one_account() {
    let tenant = SimulatedTenant::contoso();
    let owned = tenant.add_device(ADELE, NewDevice::joined("SHARED")).unwrap();
    tenant.add_device(NADIA, NewDevice::joined("SHARED").id(owned).not_owned());
    let client = client_of(&tenant).build().unwrap();
    for refused in [
        refusal(client.disable_device(owned).for_user(ADELE).await),
        refusal(client.disable_device(owned).await),
        refusal(client.enable_device(owned).for_user(NADIA).await),
        refusal(client.delete_device(owned).losing_recovery_keys().await),
    ] {
        assert!(matches!(refused, Refusal::TenantWide { scope: Scope::Shared, .. }), "{refused}");
    }
    let others = tenant.add_device(NADIA, NewDevice::joined("OTHERS")).unwrap();
    let refused = refusal(client.disable_device(others).for_user(ADELE).await);
    assert!(matches!(refused, Refusal::TenantWide { .. }), "the device of somebody else: {refused}");
    assert_eq!(writes(&tenant), 0);
    let client = client_of(&tenant).guard(Guard::new().allow_tenant_wide()).build().unwrap();
    assert!(client.disable_device(owned).for_user(ADELE).await.unwrap().is_success());

    // Whether others use it may be unknown: said, and sent.
    let nobodys = tenant.add_device_without_owner(NewDevice::hybrid_joined("NOBODYS"));
    let client = client_of(&tenant).build().unwrap();
    assert!(client.disable_device(nobodys).await.unwrap().has(&OTHER_USERS_UNKNOWN));
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_shows_the_write() {
    let tenant = SimulatedTenant::contoso();
    let client = client_of(&tenant).guard(Guard::dry_run()).build().unwrap();
    let device = named(&tenant, ADELE, "LAPTOP-ADELE");
    let receipt = client.disable_device(device).confirm().await.unwrap();
    assert_eq!(receipt.would_send.len(), 1);
    assert!(!receipt.is_success() && enabled(&tenant, device) == Some(true), "{receipt}");
}
