"""What a playbook needs: results that come back in another process, ids by what has them, tables."""

from __future__ import annotations

import json
import pickle
import sys
import warnings
from typing import TYPE_CHECKING, Any

import entra_ir
import pytest
from entra_ir import AccountSnapshot, Client, InvalidInputError, Receipt, Record, Records, SimulatedTenant, User
from test_results import every_result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

USER = "adele@contoso.example"


def written(record: Record) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(record.to_json(round_trip=True))
    return stored


def test_every_result_comes_back(entra_client: Client, tmp_path: Path) -> None:
    seen: set[type] = set()
    for value in every_result(entra_client, tmp_path / "run"):
        if not isinstance(value, Record):
            continue
        seen.add(type(value))
        text = value.to_json(round_trip=True)
        for again in (type(value).from_json(text), Record.from_json(text), pickle.loads(pickle.dumps(value))):
            assert type(again) is type(value)
            assert again == value
            assert again.to_dict() == value.to_dict()
            assert again.to_json(round_trip=True) == text
    assert len(seen) > 40


def test_lists_come_back(entra_client: Client) -> None:
    methods = entra_client.list_methods(USER).methods
    assert Records.from_json(methods.to_json(round_trip=True)) == methods
    mixed = Records([entra_client.block_sign_in(USER), entra_client.get_user(USER)])
    again = Records[Record].from_json(mixed.to_json(round_trip=True, indent=2))
    assert again == mixed
    assert [type(item) for item in again] == [Receipt, User]
    effects = entra_ir.effects()
    assert type(entra_ir.Effects.from_json(effects.to_json(round_trip=True))) is entra_ir.Effects
    with pytest.raises(InvalidInputError, match="a list of results"):
        Records.from_json(mixed[0].to_json(round_trip=True))


WRITES: list[Callable[[Client], Any]] = [
    lambda client: client.block_sign_in(USER),
    lambda client: client.revoke_sign_in_sessions(USER),
    lambda client: client.reset_password(USER),
    lambda client: client.create_temporary_access_pass(USER),
    lambda client: client.delete_methods(USER, scope="all-removable"),
    lambda client: client.require_mfa_reregistration(USER),
]


@pytest.mark.parametrize("write", WRITES)
def test_what_came_back_counts_as_done(write: Callable[[Client], Any], entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    done = write(entra_client)
    again = type(done).from_json(done.to_json(round_trip=True))
    assert snapshot.open_doors([again]) == snapshot.open_doors([done])
    assert snapshot.open_doors([again.receipt]) == snapshot.open_doors([done.receipt])
    assert snapshot.open_doors([again]) != snapshot.open_doors()


FIRST = """
import sys
from pathlib import Path
import entra_ir
client = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso())
results = entra_ir.Records([client.block_sign_in("adele@contoso.example"), client.reset_password("adele@contoso.example")])
Path(sys.argv[1]).write_text(results.to_json(round_trip=True))
print(results[1].password.reveal())
"""
SECOND = """
import sys
from pathlib import Path
import entra_ir
done = entra_ir.Records.from_json(Path(sys.argv[1]).read_text())
client = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso())
doors = client.open_doors("adele@contoso.example", done)
print([type(result).__name__ for result in done], len(doors.open), done[1].password.is_gone)
"""


def test_steps_in_processes_of_their_own(run_python: Callable[..., str], tmp_path: Path) -> None:
    kept = tmp_path / "step.json"
    password = run_python(FIRST, str(kept)).strip()
    assert len(password) >= 16
    assert password not in kept.read_text(encoding="utf-8")
    assert run_python(SECOND, str(kept)).strip() == "['Receipt', 'PasswordReset'] 0 True"


@pytest.mark.parametrize("write", [WRITES[2], WRITES[3]], ids=["password", "pass"])
def test_a_secret_stays_where_it_was_made(write: Callable[[Client], Any], entra_client: Client) -> None:
    made = write(entra_client)
    secret = made._secret
    assert not secret.is_gone
    text = made.to_json(round_trip=True)
    assert secret.reveal() not in text + made.to_json() + pickle.dumps(made).decode("latin-1")
    for again in (type(made).from_json(text), pickle.loads(pickle.dumps(made))):
        assert again._secret.is_gone
        with pytest.raises(ValueError, match="it is gone"):
            again._secret.reveal()
        assert "its text is gone" in again._repr_html_()
        assert "reveal()" not in again._repr_html_()
    # One that never was there is not told as gone.
    dry = Client(transport=SimulatedTenant.contoso(), mode="dry-run").create_temporary_access_pass(USER)
    assert entra_ir.AccessPassCreated.from_json(dry.to_json(round_trip=True)).access_pass is None


BROKEN: list[tuple[Callable[[str], str], str]] = [
    (lambda text: text[:-1], "not a complete JSON"),
    (lambda text: text[: len(text) // 2], "not a complete JSON"),
    (lambda _: "", "not a complete JSON"),
    (lambda _: "[" * 100_000, "not a complete JSON"),
    (lambda _: "null", "not a stored result"),
    (lambda _: "[]", "not a stored result"),
    (lambda _: "{}", "to_json\\(round_trip=True\\)"),
    (lambda text: json.dumps(json.loads(text)["data"]), "to_json\\(round_trip=True\\)"),
    (lambda text: json.dumps(json.loads(text) | {"entra_ir": "1"}), "not a stored result"),
    (lambda text: json.dumps(json.loads(text) | {"entra_ir": True}), "not a stored result"),
    (lambda text: json.dumps(json.loads(text) | {"entra_ir": 0}), "not a stored result"),
    (lambda text: json.dumps(json.loads(text) | {"data": 7}), "not a stored result"),
    (lambda text: json.dumps(json.loads(text) | {"beside": 7}), "not a stored result"),
    (lambda text: json.dumps(json.loads(text) | {"entra_ir": 2, "data": 7}), "form 2 by a newer version.*update entra_ir"),
    (lambda text: json.dumps(json.loads(text) | {"type": "User"}), "Receipt is needed, and this is 'User'"),
    (lambda text: json.dumps(json.loads(text) | {"type": "Done"}), "Receipt is needed, and this is 'Done'"),
    (lambda text: json.dumps(json.loads(text) | {"type": None}), "Receipt is needed, and this is None"),
    (lambda text: json.dumps(json.loads(text) | {"data": {"operation": "x"}}), "something is missing.*"),
    (lambda text: text.replace('"exchanges": [', '"exchanges": [7, '), "something is missing"),
]


@pytest.mark.parametrize(("damage", "said"), BROKEN, ids=range(len(BROKEN)))
def test_what_cannot_be_read_is_refused(damage: Callable[[str], str], said: str, entra_client: Client) -> None:
    text = entra_client.block_sign_in(USER).to_json(round_trip=True)
    with pytest.raises(InvalidInputError, match=f"(?s)^Receipt.from_json: .*{said}") as caught:
        Receipt.from_json(damage(text))
    assert str(caught.value).endswith(f"Next: {caught.value.advice}")


def test_what_is_for_readers_is_told_apart(entra_client: Client) -> None:
    with pytest.raises(InvalidInputError, match=r"not a stored result.*round_trip"):
        User.from_json(entra_client.get_user(USER).to_json())
    with pytest.raises(TypeError, match="a str is needed, not bytes"):
        User.from_json(b"{}")  # type: ignore[arg-type]
    unheard = {"entra_ir": 1, "type": "Unheard", "data": {}, "beside": None, "secret": False}
    with pytest.raises(InvalidInputError, match=r"a type that this version knows is needed, and this is 'Unheard'"):
        Record.from_json(json.dumps(unheard))
    with pytest.raises(InvalidInputError, match=r"is needed, and this is 'Record'"):
        Record.from_json(json.dumps(unheard | {"type": "Record"}))


def test_newer_fields_and_words_are_kept(entra_client: Client) -> None:
    stored = written(entra_client.block_sign_in(USER))
    stored["data"] |= {"grade": "hoped-for", "colour": "red"}
    stored["more"] = 7
    again = Receipt.from_json(json.dumps(stored))
    assert (str(again.grade), again.is_success) == ("hoped-for", True)
    assert written(again)["data"]["colour"] == "red"


def test_a_snapshot_that_came_back_says_what_it_lacks(entra_client: Client) -> None:
    snapshot = AccountSnapshot.from_json(entra_client.snapshot(USER).to_json(round_trip=True))
    assert snapshot.devices.value
    assert snapshot.risk.state == "collected"
    assert "LAPTOP-ADELE" in snapshot._repr_html_()
    for ask in (snapshot.open_doors, lambda: snapshot.diff(snapshot), lambda: snapshot.advise("account-takeover")):
        with pytest.raises(ValueError, match=r"came from JSON.*client\.snapshot"):
            ask()


def test_a_receipt_is_its_own(entra_client: Client) -> None:
    results = [entra_client.block_sign_in(USER), entra_client.revoke_sign_in_sessions(USER)]
    assert [result.receipt.operation for result in results] == ["block_sign_in", "revoke_sign_in_sessions"]
    receipt = entra_client.unblock_sign_in(USER)
    assert receipt.receipt is receipt
    assert "receipt" not in receipt.to_dict()
    with pytest.raises(AttributeError):
        receipt.receipt = receipt  # type: ignore[misc]


def test_what_has_an_id_stands_for_it(entra_client: Client, simulated_tenant: SimulatedTenant) -> None:
    methods = {method.kind: method for method in entra_client.list_methods(USER)}
    key, phone = methods["fido2"], methods["phone"]
    assert entra_client.delete_method(USER, "fido2", key).was_gone is False
    app = methods["microsoft-authenticator"]
    deleted = entra_client.delete_methods(USER, ids=[phone, app.id])
    assert {method.id for method in deleted.methods} == {phone.id, app.id}
    assert key.id not in {method.id for method in entra_client.list_methods(USER)}
    made = entra_client.create_temporary_access_pass(USER)
    assert entra_client.delete_temporary_access_pass(USER, made).was_gone is False
    token = next(
        method for method in entra_client.list_methods("grace@contoso.example", include_beta=True) if "hardware" in method.kind
    )
    assert entra_client.deactivate_hardware_oath("grace@contoso.example", token).is_success
    snapshot = entra_client.snapshot(USER)
    [device, *_] = snapshot.devices.value or []
    assert snapshot.advise("lost-device", device=device).device == device.id
    assert snapshot.advise("suspicious-method", suspects=[key]).suspects == [key.id]
    assert snapshot.advise("lost-methods", lost=[phone, key.id]).lost == [phone.id, key.id]
    now = simulated_tenant.now
    done = entra_ir.ActionDone.elsewhere("disable-device", now, device=device)
    assert done == entra_ir.ActionDone.elsewhere("disable-device", now, device=device.id)


class Mine:
    id = "0c0ffee0-5afe-4ace-9b1d-000000000001"


def test_a_user_of_another_library_stands_for_its_id(entra_client: Client) -> None:
    assert entra_client.get_user(Mine()).user_principal_name == USER


def test_what_has_no_id_is_refused(entra_client: Client) -> None:
    dry = Client(transport=SimulatedTenant.contoso(), mode="dry-run").create_temporary_access_pass(USER)
    for given in (dry, None, 7):
        with pytest.raises(TypeError, match=r"^id: an id \(str\) or what has one is needed, not "):
            entra_client.delete_method(USER, "fido2", given)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"^ids: a list of str, or of what has an id, is needed, not "):
            entra_client.delete_methods(USER, ids=[given])  # type: ignore[list-item]
    with pytest.raises(TypeError, match=r"^ids: a list of str, or of what has an id, is needed"):
        entra_client.delete_methods(USER, ids="abc")


def test_tables(entra_client: Client) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd
    snapshot = entra_client.snapshot(USER)
    deleted = entra_client.delete_methods(USER, scope="all-removable")
    tables = [
        (entra_client.find_users(USER), "user"),
        (snapshot.methods.value, "kind"),
        (snapshot.policy.value, "verdict"),
        (snapshot.open_doors(), "label"),
        (snapshot.advise("account-takeover"), "title"),
        (snapshot.diff(entra_client.snapshot(USER)), "what"),
        (deleted, "outcome"),
        (deleted.methods, "outcome"),
        (deleted.receipt.exchanges, "request_id"),
        (entra_ir.effects(), "action_name"),
        (Records([deleted.receipt]), "grade"),
    ]
    for several, column in tables:
        assert several is not None
        table = several.to_pandas()
        assert isinstance(table, pd.DataFrame)
        assert len(table) == len(several.to_dicts()) > 0
        assert column in table.columns
    assert str(snapshot.methods.value.to_pandas()["created"].dtype).startswith("datetime64")  # type: ignore[union-attr]


def test_without_pandas(entra_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    methods = entra_client.list_methods(USER)
    for several in (methods, methods.methods):
        with pytest.raises(ImportError, match=r"to_pandas: pandas is needed.*pip install pandas") as caught:
            several.to_pandas()
        assert caught.value.name == "pandas"
