"""Results as small tables for notebooks: escaped, capped, without scripts or remote content, readable on light and dark."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ._record import Record, Records
from ._results import (
    MethodList,
    MethodsDeleted,
    MfaReregistrationRequired,
    MfaSessionsRevoked,
    Receipt,
    _Written,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# More rows than this are counted, not shown: a page of 5,000 lines helps nobody.
MOST_ROWS = 60
LONGEST_CELL = 300

# Colours that carry on white and on near-black alike; the words say the same.
GOOD, BAD, DOUBTFUL, QUIET = "#2e9e5b", "#d9434e", "#c8860a", "#8a8f98"
STATES = {
    "accepted": GOOD,
    "confirmed": GOOD,
    "effective": GOOD,
    "unknown": BAD,
    "not-sent": QUIET,
    "removed": GOOD,
    "already-gone": GOOD,
    "deactivated": GOOD,
    "still-listed": BAD,
    "refused": BAD,
    "not-removable": QUIET,
    "unknown-type": DOUBTFUL,
    "unknown-age": DOUBTFUL,
    "not-tried": BAD,
    "would-remove": QUIET,
}
TABLE = "border-collapse:collapse;margin:.3em 0;font-size:.92em"
CELL = "text-align:left;vertical-align:top;padding:.2em .7em .2em 0;border-bottom:1px solid rgba(128,128,128,.35)"
HEAD = CELL + ";font-weight:600;white-space:nowrap"
TITLE = "font-weight:600;margin:.5em 0 .2em"
NOTE = "margin:.15em 0;max-width:60em"

Cell = tuple[str, str | None]


def of(record: Record) -> str:
    """Shows one result."""
    if isinstance(record, MethodList):
        return _title(f"{len(record)} authentication methods") + table_of(record.methods) + _list_notes(record)
    if isinstance(record, Receipt):
        return _receipt(record)
    if isinstance(record, MfaReregistrationRequired):
        steps = _title("Next") + table_of(record.next_steps) if record.next_steps else ""
        return _methods_deleted(record.deleted) + steps
    if isinstance(record, MethodsDeleted):
        return _methods_deleted(record)
    if isinstance(record, MfaSessionsRevoked):
        more = _facts(record, ["per_user_mfa", "per_user_mfa_unread"])
        return _receipt(record.receipt) + _facts(record.sessions, ["valid_from_before", "valid_from"]) + more
    if isinstance(record, _Written):
        names = [name for name in record._fields() if name not in ("receipt", "grade")]
        return _receipt(record.receipt) + _facts(record, names)
    return _title(type(record).__name__) + _facts(record, record._fields())


def table_of(records: Sequence[Any]) -> str:
    """Shows several results of one kind, one in a row."""
    if not records:
        return _note("none")
    first = records[0]
    if not isinstance(first, Record):
        return _note(repr(records))
    names = list(first._shown or first._fields())
    rows = [[_cell(getattr(record, name), name) for name in names] for record in records[:MOST_ROWS]]
    more = _note(f"... and {len(records) - MOST_ROWS} more") if len(records) > MOST_ROWS else ""
    return _table(names, rows) + more


def _receipt(receipt: Receipt) -> str:
    title = _title(receipt.operation, receipt.grade)
    facts = _facts(receipt, ["target", "mechanism"])
    sent = table_of(receipt.exchanges) if receipt.exchanges else ""
    would = _note("would send:") + table_of(receipt.would_send) if receipt.would_send else ""
    return title + facts + sent + would + _warnings(receipt)


def _methods_deleted(result: MethodsDeleted) -> str:
    remaining = result.remaining
    left = _note("not known") if remaining is None else table_of(remaining)
    return (
        _title(result.receipt.operation, result.grade)
        + table_of(result.methods)
        + _title("What the user has now")
        + left
        + _warnings(result.receipt)
    )


def _warnings(receipt: Receipt) -> str:
    return "".join(
        f'<p style="{NOTE}"><b style="color:{DOUBTFUL}">Warning</b> {_text(warning.text)}</p>'
        for warning in receipt.warnings[:MOST_ROWS]
    )


def _list_notes(methods: MethodList) -> str:
    notes = []
    if methods.partial:
        notes.append("this cloud lists only some types of methods")
    if methods.beta_unread:
        notes.append(f"beta could not be read: {methods.beta_unread}")
    if methods.unreadable:
        notes.append(f"{len(methods.unreadable)} more could not be understood")
    return "".join(_note(text) for text in notes)


def _facts(record: Record, names: Iterable[str]) -> str:
    rows = [[(_text(name.replace("_", " ")), None), _cell(getattr(record, name), name)] for name in names]
    return _table([], rows)


def _table(names: list[str], rows: list[list[Cell]]) -> str:
    head = "".join(f'<th style="{HEAD}">{_text(name.replace("_", " "))}</th>' for name in names)
    head = f"<thead><tr>{head}</tr></thead>" if names else ""
    body = "".join("<tr>" + "".join(_td(cell) for cell in row) + "</tr>" for row in rows)
    return f'<table style="{TABLE}">{head}<tbody>{body}</tbody></table>'


def _td(cell: Cell) -> str:
    text, colour = cell
    if colour is None:
        return f'<td style="{CELL}">{text}</td>'
    return f'<td style="{CELL};color:{colour};font-weight:600">{text}</td>'


def _cell(value: Any, name: str) -> Cell:
    if isinstance(value, Records):
        return str(len(value)), None
    if value is None or value == "":
        return "&ndash;", None
    if isinstance(value, bool):
        return ("yes" if value else "no"), None
    if hasattr(value, "isoformat"):
        return _text(value.strftime("%Y-%m-%d %H:%M:%S UTC")), None
    if name in ("grade", "outcome"):
        return _text(value), STATES.get(value)
    return _text(value), None


def _text(value: Any) -> str:
    text = str(value)
    if len(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - 3] + "..."
    # What turns text round or hides it would let a name of an attacker's choice pose as another.
    return escape("".join(char if char.isprintable() else "\ufffd" for char in text))


def _title(text: str, grade: str | None = None) -> str:
    state = "" if grade is None else f': <span style="color:{STATES.get(grade, QUIET)}">{_text(grade)}</span>'
    return f'<div style="{TITLE}">{_text(text)}{state}</div>'


def _note(text: str) -> str:
    return f'<p style="{NOTE};color:{QUIET}">{_text(text)}</p>'
