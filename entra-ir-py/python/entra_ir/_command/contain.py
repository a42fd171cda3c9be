"""`contain` and `resume`: runs a plan, and continues a run."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from .._words import Phase
from .account import fact_arguments, user_argument
from .after import despite_argument
from .auth import auth_way
from .command import Command
from .exits import REFUSED, UsageError, is_refused, of_preview, of_run
from .options import connect, step_number
from .output import show, tell
from .plan import preview_of
from .progress import interruptible, progress

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Generator
    from contextlib import AbstractContextManager

    from .._client import Client
    from .._containment import Run
    from .._plans import PlanPreview


def _contain_arguments(parser: ArgumentParser) -> None:
    user_argument(parser)
    parser.add_argument(
        "--plan", metavar="INCIDENT|FILE", default="account-takeover", help="an incident, or a file; %(default)s if not given"
    )
    parser.add_argument(
        "--run-dir", metavar="DIR", help="a new folder for the journal and the evidence; below entra-ir-runs if not given"
    )
    _run_arguments(parser)
    parser.add_argument(
        "--four-eyes",
        action="store_true",
        help="a second person must approve what goes beyond the lock-out, which waits for nobody",
    )
    about = parser.add_argument_group("for the journal")
    about.add_argument("--incident", metavar="NAME", help="the name or number of the incident")
    about.add_argument("--ticket", metavar="ID", help="the ticket")
    about.add_argument("--authority", metavar="NAME", help="who allowed it")
    about.add_argument("--owner", metavar="NAME", help="who runs it")
    fact_arguments(parser)


def _resume_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("run_dir", metavar="RUN_DIR", help="the folder of the run")
    parser.add_argument(
        "--again", metavar="STEP", type=step_number, action="append", default=[],
        help="do a step again whose outcome is unknown, after a look at the account (repeat)",
    )  # fmt: skip
    _run_arguments(parser)


def _run_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--confirm", metavar="UPN|DIGEST", help="the account's sign-in name, or the digest of the plan")
    parser.add_argument("--until", choices=get_args(Phase), help="the last phase; evict if not given: nobody is let in")
    parser.add_argument("--wait", action="store_true", help="wait for steps that are due later, such as the second revocation")
    parser.add_argument(
        "--approved-by",
        metavar="AUTH",
        type=auth_way,
        help="the credential of the second person, as for --auth: Graph is asked who it is",
    )
    despite_argument(parser)
    parser.add_argument(
        "--reveal-to",
        metavar="FILE",
        help="write the new password to a new file that only you may read; nobody gets it if not given",
    )


def _contain(options: Namespace) -> int:
    with connect(options) as client:
        preview = preview_of(client, options, options.plan)
        refused = is_refused(preview)
        if options.dry_run or refused or options.confirm is None:
            show(options, preview)
        if options.dry_run:
            return of_preview(preview)
        if refused:
            tell("entra-ir: nothing was sent: the lock-out would be refused. Next: see above why, and what to change")
            return REFUSED
        if (confirm := _confirmed(preview, options.confirm)) is None:
            return REFUSED
        about = {name: getattr(options, name) for name in ("incident", "ticket", "authority", "owner")}
        about["four_eyes"] = options.four_eyes
        with _resumable(options.run_dir), _approver(options) as approver:
            given = _of_run(options, confirm, approver)
            run = client.contain(options.user, preview, run_dir=options.run_dir, **about, **given)
    return _ended(options, run)


def _resume(options: Namespace) -> int:
    if options.dry_run:
        raise UsageError("--dry-run: a run is not continued without sending", "look at it with `entra-ir status`")
    with connect(options) as client, _resumable(options.run_dir), _approver(options) as approver:
        run = client.resume(options.run_dir, again=options.again, **_of_run(options, options.confirm, approver))
    return _ended(options, run)


def _resumable(run_dir: str | None) -> AbstractContextManager[None]:
    return interruptible(f"entra-ir resume {shlex.quote(run_dir) if run_dir else 'with the folder that is named above'}")


@contextmanager
def _approver(options: Namespace) -> Generator[Client | None, None, None]:
    """Signs in as the second person."""
    if options.approved_by is None:
        yield None
        return
    if options.simulated:
        raise UsageError("--approved-by: a simulated tenant of one command has no second person", "serve one with `simulate`")
    with connect(Namespace(**{**vars(options), "auth": options.approved_by, "application_auth": None}), "read-only") as approver:
        yield approver


def _of_run(options: Namespace, confirm: str | None, approver: Client | None) -> dict[str, Any]:
    secrets = "discard" if options.reveal_to is None else Path(options.reveal_to)
    given = {"confirm": confirm, "until": options.until, "wait": options.wait, "secrets": secrets}
    return {**given, "on_event": progress, "approved_by": approver, "lift_despite": options.lift_despite}


def _confirmed(preview: PlanPreview, confirm: str | None) -> str | None:
    """Returns the confirmation if it names the account or the plan; asks on a terminal if there is none."""
    name = preview.plan.seen.user_principal_name or preview.plan.account
    if confirm is None and sys.stdin.isatty():
        tell(f"Type {name} to contain this account:")
        confirm = sys.stdin.readline().strip()
    if confirm is not None and confirm.lower() in (name.lower(), preview.digest):
        return confirm
    tell(f"entra-ir: nothing was sent: it is not confirmed. Next: give --confirm {name}, or the digest of the plan")
    return None


def _ended(options: Namespace, run: Run) -> int:
    show(options, run)
    if options.reveal_to is not None:
        tell(f"the passwords and passes of the run are in {options.reveal_to}")
    return of_run(run)


COMMANDS = (
    Command(
        "contain",
        "Contains an account: shows what will be done, asks for the sign-in name, runs the plan, and reads the account again.",
        (
            "entra-ir contain adele@contoso.example --dry-run --simulated",
            "entra-ir contain adele@contoso.example --confirm adele@contoso.example --run-dir run --simulated",
        ),
        _contain_arguments,
        _contain,
    ),
    Command(
        "resume",
        "Continues a run: after an interruption, when a step is due, after a step was ticked off.",
        ("entra-ir resume run",),
        _resume_arguments,
        _resume,
    ),
)
