//! The segments of a path, whichever way keys and actions are written in it.

use percent_encoding::percent_decode_str;

use super::answer::Refused;

/// The actions below a user; each may also be called with its namespace before it.
const ACTIONS: [&str; 4] = ["revokesigninsessions", "checkmembergroups", "resetpassword", "deactivate"];

/// One segment of a path, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) text: String,
    /// Whether it was a key in brackets and apostrophes, where any character may stand.
    pub(super) quoted: bool,
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

/// Writes segments as routes are matched: in lower case, actions without their namespace, casts with the long one.
pub(super) fn plain(segments: &[Segment]) -> Vec<String> {
    segments.iter().map(plain_name).collect()
}

fn plain_name(segment: &Segment) -> String {
    let lower = segment.text.to_ascii_lowercase();
    if segment.quoted {
        return lower;
    }
    let name = lower.strip_prefix("microsoft.graph.").or_else(|| lower.strip_prefix("graph."));
    match name {
        Some(action) if ACTIONS.contains(&action) => action.to_owned(),
        Some(cast) => format!("microsoft.graph.{cast}"),
        None => lower,
    }
}

pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Tells the name from what stands behind it in brackets.
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
        let plain_of = |path: &str| plain(&cut(path).unwrap()).join(" ");
        for (path, expected) in [
            ("users/A%2Fb/authentication/phoneMethods('X')", "users a/b authentication phonemethods x"),
            ("phoneMethods(id='x')", "phonemethods x"),
            ("a/microsoft.graph.resetPassword", "a resetpassword"),
            ("a/graph.revokeSignInSessions", "a revokesigninsessions"),
            ("a/graph.group", "a microsoft.graph.group"),
            ("users('microsoft.graph.resetPassword')", "users microsoft.graph.resetpassword"),
        ] {
            assert_eq!(plain_of(path), expected, "{path}");
        }
        for bad in ["x('a'b')", "x(a)", "x()", "x('')", "groups(userPrincipalName='a')"] {
            assert!(cut(bad).is_err(), "{bad}");
        }
    }
}
