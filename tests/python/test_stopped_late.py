"""A call that is stopped when its result had come: the result is on the exception, whoever stopped it, and whenever."""

from __future__ import annotations

import asyncio
import pickle
import random
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from entra_ir import AccessPassCreated, AsyncClient, EntraError, Records, SimulatedTenant

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

USER = "adele@contoso.example"
LATE_MS = 20


async def stop_late(
    call: Callable[[AsyncClient], Awaitable[object]], *, resolved: bool, tenant: SimulatedTenant
) -> BaseException:
    """Cancels a call whose end has come; its future in the loop does not know of it yet, or does."""
    loop = asyncio.get_running_loop()
    async with AsyncClient(transport=tenant) as client:
        task = asyncio.ensure_future(call(client))
        await asyncio.sleep(0)  # It starts.
        time.sleep(0.3)  # It ends, while the loop can do nothing.
        if resolved:
            loop.call_soon(task.cancel)
        else:
            task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    return caught.value


@pytest.mark.parametrize("resolved", [False, True])
def test_a_result_that_had_come_is_on_the_exception(
    simulated_tenant: SimulatedTenant, caplog: pytest.LogCaptureFixture, *, resolved: bool
) -> None:
    made = asyncio.run(
        stop_late(lambda client: client.create_temporary_access_pass(USER), resolved=resolved, tenant=simulated_tenant)
    )
    told: dict[str, Any] = vars(made)
    assert told["outcome_unknown"] is True
    assert told["error"] is None
    kept = told["result"]
    assert type(kept) is AccessPassCreated
    assert kept.access_pass is not None
    assert kept.access_pass == simulated_tenant.access_pass_of(USER)
    [note] = made.__notes__
    assert "`exception.result`" in note
    assert "the only copy of the secret" in note
    assert note.removeprefix("entra_ir: ") in caplog.messages
    # Neither the note nor the way to another process shows the secret.
    hidden = kept.access_pass.reveal()
    assert hidden not in repr(told) + note + pickle.dumps(made).decode("latin-1")


@pytest.mark.parametrize("resolved", [False, True])
def test_a_read_that_had_come_is_there_too(simulated_tenant: SimulatedTenant, *, resolved: bool) -> None:
    simulated_tenant.advance(timedelta(days=1))
    read = asyncio.run(
        stop_late(lambda client: client.list_temporary_access_passes(USER), resolved=resolved, tenant=simulated_tenant)
    )
    assert vars(read)["outcome_unknown"] is False
    assert vars(read)["result"] == Records()
    assert type(vars(read)["result"]) is Records
    assert "secret" not in read.__notes__[0]


@pytest.mark.parametrize("resolved", [False, True])
def test_an_error_that_had_come_is_on_the_exception(simulated_tenant: SimulatedTenant, *, resolved: bool) -> None:
    simulated_tenant.inject(403, method="POST", code="accessDenied")
    failed = asyncio.run(
        stop_late(lambda client: client.create_temporary_access_pass(USER), resolved=resolved, tenant=simulated_tenant)
    )
    told: dict[str, Any] = vars(failed)
    assert told["result"] is None
    assert isinstance(told["error"], EntraError)
    assert told["error"].code == "accessDenied"
    assert told["outcome_unknown"] is True
    assert "`exception.error`" in failed.__notes__[0]


def test_what_a_deadline_stopped_late(simulated_tenant: SimulatedTenant) -> None:
    """`wait_for` keeps the exception of the call as the cause of its own."""
    simulated_tenant.inject(timedelta(milliseconds=250), method="POST")

    async def go() -> None:
        async with AsyncClient(transport=simulated_tenant) as client:

            async def call() -> object:
                # The loop does nothing else until the deadline has passed, and then nothing until the call has ended.
                asyncio.get_running_loop().call_later(0.05, time.sleep, 0.1)
                asyncio.get_running_loop().call_later(0.1, time.sleep, 0.5)
                return await client.create_temporary_access_pass(USER)

            await asyncio.wait_for(call(), 0.1)

    with pytest.raises(TimeoutError) as caught:
        asyncio.run(go())
    assert caught.value.__cause__ is not None
    told = vars(caught.value.__cause__)
    assert told["outcome_unknown"] is True
    assert told["result"].access_pass == simulated_tenant.access_pass_of(USER)


def test_what_a_group_of_tasks_stopped_late(simulated_tenant: SimulatedTenant) -> None:
    """A group drops what its cancelled tasks raise: it is caught inside the task, or it is in the log alone."""
    kept: list[Any] = []

    async def go() -> None:
        async with AsyncClient(transport=simulated_tenant) as client, asyncio.TaskGroup() as group:

            async def call() -> None:
                try:
                    await client.create_temporary_access_pass(USER)
                except asyncio.CancelledError as stopped:
                    kept.append(vars(stopped)["result"])
                    raise

            async def fail() -> None:
                await asyncio.sleep(0)
                time.sleep(0.3)
                raise ValueError("another task")

            group.create_task(call())
            group.create_task(fail())

    with pytest.raises(ExceptionGroup):
        asyncio.run(go())
    assert kept[0].access_pass == simulated_tenant.access_pass_of(USER)


class StoppedError(Exception):
    """Has as its cause what stopped a call."""


async def watched(task: asyncio.Task[AccessPassCreated]) -> AccessPassCreated:
    """Awaits a task; what stopped it is not lost, as `gather` would lose it."""
    try:
        return await task
    except asyncio.CancelledError as stopped:
        raise StoppedError from stopped


def test_cancelled_at_any_moment_around_the_answer() -> None:
    """If a pass exists, the caller got it, or an error that its existence is unknown."""
    random.seed(20261127)
    until = time.monotonic() + 1.5
    kept = 0

    async def once(client: AsyncClient, tenant: SimulatedTenant, delay: float) -> bool:
        task = asyncio.ensure_future(client.create_temporary_access_pass(USER))
        asyncio.get_running_loop().call_later(delay, task.cancel)
        [made] = await asyncio.gather(watched(task), return_exceptions=True)
        there = tenant.access_pass_of(USER)
        if isinstance(made, AccessPassCreated):
            assert made.access_pass == there
            return False
        assert isinstance(made, StoppedError)
        told, note = vars(made.__cause__), getattr(made.__cause__, "__notes__", [""])[0]
        assert told["outcome_unknown"] or there is None, note
        assert told["result"] is None or told["result"].access_pass == there
        assert ("had ended" in note) == (told["result"] is not None)
        return told["result"] is not None

    async def go() -> None:
        nonlocal kept
        while time.monotonic() < until:
            tenants = [SimulatedTenant.contoso() for _ in range(8)]
            for tenant in tenants:
                tenant.inject(timedelta(milliseconds=LATE_MS), method="POST")
            clients = [AsyncClient(transport=tenant) for tenant in tenants]
            delays = [random.gauss(LATE_MS / 1000 + 0.005, 0.004) for _ in tenants]
            kept += sum(await asyncio.gather(*map(once, clients, tenants, delays)))
            for client in clients:
                await client.close()

    asyncio.run(go())


AROUND = """
import random, signal, sys, time, entra_ir
from datetime import timedelta
USER = "adele@contoso.example"
random.seed(20261127)
signal.signal(signal.SIGALRM, signal.default_int_handler)
until = time.monotonic() + float(sys.argv[1])
late, runs, kept, open_end = 0.02, 0, 0, 0
while time.monotonic() < until:
    tenant = entra_ir.SimulatedTenant.contoso()
    tenant.inject(timedelta(seconds=late), method="POST")
    client = entra_ir.Client(transport=tenant)
    made = stopped = None
    try:
        signal.setitimer(signal.ITIMER_REAL, random.uniform(0.0, 2 * late))
        try:
            made = client.create_temporary_access_pass(USER)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt as exception:
        stopped = exception
    runs += 1
    there = tenant.access_pass_of(USER)
    while stopped is not None and not hasattr(stopped, "result"):
        stopped = stopped.__context__  # Outside the call: in this program.
    if stopped is None:
        if there is not None:
            assert made is not None and made.access_pass == there, made
        continue
    note = stopped.__notes__[0]
    assert there is None or stopped.outcome_unknown is True, note
    assert ("had ended" in note) == (stopped.result is not None), note
    if stopped.result is not None:
        assert type(stopped.result) is entra_ir.AccessPassCreated
        assert stopped.result.access_pass == there and there.reveal()
        kept += 1
    elif there is not None:
        open_end += 1
print(runs, kept, open_end)
"""
# The signal comes while the answer is under way, and the answer before the next look for signals.
JUST_BEFORE = """
import signal, entra_ir
from datetime import timedelta
signal.signal(signal.SIGALRM, signal.default_int_handler)
tenant = entra_ir.SimulatedTenant.contoso()
tenant.inject(timedelta(milliseconds=25), method={method!r})
client = entra_ir.Client(transport=tenant)
for attempt in range(20):
    tenant.clear_faults()
    tenant.inject(timedelta(milliseconds=25), method={method!r})
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.015)
        client.{call}("adele@contoso.example")
        signal.pause()
    except KeyboardInterrupt as stopped:
        if getattr(stopped, "result", None) is not None:
            print(type(stopped.result).__name__, stopped.outcome_unknown)
            break
"""


needs_alarm = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm signal")


@needs_alarm
def test_ctrl_c_at_any_moment_around_the_answer(run_python: Callable[..., str]) -> None:
    runs, kept, _ = map(int, run_python(AROUND, "2.5").split())
    assert runs > 20
    # Almost half of them come before the answer and after the last look for signals.
    assert kept > 0


@needs_alarm
@pytest.mark.parametrize(
    ("method", "call", "told"),
    [
        ("POST", "create_temporary_access_pass", "AccessPassCreated True"),
        ("PATCH", "block_sign_in", "Receipt True"),
        ("GET", "get_user", "User False"),
        ("GET", "list_temporary_access_passes", "Records False"),
    ],
)
def test_ctrl_c_just_before_the_answer(run_python: Callable[..., str], method: str, call: str, told: str) -> None:
    assert run_python(JUST_BEFORE.format(method=method, call=call)) == told + "\n"


def test_ctrl_c_twice(monkeypatch: pytest.MonkeyPatch, simulated_tenant: SimulatedTenant) -> None:
    """The second one may come while the first is being told of."""
    from entra_ir import _calls

    real, times = _calls._tell, 0

    def tell(*given: Any) -> None:
        nonlocal times
        times += 1
        if times == 1:
            raise KeyboardInterrupt
        real(*given)

    monkeypatch.setattr(_calls, "_tell", tell)

    async def go() -> None:
        async with AsyncClient(transport=simulated_tenant) as client:
            task = asyncio.ensure_future(client.create_temporary_access_pass(USER))
            await asyncio.sleep(0)
            time.sleep(0.3)
            task.cancel()
            await task

    with pytest.raises(KeyboardInterrupt) as caught:
        asyncio.run(go())
    assert vars(caught.value)["result"].access_pass == simulated_tenant.access_pass_of(USER)


LOGGED = """
import logging, signal, entra_ir
signal.signal(signal.SIGINT, signal.default_int_handler)
tenant = entra_ir.SimulatedTenant.contoso()
tenant.inject(__import__("datetime").timedelta(minutes=5), method="PATCH")
class Press(logging.Handler):
    def emit(self, record):
        if not pressed:
            pressed.append(record)
            signal.raise_signal(signal.SIGINT)
pressed = []
logging.getLogger("entra_ir").addHandler(Press())
logging.getLogger("entra_ir").setLevel(logging.DEBUG)
try:
    entra_ir.Client(transport=tenant).block_sign_in("adele@contoso.example")
except KeyboardInterrupt as stopped:
    print(stopped.outcome_unknown)
"""


def test_ctrl_c_while_a_line_is_logged(run_python: Callable[..., str]) -> None:
    """A handler of the log must not swallow it."""
    assert run_python(LOGGED) in ("True\n", "False\n")
