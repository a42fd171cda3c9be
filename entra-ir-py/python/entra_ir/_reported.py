"""What a report does besides showing its data: it is written in several formats, and drafts messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _native
from ._record import Record

if TYPE_CHECKING:
    from ._drafts import Draft


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
