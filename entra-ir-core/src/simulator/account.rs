//! An account as the tenant keeps it.

use secrecy::SecretString;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::caller::Role;
use super::clock::{stamp, whole_seconds};
use super::group::Eligible;
use super::method::{Method, PASSWORD_ID};
use super::user::{SimulatedMethod, SimulatedUser};
use super::world::Marks;
use crate::ids::ObjectId;
use crate::model::{Device, MethodKind, PerUserMfaState, RiskLevel, RiskState, UserKind, UserRisk};

/// What Graph shows of a user when nothing is selected.
const DEFAULT_PROPERTIES: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
];

#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one account")]
pub(super) struct Account {
    pub(super) id: ObjectId,
    pub(super) name: String,
    pub(super) display_name: String,
    pub(super) description: String,
    pub(super) created: OffsetDateTime,
    pub(super) guest: bool,
    pub(super) creation_type: Option<&'static str>,
    pub(super) synced: bool,
    pub(super) enabled: bool,
    /// What Active Directory says, for a synced account.
    pub(super) enabled_on_premises: bool,
    pub(super) sessions_valid_from: OffsetDateTime,
    pub(super) password_changed: Option<OffsetDateTime>,
    pub(super) password: Option<SecretString>,
    pub(super) must_change_password: bool,
    pub(super) must_change_with_mfa: bool,
    pub(super) methods: Vec<Method>,
    /// The id of the default method for MFA.
    pub(super) default_method: Option<String>,
    /// Calls the mobile number instead of sending it a text.
    pub(super) prefers_voice: bool,
    pub(super) per_user_mfa: PerUserMfaState,
    pub(super) roles: Vec<Role>,
    pub(super) eligible: Vec<Eligible>,
    pub(super) devices: Vec<Device>,
    pub(super) risk: Option<UserRisk>,
    pub(super) in_role_assignable_group: bool,
    pub(super) in_pass_scope: bool,
    pub(super) mail: Option<String>,
    pub(super) other_mails: Vec<String>,
    pub(super) proxy_addresses: Vec<String>,
    /// What was written over the properties of the start.
    pub(super) profile: Map<String, Value>,
    /// From when cookies and tokens are valid, and the events of continuous access evaluation.
    pub(super) marks: Marks,
}

impl Account {
    /// What there is of a user, so that anything else can be refused.
    pub(super) const PROPERTIES: [&str; 32] = [
        "id",
        "accountEnabled",
        "businessPhones",
        "city",
        "companyName",
        "country",
        "createdDateTime",
        "creationType",
        "department",
        "displayName",
        "employeeId",
        "externalUserState",
        "givenName",
        "jobTitle",
        "lastPasswordChangeDateTime",
        "mail",
        "mobilePhone",
        "officeLocation",
        "onPremisesSyncEnabled",
        "otherMails",
        "passwordPolicies",
        "passwordProfile",
        "postalCode",
        "preferredLanguage",
        "proxyAddresses",
        "signInSessionsValidFromDateTime",
        "state",
        "streetAddress",
        "surname",
        "usageLocation",
        "userPrincipalName",
        "userType",
    ];

    pub(super) fn kind(&self) -> UserKind {
        match self.creation_type {
            Some("Invitation") => UserKind::ExternalGuest,
            Some("LocalAccount") => UserKind::Customer,
            _ if self.synced => UserKind::Synced,
            _ => UserKind::Cloud,
        }
    }

    pub(super) fn domain(&self) -> &str {
        self.name.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Returns whether the user's risk is high now, not dismissed or remediated.
    pub(super) fn is_at_high_risk(&self) -> bool {
        self.risk.as_ref().is_some_and(|risk| {
            risk.level == Some(RiskLevel::High)
                && matches!(risk.state, Some(RiskState::AtRisk | RiskState::ConfirmedCompromised))
        })
    }

    /// Ends the sessions that began before now.
    pub(super) fn revoke_sessions(&mut self, now: OffsetDateTime) {
        self.sessions_valid_from = self.sessions_valid_from.max(whole_seconds(now));
        // Of local accounts of customer tenants it is reported that the moment moves and nothing ends (msgraph-sdk-dotnet, issue 3019).
        if self.kind() != UserKind::Customer {
            self.marks.revoke(now);
        }
    }

    /// Sets a password. That moves the moment from which sessions are valid, as one audit trail of the real service shows; which sessions it
    /// ends is another matter.
    pub(super) fn set_password(&mut self, password: SecretString, now: OffsetDateTime) {
        self.password = Some(password);
        self.password_changed = Some(whole_seconds(now));
        self.sessions_valid_from = self.sessions_valid_from.max(whole_seconds(now));
        self.marks.new_password(now);
        if let Some(method) = self.methods.iter_mut().find(|method| method.kind == MethodKind::Password) {
            method.created = Some(whole_seconds(now));
        }
    }

    pub(super) fn method(&self, kind: &MethodKind, id: &str) -> Option<&Method> {
        self.methods.iter().find(|method| method.kind == *kind && method.id.eq_ignore_ascii_case(id))
    }

    /// Makes another usable method the default one if the default is gone or unusable: push before codes before phones.
    pub(super) fn settle_default(&mut self) {
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
    pub(super) fn preference(&self) -> Option<&'static str> {
        let id = self.default_method.as_ref()?;
        let preference = self.methods.iter().find(|method| method.id == *id)?.preference();
        if preference == Some("sms") && self.prefers_voice { Some("voiceMobile") } else { preference }
    }

    /// Describes the account for who set the tenant up.
    pub(super) fn describe(&self, privileged: bool) -> SimulatedUser {
        SimulatedUser {
            id: self.id,
            user_principal_name: self.name.clone(),
            description: self.description.clone(),
            kind: self.kind(),
            privileged,
            enabled: self.enabled,
        }
    }

    /// Lists the methods for who set the tenant up. An id that cannot be one is left out.
    pub(super) fn list_methods(&self) -> Vec<SimulatedMethod> {
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
    pub(super) fn add_password_method(&mut self) {
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

    /// Shows the properties asked for, or the default ones.
    pub(super) fn show(&self, select: Option<&[String]>) -> Map<String, Value> {
        let wanted = |name: &str| match select {
            Some(names) => names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)),
            None => DEFAULT_PROPERTIES.contains(&name),
        };
        self.properties().into_iter().filter(|(name, _)| wanted(name)).collect()
    }

    /// Returns everything that is shown of the user, by name.
    pub(super) fn properties(&self) -> Map<String, Value> {
        let external = self.kind() == UserKind::ExternalGuest;
        let mut names = self.display_name.split_whitespace();
        let (given_name, surname) = (names.next(), names.next());
        let all = json!({
            "id": self.id.to_string(),
            "accountEnabled": self.enabled,
            "businessPhones": [],
            "city": null,
            "companyName": null,
            "country": null,
            "createdDateTime": stamp(self.created),
            "creationType": self.creation_type,
            "department": null,
            "displayName": self.display_name,
            "employeeId": null,
            "externalUserState": external.then_some("Accepted"),
            "givenName": given_name,
            "jobTitle": null,
            "lastPasswordChangeDateTime": self.password_changed.map(stamp),
            "mail": self.mail,
            "mobilePhone": null,
            "officeLocation": null,
            "onPremisesSyncEnabled": self.synced.then_some(true),
            "otherMails": self.other_mails,
            "passwordPolicies": null,
            "passwordProfile": {
                "password": null,
                "forceChangePasswordNextSignIn": self.must_change_password,
                "forceChangePasswordNextSignInWithMfa": self.must_change_with_mfa,
            },
            "postalCode": null,
            "preferredLanguage": null,
            "proxyAddresses": self.proxy_addresses,
            "signInSessionsValidFromDateTime": stamp(self.sessions_valid_from),
            "state": null,
            "streetAddress": null,
            "surname": surname,
            "usageLocation": null,
            "userPrincipalName": self.name,
            "userType": if self.guest { "Guest" } else { "Member" },
        });
        let mut all = if let Value::Object(all) = all { all } else { Map::new() };
        all.extend(self.profile.clone());
        all
    }
}
