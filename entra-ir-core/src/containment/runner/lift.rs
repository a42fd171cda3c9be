//! The step that lifts a block: the gate is asked just before it.

use super::super::gate::{Gate, GateItem, GateItemKind};
use super::super::journal::Event;
use super::super::record::refused_place;
use super::super::step_run::{StepRun, StepState};
use super::Runner;
use crate::error::{Error, ErrorRecord, Refusal, Result};
use crate::ids::UserRef;
use crate::operations::snapshot::first_look;

impl Runner<'_> {
    /// Asks the gate. Returns what became of the step if it may not be done; `None` if it may.
    pub(super) async fn lift(&mut self, place: usize, is_interrupted: bool) -> Result<Option<StepRun>> {
        let user = UserRef::Id(self.plan.account);
        let now = match first_look(self.observed.context(), &user, None).await {
            Ok(now) => now,
            Err(error) => {
                let why = format!("whether the account is ready could not be read: {error}");
                return Ok(Some(self.left(place, StepState::Waits, Some(why))));
            }
        };
        if now.methods.collected().is_none() {
            let why = now.methods.reason().unwrap_or_else(|| now.methods.state());
            let why = format!("whether the account is ready is unknown: its methods were not read: {why}");
            return Ok(Some(self.left(place, StepState::Waits, Some(why))));
        }
        // Before the interruption the gate was asked, and the block is lifted.
        if is_interrupted && now.user.account_enabled == Some(true) {
            return Ok(None);
        }
        let at = self.record.place().place();
        let earlier = self.record.said().await?.ok_or_else(|| refused_place(&at))?;
        let gate = Gate::of(&earlier, &now, at);
        let named = GateItemKind::named(&self.options.despite)?;
        let lines = |of: &[&GateItem]| of.iter().map(ToString::to_string).collect::<Vec<_>>();
        let missing: Vec<_> = gate.missing().collect();
        let refusing: Vec<_> =
            missing.iter().copied().filter(|item| item.refuses() && !named.contains(&item.is)).collect();
        let unknown = lines(&gate.unknown().collect::<Vec<_>>());
        let overridden = missing.iter().filter(|item| named.contains(&item.is));
        self.record
            .write(Event::Gated {
                step: place,
                refused: !refusing.is_empty(),
                missing: lines(&missing),
                unknown: unknown.clone(),
                despite: overridden.map(|item| item.is.word().to_owned()).collect(),
            })
            .await?;
        if refusing.is_empty() {
            for item in &missing {
                let named = if named.contains(&item.is) { ", which was named" } else { "" };
                self.warn(format!("sign-in is given back although this is missing{named}: {item}"));
            }
            if !unknown.is_empty() {
                let words: Vec<_> = gate.unknown().map(|item| item.is.word()).collect();
                self.warn(format!("unknown when sign-in was given back: {}", words.join(", ")));
            }
            return Ok(None);
        }
        let words = refusing.iter().map(|item| item.is.word()).collect();
        let error = Error::from(Refusal::NotReady { missing: lines(&refusing), words });
        let error = Box::new(ErrorRecord::from(&error));
        self.record.write(Event::step_failed(place, (*error).clone())).await?;
        Ok(Some(StepRun { error: Some(error), ..self.left(place, StepState::Failed, None) }))
    }
}
