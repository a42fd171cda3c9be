//! The accounts that are protected without being named, as learnt from answers.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use crate::ids::ObjectId;

/// Holds, for the client's life, the caller's own account, and the accounts with a name of directory
/// synchronization.
#[derive(Debug, Default)]
pub(crate) struct Seen(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    own: Option<ObjectId>,
    sync: HashSet<ObjectId>,
}

impl Seen {
    /// Returns the caller's own account, if it was read.
    pub(crate) fn own(&self) -> Option<ObjectId> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).own
    }

    /// Records the caller's own account.
    pub(crate) fn note_own(&self, id: ObjectId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).own = Some(id);
    }

    /// Records an account with its sign-in name.
    pub(crate) fn note_name(&self, id: ObjectId, name: &str) {
        if is_sync_name(name) {
            self.0.write().unwrap_or_else(PoisonError::into_inner).sync.insert(id);
        }
    }

    /// Returns whether an account has a name of directory synchronization.
    pub(super) fn is_sync(&self, id: ObjectId) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).sync.contains(&id)
    }
}

/// The domains that Microsoft gives a tenant: global, US government, China.
const INITIAL_DOMAINS: [&str; 3] = [".onmicrosoft.com", ".onmicrosoft.us", ".partner.onmschina.cn"];

/// Returns whether a sign-in name is one that Entra Connect (`Sync_<server>_<id>@`) or Cloud Sync
/// (`ADToAADSyncServiceAccount@`) gives its account.
///
/// Source: "Microsoft Entra Connect: accounts and permissions".
pub(super) fn is_sync_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some((local, domain)) = name.split_once('@') else { return false };
    let is_initial = || INITIAL_DOMAINS.iter().any(|end| domain.ends_with(end));
    local == "adtoaadsyncserviceaccount" || local.starts_with("sync_") && is_initial()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accounts_of_directory_synchronization_are_told_by_their_names() {
        for name in [
            "Sync_DC01_0123456789ab@contoso.onmicrosoft.com",
            "SYNC_dc01_x@CONTOSO.ONMICROSOFT.COM",
            "Sync_DC01_x@contoso.partner.onmschina.cn",
            "ADToAADSyncServiceAccount@contoso.onmicrosoft.com",
            "adtoaadsyncserviceaccount@contoso.example",
        ] {
            assert!(is_sync_name(name), "{name}");
        }
        for name in [
            "adele@contoso.onmicrosoft.com",
            "Sync_DC01_x@contoso.example",
            "async_x@contoso.onmicrosoft.com",
            "Sync_x@onmicrosoft.com.contoso.example",
            "Sync_x",
        ] {
            assert!(!is_sync_name(name), "{name}");
        }
    }
}
