"""The base class of all results: immutable, with a short form and plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from . import _native

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from typing import Self

    from ._native import Secret, _Beside


class Display(Protocol):
    """The display functions; they depend on the results, and not the reverse."""

    def html(self, shown: Record | Records[Any], /) -> str:
        """Shows one result or several in a notebook."""
        ...

    def plain_text(self, shown: Record, /) -> str:
        """Writes a result for a terminal."""
        ...

    def svg(self, doors: Any, /) -> str:
        """Draws when each door closes."""
        ...

    def progress(self, steps: Any, /) -> Callable[[Any], object]:
        """Returns a function that shows the events of a run, by the steps of its plan if given."""
        ...

    def show_code(self, given: Any, /) -> None:
        """Shows a device code to the person who signs in."""
        ...

    def printable(self, text: str, /) -> str:
        """Removes what could drive a terminal."""
        ...

    def coloured(self, text: str, /) -> str:
        """Colours the lines of a plain text by the state that they begin with."""
        ...


def _no_display() -> Display:
    raise RuntimeError("nothing shows results before `entra_ir` is imported")


# The package sets it, so that the display is imported only when something is shown.
display: Callable[[], Display] = _no_display

# The format of `to_json(round_trip=True)`; older versions cannot read a higher number.
FORMAT = 1

T = TypeVar("T")
R = TypeVar("R", bound="Record")


class Record:
    """The base class of all results: immutable, secrets masked, a table in a notebook."""

    __slots__ = ("_beside", "_data", "_secret")
    _data: dict[str, Any]
    _secret: Secret | None
    _beside: _Beside

    @classmethod
    def _of(cls, data: dict[str, Any], secret: Secret | None = None, beside: _Beside = None) -> Self:
        record = cls.__new__(cls)
        record._data = data
        record._secret = secret
        record._beside = beside
        return record

    @classmethod
    def _fields(cls) -> list[str]:
        names: dict[str, None] = {}
        for base in reversed(cls.__mro__):
            names.update(dict.fromkeys(name for name, value in vars(base).items() if isinstance(value, property)))
        # A subclass may have redefined it.
        return [name for name in names if isinstance(getattr(cls, name), property)]

    # The attributes in the one-line form; all by default.
    _shown: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Returns one line, without secrets."""
        shown = ", ".join(f"{name}={_brief(getattr(self, name))}" for name in self._shown or self._fields())
        return f"{type(self).__name__}({shown})"

    def _repr_html_(self) -> str:
        return display().html(self)

    def to_dict(self) -> dict[str, Any]:
        """Returns the attributes as a plain dict; times stay datetimes, secrets are masked."""
        return {name: plain(getattr(self, name)) for name in self._fields()}

    def to_json(self, *, indent: int | None = None, round_trip: bool = False) -> str:
        r"""Returns the attributes as JSON; times are ISO 8601, secrets are masked.

        Invisible characters, and those that would reverse or hide the text beside them, are written as `\uXXXX`: control
        characters, marks of direction, tags, line separators. A JSON reader gets the same text.

        Args:
            indent: How far to indent; one line if nothing is given.
            round_trip: Whether `from_json` will read it, in another process or later: then it is the core's JSON, with its type.
                A secret is always omitted.

        Returns:
            The JSON text.
        """
        return as_json(self._stored() if round_trip else self.to_dict(), indent)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads a result that `to_json(round_trip=True)` wrote, as another step of a playbook does.

        It equals the original, and counts for `open_doors` in the same way. A secret is not restored: its `is_gone` is true. A
        snapshot is only for display; for `open_doors`, `diff` and `advise` take a new one. Fields and words that this version
        does not know are kept.

        Args:
            text: The JSON text.

        Returns:
            The result. `Record.from_json` reads any type, a subclass only its own.

        Raises:
            InvalidInputError: If the text is truncated, was not written for this, contains a result of another type or an
                incomplete one, or was written by a newer version in a form that this one cannot read.

        Example:
            >>> text = client.block_sign_in("adele@contoso.example").to_json(round_trip=True)
            >>> receipt = Receipt.from_json(text)
            >>> receipt.grade, len(client.open_doors("adele@contoso.example", [receipt]).open)
            ('accepted', 0)
        """
        return _read_stored(cls, _loaded(cls.__name__, text))

    def _stored(self) -> dict[str, Any]:
        return {
            "entra_ir": FORMAT,
            "type": type(self).__name__,
            "data": self._data,
            "beside": self._beside if isinstance(self._beside, str) else None,
            "secret": self._secret is not None,
        }

    def __eq__(self, other: object) -> bool:
        """Compares the service's data; secrets do not count."""
        return isinstance(other, Record) and type(self) is type(other) and self._data == other._data

    def __hash__(self) -> int:
        """Matches equality."""
        return hash((type(self), _start(self._data, 300)))

    def __copy__(self) -> Self:
        """Returns itself: it is immutable."""
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        """Returns itself: it is immutable."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Omits the secret, as `Secret` does."""
        return (_restore, (type(self), self._data, self._secret, self._beside if isinstance(self._beside, str) else None))


def _restore(cls: type[R], data: dict[str, Any], secret: Secret | None, beside: str | None) -> R:
    return cls._of(data, secret, beside)


def _loaded(name: str, text: str) -> Any:
    from json import loads

    if not isinstance(text, str):
        raise TypeError(f"{name}.from_json: a str is needed, not {type(text).__name__}")
    try:
        return loads(text)
    except (ValueError, RecursionError) as error:
        said = f"{name}.from_json: this is not a complete JSON text: {error}"
        raise _native.refused_input(said, "read the file again, or write the result again") from None


def _read_stored(kind: type[R], stored: Any) -> R:
    """Reads what `Record._stored` wrote: strict about the type, lenient about the content."""
    what = f"{kind.__name__}.from_json"
    made = cast("dict[str, Any]", stored) if isinstance(stored, dict) else {}
    version, data, beside = made.get("entra_ir"), made.get("data"), made.get("beside")
    if type(version) is int and version > FORMAT:
        said = f"{what}: this was written in form {version} by a newer version; this one reads up to form {FORMAT}"
        raise _native.refused_input(said, "update entra_ir in this process")
    if type(version) is not int or version < 1 or not isinstance(data, dict) or not isinstance(beside, str | None):
        raise _native.refused_input(f"{what}: this is not a stored result", "write it with to_json(round_trip=True)")
    kinds = {found.__name__: found for found in _kinds(kind) if found.__module__ == "entra_ir" and found is not Record}
    found = kinds.get(str(made.get("type")))
    if found is None:
        needed = "a type that this version knows" if kind is Record else kind.__name__
        raise _native.refused_input(f"{what}: {needed} is needed, and this is {_brief(made.get('type'))}")
    secret = _native.Secret._gone() if made.get("secret") else None
    record = found._of(cast("dict[str, Any]", data), secret, beside)
    try:
        record.to_dict()
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        said = f"{what}: something is missing in this {found.__name__}, or has the wrong type: {error}"
        raise _native.refused_input(said, "write the result again") from None
    return record


def _kinds(kind: type[R]) -> Iterator[type[R]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


def _table(rows: list[dict[str, Any]]) -> Any:
    from importlib import import_module

    try:
        pandas: Any = import_module("pandas")
    except ImportError as error:
        said = "to_pandas: pandas is needed, and cannot be imported here. Next: pip install pandas, or use to_dicts()"
        raise ImportError(said, name="pandas") from error
    return pandas.DataFrame(rows)


class Records(tuple[T, ...]):
    """Holds several results of one kind. `to_pandas` returns them as a table."""

    __slots__ = ()

    def to_dicts(self) -> list[dict[str, Any]]:
        """Returns one plain dict for each, as `Record.to_dict` does."""
        return [item.to_dict() for item in self if isinstance(item, Record)]

    def to_pandas(self) -> Any:
        """Returns a table of the results, one in a row.

        Returns:
            A `pandas.DataFrame` of what `to_dicts` returns.

        Raises:
            ImportError: If pandas is not installed; this package does not need it otherwise.
        """
        return _table(self.to_dicts())

    def to_json(self, *, indent: int | None = None, round_trip: bool = False) -> str:
        """Returns a JSON list, as `Record.to_json` does.

        Args:
            indent: How far to indent; one line if nothing is given.
            round_trip: Whether `from_json` is to read it.

        Returns:
            The JSON text.
        """
        items = [item._stored() for item in self if isinstance(item, Record)] if round_trip else self.to_dicts()
        return as_json(items, indent)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads results that `to_json(round_trip=True)` wrote, as `Record.from_json` does.

        Args:
            text: The JSON text.

        Returns:
            The results, of whichever types.

        Raises:
            InvalidInputError: If the text is truncated, was not written for this, or contains what this version cannot read.
        """
        loaded = _loaded(cls.__name__, text)
        if not isinstance(loaded, list):
            said = f"{cls.__name__}.from_json: a list of results is needed"
            raise _native.refused_input(said, "read one result with Record.from_json")
        items = cast("Iterable[Any]", loaded)
        return cls(cast("Iterable[T]", [_read_stored(Record, item) for item in items]))

    def _repr_html_(self) -> str:
        return display().html(self)


class Listing(Record):
    """The base class of results that list several items, with a table of them."""

    __slots__ = ()

    def _rows(self) -> Records[Any]:
        raise NotImplementedError

    def to_dicts(self) -> list[dict[str, Any]]:
        """Returns one plain dict for each item."""
        return self._rows().to_dicts()

    def to_pandas(self) -> Any:
        """Returns a table of the items, one per row.

        Returns:
            A `pandas.DataFrame` of what `to_dicts` returns.

        Raises:
            ImportError: If pandas is not installed; this package does not need it otherwise.
        """
        return self._rows().to_pandas()


def records(kind: type[R], data: Iterable[dict[str, Any]] | None) -> Records[R]:
    """Creates results from a list of the core's objects."""
    return Records(kind._of(item) for item in data or ())


def moment(text: str) -> datetime:
    """Reads a time that the core wrote."""
    from datetime import datetime

    return datetime.fromisoformat(text)


def when(text: str | None) -> datetime | None:
    """Reads an optional time that the core wrote."""
    return None if text is None else moment(text)


def plain(value: Any) -> Any:
    """Copies a value as plain lists, dicts and texts."""
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, tuple | list):
        return [plain(item) for item in cast("Iterable[Any]", value)]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in cast("dict[str, Any]", value).items()}
    return str(value) if isinstance(value, _native.Secret) else value


def in_utc(moment: datetime) -> datetime:
    """Returns a time in UTC, limited to the years 1 to 9999."""
    from datetime import UTC, datetime

    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return (datetime.min if moment.year == 1 else datetime.max).replace(tzinfo=UTC)


def as_json(value: Any, indent: int | None) -> str:
    """Writes JSON in which every character is visible: people print it, and strangers chose the names in it."""
    import json

    text = json.dumps(value, indent=indent, default=_other, ensure_ascii=False)
    if text.isascii() and "\x7f" not in text:
        return text
    # Such a character occurs only inside strings, where an escape is equivalent.
    escapes = {char: _escape(char) for char in map(ord, set(text)) if _is_unseen(char)}
    return text.translate(escapes) if escapes else text


def _is_unseen(char: int) -> bool:
    from unicodedata import category

    if char < 0x7F:  # Lower ones are already escaped, or are the line breaks of the JSON itself.
        return False
    return (
        category(chr(char)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        or char in (0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0)  # Fillers: letters that are blank.
        or 0xE0000 <= char <= 0xE0FFF  # Tags and selectors: invisible text that programs read.
        or 0xFDD0 <= char <= 0xFDEF
        or char & 0xFFFE == 0xFFFE  # Noncharacters.
    )


def _escape(char: int) -> str:
    if char <= 0xFFFF:
        return f"\\u{char:04x}"
    high, low = divmod(char - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _other(value: Any) -> str:
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


def _brief(value: Any) -> str:
    if issubclass(type(value), Records):
        return f"[{len(value)}]"
    from datetime import datetime

    if isinstance(value, datetime):
        return value.isoformat()
    text = _start(value, 121)
    return text if len(text) <= 120 else text[:117] + "..."


def _start(value: Any, length: int) -> str:
    """Returns `repr`, shortened to at least `length` characters: a service may have sent very much."""
    kind = cast("type[object]", type(value))
    if length <= 0:
        return "..."
    if kind is str:
        return repr(value[:length])
    if kind not in (dict, list, tuple):
        return repr(value)
    parts: list[str] = []
    for item in value:
        part = _start(item, length - 1)
        if kind is dict:
            part += f": {_start(value[item], length - len(part) - 3)}"
        parts.append(part)
        length -= len(part) + 2
        if length <= 0:
            break
    inside = ", ".join(parts)
    if kind is tuple:
        return f"({inside},)" if len(parts) == 1 else f"({inside})"
    return f"{{{inside}}}" if kind is dict else f"[{inside}]"
