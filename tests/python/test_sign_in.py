"""Sign-ins on the simulated tenant, from Python: the field report's machines, in short."""

from datetime import timedelta
from typing import Literal

import pytest
from entra_ir import (
    Client,
    InvalidInputError,
    SignInRefusedError,
    SignInSimulation,
    SimulatedDevice,
    SimulatedSession,
    SimulatedTenant,
)

USER = "adele@contoso.example"
APPS: tuple[Literal["exchange-online", "teams", "office-portal"], ...] = ("exchange-online", "teams", "office-portal")


@pytest.fixture
def simulation(simulated_tenant: SimulatedTenant) -> SignInSimulation:
    return SignInSimulation(simulated_tenant)


def both(simulation: SignInSimulation) -> tuple[SimulatedSession, SimulatedSession]:
    """Signs in on the hybrid joined client by single sign-on, and in a private window with everything."""
    laptop = simulation.device("hybrid-joined-windows", "LAPTOP-1", user=USER)
    simulation.sign_in(USER, laptop, how="password", app=None)
    simulation.require_mfa()
    on_client = simulation.sign_in(USER, laptop, how="single-sign-on", then="push")
    in_private = simulation.sign_in(
        USER, simulation.device("in-private-browser"), how="password", then="push", keep_me_signed_in=True
    )
    simulation.advance(timedelta(minutes=5))
    return on_client, in_private


def test_revoke_sessions_signs_out_where_events_are_heard_and_within_the_hour_elsewhere(
    simulation: SignInSimulation, entra_client: Client
) -> None:
    for session in both(simulation):
        for app in APPS:
            assert session.open(app).works
    sessions = both(simulation)
    entra_client.revoke_sign_in_sessions(USER)
    simulation.advance(timedelta(minutes=15))
    for session in sessions:
        assert session.open("teams").word == "asks-to-sign-in"
        assert session.open("office-portal").by == "access-token"
    simulation.advance(timedelta(hours=2))
    assert {session.open(app).works for session in sessions for app in APPS} == {False}


def test_a_passkey_outlives_require_reregister_and_a_pass_leads_to_registration(
    simulation: SignInSimulation, entra_client: Client
) -> None:
    simulation.require_mfa()
    browser = simulation.device("browser")
    for user, left in ((USER, "asks-for-mfa"), ("o'neil@contoso.example", "asks-to-register")):
        entra_client.require_mfa_reregistration(user)
        with pytest.raises(SignInRefusedError) as refused:
            simulation.sign_in(user, browser, how="password")
        assert refused.value.answer.word == left
    assert simulation.sign_in(USER, browser, how="passkey").open("teams").works
    entra_client.create_temporary_access_pass(USER)
    assert simulation.sign_in(USER, browser, how="access-pass", registering="microsoft-authenticator").open("teams").works


def test_the_old_button_forgot_trusted_devices_and_left_browsers_alone(
    simulation: SignInSimulation, simulated_tenant: SimulatedTenant
) -> None:
    _, in_private = both(simulation)
    simulation.revoke_mfa_sessions_before_february_2026(USER)
    simulation.advance(timedelta(hours=2))
    assert in_private.open("office-portal").works


def test_resets_in_portals(simulation: SignInSimulation, simulated_tenant: SimulatedTenant) -> None:
    suggested = simulation.reset_password_in_entra(USER)
    assert suggested is not None
    assert suggested == simulated_tenant.password_of(USER)
    assert simulated_tenant.must_change_password(USER)
    assert simulation.reset_password_in_microsoft_365(USER, "Chosen-by-0perator!")
    assert not simulated_tenant.must_change_password(USER)
    browser = simulation.device("browser")
    assert simulation.sign_in(USER, browser, how="password", secret="Chosen-by-0perator!").open("teams").works
    with pytest.raises(SignInRefusedError, match="password"):
        simulation.sign_in(USER, simulation.device("browser"), how="password", secret=suggested)
    assert simulation.reset_password_in_azure_portal(USER) is not None
    assert simulation.reset_password_in_azure_portal("nobody@contoso.example") is None


def test_a_disabled_device_signs_in_no_more_and_a_stolen_session_goes_on(simulation: SignInSimulation) -> None:
    laptop = simulation.device("hybrid-joined-windows", "LAPTOP-2", user=USER)
    simulation.sign_in(USER, laptop, how="password", app=None)
    adele = simulation.sign_in(USER, simulation.device("browser"), how="password")
    thief = adele.copy_to(simulation.device("browser"))
    assert adele.open("teams").works
    assert thief.open("teams").works
    adele.sign_out()
    assert thief.open("teams").works
    simulation.disable_device(laptop)
    with pytest.raises(SignInRefusedError):
        simulation.sign_in(USER, laptop, how="single-sign-on")
    assert laptop.kind == "hybrid-joined-windows"
    assert repr(laptop) == "SimulatedDevice('LAPTOP-2', kind='hybrid-joined-windows')"


def test_words_that_are_unknown_name_the_known_ones(simulation: SignInSimulation) -> None:
    browser = simulation.device("browser")
    with pytest.raises(InvalidInputError, match="hybrid-joined-windows"):
        simulation.device("toaster")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="single-sign-on"):
        simulation.sign_in(USER, browser, how="charm")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="software-code"):
        simulation.sign_in(USER, browser, how="password", then="wink")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="office-portal"):
        simulation.sign_in(USER, browser, how="passkey").open("minesweeper")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="only joined and registered devices"):
        simulation.device("browser", user=USER)
    with pytest.raises(InvalidInputError, match="needs the user"):
        simulation.device("registered-phone")
    with pytest.raises(InvalidInputError, match="there is no such user"):
        simulation.device("joined-windows", user="nobody@contoso.example")


def test_who_registered_a_phone_stays_in_until_it_is_disabled(simulation: SignInSimulation) -> None:
    client = Client(transport=simulation.tenant)
    session = simulation.sign_in(USER, simulation.device("browser"), how="passkey")
    phone = session.register_phone("mine")
    assert phone.kind == "registered-phone"
    assert phone.id in {device.id for device in client.list_devices(USER)}
    simulation.advance(timedelta(minutes=1))
    client.reset_password(USER)
    assert simulation.sign_in(USER, phone, how="single-sign-on").open("teams").works
    client.disable_device(phone.id, user=USER)
    with pytest.raises(SignInRefusedError):
        simulation.sign_in(USER, phone, how="single-sign-on")
    client.block_sign_in(USER)
    with pytest.raises(SignInRefusedError, match="the phone was not registered"):
        session.register_phone("another")
    owned = simulation.device("joined-windows", "DESKTOP", user=USER)
    assert owned.id in {device.id for device in client.list_devices(USER)}


def test_an_unregistered_client_has_no_device_to_disable(simulation: SignInSimulation) -> None:
    client = simulation.device("unregistered-client", "PHONE-X")
    assert client.kind == "unregistered-client"
    simulation.sign_in(USER, client, how="password", app=None)
    simulation.disable_device(client)
    simulation.delete_device(client)
    assert simulation.sign_in(USER, client, how="single-sign-on").open("teams").works
    assert not simulation.restore_device(client)


def refused(simulation: SignInSimulation, device: SimulatedDevice) -> tuple[str, str]:
    """Signs in by the device's primary refresh token and with the password, and returns what is answered instead."""
    with pytest.raises(SignInRefusedError) as by_itself:
        simulation.sign_in(USER, device, how="single-sign-on")
    with pytest.raises(SignInRefusedError) as by_password:
        simulation.sign_in(USER, device, how="password", app=None)
    return by_itself.value.answer.text, by_password.value.answer.text


def test_a_deleted_device_can_be_restored_for_thirty_days_with_what_it_held(simulation: SignInSimulation) -> None:
    laptop = simulation.device("hybrid-joined-windows", "LAPTOP-3", user=USER)
    simulation.sign_in(USER, laptop, how="password", app=None)
    simulation.delete_device(laptop)
    assert refused(simulation, laptop) == ("asks to sign in", "refused: the device is disabled or deleted")
    simulation.enable_device(laptop)
    assert refused(simulation, laptop) == ("asks to sign in", "refused: the device is disabled or deleted")
    assert simulation.restore_device(laptop)
    assert simulation.sign_in(USER, laptop, how="single-sign-on").open("teams").works
    simulation.delete_device(laptop)
    simulation.advance(timedelta(days=31))
    assert not simulation.restore_device(laptop)


def test_a_disabled_device_that_is_enabled_again_has_lost_what_it_held(simulation: SignInSimulation) -> None:
    laptop = simulation.device("hybrid-joined-windows", "LAPTOP-4", user=USER)
    simulation.sign_in(USER, laptop, how="password", app=None)
    simulation.advance(timedelta(minutes=1))
    simulation.disable_device(laptop)
    simulation.advance(timedelta(minutes=1))
    simulation.enable_device(laptop)
    with pytest.raises(SignInRefusedError):
        simulation.sign_in(USER, laptop, how="single-sign-on")
    simulation.sign_in(USER, laptop, how="password", app=None)
    assert simulation.sign_in(USER, laptop, how="single-sign-on").open("teams").works


@pytest.mark.parametrize("owner", [None, USER])
def test_a_sync_undoes_what_was_done_to_a_hybrid_device_here_alone(
    simulation: SignInSimulation, simulated_tenant: SimulatedTenant, owner: str | None
) -> None:
    laptop = simulation.device("hybrid-joined-windows", "LAPTOP-5", user=owner)
    simulation.disable_device(laptop)
    simulated_tenant.run_sync()
    simulation.advance(timedelta(minutes=1))
    simulation.sign_in(USER, laptop, how="password", app=None)
    simulation.delete_device(laptop)
    simulated_tenant.run_sync()
    assert simulation.sign_in(USER, laptop, how="single-sign-on").open("teams").works
    simulated_tenant.set_computer_enabled_on_premises(laptop, False)
    assert simulation.sign_in(USER, laptop, how="single-sign-on").open("teams").works, "the next sync brings it here"
    simulated_tenant.run_sync()
    assert refused(simulation, laptop) == ("asks to sign in", "refused: the device is disabled or deleted")
    simulated_tenant.set_computer_enabled_on_premises(laptop.id, True)
    simulated_tenant.run_sync()
    simulation.advance(timedelta(minutes=1))
    simulation.sign_in(USER, laptop, how="password", app=None)
    with pytest.raises(InvalidInputError, match="not a GUID"):
        simulated_tenant.set_computer_enabled_on_premises("LAPTOP-5", False)


def test_the_change_of_a_device_takes_its_time(simulation: SignInSimulation, simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.set_device_delay(timedelta(minutes=40))
    laptop = simulation.device("hybrid-joined-windows", "LAPTOP-6", user=USER)
    simulation.sign_in(USER, laptop, how="password", app=None)
    simulation.disable_device(laptop)
    simulation.advance(timedelta(minutes=39))
    assert simulation.sign_in(USER, laptop, how="single-sign-on").open("teams").works
    simulation.advance(timedelta(minutes=1))
    assert refused(simulation, laptop) == ("asks to sign in", "refused: the device is disabled or deleted")
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
    simulation: SignInSimulation, simulated_tenant: SimulatedTenant, entra_client: Client
) -> None:
    thief = simulation.sign_in(USER, simulation.device("browser"), how="password")
    told = thief.register("fido2", "Security key")
    assert told is not None
    assert told.word == "asks-for-mfa"
    entra_client.delete_methods(USER, scope="all-removable")
    simulation.guard_registration()
    told = thief.register("fido2", "Security key")
    assert told is not None
    assert told.text == "refused: registration asks for MFA, and there is no method for it"
    assert [method.kind for method in simulated_tenant.methods_of(USER)] == ["password"]
    simulation.guard_registration(False)
    assert thief.register("fido2", "Security key") is None
    assert sorted(method.kind for method in simulated_tenant.methods_of(USER)) == ["fido2", "password"]
    # Now there is one, and the session has not done MFA with it.
    again = thief.register("mobile-phone", "+1 4255550666")
    assert again is not None
    assert again.word == "asks-for-mfa"
    with pytest.raises(InvalidInputError, match="fido2"):
        thief.register("retina")  # type: ignore[arg-type]


def test_who_did_mfa_lately_registers_another_method(simulation: SignInSimulation) -> None:
    adele = simulation.sign_in(USER, simulation.device("browser"), how="passkey")
    simulation.advance(timedelta(minutes=6))
    late = adele.register("fido2", "second key")
    assert late is not None
    assert late.word == "asks-for-mfa"
    assert adele.register("mobile-phone", "+1 4255550777") is None


def test_a_guests_mfa_at_home_counts_where_it_is_trusted(simulation: SignInSimulation, simulated_tenant: SimulatedTenant) -> None:
    guest = next(user for user in simulated_tenant.users if user.kind == "external-guest")
    simulation.require_mfa()
    browser = simulation.device("browser")
    with pytest.raises(SignInRefusedError) as asked:
        simulation.sign_in(guest.id, browser, how="home-tenant", then="push")
    assert asked.value.answer.word == "asks-to-register"
    simulation.trust_guest_mfa()
    assert simulation.sign_in(guest.id, browser, how="home-tenant", then="push").open("teams").works
    simulation.trust_guest_mfa(False)
    with pytest.raises(SignInRefusedError):
        simulation.sign_in(guest.id, browser, how="home-tenant", then="push")
    # Registered here, it counts here.
    assert simulation.sign_in(guest.id, browser, how="home-tenant", registering="mobile-phone").open("teams").works


def test_an_app_password_survives_all_but_its_deletion(simulation: SignInSimulation, entra_client: Client) -> None:
    made = simulation.create_app_password(USER)
    entra_client.reset_password(USER)
    entra_client.revoke_sign_in_sessions(USER)
    entra_client.delete_methods(USER, scope="all-removable")
    assert made.open().by == "app-password"
    simulation.block_legacy_authentication()
    assert made.open().text == "refused: legacy authentication is blocked"
    simulation.block_legacy_authentication(False)
    assert made.open().works
    simulation.delete_app_passwords(USER)
    assert made.open().text == "refused: the app password was deleted"
    with pytest.raises(InvalidInputError, match="the tenant has no"):
        simulation.create_app_password("nobody@contoso.example")


def test_a_token_for_graph_outlives_a_revocation(simulation: SignInSimulation, entra_client: Client) -> None:
    thief = simulation.sign_in(USER, simulation.device("browser"), how="password", app="graph")
    assert thief.open("graph").works
    entra_client.revoke_sign_in_sessions(USER)
    simulation.advance(timedelta(hours=20))
    assert thief.open("graph").by == "access-token"
    simulation.advance(timedelta(hours=9))
    assert thief.open("graph").word == "asks-to-sign-in"
