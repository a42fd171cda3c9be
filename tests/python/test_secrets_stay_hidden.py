"""A planted token, password and pass appear in nothing that Python can print."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import gc
import json
import pickle
import pprint
import sys
import traceback
import warnings
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import entra_ir
import pytest
from azure.core.credentials import AccessToken
from entra_ir import AsyncClient, Client, Record, Records, Secret, SimulatedTenant, StaticToken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USER = "adele@contoso.example"


# Made by functions: neither a line of source nor a local variable of a test shows them.
def token() -> str:
    return "eyJ" + "zebra-token" * 2


def password() -> str:
    return "Quokka" + "-Sesame-4711!"


def weak() -> str:
    return "oka" + "pi7"


PLANTED = (token, password, weak)


def found_in(text: str, *more: str) -> list[str]:
    return [secret for secret in [*(plant() for plant in PLANTED), *more] if secret in text]


def shown(value: Any) -> Iterator[str]:
    """Gives everything that Python makes of a value without being asked twice."""
    yield repr(value)
    yield str(value)
    yield f"{value}"
    yield pprint.pformat(value)
    with contextlib.suppress(TypeError):
        yield repr(vars(value))
    yield repr({name: getattr(value, name, None) for name in dir(value) if name != "reveal"})
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with contextlib.suppress(TypeError, pickle.PicklingError, AttributeError):
            made = way(value)
            yield made.decode("latin-1") if isinstance(made, bytes) else repr(made)
    with contextlib.suppress(TypeError):
        yield json.dumps(value, default=str)
    if isinstance(value, Record):
        yield repr(value.to_dict())
    if isinstance(value, Record | Records):
        yield value.to_json(indent=1)
        yield value.to_json(round_trip=True)
    if isinstance(value, Record | Records | Secret):
        yield value._repr_html_()
    yield repr(gc.get_referents(value))


def told(error: BaseException | None) -> str:
    """Gives all of an exception: with locals, notes, causes, attributes."""
    parts: list[str] = []
    while error is not None:
        whole = traceback.TracebackException.from_exception(error, capture_locals=True)
        parts += [*whole.format(), repr(error), str(error), repr(vars(error)), repr(error.args)]
        with contextlib.suppress(Exception):
            parts.append(pickle.dumps(error).decode("latin-1"))
        error = error.__cause__ or error.__context__
    return "\n".join(parts)


class Azure:
    """A credential whose own repr shows nothing, as those of azure-identity."""

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(token(), 4102444800)


def test_the_search_finds_what_is_there() -> None:
    """Were the search blind, the tests below would prove nothing."""

    def fails(given: str) -> None:
        raise ValueError(len(given))

    assert any(found_in(text) for text in shown([password()]))
    with pytest.raises(ValueError, match="19") as caught:
        fails(password())
    assert found_in(told(caught.value))


@pytest.mark.parametrize("plant", PLANTED)
def test_a_secret(plant: Callable[[], str]) -> None:
    secret = Secret(plant())
    assert [text for text in shown(secret) if found_in(text)] == []
    assert [text for text in shown({"nested": [secret]}) if found_in(text)] == []
    for form in ("{}", "{!r}", "{!s}", "{!a}", "{:>40}", "%s", "%r"):
        assert not found_in(form.format(secret) if "{" in form else form % secret)
    assert secret.reveal() == plant()
    assert secret == Secret(plant())
    assert secret != plant()
    with pytest.raises(TypeError, match="unhashable"):
        hash(secret)


def test_a_secret_that_is_copied_is_itself() -> None:
    secret = Secret(password())
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"nested": [secret]})["nested"][0] is secret


def test_a_secret_that_was_pickled_is_gone() -> None:
    gone = pickle.loads(pickle.dumps(Secret(password())))
    assert repr(gone) == "Secret('**********')"
    with pytest.raises(ValueError, match="pickled"):
        gone.reveal()
    assert gone != Secret(password())


def test_clients_and_credentials(everything_logged: Callable[[], str]) -> None:
    tenant = SimulatedTenant.contoso()
    for credential in (StaticToken(token()), Azure(), lambda: (token(), 4102444800)):
        for kind in (Client, AsyncClient):
            client = kind(credential, transport=tenant)
            if isinstance(client, Client):
                client.get_user(USER)
            assert [text for text in shown(client) if found_in(text)] == []
            assert [text for text in shown(client._adapter) if found_in(text)] == []
    assert [text for text in shown(StaticToken(token())) if found_in(text)] == []
    assert [text for text in shown(tenant.requests) if found_in(text)] == []
    assert "get_user" in everything_logged()
    assert not found_in(everything_logged())


def test_results_and_logs(everything_logged: Callable[[], str]) -> None:
    tenant = SimulatedTenant.contoso()
    tenant.add_user("zoe@contoso.example", password=password())
    client = Client(StaticToken(token()), transport=tenant)
    reset = client.reset_password("zoe@contoso.example")
    chosen = client.reset_password("zoe@contoso.example", password=password())
    given = client.reset_password("zoe@contoso.example", password=Secret(password()))
    locked = client.lock_out("zoe@contoso.example")
    closed = client.lock_out("zoe@contoso.example", password=password())
    made = client.create_temporary_access_pass("zoe@contoso.example")
    passes = client.list_temporary_access_passes("zoe@contoso.example")
    assert reset.password is not None
    assert locked.password is not None
    assert made.access_pass is not None
    hidden = reset.password.reveal(), locked.password.reveal(), made.access_pass.reveal()
    for value in (
        reset,
        chosen,
        given,
        locked,
        closed,
        made,
        passes,
        Records([reset, made]),
        tenant,
        tenant.users,
        tenant.requests,
    ):
        assert [text for text in shown(value) if found_in(text, *hidden)] == []
    assert chosen.password is closed.password is None
    assert tenant.password_of("zoe@contoso.example") == Secret(password())
    assert "reset_password" in everything_logged()
    assert not found_in(everything_logged(), *hidden)


def test_dry_runs(everything_logged: Callable[[], str]) -> None:
    client = Client(transport=SimulatedTenant.contoso(), mode="dry-run")
    reset = client.reset_password(USER, password=password())
    assert "**" in reset.receipt.would_send.to_json()
    for value in (reset, reset.receipt, reset.receipt.would_send):
        assert [text for text in shown(value) if found_in(text)] == []
    assert not found_in(everything_logged())


# Calls that fail with a secret among their arguments.
FAILING: dict[str, Callable[[Client, SimulatedTenant], object]] = {
    "weak": lambda client, _: client.reset_password(USER, password=weak()),
    "weak lock": lambda client, _: client.lock_out(USER, password=weak()),
    "refused lock": lambda client, _: client.lock_out("nobody@contoso.example", password=password()),
    "weak Secret": lambda client, _: client.reset_password(USER, password=Secret(weak())),
    "refused": lambda client, _: client.reset_password("nobody@contoso.example", password=password()),
    "no user": lambda client, _: client.reset_password(5, password=password()),  # type: ignore[arg-type]
    "no word": lambda client, _: client.reset_password(USER, password=password(), force_change="soon"),  # type: ignore[arg-type]
    "no bool": lambda client, _: client.reset_password(USER, password=password(), generated_by_entra=[]),  # type: ignore[arg-type]
    "both": lambda client, _: client.reset_password(USER, password=password(), generated_by_entra=True),
    "bytes": lambda client, _: client.reset_password(USER, password=password().encode()),  # type: ignore[arg-type]
    "list": lambda client, _: client.reset_password(USER, password=[password()]),  # type: ignore[arg-type]
    "surrogate": lambda client, _: client.reset_password(USER, password=password() + "\ud800"),
    "surrogate Secret": lambda _client, _tenant: Secret(password() + "\ud800"),
    "surrogate StaticToken": lambda _client, _tenant: StaticToken(token() + "\ud800"),
    "add_user": lambda _, tenant: tenant.add_user("x@contoso.example", password=password(), kind="robot"),  # type: ignore[arg-type]
    "add_user bytes": lambda _, tenant: tenant.add_user("x@contoso.example", password=password().encode()),  # type: ignore[arg-type]
    "Secret": lambda _client, _tenant: Secret(password().encode()),  # type: ignore[arg-type]
    "StaticToken": lambda _client, _tenant: StaticToken(token().encode()),  # type: ignore[arg-type]
    "speaks_for": lambda _, tenant: Client(StaticToken(token(), speaks_for="me"), transport=tenant),  # type: ignore[arg-type]
    "transport": lambda _client, _tenant: Client(transport=password()),  # type: ignore[arg-type]
    "a str": lambda _, tenant: Client(token(), transport=tenant),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", [*FAILING])
def test_tracebacks_with_locals(name: str) -> None:
    tenant = SimulatedTenant.contoso()
    with pytest.raises((entra_ir.EntraError, TypeError)) as caught:
        FAILING[name](Client(StaticToken(token()), transport=tenant), tenant)
    assert not found_in(told(caught.value))


@pytest.mark.parametrize("fault", [500, 403, "dropped", "truncated", "html", timedelta(minutes=5)])
def test_tracebacks_of_calls_that_the_service_fails(fault: Any, everything_logged: Callable[[], str]) -> None:
    tenant = SimulatedTenant.contoso()
    tenant.inject(fault, method="PATCH", times=None)
    tenant.inject(fault, method="POST", times=None)
    client = Client(StaticToken(token()), transport=tenant, max_attempts=1, timeout=timedelta(milliseconds=100))
    for call in (
        lambda: client.reset_password(USER, password=password(), way="password-profile"),
        lambda: client.reset_password(USER, password=password(), way="write-back"),
        lambda: client.create_temporary_access_pass(USER),
    ):
        stopped: entra_ir.EntraError | None = None
        try:
            call()
        except entra_ir.EntraError as error:
            stopped = error
        assert not found_in(told(stopped))
    hidden = tenant.access_pass_of(USER)
    assert not found_in(everything_logged(), *([hidden.reveal()] if hidden else []))


class Expiring:
    """Has a token, and raises where it is asked for how long."""

    @property
    def token(self) -> str:
        return token()

    @property
    def expires_on(self) -> int:
        del self  # Its own frame must not show it either.
        raise ValueError("the clock is wrong")

    def __repr__(self) -> str:
        return f"Expiring({token()})"


class Pair(tuple[str, None]):
    """Is a tuple that cannot be read."""

    __slots__ = ()

    def __len__(self) -> int:
        del self
        raise ValueError("the length is gone")


def odd_tokens() -> dict[str, Callable[[], object]]:
    return {
        "bytes": lambda: (token().encode(), None),
        "bare": token,
        "list": lambda: [token(), None],
        "three": lambda: (token(), None, None),
        "surrogate": lambda: (token() + "\ud800", None),
        "no expiry": lambda: (token(), "soon"),
        "a dict": lambda: {"token": token()},
        "expired": lambda: (token(), 1.0),
        "the wrong way round": lambda: (4102444800, token()),
        "two tokens": lambda: (token(), token()),
        "expiry fails": lambda: Expiring(),
        "no pair": lambda: Pair((token(), None)),
    }


@pytest.mark.parametrize("name", [*odd_tokens()])
def test_tracebacks_of_credentials(name: str, everything_logged: Callable[[], str]) -> None:
    class Credential:
        def get_token(self, *_scopes: str, **_options: Any) -> object:
            return odd_tokens()[name]()

    class Half:
        """Has a token, and an expiry that cannot be used."""

        def get_token(self, *_scopes: str, **_options: Any) -> object:
            return AccessToken(token(), "soon")  # type: ignore[arg-type]

    for credential in (odd_tokens()[name], Credential(), Half()):
        client = Client(credential, transport=SimulatedTenant.contoso())  # type: ignore[arg-type]
        with pytest.raises(entra_ir.AuthError) as caught:
            client.get_user(USER)
        assert not found_in(told(caught.value))
    assert not found_in(everything_logged())


def test_the_loop_of_a_credential_sees_a_secret(everything_logged: Callable[[], str]) -> None:
    """In its debug mode asyncio tells what its tasks return."""
    shown: list[str] = []

    class Long(tuple[str, None]):
        __slots__ = ()

        def __repr__(self) -> str:
            shown.append(self[0])
            return "shown"

    async def credential() -> tuple[str, None]:
        await asyncio.sleep(0)
        return Long((token(), None))

    async def go() -> None:
        asyncio.get_running_loop().slow_callback_duration = 0.0
        async with AsyncClient(credential, transport=SimulatedTenant.contoso()) as client:
            await client.get_user(USER)

    asyncio.run(go(), debug=True)
    assert "Executing" in everything_logged()
    assert not found_in(everything_logged())
    assert shown == []


def test_a_credential_that_tells_the_token(everything_logged: Callable[[], str]) -> None:
    """What it raised is its own and stays the cause; the library's error and log repeat no token."""

    def credential() -> tuple[str, None]:
        raise ValueError(f"the proxy refused Bearer {token()}.payload-_.signature: try again")

    client = Client(credential, transport=SimulatedTenant.contoso())
    with pytest.raises(entra_ir.AuthError, match=r"refused Bearer [*]+: try again") as caught:
        client.get_user(USER)
    assert not found_in(repr(caught.value) + str(vars(caught.value)) + everything_logged())
    assert "signature" not in str(caught.value)


def test_what_is_cancelled() -> None:
    tenant = SimulatedTenant.contoso()
    tenant.inject(timedelta(minutes=5), method="PATCH")

    async def go() -> None:
        async with AsyncClient(StaticToken(token()), transport=tenant) as client:
            await asyncio.wait_for(client.reset_password(USER, password=password(), way="password-profile"), timeout=0.1)

    with pytest.raises(TimeoutError) as caught:
        asyncio.run(go())
    assert not found_in(told(caught.value))


def test_a_call_that_was_forgotten() -> None:
    """Python warns of a coroutine that nobody awaited; the warning shows no argument."""
    client = AsyncClient(transport=SimulatedTenant.contoso())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call = client.reset_password(USER, password=password())
        text = repr(call) + str(call)
        del call
        gc.collect()
    assert len(caught) == 1
    assert "never awaited" in str(caught[0].message)
    assert not found_in(text + repr([vars(warning) for warning in caught]))


def test_uncaught_errors_of_a_program(run_python: Callable[..., str]) -> None:
    """What a program prints when it ends with an error."""
    script = """
import io, sys, traceback, entra_ir
def password():
    return "Quokka" + "-Sesame-4711!"
tenant = entra_ir.SimulatedTenant.contoso()
client = entra_ir.Client(transport=tenant)
try:
    client.reset_password("nobody@contoso.example", password=password())
except Exception as error:
    traceback.print_exception(error, file=sys.stdout)
"""
    printed = run_python(script)
    assert "entra_ir.NotFoundError" in printed
    assert not found_in(printed)


def test_frames_of_the_library_hold_no_secret() -> None:
    """While a call runs, a debugger or profiler that walks the stack sees the argument masked."""
    seen: list[str] = []

    def credential() -> tuple[str, None]:
        for frame in sys._current_frames().values():
            at: Any = frame
            while at is not None:
                if "entra_ir" in at.f_code.co_filename and "tests" not in at.f_code.co_filename:
                    seen.append(repr(at.f_locals))
                at = at.f_back
        return token(), None

    tenant = SimulatedTenant.contoso()
    Client(credential, transport=tenant).reset_password(USER, password=password())
    assert len(seen) >= 3
    assert not found_in("\n".join(seen))
