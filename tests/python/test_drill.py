"""The adversary against a plan of your own, from Python and from the command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from entra_ir import Client, Drill, Plan, SimulatedTenant
from entra_ir._command import exits, main

if TYPE_CHECKING:
    from pathlib import Path

USER = "adele@contoso.example"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Client(transport=SimulatedTenant.contoso()).snapshot(USER).plan("token-theft")


def without(plan: Plan, title: str) -> Plan:
    """Returns the plan without its steps of a title."""
    data = json.loads(plan.write())
    data["steps"] = [step for step in data["steps"] if step["title"] != title]
    return Plan.read(json.dumps(data))


def test_the_ready_plan_evicts_and_one_without_the_mailbox_does_not(plan: Plan) -> None:
    drill = plan.drill()
    assert drill.evicted
    assert drill.plan == plan.digest
    assert [play.greedy for play in drill] == [False, True]
    assert all(play.user_is_back and not play.unnamed for play in drill)
    assert Drill.from_json(drill.to_json(round_trip=True)) == drill
    left = without(plan, "Look at the mailbox in Exchange").drill()
    assert not left.evicted
    assert any("mailbox" in way for play in left for way in play.contained)
    assert "NOT EVICTED" in str(left)
    page = left._repr_html_()
    assert "NOT EVICTED" in page
    assert "<script" not in page


def test_the_command_returns_whether_he_is_out(plan: Plan, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, left = tmp_path / "plan.json", tmp_path / "left.json"
    whole.write_text(plan.write())
    left.write_text(without(plan, "Disable inbox rules").write())
    assert main(["drill", str(whole)]) == exits.DONE
    assert "evicted in every play" in capsys.readouterr().out
    assert main(["drill", str(left), "--json"]) == exits.REMAINS
    assert json.loads(capsys.readouterr().out)["evicted"] is False
    assert main(["drill", str(tmp_path / "none.json")]) == exits.USAGE
    assert "entra-ir plan -o FILE" in capsys.readouterr().err
