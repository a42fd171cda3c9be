"""The command `entra-ir`: in this process on a simulated tenant, and as a process of its own.

It is long because every subcommand, option and exit code has its test here.
"""

from __future__ import annotations

import inspect
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from argparse import ArgumentTypeError
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import entra_ir
import pytest
from entra_ir._command import account, auth, exits, main, options, output, scene
from entra_ir._command.main import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import RunPython

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "command.md"
USER = "adele@contoso.example"
TOKEN = "eyJ0eXAi.c2VjcmV0.c2lnbmF0dXJl"
SCRIPT = Path(sys.executable).with_name("entra-ir")
HOSTILE = "\x1b[2J\x9b31m\u202egnp.exe\r\nclosed everything\U000e0041\x07"
STEP = re.compile(r"^ *\d+\. ", re.MULTILINE)


@pytest.fixture
def tenant(monkeypatch: pytest.MonkeyPatch) -> entra_ir.SimulatedTenant:
    """The tenant on which `--simulated` acts in this test."""
    made = scene.attacked()
    monkeypatch.setattr(scene, "attacked", lambda: made)
    return made.tenant


@pytest.fixture
def served() -> Iterator[str]:
    with scene.attacked().tenant.serve() as served:
        yield served.endpoint


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Lets processes of this test get Ctrl-C: a shell starts what runs in the background without it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def process(*command: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **more)


def test_look_shows_each_part_and_what_could_not_be_read(
    tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "look", USER, "--simulated")
    assert code == 0
    assert err == "simulated tenant: nothing real is touched\n"
    assert "Microsoft Authenticator Galaxy S23" in out
    assert not re.search("^unknown", out, re.MULTILINE)
    tenant.set_licence("free")
    code, out, _ = run(capsys, "look", USER, "--simulated")
    assert code == 0
    assert re.search("^unknown +risk: not licensed in this tenant: get_risky_user: Graph answered 403", out, re.MULTILINE)


def test_look_names_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    """The text has a line for each part that a snapshot has."""
    _, out, _ = run(capsys, "look", USER, "--simulated")
    snapshot = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso()).snapshot(USER)
    parts = [name for name in snapshot._fields() if isinstance(getattr(snapshot, name), entra_ir.Part)]
    assert len(parts) > 12
    for part in parts:
        assert re.search(rf"^{part.replace('_', ' ').replace(' mfa', ' MFA')} ", out, re.MULTILINE), part


def test_doors_are_worst_first_and_say_what_closes_them(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "doors", USER, "--simulated")
    assert code == exits.REMAINS
    states = re.findall("^(open|unknown) ", out, re.MULTILINE)
    assert states == sorted(states)
    assert {"open", "unknown"} == set(states)
    assert "| closed by: reset_password, block_sign_in" in out


def test_the_code_of_the_doors(tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str]) -> None:
    """Open, then closing, then one that could not be read."""
    client = entra_ir.Client(transport=tenant)
    client.lock_out(USER)
    client.revoke_sign_in_sessions(USER)
    code, out, _ = run(capsys, "doors", USER, "--simulated")
    assert (code, "closing by Block sign-in" in out, "unknown sign-in by certificate" in out) == (exits.DONE, True, True)
    doors = client.snapshot(USER).open_doors()
    assert not doors.open
    in_sight = [door for door in doors.doors if not door.out_of_sight]
    data = doors._data["doors"]
    data[doors.doors.index(in_sight[0])]["state"] = {"is": "a newer state"}
    assert exits.of_doors(doors) == exits.UNKNOWN
    data[doors.doors.index(in_sight[1])]["state"] = {"is": "open"}
    assert exits.of_doors(doors) == exits.REMAINS


def test_advise_has_the_steps_of_the_incident(tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str]) -> None:
    suspect = next(method.id for method in tenant.methods_of(USER) if method.kind == "fido2")
    words = ("advise", "suspicious-method", USER, "--suspect", suspect, "--registered-by", "user", "--simulated")
    code, out, _ = run(capsys, *words)
    assert code == 0
    steps = entra_ir.Client(transport=tenant).snapshot(USER).advise("suspicious-method", suspects=[suspect], registered_by="user")
    assert len(STEP.findall(out)) == len(steps.steps)
    assert f'"{suspect}"' in out
    _, out, _ = run(capsys, *words, "--json")
    assert json.loads(out)["suspects"] == [suspect]


@pytest.mark.parametrize("name", account.FACTS)
def test_a_fact_of_another_incident_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The library would pass over it, and the advice would be for less than was meant."""
    option, incident = account.FACTS[name]
    value = {"registered_by": "user", "since": "2026-03-02T08:00Z"}.get(name, "0c0ffee0-5afe-4ace-9b1d-000000000001")
    code, out, err = run(capsys, "advise", "token-theft", USER, option, value, "--simulated")
    assert (code, out) == (exits.USAGE, "")
    assert f"{option} belongs to the incident {incident}" in err


def test_every_fact_of_an_incident_has_an_option() -> None:
    assert {"self", "incident", *account.FACTS} == {*inspect.signature(entra_ir.AccountSnapshot.advise).parameters}


@pytest.mark.parametrize("words", [("look", USER), ("doors", USER), ("advise", "token-theft", USER)])
def test_json_is_the_result(words: tuple[str, ...], tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, *words, "--simulated", "--json")
    snapshot = entra_ir.Client(transport=tenant).snapshot(USER)
    expected = {"look": snapshot, "doors": snapshot.open_doors(), "advise": snapshot.advise("token-theft")}[words[0]]
    assert json.loads(out).keys() == json.loads(expected.to_json()).keys()


def test_no_subcommand_writes_that_only_reads(tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("look", USER), ("doors", USER), ("advise", "token-theft", USER)):
        run(capsys, *words, "--simulated")
    sent = {request.path.partition("?")[0] for request in tenant.requests if request.method != "GET"}
    # This POST of Graph reads.
    assert {path.rpartition("/")[2] for path in sent} == {"checkMemberGroups"}
    parsed = options.connect(parse("look", USER, "--simulated"), "read-only")
    with pytest.raises(entra_ir.GuardedError):
        parsed.block_sign_in(USER)


def parse(*words: str) -> Any:
    from entra_ir._command.main import _parse

    return _parse(words)


def test_protected_accounts_are_given_by_name_and_by_file(tmp_path: Path, tenant: entra_ir.SimulatedTenant) -> None:
    file = tmp_path / "protected.txt"
    guest = "guest_fabrikam.example#EXT#@contoso.example"
    file.write_text(f"\ufeff# emergency access\n\nbreakglass@contoso.example # the first\n{guest}\n", encoding="utf-8")
    given = ["--protect", f"@{file}", "--protect", USER]
    assert options.protected(parse("look", USER, *given).protect) == ["breakglass@contoso.example", guest, USER]
    client = options.connect(parse("look", USER, "--protect", USER, "--simulated"))
    with pytest.raises(entra_ir.GuardedError):
        client.block_sign_in(USER)
    dry = options.connect(parse("look", USER, "--dry-run", "--simulated"))
    assert dry.block_sign_in(USER).grade == "not-sent"
    assert {request.method for request in tenant.requests} == {"GET"}


@pytest.mark.parametrize("content", [None, "# nobody\n\n", b"\xff\xfe\xff"])
def test_a_list_that_protects_nobody_is_refused(
    content: str | bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "protected.txt"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    code, _, err = run(capsys, "look", USER, "--simulated", "--protect", f"@{file}")
    assert code == exits.USAGE
    assert f"--protect @{file}: " in err


def test_an_error_is_one_line_with_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "look", "nobody@contoso.example", "--simulated")
    assert (code, out) == (exits.ERROR, "")
    assert err.splitlines()[1:] == [err.splitlines()[-1]]
    assert "Next: check the name" in err
    code, _, err = run(capsys, "look", "nobody@contoso.example", "--simulated", "--debug")
    assert code == exits.ERROR
    assert "Traceback (most recent call last):\n  File " in err


def test_a_fault_of_the_command_is_one_line_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object) -> None:
        raise KeyError("verified")

    monkeypatch.setattr(entra_ir.Client, "snapshot", fail)
    code, out, err = run(capsys, "doors", USER, "--simulated")
    assert (code, out) == (exits.ERROR, "")
    assert err.splitlines()[1:] == ["entra-ir: unexpected KeyError: 'verified'. Next: --debug shows where; report it with that"]


def test_a_traceback_is_escaped_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object) -> None:
        raise entra_ir.GraphError(HOSTILE)

    monkeypatch.setattr(entra_ir.Client, "snapshot", fail)
    code, _, err = run(capsys, "doors", USER, "--simulated", "--debug")
    assert code == exits.ERROR
    assert "gnp.exe" in err
    assert not [char for char in err if not char.isprintable() and char != "\n"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "COMMAND"),
        (("look",), "USER"),
        (("press", USER), "invalid choice: 'press'"),
        (("look", USER, "adele"), "there are too many arguments"),
        (("look", USER, "--simul"), "unknown option --simul"),
        (("look", USER, "--token", TOKEN), "unknown option --token"),
        (("look", USER, f"--token={TOKEN}"), "unknown option --token"),
        (("look", USER, "--auth", TOKEN), "write azure-identity, or env:NAME"),
        (("look", USER, "--auth", f"env:{TOKEN}"), "write azure-identity, or env:NAME"),
        (("look", USER, "--auth", "env:ENTRA_IR_NOT_SET"), "env:ENTRA_IR_NOT_SET: the environment variable is empty"),
        (("look", USER, "--endpoint", "http://graph.example", "--auth", "env:ENTRA_IR_TOKEN"), "is not valid"),
        (("look", USER, "--endpoint", "https://graph.example", "--simulated"), "remove them"),
        (("look", "\x1b[2J", "--simulated"), "entra-ir"),
        (("advise", "token-theft", USER, "--since", "yesterday"), "is not a time"),
        (("advise", "token-theft", USER, "--since", "2026-03-02T09:00"), "write 2026-03-02T09:00Z for UTC"),
        (("simulate", "--port", "70000"), "--port 70000: it cannot be used"),
    ],
)
def test_a_wrong_command_line_is_one_line_without_the_value(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTRA_IR_TOKEN", TOKEN)
    code, out, err = run(capsys, *words)
    lines = [line for line in err.splitlines() if not line.startswith("simulated tenant")]
    assert (code, out, len(lines)) == (exits.USAGE, "", 1), err
    assert said in lines[0]
    assert lines[0].isprintable()
    assert TOKEN not in out + err


def contain(capsys: pytest.CaptureFixture[str], folder: Path, *more: str) -> tuple[int, str, str]:
    return run(capsys, "contain", USER, "--simulated", "--confirm", USER, "--run-dir", str(folder), *more)


def writes(tenant: entra_ir.SimulatedTenant) -> list[str]:
    return [f"{sent.method} {sent.path}" for sent in tenant.requests if sent.method != "GET" and "checkMember" not in sent.path]


def test_contain_runs_the_plan_and_says_what_is_left(
    tmp_path: Path, tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str]
) -> None:
    about = ("--incident", "INC-1", "--ticket", "42", "--authority", "Grace", "--owner", "Ada")
    code, out, err = contain(capsys, tmp_path / "run", *about)
    assert code == exits.REMAINS
    assert out.startswith(f"{USER}: evicted, except: ")
    assert "Block sign-in and reset the password, in one request: done (confirmed)" in out
    assert re.search(r"^resume at or after \d{4}-", out, re.MULTILINE)
    assert re.search(r"^lock-out 3\. +\d+\.\d s  done: Block sign-in", err, re.MULTILINE)
    assert not tenant.user(USER).enabled
    code, out, _ = run(capsys, "status", str(tmp_path / "run"), "--json")
    status = json.loads(out)
    assert code == 0
    assert status["about"] == {"incident": "INC-1", "ticket": "42", "authority": "Grace", "owner": "Ada"}
    assert len(status["steps"]) == len(status["plan"]["steps"]) > 12


def test_the_rest_of_a_run(tmp_path: Path, tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str]) -> None:
    """Lock out, resume, tick off, hand over, close: each is in the journal, and a closed one takes nothing more."""
    folder = str(tmp_path / "run")
    code, out, _ = contain(capsys, tmp_path / "run", "--until", "lock-out")
    assert (code, out.splitlines()[0].startswith(f"{USER}: locked out, except: ")) == (exits.REMAINS, True)
    locked = writes(tenant)
    code, out, _ = run(capsys, "resume", folder, "--simulated")
    assert (code, out.splitlines()[0].startswith(f"{USER}: evicted, except: ")) == (exits.REMAINS, True)
    assert writes(tenant)[: len(locked)] == locked
    assert not set(locked) & set(writes(tenant)[len(locked) :])
    [number] = re.findall(r"^ +(\d+)\. Tell the help desk: by hand", out, re.MULTILINE)
    code, out, _ = run(capsys, "tick-off", folder, number, "--by", "Ada \x1b[2J", "--proof", "ticket 42")
    assert code == 0
    assert re.search(rf"^ +{number}\. Tell the help desk: done elsewhere, by Ada \ufffd\[2J at 2", out, re.MULTILINE)
    code, out, _ = run(capsys, "hand-over", folder, "--to", "Grace", "--by", "Ada", "--note", "second revocation is due")
    assert (code, "\nowner: Grace\n" in out) == (0, True)
    code, out, _ = run(capsys, "close", folder)
    assert (code, bool(re.search("^closed: [0-9a-f]{64}$", out, re.MULTILINE))) == (0, True)
    code, _, err = run(capsys, "resume", folder, "--simulated")
    assert code == exits.REFUSED
    assert "its run is over" in err


@pytest.mark.parametrize("step", ["-1", "0", "3", "99", "1" * 30, "x"])
def test_only_a_step_of_a_person_is_ticked_off(step: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contain(capsys, tmp_path / "run", "--until", "lock-out")
    code, out, err = run(capsys, "tick-off", str(tmp_path / "run"), step, "--by", "Ada")
    assert (code, out) == (exits.USAGE, ""), err


@pytest.mark.parametrize(
    "command", [("status",), ("close",), ("resume",), ("tick-off", "1", "--by", "x"), ("hand-over", "--to", "x")]
)
def test_a_folder_without_a_run_is_named(command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = ("--simulated",) if command[0] == "resume" else ()
    code, out, err = run(capsys, command[0], str(tmp_path / "none"), *command[1:], *more)
    assert (code, out) == (exits.USAGE, "")
    assert str(tmp_path / "none") in err


def test_nothing_is_sent_without_a_confirmation(
    tmp_path: Path, tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("contain", USER, "--simulated", "--run-dir", str(tmp_path / "run"))

    def asked(typed: str, *, terminal: bool) -> tuple[int, str, str]:
        answer = io.StringIO(typed)
        monkeypatch.setattr(answer, "isatty", lambda: terminal)
        monkeypatch.setattr(sys, "stdin", answer)
        return run(capsys, *words)

    for typed, terminal, said in [
        (f"{USER}\n", False, f"give --confirm {USER}"),
        ("\n", True, f"Type {USER} to contain this account:"),
        ("yes\n", True, "it is not confirmed"),
    ]:
        code, out, err = asked(typed, terminal=terminal)
        assert code == exits.REFUSED
        assert "Block sign-in and reset the password, in one request: will do" in out
        assert said in err
    code, _, err = run(capsys, *words, "--confirm", "mallory@contoso.example")
    assert code == exits.REFUSED
    code, out, _ = run(capsys, *words, "--dry-run")
    assert (code, "\nconfirm with " in out) == (exits.DONE, True)
    assert not (tmp_path / "run").exists()
    assert writes(tenant) == []
    code, _, _ = asked(f"{USER.upper()}\n", terminal=True)
    assert code == exits.REMAINS
    assert writes(tenant)


def test_a_plan_is_written_read_and_contained(
    tmp_path: Path, tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.json"
    suspect = next(method.id for method in tenant.methods_of(USER) if method.kind == "fido2")
    words = ("plan", "suspicious-method", USER, "--suspect", suspect, "--simulated", "-o", str(file))
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert writes(tenant) == []
    plan = entra_ir.Plan.read(file.read_text(encoding="utf-8"))
    assert out.splitlines()[-1] == f"confirm with {USER} or {plan.digest}"
    assert file.stat().st_mode & 0o777 == 0o600
    code, _, err = run(capsys, *words)
    assert (code, "name a file that does not exist" in err) == (exits.USAGE, True)
    folder = str(tmp_path / "run")
    for more in (("--lost", suspect), ("--confirm", "0" * 64)):
        code, _, _ = run(capsys, "contain", USER, "--plan", str(file), "--simulated", "--run-dir", folder, *more)
        assert code == (exits.USAGE if more[0] == "--lost" else exits.REFUSED)
    assert writes(tenant) == []
    code, _, _ = run(capsys, "contain", USER, "--plan", str(file), "--confirm", plan.digest, "--simulated", "--run-dir", folder)
    assert code == exits.REMAINS
    assert any(suspect in sent for sent in writes(tenant))
    assert entra_ir.run_status(folder).digest == plan.digest


@pytest.mark.parametrize("content", [None, b"{}", b"\xff"])
def test_a_file_that_is_no_plan_is_refused(content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plan.json"
    if content is not None:
        file.write_bytes(content)
    code, out, err = contain(capsys, tmp_path / "run", "--plan", str(file))
    assert (code, out) == (exits.USAGE, "")
    assert not (tmp_path / "run").exists()
    assert err.count("entra-ir: ") == 1


def test_the_new_password_is_only_in_the_file(
    tmp_path: Path, tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "secrets.jsonl"
    _, out, err = contain(capsys, tmp_path / "run", "--reveal-to", str(file), "--json", "--debug")
    password = tenant.password_of(USER)
    assert password is not None
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["state"] for line in lines] == ["pending", "in-force"]
    assert lines[-1]["value"] == password.reveal()
    assert file.stat().st_mode & 0o777 == 0o600
    kept = [path.read_text(encoding="utf-8") for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert len(kept) > 10
    assert not any(password.reveal() in text for text in (out, err, *kept))
    assert json.loads(out)["headline"] == "evicted-except"
    sent = writes(tenant)
    code, _, _ = contain(capsys, tmp_path / "again", "--reveal-to", str(file))
    assert (code, writes(tenant)) == (exits.USAGE, sent)


def test_a_protected_account_is_not_contained(
    tmp_path: Path, tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = contain(capsys, tmp_path / "run", "--protect", USER)
    assert code == exits.REFUSED
    assert "would modify the protected account" in out
    assert "the lock-out would be refused" in err
    assert run(capsys, "contain", USER, "--simulated", "--dry-run", "--protect", USER)[0] == exits.REFUSED
    assert not (tmp_path / "run").exists()
    assert writes(tenant) == []


def test_the_code_of_a_run(tmp_path: Path, tenant: entra_ir.SimulatedTenant) -> None:
    client = entra_ir.Client(transport=tenant)
    ended = client.contain(USER, confirm=USER, run_dir=tmp_path / "run")

    def code(step: dict[str, Any] | None = None, **changed: Any) -> int:
        data = {**ended._data, **changed}
        data["steps"] = [{**first, **(step or {})} for first in data["steps"][:1]] + data["steps"][1:]
        return exits.of_run(entra_ir.Run._of(data))

    nothing: dict[str, Any] = {"headline": {"is": "evicted-except", "remains": []}, "due": None}
    assert code() == exits.REMAINS
    assert code(**nothing) == exits.DONE
    assert code(**{**nothing, "due": "2026-03-02T09:05:00Z"}) == exits.REMAINS
    assert code(verified=False) == exits.UNKNOWN
    assert code({"state": "failed", "error": {"kind": "graph"}}, verified=False) == exits.ERROR
    assert code({"state": "failed", "error": {"kind": "refused"}}) == exits.REFUSED
    assert code({"state": "unsettled"}) == exits.UNKNOWN


def test_a_failed_step_is_an_error(tmp_path: Path, tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str]) -> None:
    tenant.inject(403, method="POST", path="/revokeSignInSessions", times=None)
    code, out, _ = contain(capsys, tmp_path / "run")
    assert code == exits.ERROR
    assert "Revoke sessions: FAILED: revoke_sign_in_sessions: Graph answered 403" in out


def test_a_run_is_not_continued_without_sending(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dry run would be written into the journal as if it had been done."""
    contain(capsys, tmp_path / "run", "--until", "lock-out")
    journal = (tmp_path / "run" / "journal.jsonl").read_bytes()
    code, _, err = run(capsys, "resume", str(tmp_path / "run"), "--simulated", "--dry-run")
    assert (code, "entra-ir status" in err) == (exits.USAGE, True)
    assert (tmp_path / "run" / "journal.jsonl").read_bytes() == journal


AZURE = {
    "AZURE_TENANT_ID": "contoso.example",
    "AZURE_CLIENT_ID": "c0a70500-5afe-4ace-9b1d-a99000000001",
    "AZURE_CLIENT_SECRET": "secret-of-the-simulated-tenant",
    "AZURE_CLIENT_CERTIFICATE_PATH": "",
    "AZURE_FEDERATED_TOKEN_FILE": "",
}


@pytest.mark.parametrize("way", ["client-secret", "chain:workload-identity,client-secret"])
def test_the_core_signs_in_with_the_variables_of_azure_identity(
    way: str, served: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**AZURE, "AZURE_AUTHORITY_HOST": served, "AZURE_FEDERATED_TOKEN_FILE": "/nowhere/token"}.items():
        monkeypatch.setenv(name, value)
    code, out, err = run(capsys, "look", USER, "--endpoint", served, "--auth", way)
    assert code == 0, err
    monkeypatch.setenv("AZURE_CLIENT_SECRET", TOKEN)
    code, out, err = run(capsys, "look", USER, "--endpoint", served, "--auth", way)
    assert code == exits.ERROR
    assert "AADSTS7000215" in err
    assert TOKEN not in out + err


@pytest.mark.parametrize(
    ("way", "name"),
    [
        ("client-secret", "AZURE_TENANT_ID"),
        ("client-secret", "AZURE_CLIENT_ID"),
        ("client-secret", "AZURE_CLIENT_SECRET"),
        ("client-certificate", "AZURE_CLIENT_CERTIFICATE_PATH"),
        ("workload-identity", "AZURE_FEDERATED_TOKEN_FILE"),
        ("device-code", "AZURE_TENANT_ID"),
        ("chain:managed-identity,device-code", "AZURE_CLIENT_ID"),
    ],
)
def test_a_missing_variable_is_named(
    way: str, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for known, value in AZURE.items():
        monkeypatch.setenv(known, value)
    monkeypatch.setenv(name, "")
    code, _, err = run(capsys, "look", USER, "--auth", way)
    assert code == exits.USAGE
    assert f"the environment variable {name} is empty" in err
    assert "secret-of-the-simulated-tenant" not in err


def test_every_way_is_on_the_page_and_others_are_refused() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for way in auth.WAYS:
        assert f"`{way}" in text, way
        value = {auth.NOTHING: "", auth.NEEDED: ":NAME", auth.OPTIONAL: ":x"}[auth.WAYS[way]]
        assert auth.auth_way(way + value) == way + value
        assert auth.auth_way(f"chain:{way}{value},azure-cli") == f"chain:{way}{value},azure-cli"
    for wrong in (
        "",
        "chain:",
        "chain:azure-cli,",
        "chain:chain:azure-cli",
        "azure-cli:x",
        "managed-identity:",
        "env",
        "env:",
        "x",
    ):
        with pytest.raises(ArgumentTypeError):
            auth.auth_way(wrong)


def test_azure_identity_is_imported_only_when_it_is_needed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    assert run(capsys, "look", USER, "--simulated")[0] == 0
    code, _, err = run(capsys, "look", USER)
    assert code == exits.USAGE
    assert "pip install azure-identity" in err


def test_azure_identity_is_asked_for_the_token(
    served: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Credential:
        def get_token(self, *scopes: str, **_: Any) -> SimpleNamespace:
            asked.extend(scopes)
            return SimpleNamespace(token=TOKEN, expires_on=int(time.time()) + 3600)

    monkeypatch.setitem(sys.modules, "azure.identity", SimpleNamespace(DefaultAzureCredential=Credential))
    code, out, err = run(capsys, "look", USER, "--endpoint", served, "--auth", "azure-identity")
    assert code == 0, err
    assert asked
    assert TOKEN not in out + err


def test_the_token_comes_from_the_environment_and_goes_nowhere_else(
    served: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTRA_IR_TOKEN", TOKEN)
    _, out, err = run(capsys, "doors", USER, "--endpoint", served, "--auth", "env:ENTRA_IR_TOKEN", "--debug")
    assert out
    assert TOKEN not in out + err


@pytest.mark.parametrize(
    ("endpoint", "local"),
    [
        ("http://127.0.0.1:8765", True),
        ("http://localhost:8765", True),
        ("http://[::1]:8765", True),
        ("https://graph.microsoft.com", False),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("not an address", False),
    ],
)
def test_only_an_endpoint_on_this_machine_gets_the_simulated_token(endpoint: str, local: bool) -> None:
    assert options._is_here(endpoint) == local


def test_a_hostile_name_does_not_reach_the_terminal(
    tmp_path: Path, tenant: entra_ir.SimulatedTenant, capsys: pytest.CaptureFixture[str]
) -> None:
    """The attacker chooses the names of an account, of a method and of a device."""
    user, folder = "mallory@contoso.example", str(tmp_path / "run")
    tenant.add_user(user, display_name=HOSTILE)
    tenant.add_method(user, "microsoft-authenticator", HOSTILE)
    tenant.add_device(HOSTILE, user=user, kind="registered")
    commands = [
        ["look", user, "--simulated"],
        ["doors", user, "--simulated"],
        ["advise", "token-theft", user, "--simulated"],
        ["plan", "lost-device", user, "--simulated"],
        ["contain", user, "--confirm", user, "--run-dir", folder, "--simulated", "--owner", HOSTILE],
        ["resume", folder, "--simulated"],
        ["status", folder],
    ]
    seen: set[str] = set()
    for words in commands:
        for more in ((), ("--json",)) if words[0] != "contain" else ((),):
            _, out, err = run(capsys, *words, *more)
            assert out, err
            assert not [char for char in out + err if not char.isprintable() and char != "\n"]
            assert not re.search("^closed everything", out + err, re.MULTILINE)
            seen |= {words[0]} if "closed everything" in out else set()
    assert {"look", "doors", "status"} <= seen


def test_colours_are_for_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def printed(*words: str) -> str:
        terminal = Terminal()
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", terminal)
            main(["doors", USER, "--simulated", *words])
        return terminal.getvalue()

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\n\x1b[31mopen\x1b[0m    the password" in printed()
    assert "\x1b" not in printed("--no-color") + printed("--json")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in printed()
    monkeypatch.delenv("NO_COLOR")
    assert "\x1b" not in run(capsys, "doors", USER, "--simulated")[1]


def test_a_terminal_without_unicode_gets_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    into = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(into, encoding="ascii"))
    output.say(parse("look", USER), "Zo\u00eb")
    assert into.getvalue() == b"Zo\\xeb\n"


def test_the_code_of_an_error() -> None:
    stopped, sent = KeyboardInterrupt(), KeyboardInterrupt()
    vars(sent)["outcome_unknown"] = True
    assert [exits.of_error(error) for error in (stopped, sent)] == [exits.ERROR, exits.UNKNOWN]
    assert exits.of_error(entra_ir.TransportError("no answer")) == exits.ERROR
    assert exits.of_error(entra_ir.TransportOutcomeUnknownError("no answer", outcome_unknown=True)) == exits.UNKNOWN
    assert exits.of_error(entra_ir.GuardedError("protected")) == exits.REFUSED
    assert exits.of_error(entra_ir.InvalidInputError("not a name")) == exits.USAGE
    assert exits.of_error(ZeroDivisionError()) == exits.ERROR


def test_ctrl_c_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(entra_ir.Client, "snapshot", stop)
    code, _, err = run(capsys, "doors", USER, "--simulated")
    assert code == exits.ERROR
    assert err.splitlines()[1:] == ["entra-ir: stopped; nothing was sent that is unknown"]


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_stops_a_call_that_waits() -> None:
    tenant = entra_ir.SimulatedTenant.contoso()
    tenant.inject(timedelta(seconds=2), times=None)
    with tenant.serve() as served:
        command = [str(SCRIPT), "doors", USER, "--endpoint", served.endpoint]
        waiting = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            while not tenant.requests and waiting.poll() is None:
                time.sleep(0.01)
            waiting.send_signal(signal.SIGINT)
            out, err = waiting.communicate(timeout=10)
        finally:
            waiting.kill()
    assert (waiting.returncode, out) == (exits.ERROR, "")
    assert err.startswith("entra-ir: ")
    assert len(err.splitlines()) == 1


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_while_a_write_is_sent_says_how_to_go_on(tmp_path: Path) -> None:
    tenant = scene.attacked().tenant
    tenant.inject(timedelta(seconds=2), method="PATCH")
    folder, journal = str(tmp_path / "a run"), tmp_path / "a run" / "journal.jsonl"
    with tenant.serve() as served:
        common = ["--endpoint", served.endpoint]
        command = [str(SCRIPT), "contain", USER, "--confirm", USER, "--run-dir", folder, *common]
        working = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            while working.poll() is None and not (journal.exists() and '"intent"' in journal.read_text(encoding="utf-8")):
                time.sleep(0.01)
            working.send_signal(signal.SIGINT)
            out, err = working.communicate(timeout=10)
        finally:
            working.kill()
        assert (working.returncode, out) == (exits.UNKNOWN, "")
        # The events of the run come on a thread of their own.
        [line] = (line for line in err.splitlines() if "had no answer yet" in line)
        assert line.startswith("entra-ir: stopped while 1 write(s)")
        assert line.endswith(f"Next: entra-ir resume '{folder}'")
        done = process(str(SCRIPT), "resume", folder, *common)
    assert done.returncode == exits.REMAINS, done.stderr
    assert done.stdout.startswith(f"{USER}: evicted, except: ")


def test_help_lists_every_subcommand_and_every_code(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for command in COMMANDS:
        assert re.search(rf"^    {command.name}\b", out, re.MULTILINE)
        code, own, _ = run(capsys, command.name, "--help")
        assert code == 0
        assert command.does in " ".join(own.split())
        for text in (*command.examples, "--json", "--no-color", "--debug"):
            assert text in own
        for text in ("--simulated", "--endpoint", "--cloud", "--auth", "--protect", "--dry-run"):
            assert (text in own) == command.connects, (command.name, text)
    for number, meaning in exits.EXITS.items():
        assert f"  {number}  {meaning}" in out
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


EXAMPLES = [example for command in COMMANDS for example in command.examples]
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
LINES = [line for block in BLOCKS for line in block.splitlines()]


def test_a_second_person_is_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECOND", "another token")
    folder = str(tmp_path / "run")
    code, out, _ = run(capsys, "contain", USER, "--confirm", USER, "--four-eyes", "--run-dir", folder, "--endpoint", served)
    assert code == exits.REMAINS
    assert "locked out" in out
    assert "a second person has to approve it" in out
    # Whoever approves must not be the caller: the served tenant has one caller.
    code, out, _ = run(capsys, "resume", folder, "--approved-by", "env:SECOND", "--endpoint", served)
    assert code == exits.REMAINS
    assert "the approver is the caller" in out
    code, _, err = run(capsys, "resume", folder, "--approved-by", "env:SECOND", "--simulated")
    assert code == exits.USAGE
    assert "second person" in err


@pytest.mark.parametrize("line", dict.fromkeys([*EXAMPLES, *LINES]))
@pytest.mark.usefixtures("tenant")
def test_the_examples_run(
    line: str, served: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those for a real tenant run on a simulated one, by the same options."""
    monkeypatch.chdir(tmp_path)
    name, *words = shlex.split(line)
    assert name == "entra-ir"
    command = next(command for command in COMMANDS if command.name == words[0])
    if words[0] == "simulate":
        assert parse(*words).run
        return
    if "run" in words and words[0] != "contain":
        contain(capsys, Path("run"), "--until", "lock-out")
    if words[0] == "purge":
        run(capsys, "close", "run")
    if words[0] == "drill" and words[1] != "--real":
        run(capsys, "plan", "lockdown", USER, "--simulated", "-o", words[1])
    if "--plan" in words:
        run(capsys, "plan", "account-takeover", USER, "--simulated", "-o", words[words.index("--plan") + 1])
    words = [word.replace("contoso.com", "contoso.example").replace("http://127.0.0.1:8765", served) for word in words]
    if words[:1] == ["watch"] and "--once" not in words:
        # A test does not wait for a day.
        words.append("--once")
    if "--auth" in words:
        del words[words.index("--auth") : words.index("--auth") + 2]
    if command.connects and "--endpoint" not in words and "--simulated" not in words:
        words.append("--simulated")
    code, out, err = run(capsys, *words)
    expected = exits.REMAINS if words[0] in ("doors", "resume", "gate") or "--confirm" in words else exits.DONE
    if words[0] == "drill":
        expected = exits.DONE
    if "--compare" in words:
        # The caller of a simulated tenant holds more than the set.
        expected = exits.REMAINS
    if words[0] == "purge":
        # Without a confirmation it only shows what would be removed.
        expected = exits.DONE if "--confirm" in words else exits.REFUSED
    assert code == expected, err
    assert out


def test_the_page_has_every_subcommand_option_and_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(LINES) > 8
    for command in COMMANDS:
        assert re.search(rf"^\| `{command.name}\b", text, re.MULTILINE), command.name
    for number, meaning in exits.EXITS.items():
        assert f"| {number} | {meaning} |" in text
    for option in ("--auth", "--cloud", "--endpoint", "--protect", "--dry-run", "--json", "--no-color", "--debug"):
        assert re.search(rf"^\| `{option}\b", text, re.MULTILINE), option


def test_the_package_does_not_import_the_command(run_python: RunPython) -> None:
    script = "import entra_ir, sys; print([name for name in sys.modules if '_command' in name or name == 'argparse'])"
    assert run_python(script) == "[]\n"


def test_the_module_and_the_installed_command_are_the_same() -> None:
    version = f"entra-ir {entra_ir.__version__}\n"
    for command in ([sys.executable, "-W", "error", "-m", "entra_ir"], [str(SCRIPT)]):
        assert process(*command, "--version").stdout == version
        done = process(*command, "doors", USER, "--simulated", "--json")
        assert done.returncode == exits.REMAINS
        assert json.loads(done.stdout)["doors"]


def test_a_closed_pipe_is_no_error() -> None:
    """Whoever reads no more ends the command in silence."""
    reads, into = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "entra_ir", "look", USER, "--simulated"]
    done = subprocess.run(command, stdout=into, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    os.close(into)
    assert (done.returncode, done.stderr) == (exits.ERROR, "simulated tenant: nothing real is touched\n")


@pytest.mark.usefixtures("interruptible")
def test_simulate_serves_the_other_commands_until_ctrl_c() -> None:
    """A block that one process sends is seen by the next, and by the attacker."""
    server = subprocess.Popen([str(SCRIPT), "simulate", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        told = json.loads("".join(iter(server.stdout.readline, "}\n")) + "}")
        assert told["token_endpoint"].startswith(told["endpoint"])
        with entra_ir.Client(entra_ir.StaticToken("simulated"), graph_endpoint=told["endpoint"]) as client:
            client.lock_out(told["user"])
            client.revoke_sign_in_sessions(told["user"])
        done = process(str(SCRIPT), "doors", told["user"], "--endpoint", told["endpoint"])
        assert done.returncode == exits.DONE, done.stderr
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=10)
    finally:
        server.kill()
    assert server.returncode == 0, err
    assert "the attacker's session at exchange-online: refused: sign-in is blocked" in err
