"""What is public is documented in Google's style, and every example in it runs."""

from __future__ import annotations

import ast
import asyncio
import builtins
import doctest
import inspect
import io
import json
import logging
import re
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import entra_ir
import entra_ir.testing
import pytest
from entra_ir._native import CATALOG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = Path(entra_ir.__file__).parent
README = Path(__file__).parents[2] / "entra-ir-py" / "README.md"
SECTION = re.compile(r"^ *(Args|Returns|Raises|Permissions|Example|Attributes):$", re.MULTILINE)
CLASSES = {name: thing for name in entra_ir.__all__ if isinstance(thing := getattr(entra_ir, name), type)}
# What waits for the operations has every section; so does what awaits them.
OPERATIONS = [(client, name) for client in (entra_ir.Client, entra_ir.AsyncClient) for name in CATALOG]


def sections(thing: object) -> dict[str, str]:
    parts = SECTION.split(inspect.getdoc(thing) or "")
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def methods() -> Iterator[tuple[str, Callable[..., object]]]:
    """Gives every public method that somebody calls, once, where it is defined; a base class may hold it."""
    bases = [base for cls in CLASSES.values() for base in cls.__mro__ if base.__module__.startswith("entra_ir")]
    for cls in dict.fromkeys(bases):
        for name, member in vars(cls).items():
            function = member.__func__ if isinstance(member, classmethod | staticmethod) else member
            if not name.startswith("_") and isinstance(function, FunctionType):
                yield f"{cls.__name__}.{name}", function


def arguments(function: Callable[..., object]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


@pytest.mark.parametrize("name", [*CLASSES])
def test_classes_say_what_they_are(name: str) -> None:
    assert (CLASSES[name].__doc__ or "").strip().endswith((".", "'", "True", "False", ")", "{", "}"))
    for attribute, member in vars(CLASSES[name]).items():
        if isinstance(member, property):
            assert member.__doc__, f"{name}.{attribute}"


@pytest.mark.parametrize("name", ["Client", "AsyncClient", "StaticToken"])
def test_what_is_made_by_hand_says_how(name: str) -> None:
    told = re.findall(r"^ +(\w+): ", sections(CLASSES[name])["Args"], re.MULTILINE)
    assert told == arguments(CLASSES[name].__init__)  # type: ignore[misc]


@pytest.mark.parametrize(("name", "function"), [*methods()], ids=lambda value: value if isinstance(value, str) else "")
def test_methods_say_what_they_take(name: str, function: Callable[..., object]) -> None:
    found = sections(function)
    assert (inspect.getdoc(function) or "").split("\n", 1)[0].rstrip().endswith("."), name
    told = re.findall(r"^ {4}(\w+): ", found.get("Args", ""), re.MULTILINE)
    if "Args" in found or name.startswith(("Client.", "AsyncClient.")):
        assert told == arguments(function)


@pytest.mark.parametrize(("client", "name"), OPERATIONS)
def test_operations_have_every_section(client: type, name: str) -> None:
    found = sections(getattr(client, name))
    for section in ("Args", "Returns", "Raises", "Permissions", "Example"):
        assert found.get(section, "").strip(), section
    # What is said to be raised is there to be caught.
    for error in re.findall(r"^ {4}(\w+): ", found["Raises"], re.MULTILINE):
        assert issubclass(getattr(entra_ir, error, None) or getattr(builtins, error), Exception)
    assert f"client.{name}(" in found["Example"]


def documented() -> Iterator[tuple[str, str]]:
    """Gives every docstring of the package's files, private ones too, and the blocks of its README."""
    for file in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.pyi")]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                text = ast.get_docstring(node)
                if text and ">>>" in text:
                    yield f"{file.name}:{getattr(node, 'name', 'module')}", text


EXAMPLES = list(documented())


async def run(text: str, name: str, folder: Path) -> int:
    """Runs the examples of one docstring as the prompt of `python -m asyncio` would."""
    tenant = entra_ir.SimulatedTenant.contoso()
    if name.startswith("_async_client"):
        client: entra_ir.Client | entra_ir.AsyncClient = entra_ir.AsyncClient(transport=tenant, allow_tenant_wide=True)
    else:
        client = entra_ir.Client(transport=tenant, allow_tenant_wide=True)
    scope: dict[str, Any] = {**vars(entra_ir), "tenant": tenant, "client": client, "folder": folder, "__name__": "example"}
    checker = doctest.OutputChecker()
    examples = doctest.DocTestParser().get_examples(text, name)
    for example in examples:
        code: CodeType = compile(example.source, name, "single", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        printed = io.StringIO()
        with redirect_stdout(printed):
            try:
                outcome = eval(code, scope)
                if inspect.isawaitable(outcome):
                    await outcome
            except Exception:
                pytest.fail(f"{name}: {example.source}{traceback.format_exc()}")
        assert checker.check_output(example.want, printed.getvalue(), 0), (
            f"{name}: {example.source}wanted {example.want!r}, got {printed.getvalue()!r}"
        )
    return len(examples)


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_examples_run(name: str, text: str, tmp_path: Path) -> None:
    # The folder of a run, which must be new.
    assert asyncio.run(run(text, name, tmp_path / "run")) > 0


def test_no_example_is_overlooked(capsys: pytest.CaptureFixture[str]) -> None:
    files = {name.partition(":")[0] for name, _ in EXAMPLES}
    assert {
        "__init__.py",
        "_client.py",
        "_async_client.py",
        "_simulator.py",
        "_credentials.py",
        "_native.pyi",
        "testing.py",
    } <= files
    written = sum(file.read_text(encoding="utf-8").count(">>> ") for kind in ("*.py", "*.pyi") for file in PACKAGE.rglob(kind))
    found = sum(text.count(">>> ") for _, text in EXAMPLES)
    assert written == found
    with capsys.disabled():
        print(f"\n{len(EXAMPLES)} docstrings with {found} lines of examples were run")


def test_the_example_of_the_fixtures_is_a_test(simulated_tenant: entra_ir.SimulatedTenant, entra_client: entra_ir.Client) -> None:
    """The example of `testing` defines a test; here it is run as one."""
    [example] = doctest.DocTestParser().get_examples(entra_ir.testing.__doc__ or "")
    scope: dict[str, Any] = {}
    exec(example.source, scope)
    scope["test_playbook"](simulated_tenant, entra_client)


def test_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of a README run in their order, in one scope, with a simulated tenant at hand."""
    blocks = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    # A run lies in the working folder.
    monkeypatch.chdir(tmp_path)
    tenant = entra_ir.SimulatedTenant.contoso()
    scope: dict[str, Any] = {"tenant": tenant, "__name__": "example"}
    printed = io.StringIO()

    async def go() -> None:
        for block in blocks:
            outcome = eval(compile(block, "README.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), scope)
            if inspect.isawaitable(outcome):
                await outcome

    logger = logging.getLogger("entra_ir")
    try:
        with redirect_stdout(printed), redirect_stderr(io.StringIO()) as logged:
            asyncio.run(go())
    finally:
        logger.handlers.clear()
        logger.setLevel(logging.NOTSET)
    assert "confirmed" in printed.getvalue()
    [line] = [json.loads(line) for line in logged.getvalue().splitlines() if line.startswith("{")]
    assert (line["entra_operation"], line["entra_effect"], line["entra_status"]) == ("block_sign_in", "contain", 204)
