"""`drill`: an adversary plays against a plan on a simulated tenant; or each write is tried on a test account of a real one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .._plans import Plan
from .command import Command
from .exits import DONE, REMAINS, UsageError, of_real_drill
from .options import connect
from .output import show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("plan", metavar="PLAN", nargs="?", help="the file of a plan, as `entra-ir plan -o FILE` writes it")
    real = parser.add_argument_group("on a test account of a real tenant")
    real.add_argument("--real", metavar="USER", help="instead: try each write of the ready plans on this test account")
    real.add_argument("--confirm", metavar="UPN", help="its exact sign-in name; without it nothing is sent")
    real.add_argument("--administrator", action="store_true", help="the account may be privileged")
    real.add_argument("--run-dir", metavar="DIR", help="the folder, below which each operation has its own run")


def _drill(options: Namespace) -> int:
    if (options.plan is None) == (options.real is None):
        raise UsageError("one drill is needed", "name the file of a plan, or give --real USER")
    if options.real is not None:
        return _real(options)
    if options.confirm or options.administrator or options.run_dir:
        raise UsageError("--confirm, --administrator and --run-dir belong to --real", "remove them")
    try:
        text = Path(options.plan).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"{options.plan}: it cannot be read: {error}", "give a file of `entra-ir plan -o FILE`") from None
    drill = Plan.read(text).drill()
    show(options, drill)
    return DONE if drill.evicted else REMAINS


def _real(options: Namespace) -> int:
    if options.confirm is None:
        raise UsageError(
            f"the drill on {options.real} is not confirmed", f"give --confirm {options.real}, if it exists for tests"
        )
    if options.dry_run:
        raise UsageError("--dry-run: a drill finds out what is accepted", "look with `entra-ir permissions`")
    with connect(options) as client:
        drill = client.real_drill(
            options.real, confirm=options.confirm, administrator=options.administrator, run_dir=options.run_dir
        )
    show(options, drill)
    return of_real_drill(drill)


COMMANDS = (
    Command(
        "drill",
        "Lets an adversary play against a plan on a simulated tenant; --real tries each write on a test account.",
        (
            "entra-ir drill plan.json",
            "entra-ir drill --real adele@contoso.example --confirm adele@contoso.example --run-dir drilled --simulated",
        ),
        _arguments,
        _drill,
    ),
)
