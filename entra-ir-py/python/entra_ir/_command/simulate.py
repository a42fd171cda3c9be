"""`simulate`: serves a simulated tenant, on which the other commands can be tried out."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from .command import Command
from .exits import DONE, UsageError
from .output import show_facts, tell
from .scene import VICTIM, attacked

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=0, help="the port on 127.0.0.1; a free one if not given")


def _simulate(options: Namespace) -> int:
    scene = attacked()
    try:
        served = scene.tenant.serve(options.port)
    except (OSError, OverflowError) as error:
        raise UsageError(f"--port {options.port}: it cannot be used: {error}", "leave it out for a free one") from None
    with served:
        lines = [
            f"simulated tenant at {served.endpoint}, with an attacker in {VICTIM}",
            f"in another terminal: entra-ir doors {VICTIM} --endpoint {served.endpoint}",
            f"tokens: {served.token_endpoint}",
            f"  client id {scene.tenant.client_id}, secret {scene.tenant.client_secret}",
            f"  device codes are typed at {served.endpoint}/devicelogin",
            "Ctrl-C ends it, and shows what the attacker still reaches",
        ]
        facts = {
            "endpoint": served.endpoint,
            "user": VICTIM,
            "token_endpoint": served.token_endpoint,
            "client_id": scene.tenant.client_id,
            "client_secret": scene.tenant.client_secret,
        }
        show_facts(options, facts, "\n".join(lines))
        try:
            Event().wait()
        except KeyboardInterrupt:
            for app, answer in scene.reached().items():
                tell(f"the attacker's session at {app}: {answer}")
    return DONE


COMMANDS = (
    Command(
        "simulate",
        "Serves a simulated tenant on this machine with an attacker in it, for the other commands.",
        ("entra-ir simulate", "entra-ir simulate --port 8765"),
        _arguments,
        _simulate,
        connects=False,
    ),
)
