"""What plans and reports do besides showing their data: they are written, and read again, or played against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _native
from ._behaviour import Printed
from ._record import Record

if TYPE_CHECKING:
    from typing import Self

    from ._advice import Drill
    from ._drafts import Draft


class Planned(Printed):
    """The base class of a plan."""

    __slots__ = ()

    @property
    def digest(self) -> str:
        """The SHA-256 of the plan in canonical JSON, by which it can be confirmed."""
        return _native.plan_digest(self.write())

    def drill(self) -> Drill:
        """Lets an adversary play against the plan, on a simulated tenant: between any two of its requests, and afterwards.

        He has what an incident of that kind gives, and plays twice: once he waits, once he makes every move. It takes some
        seconds, and proves nothing about a real tenant.

        Returns:
            The plays: by what he is in, for how long, and whether the rightful user is back.

        Raises:
            RefusedError: For a plan that no run would take.

        Example:
            >>> drill = client.snapshot("adele@contoso.example").plan("token-theft").drill()
            >>> drill.evicted
            True
        """
        from json import loads

        from ._advice import Drill

        return Drill._of(loads(_native.drill(self.write())))

    def write(self) -> str:
        """Returns the plan as JSON, as a plan file holds it: to read it, to edit it, and to `read` it again."""
        from ._record import as_json

        return as_json(self._data, 2)

    @classmethod
    def read(cls, text: str) -> Self:
        """Reads a plan that `write` wrote, perhaps edited.

        Args:
            text: The JSON text.

        Returns:
            The plan.

        Raises:
            InvalidInputError: For text that is not a plan, an unknown step or field, or a newer format.

        Example:
            >>> plan = client.snapshot("adele@contoso.example").plan("account-takeover")
            >>> Plan.read(plan.write()).digest == plan.digest
            True
        """
        from json import loads

        return cls._of(loads(_native.plan_read(text)))


class Reported(Record):
    """Is the base of a report: it is written in several formats."""

    __slots__ = ()

    def to_markdown(self) -> str:
        """Writes the report in Markdown, in which everything that somebody else chose is escaped.

        Returns:
            The text, for a ticket or a mail.
        """
        return self._as("markdown")

    def to_html(self) -> str:
        """Writes the report as one page of HTML: no script, nothing from elsewhere, in light and dark, and for paper.

        Everything that somebody else chose is escaped.

        Returns:
            The page.
        """
        return self._as("html")

    def to_ocsf(self) -> list[dict[str, Any]]:
        """Returns the run as events of the Open Cybersecurity Schema Framework: one for each write, and an incident finding.

        Returns:
            The events, of schema version 1.8.0.
        """
        from json import loads

        events: list[dict[str, Any]] = loads(self._as("ocsf"))
        return events

    def drafts(self) -> list[Draft]:
        """Returns drafts of messages to the user, the manager, the help desk and the administrators elsewhere.

        Nothing is sent. Do not send them by the tenant's own mail or chat: the attacker may read them.

        Returns:
            The drafts, in plain text.
        """
        from json import loads

        from ._drafts import Draft

        return [Draft._of(draft) for draft in loads(self._as("drafts"))]

    def _as(self, format: str) -> str:
        from json import dumps

        return _native.report_as(dumps(self._data), format)
