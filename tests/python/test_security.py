"""SECURITY.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"`([\w/.-]+\.(?:rs|py))::(\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))


def exists(path: str, name: str) -> bool:
    file = ROOT / path
    kind = "fn" if file.suffix == ".rs" else "def"
    return (
        file.exists() and re.search(rf"^ *(?:async )?{kind} {name}\(", file.read_text(encoding="utf-8"), re.MULTILINE) is not None
    )


def test_every_test_that_holds_a_promise_exists() -> None:
    assert len(NAMED) > 20
    assert [(path, name) for path, name in NAMED if not exists(path, name)] == []


def test_the_search_knows_what_does_not_exist() -> None:
    assert not exists("tests/tests/all/guards.rs", "no_such_test")
    assert not exists("tests/tests/all/no_such_file.rs", "read_only_reads_and_refuses_every_write_at_once")
