//! Makes text safe to print: text that somebody else chose, and times.

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// Replaces what could mislead a terminal or a reader: control characters, characters that change the
/// direction of the text or are invisible, and more combining marks on one letter than any language has. An
/// attacker chooses display names and device names, which error messages quote.
pub(crate) fn printable(text: &str) -> String {
    let mut marks = 0;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks <= MOST_MARKS {
            out.push(if misleads(c) { '\u{fffd}' } else { c });
        }
    }
    out
}

/// The maximum of combining marks that one letter keeps.
const MOST_MARKS: u32 = 3;

/// Returns whether a character is in a Unicode block of combining marks.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Returns whether a character controls, reorders, or is invisible: controls, format characters, line
/// separators, fillers, tags, variation selectors and unassigned code points.
fn misleads(c: char) -> bool {
    let code = u32::from(c);
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{70f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0e}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
        || code & 0xfffe == 0xfffe
}

/// Writes a moment as RFC 3339, in UTC and whole seconds: `2026-03-02T09:00:00Z`.
pub(crate) fn moment(at: OffsetDateTime) -> String {
    let seconds = at.replace_nanosecond(0).unwrap_or(at);
    // At the edge of the calendar the time has no UTC form.
    let utc = seconds.checked_to_offset(UtcOffset::UTC).unwrap_or(seconds);
    utc.format(&Rfc3339).unwrap_or_else(|_| utc.to_string())
}

/// Joins words as a sentence does: `a, b or c`.
pub(crate) fn listed(words: &[&str], last: &str) -> String {
    match words {
        [] => "none".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// The maximum length of foreign text that is kept, in characters.
const LONGEST: usize = 600;

/// Cuts foreign text to a readable length.
pub(crate) fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Masks what looks like a token in foreign text: the three parts of a JSON web token, or the beginning of
/// one.
pub(crate) fn without_tokens(text: &str) -> String {
    const START: &str = "eyJ";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(START) {
        let (before, token) = rest.split_at(at);
        let end = token
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.' | '='))
            .unwrap_or(token.len());
        out.push_str(before);
        out.push_str(if end >= 16 { "***" } else { &token[..end] });
        rest = &token[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_misleads_is_replaced_and_the_rest_is_kept() {
        assert_eq!(printable("O'Neil – Zoë 李"), "O'Neil – Zoë 李");
        for unseen in [
            '\u{ad}',
            '\u{180e}',
            '\u{fff9}',
            '\u{e0041}',
            '\u{3164}',
            '\u{115f}',
            '\u{2800}',
            '\u{fdd0}',
            '\u{1fffe}',
            '\u{9b}',
        ] {
            assert_eq!(printable(&format!("a{unseen}b")), "a\u{fffd}b", "{unseen:?}");
        }
        assert_eq!(printable(&format!("e{}", "\u{301}".repeat(400))), "e\u{301}\u{301}\u{301}");
        assert_eq!(printable("a\u{1b}[2Jb\u{202e}c\n"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}");
    }

    #[test]
    fn tokens_are_masked_whole() {
        assert_eq!(without_tokens("no eyJ here"), "no eyJ here");
        assert_eq!(without_tokens("Bearer eyJhbGciOiJub25lIn0.eyJhIjoxfQ.sig-_=; more"), "Bearer ***; more");
    }
}
