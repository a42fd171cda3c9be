"""The fixtures for other people's playbooks: found by pytest where the package is installed."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PLAYBOOK = """
import entra_ir

USER = "adele@contoso.example"

def playbook(client):
    client.block_sign_in(USER)
    return client.reset_password(USER)

def test_playbook(simulated_tenant, entra_client):
    reset = playbook(entra_client)
    assert not simulated_tenant.user(USER).enabled
    assert simulated_tenant.password_of(USER) == reset.password
    assert [request.method for request in simulated_tenant.requests].count("PATCH") >= 1

def test_each_test_has_a_tenant_of_its_own(simulated_tenant):
    assert simulated_tenant.user(USER).enabled
    assert len(simulated_tenant.requests) == 0

_kept = []

def test_the_client_is_open(entra_client):
    _kept.append(entra_client)
    assert entra_client.get_user(USER).account_enabled

def test_the_client_was_closed():
    try:
        _kept[0].get_user(USER)
    except entra_ir.ClientClosedError:
        return
    raise AssertionError

def test_a_failing_playbook(simulated_tenant, entra_client):
    simulated_tenant.inject(503, method="PATCH", times=None)
    playbook(entra_client.__class__(transport=simulated_tenant, max_attempts=1))
"""


def test_the_plugin_is_registered() -> None:
    assert [point.value for point in entry_points(group="pytest11") if point.name == "entra_ir"] == ["entra_ir_pytest"]


def test_pytest_loads_nothing_before_a_test_asks(tmp_path: Path) -> None:
    """Whoever has the package installed runs other tests too, which shall neither wait for it nor fail with it."""
    test = "import sys\ndef test(): assert [name for name in sys.modules if name.split('.')[0] == 'entra_ir'] == []\n"
    (tmp_path / "test_other.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_playbook_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "test_playbook.py").write_text(PLAYBOOK, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "--fixtures-per-test"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False).stdout
    assert "Gives each test its own Contoso." in shown
    done = subprocess.run(command[:-1], capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 4 passed" in done.stdout
    assert "UnavailableError" in done.stdout
