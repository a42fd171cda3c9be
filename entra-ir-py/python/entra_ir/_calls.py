"""What both clients do with a call: prepare its arguments, read its result, tell what is unknown when it was stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from ._native import Secret, refused_input
from ._record import Record, Records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ._native import Pending, _Ended

R = TypeVar("R", bound=Record)


class HasId(Protocol):
    """Is anything that has an id, such as `User` or `AuthenticationMethod`; it stands for its id."""

    @property
    def id(self) -> str | None:
        """The id."""


Account: TypeAlias = str | HasId
"""A user: the sign-in name or object id, or what has the object id, such as a `User`."""

Id: TypeAlias = str | HasId
"""An id, or what has it, such as an `AuthenticationMethod`."""


def name_of(user: Account) -> str:
    """Returns the name or id of an account that was given as text or as what has its id."""
    return _id("user: a sign-in name or object id (str) or a user of this library", user)


def id_of(what: str, given: Id) -> str:
    """Returns an id that was given as text or as what has it."""
    return _id(f"{what}: an id (str) or what has one", given)


def ids_of(what: str, given: Iterable[Id] | None) -> list[str] | None:
    """Returns ids given as texts or as what has them; a single text would be taken letter by letter."""
    if given is None:
        return None
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        raise TypeError(f"{what}: a list of str, or of what has an id, is needed")
    return [_id(f"{what}: a list of str, or of what has an id,", item) for item in given]


def _id(needed: str, given: object) -> str:
    found = given if isinstance(given, str) else getattr(given, "id", None)
    if isinstance(found, str):
        return found
    raise TypeError(f"{needed} is needed, not {type(given).__name__}")


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
        raise refused_input(f"{what}: {least} or more is needed, and less than 2**32")
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
