"""Accounts and their authentication methods, as they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from ._record import Listing, Record, Records, plain, records, when

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


class User(Record):
    """Holds the properties of a user that containment depends on. Source: "user resource type"."""

    __slots__ = ()
    _shown = ("user_principal_name", "id", "account_enabled", "sign_in_sessions_valid_from")

    @property
    def id(self) -> str:
        """The object id."""
        return str(self._data["id"])

    @property
    def user_principal_name(self) -> str | None:
        """The sign-in name."""
        return self._data.get("userPrincipalName")

    @property
    def display_name(self) -> str | None:
        """The name shown. Anybody may have chosen it."""
        return self._data.get("displayName")

    @property
    def account_enabled(self) -> bool | None:
        """Whether sign-in is allowed."""
        return self._data.get("accountEnabled")

    @property
    def user_type(self) -> str | None:
        """`Member` or `Guest`; a guest by this word may still have local credentials."""
        return self._data.get("userType")

    @property
    def on_premises_sync_enabled(self) -> bool | None:
        """True: synced from on-premises. False: it was. None: it never was."""
        return self._data.get("onPremisesSyncEnabled")

    @property
    def sign_in_sessions_valid_from(self) -> datetime | None:
        """Tokens and sessions issued before this moment are refused (UTC, whole seconds)."""
        return when(self._data.get("signInSessionsValidFromDateTime"))

    @property
    def last_password_change(self) -> datetime | None:
        """When the password was last changed (UTC)."""
        return when(self._data.get("lastPasswordChangeDateTime"))

    @property
    def external_user_state(self) -> str | None:
        """The state of an invitation; external guests only."""
        return self._data.get("externalUserState")

    @property
    def creation_type(self) -> str | None:
        """`Invitation`, `LocalAccount` (customer tenants), `EmailVerified` or nothing."""
        return self._data.get("creationType")

    @property
    def password_policies(self) -> str | None:
        """`DisableStrongPassword`, `DisablePasswordExpiration`, both, or nothing."""
        return self._data.get("passwordPolicies")

    @property
    def repaired(self) -> bool:
        """Whether the answer held text that is no valid JSON or Unicode: a name may read differently."""
        return bool(self._data.get("repaired"))


class FoundUser(Record):
    """Describes an account that may be meant, and why."""

    __slots__ = ()
    _shown = ("user", "mail", "matched")

    @property
    def user(self) -> User:
        """The account."""
        return User._of(self._data["user"])

    @property
    def mail(self) -> str | None:
        """Its mail address."""
        return self._data.get("mail")

    @property
    def matched(self) -> list[str]:
        """What of it fits: `sign-in-name`, `mail`, `proxy-address`, `other-mail`, `display-name`."""
        return list(self._data["matched"])


class UsersFound(Listing):
    """Lists the accounts that may be meant. Iterates over them."""

    __slots__ = ()
    _shown = ("text", "users", "more")

    @property
    def text(self) -> str:
        """What was looked for."""
        return str(self._data["text"])

    @property
    def users(self) -> Records[FoundUser]:
        """The candidates, in the service's order."""
        return records(FoundUser, self._data["users"])

    @property
    def more(self) -> bool:
        """Whether there are more than were returned: give a longer text."""
        return bool(self._data["more"])

    def _rows(self) -> Records[Any]:
        return self.users

    def __iter__(self) -> Iterator[FoundUser]:
        """Iterates over the candidates."""
        return iter(self.users)

    def __len__(self) -> int:
        """Counts the candidates."""
        return len(self._data["users"])

    def __getitem__(self, index: int) -> FoundUser:
        """Returns a candidate by its place."""
        return self.users[index]


class AuthenticationMethod(Record):
    """Describes one authentication method of a user. Source: "authenticationMethod resource type"."""

    __slots__ = ()
    _shown = ("kind", "id", "name", "created")

    @property
    def id(self) -> str:
        """The id; unique among the user's methods of this type."""
        return str(self._data["id"])

    @property
    def kind(self) -> str:
        """The type: `fido2`, `windows-hello`, `phone`, ...; Graph's own name for a type that this version does not know."""
        return str(self._data["kind"])

    @property
    def signs_in_alone(self) -> bool:
        """Whether somebody who holds it can sign in with nothing else.

        A passkey can; a number only where SMS sign-in is set up. A type that this version does not know counts as
        one that can.
        """
        return bool(self._data.get("signs_in_alone", True))

    @property
    def name(self) -> str | None:
        """Its name, number or address, chosen by whoever registered it."""
        detail = self.detail
        return next((detail[key] for key in ("display_name", "number", "address") if detail.get(key)), None)

    @property
    def created(self) -> datetime | None:
        """When it was registered (UTC); the service does not always know."""
        return when(self._data.get("created"))

    @property
    def last_used(self) -> datetime | None:
        """When it was last used (UTC); only beta tells."""
        return when(self._data.get("last_used"))

    @property
    def detail(self) -> dict[str, Any]:
        """What is particular to the type, such as `number` and `phone_type`."""
        detail: dict[str, Any] = plain(self._data.get("detail") or {})
        return detail

    @property
    def raw(self) -> dict[str, Any] | None:
        """The object as Graph sent it, secrets masked, if this version does not know the type; None otherwise."""
        raw: dict[str, Any] | None = plain(self._data.get("raw"))
        return raw


class MethodList(Listing):
    """Holds a user's methods, and says how much of them was seen. Iterates over the methods."""

    __slots__ = ()

    @property
    def methods(self) -> Records[AuthenticationMethod]:
        """The methods, in the service's order."""
        return records(AuthenticationMethod, self._data["methods"])

    @property
    def partial(self) -> bool:
        """Whether only some methods are listed: the cloud lists only some types, or it is a customer account."""
        return bool(self._data["partial"])

    @property
    def types_unread(self) -> list[dict[str, str]]:
        """Types whose own list could not be read, with the reason, where the cloud lists each type by itself."""
        unread: list[dict[str, str]] = plain(self._data.get("types_unread") or [])
        return unread

    @property
    def repaired(self) -> bool:
        """Whether an answer held text that is no valid JSON or Unicode: a name may read differently."""
        return bool(self._data["repaired"])

    @property
    def beta_unread(self) -> str | None:
        """Why beta could not be read, if it was asked."""
        return self._data.get("beta_unread")

    @property
    def account_unread(self) -> str | None:
        """Why the account could not be read: then it may be a customer account, of which Graph does not list every method."""
        return self._data.get("account_unread")

    @property
    def unreadable(self) -> list[Any]:
        """Items that cannot be understood, as they came, secrets masked. They are methods all the same."""
        unreadable: list[Any] = plain(self._data["unreadable"])
        return unreadable

    def _rows(self) -> Records[Any]:
        return self.methods

    def __iter__(self) -> Iterator[AuthenticationMethod]:
        """Iterates over the methods."""
        return iter(self.methods)

    def __len__(self) -> int:
        """Counts the methods."""
        return len(self._data["methods"])

    @overload
    def __getitem__(self, index: int) -> AuthenticationMethod: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[AuthenticationMethod, ...]: ...
    def __getitem__(self, index: int | slice) -> AuthenticationMethod | tuple[AuthenticationMethod, ...]:
        """Returns a method by its place."""
        return self.methods[index]
