//! The sections `Permissions:` of the client's docstrings, from the catalog. All else in `_client.py` is
//! written by hand.

use std::fmt::Write as _;

use entra_ir_core::operations::CATALOG;
use entra_ir_core::spec::OperationSpec;

use super::text::wrapped;

const HEAD: &str = "        Permissions:\n";

/// Returns `_client.py` with every section as the catalog has it.
pub(crate) fn client(is: &str) -> String {
    let mut text = is.to_owned();
    for spec in CATALOG {
        let start = format!("\n    def {}(", spec.id);
        let at = text.find(&start).unwrap_or_else(|| panic!("`_client.py` has no method {}", spec.id));
        let method = at + text[at + 1..].find("\n    def ").map_or(text.len() - at, |end| end + 1);
        let head = text[at..method].find(HEAD);
        let head = at + head.unwrap_or_else(|| panic!("{} has no section Permissions", spec.id));
        let body = head + HEAD.len();
        // An empty section has no lines yet.
        let lines = text[body..].split_inclusive('\n').take_while(|line| line.starts_with("            "));
        let end = body + lines.map(str::len).sum::<usize>();
        text.replace_range(body..end, &wrapped("            ", &section(spec)));
    }
    text
}

fn section(spec: &OperationSpec) -> String {
    let permissions = spec.permissions;
    let mut text = if permissions.delegated == permissions.application {
        format!("{}; delegated or application.", any_of(permissions.delegated))
    } else {
        format!(
            "Delegated: {}. Application: {}.",
            any_of(permissions.delegated),
            any_of(permissions.application)
        )
    };
    if let [roles @ .., last] = spec.roles {
        let roles =
            if roles.is_empty() { (*last).to_owned() } else { format!("{} or {last}", roles.join(", ")) };
        let _ = write!(text, " A delegated caller needs a role, too: {roles}.");
    }
    let own: Vec<_> = [permissions.delegated, permissions.application].concat().concat();
    let mut others = Vec::new();
    add_others(spec, &own, &mut others);
    if !others.is_empty() {
        let _ = write!(text, " Its other requests take {}.", others.join(", "));
    }
    text
}

/// Adds the least permissions of the other operations that one consists of.
fn add_others(spec: &OperationSpec, own: &[&str], others: &mut Vec<&'static str>) {
    for part in spec.uses {
        for name in part.permissions.delegated.first().into_iter().copied().flatten() {
            if !own.contains(name) && !others.contains(name) {
                others.push(name);
            }
        }
        add_others(part, own, others);
    }
}

/// Lists sets of permissions, of which one is enough, the least first.
fn any_of(sets: &[&[&str]]) -> String {
    match sets {
        [] => "not possible".to_owned(),
        sets => sets.iter().map(|set| set.join(" with ")).collect::<Vec<_>>().join(", or "),
    }
}
