"""A simulated tenant: the default for trying things out, for tests and for drills.

It is long because of its documentation: one class has all of its switches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _native
from ._calls import count, id_of, name_of, secret_of, words
from ._record import Record, Records, records

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from ._calls import Account, Id
    from ._native import Secret
    from ._serve import ServedTenant
    from ._words import (
        AddableDeviceKind,
        AddableKind,
        AddableUserKind,
        FaultWord,
        Licence,
        SimulatedUserKind,
    )


class SimulatedUser(Record):
    """Describes an account of a simulated tenant."""

    __slots__ = ()

    @property
    def user_principal_name(self) -> str:
        """The sign-in name."""
        return str(self._data["user_principal_name"])

    @property
    def id(self) -> str:
        """The object id."""
        return str(self._data["id"])

    @property
    def description(self) -> str:
        """What is special about it."""
        return str(self._data["description"])

    @property
    def kind(self) -> SimulatedUserKind:
        """Where its credentials are kept."""
        kind: SimulatedUserKind = self._data["kind"]
        return kind

    @property
    def privileged(self) -> bool:
        """Whether it holds a role, or is in a role-assignable group or owns one."""
        return bool(self._data["privileged"])

    @property
    def enabled(self) -> bool:
        """Whether sign-in is allowed."""
        return bool(self._data["enabled"])


class SimulatedMethod(Record):
    """Describes a method that an account of a simulated tenant really has."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """The id."""
        return str(self._data["id"])

    @property
    def kind(self) -> str:
        """The type."""
        return str(self._data["kind"])

    @property
    def is_default(self) -> bool:
        """Whether it is the user's default."""
        return bool(self._data["is_default"])


class RecordedRequest(Record):
    """Records a request that arrived at a simulated tenant."""

    __slots__ = ()

    @property
    def method(self) -> str:
        """The HTTP method."""
        return str(self._data["method"])

    @property
    def path(self) -> str:
        """The path and query."""
        return str(self._data["path"])

    @property
    def status(self) -> int | None:
        """The status of the answer; None if there was none."""
        return self._data.get("status")


class SimulatedTenant:
    """Holds a tenant in memory that answers as Microsoft Graph does; give it to a client as `transport`.

    It keeps state: a deleted method is gone, a revocation moves the validity time. It has its own clock, and injectable faults.

    Example:
        >>> from entra_ir import Client, SimulatedTenant
        >>> tenant = SimulatedTenant.contoso()
        >>> client = Client(transport=tenant)
        >>> client.get_user("adele@contoso.example").account_enabled
        True
    """

    __slots__ = ("_native",)
    _native: _native.SimulatedTenant

    def __init__(self) -> None:
        """Makes a tenant without accounts."""
        self._native = _native.SimulatedTenant.empty()

    @classmethod
    def contoso(cls) -> SimulatedTenant:
        """Creates Contoso: about twenty accounts, each special in one way, the same every time.

        Returns:
            The tenant. `users` describes what is special about each; `adele@contoso.example` is the usual victim.
        """
        tenant = cls.__new__(cls)
        tenant._native = _native.SimulatedTenant.contoso()
        return tenant

    def __repr__(self) -> str:
        """Returns one line."""
        return f"SimulatedTenant({len(self.users)} users, now {self.now.isoformat()})"

    @property
    def users(self) -> Records[SimulatedUser]:
        """The accounts in their present state."""
        from json import loads

        return records(SimulatedUser, loads(self._native.users()))

    def user(self, user: Account) -> SimulatedUser:
        """Finds an account, in its present state.

        Args:
            user: Sign-in name or object id.

        Returns:
            The account.

        Raises:
            LookupError: If there is none.
        """
        wanted = name_of(user).lower()
        for found in self.users:
            if wanted in (found.id.lower(), found.user_principal_name.lower()):
                return found
        raise LookupError(f"the simulated tenant has no {wanted!r}")

    def add_user(
        self,
        user_principal_name: str,
        *,
        kind: AddableUserKind = "cloud",
        id: str | None = None,
        display_name: str | None = None,
        description: str = "",
        password: str | Secret | None = None,
        roles: Iterable[str] = (),
        synced: bool = False,
        blocked: bool = False,
        mail: str | None = None,
        aliases: Iterable[str] = (),
        other_mails: Iterable[str] = (),
    ) -> SimulatedUser:
        """Adds an account; one with the same name is replaced.

        Args:
            user_principal_name: The sign-in name.
            kind: What kind of account.
            id: The object id; made if nothing is given.
            display_name: The name shown.
            description: What is special about it.
            password: Its password; made if nothing is given.
            roles: The names of its directory roles, such as "Global Administrator".
            synced: Whether it is synced from on-premises.
            blocked: Whether sign-in is blocked.
            mail: Its mail address; the sign-in name if nothing is given, and none for an external guest.
            aliases: More addresses under which mail arrives in the tenant.
            other_mails: Addresses elsewhere.

        Returns:
            The account.

        Raises:
            InvalidInputError: For an unknown kind or role.

        Example:
            >>> tenant = SimulatedTenant()
            >>> tenant.add_user("mallory@contoso.example", roles=["Global Reader"]).privileged
            True
        """
        try:
            secret = secret_of("password", password)
        finally:
            del password
        names = words("roles", roles) or []
        more, elsewhere = words("aliases", aliases) or [], words("other_mails", other_mails) or []
        self._native.add_user(
            user_principal_name, kind, id, display_name, description, secret, names, synced, blocked, mail, more, elsewhere
        )
        return self.user(user_principal_name)

    def add_method(
        self,
        user: Account,
        kind: AddableKind,
        name: str = "",
        *,
        registered: datetime | None = None,
        undated: bool = False,
        default: bool = False,
        id: str | None = None,
    ) -> str:
        """Registers a method, as an attacker might while a responder is at work.

        Args:
            user: Whose.
            kind: The type.
            name: Its name, phone number, address, or for "unknown" its `@odata.type`.
            registered: When, an aware datetime; now if nothing is given, and of a phone the service does not know it.
            undated: Whether the service does not know when.
            default: Whether it becomes the user's default.
            id: Its id; made if nothing is given.

        Returns:
            The method's id.

        Raises:
            InvalidInputError: For an unknown kind or user.

        Example:
            >>> tenant = SimulatedTenant.contoso()
            >>> key = tenant.add_method("adele@contoso.example", "fido2", "attacker's key")
            >>> key in [method.id for method in tenant.methods_of("adele@contoso.example")]
            True
        """
        return self._native.add_method(name_of(user), kind, name, registered, undated, default, id)

    def methods_of(self, user: Account) -> Records[SimulatedMethod]:
        """Lists the methods that the user really has, the password and beta-only types included."""
        from json import loads

        return records(SimulatedMethod, loads(self._native.methods_of(name_of(user))))

    def password_of(self, user: Account) -> Secret | None:
        """Returns the password that the user really has; None if there is no such user, or no password."""
        return self._native.password_of(name_of(user))

    def access_pass_of(self, user: Account) -> Secret | None:
        """Returns the user's Temporary Access Pass; None if there is none."""
        return self._native.access_pass_of(name_of(user))

    def must_change_password(self, user: Account) -> bool:
        """Returns whether the user must change the password at the next sign-in."""
        return self._native.must_change_password(name_of(user))

    def sessions_valid_from(self, user: Account) -> datetime | None:
        """Returns the time from which the user's sessions are valid, without the delay of reading back."""
        return self._native.sessions_valid_from(name_of(user))

    @property
    def now(self) -> datetime:
        """The tenant's own time (UTC)."""
        return self._native.now()

    def advance(self, by: timedelta) -> None:
        """Moves the tenant's clock forward.

        Args:
            by: How far.
        """
        self._native.advance(by)

    def set_read_delay(self, delay: timedelta) -> None:
        """Sets how long reads still show the state before a write, as in a large directory."""
        self._native.set_read_delay(delay)

    def add_device(
        self,
        name: str,
        *,
        user: Account | None = None,
        kind: AddableDeviceKind = "joined",
        operating_system: str = "iOS",
    ) -> str:
        """Adds a device to the directory, as an attacker may who registers one.

        Args:
            name: The name shown.
            user: Its owner and registered user; without one it belongs to nobody, as most hybrid joined devices do.
            kind: How it is known to the tenant: "joined", "hybrid-joined" or "registered". The first two are Windows devices.
            operating_system: The system of a registered one.

        Returns:
            Its object id.

        Raises:
            InvalidInputError: For an unknown kind or user.

        Example:
            >>> tenant = SimulatedTenant.contoso()
            >>> device = tenant.add_device("iPhone", user="adele@contoso.example", kind="registered")
            >>> with Client(transport=tenant) as client:
            ...     client.disable_device(device).is_success
            True
        """
        return self._native.add_device(None if user is None else name_of(user), name, kind, operating_system)

    def set_device_delay(self, delay: timedelta) -> None:
        """Sets the time until the change of a device takes effect, up to an hour; by default at once.

        Args:
            delay: How long.
        """
        self._native.set_device_delay(delay)

    def set_computer_enabled_on_premises(self, device: Id, enabled: bool) -> None:
        """Disables the computer account of a device in Active Directory, or enables it; the next sync brings it here.

        Args:
            device: The device, or its object id. Only a hybrid one is synced.
            enabled: Whether the computer may be used.

        Raises:
            InvalidInputError: For an invalid id.
        """
        self._native.set_computer_enabled_on_premises(id_of("device", device), enabled)

    def set_enabled_on_premises(self, user: Account, enabled: bool) -> None:
        """Sets whether Active Directory lets a synced user sign in; the next sync brings it here.

        Args:
            user: Whom.
            enabled: Whether the user may sign in.
        """
        self._native.set_enabled_on_premises(name_of(user), enabled)

    def run_sync(self) -> None:
        """Runs a sync: synced accounts and hybrid devices get the state of Active Directory, whatever was changed here."""
        self._native.run_sync()

    def set_caller(
        self, user: Account | None = None, *, roles: Iterable[str] = (), permissions: Iterable[str] | None = None
    ) -> None:
        """Sets the caller; clients made afterwards use it.

        Args:
            user: The signed-in user; None for an application that calls for itself.
            roles: The names of its directory roles.
            permissions: The token's permissions; all if nothing is given.

        Raises:
            InvalidInputError: For an unknown role, or a role of an application.

        Example:
            >>> tenant = SimulatedTenant.contoso()
            >>> tenant.set_caller("responder@contoso.example", roles=["Helpdesk Administrator"])
        """
        name = None if user is None else name_of(user)
        self._native.set_caller(name, words("roles", roles) or [], words("permissions", permissions))

    def set_licence(self, licence: Licence) -> None:
        """Sets the edition of Microsoft Entra ID; with "p2", the default, everything works.

        Args:
            licence: The edition. Below "p2" there is no Privileged Identity Management and no Identity Protection.

        Raises:
            InvalidInputError: For an unknown edition.
        """
        self._native.set_licence(licence)

    def inject(
        self,
        fault: int | FaultWord | timedelta,
        *,
        method: str | None = None,
        path: str | None = None,
        times: int | None = 1,
        after: int = 0,
        retry_after: str | None = None,
        code: str | None = None,
        after_effect: bool = False,
        status: int | None = None,
        content_type: str | None = None,
        body: str | None = None,
    ) -> None:
        """Injects a fault.

        A "middlebox" is an intermediary that answers instead of the service: its answer has no `request-id` of Graph. The write
        does not reach the service, except with `after_effect`. "html" is a middlebox with status 502.

        Args:
            fault: A status from 400 to 599, a word, or a timedelta for a slow answer.
            method: Only for this HTTP method.
            path: Only if the path contains this.
            times: How often; None for ever.
            after: How many requests are skipped first.
            retry_after: The `Retry-After` header, in any form.
            code: Graph's error code.
            after_effect: Whether the write is done all the same.
            status: The status that a middlebox answers with, from 200 to 599; 502 if nothing is given.
            content_type: The type of its body; HTML if nothing is given.
            body: Its body; a small page if neither is given. An empty one has no type.

        Raises:
            InvalidInputError: For an unknown word, a status out of range, a negative number, or what only a middlebox has.

        Example:
            >>> tenant = SimulatedTenant.contoso()
            >>> tenant.inject(429, retry_after="0", path="/users/")
            >>> tenant.inject("dropped", method="POST", path="/revokeSignInSessions", after_effect=True)
            >>> tenant.inject("middlebox", status=403, content_type="application/json", body='{"action": "blocked"}')
        """
        often, spared = count("times", times, 1), count("after", after, 0) or 0
        self._native.inject(fault, method, path, often, spared, retry_after, code, after_effect, status, content_type, body)

    def clear_faults(self) -> None:
        """Removes every fault that has not happened yet."""
        self._native.clear_faults()

    @property
    def tenant_id(self) -> str:
        """The id of the tenant, by which its token endpoint is addressed; its domains do as well."""
        return self._native.TENANT_ID

    @property
    def client_id(self) -> str:
        """The id of the application of Contoso that may obtain tokens; it holds every permission."""
        return self._native.APP_ID

    @property
    def client_secret(self) -> str:
        """The secret of that application, the same in every simulated tenant: it opens nothing else."""
        return self._native.APP_SECRET

    def approve_device_code(self, user_code: str, user: Account) -> bool:
        """Approves the sign-in that a device code stands for, as the user does who types it.

        Args:
            user_code: The code that the application showed.
            user: Who signs in, with a password and a second factor.

        Returns:
            Whether there is such a pending code, and such a user who may sign in.
        """
        return self._native.approve_device_code(user_code, name_of(user))

    def decline_device_code(self, user_code: str) -> bool:
        """Declines the sign-in that a device code stands for.

        Args:
            user_code: The code that the application showed.

        Returns:
            Whether there is such a pending code.
        """
        return self._native.decline_device_code(user_code)

    def serve(self, port: int = 0) -> ServedTenant:
        """Serves the tenant and its token endpoint over HTTP, for other processes: on the loopback address, unencrypted.

        Graph accepts any token there; one of the tenant's own decides who calls.

        Args:
            port: The port; a free one if nothing is given.

        Returns:
            The served tenant, a context manager. Its `endpoint` is the `graph_endpoint` of a client.

        Raises:
            OSError: If the port is in use.

        Example:
            >>> from entra_ir import Client, SimulatedTenant, StaticToken
            >>> with SimulatedTenant.contoso().serve() as served:
            ...     client = Client(StaticToken("simulated"), graph_endpoint=served.endpoint)
            ...     client.get_user("adele@contoso.example").account_enabled
            True
        """
        from ._serve import ServedTenant

        return ServedTenant._of(self._native, count("port", port, 0) or 0)

    @property
    def requests(self) -> Records[RecordedRequest]:
        """The requests so far, in order, without bodies."""
        from json import loads

        return records(RecordedRequest, loads(self._native.requests()))

    def clear_requests(self) -> None:
        """Clears the recorded requests."""
        self._native.clear_requests()

    def keep_requests(self, keep: bool) -> None:
        """Sets whether requests are kept; many thousands take memory."""
        self._native.keep_requests(keep)
