#!/usr/bin/env python3
"""Set Microsoft's own clients and authentication libraries up, and run them against the served simulated tenant.

Where a registry is out of reach, what needs it is skipped with a printed line. Everything together ends within a given time.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent


def quietly(command: list[str], folder: pathlib.Path, seconds: float) -> str | None:
    """Runs an installer; returns nothing if it worked, otherwise its last line."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=max(seconds, 1), check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    # The last thing that npm says is where its log lies.
    lines = [line for line in lines if line.strip() and "log of this run" not in line]
    return lines[-1] if lines else f"it ended with {done.returncode}"


def is_current(stamp: pathlib.Path, wanted: pathlib.Path) -> bool:
    return stamp.exists() and stamp.read_bytes() == wanted.read_bytes()


def python_with_sdk(folder: pathlib.Path, seconds: float) -> pathlib.Path | None:
    """Returns an interpreter that has Microsoft's client, or prints why there is none."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    requirements, stamp = HERE / "requirements.txt", folder / "requirements.txt"
    if not is_current(stamp, requirements):
        venv.create(folder, with_pip=True)
        # The client has thousands of modules: those that are used are compiled when they are.
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
        trouble = quietly([*install, "--timeout", "15", "--retries", "1", "-r", str(requirements)], folder, seconds)
        if trouble:
            print(f"skipped: msgraph-sdk, msal and azure-identity could not be installed ({trouble})")
            return None
        shutil.copy(requirements, stamp)
    return python


def node_with_client(folder: pathlib.Path, seconds: float) -> bool:
    """Returns whether Microsoft's JavaScript client can be used, or prints why not."""
    if not shutil.which("node") or not shutil.which("npm"):
        print("skipped: the JavaScript client needs node and npm")
        return False
    lock, stamp = HERE / "package-lock.json", folder / "installed.json"
    if not is_current(stamp, lock):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        trouble = quietly(["npm", "ci", "--no-audit", "--no-fund", "--fetch-retries=1"], folder, seconds)
        if trouble:
            print(f"skipped: the JavaScript client could not be installed ({trouble})")
            return False
        shutil.copy(lock, stamp)
    return True


def main() -> int:
    """Returns what pytest returns, and success if nothing can be run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="where everything is installed")
    parser.add_argument("--server", type=pathlib.Path, required=True, help="the program that serves the tenant")
    parser.add_argument("--sign-in", type=pathlib.Path, required=True, help="the program that signs in")
    parser.add_argument("--seconds", type=float, default=240, help="how long everything together may take")
    arguments = parser.parse_args()
    folder, end = arguments.folder.resolve(), time.monotonic() + arguments.seconds
    exchanges = folder / "exchanges"
    shutil.rmtree(exchanges, ignore_errors=True)
    exchanges.mkdir(parents=True)
    python = python_with_sdk(folder / "python", end - time.monotonic() - 60)
    if python is None:
        return 0
    environment = {**os.environ, "FOREIGN_SERVER": str(arguments.server.resolve())}
    environment.pop("FOREIGN_NODE_PATH", None)
    environment["FOREIGN_SIGN_IN"] = str(arguments.sign_in.resolve())
    if node_with_client(folder / "node", end - time.monotonic() - 60):
        environment["FOREIGN_NODE_PATH"] = str(folder / "node" / "node_modules")
    environment["FOREIGN_EXCHANGES"] = str(exchanges)
    command = [str(python), "-m", "pytest", "-c", str(HERE / "pytest.ini"), str(HERE)]
    try:
        left = max(end - time.monotonic(), 1)
        return subprocess.run(command, env=environment, timeout=left, check=False).returncode
    except subprocess.TimeoutExpired:
        print(f"the clients took longer than {arguments.seconds:.0f} s")
        return 1


if __name__ == "__main__":
    sys.exit(main())
