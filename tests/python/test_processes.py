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
        lambda: tenant.users,
        lambda: tenant.inject(503),
        lambda: entra_ir.SignInSimulation(tenant),
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
# Threads of the library hold the tenant's lock again and again; whoever forks then takes the locked lock along.
LOCKED = """
import os, sys, threading, time, warnings, entra_ir
warnings.simplefilter("ignore")
tenant = entra_ir.SimulatedTenant.contoso()
client = entra_ir.Client(transport=tenant)
client.get_user("adele@contoso.example")
until = time.monotonic() + 20
def work():
    while time.monotonic() < until:
        client.snapshot("adele@contoso.example")
for _ in range(2):
    threading.Thread(target=work).start()
told = 0
for _ in range(40):
    child = os.fork()
    if child == 0:
        try:
            entra_ir.Client(transport=tenant)
        except entra_ir.ForkedError:
            os._exit(0)
        os._exit(1)
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0) and time.monotonic() < until:
        time.sleep(0.001)
    if ended == (0, 0):
        os.kill(child, 9)
        break
    told += os.waitstatus_to_exitcode(ended[1]) == 0
until = 0
print(told)
"""
INTERPRETERS = """
import sys
try:
    import _interpreters as interpreters
    make = lambda: interpreters.create("legacy")
except ImportError:
    import _xxsubinterpreters as interpreters
    make = lambda: interpreters.create(isolated=False)
TRY = '''
for _ in range(2):
    try:
        import entra_ir
    except ImportError as error:
        print("Next: " in str(error) and "subinterpreter" in str(error), flush=True)
'''
def second():
    interpreters.run_string(made, TRY)
def main():
    import entra_ir
    client = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso())
    print(client.get_user("adele@contoso.example").account_enabled, flush=True)
made = make()
for turn in sys.argv[1:]:
    {"main": main, "second": second}[turn]()
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


@needs_fork
def test_a_child_of_the_fork_makes_no_client(run_python: Callable[..., str]) -> None:
    assert run_python(LOCKED) == "40\n"


@pytest.mark.parametrize(
    ("turns", "told"), [(("main", "second"), 3), (("second", "main"), 3), (("second",), 2), (("second", "main", "second"), 5)]
)
def test_a_second_interpreter_is_refused(run_python: Callable[..., str], turns: tuple[str, ...], told: int) -> None:
    """And the process ends, though the second interpreter is still there."""
    assert run_python(INTERPRETERS, *turns) == "True\n" * told


@pytest.mark.parametrize("way", ["spawn", pytest.param("forkserver", marks=needs_fork)])
def test_workers_have_clients_of_their_own(run_python: Callable[..., str], way: str) -> None:
    assert run_python(WORKERS, way) == "accepted **********\nTrue\n" * 2 + "404 get_user True\n"
