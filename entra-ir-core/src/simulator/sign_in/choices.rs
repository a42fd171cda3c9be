//! The choices for a sign-in: user, device, factors.

use secrecy::SecretString;

use super::device::Device;
use super::factors::{First, SecondFactor};
use crate::ids::MethodId;
use crate::simulator::seed::method::NewMethod;
use crate::simulator::tenant::app::App;

#[derive(Clone)]
pub(super) struct Choices {
    pub(super) user: String,
    pub(super) device: Device,
    /// Without one: a sign-in to Windows.
    pub(super) app: Option<App>,
    pub(super) first: First,
    pub(super) second: Option<SecondFactor>,
    pub(super) using: Option<MethodId>,
    pub(super) keep: bool,
    pub(super) remember: bool,
    pub(super) registering: Option<NewMethod>,
    pub(super) new_password: Option<SecretString>,
    pub(super) hears_challenges: bool,
}

impl Choices {
    pub(super) fn new(user: &str, device: &Device, app: Option<App>) -> Self {
        Self {
            user: user.to_owned(),
            device: device.clone(),
            app,
            first: First::Nothing,
            second: None,
            using: None,
            keep: false,
            remember: false,
            registering: None,
            new_password: None,
            hears_challenges: true,
        }
    }
}
