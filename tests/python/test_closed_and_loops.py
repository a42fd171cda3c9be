"""Clients that were closed, and clients beside, inside and outside a running event loop."""

from __future__ import annotations

import asyncio
import copy
import pickle
from typing import TYPE_CHECKING

import pytest
from entra_ir import AsyncClient, Client, ClientClosedError, EntraError, SimulatedTenant

if TYPE_CHECKING:
    from collections.abc import Coroutine

USER = "adele@contoso.example"


def test_a_closed_client(simulated_tenant: SimulatedTenant) -> None:
    with Client(transport=simulated_tenant) as client:
        assert client.get_user(USER).account_enabled
    with pytest.raises(ClientClosedError, match="Next: make a new one") as caught:
        client.block_sign_in(USER)
    assert isinstance(caught.value, RuntimeError)
    assert caught.value.advice == "make a new one"
    client.close()
    assert simulated_tenant.user(USER).enabled


def test_a_closed_asynchronous_client(simulated_tenant: SimulatedTenant) -> None:
    async def go() -> None:
        async with AsyncClient(transport=simulated_tenant) as client:
            assert (await client.get_user(USER)).account_enabled
        with pytest.raises(ClientClosedError):
            await client.block_sign_in(USER)
        await client.close()

    asyncio.run(go())


def test_a_client_is_closed_when_the_block_fails(simulated_tenant: SimulatedTenant) -> None:
    with pytest.raises(ZeroDivisionError), Client(transport=simulated_tenant) as client:
        raise ZeroDivisionError
    with pytest.raises(ClientClosedError):
        client.get_user(USER)


def test_the_waiting_client_inside_a_running_loop(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    """As in a cell of Jupyter, where a loop always runs."""

    async def go() -> None:
        assert entra_client.get_user(USER).account_enabled
        entra_client.block_sign_in(USER)

    asyncio.run(go())
    assert not simulated_tenant.user(USER).enabled


def test_the_awaited_client_without_a_loop(simulated_tenant: SimulatedTenant) -> None:
    client = AsyncClient(transport=simulated_tenant)
    call: Coroutine[object, None, object] = client.block_sign_in(USER)
    with pytest.raises(RuntimeError, match="no running event loop"):
        call.send(None)
    assert list(simulated_tenant.requests) == []


def test_one_asynchronous_client_in_two_loops_one_after_the_other(simulated_tenant: SimulatedTenant) -> None:
    client = AsyncClient(transport=simulated_tenant)
    for _ in range(2):
        assert asyncio.run(_enabled(client))


async def _enabled(client: AsyncClient) -> bool | None:
    return (await client.get_user(USER)).account_enabled


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_clients_are_not_copied(kind: type[Client | AsyncClient]) -> None:
    client = kind(transport=SimulatedTenant.contoso())
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be pickled or copied: make one in each process"):
            attempt(client)


def test_a_call_is_awaited_once(simulated_tenant: SimulatedTenant) -> None:
    async def go() -> None:
        client = AsyncClient(transport=simulated_tenant)
        call = client.block_sign_in(USER)
        await call
        with pytest.raises(RuntimeError, match="already awaited"):
            await call

    asyncio.run(go())


def test_errors_of_the_library_are_told_apart_from_being_stopped(entra_client: Client) -> None:
    with pytest.raises(EntraError) as caught:
        entra_client.get_user("nobody@contoso.example")
    assert not hasattr(caught.value, "__notes__")
