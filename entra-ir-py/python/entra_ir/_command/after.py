"""`gate`: what follows a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._runs import run_status
from .command import Command
from .exits import of_gate
from .options import connect
from .output import show

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


COMMANDS = (
    Command(
        "gate",
        "Shows whether an account is ready to be given back: what is missing, and what to do. It changes nothing.",
        ("entra-ir gate run", "entra-ir gate run adele@contoso.example"),
        _gate_arguments,
        _gate,
    ),
)
