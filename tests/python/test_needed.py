"""The actions that follow from the tables alone: what they are, and how they are shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

import entra_ir
import pytest
from entra_ir import ActionDone, Client, InvalidInputError, Needed, SimulatedTenant, types
from test_doors_html import shown

ADELE, USUAL, SYNCED = "adele@contoso.example", "user@contoso.example", "alex@contoso.example"


def words(needed: entra_ir.Records[Needed]) -> list[str]:
    return [each.action for each in needed]


def test_nothing_is_needed_twice_while_a_block_holds(entra_client: Client) -> None:
    needed = entra_client.snapshot(USUAL).needed("account-takeover")
    assert words(needed) == [
        "block-sign-in",
        "revoke-sign-in-sessions",
        "reset-password-graph-profile",
        "delete-methods",
    ]
    for each in needed:
        assert each.closes
        assert each.why.startswith("without it, ")
    assert {method["grade"] for method in needed[3].target["what"]} == {"not-sent"}
    lost = entra_client.snapshot(USUAL).needed("lost-device")
    assert words(lost).count("revoke-sign-in-sessions") == 2, "sessions begin until the last door is closed"
    assert "block-sign-in" not in words(lost)


def test_active_directory_comes_first(entra_client: Client) -> None:
    needed = words(entra_client.snapshot(SYNCED).needed("account-takeover"))
    assert needed.index("block-on-premises") < needed.index("block-sign-in")
    assert needed.index("disable-computer-on-premises") < needed.index("disable-device")


@pytest.mark.parametrize("incident", get_args(types.Incident))
def test_the_incident_limits_what_is_needed(incident: Any, entra_client: Client) -> None:
    snapshot = entra_client.snapshot(ADELE)
    needed = snapshot.needed(incident)
    assert list(needed) == list(snapshot.needed(incident))
    assert set(words(needed)) <= set(get_args(types.ActionWord))
    assert bool(needed) == (incident != "recover")
    if incident in ("lost-device", "lost-methods", "malicious-consent"):
        assert "block-sign-in" not in words(needed)


def test_only_what_is_named_is_needed(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(ADELE)
    methods = snapshot.methods.value
    assert methods is not None
    passkey = next(method for method in methods.methods if method.kind == "fido2")
    needed = snapshot.needed("lost-methods", lost=[passkey])
    removed = next(each for each in needed if each.action == "delete-methods")
    assert [method["id"] for method in removed.target["what"]] == [passkey.id]
    with pytest.raises(InvalidInputError, match="incident"):
        snapshot.needed("bad-luck")  # type: ignore[arg-type]


def test_what_is_needed_leaves_no_door_open(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USUAL)
    at, done = snapshot.taken_at, []
    for each in snapshot.needed("token-theft"):
        at += timedelta(minutes=10)
        ids = [method["id"] for method in each.target["what"]] if each.action == "delete-methods" else None
        done.append(ActionDone.elsewhere(each.action, at, grade="confirmed", ids=ids))
    doors = snapshot.open_doors(done, at=at + timedelta(days=2))
    assert [door.label for door in doors.open if not door.given] == []
    for place in range(len(done)):
        fewer = snapshot.open_doors(done[:place] + done[place + 1 :], at=at + timedelta(days=2))
        ranks = [len(fewer.closed), len(doors.closed), len(fewer.if_unblocked().open), len(doors.if_unblocked().open)]
        assert ranks[0] < ranks[1] or ranks[2] > ranks[3], done[place]


def test_it_is_shown_as_a_table_and_as_a_line(entra_client: Client, simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.add_method(ADELE, "fido2", "<b>key</b>")
    needed = entra_client.snapshot(ADELE).needed("account-takeover")
    page = shown(needed)
    assert "Block sign-in" in page.text
    assert "doors that are worse without it" in page.text
    assert "<b>key</b>" in page.text
    line = str(needed[0])
    assert line.startswith("Block sign-in (")
    assert "doors): without it, " in line
    assert "Block sign-in" in shown(needed[0]).text
