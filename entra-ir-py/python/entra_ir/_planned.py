"""What a plan does besides showing its data: it is written to a file, read again, and has a digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _native
from ._behaviour import Printed

if TYPE_CHECKING:
    from typing import Self

    from ._drills import Drill


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

        from ._drills import Drill

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
