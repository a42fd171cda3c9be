"""What a snapshot and the tables are asked: which doors are open, what changed, what to do. Nothing is read for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _native
from ._advice import Advice, Needed, PermissionSet
from ._behaviour import actions
from ._doors import OpenDoors
from ._effects import Effect
from ._native import Snapshot
from ._plans import Plan
from ._record import Record, Records
from ._snapshot_diff import SnapshotDiff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from typing import Self

    from ._behaviour import Done
    from ._calls import Id
    from ._native import _Beside, _Ended
    from ._words import EffectTable, Incident, RegisteredBy, Registration


class Questions(Record):
    """Is the base of a snapshot: it answers questions."""

    __slots__ = ()

    def open_doors(self, done: Iterable[Done] = (), *, at: datetime | None = None) -> OpenDoors:
        """Returns every way into the account: its state, the reason, and what would close it. Reads nothing.

        Args:
            done: What was done: results of writes, and `ActionDone` for what was done elsewhere.
            at: The time of the assessment, an aware datetime. By default that of the snapshot, or of the last action if that is
                later: all actions count, and the result of the last one is closing.

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
        return doors_of(self._beside, actions(done), at)

    def diff(self, earlier: Self) -> SnapshotDiff:
        """Returns what changed since an earlier snapshot of the same account. Reads nothing.

        Methods are identified by type and id, and compared by everything else: a replaced mobile number keeps its id, and is
        changed. What could not be read in either snapshot is unknown, not unchanged.

        Args:
            earlier: The other snapshot; the one that was taken first is the earlier one.

        Returns:
            The changes, part by part, and what could not be compared.

        Raises:
            TypeError: If it is not a snapshot.
            ValueError: If either was pickled or came from JSON, or is of another account.

        Example:
            >>> before = client.snapshot("adele@contoso.example")
            >>> id = tenant.add_method("adele@contoso.example", "fido2", "Backdoor")
            >>> after = client.snapshot("adele@contoso.example")
            >>> [(change.kind, change.what) for change in after.diff(before).of_part("methods")]
            [('added', 'passkey (FIDO2) Backdoor')]
        """
        from json import loads

        if not isinstance(earlier, type(self)):
            raise TypeError(f"earlier: an AccountSnapshot is needed, not {type(earlier).__name__}")
        other, own = earlier._data["user"]["id"], self._data["user"]["id"]
        if other != own:
            raise ValueError(f"earlier: a snapshot of {own} is needed, not of {other}")
        return SnapshotDiff._of(loads(whole(self._beside).diff(whole(earlier._beside))))

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
        """Returns the advice for an incident of this account. Reads nothing.

        Args:
            incident: The incident.
            suspects: For "suspicious-method": the suspect methods, or their ids; they are removed first.
            registered_by: For "suspicious-method": who registered it, according to the audit log.
            lost: For "lost-methods": the lost methods, or their ids; only they are removed.
            since: For "help-desk-tricked": when the help desk was called.
            device: For "lost-device": the device, or its object id.
            grant: For "malicious-consent": the permission grant's id.

        Returns:
            The steps in their order, each with what it does not do, and where authorities disagree.

        Raises:
            InvalidInputError: For an unknown incident, an invalid id, or a time without a zone.
            ValueError: If the snapshot was pickled or came from JSON.
        """
        from json import loads

        facts = _facts(suspects, registered_by, lost, since, device, grant)
        return Advice._of(loads(whole(self._beside).advise(incident, facts)))

    def needed(
        self,
        incident: Incident,
        *,
        suspects: Iterable[Id] = (),
        registered_by: RegisteredBy = "unknown",
        lost: Iterable[Id] = (),
        since: datetime | None = None,
        device: Id | None = None,
        grant: str | None = None,
    ) -> Records[Needed]:
        """Returns the actions that close every door that can be closed, and of which none can be omitted. Reads nothing.

        They follow from the tables alone. The steps of `advise` also hold the tasks of people, what no door shows, and what
        lets the user in again. Where several lists are enough, it is the one that destroys least and asks least of people.

        Args:
            incident: As for `advise`. It limits the actions: a lost device ends no consent, lost methods and a malicious consent
                concern nothing else but the sessions, a lockdown removes nothing, and "recover" needs nothing.
            suspects: As for `advise`; it changes nothing here, since every method is removed.
            registered_by: As for `advise`; it changes nothing here.
            lost: As for `advise`. If none is named: the phone numbers, the Authenticator apps and the tokens.
            since: As for `advise`; it changes nothing here.
            device: As for `advise`.
            grant: As for `advise`.

        Returns:
            The actions in their order, each with the doors that are worse without it.

        Raises:
            InvalidInputError: As for `advise`.
            ValueError: As for `advise`.

        Example:
            >>> needed = client.snapshot("user@contoso.example").needed("account-takeover")
            >>> [each.action for each in needed]
            ['block-sign-in', 'revoke-sign-in-sessions', 'reset-password-graph-profile', 'delete-methods']
            >>> needed[2].closes[0]
            'the password'
        """
        from json import loads

        facts = _facts(suspects, registered_by, lost, since, device, grant)
        return Records(Needed._of(each) for each in loads(whole(self._beside).needed(incident, facts)))

    def plan(
        self,
        incident: Incident,
        *,
        suspects: Iterable[Id] = (),
        registered_by: RegisteredBy = "unknown",
        lost: Iterable[Id] = (),
        since: datetime | None = None,
        device: Id | None = None,
        grant: str | None = None,
    ) -> Plan:
        """Returns the plan against an incident of this account, which `preview` shows and `contain` runs. Reads nothing.

        Args:
            incident: As for `advise`, whose steps are those of the plan.
            suspects: As for `advise`.
            registered_by: As for `advise`.
            lost: As for `advise`.
            since: As for `advise`.
            device: As for `advise`.
            grant: As for `advise`.

        Returns:
            The plan.

        Raises:
            InvalidInputError: As for `advise`.
            ValueError: As for `advise`.

        Example:
            >>> plan = client.snapshot("adele@contoso.example").plan("account-takeover")
            >>> [step.title for step in plan.steps if step.call][:2]
            ['Block sign-in and reset the password, in one request', 'Revoke sessions']
        """
        from json import loads

        facts = _facts(suspects, registered_by, lost, since, device, grant)
        return Plan._of(loads(whole(self._beside).plan(incident, facts)))


def _facts(
    suspects: Iterable[Id],
    registered_by: RegisteredBy,
    lost: Iterable[Id],
    since: datetime | None,
    device: Id | None,
    grant: str | None,
) -> dict[str, Any]:
    """Returns the facts of an incident in the core's form."""
    from ._calls import id_of, ids_of

    return {
        "suspects": ids_of("suspects", suspects) or [],
        "registered_by": registered_by,
        "lost": ids_of("lost", lost) or [],
        "since": since,
        "device": None if device is None else id_of("device", device),
        "grant": grant,
    }


def doors_of(snapshot: _Beside, done: str, at: datetime | None) -> OpenDoors:
    """Returns the doors of a snapshot after `actions`."""
    from json import loads

    return OpenDoors._of(loads(whole(snapshot).open_doors(done, at)))


def doors_after(done: str) -> Callable[[type[OpenDoors], _Ended], OpenDoors]:
    """Returns the function that makes the doors of a call's snapshot."""
    return lambda _, ended: doors_of(ended[2], done, None)


def whole(snapshot: _Beside) -> Snapshot:
    """Returns the core's snapshot."""
    if isinstance(snapshot, Snapshot):
        return snapshot
    left = "this snapshot was pickled or came from JSON, which omits part of it"
    raise ValueError(f"{left}: take a new one with client.snapshot")


def permissions_for(
    operations: Iterable[str] | Plan | Advice | None = None,
    *,
    incident: Incident | None = None,
    registration: Registration | None = None,
) -> PermissionSet:
    """Returns the fewest permissions that are enough, for a signed-in user and for an application. Reads nothing.

    What is chosen for one request serves the others as well. A permission by which an application can take over the tenant is
    marked, and is in no registration but "privileged". What the guard looks up is not in it.

    Args:
        operations: The operations by name, a plan, or an advice; with the snapshot that a run takes for the last two.
        incident: Instead: all that the plan for this incident may need, for any kind of account.
        registration: Instead: the operations of one of four application registrations. "look" reads; "lock" blocks, sets
            passwords, revokes sessions and lifts the block; "evict" removes methods, devices and consents, and issues passes;
            "privileged" needs permissions that can take over the tenant.

    Returns:
        The permissions with their ids, the requests that an application cannot send, and the roles of a signed-in user.

    Raises:
        InvalidInputError: For a name that no operation has, or an unknown incident or registration.
        TypeError: If none or several of the arguments are given, or `operations` is one text.

    Example:
        >>> needed = permissions_for(["block_sign_in", "revoke_sign_in_sessions"])
        >>> [permission.name for permission in needed.application]
        ['User.EnableDisableAccount.All', 'User.Read.All', 'User.RevokeSessions.All']
        >>> [role.name for role in needed.delegated.roles]
        ['Authentication Administrator']
    """
    from json import dumps, loads

    asked = asked_of(operations, incident, registration)
    return PermissionSet._of(loads(_native.permissions_for(*asked)), beside=dumps(asked))


def asked_of(
    operations: Iterable[str] | Plan | Advice | None, incident: Incident | None, registration: Registration | None
) -> tuple[str, str]:
    """Returns what permissions are asked for: of what kind, and which."""
    from json import dumps

    if [operations, incident, registration].count(None) != 2:
        raise TypeError("give either operations, or incident, or registration")
    if incident is not None:
        return "incident", incident
    if registration is not None:
        return "registration", registration
    if isinstance(operations, Plan):
        return "plan", operations.write()
    return "operations", dumps(_named(operations))


def _named(operations: Iterable[str] | Advice | None) -> list[Any]:
    """Returns operations by name, or with their options where an advice has them."""
    if isinstance(operations, Advice):
        steps = operations._data["steps"]
        calls = [step["calls"] or [step["operation"]] for step in steps if step["operation"]]
        return ["snapshot", *(call for each in calls for call in each)]
    if isinstance(operations, str) or operations is None:
        raise TypeError("operations: a list of names is needed, not a text")
    named = list(operations)
    if wrong := next((name for name in named if not isinstance(name, str)), None):
        raise TypeError(f"operations: names are needed, not {type(wrong).__name__}")
    return named


class Effects(Records[Effect]):
    """What each action does. A table in a notebook."""

    __slots__ = ()


def effects(table: EffectTable = "sessions") -> Effects:
    """Returns what each action does, with the source of every claim.

    Args:
        table: The effects on sessions and tokens, on methods, or for kinds of accounts.

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
