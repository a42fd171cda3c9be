//! Routes: which paths there are, with which verbs, and who answers.

use http::Method;

use super::answer::{Outcome, Refused};
use super::call::{Call, Keys, UserKey};
use super::query::Options;
use super::url::Url;
use crate::simulator::tenant::settings::Settings;
use crate::simulator::tenant::state::State;
use crate::spec::ApiVersion;

/// Runs a call, and answers it.
pub(super) type Handler = fn(&mut State, &Call<'_>) -> Outcome;

/// The path of a user; `/me` is another name of it.
const USER: &str = "/users/{user}";

/// A path of Graph, with what answers each verb.
#[derive(Clone, Copy)]
pub(super) struct Route {
    /// Its parts are compared in any case; `{...}` is the place of a key under any name, `{user}` that of a
    /// user.
    path: &'static str,
    /// Whether the last part may have the namespace of Graph before it.
    is_action: bool,
    is_there: fn(&Settings, &Url, &Keys<'_>) -> bool,
    get: Option<Handler>,
    post: Option<Handler>,
    patch: Option<Handler>,
    delete: Option<Handler>,
    /// The query options that `GET` takes.
    options: Options,
}

impl Route {
    /// Starts a route that is in both versions of Graph.
    pub(super) const fn at(path: &'static str) -> Self {
        Self {
            path,
            is_action: false,
            is_there: |_, _, _| true,
            get: None,
            post: None,
            patch: None,
            delete: None,
            options: Options::NONE,
        }
    }

    /// Makes the route of an action.
    pub(super) const fn action(path: &'static str, handler: Handler) -> Self {
        Self { is_action: true, ..Self::at(path) }.post(handler)
    }

    /// Limits the route to a version, a setting, or some keys.
    pub(super) const fn only(self, is_there: fn(&Settings, &Url, &Keys<'_>) -> bool) -> Self {
        Self { is_there, ..self }
    }

    pub(super) const fn get(self, handler: Handler) -> Self {
        Self { get: Some(handler), ..self }
    }

    pub(super) const fn post(self, handler: Handler) -> Self {
        Self { post: Some(handler), ..self }
    }

    pub(super) const fn patch(self, handler: Handler) -> Self {
        Self { patch: Some(handler), ..self }
    }

    pub(super) const fn delete(self, handler: Handler) -> Self {
        Self { delete: Some(handler), ..self }
    }

    /// Sets the query options that `GET` takes. By default it takes none.
    pub(super) const fn options(self, options: Options) -> Self {
        Self { options, ..self }
    }

    /// Returns the keys of a path, if the route is for it.
    pub(super) fn find<'a>(&self, url: &'a Url, settings: &Settings) -> Option<Keys<'a>> {
        let mut keys = Keys::default();
        let mut parts = self.path.split('/').skip(1).enumerate();
        let mut segments = url.segments.iter();
        if self.path.starts_with(USER) && url.segments.first().is_some_and(|first| first.is("me")) {
            keys.user = Some(UserKey::Me);
            parts.nth(1);
            segments.next();
        }
        let count = self.path.matches('/').count();
        for (place, part) in parts {
            let segment = segments.next()?;
            // Behind the first name there is a key or nothing.
            let is_key = part.starts_with('{') && (place != 1 || !segment.text.is_empty());
            match part {
                "{user}" if is_key => keys.user = Some(UserKey::Key(&segment.text)),
                _ if is_key => keys.others.push(&segment.text),
                action if self.is_action && place + 1 == count && segment.calls(action) => {}
                name if segment.is(name) => {}
                _ => return None,
            }
        }
        if segments.next().is_some() {
            return None;
        }
        (self.is_there)(settings, url, &keys).then_some(keys)
    }

    /// Returns how many keys the path has. Of two routes for a path, the one with fewer is meant.
    pub(super) fn places(&self) -> usize {
        self.path.matches('{').count()
    }

    #[cfg(test)]
    pub(super) const fn path(&self) -> &'static str {
        self.path
    }

    fn verbs(&self) -> [(Method, Option<Handler>); 4] {
        [
            (Method::GET, self.get),
            (Method::POST, self.post),
            (Method::PATCH, self.patch),
            (Method::DELETE, self.delete),
        ]
    }

    /// Returns what answers a verb.
    pub(super) fn handler(&self, verb: &Method) -> Result<Handler, Refused> {
        let verbs = self.verbs();
        let handler = verbs.iter().find(|(known, _)| known == verb).and_then(|(_, handler)| *handler);
        handler.ok_or_else(|| {
            let allowed = verbs.iter().filter(|(_, handler)| handler.is_some());
            let allowed: Vec<_> = allowed.map(|(verb, _)| verb.as_str()).collect();
            Refused::no_such_method(allowed.join(", "))
        })
    }

    /// Returns the query options that a verb takes.
    pub(super) fn takes(&self, verb: &Method) -> Options {
        if verb == Method::GET { self.options } else { Options::NONE }
    }
}

/// Limits a route to beta.
pub(super) fn beta(_: &Settings, url: &Url, _: &Keys<'_>) -> bool {
    url.version == ApiVersion::Beta
}
