"""What a subcommand is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable


class Command(NamedTuple):
    """A subcommand: name, what it does in one sentence, examples, arguments, and a function that returns the exit code.

    `connects` is whether it calls Graph, and has the options for that.
    """

    name: str
    does: str
    examples: tuple[str, ...]
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
    connects: bool = True
