"""What follows a run, as tables for notebooks and as plain text: the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._after import Gate, GateItem
from .markup import AMBER, GREEN, MOST_ROWS, RED, Markup, badge, code, facts, lines, name, quiet, small, state, table, title, told, utc
from .registry import PARTS, TABLES, TEXTS
from .run_words import gate_look
from .text import printable
from .words import words

if TYPE_CHECKING:
    from collections.abc import Sequence


def _of_gate(gate: Gate) -> tuple[str, str]:
    """Returns colour and words of the whole gate, as the core prints them."""
    missing, unknown = ([item for item in gate if item.state == word] for word in ("missing", "unknown"))
    if gate.ready:
        return GREEN, "ready to be given back"
    if missing:
        return RED, f"NOT READY: {len(missing)} missing, {len(unknown)} unknown"
    return AMBER, f"not known to be ready: {len(unknown)} unknown"


def _gate(gate: Gate) -> list[Markup]:
    colour, said = _of_gate(gate)
    return [
        title(name(gate.user_principal_name or gate.account), badge(said, colour)),
        facts([("read", gate.at), ("journal", code(gate.place))]),
        gate_table(gate.items),
    ]


def gate_table(items: Sequence[GateItem]) -> Markup:
    """Shows items of the gate, one in a row."""
    rows: list[Sequence[object]] = []
    for item in items[:MOST_ROWS]:
        colour, sign, said = gate_look(item)
        refuses = small(quiet("the block is not lifted without it, unless it is named")) if item.refuses else None
        because = lines(told(item.reason), small(told(f"next: {item.next}")) if item.next else None)
        rows.append((Markup(f"<b>{told(words(item.kind))}</b>"), lines(state(said, colour, sign=sign), refuses), because))
    return table(("item", "state", "because, and what to do"), rows, len(items))


def gate_text(gate: Gate) -> str:
    """Writes whether the account is ready, and one line for each item."""
    account = printable(gate.user_principal_name or gate.account)
    return "\n".join([f"{account}: {_of_gate(gate)[1]}, as read at {utc(gate.at)}", *map(_item, gate)])


def _item(item: GateItem) -> str:
    following = f"; next: {printable(item.next)}" if item.next else ""
    return f"{printable(item.kind)}: {gate_look(item)[2]}: {printable(item.reason)}{following}"


PARTS.update({Gate: _gate})
TABLES.update({GateItem: gate_table})
TEXTS.update({Gate: gate_text})
