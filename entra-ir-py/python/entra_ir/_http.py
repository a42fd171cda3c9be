"""The HTTP server of a simulated tenant. It is apart because importing it takes long."""

from __future__ import annotations

import sys
from functools import partial
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from ._errors import InvalidInputError

if TYPE_CHECKING:
    from . import _native

# No Graph request is larger.
LARGEST_REQUEST = 4 << 20


class Server(ThreadingTCPServer):
    """Answers each request in a thread of its own, which is joined: none may be in the library when Python ends."""

    allow_reuse_address = True

    def __init__(self, tenant: _native.SimulatedTenant, port: int) -> None:
        """Listens on a port of the loopback address, on a thread."""
        super().__init__(("127.0.0.1", port), partial(_Handler, tenant))
        self._thread = Thread(target=self.serve_forever, args=(0.05,), name="entra_ir simulated tenant", daemon=True)
        self._thread.start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Prints where a request failed, unless its client has gone: nobody waits for that answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def port(self) -> int:
        """The port."""
        return int(self.server_address[1])

    def close(self) -> None:
        """Stops listening, and waits for the requests in progress."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
            self.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Answers one request of one connection."""

    # A connection that sends nothing does not keep `close` waiting for longer.
    timeout = 5

    def __init__(self, served: _native.SimulatedTenant, *connection: Any) -> None:
        """Answers it: the base class does so when it is made."""
        self.served = served
        super().__init__(*connection)

    def __getattr__(self, name: str) -> object:
        """Answers every HTTP method: the tenant refuses those that it does not know."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        size = self.headers.get("Content-Length", "0")
        length = int(size) if size.isascii() and size.isdigit() else LARGEST_REQUEST + 1
        if length > LARGEST_REQUEST:
            self.send_error(413)
            return
        uri = f"http://{self.headers.get('Host', '127.0.0.1')}{self.path}"
        try:
            answer = self.served.answer(self.command, uri, list(self.headers.items()), self.rfile.read(length))
        except InvalidInputError:
            self.send_error(400)
            return
        if answer is None:
            # A fault drops the connection: there is no answer.
            return
        status, headers, body = answer
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing."""
