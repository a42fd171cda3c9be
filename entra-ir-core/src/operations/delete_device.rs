//! `delete_device`: removes a device's object, with what is kept in it.

use serde::{Deserialize, Serialize};

use super::device::{CHANGE, DEVICE_TOKENS_LINGER, IsThere, Subject, on_device, says_it_is_gone};
use super::settle;
use crate::error::{Refusal, Result};
use crate::ids::{ObjectId, UserRef};
use crate::operation::{Call, Client, Context, GraphCall, IntoDevice, Operation, options};
use crate::receipt::{Grade, Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{Effect, Endpoint, OperationSpec, Verb};
use crate::wire::{Request, Response, decode_nothing};

/// `DELETE /devices/{id}`.
pub const DELETE_DEVICE: Mechanism = Mechanism::new("delete-device", "DELETE of the device");

/// What is lost with a device.
const LOSS: &str = "the device's object, and with it its BitLocker recovery keys and LAPS passwords";

/// The keys of the device are lost.
pub const KEYS_GO_WITH_IT: WarningKind = WarningKind::new(
    "keys-go-with-it",
    "the BitLocker recovery keys and LAPS passwords of the device go with it",
    Weight::Harmless,
);

/// The deletion of a device does not last.
pub const DELETION_DOES_NOT_LAST: WarningKind = WarningKind::new(
    "deletion-does-not-last",
    "a deleted device can be restored for 30 days, and a sync restores a hybrid joined one by itself: it then signs in again",
    Weight::MayRemain("it can be restored"),
);

/// The device was gone when it was to be deleted.
pub const DELETED_BEFORE: WarningKind = WarningKind::new(
    "deleted-before",
    "Graph answered that the device is gone: an earlier attempt of this call, or somebody else, deleted it",
    Weight::Harmless,
);

/// Deletes a device from the directory. To contain, disable it instead, and keep it: a deletion destroys
/// evidence and keys, and does not last.
///
/// # Effect
/// The device's object is gone, with its BitLocker recovery keys and LAPS passwords, and with what an
/// investigator wants to see. The tokens of the device end as when it is disabled; no page states a time. It
/// does not last: for 30 days an administrator can restore the device, and a sync restores a hybrid joined
/// one by itself. Microsoft's pages disagree whether the keys come back with it.
///
/// # Permissions
/// Delegated `Directory.AccessAsUser.All` with the role Cloud Device Administrator or Intune Administrator;
/// application `Device.ReadWrite.All`. `Device.Read.All` to read the device.
///
/// # Errors
/// [`Error::Refused`](crate::Error::Refused) unless the loss is named by
/// [`losing_recovery_keys`](Self::losing_recovery_keys), and for a device that other accounts use, too,
/// without [`Guard::allow_tenant_wide`](crate::Guard::allow_tenant_wide); nothing is written then.
/// [`Error::Graph`](crate::Error::Graph) 403 if permission or role is missing, 404 if there is no device with
/// this object id. If the answer is lost, or is not Graph's, the device is read: the grade is *confirmed* if
/// it is gone; otherwise the error remains.
///
/// Source: "Delete device", "Manage stale devices" and "Device soft delete" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let list = client.list_devices("nadia@contoso.example").await?;
/// let refused = client.delete_device(&list.devices[0]).await.unwrap_err();
/// assert!(refused.to_string().contains("recovery keys"));
/// client.delete_device(&list.devices[0]).losing_recovery_keys().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DeleteDevice {
    /// The device, by object id.
    pub device: ObjectId,
    /// The account that it is done for.
    #[serde(default)]
    pub user: Option<UserRef>,
    /// Whether the loss of recovery keys is meant; without it the deletion is refused.
    #[serde(default)]
    pub losing_recovery_keys: bool,
}

/// What [`DeleteDevice`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "delete_device",
    summary: "Deletes a device from the directory, with its recovery keys.",
    does_not: "Does not contain for good: the device can be restored for 30 days, and a sync restores a hybrid one; wipes no data.",
    endpoint: Endpoint::v1(Verb::Delete, "/devices/{id}"),
    effect: Effect::Destroy,
    roles: &["Cloud Device Administrator", "Intune Administrator"],
    undo: "Restore the device from deletedItems within 30 days; its keys may be lost.",
    if_unknown: "look for the device, live and in deletedItems, before repeating it",
    doc: "https://learn.microsoft.com/graph/api/device-delete",
    ..CHANGE
};

on_device!(DeleteDevice { losing_recovery_keys: false });

options!(DeleteDevice {
    /// Confirms that the loss of the BitLocker recovery keys and LAPS passwords is meant. Save them first.
    losing_recovery_keys() |this| this.losing_recovery_keys = true;
});

impl Client {
    /// Deletes a device from the directory: [`DeleteDevice`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn delete_device(&self, device: impl IntoDevice) -> Call<'_, DeleteDevice> {
        self.on_device(device, DeleteDevice::new)
    }
}

impl Operation for DeleteDevice {
    type Output = Receipt;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<Receipt> {
        if !self.losing_recovery_keys {
            let instead = "disable the device and keep it; to delete it all the same, save its recovery keys and call again with \
                losing_recovery_keys";
            return Err(Refusal::LossNotNamed { operation: SPEC.id, loss: LOSS, instead }.into());
        }
        let subject = Subject::read(context, self.device, self.user).await?;
        let mut receipt = subject.receipt(&SPEC, DELETE_DEVICE);
        for warning in [&KEYS_GO_WITH_IT, &DELETION_DOES_NOT_LAST, &DEVICE_TOKENS_LINGER] {
            receipt.warn(warning);
        }
        match context.write(&Delete(&subject), &mut receipt).await {
            Ok(Some(Deleted::Before)) => receipt.warn(&DELETED_BEFORE),
            Ok(_) => {}
            Err(error) => {
                let gone = |is_there: &bool| !is_there;
                let read = IsThere(subject.id);
                settle::by(context, &read, &mut receipt, error, Grade::Confirmed, gone).await?;
            }
        }
        Ok(receipt)
    }
}

/// The one write.
#[derive(Debug)]
struct Delete<'a>(&'a Subject);

/// Who deleted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deleted {
    Now,
    /// It was gone.
    Before,
}

impl GraphCall for Delete<'_> {
    type Output = Deleted;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        self.0.request(&SPEC).build()
    }

    /// A device that was read before the write has the right id: a 404 then says that it is gone.
    fn accepts(&self, response: &Response) -> bool {
        matches!(response.status().as_u16(), 200 | 202 | 204)
            || self.0.device().is_some() && says_it_is_gone(&SPEC, response)
    }

    fn decode(&self, response: &Response) -> Result<Deleted> {
        if response.status().is_success() {
            return decode_nothing(&SPEC, response).map(|()| Deleted::Now);
        }
        Ok(Deleted::Before)
    }
}
