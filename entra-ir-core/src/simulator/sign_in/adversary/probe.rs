//! By what an adversary would get in now: everything is tried on forks of the simulation.

use super::enter::{HIS, alone, enters, factors, opens};
use super::hand;
use super::state::Adversary;
use super::way::Way;
use crate::simulator::sign_in::builder::SignIn;

impl Adversary {
    /// Returns by what he would get in now, without anything happening.
    pub fn ways_in(&self) -> Vec<Way> {
        ways_in(self)
    }
}

fn ways_in(adversary: &Adversary) -> Vec<Way> {
    let mut ways = Vec::new();
    let fork = adversary.simulation.fork();
    for session in &adversary.hand.sessions {
        if let Some(session) = session.in_fork(&fork) {
            opens(&session, &mut ways);
        }
    }
    let opened = adversary.hand.applications.iter().filter_map(|application| application.in_fork(&fork));
    if opened.into_iter().any(|application| application.open().works()) {
        ways.push(Way::Application);
    }
    let opened = adversary.hand.app_passwords.iter().filter_map(|password| password.in_fork(&fork));
    if opened.into_iter().any(|password| password.open().works()) {
        ways.push(Way::AppPassword);
    }
    tries_sign_ins(adversary, &mut ways);
    tries_resets(adversary, &mut ways);
    let places = adversary.hand.elsewhere.iter().filter(|place| place.is_access());
    ways.extend(places.map(|place| Way::Elsewhere(*place)));
    ways
}

fn tries_sign_ins(adversary: &Adversary, ways: &mut Vec<Way>) {
    // Whatever he holds is as in the fork: only the simulation is another.
    let mut copy = adversary.clone();
    let browser = copy.hand.browser(&adversary.simulation);
    let enter = |device: &_, first: &dyn Fn(SignIn) -> SignIn| {
        enters(adversary, &adversary.simulation.fork(), device, first).is_some()
    };
    if adversary.hand.home && enter(&browser, &SignIn::in_home_tenant) {
        ways.push(Way::Home);
    }
    let typed = |password: &secrecy::SecretString| {
        let password = password.clone();
        enter(&browser, &move |sign_in: SignIn| sign_in.password(password.clone()))
    };
    if !adversary.hand.home && adversary.hand.passwords.iter().rev().any(typed) {
        ways.push(Way::Password);
    }
    for held in &adversary.hand.methods {
        let Some((device, alone)) = copy.device_for(held).zip(alone(held)) else { continue };
        if enter(&device, &|sign_in| alone(sign_in).using(&held.id)) {
            ways.push(Way::Method { kind: held.kind.clone(), id: held.id.clone() });
        }
    }
    let is_his = adversary.hand.pass.is_some()
        && hand::pass_of(&adversary.simulation, &adversary.user) == adversary.hand.pass;
    if is_his && enter(&browser, &SignIn::current_access_pass) {
        ways.push(Way::Pass);
    }
    for device in &adversary.hand.devices {
        let Some(class) = adversary.primary_class(device) else { continue };
        let way = Way::Session { class, device: device.id };
        if !ways.contains(&way) && enter(device, &SignIn::single_sign_on) {
            ways.push(way);
        }
    }
}

fn tries_resets(adversary: &Adversary, ways: &mut Vec<Way>) {
    for (factor, held) in factors(adversary) {
        let fork = adversary.simulation.fork();
        if fork.self_service_password_reset(&adversary.user, factor, HIS).is_err() {
            continue;
        }
        let browser = fork.browser();
        let typed = |sign_in: SignIn| sign_in.password(HIS);
        if enters(adversary, &fork, &browser, &typed).is_some() {
            ways.push(Way::Reset { kind: held.kind, id: held.id });
        }
    }
}
