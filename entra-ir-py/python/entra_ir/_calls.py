"""The shared code of both clients: prepares arguments, reads results, and reports what is unknown after a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, get_args

from . import _native
from ._native import Secret, refused_input
from ._record import Record, Records
from ._words import MethodKind, MethodScope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime, timedelta

    from ._native import Pending, _Ended

R = TypeVar("R", bound=Record)
V = TypeVar("V")

Asked: TypeAlias = tuple[str, dict[str, Secret], "list[_native.User | _native.Snapshot]", bool]
"""An operation in the core's JSON, the secrets of its slots, those of its accounts that were read, and whether the owner was
checked.
"""


class HasId(Protocol):
    """Any object that has an id, such as `User` or `AuthenticationMethod`; it is used as its id."""

    @property
    def id(self) -> str | None:
        """The id."""


class HasUser(Protocol):
    """Any object about a user, such as `AccountSnapshot`; it is used as its user."""

    @property
    def user(self) -> HasId:
        """The user."""
        ...


Account: TypeAlias = str | HasId | HasUser
"""A user: the sign-in name or object id, or what has the object id, such as a `User` or an `AccountSnapshot`."""

Id: TypeAlias = str | HasId
"""An id, or what has it, such as an `AuthenticationMethod`."""


def name_of(user: Account) -> str:
    """Returns the name or id of an account, given as text or as an object that has the id."""
    return _id("user: must be a str (sign-in name or object id) or a User", getattr(user, "user", user))


def ask(
    operation: str,
    *,
    read: Iterable[_native.User | _native.Snapshot] = (),
    owner_checked: bool = False,
    **fields: Any,
) -> Asked:
    """Returns an operation in the core's form, with the accounts that this process read."""
    from json import dumps

    checked = typed("owner_checked", owner_checked, bool)
    return dumps({"operation": operation, **fields}, ensure_ascii=False), {}, [*read], checked


def on(user: Account, operation: str, **fields: Any) -> Asked:
    """Returns an operation on a user in the core's form, with the account if this process read it."""
    return ask(operation, read=known(user), user=name_of(user), **fields)


def on_each(users: Iterable[Account], operation: str, **fields: Any) -> Asked:
    """Returns an operation on several users in the core's form, with the accounts that this process read."""
    if isinstance(users, str) or not hasattr(users, "__iter__"):
        raise TypeError("users: a list of str (sign-in name or object id), or of User, is needed")
    users = list(users)
    read = [account for user in users for account in known(user)]
    return ask(operation, read=read, users=[name_of(user) for user in users], **fields)


def on_device(device: Id, operation: str, user: Account | None, **fields: Any) -> Asked:
    """Returns an operation on a device in the core's form, for an account if one is named."""
    read, named = ([], None) if user is None else (known(user), name_of(user))
    return ask(operation, read=read, device=id_of("device", device), user=named, **fields)


def known(user: Account) -> list[_native.User | _native.Snapshot]:
    """Returns the account, if this process read it."""
    beside = getattr(getattr(user, "user", user), "_beside", None)
    return [beside] if isinstance(beside, _native.User | _native.Snapshot) else []


def planned(operation: Mapping[str, Any], secrets: Mapping[str, str | Secret] | None) -> Asked:
    """Returns an operation that is given by its name and fields in the core's form."""
    from collections.abc import Mapping
    from json import dumps

    try:
        filled = {name: slot for name, secret in (secrets or {}).items() if (slot := secret_of(name, secret)) is not None}
    finally:
        # A traceback may show the values in its frames.
        del secrets
    given: object = operation
    if not isinstance(given, Mapping):
        raise TypeError(f"operation: a Mapping is needed, not {type(given).__name__}")
    name = operation.get("operation")
    if name not in _native.CATALOG:
        raise refused_input(f"operation: {dumps(name, default=str)} is not one of {', '.join(_native.CATALOG)}")
    return dumps(dict(operation), ensure_ascii=False), filled, [], False


def id_of(what: str, given: Id) -> str:
    """Returns an id, given as text or as an object that has it."""
    return _id(f"{what}: an id (str) or what has one", given)


def ids_of(what: str, given: Iterable[Id] | None) -> list[str] | None:
    """Returns ids, given as texts or as objects that have them; refuses a single text, which would be read letter by letter."""
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


def typed(what: str, given: object, kind: type[V]) -> V:
    """Returns an argument that has to be of a type."""
    if not isinstance(given, kind):
        raise TypeError(f"{what}: a {kind.__name__} is needed, not {type(given).__name__}")
    return given


def word(what: str, given: object, words: Any) -> str:
    """Returns a word that has to be one of a `Literal`."""
    allowed = get_args(words)
    if typed(what, given, str) not in allowed:
        from json import dumps

        raise refused_input(f"{what}: {dumps(given)} is not one of {', '.join(map(dumps, allowed))}")
    return str(given)


def confirmation(confirm: bool | timedelta) -> float | None:
    """Returns the maximum time to wait for a change to be visible, in seconds."""
    if isinstance(confirm, bool):
        return _native.CONFIRM_WITHIN if confirm else None
    return _native.seconds("confirm", confirm)


def methods_named(
    scope: str | None, types: Iterable[str] | None, ids: Iterable[Id] | None, registered_since: datetime | None
) -> object:
    """Returns the scope of methods in the core's form."""
    if sum(given is not None for given in (scope, types, ids, registered_since)) != 1:
        options = f"scope ({', '.join(map(repr, get_args(MethodScope)))}), types, ids, registered_since"
        raise TypeError(f"delete_methods: select the methods with exactly one of {options}")
    if scope is not None:
        return word("scope", scope, MethodScope)
    if types is not None:
        return {"only": [word("method type", kind, MethodKind) for kind in words("types", types) or ()]}
    if registered_since is not None:
        return {"registered-since": _native.timestamp("registered_since", registered_since)}
    return {"ids": ids_of("ids", ids)}


def words(what: str, given: Any) -> list[str] | None:
    """Reads several words. A single text is refused, since it would be read letter by letter."""
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
    """Creates the result from the core's output."""
    from json import loads

    text, secret, beside = ended
    return kind._of(loads(text), secret, beside)


def many(kind: type[R], ended: _Ended) -> Records[R]:
    """Creates the results from a list of the core."""
    from json import loads

    return Records(kind._of(item) for item in loads(ended[0]))


def stopped(exception: BaseException, make: Callable[[type[R], _Ended], Any], kind: type[R], pending: Pending) -> None:
    """Adds to the exception and the log what is unknown after a call was stopped, and a result that already arrived."""
    try:
        _tell(exception, make, kind, pending)
    except BaseException as again:
        # Ctrl-C is often pressed twice: then this exception arrives.
        _tell(again, make, kind, pending)
        raise


def _tell(exception: BaseException, make: Callable[[type[R], _Ended], Any], kind: type[R], pending: Pending) -> None:
    unknown, text, ended, error = pending.stopped()
    told = vars(exception)
    told["outcome_unknown"], told["result"], told["error"] = unknown, None, error
    try:
        told["result"] = None if ended is None else make(kind, ended)
    except Exception:
        text = "stopped after the call had ended, with a result that cannot be read. Read the account's state"
    exception.add_note(f"entra_ir: {text}")
    from logging import INFO, WARNING, getLogger

    getLogger("entra_ir").log(WARNING if unknown else INFO, "%s", text)
