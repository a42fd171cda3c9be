"""A served simulated tenant: what arrives over a socket is answered as in memory."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import entra_ir
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import RunPython

USER = "adele@contoso.example"


@pytest.fixture
def tenant() -> entra_ir.SimulatedTenant:
    return entra_ir.SimulatedTenant.contoso()


@pytest.fixture
def endpoint(tenant: entra_ir.SimulatedTenant) -> Iterator[str]:
    with tenant.serve() as served:
        yield served.endpoint


def client_of(endpoint: str, max_attempts: int | None = None) -> entra_ir.Client:
    return entra_ir.Client(entra_ir.StaticToken("simulated"), graph_endpoint=endpoint, max_attempts=max_attempts)


def test_it_answers_as_in_memory(tenant: entra_ir.SimulatedTenant, endpoint: str) -> None:
    with client_of(endpoint) as served, entra_ir.Client(transport=tenant) as direct:
        assert served.get_user(USER) == direct.get_user(USER)
        assert served.list_methods(USER) == direct.list_methods(USER)
        assert served.block_sign_in(USER).grade == "accepted"
        assert direct.get_user(USER).account_enabled is False


def test_a_dropped_connection_is_no_answer(tenant: entra_ir.SimulatedTenant, endpoint: str) -> None:
    tenant.inject("dropped", method="PATCH", after_effect=True)
    with client_of(endpoint, max_attempts=1) as client:
        receipt = client.block_sign_in(USER)
    assert receipt.exchanges[0].status is None
    assert not tenant.user(USER).enabled


def test_any_method_and_any_bytes_are_answered(endpoint: str) -> None:
    for method, data in (("PURGE", None), ("PUT", b"\xff\x00"), ("DELETE", None)):
        request = urllib.request.Request(f"{endpoint}/v1.0/users/{USER}", data, {"Authorization": "Bearer x"}, method=method)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        with refused.value as answer:
            assert 400 <= answer.code < 500
            assert json.load(answer)["error"]["code"]


@pytest.mark.parametrize("length", ["-1", "a", "99999999999"])
def test_a_length_that_is_not_one_is_refused(endpoint: str, length: str) -> None:
    request = urllib.request.Request(f"{endpoint}/v1.0/users", b"{}", {"Content-Length": length}, method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    with refused.value as answer:
        assert answer.status == 413


def test_many_callers_are_served_at_once(tenant: entra_ir.SimulatedTenant, endpoint: str) -> None:
    with client_of(endpoint) as client, ThreadPoolExecutor(8) as pool:
        users = [user.user_principal_name for user in tenant.users if user.kind == "cloud"]
        found = list(pool.map(lambda user: client.get_user(user).user_principal_name, users))
    assert found == users


def test_it_listens_on_this_machine_alone_and_leaves_no_thread(tenant: entra_ir.SimulatedTenant) -> None:
    before = threading.active_count()
    served = tenant.serve()
    assert served.endpoint.startswith("http://127.0.0.1:")
    assert repr(served) == f"ServedTenant({served.endpoint!r})"
    with client_of(served.endpoint) as client:
        client.get_user(USER)
    served.close()
    served.close()
    assert threading.active_count() == before
    with client_of(served.endpoint, max_attempts=1) as client, pytest.raises(entra_ir.TransportError):
        client.get_user(USER)


def test_a_port_in_use_is_an_error(tenant: entra_ir.SimulatedTenant, endpoint: str) -> None:
    with pytest.raises(OSError, match="in use"):
        tenant.serve(int(endpoint.rpartition(":")[2]))


def test_a_process_may_end_while_it_serves(run_python: RunPython) -> None:
    script = "import entra_ir; print(entra_ir.SimulatedTenant.contoso().serve().endpoint)"
    assert run_python(script).startswith("http://127.0.0.1:")


def form(address: str, **fields: str) -> dict[str, Any]:
    """Posts a form, and returns the answer or the refusal."""
    data = urllib.parse.urlencode(fields).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data), timeout=10) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as refused:
        with refused:
            return dict(json.load(refused))


SCOPE = "https://graph.microsoft.com/.default"


def test_an_application_obtains_a_token_and_is_the_caller(tenant: entra_ir.SimulatedTenant) -> None:
    with tenant.serve() as served:
        fields = {"grant_type": "client_credentials", "client_id": tenant.client_id, "scope": SCOPE}
        answer = form(served.token_endpoint, client_secret=tenant.client_secret, **fields)
        client = entra_ir.Client(entra_ir.StaticToken(answer["access_token"]), graph_endpoint=served.endpoint)
        assert client.get_user(USER).user_principal_name == USER
        refused = form(served.token_endpoint, client_secret="wrong", **fields)
        assert (refused["error"], refused["error_codes"]) == ("invalid_client", [7000215])


def test_a_user_approves_a_device_code(tenant: entra_ir.SimulatedTenant) -> None:
    with tenant.serve() as served:
        start = served.token_endpoint.removesuffix("token") + "devicecode"
        code = form(start, client_id=tenant.client_id, scope=SCOPE)
        assert code["verification_uri"] == f"{served.endpoint}/devicelogin"
        assert not tenant.approve_device_code("ABCDEFGHJ", "responder@contoso.example")
        assert tenant.approve_device_code(code["user_code"], "responder@contoso.example")
        fields = {"grant_type": "device_code", "client_id": tenant.client_id, "device_code": code["device_code"]}
        assert form(served.token_endpoint, **fields)["access_token"]
        declined = form(start, client_id=tenant.client_id, scope=SCOPE)
        assert tenant.decline_device_code(declined["user_code"])
        fields["device_code"] = declined["device_code"]
        assert form(served.token_endpoint, **fields)["error"] == "authorization_declined"
