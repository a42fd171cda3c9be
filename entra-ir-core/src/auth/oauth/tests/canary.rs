//! No secret of any way is in its `Debug`, in an error, or in the stored form of one.

use secrecy::SecretString;

use super::*;
use crate::auth::oauth::managed_identity::Place;
use crate::auth::oauth::{
    AzureCli, Chain, ClientCertificate, ClientSecret, DeviceCode, ManagedIdentity, WorkloadIdentity,
};
use crate::error::Error;

const SECRET: &str = "canary-secret-0123456789";

/// Echoes what was sent, as a broken proxy does, in every place that an error quotes.
#[derive(Debug)]
struct Echo(u16);

#[async_trait::async_trait]
impl crate::transport::Transport for Echo {
    async fn send(&self, request: Request) -> Result<crate::wire::Response, crate::error::TransportError> {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let decoded = percent_encoding::percent_decode_str(&body).decode_utf8_lossy().into_owned();
        let text = format!("{} {body} {decoded} {:?}", request.uri(), request.headers());
        let body = json!({ "error": "invalid_request", "error_description": text, "message": text });
        Ok(crate::transport::graph_answer(self.0, body.to_string()))
    }
}

#[tokio::test(start_paused = true)]
async fn no_secret_is_shown() {
    let password = SecretString::from("correct-horse");
    let file = std::env::temp_dir().join(format!("entra-ir-canary-{}", uuid::Uuid::new_v4()));
    std::fs::write(&file, SECRET).unwrap();
    let pfx = include_bytes!("fixtures/modern.pfx");
    let all: Vec<Arc<dyn TokenProvider>> = vec![
        Arc::new(ClientSecret::new(TENANT, CLIENT, SECRET).unwrap()),
        Arc::new(ClientCertificate::from_pfx(TENANT, CLIENT, pfx, Some(&password)).unwrap()),
        Arc::new(WorkloadIdentity::new(TENANT, CLIENT, &file).unwrap()),
        Arc::new(DeviceCode::new(TENANT, CLIENT, |_| ()).unwrap()),
        Arc::new(ManagedIdentity::new()),
        Arc::new(ManagedIdentity {
            client_id: None,
            place: Place::App { endpoint: "http://127.0.0.1/msi".into(), secret: SECRET.into() },
        }),
        Arc::new(AzureCli::new()),
        Arc::new(Chain::new().then(ClientSecret::new(TENANT, CLIENT, SECRET).unwrap())),
    ];
    for credential in &all {
        let mut shown = vec![format!("{credential:?}")];
        for status in [200, 400, 403, 500] {
            let transport = Arc::new(Echo(status));
            let request = TokenRequest::new(Cloud::Global.graph_scope(), Cloud::Global, transport);
            if credential.name() == "Azure CLI" {
                continue;
            }
            let error: Error = credential.token(&request).await.unwrap_err();
            shown.push(format!("{error} {error:?} {}", error.advice()));
            shown.push(serde_json::to_string(&error).unwrap());
            shown.push(format!("{request:?}"));
        }
        for text in shown {
            assert!(!text.contains("canary-secret") && !text.contains("correct-horse"), "{text}");
            assert!(!text.contains("BEGIN") && !text.contains("eyJ"), "{text}");
        }
    }
    std::fs::remove_file(&file).unwrap();
}
