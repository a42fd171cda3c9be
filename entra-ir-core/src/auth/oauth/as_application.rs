//! The client credentials grant, which an application proves by a secret or an assertion.

use super::answer;
use super::application::Application;
use super::capabilities::claims;
use super::exchange::post;
use super::form::Form;
use super::refusal::Refused;
use crate::auth::{AccessToken, TokenRequest};

/// Returns the form of the grant, without what proves the application.
pub(super) fn grant(application: &Application, request: &TokenRequest) -> Form {
    let form = Form::default()
        .with("grant_type", "client_credentials")
        .with("client_id", application.client_id.clone())
        .with("scope", request.scope.clone());
    match claims(application.cae, request.claims.as_deref()) {
        Some(claims) => form.with("claims", claims),
        None => form,
    }
}

/// Adds an assertion to a form.
pub(super) fn asserted(form: Form, assertion: impl Into<secrecy::SecretString>) -> Form {
    form.with("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        .with("client_assertion", assertion)
}

/// Sends the form, and reads the token.
pub(super) async fn sign_in(
    application: &Application,
    request: &TokenRequest,
    form: &Form,
) -> Result<AccessToken, Box<Refused>> {
    let response = post(request, &application.endpoint(request, "token"), form).await?;
    Ok(answer::read(&response, request, application.tenant_id())?.access)
}
