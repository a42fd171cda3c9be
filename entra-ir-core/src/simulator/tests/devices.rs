//! Devices by their own address, as they come over the wire.

use super::*;
use crate::ids::ObjectId;

const RESPONDER: &str = "responder@contoso.example";
const ADELES: &str = "adele@contoso.example";

fn path(device: ObjectId) -> String {
    format!("/v1.0/devices/{device}")
}

#[tokio::test(start_paused = true)]
async fn a_device_is_read_disabled_and_deleted_by_its_object_id() {
    let tenant = SimulatedTenant::contoso();
    let device = tenant.add_device(ADELES, NewDevice::joined("PC")).unwrap();
    let read = get(&tenant, &format!("{}?$select=id,trustType,accountEnabled", path(device))).await;
    assert_eq!(
        (&read["trustType"], &read["accountEnabled"], read.as_object().unwrap().len()),
        (&json!("AzureAd"), &json!(true), 4)
    );
    let disable = json!({ "accountEnabled": false });
    assert_eq!(call(&tenant, "PATCH", &path(device), disable.clone()).await.0, 204);
    assert_eq!(get(&tenant, &path(device)).await["accountEnabled"], false);
    let device_id = tenant.device(device).unwrap().device_id.unwrap();
    let (status, refused) = call(&tenant, "PATCH", &format!("/v1.0/devices/{device_id}"), disable).await;
    assert_eq!((status, &refused["error"]["code"]), (404, &json!("Request_ResourceNotFound")));
    for wrong in [json!({}), json!({ "accountEnabled": "no" }), json!({ "displayName": "PC" })] {
        assert_eq!(call(&tenant, "PATCH", &path(device), wrong.clone()).await.0, 400, "{wrong}");
    }
    assert_eq!(call(&tenant, "DELETE", &path(device), Value::Null).await.0, 204);
    assert_eq!(call(&tenant, "DELETE", &path(device), Value::Null).await.0, 404);
    assert_eq!(call(&tenant, "GET", &path(device), Value::Null).await.0, 404);
    assert_eq!(call(&tenant, "GET", "/v1.0/devices/x", Value::Null).await.0, 400);
}

#[tokio::test(start_paused = true)]
async fn a_change_takes_a_permission_and_a_role_or_a_windows_device() {
    let tenant = SimulatedTenant::contoso();
    let pc = tenant.add_device(ADELES, NewDevice::joined("PC")).unwrap();
    let phone = tenant.add_device(ADELES, NewDevice::registered("iPhone", "iOS")).unwrap();
    let printer = tenant.add_device_without_owner(NewDevice::joined("PRINTER").profile("Printer"));
    let (tenant, disable) = (&tenant, json!({ "accountEnabled": false }));
    let press = |device| {
        let disable = disable.clone();
        async move { call(tenant, "PATCH", &path(device), disable).await.0 }
    };
    assert_eq!((press(pc).await, press(phone).await, press(printer).await), (204, 204, 400));
    tenant.set_caller(SimulatedCaller::delegated(RESPONDER, [Role::UserAdministrator]));
    assert_eq!(press(pc).await, 403, "another role");
    let caller = SimulatedCaller::delegated(RESPONDER, [Role::IntuneAdministrator]);
    tenant.set_caller(caller.clone().with_permissions(["Device.Read.All"]));
    assert_eq!((press(pc).await, call(tenant, "GET", &path(pc), Value::Null).await.0), (403, 200));
    tenant.set_caller(caller.with_permissions(["Directory.AccessAsUser.All"]));
    assert_eq!((press(pc).await, call(tenant, "GET", &path(pc), Value::Null).await.0), (204, 403));
    tenant.set_caller(SimulatedCaller::app_only().with_permissions(["Device.ReadWrite.All"]));
    assert_eq!((press(pc).await, press(phone).await), (204, 403), "an application and a phone");
    assert_eq!(call(tenant, "DELETE", &path(phone), Value::Null).await.0, 204);
}

#[tokio::test(start_paused = true)]
async fn a_device_has_one_state_for_all_its_owners() {
    let tenant = SimulatedTenant::contoso();
    let shared = tenant.add_device(ADELES, NewDevice::joined("SHARED")).unwrap();
    let again = NewDevice::joined("SHARED").id(shared);
    assert_eq!(tenant.add_device("nadia@contoso.example", again), Some(shared));
    let owners = get(&tenant, &format!("{}/registeredOwners", path(shared))).await;
    assert_eq!(owners["value"].as_array().unwrap().len(), 2);
    tenant.set_read_delay(Duration::from_secs(60));
    tokio::time::sleep(Duration::from_secs(61)).await;
    call(&tenant, "PATCH", &path(shared), json!({ "accountEnabled": false })).await;
    assert_eq!(get(&tenant, &path(shared)).await["accountEnabled"], true, "reads are behind");
    tokio::time::sleep(Duration::from_secs(61)).await;
    for user in [ADELES, "nadia@contoso.example"] {
        let list = get(&tenant, &format!("/v1.0/users/{user}/ownedDevices/graph.device")).await;
        let of_it = |device: &&Value| device["id"] == json!(shared);
        let device = list["value"].as_array().unwrap().iter().find(of_it).unwrap();
        assert_eq!(device["accountEnabled"], false, "{user}");
    }
    let nobodys = tenant.add_device_without_owner(NewDevice::hybrid_joined("HYBRID"));
    let owners = get(&tenant, &format!("{}/registeredOwners", path(nobodys))).await;
    assert_eq!(owners["value"], json!([]));
    assert_eq!(get(&tenant, &path(nobodys)).await["onPremisesSyncEnabled"], true);
}
