//! The endpoint as a request names it: under which host, and for which tenant.

use super::refusal::Refusal;
use crate::simulator::tenant::applications::TENANT;
use crate::simulator::tenant::state::State;

/// The endpoint of a tenant.
pub(super) struct Endpoint {
    /// Scheme and host.
    pub(super) origin: String,
    pub(super) tenant: String,
}

impl Endpoint {
    /// Refuses a tenant that this is not. `common` and `organizations` leave it open.
    pub(super) fn demand_known(&self, state: &State) -> Result<(), Refusal> {
        let is_open = ["common", "organizations"].contains(&self.tenant.as_str());
        if is_open { Ok(()) } else { self.demand_tenant(state) }
    }

    /// Refuses what does not name this tenant.
    pub(super) fn demand_tenant(&self, state: &State) -> Result<(), Refusal> {
        if is_named(state, &self.tenant) { Ok(()) } else { Err(Refusal::no_tenant(&self.tenant)) }
    }

    /// Returns whether an address is this endpoint, or its issuer, under any name of the tenant.
    pub(super) fn is_it(&self, state: &State, address: &str) -> bool {
        let Some(rest) = address.strip_prefix(&self.origin).and_then(|rest| rest.strip_prefix('/')) else {
            return false;
        };
        let (tenant, rest) = rest.split_once('/').unwrap_or((rest, ""));
        is_named(state, tenant) && ["oauth2/v2.0/token", "v2.0"].contains(&rest)
    }

    /// Returns the address where users type device codes.
    pub(super) fn device_login(&self) -> String {
        let is_served = !self.origin.starts_with("https://login.");
        if is_served {
            format!("{}/devicelogin", self.origin)
        } else {
            "https://microsoft.com/devicelogin".into()
        }
    }
}

/// Returns whether this is the tenant's id or one of its domains.
fn is_named(state: &State, tenant: &str) -> bool {
    tenant.eq_ignore_ascii_case(&TENANT.to_string())
        || state.domains.iter().any(|domain| domain.name.eq_ignore_ascii_case(tenant))
}
