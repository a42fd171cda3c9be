"""What to do next, in which order, why, and what is disputed: the core's advice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._doors import whole
from ._effects import Source
from ._record import Listing, Record, Records, records, when

if TYPE_CHECKING:
    from datetime import datetime

    from . import _native
    from ._words import ActionWord, Incident, RegisteredBy


class Step(Record):
    """Is one thing to do."""

    __slots__ = ()
    _shown = ("title", "when", "reason", "does_not", "cost", "needs")

    @property
    def action(self) -> ActionWord | None:
        """The action on the account; None where a person does something else."""
        action: ActionWord | None = self._data.get("action")
        return action

    @property
    def task(self) -> str | None:
        """What a person does that is no action on the account: `keep-evidence`, `prove-identity`, ..."""
        return self._data.get("task")

    @property
    def title(self) -> str:
        """What people call it."""
        return str(self._data["title"])

    @property
    def by_hand(self) -> bool:
        """Whether `Client` has no method for it: a person does it elsewhere, and says so."""
        return self.operation is None

    @property
    def when(self) -> str:
        """When."""
        return str(self._data["when"])

    @property
    def reason(self) -> str:
        """Why."""
        return str(self._data["reason"])

    @property
    def does_not(self) -> str:
        """What it will not do."""
        return str(self._data["does_not"])

    @property
    def cost(self) -> str:
        """What it costs the user."""
        return str(self._data["cost"])

    @property
    def needs(self) -> str:
        """The permission or role it takes."""
        return str(self._data["needs"])

    @property
    def operation(self) -> str | None:
        """The method of `Client` that does it."""
        return self._data.get("operation")

    @property
    def elsewhere(self) -> str | None:
        """Where it is done if there is none."""
        return self._data.get("elsewhere")

    @property
    def source(self) -> Source:
        """Who says so."""
        return Source._of(self._data["source"])

    @property
    def target(self) -> dict[str, Any]:
        """To what it is done."""
        return dict(self._data["target"])


class Position(Record):
    """Says what one authority holds."""

    __slots__ = ()

    @property
    def says(self) -> str:
        """What it says."""
        return str(self._data["says"])

    @property
    def source(self) -> Source:
        """Who."""
        return Source._of(self._data["source"])


class Disagreement(Record):
    """Tells where authorities disagree, and what was chosen."""

    __slots__ = ()

    @property
    def about(self) -> str:
        """About what."""
        return str(self._data["about"])

    @property
    def positions(self) -> Records[Position]:
        """What each of them says."""
        return records(Position, self._data["positions"])

    @property
    def chosen(self) -> str:
        """What was chosen."""
        return str(self._data["chosen"])

    @property
    def why(self) -> str:
        """Why."""
        return str(self._data["why"])


class LeftOpen(Record):
    """Names a door that stays open although something would close it."""

    __slots__ = ()
    _shown = ("label", "why", "closed_by")

    @property
    def kind(self) -> str:
        """What kind of way it is; see `Door.kind`."""
        return str(self._data["kind"]["is"])

    @property
    def detail(self) -> dict[str, Any]:
        """What is particular to the kind, such as the id of a method."""
        return {name: value for name, value in self._data["kind"].items() if name != "is"}

    @property
    def label(self) -> str:
        """The door."""
        return str(self._data["label"])

    @property
    def why(self) -> str:
        """Why it stays."""
        return str(self._data["why"])

    @property
    def closed_by(self) -> list[ActionWord]:
        """What would close it."""
        return list(self._data["closed_by"])


class Outside(Record):
    """Names a place that Graph does not reach, what may be open there, and who looks and closes."""

    __slots__ = ()

    @property
    def place(self) -> str:
        """The place."""
        return str(self._data["place"])

    @property
    def door(self) -> str:
        """What may be open there."""
        return str(self._data["door"])

    @property
    def close(self) -> str:
        """The cmdlet, the console or the people by whom it is looked at and closed."""
        return str(self._data["close"])


class Advice(Listing):
    """Says what to do, in which order, why, and what is disputed."""

    __slots__ = ()
    _shown = ("incident", "account", "privileged", "steps", "left_open")

    def _rows(self) -> Records[Any]:
        return self.steps

    @property
    def incident(self) -> Incident:
        """What happened."""
        incident: Incident = self._data["incident"]["is"]
        return incident

    @property
    def suspects(self) -> list[str]:
        """The ids of the methods that are suspect, as they were given."""
        return list(self._data["incident"].get("suspects") or ())

    @property
    def registered_by(self) -> RegisteredBy | None:
        """Who registered the suspect method, as it was given."""
        by: RegisteredBy | None = self._data["incident"].get("by")
        return by

    @property
    def lost(self) -> list[str]:
        """The ids of the methods that are lost, as they were given."""
        return list(self._data["incident"].get("lost") or ())

    @property
    def since(self) -> datetime | None:
        """When the help desk was called, as it was given (UTC)."""
        return when(self._data["incident"].get("since"))

    @property
    def device(self) -> str | None:
        """The object id of the device, as it was given."""
        device: str | None = self._data["incident"].get("device")
        return device

    @property
    def grant(self) -> str | None:
        """The id of the permission grant, as it was given."""
        grant: str | None = self._data["incident"].get("grant")
        return grant

    @property
    def account(self) -> str:
        """What kind of account it is."""
        return str(self._data["account"])

    @property
    def privileged(self) -> bool | None:
        """Whether the account is privileged; None if nobody can tell."""
        return self._data.get("privileged")

    @property
    def steps(self) -> Records[Step]:
        """What to do, in this order."""
        return records(Step, self._data["steps"])

    @property
    def by_hand(self) -> Records[Step]:
        """The steps that a person does elsewhere."""
        return Records(step for step in self.steps if step.by_hand)

    @property
    def signs(self) -> list[str]:
        """Signs that whoever asks for help is an attacker, and what was not read of them."""
        return list(self._data["signs"])

    @property
    def outside(self) -> Records[Outside]:
        """What only people outside Graph can look at and close."""
        return records(Outside, self._data["outside"])

    @property
    def disagreements(self) -> Records[Disagreement]:
        """Where authorities disagree, and what was chosen."""
        return records(Disagreement, self._data["disagreements"])

    @property
    def left_open(self) -> Records[LeftOpen]:
        """What stays open when all is done, and could be closed."""
        return records(LeftOpen, self._data["left_open"])

    @property
    def notes(self) -> list[str]:
        """What must be known besides."""
        return list(self._data["notes"])


def advice_on(snapshot: _native._Beside, incident: str, facts: dict[str, Any]) -> Advice:
    """Advises on a snapshot."""
    from json import loads

    return Advice._of(loads(whole(snapshot).advise(incident, **facts)))
