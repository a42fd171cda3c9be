"""What the tests share. The fixtures `simulated_tenant` and `entra_client` come from the package's own plugin."""

from __future__ import annotations

import io
import logging
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BUDGET = Path(__file__).parents[1] / "src/random.rs"


class RunPython(Protocol):
    def __call__(self, script: str, *arguments: str) -> str: ...


class RandomCases(Protocol):
    def __call__(self, usual: int) -> Iterator[random.Random]: ...


@pytest.fixture
def random_cases(request: pytest.FixtureRequest) -> Iterator[RandomCases]:
    """Deals the dice of each case of a random test, within the budget and from the seed of those in Rust."""
    [constant] = re.findall(r"RANDOM_TEST_SECONDS: u64 = (\d+);", BUDGET.read_text(encoding="utf-8"))
    deep = os.environ.get("ENTRA_IR_RANDOM_SECONDS")
    first = int(os.environ.get("ENTRA_IR_SEED", "0"))
    played = 0

    def cases(usual: int) -> Iterator[random.Random]:
        nonlocal played
        until = time.monotonic() + int(deep or constant)
        while played * 10 < usual or ((deep or played < usual) and time.monotonic() < until):
            played += 1
            yield random.Random(first + played - 1)

    yield cases
    # Of a test that failed, the last seed is the one that did it.
    print(f"random: {request.node.name}: {played} cases, seeds {first} to {first + played - 1}")


@pytest.fixture
def run_python(tmp_path: Path) -> RunPython:
    """Runs a script in a fresh process, away from this directory, and returns what it printed."""

    def run(script: str, *arguments: str) -> str:
        file = tmp_path / "script.py"
        file.write_text(script, encoding="utf-8")
        command = [sys.executable, "-W", "error", str(file), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """Gives what handlers of the root logger and of the package wrote at DEBUG, records and arguments included."""
    caplog.set_level(logging.DEBUG)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    logging.getLogger("entra_ir").setLevel(logging.DEBUG)
    yield lambda: stream.getvalue() + repr([vars(record) for record in caplog.records])
    logging.getLogger().removeHandler(handler)
    logging.getLogger("entra_ir").setLevel(logging.NOTSET)
