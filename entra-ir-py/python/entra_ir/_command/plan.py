"""`plan`: what would be done against an incident, to read, to edit and to approve. It changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

from .._plans import Plan
from .._words import Incident
from .account import fact_arguments, facts_of, incident_argument, user_argument
from .command import Command
from .exits import UsageError, of_preview
from .files import create
from .options import connect
from .output import show, tell

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from .._client import Client
    from .._plans import PlanPreview


def _arguments(parser: ArgumentParser) -> None:
    incident_argument(parser)
    user_argument(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="write the plan to a new file, for contain --plan")
    fact_arguments(parser)


def preview_of(client: Client, options: Namespace, plan: str) -> PlanPreview:
    """Returns the preview of an incident, by its word and facts, or of the plan in a file."""
    if plan in get_args(Incident):
        if facts := facts_of(options, plan):
            snapshot = client.snapshot(options.user)
            return client.preview(snapshot, snapshot.plan(_word(plan), **facts))
        return client.preview(options.user, _word(plan))
    try:
        text = Path(plan).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        words = ", ".join(get_args(Incident))
        raise UsageError(
            f"--plan {plan}: it cannot be read: {error}", f"give a file of `entra-ir plan`, or one of {words}"
        ) from None
    facts_of(options, "that is in the plan")
    return client.preview(options.user, Plan.read(text))


def _word(incident: str) -> Incident:
    return next(word for word in get_args(Incident) if word == incident)


def _plan(options: Namespace) -> int:
    with connect(options, "dry-run") as client:
        preview = preview_of(client, options, options.incident)
    if options.output:
        create(options.output, preview.plan.write() + "\n", "--output")
        tell(f"the plan is in {options.output}; contain it with: entra-ir contain USER --plan {options.output}")
    show(options, preview)
    return of_preview(preview)


COMMANDS = (
    Command(
        "plan",
        "Shows what would be done against an incident, and what would remain; writes the plan to a file.",
        (
            "entra-ir plan account-takeover adele@contoso.example --simulated",
            "entra-ir plan token-theft adele@contoso.example -o plan.json --simulated",
        ),
        _arguments,
        _plan,
    ),
)
