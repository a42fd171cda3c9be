"""The pytest plugin of `entra_ir`: apart from it, so that pytest loads nothing of the library before a test asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from entra_ir import Client, SimulatedTenant

__all__ = ["entra_client", "simulated_tenant"]


@pytest.fixture
def simulated_tenant() -> SimulatedTenant:
    """Gives each test a Contoso of its own."""
    from entra_ir import SimulatedTenant

    return SimulatedTenant.contoso()


@pytest.fixture
def entra_client(simulated_tenant: SimulatedTenant) -> Iterator[Client]:
    """Gives a client of that tenant, closed at the end of the test."""
    from entra_ir import Client

    with Client(transport=simulated_tenant) as client:
        yield client
