"""Fixtures for tests of playbooks: pytest finds them automatically if this package is installed.

Example:
    >>> def test_playbook(simulated_tenant, entra_client):
    ...     entra_client.block_sign_in("adele@contoso.example")
    ...     assert not simulated_tenant.user("adele@contoso.example").enabled
"""

from entra_ir_pytest import entra_client, simulated_tenant

__all__ = ["entra_client", "simulated_tenant"]
