//! A token, a password and a pass, planted everywhere, appear in nothing that can be printed.

use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex};

use entra_ir_core::operations::MethodScope;
use entra_ir_core::simulator::{Fault, NewUser};
use entra_ir_core::{Client, Error, Guard, SimulatedTenant};
use entra_ir_tests::{client_of, client_of_faulty};
use http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

const ADELE: &str = "adele@contoso.example";
const ALEX: &str = "alex@contoso.example";
const TOKEN: &str = "canary-token";
const PASSWORD: &str = "Canary-Passphrase-99";

/// Collects everything that is printed.
#[derive(Clone, Debug, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Printed {
    fn add(&self, text: impl AsRef<str>) {
        self.clone().write_all(text.as_ref().as_bytes()).unwrap();
    }

    fn debug(&self, value: &impl Debug) {
        self.add(format!("{value:?}{value:#?}\n"));
    }

    fn json(&self, value: &impl serde_json::value::Index, of: &serde_json::Value) {
        self.add(of.get(value).map(ToString::to_string).unwrap_or_default());
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Printed {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn error(printed: &Printed, error: &Error) {
    printed.debug(error);
    printed.add(format!("{error}\n{}\n", error.advice()));
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        printed.add(format!("{cause}{cause:?}"));
        source = cause.source();
    }
}

/// Does everything that touches a secret, and prints all there is to print. Returns the secrets that were
/// made.
async fn everything(client: &Client, printed: &Printed) -> Vec<SecretString> {
    let mut secrets = Vec::new();
    printed.debug(client);
    let call = client.reset_password(ADELE).chosen(PASSWORD.into());
    printed.debug(&call);
    for reset in [
        call.await,
        client.reset_password(ADELE).await,
        client.reset_password(ALEX).await,
        client.reset_password(ADELE).generated_by_entra().await,
    ] {
        match reset {
            Ok(reset) => {
                printed.debug(&reset);
                printed.add(reset.receipt.to_string());
                printed.add(json!(reset).to_string());
                secrets.extend(reset.password);
            }
            Err(failed) => error(printed, &failed),
        }
    }
    match client.create_temporary_access_pass(ADELE).await {
        Ok(made) => {
            printed.debug(&made);
            printed.add(json!(made).to_string());
            printed.add(made.receipt.to_string());
            secrets.extend(made.pass);
        }
        Err(failed) => error(printed, &failed),
    }
    match client.delete_methods(ADELE, MethodScope::AllRemovable).await {
        Ok(deleted) => {
            printed.debug(&deleted);
            printed.add(json!(deleted).to_string());
        }
        Err(failed) => error(printed, &failed),
    }
    match client.list_methods(ADELE).include_beta().await {
        Ok(list) => {
            printed.debug(&list);
            printed.json(&"methods", &json!(list));
        }
        Err(failed) => error(printed, &failed),
    }
    secrets
}

#[test]
fn secrets_appear_in_nothing_that_can_be_printed() {
    let _alone = crate::alone();
    let printed = Printed::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(printed.clone())
        .finish();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let mut secrets = vec![SecretString::from(TOKEN), SecretString::from(PASSWORD)];
    tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let good = SimulatedTenant::contoso();
            let client = client_of(&good).build().unwrap();
            secrets.extend(everything(&client, &printed).await);
            printed.debug(&good);
            printed.debug(&good.exchanges());
            secrets.extend(
                [good.password_of(ADELE), good.password_of(ALEX), good.access_pass_of(ADELE)]
                    .into_iter()
                    .flatten(),
            );

            let dry = client_of(&good).guard(Guard::dry_run()).build().unwrap();
            everything(&dry, &printed).await;

            for fault in
                [Fault::dropped().after_effect(), Fault::truncated(), Fault::status(500), Fault::html(403)]
            {
                let bad = SimulatedTenant::contoso();
                bad.inject(fault.clone().on_method(Method::POST).always());
                bad.inject(fault.on_method(Method::PATCH).always());
                let client = client_of_faulty(&bad).build().unwrap();
                everything(&client, &printed).await;
                secrets.extend(
                    [bad.password_of(ADELE), bad.password_of(ALEX), bad.access_pass_of(ADELE)]
                        .into_iter()
                        .flatten(),
                );
                printed.debug(&bad);
                printed.debug(&bad.exchanges());
            }
            printed.debug(&NewUser::cloud("x@contoso.example").password(PASSWORD));
        });
    });
    let text = printed.text();
    assert!(
        text.contains("graph.call") && text.contains("reset_password") && text.len() > 10_000,
        "nothing was printed"
    );
    assert!(secrets.len() > 8, "{} secrets", secrets.len());
    for secret in secrets {
        let secret = secret.expose_secret();
        assert!(!text.contains(secret), "a secret of {} characters was printed", secret.len());
    }
}
