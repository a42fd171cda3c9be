"""Advice as plain text, for a terminal: the steps in their order, then what remains."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

from .._advice import Advice, Needed
from .registry import TEXTS
from .text import printable
from .words import action_names, count, words

if TYPE_CHECKING:
    from .._advice import Disagreement, Step


def advice_text(advice: Advice) -> str:
    """Writes the steps with their reason, limit, cost and source."""
    privileged = {True: "privileged", False: "not privileged", None: "privileged or not: unknown"}[advice.privileged]
    lines = [f"What to do: {words(advice.incident)} ({words(advice.account)} account, {privileged})"]
    lines += [f"a sign against it: {printable(sign)}" for sign in advice.signs]
    for number, step in enumerate(advice.steps, 1):
        lines += _step(number, step)
    lines += [line for item in advice.disagreements for line in _disagreement(item)]
    lines += [
        f"outside Graph: {printable(item.place)}: {printable(item.door)} | {printable(item.close)}" for item in advice.outside
    ]
    lines += [f"remains open: {printable(door.label)}: {printable(door.why)}" for door in advice.left_open]
    return "\n".join([*lines, *(f"note: {printable(note)}" for note in advice.notes)])


def _step(number: int, step: Step) -> list[str]:
    how = ("by hand", step.elsewhere or "place unknown") if step.by_hand else ("by", step.operation)
    said = {
        how[0]: how[1],
        "when": step.when,
        "reason": step.reason,
        "but": step.does_not,
        "cost": step.cost,
        "needs": step.needs,
        "source": str(step.source),
    }
    lines = [f"{number:>2}. {printable(step.title)}"]
    lines += [f"    {head:<8}{printable(text)}" for head, text in said.items() if text]
    if step.choose:
        lines.append("    choose  a person chooses among the calls:")
    # A call names an id, which the service chose.
    return lines + [f"    call    {printable(dumps(call, ensure_ascii=False))}" for call in step.calls]


def _disagreement(item: Disagreement) -> list[str]:
    positions = [f"    {printable(position.says)} ({printable(str(position.source))})" for position in item.positions]
    return [f"disputed: {printable(item.about)}", *positions, f"    chosen: {printable(item.chosen)}: {printable(item.why)}"]


def needed_text(needed: Needed) -> str:
    """Writes an action, the worst door without it, and how many doors need it."""
    called = action_names().get(needed.action, words(needed.action))
    return f"{printable(called)} ({count(len(needed.closes), 'door')}): {printable(needed.why)}"


TEXTS.update({Advice: advice_text, Needed: needed_text})
