//! The `authenticationMethod` resource and the types derived from it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::lenient::parse_date;
use super::{AccessPassMethod, MethodKind, timestamp};
use crate::ids::MethodId;
use crate::text::printable;
use crate::wire::mask;

/// Describes one authentication method of a user. [`raw`](Self::raw) holds what the service sent and is not
/// modelled here. In JSON it also has whether it [signs in alone](Self::signs_in_alone), and the unchanged
/// object if the type is unknown.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = beside))]
#[non_exhaustive]
pub struct AuthenticationMethod {
    /// The id; unique among the user's methods of this type.
    pub id: MethodId,
    /// The type.
    pub kind: MethodKind,
    /// When it was registered. UTC. The service does not always know.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub created: Option<OffsetDateTime>,
    /// When it was last used. UTC. Only beta has it.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub last_used: Option<OffsetDateTime>,
    /// What is particular to the type, such as `number` and `phone_type`.
    pub detail: MethodDetail,
    /// The unchanged object, without secrets. In JSON only for a type that this version does not
    /// know.
    #[cfg_attr(feature = "schema", schemars(skip_serializing_if = "Map::is_empty"))]
    pub raw: Map<String, Value>,
}

/// Holds the details of a type of method. Whoever registered the method, perhaps an attacker, chose its names
/// and numbers: escape them when you show them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MethodDetail {
    /// A phone number.
    #[non_exhaustive]
    Phone {
        /// The number, with country code.
        number: Option<String>,
        /// `mobile`, `alternateMobile`, `office`, or a newer word.
        phone_type: Option<String>,
        /// Whether SMS to the number is enough to sign in: `ready` if so.
        sms_sign_in_state: Option<String>,
    },
    /// An e-mail address.
    #[non_exhaustive]
    Email {
        /// The address.
        address: Option<String>,
    },
    /// A passkey.
    #[non_exhaustive]
    Fido2 {
        /// The name given to it.
        display_name: Option<String>,
        /// The authenticator's model.
        model: Option<String>,
        /// The authenticator's AAGUID.
        aa_guid: Option<String>,
        /// `attested`, `notAttested`, or a newer word.
        attestation_level: Option<String>,
        /// `deviceBound`, `synced`, or a newer word.
        passkey_type: Option<String>,
    },
    /// A device: Authenticator, Windows Hello, platform credential, passwordless phone.
    #[non_exhaustive]
    Device {
        /// The device's name.
        display_name: Option<String>,
        /// The app's version (Authenticator).
        app_version: Option<String>,
        /// The tag of the registration (Authenticator): `SoftwareTokenActivated` for codes.
        device_tag: Option<String>,
        /// `normal`, `weak`, `unknown` (Windows Hello, platform credential).
        key_strength: Option<String>,
        /// The operating system (platform credential).
        platform: Option<String>,
        /// The application that holds it, if it is not Authenticator itself (beta): `outlookMobile` for
        /// Authenticator Lite.
        client_app: Option<String>,
    },
    /// An external method.
    #[non_exhaustive]
    External {
        /// The method's name.
        display_name: Option<String>,
        /// The configuration it belongs to.
        configuration_id: Option<String>,
    },
    /// A Temporary Access Pass, without the pass.
    TemporaryAccessPass(AccessPassMethod),
    /// A type that this version does not know.
    #[non_exhaustive]
    Unknown {
        /// The name given to it, if it has one.
        display_name: Option<String>,
        /// The other properties, without secrets.
        properties: Map<String, Value>,
    },
    /// The type has no details, or they were not understood; see [`raw`](AuthenticationMethod::raw).
    #[serde(other)]
    Other,
}

impl MethodDetail {
    fn read(kind: &MethodKind, raw: &Map<String, Value>) -> Self {
        let text = |name: &str| raw.get(name).and_then(Value::as_str).map(str::to_owned);
        match kind {
            MethodKind::Phone => Self::Phone {
                number: text("phoneNumber"),
                phone_type: text("phoneType"),
                sms_sign_in_state: text("smsSignInState"),
            },
            MethodKind::Email => Self::Email { address: text("emailAddress") },
            MethodKind::Fido2 => Self::Fido2 {
                display_name: text("displayName"),
                model: text("model"),
                aa_guid: text("aaGuid"),
                attestation_level: text("attestationLevel"),
                passkey_type: text("passkeyType"),
            },
            MethodKind::MicrosoftAuthenticator
            | MethodKind::WindowsHello
            | MethodKind::PlatformCredential
            | MethodKind::PasswordlessAuthenticator => Self::Device {
                display_name: text("displayName"),
                app_version: text("phoneAppVersion"),
                device_tag: text("deviceTag"),
                key_strength: text("keyStrength"),
                platform: text("platform"),
                client_app: text("clientAppName"),
            },
            MethodKind::External => Self::External {
                display_name: text("displayName"),
                configuration_id: text("configurationId"),
            },
            MethodKind::TemporaryAccessPass => serde_json::from_value(Value::Object(raw.clone()))
                .map_or(Self::Other, |pass| {
                    Self::TemporaryAccessPass(AccessPassMethod { temporary_access_pass: None, ..pass })
                }),
            MethodKind::Unknown(_) => {
                let is_known = |name: &str| {
                    matches!(
                        name,
                        "id" | "displayName" | "createdDateTime" | "creationDateTime" | "lastUsedDateTime"
                    ) || name.starts_with('@')
                };
                let properties = raw.iter().filter(|(name, _)| !is_known(name));
                Self::Unknown {
                    display_name: text("displayName"),
                    properties: properties.map(|(name, value)| (name.clone(), value.clone())).collect(),
                }
            }
            _ => Self::Other,
        }
    }
}

impl AuthenticationMethod {
    /// Creates a method from an item that cannot be understood or addressed: it is a method all the same.
    pub(crate) fn unreadable(item: &Value) -> Self {
        let raw = item.as_object().cloned().unwrap_or_default();
        let text = |name: &str| raw.get(name).and_then(Value::as_str).unwrap_or_default();
        let kind = MethodKind::from_odata_type(text("@odata.type"));
        Self {
            id: MethodId::as_listed(text("id")),
            created: None,
            last_used: None,
            detail: MethodDetail::read(&kind, &raw),
            kind,
            raw,
        }
    }

    /// Describes the method in a few words, such as `phone number mobile +1 5550100`.
    pub fn label(&self) -> String {
        let particular = match &self.detail {
            MethodDetail::Phone { number, phone_type, .. } => [phone_type.as_deref(), number.as_deref()],
            MethodDetail::Email { address } => [address.as_deref(), None],
            MethodDetail::Fido2 { display_name, model, .. } => {
                [display_name.as_deref().or(model.as_deref()), None]
            }
            MethodDetail::Device { display_name, .. }
            | MethodDetail::External { display_name, .. }
            | MethodDetail::Unknown { display_name, .. } => [display_name.as_deref(), None],
            MethodDetail::TemporaryAccessPass(_) | MethodDetail::Other => [None, None],
        };
        let mut label = self.kind.to_string();
        for word in particular.into_iter().flatten() {
            label.push(' ');
            label.push_str(&printable(word));
        }
        label
    }

    /// Returns its name, number or address, which whoever registered it chose.
    pub fn name(&self) -> Option<&str> {
        match &self.detail {
            MethodDetail::Phone { number: name, .. }
            | MethodDetail::Email { address: name }
            | MethodDetail::Fido2 { display_name: name, .. }
            | MethodDetail::Device { display_name: name, .. }
            | MethodDetail::External { display_name: name, .. }
            | MethodDetail::Unknown { display_name: name, .. } => {
                name.as_deref().filter(|name| !name.is_empty())
            }
            MethodDetail::TemporaryAccessPass(_) | MethodDetail::Other => None,
        }
    }

    /// Returns whether it is enough to sign in: by its type, or as a phone number that is set up for SMS
    /// sign-in.
    pub fn signs_in_alone(&self) -> bool {
        let sms = matches!(&self.detail, MethodDetail::Phone { sms_sign_in_state: Some(state), .. } if state.eq_ignore_ascii_case("ready"));
        sms || self.kind.signs_in_alone()
    }

    /// Sets the type of the list that contains the method, if the method names none.
    pub(crate) fn assume_kind(&mut self, kind: &MethodKind) {
        if self.kind == MethodKind::Unknown(String::new()) {
            self.kind = kind.clone();
            self.detail = MethodDetail::read(kind, &self.raw);
        }
    }

    /// Adds what another version of the service returns about the same method. Existing values are kept.
    pub(crate) fn complete(&mut self, other: Map<String, Value>) {
        fill(&mut self.raw, other);
        (self.created, self.last_used) = moments(&self.raw);
        self.detail = MethodDetail::read(&self.kind, &self.raw);
    }

    /// Returns whether this is a phone of the given type (`mobile`, `alternateMobile`, `office`).
    pub(crate) fn is_phone(&self, wanted: &str) -> bool {
        matches!(&self.detail, MethodDetail::Phone { phone_type: Some(is), .. } if is.eq_ignore_ascii_case(wanted))
    }
}

/// Adds the properties that an object lacks or has as null, at any depth.
fn fill(object: &mut Map<String, Value>, other: Map<String, Value>) {
    for (name, value) in other {
        match (object.get_mut(&name), value) {
            (Some(Value::Object(inner)), Value::Object(more)) => fill(inner, more),
            (Some(known), _) if !known.is_null() => {}
            (_, value) => {
                object.insert(name, value);
            }
        }
    }
}

/// Reads when a method was registered, and when it was last used.
fn moments(raw: &Map<String, Value>) -> (Option<OffsetDateTime>, Option<OffsetDateTime>) {
    let moment = |name: &str| raw.get(name).and_then(Value::as_str).and_then(parse_date);
    (moment("createdDateTime").or_else(|| moment("creationDateTime")), moment("lastUsedDateTime"))
}

#[cfg(feature = "schema")]
fn beside(schema: &mut schemars::Schema) {
    let alone = "Whether it is enough to sign in. A passkey is; a number only where SMS \
        sign-in is set up. A type that this version does not know counts as one that can.";
    crate::schema::add::<bool>(schema, "signs_in_alone", alone);
    let name = "Its name, number or address, chosen by whoever registered it.";
    crate::schema::add::<Option<String>>(schema, "name", name);
}

impl Serialize for AuthenticationMethod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// The method, and computed properties.
        #[derive(Serialize)]
        struct Written<'a> {
            id: &'a MethodId,
            kind: &'a MethodKind,
            #[serde(serialize_with = "timestamp::serialize")]
            created: Option<OffsetDateTime>,
            #[serde(serialize_with = "timestamp::serialize")]
            last_used: Option<OffsetDateTime>,
            detail: &'a MethodDetail,
            signs_in_alone: bool,
            name: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            raw: Option<&'a Map<String, Value>>,
        }
        Written {
            id: &self.id,
            kind: &self.kind,
            created: self.created,
            last_used: self.last_used,
            detail: &self.detail,
            signs_in_alone: self.signs_in_alone(),
            name: self.name(),
            raw: matches!(self.kind, MethodKind::Unknown(_)).then_some(&self.raw),
        }
        .serialize(serializer)
    }
}

/// A method as this library writes it.
#[derive(Deserialize)]
struct Stored {
    #[serde(deserialize_with = "MethodId::read_any")]
    id: MethodId,
    kind: MethodKind,
    #[serde(default, with = "timestamp")]
    created: Option<OffsetDateTime>,
    #[serde(default, with = "timestamp")]
    last_used: Option<OffsetDateTime>,
    detail: MethodDetail,
    #[serde(default)]
    raw: Map<String, Value>,
}

impl<'de> Deserialize<'de> for AuthenticationMethod {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Map::<String, Value>::deserialize(deserializer)?;
        // Graph writes the type, this library what it read.
        if raw.contains_key("detail") && !raw.contains_key("@odata.type") {
            let Stored { id, kind, created, last_used, detail, raw } =
                serde_json::from_value(Value::Object(raw)).map_err(D::Error::custom)?;
            return Ok(Self { id, kind, created, last_used, detail, raw });
        }
        // The service returns null for secrets on every read; if it ever does not, drop them.
        let mut whole = Value::Object(raw);
        mask(&mut whole);
        let Value::Object(raw) = whole else {
            return Err(D::Error::custom("not an object"));
        };
        let id = raw.get("id").and_then(Value::as_str).ok_or_else(|| D::Error::missing_field("id"))?;
        let id = id.parse().map_err(|_| D::Error::custom("the id of a method is not valid in a path"))?;
        let odata_type = raw.get("@odata.type").and_then(Value::as_str).unwrap_or_default();
        let kind = MethodKind::from_odata_type(odata_type);
        let (created, last_used) = moments(&raw);
        Ok(Self { id, created, last_used, detail: MethodDetail::read(&kind, &raw), kind, raw })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> AuthenticationMethod {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_unknown_type_is_kept_whole() {
        let method =
            read(r##"{"@odata.type":"#microsoft.graph.newAuthenticationMethod","id":"x","colour":"red"}"##);
        assert!(matches!(&method.kind, MethodKind::Unknown(name) if name.contains("new")));
        assert_eq!(method.raw["colour"], "red");
        let named = r##"{"@odata.type":"#microsoft.graph.newAuthenticationMethod","id":"x","displayName":"Implant","colour":"red","secretKey":"hush"}"##;
        let json = serde_json::to_string(&read(named)).unwrap();
        assert!(json.contains("Implant") && json.contains("red") && !json.contains("hush"), "{json}");
        assert!(read(named).label().ends_with("Implant"));
        let written: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (&written["signs_in_alone"], &written["raw"]["colour"]),
            (&Value::Bool(true), &Value::from("red"))
        );
    }

    #[test]
    fn the_verdict_on_a_method_is_written_with_it() {
        for (properties, alone) in [
            (r##""@odata.type":"#microsoft.graph.phoneAuthenticationMethod""##, false),
            (
                r##""@odata.type":"#microsoft.graph.phoneAuthenticationMethod","smsSignInState":"ready""##,
                true,
            ),
            (r##""@odata.type":"#microsoft.graph.fido2AuthenticationMethod""##, true),
        ] {
            let method = read(&format!(r#"{{{properties},"id":"x"}}"#));
            let written = serde_json::to_value(&method).unwrap();
            assert_eq!(written["signs_in_alone"], alone, "{properties}");
            assert_eq!(method.signs_in_alone(), alone);
            assert!(written.get("raw").is_none(), "`detail` holds what is known");
        }
    }

    #[test]
    fn the_older_name_of_the_date_is_read() {
        let method = read(
            r##"{"@odata.type":"#microsoft.graph.fido2AuthenticationMethod","id":"x","creationDateTime":"2026-03-02T09:00:00Z"}"##,
        );
        assert_eq!(method.created.unwrap().year(), 2026);
    }

    #[test]
    fn odd_values_lose_nothing() {
        let method = read(
            r##"{"@odata.type":"#microsoft.graph.phoneAuthenticationMethod","id":"x","phoneNumber":7,"phoneType":"satellite"}"##,
        );
        assert_eq!(method.kind, MethodKind::Phone);
        assert_eq!(method.raw["phoneNumber"], 7);
        assert_eq!(method.label(), "phone number satellite");
    }

    #[test]
    fn secrets_inside_go_no_further() {
        let token = r##"{"@odata.type":"#microsoft.graph.hardwareOathAuthenticationMethod","id":"x",
            "device":{"secretKey":"hush","serialNumber":"7"},"pin":{"code":"hush"},"image":{"rawContent":"hush"}}"##;
        let method = read(token);
        assert_eq!(method.raw["device"]["serialNumber"], "7");
        assert!(!format!("{method:?}").contains("hush"));
    }

    #[test]
    fn what_cannot_be_addressed_is_a_method_all_the_same() {
        for (item, id) in [
            (
                serde_json::json!({ "@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "a/b", "displayName": "k" }),
                "a/b",
            ),
            (serde_json::json!({ "id": null }), ""),
            (serde_json::json!(7), ""),
        ] {
            let method = AuthenticationMethod::unreadable(&item);
            assert_eq!(method.id.as_str(), id);
            assert!(!method.id.is_addressable() && method.signs_in_alone());
        }
    }

    #[test]
    fn a_method_without_an_id_is_an_error() {
        assert!(serde_json::from_str::<AuthenticationMethod>(r#"{"id":""}"#).is_err());
        assert!(serde_json::from_str::<AuthenticationMethod>(r#"{"id":null}"#).is_err());
    }
}
