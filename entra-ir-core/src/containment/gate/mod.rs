//! The gate: whether an account is ready to be given back, item by item.

mod judge;

use std::fmt;

use serde::Serialize;
use time::OffsetDateTime;

use super::earlier::Earlier;
use super::folder::RunPlace;
use super::record::{Record, refused_place};
use crate::error::{Refusal, Result};
use crate::ids::{ObjectId, UserRef};
use crate::model::AccountSnapshot;
use crate::operation::{Client, IntoUser};
use crate::operations::snapshot::first_look;
use crate::text::{moment, printable};

/// Whether an account is ready to be given back to its user, item by item.
///
/// It claims no more than the journal of the run and the account show: what they do not show is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct Gate {
    /// The account.
    pub account: ObjectId,
    /// Its sign-in name, as the plan saw it.
    pub user_principal_name: Option<String>,
    /// Where the journal is.
    pub place: String,
    /// When the account was read, by the service's clock. UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: OffsetDateTime,
    /// The items.
    pub items: Vec<GateItem>,
}

crate::json::beside!(Gate {
    /// Whether every item is met.
    ready: bool = Self::is_ready;
});

/// One item of the gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(remote = "Self")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = Self::beside))]
#[non_exhaustive]
pub struct GateItem {
    /// What it is about.
    pub is: GateItemKind,
    /// Whether it is met.
    pub state: GateState,
    /// Why. An attacker may have chosen names in it.
    pub reason: String,
    /// What to do; `None` if it is met.
    pub next: Option<String>,
    /// The steps of the plan that are left for it, by their places from 0 on.
    pub steps: Vec<usize>,
}

crate::json::beside!(GateItem {
    /// Whether the block is not lifted because of it, unless it is named.
    refuses: bool = Self::refuses;
});

/// Names what an item of the gate is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum GateItemKind {
    /// The user's identity was proven, and by which channel.
    Identity,
    /// The password was changed by the run or for it, and by nobody after that.
    Password,
    /// The methods of before the run are gone, and nobody added one that is not explained.
    Suspects,
    /// The sessions were revoked after the new password and after the methods were removed.
    Sessions,
    /// The account has a second factor or a pass: whoever knows the password registers none.
    SecondFactor,
    /// A pass was made only now, after the proof of identity.
    Pass,
    /// The block is the run's own, and nobody else's.
    Block,
    /// The endpoint is trusted.
    Endpoint,
    /// The help desk knows of the incident.
    HelpDesk,
    /// The steps in Active Directory, for a synced account.
    OnPremises,
    /// The other steps of people.
    ManualSteps,
}

impl GateItemKind {
    /// Lists every item.
    pub const ALL: [Self; 11] = [
        Self::Identity,
        Self::Password,
        Self::Suspects,
        Self::Sessions,
        Self::SecondFactor,
        Self::Pass,
        Self::Block,
        Self::Endpoint,
        Self::HelpDesk,
        Self::OnPremises,
        Self::ManualSteps,
    ];

    /// Returns a stable word for it, by which [`Contain::lift_despite`](super::Contain::lift_despite) names
    /// it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Password => "password",
            Self::Suspects => "suspects",
            Self::Sessions => "sessions",
            Self::SecondFactor => "second-factor",
            Self::Pass => "pass",
            Self::Block => "block",
            Self::Endpoint => "endpoint",
            Self::HelpDesk => "help-desk",
            Self::OnPremises => "on-premises",
            Self::ManualSteps => "manual-steps",
        }
    }

    /// Reads the words by which somebody names items.
    pub(super) fn named(words: &[String]) -> Result<Vec<Self>> {
        let named = |word: &String| {
            Self::ALL.into_iter().find(|item| item.word() == word).ok_or_else(|| {
                let all = Self::ALL.map(Self::word).join(", ");
                let reason = format!("{} is not an item of the gate: {all}", printable(word));
                Refusal::BadInput { what: "lift_despite", reason }.into()
            })
        };
        words.iter().map(named).collect()
    }

    /// Returns whether the block is not lifted while this is missing.
    const fn is_hard(self) -> bool {
        matches!(self, Self::Identity | Self::Password | Self::Suspects | Self::SecondFactor | Self::Block)
    }
}

impl fmt::Display for GateItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Whether an item of the gate is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum GateState {
    /// The journal or the account shows it.
    Met,
    /// It is not so.
    Missing,
    /// Neither the journal nor the account shows it.
    Unknown,
}

impl fmt::Display for GateState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Met => "met",
            Self::Missing => "MISSING",
            Self::Unknown => "unknown",
        })
    }
}

impl GateItem {
    /// Returns whether it refuses the step that lifts the block.
    pub fn refuses(&self) -> bool {
        self.state == GateState::Missing && self.is.is_hard()
    }
}

impl fmt::Display for GateItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.is, self.state, printable(&self.reason))?;
        match &self.next {
            Some(next) => write!(f, "; next: {}", printable(next)),
            None => Ok(()),
        }
    }
}

impl Gate {
    /// Judges an account by the journal of its run.
    pub(super) fn of(earlier: &Earlier, now: &AccountSnapshot, place: String) -> Self {
        Self {
            account: earlier.plan.account,
            user_principal_name: earlier.plan.seen.user_principal_name.clone(),
            place,
            at: now.taken_at,
            items: judge::items(earlier, now),
        }
    }

    /// Returns whether every item is met.
    pub fn is_ready(&self) -> bool {
        self.items.iter().all(|item| item.state == GateState::Met)
    }

    /// Lists the items that are missing.
    pub fn missing(&self) -> impl Iterator<Item = &GateItem> {
        self.items.iter().filter(|item| item.state == GateState::Missing)
    }

    /// Lists the items that neither the journal nor the account shows.
    pub fn unknown(&self) -> impl Iterator<Item = &GateItem> {
        self.items.iter().filter(|item| item.state == GateState::Unknown)
    }

    /// Returns an item; `None` if it does not apply to the account.
    pub fn item(&self, kind: GateItemKind) -> Option<&GateItem> {
        self.items.iter().find(|item| item.is == kind)
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.user_principal_name.clone().unwrap_or_else(|| self.account.to_string());
        let ready = match (self.missing().count(), self.unknown().count()) {
            (0, 0) => "ready to be given back".to_owned(),
            (0, unknown) => format!("not known to be ready: {unknown} unknown"),
            (missing, unknown) => format!("NOT READY: {missing} missing, {unknown} unknown"),
        };
        writeln!(f, "{}: {ready}, as read at {}", printable(&account), moment(self.at))?;
        self.items.iter().try_for_each(|item| writeln!(f, "{item}"))
    }
}

impl Client {
    /// Returns whether an account is ready to be given back: what the journal of its run and the account
    /// show of each item, and what to do for those that are missing. A run asks the same just before it lifts
    /// the block.
    ///
    /// # Effect
    /// Reads only: nothing is sent, and nothing is written to the journal.
    ///
    /// # Permissions
    /// `User.Read.All` and `UserAuthenticationMethod.Read.All`; without the latter the methods are unknown.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) for a journal that holds no run, was edited, or is of
    /// another account; [`Error::Graph`](crate::Error::Graph) if the account cannot be read.
    ///
    /// Source: "Revoke user access in an emergency in Microsoft Entra ID" and "Verified helpdesk with
    /// Microsoft Entra Verified ID".
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), entra_ir_core::Error> {
    /// use entra_ir_core::containment::journal::MemoryJournal;
    /// use entra_ir_core::containment::{GateItemKind, GateState};
    /// use entra_ir_core::knowledge::Incident;
    ///
    /// let client = entra_ir_core::SimulatedTenant::contoso().client()?;
    /// let (user, journal) = ("adele@contoso.example", MemoryJournal::new());
    /// client.contain(user, Incident::AccountTakeover).confirm(user).place(journal.clone()).await?;
    /// let gate = client.ready_to_unblock(user, journal).await?;
    /// assert!(!gate.is_ready());
    /// assert_eq!(gate.item(GateItemKind::Identity).unwrap().state, GateState::Missing);
    /// println!("{gate}");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ready_to_unblock(
        &self,
        user: impl IntoUser,
        place: impl Into<RunPlace> + Send,
    ) -> Result<Gate> {
        let user = user.into_user()?;
        let place = place.into();
        let at = place.place();
        let (_, earlier) = Record::read(place).await?;
        let earlier = earlier.ok_or_else(|| refused_place(&at))?;
        earlier.plan.check_account(&user)?;
        let now = first_look(self.context(), &UserRef::Id(earlier.plan.account), None).await?;
        Ok(Gate::of(&earlier, &now, at))
    }
}
