"""A preflight from Python and from the command, and a client with two credentials."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

import pytest
from entra_ir import AsyncClient, Client, InvalidInputError, SimulatedTenant, StaticToken
from entra_ir._command import exits, main

if TYPE_CHECKING:
    from pathlib import Path

USER = "adele@contoso.example"
ADMIN = "elena@contoso.example"


def tenant_of(*roles: str) -> SimulatedTenant:
    tenant = SimulatedTenant.contoso()
    tenant.set_caller("responder@contoso.example", roles=roles)
    return tenant


def token(**claims: object) -> str:
    middle = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJub25lIn0.{middle}."


def test_operations_by_name_on_an_account() -> None:
    client = Client(transport=tenant_of("Global Reader", "User Administrator"))
    preflight = client.preflight(["block_sign_in", "delete_methods"], USER)
    block, delete = preflight
    assert (block.expected, block.caller, block.because) == ("allowed", "delegated", ())
    assert (delete.expected, delete.caller) == ("refused", None)
    assert "Authentication Administrator" in delete.because[0].text
    assert delete.because[0].kind == "role"
    assert preflight.user_id == client.get_user(USER).id
    assert "delete_methods: refused: " in str(preflight)
    assert "delete_methods" in preflight._repr_html_()


def test_it_says_why_this_account_takes_a_higher_role() -> None:
    client = Client(transport=tenant_of("Global Reader", "User Administrator"))
    snapshot = client.snapshot(ADMIN)
    (check,) = client.preflight(["block_sign_in"], snapshot)
    assert check.expected == "refused"
    assert "holds the role Global Administrator" in check.because[0].text


def test_an_incident_a_plan_and_an_advice() -> None:
    client = Client(transport=SimulatedTenant.contoso())
    snapshot = client.snapshot(USER)
    of_incident = client.preflight("token-theft")
    assert {check.operation for check in of_incident} >= {"lock_out", "revoke_sign_in_sessions", "snapshot"}
    assert of_incident.user_id is None
    of_plan, of_advice = (
        client.preflight(snapshot.plan("account-takeover"), snapshot),
        client.preflight(snapshot.advise("lockdown"), snapshot),
    )
    for preflight in (of_plan, of_advice):
        names = [(check.operation, check.expected) for check in preflight]
        assert ("lock_out", "allowed") in names
    with pytest.raises(InvalidInputError, match="no operation"):
        client.preflight(["bock_sign_in"])
    with pytest.raises(InvalidInputError, match="incident"):
        client.preflight("block_sign_in")


def test_it_can_be_awaited() -> None:
    async def expected() -> list[str]:
        async with AsyncClient(transport=SimulatedTenant.contoso()) as client:
            return [check.expected for check in await client.preflight(["get_user"], USER)]

    assert asyncio.run(expected()) == ["allowed"]


def test_an_opaque_token_cannot_be_read() -> None:
    client = Client(StaticToken("opaque", speaks_for="app-only"), transport=SimulatedTenant.contoso())
    (check,) = client.preflight(["block_sign_in"])
    assert check.expected == "cannot-tell"


def test_each_request_goes_with_the_credential_that_may_send_it() -> None:
    person = StaticToken(token(idtyp="user", scp="User.Read.All", wids=[]))
    application = StaticToken(token(idtyp="app", roles=["User.Read.All", "User.RevokeSessions.All"]))
    client = Client(person, application_credential=application, transport=SimulatedTenant.contoso())
    (check,) = client.preflight(["revoke_sign_in_sessions"])
    assert (check.expected, check.caller) == ("allowed", "app-only")
    receipt = client.revoke_sign_in_sessions(USER).receipt
    assert [exchange.caller for exchange in receipt.exchanges] == ["app-only"]
    client.close()


def test_the_command_takes_the_credential_of_an_application_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PERSON", token(idtyp="user", scp="User.Read.All", wids=[]))
    monkeypatch.setenv("APPLICATION", token(idtyp="app", roles=["User.Read.All", "User.RevokeSessions.All"]))
    with SimulatedTenant.contoso().serve() as served:
        ask = ["preflight", "revoke_sign_in_sessions", "--endpoint", served.endpoint, "--auth", "env:PERSON"]
        assert main(ask) == exits.REMAINS
        capsys.readouterr()
        assert main([*ask, "--application-auth", "env:APPLICATION"]) == exits.DONE
        assert "revoke_sign_in_sessions: allowed" in capsys.readouterr().out
    assert main(["look", USER, "--simulated", "--application-auth", "env:APPLICATION"]) == exits.USAGE


def test_the_command_says_what_would_be_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preflight", "block_sign_in", "--user", USER, "--simulated"]) == exits.DONE
    assert "block_sign_in: allowed" in capsys.readouterr().out
    assert main(["preflight", "reset_password", "--user", "diego@federated.example", "--simulated"]) == exits.REMAINS
    assert "federated" in capsys.readouterr().out
    plan = tmp_path / "plan.json"
    assert main(["plan", "lockdown", USER, "-o", str(plan), "--simulated"]) in {exits.DONE, exits.REMAINS}
    assert main(["preflight", "--plan", str(plan), "--user", USER, "--simulated", "--json"]) == exits.DONE
    assert main(["preflight", "block_sign_in", "--incident", "lockdown", "--simulated"]) == exits.USAGE
    assert main(["preflight", "--plan", str(tmp_path / "none"), "--simulated"]) == exits.USAGE
