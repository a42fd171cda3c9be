//! An adversary: the account, what he holds, and when he was in last.

use std::fmt;

use secrecy::SecretString;
use time::OffsetDateTime;

use super::elsewhere::Elsewhere;
use super::hand::{Hand, pass_of};
use super::way::Way;
use crate::ids::ObjectId;
use crate::simulator::sign_in::device::Device;
use crate::simulator::sign_in::session::Session;
use crate::simulator::sign_in::simulation::SignInSimulation;

/// Plays an attacker of one account. He keeps everything that he gets, and forgets nothing.
#[derive(Clone)]
pub struct Adversary {
    pub(super) simulation: SignInSimulation,
    pub(super) user: String,
    pub(super) hand: Hand,
    /// The ways by which he was in, and when last.
    pub(super) last: Vec<(Way, OffsetDateTime)>,
    /// When he last got something new: a session, a token, a method, a pass.
    pub(super) gained: Option<OffsetDateTime>,
}

impl Adversary {
    /// Makes an adversary who has nothing yet.
    pub fn new(simulation: &SignInSimulation, user: &str) -> Self {
        let (simulation, user) = (simulation.clone(), user.to_owned());
        Self { simulation, user, hand: Hand::new(), last: Vec::new(), gained: None }
    }

    /// Returns the same adversary in a fork of the simulation.
    pub(super) fn in_fork(&self) -> Self {
        let fork = self.simulation.fork();
        let hand = self.hand.in_fork(&fork);
        Self { simulation: fork, hand, ..self.clone() }
    }

    /// Returns the way by which he was in last, and when, since a moment.
    pub fn last_in(&self, since: OffsetDateTime) -> Option<(Way, OffsetDateTime)> {
        let later = self.last.iter().filter(|(_, at)| *at >= since);
        later.max_by_key(|(_, at)| *at).cloned()
    }

    /// Returns when he last got something new: a session, a token, a method, a pass.
    pub const fn last_gain(&self) -> Option<OffsetDateTime> {
        self.gained
    }

    /// Returns the devices that are his.
    pub fn devices(&self) -> &[Device] {
        &self.hand.devices
    }

    /// Returns the service principal of his application, if the user consented to one.
    pub const fn application(&self) -> Option<ObjectId> {
        self.hand.client
    }

    /// Sets from when the help desk would help him: a call takes its time.
    pub const fn rings_from(&mut self, moment: OffsetDateTime) {
        self.hand.desk = Some(moment);
    }

    /// Keeps the help desk from helping him.
    pub const fn desk_is_told(&mut self) {
        self.hand.desk = None;
    }

    /// Keeps users from consenting to applications.
    pub const fn consent_is_stopped(&mut self) {
        self.hand.may_consent = false;
    }

    /// Ends his access to the guest's home tenant.
    pub const fn loses_home(&mut self) {
        self.hand.home = false;
    }

    /// Takes away what he has in a place outside the account's sign-ins.
    pub fn loses(&mut self, place: Elsewhere) {
        self.hand.elsewhere.remove(&place);
    }

    /// Returns whether he still has something in a place outside the account's sign-ins.
    pub fn has(&self, place: Elsewhere) -> bool {
        self.hand.elsewhere.contains(&place)
    }

    /// Takes a device out of his hands, with what it stores.
    pub fn loses_device(&mut self, device: ObjectId) {
        self.hand.devices.retain(|held| held.id != device);
        self.hand.sessions.retain(|session| session.device().id != device);
        self.hand.methods.retain(|held| held.device != Some(device));
    }

    /// Lets him see what a user types or is given: a password.
    pub fn sees_password(&mut self, password: SecretString) {
        self.hand.passwords.push(password);
    }

    /// Lets him see a pass that was made for somebody else: whatever pass the user has now.
    pub fn sees_pass(&mut self) {
        self.hand.pass = pass_of(&self.simulation, &self.user);
    }

    /// Lets him copy a session of the user.
    pub fn steals(&mut self, session: &Session) {
        let copy = session.copy_to(&self.hand.browser(&self.simulation));
        self.hand.sessions.push(copy);
    }
}

// He holds passwords.
impl fmt::Debug for Adversary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adversary").field("user", &self.user).finish_non_exhaustive()
    }
}
