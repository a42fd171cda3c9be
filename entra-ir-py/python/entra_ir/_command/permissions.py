"""`permissions`: the fewest permissions for operations, as text, registration or script; or against a token."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

from .._plans import Plan
from .._questions import permissions_for
from .._record import as_json
from .._words import CallerKind, Incident, Registration
from .command import Command
from .exits import DONE, UsageError, of_comparisons
from .options import connect
from .output import say, show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import Any


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("operations", metavar="OPERATION", nargs="*", help="operations by name, such as block_sign_in")
    parser.add_argument("--plan", metavar="FILE", help="instead: the steps of a plan, as `entra-ir plan -o FILE` writes it")
    parser.add_argument("--incident", choices=get_args(Incident), help="instead: what the plan for any account may need")
    parser.add_argument("--set", choices=get_args(Registration), help="instead: one of four application registrations")
    parser.add_argument("--compare", action="store_true", help="compare with what the token of the credential holds")
    forms = parser.add_argument_group("form").add_mutually_exclusive_group()
    forms.add_argument("--manifest", action="store_true", help="print the block requiredResourceAccess of an app registration")
    forms.add_argument("--az", action="store_true", help="print a script for the Azure CLI, to paste into bash")
    parser.add_argument(
        "--caller",
        choices=get_args(CallerKind),
        default="delegated",
        help="for --manifest and --az: whose token it is; %(default)s if not given",
    )
    parser.add_argument("--name", metavar="NAME", help="for --az: the name of the application; entra-ir if not given")


def _asked(options: Namespace) -> dict[str, Any]:
    ways = [options.operations or None, options.plan, options.incident, options.set]
    if len(ways) - ways.count(None) != 1:
        raise UsageError("one question is needed", "name operations, or give one of --plan, --incident, --set")
    if options.plan is not None:
        try:
            text = Path(options.plan).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise UsageError(f"{options.plan}: it cannot be read: {error}", "give a file of `entra-ir plan -o FILE`") from None
        return {"operations": Plan.read(text)}
    return {"operations": options.operations or None, "incident": options.incident, "registration": options.set}


def _permissions(options: Namespace) -> int:
    asked = _asked(options)
    if options.compare:
        with connect(options, "read-only") as client:
            compared = client.compare_permissions(**asked)
        if options.json:
            say(options, as_json(compared.to_dicts(), 2))
        else:
            say(options, "\n".join(str(each) for each in compared))
        return of_comparisons(compared)
    needed = permissions_for(**asked)
    if options.az:
        name = options.name or (f"entra-ir {options.set}" if options.set else "entra-ir")
        say(options, needed.azure_cli_script(options.caller, name).rstrip("\n"))
    elif options.manifest:
        of = needed.delegated if options.caller == "delegated" else needed.application
        say(options, as_json(of.required_resource_access, 2))
    else:
        show(options, needed)
    return DONE


COMMANDS = (
    Command(
        "permissions",
        "Shows the fewest permissions and roles that operations need, as text, as an app registration or as a script.",
        (
            "entra-ir permissions block_sign_in revoke_sign_in_sessions",
            "entra-ir permissions --set look --az",
            "entra-ir permissions --set look --compare --auth azure-identity",
            "entra-ir permissions --incident account-takeover --manifest --caller app-only",
        ),
        _arguments,
        _permissions,
    ),
)
