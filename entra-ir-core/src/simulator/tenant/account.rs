//! The state of an account.

use secrecy::SecretString;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::clock::whole_seconds;
use super::description::{SimulatedMethod, SimulatedUser};
use super::method::{Method, PASSWORD_ID};
use super::risk::RiskRecord;
use super::role::{Eligible, Role};
use super::validity::Validity;
use crate::ids::ObjectId;
use crate::model::{MethodKind, PerUserMfaState, UserKind};

#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one account")]
pub(crate) struct Account {
    pub(crate) id: ObjectId,
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) description: String,
    pub(crate) created: OffsetDateTime,
    pub(crate) guest: bool,
    pub(crate) creation_type: Option<&'static str>,
    pub(crate) synced: bool,
    pub(crate) enabled: bool,
    /// Whether Active Directory allows sign-in, for a synced account.
    pub(crate) enabled_on_premises: bool,
    pub(crate) sessions_valid_from: OffsetDateTime,
    pub(crate) password_changed: Option<OffsetDateTime>,
    pub(crate) password: Option<SecretString>,
    pub(crate) must_change_password: bool,
    pub(crate) must_change_with_mfa: bool,
    pub(crate) methods: Vec<Method>,
    /// The id of the default method for MFA.
    pub(crate) default_method: Option<String>,
    /// Calls the mobile number instead of sending it a text.
    pub(crate) prefers_voice: bool,
    pub(crate) per_user_mfa: PerUserMfaState,
    pub(crate) roles: Vec<Role>,
    pub(crate) eligible: Vec<Eligible>,
    pub(crate) risk: RiskRecord,
    pub(crate) in_role_assignable_group: bool,
    pub(crate) in_pass_scope: bool,
    pub(crate) mail: Option<String>,
    pub(crate) other_mails: Vec<String>,
    pub(crate) proxy_addresses: Vec<String>,
    /// What was written over the properties of the start.
    pub(crate) profile: Map<String, Value>,
    /// From when cookies and tokens are valid, and the events of continuous access evaluation.
    pub(crate) validity: Validity,
}

impl Account {
    pub(crate) fn kind(&self) -> UserKind {
        match self.creation_type {
            Some("Invitation") => UserKind::ExternalGuest,
            Some("LocalAccount") => UserKind::Customer,
            _ if self.synced => UserKind::Synced,
            _ => UserKind::Cloud,
        }
    }

    pub(crate) fn domain(&self) -> &str {
        self.name.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Ends the sessions that began before now.
    pub(crate) fn revoke_sessions(&mut self, now: OffsetDateTime) {
        self.sessions_valid_from = self.sessions_valid_from.max(whole_seconds(now));
        // Of local accounts of customer tenants it is reported that the moment moves and nothing ends
        // (msgraph-sdk-dotnet, issue 3019).
        if self.kind() != UserKind::Customer {
            self.validity.revoke(now);
        }
    }

    /// Sets a password. That moves the moment from which sessions are valid, as one audit trail of the real
    /// service shows; which sessions it ends is another matter.
    pub(crate) fn set_password(&mut self, password: SecretString, now: OffsetDateTime) {
        self.password = Some(password);
        self.password_changed = Some(whole_seconds(now));
        self.sessions_valid_from = self.sessions_valid_from.max(whole_seconds(now));
        self.validity.new_password(now);
        if let Some(method) = self.methods.iter_mut().find(|method| method.kind == MethodKind::Password) {
            method.created = Some(whole_seconds(now));
        }
    }

    /// Uses the Temporary Access Pass.
    pub(crate) fn use_access_pass(&mut self) {
        for pass in self.methods.iter_mut().filter_map(|method| method.pass.as_mut()) {
            pass.used = true;
        }
    }

    pub(crate) fn method(&self, kind: &MethodKind, id: &str) -> Option<&Method> {
        self.methods.iter().find(|method| method.kind == *kind && method.id.eq_ignore_ascii_case(id))
    }

    /// Makes another usable method the default one if the default is gone or unusable: push before codes
    /// before phones.
    pub(crate) fn settle_default(&mut self) {
        let usable =
            |id: &String| self.methods.iter().any(|method| method.id == *id && method.can_be_default());
        if self.default_method.as_ref().is_some_and(usable) {
            return;
        }
        // An account that had no default gets none by losing a method.
        if self.default_method.take().is_some() {
            let rank = |method: &&Method| match method.preference() {
                Some("push") => 0,
                Some("oath") => 1,
                Some("sms") => 2,
                _ => 3,
            };
            let next = self.methods.iter().filter(|method| method.can_be_default()).min_by_key(rank);
            self.default_method = next.map(|method| method.id.clone());
        }
    }

    /// Returns the sign-in preference that beta shows.
    pub(crate) fn preference(&self) -> Option<&'static str> {
        let id = self.default_method.as_ref()?;
        let preference = self.methods.iter().find(|method| method.id == *id)?.preference();
        if preference == Some("sms") && self.prefers_voice { Some("voiceMobile") } else { preference }
    }

    /// Describes the account for the author of a test.
    pub(crate) fn describe(&self, privileged: bool) -> SimulatedUser {
        SimulatedUser {
            id: self.id,
            user_principal_name: self.name.clone(),
            description: self.description.clone(),
            kind: self.kind(),
            privileged,
            enabled: self.enabled,
        }
    }

    /// Lists the methods for the author of a test. An invalid id is omitted.
    pub(crate) fn list_methods(&self) -> Vec<SimulatedMethod> {
        let describe = |method: &Method| {
            Some(SimulatedMethod {
                id: method.id.parse().ok()?,
                kind: method.kind.clone(),
                is_default: self.default_method.as_ref() == Some(&method.id),
            })
        };
        self.methods.iter().filter_map(describe).collect()
    }

    /// Makes the password a method, as Graph lists it.
    pub(crate) fn add_password_method(&mut self) {
        if self.password.is_some() {
            let method = Method {
                id: PASSWORD_ID.to_owned(),
                kind: MethodKind::Password,
                created: self.password_changed,
                properties: Map::new(),
                pass: None,
            };
            self.methods.insert(0, method);
        }
    }
}
