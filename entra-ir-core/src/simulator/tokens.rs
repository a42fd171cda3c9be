//! The switches of the token endpoint.

use super::SimulatedTenant;
use super::seed::contoso;
use super::seed::registration::NewAppRegistration;
use super::tenant::applications::TENANT;
use super::tenant::token_service::TokenRefusal;
use crate::ids::ObjectId;

/// The token endpoint, with the feature `oauth`: `POST https://<any host>/{tenant}/oauth2/v2.0/token` and
/// `/devicecode`. The tenant is named by its id or by one of its domains.
impl SimulatedTenant {
    /// The id of every simulated tenant.
    pub const ID: ObjectId = TENANT;

    /// The application id of Contoso's own tool, which holds every permission that an operation of the
    /// library names. Users sign in to it by device code; consent is given for `responder@contoso.example`.
    pub const CONTOSO_APP_ID: &'static str = contoso::TOOL_APP_ID;

    /// The client secret of Contoso's own tool. It opens nothing but a simulated tenant.
    pub const CONTOSO_APP_SECRET: &'static str = contoso::TOOL_SECRET;

    /// Registers an application that can obtain tokens, with its service principal, and returns the object id
    /// of that. One with the same application id is replaced.
    pub fn add_app_registration(&self, new: NewAppRegistration) -> ObjectId {
        new.add_to(&mut self.state())
    }

    /// Approves the sign-in that a device code stands for, as the user does who types the code and signs in
    /// with a password and a second factor. Returns whether there is such a pending code, and such a user who
    /// may sign in.
    pub fn approve_device_code(&self, user_code: &str, user: &str) -> bool {
        self.state().approve_device_code(user_code, user)
    }

    /// Declines the sign-in that a device code stands for. Returns whether there is such a pending code.
    pub fn decline_device_code(&self, user_code: &str) -> bool {
        self.state().decline_device_code(user_code)
    }

    /// Sets why the token endpoint refuses tokens, to users and, where it applies, to applications. Default:
    /// it does not.
    pub fn refuse_tokens(&self, refusal: Option<TokenRefusal>) {
        self.state().tokens.refusal = refusal;
    }

    /// Sets how far the endpoint's clock is ahead of the clock of its clients; negative: behind. It decides
    /// whether the assertion of a client is within its time, which clients write by the clock of this
    /// machine. Default: zero.
    pub fn set_clock_ahead_of_clients(&self, ahead: time::Duration) {
        self.state().tokens.ahead = ahead;
    }

    /// Sets whether Graph refuses the running tokens of a user after a critical event, if the client declared
    /// that it understands claims challenges. Microsoft names Graph for the evaluation of policies only, so
    /// that is assumed. Default: no. For the tokens of applications Microsoft documents it: Graph refuses
    /// those of a disabled application.
    pub fn set_graph_gets_events(&self, gets: bool) {
        self.state().tokens.graph_gets_events = gets;
    }
}
