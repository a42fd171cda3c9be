//! A document: headed sections of texts, lists and tables. Markdown and HTML are written from the same one.

use serde::Serialize;

/// A document with a title and a headline.
#[derive(Debug, Serialize)]
pub(super) struct Document {
    pub(super) title: String,
    /// The headline, with what it looks like.
    pub(super) headline: Cell,
    /// The line under the headline.
    pub(super) beneath: String,
    pub(super) sections: Vec<Section>,
}

/// A part of a document with a heading.
#[derive(Debug, Serialize)]
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(super) enum Block {
    /// A paragraph.
    Text { text: String },
    /// A list.
    List { items: Vec<String> },
    /// A table; without heads a table of facts.
    Table { heads: Vec<String>, rows: Vec<Vec<Cell>> },
}

/// A cell of a table.
#[derive(Debug, Default, Serialize)]
pub(super) struct Cell {
    pub(super) text: String,
    /// Whether it is a digest, an id or a path.
    pub(super) code: bool,
    /// Whether it is short, and stays on one line.
    pub(super) short: bool,
    pub(super) look: Option<Look>,
    /// The page that the text names.
    pub(super) link: Option<String>,
}

/// What a state looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Look {
    Good,
    Careful,
    Bad,
    Quiet,
}

impl Cell {
    pub(super) fn code(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: true, ..Self::default() }
    }

    pub(super) fn short(text: impl Into<String>) -> Self {
        Self { text: text.into(), short: true, ..Self::default() }
    }

    /// Makes a cell of a state, which is a word or two.
    pub(super) fn state(text: impl Into<String>, look: Look) -> Self {
        Self { text: text.into(), look: Some(look), short: true, ..Self::default() }
    }

    /// Makes a cell that links to a page; any other address than one of the web is left out.
    pub(super) fn link(text: impl Into<String>, to: Option<&str>) -> Self {
        let link = to.filter(|to| to.starts_with("https://")).map(str::to_owned);
        Self { text: text.into(), link, ..Self::default() }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl Section {
    pub(super) const fn new(title: &'static str) -> Self {
        Self { title, blocks: Vec::new() }
    }

    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Text { text: text.into() });
        self
    }

    /// Adds a list, or the text if it is empty.
    pub(super) fn list(mut self, items: Vec<String>, empty: &str) -> Self {
        if items.is_empty() {
            return self.text(empty);
        }
        self.blocks.push(Block::List { items });
        self
    }

    /// Adds a table, or the text if it has no row.
    pub(super) fn table(mut self, heads: &[&str], rows: Vec<Vec<Cell>>, empty: &str) -> Self {
        if rows.is_empty() {
            return self.text(empty);
        }
        let heads = heads.iter().map(|head| (*head).to_owned()).collect();
        self.blocks.push(Block::Table { heads, rows });
        self
    }
}
