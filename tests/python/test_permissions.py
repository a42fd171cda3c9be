"""The fewest permissions for operations, from Python and from the command."""

from __future__ import annotations

import base64
import json
import shlex
import subprocess
from typing import TYPE_CHECKING, Any, get_args

import entra_ir
import pytest
from entra_ir import Client, InvalidInputError, PermissionSet, SimulatedTenant, StaticToken, _native, permissions_for, types
from entra_ir._command import exits, main

if TYPE_CHECKING:
    from pathlib import Path

USER = "adele@contoso.example"
GRAPH = "00000003-0000-0000-c000-000000000000"


def names(needed: PermissionSet, caller: str = "application") -> list[str]:
    return [permission.name for permission in getattr(needed, caller)]


def test_operations_by_name() -> None:
    needed = permissions_for(["revoke_sign_in_sessions", "block_sign_in"])
    assert needed.operations == ["revoke_sign_in_sessions", "block_sign_in"]
    expected = ["User.EnableDisableAccount.All", "User.Read.All", "User.RevokeSessions.All"]
    assert names(needed) == names(needed, "delegated") == expected
    assert [role.name for role in needed.delegated.roles] == ["Authentication Administrator"]
    assert not needed.application.roles
    assert needed.application[2].id == "77f3a031-c388-4f99-b373-dc68676a979e"
    assert needed.application[0].needed_by == ["block_sign_in"]
    assert permissions_for(reversed(needed.operations)) == needed
    assert names(permissions_for(_native.CATALOG)) == sorted(names(permissions_for(_native.CATALOG)))


def test_a_plan_and_an_advice_need_what_they_call() -> None:
    snapshot = Client(transport=SimulatedTenant.contoso()).snapshot(USER)
    for incident in get_args(types.Incident):
        of_plan, of_advice = permissions_for(snapshot.plan(incident)), permissions_for(snapshot.advise(incident))
        # A step whose call is not known yet is a person's in the plan.
        assert set(of_plan.operations) <= set(of_advice.operations), incident
        assert set(of_advice.operations) <= set(permissions_for(incident=incident).operations), incident
        assert "snapshot" in of_plan.operations


def test_what_an_application_cannot_do_is_said() -> None:
    needed = permissions_for(["reset_password"])
    assert needed.application.impossible == ["reset_password (reset_password_action, password_reset_operation)"]
    assert not needed.delegated.impossible
    assert "not possible: reset_password (" in str(needed)


def test_takeover_permissions_are_in_no_default() -> None:
    for registration in get_args(types.Registration):
        needed = permissions_for(registration=registration)
        marked = [one.name for one in (*needed.delegated, *needed.application) if one.takeover]
        assert bool(marked) == (registration == "privileged")
        assert ("can take over the tenant" in needed._repr_html_()) == bool(marked)
        assert ("CAN TAKE OVER THE TENANT" in str(needed)) == bool(marked)


def test_wrong_questions_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="block_signin"):
        permissions_for(["block_signin"])
    for wrong in ({}, {"operations": ["get_user"], "incident": "recover"}, {"operations": "get_user"}, {"operations": [1]}):
        with pytest.raises(TypeError):
            permissions_for(**wrong)
    with pytest.raises(InvalidInputError, match="lockdown"):
        permissions_for(incident="lock-down")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="evict"):
        permissions_for(registration="Evict")  # type: ignore[arg-type]


def test_a_registration_names_the_ids() -> None:
    needed = permissions_for(registration="lock")
    for of, kind in ((needed.delegated, "Scope"), (needed.application, "Role")):
        [block] = of.required_resource_access
        assert block["resourceAppId"] == GRAPH
        assert [access["id"] for access in block["resourceAccess"]] == [permission.id for permission in of]
        assert {access["type"] for access in block["resourceAccess"]} == {kind}


def test_the_script_registers_and_consents_to_nothing(tmp_path: Path) -> None:
    """A stand-in for the Azure CLI notes its arguments."""
    notes = tmp_path / "notes"
    az = tmp_path / "az"
    lines = ["#!/bin/sh", f'printf "%s\\n" "$*" >> {shlex.quote(str(notes))}', '[ "$2 $3" = "app create" ] && echo APP', "exit 0"]
    az.write_text("\n".join(lines))
    az.chmod(0o755)
    name = 'it\'s $(touch escaped) "x" `y`'
    script = permissions_for(registration="lock").azure_cli_script("delegated", name)
    done = subprocess.run(["bash", "-c", script], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, cwd=tmp_path, check=False)
    assert done.returncode == 0
    create, principal, add = notes.read_text().splitlines()
    assert f"ad app create --display-name {name} --sign-in-audience AzureADMyOrg" in create
    assert principal == "ad sp create --id APP"
    assert add.count("=Scope") == len(permissions_for(registration="lock").delegated)
    assert not (tmp_path / "escaped").exists()
    assert "# az ad app permission admin-consent" in script
    with pytest.raises(InvalidInputError, match="control"):
        permissions_for(registration="lock").azure_cli_script("delegated", "a\nb")
    read = PermissionSet.from_json(permissions_for(registration="lock").to_json(round_trip=True))
    assert read.azure_cli_script("delegated", name) == script


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["permissions", "block_sign_in"]) == exits.DONE
    assert "User.EnableDisableAccount.All" in capsys.readouterr().out
    assert main(["permissions", "--set", "look", "--json"]) == exits.DONE
    assert "snapshot" in json.loads(capsys.readouterr().out)["operations"]
    assert main(["permissions", "--set", "evict", "--manifest", "--caller", "app-only"]) == exits.DONE
    assert json.loads(capsys.readouterr().out)[0]["resourceAppId"] == GRAPH
    assert main(["permissions", "--incident", "lockdown", "--az", "--name", "night"]) == exits.DONE
    assert "--display-name 'night'" in capsys.readouterr().out
    plan = tmp_path / "plan.json"
    plan.write_text(Client(transport=SimulatedTenant.contoso()).snapshot(USER).plan("lockdown").write())
    assert main(["permissions", "--plan", str(plan)]) == exits.DONE
    capsys.readouterr()
    for wrong in ([], ["get_user", "--set", "look"], ["--plan", str(tmp_path / "none")], ["get_userr"]):
        assert main(["permissions", *wrong]) == exits.USAGE, wrong
        assert capsys.readouterr().err


def token(**claims: object) -> StaticToken:
    """Returns a token that nobody signed."""
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return StaticToken(f"eyJhbGciOiJub25lIn0.{body}.c2ln")


def compared(credential: StaticToken, **asked: Any) -> Any:
    client = Client(credential, graph_endpoint="http://127.0.0.1:9")
    [one] = client.compare_permissions(**asked)
    return one


def test_a_token_is_compared() -> None:
    needed = permissions_for(registration="lock")
    held = [permission.name for permission in needed.application]
    agrees = compared(token(idtyp="app", roles=held), registration="lock")
    assert agrees.agrees is True
    assert "nothing is missing" in str(agrees)
    more = ["RoleManagement.ReadWrite.Directory", "Mail.Read", *held[1:]]
    differs = compared(token(idtyp="app", roles=more), registration="lock")
    assert differs.agrees is False
    assert [one.name for one in differs.unexpected] == ["RoleManagement.ReadWrite.Directory", "Mail.Read"]
    assert [one.name for one in differs.missing] == [held[0]]
    assert "unexpected: RoleManagement.ReadWrite.Directory  CAN TAKE OVER THE TENANT" in str(differs)
    assert "unexpected, can take over the tenant" in differs._repr_html_()
    without_roles = compared(token(scp=" ".join(permission.name for permission in needed.delegated)), registration="lock")
    assert without_roles.agrees is None
    opaque = compared(StaticToken("opaque"), registration="lock")
    assert (opaque.agrees, opaque.caller) == (None, None)
    assert "unknown" in str(opaque)


def test_it_is_a_table_in_a_notebook() -> None:
    needed = permissions_for(["disable_service_principal", "reset_password"])
    page = needed._repr_html_()
    assert "Application.ReadWrite.All" in page
    assert "not possible" in page
    assert "role" in needed.delegated._repr_html_()
    assert "PermissionSet(" in repr(needed)
    assert entra_ir.PermissionSet is PermissionSet
