"""What open doors, advice, effects and snapshots look like in a notebook: the worst first, in words, strangers kept apart."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import entra_ir
import pytest
from entra_ir import Client, SimulatedTenant, display, types
from test_html import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, EVIL, Page

USER = "adele@contoso.example"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DRAWN = {"svg", "title", "desc", "g", "rect", "line", "circle", "polygon", "text"}
SHAPES = {
    "xmlns", "role", "viewbox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "points", "fill", "stroke",
    "stroke-width", "stroke-dasharray", "stroke-opacity", "text-anchor",
}  # fmt: skip
HOSTILE = [EVIL, "\u202etxt.exe", "A" * 10_000, "a\x00b\x1b[31m", '"><svg onload=alert(1)>', "]]>-->", "z" + "\u0301" * 500]


class Shown(Page):
    tags = ALLOWED_TAGS | DRAWN
    attributes = ALLOWED_ATTRIBUTES | SHAPES

    def __init__(self, html: str) -> None:
        self.links: list[str] = []
        super().__init__(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            super().handle_starttag(tag, attrs)
            return
        given = dict(attrs)
        link = given.pop("href") or ""
        assert link.startswith("https://")
        # The page that is opened learns nothing of the notebook, and cannot reach it.
        assert given == {"rel": "noopener noreferrer", "target": "_blank"}
        self.links.append(link)
        self.open.append(tag)
        self.outline.append(tag)


def shown(result: Any) -> Shown:
    html = result._repr_html_()
    # Well-formed for a strict reader as well.
    ElementTree.fromstring(html)
    html.encode()
    assert not re.search(r"<[^>]*\s(on\w+|src|xlink:href)\s*=", html, re.IGNORECASE)
    assert "<script" not in html.lower()
    page = Shown(html)
    assert len(re.findall(r"<[^>]*\shref\s*=", html, re.IGNORECASE)) == len(page.links)
    return page


def door(word: str, label: str = "a door", **more: Any) -> dict[str, Any]:
    moments = {"closing": {"until": later(5)}, "held": {"since": later(-5)}, "closed": {"since": later(-5)}}.get(word, {})
    by = {"by": "block-sign-in"} if word in ("closing", "held", "closed") else {}
    data: dict[str, Any] = {
        "kind": {"is": "session", "class": "other-cookie", "device": None},
        "label": label,
        "state": {"is": word, **by, **moments},
        "why": "because",
        "until": moments.get("until"),
        "began_before": None,
        "closed_by": ["block-sign-in"] if word in ("open", "unknown") else [],
        "place": None,
        "out_of_sight": False,
        "given": False,
        "sources": [source("a page")],
        "confidence": "documented",
    } | more
    # The core computes it of the state.
    return {"only_held": data["state"]["is"] == "held" or bool(data["state"].get("held"))} | data


def source(title: str, url: str | None = None, dated: str | None = None) -> dict[str, Any]:
    return {"title": title, "url": url, "dated": dated}


def later(minutes: float) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat()


def doors(*each: dict[str, Any], notes: list[str] | None = None) -> entra_ir.OpenDoors:
    closing = [one["until"] for one in each if one["state"]["is"] == "closing"]
    closed = [one["state"]["is"] == "closed" for one in each]
    data = {"user": "u", "now": later(0), "snapshot_taken_at": later(0), "doors": list(each), "next": [], "notes": notes or []}
    # The core computes them of the doors.
    computed = {
        "all_closed": all(closed),
        "all_closed_in_sight": all(closed),
        "all_closed_from": max((until for until in closing if until), default=None),
    }
    return entra_ir.OpenDoors._of(data | computed)


def first_table(page: Shown) -> str:
    return page.text.partition("When each door closes")[0]


@pytest.fixture
def told(entra_client: Client) -> entra_ir.OpenDoors:
    return entra_client.open_doors(USER, [entra_client.revoke_sign_in_sessions(USER)])


@pytest.mark.parametrize("state", get_args(types.DoorState))
def test_each_state_is_told_in_words(state: str) -> None:
    assert state in display.words.STATES
    page = shown(doors(door(state)))
    assert state in row_of(page)[0]
    assert f"1 door {state}" in page.text


def row_of(page: Shown, number: int = 0) -> list[str]:
    """Returns a row of the first table of doors."""
    first = page.cells.index("what closes it") + 1 + 4 * number
    return page.cells[first : first + 4]


def test_the_headline_counts_and_says_from_when() -> None:
    several = [*[door("open")] * 3, *[door("unknown")] * 5, *[door("closing")] * 11, *[door("closed")] * 4]
    last = door("closing", state={"is": "closing", "by": "revoke-sign-in-sessions", "until": later(95)}, until=later(95))
    told = doors(*several, last)
    assert display.words.headline(told) == "3 doors open, 5 unknown, 12 closing (the last by 10:35 UTC), 4 closed"
    assert shown(told).text.startswith("open 3 doors open, 5 unknown, 12 closing")
    assert display.words.headline(doors(door("closing"))) == "1 door closing (by 09:05 UTC)"
    tomorrow = door("closing", state={"is": "closing", "until": later(1680)}, until=later(1680))
    assert "by 2026-03-03T13:00:00Z" in display.words.headline(doors(tomorrow))


def test_until_and_since_and_by_what() -> None:
    page = shown(doors(door("closing"), door("closed"), door("open", until=later(60))))
    assert "open at most until 10:00 UTC (in 60 min)" in page.text.replace("openat", "open at")
    assert "until 09:05 UTC (in 5 min)" in page.text
    assert "since 08:55 UTC" in page.text
    assert page.cells.count("Block sign-in") == 2


def test_what_is_only_held_is_not_green_and_says_so() -> None:
    ending = door("held", state={"is": "held", "by": "block-sign-in", "since": later(-5)}, until=later(20))
    biting = door("closing", state={"is": "closing", "by": "block-sign-in", "until": later(5), "held": True}, until=later(5))
    told = doors(door("held"), ending, biting)
    page = shown(told)
    assert page.text.startswith("closing 1 door closing (by 09:05 UTC), 2 held")
    assert "since 08:55 UTC, ended from 09:20 UTC" in page.text
    assert "until 09:05 UTC (in 5 min), then held" in page.text
    assert "held by: Block sign-in" in page.cells
    assert display.markup.GREEN not in told._repr_html_()
    assert display.words.VIOLET in told._repr_html_()
    assert "closing until 09:05 UTC, 5 min from now, then held" in told.timeline_svg()


def test_what_a_deletion_holds_comes_back_with_no_unblocking() -> None:
    held = door("held", state={"is": "held", "by": "delete-device", "since": later(-5)}, until=later(30 * 24 * 60))
    told = doors(held)
    page = shown(told)
    assert "held by: Delete a device" in page.cells
    assert page.cells[page.cells.index("if unblocked") + 1] == "no further door opens"
    assert "since 08:55 UTC, ended from 2026-04-01T09:00:00Z" in page.text
    assert "block" not in page.text.replace("if unblocked", "")
    lines = str(told).splitlines()
    assert "if unblocked: nothing more open" in lines
    assert lines[-1].startswith("held    by Delete a device, since 08:55 UTC, ended from 2026-04-01T09:00:00Z: a door")
    # The chart draws it as still there, dashed, until it is ended.
    assert told.timeline_svg().count("stroke-dasharray") == 1
    assert "held since 08:55 UTC, ended from 2026-04-01T09:00:00Z" in told.timeline_svg()


def test_the_head_says_what_counts(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    blocked = snapshot.open_doors([entra_client.block_sign_in(USER)], at=snapshot.taken_at + timedelta(hours=3))
    page = shown(blocked)
    facts = dict(zip(page.cells[:8:2], page.cells[1:8:2], strict=True))
    assert facts["the worst"].startswith("an application's own session")
    assert "client.revoke_sign_in_sessions" in facts["press next"]
    again = len(blocked.if_unblocked().open)
    assert facts["if unblocked"] == f"\u25cf {again} doors open again"
    assert "Exchange admin center" in facts["check by hand"]


def test_doors_alike_are_one_row() -> None:
    alike = [door("closed", f"door {number}") for number in range(12)]
    page = shown(doors(door("open"), *alike, door("closed", "another", why="otherwise")))
    assert page.outline.count("tr") <= 2 + 2 + 2 + 3 + 3
    assert "because" in page.text
    assert "otherwise" in page.text


def test_how_long_is_rounded_up() -> None:
    spans = [
        (1, "1 min"),
        (300, "5 min"),
        (301, "6 min"),
        (5700, "95 min"),
        (7200, "2 h"),
        (7260, "2 h 1 min"),
        (200_000, "3 days"),
    ]
    assert [display.words.span(seconds) for seconds, _ in spans] == [words for _, words in spans]


def test_the_worst_comes_first_whatever_the_order() -> None:
    page = shown(doors(*(door(state, f"the {state} one") for state in ("closed", "closing", "open", "unknown"))))
    places = [first_table(page).index(f"the {state} one") for state in ("open", "unknown", "closing", "closed")]
    assert places == sorted(places)


def test_the_cores_order_stays(told: entra_ir.OpenDoors) -> None:
    assert display.words.sorted_doors(told.doors) == list(told.doors)
    text = shown(told).text
    worst_first = [text.index(f"{len(getattr(told, state))} {state} door") for state in ("closing",)]
    assert worst_first > [text.index("the password")]
    assert all(each.label in text for each in told.doors)


def test_a_state_of_the_future_is_unknown_and_does_not_vanish() -> None:
    newer = doors(door("closed"), door("ajar", kind={"is": "tunnel"}))
    assert [each.state for each in newer.unknown] == ["ajar"]
    page = shown(newer)
    assert page.text.startswith("unknown 1 door unknown, 1 closed")
    assert "\u201cajar\u201d is a state that this version does not know" in page.text
    future = door("open", closed_by=["press-the-red-button"], confidence="foretold")
    assert "press the red button" in shown(doors(future)).text


def test_no_doors_and_no_dates() -> None:
    assert "no door is known" in shown(doors()).text
    bare = [
        door("open"),
        door("closing", state={"is": "closing"}, until=None),
        door("closed", state={"is": "closed"}, until=None),
    ]
    page = shown(doors(*bare))
    assert "end unknown" in page.text
    assert "since unknown" in page.text


def test_what_would_close_it_is_a_call_where_there_is_one(told: entra_ir.OpenDoors) -> None:
    page = shown(told)
    assert "client.delete_methods" in page.text
    assert "client.block_sign_in" in page.text
    assert "client.disable_device" in page.text
    assert "Disable the computer account in Active Directory on-premises" in page.text
    twice = door("open", closed_by=["reset-password-graph-action", "reset-password-graph-profile", "remove-role"])
    cell = row_of(shown(doors(twice)))[3]
    assert cell.count("client.reset_password") == 1
    assert "Remove a directory role Entra admin center > Privileged Identity Management" in cell
    assert "DELETE" not in cell, "one place is enough here"
    assert row_of(shown(doors(door("unknown", closed_by=[]))))[3] == "nothing here closes it"
    place = door("unknown", closed_by=[], place="Exchange admin center")
    assert row_of(shown(doors(place)))[3] == "look in: Exchange admin center"


def test_the_ways_are_the_cores() -> None:
    ways = display.words.ways()
    assert set(ways) == set(get_args(types.ActionWord))
    source = Path(__file__).parents[2] / "entra-ir-core" / "src" / "knowledge" / "action.rs"
    rows = re.findall(
        r'^    ([A-Z]\w+)\s+"[^"]+"\s+\((\w+)[:\w]*\)\s+"([^"]*)"$', source.read_text(encoding="utf-8"), re.MULTILINE
    )
    core = {re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower(): (file != "none", place) for name, file, place in rows}
    assert core == {action: (method is not None, place) for action, (method, place) in ways.items()}
    for method, place in ways.values():
        assert bool(method) != bool(place)
        assert place or inspect.isfunction(getattr(Client, method or ""))


def test_how_sure_and_who_says_so_is_folded_and_marked() -> None:
    page = shown(doors(door("open", confidence="inferred"), door("open", confidence="observed"), door("open")))
    assert [cell for cell in page.cells if cell.startswith("because")] == ["because\u2020", "because\u00b0", "because"]
    assert page.outline.count("details") == 2
    assert "inferred" in page.cells
    assert "a page" in page.cells


def test_a_source_is_linked_with_its_date() -> None:
    page_of = "https://learn.microsoft.com/graph/api/hardwareoathauthenticationmethod-deactivate?view=graph-rest-beta&tabs=http"
    dated, undated = source("A page", page_of, "2026-04-08"), source("Another", "https://learn.microsoft.com/x")
    page = shown(doors(door("open", sources=[dated, undated, source("practice")])))
    assert page.links == [page_of, "https://learn.microsoft.com/x"]
    assert {"A page (2026-04-08)", "Another (the page shows no date)", "practice"} <= set(page.cells)


@pytest.mark.parametrize(
    "url",
    [
        "http://learn.microsoft.com/x",
        "javascript:alert(1)//https://",
        "JavaScript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//learn.microsoft.com/x",
        " https://learn.microsoft.com/x",
        "https://learn.microsoft.com/ x",
        "https://learn.microsoft.com/\u202ex",
        "https://l\u0435arn.microsoft.com/",
        'https://learn.microsoft.com/"onclick="alert(1)',
        "https://learn.microsoft.com/<b>",
        "https://learn.microsoft.com/\n",
        "https://learn.microsoft.com/" + "x" * 300,
        "",
        None,
    ],
)
def test_what_is_no_plain_address_is_not_linked(url: str | None) -> None:
    page = shown(doors(door("open", sources=[source("a page", url)])))
    assert page.links == []
    assert "a" not in page.outline
    assert any(cell.startswith("a page") for cell in page.cells)


def test_every_address_of_the_core_is_linked() -> None:
    page = shown(entra_ir.effects())
    urls = {claim.source.url for effect in entra_ir.effects() for claim in effect.claims} - {None}
    assert set(page.links) == urls
    assert len(urls) > 10


def test_all_but_the_worst_is_folded() -> None:
    page = shown(doors(door("open"), *[door("closed", "shut")] * 3))
    assert page.outline.count("details") == 3
    assert "shut" not in page.text[: page.text.index("3 closed doors")]
    assert shown(doors(*[door("closed", "shut")] * 3)).outline.count("details") == 2


def test_rows_are_capped_and_counted() -> None:
    page = shown(doors(*[door("open")] * 500, *[door("closed")] * 500, notes=["a note"] * 500))
    assert "500 doors open, 500 closed" in page.text
    assert page.text.count("and 440 more, not shown") >= 2
    assert page.outline.count("tr") <= 3 * (display.markup.MOST_ROWS + 1)
    assert page.text.count("a note") == display.markup.MOST_ROWS


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_a_strangers_words_stay_words(evil: str) -> None:
    every = door(
        "open",
        evil,
        why=evil,
        sources=[source(evil, evil, evil), source(evil, f"https://{evil}")],
        confidence=evil,
        closed_by=[evil],
        kind={"is": evil},
    )
    html = doors(every, door(evil), notes=[evil])._repr_html_()
    shown(doors(every, door(evil), notes=[evil]))
    for char in "\u202e\x00\x1b":
        assert char not in html
    assert "A" * (display.markup.LONGEST_TEXT + 1) not in html
    assert len(html) < 60_000


def test_labels_of_a_tenant_are_isolated(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    for evil in (EVIL, "\u202etxt.exe", "A" * 10_000):
        simulated_tenant.add_method(USER, "fido2", evil)
    told = entra_client.open_doors(USER)
    html = told._repr_html_()
    shown(told)
    shown(told.open)
    shown(entra_client.snapshot(USER))
    shown(entra_client.snapshot(USER).advise("suspicious-method", suspects=[told.open[1].detail["id"]]))
    assert "<bdi>passkey (FIDO2) &lt;script&gt;" in html
    assert "\u202e" not in html
    assert len(html) < 100_000


def test_several_doors_and_steps_are_tables_too(told: entra_ir.OpenDoors, entra_client: Client) -> None:
    assert shown(told.closing).cells[:4] == ["state", "door", "why", "what closes it"]
    assert "the password" in shown(told.open[0]).text
    steps = entra_client.snapshot(USER).advise("account-takeover").steps
    assert "client.lock_out" in shown(steps).text
    assert shown(entra_ir.Records(())).text == "none"


@pytest.mark.parametrize("incident", get_args(types.Incident))
def test_advice_is_numbered_and_hides_nothing(incident: Any, entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    devices = snapshot.devices.value or entra_ir.Records(())
    needed: dict[str, Any] = {"lost-device": {"device": devices[0].id}, "malicious-consent": {"grant": "grant"}}
    advice = snapshot.advise(incident, **needed.get(incident, {}))
    page = shown(advice)
    flat = page.text
    numbers = [cell for cell in page.cells if cell.isdigit()]
    assert numbers == [str(number) for number in range(1, len(advice.steps) + 1)]
    for step in advice.steps:
        assert f"client.{step.operation}" in flat if step.operation else step.elsewhere and step.elsewhere in flat
        for words in (step.reason, step.does_not, step.cost, step.needs, step.when):
            assert words in flat
    for item in advice.disagreements:
        assert all(position.says in flat and str(position.source) in flat for position in item.positions)
        assert item.chosen in flat
        assert item.about in flat
    for left in advice.left_open:
        assert left.label in flat
    assert all(note in flat for note in advice.notes)


@pytest.mark.parametrize("table", ["sessions", "methods", "accounts"])
def test_effects_are_a_whole_pivot(table: Any) -> None:
    effects = entra_ir.effects(table)
    page = shown(effects)
    columns = list(dict.fromkeys(effect.on_name for effect in effects))
    actions = list(dict.fromkeys(effect.action_name for effect in effects))
    assert page.cells[: len(columns) + 1] == ["action", *columns]
    width = len(columns) + 1
    body = page.cells[width : width * (len(actions) + 1)]
    assert body[::width] == actions
    assert "\u2013" not in body
    assert sum("disputed" in cell for cell in body) == sum(effect.disputed for effect in effects)
    for effect in effects:
        cell = body[actions.index(effect.action_name) * width + 1 + columns.index(effect.on_name)]
        fate = display.effects.FATE_WORDS.get(effect.claim.effect, effect.claim.effect)
        assert fate in cell
        assert all(str(claim.source) in page.text for claim in effect.claims)


def test_effects_in_part_and_of_the_future() -> None:
    some = entra_ir.Effects(effect for effect in entra_ir.effects() if effect.disputed)
    assert "\u2013" in shown(some).cells
    assert shown(entra_ir.Effects(())).text == "none"
    data = entra_ir.effects()[0]._data
    newer = entra_ir.Effect._of(data | {"action": "x", "claim": data["claim"] | {"effect": "teleported", "confidence": "dreamt"}})
    assert "\u25cf\u00a0teleported" in shown(entra_ir.Effects([newer])).text.replace(" ", "\u00a0")


def test_every_colour_is_one_that_carries_on_light_and_dark(told: entra_ir.OpenDoors) -> None:
    allowed = {
        display.markup.GREEN,
        display.markup.BLUE,
        display.markup.AMBER,
        display.markup.RED,
        display.markup.GREY,
        display.words.VIOLET,
        "#ffffff",
    }
    for result in (told, entra_ir.effects(), doors(door("open"), door("closed"))):
        assert set(re.findall(r"#[0-9a-f]{6}\b", result._repr_html_())) <= allowed
        assert not re.search(r"(?<!-)color:(?!#|inherit)", result._repr_html_())


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"of": "temporary-access-pass", "minimum_minutes": 60, "maximum_minutes": 480, "default_minutes": 60,
          "usable_once": True},
         "lasts 60 to 480 minutes; 60 minutes if none is named; every pass works once only"),
        ({"of": "fido2", "self_service": False, "attestation_enforced": True,
          "restrictions": {"isEnforced": True, "enforcementType": "allow", "aaGuids": ["a", "b", "c", "d"]},
          "profiles": [{"name": "Keys", "passkeyTypes": "deviceBound"}], "unknown_profiles": ["gone"]},
         "users cannot register it themselves; attestation is enforced; only 4 authenticator models; "
         "profile Keys: deviceBound; profiles that the policy does not show: gone"),
        ({"of": "microsoft-authenticator", "modes": ["push", "new"], "software_oath": False},
         "beside a password only, new; its codes may not be used"),
        ({"of": "sms", "usable_for_sign_in": True}, "\u25cf a text message is enough to sign in"),
        ({"of": "sms", "usable_for_sign_in": False}, "a text message is not enough to sign in"),
        ({"of": "voice", "office_phone": True}, "office numbers may be registered"),
        ({"of": "email", "external_users": "default"}, "one-time passcodes for external users: default"),
        ({"of": "qr-code-pin", "pin_length": 8, "lifetime_days": 1}, "PIN of 8 digits; a standard code works for 1 day"),
        ({"of": "external", "display_name": EVIL, "app_id": "id"}, f"{EVIL}; application id"),
        ({"of": "telepathy", "range_in_metres": 3}, "range in metres: 3"),
    ],
)  # fmt: skip
def test_settings_are_told_in_words(settings: dict[str, Any], words: str) -> None:
    told = display.settings.in_words(settings)
    assert told
    assert "; ".join(Page(part).text for part in told.split("<br/>")) == " ".join(words.split())


@pytest.mark.parametrize(
    "of", ["temporary-access-pass", "fido2", "microsoft-authenticator", "sms", "voice", "email", "qr-code-pin", "x"]
)
def test_settings_that_are_not_known_are_left_out(of: str) -> None:
    assert display.settings.in_words({"of": of}) is None
    assert display.settings.in_words({}) is None


def test_the_policy_shows_what_is_useless_first(entra_client: Client) -> None:
    page = shown(entra_client.effective_methods_policy("hugo@contoso.example"))
    assert page.text.startswith("registered methods: ")
    registered = [cell for cell in page.cells if cell in ("\u25cf not allowed", "\u25cf not governed", "\u25cf allowed")][:3]
    assert registered == ["\u25cf not allowed", "\u25cf not allowed", "\u25cf not governed"]
    assert "lasts 60 to 480 minutes" in page.text


def test_a_snapshot_says_what_it_may_not_read(simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.inject(403, path="/identityProtection", times=None)
    snapshot = Client(transport=simulated_tenant).snapshot(USER)
    page = shown(snapshot)
    assert page.text.count("\u25cf not allowed to read") == 2, "the risk, and its history"
    assert page.cells[page.cells.index("requests") + 1] == str(snapshot.requests)
    assert "method of the policys" not in page.text
    assert "methods of the policy" in page.text


def test_the_table_of_effects_fits_and_keeps_its_actions_in_sight() -> None:
    html = entra_ir.effects()._repr_html_()
    assert "max-width:1100px" in html
    assert html.count("position:sticky") == len({effect.action for effect in entra_ir.effects()}) + 1


def test_a_difference_is_a_table_and_says_what_is_not_known(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    before = entra_client.snapshot(USER)
    simulated_tenant.add_method(USER, "fido2", EVIL)
    entra_client.block_sign_in(USER)
    simulated_tenant.inject(403, path="/ownedDevices", times=None)
    diff = entra_client.snapshot(USER).diff(before)
    page = shown(diff)
    assert page.text.startswith("changed ")
    assert {"\u25cf added", "\u25cf changed", f"passkey (FIDO2) {EVIL}", "account enabled", "True", "False"} <= set(page.cells)
    assert "unknown: devices: not read in the later snapshot (denied)" in page.text
    shown(diff.changes)
    shown(diff.changes[0])
    nothing = shown(before.diff(before))
    assert "no known change" in nothing.text


def test_a_part_without_a_licence_is_no_failure(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    data = snapshot._data | {"risk": {"state": "not-licensed", "reason": "P2"}}
    page = shown(entra_ir.AccountSnapshot._of(data))
    assert "\u25cf not licensed in this tenant P2" in page.cells


def test_the_policy_of_a_snapshot_is_folded(entra_client: Client) -> None:
    page = shown(entra_client.snapshot("hugo@contoso.example"))
    assert page.outline.count("details") == 1
    assert "Methods policy, for this user: registered methods: " in page.text
