"""Compares the public API of the core with the committed listing, where the tools for it are at hand.

Needs a nightly toolchain and `cargo public-api`; without one of them it says so and passes. With `--write` it
writes the listing.
"""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LISTING = ROOT / "docs" / "public-api.txt"
COMMAND = ["cargo", "+nightly", "public-api", "-p", "entra-ir-core", "--all-features", "-sss"]


def at_hand() -> bool:
    """Returns whether both tools answer."""
    for command in (["cargo", "+nightly", "--version"], ["cargo", "+nightly", "public-api", "--version"]):
        try:
            if subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode != 0:
                return False
        except OSError:
            return False
    return True


def listing() -> str:
    """Returns the listing of the source as it is."""
    # A target folder of its own: nightly and stable would throw out each other's work.
    environment = os.environ | {"CARGO_TARGET_DIR": str(ROOT / "target" / "public-api")}
    done = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        sys.exit(f"public API: {' '.join(COMMAND)} failed:\n{done.stderr[-2000:]}")
    lines = done.stdout.splitlines(keepends=True)
    if len(lines) < 500:
        sys.exit(f"public API: only {len(lines)} items were listed")
    return "".join(lines)


def main() -> None:
    """Writes the listing, or compares it."""
    if not at_hand():
        print("public API: skipped, since a nightly toolchain with `cargo public-api` is not at hand")
        return
    now = listing()
    if "--write" in sys.argv[1:]:
        LISTING.write_text(now, encoding="utf-8")
        print(f"public API: {now.count(chr(10))} items written")
        return
    kept = LISTING.read_text(encoding="utf-8")
    changes = difflib.unified_diff(kept.splitlines(), now.splitlines(), "docs/public-api.txt", "the source", lineterm="", n=0)
    if changed := "\n".join(changes):
        sys.exit(f"{changed}\npublic API: it changed; if that is meant, run `make public-api`")
    print(f"public API: {now.count(chr(10))} items, as listed")


if __name__ == "__main__":
    main()
