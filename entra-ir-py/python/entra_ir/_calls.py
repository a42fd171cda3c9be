"""What both clients do with a call: prepare its arguments, read its result, tell what is unknown when it was stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ._errors import bad_input
from ._native import Secret
from ._record import Record, Records

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from ._native import Pending, _Ended
    from ._results import User
    from ._simulator import SimulatedUser

    _Account: TypeAlias = str | User | SimulatedUser

R = TypeVar("R", bound=Record)


def name_of(user: _Account) -> str:
    """Returns the name or id of an account that was given as text or as a result."""
    if isinstance(user, str):
        return user
    if isinstance(user, Record) and isinstance(found := getattr(user, "id", None), str):
        return found
    raise TypeError(f"user: a sign-in name or object id (str) or a user of this library is needed, not {type(user).__name__}")


def secret_of(what: str, text: str | Secret | None) -> Secret | None:
    """Wraps a secret, so that no frame of this library holds it as text."""
    if text is None or isinstance(text, Secret):
        return text
    # A traceback may show the values in its frames, and this one may be a secret of the wrong type.
    found = type(text).__name__
    try:
        if isinstance(text, str):
            return Secret(text)
    finally:
        del text
    raise TypeError(f"{what}: a str or a Secret is needed, not {found}")


def words(what: str, given: Any) -> list[str] | None:
    """Reads several words; a single one would be taken letter by letter."""
    if given is None:
        return None
    several = None if isinstance(given, str) or not hasattr(given, "__iter__") else list(given)
    if several is None or not all(isinstance(word, str) for word in several):
        raise TypeError(f"{what}: a list of str is needed")
    return several


def count(what: str, given: int | None, least: int) -> int | None:
    """Reads a number of times."""
    if given is None:
        return None
    if not isinstance(given, int):
        raise TypeError(f"{what}: an int is needed, not {type(given).__name__}")
    if not least <= given < 2**32:
        raise bad_input(f"{what}: {least} or more is needed, and less than 2**32")
    return given


def one(kind: type[R], ended: _Ended) -> R:
    """Makes the result of what the core returned."""
    from json import loads

    text, secret, beside = ended
    return kind._of(loads(text), secret, beside)


def many(kind: type[R], ended: _Ended) -> Records[R]:
    """Makes the results of a list that the core returned."""
    from json import loads

    return Records(kind._of(item) for item in loads(ended[0]))


def stopped(exception: BaseException, make: Callable[[type[R], _Ended], Any], kind: type[R], pending: Pending) -> None:
    """Tells, on the exception and in the log, what is unknown now that a call was stopped; a result that had come is there."""
    try:
        _tell(exception, make, kind, pending)
    except BaseException as again:
        # Ctrl-C is often pressed twice, and then this is the exception that arrives.
        _tell(again, make, kind, pending)
        raise


def _tell(exception: BaseException, make: Callable[[type[R], _Ended], Any], kind: type[R], pending: Pending) -> None:
    unknown, text, ended, error = pending.stopped()
    told = vars(exception)
    told["outcome_unknown"], told["result"], told["error"] = unknown, None, error
    try:
        told["result"] = None if ended is None else make(kind, ended)
    except Exception:
        text = "stopped when the call had ended, with a result that cannot be read. Read the account's state"
    exception.add_note(f"entra_ir: {text}")
    from logging import INFO, WARNING, getLogger

    getLogger("entra_ir").log(WARNING if unknown else INFO, "%s", text)
