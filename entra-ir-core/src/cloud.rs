//! The national clouds: their endpoints, and a set type for the clouds that have an operation.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Names a Microsoft cloud. Tokens and accounts of one cloud are not valid in the others.
///
/// Source: "National cloud deployments" and "National clouds and Microsoft Entra ID" on Microsoft Learn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cloud {
    /// The public cloud, GCC included.
    #[default]
    Global,
    /// US Government L4 (GCC High).
    UsGovL4,
    /// US Government L5 (DoD).
    UsGovL5,
    /// China, operated by 21Vianet.
    China,
}

impl Cloud {
    /// Lists every cloud.
    pub const ALL: [Self; 4] = [Self::Global, Self::UsGovL4, Self::UsGovL5, Self::China];

    /// Returns the origin of Microsoft Graph in this cloud, without a trailing slash.
    pub const fn graph_endpoint(self) -> &'static str {
        match self {
            Self::Global => "https://graph.microsoft.com",
            Self::UsGovL4 => "https://graph.microsoft.us",
            Self::UsGovL5 => "https://dod-graph.microsoft.us",
            Self::China => "https://microsoftgraph.chinacloudapi.cn",
        }
    }

    /// Returns the origin that issues tokens in this cloud, without a trailing slash.
    ///
    /// Two hosts are documented for China; this is the newer one.
    pub const fn login_endpoint(self) -> &'static str {
        match self {
            Self::Global => "https://login.microsoftonline.com",
            Self::UsGovL4 | Self::UsGovL5 => "https://login.microsoftonline.us",
            Self::China => "https://login.partner.microsoftonline.cn",
        }
    }

    /// Returns the scope of a token request: everything that the application was granted on this cloud's
    /// Graph.
    pub const fn graph_scope(self) -> &'static str {
        match self {
            Self::Global => "https://graph.microsoft.com/.default",
            Self::UsGovL4 => "https://graph.microsoft.us/.default",
            Self::UsGovL5 => "https://dod-graph.microsoft.us/.default",
            Self::China => "https://microsoftgraph.chinacloudapi.cn/.default",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Global => "Global",
            Self::UsGovL4 => "US Gov L4",
            Self::UsGovL5 => "US Gov L5",
            Self::China => "China",
        })
    }
}

/// A set of clouds, such as those that have an operation.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CloudSet(u8);

impl CloudSet {
    /// Every cloud.
    pub const ALL: Self = Self::new(&Cloud::ALL);
    /// Every cloud but China.
    pub const NOT_CHINA: Self = Self::new(&[Cloud::Global, Cloud::UsGovL4, Cloud::UsGovL5]);
    /// Only the public cloud.
    pub const GLOBAL: Self = Self::new(&[Cloud::Global]);

    /// Creates a set of the listed clouds.
    pub const fn new(clouds: &[Cloud]) -> Self {
        let (mut bits, mut i) = (0, 0);
        while i < clouds.len() {
            bits |= clouds[i].bit();
            i += 1;
        }
        Self(bits)
    }

    /// Returns whether the set contains `cloud`.
    pub const fn contains(self, cloud: Cloud) -> bool {
        self.0 & cloud.bit() != 0
    }

    /// Lists the clouds of the set.
    pub fn iter(self) -> impl Iterator<Item = Cloud> {
        Cloud::ALL.into_iter().filter(move |cloud| self.contains(*cloud))
    }
}

impl fmt::Debug for CloudSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_it_was_made_of() {
        assert_eq!(CloudSet::ALL.iter().count(), 4);
        assert!(!CloudSet::NOT_CHINA.contains(Cloud::China));
        assert!(CloudSet::NOT_CHINA.contains(Cloud::UsGovL5));
        assert_eq!(CloudSet::GLOBAL.iter().collect::<Vec<_>>(), [Cloud::Global]);
    }

    #[test]
    fn a_scope_belongs_to_its_endpoint() {
        for cloud in Cloud::ALL {
            assert_eq!(cloud.graph_scope(), format!("{}/.default", cloud.graph_endpoint()));
        }
    }
}
