"""Microsoft's JavaScript client does to the simulated tenant what it does to Graph.

It gives its token to https alone, so TLS is put before the server, with a certificate of the test's own.
"""

from __future__ import annotations

import datetime
import http.client
import http.server
import ipaddress
import json
import os
import pathlib
import ssl
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Tenant

USER = "/users/adele@contoso.example"
NAME = "adele@contoso.example"
BEGINNING = "2026-03-02T09:0"
SCRIPT = pathlib.Path(__file__).with_name("graph_client.cjs")

pytestmark = pytest.mark.skipif("FOREIGN_NODE_PATH" not in os.environ, reason="the JavaScript client is not installed")


def certificate(folder: pathlib.Path) -> tuple[pathlib.Path, ssl.SSLContext]:
    """Makes a certificate for this machine, and returns its file and a context that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "simulated tenant")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, both = folder / "certificate.pem", folder / "both.pem"
    pem = made.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(pem)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    both.write_bytes(pem + key.private_bytes(encoding, form, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return file, context


class Relay(http.server.BaseHTTPRequestHandler):
    """Hands each request on to the server as it came, without TLS."""

    protocol_version = "HTTP/1.1"

    def hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        far = http.client.HTTPConnection(self.server.behind, timeout=10)  # type: ignore[attr-defined]
        far.request(self.command, self.path, body or None, dict(self.headers))
        answer = far.getresponse()
        content = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        far.close()

    do_GET = do_PATCH = do_POST = do_DELETE = hand_on  # noqa: N815

    def log_message(self, *_what: object) -> None:
        """Logs nothing."""


class Node:
    """Runs one call at a time in a process of its own."""

    def __init__(self, origin: str, certificate: pathlib.Path) -> None:
        self._origin = origin
        path = os.environ["FOREIGN_NODE_PATH"]
        self._environment = {**os.environ, "NODE_PATH": path, "NODE_EXTRA_CA_CERTS": str(certificate)}

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        command = ["node", str(SCRIPT), self._origin, method, path, *([] if body is None else [json.dumps(body)])]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=30, check=True)
        return json.loads(done.stdout)


@pytest.fixture
def node(tenant: Tenant, tmp_path: pathlib.Path) -> Iterator[Node]:
    file, context = certificate(tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Relay) as relay:
        relay.daemon_threads, relay.block_on_close = True, False
        relay.behind = tenant.origin.removeprefix("http://")  # type: ignore[attr-defined]
        relay.socket = context.wrap_socket(relay.socket, server_side=True)
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        yield Node(f"https://127.0.0.1:{relay.server_port}", file)
        relay.shutdown()


def test_it_gets_a_user(node: Node, tenant: Tenant) -> None:
    answer = node("get", f"{USER}?$select=id,displayName")["answer"]
    assert (answer["displayName"], answer["id"]) == ("Adele Vance", tenant.user(NAME)["id"])


def test_it_blocks(node: Node, tenant: Tenant) -> None:
    assert "error" not in node("patch", USER, {"accountEnabled": False})
    assert tenant.user(NAME)["accountEnabled"] is False


def test_it_revokes_the_sessions(node: Node, tenant: Tenant) -> None:
    # The client sends a body with every post, as its documentation shows it: an empty object.
    assert node("post", f"{USER}/revokeSignInSessions", {})["answer"]["value"] is True
    assert tenant.user(NAME)["signInSessionsValidFromDateTime"].startswith(BEGINNING)


def test_it_lists_methods_and_deletes_one(node: Node, tenant: Tenant) -> None:
    listed = node("get", f"{USER}/authentication/methods")["answer"]["value"]
    assert {method["id"] for method in listed} >= set(tenant.methods(NAME).values())
    key = tenant.methods(NAME)["fido2AuthenticationMethod"]
    assert "error" not in node("delete", f"{USER}/authentication/fido2Methods/{key}")
    assert "fido2AuthenticationMethod" not in tenant.methods(NAME)


def test_it_creates_a_pass(node: Node, tenant: Tenant) -> None:
    made = node("post", f"{USER}/authentication/temporaryAccessPassMethods", {"lifetimeInMinutes": 60})["answer"]
    assert made["temporaryAccessPass"]
    assert tenant.methods(NAME)["temporaryAccessPassAuthenticationMethod"] == made["id"]


def test_an_unknown_user_is_a_typed_error(node: Node) -> None:
    error = node("get", "/users/nobody@contoso.example")["error"]
    assert (error["statusCode"], error["code"]) == (404, "Request_ResourceNotFound")
    assert error["requestId"]
