"""What a client may not do it does not send."""

from __future__ import annotations

from typing import Any

import pytest
from entra_ir import Client, ConfigError, GuardedError, Receipt, RefusedError, SimulatedTenant, Target
from entra_ir._native import CATALOG

USER = "adele@contoso.example"
OTHER = "alex@contoso.example"
NIGHT_SHIFT = "0c0ffee0-5afe-4ace-9b1d-000000000065"
NO_GROUP = "0c0ffee0-5afe-4ace-9b1d-00000000ffff"
READS = {
    name for name in CATALOG if name.startswith(("get_", "list_", "find_")) or name in ("snapshot", "effective_methods_policy")
}
WRITES = sorted(set(CATALOG) - READS)
# They act on no account, and reach every account.
SHARED = {"disable_service_principal", "enable_service_principal"}
APPLICATION = "0c0ffee0-5afe-4ace-9b1d-0000000000cb"
ARGUMENTS: dict[str, dict[str, object]] = {
    "delete_methods": {"scope": "all-removable"},
    "delete_method": {"kind": "phone", "id": "3179e48a-750b-4051-897c-87b9720928f7"},
    "revoke_grant": {"grant": "4P4PDP5azkqbHQAAAAAAy-D-Dwz-Ws5Kmx0AAAAAAMjg_g8M_lrOSpsdAAAAAAAB"},
    "remove_app_assignment": {"assignment": "4P4PDP5azkqbHQAAAAAAAeD-Dwz-Ws5Kmx0AAAAAAMo"},
    "deactivate_hardware_oath": {"id": "00000000-0000-4000-8000-000000000000"},
    "delete_temporary_access_pass": {"id": "00000000-0000-4000-8000-000000000000"},
    "delete_device": {"losing_recovery_keys": True},
}
# Operations on several users in one call.
SEVERAL = {"confirm_users_compromised", "dismiss_users_risk"}


def target_of(operation: str, tenant: SimulatedTenant) -> Any:
    """Returns what an operation acts on: the user, in a list if it takes several, a device of the user, or an application."""
    if operation.endswith("_device"):
        return Client(transport=tenant).list_devices(USER)[0].id or ""
    if operation in SHARED:
        return APPLICATION
    return [USER] if operation in SEVERAL else USER


def writes(tenant: SimulatedTenant) -> list[str]:
    return [request.path for request in tenant.requests if request.method != "GET" and "$batch" not in request.path]


@pytest.mark.parametrize("operation", WRITES)
def test_a_read_only_client_writes_nothing(simulated_tenant: SimulatedTenant, operation: str) -> None:
    client = Client(transport=simulated_tenant, mode="read-only")
    with pytest.raises(GuardedError, match="read-only") as caught:
        getattr(client, operation)(target_of(operation, simulated_tenant), **ARGUMENTS.get(operation, {}))
    assert isinstance(caught.value, PermissionError)
    assert isinstance(caught.value, RefusedError)
    assert not caught.value.outcome_unknown
    assert str(caught.value).endswith(f"Next: {caught.value.advice}")
    assert writes(simulated_tenant) == []
    assert client.get_user(USER).account_enabled


@pytest.mark.parametrize("operation", sorted(set(WRITES) - SHARED))
def test_a_protected_account_is_not_touched(simulated_tenant: SimulatedTenant, operation: str) -> None:
    client = Client(transport=simulated_tenant, protected=[USER])
    with pytest.raises(GuardedError, match="protected"):
        getattr(client, operation)(target_of(operation, simulated_tenant), **ARGUMENTS.get(operation, {}))
    assert writes(simulated_tenant) == []


@pytest.mark.parametrize("operation", sorted(SHARED))
def test_what_reaches_everybody_needs_the_word_for_it(simulated_tenant: SimulatedTenant, operation: str) -> None:
    with pytest.raises(GuardedError, match="more than one account"):
        getattr(Client(transport=simulated_tenant), operation)(APPLICATION)
    assert writes(simulated_tenant) == []
    wide = Client(transport=simulated_tenant, allow_tenant_wide=True)
    assert getattr(wide, operation)(APPLICATION, confirm=True).grade == "confirmed"


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
    # The token names the account.
    with pytest.raises(GuardedError, match="the caller's own"):
        Client(transport=simulated_tenant).block_sign_in(USER)
    assert simulated_tenant.user(USER).enabled
    Client(transport=simulated_tenant, allow_own_account=True).block_sign_in(USER)
    assert not simulated_tenant.user(USER).enabled


def test_no_write_at_all_if_a_protected_account_is_unknown(simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant, protected=["nobody@contoso.example"])
    with pytest.raises(GuardedError, match="nobody@contoso"):
        client.block_sign_in(USER)
    assert writes(simulated_tenant) == []


@pytest.mark.parametrize("operation", sorted(set(WRITES) - {"deactivate_hardware_oath", "delete_temporary_access_pass"}))
def test_a_dry_run_shows_and_sends_nothing(simulated_tenant: SimulatedTenant, operation: str) -> None:
    client = Client(transport=simulated_tenant, mode="dry-run", allow_tenant_wide=True)
    result = getattr(client, operation)(target_of(operation, simulated_tenant), **ARGUMENTS.get(operation, {}))
    receipt = getattr(result, "receipt", result)
    assert receipt.grade == "not-sent"
    assert len(receipt.would_send) >= 1
    assert all(preview.method in ("POST", "PATCH", "DELETE") for preview in receipt.would_send)
    assert writes(simulated_tenant) == []


def test_a_dry_run_makes_up_no_secret(simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant, mode="dry-run")
    assert client.create_temporary_access_pass(USER).access_pass is None
    assert client.delete_methods(USER, scope="all-removable").remaining is None


def test_a_protected_group_protects_its_members(simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant, protected_groups=[NIGHT_SHIFT])
    with pytest.raises(GuardedError, match=f"in the protected group {NIGHT_SHIFT}"):
        client.block_sign_in(USER)
    assert client.block_sign_in(OTHER).is_success
    unknown = Client(transport=simulated_tenant, protected_groups=[NO_GROUP])
    with pytest.raises(GuardedError, match="no write is sent at all"):
        unknown.block_sign_in(OTHER)
    with pytest.raises(ConfigError, match="protected account"):
        Client(transport=simulated_tenant, protected_groups=["Night shift"])


def test_only_those_who_are_named_are_touched(simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant, only=[OTHER], only_groups=[NIGHT_SHIFT])
    assert client.block_sign_in(USER).is_success
    assert client.block_sign_in(OTHER).is_success
    with pytest.raises(GuardedError, match="only the accounts that it names"):
        client.block_sign_in("jack@contoso.example")


def test_of_an_empty_list_nobody_may_be_touched(simulated_tenant: SimulatedTenant) -> None:
    with pytest.raises(GuardedError, match="only the accounts that it names"):
        Client(transport=simulated_tenant, only=[]).block_sign_in(USER)
    assert writes(simulated_tenant) == []


def test_the_own_account_is_protected_once_it_is_known(simulated_tenant: SimulatedTenant) -> None:
    own = "responder@contoso.example"
    client = Client(transport=simulated_tenant)
    client.create_temporary_access_pass(USER)
    with pytest.raises(GuardedError, match="the caller's own") as caught:
        client.block_sign_in(own)
    assert "allow_own_account" in caught.value.advice
    free = Client(transport=simulated_tenant, allow_own_account=True)
    free.create_temporary_access_pass(USER)
    assert free.revoke_sign_in_sessions(own).is_success
    with pytest.raises(GuardedError):
        Client(transport=simulated_tenant, allow_own_account=True, protect_caller=True).block_sign_in(own)


def test_directory_synchronization_is_protected(simulated_tenant: SimulatedTenant) -> None:
    sync = "Sync_DC01_0123456789ab@contoso.onmicrosoft.com"
    simulated_tenant.add_user(sync)
    with pytest.raises(GuardedError, match="synchronizes the directory"):
        Client(transport=simulated_tenant).block_sign_in(sync)
    assert Client(transport=simulated_tenant, allow_sync_accounts=True).block_sign_in(sync).is_success


def test_the_last_administrator_is_kept(simulated_tenant: SimulatedTenant) -> None:
    admins = ["elena@contoso.example", "breakglass@contoso.example"]
    client = Client(transport=simulated_tenant, keep_an_administrator=admins)
    with pytest.raises(GuardedError, match="no enabled, permanent Global Administrator"):
        client.block_sign_in(admins[0])
    assert Client(transport=simulated_tenant, keep_an_administrator=admins[:1]).block_sign_in(admins[0]).is_success


def test_every_option_is_taken(simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant, allow_tenant_wide=True, only=[USER], keep_an_administrator=[])
    assert client.block_sign_in(USER).is_success
    for option in ("protected_groups", "only", "only_groups", "keep_an_administrator"):
        with pytest.raises(TypeError, match=option):
            Client(transport=simulated_tenant, **{option: USER})  # type: ignore[arg-type]


def test_a_receipt_says_what_was_acted_on_and_how_it_was_asked_for(simulated_tenant: SimulatedTenant) -> None:
    user = simulated_tenant.user(USER)
    receipt = Client(transport=simulated_tenant).block_sign_in(USER.upper())
    assert (receipt.target.kind, receipt.target.id, str(receipt.target)) == ("user", user.id, user.id)
    assert receipt.asked_for == USER.upper()
    assert Client(transport=simulated_tenant).unblock_sign_in(user.id).asked_for is None
    assert Receipt.from_json(receipt.to_json(round_trip=True)).target == receipt.target
    rule = Target._of({"kind": "inbox-rule", "id": "r", "user": USER})
    assert (rule.principal, rule.group, rule.credential) == (USER, None, None)
    membership = Target._of({"kind": "group-membership", "group": NIGHT_SHIFT, "member": user.id})
    assert (membership.id, membership.group) == (user.id, NIGHT_SHIFT)
