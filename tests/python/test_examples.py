"""The scripts in examples/python, run as a user would run them."""

import importlib.util
import os
import re
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import entra_ir
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "python"
WITHOUT_AZURE = {key: value for key, value in os.environ.items() if not key.startswith("AZURE_")}


def run(script: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(EXAMPLES / script), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**WITHOUT_AZURE, "PYTHONIOENCODING": "utf-8", **more},
        timeout=120,
        check=False,
    )


def test_every_script_is_tested_here() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == {"contain_account.py", "async_many_accounts.py"}


def heads(text: str) -> list[str]:
    """Returns what was done, in order: the first line of each block of the output."""
    return [block.partition("\n")[0] for block in text.split("\n\n")][1:-1]


def calls(text: str) -> list[str]:
    """Returns the writes, in order."""
    return re.findall(r"^  (?:accepted|confirmed|not-sent): (\w+) by", text, re.MULTILINE)


CONTAINED = [
    "lock_out",
    "revoke_sign_in_sessions",
    "confirm_user_compromised",
    "delete_methods",
    "revoke_sign_in_sessions",
]


LET_BACK_IN = ["create_temporary_access_pass", "dismiss_user_risk", "unblock_sign_in"]


def test_without_arguments_the_simulated_account_is_contained() -> None:
    ended = run("contain_account.py")
    assert ended.returncode == 0, ended.stdout
    assert "Simulated tenant" in ended.stdout
    assert calls(ended.stdout) == CONTAINED
    assert ended.stdout.count("removed: phone") == 2
    assert "removed: fido2 YubiKey of Adele" in ended.stdout
    assert "left: password\n" in ended.stdout
    assert not re.search(r"^open ", ended.stdout, re.MULTILINE), "a line of a door that is open"
    assert re.search(r"^held {4}by Block sign-in.*the registration of a new method", ended.stdout, re.MULTILINE)
    assert "The account stays blocked. Once identity is proven: --finish --identity-proven HOW" in ended.stdout
    assert "create_temporary_access_pass by" not in ended.stdout


def test_a_device_that_is_named_is_disabled_and_a_hybrid_one_stays_open() -> None:
    client = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso())
    laptop, phone = client.list_devices("adele@contoso.example")
    ended = run("contain_account.py", "--device", phone.id or "")
    assert ended.returncode == 0, ended.stdout
    assert f"Pixel 9 {phone.id}, registered 2025-" in ended.stdout
    place = CONTAINED.index("delete_methods")
    assert calls(ended.stdout) == [*CONTAINED[:place], "disable_device", *CONTAINED[place:]]
    ended = run("contain_account.py", "--device", laptop.id or "")
    assert ended.returncode == 1, ended.stdout
    assert "the next sync enables it again" in ended.stdout
    assert "none is disabled" in run("contain_account.py").stdout


def test_the_order_is_the_advices_and_what_is_by_hand_says_where() -> None:
    ended = run("contain_account.py")
    client = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso())
    steps = client.snapshot("adele@contoso.example").advise("token-theft").steps
    expected = []
    for step in steps:
        if step.by_hand:
            expected.append(f"By hand: {step.title} ({step.when})")
            assert f"By hand: {step.title} ({step.when})\n  {step.elsewhere}\n  needs {step.needs}\n" in ended.stdout
        elif step.operation == "revoke_sign_in_sessions" and "Revoke sessions" in expected:
            expected.append("Revoke sessions again")
        elif step.operation not in ("create_temporary_access_pass", "dismiss_user_risk", "unblock_sign_in"):
            expected.append(step.title)
    assert heads(ended.stdout) == ["Look", *expected]


def test_the_second_revocation_is_five_minutes_later_and_nobody_waits_for_it() -> None:
    started = time.monotonic()
    ended = run("contain_account.py")
    assert time.monotonic() - started < 60
    moments = re.findall(r"revokeSignInSessions: 200 at (\S+ \S+),", ended.stdout)
    first, second = map(datetime.fromisoformat, moments)
    assert timedelta(minutes=5) <= second - first < timedelta(minutes=6)


def test_the_user_comes_back_with_a_short_single_use_pass_before_the_unblocking() -> None:
    ended = run("contain_account.py", "--identity-proven", "in person, Elena")
    assert ended.returncode == 0, ended.stdout
    assert calls(ended.stdout) == [*CONTAINED, *LET_BACK_IN]
    assert "stated: in person, Elena" in ended.stdout
    assert "https://aka.ms/mysecurityinfo" in ended.stdout
    assert "stays blocked" not in ended.stdout
    assert re.findall(r"(?:pass|new password): (.*)", ended.stdout) == ["********** (--reveal shows it)"] * 2
    shown = run("contain_account.py", "--identity-proven", "in person, Elena", "--dry-run")
    assert "'isUsableOnce': True" in shown.stdout
    assert "'lifetimeInMinutes': 60" in shown.stdout


@pytest.mark.parametrize("how", ["", "  "])
def test_identity_is_not_proven_by_an_empty_word(how: str) -> None:
    ended = run("contain_account.py", "--identity-proven", how)
    assert ended.returncode == 2
    assert "say how identity was proven, and by whom" in ended.stderr
    assert ended.stdout == ""


def test_methods_by_date_leave_the_phones_open() -> None:
    ended = run("contain_account.py", "--since", "2026-02-23T00:00Z", "--identity-proven", "in person, Elena")
    assert ended.returncode == 1, ended.stdout
    assert "removed: fido2 YubiKey of Adele" in ended.stdout
    assert ended.stdout.count("unknown-age: phone") == 2
    assert calls(ended.stdout) == CONTAINED, "nobody is let back in while something is open"
    assert "Nobody is let back in before that is settled" in ended.stdout


def test_a_tricked_help_desk_gave_passes_that_are_looked_for() -> None:
    ended = run("contain_account.py", "--incident", "help-desk-tricked")
    assert ended.returncode == 0, ended.stdout
    assert calls(ended.stdout) == CONTAINED
    assert heads(ended.stdout).index("Look for passes") == heads(ended.stdout).index("Revoke sessions") + 1
    assert "By hand: Find what was done since the call" in ended.stdout


def test_of_a_privileged_account_the_tenant_is_looked_at_by_hand() -> None:
    ended = run("contain_account.py", "--incident", "privileged")
    assert ended.returncode == 0, ended.stdout
    assert calls(ended.stdout) == CONTAINED
    by_hand = [line for line in ended.stdout.splitlines() if line.startswith("By hand: ")]
    places = [place for place in ("in the tenant", "to Azure", "in Intune") if any(place in line for line in by_hand)]
    assert len(places) == 3, by_hand


def test_secrets_are_printed_when_asked_for() -> None:
    ended = run("contain_account.py", "--reveal")
    [password] = re.findall(r"new password: (\S+)", ended.stdout)
    assert len(password) >= 16
    assert password != "*" * 10


def test_a_dry_run_shows_and_sends_nothing() -> None:
    ended = run("contain_account.py", "--dry-run")
    assert ended.returncode == 0, ended.stdout
    assert calls(ended.stdout) == CONTAINED
    assert "would send PATCH" in ended.stdout
    assert "'password': '***'" in ended.stdout
    assert "accepted" not in ended.stdout
    assert "confirmed:" not in ended.stdout
    assert "nothing was sent: a dry run" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--user", "nobody@contoso.example"], 3, "FAILED: get_user: Graph answered 404"),
        (["--user", "breakglass@contoso.example"], 3, "protected"),
        (["--user", "diego@federated.example"], 1, "By hand: Reset password (Active Directory or identity provider)"),
        (["--user", "alex@contoso.example"], 1, "the change may be undone by the next sync"),
        (["--user", "alex@contoso.example"], 1, "By hand: Disable the account on-premises"),
        (["--finish"], 1, "The account is not blocked: there is nothing to finish"),
    ],
)
def test_the_exit_code_tells_the_worst(arguments: list[str], code: int, words: str) -> None:
    ended = run("contain_account.py", *arguments, "--identity-proven", "in person, Elena")
    assert ended.returncode == code, ended.stdout
    assert words in ended.stdout
    assert "unblock_sign_in" not in calls(ended.stdout), "nobody is let back in before the account is contained"
    assert "create_temporary_access_pass" not in calls(ended.stdout)


class Played(NamedTuple):
    """The script as on a real tenant, played on a simulated one: its clock is moved by whoever sleeps."""

    tenant: entra_ir.SimulatedTenant
    slept: list[float]
    script: Any
    monkeypatch: pytest.MonkeyPatch

    def run(self, *arguments: str) -> int:
        self.monkeypatch.setattr(sys, "argv", ["contain_account.py", *arguments])
        options = self.script.arguments()
        with entra_ir.Client(transport=self.tenant) as client:
            return int(self.script.Containment(client, None, options).run("adele@contoso.example"))


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, simulated_tenant: entra_ir.SimulatedTenant) -> Played:
    spec = importlib.util.spec_from_file_location("contain_account", EXAMPLES / "contain_account.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        simulated_tenant.advance(timedelta(seconds=seconds))

    monkeypatch.setattr(script.time, "sleep", sleep)
    monkeypatch.setattr(script.Containment, "now", lambda _self: simulated_tenant.now)
    return Played(simulated_tenant, slept, script, monkeypatch)


def test_on_a_real_tenant_the_second_revocation_is_told_and_finished_later(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    assert played.run("--identity-proven", "in person, Elena") == 1
    told = capsys.readouterr().out
    assert played.slept == []
    assert calls(told) == CONTAINED[:-1], "no pass and no unblocking before the second revocation"
    first = played.tenant.sessions_valid_from("adele@contoso.example")
    assert first is not None
    due = first.replace(microsecond=0) + timedelta(minutes=5)
    assert f"NOT DONE YET: due from {due:%Y-%m-%d %H:%M:%S} UTC on; then --finish does it" in told
    assert not played.tenant.user("adele@contoso.example").enabled

    assert played.run("--finish") == 1, "still too early"
    assert calls(capsys.readouterr().out) == []
    played.tenant.advance(timedelta(minutes=6))
    assert played.run("--finish") == 0
    assert calls(capsys.readouterr().out) == CONTAINED[-1:]
    assert not played.tenant.user("adele@contoso.example").enabled
    played.tenant.advance(timedelta(minutes=6))
    assert played.run("--finish", "--identity-proven", "in person, Elena") == 0
    assert calls(capsys.readouterr().out) == [
        *CONTAINED[-1:],
        "create_temporary_access_pass",
        "dismiss_user_risk",
        "unblock_sign_in",
    ]
    assert played.tenant.user("adele@contoso.example").enabled
    assert played.tenant.access_pass_of("adele@contoso.example") is not None


def test_on_a_real_tenant_it_waits_if_asked_and_no_longer_than_needed(played: Played, capsys: pytest.CaptureFixture[str]) -> None:
    assert played.run("--wait", "--identity-proven", "in person, Elena") == 0
    [slept] = played.slept
    assert 280 < slept <= 300
    told = capsys.readouterr().out
    assert "Waiting until 09:05:" in told
    assert calls(told) == [*CONTAINED, *LET_BACK_IN]
    assert {method.kind for method in played.tenant.methods_of("adele@contoso.example")} == {"password", "temporary-access-pass"}


def test_a_step_that_fails_keeps_no_other_from_being_taken(played: Played, capsys: pytest.CaptureFixture[str]) -> None:
    played.tenant.inject(403, method="POST", path="/revokeSignInSessions", times=1)
    assert played.run("--wait", "--identity-proven", "in person, Elena") == 3
    told = capsys.readouterr().out
    assert calls(told) == [name for place, name in enumerate(CONTAINED) if place != 1]
    assert len(played.slept) == 1, "the directory needs its time whatever became of the first"
    assert "Nobody is let back in. Once the cause is gone, run it again" in told
    assert not played.tenant.user("adele@contoso.example").enabled


def test_a_real_tenant_needs_a_user_and_a_yes() -> None:
    for arguments, words in (([], "--user is needed"), (["--user", "a@b.example"], "no confirmation")):
        ended = run("contain_account.py", *arguments, AZURE_TENANT_ID="00000000-0000-0000-0000-000000000000")
        assert ended.returncode == 2
        assert words in ended.stderr
        assert ended.stdout == ""


def test_without_azure_identity_a_real_tenant_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "azure").mkdir()
    (tmp_path / "azure" / "__init__.py").write_text("")
    more = {"AZURE_TENANT_ID": "t", "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    ended = run("contain_account.py", "--user", "a@b.example", "--dry-run", **more)
    assert ended.returncode == 2
    assert "pip install azure-identity" in ended.stderr


def test_a_time_without_an_offset_is_refused() -> None:
    ended = run("contain_account.py", "--since", "2026-03-01T09:00")
    assert ended.returncode == 2
    assert "write 2026-03-01T09:00Z for UTC" in ended.stderr


def test_many_accounts_are_contained_and_the_one_that_failed_is_named() -> None:
    ended = run("async_many_accounts.py", "--accounts", "200")
    assert ended.returncode == 1, ended.stderr
    assert "block: 200 accepted" in ended.stdout
    assert "sessions: 199 accepted, 1 failed" in ended.stdout
    assert "200 of 200" in ended.stderr
