"""The interpreter ends in peace, however soon after a call."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

AWAITED = """
import asyncio, entra_ir
async def main():
    async with entra_ir.AsyncClient(transport=entra_ir.SimulatedTenant.contoso()) as client:
        await asyncio.gather(*(client.get_user("adele@contoso.example") for _ in range(50)))
asyncio.run(main())
"""
GIVEN_UP = """
import asyncio, datetime, entra_ir
async def main():
    tenant = entra_ir.SimulatedTenant.contoso()
    tenant.inject(datetime.timedelta(hours=1), times=None)
    client = entra_ir.AsyncClient(transport=tenant)
    asyncio.ensure_future(client.get_user("adele@contoso.example"))
    await asyncio.sleep(0.01)
asyncio.run(main())
"""


LOGGED = """
import logging, os, threading, time, entra_ir
logging.basicConfig(level=logging.DEBUG, stream=open(os.devnull, "w"))
tenant = entra_ir.SimulatedTenant.contoso()
tenant.keep_requests(False)
client = entra_ir.Client(transport=tenant)
def work():
    while True:
        client.get_user("adele@contoso.example")
for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.1)
"""


@pytest.mark.parametrize("program", [AWAITED, GIVEN_UP, LOGGED], ids=["awaited", "given up", "logged"])
def test_no_thread_of_the_library_outlives_the_interpreter(program: str) -> None:
    for _ in range(20):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")


LATE = """
import atexit, asyncio
{early}
import entra_ir
{late}
client = entra_ir.AsyncClient(transport=entra_ir.SimulatedTenant.contoso())
waiting = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso())
def ask():
    print(waiting.get_user("adele@contoso.example").account_enabled)
    try:
        print(asyncio.run(client.get_user("adele@contoso.example")).account_enabled)
    except RuntimeError as error:
        print(error)
asyncio.run(client.get_user("adele@contoso.example"))
"""


def test_calls_at_the_exit_end(run_python: Callable[..., str]) -> None:
    """What the program registered after the import runs as usual; what it registered before gets an error, and does not hang."""
    register = "atexit.register(lambda: ask())"
    assert run_python(LATE.format(early="", late=register)) == "True\nTrue\n"
    waited, awaited = run_python(LATE.format(early=register, late="")).splitlines()
    assert waited == "True"
    assert "is shutting down" in awaited
    assert "Next: " in awaited


FORKED = """
import asyncio, os, sys, time, warnings, entra_ir
from datetime import timedelta
warnings.simplefilter("ignore")
tenant = entra_ir.SimulatedTenant.contoso()
tenant.inject(timedelta(hours=1), times=None)
async def main():
    call = asyncio.ensure_future(entra_ir.AsyncClient(transport=tenant).get_user("adele@contoso.example"))
    await asyncio.sleep(0.05)
    child = os.fork()
    if child == 0:
        import atexit
        began = time.monotonic()
        atexit._run_exitfuncs()
        os._exit(0 if time.monotonic() - began < 1 else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    call.cancel()
asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_does_not_wait_for_its_parents_calls(run_python: Callable[..., str]) -> None:
    assert run_python(FORKED) == "0\n"
