//! The device argument of a call.

use crate::error::{Refusal, Result};
use crate::ids::ObjectId;
use crate::model::Device;

/// The device of a call: its object id, or a [`Device`] of a list or a snapshot. An operation that gets a
/// [`Device`] does not read it again if it was read less than five minutes ago. A device from JSON has no
/// such time, and is read again.
///
/// A device has three ids. This is the directory's object id, not the `deviceId` that sign-in logs show, and
/// not the id that Intune gives it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let tenant = entra_ir_core::SimulatedTenant::contoso();
/// let client = tenant.client()?;
/// let list = client.list_devices("nadia@contoso.example").await?;
/// let before = tenant.requests();
/// client.disable_device(&list.devices[0]).await?;
/// assert_eq!(tenant.requests(), before + 3, "one write, and who else uses the device");
/// # Ok(())
/// # }
/// ```
pub trait IntoDevice {
    /// Returns the object id, checked.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if it is not an object id, or the device has none.
    fn into_device(self) -> Result<ObjectId>;

    /// Returns the device, if it is passed.
    fn known(&self) -> Option<&Device> {
        None
    }
}

impl IntoDevice for ObjectId {
    fn into_device(self) -> Result<ObjectId> {
        Ok(self)
    }
}

impl IntoDevice for &str {
    fn into_device(self) -> Result<ObjectId> {
        Ok(self.parse()?)
    }
}

impl IntoDevice for String {
    fn into_device(self) -> Result<ObjectId> {
        self.as_str().into_device()
    }
}

impl IntoDevice for &String {
    fn into_device(self) -> Result<ObjectId> {
        self.as_str().into_device()
    }
}

impl IntoDevice for &Device {
    fn into_device(self) -> Result<ObjectId> {
        let reason = "the service returned no object id of this device".to_owned();
        self.id.ok_or_else(|| Refusal::BadInput { what: "device", reason }.into())
    }

    fn known(&self) -> Option<&Device> {
        Some(self)
    }
}

impl IntoDevice for Device {
    fn into_device(self) -> Result<ObjectId> {
        (&self).into_device()
    }

    fn known(&self) -> Option<&Device> {
        Some(self)
    }
}
