//! The scope of a request for a token: the resource, and what is asked of it.

use super::refusal::Refusal;
use crate::cloud::Cloud;
use crate::simulator::tenant::applications::GRAPH_APP_ID;

/// Scopes of the sign-in itself.
const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// Resources besides Graph for which tokens are issued. Graph refuses them.
const OTHERS: [&str; 4] = [
    "https://management.azure.com",
    "https://outlook.office365.com",
    "https://vault.azure.net",
    "https://management.core.windows.net",
];

/// What a client asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// The resource, without a trailing slash.
    pub(super) resource: String,
    /// Whether it asks for everything that was consented to.
    pub(super) is_default: bool,
    /// The delegated permissions that it names.
    pub(super) named: Vec<String>,
    pub(super) openid: bool,
    pub(super) offline: bool,
}

impl Scope {
    /// Reads a scope. Names without a resource are Graph's.
    pub(super) fn read(text: &str, origin: &str) -> Result<Self, Refusal> {
        let mut scope = Self {
            resource: String::new(),
            is_default: false,
            named: Vec::new(),
            openid: false,
            offline: false,
        };
        for one in text.split_whitespace() {
            if OPENID.contains(&one) {
                scope.openid |= one == "openid";
                scope.offline |= one == "offline_access";
                continue;
            }
            let (resource, name) = one.rsplit_once('/').unwrap_or(("https://graph.microsoft.com", one));
            let resource = resource.trim_end_matches('/');
            if !scope.resource.is_empty() && scope.resource != resource {
                return Err(Refusal::mixed_scope(text));
            }
            resource.clone_into(&mut scope.resource);
            if name == ".default" {
                scope.is_default = true;
            } else {
                scope.named.push(name.to_owned());
            }
        }
        if scope.resource.is_empty() {
            "https://graph.microsoft.com".clone_into(&mut scope.resource);
        }
        // The service takes no other scope beside it.
        if scope.is_default && !scope.named.is_empty() {
            return Err(Refusal::mixed_scope(text));
        }
        if scope.is_graph(origin) || OTHERS.contains(&scope.resource.as_str()) {
            Ok(scope)
        } else {
            Err(Refusal::no_resource(&scope.resource))
        }
    }

    /// Returns whether it is for Graph, of any cloud or as it is served at the origin.
    pub(super) fn is_graph(&self, origin: &str) -> bool {
        Cloud::ALL.iter().any(|cloud| cloud.graph_endpoint() == self.resource)
            || self.resource == GRAPH_APP_ID
            || self.resource == origin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_of_one_known_resource() {
        let read = |text: &str| Scope::read(text, "http://127.0.0.1:1");
        let all = read("https://graph.microsoft.us/.default").unwrap();
        assert!(all.is_default && all.resource == "https://graph.microsoft.us");
        let named = read("User.Read https://graph.microsoft.com/Mail.Read openid offline_access").unwrap();
        assert_eq!((named.named.len(), named.openid, named.offline), (2, true, true));
        assert!(read("http://127.0.0.1:1/.default").unwrap().is_graph("http://127.0.0.1:1"));
        assert!(!read("https://vault.azure.net/.default").unwrap().is_graph(""));
        for bad in [
            "https://unknown.example/.default",
            "https://graph.microsoft.com/.default User.Read",
            "User.Read https://vault.azure.net/user_impersonation",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
