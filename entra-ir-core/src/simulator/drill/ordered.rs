//! A play against a published order: its steps, then the account is given back as the order leaves it.

use std::time::Duration;

use time::OffsetDateTime;

use super::super::sign_in::Move;
use super::order::{Order, Press};
use super::people;
use super::played::{AFTERWARDS, CONTAINED, HOUR, MINUTE, Played};
use super::press::press;
use super::stage::Stage;
use crate::error::Result;

/// How long a person takes in Active Directory or Exchange.
const ELSEWHERE: Duration = Duration::from_secs(3 * 60);

pub(super) async fn play(stage: &mut Stage, order: &Order) -> Result<Played> {
    let first = stage.simulation.now();
    let since = |at: OffsetDateTime| Duration::try_from(at - first).ok();
    let client = stage.administrator().build()?;
    // No order speaks of the help desk: the reading that helps it is that the desk helps nobody.
    stage.between.table().adversary.desk_is_told();
    for step in order.presses {
        let is_elsewhere = matches!(
            step,
            Press::BlockOnPremises | Press::ResetOnPremises | Press::InboxRules | Press::Forwarding
        );
        if is_elsewhere {
            stage.pass(ELSEWHERE, MINUTE);
        }
        stage.between.gap();
        press(stage, &client, *step).await;
    }
    // A pass goes to whoever asks for it.
    if order.makes_pass() && stage.caller_is_attacker() {
        stage.between.table().adversary.sees_pass();
    }
    stage.pass(2 * HOUR, 10 * MINUTE);
    stage.pass(CONTAINED, HOUR);
    let table = stage.between.table();
    let contained = table.adversary.ways_in();
    let last_gain = table.adversary.last_gain().filter(|at| *at >= first).and_then(since);
    let last_access = table.adversary.last_in(first);
    drop(table);

    let portal = stage.simulation.portal();
    if stage.is_synced() {
        stage.tenant.set_enabled_on_premises(&stage.user, true);
    }
    portal.unblock(&stage.user);
    stage.between.gap();
    let user_is_back = (!stage.caller_is_attacker()).then(|| people::returns(stage));
    stage.between.table().adversary.make(Move::Use);
    stage.pass(2 * HOUR, 10 * MINUTE);
    stage.pass(AFTERWARDS, 12 * HOUR);
    let afterwards = Some(stage.between.table().adversary.ways_in());
    Ok(Played {
        contained,
        afterwards,
        unnamed: Vec::new(),
        last_gain,
        last_access: last_access.and_then(|(way, at)| Some((way, since(at)?))),
        user_is_back,
        headline: String::new(),
        effective: Vec::new(),
    })
}
