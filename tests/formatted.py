#!/usr/bin/env python3
"""Runs the formatter's check, and fails as well when a Rust file is not among those that the formatter visits.

The formatter follows `mod` lines only: a module that a macro declares is one that it never sees.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Returns 1 when a file is not formatted, or is out of the formatter's sight."""
    top = Path(__file__).resolve().parent.parent
    cargo = os.environ.get("CARGO", "cargo")
    run = subprocess.run([cargo, "fmt", "--all", "--", "--check"], cwd=top, check=False)
    if run.returncode != 0:
        return 1
    told = subprocess.run(
        [cargo, "fmt", "--all", "--", "--check", "--verbose"], cwd=top, check=True, capture_output=True, text=True
    ).stdout
    visited = {
        str(Path(line.removeprefix("Formatting ")).relative_to(top))
        for line in told.splitlines()
        if line.startswith("Formatting ")
    }
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.rs"],
        cwd=top,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    there = {name for name in listed.splitlines() if (top / name).exists()}
    hidden = sorted(there - visited)
    for name in hidden:
        print(f"{name}: the formatter does not visit it; declare it by a plain `mod` line", file=sys.stderr)
    print(f"formatted: {len(visited)} files visited, {len(hidden)} out of sight")
    return 1 if hidden or not visited else 0


if __name__ == "__main__":
    sys.exit(main())
