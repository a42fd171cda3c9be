"""`Client` and `AsyncClient` are one client, and it has every operation of the core."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from entra_ir import AsyncClient, Client
from entra_ir._native import CATALOG

# A run is several operations, with its journal; a preflight and a comparison send none.
RUNS = (
    "preflight",
    "preview",
    "contain",
    "resume",
    "ready_to_unblock",
    "undo",
    "compare_permissions",
    "real_drill",
    "watch",
)
GENERATOR = Path(__file__).parents[2] / "entra-ir-py" / "make_async_client.py"


def public(client: type) -> set[str]:
    return {name for name in vars(client) if not name.startswith("_")}


def test_they_have_the_operations_of_the_core() -> None:
    # `open_doors` is no call of its own: a snapshot, and the tables of effects. `run` calls any of them.
    assert public(Client) == {*CATALOG, *RUNS, "contain_events", "close", "open_doors", "run"}
    assert public(AsyncClient) == public(Client)
    assert len(CATALOG) == len(set(CATALOG)) > 10


@pytest.mark.parametrize("name", [*CATALOG, *RUNS, "contain_events", "close", "run", "__init__"])
def test_their_signatures_are_equal(name: str) -> None:
    waiting, awaited = (inspect.signature(getattr(client, name)) for client in (Client, AsyncClient))
    assert waiting == awaited


@pytest.mark.parametrize("name", [*CATALOG, *RUNS, "close", "run"])
def test_one_waits_and_the_other_is_awaited(name: str) -> None:
    assert not inspect.iscoroutinefunction(getattr(Client, name))
    assert inspect.iscoroutinefunction(getattr(AsyncClient, name))


@pytest.mark.parametrize("name", CATALOG)
def test_options_are_named(name: str) -> None:
    """What is positional is what it acts on, and for some methods what of the user's is meant."""
    positional = [
        parameter.name
        for parameter in inspect.signature(getattr(Client, name)).parameters.values()
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
    ]
    others = {"find_users": "text", "confirm_users_compromised": "users", "dismiss_users_risk": "users"}
    acts_on = "device" if name.endswith("_device") else "application" if name.endswith("_principal") else "user"
    assert positional[:2] == ["self", others.get(name, acts_on)]
    assert set(positional[2:]) <= {"kind", "id", "grant", "assignment"}


def test_the_asynchronous_client_is_made_of_the_other() -> None:
    done = subprocess.run([sys.executable, str(GENERATOR), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
