//! Parses a URL: its version, its segments and its query options.

use http::{HeaderMap, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::answer::Refused;
use super::filter::Rules;
use super::filter_text::Expr;
use super::segments::{Segment, cut, decode};
use crate::spec::ApiVersion;

/// A URL in its parts.
#[derive(Debug)]
pub(super) struct Url {
    pub(super) version: ApiVersion,
    /// Scheme and authority, for links back.
    pub(super) origin: String,
    pub(super) path: String,
    query: Vec<(String, String)>,
    /// The segments after the version.
    pub(super) segments: Vec<Segment>,
    /// Whether the request has `ConsistencyLevel: eventual`.
    eventual: bool,
}

impl Url {
    pub(super) fn parse(uri: &Uri, headers: &HeaderMap) -> Result<Self, Refused> {
        let scheme = uri.scheme_str().unwrap_or("https");
        let authority = uri.authority().map_or("graph.microsoft.com", |authority| authority.as_str());
        let mut segments = cut(uri.path())?;
        let first = if segments.is_empty() { String::new() } else { segments.remove(0).text };
        let version = match first.as_str() {
            "v1.0" => ApiVersion::V1,
            "beta" => ApiVersion::Beta,
            other => {
                let message = format!("Invalid version: {other}");
                return Err(Refused::new(http::StatusCode::BAD_REQUEST, "BadRequest", message));
            }
        };
        let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let query = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let query = query.map(|(name, value)| (decode(name), decode(&value.replace('+', " ")))).collect();
        let level = headers.get("consistencylevel").and_then(|level| level.to_str().ok());
        Ok(Self {
            version,
            origin: format!("{scheme}://{authority}"),
            path: uri.path().to_owned(),
            query,
            segments,
            eventual: level.is_some_and(|level| level.eq_ignore_ascii_case("eventual")),
        })
    }

    /// Returns an option by its name, with or without its `$`.
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        let named = |pair: &&(String, String)| is_named(&pair.0, name);
        self.query.iter().find(named).map(|(_, value)| value.as_str())
    }

    /// Returns the names of the options.
    pub(super) fn option_names(&self) -> impl Iterator<Item = &str> {
        self.query.iter().map(|(name, _)| name.as_str())
    }

    /// Returns whether the count of all items is requested. Without the header the service ignores the
    /// option.
    pub(super) fn wants_count(&self) -> bool {
        self.eventual && self.option("$count").is_some_and(|count| count.eq_ignore_ascii_case("true"))
    }

    /// Reads `$filter`, if there is one.
    pub(super) fn filter(&self, rules: &Rules) -> Result<Option<Expr>, Refused> {
        self.option("$filter").map(|filter| rules.read(filter, self.wants_count())).transpose()
    }

    /// Returns the names in `$select`.
    pub(super) fn select(&self) -> Option<Vec<String>> {
        let names = self.option("$select")?;
        Some(names.split(',').map(|name| name.trim().to_owned()).collect())
    }

    /// Builds the link to a page of the requested list, with its options.
    pub(super) fn link_to_page(&self, token: usize) -> String {
        let mut link = format!("{}{}?$skiptoken={token}", self.origin, self.path);
        for (name, value) in self.query.iter().filter(|(name, _)| !is_named(name, "$skiptoken")) {
            link.push('&');
            link.push_str(name);
            link.push('=');
            link.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
        }
        link
    }

    /// Makes an `@odata.context`.
    pub(super) fn context(&self, of: &str) -> String {
        format!("{}/{}/$metadata#{of}", self.origin, self.version.segment())
    }
}

fn is_named(given: &str, name: &str) -> bool {
    given.eq_ignore_ascii_case(name)
        || name.strip_prefix('$').is_some_and(|bare| given.eq_ignore_ascii_case(bare))
}
