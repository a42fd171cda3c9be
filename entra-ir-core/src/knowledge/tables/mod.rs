//! What each action does, as tables: on sessions, on methods, for kinds of accounts, and what it opens. Each
//! cell names its source.

mod accounts;
#[cfg(test)]
mod findings;
mod methods;
mod openings;
mod sessions;
mod written;

pub use accounts::ON_ACCOUNTS;
pub use methods::ON_METHODS;
pub use openings::{OPENINGS, Opened, Opening};
pub use sessions::ON_SESSIONS;
pub use written::{EffectOn, EffectTable, Effects, effects};

use super::account::{AccountKind, Reach};
use super::action::Action;
use super::claim::{Cell, Fate, Strength};
use super::token::TokenClass;
use crate::model::MethodKind;

/// One row of a table: an action, and a cell for each column.
#[derive(Clone, Copy, Debug)]
pub struct Row<T: 'static, const N: usize> {
    /// The action.
    pub action: Action,
    /// The cells, in the order of the columns.
    pub cells: [Cell<T>; N],
}

/// Declares a table in its printed form: one action per line.
macro_rules! table {
    ($($action:ident: $cells:expr;)+) => {
        &[$(crate::knowledge::tables::Row { action: crate::knowledge::Action::$action, cells: $cells }),+]
    };
}
use table;

fn cell<T: Strength, const N: usize>(table: &[Row<T, N>], action: Action, column: Option<usize>) -> Cell<T> {
    let row = table.iter().find(|row| row.action == action);
    row.zip(column).and_then(|(row, column)| row.cells.get(column).copied()).unwrap_or(Cell::new(&[]))
}

impl Action {
    /// Returns the claims about a class of token.
    ///
    /// ```
    /// use entra_ir_core::knowledge::{Action, Fate, TokenClass};
    /// let reset = Action::ResetPasswordEntraAdminCenter;
    /// assert_eq!(reset.on_session(TokenClass::PasswordCookie).weakest().effect, Fate::Ended);
    /// assert_eq!(reset.on_session(TokenClass::OtherCookie).weakest().effect, Fate::Survives);
    /// ```
    pub fn on_session(self, class: TokenClass) -> Cell<Fate> {
        cell(ON_SESSIONS, self, TokenClass::ALL.iter().position(|column| *column == class))
    }

    /// Returns the claims about a type of method; for the password, about the old one. An unknown type has no
    /// known effect.
    pub fn on_method(self, kind: &MethodKind) -> Cell<Fate> {
        cell(ON_METHODS, self, MethodKind::ALL.iter().position(|column| column == kind))
    }

    /// Returns the claims about whether it applies to a kind of account.
    pub fn on_account(self, kind: AccountKind) -> Cell<Reach> {
        cell(ON_ACCOUNTS, self, AccountKind::ALL.iter().position(|column| *column == kind))
    }

    /// Returns what it opens, if anything.
    pub fn opening(self) -> Option<&'static Opening> {
        OPENINGS.iter().find(|opening| opening.action == self)
    }

    /// Returns whether it ends every session that can obtain new access tokens.
    pub fn ends_all_sessions(self) -> bool {
        TokenClass::RENEWING.iter().all(|class| self.on_session(*class).weakest().effect == Fate::Ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::claim::Claim;
    use crate::knowledge::{Confidence, source};

    fn check<T: Strength + PartialEq, const N: usize>(table: &'static [Row<T, N>]) {
        let actions: Vec<_> = table.iter().map(|row| row.action).collect();
        assert_eq!(actions, Action::all().collect::<Vec<_>>(), "one row for each action, in their order");
        for row in table {
            for (column, cell) in row.cells.iter().enumerate() {
                assert!(!cell.claims().is_empty(), "{} {column}: empty", row.action);
                for claim in cell.claims() {
                    has_a_source(claim, row.action);
                }
            }
        }
    }

    fn has_a_source<T: Strength + PartialEq>(claim: &Claim<T>, action: Action) {
        assert!(source::ALL.contains(&claim.source), "{action}: {}", claim.source);
        let page = claim.source.is_page_of_microsoft();
        match claim.confidence {
            Confidence::Documented => assert!(page, "{action}: documented where?"),
            Confidence::Observed => assert!(!page || claim.source == source::REFRESH_TOKENS, "{action}"),
            Confidence::Inferred => {}
        }
        assert!(!claim.note.contains("no page"), "{action}: that would claim a search: {}", claim.note);
        if claim.effect == T::UNKNOWN {
            assert!(!claim.note.is_empty(), "{action}: unknown, and not said why");
        }
    }

    #[test]
    fn tables_are_whole_and_every_cell_has_a_source() {
        check(ON_SESSIONS);
        check(ON_METHODS);
        check(ON_ACCOUNTS);
        for opening in OPENINGS {
            has_a_source(&opening.claim, opening.action);
        }
    }

    #[test]
    fn the_hole_is_filled_with_the_weakest_row() {
        for reset in [Action::ResetPasswordGraphAction, Action::ResetPasswordGraphProfile] {
            for class in TokenClass::RENEWING {
                let portal = Action::ResetPasswordAzurePortal.on_session(class).weakest().effect;
                assert_eq!(reset.on_session(class).weakest().effect, portal, "{reset} {class}");
            }
            assert!(reset.on_session(TokenClass::OtherRefreshToken).is_disputed());
        }
    }

    #[test]
    fn only_revocation_ends_all_sessions() {
        let all: Vec<_> = Action::all().filter(|action| action.ends_all_sessions()).collect();
        assert_eq!(all, [Action::RevokeSignInSessions, Action::RevokeMfaSessions]);
    }

    #[test]
    fn a_passkey_survives_reregistration_and_a_pass_removes_nothing() {
        let fate = |action: Action, kind| action.on_method(&kind).weakest().effect;
        assert_eq!(fate(Action::RequireMfaReregistration, MethodKind::Fido2), Fate::Survives);
        for kind in MethodKind::ALL {
            let reregistered = fate(Action::RequireMfaReregistration, kind.clone()) == Fate::Ended;
            assert_eq!(reregistered, kind.is_reregistered_by_portal(), "{kind}");
            assert!(!fate(Action::CreateTemporaryAccessPass, kind.clone()).closes(), "{kind}");
            assert_eq!(
                fate(Action::DeleteMethods, kind.clone()) == Fate::Ended,
                kind.is_removable(),
                "{kind}"
            );
        }
        assert_eq!(fate(Action::DeleteMethods, MethodKind::Unknown("new".into())), Fate::Unknown);
    }
}
