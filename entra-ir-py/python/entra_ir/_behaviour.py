"""What results do besides holding data. The generated classes, which hold it, are built on these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from . import _native, _record
from ._record import Listing, Record, Records, plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import NoReturn, Self

    from ._calls import Id
    from ._words import ActionWord, CallerKind, Grade, MethodKind

R = TypeVar("R", bound=Record)


class Done(Record):
    """What counts as done for `open_doors`: the result of any write, and `ActionDone`."""

    __slots__ = ()


class Itself:
    """The attribute `receipt` of a receipt: the receipt itself, and so not one of its fields."""

    def __get__(self, receipt: object, kind: type) -> object:
        return self if receipt is None else receipt

    def __set__(self, receipt: object, value: object) -> NoReturn:
        raise AttributeError("a receipt cannot be changed")


class Printed(Record):
    """Is the base of what is printed on several lines."""

    __slots__ = ()

    def __str__(self) -> str:
        """Returns the result as plain text, for a terminal: a summary, then one line for each item."""
        return _record.display().plain_text(self)


class Registrable(Printed):
    """Is the base of a set of permissions: an application can be registered with it."""

    __slots__ = ()

    def azure_cli_script(self, caller: CallerKind, name: str = "entra-ir") -> str:
        """Returns a script for the Azure CLI that registers an application with these permissions, to be pasted into bash.

        It consents to nothing: that line is a comment.

        Args:
            caller: For whom the token of the application speaks.
            name: The name of the application.

        Returns:
            The script.

        Raises:
            InvalidInputError: For an unknown kind of caller, or a name that is empty, too long or has a control character.
            ValueError: If the set came from JSON that is not a round trip.

        Example:
            >>> script = permissions_for(registration="look").azure_cli_script("delegated", "entra-ir look")
            >>> "az ad app permission add" in script
            True
        """
        from json import loads

        if not isinstance(self._beside, str):
            raise ValueError("this set came from JSON, which omits what it is for: ask permissions_for again")
        kind, what = loads(self._beside)
        return _native.azure_cli_script(kind, what, caller, name)


class Named(Record):
    """Is the base of what a write acts on: as a text it is its id."""

    __slots__ = ()

    def __str__(self) -> str:
        """Returns the id."""
        return str(self._data.get("id") or self._data.get("member") or "")


class Cited(Record):
    """Is the base of a source: `str()` writes it with its date."""

    __slots__ = ()

    def __str__(self) -> str:
        title, dated, url = (self._data.get(key) for key in ("title", "dated", "url"))
        if dated:
            return f"{title} ({dated})"
        return f"{title} (the page shows no date)" if url else str(title)


class ByConfiguration(Listing, Generic[R]):
    """Is the base of what the policy says: an entry is found by its configuration."""

    __slots__ = ()

    def method(self, id: str) -> R:
        """Returns the entry of a configuration.

        Args:
            id: The configuration's id, in any case.

        Returns:
            The entry.

        Raises:
            LookupError: If the policy has no such configuration.
        """
        for entry in self._rows():
            if entry.id.lower() == id.lower():
                found: R = entry
                return found
        raise LookupError(f"the policy has no {id!r}")


class ByPart(Printed, Listing, Generic[R]):
    """Is the base of what changed: the changes of one part can be taken alone."""

    __slots__ = ()

    def of_part(self, part: str) -> Records[R]:
        """Returns the changes of one part.

        Args:
            part: `account`, `methods`, `devices`, `active_roles`, ...

        Returns:
            The changes.
        """
        return Records(change for change in self._rows() if change.part == part)


class DoneElsewhere(Done):
    """Is the base of a record of what was done elsewhere."""

    __slots__ = ()

    @classmethod
    def elsewhere(
        cls,
        action: ActionWord,
        at: datetime,
        *,
        grade: Grade = "accepted",
        kinds: Iterable[MethodKind] | None = None,
        ids: Iterable[Id] | None = None,
        all_methods: bool = False,
        device: Id | None = None,
        consent: str | None = None,
    ) -> Self:
        """Creates a record.

        Args:
            action: What was done.
            at: When, by the service's clock if known; if in doubt, the later time. An aware datetime.
            grade: How certain it is.
            kinds: For methods: of which types.
            ids: For methods: which, or their ids.
            all_methods: For methods: every one that can be removed.
            device: For a device: which, or its object id.
            consent: For a consent: the id of the permission grant.

        Returns:
            The record.

        Raises:
            InvalidInputError: For an unknown word, an invalid id, or a datetime without a time zone.
            TypeError: If more than one option names the part of the account.
        """
        from json import loads

        from ._calls import id_of, ids_of, words

        which, on = ids_of("ids", ids), None if device is None else id_of("device", device)
        text = _native.action_done(action, at, grade, words("kinds", kinds), which, all_methods, on, consent)
        return cls._of(loads(text), None, text)


def actions(done: Iterable[Done]) -> str:
    """Returns what was done in the core's form."""
    if isinstance(done, Record):
        raise TypeError("done: a list of results is needed, as in [result]")
    texts: list[str] = []
    for item in done:
        if not isinstance(item, Done):
            raise TypeError(f"done: results of writes and ActionDone are needed, not {type(item).__name__}")
        if isinstance(item._beside, str):
            texts.append(item._beside)
    return "[" + ",".join(texts) + "]"


class Doors(Printed, Listing):
    """Is the base of the doors: as text, as a chart, and as they would stand without a block."""

    __slots__ = ()

    def if_unblocked(self) -> Self:
        """Returns the doors as if sign-in were unblocked at this time: what only a block holds is open again.

        Returns:
            The doors; the same ones if no block holds a door. A block in a guest's home tenant remains.
        """
        data = self._data.get("if_unblocked")
        return self if data is None else type(self)._of(data)

    def timeline_svg(self) -> str:
        """Draws when each door closes, as a self-contained chart for a report, a ticket or a page.

        The axis is not linear: the minutes around the time of the assessment get more room than the hours after. Text takes the
        colour of the page that contains the chart.

        Returns:
            SVG, without scripts and without external resources.

        Example:
            >>> done = [client.revoke_sign_in_sessions("adele@contoso.example")]
            >>> client.open_doors("adele@contoso.example", done).timeline_svg()[:4]
            '<svg'
        """
        return _record.display().svg(self)

    def to_dict(self) -> dict[str, Any]:
        """Returns the attributes as a plain dict, each door once."""
        names = ("user_id", "now", "snapshot_taken_at", "all_closed", "all_closed_in_sight", "all_closed_from", "notes")
        return {name: plain(getattr(self, name)) for name in (*names, "next", "doors")}
