//! Lists, cut into pages.

use http::StatusCode;
use serde_json::{Map, Value};

use super::answer::{Answer, Outcome, Refused};
use super::route::Url;
use super::state::State;

/// Answers with a list, or the page of it that was asked for.
pub(super) fn collection(state: &State, url: &Url, context: &str, all: Vec<Value>) -> Outcome {
    let asked = url.option("$top").and_then(|top| top.parse().ok());
    let size = state.settings.page_size.into_iter().chain(asked).min();
    let (page, next) = page(all, size, url)?;
    let mut body = Map::new();
    body.insert("@odata.context".into(), url.context(context).into());
    if let Some(token) = next {
        body.insert("@odata.nextLink".into(), url.link_to_page(token).into());
    }
    body.insert("value".into(), page.into());
    Ok(Answer::json(body))
}

/// Keeps the properties that were asked for.
pub(super) fn select(url: &Url, mut item: Map<String, Value>) -> Map<String, Value> {
    if let Some(names) = url.select() {
        item.retain(|name, _| {
            name.starts_with('@') || names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name))
        });
    }
    item
}

/// Cuts out the page that was asked for. The second one is empty, as a page of the service may be.
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
