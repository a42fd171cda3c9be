"""`import entra_ir` brings in little, and nothing of others."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from typing import TYPE_CHECKING

import entra_ir

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPT = """
import json, sys, sysconfig
before = set(sys.modules)
import entra_ir
standard, builtin = set(sys.stdlib_module_names), set(sys.builtin_module_names)
new = sorted(set(sys.modules) - before)
print(json.dumps([new, [name for name in new if name.partition(".")[0] not in standard | builtin | {"entra_ir"}]]))
"""
HEAVY = {"asyncio", "logging", "json", "threading", "datetime", "inspect", "dataclasses", "ssl", "socket", "subprocess"}


def test_the_import_is_light(run_python: Callable[..., str]) -> None:
    new, foreign = json.loads(run_python(SCRIPT))
    assert foreign == []
    assert len(new) <= 40
    assert HEAVY & set(new) == set()


def test_the_package_needs_nothing() -> None:
    assert not importlib.metadata.requires("entra-ir")
    assert importlib.metadata.version("entra-ir") == entra_ir.__version__


def test_everything_public_is_there() -> None:
    assert sorted(entra_ir.__all__) == sorted(set(entra_ir.__all__))
    for name in entra_ir.__all__:
        thing = getattr(entra_ir, name)
        if isinstance(thing, type):
            assert thing.__module__ == "entra_ir"
            assert thing.__qualname__ == name


def test_the_licences_go_with_the_package() -> None:
    """Both ask for it: whoever passes the package on passes their texts on."""
    root = Path(__file__).resolve().parents[2]
    files = importlib.metadata.files("entra-ir") or []
    packaged = {file.name: file.read_text() for file in files if file.parent.name == "licenses"}
    assert packaged == {name: (root / name).read_text(encoding="utf-8") for name in ("LICENSE-APACHE", "LICENSE-MIT")}
