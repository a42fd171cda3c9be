//! A refusal by Microsoft Graph.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::cause::{self, Cause};
use crate::ids::UserRef;
use crate::receipt::Receipt;
use crate::spec::{Effect, Idempotency, OperationSpec, Workload};
use crate::target::{Target, TargetKind};
use crate::text::printable;

/// Holds a refusal of Graph.
///
/// Code on [`kind`](Self::kind), never on the message. Source: "Microsoft Graph error responses and resource
/// types".
#[derive(Debug)]
#[non_exhaustive]
pub struct GraphError {
    /// The HTTP status.
    pub status: StatusCode,
    /// `error.code` as it came; may be empty.
    pub code: String,
    /// The innermost code below `innerError`, where there is one.
    pub inner_code: Option<String>,
    /// `error.message`, cut to a readable length, with the token and the secrets of the request masked; may
    /// be empty.
    pub message: String,
    /// The entries of `error.details`, cut and masked likewise.
    pub details: Vec<ErrorDetail>,
    /// The service's id of the request.
    pub request_id: Option<String>,
    /// This library's id of the call.
    pub client_request_id: Option<String>,
    /// The answer's `Date`, unchanged.
    pub date: Option<String>,
    /// How long the service asked to wait.
    pub retry_after: Option<Duration>,
    /// The operation's name.
    pub operation: &'static str,
    /// How often the request was sent.
    pub attempts: u32,
    /// Whether the write may have happened all the same.
    pub outcome_unknown: bool,
    /// Whether conditional access asked for claims that this token lacks.
    pub insufficient_claims: bool,
    /// What was sent and answered so far, this refusal included; only for a write.
    pub receipt: Option<Box<Receipt>>,
    /// What the request was about, if it said so.
    pub(crate) target: Option<Target>,
    pub(crate) spec: &'static OperationSpec,
}

/// Holds an entry of `error.details`: what is wrong with one value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// The code; may be empty.
    pub code: String,
    /// The message; may be empty.
    pub message: String,
    /// The property or object that it is about, if given.
    pub target: Option<String>,
}

/// Classifies refusals by their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GraphErrorKind {
    /// The request was understood and is not acceptable.
    BadRequest,
    /// The method is the user's default one, and others are left.
    DefaultMethod,
    /// A mobile number cannot be deleted before the alternate mobile number.
    AlternateMobileFirst,
    /// The object is mastered on-premises.
    SyncedObject,
    /// The token was not accepted.
    Unauthenticated,
    /// The token is for another resource or another tenant.
    WrongToken,
    /// The caller's own sign-in had no MFA, or it is too old.
    MfaRequired,
    /// A permission or a role is missing, or the target is too privileged for the caller: Graph does not say
    /// which.
    Denied,
    /// The target is in a restricted management administrative unit, to which the caller has no role.
    RestrictedUnit,
    /// The tenant has no licence for it.
    NotLicensed,
    /// The authentication methods policy does not allow the user this method.
    MethodPolicy,
    /// The new password is banned or too weak.
    Password,
    /// There is no such object.
    NotFound,
    /// Somebody else wrote at the same time.
    Conflict,
    /// Too many requests.
    Throttled,
    /// The service had a problem.
    Unavailable,
    /// A long-running operation ended in failure.
    OperationFailed,
    /// Anything else.
    Other,
}

impl GraphError {
    fn cause(&self) -> Option<Cause> {
        let codes = self.details.iter().map(|detail| detail.code.as_str());
        let texts = self.details.iter().map(|detail| detail.message.as_str());
        cause::of(
            self.status,
            [self.code.as_str()].into_iter().chain(self.inner_code.as_deref()).chain(codes),
            [self.message.as_str()].into_iter().chain(texts),
        )
    }

    /// Classifies the refusal: by its cause if a code or a known text identifies it, otherwise by its status.
    pub fn kind(&self) -> GraphErrorKind {
        use GraphErrorKind as Kind;
        match self.cause() {
            Some(Cause::NotLicensed) => return Kind::NotLicensed,
            Some(Cause::MfaMissing) => return Kind::MfaRequired,
            Some(Cause::RestrictedUnit) => return Kind::RestrictedUnit,
            Some(Cause::WrongToken) => return Kind::WrongToken,
            Some(Cause::MethodPolicy) => return Kind::MethodPolicy,
            Some(Cause::Password) => return Kind::Password,
            Some(Cause::DefaultMethod) => return Kind::DefaultMethod,
            Some(Cause::AlternateMobileFirst) => return Kind::AlternateMobileFirst,
            Some(Cause::SyncedObject) => return Kind::SyncedObject,
            Some(Cause::UnreadableKey) | None => {}
        }
        match self.status.as_u16() {
            200..=299 => Kind::OperationFailed,
            400 | 405 | 411 | 413 | 415 | 422 => Kind::BadRequest,
            401 => Kind::Unauthenticated,
            402 | 403 => Kind::Denied,
            404 | 410 => Kind::NotFound,
            409 | 412 | 423 => Kind::Conflict,
            429 => Kind::Throttled,
            408 | 500..=599 => Kind::Unavailable,
            _ => Kind::Other,
        }
    }

    /// Returns whether a 404 means that the method is gone: only a code about the method does.
    /// `Request_ResourceNotFound` is about the user, and so may a message be.
    pub(crate) fn says_method_is_gone(&self) -> bool {
        let message = self.message.to_ascii_lowercase();
        let missing = |owner: &str| {
            let texts = ["not found", "was not found", "could not be found", "does not exist"];
            texts.iter().any(|text| message.contains(&format!("{owner} {text}")))
        };
        self.says_object_is_missing()
            && !self.code.eq_ignore_ascii_case("Request_ResourceNotFound")
            && !missing("user")
            && !missing("tenant")
    }

    /// Returns whether a 404 is about an object: one about the path says "not found for the segment", or has
    /// another code.
    pub(crate) fn says_object_is_missing(&self) -> bool {
        const MISSING: [&str; 3] = ["Request_ResourceNotFound", "resourceNotFound", "itemNotFound"];
        self.kind() == GraphErrorKind::NotFound
            && MISSING.iter().any(|code| self.code.eq_ignore_ascii_case(code))
            && !self.message.to_ascii_lowercase().contains("segment")
    }

    /// Returns whether the same call may succeed later, and repeating it is harmless. Never for a write that
    /// may run once.
    pub fn is_retryable(&self) -> bool {
        use GraphErrorKind as Kind;
        let once = self.spec.idempotency == Idempotency::Once;
        match self.kind() {
            Kind::Throttled => !once,
            Kind::Conflict | Kind::Unavailable => !once && !self.outcome_unknown,
            _ => false,
        }
    }

    /// Returns the next step, in one sentence.
    pub fn advice(&self) -> String {
        use GraphErrorKind as Kind;
        if self.outcome_unknown {
            return self.spec.if_unknown.to_owned();
        }
        let doc = self.spec.doc;
        match self.kind() {
            Kind::DefaultMethod => "delete the user's other methods first, or make another one the default, then call again; \
                if no other is left, remove it in the Entra admin center"
                .into(),
            Kind::AlternateMobileFirst => "delete the alternate mobile number first".into(),
            Kind::SyncedObject => "make the change in on-premises Active Directory; this user is synced from it".into(),
            Kind::WrongToken => "get a token for the configured Graph endpoint (its /.default scope) from the tenant of this \
                account; this one is for another resource or another tenant"
                .into(),
            Kind::Unauthenticated => {
                "get a new token and call again; if it was just revoked or the operator disabled, sign in \
                again".into()
            }
            Kind::MfaRequired => "sign in again with MFA (your own sign-in had none, or one that is too old), then call again; \
                no permission is missing"
                .into(),
            Kind::Denied if self.insufficient_claims => {
                "sign in again so that conditional access is satisfied (MFA, device), then call again".into()
            }
            Kind::Denied => self.denied_advice(),
            Kind::RestrictedUnit => "ask an administrator whose role is scoped to the restricted management administrative unit \
                that the account is in; a role for the whole tenant is not enough there"
                .into(),
            Kind::NotLicensed if self.spec.workload == Workload::IdentityProtection && self.spec.effect.writes() => {
                "continue without it: the tenant has no Microsoft Entra ID P2, so no policy on user risk would act \
                on it, and nothing is lost; block_sign_in and revoke_sign_in_sessions contain the account"
                    .into()
            }
            Kind::NotLicensed => "continue without it: the tenant has no licence for this (Microsoft Entra ID P1 or P2), and no \
                permission or role changes that"
                .into(),
            Kind::MethodPolicy => "let the authentication methods policy enable this method for the user (Authentication Policy \
                Administrator), then call again"
                .into(),
            Kind::Password => "choose another password, or let the library generate one".into(),
            Kind::NotFound => self.not_found_advice(),
            Kind::Conflict => "wait a moment and call again".into(),
            Kind::Throttled => match self.retry_after {
                Some(wait) => format!("wait {} s and call again", wait.as_secs_f64().ceil()),
                None => "wait a minute and call again with fewer calls at once".into(),
            },
            Kind::Unavailable if self.spec.idempotency == Idempotency::Once => {
                "nothing was done; call again in a minute".into()
            }
            Kind::Unavailable => "call again in a minute".into(),
            Kind::BadRequest if self.cause() == Some(Cause::UnreadableKey) => {
                "remove it in the Entra admin center or on the device: the service cannot read the id that it lists".into()
            }
            Kind::BadRequest | Kind::OperationFailed | Kind::Other => match self.message.as_str() {
                "" if doc.is_empty() => "quote the request-id in a support case with Microsoft".into(),
                "" => format!("read {doc}"),
                _ => format!("read the message, and {doc}"),
            },
        }
    }

    fn not_found_advice(&self) -> String {
        match &self.target {
            _ if self.message.to_ascii_lowercase().contains("for the segment") => {
                "this endpoint has no such path: check the cloud and the endpoint; another id or name does \
                not help".into()
            }
            Some(Target::User { id: UserRef::Name(_) }) => "check the name: a mail address need not be the sign-in name, and find_users looks for the \
                account by address or display name; a new one may take a minute to be seen, a deleted one is under deletedItems"
                .into(),
            Some(Target::Device { .. }) => "give the object id of the device: the deviceId that sign-in logs show and the id of Intune \
                are others; list_devices shows both ids, and GET /devices(deviceId='...') finds the object of a deviceId; \
                a deleted device is under deletedItems"
                .into(),
            Some(target) if target.user().is_none() => {
                format!("check the ids of {target}; what is new may take a minute to be seen")
            }
            _ => "check the id; a new object may take a minute to be seen, a deleted user is under deletedItems".into(),
        }
    }

    fn denied_advice(&self) -> String {
        let any = |sets: &[&[&str]]| {
            let sets: Vec<String> = sets.iter().map(|set| set.join(" with ")).collect();
            if sets.is_empty() { "not possible at all".to_owned() } else { sets.join(" or ") }
        };
        let permissions = &self.spec.permissions;
        let mut text = format!(
            "grant the permission (delegated: {}; application: {})",
            any(permissions.delegated),
            any(permissions.application)
        );
        if !self.spec.roles.is_empty() {
            text.push_str(" and give the caller a role (");
            text.push_str(&self.spec.roles.join(" or "));
            text.push(')');
        }
        if self.spec.effect != Effect::Read && self.spec.target == TargetKind::User {
            text.push_str("; for a target that holds a role or is in a role-assignable group a higher role, in most cases Privileged Authentication Administrator");
        }
        if self.spec.effect != Effect::Read && self.spec.target == TargetKind::Device {
            text.push_str("; an application can change Windows devices only, and the role must be active");
        }
        text
    }
}

impl GraphError {
    /// Returns what Graph answered: status and code.
    pub(super) fn brief(&self) -> String {
        let status = self.status.as_u16();
        if self.code.is_empty() {
            format!("Graph answered {status}")
        } else {
            format!("Graph answered {status} {}", printable(&self.code))
        }
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.brief())?;
        if !self.message.is_empty() {
            // The message may quote a name that an attacker chose.
            write!(f, ": {}", printable(self.message.trim_end_matches('.')))?;
        }
        for detail in self.details.iter().filter(|detail| !detail.code.is_empty()) {
            write!(f, " [{}]", printable(&detail.code))?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request-id {})", printable(id))?;
        }
        write!(f, ". Next: {}", self.advice())
    }
}

impl std::error::Error for GraphError {}
