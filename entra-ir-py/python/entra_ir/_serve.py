"""A simulated tenant over HTTP on this machine, for other processes and for any client of Graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from . import _native
    from ._http import Server


class ServedTenant:
    """Serves a simulated tenant until it is closed; `SimulatedTenant.serve` makes it.

    It listens on the loopback address alone, and accepts any token. Its token endpoint issues tokens, which decide who calls.
    """

    __slots__ = ("_server", "_tenant_id")
    _server: Server
    _tenant_id: str

    @classmethod
    def _of(cls, tenant: _native.SimulatedTenant, port: int) -> ServedTenant:
        from ._http import Server

        served = cls.__new__(cls)
        served._server = Server(tenant, port)
        served._tenant_id = tenant.TENANT_ID
        return served

    def __repr__(self) -> str:
        """Returns one line."""
        return f"ServedTenant({self.endpoint!r})"

    @property
    def endpoint(self) -> str:
        """The address, for `graph_endpoint` of a client."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def token_endpoint(self) -> str:
        """Where tokens are obtained. Its host is the `authority` of a credential; device codes are typed at `/devicelogin`."""
        return f"{self.endpoint}/{self._tenant_id}/oauth2/v2.0/token"

    def close(self) -> None:
        """Stops listening, and waits for the requests in progress. Closing twice does no harm."""
        self._server.close()

    def __enter__(self) -> Self:
        """Returns the served tenant, which is closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Closes it."""
        self.close()
