"""Credentials of every kind as one callable: `(scope, claims) -> (Secret, seconds since 1970 or None)`."""

from __future__ import annotations

from _thread import allocate_lock
from typing import TYPE_CHECKING, Any

from . import _native
from ._credentials import Chain, CoreWay, StaticToken, fits
from ._native import Secret

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Runner
    from collections.abc import Callable

    from ._native import Way


class Adapter:
    """Calls a credential of any kind, on a thread where it may take long."""

    __slots__ = ("_asking", "_background", "_closed", "_credential", "_lock", "loop")

    def __init__(self, credential: Any) -> None:
        self._credential: Any = None
        # The loop of the awaited calls: an asynchronous credential belongs to it.
        self.loop: AbstractEventLoop | None = None
        # A separate loop for the blocking calls, on a thread that runs until the client is closed.
        self._background: AbstractEventLoop | None = None
        self._asking = 0
        self._closed = False
        self._lock = allocate_lock()
        # A traceback of its creation may show it.
        try:
            fits(credential)
            self._credential = credential
        finally:
            del credential

    @property
    def way(self) -> Way | None:
        """The core's own way to sign in, which needs no call of Python."""
        if isinstance(self._credential, Chain):
            return _native.Way.chain([Adapter(credential) for credential in self._credential._credentials])
        return self._credential._way if isinstance(self._credential, CoreWay) else None

    def __repr__(self) -> str:
        return f"Adapter({type(self._credential).__name__})"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a credential cannot be pickled or copied with its client: make both in each process")

    def __call__(self, scope: str, claims: str | None) -> tuple[Secret, float | None]:
        if isinstance(self._credential, StaticToken):
            return self._credential._token, None
        if hasattr(self._credential, "get_token"):
            more: dict[str, Any] = {} if claims is None else {"claims": claims}
            if _is_azure_identity(self._credential):
                # A client that does not declare it gets no claims challenge.
                more["enable_cae"] = True
            return self._finish(self._credential.get_token(scope, **more), _token_of)
        if hasattr(self._credential, "get_token_info"):
            options = {} if claims is None else {"options": {"claims": claims}}
            return self._finish(self._credential.get_token_info(scope, **options), _token_of)
        return self._finish(self._credential(), _pair_of)

    def _finish(self, given: Any, read: Callable[[Any], tuple[Secret, float | None]]) -> tuple[Secret, float | None]:
        try:
            if not hasattr(given, "__await__"):
                return read(given)
            waiting = _read_later(given, read)
        finally:
            del given
        from asyncio import run_coroutine_threadsafe

        if self.loop is not None and self.loop.is_running():
            return run_coroutine_threadsafe(waiting, self.loop).result()
        with self._lock:
            loop = self._own_loop()
            self._asking += 1
        try:
            return run_coroutine_threadsafe(waiting, loop).result()
        finally:
            with self._lock:
                self._asking -= 1
            self._rest()

    def _own_loop(self) -> AbstractEventLoop:
        from asyncio import Runner, new_event_loop
        from threading import Thread

        if self._background is None:
            runner = Runner(loop_factory=new_event_loop)
            self._background = runner.get_loop()
            Thread(target=_serve, args=(runner,), name="entra_ir credential", daemon=True).start()
        return self._background

    def close(self) -> None:
        self._closed = True
        self._rest()

    def _rest(self) -> None:
        """Stops the separate loop after the client is closed and no call waits for a token."""
        with self._lock:
            if not self._closed or self._asking:
                return
            loop, self._background = self._background, None
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)

    def __del__(self) -> None:
        self.close()


def _is_azure_identity(credential: Any) -> bool:
    """Returns whether a credential is of azure-identity, whose `get_token` takes `enable_cae`."""
    return any(f"{base.__module__}.".startswith("azure.identity.") for base in type(credential).__mro__)


def _serve(runner: Runner) -> None:
    """Runs a loop until it is stopped; then cancels what still runs in it, and closes it."""
    with runner:
        runner.get_loop().run_forever()


# A traceback may show the values in its frames: release what holds a token before anything can fail. The log of a loop may show a
# task's result, so the task also reads the token, and returns a `Secret`.


async def _read_later(given: Any, read: Callable[[Any], tuple[Secret, float | None]]) -> tuple[Secret, float | None]:
    try:
        return read(await given)
    finally:
        del given


def _token_of(given: Any) -> tuple[Secret, float | None]:
    found = type(given).__name__
    token: Any = None
    try:
        token = getattr(given, "token", None)
        kind, secret = type(token).__name__, _secret(token)
        expires = None if secret is None else _seconds(getattr(given, "expires_on", None))
    finally:
        del given, token
    if secret is None:
        raise TypeError(f"the credential's get_token has to return an object with a token that is a str: {found}, {kind}")
    return secret, expires


def _pair_of(given: Any) -> tuple[Secret, float | None]:
    token: Any = None
    expires: Any = None
    try:
        fits = issubclass(type(given), tuple) and len(given) == 2
        token, expires = given if fits else (None, None)
        kind, secret = type(token).__name__, _secret(token)
        seconds = None if secret is None else _seconds(expires)
    finally:
        # The two may be in the wrong order.
        del given, token, expires
    if not fits:
        raise TypeError("the credential is a callable that has to return (token, expiry time)")
    if secret is None:
        raise TypeError(f"the credential's token has to be a str, not {kind}")
    return secret, seconds


def _secret(token: Any) -> Secret | None:
    try:
        if isinstance(token, Secret):
            return token
        return Secret(token) if isinstance(token, str) else None
    finally:
        del token


def _seconds(expires: Any) -> float | None:
    if expires is None:
        return None
    if isinstance(expires, int | float):
        if expires != expires:  # NaN
            raise ValueError("the credential's expiry is not a number")
        if 1e11 < expires < float("inf"):  # The year 5138, or milliseconds.
            raise ValueError("the credential's expiry has to be in seconds since 1970; this is too many of them")
        # Before 1970 is long ago, too.
        return max(0.0, float(expires))
    from datetime import datetime

    if not isinstance(expires, datetime) or expires.tzinfo is None:
        found = type(expires).__name__
        del expires
        raise TypeError(
            f"the credential's expiry has to be seconds since 1970, an aware datetime, or None; it is {found} (without time zone)"
            if found == "datetime"
            else f"the credential's expiry has to be seconds since 1970, an aware datetime, or None, not {found}"
        )
    return expires.timestamp()
