"""Errors: which class, what they know, what to do next, and that they survive the way to another process."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import entra_ir
import pytest
from entra_ir import Client, EntraError, Secret, SimulatedTenant

if TYPE_CHECKING:
    from collections.abc import Callable

USER = "adele@contoso.example"


@dataclass
class Case:
    """A fault, what it does to a call, and what the error says."""

    name: str
    fault: Any
    call: str
    error: str
    # What it is besides, for people who catch Python's own classes.
    also: tuple[type[Exception], ...] = ()
    where: dict[str, Any] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)


CALLS: dict[str, Callable[[Client], object]] = {
    "read": lambda client: client.get_user(USER),
    "write": lambda client: client.block_sign_in(USER),
    "once": lambda client: client.create_temporary_access_pass(USER),
}
PATCH: dict[str, Any] = {"method": "PATCH"}
POST: dict[str, Any] = {"method": "POST"}
UNKNOWN = {"outcome_unknown": True, "is_retryable": False}
HARMLESS = {"outcome_unknown": False, "is_retryable": True}
FINAL = {"outcome_unknown": False, "is_retryable": False}
CASES = [
    Case("400", 400, "read", "GraphError", (), {}, {"status": 400, **FINAL}),
    Case("401", 401, "read", "UnauthenticatedError", (entra_ir.AuthError,), {}, {"status": 401, **FINAL}),
    Case("403", 403, "read", "PermissionDeniedError", (PermissionError,), {}, {"status": 403, **FINAL}),
    Case("403-write", 403, "write", "PermissionDeniedError", (PermissionError,), PATCH, {"operation": "block_sign_in"}),
    Case("404", 404, "read", "NotFoundError", (LookupError,), {}, {"status": 404, **FINAL}),
    Case("409", 409, "read", "ConflictError", (), {}, {"status": 409, **HARMLESS}),
    Case("429", 429, "read", "ThrottledError", (), {"retry_after": "7"}, {"status": 429, "retry_after": 7.0, **HARMLESS}),
    Case("429-fraction", 429, "read", "ThrottledError", (), {"retry_after": "2.128"}, {"retry_after": 2.128}),
    Case("503", 503, "read", "UnavailableError", (), {}, {"status": 503, **HARMLESS}),
    Case("500-write", 500, "write", "GraphOutcomeUnknownError", (), PATCH, {"status": 500, **UNKNOWN}),
    Case("504-once", 504, "once", "GraphOutcomeUnknownError", (), POST, {"status": 504, **UNKNOWN}),
    Case("code", 403, "read", "PermissionDeniedError", (), {"code": "accessDenied"}, {"code": "accessDenied"}),
    Case("html", "html", "read", "TransportError", (ConnectionError,), {}, {"status": 502, "code": None, **HARMLESS}),
    Case("html-write", "html", "write", "TransportOutcomeUnknownError", (ConnectionError,), PATCH, {"status": 502, **UNKNOWN}),
    Case("no-connection", "no-connection", "write", "TransportError", (ConnectionError,), PATCH, HARMLESS),
    Case("dropped", "dropped", "read", "TransportError", (ConnectionError,), {}, HARMLESS),
    Case("dropped-write", "dropped", "write", "TransportOutcomeUnknownError", (ConnectionError,), PATCH, UNKNOWN),
    Case("dropped-after", "dropped", "once", "TransportOutcomeUnknownError", (), {**POST, "after_effect": True}, UNKNOWN),
    Case("slow", timedelta(minutes=5), "read", "TransportTimeoutError", (TimeoutError, ConnectionError), {}, HARMLESS),
    Case("slow-write", timedelta(minutes=5), "write", "TimeoutOutcomeUnknownError", (TimeoutError,), PATCH, UNKNOWN),
    Case("truncated", "truncated", "read", "DecodeError", (ValueError,), {}, FINAL),
    Case("empty", "empty-body", "read", "DecodeError", (ValueError,), {}, FINAL),
    Case("truncated-once", "truncated", "once", "DecodeOutcomeUnknownError", (ValueError,), POST, UNKNOWN),
]


def fail(case: Case) -> EntraError:
    tenant = SimulatedTenant.contoso()
    tenant.inject(case.fault, times=None, **case.where)
    client = Client(transport=tenant, max_attempts=1, timeout=timedelta(milliseconds=200))
    with pytest.raises(EntraError) as caught:
        CALLS[case.call](client)
    return caught.value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_kind_of_error(case: Case) -> None:
    error = fail(case)
    assert type(error) is getattr(entra_ir, case.error)
    for kind in case.also:
        assert isinstance(error, kind)
    assert isinstance(error, entra_ir.OutcomeUnknownError) == error.outcome_unknown
    assert {name: getattr(error, name) for name in case.says} == case.says
    # The text ends with what to do next.
    assert error.advice
    assert str(error).endswith(f"Next: {error.advice}")
    assert error.operation in ("get_user", "block_sign_in", "create_temporary_access_pass")
    if isinstance(error, entra_ir.GraphError):
        assert error.attempts == 1
        # What answers in the service's place has no ids of the service.
        assert bool(error.request_id) is (case.fault != "html")
        assert error.client_request_id
    if isinstance(error, entra_ir.TransportError):
        assert error.client_request_id
        assert (error.status is None) is (case.fault != "html")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_errors_cross_to_another_process(case: Case) -> None:
    error = fail(case)
    error.add_note("what the caller adds")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert again.__notes__ == ["what the caller adds"]


def test_every_class_of_error_is_met() -> None:
    """Those that no fault of the service brings about are named here, and tested where they belong."""
    elsewhere = {
        "EntraError", "OutcomeUnknownError", "RefusedError", "InvalidInputError", "GuardedError", "ConfigError",
        "ClientClosedError", "ForkedError", "AuthError", "AuthOutcomeUnknownError", "SignInRefusedError",
    }  # fmt: skip
    public = [name for name in entra_ir.__all__ if name.endswith("Error")]
    assert {case.error for case in CASES} | elsewhere == set(public)
    for name in public:
        assert issubclass(getattr(entra_ir, name), EntraError)


def test_which_permission_is_missing_is_told() -> None:
    tenant = SimulatedTenant.contoso()
    tenant.set_caller("responder@contoso.example", roles=["Helpdesk Administrator"], permissions=["User.Read.All"])
    with pytest.raises(PermissionError, match=r"User\.EnableDisableAccount\.All") as caught:
        Client(transport=tenant).block_sign_in(USER)
    assert isinstance(caught.value, entra_ir.PermissionDeniedError)
    assert "Authentication Administrator" in caught.value.advice


def test_what_may_run_once_is_not_repeated() -> None:
    tenant = SimulatedTenant.contoso()
    tenant.inject("dropped", method="POST", after_effect=True)
    client = Client(transport=tenant)
    with pytest.raises(entra_ir.OutcomeUnknownError):
        client.create_temporary_access_pass(USER)
    assert [request.method for request in tenant.requests].count("POST") == 1
    assert len(client.list_temporary_access_passes(USER)) == 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_error_is_plain_on_demand(case: Case) -> None:
    error = fail(case)
    told = error.to_dict()
    assert (told["type"], told["message"]) == (case.error, str(error))
    assert set(told) == {"type", "message", *vars(error)}
    assert {name: told[name] for name in case.says} == case.says
    assert json.loads(error.to_json()) == json.loads(json.dumps(told, default=lambda moment: moment.isoformat()))
    assert "\n" in error.to_json(indent=2)
    error.add_note("what the caller adds")
    assert error.to_dict()["notes"] == ["what the caller adds"]


def test_what_an_error_carries_is_plain_too() -> None:
    """Results, secrets and moments, and whatever the caller hung on it."""
    client = Client(transport=SimulatedTenant.contoso())
    receipt = client.block_sign_in(USER)
    details = [{"code": "propertyConflict", "message": "in use \u202e", "target": "otherMails"}]
    error = entra_ir.GraphError("refused. Next: look", status=400, receipt=receipt, details=details)
    assert (error.receipt, error.details) == (receipt, details)
    vars(error).update(ticket=Secret("zebra"), at=SimulatedTenant.contoso().now, _own=1, thing=object)
    told = error.to_dict()
    assert told["receipt"] == receipt.to_dict()
    assert told["details"] == details
    assert "_own" not in told
    assert "zebra" not in error.to_json()
    written = json.loads(error.to_json())
    assert written["receipt"] == json.loads(receipt.to_json())
    assert written["at"] == told["at"].isoformat()
    assert written["details"] == details
    assert "\u202e" not in error.to_json()
    again = pickle.loads(pickle.dumps(entra_ir.GraphError("refused", receipt=receipt, details=details)))
    assert (again.receipt, again.details) == (receipt, details)
    assert entra_ir.GraphError("refused").to_dict()["receipt"] is None
    simulation = entra_ir.SignInSimulation(SimulatedTenant.contoso())
    device = simulation.device("browser")
    with pytest.raises(entra_ir.SignInRefusedError) as caught:
        simulation.sign_in(USER, device, how="password", secret="wrong")
    assert json.loads(caught.value.to_json())["answer"]["word"]
