"""The simulated tenant, as other people's tests use it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from entra_ir import Client, EntraError, InvalidInputError, OutcomeUnknownError, Secret, SimulatedTenant, ThrottledError

USER = "adele@contoso.example"


def test_contoso_has_a_cast(simulated_tenant: SimulatedTenant) -> None:
    assert 15 <= len(simulated_tenant.users) <= 40
    for user in simulated_tenant.users:
        assert user.id
        assert "@" in user.user_principal_name
        assert user.description
    assert {user.kind for user in simulated_tenant.users} >= {"cloud", "synced", "external-guest"}
    assert any(user.privileged for user in simulated_tenant.users)
    assert any(not user.enabled for user in simulated_tenant.users)
    assert simulated_tenant.users == SimulatedTenant.contoso().users
    assert repr(simulated_tenant).startswith(f"SimulatedTenant({len(simulated_tenant.users)} users, now ")


def test_a_user_is_found_by_name_id_or_itself(simulated_tenant: SimulatedTenant) -> None:
    user = simulated_tenant.user(USER.upper())
    assert simulated_tenant.user(user.id) == simulated_tenant.user(user) == user
    with pytest.raises(LookupError, match="nobody"):
        simulated_tenant.user("nobody@contoso.example")


def test_an_empty_tenant() -> None:
    tenant = SimulatedTenant()
    assert len(tenant.users) == 0
    with pytest.raises(LookupError):
        Client(transport=tenant).get_user(USER)


@pytest.mark.parametrize(
    ("kind", "is_kind"),
    [("cloud", "cloud"), ("external-guest", "external-guest"), ("internal-guest", "cloud"), ("customer", "customer")],
)
def test_adding_users(kind: str, is_kind: str) -> None:
    tenant = SimulatedTenant()
    name = "Zoë Zimmer"
    user = tenant.add_user("zoe@contoso.example", kind=kind, display_name=name, description="new")  # type: ignore[arg-type]
    assert (user.kind, user.description, user.enabled, user.privileged) == (is_kind, "new", True, False)
    assert Client(transport=tenant).get_user(user).display_name == name


def test_adding_a_user_with_everything() -> None:
    tenant = SimulatedTenant()
    id = "11111111-2222-4333-8444-555555555555"  # noqa: A001
    user = tenant.add_user(
        "zoe@contoso.example", id=id, password=Secret("Chosen-by-hand-0815"), roles=["Global Reader"], synced=True, blocked=True
    )
    assert (user.id, user.kind, user.enabled, user.privileged) == (id, "synced", False, True)
    assert tenant.password_of(id) == Secret("Chosen-by-hand-0815")
    tenant.add_user("zoe@contoso.example", description="another")
    assert [user.description for user in tenant.users] == ["another"]


KINDS = {
    "mobile-phone": "phone",
    "alternate-mobile-phone": "phone",
    "office-phone": "phone",
    "email": "email",
    "microsoft-authenticator": "microsoft-authenticator",
    "passwordless-authenticator": "passwordless-authenticator",
    "software-oath": "software-oath",
    "hardware-oath": "hardware-oath",
    "fido2": "fido2",
    "windows-hello": "windows-hello",
    "platform-credential": "platform-credential",
    "external": "external",
    "qr-code-pin": "qr-code-pin",
}


@pytest.mark.parametrize("kind", [*KINDS])
def test_adding_methods(kind: str) -> None:
    tenant = SimulatedTenant()
    tenant.add_user(USER)
    before = {method.id for method in tenant.methods_of(USER)}
    name = {"email": "adele@example.org"}.get(kind, "+1 4255550199" if "phone" in kind else "attacker's")
    id = tenant.add_method(USER, kind, name)  # type: ignore[arg-type]  # noqa: A001
    assert {method.id for method in tenant.methods_of(USER)} - before == {id}
    assert next(method for method in tenant.methods_of(USER) if method.id == id).kind == KINDS[kind]
    assert id in [method.id for method in Client(transport=tenant).list_methods(USER, include_beta=True)]


def test_a_method_of_a_type_from_the_future() -> None:
    tenant = SimulatedTenant()
    tenant.add_user(USER)
    id = tenant.add_method(USER, "unknown", "#microsoft.graph.holographicAuthenticationMethod")  # noqa: A001
    assert id in [method.id for method in Client(transport=tenant).list_methods(USER)]


def test_when_a_method_was_registered() -> None:
    tenant = SimulatedTenant()
    tenant.add_user(USER)
    moment = datetime(2026, 2, 1, 12, tzinfo=UTC)
    dated = tenant.add_method(USER, "fido2", "old", registered=moment)
    undated = tenant.add_method(USER, "fido2", "undated", undated=True)
    fresh = tenant.add_method(USER, "fido2", "new")
    given = tenant.add_method(USER, "fido2", "given", id="hiGgP-C7S3uOH3VVmDqpLw1")
    created = {method.id: method.created for method in Client(transport=tenant).list_methods(USER)}
    assert created[dated] == moment
    assert created[undated] is None
    assert created[fresh] is not None
    assert given == "hiGgP-C7S3uOH3VVmDqpLw1"


def test_the_default_method(simulated_tenant: SimulatedTenant) -> None:
    phone = simulated_tenant.add_method("hugo@contoso.example", "microsoft-authenticator", "Pixel", default=True)
    assert [method.id for method in simulated_tenant.methods_of("hugo@contoso.example") if method.is_default] == [phone]


def test_what_the_tenant_really_holds(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    assert simulated_tenant.access_pass_of(USER) is None
    assert not simulated_tenant.must_change_password(USER)
    reset = entra_client.reset_password(USER)
    made = entra_client.create_temporary_access_pass(USER)
    assert simulated_tenant.password_of(USER) == reset.password
    assert simulated_tenant.access_pass_of(USER) == made.access_pass
    assert simulated_tenant.must_change_password(USER)
    assert simulated_tenant.password_of("nobody@contoso.example") is None
    assert simulated_tenant.access_pass_of("nobody@contoso.example") is None
    assert not simulated_tenant.must_change_password("nobody@contoso.example")
    assert simulated_tenant.sessions_valid_from("nobody@contoso.example") is None
    assert list(simulated_tenant.methods_of("nobody@contoso.example")) == []


def test_the_clock_is_the_tenants_own(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    before = simulated_tenant.now
    assert before.tzinfo is not None
    simulated_tenant.advance(timedelta(days=30, minutes=1))
    # It runs, too: nothing here depends on how fast.
    assert simulated_tenant.now - before >= timedelta(days=30, minutes=1)
    moved = simulated_tenant.now.replace(microsecond=0)
    entra_client.revoke_sign_in_sessions(USER)
    valid_from = simulated_tenant.sessions_valid_from(USER)
    assert valid_from is not None
    assert moved <= valid_from <= simulated_tenant.now


def test_reads_may_lag_behind(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    simulated_tenant.set_read_delay(timedelta(minutes=2))
    entra_client.block_sign_in(USER)
    assert entra_client.get_user(USER).account_enabled
    assert not simulated_tenant.user(USER).enabled
    simulated_tenant.advance(timedelta(minutes=2, seconds=1))
    assert not entra_client.get_user(USER).account_enabled


def test_who_calls(simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.set_caller("responder@contoso.example", roles=["Global Reader"])
    client = Client(transport=simulated_tenant)
    assert client.get_user(USER).account_enabled
    with pytest.raises(PermissionError):
        client.block_sign_in(USER)
    simulated_tenant.set_caller(permissions=["User.Read.All"])
    with pytest.raises(PermissionError):
        Client(transport=simulated_tenant).block_sign_in(USER)
    simulated_tenant.set_caller()
    assert Client(transport=simulated_tenant).block_sign_in(USER).grade == "accepted"


def test_faults_are_counted_and_placed(simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant, max_attempts=1)
    simulated_tenant.inject(503, path="/users/", times=2, after=1)
    statuses = []
    for _ in range(4):
        try:
            client.get_user(USER)
            statuses.append(200)
        except EntraError as error:
            statuses.append(error.status or 0)
    assert statuses == [200, 503, 503, 200]
    assert [request.status for request in simulated_tenant.requests] == statuses


def test_faults_can_be_taken_back(simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.inject(429, times=None, retry_after="120")
    with pytest.raises(ThrottledError) as caught:
        Client(transport=simulated_tenant, max_attempts=1).get_user(USER)
    assert caught.value.retry_after == 120
    simulated_tenant.clear_faults()
    assert Client(transport=simulated_tenant).get_user(USER).account_enabled


def test_a_fault_before_and_after_the_effect(simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant, max_attempts=1)
    for after_effect in (False, True):
        simulated_tenant.inject("dropped", method="PATCH", after_effect=after_effect)
        if after_effect:
            # The account is read, and shows the block.
            assert client.block_sign_in(USER).grade == "confirmed"
        else:
            with pytest.raises(EntraError) as caught:
                client.block_sign_in(USER)
            assert caught.value.outcome_unknown
            assert caught.value.receipt is not None
            assert (caught.value.receipt.grade, caught.value.receipt.exchanges[0].status) == ("unknown", None)
        assert simulated_tenant.user(USER).enabled is not after_effect


def test_a_slow_answer_comes(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    simulated_tenant.inject(timedelta(milliseconds=20))
    assert entra_client.get_user(USER).account_enabled


def test_what_arrived(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    entra_client.block_sign_in(USER)
    assert [request.method for request in simulated_tenant.requests] == ["GET", "PATCH"]
    assert [request.status for request in simulated_tenant.requests] == [200, 204]
    assert simulated_tenant.requests[0].path.startswith("/v1.0/users/adele")
    simulated_tenant.clear_requests()
    assert list(simulated_tenant.requests) == []
    simulated_tenant.keep_requests(False)
    entra_client.get_user(USER)
    assert list(simulated_tenant.requests) == []
    simulated_tenant.keep_requests(True)
    entra_client.get_user(USER)
    assert len(simulated_tenant.requests) == 1


def test_two_clients_on_one_tenant(simulated_tenant: SimulatedTenant) -> None:
    Client(transport=simulated_tenant).block_sign_in(USER)
    assert Client(transport=simulated_tenant).get_user(USER).account_enabled is False


@pytest.mark.parametrize("after_effect", [False, True])
def test_a_middlebox_answers_in_the_place_of_the_service(
    simulated_tenant: SimulatedTenant, entra_client: Client, after_effect: bool
) -> None:
    simulated_tenant.inject("middlebox", method="PATCH", status=504, body="", times=None, after_effect=after_effect)
    if after_effect:
        assert "settled-by-reading" in [warning.code for warning in entra_client.block_sign_in(USER).warnings]
    else:
        with pytest.raises(OutcomeUnknownError, match="not Graph"):
            entra_client.block_sign_in(USER)
    assert simulated_tenant.user(USER).enabled is not after_effect


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        (503, {"status": 502}),
        ("dropped", {"body": "x"}),
        ("html", {"content_type": "text/plain"}),
        ("middlebox", {"status": 99}),
        ("middlebox", {"status": 100}),
    ],
)
def test_what_only_a_middlebox_has(simulated_tenant: SimulatedTenant, fault: int | str, options: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        simulated_tenant.inject(fault, **options)  # type: ignore[arg-type]


def test_addresses_and_licences(simulated_tenant: SimulatedTenant) -> None:
    made = simulated_tenant.add_user(
        "zoe@contoso.example", mail="zoe.zimmer@contoso.example", aliases=["z@contoso.example"], other_mails=["zoe@home.example"]
    )
    assert Client(transport=simulated_tenant).get_user(made).user_principal_name == "zoe@contoso.example"
    simulated_tenant.set_licence("p1")
    with pytest.raises(InvalidInputError, match="licence"):
        simulated_tenant.set_licence("e5")  # type: ignore[arg-type]
