"""Drills: the plays of an adversary against a plan, as a table for notebooks and as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._advice import Drill, DrillPlay
from .markup import GREEN, MOST_ROWS, RED, Markup, badge, lines, note, state, table, title, told
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


def drill_text(drill: Drill) -> str:
    """Writes what became of each play."""
    return "\n".join(printable(line) for line in str(drill._data["text"]).splitlines())


PARTS.update({Drill: _drill})
TABLES.update({DrillPlay: plays_table})
TEXTS.update({Drill: drill_text})
