"""A snapshot of one account: everything that can be read, each part with its state, and the effective methods policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._accounts import MethodList, User
from ._policy import EffectiveMethodsPolicy
from ._record import Record, Records, moment, records, when

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from ._advice import Advice
    from ._calls import Id
    from ._doors import OpenDoors
    from ._receipts import Done
    from ._snapshot_diff import SnapshotDiff
    from ._words import HeldVia, Incident, PartState, RegisteredBy

T = TypeVar("T")
R = TypeVar("R", bound=Record)


class Part(Record, Generic[T]):
    """Holds a part of a snapshot: what it is, or why it is not known."""

    __slots__ = ()

    @property
    def state(self) -> PartState:
        """Whether it was collected, denied, is not licensed, does not exist in this cloud, failed, or was not asked for."""
        state: PartState = self._data["state"]
        return state

    @property
    def reason(self) -> str | None:
        """Why it is not known."""
        return self._data.get("reason")

    @property
    def value(self) -> T | None:
        """What it is; None if it is not known."""
        if self.state != "collected":
            return None
        # A part keeps its name beside, and its name says what its value is.
        read: Callable[[Any], T] = _VALUES[str(self._beside)]
        return read(self._data["value"])


class Device(Record):
    """Describes a device of a user. Anybody may have chosen its name. Source: "device resource type"."""

    __slots__ = ()
    _shown = ("display_name", "trust_type", "account_enabled", "approximate_last_sign_in")

    @property
    def id(self) -> str | None:
        """The object id, by which the device is disabled."""
        return self._data.get("id")

    @property
    def device_id(self) -> str | None:
        """The id that the device itself has."""
        return self._data.get("deviceId")

    @property
    def display_name(self) -> str | None:
        """The name shown."""
        return self._data.get("displayName")

    @property
    def account_enabled(self) -> bool | None:
        """Whether it is enabled."""
        return self._data.get("accountEnabled")

    @property
    def trust_type(self) -> str | None:
        """`AzureAd` (joined), `ServerAd` (hybrid joined), `Workplace` (registered), or a newer word."""
        return self._data.get("trustType")

    @property
    def operating_system(self) -> str | None:
        """The operating system."""
        return self._data.get("operatingSystem")

    @property
    def is_managed(self) -> bool | None:
        """Whether it is managed."""
        return self._data.get("isManaged")

    @property
    def is_compliant(self) -> bool | None:
        """Whether it is compliant."""
        return self._data.get("isCompliant")

    @property
    def approximate_last_sign_in(self) -> datetime | None:
        """When somebody last signed in with it, roughly (UTC)."""
        return when(self._data.get("approximateLastSignInDateTime"))

    @property
    def registered(self) -> datetime | None:
        """When it was registered (UTC)."""
        return when(self._data.get("registrationDateTime"))

    @property
    def is_owned(self) -> bool:
        """Whether the user owns it."""
        return bool(self._data["isOwned"])

    @property
    def is_registered(self) -> bool:
        """Whether the user is registered on it."""
        return bool(self._data["isRegistered"])


class RoleHeld(Record):
    """Names a directory role that a user holds or may activate."""

    __slots__ = ()
    _shown = ("name", "via", "ends")

    @property
    def role_definition_id(self) -> str | None:
        """The role's id."""
        return self._data.get("roleDefinitionId")

    @property
    def name(self) -> str | None:
        """The role's name."""
        return self._data.get("name")

    @property
    def directory_scope(self) -> str | None:
        """Where it holds; `/` is everywhere."""
        return self._data.get("directoryScope")

    @property
    def via(self) -> HeldVia:
        """Whether it is held directly or through a group."""
        via: HeldVia = self._data["via"]["by"]
        return via

    @property
    def group_id(self) -> str | None:
        """The group through which it is held."""
        group: str | None = self._data["via"].get("id")
        return group

    @property
    def ends(self) -> datetime | None:
        """When it ends (UTC)."""
        return when(self._data.get("ends"))


class RoleGroup(Record):
    """Names a group that can carry a role, and has the user as a member."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """The object id."""
        return str(self._data["id"])

    @property
    def display_name(self) -> str | None:
        """The name shown."""
        return self._data.get("displayName")


class EligibleGroup(Record):
    """Names a group that the user may become a member or an owner of, by activating it in Privileged Identity Management."""

    __slots__ = ()
    _shown = ("display_name", "access", "is_role_assignable", "ends")

    @property
    def id(self) -> str | None:
        """The group's object id."""
        return self._data.get("group")

    @property
    def display_name(self) -> str | None:
        """The name shown."""
        return self._data.get("displayName")

    @property
    def is_role_assignable(self) -> bool | None:
        """Whether it can carry roles; None if that was not told."""
        return self._data.get("isRoleAssignable")

    @property
    def access(self) -> str | None:
        """`member`, `owner`, or a newer word."""
        return self._data.get("access")

    @property
    def ends(self) -> datetime | None:
        """When the eligibility ends (UTC)."""
        return when(self._data.get("ends"))


class UserRisk(Record):
    """Says what Entra ID Protection thinks of a user. Source: "riskyUser resource type"."""

    __slots__ = ()

    @property
    def level(self) -> str | None:
        """`none`, `low`, `medium`, `high`, `hidden`, or a newer word."""
        return self._data.get("riskLevel")

    @property
    def state(self) -> str | None:
        """`atRisk`, `confirmedCompromised`, `remediated`, `dismissed`, `confirmedSafe`, `none`, or a newer word."""
        return self._data.get("riskState")

    @property
    def detail(self) -> str | None:
        """Why."""
        return self._data.get("riskDetail")

    @property
    def last_updated(self) -> datetime | None:
        """Since when (UTC)."""
        return when(self._data.get("riskLastUpdatedDateTime"))

    @property
    def is_processing(self) -> bool | None:
        """Whether the service is still at work on it."""
        return self._data.get("isProcessing")


class DefaultMethod(Record):
    """Holds the user's sign-in preferences (beta)."""

    __slots__ = ()

    @property
    def system_preferred(self) -> bool | None:
        """Whether the service chooses the strongest method instead."""
        return self._data.get("isSystemPreferredAuthenticationMethodEnabled")

    @property
    def default_method(self) -> str | None:
        """The user's default method, in the service's word."""
        return self._data.get("userPreferredMethodForSecondaryAuthentication")


class AccountSnapshot(Record):
    """Holds everything about one account that can be read, at one moment."""

    __slots__ = ()
    _shown = ("user", "taken_at", "requests")

    def _part(self, name: str) -> Part[Any]:
        return Part[Any]._of(self._data[name], None, name)

    @property
    def taken_at(self) -> datetime:
        """The service's own time when it was read (UTC)."""
        return moment(self._data["takenAt"])

    @property
    def cloud(self) -> str:
        """The cloud."""
        return str(self._data["cloud"])

    @property
    def user(self) -> User:
        """The account."""
        return User._of(self._data["user"], None, self._beside)

    @property
    def domain(self) -> Part[str]:
        """How the domain signs in: `Managed` or `Federated`."""
        return self._part("domain")

    @property
    def methods(self) -> Part[MethodList]:
        """The authentication methods."""
        return self._part("methods")

    @property
    def default_method(self) -> Part[DefaultMethod]:
        """The default method (beta)."""
        return self._part("defaultMethod")

    @property
    def per_user_mfa(self) -> Part[str]:
        """The per-user MFA state (beta): `disabled`, `enabled`, `enforced`."""
        return self._part("perUserMfa")

    @property
    def policy(self) -> Part[EffectiveMethodsPolicy]:
        """The effective methods policy."""
        return self._part("policy")

    @property
    def active_roles(self) -> Part[Records[RoleHeld]]:
        """The directory roles that the user holds."""
        return self._part("activeRoles")

    @property
    def eligible_roles(self) -> Part[Records[RoleHeld]]:
        """The directory roles that the user may activate."""
        return self._part("eligibleRoles")

    @property
    def role_groups(self) -> Part[Records[RoleGroup]]:
        """The groups that can carry a role."""
        return self._part("roleGroups")

    @property
    def owned_role_groups(self) -> Part[Records[RoleGroup]]:
        """The groups that can carry a role and that the user owns: an owner can let anybody in."""
        return self._part("ownedRoleGroups")

    @property
    def eligible_groups(self) -> Part[Records[EligibleGroup]]:
        """The groups that the user may become a member or an owner of."""
        return self._part("eligibleGroups")

    @property
    def devices(self) -> Part[Records[Device]]:
        """The devices that the user owns or is registered on."""
        return self._part("devices")

    @property
    def risk(self) -> Part[UserRisk | None]:
        """The risk; a collected None: the user never was at risk."""
        return self._part("risk")

    @property
    def requests(self) -> int:
        """How many requests it took."""
        return int(self._data["requests"])

    def open_doors(self, done: Iterable[Done] = (), *, at: datetime | None = None) -> OpenDoors:
        """Tells every way into the account: open, unknown, closing, held or closed, why, and what would close it. Reads nothing.

        Args:
            done: What was done: results of writes, and `ActionDone` for what was done elsewhere.
            at: The moment to tell it for, an aware datetime. If nothing is given, that of the snapshot, or of what was done
                last if that is later: all of it counts, and what was done last is told as closing.

        Returns:
            The doors, worst first.

        Raises:
            InvalidInputError: For a datetime without a time zone.
            ValueError: If the snapshot was pickled or came from JSON.

        Example:
            >>> snapshot = client.snapshot("adele@contoso.example")
            >>> doors = snapshot.open_doors([client.block_sign_in("adele@contoso.example")])
            >>> len(doors.open), {door.closing_by for door in doors.closing}
            (0, {'block-sign-in'})
        """
        from ._doors import actions, doors_of

        return doors_of(self._beside, actions(done), at)

    def diff(self, earlier: AccountSnapshot) -> SnapshotDiff:
        """Tells what changed since an earlier snapshot of the same account. Reads nothing.

        Methods are told apart by type and id, and compared by everything else: a mobile number that was replaced keeps its
        id, and is told as changed. What could not be read in one of both is unknown, not unchanged.

        Args:
            earlier: The other snapshot; whichever was taken first is the earlier one.

        Returns:
            The changes, part by part, and what could not be compared.

        Raises:
            TypeError: If it is no snapshot.
            ValueError: If one of both was pickled or came from JSON, or is of another account.

        Example:
            >>> before = client.snapshot("adele@contoso.example")
            >>> id = tenant.add_method("adele@contoso.example", "fido2", "Backdoor")
            >>> after = client.snapshot("adele@contoso.example")
            >>> [(change.kind, change.what) for change in after.diff(before).of_part("methods")]
            [('added', 'passkey (FIDO2) Backdoor')]
        """
        from ._doors import diff_of
        from ._snapshot_diff import SnapshotDiff

        if not isinstance(earlier, AccountSnapshot):
            raise TypeError(f"earlier: an AccountSnapshot is needed, not {type(earlier).__name__}")
        if earlier.user.id != self.user.id:
            raise ValueError(f"earlier: a snapshot of {self.user.id} is needed, not of {earlier.user.id}")
        return SnapshotDiff._of(diff_of(self._beside, earlier._beside))

    def advise(
        self,
        incident: Incident,
        *,
        suspects: Iterable[Id] = (),
        registered_by: RegisteredBy = "unknown",
        lost: Iterable[Id] = (),
        since: datetime | None = None,
        device: Id | None = None,
        grant: str | None = None,
    ) -> Advice:
        """Advises what to do in an incident, for this account. Reads nothing.

        Args:
            incident: What happened.
            suspects: For "suspicious-method": the methods that are suspect, or their ids; they go first.
            registered_by: For "suspicious-method": who registered it, by the audit log.
            lost: For "lost-methods": the methods that are lost, or their ids; only they go.
            since: For "help-desk-tricked": when the help desk was called.
            device: For "lost-device": the device, or its object id.
            grant: For "malicious-consent": the permission grant's id.

        Returns:
            The steps in their order, each with what it does not do, and where authorities disagree.

        Raises:
            InvalidInputError: For an unknown incident, an id that cannot be one, or a time without a zone.
            ValueError: If the snapshot was pickled or came from JSON.
        """
        from ._advice import advice_on
        from ._calls import id_of, ids_of

        facts = {
            "suspects": ids_of("suspects", suspects) or [],
            "registered_by": registered_by,
            "lost": ids_of("lost", lost) or [],
            "since": since,
            "device": None if device is None else id_of("device", device),
            "grant": grant,
        }
        return advice_on(self._beside, incident, facts)


def _listed(kind: type[R]) -> Callable[[Any], Records[R]]:
    return lambda data: records(kind, data)


_VALUES: dict[str, Callable[[Any], Any]] = {
    "domain": str,
    "methods": MethodList._of,
    "defaultMethod": DefaultMethod._of,
    "perUserMfa": str,
    "policy": EffectiveMethodsPolicy._of,
    "activeRoles": _listed(RoleHeld),
    "eligibleRoles": _listed(RoleHeld),
    "roleGroups": _listed(RoleGroup),
    "ownedRoleGroups": _listed(RoleGroup),
    "eligibleGroups": _listed(EligibleGroup),
    "devices": _listed(Device),
    "risk": lambda data: None if data is None else UserRisk._of(data),
}
