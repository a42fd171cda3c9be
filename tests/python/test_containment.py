"""Containing an account: what is refused, the journal, the sink for secrets, interruption and resumption, the second person."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import signal
import stat
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import entra_ir
import pytest
from entra_ir import AsyncClient, Client, InvalidInputError, Plan, Records, RefusedError, Run, Secret, SimulatedTenant
from test_secrets_stay_hidden import shown

if TYPE_CHECKING:
    from collections.abc import Callable

USER = "adele@contoso.example"
Taken = list[tuple[str, str, str, Secret]]


def writes(tenant: SimulatedTenant) -> list[str]:
    reads = ("checkMemberGroups", "$batch")
    sent = [request for request in tenant.requests if request.method != "GET" and not request.path.endswith(reads)]
    return [f"{request.method} {request.path}" for request in sent]


def states(run: Run | entra_ir.RunStatus) -> dict[str | None, str]:
    """Gives the state of each step by its operation; of several the last."""
    return {step.operation: step.state for step in run.steps}


def hurried(plan: Plan) -> Plan:
    """Returns the plan without its wait of five minutes, as a person may edit it."""
    data = json.loads(plan.write())
    for step in data["steps"]:
        step["wait"] = None
    return Plan.read(json.dumps(data))


class Sink:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.taken: Taken = []

    def __call__(self, kind: str, state: str, account: str, secret: Secret) -> None:
        self.taken.append((kind, state, account, secret))

    def hidden(self) -> list[str]:
        return list(dict.fromkeys(secret.reveal() for *_, secret in self.taken))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


# What is refused, before anything is sent.


def test_a_preview_sends_nothing(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    preview = entra_client.preview(USER)
    assert writes(simulated_tenant) == []
    assert {step.will for step in preview.steps} >= {"do", "by-hand"}
    assert preview.digest == preview.plan.digest
    assert all(
        "***" in json.dumps(request.body) for step in preview.steps for request in step.requests if "PATCH" in request.method
    )


def test_without_confirmation_it_says_with_what_to_confirm(
    simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path
) -> None:
    preview = entra_client.preview(USER)
    with pytest.raises(RefusedError, match="is not confirmed") as refused:
        entra_client.contain(USER, preview, run_dir=folder)
    assert USER in str(refused.value)
    assert "sign-in name" in str(refused.value)
    assert "digest" in str(refused.value)
    with pytest.raises(RefusedError) as refused:
        entra_client.contain(USER, preview, confirm="alex@contoso.example", run_dir=folder.with_name("other"))
    assert USER in str(refused.value)
    assert preview.digest in str(refused.value)
    assert writes(simulated_tenant) == []


def test_the_digest_confirms_as_the_name_does(entra_client: Client, folder: Path) -> None:
    preview = entra_client.preview(USER)
    assert entra_client.contain(USER, preview, confirm=preview.digest, run_dir=folder).headline == "evicted-except"


def test_a_pass_needs_somebody_who_can_read_it(simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path) -> None:
    with pytest.raises(RefusedError, match="nobody could read it"):
        entra_client.contain(USER, confirm=USER, until="recover", run_dir=folder)
    assert writes(simulated_tenant) == []


def test_a_plan_of_another_account_is_refused(simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path) -> None:
    plan = entra_client.snapshot("alex@contoso.example").plan("account-takeover")
    for call in (
        lambda: entra_client.contain(USER, plan, confirm=USER, run_dir=folder),
        lambda: entra_client.preview(USER, plan),
    ):
        with pytest.raises(RefusedError, match="plan is for"):
            call()
    assert writes(simulated_tenant) == []


def test_a_folder_that_holds_a_run_is_refused(simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path) -> None:
    entra_client.contain(USER, confirm=USER, until="lock-out", run_dir=folder)
    sent = writes(simulated_tenant)
    with pytest.raises(RefusedError, match="cannot be created"):
        entra_client.contain(USER, confirm=USER, run_dir=folder)
    other = folder.parent / "other"
    with pytest.raises(RefusedError, match="not confirmed"):
        entra_client.contain(USER, run_dir=other)
    assert not other.exists(), "what is refused leaves no folder"
    with pytest.raises(InvalidInputError, match="step"):
        entra_ir.tick_off(folder, -1, by="Ada")
    with pytest.raises(InvalidInputError, match="run_dir"):
        entra_client.resume(folder / "none")
    assert writes(simulated_tenant) == sent


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"until": "later"}, InvalidInputError),
        ({"confirm": 5}, TypeError),
        ({"secrets": 5}, TypeError),
        ({"on_event": "print"}, TypeError),
        ({"approved_by": 5}, TypeError),
        ({"four_eyes": "yes"}, TypeError),
        ({"wait": 1}, TypeError),
        ({"verify_within": 5}, TypeError),
        ({"verify_within": timedelta(seconds=-1)}, InvalidInputError),
    ],
)
def test_bad_options_are_refused_before_anything_is_sent(
    options: dict[str, Any], error: type[Exception], simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path
) -> None:
    given: dict[str, Any] = {"confirm": USER, "run_dir": folder} | options
    with pytest.raises(error, match=next(iter(options))):
        entra_client.contain(USER, **given)
    assert len(simulated_tenant.requests) == 0
    assert not folder.exists()


@pytest.mark.parametrize(
    "edit",
    [
        lambda data: data["steps"][2]["call"].update(operation="unheard_of"),
        lambda data: data["steps"][2].update(unheard="of"),
        lambda data: data.update(format=99),
        lambda data: data["steps"][2].update(phase="someday"),
    ],
    ids=["operation", "field", "format", "phase"],
)
def test_an_edited_plan_that_says_what_is_not_known_is_refused(
    edit: Callable[[dict[str, Any]], object], entra_client: Client
) -> None:
    data = json.loads(entra_client.snapshot(USER).plan("account-takeover").write())
    edit(data)
    with pytest.raises(InvalidInputError):
        Plan.read(json.dumps(data))


def test_an_edited_plan_has_another_digest(entra_client: Client, folder: Path) -> None:
    plan = entra_client.snapshot(USER).plan("account-takeover")
    edited = hurried(plan)
    assert edited.digest != plan.digest
    with pytest.raises(RefusedError):
        entra_client.contain(USER, edited, confirm=plan.digest, run_dir=folder)


# Where secrets go.


def test_the_sink_gets_the_password_before_it_is_sent_and_when_it_is_in_force(
    simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path
) -> None:
    sink = Sink()
    run = entra_client.contain(USER, confirm=USER, secrets=sink, run_dir=folder)
    assert [taken[:3] for taken in sink.taken] == [
        ("password", "pending", run.account),
        ("password", "in-force", run.account),
    ]
    assert sink.taken[0][3] == sink.taken[1][3] == simulated_tenant.password_of(USER)


def test_a_password_that_is_refused_is_void(simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path) -> None:
    simulated_tenant.inject(403, method="PATCH", times=None)
    sink = Sink()
    run = entra_client.contain(USER, confirm=USER, secrets=sink, run_dir=folder)
    assert run.headline == "not-contained"
    assert [state for _, state, *_ in sink.taken][-1] == "void"
    assert "in-force" not in [state for _, state, *_ in sink.taken]


def test_a_path_is_a_new_file_of_its_owner(entra_client: Client, simulated_tenant: SimulatedTenant, folder: Path) -> None:
    path = folder.with_name("secrets.jsonl")
    entra_client.contain(USER, confirm=USER, secrets=path, run_dir=folder)
    assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["kind"], line["state"]) for line in lines] == [("password", "pending"), ("password", "in-force")]
    assert Secret(lines[1]["value"]) == simulated_tenant.password_of(USER)
    sent = writes(simulated_tenant)
    with pytest.raises(InvalidInputError, match="secrets"):
        entra_client.contain(USER, confirm=USER, secrets=str(path), run_dir=folder.with_name("second"))
    assert writes(simulated_tenant) == sent
    assert not folder.with_name("second").exists()


def test_discarded_secrets_are_nowhere(simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path) -> None:
    entra_client.contain(USER, confirm=USER, secrets="discard", run_dir=folder)
    made = simulated_tenant.password_of(USER)
    assert made is not None
    assert not Path("discard").exists()
    assert holding(folder, [made.reveal()]) == []


def test_a_sink_that_raises_does_not_stop_the_lock_out_and_its_text_is_printed_nowhere(
    simulated_tenant: SimulatedTenant,
    entra_client: Client,
    folder: Path,
    capfd: pytest.CaptureFixture[str],
    everything_logged: Callable[[], str],
) -> None:
    told: list[str] = []

    def sink(_kind: str, _state: str, _account: str, secret: Secret) -> None:
        told.append(secret.reveal())
        raise ValueError(f"cannot store {secret.reveal()}")

    run = entra_client.contain(USER, confirm=USER, secrets=sink, run_dir=folder, on_event=entra_ir.progress())
    assert not simulated_tenant.user(USER).enabled
    assert run.headline == "evicted-except"
    [reason] = [step.reason for step in run.steps if step.operation == "lock_out"]
    assert reason is not None
    assert "unknown to everybody" in reason
    assert "ValueError" in reason
    assert told
    captured = capfd.readouterr()
    assert not any(secret in text for secret in told for text in (captured.out, captured.err, everything_logged(), *shown(run)))
    assert holding(folder, told) == []


def holding(folder: Path, hidden: list[str]) -> list[str]:
    """Lists the files in a folder that hold a secret."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 3
    return [str(file) for file in files if any(secret.encode() in file.read_bytes() for secret in hidden)]


def test_no_secret_is_in_the_folder_or_in_a_result(simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path) -> None:
    sink = Sink()
    events: list[entra_ir.RunEvent] = []
    given_back(entra_client, folder, sink, events)
    assert {kind for kind, *_ in sink.taken} == {"password", "access-pass"}
    hidden = sink.hidden()
    assert Secret(hidden[0]) == simulated_tenant.password_of(USER)
    # The search finds what is there.
    folder.joinpath("evidence", "planted").write_text(hidden[0], encoding="utf-8")
    assert holding(folder, hidden) == [str(folder / "evidence" / "planted")]
    folder.joinpath("evidence", "planted").unlink()
    assert holding(folder, hidden) == []
    run, status = entra_client.resume(folder), entra_ir.run_status(folder)
    for value in (run, status, run.steps, status.plan, Records(events), entra_client.preview(USER)):
        assert [text for text in shown(value) if any(secret in text for secret in hidden)] == []


# Phases, people and resumption.


def given_back(client: Client, folder: Path, sink: Sink, events: list[entra_ir.RunEvent] | None = None) -> Run:
    """Runs up to the end of recovery: the eviction, the proof of identity by a person, and the pass."""
    plan = hurried(client.snapshot(USER).plan("account-takeover"))
    first = client.contain(USER, plan, confirm=USER, secrets=sink, run_dir=folder)
    assert first.due is None
    waits = client.resume(folder, confirm=USER, until="recover", secrets=sink)
    assert states(waits)["create_temporary_access_pass"] == "waits"
    assert [kind for kind, *_ in sink.taken if kind == "access-pass"] == []
    proof = next(step for step in first.steps if step.phase == "recover")
    entra_ir.tick_off(folder, proof.step, by="Ada", proof="call back to a known number")
    listen = None if events is None else events.append
    return client.resume(folder, confirm=USER, until="recover", secrets=sink, on_event=listen)


def test_until_the_lock_out_and_on(simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path) -> None:
    run = entra_client.contain(USER, confirm=USER, until="lock-out", run_dir=folder)
    assert run.headline == "locked-out"
    assert {step.state for step in run.steps if step.phase != "lock-out"} == {"not-asked"}
    locked = writes(simulated_tenant)
    assert not simulated_tenant.user(USER).enabled
    then = entra_client.resume(folder)
    assert then.headline == "evicted-except"
    # What is done stays done: each write of the lock-out was sent once.
    assert writes(simulated_tenant)[: len(locked)] == locked
    assert not set(writes(simulated_tenant)[len(locked) :]) & {write for write in locked if write.startswith("PATCH")}
    again = len(writes(simulated_tenant))
    assert entra_client.resume(folder).headline == "evicted-except"
    assert len(writes(simulated_tenant)) == again


def test_the_user_is_let_in_when_somebody_proved_who_it_is(
    simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path
) -> None:
    sink = Sink()
    run = given_back(entra_client, folder, sink)
    assert run.headline == "given-back"
    assert simulated_tenant.user(USER).enabled
    made = [secret for kind, _, _, secret in sink.taken if kind == "access-pass"]
    assert made == [simulated_tenant.access_pass_of(USER)]
    tick = next(step.ticked for step in run.steps if step.state == "ticked-off")
    assert tick is not None
    assert (tick.by, tick.proof) == ("Ada", "call back to a known number")


def test_letting_in_is_confirmed_again_and_needs_the_sink(entra_client: Client, folder: Path) -> None:
    entra_client.contain(USER, confirm=USER, run_dir=folder)
    with pytest.raises(RefusedError, match="is not confirmed"):
        entra_client.resume(folder, until="recover", secrets=Sink())
    with pytest.raises(RefusedError, match="nobody could read it"):
        entra_client.resume(folder, until="recover", confirm=USER)


def test_a_run_is_handed_over_and_closed(entra_client: Client, folder: Path) -> None:
    entra_client.contain(
        USER, confirm=USER, until="lock-out", run_dir=folder, incident="INC-7", ticket="42", authority="CISO", owner="Ada"
    )
    entra_ir.hand_over(folder, to="Grace", by="Ada", note="the user is on leave")
    status = entra_ir.run_status(folder)
    about = status.about
    assert (about.incident, about.ticket, about.authority, about.owner) == ("INC-7", "42", "CISO", "Ada")
    assert status.handed_over_to == "Grace"
    assert status.closed is None
    digest = entra_ir.close_run(folder)
    assert digest
    assert entra_ir.run_status(folder).closed == digest
    with pytest.raises(RefusedError, match="closed"):
        entra_client.resume(folder)
    with pytest.raises(RefusedError, match="closed"):
        entra_ir.tick_off(folder, 0, by="Ada")


def test_only_a_step_of_a_person_is_ticked_off(entra_client: Client, folder: Path) -> None:
    run = entra_client.contain(USER, confirm=USER, run_dir=folder)
    own = next(step.step for step in run.steps if step.operation)
    for step, by in ((own, "Ada"), (99, "Ada"), (0, " ")):
        with pytest.raises((InvalidInputError, RefusedError)):
            entra_ir.tick_off(folder, step, by=by)


def test_an_edited_journal_is_refused(simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path) -> None:
    entra_client.contain(USER, confirm=USER, until="lock-out", run_dir=folder)
    journal = folder / "journal.jsonl"
    journal.write_text(journal.read_text(encoding="utf-8").replace("lock_out", "lock_0ut", 1), encoding="utf-8")
    sent = writes(simulated_tenant)
    with pytest.raises(RefusedError):
        entra_client.resume(folder)
    with pytest.raises(RefusedError):
        entra_ir.run_status(folder)
    assert writes(simulated_tenant) == sent


def caller(tenant: SimulatedTenant, user: str) -> Client:
    """Returns a client whose caller is a person: Graph is asked once who it is."""
    tenant.set_caller(user, roles=["Global Administrator"])
    client = Client(transport=tenant)
    with pytest.raises(entra_ir.EntraError):
        client.lock_out(user)
    return client


def test_four_eyes(simulated_tenant: SimulatedTenant, folder: Path) -> None:
    second = caller(simulated_tenant, "nadia@contoso.example")
    first = caller(simulated_tenant, "kira@contoso.example")
    run = first.contain(USER, confirm=USER, four_eyes=True, approved_by="Nadia", run_dir=folder)
    assert run.headline == "locked-out"
    assert not simulated_tenant.user(USER).enabled
    assert states(run)["delete_methods"] == "waits"
    # One person has two eyes.
    assert first.resume(folder, approved_by=first).headline == "locked-out"
    assert first.resume(folder).headline == "locked-out"
    assert first.resume(folder, approved_by=second).headline == "evicted-except"


# Where runs lie.


def test_the_default_folder_is_its_owners(entra_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = entra_client.contain(USER, confirm=USER, until="lock-out")
    [made] = tmp_path.joinpath("entra-ir-runs").iterdir()
    assert Path(run.place) == made
    assert made.name.endswith(f"Z-{run.account}")
    if os.name != "nt":
        inside = [made, *made.rglob("*")]
        assert len(inside) > 3
        assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in inside} == {0}
    assert entra_client.resume(made).headline == "evicted-except"


# Events.


@pytest.mark.parametrize("way", ["raises", "sleeps"])
def test_a_bad_listener_neither_stalls_nor_stops_a_run(
    way: str, simulated_tenant: SimulatedTenant, entra_client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", raised.append)

    def listen(_event: entra_ir.RunEvent) -> None:
        if way == "raises":
            raise ValueError("a bad listener")
        time.sleep(1)

    began = time.monotonic()
    run = entra_client.contain(USER, confirm=USER, run_dir=folder, on_event=listen)
    assert run.whole
    assert not simulated_tenant.user(USER).enabled
    # The end waits two seconds for the listener; twenty events of a second each would take longer.
    assert time.monotonic() - began < 10
    assert bool(raised) == (way == "raises")


def test_events_one_after_the_other(entra_client: Client, folder: Path) -> None:
    events = entra_client.contain_events(USER, confirm=USER, run_dir=folder)
    assert events.run is None
    kinds = [event.kind for event in events]
    assert (kinds[0], kinds[-1]) == ("begins", "ends")
    assert {"step-begins", "step-ends", "phase-ends", "verified"} <= set(kinds)
    assert events.run is not None
    assert events.run.headline == "evicted-except"


def test_leaving_the_loop_does_not_stop_the_run(entra_client: Client, folder: Path) -> None:
    for event in entra_client.contain_events(USER, confirm=USER, run_dir=folder):
        if event.kind == "step-ends" and event.state == "done":
            break
    until = time.monotonic() + 20
    while time.monotonic() < until and states(entra_ir.run_status(folder)).get("delete_methods") != "done":
        time.sleep(0.02)
    assert states(entra_ir.run_status(folder))["delete_methods"] == "done"


def test_what_is_refused_is_raised_where_the_events_are_asked_for(entra_client: Client, folder: Path) -> None:
    events = entra_client.contain_events(USER, run_dir=folder)
    with pytest.raises(RefusedError, match="is not confirmed"):
        list(events)
    assert events.run is None


# Asynchronous.


def test_the_asynchronous_client_does_the_same(simulated_tenant: SimulatedTenant, folder: Path) -> None:
    async def go() -> None:
        async with AsyncClient(transport=simulated_tenant) as client:
            preview = await client.preview(USER)
            assert writes(simulated_tenant) == []
            with pytest.raises(RefusedError, match="is not confirmed"):
                await client.contain(USER, preview, run_dir=folder)
            sink = Sink()
            events = client.contain_events(USER, preview, confirm=USER, secrets=sink, run_dir=folder.with_name("second"))
            kinds = [event.kind async for event in events]
            assert (kinds[0], kinds[-1]) == ("begins", "ends")
            assert events.run is not None
            assert events.run.headline == "evicted-except"
            assert [state for _, state, *_ in sink.taken] == ["pending", "in-force"]
            assert (await client.resume(folder.with_name("second"))).headline == "evicted-except"

    asyncio.run(go())


def test_leaving_the_asynchronous_loop_stops_the_run_and_resume_ends_it(simulated_tenant: SimulatedTenant, folder: Path) -> None:
    simulated_tenant.inject(timedelta(seconds=30), method="DELETE")

    async def go() -> Run:
        async with AsyncClient(transport=simulated_tenant) as client:
            events = client.contain_events(USER, confirm=USER, run_dir=folder)
            async for event in events:
                if event.kind == "step-begins" and event.phase == "evict" and "methods" in event.text:
                    break
            assert events.run is None
            assert not simulated_tenant.user(USER).enabled
            simulated_tenant.clear_faults()
            # At once: it waits for the stopped run to let its journal go.
            return await client.resume(folder)

    run = asyncio.run(go())
    assert states(run)["delete_methods"] == "done"
    assert run.headline == "evicted-except"


def test_a_cancelled_run_is_resumed_at_once(simulated_tenant: SimulatedTenant, folder: Path) -> None:
    simulated_tenant.inject(timedelta(minutes=5), method="PATCH")

    async def go() -> Run:
        async with AsyncClient(transport=simulated_tenant) as client:
            task = asyncio.ensure_future(client.contain(USER, confirm=USER, run_dir=folder))
            while "PATCH" not in [request.method for request in simulated_tenant.requests]:
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            assert vars(caught.value)["outcome_unknown"] is True
            simulated_tenant.clear_faults()
            return await client.resume(folder)

    run = asyncio.run(go())
    assert run.headline == "evicted-except"
    assert run.whole


def test_a_journal_that_is_held_is_refused(simulated_tenant: SimulatedTenant, folder: Path) -> None:
    simulated_tenant.inject(timedelta(seconds=30), method="DELETE")

    async def go() -> None:
        async with AsyncClient(transport=simulated_tenant) as client:
            task = asyncio.ensure_future(client.contain(USER, confirm=USER, run_dir=folder))
            while "DELETE" not in [request.method for request in simulated_tenant.requests]:
                await asyncio.sleep(0.001)
            with pytest.raises(InvalidInputError, match=r"run_dir: .*another process holds it"):
                await client.resume(folder)
            task.cancel()

    asyncio.run(go())


# Interruption.

INTERRUPTED = """
import signal, sys, time, threading, entra_ir
from datetime import timedelta
signal.signal(signal.SIGINT, signal.default_int_handler)
tenant = entra_ir.SimulatedTenant.contoso()
client = entra_ir.Client(transport=tenant)
user, folder = "adele@contoso.example", sys.argv[1]
tenant.inject(timedelta(minutes=5), method={method!r})
def listen(event):
    if event.kind == "step-begins" and event.phase == {phase!r}:
        print("ready", flush=True)
try:
    client.contain(user, confirm=user, run_dir=folder, on_event=listen)
except KeyboardInterrupt as stopped:
    print(stopped.outcome_unknown, flush=True)
tenant.clear_faults()
before = entra_ir.run_status(folder)
print([step.state for step in before.steps if step.operation == {operation!r}][0], flush=True)
run = client.resume(folder)
print(run.headline, run.whole, tenant.user(user).enabled, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
@pytest.mark.parametrize(
    ("method", "phase", "operation"), [("PATCH", "lock-out", "lock_out"), ("DELETE", "evict", "delete_methods")]
)
def test_ctrl_c_in_the_middle_and_resume(method: str, phase: str, operation: str, folder: Path) -> None:
    script = INTERRUPTED.format(method=method, phase=phase, operation=operation)
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate(timeout=30)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    lines = [line for line in out.splitlines() if line != "ready"]
    assert lines[:2] == ["True", "unsettled"], errors
    assert lines[2].startswith("evicted-except True False"), errors


def test_a_run_survives_pickling_and_json(entra_client: Client, folder: Path) -> None:
    run = entra_client.contain(USER, confirm=USER, run_dir=folder)
    assert pickle.loads(pickle.dumps(run)) == run
    assert Run.from_json(run.to_json(round_trip=True)) == run
    assert len(run.to_dicts()) == len(run.steps)
    # It is evidence of its steps.
    assert entra_client.open_doors(USER, [run]).open == ()
