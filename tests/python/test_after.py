"""What follows a run, from Python and from the command: the gate, undo, and the watch."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import entra_ir
import pytest
from entra_ir import AsyncClient, Client, Gate, InvalidInputError, RefusedError, SimulatedTenant, Undone, Watched, types
from entra_ir._command import exits, main, scene
from test_doors_html import HOSTILE
from test_doors_html import shown as page

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "adele@contoso.example"
SCRIPT = Path(sys.executable).with_name("entra-ir")
NOW = "2026-03-02T09:00:00Z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def tenant(monkeypatch: pytest.MonkeyPatch) -> SimulatedTenant:
    """The tenant on which `--simulated` acts in this test."""
    made = scene.attacked()
    monkeypatch.setattr(scene, "attacked", lambda: made)
    return made.tenant


@pytest.fixture
def client(tenant: SimulatedTenant) -> Client:
    return Client(transport=tenant)


@pytest.fixture
def interruptible() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main([*words, "--simulated"])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def contained(client: Client, folder: Path) -> entra_ir.Run:
    return client.contain(USER, confirm=USER, run_dir=folder)


def test_the_gate_names_what_is_missing_and_writes_nothing(client: Client, folder: Path) -> None:
    contained(client, folder)
    before = (folder / "journal.jsonl").read_bytes()
    gate = client.ready_to_unblock(USER, folder)
    assert (folder / "journal.jsonl").read_bytes() == before
    states = {item.kind: item.state for item in gate}
    assert set(states) <= set(get_args(types.GateWord))
    assert states["identity"] == "missing"
    assert states["password"] == "met"
    assert [item.kind for item in gate if item.refuses] == ["identity", "second-factor"]
    assert str(gate).splitlines()[0].startswith(f"{USER}: NOT READY: ")
    assert len(str(gate).splitlines()) == len(gate.items) + 1
    again = Gate.from_json(gate.to_json(round_trip=True))
    assert (again, again.ready) == (gate, False)
    with pytest.raises(RefusedError, match="not for"):
        client.ready_to_unblock("alex@contoso.example", folder)
    with pytest.raises(InvalidInputError, match="run_dir"):
        client.ready_to_unblock(USER, folder.with_name("none"))


def test_a_block_is_lifted_only_through_the_gate(client: Client, tenant: SimulatedTenant, folder: Path) -> None:
    snapshot = client.snapshot(USER)
    plan = json.loads(snapshot.plan("account-takeover").write())
    for step in plan["steps"]:
        step["wait"], step["on_failure"] = None, "go-on"
    more: dict[str, Any] = {"confirm": USER, "until": "recover", "secrets": lambda *_: None}
    first = client.contain(USER, entra_ir.Plan.read(json.dumps(plan)), run_dir=folder, **more)
    lift = next(step for step in first.steps if step.operation == "unblock_sign_in")
    assert (lift.state, (lift.error or {})["refusal"]) == ("failed", "not-ready")
    with pytest.raises(InvalidInputError, match="lift_despite"):
        client.resume(folder, lift_despite=["identitty"], **more)  # type: ignore[list-item]
    with pytest.raises(TypeError, match="lift_despite"):
        client.resume(folder, lift_despite="identity", **more)  # type: ignore[arg-type]
    then = client.resume(folder, lift_despite=["identity"], **more)
    assert tenant.user(USER).enabled
    assert any("which was named: identity" in warning for warning in then.warnings)
    assert "despite: identity" in entra_ir.run_report(folder).to_markdown()


def test_undo_shows_first_and_takes_back_what_is_named(client: Client, tenant: SimulatedTenant, folder: Path) -> None:
    device = client.list_devices(USER).devices[0].id
    assert device is not None
    client.contain(USER, client.snapshot(USER).plan("lost-device", device=device), confirm=USER, run_dir=folder)
    shown = client.undo(folder)
    assert not shown.confirmed
    step = next(step for step in shown.steps if step.operation == "disable_device")
    assert (step.how, step.before["account_enabled"], (step.call or {})["operation"]) == ("call", True, "enable_device")
    assert "shown only, nothing was sent" in str(shown)
    with pytest.raises(InvalidInputError, match="name the steps"):
        client.undo(folder, confirm=USER)
    with pytest.raises(InvalidInputError, match="from 0 on"):
        client.undo(folder, steps=[-1], confirm=USER)
    with pytest.raises(RefusedError):
        client.undo(folder, steps=[step.step], confirm="alex@contoso.example")
    undone = client.undo(folder, steps=[step.step], confirm=USER)
    assert [done.step for done in undone.steps if done.state == "done"] == [step.step]
    assert next(of.account_enabled for of in client.list_devices(USER).devices if of.id == device)
    assert "TAKEN BACK" in str(entra_ir.run_status(folder))
    assert Undone.from_json(undone.to_json(round_trip=True)) == undone


def test_a_watch_names_what_came_back(client: Client, tenant: SimulatedTenant, folder: Path) -> None:
    contained(client, folder)
    quiet = client.watch(folder, once=True)
    assert (quiet.came_back, quiet.rounds, list(quiet)) == (False, 1, [])
    assert "never proof" in str(quiet)
    tenant.add_method(USER, "fido2", name="Backdoor\nnothing came back")
    events: list[entra_ir.RunEvent] = []
    watched = client.watch(folder, once=True, on_event=events.append)
    assert [found.kind for found in watched] == ["new-method"]
    assert set(get_args(types.FindingKind)) >= {found.kind for found in watched}
    assert [event.kind for event in events] == ["begins", "came-back", "watched", "ends"]
    assert "Backdoor nothing" not in str(watched).splitlines()
    again = client.watch(folder, once=True, again=True)
    assert not [method for method in tenant.methods_of(USER) if method.kind == "fido2"], again
    assert "watched: 3 rounds" in str(entra_ir.run_status(folder))
    assert Watched.from_json(watched.to_json(round_trip=True)) == watched
    with pytest.raises(InvalidInputError, match="30 seconds apart"):
        client.watch(folder, every=timedelta(seconds=1))
    with pytest.raises(TypeError):
        client.watch(folder, every=5)  # type: ignore[arg-type]


def test_a_closed_run_is_watched_beside_its_journal(client: Client, folder: Path) -> None:
    contained(client, folder)
    digest = entra_ir.close_run(folder)
    before = (folder / "journal.jsonl").read_bytes()
    client.watch(folder, once=True)
    assert (folder / "journal.jsonl").read_bytes() == before
    first = json.loads((folder / "journal.after.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["previous"] == digest
    status = entra_ir.run_status(folder)
    assert (status.closed, status.watched) == (digest, 1)


def test_an_awaited_watch_can_be_cancelled(tenant: SimulatedTenant, folder: Path) -> None:
    async def watch() -> Watched:
        async with AsyncClient(transport=tenant) as client:
            await client.contain(USER, confirm=USER, run_dir=folder)
            assert (await client.ready_to_unblock(USER, folder)).ready is False
            assert (await client.undo(folder)).steps
            seen = asyncio.Event()
            loop = asyncio.get_running_loop()

            def on_event(event: entra_ir.RunEvent) -> None:
                if event.kind == "watched":
                    loop.call_soon_threadsafe(seen.set)

            task = asyncio.ensure_future(client.watch(folder, on_event=on_event))
            await asyncio.wait_for(seen.wait(), 10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await client.watch(folder, once=True)

    assert asyncio.run(watch()).rounds == 1
    assert entra_ir.run_status(folder).watched == 2


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_a_watch_and_leaves_its_journal_whole(tmp_path: Path) -> None:
    folder = str(tmp_path / "a run")
    with scene.attacked().tenant.serve() as served:
        common = ["--endpoint", served.endpoint]
        assert main(["contain", USER, "--confirm", USER, "--run-dir", folder, *common]) == exits.REMAINS
        command = [str(SCRIPT), "watch", folder, *common]
        working = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            while working.poll() is None and not entra_ir.run_status(folder).watched:
                time.sleep(0.02)
            working.send_signal(signal.SIGINT)
            out, err = working.communicate(timeout=10)
        finally:
            working.kill()
        assert (working.returncode, out) == (exits.ERROR, "")
        assert err.splitlines()[-1].endswith(f"Next: entra-ir watch '{folder}'")
        assert main(["watch", folder, "--once", *common]) == exits.DONE
    assert entra_ir.run_status(folder).watched == 2


def test_the_command_gate_says_what_is_missing_by_its_code(
    client: Client, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contained(client, folder)
    code, out, _ = run(capsys, "gate", str(folder))
    assert code == exits.REMAINS
    assert re.search("^identity: MISSING: nobody proved who the user is; next: ", out, re.MULTILINE)
    code, out, _ = run(capsys, "gate", str(folder), USER, "--json")
    assert (code, json.loads(out)["ready"]) == (exits.REMAINS, False)
    assert run(capsys, "gate", str(folder), "alex@contoso.example")[0] == exits.REFUSED
    gate = client.ready_to_unblock(USER, folder)
    items = gate._data["items"]
    for item in items:
        item["state"] = "unknown"
    assert exits.of_gate(gate) == exits.UNKNOWN
    for item in items:
        item["state"] = "met"
    assert exits.of_gate(gate) == exits.DONE


def test_the_command_undo_shows_and_then_takes_back(
    client: Client, tenant: SimulatedTenant, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contained(client, folder)
    code, out, _ = run(capsys, "undo", str(folder))
    assert code == exits.DONE
    assert "nothing was sent" in out
    number = next(line.split(".")[0].strip() for line in out.splitlines() if "by a call, unblock_sign_in" in line)
    code, _, err = run(capsys, "undo", str(folder), "--step", number)
    assert (code, tenant.user(USER).enabled) == (exits.REFUSED, False)
    assert "it is not confirmed" in err
    named = ("undo", str(folder), "--step", number, "--confirm", USER)
    code, _, err = run(capsys, *named, "--lift-despite", "identity")
    assert (code, tenant.user(USER).enabled) == (exits.REFUSED, False)
    assert "the block is not lifted: " in err
    missing = [item.kind for item in client.ready_to_unblock(USER, folder) if item.state == "missing"]
    despite = [word for item in missing for word in ("--lift-despite", item)]
    code, out, _ = run(capsys, *named, *despite)
    assert (code, tenant.user(USER).enabled) == (exits.DONE, True), out
    assert "taken back" in out


def test_the_command_watch_has_a_line_for_each_finding_and_its_code(
    client: Client, tenant: SimulatedTenant, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contained(client, folder)
    code, out, _ = run(capsys, "watch", str(folder), "--once")
    assert code == exits.DONE
    assert out.startswith(f"{USER}: nothing came back that was read")
    tenant.add_method(USER, "fido2", name="Back\x1b[2Jdoor")
    code, out, err = run(capsys, "watch", str(folder), "--once")
    assert code == exits.REMAINS
    assert "new-method: passkey (FIDO2) Back" in out
    assert "new-method: passkey" in err
    assert "\x1b" not in out + err
    for wrong in ("5", "5 m", "-5m", "1w"):
        assert run(capsys, "watch", str(folder), "--every", wrong)[0] == exits.USAGE
    assert run(capsys, "watch", str(folder), "--dry-run")[0] == exits.USAGE
    assert run(capsys, "watch", str(folder.with_name("none")))[0] == exits.USAGE
    watched = client.watch(folder, once=True)
    watched._data["came_back"] = False
    watched._data["unknown"] = ["devices: not read"]
    assert exits.of_watched(watched) == exits.UNKNOWN


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_what_an_attacker_chose_cannot_leave_its_cell(evil: str) -> None:
    item = {"is": evil, "state": evil, "reason": evil, "next": evil, "steps": [], "refuses": True}
    gate = {"account": evil, "user_principal_name": evil, "place": evil, "at": NOW, "items": [item], "ready": False}
    done = {"step": 0, "title": evil, "operation": evil, "how": evil, "guarded": True, "reason": evil, "before": {evil: evil}}
    done |= {"call": {"operation": evil}, "state": None, "output": None, "error": None}
    undone = {"account": evil, "user_principal_name": evil, "place": evil, "confirmed": True, "steps": [done]}
    undone |= {"gate": gate, "warnings": [evil]}
    found = {"is": evil, "what": evil, "id": evil, "at": NOW, "certain": False, "gone": False}
    watched = {"account": evil, "user_principal_name": evil, "place": evil, "rounds": 1, "read": NOW, "findings": [found]}
    watched |= {"unknown": [evil], "steps": [], "warnings": [evil], "came_back": True, "note": evil}
    for made in (Gate._of(gate), Undone._of(undone), Watched._of(watched)):
        assert page(made).text
        for line in str(made).splitlines():
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", line)
        assert made.__repr__().isprintable()
