"""`gate`, `undo`, `watch`: what follows a run."""

from __future__ import annotations

import re
import shlex
import sys
from argparse import ArgumentTypeError
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from .._runs import run_status
from .._words import GateWord
from .command import Command
from .exits import DONE, REFUSED, UsageError, of_gate, of_undone, of_watched
from .options import connect, step_number
from .output import show, tell
from .progress import interruptible, progress

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def _gate_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("run_dir", metavar="RUN_DIR", help="the folder of the run")
    parser.add_argument("user", metavar="USER", nargs="?", help="the account of the run, to make sure that it is this one")


def _gate(options: Namespace) -> int:
    user = options.user or run_status(options.run_dir).plan.account
    with connect(options, "read-only") as client:
        gate = client.ready_to_unblock(user, options.run_dir)
    show(options, gate)
    return of_gate(gate)


def _undo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("run_dir", metavar="RUN_DIR", help="the folder of the run")
    parser.add_argument(
        "--step",
        metavar="STEP",
        type=step_number,
        action="append",
        default=[],
        help="a step to take back, by its number (repeat)",
    )
    parser.add_argument("--confirm", metavar="UPN|DIGEST", help="the account's sign-in name, or the digest of the plan")
    despite_argument(parser)


def despite_argument(parser: ArgumentParser) -> None:
    """Adds the items of the gate that are overridden."""
    parser.add_argument(
        "--lift-despite",
        metavar="WORD",
        choices=get_args(GateWord),
        action="append",
        default=[],
        help="lift the block although this item of the gate is missing, as `entra-ir gate` names it (repeat)",
    )


def _undo(options: Namespace) -> int:
    confirm, plan = options.confirm, run_status(options.run_dir).plan
    name = plan.seen.user_principal_name or plan.account
    if not options.step or options.dry_run or confirm is None:
        with connect(options, "read-only") as client:
            show(options, client.undo(options.run_dir))
        if not options.step or options.dry_run:
            return DONE
        if sys.stdin.isatty():
            tell(f"Type {name} to take back what is named:")
            confirm = sys.stdin.readline().strip()
        if not confirm:
            tell(f"entra-ir: nothing was sent: it is not confirmed. Next: give --confirm {name}")
            return REFUSED
    with connect(options) as client:
        undone = client.undo(options.run_dir, steps=options.step, confirm=confirm, lift_despite=options.lift_despite)
    show(options, undone)
    return of_undone(undone)


def _watch_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("run_dir", metavar="RUN_DIR", help="the folder of the run")
    parser.add_argument("--for", dest="lasting", metavar="TIME", type=_time, help="how long the watch lasts; 24h if not given")
    parser.add_argument("--every", metavar="TIME", type=_time, help="how long after each other the rounds are; 5m if not given")
    parser.add_argument("--once", action="store_true", help="make one round and end, for a schedule such as cron's")
    parser.add_argument("--again", action="store_true", help="do the plan's step again for what came back")
    parser.add_argument(
        "--reveal-to", metavar="FILE", help="write a password that is set again to a new file that only you may read"
    )


def _time(text: str) -> timedelta:
    """Reads a time such as 24h, 5m or 90s."""
    if read := re.fullmatch(r"([0-9]{1,6})([smhd])", text):
        unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[read[2]]
        return timedelta(**{unit: int(read[1])})
    raise ArgumentTypeError(f"{text} is not a time: write it as 24h, 5m or 90s")


def _watch(options: Namespace) -> int:
    if options.dry_run:
        raise UsageError("--dry-run: a watch does the steps that are due", "look with `entra-ir gate`")
    secrets = "discard" if options.reveal_to is None else Path(options.reveal_to)
    with connect(options) as client, interruptible(f"entra-ir watch {shlex.quote(options.run_dir)}"):
        watched = client.watch(
            options.run_dir,
            lasting=options.lasting,
            every=options.every,
            once=options.once,
            again=options.again,
            secrets=secrets,
            on_event=progress,
        )
    show(options, watched)
    return of_watched(watched)


COMMANDS = (
    Command(
        "watch",
        "Watches an account after its run: names what came back, and does the steps that are due.",
        ("entra-ir watch run", "entra-ir watch run --for 24h --every 5m", "entra-ir watch run --once --again"),
        _watch_arguments,
        _watch,
    ),
    Command(
        "undo",
        "Shows how each step of a run is taken back; takes back those that are named, and nothing else.",
        ("entra-ir undo run", "entra-ir undo run --step 3 --dry-run"),
        _undo_arguments,
        _undo,
    ),
    Command(
        "gate",
        "Shows whether an account is ready to be given back: what is missing, and what to do. It changes nothing.",
        ("entra-ir gate run", "entra-ir gate run adele@contoso.example"),
        _gate_arguments,
        _gate,
    ),
)
