//! The tables as they are written: each cell by itself, with the names of its row and column.

use std::fmt::Display;

use serde::Serialize;

use super::{ON_ACCOUNTS, ON_METHODS, ON_SESSIONS, Row};
use crate::knowledge::{AccountKind, Action, Claim, Fate, Reach, Strength, TokenClass};
use crate::model::MethodKind;

/// What an action does to one class of token, type of method, or kind of account.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EffectOn<C, T: 'static> {
    /// The action.
    pub action: Action,
    /// What people call it.
    pub action_name: String,
    /// The operation of this library that does it.
    pub operation: Option<&'static str>,
    /// Where it is done if there is none.
    pub elsewhere: Option<&'static str>,
    /// On what.
    pub on: C,
    /// What people call that.
    pub on_name: String,
    /// The claim that is acted upon: of several the one that closes least.
    pub claim: Claim<T>,
    /// Every claim.
    pub claims: &'static [Claim<T>],
    /// Whether the sources disagree.
    pub disputed: bool,
}

/// Names a table of what actions do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EffectTable {
    /// To sessions and tokens.
    Sessions,
    /// To methods.
    Methods,
    /// For kinds of accounts.
    Accounts,
}

/// Lists the cells of a table, row by row.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum Effects {
    /// On sessions and tokens.
    Sessions(Vec<EffectOn<TokenClass, Fate>>),
    /// On methods.
    Methods(Vec<EffectOn<MethodKind, Fate>>),
    /// For kinds of accounts.
    Accounts(Vec<EffectOn<AccountKind, Reach>>),
}

/// Returns a table, each cell with the names of its row and column.
///
/// ```
/// use entra_ir_core::knowledge::tables::{EffectTable, effects};
///
/// let cells = serde_json::to_value(effects(EffectTable::Sessions))?;
/// assert_eq!(cells[0]["on"], "password-cookie");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn effects(table: EffectTable) -> Effects {
    match table {
        EffectTable::Sessions => Effects::Sessions(cells(ON_SESSIONS, &TokenClass::ALL)),
        EffectTable::Methods => Effects::Methods(cells(ON_METHODS, &MethodKind::ALL)),
        EffectTable::Accounts => Effects::Accounts(cells(ON_ACCOUNTS, &AccountKind::ALL)),
    }
}

fn cells<C, T, const N: usize>(table: &[Row<T, N>], columns: &[C; N]) -> Vec<EffectOn<C, T>>
where
    C: Clone + Display,
    T: Strength,
{
    let cells = table.iter().flat_map(|row| row.cells.iter().zip(columns).map(|cell| (row.action, cell)));
    cells
        .map(|(action, (cell, on))| EffectOn {
            action,
            action_name: action.to_string(),
            operation: action.operation().map(|spec| spec.id),
            elsewhere: action.elsewhere(),
            on: on.clone(),
            on_name: on.to_string(),
            claim: cell.weakest(),
            claims: cell.claims(),
            disputed: cell.is_disputed(),
        })
        .collect()
}
