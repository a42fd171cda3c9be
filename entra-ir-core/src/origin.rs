//! The scheme, host and port to which a token or a secret may be sent.

use std::fmt;

use http::Uri;
use http::uri::{Authority, Parts, Scheme};

use crate::error::{Error, Refusal, Result};
use crate::text::{cut, without_tokens};

/// A scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: Scheme,
    authority: Authority,
}

impl Origin {
    /// Reads an endpoint: https, or http on a loopback address. `what` names it in an error, and `example` is
    /// one.
    pub(crate) fn parse(what: &str, endpoint: &str, example: &str) -> Result<Self> {
        // A password may precede the host, and a secret may follow it.
        let shown = endpoint.rsplit_once('@').map_or(endpoint, |(_, host)| host);
        let (scheme, rest) = shown.split_once("://").map_or(("", shown), |(scheme, rest)| (scheme, rest));
        let host = rest.split(['/', '?', '#', ' ']).next().unwrap_or_default();
        let shown = if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") };
        let fail = |why: &str| Err(Error::Config(format!("{what} {shown:?} is not valid: {why}")));
        let give = format!("give a scheme and a host, such as {example}");
        let Ok(uri) = endpoint.parse::<Uri>() else {
            return fail(&format!("it is not a valid URL: {give}"));
        };
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return fail(&give);
        };
        if parts.path_and_query.is_some_and(|path| path.as_str() != "/") {
            return fail("give only a scheme and a host; the library adds the path");
        }
        if authority.as_str().rsplit(']').next().is_some_and(|end| end.contains(':'))
            && authority.port_u16().is_none()
        {
            return fail("its port must be a number up to 65535");
        }
        if authority.as_str().contains('@') {
            return fail("it must not contain a user name");
        }
        let origin = Self { scheme, authority };
        if origin.scheme != Scheme::HTTPS && !(origin.scheme == Scheme::HTTP && origin.is_loopback()) {
            return fail(
                "tokens and secrets are sent only over https (http is allowed for a loopback address)",
            );
        }
        Ok(origin)
    }

    /// Returns whether the endpoint is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.authority.host();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// Completes a path, or checks that an absolute address has this origin. Normalizes the host, because
    /// connections are pooled by it.
    pub(crate) fn resolve(&self, uri: &Uri) -> Result<Uri> {
        let foreign = |origin: String| {
            let origin = cut(without_tokens(&origin));
            Err(Refusal::ForeignOrigin { what: "an address in an answer of the service", origin }.into())
        };
        let is_here = match (uri.scheme(), uri.authority()) {
            (None, None) => true,
            (Some(scheme), Some(authority)) => self.is_same(scheme, authority),
            _ => false,
        };
        match uri.authority() {
            _ if is_here && uri.path().starts_with('/') => {
                let mut parts = Parts::default();
                parts.scheme = Some(self.scheme.clone());
                parts.authority = Some(self.authority.clone());
                parts.path_and_query = uri.path_and_query().cloned();
                Uri::from_parts(parts).or_else(|_| foreign(uri.path().to_owned()))
            }
            authority => foreign(authority.map_or_else(|| uri.to_string(), |host| host.host().to_owned())),
        }
    }

    fn is_same(&self, scheme: &Scheme, authority: &Authority) -> bool {
        let default = if self.scheme == Scheme::HTTPS { 443 } else { 80 };
        let port = |authority: &Authority| authority.port_u16().unwrap_or(default);
        *scheme == self.scheme
            && !authority.as_str().contains('@')
            && authority.host().eq_ignore_ascii_case(self.authority.host())
            && port(authority) == port(&self.authority)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(endpoint: &str) -> Result<Origin> {
        Origin::parse("the Graph endpoint", endpoint, "https://graph.microsoft.com")
    }

    #[test]
    fn endpoints_are_https_or_loopback() {
        for good in [
            "https://graph.microsoft.us",
            "https://graph.example:8443/",
            "http://127.0.0.1:9",
            "http://[::1]:9",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        let bad = [
            "",
            "graph.microsoft.com",
            "http://graph.microsoft.com",
            "https://x/v1.0",
            "https://u@x",
            "ftp://x",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
        ];
        for bad in bad {
            assert!(matches!(parse(bad), Err(Error::Config(_))), "{bad}");
        }
        for with_secret in ["https://x/SECRET", "https://x?SECRET", "https://x:99999", "https://x:"] {
            let told = parse(with_secret).unwrap_err().to_string();
            assert!(!told.contains("SECRET"), "{told}");
        }
        for with_password in ["https://me:hunter2@x", "https://me:hunter2@x/v1.0", "https://me:hunter2@x y"] {
            let told = parse(with_password).unwrap_err().to_string();
            assert!(told.contains("the Graph endpoint \"x") && !told.contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn addresses_elsewhere_are_refused() {
        let origin = parse("https://graph.microsoft.com").unwrap();
        let resolve = |text: &str| origin.resolve(&text.parse().unwrap()).map(|uri| uri.to_string());
        assert_eq!(resolve("/v1.0/me?a=b").unwrap(), "https://graph.microsoft.com/v1.0/me?a=b");
        let kept = "https://graph.microsoft.com/v1.0/users/x/authentication/operations/y?aadgdc=DUB02P&aadgsu=ssprprod-a";
        assert_eq!(resolve(kept).unwrap(), kept);
        for spelling in ["https://GRAPH.microsoft.com:443", "https://graph.microsoft.com:0443"] {
            assert_eq!(
                resolve(&format!("{spelling}/v1.0/me")).unwrap(),
                "https://graph.microsoft.com/v1.0/me"
            );
        }
        for bad in [
            "https://graph.microsoft.com.evil.example/v1.0",
            "http://graph.microsoft.com/v1.0",
            "https://graph.microsoft.com:444/v1.0",
            "https://u@graph.microsoft.com/v1.0",
            "graph.microsoft.com:443",
        ] {
            assert!(matches!(resolve(bad), Err(Error::Refused(_))), "{bad}");
        }
    }
}
