"""What plans, previews and runs look like: in a terminal as the core prints them, in a notebook escaped and capped."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import entra_ir
import pytest
from entra_ir import Client, PlanPreview, Record, Records, Run, RunEvent, types
from entra_ir.display import markup, run_words
from test_doors_html import HOSTILE
from test_doors_html import shown as page
from test_html import headline as badge

USER = "adele@contoso.example"
CORE = Path(__file__).parents[2] / "entra-ir-core" / "src" / "containment"
NOW = "2026-03-02T09:00:00Z"


@pytest.fixture
def preview(entra_client: Client) -> PlanPreview:
    return entra_client.preview(USER)


@pytest.fixture
def run(entra_client: Client, tmp_path: Path) -> Run:
    return entra_client.contain(USER, confirm=USER, run_dir=tmp_path / "run", ticket="INC-42", owner="Ada")


def step(state: str, **more: Any) -> dict[str, Any]:
    data = {"step": 0, "title": "Block sign-in", "phase": "lock-out", "operation": "block_sign_in", "state": state}
    nothing = dict.fromkeys(("reason", "due", "confirmed", "by_hand", "ticked", "output", "error"))
    return data | nothing | more


def run_of(*steps: dict[str, Any], headline: str = "evicted-except", remains: tuple[str, ...] = (), **more: Any) -> Run:
    data: dict[str, Any] = {
        "headline": {"is": headline, "remains": list(remains)},
        "account": "0c0ffee0",
        "user_principal_name": USER,
        "incident": "account-takeover",
        "plan": "d" * 64,
        "place": "/runs/1",
        "steps": list(steps),
        "phases": [],
        "doors": None,
        "done": [],
        "others": [],
        "warnings": [],
        "evidence": [],
        "outside": [],
        "closed": None,
        "due": None,
        "whole": True,
        "verified": True,
    }
    return Run._of(data | more)


def event(kind: str, text: str = "a text", **more: Any) -> RunEvent:
    data = {"is": kind, "at": NOW, "elapsed": 1.25, "phase": None, "step": None, "state": None, "text": text}
    return RunEvent._of(data | more)


# The words are the core's.


def core_words(file: str, named: str) -> list[str]:
    """Reads from the core how it prints the words of an enumeration, in their order."""
    source = (CORE / file).read_text(encoding="utf-8")
    body = source.split(f"impl fmt::Display for {named} ", 1)[1].split("\n}\n", 1)[0]
    return re.findall(r'Self::\w+(?: \{ \.\. \})? => "([^"]+)"', body)


@pytest.mark.parametrize(
    ("file", "named", "words", "said"),
    [
        ("step_run.rs", "StepState", types.StepState, [look[-1] for look in run_words.STEP_STATES.values()]),
        ("preview.rs", "Will", types.Will, [look[-1] for look in run_words.WILLS.values()]),
        ("plan.rs", "Phase", types.Phase, list(run_words.PHASES.values())),
        ("gate/mod.rs", "GateState", types.GateState, [look[-1] for look in run_words.GATE_STATES.values()]),
        ("undo/mod.rs", "UndoHow", types.UndoHow, [look[-1] for look in run_words.UNDO_WAYS.values()]),
        ("headline.rs", "Headline", types.HeadlineWord, [look[-1] for look in run_words.HEADLINES.values()]),
    ],
)
def test_the_words_are_those_of_the_core(file: str, named: str, words: Any, said: list[str]) -> None:
    tables: dict[str, dict[str, Any]] = {
        "StepState": run_words.STEP_STATES,
        "Will": run_words.WILLS,
        "Phase": run_words.PHASES,
        "Headline": run_words.HEADLINES,
        "GateState": run_words.GATE_STATES,
        "UndoHow": run_words.UNDO_WAYS,
    }
    assert tuple(tables[named]) == get_args(words)
    assert core_words(file, named) == said


# Plain text.


def test_a_run_as_text() -> None:
    made = run_of(
        step("done", confirmed=True),
        step("failed", step=1, error={"message": "Graph answered 403"}, reason="a reason"),
        step("by-hand", step=2, operation=None, by_hand="the portal"),
        step("due", step=11, due="2026-03-02T09:05:00.5Z", reason=None),
        step("not-asked", step=12),
        remains=("Block: FAILED", "a door"),
        phases=[
            {"phase": "lock-out", "elapsed": 1.26, "budget": 60.0},
            {"phase": "evict", "elapsed": 901.0, "budget": 900.0},
        ],
        others=["sign-in was enabled"],
        warnings=["the folder is synced"],
        due="2026-03-02T09:05:00.5Z",
        closed="abc",
    )
    assert str(made).splitlines() == [
        "adele@contoso.example: evicted, except: Block: FAILED; and 1 more",
        "lock out: 1.3 s of 60 s",
        "evict: 901.0 s of 900 s, OVER BUDGET",
        " 1. Block sign-in: done (confirmed)",
        " 2. Block sign-in: FAILED: Graph answered 403",
        " 3. Block sign-in: by hand: the portal",
        "12. Block sign-in: due later",
        "remains: Block: FAILED",
        "remains: a door",
        "by others: sign-in was enabled",
        "warning: the folder is synced",
        "resume at or after 2026-03-02T09:05:00Z: /runs/1",
        "journal and evidence: /runs/1",
        "closed: abc",
    ]


@pytest.mark.parametrize(
    ("remains", "said"),
    [
        ((), "locked out; outside Graph, nothing was seen"),
        (("a door",), "locked out, except: a door"),
        (("a door", "b", "c"), "locked out, except: a door; and 2 more"),
    ],
)
def test_the_headline_names_what_remains(remains: tuple[str, ...], said: str) -> None:
    assert str(run_of(headline="locked-out", remains=remains)).splitlines()[0] == f"{USER}: {said}"


def test_the_last_event_is_the_headline(entra_client: Client, tmp_path: Path) -> None:
    """The core writes the event, and Python the headline."""
    events = entra_client.contain_events(USER, confirm=USER, run_dir=tmp_path / "run")
    *_, last = events
    assert events.run is not None
    assert str(events.run).splitlines()[0] == f"{USER}: {last.text}"


def test_a_preview_and_its_plan_as_text(preview: PlanPreview) -> None:
    lines, planned = str(preview).splitlines(), str(preview.plan).splitlines()
    assert lines[0] == planned[0] == f"{USER}: {preview.plan.name} (cloud account)"
    for text in (lines, planned):
        assert [line for line in text if line in ("lock out:", "evict:", "recover:")] == ["lock out:", "evict:", "recover:"]
        assert text[-1] == f"confirm with {USER} or {preview.digest}"
        assert sum(1 for line in text if re.match(r" *\d+\. ", line)) == len(preview.steps)
        assert sum(1 for line in text if line.startswith("disputed: ")) == len(preview.plan.choices) > 0
    assert sum(1 for line in lines if line.startswith("notice: ")) == len(preview.notices) > 0
    assert sum(1 for line in lines if line.startswith("closes by 2026-")) == len(preview.doors.closing) > 0
    assert sum(1 for line in planned if line.startswith("outside Graph: ")) == len(preview.plan.outside) > 0
    assert "  3. Block sign-in and reset the password, in one request: lock_out" in planned
    unread = PlanPreview._of(preview._data | {"unread": ["risk (denied): 403"]})
    assert "not read: risk (denied): 403" in str(unread).splitlines()


def test_a_status_as_text(run: Run) -> None:
    place = Path(run.place)
    entra_ir.tick_off(place, 0, by="Grace", proof="a call")
    entra_ir.hand_over(place, to="Grace")
    status = entra_ir.run_status(place)
    lines = str(status).splitlines()
    assert lines[0] == f"{USER}: {status.plan.name} ({status.entries} entries)"
    assert lines[1] == f"began {markup.utc(status.began)}, last entry {markup.utc(status.last)}"
    assert lines[2:4] == ["ticket: INC-42", "owner: Grace"]
    assert lines[4].startswith(" 1. Keep the evidence: done elsewhere, by Grace at 20")
    assert lines[-1] == f"not closed: {place}"
    digest = entra_ir.close_run(place)
    assert str(entra_ir.run_status(place)).splitlines()[-1] == f"closed: {digest}"


def test_an_event_as_text() -> None:
    assert str(event("begins")) == "   1.2 s  a text"
    assert str(event("step-ends", state="failed")) == "   1.2 s  FAILED: a text"


# What strangers chose, and what this version does not know.


def hostile(data: Any, evil: str) -> Any:
    """Replaces the texts of a result that a tenant, a person or a service may have chosen."""
    free = {"title", "reason", "message", "by_hand", "by", "proof", "place", "path", "name", "user_principal_name", "why"}
    free |= {"label", "about", "chosen", "text", "ticket", "owner", "incident", "authority", "handed_over_to", "missing", "cost"}
    listed = {"remains", "others", "warnings", "outside", "notices", "unread"}
    if isinstance(data, list):
        return [hostile(item, evil) for item in data]
    if not isinstance(data, dict):
        return data
    return {
        key: evil if key in free and isinstance(value, str) else [evil for _ in value] if key in listed else hostile(value, evil)
        for key, value in data.items()
    }


def everything(client: Client, folder: Path) -> list[Record]:
    preview = client.preview(USER)
    events: list[RunEvent] = []
    run = client.contain(USER, preview, confirm=USER, run_dir=folder, ticket="INC-42", owner="Ada", on_event=events.append)
    entra_ir.tick_off(folder, 0, by="Grace", proof="a call")
    entra_ir.hand_over(folder, to="Grace")
    status = entra_ir.run_status(folder)
    return [preview, preview.plan, run, status, *run.steps, *status.steps, events[-1]]


@pytest.mark.parametrize("evil", HOSTILE)
def test_a_strangers_words_stay_words(evil: str, entra_client: Client, tmp_path: Path) -> None:
    for result in everything(entra_client, tmp_path / "run"):
        worse = type(result)._of(hostile(result._data, evil))
        text = str(worse)
        assert all(char.isprintable() or char == "\n" for char in text)
        assert len(text.splitlines()) == len(str(result).splitlines())
        found = page(worse)
        assert "script" not in found.outline
        assert "img" not in found.outline


def test_every_list_of_them_is_a_table(run: Run, preview: PlanPreview) -> None:
    events = Records([event("begins"), event("step-ends", state="done", phase="evict")])
    for rows in (run.steps, preview.steps, preview.plan.steps, events):
        found = page(rows)
        assert found.outline.count("tr") == len(rows) + 1


def test_rows_are_capped_and_counted() -> None:
    many = [step("done", step=number) for number in range(200)]
    made = run_of(*many, remains=tuple(f"left {number}" for number in range(200)))
    found = page(made)
    assert found.outline.count("tr") < 2 * markup.MOST_ROWS
    assert found.text.count("and 140 more, not shown") == 2
    assert "200 points left" in found.text


def test_a_word_of_the_future_is_amber_and_said() -> None:
    made = run_of(step("half-done", phase="someday"), headline="half-contained")
    assert badge(made) == (markup.AMBER, "half contained")
    assert "? half done" in page(made).text
    assert str(made).splitlines()[0].startswith(f"{USER}: half contained")
    assert " 1. Block sign-in: half done" in str(made).splitlines()
    assert page(entra_ir.StepRun._of(step("half-done"))).text


def test_a_plan_of_the_future_is_shown_without_its_digest(preview: PlanPreview) -> None:
    data = json.loads(preview.plan.write())
    data["steps"][2]["call"]["operation"] = "unheard_of"
    plan = entra_ir.Plan._of(data)
    assert str(plan).splitlines()[-1] == f"confirm with {USER}"
    assert "client.unheard_of" in page(plan).text


# What the tables say.


def test_green_is_only_what_left_nothing() -> None:
    def looks(word: str, *remains: str, whole: bool = True) -> str:
        return run_words.headline_look(run_of(headline=word, remains=remains, whole=whole))[0]

    for word in ("locked-out", "evicted-except", "given-back"):
        assert looks(word) == markup.GREEN
        assert looks(word, "a door") == markup.BLUE
        assert looks(word, whole=False) == looks(word, "a door", whole=False) == markup.AMBER
    assert looks("locked-in-the-cloud-only") == markup.AMBER
    assert looks("not-contained") == looks("not-contained", whole=False) == markup.RED


def test_what_was_not_verified_says_so() -> None:
    made = run_of(step("done"), headline="locked-out", verified=False)
    assert str(made).startswith(f"{USER}: NOT VERIFIED: locked out")
    assert "NOT VERIFIED: the account was not read at the end" in page(made).text
    assert badge(made) == (markup.AMBER, "locked out")
    assert "NOT VERIFIED" not in page(run_of(step("done"))).text


def test_done_is_green_only_if_the_account_showed_it() -> None:
    def looks(state: str, confirmed: bool | None) -> tuple[str, str]:
        made = entra_ir.StepRun._of(step(state, confirmed=confirmed))
        return run_words.step_look(made)[0], page(made).text

    assert looks("done", True)[0] == markup.GREEN
    assert looks("done", None)[0] == markup.BLUE
    assert looks("done", False)[0] == markup.AMBER
    assert "confirmed" in looks("done", True)[1]
    assert "confirmed" not in looks("done", None)[1]
    assert "does not show it yet" in looks("done", False)[1]
    assert looks("failed", None)[0] == looks("unsettled", None)[0] == markup.RED


def test_the_outline_of_a_run(run: Run) -> None:
    found = page(run)
    order = [
        "evicted",
        USER,
        "lock out0.",
        "evict0.",
        "resumeat",
        "journal/",
        "Keep the evidence",
        "What remains",
        "Later phases",
    ]
    order += ["Doors as the account was read at the end", "Outside Graph", "Evidence"]
    places = [found.text.index(word) for word in order]
    assert places == sorted(places)
    assert "\u2713 done" in found.text
    assert "due at or after" in found.text
    assert "client.lock_out" in found.text
    assert found.outline.count("details") >= 4


def test_what_others_did_and_warnings_come_before_the_steps() -> None:
    found = page(run_of(step("done"), others=["a method was added"], warnings=["the folder is synced"]))
    places = [found.text.index(words) for words in ("Warning: the folder", "By others: a method", "Block sign-in")]
    assert places == sorted(places)


def test_a_preview_says_if_the_lock_out_would_be_refused(preview: PlanPreview) -> None:
    assert badge(preview) == (markup.BLUE, "preview")
    assert "Would send" in page(preview).text
    assert "***" in page(preview).text
    for will, (colour, words) in {
        "unknown": (markup.AMBER, "preview, not all is known"),
        "refused": (markup.RED, "LOCK-OUT WILL BE REFUSED"),
    }.items():
        data = json.loads(json.dumps(preview._data))
        data["steps"][2]["will"] = will
        assert badge(PlanPreview._of(data)) == (colour, words)


def test_evidence_that_was_not_stored_is_counted(run: Run) -> None:
    lost = [item._data | {"missing": "no space"} for item in run.evidence]
    assert f"{len(lost)} not stored" in page(Run._of(run._data | {"evidence": lost})).text
    assert "not stored" not in page(run).text
