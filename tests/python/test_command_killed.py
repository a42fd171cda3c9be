"""A run that is killed at any line of its journal goes on from there: nothing is lost, the new password neither."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import entra_ir
from entra_ir._command import exits, scene

if TYPE_CHECKING:
    from pathlib import Path

USER = scene.VICTIM
COMMAND = [sys.executable, "-m", "entra_ir"]
# Most of the time a run waits for its turn at Identity Protection.
AT_ONCE = 16


def lines(journal: Path) -> int:
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def writes(tenant: entra_ir.SimulatedTenant) -> Counter[str]:
    sent = (f"{request.method} {request.path}" for request in tenant.requests if request.method != "GET")
    return Counter(text for text in sent if "checkMember" not in text)


def contain(endpoint: str, folder: Path) -> list[str]:
    return [
        *COMMAND, "contain", USER, "--confirm", USER, "--endpoint", endpoint,
        "--run-dir", str(folder), "--reveal-to", f"{folder}.first",
    ]  # fmt: skip


def passwords(folder: Path) -> list[str]:
    """Returns every password that was handed over, before the kill and after it."""
    files = [file for name in ("first", "second") if (file := folder.with_suffix(f".{name}")).exists()]
    return [json.loads(line)["value"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def killed_at(line: int, folder: Path) -> dict[str, Any]:
    """Runs until the journal has that many lines, kills the process, and resumes the run."""
    tenant = scene.attacked().tenant
    journal = folder / "journal.jsonl"
    with tenant.serve() as served:
        with subprocess.Popen(contain(served.endpoint, folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            while lines(journal) < line and running.poll() is None:
                time.sleep(0.0005)
            running.send_signal(signal.SIGKILL)
        resume = [*COMMAND, "resume", str(folder), "--endpoint", served.endpoint, "--json", "--reveal-to", f"{folder}.second"]
        done = subprocess.run(resume, capture_output=True, text=True, timeout=50, check=False)
    return {
        "line": line,
        "code": done.returncode,
        "killed": running.returncode == -signal.SIGKILL,
        "run": json.loads(done.stdout) if done.stdout else done.stderr,
        "after": writes(tenant),
        "tenant": tenant,
        "folder": folder,
    }


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    tenant = scene.attacked().tenant
    with tenant.serve() as served:
        whole = subprocess.run(
            contain(served.endpoint, tmp_path / "whole"), capture_output=True, text=True, timeout=50, check=False
        )
    assert whole.returncode == exits.REMAINS, whole.stderr
    last, sent = lines(tmp_path / "whole" / "journal.jsonl"), writes(tenant)
    assert last > 20
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ended = list(pool.map(lambda line: killed_at(line, tmp_path / str(line)), range(1, last + 1)))
    killed = [end for end in ended if end["killed"]]
    # A process may end before the signal for one of its last lines.
    assert len(killed) > last / 2
    for end in ended:
        assert end["code"] == exits.REMAINS, end
        assert end["run"]["headline"] == "evicted-except", end
        assert entra_ir.run_status(end["folder"]).steps, end
        assert not end["tenant"].user(USER).enabled
        kinds = [method.kind for method in end["tenant"].methods_of(USER)]
        assert kinds == [method.kind for method in tenant.methods_of(USER)], end
        password = end["tenant"].password_of(USER)
        assert password is not None
        assert password.reveal() in passwords(end["folder"]), end["line"]
        # Every write of a whole run was sent; the one that was in flight may be sent again, which does no harm to any of these.
        assert not sent - end["after"], end["line"]
        assert (end["after"] - sent).total() <= 1, (end["line"], end["after"] - sent)
    print(f"killed at {len(killed)} of {last} lines")
