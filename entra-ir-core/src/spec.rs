//! What an operation is, as plain data that travels with each of its requests.

use std::fmt;

use crate::cloud::CloudSet;
use crate::target::{Scope, TargetKind};

/// Describes one operation: what it does to the tenant, who may call it, and how often.
///
/// The description is put into the extensions of every request (`&'static OperationSpec`), where the stages
/// of the pipeline read it. So a call that must not run twice is never repeated, whatever its HTTP method. To
/// describe your own operation, start from [`read`](Self::read) and override with `..`, so that new
/// properties do not break it.
pub struct OperationSpec {
    /// The operation's name, which is that of its `Client` method.
    pub id: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// What it does not do, despite its name.
    pub does_not: &'static str,
    /// The HTTP method and path of its main request.
    pub endpoint: Endpoint,
    /// What kind of object it acts on. A write of another kind than `None` has to name its targets.
    pub target: TargetKind,
    /// Whom it reaches. A write that reaches more than one account needs
    /// [`Guard::allow_tenant_wide`](crate::Guard::allow_tenant_wide).
    pub scope: Scope,
    /// What it does to the tenant.
    pub effect: Effect,
    /// Whether it takes an administrator's rights away, or the use of them: a block, a deletion, the removal
    /// of a role. [`Guard::keep_an_administrator`](crate::Guard::keep_an_administrator) looks at these
    /// writes.
    pub unseats: bool,
    /// Whether it may be sent again.
    pub idempotency: Idempotency,
    /// The permissions it needs.
    pub permissions: Permissions,
    /// The directory roles of which a delegated caller needs one, least privileged first; empty if none is
    /// needed.
    pub roles: &'static [&'static str],
    /// Which clouds have it.
    pub clouds: CloudSet,
    /// How to undo it.
    pub undo: &'static str,
    /// What to do if the outcome is unknown.
    pub if_unknown: &'static str,
    /// The Microsoft Learn page that describes it.
    pub doc: &'static str,
    /// The workload whose limits apply to it.
    pub workload: Workload,
    /// Other operations it calls.
    pub uses: &'static [&'static OperationSpec],
}

// An error holds the spec: show its name only.
impl fmt::Debug for OperationSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperationSpec").field("id", &self.id).finish_non_exhaustive()
    }
}

impl OperationSpec {
    /// Starts a description of a read of one account: safe to repeat, nothing to undo, in every cloud, with
    /// the permission sets given.
    ///
    /// An operation's file overrides what differs with `..OperationSpec::read(..)`.
    ///
    /// # Panics
    /// At compile time in a `static`, if the endpoint does not [only read](Endpoint::only_reads): then it is
    /// a [`write`](Self::write).
    pub const fn read(
        id: &'static str,
        endpoint: Endpoint,
        delegated: &'static [&'static [&'static str]],
        application: &'static [&'static [&'static str]],
    ) -> Self {
        assert!(
            endpoint.only_reads(),
            "a read is a GET, or a POST that Microsoft Graph documents as a query"
        );
        Self {
            id,
            summary: "",
            does_not: "Changes nothing.",
            endpoint,
            target: TargetKind::User,
            scope: Scope::Account,
            effect: Effect::Read,
            unseats: false,
            idempotency: Idempotency::Safe,
            permissions: Permissions { delegated, application },
            roles: &[],
            clouds: CloudSet::ALL,
            undo: "Nothing to undo.",
            if_unknown: "Read again.",
            doc: "",
            workload: Workload::Directory,
            uses: &[],
        }
    }

    /// Starts a description of a write on one account: never repeated, in every cloud, nothing known of how
    /// to undo it.
    pub const fn write(
        id: &'static str,
        endpoint: Endpoint,
        effect: Effect,
        delegated: &'static [&'static [&'static str]],
        application: &'static [&'static [&'static str]],
    ) -> Self {
        Self {
            id,
            summary: "",
            does_not: "",
            endpoint,
            target: TargetKind::User,
            scope: Scope::Account,
            effect,
            unseats: false,
            idempotency: Idempotency::Once,
            permissions: Permissions { delegated, application },
            roles: &[],
            clouds: CloudSet::ALL,
            undo: "Not known.",
            if_unknown: "read the account's state before repeating it",
            doc: "",
            workload: Workload::Directory,
            uses: &[],
        }
    }
}

/// Names a Graph endpoint: API version, HTTP method and path template (`{user}`, `{id}`, ...).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The API version.
    pub version: ApiVersion,
    /// The HTTP method.
    pub verb: Verb,
    /// The path below the version, with its variables in braces.
    pub path: &'static str,
}

impl Endpoint {
    /// Names an endpoint of v1.0.
    pub const fn v1(verb: Verb, path: &'static str) -> Self {
        Self { version: ApiVersion::V1, verb, path }
    }

    /// Names an endpoint of beta, which Microsoft may change without notice.
    pub const fn beta(verb: Verb, path: &'static str) -> Self {
        Self { version: ApiVersion::Beta, verb, path }
    }

    /// Returns whether it changes nothing: a `GET`, or one of the few POST actions that only query (such as
    /// `checkMemberGroups`).
    pub const fn only_reads(&self) -> bool {
        match self.verb {
            Verb::Get => true,
            Verb::Post => asks(self.path),
            Verb::Patch | Verb::Delete => false,
        }
    }
}

/// POST actions that only query, because a list of ids does not fit into a URL.
const QUESTIONS: [&str; 4] =
    ["/checkMemberGroups", "/checkMemberObjects", "/getMemberGroups", "/getMemberObjects"];

/// Returns whether a path names an action that only queries.
pub(crate) const fn asks(path: &str) -> bool {
    let path = path.as_bytes();
    let mut i = 0;
    while i < QUESTIONS.len() {
        if let Some((_, end)) = path.split_at_checked(path.len().wrapping_sub(QUESTIONS[i].len()))
            && equal(end, QUESTIONS[i].as_bytes())
        {
            return true;
        }
        i += 1;
    }
    false
}

const fn equal(one: &[u8], other: &[u8]) -> bool {
    let mut i = 0;
    while i < one.len() && i < other.len() && one[i] == other[i] {
        i += 1;
    }
    i == one.len() && i == other.len()
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} /{}{}", self.verb.method(), self.version.segment(), self.path)
    }
}

/// Names an HTTP method, in a form that a constant can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verb {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Verb {
    /// Returns the HTTP method.
    pub const fn method(self) -> http::Method {
        match self {
            Self::Get => http::Method::GET,
            Self::Post => http::Method::POST,
            Self::Patch => http::Method::PATCH,
            Self::Delete => http::Method::DELETE,
        }
    }
}

/// Names a version of the Graph API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiVersion {
    /// The supported version.
    V1,
    /// The preview version, which may change without notice.
    Beta,
}

impl ApiVersion {
    /// Returns the first segment of a path in this version.
    pub const fn segment(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// The effect of an operation on the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// Reads only.
    Read,
    /// Locks somebody out without removing anything permanently.
    Contain,
    /// Changes a state that can be changed back, or grants access.
    Change,
    /// Removes something that cannot be restored.
    Destroy,
}

impl Effect {
    /// Returns whether anything is changed.
    pub const fn writes(self) -> bool {
        !matches!(self, Self::Read)
    }

    /// Returns its word in the log.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Contain => "contain",
            Self::Change => "change",
            Self::Destroy => "destroy",
        }
    }
}

/// Whether an operation may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// Reads only: may be repeated.
    Safe,
    /// Results in the same state however often it is sent.
    Idempotent,
    /// May not be repeated unless the service answered that it did nothing.
    Once,
}

/// Lists the permissions of which one set is needed, least privileged first.
///
/// The outer list is "any of", the inner one "all of". An empty outer list means that this kind of caller
/// cannot call it at all.
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// For a signed-in user's token.
    pub delegated: &'static [&'static [&'static str]],
    /// For an application's own token.
    pub application: &'static [&'static [&'static str]],
}

/// The kind of caller of a token. Several operations exist for only one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CallerKind {
    /// A signed-in user, through an application.
    Delegated,
    /// An application by itself.
    AppOnly,
}

impl fmt::Display for CallerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Delegated => "the signed-in user",
            Self::AppOnly => "the application",
        })
    }
}

impl Permissions {
    /// Returns the sets for this kind of caller.
    pub const fn of(&self, caller: CallerKind) -> &'static [&'static [&'static str]] {
        match caller {
            CallerKind::Delegated => self.delegated,
            CallerKind::AppOnly => self.application,
        }
    }
}

/// Names a part of the service with its own limits.
///
/// Source: "Microsoft Graph service-specific throttling limits" on Microsoft Learn. Microsoft states no limit
/// for authentication methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Workload {
    /// Users, groups, devices, roles, policies.
    Directory,
    /// Authentication methods of users.
    AuthenticationMethods,
    /// Risky users and conditional access: one request a second for the whole tenant, no `Retry-After`.
    IdentityProtection,
    /// Sign-in and audit logs.
    Reports,
}

impl Workload {
    /// Lists every workload.
    pub const ALL: [Self; 4] =
        [Self::Directory, Self::AuthenticationMethods, Self::IdentityProtection, Self::Reports];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_reads_only_if_it_asks() {
        assert!(Endpoint::v1(Verb::Post, "/users/{user}/checkMemberGroups").only_reads());
        assert!(Endpoint::v1(Verb::Get, "/users/{user}").only_reads());
        for path in ["/users/{user}/revokeSignInSessions", "checkMemberGroups", "", "/checkMemberGroups/x"] {
            assert!(!Endpoint::v1(Verb::Post, path).only_reads(), "{path}");
        }
        assert!(!Endpoint::v1(Verb::Delete, "/users/{user}/checkMemberGroups").only_reads());
    }
}
