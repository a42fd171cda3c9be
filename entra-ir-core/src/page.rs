//! One page of a collection.

use serde::Deserialize;

/// Holds one page of a collection, and where the next one is.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items; a page may be empty although others follow.
    pub value: Vec<T>,
    /// The address of the next page, to be followed as it is; `None` on the last one.
    #[serde(default, rename = "@odata.nextLink")]
    pub next_link: Option<String>,
}
