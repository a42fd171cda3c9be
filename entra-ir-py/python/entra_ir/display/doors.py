"""Open doors and advice as tables for notebooks: a summary of a few lines, the worst doors below it, the rest collapsed.

Sources and confidence are collapsed or one small mark: they are for the second look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from .._advice import Advice, Needed, Step
from .._doors import Door, OpenDoors
from .markup import (
    AMBER,
    GREY,
    MOST_ROWS,
    Markup,
    badge,
    code,
    facts,
    folded,
    lines,
    link,
    name,
    note,
    quiet,
    section,
    small,
    state,
    table,
    text,
    title,
    told,
    utc,
    warning,
)
from .registry import PARTS, TABLES
from .timeline import svg
from .words import (
    LEGEND,
    MARKS,
    STATES,
    action_names,
    again,
    count,
    headline,
    is_shut,
    sorted_doors,
    way,
    when,
    word_of,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from .._advice import Disagreement
    from .._effects import Source

# The names in the line that opens a collapsed table.
LONGEST_SUMMARY = 120


def _doors(doors: OpenDoors) -> list[Markup]:
    ordered, names = sorted_doors(doors.doors), action_names()
    worst = word_of(ordered[0]) if ordered else "unknown"
    told_for = f"assessed for {utc(doors.now)}"
    if doors.snapshot_taken_at != doors.now:
        told_for += f", from what was read {utc(doors.snapshot_taken_at)}"
    parts = [title(headline(doors), badge(worst, STATES[worst]) if ordered else None, quiet(told_for))]
    if ordered:
        parts.append(facts(_head(doors, ordered, names)))
    for word in STATES:
        in_it = [door for door in ordered if word_of(door) == word]
        if in_it and word == worst:
            parts.append(_grouped(in_it, doors.now, names))
        elif in_it:
            parts.append(folded(_folded_head(word, in_it), _grouped(in_it, doors.now, names)))
    parts += [note(told(each)) for each in doors.notes[:MOST_ROWS]]
    if ordered:
        parts += [folded("When each door closes", _drawn(svg(doors))), _who_says(ordered)]
    return parts


def _head(doors: OpenDoors, ordered: Sequence[Door], names: dict[str, str]) -> list[tuple[str, object]]:
    """Shows what a responder needs first: the worst, what to do, what opens again, what a person must check."""
    first = ordered[0]
    pressed = (Markup(f"{way(press.action, names)} {quiet(count(press.doors, 'door'))}") for press in doors.next[:MOST_ROWS])
    head: list[tuple[str, object]] = [
        ("the worst", Markup(f"{name(first.label)}: {told(first.why)}")),
        ("press next", Markup(", ".join(pressed)) or quiet("no known action closes more")),
    ]
    if any(door.only_held for door in ordered):
        number = again(doors)
        comes_back = state(f"{count(number, 'door')} open again", STATES["held"])
        head.append(("if unblocked", comes_back if number else quiet("no further door opens")))
    if by_hand := dict.fromkeys(door.place for door in ordered if door.out_of_sight and door.place):
        head.append(("check by hand", told("; ".join(str(place) for place in by_hand))))
    return head


def _folded_head(word: str, doors: Sequence[Door]) -> Markup:
    labels = ", ".join(door.label for door in doors)
    return Markup(f"{state(count(len(doors), f'{word} door'), STATES[word])} {small(told(labels[:LONGEST_SUMMARY]))}")


def _drawn(chart: str) -> Markup:
    """Adds the chart; an untrusted notebook removes its shapes, and its words alone would be noise."""
    return Markup(f'<div style="font-size:0">{chart}</div>')


HEADS = ("state", "door", "why", "what closes it")


def _grouped(doors: Sequence[Door], now: datetime | None, names: dict[str, str]) -> Markup:
    """Shows doors of one state, similar ones in one row: closed by one action at one time, or open for one reason."""
    groups: dict[tuple[object, ...], list[Door]] = {}
    for door in doors:
        shut = is_shut(door) and door.closing_by
        same = (door.closing_by, door.closed_since) if shut else (door.why, door.confidence, door.place, *door.closed_by)
        groups.setdefault((door.state, door.until, door.only_held, *same), []).append(door)
    rows = [
        (
            _state(group[0], now, names),
            _some([name(door.label) for door in group]),
            _some(list(dict.fromkeys(_why(door) for door in group))),
            _closed_by(group[0].closed_by, names) or _none(group[0], names),
        )
        for group in list(groups.values())[:MOST_ROWS]
    ]
    return table(HEADS, rows, len(groups))


def _some(parts: list[Markup]) -> Markup:
    rest = len(parts) - MOST_ROWS
    return lines(*parts[:MOST_ROWS], quiet(f"and {rest:,} more, not shown") if rest > 0 else None)


def _why(door: Door) -> Markup:
    return Markup(f"{told(door.why)}{MARKS.get(door.confidence, '')}")


def doors_table(doors: Sequence[Door], now: datetime | None = None, names: dict[str, str] | None = None) -> Markup:
    """Shows doors, one in a row."""
    names = action_names() if names is None else names
    rows = [
        (
            _state(door, now, names),
            name(door.label),
            _why(door),
            _closed_by(door.closed_by, names) or _none(door, names),
        )
        for door in doors[:MOST_ROWS]
    ]
    return table(HEADS, rows, len(doors))


def _state(door: Door, now: datetime | None, names: dict[str, str]) -> Markup:
    word = word_of(door)
    until = when(door, now)
    wrap = "" if door.state not in STATES else ";white-space:nowrap"
    below = f'<div style="font-size:12px{wrap}">{text(until)}</div>' if until else ""
    return Markup(f'<div style="line-height:1.7">{badge(word, STATES[word])}</div>{below}')


def _none(door: Door, names: dict[str, str]) -> Markup:
    word, by = word_of(door), door.closing_by
    if is_shut(door):
        called = names.get(by, words(by)) if by else ""
        return text(f"held by: {called}" if door.only_held else called) if by else quiet(f"it is {word}")
    return quiet(told(f"look in: {door.place}" if door.place else "nothing here closes it"))


def _closed_by(actions: Sequence[str], names: dict[str, str]) -> Markup:
    return lines(*dict.fromkeys(way(action, names) for action in actions))


def _who_says(doors: Sequence[Door]) -> Markup:
    said: dict[tuple[Markup, str], list[Markup]] = {}
    for door in doors[:MOST_ROWS]:
        for source in door.sources:
            said.setdefault((_source(source), door.confidence), []).append(name(door.label))
    rows = [(source, told(sure), Markup("; ".join(dict.fromkeys(about)))) for (source, sure), about in said.items()]
    inside = table(("source", "confidence", "doors"), rows, len(rows)) + note(LEGEND)
    return folded("Confidence and source", inside)


def _door(door: Door) -> list[Markup]:
    return [doors_table([door])]


def _advice(advice: Advice) -> list[Markup]:
    names = action_names()
    privileged = {True: "privileged", False: "not privileged", None: "privileged or not: unknown"}
    about = f"{advice.account} account, {privileged.get(advice.privileged, 'privileged or not: unknown')}"
    parts = [
        title(f"What to do: {words(advice.incident)}", after=quiet(about)),
        *(warning(told(each), "Sign against it") for each in advice.signs[:MOST_ROWS]),
        *(note(told(each)) for each in advice.notes[:MOST_ROWS]),
        steps_table(advice.steps),
    ]
    if disagreements := advice.disagreements:
        inside = "".join(_disagreement(item) for item in disagreements[:MOST_ROWS])
        parts.append(folded(f"Where authorities disagree: {count(len(disagreements), 'question')}", inside))
    if outside := advice.outside:
        rows = [(told(each.place), told(each.door), told(each.close)) for each in outside[:MOST_ROWS]]
        inside = table(("place", "what may be open", "who checks and closes"), rows, len(outside))
        parts.append(folded(f"Outside Graph: {count(len(outside), 'place')}", inside))
    parts.append(section("What remains open after all steps"))
    rows = [(name(door.label), told(door.why), _closed_by(door.closed_by, names)) for door in advice.left_open[:MOST_ROWS]]
    left = (
        table(("door", "why", "what would close it"), rows, len(advice.left_open))
        if rows
        else note("nothing that could be closed")
    )
    return [*parts, left]


def steps_table(steps: Sequence[Step]) -> Markup:
    """Shows what to do, one step in a row."""
    rows = [
        (number, _what(step), lines(told(step.reason), _not(step.does_not)), _price(step))
        for number, step in enumerate(steps[:MOST_ROWS], 1)
    ]
    return table(("", "do", "because, and what it does not do", "what it costs and needs"), rows, len(steps))


def _what(step: Step) -> Markup:
    called = told(step.title)
    place = code(f"client.{step.operation}") if step.operation else small(quiet(told(step.elsewhere or "place unknown")))
    return lines(Markup(f"<b>{called}</b>"), place, _target(step.target), small(told(step.when)))


def needed_table(needed: Sequence[Needed]) -> Markup:
    """Shows the actions that follow from the tables, one in a row."""
    names = action_names()
    rows = [
        (
            number,
            lines(Markup(f"<b>{told(names.get(each.action, words(each.action)))}</b>"), _target(each.target)),
            told(each.why),
            lines(*dict.fromkeys(name(label) for label in each.closes[:MOST_ROWS])),
        )
        for number, each in enumerate(needed[:MOST_ROWS], 1)
    ]
    return table(("", "do", "because", "doors that are worse without it"), rows, len(needed))


def _target(touched: dict[str, Any]) -> Markup | None:
    target = {key: value for key, value in touched.items() if key != "is"}
    shown = {"account": "", "all-methods": "every method that can be removed"}.get(touched.get("is", ""))
    if shown is not None:
        return small(quiet(shown)) if shown else None
    return small(Markup(f"{quiet(words(str(touched.get('is', ''))))} {told(_ids(list(target.values())))}"))


def _ids(value: Any) -> str:
    if isinstance(value, dict):
        return _ids(list(cast("dict[str, Any]", value).values()))
    if isinstance(value, list):
        return ", ".join(filter(None, map(_ids, cast("Iterable[Any]", value))))
    return str(value or "")


def _not(limit: str) -> Markup | None:
    return Markup(f'<span style="color:{AMBER}">\u25cf</span> {told(limit)}') if limit else None


def _price(step: Step) -> Markup:
    said = Markup(f"source: {_source(step.source)}")
    ids = small(quiet(", ".join(step.ids))) if step.ids else None
    return lines(told(step.cost), small(quiet(told(f"needs {step.needs}"))), small(quiet(said)), ids)


def _disagreement(item: Disagreement) -> Markup:
    positions = [(told(position.says), quiet(small(_source(position.source)))) for position in item.positions[:MOST_ROWS]]
    chosen = lines(Markup(f"<b>Chosen:</b> {told(item.chosen)}"), quiet(told(item.why)))
    return warning(
        Markup(f"{told(item.about)}{table(('what is said', 'by whom'), positions, len(item.positions))}{chosen}"), "About", GREY
    )


def _source(source: Source) -> Markup:
    return link(str(source), source.url)


def _needed(needed: Needed) -> list[Markup]:
    return [needed_table([needed])]


PARTS.update({OpenDoors: _doors, Door: _door, Advice: _advice, Needed: _needed})
TABLES.update({Door: doors_table, Needed: needed_table, Step: steps_table})
