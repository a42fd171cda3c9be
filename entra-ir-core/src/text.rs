//! Text that somebody else chose, made fit to be printed.

/// Replaces what a terminal or a reader could be misled by: control characters, and characters that change the direction of the text.
///
/// An attacker chooses display names, device names and whatever an error message quotes of them.
pub(crate) fn printable(text: &str) -> String {
    text.replace(misleads, "\u{fffd}")
}

fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_misleads_is_replaced_and_the_rest_is_kept() {
        assert_eq!(printable("O'Neil – Zoë 李"), "O'Neil – Zoë 李");
        assert_eq!(printable("a\u{1b}[2Jb\u{202e}c\n"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}");
    }
}
