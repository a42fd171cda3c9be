"""A call in the middle of another: from a handler of a log, from a handler of a signal, from a credential."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import TYPE_CHECKING

import pytest
from entra_ir import AsyncClient, Client, SimulatedTenant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USER = "adele@contoso.example"
LOGGER = logging.getLogger("entra_ir")


class Asking(logging.Handler):
    """Asks who is blocked for every log record, except of its own calls."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self.client, self.busy, self.answers = client, threading.local(), list[object]()

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(self.busy, "asking", False):
            return
        self.busy.asking = True
        try:
            self.answers.append(self.client.get_user(USER).account_enabled)
        except BaseException as error:
            self.answers.append(error)
        finally:
            self.busy.asking = False


@pytest.fixture
def asking() -> Iterator[Asking]:
    handler = Asking(Client(transport=SimulatedTenant.contoso()))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.DEBUG)
    yield handler
    LOGGER.removeHandler(handler)
    LOGGER.setLevel(logging.NOTSET)


def test_a_log_handler_that_calls(asking: Asking, entra_client: Client) -> None:
    assert entra_client.block_sign_in(USER).grade == "accepted"
    assert set(asking.answers) == {True}


def test_a_log_handler_that_calls_while_a_loop_awaits(asking: Asking, simulated_tenant: SimulatedTenant) -> None:
    async def go() -> list[str]:
        async with AsyncClient(transport=simulated_tenant) as client:
            receipts = await asyncio.gather(*(client.block_sign_in(USER) for _ in range(20)))
        return [receipt.grade for receipt in receipts]

    assert set(asyncio.run(go())) == {"accepted"}
    assert set(asking.answers) == {True}


SIGNAL = """
import signal, entra_ir
from datetime import timedelta
tenant = entra_ir.SimulatedTenant.contoso()
client = entra_ir.Client(transport=tenant)
tenant.inject(timedelta(seconds=1), method="PATCH")
signal.signal(signal.SIGALRM, lambda *_: print("meanwhile", client.get_user("hugo@contoso.example").account_enabled))
signal.setitimer(signal.ITIMER_REAL, 0.2)
print(client.block_sign_in("adele@contoso.example").grade)
"""


@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="this system has no such timer")
def test_a_signal_handler_that_calls(run_python: Callable[..., str]) -> None:
    assert run_python(SIGNAL) == "meanwhile True\naccepted\n"


def test_a_credential_that_calls() -> None:
    broker = Client(transport=SimulatedTenant.contoso())

    def credential() -> tuple[str, float]:
        assert broker.get_user(USER).account_enabled
        return "token", time.time() + 3600

    assert Client(credential, transport=SimulatedTenant.contoso()).get_user(USER).account_enabled
