"""Results cannot be changed, are plain on demand, and load into pandas."""

from __future__ import annotations

import copy
import json
import pickle
import warnings
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import entra_ir
import pytest
from entra_ir import Client, Record, Records, SimulatedTenant
from test_permissions import compared, token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

USER = "adele@contoso.example"
# One of every kind of result.
RESULTS: list[Callable[[Client], Record]] = [
    lambda client: client.get_user(USER),
    lambda client: client.find_users(USER),
    lambda client: client.list_methods(USER, include_beta=True),
    lambda client: client.list_methods(USER)[1],
    lambda client: client.list_devices(USER),
    lambda client: client.disable_device(client.list_devices(USER)[0], user=USER),
    lambda client: client.block_sign_in(USER),
    lambda client: client.block_sign_in(USER).exchanges[0],
    lambda client: client.reset_password(USER),
    lambda client: client.lock_out(USER),
    lambda client: client.delete_methods(USER, scope="all-removable"),
    lambda client: client.delete_methods(USER, scope="all-removable").methods[0],
    lambda client: client.require_mfa_reregistration(USER),
    lambda client: client.require_mfa_reregistration(USER).next_steps[0],
    lambda client: client.create_temporary_access_pass(USER),
    lambda client: client.revoke_sign_in_sessions(USER, confirm=True),
    lambda client: client.revoke_mfa_sessions(USER),
    lambda client: client.unblock_sign_in(USER),
    lambda client: client.dismiss_user_risk(USER),
    lambda client: client.confirm_users_compromised([USER, "nobody@contoso.example"]),
    lambda client: client.dismiss_users_risk([USER]).users[0],
    lambda client: client.snapshot(USER),
    lambda client: client.list_grants(USER),
    lambda client: client.list_grants(USER).own[0],
    lambda client: next(listed.client for listed in client.list_grants(USER).own if listed.client is not None),
    lambda client: client.revoke_grant(USER, client.list_grants(USER).own[0]),
    lambda client: client.list_app_assignments(USER),
    lambda client: client.remove_app_assignment(USER, client.list_app_assignments(USER).direct[0]),
    lambda client: client.effective_methods_policy(USER),
    lambda client: client.preflight(["reset_password"], "diego@federated.example"),
    lambda client: client.preflight(["reset_password"]).checks[0],
    lambda _: entra_ir.permissions_for(registration="privileged"),
    lambda _: entra_ir.permissions_for(["reset_password"]).delegated,
]


@pytest.mark.parametrize("call", RESULTS)
def test_every_kind_of_result(entra_client: Client, call: Callable[[Client], Record]) -> None:
    result = call(entra_client)
    assert "\n" not in repr(result)
    assert repr(result).startswith(f"{type(result).__name__}(")
    assert type(result).__module__ == "entra_ir"
    # Frozen.
    for name in [*result.to_dict(), "anything_else"]:
        with pytest.raises(AttributeError):
            setattr(result, name, None)
    # Equal to its like, and to nothing else.
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    assert hash(again) == hash(result)
    assert result != object()
    assert copy.copy(result) is result
    assert copy.deepcopy(result) is result
    # Plain.
    plain = result.to_dict()
    assert json.loads(result.to_json()) == json.loads(json.dumps(plain, default=lambda moment: moment.isoformat()))
    assert "\n" in result.to_json(indent=2)
    names = {name for name in dir(type(result)) if isinstance(getattr(type(result), name), property)}
    assert set(plain) == names
    # Shown.
    assert result._repr_html_().startswith("<")


def test_what_is_handed_out_cannot_change_a_result() -> None:
    client = Client(transport=SimulatedTenant.contoso(), mode="dry-run")
    receipt = client.block_sign_in(USER)
    receipt.would_send[0].body["accountEnabled"] = True
    assert receipt.would_send[0].body == {"accountEnabled": False}
    methods = client.list_methods(USER)
    methods[1].detail["number"] = "another"
    assert "another" not in methods[1].detail.values()
    deleted = client.delete_methods(USER, types=["phone"])
    asked = repr(deleted.scope)
    if isinstance(deleted.scope, dict):
        deleted.scope.clear()
    assert repr(deleted.scope) == asked


def test_a_list_of_methods_is_a_sequence(entra_client: Client) -> None:
    methods = entra_client.list_methods(USER)
    assert len(methods) == len(list(methods)) == len(methods.methods) > 3
    assert methods[0] == methods.methods[0]
    assert methods[:2] == methods.methods[:2]
    assert methods[0] in methods


def test_times_are_datetimes(entra_client: Client) -> None:
    user = entra_client.get_user(USER)
    assert isinstance(user.sign_in_sessions_valid_from, datetime)
    assert user.sign_in_sessions_valid_from.tzinfo is not None
    assert user.to_dict()["sign_in_sessions_valid_from"] == user.sign_in_sessions_valid_from
    assert json.loads(user.to_json())["sign_in_sessions_valid_from"] == user.sign_in_sessions_valid_from.isoformat()


def test_a_reset_keeps_its_password_when_it_is_copied(entra_client: Client) -> None:
    reset = entra_client.reset_password(USER)
    copied = copy.deepcopy(reset)
    assert copied.password is not None
    assert reset.password is not None
    assert copied.password.reveal() == reset.password.reveal()


def test_methods_load_into_pandas(entra_client: Client) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd
    frame = pd.DataFrame(entra_client.list_methods(USER).to_dicts())
    assert len(frame) == len(entra_client.list_methods(USER))
    assert {"id", "kind", "name", "created", "last_used", "detail", "signs_in_alone", "raw"} == set(frame.columns)
    assert str(frame["created"].dtype).startswith("datetime64")
    assert (frame["created"].dropna() < pd.Timestamp(datetime(2100, 1, 1, tzinfo=UTC))).all()


def test_outcomes_of_many_users_load_into_pandas(entra_client: Client) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd
    asked: list[Any] = [entra_client.get_user(USER), "nobody@contoso.example", "bianca_fabrikam.example#EXT#@contoso.example"]
    outcomes = entra_client.confirm_users_compromised(asked)
    frame = pd.DataFrame(outcomes.users.to_dicts())
    assert list(frame["outcome"]) == ["accepted", "not-found", "in-home-tenant"]
    assert outcomes.summary == "3 users: 1 accepted, 1 not found, 1 in the home tenant"
    assert not outcomes.is_success
    with pytest.raises(TypeError, match="users: a list"):
        entra_client.confirm_users_compromised(USER)
    with pytest.raises(entra_ir.InvalidInputError, match="at least one user"):
        entra_client.dismiss_users_risk([])


def test_the_names_of_many_users_are_escaped(entra_client: Client) -> None:
    outcomes = entra_client.confirm_users_compromised([USER])
    hostile = {"asked": "<b>nobody</b>", "reason": "<i>because</i>", "outcome": "<u>new</u>"}
    users = [user | hostile for user in outcomes._data["users"]]
    page = type(outcomes)._of(outcomes._data | {"users": users})._repr_html_()
    assert not any(word in page for word in ("<b>nobody", "<i>because", "<u>new"))
    assert all(word in page for word in ("&lt;b&gt;nobody", "&lt;i&gt;because"))


def test_the_history_of_a_risk_is_a_table(entra_client: Client) -> None:
    entra_client.confirm_user_compromised(USER)
    snapshot = entra_client.snapshot(USER)
    history = snapshot.risk_history.value
    assert history is not None
    assert [event.state for event in history] == ["confirmedCompromised", "atRisk"]
    assert history[0].activity == "adminConfirmedUserCompromised"
    assert "Risk, 2 changes" in snapshot._repr_html_()


def test_receipts_load_into_pandas(entra_client: Client) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd
    receipts = Records([entra_client.block_sign_in(USER), entra_client.unblock_sign_in(USER)])
    frame = pd.DataFrame(receipts.to_dicts())
    assert list(frame["operation"]) == ["block_sign_in", "unblock_sign_in"]
    assert list(frame["grade"]) == ["accepted", "accepted"]
    exchanges = pd.DataFrame(receipts[0].exchanges.to_dicts())
    assert str(exchanges["server_date"].dtype).startswith("datetime64")
    assert json.loads(receipts.to_json())[0]["operation"] == "block_sign_in"


def watched_after_an_attack(folder: Path) -> Any:
    tenant = SimulatedTenant.contoso()
    client = entra_ir.Client(transport=tenant)
    client.contain(USER, confirm=USER, run_dir=folder)
    tenant.add_method(USER, "fido2", name="Backdoor")
    return client.watch(folder, once=True, again=True)


def every_result(client: Client, folder: Path) -> Iterator[Any]:
    """Returns every kind of result, and what is inside of each."""

    def look(value: Any) -> Iterator[Any]:
        yield value
        if isinstance(value, Record):
            for name in value._fields():
                yield from look(getattr(value, name))
        elif isinstance(value, tuple):
            for item in value:
                yield from look(item)

    for call in RESULTS:
        yield from look(call(client))
    run = entra_ir.Client(transport=SimulatedTenant.contoso())
    preview = run.preview(USER)
    yield from look(preview)
    yield from look(run.contain(USER, preview, confirm=USER, run_dir=folder, approved_by="Grace"))
    yield from run.contain_events("alex@contoso.example", confirm="alex@contoso.example", run_dir=folder.with_name("events"))
    entra_ir.tick_off(folder, 0, by="Ada")
    yield from look(entra_ir.run_status(folder))
    yield from look(run.ready_to_unblock(USER, folder))
    yield from look(run.undo(folder))
    yield from look(watched_after_an_attack(folder.with_name("watched")))
    yield from look(client.snapshot(USER).plan("lockdown").drill())
    yield from look(compared(token(idtyp="app", roles=["Mail.Read"]), operations=["get_user"]))
    drilled = Client(transport=SimulatedTenant.contoso())
    yield from look(drilled.real_drill(USER, confirm=USER, run_dir=folder.with_name("drilled")))
    report = entra_ir.run_report(folder, zone="UTC", aware_since=datetime(2026, 3, 2, tzinfo=UTC))
    yield from look(report)
    yield from report.drafts()
    yield from look(entra_ir.purge_run(folder, force=True))
    dry = Client(transport=SimulatedTenant.contoso(), mode="dry-run")
    yield from look(dry.block_sign_in(USER))
    yield from look(client.delete_temporary_access_pass(USER, client.create_temporary_access_pass(USER).id or ""))
    client.create_temporary_access_pass(USER)
    yield from look(client.list_temporary_access_passes(USER))
    tenant = SimulatedTenant.contoso()
    synced = next(user for user in tenant.users if user.kind == "synced")
    yield from look(client.block_sign_in(synced))
    for user in tenant.users:
        yield from look(client.snapshot(user, risk=False))
    client.block_sign_in(USER)
    blocked_before = client.snapshot(USER)
    client.unblock_sign_in(USER)
    snapshot = client.snapshot(USER, risk=False)
    yield from look(snapshot.diff(client.snapshot(USER)))
    yield from look(client.snapshot(USER).diff(blocked_before))
    for incident in ("account-takeover", "lost-methods", "token-theft"):
        yield from look(snapshot.advise(incident))
    yield from look(snapshot.advise("suspicious-method", suspects=["3179e48a-750b-4051-897c-87b9720928f7"]))
    yield from look(snapshot.advise("lost-device", device="3b41c05e-73a1-43b7-86d7-ed8409f55900"))
    yield from look(snapshot.advise("malicious-consent", grant="grant"))
    yield from look(snapshot.needed("account-takeover"))
    # No account of the simulated tenant is eligible for a group.
    yield entra_ir.EligibleGroup._of({"group": "g", "displayName": "g", "access": "member"})
    yield from look(entra_ir.effects())
    yield from look(client.open_doors(USER))
    yield from look(client.open_doors(USER, [client.block_sign_in(USER)]).if_unblocked())
    yield from look(entra_ir.ActionDone.elsewhere("reset-password-azure-portal", tenant.now))
    yield from look(tenant.users)
    yield from look(tenant.methods_of(USER))
    Client(transport=tenant).get_user(USER)
    yield from look(tenant.requests)
    simulation = entra_ir.SignInSimulation(tenant)
    yield from look(simulation.sign_in(USER, simulation.device("browser"), how="passkey").open("teams"))


def test_every_result_class_is_seen_here(entra_client: Client, tmp_path: Path) -> None:
    """A new kind of result has to be added to the list above."""
    seen = {type(value) for value in every_result(entra_client, tmp_path / "run")}
    classes = [thing for name in entra_ir.__all__ if isinstance(thing := getattr(entra_ir, name), type)]
    public = {kind for kind in classes if issubclass(kind, Record)}
    assert public - seen - {Record} == set()
