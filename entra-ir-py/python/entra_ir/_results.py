"""The results of the operations, as the core tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from ._record import Record, Records, plain, records, when

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import TypeAlias

    from ._native import Secret

    _Grade: TypeAlias = Literal["not-sent", "nothing-to-do", "refused", "unknown", "accepted", "confirmed", "observed"]
    _Outcome: TypeAlias = Literal[
        "removed",
        "already-gone",
        "deactivated",
        "still-listed",
        "refused",
        "unknown",
        "not-removable",
        "unknown-type",
        "unknown-age",
        "not-tried",
        "would-remove",
    ]


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


class UsersFound(Record):
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

    def to_dicts(self) -> list[dict[str, Any]]:
        """Returns one plain dict for each candidate, for `pandas.DataFrame`."""
        return self.users.to_dicts()

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


class MethodList(Record):
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

    def to_dicts(self) -> list[dict[str, Any]]:
        """Returns one plain dict for each method, for `pandas.DataFrame`."""
        return self.methods.to_dicts()

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


class ReceiptWarning(Record):
    """Tells what a result alone does not."""

    __slots__ = ()

    @property
    def code(self) -> str:
        """A short stable word."""
        return str(self._data["code"])

    @property
    def text(self) -> str:
        """What it means."""
        return str(self._data["message"])


class Exchange(Record):
    """Records one write that was sent."""

    __slots__ = ()

    @property
    def method(self) -> str:
        """The HTTP method."""
        return str(self._data["method"])

    @property
    def path(self) -> str:
        """The path."""
        return str(self._data["path"])

    @property
    def status(self) -> int | None:
        """The HTTP status; None if no answer came."""
        return self._data.get("status")

    @property
    def code(self) -> str | None:
        """Graph's error code, if Graph refused."""
        return self._data.get("code")

    @property
    def request_id(self) -> str | None:
        """The service's id of the request; None if the answer was not Graph's, or there was none."""
        return self._data.get("request_id")

    @property
    def client_request_id(self) -> str | None:
        """This library's id of the call."""
        return self._data.get("client_request_id")

    @property
    def server_date(self) -> datetime | None:
        """The service's own time of the answer (UTC, whole seconds)."""
        return when(self._data.get("server_date"))

    @property
    def attempts(self) -> int:
        """How often it was sent."""
        return int(self._data["attempts"])


class Preview(Record):
    """Shows a request that was not sent, with its secrets masked."""

    __slots__ = ()

    @property
    def operation(self) -> str:
        """The operation's name."""
        return str(self._data["operation"])

    @property
    def method(self) -> str:
        """The HTTP method."""
        return str(self._data["method"])

    @property
    def path(self) -> str:
        """The path and query, as they would be sent."""
        return str(self._data["path"])

    @property
    def body(self) -> Any:
        """The JSON body with secrets masked."""
        return plain(self._data.get("body"))


class _Deed(Record):
    """Is the base of what counts as done for `open_doors`: lists of several kinds have one type."""

    __slots__ = ()


class Receipt(_Deed):
    """Says what became of a write. It holds identifiers, never secrets."""

    __slots__ = ()
    _shown = ("operation", "target", "grade", "mechanism", "exchanges", "warnings")

    @property
    def operation(self) -> str:
        """The operation's name."""
        return str(self._data["operation"])

    @property
    def target(self) -> str:
        """The account, by object id where that is known."""
        return str(self._data["target"])

    @property
    def mechanism(self) -> str:
        """How it was done; the operation's name may promise another way."""
        return str(self._data["mechanism"])

    @property
    def grade(self) -> _Grade:
        """How sure it is: `accepted` by Graph is not `confirmed` by reading back, and `unknown` is a value.

        Grades have no order: ask `is_success` and `is_complete`. Of work of several steps the worst step counts.
        """
        grade: _Grade = self._data["grade"]
        return grade

    @property
    def is_success(self) -> bool:
        """Whether what was asked for was done, as far as Graph said: accepted or better, or nothing had to be done."""
        return bool(self._data["is_success"])

    @property
    def is_complete(self) -> bool:
        """Whether the state asked for was seen: read back, or found beforehand."""
        return bool(self._data["is_complete"])

    @property
    def exchanges(self) -> Records[Exchange]:
        """The writes that were sent, in their order, refused ones included."""
        return records(Exchange, self._data["exchanges"])

    @property
    def retry_after(self) -> float | None:
        """How long Graph asked to wait, in seconds, where that ended the work; nothing is sent before."""
        return self._data.get("retry_after")

    @property
    def warnings(self) -> Records[ReceiptWarning]:
        """What the result does not say by itself and a responder must know."""
        return records(ReceiptWarning, self._data["warnings"])

    @property
    def would_send(self) -> Records[Preview]:
        """In dry-run mode: what would have been sent."""
        return records(Preview, self._data.get("would_send"))


class _Written(_Deed):
    """Is the base of the results of writes that tell more than their receipt."""

    __slots__ = ()

    @property
    def receipt(self) -> Receipt:
        """What was done."""
        return Receipt._of(self._data["receipt"], None, self._beside)

    @property
    def grade(self) -> _Grade:
        """How sure it is; the receipt's grade."""
        return self.receipt.grade

    @property
    def is_success(self) -> bool:
        """Whether what was asked for was done, as far as Graph said."""
        return self.receipt.is_success

    @property
    def is_complete(self) -> bool:
        """Whether the state asked for was seen: read back, or found beforehand."""
        return self.receipt.is_complete

    @property
    def retry_after(self) -> float | None:
        """How long Graph asked to wait, in seconds, where that ended the work; nothing is sent before."""
        return self.receipt.retry_after


class SessionsRevoked(_Written):
    """Says what became of the sign-in sessions."""

    __slots__ = ()
    _shown = ("grade", "valid_from_before", "valid_from")

    @property
    def valid_from_before(self) -> datetime | None:
        """From when sessions were valid before (UTC)."""
        return when(self._data.get("valid_from_before"))

    @property
    def valid_from(self) -> datetime | None:
        """From when sessions are valid now, as read back (UTC); None if it was not looked for, or is not visible yet."""
        return when(self._data.get("valid_from"))


class MfaSessionsRevoked(_Written):
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


class PasswordReset(_Written):
    """Says what became of the password."""

    __slots__ = ()
    _shown = ("grade", "password", "force_change")

    @property
    def password(self) -> Secret | None:
        """The new password, if it was generated; `password.reveal()` shows it."""
        return self._secret

    @property
    def force_change(self) -> Literal["next-sign-in", "with-mfa", "never"]:
        """Whether the user must change it."""
        force: Literal["next-sign-in", "with-mfa", "never"] = self._data["force_change"]
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
    def outcome(self) -> _Outcome:
        """What became of it."""
        outcome: _Outcome = self._data["outcome"]["is"]
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


class MethodsDeleted(_Written):
    """Says what became of each method, and what the user has afterwards."""

    __slots__ = ()
    _shown = ("grade", "methods", "remaining")

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


class MethodDeleted(_Written):
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


class MfaReregistrationRequired(_Written):
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


class AccessPassCreated(_Written):
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
