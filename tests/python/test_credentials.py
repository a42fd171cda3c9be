"""Credentials of every kind, on good days and bad ones."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from azure.core.credentials import AccessToken, AccessTokenInfo
from entra_ir import AsyncClient, AuthError, Client, Secret, SimulatedTenant, StaticToken, TokenCredential
from entra_ir._adapter import Adapter

if TYPE_CHECKING:
    from collections.abc import Callable

USER = "adele@contoso.example"
LATER = time.time() + 3600


class Waiting:
    """As the credentials of azure-identity are."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], dict[str, Any]]] = []

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        self.asked.append((scopes, options))
        return AccessToken("token", int(LATER))


class Awaited:
    """As the credentials of azure-identity.aio are."""

    def __init__(self) -> None:
        self.loops: set[int] = set()

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        await asyncio.sleep(0)
        self.loops.add(id(asyncio.get_running_loop()))
        return AccessToken("token", int(LATER))


class TokenInfo:
    """Has azure-core's newer protocol alone."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], Any]] = []

    def get_token_info(self, *scopes: str, options: Any = None) -> AccessTokenInfo:
        self.asked.append((scopes, options))
        return AccessTokenInfo("token", int(LATER))


class TokenInfoAwaited:
    """Has it alone, too, and is awaited."""

    async def get_token_info(self, *_scopes: str, options: Any = None) -> AccessTokenInfo:
        del options
        await asyncio.sleep(0)
        return AccessTokenInfo("token", int(LATER))


async def awaited() -> tuple[str, float]:
    await asyncio.sleep(0)
    return "token", LATER


def read(credential: Any, **options: Any) -> bool | None:
    with Client(credential, transport=SimulatedTenant.contoso(), **options) as client:
        return client.get_user(USER).account_enabled


def read_awaited(credential: Any) -> bool | None:
    async def go() -> bool | None:
        async with AsyncClient(credential, transport=SimulatedTenant.contoso()) as client:
            return (await client.get_user(USER)).account_enabled

    return asyncio.run(go())


GOOD: dict[str, Callable[[], Any]] = {
    "get_token": Waiting,
    "async get_token": Awaited,
    "get_token_info": TokenInfo,
    "async get_token_info": TokenInfoAwaited,
    "callable": lambda: lambda: ("token", LATER),
    "callable with a datetime": lambda: lambda: ("token", datetime.now(UTC) + timedelta(hours=1)),
    "callable without expiry": lambda: lambda: ("token", None),
    "callable with a Secret": lambda: lambda: (Secret("token"), LATER),
    "async callable": lambda: awaited,
    "StaticToken": lambda: StaticToken("token"),
    "StaticToken of a Secret": lambda: StaticToken(Secret("token"), speaks_for="app-only"),
}


@pytest.mark.parametrize("name", [*GOOD])
@pytest.mark.parametrize("reading", [read, read_awaited])
def test_any_kind_of_credential(name: str, reading: Callable[[Any], bool | None]) -> None:
    assert reading(GOOD[name]())


def test_azure_identity_is_such_a_credential() -> None:
    from azure.identity import ClientSecretCredential

    with ClientSecretCredential("tenant", "client", "secret") as credential:
        assert isinstance(credential, TokenCredential)
        Client(credential).close()


def test_a_token_is_asked_for_once_and_for_this_cloud() -> None:
    credential = Waiting()
    client = Client(credential, transport=SimulatedTenant.contoso())
    for _ in range(3):
        client.get_user(USER)
    assert credential.asked == [(("https://graph.microsoft.com/.default",), {})]
    government = Waiting()
    read(government, cloud="us-gov-l4")
    assert government.asked == [(("https://graph.microsoft.us/.default",), {})]


def test_token_info_is_asked_for_this_scope() -> None:
    credential = TokenInfo()
    read(credential)
    scope = "https://graph.microsoft.com/.default"
    assert credential.asked == [((scope,), None)]
    Adapter(credential)(scope, "claims")
    assert credential.asked[1:] == [((scope,), {"claims": "claims"})]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("given", [Waiting, TokenInfo, StaticToken])
def test_a_class_is_no_credential(kind: type, given: type) -> None:
    with pytest.raises(TypeError, match=rf"{given.__name__} is a class; make a credential of it: {given.__name__}\(\.\.\.\)"):
        kind(given, transport=SimulatedTenant.contoso())


def test_an_asynchronous_credential_runs_in_the_loop_of_the_call() -> None:
    credential = Awaited()

    async def go() -> int:
        async with AsyncClient(credential, transport=SimulatedTenant.contoso()) as client:
            await client.get_user(USER)
        return id(asyncio.get_running_loop())

    assert credential.loops == {asyncio.run(go())}


def test_an_asynchronous_credential_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    read(Awaited())
    left = [thread for thread in set(threading.enumerate()) - before if thread.name == "entra_ir credential"]
    for thread in left:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in left)


def test_a_call_goes_on_when_its_client_is_closed() -> None:
    """The loop of an asynchronous credential lives until the last call has its token."""
    asked, go_on = threading.Event(), threading.Event()

    async def credential() -> tuple[str, float]:
        asked.set()
        while not go_on.is_set():
            await asyncio.sleep(0.001)
        return "token", LATER

    client = Client(credential, transport=SimulatedTenant.contoso())
    with ThreadPoolExecutor(1) as pool:
        user = pool.submit(client.get_user, USER)
        assert asked.wait(60)
        client.close()
        go_on.set()
        assert user.result(60).account_enabled
    for thread in threading.enumerate():
        if thread.name == "entra_ir credential":
            thread.join(60)
            assert not thread.is_alive()


def test_one_that_raises() -> None:
    problem = OSError("no network to the sign-in page")

    def credential() -> tuple[str, float]:
        raise problem

    for reading in (read, read_awaited):
        with pytest.raises(AuthError, match=r"the credential raised OSError: no network.*Next: ") as caught:
            reading(credential)
        assert caught.value.__cause__ is problem
        assert not caught.value.outcome_unknown


def test_one_that_raises_asynchronously() -> None:
    async def credential() -> tuple[str, float]:
        raise PermissionError("consent is missing")

    for reading in (read, read_awaited):
        with pytest.raises(AuthError) as caught:
            reading(credential)
        assert isinstance(caught.value.__cause__, PermissionError)


@pytest.mark.parametrize(
    "expired", [1.0, 0, -5.0, time.time() - 1, datetime(2020, 1, 1, tzinfo=UTC)], ids=["1970", "0", "before", "now", "datetime"]
)
def test_one_that_returns_an_expired_token(expired: Any) -> None:
    with pytest.raises(AuthError, match="expired"):
        read(lambda: ("token", expired))


class Odd(NamedTuple):
    """What `get_token` may return by mistake."""

    token: Any
    expires_on: Any


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "a bare token": (lambda: "token", "token, expiry time"),
    "three things": (lambda: ("token", LATER, "more"), "token, expiry time"),
    "a list": (lambda: ["token", LATER], "token, expiry time"),
    "None": (lambda: None, "token, expiry time"),
    "bytes": (lambda: (b"token", LATER), "has to be a str, not bytes"),
    "a naive datetime": (lambda: ("token", datetime(2100, 1, 1)), "aware datetime"),
    "a text as expiry": (lambda: ("token", "tomorrow"), "not str"),
    "not a number": (lambda: ("token", float("nan")), "expiry"),
    "milliseconds": (lambda: ("token", LATER * 1000), "seconds since 1970"),
}


@pytest.mark.parametrize("name", [*WRONG])
def test_wrong_shapes(name: str) -> None:
    credential, told = WRONG[name]
    with pytest.raises(AuthError, match=told) as caught:
        read(credential)
    assert isinstance(caught.value.__cause__, TypeError | ValueError)


@pytest.mark.parametrize("given", [Odd(b"token", LATER), Odd(None, LATER), Odd("token", "soon"), "token", None, object()])
def test_wrong_shapes_of_get_token(given: object) -> None:
    class Credential:
        def get_token(self, *_scopes: str, **_options: Any) -> object:
            return given

    with pytest.raises(AuthError) as caught:
        read(Credential())
    assert isinstance(caught.value.__cause__, TypeError)


def test_one_that_hangs_is_given_up() -> None:
    """A deadline of asyncio ends the wait, whatever the credential does."""
    release = threading.Event()

    def credential() -> tuple[str, float]:
        release.wait(60)
        return "token", LATER

    async def go() -> None:
        async with AsyncClient(credential, transport=SimulatedTenant.contoso()) as client:
            await asyncio.wait_for(client.get_user(USER), timeout=0.1)

    try:
        with pytest.raises(TimeoutError):
            asyncio.run(go())
    finally:
        release.set()


def test_many_calls_ask_once() -> None:
    credential = Waiting()

    async def go() -> None:
        async with AsyncClient(credential, transport=SimulatedTenant.contoso()) as client:
            await asyncio.gather(*(client.get_user(USER) for _ in range(200)))

    asyncio.run(go())
    assert len(credential.asked) == 1


def test_a_static_token_says_who_it_speaks_for() -> None:
    assert StaticToken("token", speaks_for="delegated").speaks_for == "delegated"
    with pytest.raises(ValueError, match=r"speaks_for.*delegated.*app-only"):
        read(StaticToken("token", speaks_for="nobody"))  # type: ignore[arg-type]
