//! The password reset action, its long-running operation, and the rules for passwords.

use http::StatusCode;
use http::header::{LOCATION, RETRY_AFTER};
use rand::TryRng;
use rand::rngs::SysRng;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::answer::{Answer, Outcome, Refused};
use super::body::read_optional;
use super::caller::Role;
use super::clock::stamp;
use super::matrix::Act;
use super::method::PASSWORD_ID;
use super::route::Url;
use super::state::State;
use crate::ids::ObjectId;
use crate::model::UserKind;

/// A running or ended reset.
#[derive(Clone)]
pub(super) struct ResetOperation {
    id: Uuid,
    user: ObjectId,
    begun: OffsetDateTime,
    polls_left: u32,
    failure: Option<Failure>,
}

/// Says that a reset fails, and what is said about it.
#[derive(Clone)]
pub(super) struct Failure {
    pub(super) detail: Option<String>,
}

/// Words that no password may hold, here as in the tenant's banned list.
const BANNED: [&str; 5] = ["password", "contoso", "welcome", "letmein", "qwerty"];

const COMPLEXITY: &str = "The specified password does not comply with password complexity requirements. Please provide a different password.";

/// Checks a password against the rules for cloud accounts.
pub(super) fn check_password(password: &str, refuse: impl Fn(String) -> Refused) -> Result<(), Refused> {
    let class = |test: fn(&char) -> bool| usize::from(password.chars().any(|c| test(&c)));
    let classes = class(char::is_ascii_lowercase)
        + class(char::is_ascii_uppercase)
        + class(char::is_ascii_digit)
        + class(|c| c.is_ascii_punctuation() || *c == ' ');
    let allowed = password.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    if !(8..=256).contains(&password.len()) || classes < 3 || !allowed {
        return Err(refuse(COMPLEXITY.to_owned()).with_detail("InvalidPassword"));
    }
    // The usual substitutions do not hide a banned word.
    let plain: String = password.to_lowercase().chars().map(plain_letter).collect();
    if BANNED.iter().any(|word| plain.contains(word)) {
        return Err(refuse(COMPLEXITY.to_owned()).with_detail("PasswordBanned"));
    }
    Ok(())
}

const fn plain_letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'l',
        '3' => 'e',
        '@' => 'a',
        '$' | '5' => 's',
        _ => c,
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Reset {
    new_password: Option<String>,
}

/// `POST /users/{user}/authentication/methods/{method}/resetPassword`.
pub(super) fn reset(state: &mut State, url: &Url, body: &[u8], id: ObjectId, method: &str) -> Outcome {
    state.demand_delegated()?;
    state.demand(&[&["UserAuthenticationMethod.ReadWrite.All"]])?;
    let account = state.account(id)?;
    if state.is_self(id) {
        return Err(Refused::denied());
    }
    state.demand_role(Act::ResetOrRevoke, account)?;
    if !method.eq_ignore_ascii_case(PASSWORD_ID) {
        return Err(Refused::gone());
    }
    let kind = account.kind();
    let not_written_back = state.is_synced_administrator(account);
    if matches!(kind, UserKind::ExternalGuest | UserKind::Customer) {
        return Err(Refused::methods("The password of this user cannot be reset by this action."));
    }
    let asked: Reset =
        read_optional(body).ok_or_else(|| Refused::methods("The request body is not valid."))?;
    let generated = asked.new_password.is_none();
    let password = match asked.new_password {
        Some(password) => password,
        None if kind == UserKind::Synced => {
            return Err(Refused::methods(
                "newPassword is required for a user who is synced from on-premises.",
            ));
        }
        None => random_text(12)?,
    };
    check_password(&password, Refused::methods)?;

    let now = state.now();
    let failure = state.settings.fail_next_reset.take();
    // An administrator's password is not written back; in which words that is said the pages read do not tell.
    let failure = failure.or_else(|| not_written_back.then_some(Failure { detail: None }));
    if failure.is_none() {
        state.change(id, |account| {
            account.set_password(SecretString::from(password.clone()), now);
            account.must_change_password = true;
        })?;
    }
    let operation = Uuid::new_v4();
    let polls_left = state.settings.reset_polls;
    state.resets.push(ResetOperation { id: operation, user: id, begun: now, polls_left, failure });
    let location = format!(
        "{}/{}/users/{id}/authentication/operations/{operation}?aadgdc=DUB02P&aadgsu=ssprprod-a",
        url.origin,
        url.version.segment()
    );
    let answer = if generated {
        let mut body = Map::new();
        body.insert("newPassword".into(), Value::String(password));
        Answer::entity(url.context("microsoft.graph.passwordResetResponse"), body)
    } else {
        Answer::no_content()
    };
    Ok(answer.status(StatusCode::ACCEPTED).header(LOCATION, location).header(RETRY_AFTER, "1".into()))
}

/// `GET /users/{user}/authentication/operations/{operation}`. Each look counts.
pub(super) fn operation(state: &mut State, url: &Url, id: ObjectId, operation: &str) -> Outcome {
    state.demand_delegated()?;
    state.demand(&[&["UserAuthenticationMethod.Read.All"], &["UserAuthenticationMethod.ReadWrite.All"]])?;
    let readers = [
        Role::GlobalReader,
        Role::AuthenticationAdministrator,
        Role::PrivilegedAuthenticationAdministrator,
        Role::GlobalAdministrator,
    ];
    if !state.caller.roles.iter().any(|role| readers.contains(role)) {
        return Err(Refused::denied());
    }
    // Without these the service does not know which of its units has the operation.
    if url.option("aadgdc").is_none() || url.option("aadgsu").is_none() {
        return Err(Refused::gone());
    }
    let now = state.now();
    let wanted = |reset: &&mut ResetOperation| {
        reset.user == id && reset.id.to_string().eq_ignore_ascii_case(operation)
    };
    let reset = state.resets.iter_mut().find(wanted).ok_or_else(Refused::gone)?;
    reset.polls_left = reset.polls_left.saturating_sub(1);
    let (status, detail) = match (&reset.failure, reset.polls_left) {
        (Some(failure), 0) => ("failed", failure.detail.clone()),
        (None, 0) => ("succeeded", None),
        _ => ("running", None),
    };
    let shown = json!({
        "id": reset.id.to_string(),
        "status": status,
        "statusDetail": detail,
        "createdDateTime": stamp(reset.begun),
        "lastActionDateTime": stamp(now),
        "resourceLocation": null,
    });
    let context = url.context(&format!("users('{id}')/authentication/operations/$entity"));
    let Value::Object(shown) = shown else {
        return Err(Refused::gone());
    };
    Ok(Answer::entity(context, shown))
}

/// Makes a text of letters and digits that are not mistaken for each other, with all three classes in it.
pub(super) fn random_text(length: usize) -> Result<String, Refused> {
    const CLASSES: [&[u8]; 3] = [b"ABCDEFGHJKLMNPQRTUVWXYZ", b"abcdefghijkmnpqrstuvwxyz", b"2346789"];
    let unavailable =
        || Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "generalException", "No random numbers.");
    let mut text = String::with_capacity(length);
    for place in 0..length {
        let class = CLASSES[place % CLASSES.len()];
        let bits = SysRng.try_next_u64().map_err(|_| unavailable())?;
        let index = usize::try_from(bits % class.len() as u64).unwrap_or(0);
        text.push(char::from(class[index]));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_checked_as_the_directory_does() {
        let check = |password: &str| check_password(password, Refused::directory).is_ok();
        for good in ["Xy7-kqLmnop", "three of 4 classes", "ABCDEFG-1", &"aB3-".repeat(64)] {
            assert!(check(good), "{good}");
        }
        for bad in [
            "aB3-xyz",
            "alllowercase",
            "Passw0rd-2026",
            "C0nt0$o-is-Fine",
            "Grüße-an-1-Alle",
            &"aB3-".repeat(65),
        ] {
            assert!(!check(bad), "{bad}");
        }
    }

    #[test]
    fn what_the_tenant_makes_passes_its_own_check() {
        for _ in 0..50 {
            check_password(&random_text(12).unwrap(), Refused::directory).unwrap();
        }
    }
}
