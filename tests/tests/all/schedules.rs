//! Random failures of all writes: whatever answers in Graph's place, before or after the effect, no outcome
//! is untrue, no once-only write runs twice, and no generated password is lost.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use entra_ir_core::model::MethodKind;
use entra_ir_core::operations::{ForceChange, MethodScope, MethodsDeleted, Outcome, PasswordReset};
use entra_ir_core::receipt::{Grade, Receipt};
use entra_ir_core::simulator::Fault;
use entra_ir_core::{
    AccessToken, CallerKind, Client, Error, RetryPolicy, SimulatedTenant, TokenProvider, TokenRequest,
};
use entra_ir_tests::Cases;
use http::Method;
use secrecy::ExposeSecret;

const ADELE: &str = "adele@contoso.example";
/// Synced: a reset is written back.
const ALEX: &str = "alex@contoso.example";
const GRACE: &str = "grace@contoso.example";

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }

    fn one_of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}

/// The writes, each with the account that it is about.
#[derive(Clone, Copy, Debug)]
enum Write {
    Block,
    Unblock,
    Reset,
    ResetChosen,
    ResetSynced,
    ByEntra,
    RequireChange,
    Revoke,
    RevokeAndConfirm,
    RevokeMfa,
    DeleteMethod,
    DeleteMethods,
    Reregister,
    Deactivate,
    Pass,
    PassReconciled,
    DeletePass,
}

const WRITES: [Write; 17] = [
    Write::Block,
    Write::Unblock,
    Write::Reset,
    Write::ResetChosen,
    Write::ResetSynced,
    Write::ByEntra,
    Write::RequireChange,
    Write::Revoke,
    Write::RevokeAndConfirm,
    Write::RevokeMfa,
    Write::DeleteMethod,
    Write::DeleteMethods,
    Write::Reregister,
    Write::Deactivate,
    Write::Pass,
    Write::PassReconciled,
    Write::DeletePass,
];

impl Write {
    fn user(self) -> &'static str {
        match self {
            Self::ResetSynced => ALEX,
            Self::Deactivate => GRACE,
            _ => ADELE,
        }
    }
}

/// What is really so, of the account that a write is about.
#[derive(Debug, PartialEq)]
struct Truth {
    enabled: bool,
    password: String,
    must_change: bool,
    valid_from: time::OffsetDateTime,
    methods: Vec<(MethodKind, String)>,
    pass: Option<String>,
}

fn truth(tenant: &SimulatedTenant, user: &str) -> Truth {
    let methods =
        tenant.methods_of(user).into_iter().map(|method| (method.kind, method.id.as_str().to_owned()));
    Truth {
        enabled: tenant.user(user).unwrap().enabled,
        password: tenant.password_of(user).unwrap().expose_secret().to_owned(),
        must_change: tenant.must_change_password(user),
        valid_from: tenant.sessions_valid_from(user).unwrap(),
        methods: methods.collect(),
        pass: tenant.access_pass_of(user).map(|pass| pass.expose_secret().to_owned()),
    }
}

/// One failure. Graph's own refusals come before the effect; the answer of an intermediary may come after it.
fn fault(dice: &mut Dice) -> (Fault, String) {
    let late = dice.chance(50);
    let (fault, told) = match dice.roll(10) {
        0..=2 => {
            let statuses = [400, 403, 404, 409, 412, 423, 429, 500, 502, 503, 504, 509, 501, 401];
            let status = dice.one_of(&statuses);
            let late = late && matches!(status, 500 | 502 | 504 | 509);
            let fault = Fault::status(status);
            let fault = if dice.chance(20) {
                fault.retry_after(dice.one_of(&["0", "3", "200", "1e308"]))
            } else {
                fault
            };
            (if late { fault.after_effect() } else { fault }, format!("Graph {status}, late {late}"))
        }
        3..=6 => {
            let statuses = [
                200, 200, 201, 202, 204, 206, 301, 302, 400, 401, 403, 404, 407, 408, 409, 413, 429, 451,
                499, 500, 501, 502, 503, 504, 511,
            ];
            let status = dice.one_of(&statuses);
            let bodies = [
                ("text/html", "<html>blocked</html>"),
                ("text/plain", "blocked by gateway"),
                ("application/json", r#"{"action":"blocked"}"#),
                ("application/json", r#"{"value":true}"#),
                ("application/json", r#"{"value":[]}"#),
                ("application/json", r#"{"error":{"code":"resourceNotFound","message":"gone"}}"#),
                ("text/plain", ""),
            ];
            let (kind, body) = dice.one_of(&bodies);
            let fault = Fault::middlebox(status).body(kind, body);
            let fault = if dice.chance(20) { fault.retry_after("1") } else { fault };
            (
                if late { fault.after_effect() } else { fault },
                format!("middlebox {status} {body:?}, late {late}"),
            )
        }
        7 => (
            if late { Fault::dropped().after_effect() } else { Fault::dropped() },
            format!("dropped, late {late}"),
        ),
        8 => match dice.roll(3) {
            0 => (Fault::no_connection(), "no connection".to_owned()),
            1 => (Fault::truncated(), "truncated".to_owned()),
            _ => (Fault::empty_body(), "empty".to_owned()),
        },
        _ => {
            let slow = Fault::slow(Duration::from_secs(60));
            (if late { slow.after_effect() } else { slow }, format!("slow, late {late}"))
        }
    };
    (fault.times(u32::try_from(1 + dice.roll(3)).unwrap()), told)
}

/// A credential that has another token each time: what is answered 401 can be sent again.
#[derive(Debug)]
struct Renewing(AtomicU32);

#[async_trait]
impl TokenProvider for Renewing {
    async fn token(&self, _: &TokenRequest) -> Result<AccessToken, Error> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        Ok(AccessToken::new(format!("canary-token-{number}"), None))
    }

    fn caller_kind(&self) -> Option<CallerKind> {
        Some(CallerKind::Delegated)
    }
}

struct Played {
    story: String,
    wrong: Vec<String>,
}

impl Played {
    fn expect(&mut self, holds: bool, what: &str) {
        if !holds {
            self.wrong.push(what.to_owned());
        }
    }

    /// An error that says that nothing was done must be right.
    fn judge_error(&mut self, error: &Error, changed: bool, once: bool) {
        let _ = write!(self.story, "\n  error: {error}");
        self.expect(error.outcome_unknown() || !changed, "the error says that nothing was done, and it was");
        self.expect(
            !once || !error.is_retryable() || !error.outcome_unknown(),
            "to be repeated, and may have run",
        );
        if let Some(receipt) = error.receipt() {
            self.expect(!receipt.is_success(), "an error with a receipt of success");
            self.expect(
                (receipt.grade == Grade::Unknown) == error.outcome_unknown(),
                "receipt and error disagree",
            );
        }
    }

    /// A result that says that it was done must be right.
    fn judge_receipt(&mut self, receipt: &Receipt, done: bool) {
        let _ = write!(self.story, "\n  {receipt}");
        self.expect(!receipt.is_success() || done, "the receipt says that it was done, and it was not");
    }

    fn judge_methods(&mut self, deleted: &MethodsDeleted, tenant: &SimulatedTenant) {
        let _ = write!(self.story, "\n  {}", deleted.receipt);
        let now = truth(tenant, ADELE).methods;
        let mut all_gone = true;
        for of in &deleted.methods {
            let there = now.iter().any(|(_, id)| id == of.id.as_str());
            all_gone &= !there || of.outcome == Outcome::NotRemovable;
            let told = format!("{} {:?}", of.id, of.outcome);
            match of.outcome {
                Outcome::Removed | Outcome::AlreadyGone => {
                    self.expect(!there, &format!("gone, and there: {told}"));
                }
                Outcome::NotTried(_) | Outcome::Refused(_) => {
                    self.expect(there, &format!("there, and gone: {told}"));
                }
                _ => {}
            }
        }
        self.expect(!deleted.is_complete() || all_gone, "complete, and a method is there");
        self.expect(!deleted.is_success() || all_gone, "a success, and a method is there");
        let undone = |of: &entra_ir_core::operations::MethodOutcome| {
            matches!(of.outcome, Outcome::Refused(_) | Outcome::NotTried(_))
        };
        let undone = deleted.methods.iter().any(undone);
        self.expect(!deleted.receipt.is_success() || !undone, "the grade of a success, and not all was done");
        if let Some(remaining) = &deleted.remaining {
            let lists = |id: &str| remaining.iter().any(|method| method.id.as_str() == id);
            self.expect(
                now.iter().all(|(_, id)| lists(id)),
                "a method is there, and not among those that remain",
            );
        }
    }

    fn judge_reset(&mut self, reset: &PasswordReset, before: &Truth, now: &Truth) {
        let changed = before.password != now.password;
        self.judge_receipt(&reset.receipt, changed);
        if let Some(password) = &reset.password {
            self.expect(!changed || password.expose_secret() == now.password, "another password is in force");
        }
    }
}

/// Every answer but the last that a request of what may run once got is Graph's own word that it did nothing.
fn ran_once(tenant: &SimulatedTenant, path: &str) -> bool {
    let exchanges = tenant.exchanges();
    let sent: Vec<_> = exchanges
        .iter()
        .filter(|exchange| exchange.method() == Method::POST && exchange.uri().path().ends_with(path))
        .collect();
    let refused = |exchange: &&entra_ir_core::simulator::RecordedExchange| {
        let marked = exchange.answer_headers().is_some_and(|headers| headers.contains_key("request-id"));
        marked && matches!(exchange.status().map(|status| status.as_u16()), Some(401 | 429))
    };
    sent.iter().rev().skip(1).all(refused)
}

#[expect(clippy::too_many_lines, reason = "an arm for each write, and what is true of it")]
async fn play(seed: u64) -> Played {
    let mut dice = Dice(seed);
    let write = dice.one_of(&WRITES);
    let tenant = SimulatedTenant::contoso();
    let user = write.user();
    let mut story = format!("seed {seed}: {write:?}");
    if matches!(write, Write::Unblock) {
        tenant.client().unwrap().block_sign_in(user).await.unwrap();
    }
    let old_pass = if matches!(write, Write::DeletePass) || dice.chance(20) {
        Some(tenant.client().unwrap().create_temporary_access_pass(user).await.unwrap().id.unwrap())
    } else {
        None
    };
    tenant.clear_exchanges();
    tenant.advance(Duration::from_secs(120));
    for _ in 0..=dice.roll(3) {
        let (fault, told) = fault(&mut dice);
        let verbs = [Method::PATCH, Method::POST, Method::DELETE];
        let reads = dice.chance(10);
        let _ = write!(story, "\n  {told}{}", if reads { ", of a read" } else { "" });
        if reads {
            tenant.inject(fault.on_method(Method::GET).after(u32::try_from(dice.roll(4)).unwrap()));
        } else {
            for verb in verbs {
                tenant.inject(fault.clone().on_method(verb));
            }
        }
    }
    // The client does not record: these are more exchanges than all other tests make, and alike.
    let mut policy = RetryPolicy::default().with_jitter(|| 0.0);
    policy.max_attempts = 1 + u32::try_from(dice.roll(5)).unwrap();
    let client = Client::builder()
        .transport(tenant.clone())
        .credential(Renewing(AtomicU32::new(0)))
        .retry(policy)
        .build()
        .unwrap();
    let before = truth(&tenant, user);
    let key = before.methods.iter().find(|(kind, _)| *kind == MethodKind::Fido2).map(|(_, id)| id.clone());
    let mut played = Played { story, wrong: Vec::new() };
    macro_rules! judged {
        ($call:expr, $receipt:ident => $of:expr, $done:expr, $changed:expr) => {
            match $call.await {
                Ok($receipt) => {
                    let now = truth(&tenant, user);
                    played.judge_receipt(&$of, $done(&now));
                }
                Err(error) => {
                    let now = truth(&tenant, user);
                    played.judge_error(&error, $changed(&now), false);
                }
            }
        };
    }
    let moved = |now: &Truth| now.valid_from > before.valid_from;
    match write {
        Write::Block => {
            judged!(client.block_sign_in(user), receipt => receipt, |now: &Truth| !now.enabled, |now: &Truth| !now.enabled);
        }
        Write::Unblock => {
            judged!(client.unblock_sign_in(user), receipt => receipt, |now: &Truth| now.enabled, |now: &Truth| now.enabled);
        }
        Write::RequireChange => {
            let call = client.require_password_change(user);
            judged!(call, receipt => receipt, |now: &Truth| now.must_change, |now: &Truth| now.must_change);
        }
        Write::Revoke => {
            judged!(client.revoke_sign_in_sessions(user), revoked => revoked.receipt, moved, moved);
        }
        Write::RevokeAndConfirm => {
            judged!(client.revoke_sign_in_sessions(user).confirm(), revoked => revoked.receipt, moved, moved);
        }
        Write::RevokeMfa => {
            judged!(client.revoke_mfa_sessions(user), revoked => revoked.sessions.receipt, moved, moved);
        }
        Write::Deactivate => {
            let list = SimulatedTenant::methods_of(&tenant, user);
            let token = list.into_iter().find(|method| method.kind == MethodKind::HardwareOath).unwrap().id;
            let active = || tenant.is_hardware_token_active(user, token.as_str()) == Some(true);
            match client.deactivate_hardware_oath(user, token.clone()).await {
                Ok(receipt) => played.judge_receipt(&receipt, !active()),
                Err(error) => played.judge_error(&error, !active(), false),
            }
        }
        Write::Reset | Write::ResetChosen | Write::ResetSynced | Write::ByEntra => {
            let call = client.reset_password(user);
            let call = match write {
                Write::ResetChosen => call.chosen("Chosen-by-hand-7".into()).force_change(ForceChange::Never),
                Write::ByEntra => call.generated_by_entra(),
                _ => call,
            };
            let result = call.await;
            let now = truth(&tenant, user);
            let changed = now.password != before.password;
            let once = matches!(write, Write::ResetSynced | Write::ByEntra);
            match result {
                Ok(reset) => {
                    played.judge_reset(&reset, &before, &now);
                    let told = !matches!(write, Write::ResetChosen);
                    played.expect(
                        !changed || !told || reset.password.is_some(),
                        "a password is in force, and not told",
                    );
                }
                Err(error) => {
                    played.judge_error(&error, changed, once);
                    let lost = changed && matches!(write, Write::Reset | Write::ResetSynced);
                    played.expect(!lost, "a password that was made here is in force, and lost");
                }
            }
            played.expect(!once || ran_once(&tenant, "/resetPassword"), "the reset action ran twice");
        }
        Write::DeleteMethod => {
            let key = key.unwrap();
            let gone = |now: &Truth| now.methods.iter().all(|(_, id)| *id != key);
            let call = client.delete_method(user, MethodKind::Fido2, key.as_str());
            judged!(call, deleted => deleted.receipt, gone, gone);
        }
        Write::DeletePass => {
            let id = old_pass.clone().unwrap();
            let gone = |now: &Truth| now.methods.iter().all(|(_, of)| of != id.as_str());
            judged!(client.delete_temporary_access_pass(user, id.clone()), deleted => deleted.receipt, gone, gone);
        }
        Write::DeleteMethods => match client.delete_methods(user, MethodScope::AllRemovable).await {
            Ok(deleted) => played.judge_methods(&deleted, &tenant),
            Err(error) => played.judge_error(&error, truth(&tenant, user).methods != before.methods, false),
        },
        Write::Reregister => match client.require_mfa_reregistration(user).await {
            Ok(required) => played.judge_methods(&required.deleted, &tenant),
            Err(error) => played.judge_error(&error, truth(&tenant, user).methods != before.methods, false),
        },
        Write::Pass | Write::PassReconciled => {
            let call = client.create_temporary_access_pass(user);
            let reconciled = matches!(write, Write::PassReconciled);
            let result = if reconciled { call.reconcile() } else { call }.await;
            let now = truth(&tenant, user);
            let made = now.pass.is_some() && now.pass != before.pass;
            match result {
                Ok(created) => {
                    played.judge_receipt(&created.receipt, made);
                    let told = created.pass.map(|pass| pass.expose_secret().to_owned());
                    played.expect(told == now.pass, "the pass told is not the one that works");
                }
                Err(error) => played.judge_error(&error, made, true),
            }
            let once = ran_once(&tenant, "/temporaryAccessPassMethods");
            played.expect(reconciled || once, "the creation of a pass ran twice");
        }
    }
    played
}

#[test]
fn no_schedule_makes_an_outcome_untrue() {
    let mut wrong = Vec::new();
    let mut cases = Cases::of("no_schedule_makes_an_outcome_untrue", 3_000);
    for seed in cases.by_ref() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let one = runtime.unwrap().block_on(play(seed));
        if !one.wrong.is_empty() {
            wrong.push(format!("{}\n  WRONG: {}", one.story, one.wrong.join("; ")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} are untrue:\n{}",
        wrong.len(),
        cases.played(),
        wrong[..wrong.len().min(12)].join("\n")
    );
}
