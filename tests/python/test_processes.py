"""Other processes: a fork is refused clearly, a new process makes its own client, results cross."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

FORK = """
import asyncio, os, warnings, entra_ir
warnings.simplefilter("ignore")  # Python warns of forks beside threads; that is what is tried here.
USER = "adele@contoso.example"
tenant = entra_ir.SimulatedTenant.contoso()
client = entra_ir.Client(transport=tenant)
client.get_user(USER)

def told(attempt):
    try:
        attempt()
    except entra_ir.ForkedError as error:
        return isinstance(error, RuntimeError) and "Next: " in str(error) and "spawn" in str(error)
    return False

child = os.fork()
if child == 0:
    attempts = [
        lambda: client.block_sign_in(USER),
        lambda: entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso()).get_user(USER),
        lambda: asyncio.run(entra_ir.AsyncClient(transport=tenant).get_user(USER)),
    ]
    os._exit(0 if all(told(attempt) for attempt in attempts) else 1)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
client.block_sign_in(USER)
print(status, tenant.user(USER).enabled)
"""
# The child forks before anybody used the library: nothing is lost there.
EARLY = """
import os, warnings, entra_ir
warnings.simplefilter("ignore")
child = os.fork()
user = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso()).get_user("adele@contoso.example")
if child == 0:
    os._exit(0 if user.account_enabled else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), user.account_enabled)
"""
WORKERS = """
import multiprocessing, sys, entra_ir

def contain(name):
    client = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso())
    reset = client.reset_password(name)
    return client.block_sign_in(name), reset

def fail(name):
    entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso()).get_user(name)

if __name__ == "__main__":
    entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso()).get_user("adele@contoso.example")
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        for receipt, reset in pool.map(contain, ["adele@contoso.example"] * 2):
            print(receipt.grade, reset.password)
            try:
                reset.password.reveal()
            except ValueError as gone:
                print("pickled" in str(gone))
        try:
            pool.apply(fail, ["nobody@contoso.example"])
        except entra_ir.NotFoundError as error:
            print(error.status, error.operation, str(error).endswith(error.advice))
"""
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@needs_fork
def test_a_fork_is_refused_and_the_parent_goes_on(run_python: Callable[..., str]) -> None:
    assert run_python(FORK) == "0 False\n"


@needs_fork
def test_a_fork_before_the_first_use_is_fine(run_python: Callable[..., str]) -> None:
    assert run_python(EARLY) == "0 True\n"


@pytest.mark.parametrize("way", ["spawn", pytest.param("forkserver", marks=needs_fork)])
def test_workers_have_clients_of_their_own(run_python: Callable[..., str], way: str) -> None:
    assert run_python(WORKERS, way) == "accepted **********\nTrue\n" * 2 + "404 get_user True\n"
