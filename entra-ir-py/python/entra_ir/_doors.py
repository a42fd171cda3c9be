"""Which doors are open: what was done, and every way into an account after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _native, _record
from ._effects import Source
from ._receipts import Done
from ._record import Listing, Record, Records, moment, records, when

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from ._calls import Id
    from ._words import ActionWord, Confidence, DoorState, Grade, MethodKind


class ActionDone(Done):
    """Records an action that was done elsewhere: in a portal, by another tool, by the user.

    Results of this library's writes need no such record: `open_doors` takes them as they are.

    Example:
        >>> from datetime import datetime, timezone
        >>> device = "3b41c05e-73a1-43b7-86d7-ed8409f55900"
        >>> ActionDone.elsewhere("disable-device", datetime(2026, 3, 2, tzinfo=timezone.utc), device=device)
        ActionDone(action='disable-device', at=2026-03-02T00:00:00+00:00, grade='accepted')
    """

    __slots__ = ()
    _shown = ("action", "at", "grade")

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
    ) -> ActionDone:
        """Makes a record.

        Args:
            action: What was done.
            at: When, by the service's clock if it is known; if in doubt the later moment. An aware datetime.
            grade: How sure it is.
            kinds: For methods: of which types.
            ids: For methods: which, or their ids.
            all_methods: For methods: every one that can be removed.
            device: For a device: which, or its object id.
            consent: For a consent: the id of the permission grant.

        Returns:
            The record.

        Raises:
            InvalidInputError: For an unknown word, an id that cannot be one, or a datetime without a time zone.
            TypeError: If more than one option says to what it was done.
        """
        from json import loads

        from ._calls import id_of, ids_of, words

        which, on = ids_of("ids", ids), None if device is None else id_of("device", device)
        text = _native.action_done(action, at, grade, words("kinds", kinds), which, all_methods, on, consent)
        return cls._of(loads(text), None, text)

    @property
    def action(self) -> ActionWord:
        """What was done."""
        action: ActionWord = self._data["action"]
        return action

    @property
    def at(self) -> datetime:
        """When (UTC)."""
        return moment(self._data["at"])

    @property
    def grade(self) -> Grade:
        """How sure it is."""
        grade: Grade = self._data["grade"]
        return grade

    @property
    def target(self) -> dict[str, Any]:
        """To what it was done."""
        return dict(self._data["target"])


def actions(done: Iterable[Done]) -> str:
    """Returns what was done as the core reads it."""
    if isinstance(done, Record):
        raise TypeError("done: a list of results is needed, as in [result]")
    texts: list[str] = []
    for item in done:
        if not isinstance(item, Done):
            raise TypeError(f"done: results of writes and ActionDone are needed, not {type(item).__name__}")
        if isinstance(item._beside, str):
            texts.append(item._beside)
    return "[" + ",".join(texts) + "]"


class Door(Record):
    """Is one way into an account."""

    __slots__ = ()
    _shown = ("state", "label", "until", "why", "closed_by")

    @property
    def state(self) -> DoorState:
        """`open`, `unknown`, `closing` (shut by the moment `until`), `held` (what shuts it can be undone), or `closed`."""
        state: DoorState = self._data["state"]["is"]
        return state

    @property
    def kind(self) -> str:
        """What kind of way it is: `password`, `method`, `session`, `access-pass`, `unseen`, ..."""
        return str(self._data["kind"]["is"])

    @property
    def detail(self) -> dict[str, Any]:
        """What is particular to the kind, such as the token class of a session."""
        return {name: value for name, value in self._data["kind"].items() if name != "is"}

    @property
    def label(self) -> str:
        """What to call it. An attacker may have chosen some of the words."""
        return str(self._data["label"])

    @property
    def why(self) -> str:
        """Why it is in that state."""
        return str(self._data["why"])

    @property
    def only_held(self) -> bool:
        """Whether it is only held, or will be, by a block or a deletion that can be undone: nothing ends it."""
        return self.state == "held" or bool(self._data["state"].get("held"))

    @property
    def place(self) -> str | None:
        """Where a person looks, and acts, at a door of which nobody knows."""
        return self._data.get("place")

    @property
    def out_of_sight(self) -> bool:
        """Whether Graph cannot show how it stands, whatever is done and whoever asks: it is never called closed."""
        return bool(self._data.get("out_of_sight"))

    @property
    def given(self) -> bool:
        """Whether a responder made it for the rightful user: a password that was set, a pass that was issued."""
        return bool(self._data.get("given"))

    @property
    def until(self) -> datetime | None:
        """When it is shut at the latest (UTC), a held one by what ends it for good; None if nothing ends it."""
        return when(self._data.get("until"))

    @property
    def began_before(self) -> datetime | None:
        """For closed and closing sessions: those are meant that began before this moment (UTC)."""
        return when(self._data.get("began_before"))

    @property
    def closing_by(self) -> ActionWord | None:
        """The action that closed it, is closing it, or holds it."""
        by: ActionWord | None = self._data["state"].get("by")
        return by

    @property
    def closed_since(self) -> datetime | None:
        """Since when it is closed, or held (UTC)."""
        return when(self._data["state"].get("since"))

    @property
    def closed_by(self) -> list[ActionWord]:
        """What would close it; of a held one what would end it."""
        return list(self._data["closed_by"])

    @property
    def sources(self) -> Records[Source]:
        """Who says so."""
        return records(Source, self._data["sources"])

    @property
    def confidence(self) -> Confidence:
        """How sure it is: `documented`, `observed`, `inferred`."""
        confidence: Confidence = self._data["confidence"]
        return confidence


class NextPress(Record):
    """Names an action to do next, and how many doors it shuts."""

    __slots__ = ()

    @property
    def action(self) -> ActionWord:
        """The action."""
        action: ActionWord = self._data["action"]
        return action

    @property
    def doors(self) -> int:
        """How many doors it shuts that nothing named before it shuts."""
        return int(self._data["doors"])


class OpenDoors(Listing):
    """Lists every way into an account, worst first. In a notebook it is a table, with a chart of when each door closes.

    Example:
        >>> done = [client.block_sign_in("adele@contoso.example")]
        >>> doors = client.open_doors("adele@contoso.example", done)
        >>> len(doors.open), all(door.only_held for door in doors.closing), doors.all_closed_in_sight
        (0, True, False)
        >>> len(doors.if_unblocked().open) > 0
        True
    """

    __slots__ = ()
    _shown = ("now", "open", "unknown", "closing", "held", "closed")

    @property
    def user_id(self) -> str:
        """The account's object id."""
        return str(self._data["user"])

    @property
    def now(self) -> datetime:
        """The moment it is told for (UTC)."""
        return moment(self._data["now"])

    @property
    def snapshot_taken_at(self) -> datetime:
        """When the account was read (UTC)."""
        return moment(self._data["snapshot_taken_at"])

    @property
    def doors(self) -> Records[Door]:
        """All doors, worst first."""
        return records(Door, self._data["doors"])

    @property
    def notes(self) -> list[str]:
        """What must be known to read them."""
        return list(self._data["notes"])

    def _in_state(self, state: DoorState) -> Records[Door]:
        return Records(door for door in self.doors if door.state == state)

    @property
    def open(self) -> Records[Door]:
        """The doors that stand open."""
        return self._in_state("open")

    @property
    def unknown(self) -> Records[Door]:
        """The doors of which nobody knows; a state that this version does not know is one of them."""
        return Records(door for door in self.doors if door.state not in ("open", "closing", "held", "closed"))

    @property
    def closing(self) -> Records[Door]:
        """The doors that are open still, and are shut by a moment that is known."""
        return self._in_state("closing")

    @property
    def held(self) -> Records[Door]:
        """The doors that are only held: by a block, which is lifted some day, by a deletion that can be undone, by a pass."""
        return self._in_state("held")

    @property
    def closed(self) -> Records[Door]:
        """The doors that are closed."""
        return self._in_state("closed")

    @property
    def all_closed(self) -> bool:
        """Whether none is open, unknown, closing, or only held. It hardly ever is: Graph cannot show everything."""
        return all(door.state == "closed" for door in self.doors)

    @property
    def all_closed_in_sight(self) -> bool:
        """Whether every door that Graph can show is closed, but those given to the rightful user: the condition for a script."""
        return all(door.state == "closed" or door.out_of_sight or door.given for door in self.doors)

    @property
    def next(self) -> Records[NextPress]:
        """What to press next, so that every door closes that something closes: what closes most comes first."""
        return records(NextPress, self._data.get("next"))

    def if_unblocked(self) -> OpenDoors:
        """Tells how the doors would stand if sign-in were unblocked at this moment: what only a block holds is open again.

        Returns:
            The doors; the same ones where no block holds anything. A block in a guest's home tenant stays.
        """
        data = self._data.get("if_unblocked")
        return self if data is None else OpenDoors._of(data)

    @property
    def all_closed_from(self) -> datetime | None:
        """When the last of the closing doors is shut (UTC); None if none is closing. Doors that are open or unknown stay so."""
        return max((door.until for door in self.closing if door.until), default=None)

    def __str__(self) -> str:
        """Returns the doors as plain text, for a terminal: what counts first, then the doors, those alike in one line."""
        return _record.display().plain_text(self)

    def timeline_svg(self) -> str:
        """Draws when each door closes, as a chart that stands for itself: for a report, a ticket, a page.

        The axis is not even: the minutes around the moment it is told for get more room than the hours after. Text takes the
        colour of the page that the chart is put into.

        Returns:
            SVG, without scripts and without anything that is loaded.

        Example:
            >>> done = [client.revoke_sign_in_sessions("adele@contoso.example")]
            >>> client.open_doors("adele@contoso.example", done).timeline_svg()[:4]
            '<svg'
        """
        return _record.display().svg(self)

    def to_dict(self) -> dict[str, Any]:
        """Returns the attributes as a plain dict, each door once."""
        names = ("user_id", "now", "snapshot_taken_at", "all_closed", "all_closed_in_sight", "all_closed_from", "notes")
        lists = {"next": self.next.to_dicts(), "doors": self.doors.to_dicts()}
        return {name: getattr(self, name) for name in names} | lists

    def _rows(self) -> Records[Any]:
        return self.doors


def doors_of(snapshot: _native._Beside, done: str, at: datetime | None) -> OpenDoors:
    """Returns the doors of a snapshot after `actions`."""
    from json import loads

    return OpenDoors._of(loads(whole(snapshot).open_doors(done, at)))


def doors_after(done: str) -> Callable[[type[OpenDoors], _native._Ended], OpenDoors]:
    """Returns what makes the doors of the snapshot that a call took."""
    return lambda _, ended: doors_of(ended[2], done, None)


def diff_of(snapshot: _native._Beside, earlier: _native._Beside) -> dict[str, Any]:
    """Compares two snapshots."""
    from json import loads

    told: dict[str, Any] = loads(whole(snapshot).diff(whole(earlier)))
    return told


def whole(snapshot: _native._Beside) -> _native.Snapshot:
    """Returns the core's snapshot."""
    if isinstance(snapshot, _native.Snapshot):
        return snapshot
    left = "this snapshot was pickled or came from JSON, which leaves part of it behind"
    raise ValueError(f"{left}: take a new one with client.snapshot")
