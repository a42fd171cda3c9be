"""Flips claims of the tables of knowledge one by one, and tells which of them no test catches.

    python3 tests/flip_cells.py --since REVISION [--only NAME ...]

A claim that changed since the revision gets another effect, a row that is new says nothing any more; each flip is compiled and
tested by itself, in the working copy, which is put back afterwards. First the unit tests of knowledge, then what is held against
the simulated sign-ins; the generated pages are left out, since they only repeat the tables.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLES = "entra-ir-core/src/knowledge/tables"
FILES = ("sessions", "methods", "accounts", "openings")
OTHER = {
    "Ended": "Survives",
    "Held": "Ended",
    "AskedAgain": "Ended",
    "Survives": "Ended",
    "Opens": "Survives",
    "Acts": "Refused",
    "Refused": "Acts",
    "NoEffectHere": "Acts",
    "UntilSync": "Acts",
    "Unknown": {"accounts": "Acts"},
}
EMPTY_ROWS = {"sessions": "each(KEPT)", "methods": "ALL_KEPT", "accounts": "[ACTS, ACTS, ACTS, ACTS, ACTS]"}
CLAIM = re.compile(r"Claim::(?:documented|observed|inferred)\(\s*(?:Fate::)?(\w+),")
TESTS = (
    ["cargo", "test", "--quiet", "-p", "entra-ir-core", "--all-features", "--lib", "knowledge"],
    ["cargo", "test", "--quiet", "-p", "entra-ir-tests", "--all-features", "--test", "all", "--", "differential", "doors::"],
)


def constants(text: str) -> dict[str, str]:
    """Returns each constant of a table with its text."""
    found = re.finditer(r"^const (\w+): (?:C|Claim<Fate>) =(.*?);\n", text, re.DOTALL | re.MULTILINE)
    return {each[1]: re.sub(r"\s+", " ", each[2]) for each in found}


def rows(text: str) -> dict[str, str]:
    """Returns each row of a table with its text."""
    return dict(re.findall(r"^    (\w+): +(.*);$", text, re.MULTILINE))


def before(revision: str, path: str) -> str:
    """Returns a file as it was."""
    shown = subprocess.run(["git", "show", f"{revision}:{path}"], cwd=ROOT, capture_output=True, text=True, check=False)
    return shown.stdout if shown.returncode == 0 else ""


def flips(revision: str) -> list[tuple[str, Path, str]]:
    """Makes every flip: its name, the file, and the file's new text."""
    made: list[tuple[str, Path, str]] = []
    for table in FILES:
        path = f"{TABLES}/{table}.rs"
        text, old = (ROOT / path).read_text(encoding="utf-8"), before(revision, path)
        known = constants(old)
        for name, claim in constants(text).items():
            if known.get(name) == claim:
                continue
            start = re.search(rf"^const {name}: ", text, re.MULTILINE)
            assert start, name
            end = text.index(";\n", start.start())
            for number, found in enumerate(CLAIM.finditer(text, start.start(), end)):
                other = OTHER.get(found[1], "Ended")
                other = other.get(table, "Ended") if isinstance(other, dict) else other
                flipped = f"{text[: found.start(1)]}{other}{text[found.end(1) :]}"
                made.append((f"{table} {name}[{number}]: {found[1]} -> {other}", ROOT / path, flipped))
        known_rows = rows(old)
        for name, cells in rows(text).items():
            empty = EMPTY_ROWS.get(table)
            if empty and name not in known_rows and cells != empty:
                flipped = re.sub(rf"^(    {name}: +).*;$", rf"\g<1>{empty};", text, count=1, flags=re.MULTILINE)
                made.append((f"{table} row {name} -> {empty}", ROOT / path, flipped))
    return made


def verdict() -> str:
    """Compiles and tests; names what caught the flip, or says that nothing did."""
    for command in TESTS:
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if ran.returncode == 0:
            continue
        said = ran.stdout + ran.stderr
        failed = sorted(set(re.findall(r"^    ([\w:]+)$", said, re.MULTILINE)))
        return f"caught by {', '.join(failed)}" if failed else "caught: it does not compile"
    return "NOT CAUGHT"


def main() -> int:
    """Flips, tests, puts back, and counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--since", required=True, help="the revision before the claims changed")
    parser.add_argument("--only", nargs="*", default=[], help="names of constants or rows")
    given = parser.parse_args()
    wanted = [flip for flip in flips(given.since) if not given.only or any(name in flip[0] for name in given.only)]
    missed = 0
    for name, path, flipped in wanted:
        kept = path.read_text(encoding="utf-8")
        try:
            path.write_text(flipped, encoding="utf-8")
            told = verdict()
        finally:
            path.write_text(kept, encoding="utf-8")
        missed += told == "NOT CAUGHT"
        print(f"{name}: {told}", flush=True)
    print(f"{len(wanted)} flips, {missed} not caught")
    return 1 if missed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
