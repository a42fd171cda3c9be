"""Every word and union that a signature mentions has a public name, and its words are the core's."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import entra_ir
import pytest
from entra_ir import display, types

PACKAGE = Path(__file__).parents[2] / "entra-ir-py" / "python" / "entra_ir"
SOURCES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in PACKAGE.rglob("*.py")}
LITERAL: object = Literal
LITERALS = [name for name in types.__all__ if get_origin(getattr(types, name)) is LITERAL]

# What annotations are made of besides.
PLAIN = {
    "str", "int", "float", "bool", "bytes", "object", "type", "dict", "list", "tuple", "set", "slice", "BaseException",
    "Any", "Awaitable", "Callable", "Iterable", "Iterator", "Literal", "Mapping", "Self", "Sequence", "TracebackType", "R", "T",
    "PathLike", "datetime", "timedelta",
}  # fmt: skip


def names_in_signatures(tree: ast.Module) -> set[str]:
    """Returns the names in the signatures of what is public."""
    found: set[str] = set()
    public = [node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name in entra_ir.__all__]
    for node in public:
        for function in ast.walk(node):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if function.name.startswith("_") and function.name not in ("__init__", "__getitem__", "__iter__"):
                continue
            arguments = function.args
            given = [arg.annotation for arg in (*arguments.args, *arguments.kwonlyargs) if arg.annotation]
            for annotation in [*given, *([function.returns] if function.returns else [])]:
                found |= {name.id for name in ast.walk(annotation) if isinstance(name, ast.Name)}
    return found


def test_signatures_mention_public_names_only() -> None:
    mentioned = {name for tree in SOURCES.values() for name in names_in_signatures(tree)}
    assert {"MethodKind", "Account", "Done", "Credential", "Receipt"} <= mentioned
    assert mentioned - PLAIN - set(entra_ir.__all__) - set(types.__all__) == set()


def test_words_stand_in_one_file() -> None:
    """A list of words in a signature has no name, and one written twice drifts."""
    holders = {file.name for file, tree in SOURCES.items() for node in ast.walk(tree) if is_literal(node)}
    assert holders == {"_words.py"}
    assert set(LITERALS) == {
        node.target.id
        for node in SOURCES[PACKAGE / "_words.py"].body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert len(LITERALS) >= 30


def is_literal(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal"


@pytest.mark.parametrize("name", types.__all__)
def test_every_type_is_there_and_documented(name: str) -> None:
    thing: Any = getattr(types, name)
    if inspect.isclass(thing) and thing.__module__.startswith("entra_ir"):
        assert thing.__doc__
        return
    # A type that is not a class has its description below it, where editors look for it.
    for tree in SOURCES.values():
        for alias, below in zip(tree.body, tree.body[1:], strict=False):
            if isinstance(alias, ast.AnnAssign) and isinstance(alias.target, ast.Name) and alias.target.id == name:
                assert isinstance(below, ast.Expr)
                assert isinstance(below.value, ast.Constant)
                assert re.fullmatch(r"[A-Z].*\.", str(below.value.value), re.DOTALL)
                return
    pytest.fail(f"{name} is written nowhere")


@pytest.mark.parametrize("name", LITERALS)
def test_words_are_words(name: str) -> None:
    words = get_args(getattr(types, name))
    assert len(set(words)) == len(words) > 1
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", word) for word in words)


def test_words_are_the_cores() -> None:
    told = display.words.vocabulary()
    assert set(get_args(types.MethodKind)) == set(told["method_kinds"])
    assert set(get_args(types.ActionWord)) == set(told["actions"])
    claims = [claim for table in get_args(types.EffectTable) for effect in entra_ir.effects(table) for claim in effect.claims]
    assert {claim.within_word for claim in claims} <= set(get_args(types.Within))
    assert len({claim.within_word for claim in claims}) > 4
    assert {claim.confidence for claim in claims} <= set(get_args(types.Confidence))


def test_what_a_table_says_is_read_once() -> None:
    assert display.words.vocabulary() is display.words.vocabulary()
