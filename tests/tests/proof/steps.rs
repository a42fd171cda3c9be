//! What each step of a default plan is for: the play that notices its absence, or why none does.

use std::collections::HashMap;

use entra_ir_core::simulator::drill::{Night, Play, Played, Strategy};

use super::cases::{CASES, Case};
use super::{plan, played};

/// What shows the use of a step.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shown {
    /// A play, by its name.
    By(&'static str),
    /// Nothing that a play could notice, for this reason.
    Explained(&'static str),
}

use Shown::{By, Explained};

const EVIDENCE: Shown = Explained("it closes nothing: it keeps what later steps destroy");
const KEYS: Shown = By("he knows the password and has his own Authenticator");
const REVOKE: Shown = By("he holds a stolen session, and the block is refused");
const REVOKE_AGAIN: Shown =
    By("he signs in with his own passkey, and a block takes two minutes to reach sign-ins");
const SIGNS_IN: Shown = By("he only signs in, with his own passkey");
const ENDPOINT: Shown = By("the user's computer is infected");
const RISK: Shown = By("the block is refused, and a policy blocks high risk");
const DEVICES: Shown = By("he holds a registered phone, and a revocation spares primary refresh tokens");
const CONSENTS: Shown = By("the user consented to his application, and may not consent again");
const OWNED: Shown = By("he has a secret of an application that the account owns");
const MAIL_RULES: Shown = By("a rule forwards mail");
const MAILBOX: Shown = By("the mailbox forwards");
const APP_PASSWORDS: Shown = By("he has an app password");
const OTHERS: Shown = By("he has accounts of other users");
const DISMISS: Shown = By("a policy blocks high risk");

/// The steps of each default plan that differs from the others, in their order.
#[rustfmt::skip]
pub(super) static STEPS: &[(Night, &[(&str, Shown)])] = &[
    (Night::Spray, &[
        ("Keep the evidence", EVIDENCE),
        ("Tell the help desk", KEYS),
        ("Block sign-in and reset the password, in one request", KEYS),
        ("Revoke sessions", REVOKE),
        ("Isolate or clean the endpoint", ENDPOINT),
        ("Confirm the user compromised", RISK),
        ("Disable a device", DEVICES),
        ("Delete a consent (permission grant)", CONSENTS),
        ("Look at the applications that the account owns", OWNED),
        ("Disable inbox rules", MAIL_RULES),
        ("Look at the mailbox in Exchange", MAILBOX),
        ("Delete methods", KEYS),
        ("Delete app passwords", APP_PASSWORDS),
        ("Revoke sessions", REVOKE_AGAIN),
        ("Prove who the user is", KEYS),
        ("Issue a Temporary Access Pass", KEYS),
        ("Dismiss the user's risk", DISMISS),
        ("Allow sign-in again", KEYS),
    ]),
    (Night::HelpDesk, &[
        ("Keep the evidence", EVIDENCE),
        ("Find what was done since the call", Explained("it closes nothing: it finds what the other steps take back")),
        ("Tell the help desk", KEYS),
        ("Block sign-in and reset the password, in one request", KEYS),
        ("Revoke sessions", REVOKE),
        ("Delete a Temporary Access Pass", By("he signs in with a pass alone, and the block is refused")),
        ("Isolate or clean the endpoint", ENDPOINT),
        ("Confirm the user compromised", RISK),
        ("Disable a device", DEVICES),
        ("Delete a consent (permission grant)", CONSENTS),
        ("Look at the applications that the account owns", OWNED),
        ("Disable inbox rules", MAIL_RULES),
        ("Look at the mailbox in Exchange", MAILBOX),
        ("Delete methods", KEYS),
        ("Revoke sessions", REVOKE_AGAIN),
        ("Look for other accounts", OTHERS),
        ("Prove who the user is", KEYS),
        ("Issue a Temporary Access Pass", KEYS),
        ("Dismiss the user's risk", DISMISS),
        ("Allow sign-in again", KEYS),
    ]),
    (Night::Device, &[
        ("Keep the evidence", EVIDENCE),
        ("Tell the help desk", By("he holds a stolen session")),
        ("Revoke sessions", REVOKE),
        ("Reset password (Graph, passwordProfile)", DISMISS),
        ("Wipe a managed device (Intune)", DEVICES),
        ("Disable a device", DEVICES),
        ("Prove who the user is", By("he holds a stolen session")),
        ("Issue a Temporary Access Pass", By("a policy requires MFA to register")),
        ("Delete methods", SIGNS_IN),
        ("Revoke sessions", SIGNS_IN),
        ("Watch the pass", Explained("it ends nothing: it notices a pass that somebody else uses")),
    ]),
    (Night::Consent, &[
        ("Keep the evidence", EVIDENCE),
        ("Tell the help desk", By("he holds a stolen session")),
        ("Disable an application in the tenant", By("the user and another one consented to his application")),
        ("Delete a consent (permission grant)", By("the user consented to his application, may not consent again, and somebody enables it again")),
        ("Remove an application permission", By("his application acts for itself, and somebody enables it again")),
        ("Look at what else the application holds", By("everybody consented to his application, and somebody enables it again")),
        ("Keep the user from consenting again", By("the user consented to his application, and somebody enables it again")),
        ("Disable inbox rules", MAIL_RULES),
        ("Look at the mailbox in Exchange", MAILBOX),
        ("Revoke sessions", KEYS),
    ]),
    (Night::Hybrid, &[
        ("Keep the evidence", EVIDENCE),
        ("Tell the help desk", KEYS),
        ("Block sign-in", KEYS),
        ("Disable the account on-premises", APP_PASSWORDS),
        ("Block sign-in", By("his registered phone signs in, a revocation spares its token, and a sync undoes the block")),
        ("Revoke sessions", By("a sync undoes the block")),
        ("Isolate or clean the endpoint", ENDPOINT),
        ("Reset password (Graph, resetPassword action)", By("a sync undoes the block")),
        ("Reset password (Active Directory or identity provider)", By("he is in Active Directory")),
        ("Confirm the user compromised", RISK),
        ("Disable the computer account in Active Directory", By("the same, devices change late")),
        ("Disable a device", DEVICES),
        ("Delete a consent (permission grant)", CONSENTS),
        ("Look at the applications that the account owns", OWNED),
        ("Disable inbox rules", MAIL_RULES),
        ("Look at the mailbox in Exchange", MAILBOX),
        ("Delete methods", KEYS),
        ("Revoke sessions", Explained("no play notices it on a synced account; kept as for one of the cloud, where a play does")),
        ("Prove who the user is", KEYS),
        ("Enable the account in Active Directory again", KEYS),
        ("Issue a Temporary Access Pass", KEYS),
        ("Dismiss the user's risk", DISMISS),
        ("Allow sign-in again", KEYS),
    ]),
    (Night::Privileged, &[
        ("Keep the evidence", EVIDENCE),
        ("Tell the help desk", KEYS),
        ("Block sign-in and reset the password, in one request", KEYS),
        ("Revoke sessions", REVOKE),
        ("Remove a directory role", Explained("it limits what whoever gets in may do")),
        ("Look at what the account changed in the tenant", By("he made another administrator")),
        ("Look at the applications that the account owns", OWNED),
        ("Delete a consent (permission grant)", CONSENTS),
        ("Look at who has access to Azure", By("he has a role in Azure")),
        ("Look at what was done in Intune", By("he assigned a script in Intune")),
        ("Isolate or clean the endpoint", ENDPOINT),
        ("Confirm the user compromised", RISK),
        ("Disable a device", DEVICES),
        ("Disable inbox rules", MAIL_RULES),
        ("Look at the mailbox in Exchange", MAILBOX),
        ("Delete methods", KEYS),
        ("Revoke sessions", REVOKE_AGAIN),
        ("Look for other accounts", OTHERS),
        ("Prove who the user is", KEYS),
        ("Issue a Temporary Access Pass", KEYS),
        ("Dismiss the user's risk", DISMISS),
        ("Allow sign-in again", KEYS),
    ]),
    (Night::Guest, &[
        ("Keep the evidence", EVIDENCE),
        ("Tell the help desk", KEYS),
        ("Block sign-in", By("he holds a stolen session")),
        ("Block and revoke in the home tenant", By("he holds a stolen session")),
        ("Delete a consent (permission grant)", CONSENTS),
        ("Delete methods", By("the home tenant does nothing, and a policy requires MFA to register")),
        ("Prove who the user is", Explained("nothing is made for whoever calls: the home tenant vouches for the account")),
    ]),
    (Night::Caller, &[
        ("Tell the help desk", By("he holds a stolen session")),
        ("Prove who the user is", KEYS),
        ("Weigh the signs against it", Explained("it closes nothing: it decides which plan is made")),
        ("Let the user sign in with the method that still works", Explained("it closes nothing: it spares the user a pass")),
        ("Require re-register MFA", By("he has the user's phone, and the user calls")),
        ("Revoke sessions", By("he holds a stolen session, and the user calls")),
    ]),
    (Night::Lockdown, &[
        ("Tell the help desk", KEYS),
        ("Block sign-in and reset the password, in one request", KEYS),
        ("Revoke sessions", REVOKE),
        ("Revoke sessions", Explained("it matters once the block is lifted, which a lockdown does not do")),
    ]),
];

/// Plays a case once for all the steps that it shows.
struct Wholes(HashMap<(Night, &'static str), Played>);

impl Wholes {
    fn of(&mut self, night: Night, case: &Case) -> &Played {
        self.0.entry((night, case.name)).or_insert_with(|| played(&case.play(night)))
    }
}

/// Returns whether a play notices that a step is left out; false too if its plan does not have the step.
fn notices(wholes: &mut Wholes, night: Night, case: &Case, title: &str, nth: usize) -> bool {
    let play = case.play(night);
    let steps = plan(&play).steps;
    let mut same = steps.iter().enumerate().filter(|(_, step)| step.title == title);
    let Some((place, _)) = same.nth(nth) else { return false };
    let without = played(&play.without(place));
    !without.worse_than(wholes.of(night, case)).is_empty()
}

/// Returns how many steps of the same title come before one.
fn nth(steps: &[(&str, Shown)], place: usize) -> usize {
    steps[..place].iter().filter(|(title, _)| *title == steps[place].0).count()
}

#[test]
fn each_step_that_is_left_out_is_noticed_by_a_play() {
    let (first, second) = STEPS.split_at(STEPS.len() / 2);
    let other = std::thread::spawn(|| notice(second));
    let mut wrong = notice(first);
    wrong.extend(other.join().unwrap());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Returns the steps that their plays do not notice.
fn notice(plans: &[(Night, &[(&str, Shown)])]) -> Vec<String> {
    let mut wholes = Wholes(HashMap::new());
    let mut wrong = Vec::new();
    for (night, steps) in plans {
        let titles: Vec<_> =
            plan(&Play::new(*night, Strategy::Waits)).steps.into_iter().map(|step| step.title).collect();
        let told: Vec<_> = steps.iter().map(|(title, _)| *title).collect();
        assert_eq!(titles, told, "{night:?}");
        for (place, (title, shown)) in steps.iter().enumerate() {
            let By(name) = shown else { continue };
            let case = Case::named(name).unwrap_or_else(|| panic!("no play is named {name}"));
            if !notices(&mut wholes, *night, case, title, nth(steps, place)) {
                wrong.push(format!("{night:?}: {title}: not noticed where {name}"));
            }
        }
    }
    wrong
}

/// Plays every case against every step, for `make proof`: a step that is explained is noticed by none.
#[test]
fn a_step_that_is_explained_is_noticed_by_no_play() {
    if std::env::var_os("ENTRA_IR_PROOF").is_none() {
        println!("skipped without ENTRA_IR_PROOF: `make proof` plays every case against every step");
        return;
    }
    let only = std::env::var("ENTRA_IR_PROOF_STEP").unwrap_or_default();
    let mut wholes = Wholes(HashMap::new());
    let mut wrong = Vec::new();
    for (night, steps) in STEPS {
        for (place, (title, shown)) in steps.iter().enumerate() {
            if !format!("{night:?}: {title}").contains(&only) {
                continue;
            }
            let cases =
                CASES.iter().filter(|case| notices(&mut wholes, *night, case, title, nth(steps, place)));
            let names: Vec<_> = cases.map(|case| case.name).collect();
            println!("{night:?}: {title}: {names:#?}");
            if matches!(shown, Explained(_)) && !names.is_empty() {
                wrong.push(format!("{night:?}: {title}: noticed by {names:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every default plan is one of those, or the same as one.
#[test]
fn no_default_plan_is_missing() {
    let titles = |night: &Night| -> Vec<String> {
        plan(&Play::new(*night, Strategy::Waits)).steps.into_iter().map(|step| step.title).collect()
    };
    let known: Vec<_> = STEPS.iter().map(|(night, _)| titles(night)).collect();
    for night in Night::ALL {
        let own = titles(&night);
        let without = |all: &[String]| -> Vec<String> {
            all.iter().filter(|title| *title != "Delete app passwords").cloned().collect()
        };
        assert!(known.iter().any(|known| without(known) == without(&own)), "{night:?}: {own:#?}");
    }
}
