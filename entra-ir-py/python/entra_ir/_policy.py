"""Which methods a user may use, by the authentication methods policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._record import Listing, Record, Records, records

if TYPE_CHECKING:
    from ._words import PolicyTargetKind, Verdict


class PolicyTarget(Record):
    """Names whom a line of the policy is about."""

    __slots__ = ()

    @property
    def kind(self) -> PolicyTargetKind:
        """What it is."""
        kind: PolicyTargetKind = self._data["kind"]
        return kind

    @property
    def id(self) -> str | None:
        """The object id; None for all users."""
        return self._data.get("id")


class MethodPolicy(Record):
    """Says what the policy means for one method."""

    __slots__ = ()
    _shown = ("id", "verdict", "because")

    @property
    def id(self) -> str:
        """The configuration's id: `Fido2`, `Sms`, `TemporaryAccessPass`, ..."""
        return str(self._data["id"])

    @property
    def verdict(self) -> Verdict:
        """Whether the user may use the method."""
        verdict: Verdict = self._data["verdict"]
        return verdict

    @property
    def because(self) -> str:
        """Why."""
        return str(self._data["because"])

    @property
    def besides(self) -> str | None:
        """What else is known of it; part of `because`."""
        return self._data.get("besides")

    @property
    def state(self) -> str | None:
        """The configuration's state: `enabled` or `disabled`."""
        return self._data.get("state")

    @property
    def included_by(self) -> Records[PolicyTarget]:
        """The targets that let the user in."""
        return records(PolicyTarget, self._data["includedBy"])

    @property
    def excluded_by(self) -> Records[PolicyTarget]:
        """The targets that leave the user out; one is enough."""
        return records(PolicyTarget, self._data["excludedBy"])

    @property
    def undecided(self) -> Records[PolicyTarget]:
        """Targets of which nobody can tell whether the user is in them."""
        return records(PolicyTarget, self._data["undecided"])

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that apply to the user."""
        return dict(self._data["settings"])


class RegisteredMethod(Record):
    """Says what the policy means for one registered method."""

    __slots__ = ()
    _shown = ("kind", "label", "verdict", "because")

    @property
    def kind(self) -> str:
        """The type."""
        return str(self._data["kind"])

    @property
    def id(self) -> str:
        """The id."""
        return str(self._data["id"])

    @property
    def label(self) -> str:
        """What it is, in a few words; the user or an attacker chose some of them."""
        return str(self._data["label"])

    @property
    def verdict(self) -> Verdict:
        """Whether the user may use it."""
        verdict: Verdict = self._data["verdict"]
        return verdict

    @property
    def because(self) -> str:
        """Why."""
        return str(self._data["because"])


class RegistrationCampaign(Record):
    """Describes the campaign that makes users register a method at sign-in."""

    __slots__ = ()

    @property
    def state(self) -> str:
        """`default` (Microsoft decides), `enabled`, `disabled`, or a newer word."""
        return str(self._data["state"])

    @property
    def applies(self) -> bool | None:
        """Whether it asks this user; None if nobody can tell."""
        return self._data.get("applies")

    @property
    def because(self) -> str:
        """Why."""
        return str(self._data["because"])

    @property
    def methods(self) -> list[str]:
        """The methods that it asks the user to register."""
        return list(self._data["methods"])

    @property
    def snooze_days(self) -> int | None:
        """For how many days it can be put off."""
        return self._data.get("snoozeDays")


class EffectiveMethodsPolicy(Listing):
    """Says which methods a user may use by the authentication methods policy, and which registered ones thereby not."""

    __slots__ = ()
    _shown = ("methods", "migration", "lower_bound", "registered")

    def _rows(self) -> Records[Any]:
        return self.methods

    @property
    def methods(self) -> Records[MethodPolicy]:
        """One entry for each configuration of the policy."""
        return records(MethodPolicy, self._data["methods"])

    @property
    def migration(self) -> str:
        """How far the tenant is from the legacy settings to this policy: `migrationComplete` or less."""
        return str(self._data["migration"])

    @property
    def lower_bound(self) -> bool:
        """Whether more may be allowed than this says."""
        return bool(self._data["lowerBound"])

    @property
    def lower_bound_reason(self) -> str | None:
        """Why."""
        return self._data.get("lowerBoundReason")

    @property
    def campaign(self) -> RegistrationCampaign | None:
        """The campaign that makes users register a method."""
        data = self._data.get("campaign")
        return None if data is None else RegistrationCampaign._of(data)

    @property
    def registered(self) -> Records[RegisteredMethod]:
        """What the policy means for each registered method."""
        return records(RegisteredMethod, self._data["registered"])

    @property
    def registered_unread(self) -> str | None:
        """Why the registered methods could not be read, or not all of them."""
        return self._data.get("registeredUnread")

    @property
    def undecided(self) -> Records[PolicyTarget]:
        """Groups of which nobody can tell whether the user is in them."""
        return records(PolicyTarget, self._data["undecided"])

    @property
    def undecided_reason(self) -> str | None:
        """Why nobody can tell."""
        return self._data.get("undecidedReason")

    def method(self, id: str) -> MethodPolicy:
        """Returns the entry of a configuration.

        Args:
            id: The configuration's id, in any case.

        Returns:
            The entry.

        Raises:
            LookupError: If the policy has no such configuration.
        """
        for entry in self.methods:
            if entry.id.lower() == id.lower():
                return entry
        raise LookupError(f"the policy has no {id!r}")
