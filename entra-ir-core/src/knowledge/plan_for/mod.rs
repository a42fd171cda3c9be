//! The plan that follows from the tables alone: what closes every door that can be closed, and nothing more.

mod candidate;
mod scope;
mod trial;

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::action::Action;
use super::advice::Incident;
use super::done::{ActionDone, Touched};
use crate::model::AccountSnapshot;
use crate::receipt::Grade;
use candidate::Candidate;
use trial::Trial;

/// An action without which a door would be in a worse state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Needed {
    /// The action.
    pub action: Action,
    /// To what it is done.
    pub target: Touched,
    /// The labels of the doors whose state is worse without it; an attacker may have chosen names in them.
    pub closes: Vec<String>,
    /// The worst of these doors without it.
    pub why: String,
}

impl Needed {
    /// Records it as done.
    pub fn done(&self, at: OffsetDateTime, grade: Grade) -> ActionDone {
        ActionDone::new(self.action, at, grade).to(&self.target)
    }
}

impl fmt::Display for Needed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doors = self.closes.len();
        write!(f, "{} ({doors} {}): {}", self.action, if doors == 1 { "door" } else { "doors" }, self.why)
    }
}

/// Returns the actions that close every door of an account that can be closed, and of which none can be
/// omitted. It follows from the tables alone, by [`open_doors`](super::open_doors) with hypothetical actions;
/// the steps of [`advise`](super::advise) also hold the tasks of people, what no door shows, and what lets
/// the user in again. A pure function, and always the same for the same snapshot. Rules:
/// * A candidate is what [`Door::closed_by`](super::Door::closed_by) names for a door, until no action adds
///   another: one for each device, method, grant or application.
/// * A door is as good as all candidates together leave it, in both states of the account: with the block,
///   and when the block is lifted. *Held* counts less than *closed*. A pass that expires by itself counts as
///   open until then. What the actions [give](super::Door::given) to the rightful user counts as closed.
/// * Candidates are omitted one after the other while every door remains as good: first those that act on
///   other accounts as well, then those that a person does elsewhere, then those that destroy something, then
///   those that name no part of the account, then those that act on fewer parts. Of actions that are alike in
///   this, the last in the order of the tables remains.
/// * The order: blocks, Active Directory's first, since a sync undoes one that was made only here; the
///   revocation; what can be undone; what destroys. The revocation is the last if nothing blocks, since a
///   session may begin until then.
/// * Nothing that only opens a door is among them, and no policy for the whole tenant.
///
/// The incident limits the candidates:
/// * [`LostDevice`](Incident::LostDevice): the named device, or each; no consent, no pass.
/// * [`LostMethods`](Incident::LostMethods): the lost methods and the sessions. Without names, the phone
///   numbers, the Authenticator apps and the tokens are lost.
/// * [`MaliciousConsent`](Incident::MaliciousConsent): the consents, or the named one, their applications,
///   and the sessions.
/// * [`Lockdown`](Incident::Lockdown): blocks, the password and the sessions; nothing is removed.
/// * [`Recover`](Incident::Recover): nothing, since recovery closes no door.
/// * A block is only for the incidents whose playbook blocks. A lost device and a malicious consent block an
///   account for which the revocation has no effect.
///
/// What was not read cannot be known to be closed, and no action is listed for it.
///
/// Source: the tables of [`knowledge`](super), each cell with its own.
///
/// ```
/// use entra_ir_core::knowledge::{Action, Incident, open_doors, plan_for};
/// use entra_ir_core::receipt::Grade;
/// use time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let snapshot = client.snapshot("adele@contoso.example").await?;
/// let needed = plan_for(&Incident::AccountTakeover, &snapshot);
/// assert_eq!(needed[0].action, Action::BlockSignIn);
/// let revocations = needed.iter().filter(|needed| needed.action == Action::RevokeSignInSessions);
/// assert_eq!(revocations.count(), 1, "while the block holds, no session begins after it");
///
/// let minutes = |number: usize| snapshot.taken_at + Duration::minutes(10 * (number as i64 + 1));
/// let done: Vec<_> =
///     needed.iter().enumerate().map(|(number, needed)| needed.done(minutes(number), Grade::Confirmed)).collect();
/// let doors = open_doors(&snapshot, &done, minutes(needed.len()) + Duration::days(2));
/// assert!(doors.open().all(|door| door.given));
/// # Ok(())
/// # }
/// ```
pub fn plan_for(incident: &Incident, snapshot: &AccountSnapshot) -> Vec<Needed> {
    let trial = Trial::new(snapshot, candidate::all(incident, snapshot));
    let kept = trial.least();
    let mut needed: Vec<(Needed, Vec<usize>)> = Vec::new();
    for place in kept.iter().copied() {
        let Candidate { action, target, .. } = &trial.candidates[place];
        let same = needed.last_mut().filter(|(last, _)| last.action == *action);
        // Methods are removed together.
        if let (Some((Needed { target: Touched::Methods(all), .. }, places)), Touched::Methods(methods)) =
            (same, target)
        {
            all.extend(methods.iter().cloned());
            places.push(place);
        } else {
            let (closes, why) = (Vec::new(), String::new());
            needed.push((Needed { action: *action, target: target.clone(), closes, why }, vec![place]));
        }
    }
    let explained = needed.into_iter().map(|(one, places)| {
        let (closes, why) = trial.without(&kept, &places);
        Needed { closes, why, ..one }
    });
    explained.collect()
}
