"""The chart of when each door closes: well-formed, inert, words beside colours, and true to the times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, get_args
from xml.etree import ElementTree

import entra_ir
import pytest
from entra_ir import Client, SimulatedTenant, display, types
from entra_ir.display.timeline import LEFT, RIGHT
from test_doors_html import DRAWN, HOSTILE, NOW, door, doors, later

USER = "adele@contoso.example"
SVG = "{http://www.w3.org/2000/svg}"
ATTRIBUTES = {
    "role", "viewBox", "width", "height", "style", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "points", "fill", "stroke",
    "stroke-width", "stroke-dasharray", "stroke-opacity", "text-anchor",
}  # fmt: skip


def drawn(told: entra_ir.OpenDoors) -> ElementTree.Element:
    """Reads a chart, and checks what is true of every one."""
    text = told.timeline_svg()
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    _, _, width, height = map(float, (root.get("viewBox") or "").split())
    for each in root.iter():
        assert each.tag.removeprefix(SVG) in DRAWN
        assert set(each.attrib) <= ATTRIBUTES
        for name, value in each.attrib.items():
            assert not re.search(r"url|script|expression|import|@|<|\\", value, re.IGNORECASE), value
            if name in ("x", "x1", "x2", "cx"):
                assert 0 <= float(value) <= width
            if name in ("y", "y1", "y2", "cy"):
                assert 0 <= float(value) <= height
        if each.tag == f"{SVG}rect":
            assert float(each.get("width", "0")) > 0
            assert float(each.get("x", "0")) + float(each.get("width", "0")) <= width
        if points := each.get("points"):
            assert all(0 <= float(x) <= width for x, _ in (pair.split(",") for pair in points.split()))
        # Text has no colour of its own.
        if each.tag == f"{SVG}text":
            assert each.get("fill") is None
    assert root.get("fill") == "currentColor"
    return root


def rows(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [group for group in root.findall(f"{SVG}g") if group.find(f"{SVG}svg") is not None]


def said(row: ElementTree.Element) -> str:
    return row.findall(f"{SVG}text")[0].text or ""


def length(row: ElementTree.Element) -> float:
    bar = row.find(f"{SVG}rect")
    assert bar is not None
    assert float(bar.get("x", "0")) == LEFT
    return float(bar.get("width", "0"))


def closing(minutes: float) -> dict[str, Any]:
    return door("closing", state={"is": "closing", "by": "block-sign-in", "until": later(minutes)}, until=later(minutes))


def closed(minutes: float) -> dict[str, Any]:
    return door("closed", state={"is": "closed", "by": "block-sign-in", "since": later(minutes)}, until=None)


@pytest.mark.parametrize("state", get_args(types.DoorState))
def test_each_state_has_its_word_and_its_shape(state: str) -> None:
    (row,) = rows(drawn(doors(door(state))))
    assert said(row).startswith(state)
    shapes = {child.tag.removeprefix(SVG) for child in row}
    assert ("polygon" in shapes) == (state in ("open", "unknown"))
    line = row.find(f"{SVG}line")
    assert (line is not None and line.get("stroke-dasharray") is not None) == (state in ("unknown", "held"))


def test_every_row_has_a_word_of_its_state(entra_client: Client) -> None:
    told = entra_client.open_doors(USER, [entra_client.block_sign_in(USER)])
    for row, each in zip(rows(drawn(told)), told.doors, strict=True):
        assert said(row).startswith(each.state)


def test_later_closing_is_a_longer_bar() -> None:
    minutes = [0.5, 1, 5, 15, 60, 95, 28 * 60, 7 * 1440]
    lengths = [length(row) for row in rows(drawn(doors(*map(closing, minutes))))]
    assert lengths == sorted(set(lengths))
    assert lengths[-1] == RIGHT - LEFT


def test_five_minutes_and_a_day_are_both_readable() -> None:
    lengths = [length(row) for row in rows(drawn(doors(*map(closing, (5, 15, 95, 28 * 60)))))]
    assert lengths[0] >= 0.1 * (RIGHT - LEFT)
    assert all(later - earlier >= 30 for earlier, later in pairwise(lengths))


def test_open_ended_bars_reach_the_edge_and_dated_ones_do_not() -> None:
    dated = door("open", until=later(5))
    root = drawn(doors(door("open"), dated, closing(95)))
    assert length(rows(root)[0]) == RIGHT - LEFT
    assert length(rows(root)[1]) < RIGHT - LEFT
    assert said(rows(root)[1]) == "open, at most until 09:05 UTC, 5 min from now"
    dashed = rows(drawn(doors(door("unknown", until=later(5)), closing(95))))[0].find(f"{SVG}line")
    assert dashed is not None
    assert float(dashed.get("x2", "0")) < RIGHT


def test_what_closed_before_ends_left_of_now() -> None:
    root = drawn(doors(closed(-60), closed(-5), closing(5), closing(15)))
    now = next(float(text.get("x", "0")) for text in root.iter(f"{SVG}text") if text.text == "now")
    ends = {said(row): LEFT + length(row) for row in rows(root)}
    assert ends["closed since 08:00 UTC"] < ends["closed since 08:55 UTC"] < now
    assert now < ends["closing until 09:05 UTC, 5 min from now"] < ends["closing until 09:15 UTC, 15 min from now"]


def test_moments_far_away_stay_in_the_chart() -> None:
    far = door("open", until="9999-12-31T23:59:59+00:00")
    long_ago = door("closed", state={"is": "closed", "since": "1970-01-01T00:00:00+00:00"}, until=None)
    root = drawn(doors(far, closing(5), closed(-10), long_ago))
    assert length(rows(root)[0]) == RIGHT - LEFT
    assert said(rows(root)[3]) == "closed since 1970-01-01T00:00:00Z"


@pytest.mark.parametrize("last", [1, 5, 16, 95, 300, 28 * 60, 10 * 1440, 400 * 1440])
@pytest.mark.parametrize("first", [0, 3, 90, 3000])
def test_ticks_do_not_overlap_and_are_where_they_say(last: int, first: int) -> None:
    root = drawn(doors(closing(last), *([closed(-first)] if first else [])))
    axis = display.timeline._axis(NOW, [NOW + timedelta(minutes=last), *([NOW - timedelta(minutes=first)] if first else [])])
    ticks = [
        (float(text.get("x", "0")), text.text or "")
        for text in root.iter(f"{SVG}text")
        if text.get("text-anchor") == "middle" and re.fullmatch(r"now|[+\u2212]\d+ (min|h|d)", text.text or "")
    ]
    assert [words for _, words in ticks].count("now") == 1
    assert len(ticks) >= 2
    places = sorted(x for x, _ in ticks)
    assert all(right - left >= display.timeline.BETWEEN_TICKS for left, right in pairwise(places))
    for x, words in ticks:
        if words != "now":
            number, unit = words[1:].split()
            away = timedelta(**{{"min": "minutes", "h": "hours", "d": "days"}[unit]: int(number)})
            assert x == axis.x(NOW + away if words[0] == "+" else NOW - away)


def test_the_axis_says_that_it_is_not_even() -> None:
    words = "".join(drawn(doors(closing(5))).itertext())
    assert "not linear" in words
    assert "UTC" in words


def test_no_doors_and_no_dates() -> None:
    root = drawn(doors())
    assert rows(root) == []
    assert "no door is known" in "".join(root.itertext())
    bare = (door("closing", state={"is": "closing"}, until=None), door("closed", state={"is": "closed"}, until=None))
    assert [said(row) for row in rows(drawn(doors(*bare)))] == ["closing, end unknown", "closed"]


def test_a_state_of_the_future_is_unknown() -> None:
    rows_of = rows(drawn(doors(door("closed"), door("ajar", "the new one"))))
    assert said(rows_of[0]) == "unknown"
    assert "the new one" in "".join(rows_of[0].itertext())


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_a_strangers_words_stay_words(evil: str) -> None:
    told = doors(door("open", evil))
    (row,) = rows(drawn(told))
    text = told.timeline_svg()
    assert "<script" not in text
    assert not any(char in text for char in "\u202e\x00\x1b")
    assert len(text) < 12_000
    label = row.find(f"{SVG}svg")
    assert label is not None
    assert len("".join(label.itertext())) <= display.timeline.LONGEST_LABEL


def test_a_long_label_is_cut_in_the_middle_and_told_in_full() -> None:
    long = "primary refresh token obtained with Windows Hello or a passkey, on LAPTOP-ADELE"
    (row,) = rows(drawn(doors(door("open", long))))
    label = "".join((row.find(f"{SVG}svg") or row).itertext())
    assert label.startswith("primary refresh")
    assert label.endswith("on LAPTOP-ADELE")
    assert "\u2026" in label
    assert (row.findtext(f"{SVG}title") or "").startswith(long)


def test_rows_are_capped_and_counted() -> None:
    root = drawn(doors(*[door("open")] * 500))
    assert len(rows(root)) == display.markup.MOST_ROWS
    assert "and 440 more, not shown" in "".join(root.itertext())


def test_it_is_the_chart_in_the_notebook(entra_client: Client) -> None:
    told = entra_client.open_doors(USER)
    assert told.timeline_svg() in told._repr_html_()
    assert told.timeline_svg() == told.timeline_svg()


def test_colours_carry_on_light_and_dark() -> None:
    text = doors(*map(door, ("open", "unknown", "closing", "closed"))).timeline_svg()
    allowed = {display.markup.GREEN, display.markup.BLUE, display.markup.AMBER, display.markup.RED, display.markup.GREY}
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", text)) <= allowed


def test_the_moment_is_told_in_utc() -> None:
    there = datetime.fromisoformat("2026-03-02T10:00:00+01:00")
    assert there == NOW
    data = doors(closing(5))._data | {"now": there.isoformat()}
    assert "assessed for 2026-03-02T09:00:00Z" in entra_ir.OpenDoors._of(data).timeline_svg()
    assert there.astimezone(UTC).hour == 9


def test_it_is_drawn_only_when_asked_for(run_python: Any) -> None:
    script = (
        "import sys, entra_ir\n"
        "doors = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso()).open_doors('adele@contoso.example')\n"
        "print([name for name in sys.modules if name.startswith('entra_ir.display')])\n"
        "doors.timeline_svg()\n"
        "print('entra_ir.display.timeline' in sys.modules)\n"
    )
    assert run_python(script).split() == ["[]", "True"]


def test_many_doors_are_quick(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    for number in range(300):
        simulated_tenant.add_method(USER, "fido2", f"key {number}")
    told = entra_client.open_doors(USER)
    assert len(told.doors) > 300
    assert len(told._repr_html_()) < 200_000
