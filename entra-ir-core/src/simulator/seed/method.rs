//! Authentication methods to register.

use std::time::Duration;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::ids::ObjectId;
use crate::model::MethodKind;
use crate::simulator::tenant::access_pass::Pass;
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::directory::Directory;
use crate::simulator::tenant::method::{ALTERNATE_MOBILE_ID, MOBILE_ID, Method, OFFICE_ID};
use crate::simulator::tenant::state::State;

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
    pub(crate) kind: MethodKind,
    id: Option<String>,
    registered: Registered,
    is_default: bool,
    properties: Map<String, Value>,
    pass_lifetime: Option<Duration>,
}

/// When a method was registered.
#[derive(Clone, Copy, Debug)]
enum Registered {
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
        // Graph returns no date for phones, and no report shows one.
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

    /// Sets when it was registered. Otherwise: when it was added to the tenant; of a phone the service does
    /// not know it.
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

    /// Registers it for an account that is there. Returns its id.
    pub(crate) fn register_for(self, user: ObjectId, state: &mut State) -> Option<String> {
        let now = state.now();
        let mut account = state.directory.get(user)?.clone();
        let id = self.register(&mut account, &mut state.directory, now);
        state.directory.change(user, now, |current| *current = account)?;
        Some(id)
    }

    /// Registers it; one of the same type and id is replaced. Returns its id.
    pub(super) fn register(
        self,
        account: &mut Account,
        directory: &mut Directory,
        now: OffsetDateTime,
    ) -> String {
        let id = self.id.unwrap_or_else(|| directory.method_id(&self.kind));
        let created = match self.registered {
            Registered::Now => Some(whole_seconds(now)),
            Registered::At(moment) => Some(whole_seconds(moment)),
            Registered::Unknown => None,
        };
        let pass = self.pass_lifetime.map(|lifetime| Pass::registered(created.unwrap_or(now), lifetime));
        account.methods.retain(|method| method.kind != self.kind || method.id != id);
        account.methods.push(Method {
            id: id.clone(),
            kind: self.kind,
            created,
            properties: self.properties,
            pass,
        });
        if self.is_default {
            account.default_method = Some(id.clone());
        }
        id
    }
}
