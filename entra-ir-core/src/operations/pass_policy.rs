//! Reads the tenant's limits for Temporary Access Passes before one is created.

use crate::cloud::CloudSet;
use crate::error::Result;
use crate::model::AccessPassPolicy;
use crate::operation::GraphCall;
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::target::{Scope, TargetKind};
use crate::wire::{Request, RequestBuilder, Response, decode_failure, decode_optional};

/// What reading the policy is.
pub(super) static POLICY: OperationSpec = OperationSpec {
    summary: "Reads the tenant's limits for Temporary Access Passes.",
    target: TargetKind::None,
    scope: Scope::Tenant,
    clouds: CloudSet::NOT_CHINA,
    doc: "https://learn.microsoft.com/graph/api/temporaryaccesspassauthenticationmethodconfiguration-get",
    ..OperationSpec::read(
        "temporary_access_pass_policy",
        Endpoint::v1(
            Verb::Get,
            "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/TemporaryAccessPass",
        ),
        &[&["Policy.Read.AuthenticationMethod"], &["Policy.Read.All"]],
        &[&["Policy.Read.AuthenticationMethod"], &["Policy.Read.All"]],
    )
};

/// The read of the limits.
#[derive(Debug)]
pub(super) struct ReadPolicy;

impl GraphCall for ReadPolicy {
    type Output = AccessPassPolicy;

    fn spec(&self) -> &'static OperationSpec {
        &POLICY
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&POLICY).build()
    }

    fn decode(&self, response: &Response) -> Result<AccessPassPolicy> {
        let policy: AccessPassPolicy = decode_optional(&POLICY, response)?;
        if policy.id.as_ref().is_some_and(|id| !id.eq_ignore_ascii_case("TemporaryAccessPass")) {
            let reason = "it is about another method than the requested one";
            return Err(decode_failure(&POLICY, "id", reason, Some(response), false));
        }
        Ok(policy)
    }
}
