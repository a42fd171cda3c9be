//! Lists and reads users.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::filter::Rules;
use super::paging::collection_by;
use super::query::{FILTERED, Options};
use super::route::Route;
use super::user_changes::patch;
use crate::model::UserKind;
use crate::simulator::tenant::account::Account;
use crate::simulator::tenant::clock::stamp;
use crate::simulator::tenant::state::State;

pub(super) const ROUTES: &[Route] = &[
    Route::at("/users").get(list).options(Options::of("user", PROPERTIES).with(FILTERED)),
    Route::at("/users/{user}").get(get).patch(patch).options(Options::of("user", PROPERTIES)),
];

/// The properties of a user, so that others can be refused.
pub(super) const PROPERTIES: &[&str] = &[
    "id",
    "accountEnabled",
    "businessPhones",
    "city",
    "companyName",
    "country",
    "createdDateTime",
    "creationType",
    "department",
    "displayName",
    "employeeId",
    "externalUserState",
    "givenName",
    "jobTitle",
    "lastPasswordChangeDateTime",
    "mail",
    "mobilePhone",
    "officeLocation",
    "onPremisesSyncEnabled",
    "otherMails",
    "passwordPolicies",
    "passwordProfile",
    "postalCode",
    "preferredLanguage",
    "proxyAddresses",
    "signInSessionsValidFromDateTime",
    "state",
    "streetAddress",
    "surname",
    "usageLocation",
    "userPrincipalName",
    "userType",
];

/// What Graph shows of a user when nothing is selected.
const DEFAULT_PROPERTIES: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
];

const READ: &[&[&str]] =
    &[&["User.Read.All"], &["User.ReadWrite.All"], &["Directory.Read.All"], &["Directory.ReadWrite.All"]];

/// To see a list of users; the basic properties are enough for that.
const LIST: &[&[&str]] = &[
    &["User.ReadBasic.All"],
    &["User.Read.All"],
    &["User.ReadWrite.All"],
    &["Directory.Read.All"],
    &["Directory.ReadWrite.All"],
];

/// The default size of a page of users.
const USUAL_PAGE: usize = 100;

const FILTERS: Rules = Rules {
    resource: "user",
    texts: &[
        "id",
        "userPrincipalName",
        "mail",
        "displayName",
        "givenName",
        "surname",
        "jobTitle",
        "department",
        "usageLocation",
        "country",
    ],
    others: &["accountEnabled", "userType", "onPremisesSyncEnabled", "creationType"],
    collections: &["proxyAddresses", "otherMails"],
};

/// `GET /users/{user}`.
fn get(state: &mut State, call: &Call<'_>) -> Outcome {
    let (url, id) = (call.url, call.user(state)?);
    if !(state.is_self(id) && state.caller.holds(&[&["User.Read"]])) {
        state.demand(READ)?;
    }
    let select = url.select();
    let shown = show(state.seen(id)?, select.as_deref());
    let context = match &select {
        Some(names) => format!("users({})/$entity", names.join(",")),
        None => "users/$entity".to_owned(),
    };
    Ok(Answer::entity(url.context(&context), shown))
}

/// `GET /users`.
fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let url = call.url;
    state.demand(LIST)?;
    let (filter, select) = (url.filter(&FILTERS)?, url.select());
    let mut all = Vec::new();
    for id in state.directory.ids() {
        let account = state.seen(id)?;
        if filter.as_ref().is_none_or(|filter| filter.matches(&properties(account))) {
            all.push(show(account, select.as_deref()).into());
        }
    }
    let context = select.map_or_else(|| "users".to_owned(), |names| format!("users({})", names.join(",")));
    collection_by(state, url, &context, all, Some(USUAL_PAGE))
}

/// Shows the requested properties, or the default ones.
pub(super) fn show(account: &Account, select: Option<&[String]>) -> Map<String, Value> {
    let wanted = |name: &str| match select {
        Some(names) => names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)),
        None => DEFAULT_PROPERTIES.contains(&name),
    };
    properties(account).into_iter().filter(|(name, _)| wanted(name)).collect()
}

/// Returns everything that is shown of the user, by name.
pub(super) fn properties(account: &Account) -> Map<String, Value> {
    let external = account.kind() == UserKind::ExternalGuest;
    let mut names = account.display_name.split_whitespace();
    let (given_name, surname) = (names.next(), names.next());
    let all = json!({
        "id": account.id.to_string(),
        "accountEnabled": account.enabled,
        "businessPhones": [],
        "city": null,
        "companyName": null,
        "country": null,
        "createdDateTime": stamp(account.created),
        "creationType": account.creation_type,
        "department": null,
        "displayName": account.display_name,
        "employeeId": null,
        "externalUserState": external.then_some("Accepted"),
        "givenName": given_name,
        "jobTitle": null,
        "lastPasswordChangeDateTime": account.password_changed.map(stamp),
        "mail": account.mail,
        "mobilePhone": null,
        "officeLocation": null,
        "onPremisesSyncEnabled": account.synced.then_some(true),
        "otherMails": account.other_mails,
        "passwordPolicies": null,
        "passwordProfile": {
            "password": null,
            "forceChangePasswordNextSignIn": account.must_change_password,
            "forceChangePasswordNextSignInWithMfa": account.must_change_with_mfa,
        },
        "postalCode": null,
        "preferredLanguage": null,
        "proxyAddresses": account.proxy_addresses,
        "signInSessionsValidFromDateTime": stamp(account.sessions_valid_from),
        "state": null,
        "streetAddress": null,
        "surname": surname,
        "usageLocation": null,
        "userPrincipalName": account.name,
        "userType": if account.guest { "Guest" } else { "Member" },
    });
    let mut all = if let Value::Object(all) = all { all } else { Map::new() };
    all.extend(account.profile.clone());
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::seed::user::NewUser;
    use crate::simulator::tenant::caller::SimulatedCaller;

    #[test]
    fn what_may_be_selected_of_a_user_is_what_there_is() {
        let mut state = State::new(SimulatedCaller::app_only());
        let account = NewUser::cloud("adele@contoso.example").add_to(&mut state);
        let shown = properties(&account);
        let mut names: Vec<_> = shown.keys().map(String::as_str).collect();
        let mut listed = PROPERTIES.to_vec();
        names.sort_unstable();
        listed.sort_unstable();
        assert_eq!(names, listed);
    }
}
