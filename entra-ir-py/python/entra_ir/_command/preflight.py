"""`preflight`: what Graph would answer tonight, before anything is sent. It changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

from .._plans import Plan
from .._words import Incident
from .command import Command
from .exits import UsageError, of_preflight
from .options import connect
from .output import show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("operations", metavar="OPERATION", nargs="*", help="operations by name, such as block_sign_in")
    parser.add_argument("--user", metavar="USER", help="the account that it is about: sign-in name or object id")
    parser.add_argument("--incident", choices=get_args(Incident), help="instead: all that the plan for it may call")
    parser.add_argument("--plan", metavar="FILE", help="instead: the steps of a plan, as `entra-ir plan -o FILE` writes it")


def _preflight(options: Namespace) -> int:
    ways = [options.operations or None, options.plan, options.incident]
    if len(ways) - ways.count(None) > 1:
        raise UsageError("one question is needed", "name operations, or give one of --plan, --incident")
    with connect(options, "read-only") as client:
        if options.plan is not None:
            try:
                text = Path(options.plan).read_text(encoding="utf-8")
            except (OSError, ValueError) as error:
                raise UsageError(
                    f"{options.plan}: it cannot be read: {error}", "give a file of `entra-ir plan -o FILE`"
                ) from None
            preflight = client.preflight(Plan.read(text), options.user)
        else:
            preflight = client.preflight(options.operations or options.incident or "account-takeover", options.user)
    show(options, preflight)
    return of_preflight(preflight)


COMMANDS = (
    Command(
        "preflight",
        "Shows what Graph would refuse, and why, before anything is sent; all of an account takeover if nothing is named.",
        (
            "entra-ir preflight --user adele@contoso.example --simulated",
            "entra-ir preflight reset_password delete_methods --user adele@contoso.example --simulated",
        ),
        _arguments,
        _preflight,
    ),
)
