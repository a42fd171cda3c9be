"""What follows a run, as tables for notebooks and as plain text: the gate, undo, and the watch."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, Any

from .._after import Finding, Gate, GateItem, Undone, UndoStep, Watched
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
    lines,
    name,
    note,
    quiet,
    section,
    small,
    state,
    table,
    title,
    told,
    utc,
    warning,
)
from .registry import PARTS, TABLES, TEXTS
from .run_words import gate_look, state_look, undo_look
from .runs import runs_table
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
    return f"{printable(item.kind)}: {printable(gate_look(item)[2])}: {printable(item.reason)}{following}"


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
    lines = [
        f"{account}: {'taken back' if undone.confirmed else what}: {len(undone.steps)} steps were done",
        *map(_undo, undone.steps),
    ]
    lines += [f"gate: {_item(item)}" for item in undone.gate or () if item.state == "missing"]
    lines += [f"warning: {printable(line)}" for line in undone.warnings]
    return "\n".join([*lines, f"journal: {printable(undone.place)}"])


def _undo(step: UndoStep) -> str:
    said = printable(undo_look(step)[2])
    if step.state is None:
        call = f", {printable(str(step.call.get('operation')))}" if step.call else ""
        because = f": {printable(step.reason)}" if step.reason else ""
        said = f"{said}{call}{' (asks the gate)' if step.guarded else ''}{because}"
    elif step.error:
        said = f"{said}: {printable(str(step.error.get('message')))}"
    before = "".join(f"; before: {printable(key)} = {printable(value)}" for key, value in _before(step))
    return f"{step.step + 1:>2}. {printable(step.title)}: {said}{before}"


def _of_watch(watched: Watched) -> tuple[str, str]:
    """Returns colour and words of a watch, as the core prints them. It is never green: no change is no proof."""
    if watched.came_back:
        return RED, f"CAME BACK: {len(watched.findings)}"
    if watched.read is None:
        return AMBER, "UNKNOWN: the account could not be read"
    return (AMBER if watched.unknown else BLUE), "nothing came back that was read"


def _watched(watched: Watched) -> list[Markup]:
    colour, said = _of_watch(watched)
    rows: list[tuple[str, object]] = [("rounds", watched.rounds), ("read last", watched.read), ("journal", code(watched.place))]
    return [
        title(name(watched.user_principal_name or watched.account), badge(said, colour)),
        facts(rows),
        *(warning(told(each)) for each in watched.warnings[:MOST_ROWS]),
        *(warning(told(each), "Unknown") for each in watched.unknown[:MOST_ROWS]),
        *([findings_table(watched.findings)] if watched.findings else []),
        *([section("What the watch did"), runs_table(watched.steps)] if watched.steps else []),
        note(watched.note),
    ]


def findings_table(findings: Sequence[Finding]) -> Markup:
    """Shows what a watch found, one in a row."""
    rows: list[Sequence[object]] = []
    for found in findings[:MOST_ROWS]:
        colour, sign, said = (GREY, "\u2713", "no longer there") if found.gone else (RED, "\u2717", "there")
        doubt = None if found.certain else small(quiet("not certain: the list was not complete"))
        rows.append(
            (
                Markup(f"<b>{told(words(found.kind))}</b>"),
                lines(told(found.what), doubt),
                found.at,
                state(said, colour, sign=sign),
            )
        )
    return table(("finding", "what", "seen", "now"), rows, len(findings))


def watch_text(watched: Watched) -> str:
    """Writes what came back, what is unknown, what the watch did, and what that is worth."""
    account = printable(watched.user_principal_name or watched.account)
    lines = [f"{account}: {_of_watch(watched)[1]} (rounds: {watched.rounds})", *map(finding_text, watched.findings)]
    lines += [f"unknown: {printable(line)}" for line in watched.unknown]
    for step in watched.steps:
        because = str(step.error.get("message")) if step.error else step.reason
        said = f": {printable(because)}" if because else ""
        lines.append(f"{step.step + 1:>2}. {printable(step.title)}: {printable(state_look(step.state)[2])}{said}")
    lines += [f"warning: {printable(line)}" for line in watched.warnings]
    return "\n".join([*lines, printable(watched.note), f"journal: {printable(watched.place)}"])


def finding_text(found: Finding) -> str:
    """Writes one finding."""
    doubt = "" if found.certain else " (not certain: the list was not complete)"
    gone = "; no longer there" if found.gone else ""
    return f"{printable(found.kind)}: {printable(found.what)}, seen at {utc(found.at)}{doubt}{gone}"


PARTS.update({Gate: _gate, Undone: _undone, Watched: _watched})
TABLES.update({GateItem: gate_table, UndoStep: undo_table, Finding: findings_table})
TEXTS.update({Gate: gate_text, Undone: undo_text, Watched: watch_text})
