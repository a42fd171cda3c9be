"""No result and no error says more than was seen, from Python too."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from entra_ir import (
    AsyncClient,
    Client,
    GraphError,
    InvalidInputError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    SimulatedTenant,
    ThrottledError,
    UsersFound,
)

USER = "adele@contoso.example"


def test_a_deletion_that_was_refused_is_no_success(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    simulated_tenant.inject(403, method="DELETE", times=None)
    deleted = entra_client.delete_methods(USER, scope="all-removable")
    assert (deleted.grade, deleted.is_success, deleted.is_complete) == ("refused", False, False)
    refused = deleted.receipt.exchanges[0]
    assert (refused.status, refused.code) == (403, "Authorization_RequestDenied")
    assert refused.request_id
    told = json.loads(deleted.to_json())
    assert (told["is_success"], told["receipt"]["is_success"]) == (False, False)


def test_a_second_run_finds_nothing_to_do(entra_client: Client) -> None:
    first = entra_client.delete_methods(USER, scope="all-removable")
    second = entra_client.delete_methods(USER, scope="all-removable")
    assert (first.grade, first.is_success, first.is_complete) == ("confirmed", True, True)
    assert (second.grade, second.is_success, second.is_complete) == ("nothing-to-do", True, True)


def test_a_long_wait_is_told_and_kept(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    simulated_tenant.inject(429, method="DELETE", retry_after="150")
    deleted = entra_client.delete_methods(USER, scope="all-removable")
    assert deleted.retry_after == 150
    assert "not-tried" in [method.outcome for method in deleted.methods]
    with pytest.raises(ThrottledError) as caught:
        entra_client.delete_method(USER, "fido2", "key")
    assert caught.value.retry_after is not None
    assert 140 < caught.value.retry_after <= 150
    assert not caught.value.outcome_unknown


def test_an_error_carries_its_receipt_and_counts_as_what_may_be_done(
    simulated_tenant: SimulatedTenant, entra_client: Client
) -> None:
    simulated_tenant.inject("middlebox", method="PATCH", status=403, times=None)
    with pytest.raises(OutcomeUnknownError, match="not Graph") as caught:
        entra_client.block_sign_in(USER)
    error = caught.value
    assert (error.status, error.is_retryable) == (403, False)
    assert error.receipt is not None
    assert (error.receipt.grade, error.receipt.exchanges[0].status, error.receipt.exchanges[0].request_id) == (
        "unknown",
        403,
        None,
    )
    simulated_tenant.clear_faults()
    doors = entra_client.open_doors(USER, [error.receipt])
    assert any("Block sign-in may hold it" in door.why for door in doors.doors)


def test_details_of_a_refusal(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    with pytest.raises(GraphError) as caught:
        entra_client.reset_password(USER, password="Contoso-Welcome-1")
    assert caught.value.details
    assert caught.value.details[0]["code"] == "PasswordBanned"
    assert "another password" in caught.value.advice
    assert simulated_tenant.user(USER).enabled


def test_users_are_found_by_address_and_name(entra_client: Client) -> None:
    found = entra_client.find_users("adele.vance@contoso.example")
    assert isinstance(found, UsersFound)
    assert [(one.user.user_principal_name, one.matched) for one in found] == [(USER, ["mail", "proxy-address"])]
    assert (len(found), found.more, found[0].user.user_principal_name) == (1, False, USER)
    assert len(entra_client.find_users("nobody at all")) == 0
    with pytest.raises(InvalidInputError):
        entra_client.find_users(" ")
    with pytest.raises(NotFoundError, match="find_users"):
        entra_client.block_sign_in("adele.vance@contoso.example")


def test_a_pass_is_made_anew_where_it_is_asked_for(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    simulated_tenant.inject("dropped", method="POST", after_effect=True)
    with pytest.raises(OutcomeUnknownError) as caught:
        entra_client.create_temporary_access_pass(USER)
    assert not caught.value.is_retryable
    simulated_tenant.inject("dropped", method="POST", after_effect=True)
    made = entra_client.create_temporary_access_pass(USER, reconcile=True)
    works = simulated_tenant.access_pass_of(USER)
    assert made.access_pass is not None
    assert works is not None
    assert made.access_pass.reveal() == works.reveal()
    assert "pass-made-anew" in [warning.code for warning in made.receipt.warnings]


def test_what_a_licence_lacks_is_no_missing_permission(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    simulated_tenant.set_licence("p1")
    snapshot = entra_client.snapshot(USER)
    assert snapshot.risk.state == "not-licensed"
    advice = snapshot.advise("account-takeover")
    assert advice.privileged is False
    assert "confirm-compromised" not in [action for step in advice.steps for action in step.actions]


def test_only_a_stand_in_on_this_machine_can_be_trusted_unmarked() -> None:
    from entra_ir import ConfigError, StaticToken

    with pytest.raises(ConfigError, match="loopback"):
        Client(StaticToken("x"), trust_unmarked_answers=True)
    Client(StaticToken("x"), graph_endpoint="http://127.0.0.1:9", trust_unmarked_answers=True).close()


def test_both_clients_say_the_same(simulated_tenant: SimulatedTenant) -> None:
    async def use() -> None:
        async with AsyncClient(transport=simulated_tenant, timeout=timedelta(seconds=5)) as client:
            simulated_tenant.inject(403, method="PATCH")
            with pytest.raises(PermissionDeniedError) as caught:
                await client.block_sign_in(USER)
            assert caught.value.receipt is not None
            assert (caught.value.receipt.grade, caught.value.outcome_unknown) == ("refused", False)
            assert len(await client.find_users(USER)) == 1

    asyncio.run(use())
