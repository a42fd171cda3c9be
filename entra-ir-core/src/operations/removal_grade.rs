//! The grade of a removal of methods, and the methods that still sign in.

use super::account::ACCOUNT_NOT_READ;
use super::delete_method::METHODS_GO_SESSIONS_STAY;
use super::methods_deleted::{MethodsDeleted, Outcome};
use crate::model::{AuthenticationMethod, MethodDetail, MethodKind};
use crate::receipt::{Grade, WarningKind, Weight};

/// Whether the default method was changed is unknown.
pub const DEFAULT_UNKNOWN: WarningKind = WarningKind::new(
    "default-unknown",
    "whether the mobile number was made the default method is unknown: {}",
    Weight::Harmless,
);

/// Methods that sign in by themselves remain.
pub const STILL_SIGNS_IN: WarningKind = WarningKind::new(
    "still-signs-in",
    "these methods still sign in with nothing else: {}; no re-registration is asked for until a Temporary Access Pass is issued",
    Weight::InVain("not all is gone"),
);

/// No listed method is required by registration.
pub const REGISTRATION_OPEN: WarningKind = WarningKind::new(
    "registration-open",
    "no method that is listed counts as MFA: whoever knows the password, or holds a session, registers a new one; block_sign_in, or create_temporary_access_pass for the rightful user, next",
    Weight::MayRemain("registration is open"),
);

/// How much the list at the beginning showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    /// Whether it was complete.
    pub(super) whole: bool,
    /// Whether a type in the scope was refused.
    pub(super) types_unread: bool,
    /// Whether sign-in was blocked.
    pub(super) blocked: bool,
}

/// Warns about what still signs in, and sets the grade.
pub(super) fn conclude(deleted: &mut MethodsDeleted, listed: Vec<AuthenticationMethod>, before: Before) {
    let gone = |method: &AuthenticationMethod| {
        let of = deleted.methods.iter().find(|of| of.id == method.id);
        of.is_some_and(|of| of.outcome.is_closed() || of.outcome == Outcome::WouldRemove)
    };
    let left = match &deleted.remaining {
        Some(remaining) => remaining.clone(),
        // Not read back: the earlier methods without the removed ones.
        None => listed.into_iter().filter(|method| !gone(method)).collect(),
    };
    let alone = left.iter().filter(|method| method.signs_in_alone() && method.kind != MethodKind::Password);
    let alone: Vec<String> = alone.map(AuthenticationMethod::label).collect();
    if !alone.is_empty() {
        deleted.receipt.warn(STILL_SIGNS_IN.with(alone.join(", ")));
    }
    let sent = !deleted.receipt.exchanges.is_empty();
    if sent {
        deleted.receipt.warn(&METHODS_GO_SESSIONS_STAY);
        if !before.blocked && !left.iter().any(|method| asks_for(deleted, method)) {
            deleted.receipt.warn(&REGISTRATION_OPEN);
        }
    }
    deleted.receipt.grade = grade(deleted, before);
}

/// Returns whether registration of a new method may require this one.
fn asks_for(deleted: &MethodsDeleted, method: &AuthenticationMethod) -> bool {
    let deactivated =
        deleted.methods.iter().any(|of| of.id == method.id && of.outcome == Outcome::Deactivated);
    let works = match &method.detail {
        MethodDetail::TemporaryAccessPass(pass) => pass.may_work(),
        _ => !deactivated,
    };
    works && method.kind.counts_as_mfa() != Some(false)
}

/// Returns the grade: of many steps the worst one counts. The result claims nothing else about the whole.
fn grade(deleted: &MethodsDeleted, before: Before) -> Grade {
    let receipt = &deleted.receipt;
    let any = |outcome: fn(&Outcome) -> bool| deleted.methods.iter().any(|of| outcome(&of.outcome));
    let sent = !receipt.exchanges.is_empty();
    let shown = deleted.is_closed_as_shown();
    let closed = shown && !receipt.has(&ACCOUNT_NOT_READ);
    if receipt.is_dry_run() {
        Grade::NotSent
    } else if any(|outcome| matches!(outcome, Outcome::Unknown(_) | Outcome::StillListed))
        || receipt.has(&DEFAULT_UNKNOWN) && !shown
    {
        Grade::Unknown
    } else if any(|outcome| matches!(outcome, Outcome::Refused(_))) {
        Grade::Refused
    } else if any(|outcome| matches!(outcome, Outcome::NotTried(_))) || before.types_unread {
        Grade::Unknown
    } else if sent && closed && !any(|outcome| *outcome == Outcome::Deactivated) {
        Grade::Confirmed
    } else if sent {
        Grade::Accepted
    } else if closed {
        Grade::NothingToDo
    } else if before.whole && !deleted.methods.iter().all(|of| deleted.is_settled(of)) {
        // What is left cannot be removed by Graph, or has no date.
        Grade::NotSent
    } else if shown {
        // Nothing is listed, but the kind of account is unknown, so there may be more.
        Grade::Accepted
    } else {
        Grade::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::super::account::CUSTOMER_METHODS_UNSEEN;
    use super::super::delete_method::DELETE_EACH_METHOD;
    use super::super::delete_methods::SPEC;
    use super::super::methods_deleted::tests::method;
    use super::super::methods_deleted::{MethodOutcome, MethodScope, PARTIAL_LIST};
    use super::*;
    use crate::receipt::{Exchange, Receipt, Warning};

    /// The remaining methods after these outcomes, for a scope of everything.
    fn deleted(outcomes: &[Outcome], sent: bool) -> MethodsDeleted {
        let user = "x@contoso.example".parse().unwrap();
        let mut receipt = Receipt::new(&SPEC, &user, DELETE_EACH_METHOD);
        if sent {
            receipt.accepted(Exchange {
                method: "DELETE".into(),
                path: "/".into(),
                status: Some(204),
                code: None,
                request_id: None,
                client_request_id: None,
                server_date: None,
                attempts: 1,
                caller: None,
            });
        }
        let of = |(number, outcome): (usize, &Outcome)| {
            let method = method("fido2", &number.to_string());
            MethodOutcome { id: method.id.clone(), method: Some(method), outcome: outcome.clone() }
        };
        let methods: Vec<_> = outcomes.iter().enumerate().map(of).collect();
        let is_left = |of: &&MethodOutcome| !of.outcome.is_closed() || of.outcome == Outcome::Deactivated;
        let remaining = methods.iter().filter(is_left).filter_map(|of| of.method.clone()).collect();
        MethodsDeleted {
            receipt,
            scope: MethodScope::AllRemovable.into(),
            methods,
            remaining: Some(remaining),
        }
    }

    #[test]
    fn a_result_and_its_receipt_claim_the_same_and_no_more_than_was_seen() {
        let why = String::new;
        let all = [
            Outcome::Removed,
            Outcome::AlreadyGone,
            Outcome::Deactivated,
            Outcome::StillListed,
            Outcome::Refused(why()),
            Outcome::Unknown(why()),
            Outcome::NotRemovable,
            Outcome::UnknownType,
            Outcome::UnknownAge,
            Outcome::NotTried(why()),
        ];
        let ones = all.iter().map(|one| vec![one.clone()]);
        let pairs = all.iter().flat_map(|one| all.iter().map(|other| vec![one.clone(), other.clone()]));
        let notes = [
            None,
            Some(ACCOUNT_NOT_READ.with(why())),
            Some(Warning::from(&CUSTOMER_METHODS_UNSEEN)),
            Some(DEFAULT_UNKNOWN.with(why())),
            Some(Warning::from(&PARTIAL_LIST)),
        ];
        for outcomes in ones.chain(pairs).chain([Vec::new()]) {
            for (sent, types_unread, note) in [false, true]
                .iter()
                .flat_map(|sent| [false, true].map(|unread| (*sent, unread)))
                .flat_map(|(sent, unread)| notes.iter().map(move |note| (sent, unread, note.clone())))
            {
                let mut deleted = deleted(&outcomes, sent);
                deleted.receipt.warnings.extend(note.clone());
                let whole = !types_unread && !note.as_ref().is_some_and(|of| of.is(&PARTIAL_LIST));
                conclude(&mut deleted, Vec::new(), Before { whole, types_unread, blocked: false });
                let grade = deleted.receipt.grade;
                let told = format!("{outcomes:?} {sent} {types_unread} {note:?}: {grade}");
                let json = serde_json::to_value(&deleted).unwrap();
                for claim in ["is_success", "is_complete"] {
                    assert_eq!(json[claim], json["receipt"][claim], "{told}");
                }
                assert_eq!(json["is_success"], deleted.receipt.is_success(), "{told}");
                assert_eq!(json["is_complete"], deleted.receipt.is_complete(), "{told}");
                let any = |these: fn(&Outcome) -> bool| outcomes.iter().any(these);
                let open = any(|of| {
                    matches!(
                        of,
                        Outcome::StillListed
                            | Outcome::Refused(_)
                            | Outcome::Unknown(_)
                            | Outcome::NotTried(_)
                    )
                });
                assert!(!deleted.is_success() || !open && !types_unread, "{told}");
                let gone = !any(|of| !matches!(of, Outcome::Removed | Outcome::AlreadyGone));
                let seen = note.is_none() || note.as_ref().is_some_and(|of| of.is(&DEFAULT_UNKNOWN));
                // A token is deactivated only by a request.
                let possible = sent || !any(|of| *of == Outcome::Deactivated);
                if possible {
                    assert_eq!(deleted.is_complete(), gone && seen && !types_unread, "{told}");
                }
                let cannot = any(|of| {
                    matches!(of, Outcome::NotRemovable | Outcome::UnknownType | Outcome::UnknownAge)
                });
                assert!(grade != Grade::NotSent || cannot && !sent, "{told}");
            }
        }
    }
}
