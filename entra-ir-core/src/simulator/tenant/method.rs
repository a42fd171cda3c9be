//! The state of authentication methods.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::access_pass::Pass;
use crate::model::MethodKind;
use crate::spec::ApiVersion;

/// The id that every user's password method has.
pub(crate) const PASSWORD_ID: &str = "28c10230-6103-485e-b985-444c60001490";
pub(crate) const MOBILE_ID: &str = "3179e48a-750b-4051-897c-87b9720928f7";
pub(crate) const ALTERNATE_MOBILE_ID: &str = "b6332ec1-7057-4abe-9331-3d72feddfe41";
pub(crate) const OFFICE_ID: &str = "e37fc753-ff3b-4958-9484-eaa9425c82bc";

/// The state of a method.
#[derive(Clone)]
pub(crate) struct Method {
    pub(crate) id: String,
    pub(crate) kind: MethodKind,
    pub(crate) created: Option<OffsetDateTime>,
    pub(crate) properties: Map<String, Value>,
    pub(crate) pass: Option<Pass>,
}

impl Method {
    /// Returns whether it counts for the default-method rule: only push, codes and phones can be a default.
    pub(crate) fn can_be_default(&self) -> bool {
        match self.kind {
            MethodKind::MicrosoftAuthenticator | MethodKind::SoftwareOath | MethodKind::Phone => true,
            MethodKind::HardwareOath => self.is_active(),
            _ => false,
        }
    }

    /// Returns whether it is a hardware token in use.
    pub(crate) fn is_active(&self) -> bool {
        self.properties.get("device").and_then(|device| device.get("status")) == Some(&json!("activated"))
    }

    /// Makes a hardware token unusable and leaves it assigned.
    pub(crate) fn deactivate(&mut self) {
        if let Some(Value::Object(device)) = self.properties.get_mut("device") {
            device.insert("status".into(), "assigned".into());
        }
    }

    pub(crate) fn is_phone(&self, id: &str) -> bool {
        self.kind == MethodKind::Phone && self.id == id
    }

    /// Returns whether a version of Graph knows the type. An unknown one is shown by both.
    pub(crate) fn is_in(&self, version: ApiVersion) -> bool {
        match self.kind {
            MethodKind::Unknown(_) => true,
            _ => version == ApiVersion::Beta || self.kind.version() == ApiVersion::V1,
        }
    }

    /// Returns the name of the sign-in preference that this method as the default one means.
    pub(crate) fn preference(&self) -> Option<&'static str> {
        Some(match self.kind {
            MethodKind::MicrosoftAuthenticator => "push",
            MethodKind::SoftwareOath | MethodKind::HardwareOath => "oath",
            MethodKind::Phone if self.id == ALTERNATE_MOBILE_ID => "voiceAlternateMobile",
            MethodKind::Phone if self.id == OFFICE_ID => "voiceOffice",
            MethodKind::Phone => "sms",
            _ => return None,
        })
    }
}
