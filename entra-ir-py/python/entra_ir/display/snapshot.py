"""A snapshot of an account for notebooks: the account, then each part, or the reason why it could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._policy import EffectiveMethodsPolicy, MethodPolicy, RegisteredMethod
from .._record import Record, Records
from .._snapshot import AccountSnapshot, Device, DeviceList, EligibleGroup, Part, RiskEvent
from .._snapshot_diff import SnapshotChange, SnapshotDiff
from .markup import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    MOST_ROWS,
    RED,
    Markup,
    badge,
    code,
    facts,
    folded,
    lines,
    name,
    note,
    quiet,
    section,
    short,
    state,
    stranger,
    table,
    title,
    told,
    utc,
    warning,
)
from .registry import PARTS, TABLES, html, plain_facts, table_of
from .settings import in_words
from .words import count, kind_name, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VERDICTS = {
    "allowed": GREEN,
    "not-allowed": GREY,
    "legacy-may-allow": AMBER,
    "not-governed": GREY,
    "unknown": AMBER,
}
# Highlight a registered method that the policy does not allow.
UNUSABLE_FIRST = {"not-allowed": 0, "not-governed": 3, "allowed": 2}
# The service's words for a risk; a newer word counts as a risk.
RISKS = {"none": GREY, "low": AMBER, "medium": AMBER, "high": RED, "hidden": AMBER}
NOT_KNOWN = {
    "unread": ("not asked for", GREY),
    "denied": ("not allowed to read", AMBER),
    "not-licensed": ("not licensed in this tenant", GREY),
    "not-in-this-cloud": ("not in this cloud", GREY),
    "failed": ("could not be read", RED),
}


def _snapshot(snapshot: AccountSnapshot) -> list[Markup]:
    told: list[tuple[str, object]] = [
        ("risk", _short(snapshot.risk, _risk)),
        ("changes of the risk", _short(snapshot.risk_history, len)),
        ("active roles", _short(snapshot.active_roles, _names)),
        ("roles to activate", _short(snapshot.eligible_roles, _names)),
        ("groups that can carry a role", _short(snapshot.role_groups, _names)),
        ("such groups owned", _short(snapshot.owned_role_groups, _names)),
        ("groups to activate", _short(snapshot.eligible_groups, _to_activate)),
        ("domain", _short(snapshot.domain, stranger)),
        ("default method", _short(snapshot.default_method, lambda value: stranger(value.default_method))),
        ("per-user MFA", _short(snapshot.per_user_mfa, stranger)),
        ("read", snapshot.taken_at),
        ("requests", snapshot.requests),
    ]
    return [
        Markup(html(snapshot.user)),
        facts(told),
        _whole(snapshot.methods),
        section("Devices"),
        _devices(snapshot.devices),
        section("Consents"),
        _whole(snapshot.grants),
        section("Assigned applications"),
        _whole(snapshot.app_assignments),
        _policy_of(snapshot.policy),
        *_risk_history(snapshot.risk_history),
    ]


def _policy_of(part: Part[EffectiveMethodsPolicy]) -> Markup:
    """Collapses the policy: one line shows how many of the registered methods it allows."""
    if part.value is None:
        return Markup(section("Methods policy, for this user") + _unknown(part))
    line = _counted("registered method", part.value.registered)
    return folded(Markup(f"Methods policy, for this user: {told(line)}"), "".join(_policy(part.value)))


TRUSTS = {"AzureAd": "joined", "ServerAd": "hybrid joined", "Workplace": "registered"}


def _devices(part: Part[Records[Device]]) -> Markup:
    return _unknown(part) if part.value is None else _device_table(part.value)


def _device_table(devices: Sequence[Device]) -> Markup:
    rows = [
        (
            stranger(device.display_name),
            " and ".join(word for word, is_so in (("owner", device.is_owned), ("registered", device.is_registered)) if is_so),
            TRUSTS.get(device.trust_type or "", stranger(device.trust_type)),
            stranger(device.operating_system),
            {True: "yes", False: state("disabled", BLUE), None: quiet("not known")}[device.account_enabled],
            {True: "yes", False: "no", None: quiet("not known")}[device.is_managed],
            device.registered,
            device.approximate_last_sign_in,
            None if device.id is None else short(device.id),
        )
        for device in devices[:MOST_ROWS]
    ]
    heads = ("device", "the user is", "trust", "system", "enabled", "managed", "registered", "last sign-in, roughly", "id")
    return table(heads, rows, len(devices)) if rows else note("none")


def _device_list(listed: DeviceList) -> list[Markup]:
    warnings = [warning(item.text) for item in listed.warnings]
    return [title(count(len(listed), "device")), _device_table(listed.devices), *warnings]


def _policy(policy: EffectiveMethodsPolicy) -> list[Markup]:
    registered = sorted(policy.registered, key=lambda method: UNUSABLE_FIRST.get(method.verdict, 1))
    parts = [
        title(_counted("registered method", policy.registered)),
        _verdicts("registered method", registered),
        title(_counted("method of the policy", policy.methods)),
        _verdicts("method of the policy", policy.methods),
    ]
    campaign = policy.campaign
    asked = {True: "asks this user", False: "does not ask this user", None: "may ask this user"}
    more: list[tuple[str, object]] = [("migration", stranger(policy.migration))]
    if campaign is not None:
        more.append(("registration campaign", Markup(f"{asked[campaign.applies]} {quiet(campaign.because)}")))
    parts.append(facts(more))
    if policy.lower_bound:
        parts.append(warning(f"more may be allowed than this result shows: {policy.lower_bound_reason or 'no reason is known'}"))
    if policy.registered_unread:
        parts.append(warning(f"not all registered methods could be read: {policy.registered_unread}"))
    if policy.undecided_reason:
        parts.append(warning(f"the user's membership in some groups is unknown: {policy.undecided_reason}"))
    return parts


def _counted(head: str, entries: Sequence[MethodPolicy | RegisteredMethod]) -> str:
    """Shows in one line how many the user may use."""
    verdicts = [entry.verdict for entry in entries]
    sums = ", ".join(
        f"{verdicts.count(verdict)} {words(verdict)}" for verdict in dict.fromkeys((*VERDICTS, *verdicts)) if verdict in verdicts
    )
    first, _, rest = head.partition(" ")
    many = f"{first}s {rest}" if rest.startswith("of ") else f"{head}s"
    return f"{many}: {sums}" if entries else f"no {head}"


def _verdicts(head: str, entries: Sequence[MethodPolicy | RegisteredMethod]) -> Markup:
    rows = [
        (
            stranger(entry.label if isinstance(entry, RegisteredMethod) else entry.id),
            state(words(entry.verdict), VERDICTS.get(entry.verdict, AMBER)),
            entry.because,
            *((in_words(entry.settings),) if isinstance(entry, MethodPolicy) else ()),
        )
        for entry in entries[:MOST_ROWS]
    ]
    heads = [head, "may the user use it", "because", "settings"]
    return table(heads[: len(rows[0])], rows, len(entries)) if rows else note(f"no {head}")


def _part(part: Part[Any]) -> list[Markup]:
    return [_whole(part)]


def _whole(part: Part[Any]) -> Markup:
    """Shows a part in its own table."""
    if part.state != "collected":
        return _unknown(part)
    value: Any = part.value
    if issubclass(type(value), Records):
        return table_of(value)
    return Markup(html(value)) if isinstance(value, Record) else facts([("value", stranger(value))])


def _short(part: Part[Any], show: Callable[[Any], object]) -> object:
    """Shows a part in one cell."""
    return show(part.value) if part.state == "collected" else _unknown(part)


def _unknown(part: Part[Any]) -> Markup:
    told, colour = NOT_KNOWN.get(part.state, (words(part.state), AMBER))
    return state(told, colour, part.reason or "")


def _risk(risk: Any) -> object:
    if risk is None:
        return "none was ever seen"
    level = str(risk.level or "not told")
    return state(level, RISKS.get(level, AMBER), ", ".join(word for word in (risk.state, risk.detail) if word and word != "none"))


def _risk_history(part: Part[Records[RiskEvent]]) -> list[Markup]:
    """Collapses the history of the risk; without a change there is nothing to show."""
    if not part.value:
        return []
    number = len(part.value)
    return [folded(Markup(f"Risk, {number} change{'' if number == 1 else 's'}"), risk_events(part.value))]


def risk_events(events: Sequence[RiskEvent]) -> Markup:
    """Shows the changes of a risk, one in a row."""
    rows = [
        (
            event.at,
            state(event.level or "not told", RISKS.get(event.level or "", AMBER)),
            stranger(event.state),
            stranger(event.detail or event.activity),
            stranger(", ".join(event.event_types)),
            None if event.initiated_by is None else short(event.initiated_by),
        )
        for event in events[:MOST_ROWS]
    ]
    return table(("when", "level", "state", "reason", "detections", "by"), rows, len(events))


def _names(records: Records[Any]) -> object:
    names = [str(stranger(getattr(item, "name", None) or getattr(item, "display_name", None)) or "?") for item in records]
    if not names:
        return "none"
    rest = f" {quiet(f'and {len(names) - 10} more')}" if len(names) > 10 else ""
    return Markup(", ".join(names[:10]) + rest)


def _to_activate(groups: Records[EligibleGroup]) -> object:
    """Names the groups; those that make the account privileged come first."""
    carry = {True: "can carry a role", None: "whether it can carry a role is unknown", False: "carries no role"}
    rank = list(carry)
    parts = [
        Markup(
            f"{stranger(group.display_name or group.id) or '?'} "
            f"{quiet(', '.join(word for word in (group.access, carry[group.is_role_assignable]) if word))}"
        )
        for group in sorted(groups, key=lambda group: rank.index(group.is_role_assignable))[:10]
    ]
    if len(groups) > 10:
        parts.append(quiet(f"and {len(groups) - 10} more"))
    return lines(*parts) if parts else "none"


def _registered(method: RegisteredMethod) -> list[Markup]:
    before = badge(words(method.verdict), VERDICTS.get(method.verdict, AMBER))
    return [title(kind_name(method.kind), before, quiet(method.because)), facts(plain_facts(method))]


CHANGES = {"added": RED, "removed": BLUE, "changed": AMBER}


def _diff(diff: SnapshotDiff) -> list[Markup]:
    number = len(diff.changes)
    head = "no known change" if not number else f"{number:,} change{'' if number == 1 else 's'}"
    badges = {True: ("unchanged", GREEN), False: ("changed", AMBER), None: ("not all known", AMBER)}
    between = f"between {utc(diff.before)} and {utc(diff.after)}"
    parts = [title(head, badge(*badges[diff.unchanged]), quiet(between))]
    if number:
        parts.append(changes_table(diff.changes))
    parts += [note(Markup(f"unknown: {told(words(part.part))}: {told(part.why)}")) for part in diff.unknown[:MOST_ROWS]]
    return parts


def changes_table(changes: Sequence[SnapshotChange]) -> Markup:
    """Shows changes, one in a row."""
    rows = [
        (
            words(change.part),
            state(
                change.kind,
                CHANGES.get(change.kind, AMBER),
                "" if change.certain else "(not certain: the list was not complete)",
            ),
            name(change.what),
            None if change.property is None else told(words(change.property)),
            _was(change, change.before),
            _was(change, change.after),
            None if change.id is None else short(change.id),
        )
        for change in changes[:MOST_ROWS]
    ]
    return table(("part", "", "what", "property", "before", "after", "id"), rows, len(changes))


def _was(change: SnapshotChange, value: Any) -> object:
    if change.property is None:
        return None
    if value is None:
        return quiet("nothing")
    return name(value) if isinstance(value, str) else code(value)


def _change(change: SnapshotChange) -> list[Markup]:
    return [changes_table([change])]


PARTS.update(
    {
        AccountSnapshot: _snapshot,
        SnapshotDiff: _diff,
        SnapshotChange: _change,
        EffectiveMethodsPolicy: _policy,
        Part: _part,
        DeviceList: _device_list,
        RegisteredMethod: _registered,
    }
)
TABLES.update({SnapshotChange: changes_table, Device: _device_table, RiskEvent: risk_events})
