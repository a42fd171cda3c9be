"""Sign-ins on the simulated tenant, from Python: the field report's machines, in short."""

from datetime import timedelta
from typing import Literal

import pytest
from entra_ir import (
    Client,
    InvalidInputError,
    SignInRefusedError,
    SignInWorld,
    SimulatedDevice,
    SimulatedSession,
    SimulatedTenant,
)

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


def test_an_unregistered_client_has_no_device_to_disable(world: SignInWorld) -> None:
    client = world.device("unregistered-client", "PHONE-X")
    assert client.kind == "unregistered-client"
    world.sign_in(USER, client, how="password", app=None)
    world.disable_device(client)
    world.delete_device(client)
    assert world.sign_in(USER, client, how="single-sign-on").open("teams").works
    assert not world.restore_device(client)


def refused(world: SignInWorld, device: SimulatedDevice) -> tuple[str, str]:
    """Signs in by the device's primary refresh token and with the password, and returns what is answered instead."""
    with pytest.raises(SignInRefusedError) as by_itself:
        world.sign_in(USER, device, how="single-sign-on")
    with pytest.raises(SignInRefusedError) as by_password:
        world.sign_in(USER, device, how="password", app=None)
    return by_itself.value.answer.text, by_password.value.answer.text


def test_a_deleted_device_can_be_restored_for_thirty_days_with_what_it_held(world: SignInWorld) -> None:
    laptop = world.device("hybrid-joined-windows", "LAPTOP-3", user=USER)
    world.sign_in(USER, laptop, how="password", app=None)
    world.delete_device(laptop)
    assert refused(world, laptop) == ("asks to sign in", "refused: the device is disabled or deleted")
    world.enable_device(laptop)
    assert refused(world, laptop) == ("asks to sign in", "refused: the device is disabled or deleted")
    assert world.restore_device(laptop)
    assert world.sign_in(USER, laptop, how="single-sign-on").open("teams").works
    world.delete_device(laptop)
    world.advance(timedelta(days=31))
    assert not world.restore_device(laptop)


def test_a_disabled_device_that_is_enabled_again_has_lost_what_it_held(world: SignInWorld) -> None:
    laptop = world.device("hybrid-joined-windows", "LAPTOP-4", user=USER)
    world.sign_in(USER, laptop, how="password", app=None)
    world.advance(timedelta(minutes=1))
    world.disable_device(laptop)
    world.advance(timedelta(minutes=1))
    world.enable_device(laptop)
    with pytest.raises(SignInRefusedError):
        world.sign_in(USER, laptop, how="single-sign-on")
    world.sign_in(USER, laptop, how="password", app=None)
    assert world.sign_in(USER, laptop, how="single-sign-on").open("teams").works


@pytest.mark.parametrize("owner", [None, USER])
def test_a_sync_undoes_what_was_done_to_a_hybrid_device_here_alone(
    world: SignInWorld, simulated_tenant: SimulatedTenant, owner: str | None
) -> None:
    laptop = world.device("hybrid-joined-windows", "LAPTOP-5", user=owner)
    world.disable_device(laptop)
    simulated_tenant.run_sync()
    world.advance(timedelta(minutes=1))
    world.sign_in(USER, laptop, how="password", app=None)
    world.delete_device(laptop)
    simulated_tenant.run_sync()
    assert world.sign_in(USER, laptop, how="single-sign-on").open("teams").works
    simulated_tenant.set_computer_enabled_on_premises(laptop, False)
    assert world.sign_in(USER, laptop, how="single-sign-on").open("teams").works, "the next sync brings it here"
    simulated_tenant.run_sync()
    assert refused(world, laptop) == ("asks to sign in", "refused: the device is disabled or deleted")
    simulated_tenant.set_computer_enabled_on_premises(laptop.id, True)
    simulated_tenant.run_sync()
    world.advance(timedelta(minutes=1))
    world.sign_in(USER, laptop, how="password", app=None)
    with pytest.raises(InvalidInputError, match="not a GUID"):
        simulated_tenant.set_computer_enabled_on_premises("LAPTOP-5", False)


def test_the_change_of_a_device_takes_its_time(world: SignInWorld, simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.set_device_delay(timedelta(minutes=40))
    laptop = world.device("hybrid-joined-windows", "LAPTOP-6", user=USER)
    world.sign_in(USER, laptop, how="password", app=None)
    world.disable_device(laptop)
    world.advance(timedelta(minutes=39))
    assert world.sign_in(USER, laptop, how="single-sign-on").open("teams").works
    world.advance(timedelta(minutes=1))
    assert refused(world, laptop) == ("asks to sign in", "refused: the device is disabled or deleted")
    with pytest.raises(InvalidInputError, match="zero or more"):
        simulated_tenant.set_device_delay(timedelta(minutes=-1))


def test_a_sync_undoes_a_block_made_here_alone(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    synced = "alex@contoso.example"
    entra_client.block_sign_in(synced)
    simulated_tenant.run_sync()
    assert simulated_tenant.user(synced).enabled
    simulated_tenant.set_enabled_on_premises(synced, False)
    assert simulated_tenant.user(synced).enabled
    simulated_tenant.run_sync()
    assert not simulated_tenant.user(synced).enabled


def test_whoever_knows_the_password_registers_once_no_method_is_left(
    world: SignInWorld, simulated_tenant: SimulatedTenant, entra_client: Client
) -> None:
    thief = world.sign_in(USER, world.device("browser"), how="password")
    told = thief.register("fido2", "Security key")
    assert told is not None
    assert told.word == "asks-for-mfa"
    entra_client.delete_methods(USER, scope="all-removable")
    world.guard_registration()
    told = thief.register("fido2", "Security key")
    assert told is not None
    assert told.text == "refused: registration asks for MFA, and there is no method for it"
    assert [method.kind for method in simulated_tenant.methods_of(USER)] == ["password"]
    world.guard_registration(False)
    assert thief.register("fido2", "Security key") is None
    assert sorted(method.kind for method in simulated_tenant.methods_of(USER)) == ["fido2", "password"]
    # Now there is one, and the session has not done MFA with it.
    again = thief.register("mobile-phone", "+1 4255550666")
    assert again is not None
    assert again.word == "asks-for-mfa"
    with pytest.raises(InvalidInputError, match="fido2"):
        thief.register("retina")  # type: ignore[arg-type]


def test_who_did_mfa_lately_registers_another_method(world: SignInWorld) -> None:
    adele = world.sign_in(USER, world.device("browser"), how="passkey")
    world.advance(timedelta(minutes=6))
    late = adele.register("fido2", "second key")
    assert late is not None
    assert late.word == "asks-for-mfa"
    assert adele.register("mobile-phone", "+1 4255550777") is None


def test_a_guests_mfa_at_home_counts_where_it_is_trusted(world: SignInWorld, simulated_tenant: SimulatedTenant) -> None:
    guest = next(user for user in simulated_tenant.users if user.kind == "external-guest")
    world.require_mfa()
    browser = world.device("browser")
    with pytest.raises(SignInRefusedError) as asked:
        world.sign_in(guest.id, browser, how="home-tenant", then="push")
    assert asked.value.answer.word == "asks-to-register"
    world.trust_guest_mfa()
    assert world.sign_in(guest.id, browser, how="home-tenant", then="push").open("teams").works
    world.trust_guest_mfa(False)
    with pytest.raises(SignInRefusedError):
        world.sign_in(guest.id, browser, how="home-tenant", then="push")
    # Registered here, it counts here.
    assert world.sign_in(guest.id, browser, how="home-tenant", registering="mobile-phone").open("teams").works


def test_an_app_password_survives_all_but_its_deletion(world: SignInWorld, entra_client: Client) -> None:
    made = world.create_app_password(USER)
    entra_client.reset_password(USER)
    entra_client.revoke_sign_in_sessions(USER)
    entra_client.delete_methods(USER, scope="all-removable")
    assert made.open().by == "app-password"
    world.block_legacy_authentication()
    assert made.open().text == "refused: legacy authentication is blocked"
    world.block_legacy_authentication(False)
    assert made.open().works
    world.delete_app_passwords(USER)
    assert made.open().text == "refused: the app password was deleted"
    with pytest.raises(InvalidInputError, match="the tenant has no"):
        world.create_app_password("nobody@contoso.example")


def test_a_token_for_graph_outlives_a_revocation(world: SignInWorld, entra_client: Client) -> None:
    thief = world.sign_in(USER, world.device("browser"), how="password", app="graph")
    assert thief.open("graph").works
    entra_client.revoke_sign_in_sessions(USER)
    world.advance(timedelta(hours=20))
    assert thief.open("graph").by == "access-token"
    world.advance(timedelta(hours=9))
    assert thief.open("graph").word == "asks-to-sign-in"
