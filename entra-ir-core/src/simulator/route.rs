//! From a URL to what it names.

use http::{HeaderMap, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::answer::Refused;
use super::device::DeviceList;
use super::filter::{Expr, Rules};
use super::segments::{Segment, cut, decode, plain};
use crate::model::MethodKind;
use crate::spec::ApiVersion;

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    Users,
    User(UserKey, Place),
    Groups,
    Group(String),
    Organizations,
    Organization(String),
    Policy,
    Configurations,
    Configuration(String),
    Domain(String),
    RoleAssignments,
    RoleEligibilities,
    GroupEligibilities,
    RiskyUser(String),
}

/// Whom a path names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum UserKey {
    Me,
    Key(String),
}

/// What a path names below a user.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    User,
    RevokeSignInSessions,
    Methods,
    Method(String),
    ResetPassword(String),
    Typed(MethodKind),
    TypedMethod(MethodKind, String),
    QrCodePin,
    Deactivate(String),
    Operation(String),
    Requirements,
    SignInPreferences,
    CheckMemberGroups,
    Groups,
    /// What the user owns, and whether it is cast to groups.
    OwnedObjects(bool),
    /// A list of devices, and whether it is cast to devices.
    Devices(DeviceList, bool),
}

/// A URL in its parts.
#[derive(Debug)]
pub(super) struct Url {
    pub(super) version: ApiVersion,
    /// Scheme and authority, for links back.
    pub(super) origin: String,
    pub(super) path: String,
    query: Vec<(String, String)>,
    segments: Vec<Segment>,
    /// Whether the request has `ConsistencyLevel: eventual`.
    eventual: bool,
}

impl Url {
    pub(super) fn parse(uri: &Uri, headers: &HeaderMap) -> Result<Self, Refused> {
        let scheme = uri.scheme_str().unwrap_or("https");
        let authority = uri.authority().map_or("graph.microsoft.com", |authority| authority.as_str());
        let mut segments = cut(uri.path())?;
        let first = if segments.is_empty() { String::new() } else { segments.remove(0).text };
        let version = match first.as_str() {
            "v1.0" => ApiVersion::V1,
            "beta" => ApiVersion::Beta,
            other => {
                let message = format!("Invalid version: {other}");
                return Err(Refused::new(http::StatusCode::BAD_REQUEST, "BadRequest", message));
            }
        };
        let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let query = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let query = query.map(|(name, value)| (decode(name), decode(&value.replace('+', " ")))).collect();
        let level = headers.get("consistencylevel").and_then(|level| level.to_str().ok());
        Ok(Self {
            version,
            origin: format!("{scheme}://{authority}"),
            path: uri.path().to_owned(),
            query,
            segments,
            eventual: level.is_some_and(|level| level.eq_ignore_ascii_case("eventual")),
        })
    }

    /// Returns an option by its name, which may also stand without its `$`.
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        let named = |pair: &&(String, String)| is_named(&pair.0, name);
        self.query.iter().find(named).map(|(_, value)| value.as_str())
    }

    /// Returns the names of the options.
    pub(super) fn option_names(&self) -> impl Iterator<Item = &str> {
        self.query.iter().map(|(name, _)| name.as_str())
    }

    /// Returns whether the number of all items is asked for. Without the header the service passes over the question.
    pub(super) fn wants_count(&self) -> bool {
        self.eventual && self.option("$count").is_some_and(|count| count.eq_ignore_ascii_case("true"))
    }

    /// Reads `$filter`, if there is one.
    pub(super) fn filter(&self, rules: &Rules) -> Result<Option<Expr>, Refused> {
        self.option("$filter").map(|filter| rules.read(filter, self.wants_count())).transpose()
    }

    /// Returns the names in `$select`.
    pub(super) fn select(&self) -> Option<Vec<String>> {
        let names = self.option("$select")?;
        Some(names.split(',').map(|name| name.trim().to_owned()).collect())
    }

    /// Makes the link to a page of the list that was asked for, its options kept.
    pub(super) fn link_to_page(&self, token: usize) -> String {
        let mut link = format!("{}{}?$skiptoken={token}", self.origin, self.path);
        for (name, value) in self.query.iter().filter(|(name, _)| !is_named(name, "$skiptoken")) {
            link.push('&');
            link.push_str(name);
            link.push('=');
            link.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
        }
        link
    }

    /// Makes an `@odata.context`.
    pub(super) fn context(&self, of: &str) -> String {
        format!("{}/{}/$metadata#{of}", self.origin, self.version.segment())
    }

    /// Finds what the path names. `qr_in_v1` says whether v1.0 has `qrCodePinMethod`, on which Microsoft's sources disagree.
    pub(super) fn route(&self, qr_in_v1: bool) -> Result<Route, Refused> {
        let lower = plain(&self.segments);
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        let given =
            |index: usize| self.segments.get(index).map(|segment| segment.text.clone()).unwrap_or_default();
        match lower.as_slice() {
            ["me", ..] => Ok(Route::User(UserKey::Me, self.place(1, qr_in_v1)?)),
            ["users"] => Ok(Route::Users),
            ["users", key, ..] if !key.is_empty() => {
                if key.starts_with('$') && self.segments.get(1).is_some_and(|segment| !segment.quoted) {
                    let message = "A name that begins with '$' is addressed as /users('$...').";
                    return Err(Refused::directory(message));
                }
                Ok(Route::User(UserKey::Key(given(1)), self.place(2, qr_in_v1)?))
            }
            ["groups"] => Ok(Route::Groups),
            ["groups", key] if !key.is_empty() => Ok(Route::Group(given(1))),
            ["organization"] => Ok(Route::Organizations),
            ["organization", key] if !key.is_empty() => Ok(Route::Organization(given(1))),
            ["identitygovernance", "privilegedaccess", "group", "eligibilityscheduleinstances"] => {
                Ok(Route::GroupEligibilities)
            }
            ["rolemanagement", "directory", "roleassignments"] => Ok(Route::RoleAssignments),
            ["rolemanagement", "directory", "roleeligibilityscheduleinstances"] => {
                Ok(Route::RoleEligibilities)
            }
            ["identityprotection", "riskyusers", _] => Ok(Route::RiskyUser(given(2))),
            ["domains", name] if !name.is_empty() => Ok(Route::Domain(given(1))),
            ["policies", "authenticationmethodspolicy"] => Ok(Route::Policy),
            ["policies", "authenticationmethodspolicy", "authenticationmethodconfigurations"] => {
                Ok(Route::Configurations)
            }
            ["policies", "authenticationmethodspolicy", "authenticationmethodconfigurations", _] => {
                Ok(Route::Configuration(given(3)))
            }
            _ => Err(Refused::no_path(&given(0))),
        }
    }

    fn place(&self, from: usize, qr_in_v1: bool) -> Result<Place, Refused> {
        let rest = self.segments.get(from..).unwrap_or_default();
        let lower = plain(rest);
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        let given = |index: usize| rest.get(index).map(|segment| segment.text.clone()).unwrap_or_default();
        let beta = self.version == ApiVersion::Beta;
        let unknown = || Refused::no_path(&given(rest.len().saturating_sub(1)));
        let place = match lower.as_slice() {
            [] => Place::User,
            ["revokesigninsessions"] => Place::RevokeSignInSessions,
            ["checkmembergroups"] => Place::CheckMemberGroups,
            ["transitivememberof", "microsoft.graph.group"] => Place::Groups,
            ["ownedobjects"] => Place::OwnedObjects(false),
            ["ownedobjects", "microsoft.graph.group"] => Place::OwnedObjects(true),
            ["owneddevices"] => Place::Devices(DeviceList::Owned, false),
            ["registereddevices"] => Place::Devices(DeviceList::Registered, false),
            ["owneddevices", "microsoft.graph.device"] => Place::Devices(DeviceList::Owned, true),
            ["registereddevices", "microsoft.graph.device"] => Place::Devices(DeviceList::Registered, true),
            ["authentication", "methods"] => Place::Methods,
            ["authentication", "methods", _] => Place::Method(given(2)),
            ["authentication", "methods", _, "resetpassword"] => Place::ResetPassword(given(2)),
            ["authentication", "operations", _] => Place::Operation(given(2)),
            ["authentication", "requirements"] if beta => Place::Requirements,
            ["authentication", "signinpreferences"] if beta => Place::SignInPreferences,
            ["authentication", "qrcodepinmethod"] if beta || qr_in_v1 => Place::QrCodePin,
            ["authentication", "hardwareoathmethods", _, "deactivate"] if beta => Place::Deactivate(given(2)),
            ["authentication", segment] => Place::Typed(self.kind(segment).ok_or_else(unknown)?),
            ["authentication", segment, _] => {
                Place::TypedMethod(self.kind(segment).ok_or_else(unknown)?, given(2))
            }
            _ => return Err(unknown()),
        };
        Ok(place)
    }

    /// Finds the type of a segment that this version has.
    fn kind(&self, segment: &str) -> Option<MethodKind> {
        let has = |kind: &MethodKind| {
            let known = self.version == ApiVersion::Beta || kind.version() == ApiVersion::V1;
            known
                && *kind != MethodKind::QrCodePin
                && kind.segment().is_some_and(|own| own.eq_ignore_ascii_case(segment))
        };
        MethodKind::ALL.into_iter().find(has)
    }
}

fn is_named(given: &str, name: &str) -> bool {
    given.eq_ignore_ascii_case(name)
        || name.strip_prefix('$').is_some_and(|bare| given.eq_ignore_ascii_case(bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(uri: &str) -> Result<Route, Refused> {
        Url::parse(&uri.parse().unwrap(), &HeaderMap::new())?.route(false)
    }

    #[test]
    fn users_are_named_in_every_way() {
        for (path, key) in [
            ("/v1.0/users/adele@contoso.example", "adele@contoso.example"),
            ("/v1.0/users/a%23EXT%23@contoso.example", "a#EXT#@contoso.example"),
            ("/v1.0/users/o%27neil@contoso.example", "o'neil@contoso.example"),
            ("/v1.0/users('%24s%27%27m@contoso.example')", "$s'm@contoso.example"),
            ("/v1.0/users(userPrincipalName='x@contoso.example')", "x@contoso.example"),
        ] {
            let expected = Route::User(UserKey::Key(key.to_owned()), Place::User);
            assert_eq!(route(path).unwrap(), expected, "{path}");
        }
        for bad in
            ["/v1.0/users/%24sam@contoso.example", "/v1.0/users('o'neil@contoso.example')", "/v1.0/users(x)"]
        {
            assert!(route(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_in_brackets_and_actions_with_a_namespace_are_the_same() {
        for (one, other) in [
            ("users/a/authentication/phoneMethods/x", "users('a')/authentication/phoneMethods('x')"),
            ("users/a/revokeSignInSessions", "users('a')/microsoft.graph.revokeSignInSessions"),
            (
                "users/a/authentication/methods/x/resetPassword",
                "users/a/authentication/methods('x')/graph.resetPassword",
            ),
            ("users/a/ownedDevices/graph.device", "users('a')/ownedDevices/microsoft.graph.device"),
            ("domains/x", "domains(id='x')"),
            ("me/authentication/operations/x", "me/authentication/operations('x')"),
        ] {
            let [one, other] = [one, other].map(|path| route(&format!("/v1.0/{path}")).unwrap());
            assert_eq!(one, other);
        }
        assert!(route("/v1.0/users/a/microsoft.graph.authentication/methods").is_err(), "no action");
    }

    #[test]
    fn each_version_has_its_own_paths() {
        let below =
            |version: &str, rest: &str| route(&format!("/{version}/users/x@y.example/authentication/{rest}"));
        for rest in [
            "hardwareOathMethods",
            "requirements",
            "signInPreferences",
            "qrCodePinMethod",
            "hardwareOathMethods/x/deactivate",
            "passwordlessMicrosoftAuthenticatorMethods/x",
        ] {
            assert!(below("beta", rest).is_ok() && below("v1.0", rest).is_err(), "{rest}");
        }
        for kind in MethodKind::ALL.into_iter().filter(|kind| *kind != MethodKind::QrCodePin) {
            let segment = kind.segment().unwrap();
            let Ok(Route::User(_, Place::TypedMethod(read, id))) = below("beta", &format!("{segment}/a%2Bb"))
            else {
                panic!("{segment}");
            };
            assert_eq!((read, id.as_str()), (kind, "a+b"));
        }
        assert!(route("/v2.0/users/x").is_err() && route("/v1.0/devices/x").is_err());
    }
}
