"""Reads the command line, runs the subcommand, and turns an error into one line and an exit code."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .. import _native
from .._errors import EntraError
from . import account, after, contain, drill, options, people, permissions, plan, preflight, report, simulate
from .exits import ERROR, EXITS, USAGE, UsageError, of_error
from .output import logged, tell, tell_traceback

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from typing import NoReturn

    from .command import Command

COMMANDS: tuple[Command, ...] = (
    *account.COMMANDS,
    *plan.COMMANDS,
    *permissions.COMMANDS,
    *preflight.COMMANDS,
    *drill.COMMANDS,
    *contain.COMMANDS,
    *after.COMMANDS,
    *report.COMMANDS,
    *people.COMMANDS,
    *simulate.COMMANDS,
)

DESCRIPTION = """Incident response for a compromised Microsoft Entra ID account.

Each subcommand has its own help: entra-ir look --help
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        arguments: The words of the command line without the command itself; those of the process if nothing is given.

    Returns:
        The exit code.
    """
    try:
        given = _parse(arguments)
    except SystemExit as end:
        # Help and version are printed; a wrong command line was reported.
        return end.code if isinstance(end.code, int) else 0
    try:
        with logged(given.debug):
            code: int = given.run(given)
    except BrokenPipeError:
        # Whoever read the output has enough; Python must not try to write the rest when it ends.
        with suppress(BrokenPipeError):
            sys.stdout.close()
        return ERROR
    except (Exception, KeyboardInterrupt) as error:
        if given.debug:
            tell_traceback(error)
        tell(_said(error))
        return of_error(error)
    return code


def _said(error: BaseException) -> str:
    """Writes an error in one line, with what to do next."""
    if isinstance(error, KeyboardInterrupt):
        notes = getattr(error, "__notes__", ["entra_ir: stopped; nothing was sent that is unknown"])
        return f"entra-ir: {'. '.join(notes).removeprefix('entra_ir: ')}"
    if isinstance(error, EntraError | UsageError):
        return f"entra-ir: {error}"
    return f"entra-ir: unexpected {type(error).__name__}: {error}. Next: --debug shows where; report it with that"


class _Parser(ArgumentParser):
    """Reports a wrong command line in one line."""

    def error(self, message: str) -> NoReturn:
        tell(f"{self.prog}: {message}; {self.prog} --help explains the options")
        raise SystemExit(USAGE)


def _parse(arguments: Sequence[str] | None) -> Namespace:
    parser = parser_of(COMMANDS)
    given, rest = parser.parse_known_args(arguments)
    if rest:
        # Not the values: somebody may have tried to give a secret here.
        names = [word.partition("=")[0] for word in rest if word.startswith("-")]
        parser.error(f"unknown option {' '.join(names)}" if names else "there are too many arguments")
    return given


def parser_of(commands: Sequence[Command]) -> ArgumentParser:
    """Returns the parser of the command with all its subcommands."""
    shape: dict[str, Any] = {"formatter_class": RawDescriptionHelpFormatter, "allow_abbrev": False}
    first = [command.examples[0] for command in commands]
    parser = _Parser(prog="entra-ir", description=DESCRIPTION, epilog=f"{_examples(first)}\n\n{_exit_codes()}", **shape)
    parser.add_argument("--version", action="version", version=f"entra-ir {_native.VERSION}")
    below = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in commands:
        about = f"{_examples(command.examples)}\n\n{_exit_codes()}"
        own = below.add_parser(command.name, help=command.does, description=command.does, epilog=about, **shape)
        command.arguments(own)
        if command.connects:
            options.add_client(own)
        options.add_output(own)
        own.set_defaults(run=command.run)
    return parser


def _examples(examples: Sequence[str]) -> str:
    return "\n".join(["examples:", *(f"  {example}" for example in examples)])


def _exit_codes() -> str:
    return "\n".join(["exit codes:", *(f"  {code}  {meaning}" for code, meaning in EXITS.items())])
