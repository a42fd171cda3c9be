//! Workload identity: a token file that is replaced, vanishes, or holds something else.

use std::path::PathBuf;

use uuid::Uuid;

use super::*;
use crate::auth::oauth::WorkloadIdentity;
use crate::error::AuthErrorKind as Kind;

/// A file that is removed in the end.
struct File(PathBuf);

impl File {
    fn new(text: &str) -> Self {
        let file = Self(std::env::temp_dir().join(format!("entra-ir-{}", Uuid::new_v4())));
        file.write(text);
        file
    }

    fn write(&self, text: &str) {
        std::fs::write(&self.0, text).unwrap();
    }

    fn credential(&self) -> WorkloadIdentity {
        WorkloadIdentity::new(TENANT, CLIENT, &self.0).unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn assertions(transport: &ScriptedTransport) -> Vec<String> {
    transport.requests().iter().map(|sent| field(sent, "client_assertion").unwrap()).collect()
}

#[tokio::test]
async fn a_replaced_token_counts_at_once() {
    let file = File::new("eyJ.first.token\n");
    let credential = file.credential();
    let (request, transport) = request(Cloud::Global, [success(), success()]);
    credential.token(&request).await.unwrap();
    file.write("eyJ.second.token");
    credential.token(&request).await.unwrap();
    assert_eq!(assertions(&transport), ["eyJ.first.token", "eyJ.second.token"]);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_being_replaced_is_read_again() {
    let file = File::new("");
    let credential = file.credential();
    let (request, transport) = request(Cloud::Global, [success()]);
    let writing = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        file.write("eyJ.late.token");
    };
    let (token, ()) = tokio::join!(credential.token(&request), writing);
    assert!(token.is_ok());
    assert_eq!(assertions(&transport), ["eyJ.late.token"]);
}

#[tokio::test(start_paused = true)]
async fn a_file_without_a_token_is_named_and_its_text_is_not() {
    let file = File::new("");
    let (error, sent) = failure(&file.credential(), []).await;
    assert_eq!((error.kind, sent), (Kind::NotAvailable, 0));
    assert!(error.reason.contains("it is empty") && error.reason.contains("entra-ir-"), "{}", error.reason);
    file.write("password = hunter2");
    let (error, _) = failure(&file.credential(), []).await;
    assert!(error.reason.contains("more than a token") && !error.reason.contains("hunter2"), "{error}");
    std::fs::remove_file(&file.0).unwrap();
    assert_eq!(failure(&file.credential(), []).await.0.kind, Kind::NotAvailable);
}

/// Answers with a refusal, and replaces the file before that.
#[derive(Debug)]
struct Replacing(ScriptedTransport, PathBuf);

#[async_trait::async_trait]
impl crate::transport::Transport for Replacing {
    async fn send(&self, request: Request) -> Result<crate::wire::Response, crate::error::TransportError> {
        std::fs::write(&self.1, "eyJ.new.token").unwrap();
        self.0.send(request).await
    }
}

#[tokio::test]
async fn a_token_that_expired_meanwhile_is_exchanged_for_the_new_one_once() {
    let expired =
        || refusal(401, "invalid_client", 700_024, "Client assertion is not within its valid time range.");
    let file = File::new("eyJ.old.token");
    let script = ScriptedTransport::new([expired(), success()]);
    let transport = Arc::new(Replacing(script.clone(), file.0.clone()));
    let request = TokenRequest::new(Cloud::Global.graph_scope(), Cloud::Global, transport);
    assert!(file.credential().token(&request).await.is_ok());
    assert_eq!(assertions(&script), ["eyJ.old.token", "eyJ.new.token"]);

    let (error, sent) = failure(&file.credential(), [expired()]).await;
    assert_eq!((error.kind, sent), (Kind::ClockSkew, 1));
    let unknown = refusal(401, "invalid_client", 700_213, "No matching federated identity record found.");
    assert_eq!(failure(&file.credential(), [unknown]).await.0.kind, Kind::UnknownFederation);
}
