//! `docs/operations.md` agrees with the catalog.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use entra_ir_core::CloudSet;
use entra_ir_core::operations::CATALOG;
use entra_ir_core::spec::{Effect, Idempotency, OperationSpec};

#[test]
fn operations_doc_is_not_stale() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md");
    let made = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "docs/operations.md is stale: run `make docs-generated`");
}

fn page() -> String {
    let mut page = String::from(
        "# Operations\n\nGenerated from the operation catalog by `make docs-generated`; a test fails when it is stale. \
         [permissions.md](permissions.md) lists the fewest permissions and roles.\n\n\
         | operation | effect | acts on | scope | repeatable | clouds |\n|---|---|---|---|---|---|\n",
    );
    for spec in CATALOG {
        let id = spec.id;
        let row = format!(
            "| [`{id}`](#{id}) | {} | {} | {} | {} | {} |",
            effect(spec),
            spec.target,
            spec.scope,
            repeatable(spec),
            clouds(spec.clouds)
        );
        writeln!(page, "{row}").unwrap();
    }
    page.push_str(
        "\nPermissions are listed least privileged first; one of them is enough; those joined by \"with\" are needed together. \
         Roles are needed by a delegated caller, one of them; a target that holds a role itself, or is in a role-assignable group, \
         takes Privileged Authentication Administrator. \
         The scope *account* is the one account named; a write of the scopes *shared* (other accounts use the same \
         object) and *tenant* needs `Guard::allow_tenant_wide`.\n",
    );
    for spec in CATALOG {
        section(&mut page, spec);
    }
    page
}

fn section(page: &mut String, spec: &OperationSpec) {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    writeln!(page, "\n## {}\n\n{}\n\n| | |\n|---|---|", spec.id, line(spec.summary)).unwrap();
    let mut row = |name: &str, text: &str| writeln!(page, "| {name} | {} |", line(text)).unwrap();
    row("request", &format!("`{}`", spec.endpoint));
    let parts: Vec<String> = spec
        .uses
        .iter()
        .map(|part| {
            let once =
                if part.idempotency == Idempotency::Once { ", never repeated automatically" } else { "" };
            format!("`{}` ({}{once})", part.endpoint, part.id)
        })
        .collect();
    if !parts.is_empty() {
        row("also sends", &parts.join("<br>"));
    }
    row("effect", effect(spec));
    row("acts on", &spec.target.to_string());
    row("scope", &spec.scope.to_string());
    row("repeatable", repeatable(spec));
    row("does not", spec.does_not);
    row("undo", spec.undo);
    row("if the outcome is unknown", spec.if_unknown);
    row("delegated permission", &any_of(spec.permissions.delegated));
    row("application permission", &any_of(spec.permissions.application));
    if !spec.roles.is_empty() {
        row("role", &spec.roles.join(" or "));
    }
    row("clouds", &clouds(spec.clouds));
    row("source", &format!("<{}>", spec.doc));
}

fn effect(spec: &OperationSpec) -> &'static str {
    match spec.effect {
        Effect::Read => "reads",
        Effect::Contain => "contains",
        Effect::Change => "changes",
        Effect::Destroy => "destroys",
        _ => "unknown",
    }
}

fn repeatable(spec: &OperationSpec) -> &'static str {
    match spec.idempotency {
        Idempotency::Safe => "yes, a read",
        Idempotency::Idempotent => "yes, same end state",
        Idempotency::Once => "no, never repeated automatically",
        _ => "unknown",
    }
}

fn clouds(set: CloudSet) -> String {
    set.iter().map(|cloud| cloud.to_string()).collect::<Vec<_>>().join(", ")
}

fn any_of(sets: &[&[&str]]) -> String {
    if sets.is_empty() {
        return "not possible".into();
    }
    let set = |set: &&[&str]| set.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" with ");
    sets.iter().map(set).collect::<Vec<_>>().join(" or ")
}
