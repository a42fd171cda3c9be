//! Authentication methods as the tenant keeps them.

use std::time::Duration;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::clock::stamp;
use crate::model::MethodKind;
use crate::spec::ApiVersion;

/// The id that every user's password method has.
pub(super) const PASSWORD_ID: &str = "28c10230-6103-485e-b985-444c60001490";
pub(super) const MOBILE_ID: &str = "3179e48a-750b-4051-897c-87b9720928f7";
pub(super) const ALTERNATE_MOBILE_ID: &str = "b6332ec1-7057-4abe-9331-3d72feddfe41";
pub(super) const OFFICE_ID: &str = "e37fc753-ff3b-4958-9484-eaa9425c82bc";
const EMAIL_ID: &str = "3ddfcfc8-9383-446f-83cc-3ab9be4be18f";

/// Describes an authentication method to register for a user of a simulated tenant.
///
/// ```
/// use entra_ir_core::simulator::{NewMethod, NewUser, SimulatedTenant};
///
/// let tenant = SimulatedTenant::empty();
/// tenant.add_user(
///     NewUser::cloud("x@contoso.example")
///         .method(NewMethod::authenticator("Pixel 9").default_method())
///         .method(NewMethod::phone_mobile("+1 5550100")),
/// );
/// assert_eq!(tenant.methods_of("x@contoso.example").len(), 3); // with the password
/// ```
#[derive(Clone, Debug)]
pub struct NewMethod {
    pub(super) kind: MethodKind,
    pub(super) id: Option<String>,
    pub(super) registered: Registered,
    pub(super) is_default: bool,
    pub(super) properties: Map<String, Value>,
    pub(super) pass_lifetime: Option<Duration>,
}

/// When a method was registered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Registered {
    /// When it was added to the tenant.
    Now,
    At(OffsetDateTime),
    /// The service does not know.
    Unknown,
}

impl NewMethod {
    fn new(kind: MethodKind, properties: Value) -> Self {
        let properties = if let Value::Object(map) = properties { map } else { Map::new() };
        Self {
            kind,
            id: None,
            registered: Registered::Now,
            is_default: false,
            properties,
            pass_lifetime: None,
        }
    }

    fn phone(id: &str, phone_type: &str, number: &str, sms: &str) -> Self {
        let properties = json!({ "phoneNumber": number, "phoneType": phone_type, "smsSignInState": sms });
        // Graph gives no date for phones, and nobody has seen one.
        Self::new(MethodKind::Phone, properties).id(id).undated()
    }

    /// Makes a mobile phone number.
    pub fn phone_mobile(number: &str) -> Self {
        Self::phone(MOBILE_ID, "mobile", number, "notEnabled")
    }

    /// Makes an alternate mobile phone number.
    pub fn phone_alternate_mobile(number: &str) -> Self {
        Self::phone(ALTERNATE_MOBILE_ID, "alternateMobile", number, "notSupported")
    }

    /// Makes an office phone number.
    pub fn phone_office(number: &str) -> Self {
        Self::phone(OFFICE_ID, "office", number, "notSupported")
    }

    /// Makes an e-mail address.
    pub fn email(address: &str) -> Self {
        Self::new(MethodKind::Email, json!({ "emailAddress": address })).id(EMAIL_ID)
    }

    /// Makes Microsoft Authenticator on a device.
    pub fn authenticator(device: &str) -> Self {
        let app = json!({
            "displayName": device, "deviceTag": "SoftwareTokenActivated", "phoneAppVersion": "6.2406.4052",
            "clientAppName": "microsoftAuthenticator",
        });
        Self::new(MethodKind::MicrosoftAuthenticator, app)
    }

    /// Makes an app that shows time-based codes.
    pub fn software_oath() -> Self {
        Self::new(MethodKind::SoftwareOath, json!({ "secretKey": null }))
    }

    /// Makes a hardware token that shows time-based codes, activated.
    pub fn hardware_oath(serial_number: &str) -> Self {
        let device = json!({
            "@odata.type": "#microsoft.graph.hardwareOathTokenAuthenticationMethodDevice",
            "id": serial_number, "serialNumber": serial_number, "manufacturer": "Contoso Tokens", "model": "C-200",
            "status": "activated", "hashFunction": "hmacsha1", "timeIntervalInSeconds": 30, "secretKey": null,
        });
        Self::new(MethodKind::HardwareOath, json!({ "device": device }))
    }

    /// Makes a passkey.
    pub fn passkey(name: &str) -> Self {
        let key = json!({
            "displayName": name, "model": "YubiKey 5 Series", "aaGuid": "cb69481e-8ff7-4039-93ec-0a2729a154a8",
            "attestationCertificates": [], "attestationLevel": "attested", "passkeyType": "deviceBound",
        });
        Self::new(MethodKind::Fido2, key)
    }

    /// Makes Windows Hello for Business on a device.
    pub fn windows_hello(device: &str) -> Self {
        Self::new(MethodKind::WindowsHello, json!({ "displayName": device, "keyStrength": "normal" }))
    }

    /// Makes a platform credential on a Mac.
    pub fn platform_credential(device: &str) -> Self {
        let credential = json!({ "displayName": device, "keyStrength": "normal", "platform": "macOS" });
        Self::new(MethodKind::PlatformCredential, credential)
    }

    /// Makes a method of another vendor.
    pub fn external(name: &str) -> Self {
        let configuration = "5a4b9a67-10c5-4b3c-8d33-31a8f7d9a001";
        Self::new(MethodKind::External, json!({ "displayName": name, "configurationId": configuration }))
    }

    /// Makes a QR code with PIN.
    pub fn qr_code_pin() -> Self {
        Self::new(MethodKind::QrCodePin, json!({}))
    }

    /// Makes passwordless phone sign-in, the deprecated beta twin of Microsoft Authenticator.
    pub fn passwordless_authenticator(device: &str) -> Self {
        Self::new(MethodKind::PasswordlessAuthenticator, json!({ "displayName": device }))
    }

    /// Makes the key of a resource account.
    pub fn resource_account_key(name: &str) -> Self {
        Self::new(MethodKind::ResourceAccountKey, json!({ "displayName": name }))
    }

    /// Makes a Temporary Access Pass that works several times, from its registration on.
    pub fn temporary_access_pass(lifetime: Duration) -> Self {
        Self { pass_lifetime: Some(lifetime), ..Self::new(MethodKind::TemporaryAccessPass, json!({})) }
    }

    /// Makes a method of a type that no version of Graph knows yet, with any properties.
    ///
    /// Both versions list it, and no path removes it.
    pub fn unknown(odata_type: &str, properties: Value) -> Self {
        Self::new(MethodKind::Unknown(odata_type.to_owned()), properties)
    }

    /// Sets the id. Phones and e-mail have the ids that they have in every tenant.
    pub fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    /// Sets when it was registered. Otherwise: when it was added to the tenant; of a phone the service does not know it.
    pub fn registered(mut self, moment: OffsetDateTime) -> Self {
        self.registered = Registered::At(moment);
        self
    }

    /// Lets the service not know when it was registered.
    pub fn undated(mut self) -> Self {
        self.registered = Registered::Unknown;
        self
    }

    /// Sets the name shown. An attacker may choose any text.
    pub fn named(mut self, name: &str) -> Self {
        self.properties.insert("displayName".into(), name.into());
        self
    }

    /// Makes it the user's default method for MFA.
    pub fn default_method(mut self) -> Self {
        self.is_default = true;
        self
    }
}

/// A method as it is kept.
#[derive(Clone)]
pub(super) struct Method {
    pub(super) id: String,
    pub(super) kind: MethodKind,
    pub(super) created: Option<OffsetDateTime>,
    pub(super) properties: Map<String, Value>,
    pub(super) pass: Option<super::passes::Pass>,
}

impl Method {
    /// Returns whether it counts for the default-method rule: only push, codes and phones can be a default.
    pub(super) fn can_be_default(&self) -> bool {
        match self.kind {
            MethodKind::MicrosoftAuthenticator | MethodKind::SoftwareOath | MethodKind::Phone => true,
            MethodKind::HardwareOath => self.is_active(),
            _ => false,
        }
    }

    /// Returns whether it is a hardware token in use.
    pub(super) fn is_active(&self) -> bool {
        self.properties.get("device").and_then(|device| device.get("status")) == Some(&json!("activated"))
    }

    /// Makes a hardware token unusable and leaves it assigned.
    pub(super) fn deactivate(&mut self) {
        if let Some(Value::Object(device)) = self.properties.get_mut("device") {
            device.insert("status".into(), "assigned".into());
        }
    }

    pub(super) fn is_phone(&self, id: &str) -> bool {
        self.kind == MethodKind::Phone && self.id == id
    }

    /// Returns whether a version of Graph knows the type. An unknown one is shown by both.
    pub(super) fn is_in(&self, version: ApiVersion) -> bool {
        match self.kind {
            MethodKind::Unknown(_) => true,
            _ => version == ApiVersion::Beta || self.kind.version() == ApiVersion::V1,
        }
    }

    /// Returns the name of the sign-in preference that this method as the default one means.
    pub(super) fn preference(&self) -> Option<&'static str> {
        Some(match self.kind {
            MethodKind::MicrosoftAuthenticator => "push",
            MethodKind::SoftwareOath | MethodKind::HardwareOath => "oath",
            MethodKind::Phone if self.id == ALTERNATE_MOBILE_ID => "voiceAlternateMobile",
            MethodKind::Phone if self.id == OFFICE_ID => "voiceOffice",
            MethodKind::Phone => "sms",
            _ => return None,
        })
    }

    /// Shows the method: with its type in a mixed list, without it below its own segment, as OData does.
    pub(super) fn show(&self, version: ApiVersion, mixed: bool) -> Map<String, Value> {
        let mut shown = Map::new();
        if mixed {
            shown.insert("@odata.type".into(), self.kind.odata_type().into());
        }
        shown.insert("id".into(), self.id.clone().into());
        shown.insert("createdDateTime".into(), self.created.map(stamp).into());
        if version == ApiVersion::Beta {
            shown.insert("lastUsedDateTime".into(), Value::Null);
        }
        match self.kind {
            MethodKind::Password => _ = shown.insert("password".into(), Value::Null),
            MethodKind::PasswordlessAuthenticator => {
                shown.insert("creationDateTime".into(), self.created.map(stamp).into());
            }
            _ => {}
        }
        let only_beta = |name: &str| version == ApiVersion::V1 && name == "clientAppName";
        shown.extend(self.properties.clone().into_iter().filter(|(name, _)| !only_beta(name)));
        shown
    }
}
