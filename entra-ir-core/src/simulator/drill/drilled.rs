//! `drill`: the adversary against a plan of your own.

use std::fmt;

use serde::Serialize;

use super::super::sign_in::Way;
use super::night::Night;
use super::play::Play;
use super::played::Played;
use super::strategy::Strategy;
use crate::containment::{Digest, Plan};
use crate::error::Result;
use crate::knowledge::AccountKind;

/// What became of the plays against a plan, on a simulated tenant. It proves nothing about a real one.
#[derive(Clone, Debug, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct Drill {
    /// The digest of the plan.
    pub plan: Digest,
    /// The incident, as a word.
    pub incident: String,
    /// The plays.
    pub plays: Vec<DrillPlay>,
}

crate::json::beside!(Drill {
    /// Whether no play leaves the attacker in.
    evicted: bool = Self::is_evicted;
    /// The same as lines of text.
    text: String = |drill: &Self| drill.to_string();
});

/// One play of a drill.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DrillPlay {
    /// What the attacker has.
    pub attacker: &'static str,
    /// Whether he makes every move in every gap; otherwise he uses what he has, and waits.
    pub greedy: bool,
    /// By what he is in when everything is done to contain the account.
    pub contained: Vec<String>,
    /// By what he is in three days after the account was given back; `None` if the plan does not do that.
    pub given_back: Option<Vec<String>>,
    /// What of that the run does not name as open.
    pub unnamed: Vec<String>,
    /// For how long after the first request he got something new, in seconds; `None` if he got nothing.
    pub gains_for: Option<f64>,
    /// For how long after the first request he was in, in seconds; `None` if he was not.
    pub in_for: Option<f64>,
    /// By what he was in last.
    pub last_by: Option<String>,
    /// Whether the rightful user is back; `None` if the plan does not give the account back.
    pub user_is_back: Option<bool>,
}

impl Drill {
    /// Returns whether no play leaves the attacker in.
    pub fn is_evicted(&self) -> bool {
        self.plays.iter().all(DrillPlay::is_evicted)
    }
}

impl DrillPlay {
    fn new(night: Night, greedy: bool, played: &Played) -> Self {
        let seconds = |time: std::time::Duration| time.as_secs_f64();
        Self {
            attacker: night.told(),
            greedy,
            contained: said(&played.contained),
            given_back: played.afterwards.as_deref().map(said),
            unnamed: said(&played.unnamed),
            gains_for: played.last_gain.map(seconds),
            in_for: played.last_access.as_ref().map(|(_, at)| seconds(*at)),
            last_by: played.last_access.as_ref().map(|(way, _)| way.to_string()),
            user_is_back: played.user_is_back,
        }
    }

    /// Returns whether he is out, in the end.
    pub fn is_evicted(&self) -> bool {
        self.contained.is_empty() && self.given_back.as_ref().is_none_or(Vec::is_empty)
    }
}

/// Names ways, each once.
fn said(ways: &[Way]) -> Vec<String> {
    let mut all: Vec<_> = ways.iter().map(ToString::to_string).collect();
    all.sort();
    all.dedup();
    all
}

/// Lets an adversary play against a plan, on a simulated tenant: with what each incident of its kind gives
/// him, once waiting and once making every move.
///
/// # Errors
/// [`Error::Refused`](crate::Error::Refused) for a plan that no run would take.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), entra_ir_core::Error> {
/// use entra_ir_core::containment::Plan;
/// use entra_ir_core::knowledge::Incident;
/// use entra_ir_core::simulator::drill::drill;
///
/// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
/// let snapshot = client.snapshot("adele@contoso.example").await?;
/// let drill = drill(&Plan::against(Incident::TokenTheft, &snapshot)).await?;
/// assert!(drill.is_evicted(), "{drill}");
/// # Ok(())
/// # }
/// ```
pub async fn drill(plan: &Plan) -> Result<Drill> {
    let mut plays = Vec::new();
    for night in Night::ALL.into_iter().filter(|night| is_of(*night, plan)) {
        for (greedy, strategy) in [(false, Strategy::Waits), (true, Strategy::Greedy)] {
            let played = Play::new(night, strategy).against_plan(plan).jumping().play().await?;
            plays.push(DrillPlay::new(night, greedy, &played));
        }
    }
    Ok(Drill { plan: plan.digest()?, incident: plan.incident.clone(), plays })
}

/// Returns whether an incident is one that a plan is made against.
fn is_of(night: Night, plan: &Plan) -> bool {
    let incident = match night {
        Night::Spray | Night::Unlocked | Night::Hybrid | Night::Guest => "account-takeover",
        Night::Proxy => "token-theft",
        Night::Passkey => "suspicious-method",
        Night::HelpDesk => "help-desk-tricked",
        Night::Device => "lost-device",
        Night::Consent => "malicious-consent",
        Night::Privileged => "privileged",
        Night::Caller => "lost-methods",
        Night::Lockdown => "lockdown",
    };
    let kind = plan.seen.kind;
    let same_kind = night.account() == kind;
    // Only an account of the cloud has a story of its own for the other incidents.
    let stands_in = incident != "account-takeover"
        || !matches!(kind, AccountKind::Synced | AccountKind::ExternalGuest)
            && night.account() == AccountKind::Cloud;
    incident == plan.incident && (same_kind || stands_in)
}

impl fmt::Display for Drill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let evicted = if self.is_evicted() { "evicted in every play" } else { "NOT EVICTED in every play" };
        writeln!(f, "{}: {evicted}, on a simulated tenant", self.incident)?;
        for play in &self.plays {
            let moves = if play.greedy { "makes every move" } else { "waits" };
            let minutes = |seconds: Option<f64>| (seconds.unwrap_or_default() / 60.0).ceil();
            write!(f, "{}; {moves}: ", play.attacker)?;
            match (&play.contained[..], play.given_back.as_deref()) {
                ([], None | Some([])) => f.write_str("out")?,
                ([], Some(ways)) => write!(f, "BACK once the account is given back, by {}", ways.join("; "))?,
                (ways, _) => write!(f, "IN by {}", ways.join("; "))?,
            }
            let (gains, is_in) = (minutes(play.gains_for), minutes(play.in_for));
            write!(f, "; new access for {gains} min, any access for {is_in} min")?;
            if let Some(by) = &play.last_by {
                write!(f, " ({by})")?;
            }
            if play.user_is_back == Some(false) {
                f.write_str("; THE USER IS NOT BACK")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Returns the JSON Schema of a drill, by the name of its file in `docs/schema`.
#[cfg(feature = "schema")]
pub fn schemas() -> Vec<(&'static str, serde_json::Value)> {
    vec![("drill.output", crate::schema::of_output::<Drill>())]
}
