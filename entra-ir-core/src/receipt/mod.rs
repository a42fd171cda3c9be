//! The receipt of a write: the request, the answers, the mechanism, and the grade.

mod mechanism;
mod preview;
mod read;
mod warning;

pub use mechanism::Mechanism;
pub use preview::Preview;
pub use warning::{
    ANSWER_REPAIRED, ANSWER_UNMARKED, OTHER_USERS_UNKNOWN, OWNER_CHECKED, SETTLED_BY_READING,
    SYNC_ACCOUNTS_NOT_READ, THROTTLED, Warning, WarningKind, Weight,
};

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;

use crate::ids::{MethodId, ObjectId, UserName, UserRef};
use crate::spec::{CallerKind, OperationSpec};
use crate::target::Target;
use crate::text::printable;

/// Records the outcome of a write. It holds identifiers, never secrets.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "read::Stored")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(!from, transform = Self::beside))]
#[non_exhaustive]
pub struct Receipt {
    /// The operation's name.
    pub operation: Cow<'static, str>,
    /// What it acts on; an account by object id if known.
    pub target: Target,
    /// The account for which it was done, by object id: named by the caller where the target names none, such
    /// as a device.
    #[cfg_attr(feature = "schema", schemars(skip_serializing_if = "Option::is_none"))]
    pub account: Option<ObjectId>,
    /// The user principal name by which the account was asked for, if it was not by object id.
    #[cfg_attr(feature = "schema", schemars(skip_serializing_if = "Option::is_none"))]
    pub asked_for: Option<UserName>,
    /// The method, for a write on one method.
    #[cfg_attr(feature = "schema", schemars(skip_serializing_if = "Option::is_none"))]
    pub method: Option<MethodId>,
    /// When the account was read for it, by this machine's clock: before the call, if it was passed. `None`
    /// if it was not read.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub account_read_at: Option<OffsetDateTime>,
    /// How it was done.
    pub mechanism: Mechanism,
    /// How certain it is: `accepted` by Graph is not `confirmed` by reading back, and `unknown` is a value.
    pub grade: Grade,
    /// The writes that were sent, in order, refused ones included.
    pub exchanges: Vec<Exchange>,
    /// How long the service asked to wait, if that ended the work. In seconds in JSON.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "crate::schema::Seconds", skip_serializing_if = "Option::is_none")
    )]
    pub retry_after: Option<Duration>,
    /// What a responder must know beyond the result.
    pub warnings: Vec<Warning>,
    /// In dry-run mode: what would be sent, with secrets masked.
    #[cfg_attr(feature = "schema", schemars(skip_serializing_if = "Vec::is_empty"))]
    pub would_send: Vec<Preview>,
}

/// Records one write that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Exchange {
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The HTTP status; `None` if no answer came.
    pub status: Option<u16>,
    /// Graph's error code, if Graph refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The service's id of the request, to quote in a support case. `None` if the answer was not Graph's, or
    /// there was none.
    pub request_id: Option<String>,
    /// This library's id of the call, the same for all attempts.
    pub client_request_id: Option<String>,
    /// The service's own time of the answer. UTC, whole seconds.
    #[serde(default, with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub server_date: Option<OffsetDateTime>,
    /// How often it was sent.
    pub attempts: u32,
    /// The kind of caller that sent it, if the client has credentials of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<CallerKind>,
}

/// How certain it is that a write took effect. A word of another version is read as
/// [`Unknown`](Self::Unknown). Grades have no order: [`is_success`](Self::is_success) and
/// [`is_complete`](Self::is_complete) decide. Of several steps the worst one counts: first an unknown one,
/// then a refused one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Grade {
    /// Nothing was sent: a dry run, or Graph can do nothing of the request, or nothing is certain to be in
    /// its scope.
    NotSent,
    /// Nothing had to be done: the state was read, and is already the requested one.
    NothingToDo,
    /// The write, or a part of it, was sent and refused.
    Refused,
    /// Whether the write, or a part of it, happened is unknown; or whether it was complete is unknown.
    Unknown,
    /// The service accepted the write; or nothing that it shows is left to do, and it may not show
    /// everything.
    Accepted,
    /// The new state was read back.
    Confirmed,
    /// The effect was observed from outside. No operation can claim this from Graph alone.
    Observed,
}

impl Grade {
    /// Lists every grade.
    pub const ALL: [Self; 7] = [
        Self::NotSent,
        Self::NothingToDo,
        Self::Refused,
        Self::Unknown,
        Self::Accepted,
        Self::Confirmed,
        Self::Observed,
    ];

    /// Returns whether the request was done, by the service's answer: accepted or better, or nothing had to
    /// be done.
    pub const fn is_success(self) -> bool {
        matches!(self, Self::NothingToDo) || self.is_done()
    }

    /// Returns whether the requested state was seen: read back, or found beforehand.
    pub const fn is_complete(self) -> bool {
        matches!(self, Self::NothingToDo | Self::Confirmed | Self::Observed)
    }

    /// Returns whether the service did it, by its own answer or better.
    pub(crate) const fn is_done(self) -> bool {
        matches!(self, Self::Accepted | Self::Confirmed | Self::Observed)
    }

    /// Returns whether it was done, or may have been.
    pub(crate) const fn may_be_done(self) -> bool {
        matches!(self, Self::Unknown) || self.is_done()
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "not sent",
            Self::NothingToDo => "nothing to do",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Accepted => "accepted",
            Self::Confirmed => "confirmed",
            Self::Observed => "observed",
        })
    }
}

impl Receipt {
    /// Opens a receipt: nothing was sent yet.
    pub fn new(spec: &'static OperationSpec, target: impl Into<Target>, mechanism: Mechanism) -> Self {
        Self {
            operation: spec.id.into(),
            target: target.into(),
            account: None,
            asked_for: None,
            method: None,
            account_read_at: None,
            mechanism,
            grade: Grade::NotSent,
            exchanges: Vec::new(),
            retry_after: None,
            warnings: Vec::new(),
            would_send: Vec::new(),
        }
    }

    /// Returns the service's id of the last write.
    pub fn request_id(&self) -> Option<&str> {
        self.exchanges.last()?.request_id.as_deref()
    }

    /// Returns this library's id of the last write.
    pub fn client_request_id(&self) -> Option<&str> {
        self.exchanges.last()?.client_request_id.as_deref()
    }

    /// Returns the service's own time of the last write.
    pub fn server_date(&self) -> Option<OffsetDateTime> {
        self.exchanges.last()?.server_date
    }

    /// Returns how many requests the writes took, repeats included.
    pub fn attempts(&self) -> u32 {
        self.exchanges.iter().map(|exchange| exchange.attempts).sum()
    }

    /// Returns whether the request was done, by the service's answer; see [`Grade::is_success`].
    pub const fn is_success(&self) -> bool {
        self.grade.is_success()
    }

    /// Returns whether the requested state was seen; see [`Grade::is_complete`].
    pub const fn is_complete(&self) -> bool {
        self.grade.is_complete()
    }

    /// Returns whether the receipt is that of a dry run.
    pub fn is_dry_run(&self) -> bool {
        !self.would_send.is_empty()
    }

    /// Returns whether the receipt has a warning of this kind.
    ///
    /// ```
    /// use entra_ir_core::operations::MAY_BE_UNDONE_BY_SYNC;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
    /// assert!(client.block_sign_in("alex@contoso.example").await?.has(&MAY_BE_UNDONE_BY_SYNC));
    /// # Ok(())
    /// # }
    /// ```
    pub fn has(&self, kind: &WarningKind) -> bool {
        self.warnings.iter().any(|warning| warning.is(kind))
    }

    /// Notes by which name the account was asked for.
    pub(crate) fn asked_for(mut self, user: &UserRef) -> Self {
        if let UserRef::Name(name) = user {
            self.asked_for = Some(name.clone());
        }
        self
    }

    /// Adds a warning, once.
    pub fn warn(&mut self, warning: impl Into<Warning>) {
        let warning = warning.into();
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Records a write that the service accepted.
    pub(crate) fn accepted(&mut self, exchange: Exchange) {
        self.exchanges.push(exchange);
        self.grade = Grade::Accepted;
    }

    /// Records a write that was sent and not accepted: refused, or of unknown outcome.
    pub(crate) fn not_accepted(&mut self, exchange: Exchange, outcome_unknown: bool) {
        self.exchanges.push(exchange);
        self.grade = if outcome_unknown { Grade::Unknown } else { Grade::Refused };
    }

    /// Records that the outcome of a write was found by reading.
    pub(crate) fn settled(&mut self, grade: Grade, why: String) {
        self.grade = grade;
        self.warn(SETTLED_BY_READING.with(why));
    }

    /// Records that the service asked for a wait, which ended the work.
    pub(crate) fn throttled(&mut self, wait: Duration) {
        self.retry_after = Some(wait);
        self.warn(THROTTLED.with(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)));
    }

    /// Records a write of a dry run.
    pub(crate) fn not_sent(&mut self, preview: Preview) {
        self.would_send.push(preview);
    }
}

#[cfg(feature = "schema")]
impl Receipt {
    fn beside(schema: &mut schemars::Schema) {
        let success = "Whether what was asked for was done, as far as Graph said: accepted or better, or nothing had to be done.";
        crate::schema::add::<bool>(schema, "is_success", success);
        let complete = "Whether the state asked for was seen: read back, or found beforehand.";
        crate::schema::add::<bool>(schema, "is_complete", complete);
        let done_by = "How it was done, in Graph's terms, for people.";
        crate::schema::add::<String>(schema, "done_by", done_by);
    }
}

/// Writes a time as RFC 3339.
#[derive(Serialize)]
struct Rfc3339(#[serde(with = "time::serde::rfc3339")] OffsetDateTime);

impl Serialize for Receipt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut object = serializer.serialize_struct("Receipt", 15)?;
        object.serialize_field("operation", &self.operation)?;
        object.serialize_field("target", &self.target)?;
        if let Some(account) = &self.account {
            object.serialize_field("account", account)?;
        }
        if let Some(name) = &self.asked_for {
            object.serialize_field("asked_for", name)?;
        }
        if let Some(method) = &self.method {
            object.serialize_field("method", method)?;
        }
        object.serialize_field("account_read_at", &self.account_read_at.map(Rfc3339))?;
        object.serialize_field("mechanism", &self.mechanism)?;
        object.serialize_field("done_by", self.mechanism.text())?;
        object.serialize_field("grade", &self.grade)?;
        object.serialize_field("is_success", &self.is_success())?;
        object.serialize_field("is_complete", &self.is_complete())?;
        object.serialize_field("exchanges", &self.exchanges)?;
        if let Some(wait) = self.retry_after {
            object.serialize_field("retry_after", &wait.as_secs_f64())?;
        }
        object.serialize_field("warnings", &self.warnings)?;
        if self.is_dry_run() {
            object.serialize_field("would_send", &self.would_send)?;
        }
        object.end()
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.operation, self.target, self.grade)?;
        for preview in &self.would_send {
            write!(f, "\n  would send {preview}")?;
        }
        for exchange in &self.exchanges {
            write!(f, "\n  {} {} -> ", exchange.method, exchange.path)?;
            match exchange.status {
                Some(status) => write!(f, "{status}")?,
                None => f.write_str("no answer")?,
            }
            if let Some(code) = &exchange.code {
                write!(f, " {}", printable(code))?;
            }
            if let Some(id) = &exchange.request_id {
                write!(f, " (request-id {id})")?;
            }
        }
        for warning in &self.warnings {
            write!(f, "\n  ! {warning}")?;
        }
        Ok(())
    }
}
