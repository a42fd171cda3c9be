"""When each door closes, as a chart: one bar for each door, on an axis that gives minutes more room than hours.

The SVG is self-contained: no scripts, no external resources, text in the colour of the page. Every colour has its word beside it.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from math import log1p
from typing import TYPE_CHECKING

from .markup import GREY, MOST_ROWS, QUIET, Markup, text, utc
from .words import STATES, clock, headline, sorted_doors, span, word_of

if TYPE_CHECKING:
    from datetime import datetime

    from .._doors import Door, OpenDoors

WIDTH, ROW, BAR = 1080, 24, 10
LABELS, PLOT, WORDS = 340, 400, 310
LEFT, RIGHT = LABELS + 10, LABELS + 10 + PLOT
TOP, BELOW = 10, 42
LONGEST_LABEL, END_OF_LABEL = 48, 24
# Up to here the axis is nearly even; beyond, each doubling takes the same room.
EVEN_MINUTES = 5.0
LEAST_AHEAD, MOST_AHEAD, MOST_BEHIND = timedelta(minutes=15), timedelta(days=366), timedelta(days=2)
TICKS = (5, 15, 30, 60, 120, 240, 480, 720, 1440, 2 * 1440, 7 * 1440, 30 * 1440, 90 * 1440, 366 * 1440)
BETWEEN_TICKS = 44
FONT = "font-family:system-ui,-apple-system,'Segoe UI',sans-serif"


class Axis:
    """Maps times to positions: now at its own position, the past left of it and the future right."""

    def __init__(self, now: datetime, behind: timedelta, ahead: timedelta) -> None:
        self.now = now
        self.behind: float = _bent(behind)
        self.ahead: float = _bent(ahead)

    def x(self, moment: datetime) -> float:
        """Returns the position of a time; one beyond an end is at that end."""
        away = moment - self.now
        bent = _bent(away) if away >= timedelta() else -_bent(-away)
        share = (bent + self.behind) / (self.behind + self.ahead)
        return round(LEFT + PLOT * min(1.0, max(0.0, share)), 1)


def svg(doors: OpenDoors) -> str:
    """Draws the doors, worst first."""
    ordered = sorted_doors(doors.doors)
    shown = ordered[:MOST_ROWS]
    ends = {place: _end(door) for place, door in enumerate(shown)}
    axis = _axis(doors.now, [end for end in ends.values() if end])
    height = TOP + ROW * max(1, len(shown)) + BELOW + (ROW if len(ordered) > len(shown) else 0)
    said = f"When each door closes: {headline(doors)}"
    parts = [f"<title>{text(said)}</title> <desc>{text(_described(doors))}</desc>", *_ticks(axis, height)]
    parts += [_row(door, ends[place], axis, TOP + ROW * place) for place, door in enumerate(shown)]
    if not shown:
        parts.append(_text(0, TOP + 16, "no door is known"))
    if len(ordered) > len(shown):
        parts.append(_text(0, height - 6, f"and {len(ordered) - len(shown):,} more, not shown", quiet=True))
    style = f"max-width:{WIDTH}px;{FONT};font-size:12px"
    shape = f'viewBox="0 0 {WIDTH} {height}" width="100%" fill="currentColor" style="{style}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {shape}>{"".join(parts)}</svg>'


def _described(doors: OpenDoors) -> str:
    return f"One bar for each way into the account, the worst first, assessed for {utc(doors.now)}."


def _bent(away: timedelta) -> float:
    return log1p(away.total_seconds() / 60 / EVEN_MINUTES)


def _axis(now: datetime, ends: list[datetime]) -> Axis:
    last = max(ends, default=now)
    ahead = min(MOST_AHEAD, max(LEAST_AHEAD, last - now))
    # The moment now keeps a little to its left, for bars of doors that closed before.
    behind = min(MOST_BEHIND, max((now - end for end in ends if end < now), default=timedelta()))
    return Axis(now, behind * 1.5 if behind else behind, ahead)


def _end(door: Door) -> datetime | None:
    """Returns when a door closes, or was closed or held; None if nothing known ends it."""
    return door.closed_since if word_of(door) in ("held", "closed") else door.until


def _row(door: Door, end: datetime | None, axis: Axis, top: int) -> str:
    word = word_of(door)
    colour, middle = STATES[word], top + ROW / 2
    full = text(door.label)
    short, cut = _short(door.label)
    # What does not fit is cut off by the drawing inside, whatever width its letters have.
    label = f'<svg x="0" y="{top}" width="{LABELS}" height="{ROW}">{_text(0, 16, short)}</svg>'
    said = _said(door, word, end, axis.now)
    if word in ("held", "closed") and end is None:
        bar = ""
    elif word == "unknown" or end is None:
        bar = _line(LEFT, axis.x(end) if end else RIGHT, middle, colour, dashed=word != "open", arrow=end is None)
    else:
        right = max(axis.x(end), LEFT + 2.0)
        bar = (
            f'<rect x="{LEFT}" y="{middle - BAR / 2}" width="{round(right - LEFT, 1)}" height="{BAR}" fill="{colour}"/>'
            f'<rect x="{round(right - 2, 1)}" y="{middle - BAR / 2 - 3}" width="2" height="{BAR + 6}" fill="{colour}"/>'
        )
        if word == "held":
            # It is still there behind what holds it, until something ends it.
            ended = axis.x(door.until) if door.until else RIGHT
            bar += _line(right, max(ended, right), middle, colour, dashed=True, arrow=False)
    hover = f"<title>{full}</title>" if cut else ""
    dot = f'<circle cx="{RIGHT + 24}" cy="{middle}" r="4" fill="{colour}"/>'
    # If a page removes the shapes and keeps the words, each row is still on its own line.
    return f"\n<g>{hover}{label}{bar}{dot} {_text(RIGHT + 34, top + 16, said)}</g>"


def _line(left: float, right: float, middle: float, colour: str, *, dashed: bool, arrow: bool) -> str:
    """Draws a bar without a known end with an arrow, and one that may not exist dashed."""
    head = (
        f'<polygon points="{right + 8},{middle} {right - 3},{middle - 8} {right - 3},{middle + 8}" fill="{colour}"/>'
        if arrow
        else ""
    )
    if dashed:
        stroke = f'stroke="{colour}" stroke-width="3" stroke-dasharray="7 5"'
        return f'<line x1="{left}" y1="{middle}" x2="{right}" y2="{middle}" {stroke}/>{head}'
    width = round(right - left, 1)
    return f'<rect x="{left}" y="{middle - BAR / 2}" width="{width}" height="{BAR}" fill="{colour}"/>{head}'


def _said(door: Door, word: str, end: datetime | None, now: datetime) -> str:
    if end is None:
        return f"{word}, end unknown" if word == "closing" else word
    if word in ("held", "closed"):
        ends = f", ended from {clock(door.until, now)}" if word == "held" and door.until else ""
        return f"{word} since {clock(end, now)}{ends}"
    until = f"until {clock(end, now)}" + (f", {span((end - now).total_seconds())} from now" if end > now else "")
    then = ", then held" if door.only_held else ""
    return f"{word} {until}{then}" if word == "closing" else f"{word}, at most {until}"


def _ticks(axis: Axis, height: int) -> list[str]:
    bottom = height - BELOW + 4
    parts = [_tick(axis.x(axis.now), bottom, "now", f"{axis.now.astimezone(UTC):%H:%M}", strong=True)]
    for sign, mark in ((1, "+"), (-1, "\u2212")):
        last = axis.x(axis.now)
        for minutes in TICKS:
            moment = axis.now + sign * timedelta(minutes=minutes)
            x = axis.x(moment)
            if x in (LEFT, RIGHT) and _bent(timedelta(minutes=minutes)) > (axis.ahead if sign > 0 else axis.behind):
                break
            if abs(x - last) < BETWEEN_TICKS:
                continue
            last = x
            at = moment.astimezone(UTC)
            below = f"{at:%H:%M}" if minutes < 1440 else f"{at:%m-%d}"
            parts.append(_tick(x, bottom, f"{mark}{_long(minutes)}", below))
    unit = "time from now, and the clock in UTC; the axis is not linear: minutes get more room than hours"
    parts.append(_text(RIGHT + 34, bottom + 14, "time from now; clock in UTC"))
    parts.append(_text(RIGHT + 34, bottom + 29, "not linear: minutes get more room than hours", quiet=True))
    return [f"\n<g><title>{text(unit)}</title> {' '.join(parts)}</g>"]


def _tick(x: float, bottom: float, words: str, below: str, *, strong: bool = False) -> str:
    stroke = 'stroke="currentColor" stroke-width="2" stroke-opacity="0.8"' if strong else f'stroke="{GREY}" stroke-opacity="0.5"'
    line = f'<line x1="{x}" y1="{TOP - 6}" x2="{x}" y2="{bottom}" {stroke}/>'
    return line + _text(x, bottom + 14, words, middle=True, bold=strong) + _text(x, bottom + 29, below, middle=True, quiet=True)


def _long(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 1440 else f"{minutes // 1440} d"


def _short(label: str) -> tuple[str, bool]:
    """Omits the middle: the end names the device or the method."""
    if len(label) <= LONGEST_LABEL:
        return label, False
    return f"{label[: LONGEST_LABEL - END_OF_LABEL - 1].rstrip()}\u2026{label[-END_OF_LABEL:]}", True


def _text(x: float, y: float, words: str, *, middle: bool = False, quiet: bool = False, bold: bool = False) -> Markup:
    style = "unicode-bidi:isolate" + (f";{QUIET}" if quiet else "") + (";font-weight:600" if bold else "")
    anchor = ' text-anchor="middle"' if middle else ""
    return Markup(f'<text x="{x}" y="{y}"{anchor} style="{style}">{text(words)}</text>')
