"""Permissions: what operations need, and what a token holds, as tables for notebooks and as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._advice import CallerPermissions, PermissionComparison, PermissionSet
from .markup import AMBER, GREEN, RED, Markup, badge, code, lines, note, state, table, title, told
from .registry import PARTS, TABLES, TEXTS
from .text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = {"delegated": "a signed-in user", "app-only": "an application"}


def _set(needed: PermissionSet) -> list[Markup]:
    return [
        title("permissions", after=told(", ".join(needed.operations))),
        callers_table([needed.delegated, needed.application]),
    ]


def callers_table(callers: Sequence[CallerPermissions]) -> Markup:
    """Shows the permissions of each kind of caller, one permission in a row."""
    rows: list[Sequence[object]] = []
    for needed in callers:
        who = KINDS.get(needed.caller, needed.caller)
        for permission in needed.permissions:
            marked = state("can take over the tenant", RED) if permission.takeover else None
            by = lines(*(told(name) for name in permission.needed_by))
            rows.append((who, lines(code(permission.name), marked), by))
        rows.extend((who, lines(told("role"), told(role.name)), lines(*map(told, role.needed_by))) for role in needed.roles)
        rows.extend((who, state("not possible", AMBER), told(request)) for request in needed.impossible)
    return table(("caller", "permission", "needed by"), rows, len(rows))


def _comparison(compared: PermissionComparison) -> list[Markup]:
    said = {True: badge("agrees", GREEN), False: badge("DIFFERS", RED), None: badge("unknown", AMBER)}[compared.agrees]
    rows: list[Sequence[object]] = []
    for permission in compared.unexpected:
        marked = state("unexpected, can take over the tenant", RED) if permission.takeover else state("unexpected", AMBER)
        rows.append((marked, code(permission.name), told(permission.takeover) if permission.takeover else None))
    rows.extend((state("missing", RED), code(missing.name), lines(*map(told, missing.needed_by))) for missing in compared.missing)
    roles = [(state("missing role", RED), told(role.name), lines(*map(told, role.needed_by))) for role in compared.missing_roles]
    rows.extend(roles)
    rows.extend((state("not possible", AMBER), told(request), None) for request in compared.impossible)
    who = "the token cannot be read" if compared.caller is None else KINDS.get(compared.caller, compared.caller)
    return [
        title(who, said),
        note("as the token says, which is not verified"),
        table(("", "permission or role", "for"), rows, len(rows)),
    ]


def permissions_text(shown: PermissionSet | PermissionComparison) -> str:
    """Writes what the core says, a line for each permission."""
    return "\n".join(printable(line) for line in str(shown._data["text"]).splitlines())


PARTS.update({PermissionSet: _set, PermissionComparison: _comparison})
PARTS.update({CallerPermissions: lambda needed: [title(KINDS.get(needed.caller, needed.caller)), callers_table([needed])]})
TABLES.update({CallerPermissions: callers_table})
TEXTS.update({PermissionSet: permissions_text, PermissionComparison: permissions_text})
