"""The core's ways to sign in, from Python: against the simulated tenant, and against a token endpoint on this machine."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs

import entra_ir
import pytest
from entra_ir import (
    AsyncClient,
    AuthError,
    AzureCli,
    Chain,
    Client,
    ClientCertificate,
    ClientSecret,
    ConfigError,
    DeviceCode,
    DevicePrompt,
    ManagedIdentity,
    Secret,
    SimulatedTenant,
    StaticToken,
    TransportError,
    WorkloadIdentity,
)
from entra_ir._adapter import Adapter
from entra_ir.display.prompt import code_html

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "adele@contoso.example"
TENANT = "contoso.example"
# Contoso's own tool, in the simulated tenant alone.
APP, APP_SECRET = "c0a70500-5afe-4ace-9b1d-a99000000001", "secret-of-the-simulated-tenant"
FIXTURES = Path(__file__).parents[2] / "entra-ir-core/src/auth/oauth/tests/fixtures"
CANARY = "canary-secret-0123456789"


class Endpoint(BaseHTTPRequestHandler):
    """A token endpoint that plays the answers in order, and Graph that accepts its token."""

    answers: ClassVar[list[tuple[int, dict[str, Any]]]] = []
    asked: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.asked.append({name: values[0] for name, values in form.items()})
        self._answer(*self.answers.pop(0))

    def do_GET(self) -> None:
        user = {"id": "0c0ffee0-5afe-4ace-9b1d-000000000001", "userPrincipalName": USER, "accountEnabled": True}
        known = self.headers["Authorization"] == "Bearer opaque-token"
        self._answer(*((200, user) if known else (401, {"error": {"code": "InvalidAuthenticationToken"}})))

    def _answer(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("request-id", "00000000-0000-4000-8000-00000000000a")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        """Logs nothing."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    Endpoint.answers.clear()
    Endpoint.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


TOKEN = (200, {"access_token": "opaque-token", "expires_in": 3600, "refresh_token": "refresh"})
CODE = (
    200,
    {
        "device_code": "device",
        "user_code": "ABC<DEF>",
        "verification_uri": "https://login.microsoft.com/device",
        "expires_in": 900,
        "interval": 1,
        "message": "Open https://login.microsoft.com/device and enter ABC<DEF>.",
    },
)


def made() -> dict[str, Any]:
    return {
        "secret": ClientSecret(TENANT, APP, CANARY),
        "Secret": ClientSecret(TENANT, APP, Secret(CANARY)),
        "certificate": ClientCertificate(TENANT, APP, FIXTURES / "modern.pfx", password="correct-horse"),
        "certificate as bytes": ClientCertificate(TENANT, APP, (FIXTURES / "plain.pem").read_bytes()),
        "workload": WorkloadIdentity(TENANT, APP, Path("/nowhere/token")),
        "managed": ManagedIdentity(client_id=APP),
        "device": DeviceCode(TENANT, APP, prompt=print),
        "cli": AzureCli(tenant_id=TENANT),
        "chain": Chain(ClientSecret(TENANT, APP, CANARY), StaticToken(CANARY)),
    }


def test_a_secret_signs_in_to_the_simulated_tenant() -> None:
    tenant = SimulatedTenant.contoso()
    for credential in (ClientSecret(TENANT, APP, APP_SECRET), ClientSecret(TENANT, APP, Secret(APP_SECRET), cae=False)):
        with Client(credential, transport=tenant) as client:
            assert client.get_user(USER).account_enabled
    with Client(ClientSecret(TENANT, APP, CANARY), transport=tenant) as client, pytest.raises(AuthError) as caught:
        client.get_user(USER)
    assert (caught.value.kind, caught.value.code) == ("wrong-secret", "AADSTS7000215")
    assert caught.value.to_dict()["kind"] == "wrong-secret"
    assert CANARY not in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).kind == "wrong-secret"


def test_an_asynchronous_client_takes_them_too() -> None:
    async def read() -> bool | None:
        async with AsyncClient(ClientSecret(TENANT, APP, APP_SECRET), transport=SimulatedTenant.contoso()) as client:
            return (await client.get_user(USER)).account_enabled

    assert asyncio.run(read())


def test_a_chain_says_what_each_answered_and_takes_any_credential() -> None:
    tenant = SimulatedTenant.contoso()

    def fail() -> tuple[str, None]:
        raise OSError("no vault")

    working = Chain(WorkloadIdentity(TENANT, APP, "/nowhere/token"), fail, ClientSecret(TENANT, APP, APP_SECRET))
    with Client(working, transport=tenant) as client:
        assert client.get_user(USER).account_enabled
    failing = Chain(WorkloadIdentity(TENANT, APP, "/nowhere/token"), ClientSecret(TENANT, APP, CANARY))
    with Client(failing, transport=tenant) as client, pytest.raises(AuthError) as caught:
        client.get_user(USER)
    assert caught.value.kind == "wrong-secret"
    assert "workload identity: " in str(caught.value)
    assert "client secret: AADSTS7000215" in str(caught.value)


def test_a_device_code_is_shown_once(endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
    Endpoint.answers += [CODE, (400, {"error": "authorization_pending"}), TOKEN]
    shown: list[DevicePrompt] = []
    credential = DeviceCode(TENANT, APP, prompt=shown.append, authority=endpoint)
    with Client(credential, graph_endpoint=endpoint) as client:
        assert client.get_user(USER).account_enabled
    [prompt] = shown
    assert (prompt.user_code, prompt.verification_uri) == ("ABC<DEF>", "https://login.microsoft.com/device")
    assert timedelta(minutes=14) < prompt.expires_on - datetime.now(UTC) < timedelta(minutes=16)
    assert capsys.readouterr().err == ""
    assert [asked.get("device_code") for asked in Endpoint.asked] == [None, "device", "device"]


def test_without_a_prompt_the_code_is_a_line_on_stderr(endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
    Endpoint.answers += [CODE, TOKEN]
    with Client(DeviceCode(TENANT, APP, authority=endpoint), graph_endpoint=endpoint) as client:
        client.get_user(USER)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "Open https://login.microsoft.com/device and enter ABC<DEF>.\n")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_prompt_that_fails_does_not_hide_the_code(endpoint: str, capfd: pytest.CaptureFixture[str]) -> None:
    def fail(_prompt: DevicePrompt) -> None:
        raise RuntimeError("no screen")

    Endpoint.answers += [CODE, TOKEN]
    with Client(DeviceCode(TENANT, APP, prompt=fail, authority=endpoint), graph_endpoint=endpoint) as client:
        client.get_user(USER)
    assert "enter ABC<DEF>" in capfd.readouterr().err


def test_in_a_notebook_the_code_is_escaped_and_the_page_a_link(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=1))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    display = SimpleNamespace(display=shown.append, HTML=str)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    Endpoint.answers += [CODE, TOKEN]
    with Client(DeviceCode(TENANT, APP, authority=endpoint), graph_endpoint=endpoint) as client:
        client.get_user(USER)
    [page] = shown
    assert '<a href="https://login.microsoft.com/device" rel="noopener noreferrer"' in page
    assert "ABC&lt;DEF&gt;" in page
    evil = code_html(DevicePrompt("m", "c", 'javascript:alert(1)"<img>', 0.0))
    assert "<a" not in evil
    assert "<img" not in evil


def test_a_deadline_leaves_the_code_to_the_next_call(endpoint: str) -> None:
    pending = (400, {"error": "authorization_pending"})
    Endpoint.answers += [CODE, pending, pending, TOKEN]
    shown: list[DevicePrompt] = []
    credential = DeviceCode(TENANT, APP, prompt=shown.append, authority=endpoint)
    with Client(credential, graph_endpoint=endpoint) as client:
        with pytest.raises(TransportError):
            client.get_user(USER, deadline=timedelta(seconds=1.5))
        assert client.get_user(USER).account_enabled
    assert len(shown) == 1


@pytest.mark.parametrize("name", [*made()])
def test_nothing_secret_is_shown_pickled_or_copied(name: str) -> None:
    credential = made()[name]
    assert repr(credential) == f"{type(credential).__name__}(...)"
    for text in (repr(credential), str(credential), repr(Adapter(credential).way), repr(Client(credential))):
        assert CANARY not in text
        assert "correct-horse" not in text
    for stored in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be pickled"):
            stored(credential)


@pytest.mark.parametrize(
    ("make", "kind", "said"),
    [
        (lambda: ClientSecret("common", APP, CANARY), ConfigError, "tenant is not valid"),
        (lambda: ClientSecret(TENANT, CANARY, "x"), ConfigError, "client id is not valid"),
        (lambda: ClientSecret(TENANT, APP, ""), ConfigError, "secret is empty"),
        (lambda: ClientSecret(TENANT, APP, None), TypeError, "secret: a str or a Secret is needed"),  # type: ignore[arg-type]
        (lambda: ClientSecret(TENANT, APP, CANARY, authority="http://x.example"), ConfigError, "only over https"),
        (lambda: ClientCertificate(TENANT, APP, "/nowhere.pem"), ConfigError, "cannot be read"),
        (lambda: ClientCertificate(TENANT, APP, FIXTURES / "cert-only.pem"), ConfigError, "no private key"),
        (lambda: ClientCertificate(TENANT, APP, FIXTURES / "modern.pfx", password=CANARY), ConfigError, "password does not open"),
        (lambda: ManagedIdentity(client_id=CANARY), ConfigError, "not valid"),
        (lambda: AzureCli(tenant_id=CANARY), ConfigError, "tenant is not valid"),
        (lambda: DeviceCode(TENANT, APP, prompt=5), TypeError, "prompt: a callable is needed, not int"),  # type: ignore[arg-type]
        (lambda: Chain(5), TypeError, "credential: "),  # type: ignore[arg-type]
    ],
)
def test_bad_values_are_refused_before_anything_is_sent(make: Any, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said) as caught:
        make()
    assert CANARY not in str(caught.value)


def test_azure_identity_declares_continuous_access_and_others_are_left_alone() -> None:
    asked: list[dict[str, Any]] = []

    def get_token(_self: object, *_scopes: str, **options: Any) -> SimpleNamespace:
        asked.append(options)
        return SimpleNamespace(token="t", expires_on=4102444800)

    theirs = type("Theirs", (), {"get_token": get_token, "__module__": "azure.identity._credentials.x"})
    Adapter(theirs())("scope", None)
    Adapter(type("Derived", (theirs,), {"__module__": "mine"})())("scope", "{}")
    Adapter(type("Mine", (), {"get_token": get_token, "__module__": "mine"})())("scope", None)
    assert asked == [{"enable_cae": True}, {"claims": "{}", "enable_cae": True}, {}]

    class Plain:
        def get_token(self, *_scopes: str) -> SimpleNamespace:
            return SimpleNamespace(token="t", expires_on=4102444800)

    assert Adapter(Plain())("scope", None)[1] == 4102444800


def test_real_credentials_of_azure_identity_take_it() -> None:
    from azure.identity import CertificateCredential, ClientSecretCredential, DefaultAzureCredential
    from entra_ir._adapter import _is_azure_identity

    for kind in (CertificateCredential, ClientSecretCredential, DefaultAzureCredential):
        assert _is_azure_identity(object.__new__(kind))
    assert not _is_azure_identity(entra_ir.StaticToken("t"))
