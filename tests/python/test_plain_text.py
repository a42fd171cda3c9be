"""What a stranger chose, or sent very much of, does no harm where a result is printed."""

from __future__ import annotations

import json
import sys
import tracemalloc
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import entra_ir
import pytest
from entra_ir import Client, Record, Records, SimulatedTenant
from entra_ir._record import in_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from conftest import RandomCases

USER = "adele@contoso.example"
FILLERS = "\u115f\u1160\u2800\u3164\uffa0"


class Named(Record):
    """Is a result with whatever the test puts into it."""

    __slots__ = ()

    @property
    def name(self) -> Any:
        """What was put in."""
        return self._data["name"]


def named(value: Any) -> Named:
    return Named._of({"name": value})


def unseen() -> Iterator[str]:
    for char in map(chr, range(0x80, sys.maxunicode + 1)):
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") or char in FILLERS:
            yield char
    yield from (
        "\x7f",
        "\ufdd0",
        "\ufdef",
        "\ufffe",
        "\uffff",
        "\U0001ffff",
        "\U0010fffe",
        "\U000e0001",
        "\U000e0041",
        "\U000e01ef",
    )


def test_json_shows_every_character() -> None:
    chars = [*unseen()]
    assert len(chars) > 2200
    for char in chars:
        text = named(f"a{char}b").to_json()
        assert text.isascii(), hex(ord(char))
        assert json.loads(text) == {"name": f"a{char}b"}


def test_json_leaves_what_people_read() -> None:
    name = "Zoë Ångström 王小明 عمر \N{GRINNING FACE} \u00a0\u2013"
    assert named(name).to_json() == f'{{"name": "{name}"}}'


def test_json_is_the_same_for_a_reader(random_cases: RandomCases) -> None:
    """Random texts, as keys and values, at any depth."""
    odd = [*unseen()]

    def text(rng: Random) -> str:
        pick: list[Callable[[], str]] = [
            lambda: chr(rng.randrange(0x80)),
            lambda: rng.choice(odd),
            lambda: chr(rng.randrange(0x11_0000)),
            lambda: rng.choice('"\\/\n'),
        ]
        return "".join(rng.choice(pick)() for _ in range(rng.randrange(12)))

    def value(rng: Random, depth: int) -> Any:
        match rng.randrange(4 if depth else 2):
            case 0:
                return text(rng)
            case 1:
                return rng.choice([None, True, 4711, -0.5])
            case 2:
                return [value(rng, depth - 1) for _ in range(rng.randrange(4))]
            case _:
                return {text(rng): value(rng, depth - 1) for _ in range(rng.randrange(4))}

    for rng in random_cases(2000):
        whole = value(rng, 3)
        for indent in (None, 2):
            written = named(whole).to_json(indent=indent)
            assert all(char.isascii() or char not in odd for char in written)
            # Two halves of a pair that stood apart are one character to every reader.
            assert json.loads(written) == json.loads(json.dumps({"name": whole}))
            assert (indent is None) == ("\n" not in written) or not written.strip("{}")


def test_a_list_of_results_is_written_so_too() -> None:
    assert Records([named("\u009b2J")]).to_json() == '[{"name": "\\u009b2J"}]'


def test_a_name_from_the_service_cannot_drive_a_terminal() -> None:
    tenant = SimulatedTenant.contoso()
    tenant.add_user("mallory@contoso.example", display_name="\u009b2J\u202eevil\U000e0041")
    written = Client(transport=tenant).snapshot("mallory@contoso.example").to_json(indent=2)
    assert "\\u009b2J\\u202eevil\\udb40\\udc41" in written
    assert not set("\u009b\u202e\U000e0041") & set(written)


@pytest.mark.parametrize(
    "value",
    [
        ["x" * 1000] * 16_000,
        {str(key): "x" * 1000 for key in range(16_000)},
        "\u009b" * 16_000_000,
        {"deep": [{"deeper": ["x" * 16_000_000]}]},
        [[None] * 4_000_000],
    ],
    ids=["list", "dict", "str", "nested", "many"],
)
def test_a_large_answer_is_not_built_twice_for_one_line(value: Any) -> None:
    result = named(value)
    tracemalloc.start()
    line = repr(result)
    hashed = hash(result)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(line) == len("Named(name=)") + 120
    assert line.endswith("...)")
    assert hashed == hash(named(value))
    assert peak < 100_000


def test_an_answer_of_many_floors_has_its_line() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert repr(named(deep)).startswith("Named(name=[[[[")
    hash(named(deep))
    while deep:  # Let go floor by floor: Python itself would do it in one breath.
        deep = deep[0]


def test_the_line_is_what_repr_says(random_cases: RandomCases) -> None:

    def value(rng: Random, depth: int) -> Any:
        match rng.randrange(6 if depth else 3):
            case 0:
                return "".join(rng.choice("ab'\"\\\u009b") for _ in range(rng.randrange(60)))
            case 1:
                return rng.choice([None, True, 4711, -0.5])
            case 2:
                return rng.choice([[], {}, ()])
            case 3:
                return [value(rng, depth - 1) for _ in range(rng.randrange(5))]
            case 4:
                return tuple(value(rng, depth - 1) for _ in range(rng.randrange(3)))
            case _:
                return {str(rng.random()): value(rng, depth - 1) for _ in range(rng.randrange(5))}

    for rng in random_cases(3000):
        whole = value(rng, 3)
        line = repr(named(whole)).removeprefix("Named(name=").removesuffix(")")
        if len(repr(whole)) <= 120:
            assert line == repr(whole)
        else:
            assert len(line) == 120
            assert line.endswith("...")
            # A quote further on may make the quotes others.
            assert line.translate({39: 34})[:60] == repr(whole).translate({39: 34})[:60] or "\\" in repr(whole)


FAR = ["9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z"]


@pytest.mark.parametrize("text", FAR)
def test_a_far_date_can_be_shown(text: str) -> None:
    moment = datetime.fromisoformat(text)
    shown = in_utc(moment)
    assert shown.tzinfo is UTC
    assert abs(shown.replace(tzinfo=None) - moment.replace(tzinfo=None)).days < 1
    user = entra_ir.User._of({"id": "1", "signInSessionsValidFromDateTime": text})
    html = user._repr_html_()
    assert ("9999-12-31T23:59:59Z" in html) or ("0001-01-01T00:00:00Z" in html)
    assert moment.isoformat() in repr(user)
    assert json.loads(user.to_json())["sign_in_sessions_valid_from"] == moment.isoformat()


def test_a_near_date_is_shown_as_before() -> None:
    moment = datetime.fromisoformat("2026-03-02T10:00:00.331389+01:00")
    assert in_utc(moment) == moment
    user = entra_ir.User._of({"id": "1", "signInSessionsValidFromDateTime": moment.isoformat()})
    assert "2026-03-02T09:00:00Z" in user._repr_html_()
