//! Sends feedback on a user's risk to Identity Protection, and reads whether it shows that.

use std::time::Duration;

use serde_json::json;

use super::account::Account;
use super::revoke_sign_in_sessions::{NOT_READ_BACK, NOT_YET_VISIBLE};
use super::user_risk::ReadRisk;
use crate::error::{Error, Refusal, Result};
use crate::ids::{ObjectId, UserRef};
use crate::model::{UserKind, UserRisk};
use crate::operation::{Context, GraphCall};
use crate::receipt::{Grade, Receipt, WarningKind, Weight};
use crate::spec::OperationSpec;
use crate::target::Target;
use crate::wire::{Request, RequestBuilder, Response, decode_nothing};

/// The risk of a guest is kept elsewhere.
pub const RISK_IN_HOME_TENANT: WarningKind = WarningKind::new(
    "risk-in-home-tenant",
    "this is an external guest: the home tenant keeps the risk, and this tenant cannot change it",
    Weight::InVain("no effect here"),
);

/// How long a read may take that settles the write.
const SETTLE_WITHIN: Duration = Duration::from_secs(10);

/// The feedback on one account.
#[derive(Debug)]
pub(super) struct Feedback {
    pub(super) spec: &'static OperationSpec,
    /// Returns whether a risk, `None` for a user who never was risky, is the one that the feedback asks for.
    pub(super) shows: fn(Option<&UserRisk>) -> bool,
}

impl Feedback {
    /// Sends the feedback, and reads back until the risk shows it, if a deadline is given.
    ///
    /// # Errors
    /// As for [`Context::write`].
    pub(super) async fn give(
        &self,
        context: &Context,
        account: &Account,
        within: Option<Duration>,
        receipt: &mut Receipt,
    ) -> Result<()> {
        let id = id_of(account)?;
        if let Err(error) = context.write(&Give { spec: self.spec, ids: &[id] }, receipt).await {
            self.settle(context, id, receipt, error).await?;
        }
        if let (Some(deadline), Grade::Accepted, false) = (within, receipt.grade, is_elsewhere(account)) {
            self.look(context, id, deadline, receipt).await;
        }
        Ok(())
    }

    /// Settles a write whose end is unknown by reading the risk.
    ///
    /// # Errors
    /// The error given, if the write was certainly not done, or if the risk does not show it.
    async fn settle(
        &self,
        context: &Context,
        id: ObjectId,
        receipt: &mut Receipt,
        error: Error,
    ) -> Result<()> {
        if !error.outcome_unknown() {
            return Err(error);
        }
        let poll = context.poll_within(SETTLE_WITHIN);
        match poll.look(context.read(&ReadRisk(id))).await {
            Some(Ok(risk)) if self.is_shown(risk.as_ref()) => {
                receipt.settled(Grade::Confirmed, error.brief());
                Ok(())
            }
            _ => Err(error.with_receipt(receipt)),
        }
    }

    /// Looks until Identity Protection shows what the feedback asks for.
    async fn look(&self, context: &Context, id: ObjectId, deadline: Duration, receipt: &mut Receipt) {
        let mut poll = context.poll_within(deadline);
        let mut unread = None;
        loop {
            match poll.look(context.read(&ReadRisk(id))).await {
                Some(Ok(risk)) if self.is_shown(risk.as_ref()) => {
                    receipt.grade = Grade::Confirmed;
                    return;
                }
                Some(Ok(_)) => unread = None,
                Some(Err(error)) => unread = Some(error.to_string()),
                None => {}
            }
            if !poll.pause(None).await {
                receipt.warn(match unread {
                    Some(reason) => NOT_READ_BACK.with(reason),
                    None => NOT_YET_VISIBLE.with(poll.waited().as_secs()),
                });
                return;
            }
        }
    }

    /// Returns whether the risk is the one asked for, and Identity Protection is done with it.
    pub(super) fn is_shown(&self, risk: Option<&UserRisk>) -> bool {
        (self.shows)(risk) && risk.is_none_or(|risk| risk.is_processing != Some(true))
    }
}

/// Returns the object id, which is all that this call takes.
///
/// # Errors
/// [`Error::Refused`] if the account was named and could not be read.
pub(super) fn id_of(account: &Account) -> Result<ObjectId> {
    account.target.id().ok_or_else(|| {
        let reason = "this call takes an object id, and the account could not be read".into();
        let instead = "give the object id, or grant User.Read.All";
        Refusal::Impossible { reason, instead }.into()
    })
}

/// Returns whether the home tenant keeps the risk.
pub(super) fn is_elsewhere(account: &Account) -> bool {
    account.kind() == Some(UserKind::ExternalGuest)
}

/// The one write, about one user or several.
#[derive(Debug)]
pub(super) struct Give<'a> {
    pub(super) spec: &'static OperationSpec,
    pub(super) ids: &'a [ObjectId],
}

impl GraphCall for Give<'_> {
    type Output = ();

    fn spec(&self) -> &'static OperationSpec {
        self.spec
    }

    /// Names every user, so that the guard checks each.
    fn request(&self) -> Result<Request> {
        let request = RequestBuilder::new(self.spec).json(json!({ "userIds": self.ids }));
        self.ids.iter().fold(request, |request, id| request.about(Target::from(&UserRef::Id(*id)))).build()
    }

    fn decode(&self, response: &Response) -> Result<()> {
        decode_nothing(self.spec, response)
    }
}
