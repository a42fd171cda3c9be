//! Ids and names that are valid in a Graph path, checked before use.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::text::printable;

/// Describes why a text is not a valid id or name. It becomes [`Refusal::BadInput`](crate::Refusal::BadInput)
/// in an [`Error`](crate::Error).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {reason}")]
#[non_exhaustive]
pub struct InvalidId {
    /// Which value.
    pub what: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

/// Identifies a directory object: a GUID, printed in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ObjectId(Uuid);

impl ObjectId {
    /// Wraps a GUID.
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// Returns the GUID.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), f)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ObjectId {
    type Err = InvalidId;

    /// Reads a GUID in its hyphenated form, in either case.
    ///
    /// # Errors
    /// [`InvalidId`] for anything else.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match Uuid::try_parse(text) {
            Ok(id) if text.len() == 36 => Ok(Self(id)),
            _ => Err(bad("object id", text, "it is not a GUID such as 3b41c05e-73a1-43b7-86d7-ed8409f55900")),
        }
    }
}

/// Names a user: by object id, or by user principal name.
/// A name must follow the rules of `graph-contract` "Addressing a user": at most 113 characters, 64 before
/// and 48 after the `@` (a guest's `#EXT#` name may be longer before it), and only the characters that Entra
/// ID allows. Anything that could change the meaning of a path is refused before anything is sent.
///
/// ```
/// use entra_ir_core::UserRef;
///
/// let by_name: UserRef = "adele_fabrikam.example#EXT#@contoso.example".parse()?;
/// let by_id: UserRef = "3B41C05E-73A1-43B7-86D7-ED8409F55900".parse()?;
/// assert_eq!(by_id.to_string(), "3b41c05e-73a1-43b7-86d7-ed8409f55900");
/// assert!("../admin@contoso.example".parse::<UserRef>().is_err());
/// # let _ = by_name;
/// # Ok::<(), entra_ir_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum UserRef {
    /// The object id: never reassigned, so every write prefers it.
    Id(ObjectId),
    /// The user principal name as the caller wrote it.
    Name(UserName),
}

/// Holds a checked user principal name. Only [`UserRef`]'s conversions create it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserName(String);

impl UserName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl UserRef {
    /// Returns the object id, if the user is named by it.
    pub const fn id(&self) -> Option<ObjectId> {
        match self {
            Self::Id(id) => Some(*id),
            Self::Name(_) => None,
        }
    }
}

impl fmt::Display for UserRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => fmt::Display::fmt(id, f),
            Self::Name(name) => f.write_str(&name.0),
        }
    }
}

impl fmt::Debug for UserRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for UserRef {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.len() == 36
            && let Ok(id) = Uuid::try_parse(text)
        {
            return Ok(Self::Id(ObjectId(id)));
        }
        check_name(text)?;
        Ok(Self::Name(UserName(text.to_owned())))
    }
}

impl<'de> Deserialize<'de> for UserRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|error: InvalidId| D::Error::custom(error.reason))
    }
}

fn check_name(name: &str) -> Result<(), InvalidId> {
    let refuse = |why: &str| Err(bad("user", name, why));
    if name.is_empty() {
        return refuse("it is empty; give an object id or a user principal name");
    }
    if let Some(c) = name.chars().find(|c| !allowed_in_name(*c)) {
        return refuse(&format!(
            "the character {c:?} is not allowed in a user principal name (letters, digits and ' . - _ ! # ^ ~ $ + & @)"
        ));
    }
    let Some((local, domain)) = name.split_once('@') else {
        return refuse("it is neither a GUID nor a user principal name with an @");
    };
    if local.is_empty() || domain.is_empty() || domain.contains('@') {
        return refuse("a user principal name is one name, one @ and one domain");
    }
    if name.contains("..") || local.ends_with('.') || domain.starts_with('.') || domain.ends_with('.') {
        return refuse(
            "it must not have two dots in a row, a dot before the @, or a dot at either end of the domain",
        );
    }
    if let Some(c) = domain.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-')) {
        return refuse(&format!("the character {c:?} is not allowed in a domain"));
    }
    if name.len() > 113 {
        return refuse("it is longer than 113 characters");
    }
    if domain.len() > 48 {
        return refuse("its domain is longer than 48 characters");
    }
    if local.len() > 64 && !is_external_name(name) {
        return refuse("the part before the @ is longer than 64 characters");
    }
    Ok(())
}

/// Returns whether a user principal name is that of an external guest. Names ignore case: sign-in logs write
/// them in lower case.
pub(crate) fn is_external_name(name: &str) -> bool {
    const MARK: &[u8] = b"#EXT#";
    name.as_bytes().windows(MARK.len()).any(|part| part.eq_ignore_ascii_case(MARK))
}

fn allowed_in_name(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '\'' | '.' | '-' | '_' | '!' | '#' | '^' | '~' | '$' | '+' | '&' | '@')
}

fn bad(what: &'static str, value: &str, why: &str) -> InvalidId {
    // The value may have any length: an error shows its beginning.
    let shown: String = value.chars().take(120).collect();
    InvalidId { what, reason: format!("{shown:?} is not valid: {why}") }
}

/// Implements the conversions from text that [`FromStr`] checks.
macro_rules! from_text {
    ($($id:ty: $($text:ty),+;)+) => {
        $($(impl TryFrom<$text> for $id {
            type Error = InvalidId;

            fn try_from(text: $text) -> Result<Self, InvalidId> {
                text.parse()
            }
        })+)+
    };
}

from_text! {
    UserRef: &str, String, &String;
    ObjectId: &str;
    MethodId: &str, String;
    EntryId: &str, String;
}

impl From<Uuid> for ObjectId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl From<ObjectId> for UserRef {
    fn from(id: ObjectId) -> Self {
        Self::Id(id)
    }
}

impl From<&UserRef> for UserRef {
    fn from(user: &UserRef) -> Self {
        user.clone()
    }
}

/// Makes an id that Graph gave, checked before it is put into a path.
macro_rules! given_by_graph {
    ($($(#[$doc:meta])* $id:ident, $what:literal;)+) => {
        $($(#[$doc])*
        /// Graph creates these ids; most are GUIDs or base64url, some contain `#`. They are percent-encoded
        /// in paths.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct $id(String);

        impl $id {
            /// Returns the id as returned by Graph.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&printable(&self.0))
            }
        }

        impl fmt::Debug for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $id {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                check_given($what, text).map(|()| Self(text.to_owned()))
            }
        }

        impl<'de> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let refuse = |error: InvalidId| D::Error::custom(format!("{} {}", $what, error.reason));
                String::deserialize(deserializer)?.parse().map_err(refuse)
            }
        })+
    };
}

given_by_graph! {
    /// Identifies one authentication method of a user, as returned by Graph.
    MethodId, "method id";
    /// Identifies a grant, an assignment, a rule or a credential, as Graph gave it.
    EntryId, "id";
}

fn check_given(what: &'static str, text: &str) -> Result<(), InvalidId> {
    let refuse = |why: &str| Err(bad(what, text, why));
    if text.is_empty() {
        return refuse("it is empty");
    }
    if text.len() > 512 {
        return refuse("it is longer than 512 characters");
    }
    if text == "." || text.contains("..") || text.contains(['/', '\\', '?']) {
        return refuse("it contains a path separator");
    }
    if text.contains('\u{fffd}') {
        return refuse("it contains a character that was lost in transit");
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return refuse("it contains white space or a control character");
    }
    Ok(())
}

impl MethodId {
    /// Creates an id that need not be valid in a path, to list what cannot be addressed.
    pub(crate) fn as_listed(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Reads an id that need not be valid in a path.
    pub(crate) fn read_any<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(String::deserialize(from)?))
    }

    /// Reads an optional id that need not be valid in a path.
    pub(crate) fn read_listed<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        Ok(Option::<String>::deserialize(from)?.map(Self))
    }

    /// Returns whether the id is valid in a path. A method whose id is not is listed, and must be removed in
    /// the portal.
    pub fn is_addressable(&self) -> bool {
        self.0.parse::<Self>().is_ok()
    }
}

impl From<&MethodId> for MethodId {
    fn from(id: &MethodId) -> Self {
        id.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_but_legal_names_are_taken() {
        let longest = format!("{}@{}.example", "a".repeat(64), "b".repeat(40));
        assert_eq!(longest.len(), 113);
        let guest = format!("{}#ext#@contoso.example", "a".repeat(70));
        for name in [
            "o'neil@contoso.example",
            "$sam@contoso.example",
            "a#EXT#@contoso.example",
            "a^b@x.y",
            &longest,
            &guest,
        ] {
            assert_eq!(name.parse::<UserRef>().unwrap(), UserRef::Name(UserName(name.to_owned())));
        }
    }

    #[test]
    fn a_guid_is_an_object_id_in_lower_case() {
        let user: UserRef = "3B41C05E-73A1-43B7-86D7-ED8409F55900".parse().unwrap();
        assert_eq!(user.to_string(), "3b41c05e-73a1-43b7-86d7-ed8409f55900");
        assert!(
            "3B41C05E73A143B786D7ED8409F55900".parse::<UserRef>().is_err(),
            "no hyphens: not an id Graph takes"
        );
    }

    #[test]
    fn what_could_change_a_path_is_refused_by_name() {
        let too_long = format!("{}@contoso.example", "a".repeat(100));
        for (text, says) in [
            ("", "empty"),
            ("adele", "neither a GUID"),
            ("../x@contoso.example", "'/'"),
            ("a..b@contoso.example", "two dots in a row"),
            ("a/b@contoso.example", "'/'"),
            ("a\\b@contoso.example", "'\\\\'"),
            ("a?b@contoso.example", "'?'"),
            ("a%2fb@contoso.example", "'%'"),
            ("a\u{7}b@contoso.example", "'\\u{7}'"),
            ("a b@contoso.example", "' '"),
            ("ad\u{e9}le@contoso.example", "'é'"),
            ("a@b@c", "one @"),
            ("a.@contoso.example", "before the @"),
            (&too_long, "longer than"),
        ] {
            let error = text.parse::<UserRef>().unwrap_err().to_string();
            assert!(error.contains(says), "{text:?}: {error}");
        }
        for id in ["", "..", "a/b", "a\nb", " "] {
            assert!(id.parse::<MethodId>().is_err(), "{id:?}");
        }
        assert!("aad49556-####-".parse::<MethodId>().is_ok());
    }
}
