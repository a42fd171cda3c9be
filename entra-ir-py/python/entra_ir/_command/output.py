"""Prints results and errors. A name that a stranger chose cannot drive the terminal."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from logging import WARNING, Handler, LogRecord, NullHandler, getLogger
from typing import TYPE_CHECKING

from .. import _record
from .._record import as_json

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Generator
    from typing import Any, TextIO

    from .._record import Record


def show(options: Namespace, result: Record) -> None:
    """Prints a result: as text, or with `--json` as JSON."""
    say(options, as_json(result.to_dict(), 2) if options.json else _record.display().plain_text(result))


def show_facts(options: Namespace, facts: dict[str, Any], text: str) -> None:
    """Prints what is not a result: as text, or with `--json` as JSON."""
    say(options, as_json(facts, 2) if options.json else text)


def say(options: Namespace, text: str) -> None:
    """Prints lines, in colour where a person looks at them."""
    coloured = not options.json and not options.no_color and not os.environ.get("NO_COLOR") and sys.stdout.isatty()
    _write(sys.stdout, _record.display().coloured(text) if coloured else text)


def tell(text: str) -> None:
    """Prints one line beside the result: an error, a remark, a step. Line breaks and control characters do not get through."""
    _write(sys.stderr, _record.display().printable(" ".join(text.splitlines())))


def tell_traceback(error: BaseException) -> None:
    """Prints where an error was raised."""
    from traceback import format_exception

    lines = "".join(format_exception(error)).rstrip("\n").split("\n")
    _write(sys.stderr, "\n".join(map(_record.display().printable, lines)))


@contextmanager
def logged(debug: bool) -> Generator[None, None, None]:
    """Prints the warnings of the library's log with `--debug`, and otherwise nothing: an error says it in its line."""
    log, handler = getLogger("entra_ir"), _Lines(WARNING) if debug else NullHandler()
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


class _Lines(Handler):
    """Prints each entry of a log in one line."""

    def emit(self, record: LogRecord) -> None:
        tell(record.getMessage())


def _write(stream: TextIO, text: str) -> None:
    """Writes what the stream's encoding allows, and escapes the rest."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()
