"""What a call is given beside its operation: an account that was read, and a deadline."""

from __future__ import annotations

import asyncio
import inspect
import pickle
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from entra_ir import (
    AccountSnapshot,
    AsyncClient,
    Client,
    InvalidInputError,
    OutcomeUnknownError,
    SimulatedTenant,
    TransportTimeoutError,
    User,
)
from entra_ir._native import CATALOG
from test_guards import ARGUMENTS, target_of

if TYPE_CHECKING:
    from collections.abc import Callable

USER = "adele@contoso.example"
SHORT = timedelta(milliseconds=300)
CALLS = [*CATALOG, "open_doors"]


def requests(tenant: SimulatedTenant) -> list[str]:
    """Returns what arrived since the last time."""
    arrived = [f"{request.method} {request.path}" for request in tenant.requests]
    tenant.clear_requests()
    return arrived


def test_what_is_known_is_not_asked_again(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    counts = []
    for name in (USER, "jack@contoso.example"):
        user = entra_client.get_user(name)
        entra_client.block_sign_in(user)
        entra_client.reset_password(user)
        entra_client.revoke_sign_in_sessions(user)
        made = entra_client.create_temporary_access_pass(user)
        assert "account-blocked" in [warning.code for warning in made.receipt.warnings], "blocked since it was read"
        counts.append(len(requests(simulated_tenant)))
    assert counts == [9, 6], "user, me, domain, pass policy, list of passes and four writes; then six"


def test_the_asynchronous_client_asks_no_more() -> None:
    async def work(tenant: SimulatedTenant) -> None:
        async with AsyncClient(transport=tenant) as client:
            user = await client.get_user(USER)
            await asyncio.gather(client.block_sign_in(user), client.revoke_sign_in_sessions(user))

    tenant = SimulatedTenant.contoso()
    asyncio.run(work(tenant))
    assert len(requests(tenant)) == 3


@pytest.mark.parametrize("given", [lambda snapshot: snapshot, lambda snapshot: snapshot.user], ids=["snapshot", "its user"])
def test_a_snapshot_knows_its_account(
    simulated_tenant: SimulatedTenant, entra_client: Client, given: Callable[[AccountSnapshot], Any]
) -> None:
    snapshot = entra_client.snapshot(USER)
    requests(simulated_tenant)
    receipt = entra_client.block_sign_in(given(snapshot))
    assert [request.split()[0] for request in requests(simulated_tenant)] == ["PATCH"]
    assert receipt.account_read_at is not None


def test_the_receipt_says_when_the_account_was_read(entra_client: Client) -> None:
    user = entra_client.get_user(USER)
    first, second = (entra_client.block_sign_in(user).account_read_at for _ in range(2))
    assert first is not None
    assert first == second, "when it was read, not when it was handed over"
    later = entra_client.block_sign_in(USER).account_read_at
    assert later is not None
    assert later > first


@pytest.mark.parametrize(
    "copied",
    [
        lambda user: pickle.loads(pickle.dumps(user)),
        lambda user: User.from_json(user.to_json(round_trip=True)),
        lambda user: user.id,
    ],
    ids=["pickle", "json", "its id"],
)
def test_what_this_process_did_not_read_is_read(
    simulated_tenant: SimulatedTenant, entra_client: Client, copied: Callable[[User], Any]
) -> None:
    user = entra_client.get_user(USER)
    requests(simulated_tenant)
    entra_client.block_sign_in(copied(user))
    assert [request.split()[0] for request in requests(simulated_tenant)] == ["GET", "PATCH"]


def test_what_is_found_may_be_given(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    """A search may be behind, so the account is read."""
    (found,) = entra_client.find_users(USER).users
    requests(simulated_tenant)
    assert entra_client.block_sign_in(found).target == entra_client.block_sign_in(found.user).target
    assert [request.split()[0] for request in requests(simulated_tenant)] == ["GET", "PATCH"] * 2


@pytest.mark.parametrize("name", CALLS)
def test_every_call_takes_a_deadline(simulated_tenant: SimulatedTenant, name: str) -> None:
    for client in (Client, AsyncClient):
        parameter = inspect.signature(getattr(client, name)).parameters["deadline"]
        assert (parameter.kind, parameter.default) == (inspect.Parameter.KEYWORD_ONLY, None)
    target = target_of(name, simulated_tenant)
    simulated_tenant.inject(timedelta(seconds=20), times=None)
    wide = Client(transport=simulated_tenant, allow_tenant_wide=True)
    begun = monotonic()
    with pytest.raises(TransportTimeoutError, match="deadline of the call has passed"):
        getattr(wide, name)(target, **ARGUMENTS.get(name, {}), deadline=SHORT)
    assert monotonic() - begun < 15


def test_a_deadline_ends_an_awaited_call() -> None:
    async def work(tenant: SimulatedTenant) -> None:
        async with AsyncClient(transport=tenant) as client:
            with pytest.raises(TransportTimeoutError):
                await client.block_sign_in(USER, deadline=SHORT)

    tenant = SimulatedTenant.contoso()
    tenant.inject(timedelta(seconds=20), times=None)
    asyncio.run(work(tenant))


def test_the_receipt_survives_the_deadline(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    """The write was under way: the error says that it may have been done, and how it was asked for."""
    simulated_tenant.inject(timedelta(seconds=20), method="POST", path="/revokeSignInSessions", times=None)
    with pytest.raises(OutcomeUnknownError) as caught:
        entra_client.revoke_sign_in_sessions(USER, deadline=SHORT)
    assert caught.value.receipt is not None
    assert (caught.value.receipt.grade, caught.value.receipt.operation) == ("unknown", "revoke_sign_in_sessions")
    # With nothing in its way the same call has time enough.
    simulated_tenant.clear_faults()
    assert entra_client.revoke_sign_in_sessions(USER, confirm=True, deadline=timedelta(minutes=5)).grade == "confirmed"


@pytest.mark.parametrize(
    ("deadline", "kind"),
    [(5, TypeError), ("soon", TypeError), (timedelta(0), InvalidInputError), (timedelta(seconds=-1), InvalidInputError)],
)
def test_a_deadline_is_a_time(
    simulated_tenant: SimulatedTenant, entra_client: Client, deadline: Any, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match="deadline: a timedelta"):
        entra_client.block_sign_in(USER, deadline=deadline)
    assert requests(simulated_tenant) == []
