"""The options that subcommands share, and the client that they describe."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from .._client import Client
from .._credentials import StaticToken
from .._words import Cloud
from .auth import HELP, auth_way, credential
from .exits import UsageError
from .output import tell

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import Any

    from .._words import Mode


def add_client(parser: ArgumentParser) -> None:
    """Adds the options of what calls Graph."""
    where = parser.add_argument_group("where")
    where.add_argument("--simulated", action="store_true", help="a simulated tenant with an attacker in it, for this command")
    where.add_argument("--endpoint", metavar="URL", help="another Graph endpoint, such as that of `entra-ir simulate`")
    where.add_argument("--cloud", choices=get_args(Cloud), default="global", help="the national cloud; %(default)s if not given")
    where.add_argument(
        "--auth",
        metavar="WAY",
        type=auth_way,
        help=f"{HELP}; an endpoint on this machine gets no real token unless this is given",
    )
    where.add_argument(
        "--application-auth",
        metavar="WAY",
        type=auth_way,
        help="a second credential, of an application, as for --auth, which is then a signed-in user's: each request goes with "
        "the one that may send it",
    )
    safety = parser.add_argument_group("safety")
    safety.add_argument(
        "--protect",
        metavar="UPN|@FILE",
        action="append",
        default=[],
        help="an account that no write may touch, or a file with one in each line, # begins a comment (repeat)",
    )
    safety.add_argument("--dry-run", action="store_true", help="send no write; show what would be sent")


def add_output(parser: ArgumentParser) -> None:
    """Adds the options that every subcommand has."""
    output = parser.add_argument_group("output")
    output.add_argument("--json", action="store_true", help="print JSON")
    output.add_argument("--no-color", action="store_true", help="print no colours, as with NO_COLOR in the environment")
    output.add_argument("--debug", action="store_true", help="show the traceback of an error")


def step_number(text: str) -> int:
    """Reads the number of a step as people count, from 1 on, and returns its place in the plan."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) < 10_000):
        raise ArgumentTypeError(f"{text} is not the number of a step, such as 3")
    return int(text) - 1


def connect(options: Namespace, mode: Mode = "send") -> Client:
    """Returns the client that the options describe; `--dry-run` sends no write in any mode."""
    if mode == "send" and options.dry_run:
        mode = "dry-run"
    more: dict[str, Any] = {"protected": protected(options.protect), "protect_caller": True, "mode": mode}
    if options.simulated:
        if options.endpoint or options.auth or options.application_auth:
            raise UsageError("--simulated needs neither --endpoint nor --auth nor --application-auth", "remove them")
        from .scene import attacked

        tell("simulated tenant: nothing real is touched")
        return Client(transport=attacked().tenant, cloud=options.cloud, **more)
    if options.application_auth:
        more["application_credential"] = credential(options.application_auth)
    return Client(_credential(options), graph_endpoint=options.endpoint, cloud=options.cloud, **more)


def protected(given: list[str]) -> list[str]:
    """Returns the protected accounts, those in files included."""
    accounts: list[str] = []
    for text in given:
        named = _in_file(text[1:]) if text.startswith("@") else [text.strip()]
        if not any(named):
            raise UsageError(f"--protect {text}: it names no account", "name one, or remove the option")
        accounts += named
    return accounts


def _in_file(path: str) -> list[str]:
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        said = f"--protect @{path}: the file cannot be read: {error}"
        raise UsageError(said, "give a text file with one account in each line") from None
    # The name of a guest has a # in it, and no space.
    lines = (re.split(r"(?:^|\s)#", line)[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def moment(text: str) -> datetime:
    """Reads a time with its offset."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a time: write it as 2026-03-02T09:00Z") from None
    if given.tzinfo is None:
        raise ArgumentTypeError(f"{text} has no offset: write {text}Z for UTC")
    return given


def _credential(options: Namespace) -> Any:
    if options.auth is None and options.endpoint and _is_here(options.endpoint):
        return StaticToken("simulated")
    return credential(options.auth or "azure-identity")


def _is_here(endpoint: str) -> bool:
    """Returns whether an endpoint is on this machine."""
    from ipaddress import ip_address
    from urllib.parse import urlsplit

    try:
        host = urlsplit(endpoint).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
