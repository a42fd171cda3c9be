"""What became of a write: its receipt, and what the results of all writes have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._record import Record, Records, plain, records, when

if TYPE_CHECKING:
    from datetime import datetime
    from typing import NoReturn

    from ._words import Grade


class Target(Record):
    """Names what a write acted on. As a text it is its id."""

    __slots__ = ()
    _shown = ("kind", "id")

    @property
    def kind(self) -> str:
        """What it is: `user`, `device`, `permission-grant`, `inbox-rule` and so on."""
        return str(self._data["kind"])

    @property
    def id(self) -> str:
        """Its id; of a user the object id where that is known, of a group membership that of the member."""
        return str(self._data.get("id") or self._data.get("member") or "")

    @property
    def principal(self) -> str | None:
        """The account that it belongs to, where it names one: the holder of a grant or a role, the user of a rule."""
        return self._data.get("principal") or self._data.get("user")

    @property
    def group(self) -> str | None:
        """The group of a group membership."""
        return self._data.get("group")

    @property
    def credential(self) -> str | None:
        """The id of the credential, where it is one of an application."""
        return self._data.get("credential")

    def __str__(self) -> str:
        """Returns the id."""
        return self.id


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


class Done(Record):
    """Is what counts as done for `open_doors`: the result of any write, and `ActionDone`."""

    __slots__ = ()


class WriteResult(Done):
    """Is the result of a write: whatever else it tells, it has a receipt. A receipt is its own."""

    __slots__ = ()

    @property
    def receipt(self) -> Receipt:
        """What was done."""
        return Receipt._of(self._data["receipt"], None, self._beside)

    @property
    def grade(self) -> Grade:
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


class _Itself:
    """Is the attribute `receipt` of a receipt: the receipt itself, and so not one of its fields."""

    def __get__(self, receipt: object, kind: type) -> object:
        return self if receipt is None else receipt

    def __set__(self, receipt: object, value: object) -> NoReturn:
        raise AttributeError("a receipt cannot be changed")


class Receipt(WriteResult):
    """Says what became of a write. It holds identifiers, never secrets."""

    __slots__ = ()
    _shown = ("operation", "target", "grade", "mechanism", "exchanges", "warnings")
    if not TYPE_CHECKING:  # To a type checker it is the property of every result of a write.
        receipt = _Itself()

    @property
    def operation(self) -> str:
        """The operation's name."""
        return str(self._data["operation"])

    @property
    def target(self) -> Target:
        """What it acted on; an account by object id where that is known."""
        return Target._of(self._data["target"])

    @property
    def asked_for(self) -> str | None:
        """The sign-in name by which the account was asked for; None if it was by object id."""
        return self._data.get("asked_for")

    @property
    def method(self) -> str | None:
        """The id of the method that it was about, where it was about one."""
        return self._data.get("method")

    @property
    def account_read_at(self) -> datetime | None:
        """When the account was read for it (UTC, this machine's clock); None if it was not read."""
        return when(self._data.get("account_read_at"))

    @property
    def mechanism(self) -> str:
        """How it was done; the operation's name may promise another way."""
        return str(self._data["mechanism"])

    @property
    def done_by(self) -> str:
        """How it was done, in Graph's terms, for people."""
        return str(self._data["done_by"])

    @property
    def grade(self) -> Grade:
        """How sure it is: `accepted` by Graph is not `confirmed` by reading back, and `unknown` is a value.

        Grades have no order: ask `is_success` and `is_complete`. Of work of several steps the worst step counts.
        """
        grade: Grade = self._data["grade"]
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
