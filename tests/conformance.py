#!/usr/bin/env python3
"""Hold every exchange of a test run against Microsoft's description of Microsoft Graph.

The description and its checker lie beside the repository (../shared); without them this prints that it is skipped.
Exchanges are `client-*.jsonl` (the answers are a test's own: only what was sent is judged) and `both-*.jsonl` (the
simulated tenant answered: both sides are judged).
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECKER = ROOT.parent / "shared" / "conformance" / "graphcheck.py"

# What differs from the description on purpose: code, text in the finding's line, and why.
DEVIATIONS = [
    ("ODATA-TYPE-UNKNOWN", "holographicAuthenticationMethod", "a type from the future, to prove that it is kept whole"),
    ("RETRY-AFTER", "/identityProtection/", "the page of the limits says that this service sends no Retry-After"),
    ("BODY-MISSING", "/resetPassword", "the reference shows 202 without a body when the caller gave the password"),
]


def python_with_yaml(folder: pathlib.Path) -> str | None:
    """Return an interpreter that has PyYAML, making a virtual environment if need be."""
    probe = [sys.executable, "-c", "import yaml"]
    if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return sys.executable
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "PyYAML>=6,<7"]
    if subprocess.run(install, check=False).returncode != 0:
        return None
    return str(python)


def deviation(finding: dict) -> str | None:
    """Return why a finding is meant, if it is."""
    text = json.dumps(finding)
    for code, part, why in DEVIATIONS:
        if finding.get("code") == code and part in text:
            return why
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exchanges", type=pathlib.Path, required=True)
    parser.add_argument("--venv", type=pathlib.Path, required=True)
    parser.add_argument("--sides", nargs="+", choices=("client", "both"), default=("client", "both"))
    arguments = parser.parse_args()
    if not CHECKER.exists():
        print("skipped: Microsoft's description is not beside the repository; exchanges were not checked")
        return 0
    python = python_with_yaml(arguments.venv)
    if python is None:
        print("skipped: PyYAML could not be installed; exchanges were not checked")
        return 0
    failed = False
    for side in arguments.sides:
        logs = sorted(arguments.exchanges.glob(f"{side}-*.jsonl"))
        if not logs:
            print(f"conformance: no {side} exchanges were recorded in {arguments.exchanges.name}/: run the tests first")
            failed = True
            continue
        command = [python, str(CHECKER), "check", *map(str, logs), "--side", side, "--json"]
        output = subprocess.run(command, capture_output=True, text=True, check=False)
        if output.returncode not in (0, 1):
            print(output.stdout, output.stderr)
            failed = True
            continue
        findings = json.loads(output.stdout)["findings"]
        meant = [finding for finding in findings if deviation(finding)]
        wrong = [finding for finding in findings if not deviation(finding)]
        count = sum(1 for log in logs for _ in log.open(encoding="utf-8"))
        print(f"conformance, {side}: {count} exchanges, {len(wrong)} findings, {len(meant)} meant deviations")
        for finding in wrong[:40]:
            print("  ", json.dumps(finding))
        failed = failed or bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
