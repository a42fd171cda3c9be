"""Sign-ins on the simulated tenant, from Python: the field report's machines, in short."""

from datetime import timedelta
from typing import Literal

import pytest
from entra_ir import Client, InvalidInputError, SignInRefusedError, SignInWorld, SimulatedSession, SimulatedTenant

USER = "adele@contoso.example"
APPS: tuple[Literal["exchange-online", "teams", "office-portal"], ...] = ("exchange-online", "teams", "office-portal")


@pytest.fixture
def world(simulated_tenant: SimulatedTenant) -> SignInWorld:
    return SignInWorld(simulated_tenant)


def both(world: SignInWorld) -> tuple[SimulatedSession, SimulatedSession]:
    """Signs in on the hybrid joined client by single sign-on, and in a private window with everything."""
    laptop = world.device("hybrid-joined-windows", "LAPTOP-1", user=USER)
    world.sign_in(USER, laptop, how="password", app=None)
    world.require_mfa()
    on_client = world.sign_in(USER, laptop, how="single-sign-on", then="push")
    in_private = world.sign_in(USER, world.device("in-private-browser"), how="password", then="push", keep_me_signed_in=True)
    world.advance(timedelta(minutes=5))
    return on_client, in_private


def test_revoke_sessions_signs_out_where_events_are_heard_and_within_the_hour_elsewhere(
    world: SignInWorld, entra_client: Client
) -> None:
    for session in both(world):
        for app in APPS:
            assert session.open(app).works
    sessions = both(world)
    entra_client.revoke_sign_in_sessions(USER)
    world.advance(timedelta(minutes=15))
    for session in sessions:
        assert session.open("teams").word == "asks-to-sign-in"
        assert session.open("office-portal").by == "access-token"
    world.advance(timedelta(hours=2))
    assert {session.open(app).works for session in sessions for app in APPS} == {False}


def test_a_passkey_outlives_require_reregister_and_a_pass_leads_to_registration(world: SignInWorld, entra_client: Client) -> None:
    world.require_mfa()
    browser = world.device("browser")
    for user, left in ((USER, "asks-for-mfa"), ("o'neil@contoso.example", "asks-to-register")):
        entra_client.require_mfa_reregistration(user)
        with pytest.raises(SignInRefusedError) as refused:
            world.sign_in(user, browser, how="password")
        assert refused.value.answer.word == left
    assert world.sign_in(USER, browser, how="passkey").open("teams").works
    entra_client.create_temporary_access_pass(USER)
    assert world.sign_in(USER, browser, how="access-pass", registering="microsoft-authenticator").open("teams").works


def test_the_old_button_forgot_trusted_devices_and_left_browsers_alone(
    world: SignInWorld, simulated_tenant: SimulatedTenant
) -> None:
    _, in_private = both(world)
    world.revoke_mfa_sessions_before_february_2026(USER)
    world.advance(timedelta(hours=2))
    assert in_private.open("office-portal").works


def test_resets_in_portals(world: SignInWorld, simulated_tenant: SimulatedTenant) -> None:
    suggested = world.reset_password_in_entra(USER)
    assert suggested is not None
    assert suggested == simulated_tenant.password_of(USER)
    assert simulated_tenant.must_change_password(USER)
    assert world.reset_password_in_microsoft_365(USER, "Chosen-by-0perator!")
    assert not simulated_tenant.must_change_password(USER)
    assert world.sign_in(USER, world.device("browser"), how="password", secret="Chosen-by-0perator!").open("teams").works
    with pytest.raises(SignInRefusedError, match="password"):
        world.sign_in(USER, world.device("browser"), how="password", secret=suggested)
    assert world.reset_password_in_azure_portal(USER) is not None
    assert world.reset_password_in_azure_portal("nobody@contoso.example") is None


def test_a_disabled_device_signs_in_no_more_and_a_stolen_session_goes_on(world: SignInWorld) -> None:
    laptop = world.device("hybrid-joined-windows", "LAPTOP-2", user=USER)
    world.sign_in(USER, laptop, how="password", app=None)
    adele = world.sign_in(USER, world.device("browser"), how="password")
    thief = adele.copy_to(world.device("browser"))
    assert adele.open("teams").works
    assert thief.open("teams").works
    adele.sign_out()
    assert thief.open("teams").works
    world.disable_device(laptop)
    with pytest.raises(SignInRefusedError):
        world.sign_in(USER, laptop, how="single-sign-on")
    assert laptop.kind == "hybrid-joined-windows"
    assert repr(laptop) == "SimulatedDevice('LAPTOP-2', kind='hybrid-joined-windows')"


def test_words_that_are_unknown_name_the_known_ones(world: SignInWorld) -> None:
    browser = world.device("browser")
    with pytest.raises(InvalidInputError, match="hybrid-joined-windows"):
        world.device("toaster")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="single-sign-on"):
        world.sign_in(USER, browser, how="charm")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="software-code"):
        world.sign_in(USER, browser, how="password", then="wink")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="office-portal"):
        world.sign_in(USER, browser, how="passkey").open("minesweeper")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="only a hybrid joined"):
        world.device("browser", user=USER)
