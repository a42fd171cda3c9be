//! `disable_device` and `enable_device`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::device::{CHANGE, DEVICE_TOKENS_LINGER, ReadDevice, Subject, on_device};
use super::revoke_sign_in_sessions::CONFIRM_WITHIN;
use super::settle::{self, Unseen};
use crate::error::{Refusal, Result};
use crate::ids::{ObjectId, UserRef};
use crate::model::Device;
use crate::operation::{Call, Client, Context, GraphCall, IntoDevice, Operation, options};
use crate::receipt::{Grade, Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{CallerKind, Effect, OperationSpec, Permissions};
use crate::wire::{Request, Response, decode_nothing};

/// `PATCH /devices/{id}` with `accountEnabled`.
pub const DEVICE_ENABLED: Mechanism = Mechanism::new("device-enabled", "PATCH accountEnabled of the device");

/// The device is hybrid joined, and the next sync enables it again.
pub const HELD_UNTIL_SYNC: WarningKind = WarningKind::new(
    "held-until-sync",
    "Active Directory decides about a hybrid joined device: the next sync enables it again; disable its computer account in Active Directory to close it",
    Weight::MayRemain("held until the next sync"),
);

/// The device is hybrid joined, and the next sync decides whether it stays enabled.
pub const SYNC_DECIDES: WarningKind = WarningKind::new(
    "sync-decides",
    "Active Directory decides about a hybrid joined device: the next sync disables it again if its computer account is disabled",
    Weight::MayRemain("may be undone by the next sync"),
);

/// A hybrid device was still, or again, enabled after it was disabled.
pub const ENABLED_AGAIN: WarningKind = WarningKind::new(
    "enabled-again",
    "accepted, but the device showed enabled after {} s: the directory still shows the old state, or a sync enabled it again; disable its computer account in Active Directory",
    Weight::MayRemain("showed enabled again"),
);

/// Forbids to sign in on a device: the portal's "Disable".
///
/// # Effect
/// The primary refresh token of the device and its refresh tokens end within up to an hour, for every account
/// on it, and the Windows Hello keys of the device are refused. Other devices, and sessions that are not
/// bound to the device, are not affected. The next sync enables a hybrid joined device again: disable its
/// computer account in Active Directory too. [`enable_device`](crate::Client::enable_device) undoes it.
///
/// # Permissions
/// Delegated `Directory.AccessAsUser.All` with the role Cloud Device Administrator or Intune Administrator;
/// application `Device.ReadWrite.All` or `Directory.ReadWrite.All`, for Windows devices only.
/// `Device.Read.All` to read the device.
///
/// # Errors
/// [`Error::Refused`](crate::Error::Refused) before anything is written: for an application on a device that
/// is not a Windows device, for a printer, and for a device that other accounts use, too, without
/// [`Guard::allow_tenant_wide`](crate::Guard::allow_tenant_wide). [`Error::Graph`](crate::Error::Graph) 403 if permission or
/// role is missing, 404 if there is no device with this object id. If the device cannot be read, it is
/// disabled all the same, and the receipt has a warning. If the answer is lost, or is not Graph's, the device
/// is read: the grade is *confirmed* if it shows disabled; otherwise the error remains.
///
/// Source: "Update device" and "Manage device identities" on Microsoft Learn; the hour and the sync:
/// "Microsoft Entra device management FAQ".
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::operations::HELD_UNTIL_SYNC;
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let list = client.list_devices("adele@contoso.example").await?;
/// let receipt = client.disable_device(&list.devices[0]).for_user("adele@contoso.example").confirm().await?;
/// assert!(receipt.is_complete() && receipt.has(&HELD_UNTIL_SYNC), "LAPTOP-ADELE is hybrid joined");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DisableDevice {
    /// The device, by object id.
    pub device: ObjectId,
    /// The account that it is done for.
    #[serde(default)]
    pub user: Option<UserRef>,
    /// How long to wait until the device shows disabled; `None` does not read back. In seconds in JSON.
    #[serde(default, with = "crate::json::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Seconds>"))]
    pub confirm_within: Option<Duration>,
}

/// What [`DisableDevice`] is.
pub static DISABLE: OperationSpec = OperationSpec {
    id: "disable_device",
    summary: "Forbids to sign in on a device: its primary refresh token and its refresh tokens end within an hour.",
    does_not: "Does not end access tokens that were issued, sessions that are not bound to the device, or the device's data; the \
        next sync enables a hybrid device again.",
    effect: Effect::Contain,
    undo: "enable_device.",
    ..EITHER
};

on_device!(DisableDevice { confirm_within: None });

options!(DisableDevice {
    /// Reads back until the device shows disabled, for three minutes at most; twice in a row if a sync may
    /// enable it again.
    confirm() |this| this.confirm_within = Some(CONFIRM_WITHIN);
    /// Reads back until the device shows disabled, for the time given at most.
    confirm_within(deadline: Duration) |this| this.confirm_within = Some(deadline);
});

impl Client {
    /// Forbids to sign in on a device: [`DisableDevice`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn disable_device(&self, device: impl IntoDevice) -> Call<'_, DisableDevice> {
        self.on_device(device, DisableDevice::new)
    }
}

impl Operation for DisableDevice {
    type Output = Receipt;

    fn spec(&self) -> &'static OperationSpec {
        &DISABLE
    }

    async fn run(self, context: &Context) -> Result<Receipt> {
        set_enabled(context, self.device, self.user, self.confirm_within, false).await
    }
}

/// Allows to sign in on a device again. This grants access: do it after the device was checked, or wiped.
///
/// # Effect
/// Sign-in on the device works again, with the Windows Hello keys that it held. Tokens that ended by the
/// disabling stay void. The next sync disables a hybrid joined device again if its computer account is
/// disabled.
///
/// # Permissions
/// As for [`disable_device`](crate::Client::disable_device).
///
/// # Errors
/// As for [`disable_device`](crate::Client::disable_device).
///
/// Source: "Update device" and "Manage device identities" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let list = client.list_devices("liam@contoso.example").await?;
/// client.enable_device(&list.devices[0]).await?;
/// assert_eq!(client.list_devices("liam@contoso.example").await?.devices[0].account_enabled, Some(true));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EnableDevice {
    /// The device, by object id.
    pub device: ObjectId,
    /// The account that it is done for.
    #[serde(default)]
    pub user: Option<UserRef>,
    /// How long to wait until the device shows enabled; `None` does not read back. In seconds in JSON.
    #[serde(default, with = "crate::json::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Seconds>"))]
    pub confirm_within: Option<Duration>,
}

/// What [`EnableDevice`] is.
pub static ENABLE: OperationSpec = OperationSpec {
    id: "enable_device",
    summary: "Allows to sign in on a device again.",
    does_not: "Does not restore tokens; the next sync disables a hybrid device again if its computer account is disabled.",
    undo: "disable_device.",
    ..EITHER
};

on_device!(EnableDevice { confirm_within: None });

options!(EnableDevice {
    /// Reads back until the device shows enabled, for three minutes at most.
    confirm() |this| this.confirm_within = Some(CONFIRM_WITHIN);
    /// Reads back until the device shows enabled, for the time given at most.
    confirm_within(deadline: Duration) |this| this.confirm_within = Some(deadline);
});

impl Client {
    /// Allows to sign in on a device again: [`EnableDevice`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn enable_device(&self, device: impl IntoDevice) -> Call<'_, EnableDevice> {
        self.on_device(device, EnableDevice::new)
    }
}

impl Operation for EnableDevice {
    type Output = Receipt;

    fn spec(&self) -> &'static OperationSpec {
        &ENABLE
    }

    async fn run(self, context: &Context) -> Result<Receipt> {
        set_enabled(context, self.device, self.user, self.confirm_within, true).await
    }
}

/// The spec that disabling and enabling share.
const EITHER: OperationSpec = OperationSpec {
    permissions: Permissions {
        application: &[&["Device.ReadWrite.All"], &["Directory.ReadWrite.All"]],
        ..CHANGE.permissions
    },
    roles: &["Cloud Device Administrator", "Intune Administrator"],
    if_unknown: "read the device's accountEnabled, or call again: the end state is the same",
    doc: "https://learn.microsoft.com/graph/api/device-update",
    ..CHANGE
};

const fn spec(enabled: bool) -> &'static OperationSpec {
    if enabled { &ENABLE } else { &DISABLE }
}

/// Disables or enables, with the warnings of a hybrid device.
async fn set_enabled(
    context: &Context,
    device: ObjectId,
    user: Option<UserRef>,
    confirm_within: Option<Duration>,
    enabled: bool,
) -> Result<Receipt> {
    let subject = Subject::read(context, device, user).await?;
    if let Some(device) = subject.device() {
        refuse(context, &subject, device, spec(enabled)).await?;
    }
    let mut receipt = subject.receipt(spec(enabled), DEVICE_ENABLED);
    if subject.may_be_hybrid() {
        receipt.warn(if enabled { &SYNC_DECIDES } else { &HELD_UNTIL_SYNC });
    }
    if !enabled {
        receipt.warn(&DEVICE_TOKENS_LINGER);
    }
    let read = ReadDevice(subject.id);
    let shows = |device: &Device| device.account_enabled == Some(enabled);
    if let Err(error) = context.write(&SetEnabled { subject: &subject, enabled }, &mut receipt).await {
        settle::by(context, &read, &mut receipt, error, Grade::Confirmed, shows).await?;
    }
    if let (Some(within), Grade::Accepted) = (confirm_within, receipt.grade) {
        // A sync may enable a hybrid device again at once: one look is not enough.
        let in_a_row = if subject.may_be_hybrid() { 2 } else { 1 };
        match settle::until(context, &read, within, in_a_row, shows).await {
            Ok(()) => receipt.grade = Grade::Confirmed,
            Err(Unseen::NotShown(seconds)) if !enabled && subject.may_be_hybrid() => {
                receipt.warn(ENABLED_AGAIN.with(seconds));
            }
            Err(unseen) => receipt.warn(unseen),
        }
    }
    Ok(receipt)
}

/// Refuses what Graph cannot do to this device.
async fn refuse(
    context: &Context,
    subject: &Subject,
    device: &Device,
    spec: &'static OperationSpec,
) -> Result<()> {
    if device.profile_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("Printer")) {
        let reason = "a printer can be neither disabled nor enabled as a device".into();
        return Err(Refusal::Impossible { reason, instead: "manage it in Universal Print" }.into());
    }
    let other = device.operating_system.as_deref().filter(|system| !is_windows(system));
    if let Some(system) = other
        && context.caller().await.kind == Some(CallerKind::AppOnly)
    {
        let (operation, system) = (spec.id, system.to_owned());
        return Err(Refusal::AppOnlyOnDevice { operation, device: subject.id, system }.into());
    }
    Ok(())
}

/// Returns whether a system may be Windows, a server's included.
fn is_windows(system: &str) -> bool {
    system.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("Windows"))
}

/// The one write, in either direction.
#[derive(Debug)]
struct SetEnabled<'a> {
    subject: &'a Subject,
    enabled: bool,
}

impl GraphCall for SetEnabled<'_> {
    type Output = ();

    fn spec(&self) -> &'static OperationSpec {
        spec(self.enabled)
    }

    fn request(&self) -> Result<Request> {
        let body = json!({ "accountEnabled": self.enabled });
        self.subject.request(spec(self.enabled)).json(body).build()
    }

    fn decode(&self, response: &Response) -> Result<()> {
        decode_nothing(spec(self.enabled), response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_windows_and_a_phone_is_not() {
        for system in ["Windows", "windows", "Windows Server 2022"] {
            assert!(is_windows(system), "{system}");
        }
        for system in ["iOS", "Android", "MacMDM", "Linux", "", "Wïndows"] {
            assert!(!is_windows(system), "{system}");
        }
    }
}
