//! Which application signs in to which tenant, and which authority issues its tokens.

use crate::auth::TokenRequest;
use crate::error::{Error, Result};
use crate::ids::ObjectId;
use crate::origin::Origin;

/// An application in a tenant. The authority is that of the client's cloud, unless another one is set.
#[derive(Clone, Debug)]
pub(super) struct Application {
    tenant: String,
    pub(super) client_id: String,
    authority: Option<Origin>,
    /// Whether the tokens are for continuous access evaluation.
    pub(super) cae: bool,
}

impl Application {
    /// Checks the tenant and the client id. An error does not show them: one of them may be a secret in the
    /// wrong place.
    pub(super) fn new(tenant: &str, client_id: &str) -> Result<Self> {
        let client_id = client_id.parse::<ObjectId>().map_err(|_| {
            Error::Config(
                "the client id is not valid: give the application (client) id, a GUID such as \
                3b41c05e-73a1-43b7-86d7-ed8409f55900"
                    .into(),
            )
        })?;
        Ok(Self {
            tenant: checked_tenant(tenant)?,
            client_id: client_id.to_string(),
            authority: None,
            cae: true,
        })
    }

    /// Sets another authority than the cloud's.
    pub(super) fn at(mut self, authority: &str) -> Result<Self> {
        let origin = Origin::parse("the authority", authority, "https://login.microsoftonline.com")?;
        self.authority = Some(origin);
        Ok(self)
    }

    /// Returns the tenant's id; `None` if it is named by a domain.
    pub(super) fn tenant_id(&self) -> Option<ObjectId> {
        self.tenant.parse().ok()
    }

    /// Returns the address of an endpoint: `token` or `devicecode`.
    ///
    /// Source: "Microsoft identity platform and OAuth 2.0 client credentials flow".
    pub(super) fn endpoint(&self, request: &TokenRequest, name: &str) -> String {
        let tenant = &self.tenant;
        match &self.authority {
            Some(origin) => format!("{origin}/{tenant}/oauth2/v2.0/{name}"),
            None => format!("{}/{tenant}/oauth2/v2.0/{name}", request.cloud.login_endpoint()),
        }
    }
}

/// Checks the id or the domain of a tenant.
pub(super) fn checked_tenant(tenant: &str) -> Result<String> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_domain = tenant.len() <= 253 && tenant.contains('.') && tenant.split('.').all(is_label);
    match tenant.parse::<ObjectId>() {
        Ok(id) => Ok(id.to_string()),
        Err(_) if is_domain => Ok(tenant.to_ascii_lowercase()),
        Err(_) => Err(Error::Config(
            "the tenant is not valid: give its id, a GUID, or a domain of it, such as \
            contoso.onmicrosoft.com"
                .into(),
        )),
    }
}

#[cfg(all(test, feature = "test-util"))]
mod tests {
    use super::*;
    use crate::auth::oauth::tests::{CLIENT, TENANT, request};
    use crate::cloud::Cloud;

    #[test]
    fn ids_are_checked_before_anything_is_sent_and_not_shown() {
        for tenant in [TENANT, "contoso.onmicrosoft.com", "Contoso.example", &TENANT.to_uppercase()] {
            assert!(Application::new(tenant, CLIENT).is_ok(), "{tenant}");
        }
        let bad = [
            ("common", CLIENT),
            ("", CLIENT),
            ("contoso.example/../x", CLIENT),
            ("contoso.example?", CLIENT),
            ("a..b", CLIENT),
            ("-a.b", CLIENT),
            ("S3cret~Value.x/y", CLIENT),
            (TENANT, ""),
            (TENANT, "S3cret~Value"),
            (TENANT, "{3b41c05e-73a1-43b7-86d7-ed8409f55900}"),
        ];
        for (tenant, client_id) in bad {
            let error = Application::new(tenant, client_id).unwrap_err();
            assert!(matches!(error, Error::Config(_)), "{tenant} {client_id}");
            assert!(!error.to_string().contains("S3cret"), "{error}");
        }
    }

    #[test]
    fn each_cloud_has_its_authority_and_another_one_can_be_set() {
        let application = Application::new(TENANT, CLIENT).unwrap();
        let hosts = Cloud::ALL.map(|cloud| application.endpoint(&request(cloud, []).0, "token"));
        assert!(hosts[0].starts_with("https://login.microsoftonline.com/"), "{hosts:?}");
        assert!(hosts[1].starts_with("https://login.microsoftonline.us/"), "{hosts:?}");
        assert_eq!(hosts[1], hosts[2]);
        assert!(hosts[3].starts_with("https://login.partner.microsoftonline.cn/"), "{hosts:?}");
        let other = application.clone().at("http://127.0.0.1:8080/").unwrap();
        assert_eq!(
            other.endpoint(&request(Cloud::Global, []).0, "devicecode"),
            format!("http://127.0.0.1:8080/{TENANT}/oauth2/v2.0/devicecode")
        );
        for bad in ["http://login.example", "login.example", "https://login.example/tenant"] {
            assert!(matches!(application.clone().at(bad), Err(Error::Config(_))), "{bad}");
        }
    }
}
