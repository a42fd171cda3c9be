"""What each action does, who says so, and how sure that is: the core's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _native
from ._record import Record, Records, records

if TYPE_CHECKING:
    from ._words import ActionWord, Confidence, EffectTable, Within


class Source(Record):
    """Names who says something: a page of Microsoft, or what was seen or concluded. `str()` writes it with its date."""

    __slots__ = ()
    _shown = ("title", "dated", "url")

    @property
    def title(self) -> str:
        """The title of the page, or what it is instead."""
        return str(self._data["title"])

    @property
    def url(self) -> str | None:
        """The address of the page; None for what is no page."""
        return self._data.get("url")

    @property
    def dated(self) -> str | None:
        """The page's own date (a day, a month or a year, ISO 8601); None where it shows none."""
        return self._data.get("dated")

    def __str__(self) -> str:
        if self.dated:
            return f"{self.title} ({self.dated})"
        return f"{self.title} (the page shows no date)" if self.url else self.title


class Claim(Record):
    """Is what one source says of an action's effect."""

    __slots__ = ()
    _shown = ("effect", "within", "confidence", "source")

    @property
    def effect(self) -> str:
        """What happens: `ended`, `held`, `survives`, `opens`, `asked-again`, `no-effect-here`, `unknown`, ..."""
        return str(self._data["effect"])

    @property
    def within(self) -> str:
        """How soon."""
        return str(self._data["within"]["is"])

    @property
    def within_word(self) -> Within:
        """How soon, in a word."""
        word: Within = self._data["within"]["slug"]
        return word

    @property
    def within_brief(self) -> str:
        """How soon, in as few words as a cell of a table has room for."""
        return str(self._data["within"].get("brief") or self.within)

    @property
    def within_seconds(self) -> int | None:
        """How soon at most, in seconds; None if no source gives a bound."""
        seconds: int | None = self._data["within"]["bound_seconds"]
        return seconds

    @property
    def confidence(self) -> Confidence:
        """How sure it is."""
        confidence: Confidence = self._data["confidence"]
        return confidence

    @property
    def source(self) -> Source:
        """Who says so."""
        return Source._of(self._data["source"])

    @property
    def note(self) -> str:
        """What else must be known; may be empty."""
        return str(self._data["note"])


class Effect(Record):
    """Says what an action does to one class of token, type of method, or kind of account."""

    __slots__ = ()
    _shown = ("action", "on", "claim", "disputed")

    @property
    def action(self) -> ActionWord:
        """The action."""
        action: ActionWord = self._data["action"]
        return action

    @property
    def action_name(self) -> str:
        """What people call it."""
        return str(self._data["action_name"])

    @property
    def operation(self) -> str | None:
        """The method of `Client` that does it."""
        return self._data.get("operation")

    @property
    def elsewhere(self) -> str | None:
        """Where it is done if there is none."""
        return self._data.get("elsewhere")

    @property
    def on(self) -> str:
        """On what."""
        return str(self._data["on"])

    @property
    def on_name(self) -> str:
        """What people call that."""
        return str(self._data["on_name"])

    @property
    def claim(self) -> Claim:
        """The claim that is acted upon: of several the one that closes least."""
        return Claim._of(self._data["claim"])

    @property
    def claims(self) -> Records[Claim]:
        """Every claim."""
        return records(Claim, self._data["claims"])

    @property
    def disputed(self) -> bool:
        """Whether the sources disagree."""
        return bool(self._data["disputed"])


class Effects(Records[Effect]):
    """Is the table that everyone in this field wishes they had: what each action does. A table in a notebook."""

    __slots__ = ()


def effects(table: EffectTable = "sessions") -> Effects:
    """Returns what each action does, with the source of every claim.

    Args:
        table: To sessions and tokens, to methods, or for kinds of accounts.

    Returns:
        One entry for each action and column.

    Raises:
        InvalidInputError: For an unknown table.

    Example:
        >>> from entra_ir import effects
        >>> [e.on for e in effects() if e.action == "reset-password-entra-admin-center" and e.claim.effect == "ended"][:2]
        ['password-cookie', 'password-refresh-token']
    """
    from json import loads

    return Effects(Effect._of(item) for item in loads(_native.effects(table)))
