"""Devices from Python: the list, its table, the calls on one device, and what they refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from entra_ir import (
    Client,
    DeviceList,
    GuardedError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
    SimulatedTenant,
)
from entra_ir.display.registry import html

USER = "adele@contoso.example"


def test_the_list_is_one_of_devices_with_what_it_lacks(entra_client: Client) -> None:
    devices = entra_client.list_devices("alex@contoso.example")
    assert [device.display_name for device in devices] == ["LAPTOP-ALEX"]
    assert len(devices) == 1
    assert devices[0].on_premises_sync_enabled
    assert devices[0].profile_type == "RegisteredDevice"
    assert [warning.code for warning in devices.warnings] == ["hybrid-devices-unseen"]
    assert not entra_client.list_devices(USER).warnings
    assert DeviceList.from_json(devices.to_json(round_trip=True)) == devices


def test_a_name_is_escaped_in_the_table(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    simulated_tenant.add_device("<script>alert(1)</script>\u202egpj", user=USER, kind="registered")
    shown = html(entra_client.list_devices(USER))
    assert "<script>" not in shown
    assert "\u202e" not in shown
    assert "&lt;script&gt;" in shown
    assert "LAPTOP-ADELE" in shown
    assert "hybrid joined" in shown


def test_a_device_is_disabled_enabled_and_deleted(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    device = simulated_tenant.add_device("PC", user=USER)
    snapshot = entra_client.snapshot(USER)
    listed = next(one for one in snapshot.devices.value or () if one.id == device)
    receipt = entra_client.disable_device(listed, user=snapshot, confirm=True)
    assert (receipt.grade, receipt.account, receipt.target.kind, receipt.target.id) == (
        "confirmed",
        snapshot.user.id,
        "device",
        device,
    )
    assert [one.account_enabled for one in entra_client.list_devices(USER) if one.id == device] == [False]
    assert entra_client.enable_device(device, confirm=timedelta(seconds=5)).is_complete
    assert entra_client.delete_device(device, losing_recovery_keys=True).is_success
    with pytest.raises(NotFoundError, match="object id of the device"):
        entra_client.disable_device(device)


def test_what_is_refused_sends_nothing(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    device = entra_client.list_devices(USER)[1]
    before = len(simulated_tenant.requests)
    with pytest.raises(RefusedError, match="BitLocker recovery keys") as caught:
        entra_client.delete_device(device)
    assert "losing_recovery_keys" in caught.value.advice
    assert len(simulated_tenant.requests) == before
    simulated_tenant.set_caller(None)
    with pytest.raises(RefusedError, match="whose system is Android") as caught:
        Client(transport=simulated_tenant).disable_device(device)
    assert "Intune" in caught.value.advice


def test_an_owner_that_cannot_be_read_takes_a_word(simulated_tenant: SimulatedTenant) -> None:
    nobodys = simulated_tenant.add_device("HYBRID", kind="hybrid-joined")
    client = Client(transport=simulated_tenant, protected=["breakglass@contoso.example"])
    calls: list[Any] = [client.disable_device, client.enable_device]
    for call in calls:
        with pytest.raises(GuardedError, match="no registered owner"):
            call(nobodys)
        receipt = call(nobodys, owner_checked=True)
        assert "owner-checked" in [warning.code for warning in receipt.warnings]
    with pytest.raises(GuardedError):
        client.delete_device(nobodys, losing_recovery_keys=True)
    assert client.delete_device(nobodys, losing_recovery_keys=True, owner_checked=True).is_success


@pytest.mark.parametrize("wrong", [None, 7, b"x"])
def test_arguments_have_their_types(entra_client: Client, wrong: Any) -> None:
    with pytest.raises(TypeError, match="device"):
        entra_client.disable_device(wrong)
    device = entra_client.list_devices(USER)[0]
    with pytest.raises(TypeError, match="losing_recovery_keys"):
        entra_client.delete_device(device, losing_recovery_keys=wrong)
    with pytest.raises(TypeError, match="owner_checked"):
        entra_client.disable_device(device, owner_checked=wrong)


def test_a_device_of_the_tenant_needs_a_known_kind_and_user(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    with pytest.raises(InvalidInputError, match="kind"):
        simulated_tenant.add_device("PC", kind="toaster")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="there is no such user"):
        simulated_tenant.add_device("PC", user="nobody@contoso.example")
    with pytest.raises(InvalidInputError):
        entra_client.disable_device("not an id")
