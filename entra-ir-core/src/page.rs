//! Collections that come in pages.

use std::collections::HashSet;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::error::{NoAnswer, Result, Sent, TransportError, TransportErrorKind};
use crate::spec::OperationSpec;
use crate::wire::{
    Request, Response, Targets, decode_failure, follow, is_by_graph, is_html, is_same_place, not_graph,
    quotes_request,
};

/// The most pages that are followed: far more than any collection here has.
const MOST_PAGES: usize = 1_000;

/// The most bytes that all pages of a collection may have.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// How long all pages of a collection may take.
const LONGEST: Duration = Duration::from_secs(300);

const CONSISTENCY_LEVEL: HeaderName = HeaderName::from_static("consistencylevel");

/// Holds one page of a collection, and where the next one is.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items; a page may be empty although others follow.
    pub value: Vec<T>,
    /// The address of the next page, to be requested unchanged; `None` on the last page.
    #[serde(default, rename = "@odata.nextLink")]
    pub next_link: Option<String>,
}

/// Leads from page to page: only to pages of the collection that was asked for, and not without end.
#[derive(Debug)]
pub(crate) struct Pages {
    spec: &'static OperationSpec,
    asked: Uri,
    targets: Option<Targets>,
    /// Advanced queries need this header on every page.
    level: Option<HeaderValue>,
    bytes: usize,
    seen: HashSet<Vec<u8>>,
}

impl Pages {
    /// Starts with the request for the first page.
    pub(crate) fn of(spec: &'static OperationSpec, first: &Request) -> Self {
        Self {
            spec,
            asked: first.uri().clone(),
            targets: first.extensions().get().cloned(),
            level: first.headers().get(CONSISTENCY_LEVEL).cloned(),
            bytes: 0,
            seen: HashSet::new(),
        }
    }

    /// Makes the request for the page that an answer names as the next one; `None` after the last page.
    ///
    /// # Errors
    /// [`Error::Decode`](crate::Error::Decode) if the link leads elsewhere, or the pages do not end or are
    /// too large; that of `is_here` for an address of another origin.
    pub(crate) fn next(
        &mut self,
        response: &Response,
        next_link: Option<String>,
        is_here: impl Fn(&Uri) -> Result<()>,
    ) -> Result<Option<Request>> {
        let fail =
            |reason: &str| Err(decode_failure(self.spec, "@odata.nextLink", reason, Some(response), false));
        // A list that Graph did not mark has to look like one of its own at least: an empty one would prove
        // much.
        if !is_by_graph(response) && (is_html(response) || !holds(response, b"@odata.context")) {
            return Err(not_graph(self.spec, response));
        }
        self.bytes += response.body().len();
        let Some(next) = next_link else { return Ok(None) };
        if self.bytes > MOST_BYTES {
            return fail("the pages together are larger than 64 MiB");
        }
        if quotes_request(response, &next) {
            return fail("it quotes a secret of the request");
        }
        let mut request = follow(self.spec, &next, self.targets.clone())?;
        is_here(request.uri())?;
        // Another account's page would be taken for this one's.
        if !is_same_place(&self.asked, request.uri()) {
            return fail("it leads to another place than the one asked for");
        }
        request.headers_mut().extend(self.level.clone().map(|level| (CONSISTENCY_LEVEL, level)));
        let query = request.uri().query().unwrap_or_default();
        if !self.seen.insert(percent_decode_str(query).collect()) {
            return fail("a page links to one that was read before");
        }
        if self.seen.len() >= MOST_PAGES {
            return fail("the pages do not end");
        }
        Ok(Some(request))
    }
}

/// Reads all pages, within the time that they may take together.
///
/// # Errors
/// [`Error::Transport`](crate::Error::Transport) after that time; that of the reads.
pub(crate) async fn in_time<T>(
    spec: &'static OperationSpec,
    pages: impl Future<Output = Result<T>>,
) -> Result<T> {
    if let Ok(items) = tokio::time::timeout(LONGEST, pages).await {
        return items;
    }
    let error = TransportError::new(TransportErrorKind::Timeout, Sent::Maybe);
    let error = error.caused_by(format!("all pages together took more than {} s", LONGEST.as_secs()));
    Err(NoAnswer::new(spec, 1, None, false, error).into())
}

fn holds(response: &Response, text: &[u8]) -> bool {
    response.body().windows(text.len()).any(|part| part == text)
}
