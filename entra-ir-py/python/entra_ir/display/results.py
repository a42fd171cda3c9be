"""Results as small tables for notebooks: what happened, how certain it is, what remains, and the warnings, in this order.

The evidence (requests and their ids) is collapsed: it is for the ticket, not for the first look.
"""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

from .._accounts import AuthenticationMethod, FoundUser, MethodList, User, UsersFound
from .._receipts import Exchange, Receipt, ReceiptWarning, WriteResult
from .._results import (
    AccessPass,
    AccessPassCreated,
    LockedOut,
    MethodDeleted,
    MethodOutcome,
    MethodsDeleted,
    MfaReregistrationRequired,
    MfaSessionsRevoked,
    PasswordReset,
    RiskOutcome,
    RiskOutcomes,
    SessionsRevoked,
)
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
    name,
    note,
    quiet,
    section,
    short,
    state,
    stranger,
    table,
    text,
    title,
    together,
    told,
    warning,
)
from .registry import PARTS, TABLES, plain_value, table_of
from .words import count, kind_name, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._native import Secret

GRADES = {
    "not-sent": (GREY, "nothing was sent"),
    "nothing-to-do": (GREEN, "the state was read, and is already the requested one"),
    "refused": (RED, "the service refused it, or a part of it"),
    "unknown": (RED, "whether it happened, or was complete, is unknown: read the account before repeating anything"),
    "accepted": (BLUE, "Graph accepted it; nothing confirms yet that all of it took effect"),
    "confirmed": (GREEN, "the new state was read back"),
    "observed": (GREEN, "the effect was observed from outside"),
}
# What needs a responder comes first, whatever its place in the answer.
OUTCOMES = {
    "still-listed": (RED, "Graph accepted the removal, but still lists it"),
    "refused": (RED, ""),
    "unknown": (RED, "whether it is gone is unknown"),
    "not-tried": (RED, ""),
    "unknown-type": (AMBER, "remove it in the portal"),
    "unknown-age": (AMBER, "left: of unknown age"),
    "would-remove": (GREY, "dry run"),
    "removed": (GREEN, ""),
    "already-gone": (GREEN, ""),
    "deactivated": (GREEN, "still assigned, no longer usable"),
    "not-removable": (GREY, "Graph cannot remove it"),
}
FEEDBACK = {
    "refused": (RED, ""),
    "unknown": (RED, "whether the service took it is unknown"),
    "not-tried": (RED, ""),
    "not-found": (AMBER, "no such user"),
    "guarded": (AMBER, "the guard does not allow it"),
    "in-home-tenant": (GREY, "external guest: the home tenant keeps the risk"),
    "would-send": (GREY, "dry run"),
    "accepted": (BLUE, ""),
}
REPAIRED = "an answer contained text that is not valid JSON or Unicode; a name may read differently"
SYNCED: dict[bool | None, str] = {True: "synced from on-premises", False: "cloud only, once synced", None: "cloud only"}
FORCED = {
    "next-sign-in": "at the next sign-in",
    "with-mfa": "at the next sign-in, after MFA",
    "never": "not asked for",
}


def _user(user: User) -> list[Markup]:
    signs_in = {True: ("sign-in allowed", GREY), False: ("sign-in blocked", BLUE), None: ("sign-in: unknown", AMBER)}
    return [
        title(name(user.user_principal_name or user.id), badge(*signs_in[user.account_enabled])),
        facts(
            (
                ("name shown", stranger(user.display_name)),
                ("object id", code(user.id)),
                ("kind", ", ".join(word for word in (user.user_type, SYNCED[user.on_premises_sync_enabled]) if word)),
                *((("invitation", user.external_user_state),) if user.external_user_state else ()),
                *((("creation type", user.creation_type),) if user.creation_type else ()),
                ("sessions valid from", user.sign_in_sessions_valid_from),
                ("password changed", user.last_password_change),
                *((("password policies", user.password_policies),) if user.password_policies else ()),
            )
        ),
        *([warning(REPAIRED)] if user.repaired else []),
    ]


def _found(found: UsersFound) -> list[Markup]:
    parts = [title(Markup(f"{count(len(found), 'account')} may match {name(found.text)}")), _candidates(found.users)]
    if found.more:
        parts.append(warning("there are more than these: give a longer text"))
    return parts


def _candidates(users: Sequence[FoundUser]) -> Markup:
    rows = [
        (
            name(one.user.user_principal_name or one.user.id),
            stranger(one.user.display_name),
            stranger(one.mail),
            ", ".join(words(word) for word in one.matched),
            {True: "allowed", False: state("blocked", BLUE), None: quiet("not known")}[one.user.account_enabled],
            short(one.user.id),
        )
        for one in users[:MOST_ROWS]
    ]
    heads = ("account", "name shown", "mail", "fits by", "sign-in", "id")
    return table(heads, rows, len(users)) if rows else note("none")


def _method(method: AuthenticationMethod) -> list[Markup]:
    detail = ((words(key), plain_value(value)) for key, value in method.detail.items() if key != "type" and value is not None)
    times = (("registered", method.created), ("last used", method.last_used))
    return [title(kind_name(method.kind), after=_alone(method)), facts((("id", code(method.id)), *times, *detail))]


def _method_list(methods: MethodList) -> list[Markup]:
    alone = sum(1 for method in methods if method.kind != "password" and _alone(method))
    more = quiet(f"{alone or 'none'} of them, besides the password, may sign in alone")
    parts = [title(count(len(methods), "authentication method"), after=more), table_of(methods.methods)]
    if methods.partial:
        parts.append(warning("not every method is listed: this cloud lists only some types, or it is a customer account"))
    unread = methods._data.get("types_unread") or ()
    parts += [warning(Markup(f"not read: {kind_name(of_type['kind'])}: {text(of_type['reason'])}")) for of_type in unread]
    if methods._data.get("repaired"):
        parts.append(warning(REPAIRED))
    if methods.beta_unread:
        parts.append(warning(f"beta could not be read, hardware OATH tokens may remain unseen: {methods.beta_unread}"))
    if methods.account_unread:
        unread_why = f"the account could not be read; for a customer account not every method is listed: {methods.account_unread}"
        parts.append(warning(unread_why))
    if methods.unreadable:
        parts.append(warning(f"{count(len(methods.unreadable), 'more method')} have a form that cannot be understood"))
    return parts


def _methods(methods: Sequence[AuthenticationMethod]) -> Markup:
    shown, used = methods[:MOST_ROWS], any(method.last_used for method in methods)
    heads = ["method", "name", "registered", *(["last used"] if used else []), "may sign in alone", "id"]
    rows = [
        (
            together(kind_name(method.kind)),
            together(stranger(method.name)),
            method.created or quiet("not known"),
            *((method.last_used,) if used else ()),
            _alone(method),
            short(method.id),
        )
        for method in shown
    ]
    return table(heads, rows, len(methods))


def _grade(result: WriteResult) -> tuple[str, str]:
    """Shows how certain the call is, and what it left: green only if nothing is or may be left."""
    grade: str = result.grade
    word, (colour, _) = words(grade), GRADES.get(grade, (AMBER, ""))
    alone, undone = _left(result)
    if alone:
        left = f"{count(alone, 'method')} still {'signs' if alone == 1 else 'sign'} in"
        return f"{word}, {left}", AMBER if colour in (GREEN, BLUE) else colour
    warnings = result.receipt.warnings
    in_vain = next((item.brief for item in warnings if item.weight == "in-vain"), None)
    if in_vain and colour in (GREEN, BLUE):
        return f"{word}, {in_vain}", AMBER
    if colour != GREEN:
        return word, colour
    if undone:
        return f"{word}, {count(undone, 'method')} not done", AMBER
    may_remain = next((item.brief for item in warnings if item.weight == "may-remain"), None)
    if may_remain:
        return f"{word}, {may_remain}", AMBER
    if not result.is_complete:
        return f"{word}, not complete", AMBER
    # What another version warns of takes the green away.
    if any(item.weight != "harmless" for item in warnings):
        return f"{word}, see the warnings", AMBER
    return word, colour


def _left(result: WriteResult) -> tuple[int, int]:
    """Counts the remaining methods that sign in alone, and the methods for which the request was not done."""
    deleted = result.deleted if isinstance(result, MfaReregistrationRequired) else result
    if not isinstance(deleted, MethodsDeleted):
        return 0, 0
    alone = sum(1 for method in deleted.remaining or () if method.kind != "password" and _alone(method))
    colours = [OUTCOMES.get(item.outcome, (AMBER, ""))[0] for item in deleted.methods]
    return alone, sum(1 for colour in colours if colour in (RED, AMBER))


def receipt_parts(result: WriteResult, *middle: Markup, last: Sequence[Markup] = ()) -> list[Markup]:
    """Shows the result of a write: its receipt, with what the operation adds in the middle."""
    receipt = result.receipt
    _, meaning = GRADES.get(receipt.grade, (AMBER, ""))
    return [
        title(words(receipt.operation), badge(*_grade(result)), quiet(meaning)),
        *middle,
        *(warning(item.text) for item in receipt.warnings[:MOST_ROWS]),
        *last,
        *_evidence(receipt),
    ]


def _evidence(receipt: Receipt) -> list[Markup]:
    parts: list[Markup] = []
    if would := receipt.would_send:
        previews = [(code(f"{it.method} {it.path}"), None if it.body is None else code(dumps(it.body))) for it in would]
        heads, width = (("request", "body"), 2) if any(it.body is not None for it in would) else (("request",), 1)
        parts += [section("Would send"), table(heads, [row[:width] for row in previews])]
    target = receipt.target
    kind = "account" if target.kind == "user" else words(target.kind)
    about = facts((*(((kind, code(target.id)),) if target.id else ()), ("done by", receipt.done_by)))
    if sent := receipt.exchanges:
        rows = [
            (
                it.server_date,
                code(f"{it.method} {it.path}"),
                _answer(it),
                None if it.request_id is None else code(it.request_id),
                it.attempts,
            )
            for it in sent
        ]
        requests = table(("answered", "request", "status", "request id", "times sent"), rows)
        accepted = sum(1 for it in sent if _is_accepted(it))
        line = f"{count(len(sent), 'request')} accepted by Graph"
        if accepted < len(sent):
            line = f"{count(len(sent), 'request')} sent, {accepted} accepted by Graph"
        parts.append(folded(line, about + requests))
    else:
        parts.append(about)
    return parts


def _is_accepted(exchange: Exchange) -> bool:
    # No status: there was no answer.
    status = exchange._data.get("status")
    return status is not None and status < 300


def _answer(exchange: Exchange) -> Markup:
    status, refused = exchange._data.get("status"), exchange._data.get("code")
    if status is None:
        return state("no answer", RED)
    if _is_accepted(exchange):
        return text(status)
    return state(str(status), RED, name(refused) if refused else "")


def _deleted(result: MethodsDeleted, last: Sequence[Markup] = ()) -> list[Markup]:
    counted: dict[str, int] = {}
    for item in result.methods:
        counted[item.outcome] = counted.get(item.outcome, 0) + 1
    order = [*OUTCOMES, *counted]
    sums = ", ".join(f"{counted[word]} {words(word)}" for word in dict.fromkeys(order) if word in counted)
    remaining = result.remaining
    dry = bool(result.receipt.would_send)
    left = note("as before: nothing was sent" if dry else "not known") if remaining is None else table_of(remaining)
    middle = [note(sums or "no method was named"), _outcomes(result.methods), section("What the user has now"), left]
    return receipt_parts(result, *middle, last=last)


def _outcomes(items: Sequence[MethodOutcome]) -> Markup:
    if not items:
        return note("none")
    order = {word: place for place, word in enumerate(OUTCOMES)}
    rows: list[Sequence[object]] = []
    for item in sorted(items, key=lambda item: order.get(item.outcome, -1))[:MOST_ROWS]:
        colour, meaning = OUTCOMES.get(item.outcome, (AMBER, ""))
        became = state(words(item.outcome), colour, meaning)
        kind = "not among the user's methods" if item.kind is None else kind_name(item.kind)
        rows.append((became, together(kind), together(stranger(item.name)), short(item.id)))
    reasons = [
        warning(Markup(f"{kind_name(item.kind or item.id)} {stranger(item.name) or ''} {text(item.why)}"), *_head(item))
        for item in items
        if item.why
    ]
    return Markup(table(("outcome", "method", "name", "id"), rows, len(items)) + "".join(reasons[:MOST_ROWS]))


def _risks(result: RiskOutcomes) -> list[Markup]:
    return receipt_parts(result, note(result.summary), _users_risk(result.users))


def _users_risk(items: Sequence[RiskOutcome]) -> Markup:
    """Shows each user in a row; those for whom it was not done come first."""
    order = {word: place for place, word in enumerate(FEEDBACK)}
    rows = [
        (
            state(words(item.outcome), *FEEDBACK.get(item.outcome, (AMBER, ""))),
            name(item.asked),
            None if item.id is None else short(item.id),
            None if item.reason is None else told(item.reason),
        )
        for item in sorted(items, key=lambda item: order.get(item.outcome, -1))[:MOST_ROWS]
    ]
    return table(("outcome", "user", "id", "because"), rows, len(items))


def _head(item: MethodOutcome) -> tuple[str, str]:
    return words(item.outcome).capitalize(), OUTCOMES.get(item.outcome, (AMBER, ""))[0]


def _reregistration(result: MfaReregistrationRequired) -> list[Markup]:
    steps = result.next_steps
    if not steps:
        return _deleted(result.deleted)
    rows = [(number, code(step.operation), step.why) for number, step in enumerate(steps, 1)]
    return _deleted(result.deleted, [section("Next"), table(("", "call", "because"), rows)])


def _sessions(result: SessionsRevoked) -> list[tuple[str, object]]:
    before = result.valid_from_before or quiet("not read just before")
    now = result.valid_from or quiet("not read back")
    return [("sessions valid from, before", before), ("sessions valid from, now", now)]


def _mfa_sessions(result: MfaSessionsRevoked) -> list[Markup]:
    per_user = result.per_user_mfa or quiet(f"not known: {result.per_user_mfa_unread or 'not read'}")
    return receipt_parts(result, facts([*_sessions(result.sessions), ("per-user MFA", per_user)]))


def _password(result: PasswordReset) -> list[Markup]:
    rows = (("new password", _secret(result.password, "password")), ("change", FORCED.get(result.force_change)))
    return receipt_parts(result, facts(rows))


def _locked_out(result: LockedOut) -> list[Markup]:
    rows = (
        ("password", state(words(result.password_grade), GRADES.get(result.password_grade, (AMBER, ""))[0])),
        ("new password", _secret(result.password, "password")),
        ("change", FORCED.get(result.force_change)),
    )
    return receipt_parts(result, facts(rows))


def _pass_created(result: AccessPassCreated) -> list[Markup]:
    rows = (
        ("pass", _secret(result.access_pass, "access_pass")),
        ("works now", result.is_usable),
        ("works from", result.starts_at),
        ("works for", _minutes(result.lifetime_in_minutes)),
        ("works once only", result.one_time),
        ("register at", code(result.registration_url)),
        ("method id", None if result.id is None else code(result.id)),
    )
    return receipt_parts(result, facts(rows))


def _access_pass(item: AccessPass) -> list[Markup]:
    usable = {True: ("works", GREEN), False: ("does not work", GREY), None: ("unknown whether it works", AMBER)}
    rows = (
        ("why", item.usability_reason),
        ("made", item.created),
        ("works from", item.starts_at),
        ("works for", _minutes(item.lifetime_in_minutes)),
        ("works once only", item.one_time),
        ("method id", None if item.id is None else code(item.id)),
    )
    return [title("Temporary Access Pass", badge(*usable[item.is_usable])), facts(rows)]


def _one_deleted(result: MethodDeleted) -> list[Markup]:
    if not result.is_success or result.grade == "nothing-to-do":
        return receipt_parts(result)
    was_gone = {True: "it was gone before", False: "it was there until now", None: "whether it was gone before is unknown"}
    return receipt_parts(result, note(was_gone[result._data.get("was_gone")]))


def _warning(item: ReceiptWarning) -> list[Markup]:
    return [warning(item.text)]


def _summary(result: WriteResult) -> tuple[object, ...]:
    receipt = result.receipt
    codes = [item.code for item in receipt.warnings]
    warns = state(", ".join(codes), AMBER) if codes else None
    answered = receipt.exchanges[-1].server_date if receipt.exchanges else None
    about = code(receipt.target.id) if receipt.target.id else quiet("several")
    return words(receipt.operation), state(*_grade(result)), about, warns, answered


def _alone(method: AuthenticationMethod) -> Markup | None:
    if method.kind == "password":
        return quiet("where MFA is not required")
    # The one way in which a number alone does.
    by = "yes, by SMS" if method.kind == "phone" else "yes"
    return state(by, AMBER) if method.signs_in_alone else None


def _secret(secret: Secret | None, attribute: str) -> Markup:
    if secret is None:
        return quiet("none was generated here")
    if secret.is_gone:
        return Markup(f"{code(secret)} {quiet('its text is gone, because the result was pickled or written as JSON')}")
    return Markup(f"{code(secret)} {quiet('.' + attribute + '.reveal() shows it')}")


def _minutes(minutes: int | None) -> str | None:
    return None if minutes is None else count(minutes, "minute")


def _receipts(results: Sequence[WriteResult]) -> Markup:
    heads = ("what", "state", "account", "warnings", "answered")
    return table(heads, [_summary(result) for result in results[:MOST_ROWS]], len(results))


PARTS.update(
    {
        User: _user,
        UsersFound: _found,
        FoundUser: lambda found: [_candidates([found])],
        AuthenticationMethod: _method,
        MethodList: _method_list,
        Receipt: receipt_parts,
        ReceiptWarning: _warning,
        SessionsRevoked: lambda result: receipt_parts(result, facts(_sessions(result))),
        MfaSessionsRevoked: _mfa_sessions,
        PasswordReset: _password,
        LockedOut: _locked_out,
        MethodsDeleted: _deleted,
        RiskOutcomes: _risks,
        MethodDeleted: _one_deleted,
        MfaReregistrationRequired: _reregistration,
        AccessPassCreated: _pass_created,
        AccessPass: _access_pass,
    }
)
TABLES.update(
    {
        AuthenticationMethod: _methods,
        WriteResult: _receipts,
        MethodOutcome: _outcomes,
        RiskOutcome: _users_risk,
        FoundUser: _candidates,
    }
)
