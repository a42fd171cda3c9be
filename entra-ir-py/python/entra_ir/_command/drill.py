"""`drill`: an adversary plays against a plan, on a simulated tenant. Graph is not called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .._plans import Plan
from .command import Command
from .exits import DONE, REMAINS, UsageError
from .output import show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("plan", metavar="PLAN", help="the file of a plan, as `entra-ir plan -o FILE` writes it")


def _drill(options: Namespace) -> int:
    try:
        text = Path(options.plan).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"{options.plan}: it cannot be read: {error}", "give a file of `entra-ir plan -o FILE`") from None
    drill = Plan.read(text).drill()
    show(options, drill)
    return DONE if drill.evicted else REMAINS


COMMANDS = (
    Command(
        "drill",
        "Lets an adversary play against a plan on a simulated tenant: between its requests, and afterwards.",
        ("entra-ir drill plan.json",),
        _arguments,
        _drill,
        connects=False,
    ),
)
