"""The words for what the core names: methods, actions, the states of doors; numbers and times in words."""

from __future__ import annotations

from json import loads
from math import ceil
from typing import TYPE_CHECKING, Any

from .. import _native
from .markup import AMBER, BLUE, GREEN, RED, Markup, code, name, quiet, small, text, utc

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from .._doors import Door, OpenDoors

# As the other colours: white text on it is readable, and it stands out from white and from near-black.
VIOLET = "#7a52c7"
# The worst first; an unknown word counts as unknown. Held is not green: what holds can be undone.
STATES = {"open": RED, "unknown": AMBER, "closing": BLUE, "held": VIOLET, "closed": GREEN}
MARKS = {"documented": "", "observed": "\u00b0", "inferred": "\u2020"}
LEGEND = "no mark: a page of Microsoft says it; \u00b0 it was seen; \u2020 it follows from what the sources say"


# Read once: a table asks for it in every row.
_told: dict[str, Any] = {}


def vocabulary() -> dict[str, Any]:
    """Returns the core's words: types of methods and actions with what people call them, warnings with their weight."""
    if not _told:
        _told.update(loads(_native.vocabulary()))
    return _told


def words(word: str) -> str:
    """Writes a word of the core as words."""
    plain = word.replace("_", " ").replace("-", " ")
    return plain.replace("sign in", "sign-in").replace(" mfa", " MFA").replace(" oath", " OATH")


def count(number: int, of_what: str) -> str:
    """Writes how many there are."""
    return f"{number:,} {of_what}{'' if number == 1 else 's'}"


def kind_name(kind: str) -> Markup:
    """Shows the name of a type of method."""
    known = vocabulary()["method_kinds"].get(kind)
    return text(known) if known else Markup(f"{name(kind)} {quiet('(a type that this version does not know)')}")


def word_of(door: Door) -> str:
    """Returns one of the five states; a newer one counts as unknown, never as closed."""
    return door.state if door.state in STATES else "unknown"


def is_shut(door: Door) -> bool:
    """Returns whether something shuts a door: now, soon, or for as long as it holds."""
    return word_of(door) not in ("open", "unknown")


def sorted_doors(doors: Iterable[Door]) -> list[Door]:
    """Sorts by state; among the doors of one state the core's order stays."""
    order = list(STATES)
    return sorted(doors, key=lambda door: order.index(word_of(door)))


def headline(doors: OpenDoors) -> str:
    """Shows the state of the account in one line."""
    number = dict.fromkeys(STATES, 0)
    for door in doors.doors:
        number[word_of(door)] += 1
    if not sum(number.values()):
        return "no door is known"
    parts = [f"{many} {word}" for word, many in number.items() if many]
    first, _, rest = parts[0].partition(" ")
    parts[0] = f"{first} {'door' if first == '1' else 'doors'} {rest}"
    if until := doors.all_closed_from:
        at = next(place for place, part in enumerate(parts) if part.endswith("closing"))
        parts[at] += f" ({'the last ' if number['closing'] > 1 else ''}by {clock(until, doors.now)})"
    return ", ".join(parts)


def clock(moment: datetime, now: datetime | None = None) -> str:
    """Writes a time as the time of day, or completely if it is on another day."""
    from datetime import UTC

    there = moment.astimezone(UTC)
    if now is None or there.date() != now.astimezone(UTC).date():
        return utc(moment)
    return f"{there:%H:%M:%S} UTC" if there.second else f"{there:%H:%M} UTC"


def span(seconds: float) -> str:
    """Writes how long something takes at most, rounded up."""
    minutes = ceil(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{ceil(hours / 24):,} days"


def ways() -> dict[str, tuple[str | None, str]]:
    """Returns the client method of each action, or the place to do it."""
    return {word: (action["operation"], action["elsewhere"] or "") for word, action in vocabulary()["actions"].items()}


def action_names() -> dict[str, str]:
    """Returns the name of each action."""
    return {word: action["name"] for word, action in vocabulary()["actions"].items()}


def again(doors: OpenDoors) -> int:
    """Counts the doors that would open if sign-in were unblocked; what something else holds remains held."""
    return max(0, len(doors.if_unblocked().open) - len(doors.open))


def when(door: Door, now: datetime | None) -> str:
    """Shows since when a door is closed or held, or until when it is not; empty if it is open without an end."""
    word = word_of(door)
    if door.state not in STATES:
        return f"\u201c{door.state}\u201d is a state that this version does not know"
    if word in ("held", "closed"):
        ends = f", ended from {clock(door.until, now)}" if word == "held" and door.until else ""
        return f"since {clock(door.closed_since, now)}{ends}" if door.closed_since else "since unknown"
    until = door.until
    if until is None:
        return "end unknown" if word == "closing" else ""
    left = f" (in {span((until - now).total_seconds())})" if now and until > now else ""
    then = ", then held" if door.only_held else ""
    return f"{'' if word == 'closing' else 'at most '}until {clock(until, now)}{left}{then}"


def way(action: str, names: dict[str, str]) -> Markup:
    """Shows the call that does it, or what it is called and where it is done."""
    told = vocabulary()["actions"].get(action, {})
    if told.get("operation"):
        return code(f"client.{told['operation']}")
    place = told.get("elsewhere") or ""
    # The first place is enough here; the advice has the other ways.
    return Markup(f"{text(names.get(action, words(action)))} {quiet(small(place.split(', or ')[0]))}")
