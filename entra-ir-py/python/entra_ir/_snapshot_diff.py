"""What changed between two snapshots of one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _record
from ._record import Listing, Record, Records, moment, plain, records

if TYPE_CHECKING:
    from datetime import datetime

    from ._words import ChangeKind


class SnapshotChange(Record):
    """Describes one change."""

    __slots__ = ()
    _shown = ("part", "kind", "what", "property", "before", "after")

    @property
    def part(self) -> str:
        """The part: `account`, or the attribute of `AccountSnapshot`, such as `methods`."""
        return str(self._data["part"])

    @property
    def kind(self) -> ChangeKind:
        """Whether something was added, removed, or became another."""
        kind: ChangeKind = self._data["kind"]
        return kind

    @property
    def what(self) -> str:
        """What it is. An attacker may have chosen some of the words."""
        return str(self._data["what"])

    @property
    def id(self) -> str | None:
        """Its id, if it has one."""
        return self._data.get("id")

    @property
    def before(self) -> Any:
        """The property before; None if there was none."""
        return plain(self._data.get("before"))

    @property
    def after(self) -> Any:
        """The property after; None if there is none."""
        return plain(self._data.get("after"))

    @property
    def certain(self) -> bool:
        """False where a list was not whole: what seems new may have been there, what seems gone may still be."""
        return bool(self._data["certain"])

    # The last one: below it the word means this attribute.
    @property
    def property(self) -> str | None:
        """Which of its properties became another, such as `number` or `account_enabled`; None if it was added or removed."""
        return self._data.get("property")


class NotCompared(Record):
    """Names a part that could not be compared, or not wholly."""

    __slots__ = ()

    @property
    def part(self) -> str:
        """The part."""
        return str(self._data["part"])

    @property
    def why(self) -> str:
        """Why."""
        return str(self._data["why"])


class SnapshotDiff(Listing):
    """Lists what changed between two snapshots of one account. What could not be read in one of them is unknown."""

    __slots__ = ()
    _shown = ("before", "after", "changes", "unknown")

    @property
    def user_id(self) -> str:
        """The account's object id."""
        return str(self._data["user"])

    @property
    def before(self) -> datetime:
        """When the earlier snapshot was taken (UTC)."""
        return moment(self._data["before"])

    @property
    def after(self) -> datetime:
        """When the later snapshot was taken (UTC)."""
        return moment(self._data["after"])

    @property
    def changes(self) -> Records[SnapshotChange]:
        """The changes, part by part."""
        return records(SnapshotChange, self._data["changes"])

    @property
    def unknown(self) -> Records[NotCompared]:
        """What could not be compared, and why."""
        return records(NotCompared, self._data["unknown"])

    @property
    def unchanged(self) -> bool | None:
        """Whether nothing changed; None if no change is known, and not everything could be compared."""
        if self._data["changes"]:
            return False
        return None if self._data["unknown"] else True

    def of_part(self, part: str) -> Records[SnapshotChange]:
        """Returns the changes of one part.

        Args:
            part: `account`, `methods`, `devices`, `active_roles`, ...

        Returns:
            The changes.
        """
        return Records(change for change in self.changes if change.part == part)

    def __str__(self) -> str:
        """Returns the changes as plain text, for a terminal."""
        return _record.display().plain_text(self)

    def _rows(self) -> Records[Any]:
        return self.changes
