//! Gives a step its password, and passes what became of it to the sink.

use std::io;
use std::time::Duration;

use secrecy::SecretString;

use super::sink::{RunSecret, SecretKind, SecretSink, SecretState};
use crate::error::Result;
use crate::ids::ObjectId;
use crate::operations::{AnyOperation, AnyOutput, NewPassword, password};
use crate::receipt::Grade;

/// How long a sink may take before the password is sent without it: a vault that hangs must not delay a
/// lock-out.
const PATIENCE: Duration = Duration::from_secs(5);

async fn take(sink: &dyn SecretSink, secret: RunSecret) -> io::Result<()> {
    let taken = tokio::time::timeout(PATIENCE, sink.take(secret)).await;
    taken.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// A call with its password, which the sink has.
pub(super) struct Armed {
    pub(super) call: AnyOperation,
    account: ObjectId,
    password: Option<SecretString>,
    /// Why the sink does not have it.
    lost: Option<String>,
}

impl Armed {
    /// Makes the password that a call would generate, and passes it to the sink first: no crash loses one
    /// that is in force. A sink that fails does not stop the call.
    pub(super) async fn new(call: AnyOperation, account: ObjectId, sink: &dyn SecretSink) -> Result<Self> {
        let generates = match &call {
            AnyOperation::LockOut(lock) => matches!(lock.new_password, NewPassword::Generated),
            AnyOperation::ResetPassword(reset) => matches!(reset.new_password, NewPassword::Generated),
            _ => false,
        };
        if !generates {
            return Ok(Self { call, account, password: None, lost: None });
        }
        let made = password::generate()?;
        let call = match call {
            AnyOperation::LockOut(lock) => lock.chosen(made.clone()).into(),
            AnyOperation::ResetPassword(reset) => reset.chosen(made.clone()).into(),
            other => other,
        };
        let taken = take(sink, RunSecret::new(account, SecretKind::Password, made.clone())).await;
        let lost = taken
            .err()
            .map(|error| format!("the new password is unknown to everybody: the sink failed: {error}"));
        Ok(Self { call, account, password: Some(made), lost })
    }

    /// Passes what became of the password, or a secret that the service made, to the sink. Returns what went
    /// wrong.
    pub(super) async fn settle(&self, sent: &Result<AnyOutput>, sink: &dyn SecretSink) -> Vec<String> {
        let mut notes: Vec<_> = self.lost.iter().cloned().collect();
        let grade = match sent {
            Ok(AnyOutput::LockOut(locked)) => locked.password_grade,
            Ok(output) => output.receipt().map_or(Grade::Unknown, |receipt| receipt.grade),
            Err(error) if error.outcome_unknown() => Grade::Unknown,
            Err(_) => Grade::Refused,
        };
        let state = match grade {
            Grade::Unknown => SecretState::Pending,
            grade if grade.is_success() => SecretState::InForce,
            _ => SecretState::Void,
        };
        if state == SecretState::Pending && self.password.is_some() {
            notes.push("whether the new password is in force is unknown".into());
        }
        let own = self.password.clone().filter(|_| state != SecretState::Pending);
        let made = sent.as_ref().ok().and_then(|output| output.secret().cloned()).map(|value| {
            let kind = match &self.call {
                AnyOperation::CreateTemporaryAccessPass(_) => SecretKind::AccessPass,
                _ => SecretKind::Password,
            };
            RunSecret { state, ..RunSecret::new(self.account, kind, value) }
        });
        let own =
            own.map(|value| RunSecret { state, ..RunSecret::new(self.account, SecretKind::Password, value) });
        for secret in own.into_iter().chain(made) {
            let is_pass = secret.kind == SecretKind::AccessPass;
            let taken = take(sink, secret).await;
            if taken.is_ok() && !is_pass {
                // The sink has it now, although it failed before.
                notes.retain(|note| Some(note) != self.lost.as_ref());
            }
            if let Err(error) = taken {
                let what = if is_pass {
                    "the pass is only in this result"
                } else if self.lost.is_none() {
                    "the sink has the password as pending"
                } else {
                    continue;
                };
                notes.push(format!("{what}: the sink failed: {error}"));
            }
        }
        notes
    }
}
