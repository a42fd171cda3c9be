"""The pytest plugin of `entra_ir`: a separate package, so that pytest loads the library only when a test requests it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from entra_ir import Client, SimulatedTenant

__all__ = ["entra_client", "simulated_tenant"]


@pytest.fixture
def simulated_tenant() -> SimulatedTenant:
    """Gives each test its own Contoso."""
    from entra_ir import SimulatedTenant

    return SimulatedTenant.contoso()


@pytest.fixture
def entra_client(simulated_tenant: SimulatedTenant) -> Iterator[Client]:
    """Gives a client of that tenant, closed at the end of the test."""
    from entra_ir import Client

    with Client(transport=simulated_tenant) as client:
        yield client
