//! The risk of an account in Identity Protection, and its history.

use time::OffsetDateTime;

use super::clock::whole_seconds;
use crate::model::{RiskLevel, RiskState, UserRisk};

/// One change of the risk.
#[derive(Clone)]
pub(crate) struct RiskChange {
    pub(crate) risk: UserRisk,
    pub(crate) at: OffsetDateTime,
    /// The actor, by object id; `None` for the service itself.
    pub(crate) by: Option<String>,
}

/// The risk of one account, with its history.
#[derive(Clone, Default)]
pub(crate) struct RiskRecord {
    /// `None` for a user who never was risky.
    pub(crate) current: Option<UserRisk>,
    pub(crate) history: Vec<RiskChange>,
}

impl RiskRecord {
    /// Returns whether the risk is high now, not dismissed or remediated.
    pub(crate) fn is_high(&self) -> bool {
        self.is_open() && self.current.as_ref().is_some_and(|risk| risk.level == Some(RiskLevel::High))
    }

    /// Returns whether there is a risk that is not over.
    pub(crate) fn is_open(&self) -> bool {
        self.current.as_ref().is_some_and(|risk| risk.is_open() == Some(true))
    }

    /// Sets the risk and adds it to the history; `None` makes a user who never was risky.
    pub(crate) fn set(&mut self, risk: Option<UserRisk>, at: OffsetDateTime, by: Option<String>) {
        match &risk {
            Some(risk) => self.history.push(RiskChange { risk: risk.clone(), at: whole_seconds(at), by }),
            None => self.history.clear(),
        }
        self.current = risk;
    }

    /// Ends an open risk by an administrator's password reset. Source: "Remediate risks and unblock users",
    /// which describes the portal's temporary password and a user *at risk*. We assume the same of a reset by
    /// Graph, and of a confirmed compromise.
    pub(crate) fn remediate_by_reset(&mut self, at: OffsetDateTime, by: Option<String>) {
        if self.is_open() {
            let detail = "adminGeneratedTemporaryPassword";
            self.set(Some(told(RiskLevel::None, RiskState::Remediated, detail, at)), at, by);
        }
    }
}

/// Makes a risk with the word of the service for its reason.
pub(crate) fn told(level: RiskLevel, state: RiskState, detail: &str, at: OffsetDateTime) -> UserRisk {
    let mut risk = UserRisk::new(level, state);
    risk.detail = Some(detail.into());
    risk.last_updated = Some(whole_seconds(at));
    risk
}
