//! The token of the account that is signed in to Azure CLI.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use serde_json::{Map, Value};
use tokio::process::Command;

use super::answer::{check, seconds};
use super::application::checked_tenant;
use super::refusal::{kind_of, named_codes};
use crate::auth::{AccessToken, TokenProvider, TokenRequest};
use crate::error::{AuthError, AuthErrorKind, Result};
use crate::text::{cut, without_tokens};

/// The program. On Windows it is a batch file.
const PROGRAM: &str = if cfg!(windows) { "az.cmd" } else { "az" };

/// How long the program may take: it starts slowly.
const PATIENCE: Duration = Duration::from_secs(60);

/// Takes the token of the account that is signed in to Azure CLI (`az login`), to look around and to lock an
/// account out.
///
/// Azure CLI is an application of Microsoft with fixed delegated permissions. They suffice to read users and
/// the logs, to block an account, to reset a password and to revoke sessions, as far as the roles of the
/// person reach. They hold nothing for authentication methods and passes: those operations are refused with
/// 403, and need an application of your own (`docs/sign-in.md` of the repository). The token cannot carry a
/// claims challenge: where one comes, the error names what `az login` has to request.
///
/// The program runs for each token, at most for a minute. It needs a runtime of tokio with I/O
/// (`enable_all`).
///
/// Source: [az account
/// get-access-token](https://learn.microsoft.com/cli/azure/account#az-account-get-access-token); the
/// permissions are those that its tokens were seen to hold.
///
/// ```
/// use entra_ir_core::AzureCli;
///
/// # fn main() -> Result<(), entra_ir_core::Error> {
/// let credential = AzureCli::new().tenant("contoso.onmicrosoft.com")?;
/// # drop(credential);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AzureCli {
    pub(super) program: OsString,
    pub(super) tenant: Option<String>,
}

impl AzureCli {
    /// Takes the tenant that Azure CLI is signed in to.
    pub fn new() -> Self {
        Self { program: PROGRAM.into(), tenant: None }
    }

    /// Sets the tenant, by its id or a domain.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) if it is not valid.
    pub fn tenant(mut self, tenant: &str) -> Result<Self> {
        self.tenant = Some(checked_tenant(tenant)?);
        Ok(self)
    }

    async fn run(&self, scope: &str) -> Result<Vec<u8>> {
        let mut command = Command::new(&self.program);
        command.args(["account", "get-access-token", "--output", "json", "--scope", scope]);
        if let Some(tenant) = &self.tenant {
            command.args(["--tenant", tenant]);
        }
        command.stdin(Stdio::null()).kill_on_drop(true);
        let output = match tokio::time::timeout(PATIENCE, command.output()).await {
            Ok(Ok(output)) => output,
            Ok(Err(error)) if error.kind() == ErrorKind::NotFound => {
                return Err(fail(AuthErrorKind::NotAvailable, "Azure CLI (az) is not installed here"));
            }
            Ok(Err(error)) => {
                let reason = format!("Azure CLI (az) could not be started: {error}");
                return Err(fail(AuthErrorKind::NotAvailable, &reason));
            }
            Err(_) => {
                return Err(fail(AuthErrorKind::Unreachable, "Azure CLI (az) gave no token within a minute"));
            }
        };
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(refused(&String::from_utf8_lossy(&output.stderr)))
    }
}

impl Default for AzureCli {
    fn default() -> Self {
        Self::new()
    }
}

/// Names what to do after an error of the program.
fn refused(said: &str) -> crate::Error {
    let known = named_codes(said).find_map(|code| Some((code, kind_of(code)?)));
    let kind = match known {
        Some((_, kind)) => kind,
        None if said.contains("az login") => AuthErrorKind::InteractionRequired,
        None => AuthErrorKind::Other,
    };
    let first = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing");
    let mut error = AuthError::new(kind, cut(without_tokens(&format!("Azure CLI gave no token: {first}"))));
    error.code = known.map(|(code, _)| code).or_else(|| named_codes(said).next());
    error.into()
}

fn fail(kind: AuthErrorKind, reason: &str) -> crate::Error {
    AuthError::new(kind, reason).into()
}

#[async_trait]
impl TokenProvider for AzureCli {
    async fn token(&self, request: &TokenRequest) -> Result<AccessToken> {
        if let Some(claims) = &request.claims {
            let reason = "Microsoft Graph asks for a token with other claims, which Azure CLI cannot request: \
                sign in to it again";
            let error = AuthError::new(AuthErrorKind::InteractionRequired, reason);
            return Err(error.claims(claims.clone()).into());
        }
        let output = self.run(&request.scope).await?;
        let body: Map<String, Value> = serde_json::from_slice(&output)
            .map_err(|_| fail(AuthErrorKind::NotUnderstood, "Azure CLI printed what is not JSON"))?;
        let token = body
            .get("accessToken")
            .and_then(Value::as_str)
            .ok_or_else(|| fail(AuthErrorKind::NotUnderstood, "Azure CLI printed no access token"))?;
        check(token, request, self.tenant.as_deref().and_then(|tenant| tenant.parse().ok()))?;
        // Older versions have only `expiresOn`, in local time without its offset.
        let expires_on = seconds(&body, "expires_on").map(|seconds| SystemTime::UNIX_EPOCH + seconds);
        Ok(AccessToken::new(token, expires_on))
    }

    fn patience(&self) -> Duration {
        PATIENCE + Duration::from_secs(5)
    }

    fn name(&self) -> &'static str {
        "Azure CLI"
    }
}
