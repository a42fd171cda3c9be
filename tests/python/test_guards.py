"""What a client may not do it does not send."""

from __future__ import annotations

import pytest
from entra_ir import Client, GuardedError, RefusedError, SimulatedTenant
from entra_ir._native import CATALOG

USER = "adele@contoso.example"
READS = {
    name for name in CATALOG if name.startswith(("get_", "list_", "find_")) or name in ("snapshot", "effective_methods_policy")
}
WRITES = sorted(set(CATALOG) - READS)
ARGUMENTS: dict[str, dict[str, str]] = {
    "delete_methods": {"scope": "all-removable"},
    "delete_method": {"kind": "phone", "id": "3179e48a-750b-4051-897c-87b9720928f7"},
    "deactivate_hardware_oath": {"id": "00000000-0000-4000-8000-000000000000"},
    "delete_temporary_access_pass": {"id": "00000000-0000-4000-8000-000000000000"},
}


def writes(tenant: SimulatedTenant) -> list[str]:
    return [request.path for request in tenant.requests if request.method != "GET" and "$batch" not in request.path]


@pytest.mark.parametrize("operation", WRITES)
def test_a_read_only_client_writes_nothing(simulated_tenant: SimulatedTenant, operation: str) -> None:
    client = Client(transport=simulated_tenant, mode="read-only")
    with pytest.raises(GuardedError, match="read-only") as caught:
        getattr(client, operation)(USER, **ARGUMENTS.get(operation, {}))
    assert isinstance(caught.value, PermissionError)
    assert isinstance(caught.value, RefusedError)
    assert not caught.value.outcome_unknown
    assert str(caught.value).endswith(f"Next: {caught.value.advice}")
    assert writes(simulated_tenant) == []
    assert client.get_user(USER).account_enabled


@pytest.mark.parametrize("operation", WRITES)
def test_a_protected_account_is_not_touched(simulated_tenant: SimulatedTenant, operation: str) -> None:
    client = Client(transport=simulated_tenant, protected=[USER])
    with pytest.raises(GuardedError, match="protected"):
        getattr(client, operation)(USER, **ARGUMENTS.get(operation, {}))
    assert writes(simulated_tenant) == []


def test_protected_by_object_id_and_whatever_name_is_given(simulated_tenant: SimulatedTenant) -> None:
    user = simulated_tenant.user(USER)
    client = Client(transport=simulated_tenant, protected=[user.id])
    for name in (USER, USER.upper(), user.id, user):
        with pytest.raises(GuardedError):
            client.block_sign_in(name)
    assert simulated_tenant.user(USER).enabled


def test_the_caller_is_protected(simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.set_caller(USER, roles=["Global Administrator"])
    with pytest.raises(GuardedError, match="protected"):
        Client(transport=simulated_tenant, protect_caller=True).block_sign_in(USER)
    Client(transport=simulated_tenant).block_sign_in(USER)
    assert not simulated_tenant.user(USER).enabled


def test_no_write_at_all_if_a_protected_account_is_unknown(simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant, protected=["nobody@contoso.example"])
    with pytest.raises(GuardedError, match="nobody@contoso"):
        client.block_sign_in(USER)
    assert writes(simulated_tenant) == []


@pytest.mark.parametrize("operation", sorted(set(WRITES) - {"deactivate_hardware_oath", "delete_temporary_access_pass"}))
def test_a_dry_run_shows_and_sends_nothing(simulated_tenant: SimulatedTenant, operation: str) -> None:
    client = Client(transport=simulated_tenant, mode="dry-run")
    result = getattr(client, operation)(USER, **ARGUMENTS.get(operation, {}))
    receipt = getattr(result, "receipt", result)
    assert receipt.grade == "not-sent"
    assert len(receipt.would_send) >= 1
    assert all(preview.method in ("POST", "PATCH", "DELETE") for preview in receipt.would_send)
    assert writes(simulated_tenant) == []


def test_a_dry_run_makes_up_no_secret(simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant, mode="dry-run")
    assert client.create_temporary_access_pass(USER).access_pass is None
    assert client.delete_methods(USER, scope="all-removable").remaining is None
