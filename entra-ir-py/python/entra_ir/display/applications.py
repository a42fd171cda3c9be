"""Consents, applications and assignments for notebooks: the riskiest first, every name as a stranger's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._applications import AppAssignmentList, AppRoleAssignment, GrantList, ListedGrant
from .._results import AssignmentRemoved, GrantRevoked
from .markup import (
    AMBER,
    BLUE,
    MOST_ROWS,
    Markup,
    code,
    facts,
    lines,
    note,
    quiet,
    section,
    short,
    state,
    stranger,
    table,
    text,
    title,
    warning,
)
from .registry import PARTS, TABLES
from .results import receipt_parts
from .words import count, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._applications import GrantedScope

OWNERS = {
    "microsoft": "Microsoft's",
    "this-tenant": "this tenant's",
    "another-tenant": "another tenant's",
    "not-microsoft": "not Microsoft's",
}


def _grant_list(grants: GrantList) -> list[Markup]:
    parts = [title(count(len(grants.own), "consent")), _grants(grants.own)]
    parts.append(section("For the whole organisation: never part of one account's containment"))
    if grants.tenant_wide_unread:
        parts.append(warning(f"not read: {grants.tenant_wide_unread}"))
    else:
        parts.append(_grants(grants.tenant_wide))
    if grants.applications_unread:
        parts.append(warning(f"the applications could not be read, so whose they are is unknown: {grants.applications_unread}"))
    return parts


def _grants(grants: Sequence[ListedGrant]) -> Markup:
    rows = [
        (
            lines(stranger(one.client_name) or quiet("unknown application"), _off(one)),
            OWNERS.get(one.owner) or state("unknown", AMBER),
            lines(*(_scope(scope) for scope in one.scopes)),
            state(", ".join(words(concern) for concern in one.concerns), AMBER) if one.concerns else quiet("none"),
            None if one.id is None else short(one.id),
        )
        for one in grants[:MOST_ROWS]
    ]
    return table(("application", "whose", "what it may do", "reasons to look", "id"), rows, len(grants)) if rows else note("none")


def _off(one: ListedGrant) -> Markup | None:
    return state("disabled", BLUE) if one.client is not None and one.client.account_enabled is False else None


def _scope(scope: GrantedScope) -> Markup:
    told = text(scope.means) if scope.means else quiet("unknown to this version")
    return Markup(f"{told} {quiet(code(scope.scope))}")


def _assignment_list(assigned: AppAssignmentList) -> list[Markup]:
    parts = [title(count(len(assigned.direct), "assigned application")), _assignments(assigned.direct)]
    return [*parts, section("Through groups"), _assignments(assigned.through_groups)]


def _assignments(assigned: Sequence[AppRoleAssignment]) -> Markup:
    rows = [
        (
            stranger(one.resource_display_name),
            stranger(one.principal_display_name),
            stranger(one.principal_type),
            one.created,
            None if one.id is None else short(one.id),
        )
        for one in assigned[:MOST_ROWS]
    ]
    return table(("application", "holder", "kind", "made", "id"), rows, len(assigned)) if rows else note("none")


def _revoked(result: GrantRevoked) -> list[Markup]:
    kept = result.grant
    if kept is None:
        return receipt_parts(result)
    ids = (("application", kept.client_id), ("resource", kept.resource_id), ("account", kept.principal_id))
    told = ((what, None if one is None else code(one)) for what, one in ids)
    return receipt_parts(result, facts((*told, ("scopes, kept to create it again", stranger(kept.scope)))))


def _removed(result: AssignmentRemoved) -> list[Markup]:
    kept = result.assignment
    if kept is None:
        return receipt_parts(result)
    return receipt_parts(
        result, facts((("application", stranger(kept.resource_display_name)), ("role", stranger(kept.app_role_id))))
    )


PARTS.update({GrantList: _grant_list, AppAssignmentList: _assignment_list, GrantRevoked: _revoked, AssignmentRemoved: _removed})
TABLES.update({ListedGrant: _grants, AppRoleAssignment: _assignments})
