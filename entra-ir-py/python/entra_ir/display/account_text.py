"""A snapshot as plain text, for a terminal: the account, each part with what is in it, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._snapshot import AccountSnapshot
from .markup import utc
from .registry import TEXTS
from .snapshot import NOT_KNOWN, TRUSTS
from .text import printable
from .words import count, vocabulary, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from .._accounts import AuthenticationMethod, MethodList
    from .._applications import AppAssignmentList, GrantList, ListedGrant
    from .._policy import EffectiveMethodsPolicy
    from .._record import Records
    from .._snapshot import Device, EligibleGroup, Part, RiskEvent, RoleGroup, RoleHeld, UserRisk

WIDTH = 18


def snapshot_text(snapshot: AccountSnapshot) -> str:
    """Writes the parts; those that could not be read come last, with the reason."""
    user = snapshot.user
    signs_in = {True: "allowed", False: "blocked", None: "unknown"}[user.account_enabled]
    synced = {True: "synced from Active Directory", False: "not synced", None: "not synced"}[user.on_premises_sync_enabled]
    lines = [
        f"{printable(user.user_principal_name or user.id)}, object id {printable(user.id)}",
        _line("name", _shown(user.display_name)),
        _line("read", f"{utc(snapshot.taken_at)}, with {count(snapshot.requests, 'request')}"),
        _line("sign-in", signs_in),
        _line("account", f"{_shown(user.user_type)}, {synced}"),
        _line("sessions", f"valid from {_when(user.sign_in_sessions_valid_from)}"),
        _line("password", f"changed {_when(user.last_password_change)}"),
    ]
    unread: list[str] = []
    for name, show in _PARTS.items():
        part: Part[Any] = getattr(snapshot, name)
        if part.state == "collected":
            lines += _listed(words(name), show(part.value))
        else:
            said, _ = NOT_KNOWN.get(part.state, (words(part.state), ""))
            unread.append(_line("unknown", f"{words(name)}: {said}{f': {printable(part.reason)}' if part.reason else ''}"))
    return "\n".join([*lines, *unread])


def _line(head: str, said: str) -> str:
    return f"{head:<{WIDTH}}{said}"


def _listed(head: str, items: list[str]) -> list[str]:
    """Writes the first item beside the head, the others below it."""
    return [_line(head if place == 0 else "", item) for place, item in enumerate(items or ["none"])]


def _when(moment: datetime | None) -> str:
    return "at an unknown time" if moment is None else utc(moment)


def _shown(text: str | None) -> str:
    return printable(text) if text else "unknown"


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _methods(methods: MethodList) -> list[str]:
    lines = [_method(method) for method in methods]
    lines += [f"unknown method: {printable(str(item))}" for item in methods.unreadable]
    gaps = {
        "the list is not complete": methods.partial,
        "some types are missing from it": bool(methods.beta_unread or methods.types_unread),
    }
    return [*lines, *(f"unknown: {gap}" for gap, there in gaps.items() if there)]


def _method(method: AuthenticationMethod) -> str:
    called = vocabulary()["method_kinds"].get(method.kind, printable(method.kind))
    named = f"{called} {printable(method.name)}" if method.name else called
    alone = "signs in alone" if method.signs_in_alone else None
    return _joined(named, f"registered {_when(method.created)}", alone, f"id {printable(method.id)}")


def _devices(devices: Records[Device]) -> list[str]:
    return [
        _joined(
            _shown(device.display_name),
            TRUSTS.get(device.trust_type or "", _shown(device.trust_type)),
            {True: "enabled", False: "disabled", None: "enabled or not: unknown"}[device.account_enabled],
            f"since {_when(device.registered)}",
            f"id {_shown(device.id)}",
        )
        for device in devices
    ]


def _grants(grants: GrantList) -> list[str]:
    lines = [_grant(grant) for grant in grants.own]
    lines += [f"for the whole organisation: {_grant(grant)}" for grant in grants.tenant_wide]
    gaps = {"the applications": grants.applications_unread, "those for the whole organisation": grants.tenant_wide_unread}
    return [*lines, *(f"unknown: {gap} could not be read: {printable(why)}" for gap, why in gaps.items() if why)]


def _grant(grant: ListedGrant) -> str:
    scopes = " ".join(printable(scope.scope) for scope in grant.scopes)
    concerns = ", ".join(words(concern) for concern in grant.concerns)
    look = f"look at it: {concerns}" if concerns else None
    return _joined(_shown(grant.client_name), f"may {scopes}" if scopes else None, look, f"id {_shown(grant.id)}")


def _assignments(assigned: AppAssignmentList) -> list[str]:
    direct = [_shown(item.resource_display_name) for item in assigned.direct]
    groups = [
        f"{_shown(item.resource_display_name)}, through {_shown(item.principal_display_name)}" for item in assigned.through_groups
    ]
    return direct + groups


def _roles(roles: Records[RoleHeld]) -> list[str]:
    return [
        _joined(_shown(role.name), f"{words(role.via)}", None if role.ends is None else f"until {utc(role.ends)}")
        for role in roles
    ]


def _groups(groups: Iterable[RoleGroup | EligibleGroup]) -> list[str]:
    return [_shown(group.display_name or group.id) for group in groups]


def _risk(risk: UserRisk | None) -> list[str]:
    if risk is None:
        return ["none was ever seen"]
    return [_joined(_shown(risk.level), _shown(risk.state), f"changed {_when(risk.last_updated)}")]


def _risk_history(events: Records[RiskEvent]) -> list[str]:
    return [_joined(_when(event.at), _shown(event.level), _shown(event.state)) for event in events]


def _policy(policy: EffectiveMethodsPolicy) -> list[str]:
    verdicts = [method.verdict for method in policy.registered]
    sums = [f"{verdicts.count(verdict)} {words(verdict)}" for verdict in dict.fromkeys(verdicts)]
    return [f"of the registered methods: {', '.join(sums) or 'none'}"]


_PARTS: dict[str, Callable[[Any], list[str]]] = {
    "methods": _methods,
    "default_method": lambda value: [_shown(value.default_method)],
    "policy": _policy,
    "per_user_mfa": lambda value: [printable(value)],
    "domain": lambda value: [printable(value)],
    "devices": _devices,
    "grants": _grants,
    "app_assignments": _assignments,
    "active_roles": _roles,
    "eligible_roles": _roles,
    "role_groups": _groups,
    "owned_role_groups": _groups,
    "eligible_groups": _groups,
    "risk": _risk,
    "risk_history": _risk_history,
}

TEXTS[AccountSnapshot] = snapshot_text
