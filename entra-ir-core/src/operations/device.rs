//! Reads the device of a write beforehand; shared by the writes on a device.

use futures_util::future::join;
use http::StatusCode;
use time::OffsetDateTime;

use super::account::{Account, leaves_unknown};
use crate::error::Result;
use crate::ids::{ObjectId, UserRef};
use crate::model::{Device, ReadAt};
use crate::operation::{Context, GraphCall};
use crate::receipt::{Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Verb};
use crate::target::{Target, TargetKind};
use crate::wire::{Request, RequestBuilder, Response, decode_failure, decode_optional, graph_error};

/// The device could not be read beforehand.
pub const DEVICE_NOT_READ: WarningKind = WarningKind::new(
    "device-not-read",
    "the device could not be read beforehand, so whether Active Directory decides about it is unknown: {}",
    Weight::MayRemain("the kind of device is unknown"),
);

/// The tokens of the device do not end at once.
pub const DEVICE_TOKENS_LINGER: WarningKind = WarningKind::new(
    "device-tokens-linger",
    "the primary refresh token of the device and its refresh tokens may work for up to an hour, and issued access tokens until they end",
    Weight::MayRemain("its tokens may work for up to an hour"),
);

/// What reading one device is.
pub(super) static DEVICE: OperationSpec = OperationSpec {
    summary: "Reads a device: how it is joined, its system, and whether it is enabled.",
    target: TargetKind::Device,
    doc: "https://learn.microsoft.com/graph/api/device-get",
    ..OperationSpec::read(
        "read_device",
        Endpoint::v1(Verb::Get, "/devices/{id}"),
        &[&["Device.Read.All"], &["Directory.Read.All"]],
        &[&["Device.Read.All"], &["Device.ReadWrite.All"], &["Directory.Read.All"]],
    )
};

/// The spec that the writes on a device share.
pub(super) const CHANGE: OperationSpec = OperationSpec {
    target: TargetKind::Device,
    idempotency: Idempotency::Idempotent,
    uses: &[&DEVICE, &super::get_user::SPEC],
    ..OperationSpec::write(
        "",
        Endpoint::v1(Verb::Patch, "/devices/{id}"),
        Effect::Change,
        &[&["Directory.AccessAsUser.All"]],
        &[&["Device.ReadWrite.All"]],
    )
};

/// Writes what the operations on a device share: how they are made, and the account that they are done for.
macro_rules! on_device {
    ($operation:ident { $($option:ident: $default:expr),+ }) => {
        impl $operation {
            /// Makes the operation for a device.
            ///
            /// # Errors
            /// [`Error::Refused`](crate::Error::Refused) if the id cannot be an object id.
            pub fn new(device: impl $crate::operation::IntoDevice) -> $crate::error::Result<Self> {
                Ok(Self { device: device.into_device()?, user: None, $($option: $default),+ })
            }

            /// Names the account that it is done for: the receipt names it, and the guard checks it beside
            /// the owners of the device. An account that is named by its sign-in name is read.
            ///
            /// # Errors
            /// [`Error::Refused`](crate::Error::Refused) if the name cannot be one.
            pub fn for_user(self, user: impl $crate::operation::IntoUser) -> $crate::error::Result<Self> {
                Ok(Self { user: Some(user.into_user()?), ..self })
            }
        }

        impl $crate::operation::Call<'_, $operation> {
            /// Names the account that it is done for: see the operation.
            pub fn for_user(self, user: impl $crate::operation::IntoUser) -> Self {
                let known = user.known().cloned();
                let call = self.and_then(|operation| operation.for_user(user));
                match known {
                    Some(known) => call.knowing(known),
                    None => call,
                }
            }
        }
    };
}
pub(super) use on_device;

/// Holds the device of a write, or the reason why it could not be read, and the account that it is done for.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) id: ObjectId,
    read: std::result::Result<Device, String>,
    account: Option<Account>,
    /// The object id of the account, if known.
    user: Option<ObjectId>,
}

impl Subject {
    /// Reads the device, unless the caller passed it, and the account if it is not named by object id. A
    /// refusal by Graph leaves the device unknown: an urgent write is done all the same, with a warning.
    ///
    /// # Errors
    /// If there was no answer at all, or no such device or account: then the write cannot succeed either.
    pub(super) async fn read(context: &Context, id: ObjectId, user: Option<UserRef>) -> Result<Self> {
        let device = async {
            match context.known_device(id) {
                Some(known) => Ok(known.clone()),
                None => context.read(&ReadDevice(id)).await,
            }
        };
        let (device, account) = join(device, account_of(context, user)).await;
        let read = match device {
            Err(error) if leaves_unknown(&error) => Err(error.to_string()),
            device => Ok(device?),
        };
        let (account, user) = account?;
        Ok(Self { id, read, account, user })
    }

    /// Returns the device, if it could be read.
    pub(super) fn device(&self) -> Option<&Device> {
        self.read.as_ref().ok()
    }

    /// Returns whether a sync may decide about it; false if it could not be read, which has its own warning.
    pub(super) fn may_be_hybrid(&self) -> bool {
        self.device().is_some_and(|device| device.is_hybrid() != Some(false))
    }

    /// Opens a receipt for it, with a warning if it could not be read.
    pub(super) fn receipt(&self, spec: &'static OperationSpec, mechanism: Mechanism) -> Receipt {
        let mut receipt = Receipt::new(spec, Target::Device { id: self.id }, mechanism);
        if let Some(account) = &self.account {
            receipt = account.noted_in(receipt);
        }
        receipt.account = self.user;
        if let Err(reason) = &self.read {
            receipt.warn(DEVICE_NOT_READ.with(reason));
        }
        receipt
    }

    /// Starts the request of a write on it, which names the device and the account.
    pub(super) fn request(&self, spec: &'static OperationSpec) -> RequestBuilder {
        let about = Target::Device { id: self.id };
        let request = RequestBuilder::new(spec).var("{id}", &self.id.to_string()).about(about);
        match self.user {
            Some(user) => request.about(user.into()),
            None => request,
        }
    }
}

/// Returns the account and its object id; one that is named by object id is not read.
async fn account_of(context: &Context, user: Option<UserRef>) -> Result<(Option<Account>, Option<ObjectId>)> {
    match user {
        None => Ok((None, None)),
        Some(UserRef::Id(id)) => Ok((None, Some(id))),
        Some(name) => {
            let account = Account::read(context, name).await?;
            let id = account.target.id();
            Ok((Some(account), id))
        }
    }
}

fn request(id: ObjectId) -> Result<Request> {
    let request = RequestBuilder::new(&DEVICE).var("{id}", &id.to_string()).about(Target::Device { id });
    request.query("$select", Device::SELECT).build()
}

/// Reads a device.
#[derive(Debug)]
pub(super) struct ReadDevice(pub(super) ObjectId);

impl GraphCall for ReadDevice {
    type Output = Device;

    fn spec(&self) -> &'static OperationSpec {
        &DEVICE
    }

    fn request(&self) -> Result<Request> {
        request(self.0)
    }

    fn decode(&self, response: &Response) -> Result<Device> {
        let mut device: Device = decode_optional(&DEVICE, response)?;
        if device.id != Some(self.0) {
            let reason = "it is about another device than the requested one";
            return Err(decode_failure(&DEVICE, "id", reason, Some(response), false));
        }
        device.read = ReadAt::now();
        Ok(device)
    }
}

/// Reads whether a device exists. One that was deleted and can be restored does not.
#[derive(Debug)]
pub(super) struct IsThere(pub(super) ObjectId);

impl GraphCall for IsThere {
    type Output = bool;

    fn spec(&self) -> &'static OperationSpec {
        &DEVICE
    }

    fn request(&self) -> Result<Request> {
        request(self.0)
    }

    fn accepts(&self, response: &Response) -> bool {
        response.status().is_success() || says_it_is_gone(&DEVICE, response)
    }

    fn decode(&self, response: &Response) -> Result<bool> {
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(false);
        }
        ReadDevice(self.0).decode(response).map(|_| true)
    }
}

/// Returns whether Graph answers that there is no such object.
pub(super) fn says_it_is_gone(spec: &'static OperationSpec, response: &Response) -> bool {
    response.status() == StatusCode::NOT_FOUND
        && graph_error(spec, response, OffsetDateTime::UNIX_EPOCH).says_object_is_missing()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DeviceTrust;

    const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

    #[test]
    fn one_device_is_read_by_its_object_id() {
        let read = ReadDevice(ID.parse().unwrap());
        let uri = read.request().unwrap().uri().to_string();
        assert!(uri.starts_with(&format!("/v1.0/devices/{ID}?$select=id,deviceId,")), "{uri}");
        let answer = |body: String| read.decode(&Response::new(body.into()));
        let device =
            answer(format!(r#"{{"id":"{ID}","trustType":"ServerAD","accountEnabled":true}}"#)).unwrap();
        assert_eq!((device.trust_type, device.account_enabled), (Some(DeviceTrust::Hybrid), Some(true)));
        for other in ["{}", r#"{"id":"0ddb0000-0000-4000-8000-000000000000"}"#, "", "[]"] {
            assert!(answer(other.to_owned()).is_err(), "{other}");
        }
    }

    #[test]
    fn only_an_answer_about_the_object_says_that_it_is_gone() {
        let there = IsThere(ID.parse().unwrap());
        let says = |code: &str, message: &str| {
            let body = format!(r#"{{"error":{{"code":"{code}","message":"{message}"}}}}"#);
            let mut answer = Response::new(body.into());
            *answer.status_mut() = StatusCode::NOT_FOUND;
            there.accepts(&answer)
        };
        assert!(says("Request_ResourceNotFound", "Resource does not exist"));
        assert!(!says("ResourceNotFound", "Resource not found for the segment 'devices'."));
        assert!(!says("", "") && !says("UnknownError", "gone"));
    }
}
