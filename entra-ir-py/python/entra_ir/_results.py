"""The results of the writes, as the core tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._accounts import AuthenticationMethod
from ._receipts import Receipt, WriteResult
from ._record import Listing, Record, Records, plain, records, when

if TYPE_CHECKING:
    from datetime import datetime

    from ._native import Secret
    from ._words import ForceChange, Outcome


class SessionsRevoked(WriteResult):
    """Says what became of the sign-in sessions."""

    __slots__ = ()
    _shown = ("grade", "valid_from_before", "valid_from")

    @property
    def valid_from_before(self) -> datetime | None:
        """From when sessions were valid before (UTC); None if that was not read just before, as of a `User` that was given."""
        return when(self._data.get("valid_from_before"))

    @property
    def valid_from(self) -> datetime | None:
        """From when sessions are valid now, as read back (UTC); None if it was not looked for, or is not visible yet."""
        return when(self._data.get("valid_from"))


class MfaSessionsRevoked(WriteResult):
    """Says what became of the sessions, and what the portal's old button would have done."""

    __slots__ = ()
    _shown = ("grade", "per_user_mfa", "per_user_mfa_unread")

    @property
    def receipt(self) -> Receipt:
        """What was done."""
        return self.sessions.receipt

    @property
    def sessions(self) -> SessionsRevoked:
        """What became of the sessions."""
        return SessionsRevoked._of(self._data["sessions"], None, self._beside)

    @property
    def per_user_mfa(self) -> str | None:
        """The per-user MFA state (`disabled`, `enabled`, `enforced`); None if it could not be read."""
        return self._data.get("per_user_mfa")

    @property
    def per_user_mfa_unread(self) -> str | None:
        """Why the state could not be read."""
        return self._data.get("per_user_mfa_unread")


class PasswordReset(WriteResult):
    """Says what became of the password."""

    __slots__ = ()
    _shown = ("grade", "password", "force_change")

    @property
    def password(self) -> Secret | None:
        """The new password, if it was generated; `password.reveal()` shows it."""
        return self._secret

    @property
    def force_change(self) -> ForceChange:
        """Whether the user must change it."""
        force: ForceChange = self._data["force_change"]
        return force


class MethodOutcome(Record):
    """Says what became of one method."""

    __slots__ = ()
    _shown = ("kind", "id", "outcome", "why")

    @property
    def id(self) -> str:
        """The method's id."""
        return str(self._data["id"])

    @property
    def kind(self) -> str | None:
        """The method's type; None for an id that the user does not have."""
        return None if self.method is None else self.method.kind

    @property
    def name(self) -> str | None:
        """The method's name, number or address."""
        return None if self.method is None else self.method.name

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        outcome: Outcome = self._data["outcome"]["is"]
        return outcome

    @property
    def why(self) -> str | None:
        """Why, where the outcome alone does not say."""
        why: str | None = self._data["outcome"].get("why")
        return why

    @property
    def method(self) -> AuthenticationMethod | None:
        """The method, as it was listed; None for an id that the user does not have."""
        data = self._data.get("method")
        return None if data is None else AuthenticationMethod._of(data)


class MethodsDeleted(WriteResult, Listing):
    """Says what became of each method, and what the user has afterwards."""

    __slots__ = ()
    _shown = ("grade", "methods", "remaining")

    def _rows(self) -> Records[Any]:
        return self.methods

    @property
    def scope(self) -> Any:
        """What was asked."""
        return plain(self._data["scope"])

    @property
    def methods(self) -> Records[MethodOutcome]:
        """What became of each method that the scope named, and of each that it could not tell."""
        return records(MethodOutcome, self._data["methods"])

    @property
    def is_success(self) -> bool:
        """Whether every removal was accepted, none was left out, and no method is listed all the same; as in the receipt."""
        return bool(self._data["is_success"])

    @property
    def is_complete(self) -> bool:
        """Whether every method named was seen to be gone; no list shows a deactivation, and one not whole proves nothing."""
        return bool(self._data["is_complete"])

    @property
    def remaining(self) -> Records[AuthenticationMethod] | None:
        """What the user has afterwards, as read back, what cannot be understood included; None if nothing was read back."""
        data = self._data.get("remaining")
        return None if data is None else records(AuthenticationMethod, data)


class MethodDeleted(WriteResult):
    """Says what became of one method."""

    __slots__ = ()

    @property
    def was_gone(self) -> bool | None:
        """Whether the service found no such method; None if an earlier attempt of this call may have removed it."""
        return self._data.get("was_gone")


class NextStep(Record):
    """Names an operation to call next, and what it adds."""

    __slots__ = ()

    @property
    def operation(self) -> str:
        """The operation's name."""
        return str(self._data["operation"])

    @property
    def why(self) -> str:
        """What it adds."""
        return str(self._data["why"])


class MfaReregistrationRequired(WriteResult):
    """Says what the portal's "Require re-register MFA" removed, what remains, and what to add."""

    __slots__ = ()
    _shown = ("grade", "deleted", "next_steps")

    @property
    def receipt(self) -> Receipt:
        """What was done."""
        return self.deleted.receipt

    @property
    def deleted(self) -> MethodsDeleted:
        """What was removed and what remains."""
        return MethodsDeleted._of(self._data["deleted"], None, self._beside)

    @property
    def is_success(self) -> bool:
        """Whether every removal that was tried was accepted."""
        return self.deleted.is_success

    @property
    def is_complete(self) -> bool:
        """Whether all that the button takes is gone, as read back."""
        return self.deleted.is_complete

    @property
    def next_steps(self) -> Records[NextStep]:
        """What to call next, and why."""
        return records(NextStep, self._data["next"])


class AccessPass(Record):
    """Describes a Temporary Access Pass, without the pass."""

    __slots__ = ()
    _shown = ("id", "is_usable", "usability_reason", "starts_at", "lifetime_in_minutes")

    @property
    def id(self) -> str | None:
        """The method id; None if the service gave none that can be used."""
        return self._data.get("id")

    @property
    def created(self) -> datetime | None:
        """When it was made (UTC)."""
        return when(self._data.get("createdDateTime"))

    @property
    def starts_at(self) -> datetime | None:
        """When it begins to work (UTC)."""
        return when(self._data.get("startDateTime"))

    @property
    def lifetime_in_minutes(self) -> int | None:
        """How long it works."""
        return self._data.get("lifetimeInMinutes")

    @property
    def one_time(self) -> bool | None:
        """Whether it works once only."""
        return self._data.get("isUsableOnce")

    @property
    def is_usable(self) -> bool | None:
        """Whether it works now."""
        return self._data.get("isUsable")

    @property
    def usability_reason(self) -> str | None:
        """Why: `EnabledByPolicy`, `DisabledByPolicy`, `Expired`, `NotYetValid`, `OneTimeUsed`, or a newer word."""
        return self._data.get("methodUsabilityReason")


class AccessPassCreated(WriteResult):
    """Holds the pass that was made."""

    __slots__ = ()
    # `pass` is a word of the language.
    _shown = ("grade", "access_pass", "is_usable", "starts_at", "lifetime_in_minutes")

    @property
    def access_pass(self) -> Secret | None:
        """The pass: told here and never again; `access_pass.reveal()` shows it. None in a dry run."""
        return self._secret

    @property
    def id(self) -> str | None:
        """The pass's method id."""
        return self._data.get("id")

    @property
    def starts_at(self) -> datetime | None:
        """When it begins to work (UTC)."""
        return when(self._data.get("starts_at"))

    @property
    def lifetime_in_minutes(self) -> int | None:
        """How long it works."""
        return self._data.get("lifetime_in_minutes")

    @property
    def one_time(self) -> bool | None:
        """Whether it works once only."""
        return self._data.get("one_time")

    @property
    def is_usable(self) -> bool | None:
        """Whether it works now."""
        return self._data.get("is_usable")

    @property
    def registration_url(self) -> str:
        """The address to give to the user, to register methods after signing in with the pass."""
        return str(self._data["registration_url"])
