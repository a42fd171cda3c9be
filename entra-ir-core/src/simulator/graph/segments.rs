//! The segments of a path, whichever way keys and actions are written in it.

use percent_encoding::percent_decode_str;

use super::answer::Refused;

const NAMESPACE: &str = "microsoft.graph.";
const SHORT_NAMESPACE: &str = "graph.";

/// One segment of a path, decoded.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) text: String,
    /// Whether it was a key in brackets and apostrophes, which may contain any character.
    pub(super) quoted: bool,
}

impl Segment {
    /// Returns whether it names a part of a path, in any case. A type that the part casts to may have the
    /// short namespace.
    pub(super) fn is(&self, part: &str) -> bool {
        let cast = part.strip_prefix(NAMESPACE).filter(|_| !self.quoted);
        self.text.eq_ignore_ascii_case(part) || cast.is_some_and(|cast| self.has_namespace_before(cast))
    }

    /// Returns whether it calls an action, by its name alone or with the namespace before it.
    pub(super) fn calls(&self, action: &str) -> bool {
        self.is(action) || !self.quoted && self.has_namespace_before(action)
    }

    fn has_namespace_before(&self, name: &str) -> bool {
        let text = self.text.to_ascii_lowercase();
        let bare = text.strip_prefix(NAMESPACE).or_else(|| text.strip_prefix(SHORT_NAMESPACE));
        bare.is_some_and(|bare| bare.eq_ignore_ascii_case(name))
    }
}

/// Cuts a path into segments. `users('x')/y` is the same as `users/x/y`, at every place.
pub(super) fn cut(path: &str) -> Result<Vec<Segment>, Refused> {
    let mut segments = Vec::new();
    for raw in path.trim_start_matches('/').split('/') {
        let text = decode(raw);
        match bracketed(&text) {
            Some((name, inside)) => {
                let key = key(name, inside)?;
                segments.push(Segment { text: name.to_owned(), quoted: false });
                segments.push(Segment { text: key, quoted: true });
            }
            None => segments.push(Segment { text, quoted: false }),
        }
    }
    Ok(segments)
}

pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Splits the name from the key in brackets.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (name, inside) = text.strip_suffix(')')?.split_once('(')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    is_name.then_some((name, inside))
}

/// Reads the key of `name('…')`, `name(id='…')` or `users(userPrincipalName='…')`, its apostrophes doubled.
fn key(name: &str, inside: &str) -> Result<String, Refused> {
    let bad = || Refused::directory("The key in the request URI is not valid.");
    let named = |wanted: &str| inside.strip_prefix(wanted).and_then(|rest| rest.strip_prefix('='));
    let upn = if name.eq_ignore_ascii_case("users") { named("userPrincipalName") } else { None };
    let value = upn.or_else(|| named("id")).unwrap_or(inside);
    let text = value.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).ok_or_else(bad)?;
    // What is left of an apostrophe after the pairs are gone was not doubled.
    if text.is_empty() || text.replace("''", "").contains('\'') {
        return Err(bad());
    }
    Ok(text.replace("''", "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_behind_a_slash_or_in_brackets() {
        for (path, expected) in [
            ("users/A%2Fb/authentication/phoneMethods('X')", "users A/b authentication phoneMethods X"),
            ("phoneMethods(id='x')", "phoneMethods x"),
            ("users('o''neil')", "users o'neil"),
        ] {
            let segments = cut(path).unwrap();
            let texts: Vec<_> = segments.iter().map(|segment| segment.text.as_str()).collect();
            assert_eq!(texts.join(" "), expected, "{path}");
        }
        for bad in ["x('a'b')", "x(a)", "x()", "x('')", "groups(userPrincipalName='a')"] {
            assert!(cut(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn namespaces_stand_before_actions_and_types() {
        let last = |path: &str| cut(path).unwrap().pop().unwrap();
        for action in ["a/microsoft.graph.resetPassword", "a/graph.RESETpassword", "a/resetpassword"] {
            assert!(last(action).calls("resetPassword"), "{action}");
        }
        for cast in ["a/graph.group", "a/Microsoft.Graph.Group"] {
            assert!(last(cast).is("microsoft.graph.group") && !last(cast).is("group"), "{cast}");
        }
        assert!(!last("a/group").is("microsoft.graph.group"), "a cast is never without a namespace");
        assert!(!last("users('graph.resetPassword')").calls("resetPassword"), "a key");
    }
}
