//! Writes a report in Markdown, in which everything that somebody else chose is escaped.

use std::fmt;

use super::document::{Block, Cell, Document};
use super::run_report::RunReport;
use super::sections;
use crate::text::printable;

impl fmt::Display for RunReport {
    /// Writes the report in Markdown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Document { title, headline, beneath, sections } = sections::of(self);
        writeln!(f, "# {}\n", plain(&title))?;
        writeln!(f, "**{}**\n\n{}", plain(&headline.text), plain(&beneath))?;
        for section in sections {
            writeln!(f, "\n## {}", section.title)?;
            for block in section.blocks {
                writeln!(f)?;
                write_block(f, &block)?;
            }
        }
        Ok(())
    }
}

fn write_block(f: &mut fmt::Formatter<'_>, block: &Block) -> fmt::Result {
    match block {
        Block::Text { text } => writeln!(f, "{}", plain(text)),
        Block::List { items } => items.iter().try_for_each(|item| writeln!(f, "* {}", plain(item))),
        Block::Table { heads, rows } => {
            let columns = rows.first().map_or(heads.len(), Vec::len);
            let heads = (0..columns).map(|at| heads.get(at).map(|head| plain(head)).unwrap_or_default());
            write_row(f, heads)?;
            writeln!(f, "|{}", "---|".repeat(columns))?;
            rows.iter().try_for_each(|row| write_row(f, row.iter().map(written)))
        }
    }
}

fn write_row(f: &mut fmt::Formatter<'_>, mut cells: impl Iterator<Item = String>) -> fmt::Result {
    f.write_str("|")?;
    cells.try_for_each(|cell| write!(f, " {cell} |"))?;
    writeln!(f)
}

fn written(cell: &Cell) -> String {
    match &cell.link {
        // Of a page that the library names: nothing in it ends the link.
        Some(link) => format!("[{}](<{}>)", plain(&cell.text), link.replace(['<', '>', '|', ' '], "")),
        None => plain(&cell.text),
    }
}

/// Escapes text for a line or a cell of Markdown. An address in it does not become a link.
fn plain(text: &str) -> String {
    let text = printable(text);
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let links = rest.starts_with("://") || c == '.' && text[..at].to_ascii_lowercase().ends_with("www");
        if links || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '~' | '&')
        {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_chose_neither_marks_up_nor_links() {
        for (chosen, written) in [
            ("a | b", "a \\| b"),
            ("[x](https://evil.example)", "\\[x\\](https\\://evil.example)"),
            ("www.evil.example", "www\\.evil.example"),
            ("<b>&amp;", "\\<b\\>\\&amp;"),
            ("a\u{1b}[2J\u{202e}\n# b", "a\u{fffd}\\[2J\u{fffd}\u{fffd}\\# b"),
        ] {
            assert_eq!(plain(chosen), written);
        }
    }
}
