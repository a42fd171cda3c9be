"""Fixtures for tests of playbooks: pytest finds them by itself where this package is installed.

Example:
    >>> def test_playbook(simulated_tenant, entra_client):
    ...     entra_client.block_sign_in("adele@contoso.example")
    ...     assert not simulated_tenant.user("adele@contoso.example").enabled
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import Client, SimulatedTenant

__all__ = ["entra_client", "simulated_tenant"]


@pytest.fixture
def simulated_tenant() -> SimulatedTenant:
    """Gives each test a Contoso of its own."""
    from . import SimulatedTenant

    return SimulatedTenant.contoso()


@pytest.fixture
def entra_client(simulated_tenant: SimulatedTenant) -> Iterator[Client]:
    """Gives a client of that tenant, closed at the end of the test."""
    from . import Client

    with Client(transport=simulated_tenant) as client:
        yield client
