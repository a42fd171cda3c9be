"""Open doors and differences as plain text, for a terminal: a summary, then similar doors in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._doors import OpenDoors
from .._snapshot_diff import SnapshotDiff
from .markup import AMBER, BLUE, GREEN, RED
from .registry import TEXTS
from .words import (
    STATES,
    VIOLET,
    action_names,
    again,
    clock,
    count,
    headline,
    is_shut,
    sorted_doors,
    ways,
    when,
    word_of,
    words,
)

if TYPE_CHECKING:
    from .._doors import Door


def doors_text(doors: OpenDoors) -> str:
    """Writes the doors, worst first."""
    names, ordered = action_names(), sorted_doors(doors.doors)
    lines = [f"{doors.user_id} at {clock(doors.now)}, read {clock(doors.snapshot_taken_at)}", headline(doors)]
    if ordered:
        lines.append(f"the worst: {word_of(ordered[0])}, {printable(ordered[0].label)}: {printable(ordered[0].why)}")
        presses = (f"{_way(press.action, names)} ({press.doors})" for press in doors.next)
        lines.append(f"press next: {', '.join(presses) or 'no known action closes more'}")
    if any(door.only_held for door in ordered):
        lines.append(f"if unblocked: {again(doors) or 'nothing'} more open")
    groups: dict[tuple[object, ...], list[Door]] = {}
    for door in ordered:
        shut = is_shut(door) and door.closing_by
        same = (door.closing_by, door.closed_since) if shut else (door.why, door.place, *door.closed_by)
        groups.setdefault((door.state, door.until, door.only_held, *same), []).append(door)
    lines += [_group(group, doors, names) for group in groups.values()]
    return "\n".join([*lines, *(f"note: {printable(note)}" for note in doors.notes)])


def _group(group: list[Door], doors: OpenDoors, names: dict[str, str]) -> str:
    first = group[0]
    word, labels, moment = word_of(first), "; ".join(printable(door.label) for door in group), when(first, doors.now)
    by = first.closing_by
    if by and is_shut(first):
        return f"{word:<8}by {names.get(by, words(by))}, {moment}: {labels}"
    closers = ", ".join(dict.fromkeys(_way(action, names) for action in first.closed_by))
    then = f" | closed by: {closers}" if closers else f" | look in: {first.place}" if first.place else ""
    return f"{word:<8}{labels}{', ' if moment else ''}{moment}: {printable(first.why)}{then}"


def _way(action: str, names: dict[str, str]) -> str:
    method, _ = ways().get(action, (None, ""))
    return method or names.get(action, words(action))


def diff_text(diff: SnapshotDiff) -> str:
    """Writes the changes, part by part."""
    head = count(len(diff.changes), "change") if diff.changes else "no known change"
    lines = [f"{diff.user_id}: {head} between {clock(diff.before)} and {clock(diff.after)}"]
    for change in diff.changes:
        changed = f": {words(change.property)} {_said(change.before)} -> {_said(change.after)}" if change.property else ""
        sure = "" if change.certain else " (not certain: the list was not complete)"
        lines.append(f"{words(change.part):<18}{change.kind:<9}{printable(change.what)}{changed}{sure}")
    return "\n".join([*lines, *(f"{words(part.part):<18}unknown  {printable(part.why)}" for part in diff.unknown)])


def _said(value: Any) -> str:
    return "nothing" if value is None else printable(str(value))


def printable(text: str) -> str:
    """Removes what could move a terminal's cursor or reverse the text beside it."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


# The codes of a terminal for the colours of the states.
CODES = {RED: 31, GREEN: 32, AMBER: 33, BLUE: 34, VIOLET: 35}


def coloured(text: str) -> str:
    """Colours the word of a state where a line begins with one."""
    return "\n".join(map(_coloured, text.split("\n")))


def _coloured(line: str) -> str:
    word = line.partition(" ")[0]
    return f"\x1b[{CODES[STATES[word]]}m{word}\x1b[0m{line[len(word) :]}" if word in STATES else line


TEXTS.update({OpenDoors: doors_text, SnapshotDiff: diff_text})
