//! Repairs invalid JSON instead of losing the answer. An attacker chooses names. A name that is cut in the
//! middle of a character, or contains a raw control character, must not hide everything beside it.

/// Repairs what a single value can break: bytes that are not UTF-8, lone surrogates, raw control characters
/// in texts, and numbers out of any range, which become null. Returns `None` if nothing needed repair.
pub(super) fn repaired(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    let mut in_text = false;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '"' => {
                in_text = !in_text;
                out.push(c);
                1
            }
            '\\' if in_text => escape(rest, &mut out),
            c if in_text && c.is_ascii_control() && c < ' ' => {
                out.push_str("\\u00");
                out.push(char::from_digit(u32::from(c) >> 4, 16).unwrap_or('0'));
                out.push(char::from_digit(u32::from(c) & 15, 16).unwrap_or('0'));
                1
            }
            '-' | '0'..='9' if !in_text => number(rest, &mut out),
            'N' | 'I' if !in_text => no_number(rest, &mut out),
            c => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    (out.as_bytes() != body).then_some(out)
}

/// Copies an escape, and returns its length. Half of a surrogate pair becomes the replacement character.
fn escape(rest: &str, out: &mut String) -> usize {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    match (unit(0), unit(6)) {
        (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => {
            out.push_str(rest.get(..12).unwrap_or_default());
            12
        }
        (Some(0xD800..=0xDFFF), _) => {
            out.push('\u{fffd}');
            6
        }
        (Some(_), _) => {
            out.push_str(rest.get(..6).unwrap_or_default());
            6
        }
        (None, _) => {
            let pair: String = rest.chars().take(2).collect();
            match pair.chars().nth(1) {
                None | Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => out.push_str(&pair),
                Some(_) => out.push('\u{fffd}'),
            }
            pair.len()
        }
    }
}

/// Writes null for what is a number in JavaScript and not in JSON, and returns the length that was read.
fn no_number(rest: &str, out: &mut String) -> usize {
    let word = ["NaN", "Infinity"].into_iter().find(|word| rest.starts_with(word));
    out.push_str(word.map_or(&rest[..1], |_| "null"));
    word.map_or(1, str::len)
}

/// Copies a number, and returns its length. One that a double cannot hold becomes null.
fn number(rest: &str, out: &mut String) -> usize {
    let is_part = |c: char| matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E');
    if let Some(word) = rest.strip_prefix('-').filter(|rest| rest.starts_with("Infinity")) {
        return 1 + no_number(word, out);
    }
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let number = &rest[..end];
    out.push_str(if number.parse().is_ok_and(f64::is_infinite) { "null" } else { number });
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(body: &[u8]) -> Value {
        serde_json::from_str(&repaired(body).unwrap()).unwrap()
    }

    #[test]
    fn a_poisoned_value_spoils_nothing_beside_it() {
        assert_eq!(read(br#"{"a":"x\ud83d","b":1}"#), json!({ "a": "x\u{fffd}", "b": 1 }));
        assert_eq!(read(br#"{"a":"\udc00\ud83d\ude00"}"#), json!({ "a": "\u{fffd}\u{1f600}" }));
        assert_eq!(read(br#"{"a":"\ud83d\u0041"}"#), json!({ "a": "\u{fffd}A" }));
        assert_eq!(read(b"{\"a\":\"x\xff\xfe\",\"b\":1}"), json!({ "a": "x\u{fffd}\u{fffd}", "b": 1 }));
        assert_eq!(read(b"{\"a\":\"tab\tnul\x00\"}"), json!({ "a": "tab\tnul\0" }));
        assert_eq!(read(br#"{"a":1e400,"b":-1E999,"c":1e4}"#), json!({ "a": null, "b": null, "c": 1e4 }));
        assert_eq!(
            read(br#"{"a":NaN,"b":Infinity,"c":-Infinity}"#),
            json!({ "a": null, "b": null, "c": null })
        );
        assert_eq!(read(br#"{"a":"x\q","b":"\uZZZZ!"}"#), json!({ "a": "x\u{fffd}", "b": "\u{fffd}ZZZZ!" }));
        assert_eq!(read(b"\xef\xbb\xbf{}"), json!({}));
    }

    #[test]
    fn what_is_json_already_is_left_alone() {
        for body in [r#"{"a":"q\"\\","b":[1,-2.5e3],"c":"\u00e9\ud83d\ude00"}"#, "", "[]", r#""1e400""#] {
            assert_eq!(repaired(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn what_is_cut_is_not_completed() {
        for body in [r#"{"a":"x\ud83"#, r#"{"a":"x\"#, "{\"a\":\"\t", r#"{"a":"\u"#] {
            let repaired = repaired(body.as_bytes()).unwrap_or_else(|| body.to_owned());
            assert!(serde_json::from_str::<Value>(&repaired).is_err(), "{body}");
        }
    }
}
