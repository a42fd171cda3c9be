//! Reads the account of a write beforehand.

use super::GetUser;
use crate::error::{Error, Result};
use crate::ids::UserRef;
use crate::model::{User, UserKind};
use crate::operation::Context;
use crate::receipt::{ANSWER_REPAIRED, Mechanism, Receipt, WarningKind, Weight};
use crate::spec::OperationSpec;

/// The account could not be read beforehand.
pub const ACCOUNT_NOT_READ: WarningKind = WarningKind::new(
    "account-not-read",
    "the account could not be read beforehand, so its kind is unknown: {}",
    Weight::MayRemain("the kind of account is unknown"),
);

/// Graph does not list every method of a customer account.
pub const CUSTOMER_METHODS_UNSEEN: WarningKind = WarningKind::new(
    "customer-methods-unseen",
    "this is a local account of a customer tenant (B2C): Graph does not list every method that it signs in with, so others may remain",
    Weight::MayRemain("others may remain"),
);

/// Holds an account, or the reason why it could not be read.
#[derive(Debug)]
pub(super) struct Account {
    /// How writes name it: by object id, or by the given name if it could not be read.
    pub(super) target: UserRef,
    /// How the caller named it.
    asked: UserRef,
    read: Result<User, String>,
    /// Whether the caller passed it: its times may be old.
    is_handed: bool,
}

/// How much of an account's methods Graph shows. Only if it shows all, a method that is not shown does not
/// exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MethodsShown {
    /// All.
    All,
    /// Not all: a customer account.
    Some,
    /// The account could not be read, for this reason.
    Unknown(String),
}

impl MethodsShown {
    /// Adds a warning to a receipt, if it is not all.
    pub(super) fn warn(&self, receipt: &mut Receipt) {
        match self {
            Self::All => {}
            Self::Some => receipt.warn(&CUSTOMER_METHODS_UNSEEN),
            Self::Unknown(reason) => receipt.warn(ACCOUNT_NOT_READ.with(reason)),
        }
    }
}

impl Account {
    /// Reads the account, unless the caller passed it. A refusal by Graph leaves it unknown: an urgent write
    /// is done all the same, with a warning.
    ///
    /// # Errors
    /// If there was no answer at all, or no such user: then the write cannot succeed either.
    pub(super) async fn read(context: &Context, user: UserRef) -> Result<Self> {
        match context.known(&user) {
            Some(known) => Ok(Self { target: user.clone(), asked: user, read: Ok(known), is_handed: true }),
            None => Self::read_again(context, user).await,
        }
    }

    /// Reads the account, even if the caller passed it: for decisions that depend on its state just before
    /// the write.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub(super) async fn read_again(context: &Context, user: UserRef) -> Result<Self> {
        match context.read(&GetUser { user: user.clone() }).await {
            Ok(read) => {
                context.note_account(&read);
                Ok(Self { target: read.reference(), asked: user, read: Ok(read), is_handed: false })
            }
            Err(error) if leaves_unknown(&error) => {
                Ok(Self { target: user.clone(), asked: user, read: Err(error.to_string()), is_handed: false })
            }
            Err(error) => Err(error),
        }
    }

    /// Returns the account, if it could be read.
    pub(super) fn user(&self) -> Option<&User> {
        self.read.as_ref().ok()
    }

    /// Returns the state of the account just before the write; `None` if unknown. An account that was passed
    /// may have changed before the write.
    pub(super) fn before(&self) -> Option<&User> {
        self.user().filter(|_| !self.is_handed)
    }

    /// Returns why the account could not be read.
    pub(super) fn unread(&self) -> Option<&str> {
        self.read.as_ref().err().map(String::as_str)
    }

    /// Returns the kind of account, if known.
    pub(super) fn kind(&self) -> Option<UserKind> {
        self.user().map(User::kind)
    }

    /// Returns how much of its methods Graph shows.
    pub(super) fn methods_shown(&self) -> MethodsShown {
        match &self.read {
            Ok(user) if user.kind() == UserKind::Customer => MethodsShown::Some,
            Ok(_) => MethodsShown::All,
            Err(reason) => MethodsShown::Unknown(reason.clone()),
        }
    }

    /// Opens a receipt for it, with a warning if it could not be read.
    pub(super) fn receipt(&self, spec: &'static OperationSpec, mechanism: Mechanism) -> Receipt {
        self.noted_in(Receipt::new(spec, &self.target, mechanism))
    }

    /// Notes in a receipt how the account was asked for and when it was read, with a warning if it could not
    /// be read.
    pub(super) fn noted_in(&self, receipt: Receipt) -> Receipt {
        let mut receipt = receipt.asked_for(&self.asked);
        receipt.account_read_at = self.user().and_then(User::read_at);
        if let Some(reason) = self.unread() {
            receipt.warn(ACCOUNT_NOT_READ.with(reason));
        }
        if self.user().is_some_and(|user| user.repaired) {
            receipt.warn(&ANSWER_REPAIRED);
        }
        receipt
    }
}

/// Opens a receipt for a write that needs the object id alone, which is looked up if a name was given, and
/// returns how the write names the account.
///
/// # Errors
/// As for [`Account::read`].
pub(super) async fn receipt_for(
    context: &Context,
    user: UserRef,
    spec: &'static OperationSpec,
    mechanism: Mechanism,
) -> Result<(UserRef, Receipt)> {
    match user {
        UserRef::Id(_) => {
            let receipt = Receipt::new(spec, &user, mechanism);
            Ok((user, receipt))
        }
        UserRef::Name(_) => {
            let account = Account::read(context, user).await?;
            let receipt = account.receipt(spec, mechanism);
            Ok((account.target, receipt))
        }
    }
}

/// Returns whether an error of the read before a write leaves the object unknown: no answer at all, and one
/// that there is no such object, end the operation.
pub(super) fn leaves_unknown(error: &Error) -> bool {
    match error {
        Error::Graph(graph) => graph.status != http::StatusCode::NOT_FOUND,
        Error::Decode { .. } => true,
        _ => false,
    }
}
