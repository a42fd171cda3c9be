"""A simulated tenant in which an attacker is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

from .._sign_in import SignInSimulation
from .._simulator import SimulatedTenant
from .._words import App

if TYPE_CHECKING:
    from .._sign_in import SimulatedSession

VICTIM = "adele@contoso.example"


class Scene(NamedTuple):
    """A simulated tenant, and the attacker's session in it."""

    tenant: SimulatedTenant
    session: SimulatedSession

    def reached(self) -> dict[str, str]:
        """Returns what the attacker's session gets from each application now."""
        return {app: self.session.open(app).text for app in get_args(App)}


def attacked() -> Scene:
    """Creates Contoso with an attacker in it.

    The attacker knows the password of the victim, has an Authenticator there, and holds a session.
    """
    tenant = SimulatedTenant.contoso()
    simulation = SignInSimulation(tenant)
    session = simulation.sign_in(VICTIM, simulation.device("in-private-browser", "attacker's browser"), how="password")
    tenant.add_method(VICTIM, "microsoft-authenticator", "Galaxy S23")
    return Scene(tenant, session)
