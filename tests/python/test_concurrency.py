"""One client for many threads and many tasks."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from entra_ir import AsyncClient, Client, SimulatedTenant

USER = "adele@contoso.example"


def test_thirty_two_threads_on_one_client(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    names = [user.user_principal_name for user in simulated_tenant.users if user.kind == "cloud"]
    together = Barrier(32)

    def work(number: int) -> list[tuple[str, str | None]]:
        together.wait(timeout=60)
        found = []
        for step in range(25):
            name = names[(number + step) % len(names)]
            found.append((name, entra_client.get_user(name).user_principal_name))
        return found

    with ThreadPoolExecutor(32) as pool:
        for found in pool.map(work, range(32), timeout=120):
            assert len(found) == 25
            assert all(asked == answered for asked, answered in found)


def test_threads_that_write(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    for number in range(32):
        simulated_tenant.add_user(f"victim{number}@contoso.example")
    victims = [f"victim{number}@contoso.example" for number in range(32)]
    with ThreadPoolExecutor(32) as pool:
        resets = list(pool.map(entra_client.reset_password, victims, timeout=120))
    for victim, reset in zip(victims, resets, strict=True):
        assert reset.password == simulated_tenant.password_of(victim)
    assert len({reset.password.reveal() for reset in resets if reset.password}) == 32


def test_a_waiting_call_holds_up_no_other_thread(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    """The interpreter is free while a call waits: the credential of another call runs Python meanwhile."""
    together = Barrier(4)

    def credential() -> tuple[str, None]:
        together.wait(timeout=60)
        return "token", None

    clients = [Client(credential, transport=SimulatedTenant.contoso()) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        users = list(pool.map(lambda client: client.get_user(USER), clients, timeout=60))
    assert all(user.account_enabled for user in users)


def test_a_thousand_calls_at_once(simulated_tenant: SimulatedTenant) -> None:
    names = [user.user_principal_name for user in simulated_tenant.users if user.kind == "cloud"]

    async def go() -> list[str | None]:
        async with AsyncClient(transport=simulated_tenant) as client:
            users = await asyncio.gather(*(client.get_user(names[number % len(names)]) for number in range(1000)))
        return [user.user_principal_name for user in users]

    assert asyncio.run(go()) == [names[number % len(names)] for number in range(1000)]
    assert len(simulated_tenant.requests) == 1000


def test_some_of_many_are_cancelled(simulated_tenant: SimulatedTenant) -> None:
    """The others end as if nothing had happened."""

    async def go() -> list[object]:
        async with AsyncClient(transport=simulated_tenant) as client:
            tasks = [asyncio.ensure_future(client.get_user(USER)) for _ in range(200)]
            await asyncio.sleep(0)
            for task in tasks[::2]:
                task.cancel()
            return await asyncio.gather(*tasks, return_exceptions=True)

    ended = asyncio.run(go())
    assert all(isinstance(one, asyncio.CancelledError) for one in ended[::2])
    assert not any(isinstance(one, BaseException) for one in ended[1::2])
