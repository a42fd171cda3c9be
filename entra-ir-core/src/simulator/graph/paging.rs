//! Splits lists into pages.

use http::StatusCode;
use serde_json::{Map, Value};

use super::answer::{Answer, Outcome, Refused};
use super::url::Url;
use crate::simulator::tenant::state::State;

/// The largest page that a list has.
const LARGEST: usize = 999;

/// Answers with a list, or the requested page of it.
pub(super) fn collection(state: &State, url: &Url, context: &str, all: Vec<Value>) -> Outcome {
    collection_by(state, url, context, all, None)
}

/// Answers with a list in pages of a default size, unless the request sets another size.
pub(super) fn collection_by(
    state: &State,
    url: &Url,
    context: &str,
    all: Vec<Value>,
    usual: Option<usize>,
) -> Outcome {
    let asked = url.option("$top").map(size).transpose()?;
    let size = state.settings.page_size.into_iter().chain(asked.or(usual)).min();
    let count = all.len();
    let (page, next) = page(all, size, url)?;
    let mut body = Map::new();
    body.insert("@odata.context".into(), url.context(context).into());
    // Later pages do not repeat it.
    if url.wants_count() && url.option("$skiptoken").is_none() {
        body.insert("@odata.count".into(), count.into());
    }
    if let Some(token) = next {
        body.insert("@odata.nextLink".into(), url.link_to_page(token).into());
    }
    body.insert("value".into(), page.into());
    Ok(Answer::json(body))
}

/// Reads `$top`.
fn size(top: &str) -> Result<usize, Refused> {
    let size = top.parse().map_err(|_| {
        let message = format!(
            "Invalid value '{top}' for $top query option found. The $top query option requires a non-negative integer value."
        );
        Refused::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    })?;
    if (1..=LARGEST).contains(&size) {
        return Ok(size);
    }
    let message =
        format!("Invalid page size specified: '{size}'. Must be between 1 and {LARGEST} inclusive.");
    Err(Refused::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message))
}

/// Keeps the requested properties.
pub(super) fn select(url: &Url, mut item: Map<String, Value>) -> Map<String, Value> {
    if let Some(names) = url.select() {
        item.retain(|name, _| {
            name.starts_with('@') || names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name))
        });
    }
    item
}

/// Returns the requested page. The second one is empty, as a page of the service may be.
fn page(all: Vec<Value>, size: Option<usize>, url: &Url) -> Result<(Vec<Value>, Option<usize>), Refused> {
    let Some(size) = size.filter(|size| *size > 0) else {
        return Ok((all, None));
    };
    let number: usize = match url.option("$skiptoken") {
        None => 0,
        Some(token) => token.parse().map_err(|_| {
            Refused::new(StatusCode::BAD_REQUEST, "BadRequest", "The skip token is not valid.")
        })?,
    };
    // Page 0 holds the first items, page 1 none, page 2 what follows.
    let (skip, take) = match number {
        0 => (0, size),
        1 => (size, 0),
        _ => ((number - 1).saturating_mul(size), size),
    };
    let more = all.len() > skip.saturating_add(take);
    Ok((all.into_iter().skip(skip).take(take).collect(), more.then_some(number + 1)))
}
