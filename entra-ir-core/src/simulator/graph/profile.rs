//! The profile of a user: names, places, numbers. It decides nothing here; it is stored and returned.

use serde_json::{Map, Value};

use super::answer::Refused;
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::role::Role;
use crate::simulator::tenant::state::State;

pub(super) const SYNCED: &str = "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently \
    undergoing migration.";

/// Optional texts of a user.
const TEXTS: [&str; 13] = [
    "city",
    "companyName",
    "country",
    "department",
    "employeeId",
    "givenName",
    "jobTitle",
    "mobilePhone",
    "officeLocation",
    "postalCode",
    "preferredLanguage",
    "state",
    "streetAddress",
];

/// Further texts: Active Directory does not govern the one, and the other is mandatory.
const USAGE_LOCATION: &str = "usageLocation";
const SURNAME: &str = "surname";
const DISPLAY_NAME: &str = "displayName";

const LISTS: [&str; 2] = ["businessPhones", "otherMails"];

/// Texts that may lead to an account, so that changing them needs the same rights as blocking.
const SENSITIVE: [&str; 3] = ["businessPhones", "mobilePhone", "otherMails"];

pub(super) fn bad_value(name: &str) -> Refused {
    Refused::directory(format!("Invalid value specified for property '{name}' of resource 'User'."))
}

/// Refuses a property that a user does not have, or has in another form.
pub(super) fn check(given: &Map<String, Value>) -> Result<(), Refused> {
    for (name, value) in given {
        let fits = match name.as_str() {
            DISPLAY_NAME => value.as_str().is_some_and(|text| !text.is_empty()),
            USAGE_LOCATION => {
                value.is_null() || value.as_str().is_some_and(|text| text.len() == 2 && text.is_ascii())
            }
            SURNAME => value.is_null() || value.is_string(),
            text if TEXTS.contains(&text) => value.is_null() || value.is_string(),
            list if LISTS.contains(&list) => {
                value.as_array().is_some_and(|items| items.iter().all(Value::is_string))
            }
            other => {
                let message = format!(
                    "Property '{other}' does not exist as a declared property, or the simulated tenant does not let it be changed."
                );
                return Err(Refused::directory(message));
            }
        };
        if !fits {
            return Err(bad_value(name));
        }
    }
    Ok(())
}

pub(super) fn has_sensitive(given: &Map<String, Value>) -> bool {
    given.keys().any(|name| SENSITIVE.contains(&name.as_str()))
}

/// Requires the rights to change these.
pub(super) fn demand(state: &State, account: &Account, given: &Map<String, Value>) -> Result<(), Refused> {
    if given.is_empty() {
        return Ok(());
    }
    state.demand(&[&["User.ReadWrite.All"], &["Directory.ReadWrite.All"]])?;
    let writers = [Role::UserAdministrator, Role::GlobalAdministrator];
    if state.caller.is_delegated() && !state.caller.roles.iter().any(|role| writers.contains(role)) {
        return Err(Refused::denied());
    }
    if account.synced && given.keys().any(|name| name != USAGE_LOCATION) {
        return Err(Refused::directory(SYNCED));
    }
    Ok(())
}

/// Writes them over what the user has.
pub(super) fn apply(account: &mut Account, mut given: Map<String, Value>) {
    if let Some(Value::String(name)) = given.remove(DISPLAY_NAME) {
        account.display_name = name;
    }
    if let Some(Value::Array(mails)) = given.remove("otherMails") {
        account.other_mails = mails.iter().filter_map(|mail| mail.as_str().map(str::to_owned)).collect();
    }
    account.profile.extend(given);
}
