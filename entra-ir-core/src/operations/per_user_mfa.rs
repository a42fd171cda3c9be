//! Reads the per-user (legacy) MFA state, for other operations.

use crate::error::Result;
use crate::ids::UserRef;
use crate::model::StrongAuthenticationRequirements;
use crate::operation::GraphCall;
use crate::spec::{Endpoint, OperationSpec, Verb, Workload};
use crate::wire::{Request, RequestBuilder, Response, decode_optional};

/// What reading the per-user MFA state is.
pub(super) static STATE: OperationSpec = OperationSpec {
    summary: "Reads the per-user (legacy) MFA state.",
    roles: &["Authentication Policy Administrator"],
    doc: "https://learn.microsoft.com/graph/api/authentication-get?view=graph-rest-beta",
    workload: Workload::AuthenticationMethods,
    ..OperationSpec::read(
        "per_user_mfa_state",
        Endpoint::beta(Verb::Get, "/users/{user}/authentication/requirements"),
        &[&["Policy.Read.All"]],
        &[&["Policy.Read.All"]],
    )
};

/// The read.
#[derive(Debug)]
pub(super) struct ReadState<'a> {
    pub(super) user: &'a UserRef,
}

impl GraphCall for ReadState<'_> {
    type Output = StrongAuthenticationRequirements;

    fn spec(&self) -> &'static OperationSpec {
        &STATE
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&STATE).user(self.user).build()
    }

    fn decode(&self, response: &Response) -> Result<Self::Output> {
        decode_optional(&STATE, response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PerUserMfaState;

    #[test]
    fn the_state_is_read_from_beta_whatever_it_says() {
        let user = "x@contoso.example".parse().unwrap();
        let read = ReadState { user: &user };
        assert_eq!(
            read.request().unwrap().uri(),
            "/beta/users/x@contoso.example/authentication/requirements"
        );
        let state = |body: &'static str| read.decode(&Response::new(body.into())).unwrap().per_user_mfa_state;
        assert_eq!(state(r#"{"perUserMfaState":"enforced"}"#), Some(PerUserMfaState::Enforced));
        assert_eq!(state(r#"{"perUserMfaState":"new"}"#), Some(PerUserMfaState::Other("new".into())));
        assert_eq!(state("{}"), None);
    }
}
