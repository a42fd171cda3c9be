"""`look`, `doors`, `advise`: what is known of an account. They change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from .._words import Incident, RegisteredBy
from .command import Command
from .exits import DONE, UsageError, of_doors
from .options import connect, moment
from .output import show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import Any

    from .._snapshot import AccountSnapshot

# The facts of an incident: the option, and the incident that it belongs to.
FACTS = {
    "suspects": ("--suspect", "suspicious-method"),
    "registered_by": ("--registered-by", "suspicious-method"),
    "lost": ("--lost", "lost-methods"),
    "device": ("--device", "lost-device"),
    "grant": ("--grant", "malicious-consent"),
    "since": ("--since", "help-desk-tricked"),
}


def _incident(parser: ArgumentParser) -> None:
    incident_argument(parser)
    user_argument(parser)
    fact_arguments(parser)


def user_argument(parser: ArgumentParser) -> None:
    """Adds the account."""
    parser.add_argument("user", metavar="USER", help="sign-in name or object id")


def incident_argument(parser: ArgumentParser) -> None:
    """Adds the incident."""
    parser.add_argument("incident", metavar="INCIDENT", choices=get_args(Incident), help=", ".join(get_args(Incident)))


def fact_arguments(parser: ArgumentParser) -> None:
    """Adds the facts of an incident."""
    facts = parser.add_argument_group("facts of the incident")
    facts.add_argument(
        "--suspect", dest="suspects", metavar="ID", action="append", help="suspicious-method: a suspect method (repeat)"
    )
    facts.add_argument("--registered-by", choices=get_args(RegisteredBy), help="suspicious-method: who registered it")
    facts.add_argument("--lost", metavar="ID", action="append", help="lost-methods: a lost method (repeat)")
    facts.add_argument("--device", metavar="ID", help="lost-device: the device, by object id")
    facts.add_argument("--grant", metavar="ID", help="malicious-consent: the permission grant")
    facts.add_argument("--since", metavar="TIME", type=moment, help="help-desk-tricked: when the call was, ISO 8601 with offset")


def facts_of(options: Namespace, incident: str) -> dict[str, Any]:
    """Returns the facts that were given; one of another incident is refused."""
    facts = {name: getattr(options, name) for name in FACTS if getattr(options, name) is not None}
    for name in facts:
        option, own = FACTS[name]
        if own != incident:
            raise UsageError(f"{option} belongs to the incident {own}, not to {incident}", "remove it")
    return facts


def _snapshot(options: Namespace) -> AccountSnapshot:
    with connect(options, "read-only") as client:
        return client.snapshot(options.user)


def _look(options: Namespace) -> int:
    show(options, _snapshot(options))
    return DONE


def _doors(options: Namespace) -> int:
    doors = _snapshot(options).open_doors()
    show(options, doors)
    return of_doors(doors)


def _advise(options: Namespace) -> int:
    facts = facts_of(options, options.incident)
    show(options, _snapshot(options).advise(options.incident, **facts))
    return DONE


COMMANDS = (
    Command(
        "look",
        "Reads everything about an account, part by part, and lists what could not be read.",
        ("entra-ir look adele@contoso.example --simulated", "entra-ir look adele@contoso.example --simulated --json"),
        user_argument,
        _look,
    ),
    Command(
        "doors",
        "Lists every way into an account, the worst first, with what closes it.",
        ("entra-ir doors adele@contoso.example --simulated",),
        user_argument,
        _doors,
    ),
    Command(
        "advise",
        "Lists the steps for an incident in their order, with reason, cost and source.",
        (
            "entra-ir advise token-theft adele@contoso.example --simulated",
            "entra-ir advise help-desk-tricked adele@contoso.example --since 2026-03-02T08:30Z --simulated",
        ),
        _incident,
        _advise,
    ),
)
