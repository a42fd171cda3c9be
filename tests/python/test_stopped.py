"""A call that is stopped halfway says what is unknown: by cancellation, by a deadline, by Ctrl-C."""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from entra_ir import AsyncClient, Client, SimulatedTenant

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine

USER = "adele@contoso.example"
LONG = timedelta(minutes=5)


async def stop_when(tenant: SimulatedTenant, arrived: str, call: Awaitable[object]) -> asyncio.CancelledError:
    """Cancels the call as soon as a request of this method has arrived."""
    task = asyncio.ensure_future(call)
    while arrived not in [request.method for request in tenant.requests]:
        assert not task.done(), task
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    return caught.value


def test_cancelled_in_the_middle_of_a_write(simulated_tenant: SimulatedTenant, caplog: pytest.LogCaptureFixture) -> None:
    simulated_tenant.inject(LONG, method="PATCH")

    async def go() -> asyncio.CancelledError:
        async with AsyncClient(transport=simulated_tenant) as client:
            return await stop_when(simulated_tenant, "PATCH", client.block_sign_in(USER))

    cancelled = asyncio.run(go())
    assert vars(cancelled)["outcome_unknown"] is True
    [note] = cancelled.__notes__
    assert "unknown" in note
    assert "Read the account's state" in note
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING and record.name == "entra_ir"]
    assert [record.getMessage() for record in warnings] == [note.removeprefix("entra_ir: ")]


def test_cancelled_before_anything_was_changed(simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.inject(LONG, method="GET")

    async def go() -> asyncio.CancelledError:
        async with AsyncClient(transport=simulated_tenant) as client:
            return await stop_when(simulated_tenant, "GET", client.block_sign_in(USER))

    cancelled = asyncio.run(go())
    assert vars(cancelled)["outcome_unknown"] is False
    assert "no write had been sent" in cancelled.__notes__[0]
    assert simulated_tenant.user(USER).enabled


def test_cancelled_between_two_writes(simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.inject(LONG, method="DELETE", after=1)

    async def go() -> asyncio.CancelledError:
        async with AsyncClient(transport=simulated_tenant) as client:
            return await stop_when(simulated_tenant, "DELETE", client.delete_methods(USER, scope="portal-reregister"))

    cancelled = asyncio.run(go())
    assert vars(cancelled)["outcome_unknown"] is True
    assert any(text in cancelled.__notes__[0] for text in ("had been answered", "had no answer yet"))


def test_cancelled_while_a_failed_write_is_repeated(simulated_tenant: SimulatedTenant) -> None:
    """An answer that tells of a problem of the service leaves open whether the write was done."""
    simulated_tenant.inject(500, method="PATCH", times=None)

    async def go() -> asyncio.CancelledError:
        async with AsyncClient(transport=simulated_tenant, max_attempts=100) as client:
            return await stop_when(simulated_tenant, "PATCH", client.block_sign_in(USER))

    assert vars(asyncio.run(go()))["outcome_unknown"] is True


def test_cancelled_while_a_write_waits_for_its_turn(simulated_tenant: SimulatedTenant) -> None:
    """A service that was busy has done nothing."""
    simulated_tenant.inject(429, method="PATCH", retry_after="20", times=None)

    async def go() -> asyncio.CancelledError:
        async with AsyncClient(transport=simulated_tenant) as client:
            task = asyncio.ensure_future(client.block_sign_in(USER))
            while "PATCH" not in [request.method for request in simulated_tenant.requests]:
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            return caught.value

    assert vars(asyncio.run(go()))["outcome_unknown"] is False


def test_a_deadline_stops_a_write(simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.inject(LONG, method="POST")

    async def go() -> None:
        async with AsyncClient(transport=simulated_tenant) as client:
            await asyncio.wait_for(client.revoke_sign_in_sessions(USER), timeout=0.2)

    with pytest.raises(TimeoutError) as caught:
        asyncio.run(go())
    assert vars(caught.value.__cause__)["outcome_unknown"] is True


def test_a_cancelled_call_goes_no_further(simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.inject(timedelta(milliseconds=100), method="GET")

    async def go() -> None:
        async with AsyncClient(transport=simulated_tenant) as client:
            await stop_when(simulated_tenant, "GET", client.block_sign_in(USER))
            await asyncio.sleep(0.3)

    asyncio.run(go())
    assert [request.method for request in simulated_tenant.requests] == ["GET"]


def test_cancelled_when_no_connection_was_made(simulated_tenant: SimulatedTenant) -> None:
    """A write that certainly never left is not unknown."""
    simulated_tenant.inject("no-connection", method="PATCH", times=None)

    async def go() -> asyncio.CancelledError:
        tried, loop = asyncio.Event(), asyncio.get_running_loop()

        class Watch(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                if "graph.attempt operation=block_sign_in" in record.getMessage():
                    loop.call_soon_threadsafe(tried.set)

        logger, watch = logging.getLogger("entra_ir"), Watch()
        logger.addHandler(watch)
        logger.setLevel(logging.DEBUG)
        try:
            async with AsyncClient(transport=simulated_tenant, max_attempts=1000) as client:
                task = asyncio.ensure_future(client.block_sign_in(USER))
                await tried.wait()
                task.cancel()
                with pytest.raises(asyncio.CancelledError) as caught:
                    await task
        finally:
            logger.removeHandler(watch)
            logger.setLevel(logging.NOTSET)
        return caught.value

    cancelled = asyncio.run(go())
    assert vars(cancelled)["outcome_unknown"] is False
    assert "no write had been sent" in cancelled.__notes__[0]


def test_a_coroutine_that_is_closed_goes_no_further(simulated_tenant: SimulatedTenant) -> None:
    """As when the loop is gone before the call has ended."""
    simulated_tenant.inject(timedelta(milliseconds=100), times=None)

    async def go() -> tuple[int, int]:
        async with AsyncClient(transport=simulated_tenant) as client:
            call: Coroutine[object, None, object] = client.snapshot(USER)
            call.send(None)
            while not simulated_tenant.requests:
                await asyncio.sleep(0.001)
            call.close()
            await asyncio.sleep(0.05)  # Those that were sent together arrive together.
            begun = len(simulated_tenant.requests)
            await asyncio.sleep(0.5)
            return begun, len(simulated_tenant.requests)

    begun, sent = asyncio.run(go())
    whole = SimulatedTenant.contoso()
    Client(transport=whole).snapshot(USER)
    assert begun == sent < len(whole.requests)


def test_a_call_that_nobody_awaits_sends_nothing(simulated_tenant: SimulatedTenant) -> None:
    async def go() -> None:
        async with AsyncClient(transport=simulated_tenant) as client:
            call = client.block_sign_in(USER)
            await asyncio.sleep(0.05)
            call.close()

    asyncio.run(go())
    assert list(simulated_tenant.requests) == []


# A shell lets what it runs in the background ignore Ctrl-C, and that is handed on.
SYNC = """
import signal, entra_ir
from datetime import timedelta
signal.signal(signal.SIGINT, signal.default_int_handler)
tenant = entra_ir.SimulatedTenant.contoso()
tenant.inject(timedelta(minutes=5), method={method!r})
client = entra_ir.Client(transport=tenant)
print("ready", flush=True)
try:
    client.block_sign_in("adele@contoso.example")
except KeyboardInterrupt as stopped:
    print(stopped.outcome_unknown, flush=True)
    raise
"""
ASYNC = """
import asyncio, signal, entra_ir
from datetime import timedelta
signal.signal(signal.SIGINT, signal.default_int_handler)
tenant = entra_ir.SimulatedTenant.contoso()
tenant.inject(timedelta(minutes=5), method={method!r})
async def main():
    async with entra_ir.AsyncClient(transport=tenant) as client:
        print("ready", flush=True)
        try:
            await client.block_sign_in("adele@contoso.example")
        except asyncio.CancelledError as stopped:
            print(stopped.outcome_unknown, flush=True)
            raise
asyncio.run(main())
"""
# The credential hangs; what is interrupted is the waiting for it.
HANGING = """
import signal, time, entra_ir
signal.signal(signal.SIGINT, signal.default_int_handler)
def credential():
    print("ready", flush=True)
    time.sleep(300)
client = entra_ir.Client(credential, transport=entra_ir.SimulatedTenant.contoso())
try:
    client.block_sign_in("adele@contoso.example")
except KeyboardInterrupt as stopped:
    print(stopped.outcome_unknown, flush=True)
    raise
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
@pytest.mark.parametrize(
    ("script", "unknown", "note"),
    [
        (SYNC.format(method="GET"), "False", "no write had been sent"),
        (SYNC.format(method="PATCH"), "True", "is unknown"),
        (ASYNC.format(method="GET"), "False", "no write had been sent"),
        (ASYNC.format(method="PATCH"), "True", "is unknown"),
        (HANGING, "False", "no write had been sent"),
    ],
    ids=["read", "write", "async-read", "async-write", "credential"],
)
def test_ctrl_c(script: str, unknown: str, note: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)  # Long enough for the request to be on its way; were it not, the note would say so.
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    told = process.stdout.readline()
    took = time.monotonic() - pressed
    _, errors = process.communicate(timeout=30)
    assert told == f"{unknown}\n"
    assert took < 1.0
    assert "KeyboardInterrupt" in errors
    assert "entra_ir: stopped" in errors
    assert note in errors
    assert process.returncode in (-signal.SIGINT, 130, 1)
