//! What a token says of its caller, as far as it can be read without verifying it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::ids::ObjectId;
use crate::spec::CallerKind;

/// The claims of an access token. Nothing is verified, so they may only ever protect more, or advise. Source:
/// "Access token claims reference".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TokenClaims {
    /// Whom the token is for, `aud`.
    pub(crate) audience: Option<String>,
    /// The object id of the user or service principal, `oid`.
    pub(crate) principal: Option<ObjectId>,
    /// The id of the application that the token was issued to, `appid` or `azp`.
    pub(crate) application: Option<String>,
    /// The tenant that the token was issued for, `tid`.
    pub(crate) tenant: Option<ObjectId>,
    /// A signed-in user or an application.
    pub(crate) kind: Option<CallerKind>,
    /// The permissions: `scp` of a signed-in user, `roles` of an application.
    pub(crate) permissions: Vec<String>,
    /// The template ids of the active directory roles, `wids`; `None` if the token does not list them.
    pub(crate) roles: Option<Vec<String>>,
    /// How the user signed in, `amr`.
    pub(crate) methods: Vec<String>,
    /// When the user signed in, `auth_time`.
    pub(crate) signed_in_at: Option<OffsetDateTime>,
}

impl TokenClaims {
    /// Reads the claims, if the token is a JSON web token.
    pub(crate) fn read(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
        let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
        let claims: Map<String, Value> = serde_json::from_slice(&claims).ok()?;
        // A claim of another type than the documented one counts as missing.
        let claim = |name: &str| claims.get(name).unwrap_or(&Value::Null);
        let text = |name: &str| claim(name).as_str().map(str::to_owned);
        let id = |name: &str| claim(name).as_str().and_then(|id| id.parse().ok());
        let (scopes, granted) = (claim("scp").as_str().map(words), texts(claim("roles")));
        let kind = match claim("idtyp").as_str() {
            Some("app") => Some(CallerKind::AppOnly),
            Some("user") => Some(CallerKind::Delegated),
            _ if scopes.is_some() => Some(CallerKind::Delegated),
            _ => granted.is_some().then_some(CallerKind::AppOnly),
        };
        // A user's token may hold `roles`, too: those of the user in an application, not permissions.
        let permissions = if kind == Some(CallerKind::Delegated) { scopes } else { granted };
        Some(Self {
            audience: text("aud"),
            principal: id("oid"),
            application: text("appid").or_else(|| text("azp")),
            tenant: id("tid"),
            kind,
            permissions: permissions.unwrap_or_default(),
            roles: texts(claim("wids")),
            methods: texts(claim("amr")).unwrap_or_default(),
            signed_in_at: moment(claim("auth_time")),
        })
    }

    /// Returns whether the token holds one of the sets of permissions given.
    pub(crate) fn holds(&self, any_of: &[&[&str]]) -> bool {
        any_of.iter().any(|set| set.iter().all(|permission| self.has(permission)))
    }

    /// Returns whether the token holds the permission.
    pub(crate) fn has(&self, permission: &str) -> bool {
        self.permissions.iter().any(|held| held.eq_ignore_ascii_case(permission))
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn texts(value: &Value) -> Option<Vec<String>> {
    let texts = value.as_array()?.iter().filter_map(Value::as_str);
    Some(texts.map(str::to_owned).collect())
}

/// Reads seconds since 1970, which some issuers write as text.
fn moment(value: &Value) -> Option<OffsetDateTime> {
    let seconds = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    OffsetDateTime::from_unix_timestamp(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "3b41c05e-73a1-43b7-86d7-ed8409f55900";

    fn read(claims: &str) -> Option<TokenClaims> {
        TokenClaims::read(&format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims)))
    }

    #[test]
    fn a_users_token_says_who_what_and_since_when() {
        let claims = read(&format!(
            r#"{{"oid":"{ID}","appid":"x","tid":"{ID}","scp":"User.Read.All openid","roles":["Reader"],
                "wids":["62e90394-69f5-4237-9190-012177145e10"],"amr":["pwd","mfa"],"auth_time":"1700000000"}}"#
        ))
        .unwrap();
        assert_eq!(claims.principal, Some(ID.parse().unwrap()));
        assert_eq!(claims.tenant, Some(ID.parse().unwrap()));
        assert_eq!((claims.application.as_deref(), claims.kind), (Some("x"), Some(CallerKind::Delegated)));
        assert_eq!(claims.permissions, ["User.Read.All", "openid"]);
        assert!(claims.holds(&[&["Reader"], &["user.read.all"]]) && !claims.holds(&[&["Reader"]]));
        assert_eq!(claims.roles.as_deref().unwrap().len(), 1);
        assert_eq!(claims.methods, ["pwd", "mfa"]);
        assert_eq!(claims.signed_in_at.unwrap().unix_timestamp(), 1_700_000_000);
    }

    #[test]
    fn an_applications_token_holds_roles() {
        let claims = read(r#"{"azp":"y","roles":["User.Read.All"]}"#).unwrap();
        assert_eq!((claims.application.as_deref(), claims.kind), (Some("y"), Some(CallerKind::AppOnly)));
        assert!(claims.has("User.Read.All") && claims.roles.is_none());
        assert_eq!(read(r#"{"idtyp":"app","scp":"x"}"#).unwrap().kind, Some(CallerKind::AppOnly));
        assert_eq!(read(r#"{"idtyp":"user"}"#).unwrap().kind, Some(CallerKind::Delegated));
    }

    #[test]
    fn anything_else_says_nothing() {
        for other in ["", "opaque", "a.b.c", "..", "a.!.c", "eyJhbGciOiJub25lIn0.e30"] {
            assert_eq!(TokenClaims::read(other), None, "{other}");
        }
        assert_eq!(
            read(r#"{"oid":7,"scp":["x"],"wids":"y","auth_time":"soon"}"#),
            Some(TokenClaims::default())
        );
        assert_eq!(read("[]"), None);
    }
}
