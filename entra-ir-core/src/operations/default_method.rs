//! Changes the user's default method, which the service does not delete while others are left.

use serde_json::json;

use crate::cloud::CloudSet;
use crate::error::Result;
use crate::ids::UserRef;
use crate::operation::GraphCall;
use crate::spec::{Effect, Endpoint, Idempotency, OperationSpec, Permissions, Verb, Workload};
use crate::target::{Scope, TargetKind};
use crate::wire::{Request, RequestBuilder, Response, decode_nothing};

/// What setting the default method is. A step of `delete_methods`.
pub(super) static SPEC: OperationSpec = OperationSpec {
    id: "prefer_mobile",
    summary: "Makes the mobile number the user's default method, so that the alternate one can be removed.",
    does_not: "Does not register or remove a method.",
    endpoint: Endpoint::beta(Verb::Patch, "/users/{user}/authentication/signInPreferences"),
    target: TargetKind::User,
    scope: Scope::Account,
    effect: Effect::Change,
    unseats: false,
    idempotency: Idempotency::Idempotent,
    permissions: Permissions {
        delegated: &[&["UserAuthenticationMethod.ReadWrite.All"]],
        application: &[&["UserAuthenticationMethod.ReadWrite.All"]],
    },
    roles: &["Authentication Administrator", "Privileged Authentication Administrator"],
    clouds: CloudSet::ALL,
    undo: "Set another default method.",
    if_unknown: "call again: the end state is the same",
    doc: "https://learn.microsoft.com/graph/api/authentication-update?view=graph-rest-beta",
    workload: Workload::AuthenticationMethods,
    uses: &[],
};

/// Makes the mobile number the default.
#[derive(Debug)]
pub(super) struct PreferMobile<'a> {
    pub(super) user: &'a UserRef,
}

impl GraphCall for PreferMobile<'_> {
    type Output = ();

    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn request(&self) -> Result<Request> {
        let body = json!({ "userPreferredMethodForSecondaryAuthentication": "sms" });
        RequestBuilder::new(&SPEC).user(self.user).json(body).build()
    }

    fn decode(&self, response: &Response) -> Result<()> {
        decode_nothing(&SPEC, response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_the_preference() {
        let user = "x@contoso.example".parse().unwrap();
        let request = PreferMobile { user: &user }.request().unwrap();
        assert_eq!(request.uri(), "/beta/users/x@contoso.example/authentication/signInPreferences");
        assert_eq!(request.body(), r#"{"userPreferredMethodForSecondaryAuthentication":"sms"}"#);
    }
}
