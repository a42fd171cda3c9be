"""A preflight: what Graph would answer to each operation, as a table for notebooks and as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._advice import CallerFound, Obstacle, Preflight, PreflightCheck
from .markup import AMBER, GREEN, RED, Markup, badge, code, lines, note, state, table, title, told
from .permissions import KINDS
from .registry import PARTS, TABLES, TEXTS
from .text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

COLOURS = {"allowed": GREEN, "refused": RED, "cannot-tell": AMBER}
SAID = {"allowed": "allowed", "refused": "refused", "cannot-tell": "cannot tell"}


def _shown(preflight: Preflight) -> list[Markup]:
    worst = next((word for word in ("refused", "cannot-tell") if any(c.expected == word for c in preflight.checks)), "allowed")
    said = {"allowed": "all of it would be allowed", "refused": "SOME OF IT WOULD BE REFUSED", "cannot-tell": "not all is known"}
    return [
        title("preflight", badge(said[worst], COLOURS[worst])),
        *(note(surprise) for surprise in preflight.surprises),
        checks_table(preflight.checks),
        note("as the tokens say, which is not verified: Graph decides"),
    ]


def checks_table(checks: Sequence[PreflightCheck]) -> Markup:
    """Shows one operation in a row."""
    rows: list[Sequence[object]] = []
    for check in checks:
        reasons = [*(told(obstacle.text) for obstacle in check.because), *(told(text) for text in check.notes)]
        as_whom = None if check.caller is None else told(KINDS.get(check.caller, check.caller))
        answer = state(SAID.get(check.expected, check.expected), COLOURS.get(check.expected, AMBER))
        rows.append((code(check.operation), answer, as_whom, lines(*reasons)))
    return table(("operation", "answer", "as", "because"), rows, len(rows))


def _check(check: PreflightCheck) -> list[Markup]:
    return [title(check.operation), checks_table([check])]


def _caller(caller: CallerFound) -> list[Markup]:
    who = "a caller of unknown kind" if caller.kind is None else KINDS.get(caller.kind, caller.kind)
    held = [told(name) for name in caller.roles or ()] or [told("none" if caller.roles == [] else "unknown")]
    return [title(who), table(("roles",), [(lines(*held),)], 1)]


def check_text(check: PreflightCheck) -> str:
    """Writes one line: the operation, the answer, the reasons."""
    reasons = [*(obstacle.text for obstacle in check.because), *(f"note: {text}" for text in check.notes)]
    told_of = f": {'; '.join(reasons)}" if reasons else ""
    return printable(f"{check.operation}: {SAID.get(check.expected, check.expected)}{told_of}")


def preflight_text(preflight: Preflight) -> str:
    """Writes what makes the tool doubtful first, then a line for each operation."""
    surprises = [printable(f"! {surprise}") for surprise in preflight.surprises]
    return "\n".join([*surprises, *(check_text(check) for check in preflight.checks)])


def _obstacle(obstacle: Obstacle) -> list[Markup]:
    return [title(obstacle.kind, after=told(obstacle.text))]


PARTS.update({Preflight: _shown, PreflightCheck: _check, CallerFound: _caller, Obstacle: _obstacle})
TABLES.update({PreflightCheck: checks_table})
TEXTS.update({Preflight: preflight_text})
