"""The drill on a test account, from Python and from the command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from entra_ir import Client, RealDrill, RefusedError, SimulatedTenant
from entra_ir._command import exits, main

if TYPE_CHECKING:
    from pathlib import Path

USER = "adele@contoso.example"


def test_each_write_is_tried_and_taken_back(tmp_path: Path) -> None:
    tenant = SimulatedTenant.contoso()
    client = Client(transport=tenant)
    drill = client.real_drill(USER, confirm=USER, run_dir=tmp_path / "drilled")
    assert drill.whole
    states = {tried.operation: (tried.state, tried.undone) for tried in drill}
    assert states["block_sign_in"] == states["create_temporary_access_pass"] == ("accepted", True)
    assert states["revoke_sign_in_sessions"] == ("accepted", None)
    assert states["delete_methods"] == ("not-tried", None)
    assert client.get_user(USER).account_enabled
    assert client.undo(tmp_path / "drilled" / "block_sign_in").steps[0].state == "done"
    assert RealDrill.from_json(drill.to_json(round_trip=True)) == drill
    assert "taken back" in drill._repr_html_()
    assert "block_sign_in: accepted; taken back" in str(drill)


def test_a_missing_permission_is_named() -> None:
    tenant = SimulatedTenant.contoso()
    tenant.set_caller("app-only", permissions=["Directory.Read.All", "User.Read.All", "User.RevokeSessions.All"])
    drill = Client(transport=tenant).real_drill(USER, confirm=USER, administrator=True)
    assert not drill.whole
    [block] = [tried for tried in drill if tried.operation == "block_sign_in"]
    assert block.state == "refused"
    assert "User.EnableDisableAccount.All" in block.reason
    assert "REFUSED" in str(drill)


def test_an_account_that_is_not_one_for_tests_is_refused() -> None:
    tenant = SimulatedTenant.contoso()
    with pytest.raises(RefusedError, match="sign-in name"):
        Client(transport=tenant).real_drill(USER, confirm="alex@contoso.example")
    with pytest.raises(RefusedError, match="protected"):
        Client(transport=tenant, protected=[USER]).real_drill(USER, confirm=USER)


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["drill", "--real", USER, "--simulated"]
    assert main(words) == exits.USAGE
    assert f"--confirm {USER}" in capsys.readouterr().err
    assert main([*words, "--confirm", "alex@contoso.example"]) == exits.REFUSED
    capsys.readouterr()
    assert main([*words, "--confirm", USER, "--run-dir", str(tmp_path / "drilled"), "--json"]) == exits.DONE
    assert json.loads(capsys.readouterr().out)["whole"] is True
    two = ["drill", "plan.json", "--real", USER]
    for wrong in (["drill"], two, ["drill", "plan.json", "--confirm", USER], [*words, "--dry-run"]):
        assert main(wrong) == exits.USAGE
