//! `list_devices`: lists the devices that a user owns or is registered on.

use futures_util::future::join;
use serde::{Deserialize, Serialize};

use super::account::{ACCOUNT_NOT_READ, Account};
use crate::error::Result;
use crate::ids::UserRef;
use crate::model::{Device, ReadAt, UserKind};
use crate::operation::{Call, Client, Context, GraphCall, IntoUser, Operation, Output};
use crate::page::Page;
use crate::receipt::{Warning, WarningKind, Weight};
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::wire::{Request, RequestBuilder, Response, decode};

/// Devices that are joined on-premises are missing from the lists of a user.
pub const HYBRID_DEVICES_UNSEEN: WarningKind = WarningKind::new(
    "hybrid-devices-unseen",
    "hybrid joined devices usually have no owner, so no list of a user's devices shows them: look for their device ids in the user's sign-ins, or in Intune by primary user",
    Weight::MayRemain("hybrid devices are not listed"),
);

/// Lists the devices that the user owns or is registered on: how each is joined, synced and managed, whether
/// it is enabled, when it was registered and last used.
///
/// Hybrid joined Windows devices usually have no owner, and are missing here. The list of a synced user says
/// so ([`HYBRID_DEVICES_UNSEEN`]), and that of an account whose kind is unknown.
///
/// # Effect
/// None: a read.
///
/// # Permissions
/// `User.Read.All`, delegated or application.
///
/// # Errors
/// [`Error::Graph`](crate::Error::Graph) 403 if the permission is missing, 404 if there is no such user.
///
/// Source: "List ownedDevices", "List registeredDevices" and "Manage device identities" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::operations::HYBRID_DEVICES_UNSEEN;
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let list = client.list_devices("alex@contoso.example").await?;
/// assert_eq!(list.devices[0].display_name.as_deref(), Some("LAPTOP-ALEX"));
/// assert!(list.has(&HYBRID_DEVICES_UNSEEN), "the account is synced");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ListDevices {
    /// The account.
    pub user: UserRef,
}

/// What [`ListDevices`] is.
pub static SPEC: OperationSpec = OperationSpec {
    summary: "Lists the devices that the user owns or is registered on.",
    does_not: "Does not show hybrid joined devices without an owner, as most of them are. Changes nothing.",
    doc: "https://learn.microsoft.com/graph/api/user-list-owneddevices",
    uses: &[&super::get_user::SPEC, &REGISTERED],
    ..OperationSpec::read(
        "list_devices",
        Endpoint::v1(Verb::Get, "/users/{user}/ownedDevices/microsoft.graph.device"),
        &[&["User.Read.All"], &["Directory.Read.All"]],
        &[&["User.Read.All"], &["Directory.Read.All"]],
    )
};

/// What reading the devices that the user is registered on is.
pub(super) static REGISTERED: OperationSpec = OperationSpec {
    summary: "Lists the devices that the user is registered on.",
    doc: "https://learn.microsoft.com/graph/api/user-list-registereddevices",
    ..OperationSpec::read(
        "list_registered_devices",
        Endpoint::v1(Verb::Get, "/users/{user}/registeredDevices/microsoft.graph.device"),
        &[&["User.Read.All"], &["Directory.Read.All"]],
        &[&["User.Read.All"], &["Directory.Read.All"]],
    )
};

impl ListDevices {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self { user: user.into_user()? })
    }
}

/// Holds the devices of a user, and what the list does not show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DeviceList {
    /// The devices, in the service's order.
    pub devices: Vec<Device>,
    /// What a responder must know beyond the list.
    pub warnings: Vec<Warning>,
}

impl DeviceList {
    /// Returns whether the list has a warning of this kind.
    pub fn has(&self, kind: &WarningKind) -> bool {
        self.warnings.iter().any(|warning| warning.is(kind))
    }
}

impl Output for DeviceList {}

impl Client {
    /// Lists the devices that the user owns or is registered on: [`ListDevices`].
    ///
    /// Effect, permissions and errors: see the operation.
    pub fn list_devices(&self, user: impl IntoUser) -> Call<'_, ListDevices> {
        self.on(user, ListDevices::new)
    }
}

impl Operation for ListDevices {
    type Output = DeviceList;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<DeviceList> {
        let account = Account::read(context, self.user.clone());
        let (account, devices) = join(account, devices(context, &self.user)).await;
        let account = account?;
        let mut list = DeviceList { devices: devices?, warnings: Vec::new() };
        if let Some(reason) = account.unread() {
            list.warnings.push(ACCOUNT_NOT_READ.with(reason));
        }
        if matches!(account.kind(), None | Some(UserKind::Synced)) {
            list.warnings.push((&HYBRID_DEVICES_UNSEEN).into());
        }
        Ok(list)
    }
}

/// Reads both lists of devices; a device that is in both is one.
pub(super) async fn devices(context: &Context, user: &UserRef) -> Result<Vec<Device>> {
    let (registered, owned) = (ListOf { user, owned: false }, ListOf { user, owned: true });
    let (registered, owned) = join(context.read_all(&registered), context.read_all(&owned)).await;
    Ok(merge(registered?, owned?))
}

fn merge(mut devices: Vec<Device>, owned: Vec<Device>) -> Vec<Device> {
    for device in owned {
        match devices.iter_mut().find(|known| known.id.is_some() && known.id == device.id) {
            Some(known) => known.is_owned = true,
            None => devices.push(device),
        }
    }
    devices
}

/// Lists the devices that a user owns, or is registered on.
#[derive(Debug)]
struct ListOf<'a> {
    user: &'a UserRef,
    owned: bool,
}

impl ListOf<'_> {
    const fn of(&self) -> &'static OperationSpec {
        if self.owned { &SPEC } else { &REGISTERED }
    }
}

impl GraphCall for ListOf<'_> {
    type Output = Page<Device>;

    fn spec(&self) -> &'static OperationSpec {
        self.of()
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(self.of()).user(self.user).query("$select", Device::SELECT).build()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        let mut page: Self::Output = decode(self.of(), response)?;
        for device in &mut page.value {
            (device.is_owned, device.is_registered) = (self.owned, !self.owned);
            device.read = ReadAt::now();
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ObjectId;

    fn device(id: Option<u128>, owned: bool) -> Device {
        let id = id.map(|id| ObjectId::new(uuid::Uuid::from_u128(id)));
        Device { id, is_owned: owned, is_registered: !owned, ..Device::default() }
    }

    #[test]
    fn a_device_in_both_lists_is_one_and_none_is_lost() {
        let registered = vec![device(Some(1), false), device(None, false)];
        let merged =
            merge(registered, vec![device(Some(1), true), device(None, true), device(Some(2), true)]);
        assert_eq!(merged.len(), 4);
        assert!(merged[0].is_owned && merged[0].is_registered);
        assert!(!merged[1].is_owned);
    }

    #[test]
    fn the_lists_ask_for_what_a_device_is() {
        let user = "adele@contoso.example".parse().unwrap();
        let uri = |owned| ListOf { user: &user, owned }.request().unwrap().uri().to_string();
        assert!(uri(true).starts_with(
            "/v1.0/users/adele@contoso.example/ownedDevices/microsoft.graph.device?$select=id,deviceId,"
        ));
        assert!(uri(false).contains("/registeredDevices/microsoft.graph.device?"));
        for property in ["trustType", "onPremisesSyncEnabled", "profileType", "registrationDateTime"] {
            assert!(uri(true).contains(property), "{property}");
        }
    }
}
