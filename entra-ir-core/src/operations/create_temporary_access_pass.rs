//! `create_temporary_access_pass`: the portal's "Add Temporary Access Pass".

use std::borrow::Cow;
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use super::account::Account;
use super::list_temporary_access_passes::ListTemporaryAccessPasses;
use super::pass_policy::{POLICY, ReadPolicy};
use super::pass_replaced::{Before, made_anew};
use super::pass_usability::{hide_pass, warn_of_usability};
use crate::cloud::CloudSet;
use crate::error::{Error, Refusal, Result};
use crate::ids::{MethodId, UserRef};
use crate::model::{AccessPassMethod, AccessPassPolicy, UserKind, timestamp};
use crate::operation::{
    CALLER_UNKNOWN, Call, Client, Context, GraphCall, IntoUser, Operation, Output, options,
};
use crate::receipt::{Mechanism, Receipt, WarningKind, Weight};
use crate::spec::{CallerKind, Effect, Endpoint, Idempotency, OperationSpec, Permissions, Verb, Workload};
use crate::target::{Scope, TargetKind};
use crate::wire::{Request, RequestBuilder, Response, decode_failure, decode_optional};

/// `POST …/temporaryAccessPassMethods`.
pub const CREATE_TEMPORARY_ACCESS_PASS: Mechanism =
    Mechanism::new("create-temporary-access-pass", "POST temporaryAccessPassMethods");

/// An older pass was replaced.
pub const REPLACED_OLDER_PASS: WarningKind = WarningKind::new(
    "replaced-older-pass",
    "an older Temporary Access Pass of this user was replaced and no longer works",
    Weight::Harmless,
);

/// A pass removes nothing.
pub const PASS_REMOVES_NOTHING: WarningKind = WarningKind::new(
    "pass-removes-nothing",
    "a pass removes no method and ends no session: the old ones still work",
    Weight::Harmless,
);

/// The policy could not be read.
pub const POLICY_NOT_READ: WarningKind = WarningKind::new(
    "policy-not-read",
    "the Temporary Access Pass policy could not be read, so its limits were not checked: {}",
    Weight::Harmless,
);

/// The older passes could not be read.
pub const PASSES_NOT_READ: WarningKind = WarningKind::new(
    "passes-not-read",
    "whether an older pass was replaced could not be read: {}",
    Weight::Harmless,
);

/// A blocked account cannot use a pass.
pub const ACCOUNT_BLOCKED: WarningKind = WarningKind::new(
    "account-blocked",
    "sign-in is blocked for this account: the pass does not work until unblock_sign_in",
    Weight::InVain("does not work while sign-in is blocked"),
);

/// Issues a Temporary Access Pass: a code that signs in, satisfies MFA, and leads the user to registering
/// methods. It grants access: give it only to the verified owner, through a channel that the attacker does
/// not read. It replaces an older pass.
///
/// # Effect
/// Whoever has the pass can sign in until it ends. It removes no method and ends no session, and sessions
/// that begin with it survive it. A one-time pass must be used for registering within 10 minutes of its
/// sign-in. It may take minutes until the sign-in page asks for it.
///
/// # Permissions
/// `UserAuthMethod-TAP.ReadWrite.All` or `UserAuthenticationMethod.ReadWrite.All`, delegated or application.
/// A delegated caller needs a role: Authentication Administrator, for a privileged target Privileged
/// Authentication Administrator; not for oneself. To check beforehand: `User.Read.All` and
/// `Policy.Read.AuthenticationMethod`; without them the receipt lists what was not checked.
///
/// # Errors
/// [`Error::Refused`] before sending: a lifetime outside 10 to 43200 minutes or outside the policy, a
/// reusable pass where the policy allows one-time passes only, passes disabled for the tenant, an external
/// guest, the caller's own account. If the answer is lost, or is not Graph's, [`Error::outcome_unknown`] is
/// true and the request is not repeated: a pass may exist whose code is lost. [`reconcile`](Self::reconcile)
/// resolves that.
///
/// Source: "Create temporaryAccessPassMethod" and "Configure Temporary Access Pass" on Microsoft Learn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use std::time::Duration;
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let made = client
///     .create_temporary_access_pass("adele@contoso.example")
///     .lifetime(Duration::from_secs(60 * 60))
///     .one_time(true)
///     .await?;
/// assert!(made.pass.is_some(), "read it with `expose_secret`, once, for its owner");
/// println!("register at {}", made.registration_url);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CreateTemporaryAccessPass {
    /// The account.
    pub user: UserRef,
    /// How long it works, in whole minutes; `None` leaves it to the policy.
    #[serde(default, with = "crate::json::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Seconds>"))]
    pub lifetime: Option<Duration>,
    /// When it begins to work; `None` at once.
    #[serde(default, with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub starts_at: Option<OffsetDateTime>,
    /// Whether it works once only; `None` leaves it to the service (what it then does is not documented).
    #[serde(default)]
    pub one_time: Option<bool>,
    /// Whether a pass whose code is lost is deleted and created again.
    #[serde(default)]
    pub reconcile: bool,
}

/// What [`CreateTemporaryAccessPass`] is.
pub static SPEC: OperationSpec = OperationSpec {
    id: "create_temporary_access_pass",
    summary: "Issues a Temporary Access Pass, which signs in, satisfies MFA and leads to registration; an older pass is replaced.",
    does_not: "Removes no method and ends no session; sessions that begin with the pass survive it.",
    endpoint: Endpoint::v1(Verb::Post, "/users/{user}/authentication/temporaryAccessPassMethods"),
    target: TargetKind::User,
    scope: Scope::Account,
    effect: Effect::Change,
    unseats: false,
    idempotency: Idempotency::Once,
    permissions: Permissions {
        delegated: &[&["UserAuthMethod-TAP.ReadWrite.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
        application: &[&["UserAuthMethod-TAP.ReadWrite.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
    },
    roles: &["Authentication Administrator", "Privileged Authentication Administrator"],
    clouds: CloudSet::NOT_CHINA,
    undo: "delete_temporary_access_pass.",
    if_unknown: "a pass may exist whose code is lost: check with list_temporary_access_passes whether one was created since, delete it with delete_temporary_access_pass, then create another",
    doc: "https://learn.microsoft.com/graph/api/authentication-post-temporaryaccesspassmethods",
    workload: Workload::AuthenticationMethods,
    uses: &[
        &super::get_user::SPEC,
        &super::list_temporary_access_passes::SPEC,
        &super::delete_temporary_access_pass::SPEC,
        &POLICY,
    ],
};

/// Where the owner registers methods.
const REGISTRATION_URL: &str = "https://aka.ms/mysecurityinfo";

/// The lifetimes that exist at all, in minutes.
const LIFETIMES: std::ops::RangeInclusive<i64> = 10..=43_200;

impl CreateTemporaryAccessPass {
    /// Makes the operation for a user.
    ///
    /// # Errors
    /// [`Error::Refused`] if the name cannot be one.
    pub fn new(user: impl IntoUser) -> Result<Self> {
        Ok(Self {
            user: user.into_user()?,
            lifetime: None,
            starts_at: None,
            one_time: None,
            reconcile: false,
        })
    }
}

options!(CreateTemporaryAccessPass {
    /// Sets how long it works: 10 minutes to 30 days, within the policy. Part of a minute counts as a whole
    /// one.
    lifetime(lifetime: Duration) |this| this.lifetime = Some(lifetime);
    /// Sets when it begins to work.
    starts_at(time: OffsetDateTime) |this| this.starts_at = Some(time);
    /// Sets whether it works once only.
    one_time(once: bool) |this| this.one_time = Some(once);
    /// Resolves an answer that was lost, or that Graph did not make: lists the passes, deletes one whose code
    /// is lost, and creates another, three times at most. So the caller gets a pass that works, or an error
    /// that is not temporary.
    reconcile() |this| this.reconcile = true;
});

/// Holds the pass that was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AccessPassCreated {
    /// What was done.
    pub receipt: Receipt,
    /// The pass. It is returned only here. Masked in `Debug`, omitted from JSON; `None` in a dry run.
    #[serde(skip)]
    pub pass: Option<SecretString>,
    /// The pass's method id; `None` in a dry run.
    pub id: Option<MethodId>,
    /// When it begins to work. UTC.
    #[serde(default, with = "timestamp")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub starts_at: Option<OffsetDateTime>,
    /// How long it works, in minutes.
    pub lifetime_in_minutes: Option<i64>,
    /// Whether it works once only.
    pub one_time: Option<bool>,
    /// Whether it works now.
    pub is_usable: Option<bool>,
    /// The address to give to the user, to register methods after signing in with the pass.
    pub registration_url: Cow<'static, str>,
}

impl Output for AccessPassCreated {
    fn receipt(&self) -> Option<&Receipt> {
        Some(&self.receipt)
    }

    fn secret(&self) -> Option<&SecretString> {
        self.pass.as_ref()
    }
}

impl Client {
    /// Issues a Temporary Access Pass, the portal's "Add Temporary Access Pass":
    /// [`CreateTemporaryAccessPass`].
    ///
    /// Effect, permissions, errors and options: see the operation.
    pub fn create_temporary_access_pass(&self, user: impl IntoUser) -> Call<'_, CreateTemporaryAccessPass> {
        self.on(user, CreateTemporaryAccessPass::new)
    }
}

impl Operation for CreateTemporaryAccessPass {
    type Output = AccessPassCreated;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    async fn run(self, context: &Context) -> Result<AccessPassCreated> {
        self.minutes()?;
        let (context, tally) = &context.counting();
        let account = Account::read(context, self.user.clone()).await?;
        let mut receipt = account.receipt(&SPEC, CREATE_TEMPORARY_ACCESS_PASS);
        let older = self.check(context, &account, &mut receipt).await?;
        let before = Before { older, began: tally.earliest() };
        let step = Create { user: &account.target, options: &self };
        let made = match context.write(&step, &mut receipt).await {
            Err(error) if self.reconcile => {
                made_anew(context, &account.target, &step, &before, error, &mut receipt).await?
            }
            made => made?,
        };
        if let Some(made) = &made {
            if before.had_one_that_worked() {
                receipt.warn(&REPLACED_OLDER_PASS);
            }
            warn_of_usability(&mut receipt, made);
            hide_pass(&mut receipt, made);
        }
        receipt.warn(&PASS_REMOVES_NOTHING);
        Ok(AccessPassCreated {
            receipt,
            id: made.as_ref().and_then(|made| made.id.clone()),
            starts_at: made.as_ref().and_then(|made| made.start_date_time),
            lifetime_in_minutes: made.as_ref().and_then(|made| made.lifetime_in_minutes),
            one_time: made.as_ref().and_then(|made| made.is_usable_once),
            is_usable: made.as_ref().and_then(|made| made.is_usable),
            pass: made.and_then(|made| made.temporary_access_pass),
            registration_url: REGISTRATION_URL.into(),
        })
    }
}

impl CreateTemporaryAccessPass {
    /// Returns the lifetime in whole minutes.
    fn minutes(&self) -> Result<Option<i64>> {
        let Some(lifetime) = self.lifetime else { return Ok(None) };
        let minutes = i64::try_from(lifetime.as_secs().div_ceil(60)).unwrap_or(i64::MAX);
        if LIFETIMES.contains(&minutes) {
            return Ok(Some(minutes));
        }
        let reason =
            format!("{minutes} minutes is outside {} to {} (30 days)", LIFETIMES.start(), LIFETIMES.end());
        Err(Refusal::BadInput { what: "lifetime", reason }.into())
    }

    /// Checks what can be known before sending, and returns the older passes, if they could be read. What
    /// cannot be read is not checked, with a warning.
    async fn check(
        &self,
        context: &Context,
        account: &Account,
        receipt: &mut Receipt,
    ) -> Result<Option<Vec<AccessPassMethod>>> {
        if account.kind() == Some(UserKind::ExternalGuest) {
            return Err(Refusal::Guest { operation: SPEC.id, user: account.target.clone() }.into());
        }
        let passes = ListTemporaryAccessPasses { user: account.target.clone() };
        let policy = context.read_kept(&ReadPolicy, |policy| self.check_policy(policy).is_ok());
        let (caller, policy, older) = futures_util::join!(context.caller(), policy, passes.run(context));
        if caller.id.is_some() && caller.id == account.target.id() {
            return Err(Refusal::OwnAccount { operation: SPEC.id }.into());
        }
        if caller.id.is_none() && caller.kind != Some(CallerKind::AppOnly) {
            receipt.warn(&CALLER_UNKNOWN);
        }
        match policy {
            Ok(policy) => self.check_policy(&policy)?,
            Err(error) => receipt.warn(POLICY_NOT_READ.with(error)),
        }
        let older = match older {
            Ok(older) => Some(older),
            Err(error) => {
                receipt.warn(PASSES_NOT_READ.with(error));
                None
            }
        };
        if account.user().is_some_and(|user| user.account_enabled == Some(false)) {
            receipt.warn(&ACCOUNT_BLOCKED);
        }
        Ok(older)
    }

    fn check_policy(&self, policy: &AccessPassPolicy) -> Result<()> {
        let refuse = |reason: String| Err(Refusal::PassPolicy { reason }.into());
        if policy.state.as_deref().is_some_and(|state| state.eq_ignore_ascii_case("disabled")) {
            return refuse("Temporary Access Pass is disabled for the tenant (state)".into());
        }
        if let Some(minutes) = self.minutes()? {
            if let Some(least) = policy.minimum_lifetime_in_minutes.filter(|least| minutes < *least) {
                return refuse(format!("{minutes} minutes is less than minimumLifetimeInMinutes {least}"));
            }
            if let Some(most) = policy.maximum_lifetime_in_minutes.filter(|most| minutes > *most) {
                return refuse(format!("{minutes} minutes is more than maximumLifetimeInMinutes {most}"));
            }
        }
        if self.one_time == Some(false) && policy.is_usable_once == Some(true) {
            return refuse("passes of this tenant work once only (isUsableOnce)".into());
        }
        Ok(())
    }
}

/// The one write.
#[derive(Debug)]
struct Create<'a> {
    user: &'a UserRef,
    options: &'a CreateTemporaryAccessPass,
}

impl GraphCall for Create<'_> {
    type Output = AccessPassMethod;

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        let mut body = serde_json::Map::new();
        if let Some(minutes) = self.options.minutes()? {
            body.insert("lifetimeInMinutes".into(), json!(minutes));
        }
        if let Some(start) = self.options.starts_at {
            let start = start.to_offset(UtcOffset::UTC).format(&Rfc3339).map_err(|error| {
                Error::from(Refusal::BadInput { what: "start", reason: error.to_string() })
            })?;
            body.insert("startDateTime".into(), json!(start));
        }
        if let Some(once) = self.options.one_time {
            body.insert("isUsableOnce".into(), json!(once));
        }
        RequestBuilder::new(&SPEC).user(self.user).json(body.into()).build()
    }

    /// The pass is returned only once: an oddity elsewhere in the answer must not lose it.
    fn decode(&self, response: &Response) -> Result<AccessPassMethod> {
        let made: AccessPassMethod = decode_optional(&SPEC, response)?;
        if made.temporary_access_pass.is_none() {
            let reason = "the pass is missing";
            return Err(decode_failure(&SPEC, "temporaryAccessPass", reason, Some(response), true));
        }
        Ok(made)
    }

    /// Only the service can know the pass.
    fn proves(&self, made: &AccessPassMethod) -> bool {
        made.temporary_access_pass.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receipt::Exchange;

    fn pass() -> CreateTemporaryAccessPass {
        CreateTemporaryAccessPass::new("x@contoso.example").unwrap()
    }

    fn body(options: &CreateTemporaryAccessPass) -> String {
        let request = Create { user: &options.user, options }.request().unwrap();
        assert_eq!(request.uri(), "/v1.0/users/x@contoso.example/authentication/temporaryAccessPassMethods");
        String::from_utf8(request.body().to_vec()).unwrap()
    }

    #[test]
    fn only_what_was_said_is_sent() {
        assert_eq!(body(&pass()), "{}");
        let start = OffsetDateTime::from_unix_timestamp(1_772_442_000).unwrap();
        let start = start.to_offset(UtcOffset::from_hms(5, 30, 0).unwrap());
        let all = pass().lifetime(Duration::from_secs(3601)).starts_at(start).one_time(true);
        assert_eq!(
            body(&all),
            r#"{"isUsableOnce":true,"lifetimeInMinutes":61,"startDateTime":"2026-03-02T09:00:00Z"}"#
        );
    }

    #[test]
    fn an_odd_answer_does_not_lose_the_pass() {
        let options = pass();
        let create = Create { user: &options.user, options: &options };
        let odd = r#"{"id":null,"temporaryAccessPass":"+drkzqAD","lifetimeInMinutes":"60","isUsable":"yes","startDateTime":7}"#;
        let made = create.decode(&Response::new(odd.into())).unwrap();
        assert!(made.temporary_access_pass.is_some() && made.id.is_none() && made.is_usable.is_none());
        for body in [r#"{"id":"x"}"#, r#"{"id":"x","temporaryAccessPass":null}"#, r#"{"id":"x","tempor"#] {
            let error = create.decode(&Response::new(body.into())).unwrap_err();
            assert!(
                error.outcome_unknown() && error.advice().contains("list_temporary_access_passes"),
                "{error}"
            );
        }
    }

    #[test]
    fn the_pass_stands_nowhere_in_the_receipt() {
        let target = "x@contoso.example".parse().unwrap();
        let mut receipt = Receipt::new(&SPEC, &target, CREATE_TEMPORARY_ACCESS_PASS);
        receipt.accepted(Exchange {
            method: "POST".into(),
            path: "/".into(),
            status: Some(201),
            code: None,
            request_id: Some("for +drkzqAD".into()),
            client_request_id: None,
            server_date: None,
            attempts: 1,
            caller: None,
        });
        let reason = format!("+drkzqAD is not usable, %2BdrkzqAD {}", "A".repeat(5_000_000));
        let made =
            json!({ "temporaryAccessPass": "+drkzqAD", "isUsable": false, "methodUsabilityReason": reason });
        let made: AccessPassMethod = serde_json::from_value(made).unwrap();
        warn_of_usability(&mut receipt, &made);
        hide_pass(&mut receipt, &made);
        let shown = format!("{receipt} {}", serde_json::to_string(&receipt).unwrap());
        assert!(!shown.contains("drkzqAD") && shown.contains("is not usable"), "{shown}");
        assert!(shown.len() < 4_000, "{}", shown.len());
    }

    #[test]
    fn impossible_lifetimes_are_refused() {
        for seconds in [0, 9 * 60, 43_201 * 60, u64::MAX] {
            let error = pass().lifetime(Duration::from_secs(seconds)).minutes().unwrap_err();
            assert!(error.to_string().contains("outside 10 to 43200"), "{error}");
        }
        for minutes in [10, 43_200] {
            assert_eq!(
                pass().lifetime(Duration::from_secs(minutes * 60)).minutes().unwrap(),
                Some(minutes.cast_signed())
            );
        }
    }

    #[test]
    fn the_policy_limit_that_is_broken_is_named() {
        let policy: AccessPassPolicy = serde_json::from_str(
            r#"{"state":"enabled","minimumLifetimeInMinutes":60,"maximumLifetimeInMinutes":480,"isUsableOnce":true}"#,
        )
        .unwrap();
        let check =
            |pass: CreateTemporaryAccessPass| pass.check_policy(&policy).map_err(|error| error.to_string());
        let lifetime = |minutes: u64| pass().lifetime(Duration::from_secs(minutes * 60));
        assert!(check(lifetime(30)).unwrap_err().contains("minimumLifetimeInMinutes 60"));
        assert!(check(lifetime(500)).unwrap_err().contains("maximumLifetimeInMinutes 480"));
        assert!(check(pass().one_time(false)).unwrap_err().contains("isUsableOnce"));
        assert_eq!(check(lifetime(60).one_time(true)), Ok(()));
        let disabled = serde_json::from_str(r#"{"state":"disabled"}"#).unwrap();
        assert!(pass().check_policy(&disabled).unwrap_err().to_string().contains("disabled for the tenant"));
    }
}
