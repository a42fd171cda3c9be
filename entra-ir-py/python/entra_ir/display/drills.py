"""Drills: the plays of an adversary against a plan, and the operations on a test account, as tables and as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._advice import Drill, DrillPlay
from .._after import DrilledOperation, RealDrill
from .markup import (
    AMBER,
    GREEN,
    GREY,
    MOST_ROWS,
    RED,
    Markup,
    badge,
    code,
    lines,
    name,
    note,
    quiet,
    small,
    state,
    table,
    title,
    told,
)
from .registry import PARTS, TABLES, TEXTS
from .text import printable
from .words import words

if TYPE_CHECKING:
    from collections.abc import Sequence


def _drill(drill: Drill) -> list[Markup]:
    said = badge("evicted in every play", GREEN) if drill.evicted else badge("NOT EVICTED in every play", RED)
    return [title(words(drill.incident), said), note("played on a simulated tenant"), plays_table(drill.plays)]


def plays_table(plays: Sequence[DrillPlay]) -> Markup:
    """Shows plays, one in a row."""
    rows: list[Sequence[object]] = []
    for play in plays[:MOST_ROWS]:
        moves = "makes every move" if play.greedy else "waits"
        rows.append(
            (
                lines(told(play.attacker), told(moves)),
                _outcome(play),
                _minutes(play.gains_for),
                lines(told(str(_minutes(play.in_for))), told(play.last_by) if play.last_by else None),
            )
        )
    return table(("attacker", "outcome", "new access (min)", "any access (min)"), rows, len(plays))


def _outcome(play: DrillPlay) -> Markup:
    ways = play.contained or play.given_back or []
    if not ways:
        back = None if play.user_is_back is not False else told("the user is not back")
        return lines(state("out", GREEN), back)
    said = "IN" if play.contained else "BACK once the account is given back"
    return lines(state(said, RED), *(told(way) for way in ways))


def _minutes(seconds: float | None) -> int:
    return -int(-(seconds or 0.0) // 60)


STATES = {"accepted": GREEN, "refused": RED, "unknown": AMBER, "not-tried": GREY}


def _real_drill(drill: RealDrill) -> list[Markup]:
    said = badge("everything tried was accepted", GREEN) if drill.whole else badge("NOT everything was accepted", RED)
    return [title(name(drill.user_principal_name or drill.account), said), operations_table(drill.operations)]


def operations_table(operations: Sequence[DrilledOperation]) -> Markup:
    """Shows the operations of a drill, one in a row."""
    rows: list[Sequence[object]] = []
    for tried in operations[:MOST_ROWS]:
        back = {True: state("taken back", GREEN), False: state("NOT TAKEN BACK", RED), None: None}[tried.undone]
        question = small(quiet(f"answers: {tried.question}")) if tried.question else None
        rows.append(
            (
                code(tried.operation),
                state(words(tried.state), STATES.get(tried.state, GREY)),
                lines(told(tried.reason) if tried.reason else None, question),
                lines(back, told(tried.undo) if tried.undo and tried.undone is not True else None),
            )
        )
    return table(("operation", "state", "because", "taken back"), rows, len(operations))


def drill_text(drill: Drill | RealDrill) -> str:
    """Writes what became of each play, or of each operation."""
    return "\n".join(printable(line) for line in str(drill._data["text"]).splitlines())


PARTS.update({Drill: _drill, RealDrill: _real_drill})
TABLES.update({DrillPlay: plays_table, DrilledOperation: operations_table})
TEXTS.update({Drill: drill_text, RealDrill: drill_text})
