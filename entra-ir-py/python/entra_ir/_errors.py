"""The exceptions, one class for each kind of next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._record import as_json, plain

if TYPE_CHECKING:
    from typing import Any

    from ._receipts import Receipt
    from ._words import AuthErrorKind


class EntraError(Exception):
    """The base class of all errors of this package; its text ends with the next step.

    Attributes:
        operation: The operation's name, if one was called.
        code: Graph's error code; without a token, that of Microsoft Entra ID.
        inner_code: Graph's innermost error code.
        status: The HTTP status.
        request_id: Graph's id of the request, to quote in a support case.
        client_request_id: This library's id of the call.
        retry_after: How long the service asked to wait, in seconds.
        attempts: How often the request was sent.
        outcome_unknown: Whether the write may have happened all the same. Read the account's state before repeating it.
        is_retryable: Whether the same call may succeed later, and repeating it is harmless.
        advice: The next step, in one sentence.
        receipt: What was sent and answered before and with the error; None if nothing was sent.
        details: The entries of Graph's `error.details`: code, message, target.
    """

    operation: str | None
    code: str | None
    inner_code: str | None
    status: int | None
    request_id: str | None
    client_request_id: str | None
    retry_after: float | None
    attempts: int | None
    outcome_unknown: bool
    is_retryable: bool
    advice: str
    receipt: Receipt | None
    details: list[dict[str, Any]] | None

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        code: str | None = None,
        inner_code: str | None = None,
        status: int | None = None,
        request_id: str | None = None,
        client_request_id: str | None = None,
        retry_after: float | None = None,
        attempts: int | None = None,
        outcome_unknown: bool = False,
        is_retryable: bool = False,
        advice: str = "",
        receipt: Receipt | None = None,
        details: list[dict[str, Any]] | None = None,
    ) -> None:
        """Creates an error; only the library does this."""
        super().__init__(message)
        self.operation = operation
        self.code = code
        self.inner_code = inner_code
        self.status = status
        self.request_id = request_id
        self.client_request_id = client_request_id
        self.retry_after = retry_after
        self.attempts = attempts
        self.outcome_unknown = outcome_unknown
        self.is_retryable = is_retryable
        self.advice = advice
        self.receipt = receipt
        self.details = details

    def __str__(self) -> str:
        """Returns the message, independent of the other base class."""
        return str(self.args[0])

    def to_dict(self) -> dict[str, Any]:
        """Returns class, text and every attribute as a plain dict; secrets are masked.

        Returns:
            `type` and `message`, the attributes by their names (a receipt as `Receipt.to_dict` writes it), and `notes` if there
            are any.

        Example:
            >>> try:
            ...     client.get_user("nobody@contoso.example")
            ... except EntraError as error:
            ...     told = error.to_dict()
            >>> told["type"], told["operation"], told["status"], told["outcome_unknown"]
            ('NotFoundError', 'get_user', 404, False)
        """
        attributes = {name: plain(value) for name, value in vars(self).items() if not name.startswith("_")}
        notes = {"notes": list(self.__notes__)} if hasattr(self, "__notes__") else {}
        return {"type": type(self).__name__, "message": str(self), **attributes, **notes}

    def to_json(self, *, indent: int | None = None) -> str:
        """Returns what `to_dict` does, as JSON.

        Args:
            indent: How far to indent; one line if nothing is given.

        Returns:
            The JSON text.
        """
        return as_json(self.to_dict(), indent)

    def __reduce__(self) -> tuple[Any, ...]:
        """Keeps the attributes when the error crosses to another process."""
        return (_restore, (type(self), self.args[0], dict(vars(self))))


def _restore(cls: type[EntraError], message: str, attributes: dict[str, Any]) -> EntraError:
    error = cls(message)
    vars(error).update(attributes)
    return error


class OutcomeUnknownError(EntraError):
    """The outcome of a write is unknown: read the account's state before repeating it."""


class GraphError(EntraError):
    """Graph answered with a refusal."""


class ThrottledError(GraphError):
    """There were too many requests, for longer than the client may wait; see `retry_after`."""


class PermissionDeniedError(GraphError, PermissionError):
    """A permission or role is missing, or the target is too privileged; `advice` names what to grant."""


class NotFoundError(GraphError, LookupError):
    """Graph has no such object."""


class ConflictError(GraphError):
    """Somebody else wrote at the same time."""


class UnavailableError(GraphError):
    """The service had an internal error."""


class TransportError(EntraError, ConnectionError):
    """There was no answer. Nothing was changed, unless it is also an `OutcomeUnknownError`."""


class TransportTimeoutError(TransportError, TimeoutError):
    """There was no answer in time. Nothing was changed, unless it is also an `OutcomeUnknownError`."""


class AuthError(EntraError):
    """There is no usable access token; `__cause__` is the exception of a credential in Python.

    Attributes:
        kind: Why there is none, as the word that decides the next step; None if Graph did not accept the token. `code` is the
            code of Microsoft Entra ID (`AADSTS...`), if it gave one.
        claims: The claims that a sign-in has to request, as JSON.
    """

    kind: AuthErrorKind | None
    claims: str | None

    def __init__(self, message: str, *, kind: AuthErrorKind | None = None, claims: str | None = None, **attributes: Any) -> None:
        """Creates an error; only the library does this."""
        super().__init__(message, **attributes)
        self.kind = kind
        self.claims = claims


class UnauthenticatedError(GraphError, AuthError):
    """Graph did not accept the token."""


class DecodeError(EntraError, ValueError):
    """The answer was not understood."""


class RefusedError(EntraError):
    """This library refused, and nothing was sent."""


class InvalidInputError(RefusedError, ValueError):
    """An argument is not valid; nothing was sent."""


class GuardedError(RefusedError, PermissionError):
    """The client must not do this: it is read-only, or its guard protects the target.

    Nothing was sent.
    """


class ConfigError(EntraError, ValueError):
    """The configuration of the client is not valid."""


class ClientClosedError(EntraError, RuntimeError):
    """The client is closed."""


class ForkedError(EntraError, RuntimeError):
    """This process was forked from one that used the library."""


class GraphOutcomeUnknownError(OutcomeUnknownError, GraphError):
    """The service had an internal error after it had received the write."""


class TransportOutcomeUnknownError(OutcomeUnknownError, TransportError):
    """A write was sent, and there was no answer."""


class TimeoutOutcomeUnknownError(OutcomeUnknownError, TransportTimeoutError):
    """A write was sent, and there was no answer in time."""


class AuthOutcomeUnknownError(OutcomeUnknownError, AuthError):
    """The token was lost between the attempts of a write."""


class DecodeOutcomeUnknownError(OutcomeUnknownError, DecodeError):
    """A write was accepted with an answer that was not understood."""
