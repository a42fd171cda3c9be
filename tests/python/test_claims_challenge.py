"""A claims challenge reaches the credential, and the call goes on with the token that it brings."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from azure.core.credentials import AccessToken
from entra_ir import AuthError, AuthOutcomeUnknownError, Client, UnauthenticatedError

if TYPE_CHECKING:
    from collections.abc import Iterator

CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}'
USER = {"id": "0c0ffee0-5afe-4ace-9b1d-000000000001", "userPrincipalName": "adele@contoso.example", "accountEnabled": True}


class Graph(BaseHTTPRequestHandler):
    """Accepts the token that was got with the claims, and no other."""

    accepts = "Bearer with-claims"
    writes: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        if self.headers["Authorization"] == self.accepts:
            self._answer(200, USER)
            return
        claims = base64.b64encode(CLAIMS.encode()).decode()
        challenge = f'Bearer realm="", error="insufficient_claims", claims="{claims}"'
        self._answer(401, {"error": {"code": "InvalidAuthenticationToken", "message": "Continuous access"}}, challenge)

    def do_PATCH(self) -> None:
        """Takes the write and drops the connection once; then asks for claims."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.writes.append(self.path)
        if len(self.writes) == 1:
            self.close_connection = True
            return
        self.do_GET()

    def _answer(self, status: int, body: object, challenge: str | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("request-id", "00000000-0000-4000-8000-00000000000a")
        self.send_header("Content-Length", str(len(data)))
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        """Logs nothing."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Graph)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


class Credential:
    def __init__(self, answer: str) -> None:
        self.asked: list[Any] = []
        self.answer = answer

    def get_token(self, *_scopes: str, claims: str | None = None, **_options: Any) -> AccessToken:
        self.asked.append(claims)
        return AccessToken(self.answer if claims else "without-claims", 4102444800)


def test_the_claims_reach_get_token(endpoint: str) -> None:
    credential = Credential("with-claims")
    with Client(credential, graph_endpoint=endpoint) as client:
        assert client.get_user("adele@contoso.example").account_enabled
    assert [None if claims is None else json.loads(claims) for claims in credential.asked] == [None, json.loads(CLAIMS)]


def test_a_challenge_that_is_not_met_is_no_loop(endpoint: str) -> None:
    credential = Credential("still-refused")
    with Client(credential, graph_endpoint=endpoint) as client, pytest.raises(UnauthenticatedError):
        client.get_user("adele@contoso.example")
    assert len(credential.asked) == 2


def test_the_token_is_lost_between_two_attempts_of_a_write(endpoint: str) -> None:
    """The first attempt may have been done, and for the second there is no token."""
    Graph.writes.clear()

    class SignedOut(Credential):
        def get_token(self, *scopes: str, claims: str | None = None, **options: Any) -> AccessToken:
            if claims and Graph.writes:
                raise PermissionError("signed out")
            return super().get_token(*scopes, claims=claims, **options)

    with Client(SignedOut("with-claims"), graph_endpoint=endpoint) as client:
        client.get_user("adele@contoso.example")
        Graph.accepts = "Bearer another"
        try:
            with pytest.raises(AuthOutcomeUnknownError, match="signed out") as caught:
                client.require_password_change("0c0ffee0-5afe-4ace-9b1d-000000000001")
        finally:
            Graph.accepts = "Bearer with-claims"
    assert caught.value.outcome_unknown
    assert isinstance(caught.value, AuthError)
    assert isinstance(caught.value.__cause__, PermissionError)
