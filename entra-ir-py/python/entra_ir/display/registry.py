"""The registry of display functions by class.

The other files of this package register theirs; a class without one is shown by its attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from .._record import Record, Records
from .markup import MOST_ROWS, Markup, code, facts, name, note, table, title, whole
from .words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

F = TypeVar("F")

# Look-up is by the class, or by its nearest base.
PARTS: dict[type, Callable[[Any], list[Markup]]] = {}
TABLES: dict[type, Callable[[Any], Markup]] = {}
TEXTS: dict[type, Callable[[Any], str]] = {}


def html(shown: Record | Records[Any]) -> str:
    """Shows one result, or several, one in a row."""
    show = _found(PARTS, type(shown))
    if show is not None:
        return whole(*show(shown))
    if isinstance(shown, Records):
        return whole(table_of(shown))
    return whole(title(words(type(shown).__name__)), facts(plain_facts(shown)))


def plain_text(shown: Record) -> str:
    """Writes one result for a terminal."""
    write = _found(TEXTS, type(shown))
    return repr(shown) if write is None else write(shown)


def table_of(records: Sequence[Any]) -> Markup:
    """Shows several results of one kind, or of kinds that have a table in common."""
    if not records:
        return note("none")
    kinds: set[type[Any]] = {type(record) for record in records}
    common = [base for base in type(records[0]).__mro__ if all(issubclass(kind, base) for kind in kinds)]
    if rows := next((TABLES[base] for base in common if base in TABLES), None):
        return rows(records)
    shown = records[:MOST_ROWS]
    if len(kinds) > 1 or not isinstance(records[0], Record):
        return table(("result",), [(repr(record),) for record in shown], len(records))
    # An id is the widest and the last thing to read.
    names = sorted(records[0]._shown or records[0]._fields(), key=lambda word: word == "id")
    return table([words(word) for word in names], [_plain_row(record, names) for record in shown], len(records))


def plain_facts(record: Record) -> list[tuple[str, object]]:
    """Lists the attributes of a result."""
    names = record._fields()
    return list(zip((words(word) for word in names), _plain_row(record, names), strict=True))


def plain_value(value: Any) -> object:
    """Shows the value of an attribute; for a list, its length."""
    if issubclass(type(value), Records):
        return len(value)
    return name(value) if isinstance(value, str) and value else value


def _found(registered: Mapping[type, F], kind: type) -> F | None:
    return next((registered[base] for base in kind.__mro__ if base in registered), None)


def _plain_row(record: Record, names: Sequence[str]) -> list[object]:
    values = [(word, getattr(record, word)) for word in names]
    return [code(value) if word in ("id", "path") and value else plain_value(value) for word, value in values]
