"""`gate`, `undo`: what follows a run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, get_args

from .._runs import run_status
from .._words import GateWord
from .command import Command
from .exits import DONE, REFUSED, of_gate, of_undone
from .options import connect, step_number
from .output import show, tell

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
        "--step", metavar="STEP", type=step_number, action="append", default=[], help="a step to take back, by its number (repeat)"
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


COMMANDS = (
    Command(
        "undo",
        "Shows how each step of a run is taken back; takes back those that are named, and nothing else.",
        ("entra-ir undo run", "entra-ir undo run --step 4 --confirm adele@contoso.example --lift-despite identity"),
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
