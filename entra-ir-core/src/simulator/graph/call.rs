//! A routed request.

use http::StatusCode;

use super::answer::Refused;
use super::url::Url;
use crate::ids::ObjectId;
use crate::simulator::tenant::state::State;

/// The user in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UserKey<'a> {
    Me,
    Key(&'a str),
}

/// The keys of a path, in the order of its route.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Keys<'a> {
    pub(super) user: Option<UserKey<'a>>,
    pub(super) others: Vec<&'a str>,
}

/// The request that a handler gets.
pub(super) struct Call<'a> {
    pub(super) url: &'a Url,
    pub(super) body: &'a [u8],
    pub(super) keys: Keys<'a>,
}

impl<'a> Call<'a> {
    /// Finds the user that the path names.
    pub(super) fn user(&self, state: &State) -> Result<ObjectId, Refused> {
        let name = match self.keys.user {
            Some(UserKey::Key(key)) => Some(key),
            Some(UserKey::Me) => state.caller.name.as_deref(),
            None => return Err(Refused::gone()),
        };
        let name = name.ok_or_else(|| {
            let message = "/me request is only valid with delegated authentication flow.";
            Refused::new(StatusCode::BAD_REQUEST, "BadRequest", message)
        })?;
        state.directory.find(name).ok_or_else(|| Refused::no_object(name))
    }

    /// Returns the other keys of the path, as many as its route has places.
    pub(super) fn keys<const N: usize>(&self) -> [&'a str; N] {
        std::array::from_fn(|place| self.keys.others.get(place).copied().unwrap_or_default())
    }
}
