//! The refusals of the endpoint, each with its code.

use http::StatusCode;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::simulator::tenant::applications::GRAPH_APP_ID;
use crate::simulator::tenant::clock::zoneless;
use crate::simulator::tenant::registration::Registration;

/// Where to read about the assertions of clients.
const ASSERTIONS: &str = "https://learn.microsoft.com/entra/identity-platform/certificate-credentials";
const FEDERATION: &str = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation";

/// The claims that the service asks for after a policy.
const POLICY_CLAIMS: &str =
    r#"{"access_token":{"capolids":{"essential":true,"values":["c0a70000-5afe-4ace-9b1d-000000000001"]}}}"#;

/// A refusal, as the endpoint writes it.
#[derive(Debug)]
pub(super) struct Refusal {
    error: &'static str,
    code: Option<u32>,
    text: String,
    suberror: Option<&'static str>,
    claims: Option<&'static str>,
}

impl Refusal {
    fn new(error: &'static str, code: u32, text: impl Into<String>) -> Self {
        Self { error, code: Some(code), text: text.into(), suberror: None, claims: None }
    }

    fn client(code: u32, text: impl Into<String>) -> Self {
        Self::new("invalid_client", code, text)
    }

    fn grant(code: u32, text: impl Into<String>) -> Self {
        Self::new("invalid_grant", code, text)
    }

    pub(super) fn missing(field: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{field}'.");
        Self::new("invalid_request", 900_144, text)
    }

    pub(super) fn malformed() -> Self {
        Self::new("invalid_request", 9_002_313, "Invalid request. Request is malformed or invalid.")
    }

    pub(super) fn only_post(method: &str) -> Self {
        let text = format!("The endpoint only accepts POST requests. Received a {method} request.");
        Self::new("invalid_request", 900_561, text)
    }

    pub(super) fn grant_type(given: &str) -> Self {
        let text = format!("The app requested an unsupported grant type '{given}'.");
        Self::new("unsupported_grant_type", 70_003, text)
    }

    pub(super) fn no_tenant(tenant: &str) -> Self {
        let text = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
        );
        Self::new("invalid_request", 90_002, text)
    }

    /// Names the error as the documents of discovery do.
    pub(super) fn of_discovery(self) -> Self {
        Self { error: "invalid_tenant", ..self }
    }

    pub(super) fn no_application(app_id: &str) -> Self {
        let text = format!(
            "Application with identifier '{app_id}' was not found in the directory 'Contoso'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
        );
        Self::new("unauthorized_client", 700_016, text)
    }

    pub(super) fn disabled(of: &Registration) -> Self {
        let text = format!("Application '{}'({}) is disabled.", of.app_id, of.name);
        Self::new("unauthorized_client", 7_000_112, text)
    }

    pub(super) fn no_credential() -> Self {
        Self::client(
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )
    }

    pub(super) fn wrong_secret(of: &Registration) -> Self {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{}'.",
            of.app_id
        );
        Self::client(7_000_215, text)
    }

    pub(super) fn expired_secret(of: &Registration) -> Self {
        let text = format!(
            "The provided client secret keys for app '{}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.",
            of.app_id
        );
        Self::client(7_000_222, text)
    }

    pub(super) fn malformed_assertion() -> Self {
        Self::new("invalid_request", 50_027, "JWT token is invalid or malformed.")
    }

    pub(super) fn unknown_certificate(of: &Registration) -> Self {
        let text = format!(
            "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{}'.] Review the documentation at {ASSERTIONS} .",
            of.app_id
        );
        Self::client(700_027, text)
    }

    pub(super) fn wrong_signature() -> Self {
        let text = format!(
            "Client assertion contains an invalid signature. [Reason - The provided signature value did not match the expected signature value.] Review the documentation at {ASSERTIONS} ."
        );
        Self::client(700_027, text)
    }

    pub(super) fn other_application() -> Self {
        let text = format!(
            "Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at {ASSERTIONS} ."
        );
        Self::client(700_021, text)
    }

    pub(super) fn wrong_audience() -> Self {
        let text = format!(
            "Client assertion audience claim does not match Realm issuer. Review the documentation at {ASSERTIONS} ."
        );
        Self::client(700_023, text)
    }

    pub(super) fn outside_its_time(now: OffsetDateTime, from: OffsetDateTime, until: OffsetDateTime) -> Self {
        let [now, from, until] = [now, from, until].map(|moment| zoneless(moment) + "Z");
        let text = format!(
            "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {from}, expiry time of assertion {until}. Review the documentation at {ASSERTIONS} ."
        );
        Self::client(700_024, text)
    }

    /// Refuses the token of an identity provider; the part that does not match is its issuer, its audience or
    /// its subject.
    pub(super) fn not_federated(code: u32, part: &str, value: &str) -> Self {
        let text = format!(
            "No matching federated identity record found for presented assertion {part} '{value}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. {FEDERATION}"
        );
        Self::client(code, text)
    }

    pub(super) fn scope_without_default(scope: &str) -> Self {
        let text = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
        );
        Self::new("invalid_scope", 1_002_012, text)
    }

    pub(super) fn mixed_scope(scope: &str) -> Self {
        let text = format!(
            "The provided request must include a valid 'scope' input parameter. The scope {scope} is not valid."
        );
        Self::new("invalid_scope", 70_011, text)
    }

    pub(super) fn no_resource(resource: &str) -> Self {
        let text = format!(
            "The resource principal named {resource} was not found in the tenant named Contoso. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
        );
        Self::new("invalid_resource", 500_011, text)
    }

    pub(super) fn pending() -> Self {
        let text = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
        Self::new("authorization_pending", 70_016, text)
    }

    /// Refuses a poll that came too early. No page gives a code or a text for it (assumed).
    pub(super) fn slow_down() -> Self {
        let text = "The client polls more often than the interval allows.".to_owned();
        Self { error: "slow_down", code: None, text, suberror: None, claims: None }
    }

    pub(super) fn declined() -> Self {
        let text = "The end user denied the authorization request.";
        Self::new("authorization_declined", 70_018, text)
    }

    pub(super) fn unknown_code() -> Self {
        let text = "The provided value for the input parameter 'device_code' is not valid.";
        Self::new("bad_verification_code", 70_018, text)
    }

    pub(super) fn expired_code() -> Self {
        let text = "The provided value for the input parameter 'device_code' is not valid. This device code has expired.";
        Self::new("expired_token", 70_019, text)
    }

    pub(super) fn no_consent(of: &Registration) -> Self {
        let text = format!(
            "The user or administrator has not consented to use the application with ID '{}' named '{}'. Send an interactive authorization request for this user and resource.",
            of.app_id, of.name
        );
        Self { suberror: Some("consent_required"), ..Self::grant(65_001, text) }
    }

    pub(super) fn blocked_user() -> Self {
        Self::grant(50_057, "The user account is disabled.")
    }

    pub(super) fn no_user() -> Self {
        Self::grant(
            50_034,
            "The user account does not exist in the Contoso directory. To sign into this application, the account must be added to the directory.",
        )
    }

    pub(super) fn malformed_token() -> Self {
        Self::grant(9_002_313, "Invalid request. Request is malformed or invalid.")
    }

    pub(super) fn revoked(issued: OffsetDateTime, valid_from: OffsetDateTime) -> Self {
        let [issued, from] = [issued, valid_from].map(|moment| zoneless(moment) + ".0000000Z");
        let text = format!(
            "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{issued}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{from}'."
        );
        Self { suberror: Some("bad_token"), ..Self::grant(50_173, text) }
    }

    pub(super) fn unused_for_too_long(issued: OffsetDateTime) -> Self {
        let issued = zoneless(issued);
        let text = format!(
            "The refresh token has expired due to inactivity. The token was issued on {issued}.0000000Z and was inactive for 90.00:00:00."
        );
        Self { suberror: Some("bad_token"), ..Self::grant(700_082, text) }
    }

    pub(super) fn by_policy() -> Self {
        let text = "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.";
        Self { claims: Some(POLICY_CLAIMS), ..Self::grant(53_003, text) }
    }

    pub(super) fn mfa_required() -> Self {
        let text = format!(
            "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{GRAPH_APP_ID}'."
        );
        let own = Self::grant(50_076, text);
        Self { suberror: Some("basic_action"), claims: Some(POLICY_CLAIMS), ..own }
    }

    pub(super) fn transient() -> Self {
        Self::new("temporarily_unavailable", 90_033, "A transient error has occurred. Please try again.")
    }

    /// Returns the status: 401 if the client could not prove who it is.
    pub(super) fn status(&self) -> StatusCode {
        match self.error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "temporarily_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub(super) fn body(&self, now: OffsetDateTime, trace: &str, correlation: &str) -> Value {
        let timestamp = zoneless(now).replace('T', " ") + "Z";
        let code = self.code.map(|code| format!("AADSTS{code}: ")).unwrap_or_default();
        let text = &self.text;
        let description =
            format!("{code}{text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}");
        let mut body = Map::new();
        body.insert("error".into(), self.error.into());
        body.insert("error_description".into(), description.into());
        body.insert("error_codes".into(), self.code.into_iter().collect::<Vec<_>>().into());
        body.insert("timestamp".into(), timestamp.into());
        body.insert("trace_id".into(), trace.into());
        body.insert("correlation_id".into(), correlation.into());
        if let Some(code) = self.code {
            let uri = format!("https://login.microsoftonline.com/error?code={code}");
            body.insert("error_uri".into(), uri.into());
        }
        body.extend(self.suberror.map(|suberror| ("suberror".to_owned(), suberror.into())));
        body.extend(self.claims.map(|claims| ("claims".to_owned(), claims.into())));
        body.into()
    }
}

/// Makes the body of an answer with a status that the endpoint gives only when something is wrong with it
/// (assumed: the codes of the reference that fit).
pub(crate) fn unavailable(status: StatusCode, now: OffsetDateTime, trace: &str, correlation: &str) -> Value {
    let refusal = match status.as_u16() {
        429 => Refusal::new("temporarily_unavailable", 90_055, "Too many requests. Try again later."),
        500..=599 => Refusal::transient(),
        _ => return json!({ "error": "invalid_request" }),
    };
    refusal.body(now, trace, correlation)
}
