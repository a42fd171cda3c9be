//! The second person, who approves what goes beyond the lock-out.

use std::time::Duration;

use time::OffsetDateTime;

use super::super::journal::{Approval, Event};
use super::Runner;
use crate::error::Result;
use crate::spec::CallerKind;

/// How long an approval counts.
const APPROVAL: Duration = Duration::from_secs(60 * 60);

impl Runner<'_> {
    /// Asks Graph who the second person is.
    pub(super) async fn approve(&mut self) -> Result<()> {
        let now = OffsetDateTime::now_utc();
        let known = self.earlier.as_ref().map(|earlier| earlier.approvals.as_slice()).unwrap_or_default();
        if known.iter().any(|approval| approval.counts(self.digest, now)) {
            return Ok(());
        }
        let own = self.client.context().caller().await;
        let mut why = "a second person has to approve it: resume with `approved_by`";
        let mut by = None;
        if let Some(approver) = &self.options.approver {
            let caller = approver.context().caller().await;
            let is_other = caller.id != own.id && (own.id.is_some() || own.kind == Some(CallerKind::AppOnly));
            why = match caller.id {
                None => "who the approver is could not be read",
                Some(_) if !is_other => "the approver is the caller, or the caller is unknown",
                // An object id is of one tenant: this client sees only its own.
                Some(id) if self.client.get_user(id).await.is_err() => {
                    "the approver is not seen in this tenant"
                }
                Some(id) => {
                    by = Some(id);
                    ""
                }
            };
        }
        let tenant = self.client.context().tenant().await?;
        let name = self.options.approver_name.clone();
        if by.is_some() || name.is_some() {
            let until = now.saturating_add(time::Duration::try_from(APPROVAL).unwrap_or_default());
            let approval = Approval { by, name, plan: self.digest, tenant, at: now, until };
            self.record.write(Event::Approved { approval }).await?;
        }
        if by.is_none() && self.options.four_eyes {
            self.halt.get_or_insert(why.to_owned());
        }
        Ok(())
    }
}
