"""The scripts in examples/python, run as a user would run them."""

import os
import re
import subprocess
import sys
from pathlib import Path

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


def test_without_arguments_the_simulated_account_is_contained_but_for_what_is_of_unknown_age() -> None:
    ended = run("contain_account.py")
    assert ended.returncode == 1, ended.stderr
    assert "Simulated tenant" in ended.stdout
    assert "removed: fido2 YubiKey of Adele" in ended.stdout
    assert "unknown-age: phone" in ended.stdout
    assert "confirmed: revoke_sign_in_sessions" in ended.stdout
    assert "The account stays blocked" in ended.stdout


def test_all_methods_leave_nothing_open_and_the_owner_comes_back() -> None:
    ended = run("contain_account.py", "--all-methods", "--owner-verified")
    assert ended.returncode == 0, ended.stdout
    assert "left: password\n" in ended.stdout
    assert "accepted: unblock_sign_in" in ended.stdout
    assert "https://aka.ms/mysecurityinfo" in ended.stdout
    assert re.findall(r"(?:pass|new password): (.*)", ended.stdout) == ["********** (--reveal shows it)"] * 2


def test_secrets_are_printed_when_asked_for() -> None:
    ended = run("contain_account.py", "--reveal")
    [password] = re.findall(r"new password: (\S+)", ended.stdout)
    assert len(password) >= 16
    assert password != "*" * 10


def test_a_dry_run_shows_and_sends_nothing() -> None:
    ended = run("contain_account.py", "--dry-run", "--all-methods")
    assert "would send PATCH" in ended.stdout
    assert "'password': '***'" in ended.stdout
    assert "accepted" not in ended.stdout
    assert "Let them back in" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--user", "nobody@contoso.example"], 3, "FAILED: get_user: Graph answered 404"),
        (["--user", "diego@federated.example"], 3, "NOT CONTAINED"),
        (["--user", "breakglass@contoso.example"], 3, "protected"),
        (["--user", "alex@contoso.example", "--all-methods"], 1, "the change may be undone by the next sync"),
    ],
)
def test_the_exit_code_tells_the_worst(arguments: list[str], code: int, words: str) -> None:
    ended = run("contain_account.py", *arguments, "--owner-verified")
    assert ended.returncode == code, ended.stdout
    assert words in ended.stdout
    if code == 3:
        assert "unblock_sign_in" not in ended.stdout, "nobody is let back in before the account is contained"


def test_a_real_tenant_needs_a_user_and_a_yes() -> None:
    for arguments, words in (([], "--user is needed"), (["--user", "a@b.example"], "nobody said yes")):
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
