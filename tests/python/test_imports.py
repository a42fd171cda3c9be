"""The files of the package look only down: no import leads back, not in a function and not for types alone."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PYTHON = Path(__file__).parents[2] / "entra-ir-py" / "python"
PACKAGES = ("entra_ir", "entra_ir_pytest")
LONGEST = 500
FILES = {
    ".".join(file.relative_to(PYTHON).with_suffix("").parts).removesuffix(".__init__"): file
    for package in PACKAGES
    for file in (PYTHON / package).rglob("*.py")
}


def imported(module: str, source: str, known: set[str], *, is_package: bool = False) -> Iterator[str]:
    """Gives the modules of `known` that a source imports anywhere; of a package the module that is named."""
    here = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in known)
        elif isinstance(node, ast.ImportFrom):
            above = here.split(".")[: len(here.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *((node.module or "").split(".") if node.module else [])])
            for name in node.names:
                inside = f"{base}.{name.name}"
                if inside in known or base in known:
                    yield inside if inside in known else base


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """Returns modules that import each other in a circle; none if nothing leads back."""
    done: set[str] = set()

    def walk(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module not in done:
            for target in sorted(arrows.get(module, ())):
                if found := walk(target, [*path, module]):
                    return found
            done.add(module)
        return []

    return next((found for module in sorted(arrows) if (found := walk(module, []))), [])


def arrows() -> dict[str, set[str]]:
    known = {*FILES, "entra_ir._native"}
    return {
        module: set(imported(module, file.read_text(encoding="utf-8"), known, is_package=file.name == "__init__.py"))
        for module, file in FILES.items()
    }


def test_no_import_leads_back() -> None:
    found = arrows()
    assert len(found) > 25
    assert sum(map(len, found.values())) > 80
    assert circle(found) == []


def test_results_do_not_know_how_they_are_shown() -> None:
    shown_by = {module for module, targets in arrows().items() if any(".display" in target for target in targets)}
    assert {module for module in shown_by if ".display" not in module} == {"entra_ir"}


@pytest.mark.parametrize(
    "line",
    [
        "from . import b",
        "from .b import x",
        "import p.b",
        "from p.b import x",
        "from p import b",
        "def f() -> None:\n    from .b import x",
        "if TYPE_CHECKING:\n    from . import b",
    ],
)
def test_the_search_sees_every_form_of_import(line: str) -> None:
    known = {"p", "p.a", "p.b"}
    assert set(imported("p.a", line, known)) == {"p.b"}
    assert set(imported("p", line, known, is_package=True)) == {"p.b"}
    assert circle({"p.a": {"p.b"}, "p.b": {"p.c"}, "p.c": {"p.a"}}) == ["p.a", "p.b", "p.c", "p.a"]
    assert circle({"p.a": {"p.b", "p.c"}, "p.b": {"p.c"}}) == []


def reason(header: str) -> bool:
    """Returns whether a file says why it is long, or that it is made of others."""
    return "It is long because " in header or "generated from `" in header


@pytest.mark.parametrize("module", FILES)
def test_no_file_is_long_without_a_reason(module: str) -> None:
    source = FILES[module].read_text(encoding="utf-8")
    if len(source.splitlines()) > LONGEST:
        assert reason(ast.get_docstring(ast.parse(source)) or ""), f"{module} has more than {LONGEST} lines"


def test_what_is_short_gives_no_reason() -> None:
    """A reason that is no longer needed goes."""
    long = {module for module, file in FILES.items() if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST}
    given = {module for module, file in FILES.items() if "It is long because " in file.read_text(encoding="utf-8")}
    assert given - {"entra_ir._async_client"} <= long
    assert not reason("A file like any other.")
