//! Applications that act without a session: for a user by a consent, or for themselves by an application
//! permission.

use std::fmt;

use time::OffsetDateTime;

use super::answer::{Answer, Means, Why};
use super::application_state::ApplicationState;
use super::open::renewable;
use super::session::Session;
use super::sign_ins::SignIns;
use super::simulation::SignInSimulation;
use super::token::AccessTokenState;
use crate::ids::ObjectId;
use crate::model::PermissionGrant;
use crate::simulator::tenant::app::App;
use crate::simulator::tenant::applications::Seen;
use crate::simulator::tenant::clock::whole_seconds;
use crate::simulator::tenant::state::State;
use crate::simulator::tenant::validity::Validity;

/// How long a refresh token lives unused (page "Refresh tokens").
const IDLE: time::Duration = time::Duration::days(90);

/// Holds an application that somebody runs elsewhere, with its tokens. It opens Microsoft Graph without a
/// session of the user.
#[derive(Clone)]
pub struct Application {
    pub(super) simulation: SignInSimulation,
    pub(super) number: usize,
}

impl SignInSimulation {
    /// Lets a user consent to an application, or sign in to one with a consent, in a session: the application
    /// gets its tokens.
    ///
    /// # Errors
    /// What the user sees instead: the session is over, the application is disabled, or there is no consent.
    pub fn authorize(&self, session: &Session, client: ObjectId) -> Result<Application, Answer> {
        // The code flow goes through the user's own session.
        let signed_in = session.open(App::LineOfBusiness);
        if !signed_in.works() {
            return Err(signed_in);
        }
        self.with(|sign_ins, state| {
            let now = whole_seconds(state.now());
            let scope = consent(state, client, Some(session.user))?;
            let keeps = scope.split_whitespace().any(|scope| scope == "offline_access");
            sign_ins.applications.push(ApplicationState {
                client,
                user: Some(session.user),
                refresh: keeps.then_some((now, now)),
                token: Some(AccessTokenState::new(App::Graph, false, None, now)),
            });
            Ok(Application { simulation: self.clone(), number: sign_ins.applications.len() - 1 })
        })
    }

    /// Runs an application that acts for itself, by its own secret and an application permission.
    pub fn application(&self, client: ObjectId) -> Application {
        self.with(|sign_ins, _| {
            sign_ins.applications.push(ApplicationState { client, user: None, refresh: None, token: None });
            Application { simulation: self.clone(), number: sign_ins.applications.len() - 1 }
        })
    }
}

impl Application {
    /// Opens Microsoft Graph in the user's name, or in its own: by the access token, or by a new one.
    pub fn open(&self) -> Answer {
        self.simulation.with(|sign_ins, state| {
            let now = whole_seconds(state.now());
            let Some(application) = sign_ins.applications.get(self.number).cloned() else {
                return Answer::AsksToSignIn;
            };
            // Nobody can take an issued access token back: Graph gets no critical events.
            if application.token.is_some_and(|token| now < token.expires) {
                return Answer::Works { by: Means::AccessToken };
            }
            let by = match renew(&application, sign_ins, state, now) {
                Ok(by) => by,
                Err(answer) => return answer,
            };
            let kept = &mut sign_ins.applications[self.number];
            kept.token = Some(AccessTokenState::new(App::Graph, false, None, now));
            kept.refresh = kept.refresh.map(|(issued, _)| (issued, now));
            Answer::Works { by }
        })
    }
}

/// Returns what brings a new access token.
fn renew(
    application: &ApplicationState,
    sign_ins: &SignIns,
    state: &State,
    now: OffsetDateTime,
) -> Result<Means, Answer> {
    consent(state, application.client, application.user)?;
    let Some(user) = application.user else { return Ok(Means::ApplicationSecret) };
    let account = renewable(sign_ins, state.directory.get(user), App::Graph, now)?;
    match application.refresh {
        Some((issued, last)) if is_good(issued, last, &account.validity, now) => Ok(Means::RefreshToken),
        _ => Err(Answer::AsksToSignIn),
    }
}

/// A confidential client's refresh token ends with the sessions of the user, and with resets that end tokens.
fn is_good(issued: OffsetDateTime, last: OffsetDateTime, validity: &Validity, now: OffsetDateTime) -> bool {
    issued >= validity.all_from && issued >= validity.tokens_from && now < last.saturating_add(IDLE)
}

/// Returns the scopes for which an application gets tokens: for a user those of the user's consent and of the
/// ones for the whole organisation, for itself nothing but the fact of an assignment.
fn consent(state: &State, client: ObjectId, user: Option<ObjectId>) -> Result<String, Answer> {
    let applications = &state.applications;
    let enabled = applications
        .principal(client)
        .is_some_and(|found| found.account_enabled == Some(true) && found.microsofts_block().is_none());
    if !enabled {
        return Err(Answer::Refused(Why::ApplicationDisabled));
    }
    let now = Seen::at(state.now(), std::time::Duration::ZERO);
    let scopes: Vec<String> = if let Some(user) = user {
        let covers = |grant: &&PermissionGrant| {
            grant.client_id == Some(client) && (grant.principal_id == Some(user) || grant.is_tenant_wide())
        };
        applications.grants(now).filter(covers).filter_map(|grant| grant.scope.clone()).collect()
    } else {
        let own = applications.assignments(now).filter(|of| of.principal_id == Some(client));
        own.filter_map(|of| of.app_role_id.clone()).collect()
    };
    if scopes.is_empty() { Err(Answer::Refused(Why::NoConsent)) } else { Ok(scopes.join(" ")) }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application").finish_non_exhaustive()
    }
}
