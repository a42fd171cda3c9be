//! Reads where the passwords of a domain are checked, for other operations.

use crate::error::Result;
use crate::model::{Domain, DomainAuthentication};
use crate::operation::GraphCall;
use crate::receipt::{WarningKind, Weight};
use crate::spec::{Endpoint, OperationSpec, Verb};
use crate::target::{Scope, TargetKind};
use crate::wire::{Request, RequestBuilder, Response, decode_failure, decode_optional};

/// The domain could not be read.
pub const DOMAIN_NOT_READ: WarningKind = WarningKind::new(
    "domain-not-read",
    "whether the user's domain is federated could not be read: if it is, the new password has no effect; {}",
    Weight::MayRemain("may have no effect"),
);

/// The password of a federated domain goes where the domain is federated.
pub const FEDERATED_WRITE_BACK: WarningKind = WarningKind::new(
    "federated-write-back",
    "the user's domain is federated: the password was sent to be written back on-premises, and sign-in is checked there",
    Weight::Harmless,
);

/// The password of a federated domain is not checked here.
pub const FEDERATED_NO_EFFECT: WarningKind = WarningKind::new(
    "federated-no-effect",
    "the user's domain is federated: sign-in is checked by its identity provider, where the password set here has no effect",
    Weight::InVain("no effect here"),
);

/// What reading the user's domain is.
pub(super) static DOMAIN: OperationSpec = OperationSpec {
    summary: "Reads whether the user's domain is federated.",
    target: TargetKind::None,
    scope: Scope::Tenant,
    doc: "https://learn.microsoft.com/graph/api/domain-get",
    ..OperationSpec::read(
        "read_domain",
        Endpoint::v1(Verb::Get, "/domains/{domain}"),
        &[&["Domain.Read.All"]],
        &[&["Domain.Read.All"]],
    )
};

/// The read of a domain's kind of authentication.
#[derive(Debug)]
pub(super) struct ReadDomain<'a>(pub(super) &'a str);

impl GraphCall for ReadDomain<'_> {
    type Output = DomainAuthentication;

    fn spec(&self) -> &'static OperationSpec {
        &DOMAIN
    }

    fn request(&self) -> Result<Request> {
        RequestBuilder::new(&DOMAIN).var("{domain}", self.0).select("id,authenticationType").build()
    }

    fn decode(&self, response: &Response) -> Result<DomainAuthentication> {
        let domain: Domain = decode_optional(&DOMAIN, response)?;
        if domain.id.as_ref().is_some_and(|id| !id.eq_ignore_ascii_case(self.0)) {
            let reason = "it is about another domain than the requested one";
            return Err(decode_failure(&DOMAIN, "id", reason, Some(response), false));
        }
        Ok(domain.authentication())
    }
}
