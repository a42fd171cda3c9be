"""What the tests share. The fixtures `simulated_tenant` and `entra_client` come from the package's own plugin."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from pathlib import Path


class RunPython(Protocol):
    def __call__(self, script: str, *arguments: str) -> str: ...


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
