"""`status`, `tick-off`, `hand-over`, `close`: what people read and write in a run's folder. Graph is not called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._runs import close_run, hand_over, run_status, tick_off
from .command import Command
from .exits import DONE
from .options import step_number
from .output import show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def folder(parser: ArgumentParser) -> None:
    """Adds the folder of the run."""
    parser.add_argument("run_dir", metavar="RUN_DIR", help="the folder of the run")


def _tick_arguments(parser: ArgumentParser) -> None:
    folder(parser)
    parser.add_argument("step", metavar="STEP", type=step_number, help="the number of the step, as `entra-ir status` shows it")
    parser.add_argument("--by", metavar="NAME", required=True, help="who did it")
    parser.add_argument("--proof", metavar="TEXT", help="what shows it: a ticket, a screenshot, a call")


def _hand_over_arguments(parser: ArgumentParser) -> None:
    folder(parser)
    parser.add_argument("--to", metavar="NAME", required=True, help="who continues it")
    parser.add_argument("--by", metavar="NAME", help="who hands it over")
    parser.add_argument("--note", metavar="TEXT", help="what the next person should know")


def _status(options: Namespace) -> int:
    show(options, run_status(options.run_dir))
    return DONE


def _tick_off(options: Namespace) -> int:
    tick_off(options.run_dir, options.step, by=options.by, proof=options.proof)
    return _status(options)


def _hand_over(options: Namespace) -> int:
    hand_over(options.run_dir, to=options.to, by=options.by, note=options.note)
    return _status(options)


def _close(options: Namespace) -> int:
    close_run(options.run_dir)
    return _status(options)


COMMANDS = (
    Command(
        "status",
        "Shows what the journal of a run says. Nothing of the tenant is read.",
        ("entra-ir status run",),
        folder,
        _status,
        connects=False,
    ),
    Command(
        "tick-off",
        "Records that a person did a step of a run elsewhere.",
        ("entra-ir tick-off run 1 --by 'Ada (SOC)' --proof 'ticket 42'",),
        _tick_arguments,
        _tick_off,
        connects=False,
    ),
    Command(
        "hand-over",
        "Records that another person continues a run.",
        ("entra-ir hand-over run --to Grace --by Ada",),
        _hand_over_arguments,
        _hand_over,
        connects=False,
    ),
    Command(
        "close",
        "Closes a run, whatever is left of it: no entry follows in its journal.",
        ("entra-ir close run",),
        folder,
        _close,
        connects=False,
    ),
)
