#!/usr/bin/env python3
"""Look for known vulnerabilities of the dependencies. Where the database cannot be fetched, say so."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

NOT_FETCHED = "failed to fetch advisory database"


def fetched(command: list[str], seconds: int) -> tuple[int | None, str]:
    """Return the exit code of a command, or None if it took too long, and what it printed."""
    with tempfile.TemporaryFile() as output:
        environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, env=environment
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            # It runs git, which would outlive it.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code = None
        output.seek(0)
        return code, output.read().decode(errors="replace").strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cargo-deny", required=True)
    parser.add_argument("--config", default=str(ROOT / "deny.toml"))
    # A network that answers nothing must not hold the lints up.
    parser.add_argument("--seconds", type=int, default=120, help="how long the fetch may take")
    arguments = parser.parse_args()
    command = [arguments.cargo_deny, "--manifest-path", str(ROOT / "Cargo.toml"), "--config", arguments.config]
    code, output = fetched([*command, "fetch", "db"], arguments.seconds)
    if code is None or (code != 0 and NOT_FETCHED in output):
        why = output.splitlines()[-1] if output else f"no answer in {arguments.seconds} s"
        print(f"skipped: advisories were not looked for, since their database cannot be fetched: {why}")
        return 0
    if code != 0:
        print(output)
        return code
    return subprocess.run([*command, "--offline", "check", "advisories"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
