"""What follows a run, as tables for notebooks and as plain text: the gate, and undo."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, Any

from .._after import Gate, GateItem, Undone, UndoStep
from .markup import AMBER, BLUE, GREEN, GREY, MOST_ROWS, RED, Markup, badge, code, facts, lines, name, quiet, section, small, state, table, title, told, utc, warning
from .registry import PARTS, TABLES, TEXTS
from .run_words import gate_look, undo_look
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


def _undone(undone: Undone) -> list[Markup]:
    said = badge("taken back", BLUE) if undone.confirmed else badge("shown only, nothing was sent", GREY)
    missing = [item for item in undone.gate or () if item.state == "missing"]
    gate = [section("What the gate misses"), gate_table(missing)] if missing else []
    return [
        title(name(undone.user_principal_name or undone.account), said),
        facts([("journal", code(undone.place))]),
        *(warning(told(each)) for each in undone.warnings[:MOST_ROWS]),
        undo_table(undone.steps),
        *gate,
    ]


def undo_table(steps: Sequence[UndoStep]) -> Markup:
    """Shows steps that were done and how each is taken back, one in a row."""
    rows: list[Sequence[object]] = []
    for step in steps[:MOST_ROWS]:
        colour, sign, said = undo_look(step)
        call = code(f"client.{step.call.get('operation')}") if step.call else None
        gate = small(quiet("asks the gate")) if step.guarded else None
        error = told(str(step.error.get("message"))) if step.error else None
        before = [small(told(f"{key} = {value}")) for key, value in _before(step)]
        rows.append(
            (
                step.step + 1,
                lines(Markup(f"<b>{told(step.title)}</b>"), code(f"client.{step.operation}") if step.operation else None),
                lines(state(said, colour, sign=sign), call, gate),
                lines(error or (told(step.reason) if step.reason else None)),
                lines(*before),
            )
        )
    return table(("", "step", "taken back", "because", "before the step"), rows, len(steps))


def _before(step: UndoStep) -> list[tuple[str, str]]:
    return [(key, _value(value)) for key, value in step.before.items()]


def _value(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value, ensure_ascii=False)


def undo_text(undone: Undone) -> str:
    """Writes each step that was done, how it is taken back or what became of that, and what the gate misses."""
    account, what = printable(undone.user_principal_name or undone.account), "shown only, nothing was sent"
    lines = [f"{account}: {'taken back' if undone.confirmed else what}: {len(undone.steps)} steps were done", *map(_undo, undone.steps)]
    lines += [f"gate: {_item(item)}" for item in undone.gate or () if item.state == "missing"]
    lines += [f"warning: {printable(line)}" for line in undone.warnings]
    return "\n".join([*lines, f"journal: {printable(undone.place)}"])


def _undo(step: UndoStep) -> str:
    said = undo_look(step)[2]
    if step.state is None:
        call = f", {printable(str(step.call.get('operation')))}" if step.call else ""
        because = f": {printable(step.reason)}" if step.reason else ""
        said = f"{said}{call}{' (asks the gate)' if step.guarded else ''}{because}"
    elif step.error:
        said = f"{said}: {printable(str(step.error.get('message')))}"
    before = "".join(f"; before: {printable(key)} = {printable(value)}" for key, value in _before(step))
    return f"{step.step + 1:>2}. {printable(step.title)}: {said}{before}"


PARTS.update({Gate: _gate, Undone: _undone})
TABLES.update({GateItem: gate_table, UndoStep: undo_table})
TEXTS.update({Gate: gate_text, Undone: undo_text})
