"""The library's own credentials obtain tokens over a socket: from another OAuth 2.0 server, and from the tenant."""

from __future__ import annotations

import os
import pathlib
import subprocess
from typing import TYPE_CHECKING

import pytest
from conftest import Authority, Keys, Tenant, assertion, served

if TYPE_CHECKING:
    from collections.abc import Iterator

# A tenant is named by its id here: the other server knows nothing of domains.
TENANT = "0c0ffee0-5afe-4ace-9b1d-7e0a17000000"


def sign_in(graph: str, authority: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Signs in and reads an account, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "ENTRA_IR_"))}
    environment |= {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": Authority.APP, "NO_PROXY": "127.0.0.1"}
    environment |= {"AZURE_AUTHORITY_HOST": authority, "ENTRA_IR_ENDPOINT": graph, **settings}
    command = [os.environ["FOREIGN_SIGN_IN"]]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)


@pytest.fixture
def other() -> Iterator[str]:
    """Another OAuth 2.0 server."""
    if "FOREIGN_NODE_PATH" not in os.environ:
        pytest.skip("oauth2-mock-server is not installed")
    script = pathlib.Path(__file__).with_name("token_server.mjs")
    with subprocess.Popen(["node", str(script), TENANT], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def test_another_server_understands_the_request(tenant: Tenant, other: str) -> None:
    done = sign_in(tenant.origin, other, AZURE_CLIENT_SECRET="any")
    assert done.returncode == 0, done.stderr
    assert tenant.user("adele@contoso.example")["id"] in done.stdout


@pytest.fixture
def both(request: pytest.FixtureRequest, registration: pathlib.Path) -> Iterator[str]:
    """The tenant, where the application of the tests is registered."""
    with served(request, "--registration", str(registration)) as origin:
        yield origin


def test_the_tenant_takes_each_credential(both: str, keys: Keys, tmp_path: pathlib.Path) -> None:
    certificate, token = tmp_path / "certificate.pem", tmp_path / "token"
    certificate.write_text(keys.private + keys.certificate)
    token.write_text(assertion(keys, iss=Authority.ISSUER, sub=Authority.SUBJECT))
    for settings in (
        {"AZURE_CLIENT_SECRET": Authority.SECRET},
        {"AZURE_CLIENT_CERTIFICATE_PATH": str(certificate)},
        {"AZURE_FEDERATED_TOKEN_FILE": str(token)},
    ):
        done = sign_in(both, both, **settings)
        assert done.returncode == 0, (settings, done.stderr)


def test_a_wrong_secret_is_said_to_be_wrong(both: str) -> None:
    done = sign_in(both, both, AZURE_CLIENT_SECRET="wrong")
    assert done.returncode != 0
    assert "7000215" in done.stderr
