"""A simulated tenant that is served on this machine, a new one for each test."""

from __future__ import annotations

import base64
import datetime
import json
import os
import ssl
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

PEM = serialization.Encoding.PEM


class Tenant:
    """Reads what is true at the tenant, without any client's help."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def get(self, path: str) -> Any:
        request = urllib.request.Request(f"{self.origin}{path}", headers={"Authorization": "Bearer t"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def user(self, user: str) -> Any:
        names = "id,accountEnabled,lastPasswordChangeDateTime,signInSessionsValidFromDateTime,passwordProfile"
        return self.get(f"/v1.0/users/{user}?$select={names}")

    def methods(self, user: str) -> dict[str, str]:
        """Returns the ids of the user's methods by type; the last of a type counts."""
        listed = self.get(f"/v1.0/users/{user}/authentication/methods")["value"]
        return {method["@odata.type"].removeprefix("#microsoft.graph."): method["id"] for method in listed}


@contextmanager
def served(request: pytest.FixtureRequest, *options: str) -> Iterator[str]:
    """Serves a tenant, and returns its address."""
    command = [os.environ["FOREIGN_SERVER"], "0"]
    if folder := os.environ.get("FOREIGN_EXCHANGES"):
        command.append(os.path.join(folder, f"both-{request.path.stem}-{request.node.name}.jsonl"))
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().split(" at ")[1].split(",")[0]
        finally:
            server.kill()


@pytest.fixture
def tenant(request: pytest.FixtureRequest) -> Iterator[Tenant]:
    with served(request) as origin:
        yield Tenant(origin)


class Keys(NamedTuple):
    """What the application of the tests signs with, as PEM."""

    certificate: str
    private: str
    federated: ec.EllipticCurvePrivateKey


@pytest.fixture(scope="session")
def keys() -> Keys:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "the tests")])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    certificate = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Keys(certificate.public_bytes(PEM).decode(), private.decode(), ec.generate_private_key(ec.SECP256R1()))


def assertion(keys: Keys, **claims: Any) -> str:
    """Makes a token of the identity provider."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    now = int(time.time())
    claims = {"iat": now, "nbf": now, "exp": now + 600, "aud": "api://AzureADTokenExchange", **claims}
    signed = f"{part(json.dumps({'alg': 'ES256', 'typ': 'JWT'}).encode())}.{part(json.dumps(claims).encode())}"
    r, s = decode_dss_signature(keys.federated.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{part(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


class Authority:
    """A tenant with its token endpoint, over https, and an application of the tests in it."""

    # The application of the tests may read users, and nothing else.
    APP = "11111111-2222-4333-8444-555555555555"
    SECRET = "a secret of the tests"
    ISSUER, SUBJECT = "https://issuer.example", "system:serviceaccount:tests:reader"
    # Contoso's own tool, to which the responder may sign in.
    TOOL = "c0a70500-5afe-4ace-9b1d-a99000000001"
    TENANT = "contoso.example"
    SCOPE = "https://graph.microsoft.com/.default"

    def __init__(self, origin: str, bundle: pathlib.Path) -> None:
        self.origin, self.bundle = origin, bundle
        self._context = ssl.create_default_context(cafile=str(bundle))

    def _open(self, request: urllib.request.Request) -> int:
        try:
            with urllib.request.urlopen(request, timeout=10, context=self._context) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def call(self, token: str, method: str, path: str) -> int:
        """Returns the status with which Graph answers a call with a token."""
        headers = {"Authorization": f"Bearer {token}"}
        return self._open(urllib.request.Request(f"{self.origin}{path}", method=method, headers=headers))

    def reads_but_does_not_write(self, token: str) -> None:
        user = "/v1.0/users/adele@contoso.example"
        assert self.call(token, "GET", user) == 200
        assert self.call(token, "POST", f"{user}/revokeSignInSessions") == 403

    def type_code(self, user_code: str, **more: str) -> None:
        """Does what a user does on the page where device codes are typed."""
        form = urllib.parse.urlencode({"user_code": user_code, **more}).encode()
        assert self._open(urllib.request.Request(f"{self.origin}/devicelogin", data=form)) == 200


@pytest.fixture
def registration(tmp_path: pathlib.Path, keys: Keys) -> pathlib.Path:
    """Describes the application of the tests, for the server."""
    public = keys.federated.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    trusted = {"issuer": Authority.ISSUER, "subject": Authority.SUBJECT, "publicKey": public}
    file = tmp_path / "registration.json"
    registered = {
        "appId": Authority.APP,
        "secrets": [Authority.SECRET],
        "certificates": [keys.certificate],
        "federated": [trusted],
        "applicationPermissions": ["User.Read.All"],
    }
    file.write_text(json.dumps(registered))
    return file


@pytest.fixture
def authority(
    request: pytest.FixtureRequest, registration: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Authority]:
    bundle = tmp_path / "bundle.pem"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with served(request, "--tls", str(bundle), "--registration", str(registration)) as origin:
        yield Authority(origin, bundle)
