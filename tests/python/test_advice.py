"""Advice in full: who says so, what a person does, what speaks against the caller, and what Graph does not reach."""

from __future__ import annotations

import pickle
import re
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import entra_ir
import pytest
from entra_ir import AccountSnapshot, ActionDone, Client, InvalidInputError, OpenDoors, SimulatedTenant, Source, types
from entra_ir._operations import RESULTS
from test_doors_html import shown

USER, SYNCED, PRIVILEGED = "adele@contoso.example", "alex@contoso.example", "grace@contoso.example"
PAGE = "https://learn.microsoft.com/entra/x"
REGISTRATION = "https://learn.microsoft.com/entra/identity/authentication/concept-registration-mfa-sspr-combined"
CALLED = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


@pytest.fixture
def snapshot(entra_client: Client) -> AccountSnapshot:
    return entra_client.snapshot(USER)


def words(advice: entra_ir.Advice) -> list[str]:
    return [word for step in advice.steps for word in (*step.actions, *filter(None, [step.task]))]


@pytest.mark.parametrize(
    ("source", "text", "url", "dated"),
    [
        (("a page", PAGE, "2026-04-08"), "a page (2026-04-08)", PAGE, "2026-04-08"),
        (("a page", PAGE, None), "a page (the page shows no date)", PAGE, None),
        (("practice", None, None), "practice", None, None),
    ],
)
def test_a_source_is_written_with_its_date(source: tuple[Any, ...], text: str, url: str | None, dated: str | None) -> None:
    read = Source._of(dict(zip(("title", "url", "dated"), source, strict=True)))
    assert (str(read), read.title, read.url, read.dated) == (text, source[0], url, dated)
    assert f"{read}" == text
    assert pickle.loads(pickle.dumps(read)) == read
    assert read.to_dict() == {"title": source[0], "url": url, "dated": dated}
    assert repr(read).startswith(f"Source(title={source[0]!r}")


def test_every_source_is_a_page_with_an_address_or_says_what_it_is_instead(snapshot: AccountSnapshot) -> None:
    advice = snapshot.advise("token-theft")
    said = [claim.source for effect in entra_ir.effects() for claim in effect.claims]
    said += [source for each in snapshot.open_doors().doors for source in each.sources]
    said += [step.source for step in advice.steps]
    said += [position.source for item in advice.disagreements for position in item.positions]
    assert len(said) > 100
    for source in said:
        assert source.title
        assert source.url is None or source.url.startswith("https://")
        assert source.dated is None or source.dated.startswith("20")
        assert source.dated is None or source.url
    assert {source.url is None for source in said} == {True, False}


def test_a_method_that_is_suspect_goes_first(entra_client: Client, simulated_tenant: SimulatedTenant) -> None:
    key = simulated_tenant.add_method(USER, "fido2", "Security key")
    snapshot = entra_client.snapshot(USER)
    advice = snapshot.advise("suspicious-method", suspects=[key], registered_by="application")
    assert (advice.suspects, advice.registered_by) == ([key], "application")
    first = next(step for step in advice.steps if "delete-methods" in step.actions)
    assert [method["id"] for method in first.target["what"]] == [key]
    assert words(advice).count("delete-methods") == 2
    assert "disable-application" in words(advice)
    assert "remove-app-permission" in words(advice)
    by_user = snapshot.advise("suspicious-method", suspects=[key], registered_by="user")
    assert "disable-application" not in words(by_user)
    assert snapshot.advise("suspicious-method").registered_by == "unknown"
    assert snapshot.advise("account-takeover").registered_by is None


@pytest.mark.parametrize("by", get_args(types.RegisteredBy))
def test_who_registered_it_is_kept(by: Any, snapshot: AccountSnapshot) -> None:
    assert snapshot.advise("suspicious-method", registered_by=by).registered_by == by


def test_only_what_is_lost_goes(snapshot: AccountSnapshot) -> None:
    methods = snapshot.methods.value
    assert methods is not None
    phone = next(method.id for method in methods if method.kind == "phone")
    advice = snapshot.advise("lost-methods", lost=[phone])
    assert advice.lost == [phone]
    [removal] = [step for step in advice.steps if "delete-methods" in step.actions]
    assert [method["id"] for method in removal.target["what"]] == [phone]
    assert "require-mfa-reregistration" not in words(advice)
    # A passkey is registered, and nobody says that it is lost: it is used before a pass is made.
    assert "use-working-method" in words(advice)
    assert "create-temporary-access-pass" not in words(advice)
    unnamed = snapshot.advise("lost-methods")
    assert unnamed.lost == []
    assert "require-mfa-reregistration" in words(unnamed)


def test_signs_speak_against_whoever_asks_for_help(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    simulated_tenant.add_method(USER, "fido2", "evil \u202ekey")
    advice = entra_client.snapshot(USER).advise("lost-methods")
    assert any(sign.startswith("passkey (FIDO2) evil") and "was registered lately" in sign for sign in advice.signs)
    assert any("not read here: sign-ins from new places" in sign for sign in advice.signs)
    page = shown(advice)
    assert page.text.count("Sign against it:") == len(advice.signs)
    assert "\u202e" not in advice._repr_html_()
    # Nobody asks for help where an attacker is in.
    assert entra_client.snapshot(USER).advise("account-takeover").signs == []
    simulated_tenant.inject(403, path="/identityProtection", times=None)
    unread = Client(transport=simulated_tenant).snapshot(USER).advise("lost-methods")
    assert any(sign.startswith("not read: the user's risk (denied") for sign in unread.signs)


def test_when_the_help_desk_was_called_is_kept(snapshot: AccountSnapshot) -> None:
    advice = snapshot.advise("help-desk-tricked", since=CALLED)
    assert advice.since == CALLED
    assert advice.since.tzinfo is UTC
    there = CALLED.astimezone(datetime.fromisoformat("2026-03-02T09:00:00+05:30").tzinfo)
    assert snapshot.advise("help-desk-tricked", since=there) == advice
    assert snapshot.advise("help-desk-tricked").since is None
    assert words(advice)[:3] == ["keep-evidence", "trace-the-call", "tell-help-desk"]
    assert "delete-temporary-access-pass" in words(advice)
    assert "search-others" in words(advice)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"since": datetime(2026, 3, 2, 9)}, InvalidInputError, "since: this datetime has no time zone"),
        ({"since": "2026-03-02"}, TypeError, "since: an aware datetime is needed, not str"),
        ({"registered_by": "nobody"}, InvalidInputError, '"nobody" is not one of'),
        ({"lost": ["a/b"]}, InvalidInputError, "path separator"),
        ({"lost": "abc"}, TypeError, "lost: a list of str"),
        ({"suspects": [7]}, TypeError, "suspects: a list of str"),
    ],
)
def test_facts_that_cannot_be_are_refused(
    options: dict[str, Any], error: type[Exception], said: str, snapshot: AccountSnapshot
) -> None:
    with pytest.raises(error, match=said):
        snapshot.advise("help-desk-tricked", **options)


@pytest.mark.parametrize("incident", get_args(types.Incident))
@pytest.mark.parametrize("user", [USER, SYNCED, PRIVILEGED])
def test_a_step_is_an_action_or_a_task(incident: Any, user: str, entra_client: Client) -> None:
    advice = entra_client.snapshot(user).advise(incident)
    known = set(get_args(types.ActionWord))
    for step in advice.steps:
        assert bool(step.actions) == (step.task is None)
        assert set(step.actions) <= known
        assert step.title
        assert step.by_hand == (step.operation is None) == bool(step.elsewhere)
        assert step.task is None or step.by_hand
    assert list(advice.by_hand) == [step for step in advice.steps if step.by_hand]
    page = shown(advice)
    for step in advice.by_hand:
        assert step.title in page.text
        assert step.elsewhere
        assert step.elsewhere in page.text


def test_places_outside_graph_are_named_where_an_attacker_may_be(entra_client: Client, snapshot: AccountSnapshot) -> None:
    advice = snapshot.advise("token-theft")
    places = [each.place for each in advice.outside]
    assert {"Exchange", "SharePoint, OneDrive", "Other tenants", "Data and money"} <= set(places)
    assert "Active Directory" not in places
    assert all(each.door and each.close for each in advice.outside)
    synced = entra_client.snapshot(SYNCED).advise("token-theft")
    assert "Active Directory" in [each.place for each in synced.outside]
    page = shown(advice)
    assert f"Outside Graph: {len(places)} places" in page.text
    for each in advice.outside:
        assert each.place in page.cells
        assert each.door in page.text
    lost = snapshot.advise("lost-methods")
    assert lost.outside == ()
    assert "Outside Graph" not in shown(lost).text


def test_of_a_privileged_account_the_tenant_comes_right_after_the_revocation(
    entra_client: Client, simulated_tenant: SimulatedTenant
) -> None:
    administrator = simulated_tenant.add_user("adam@contoso.example", roles=["Global Administrator"])
    advice = entra_client.snapshot(administrator.id).advise("privileged")
    said = words(advice)
    revoked = said.index("revoke-sign-in-sessions")
    assert said[revoked + 1 : revoked + 7] == [
        "remove-role",
        "search-tenant",
        "clean-owned-applications",
        "delete-consent",
        "search-azure",
        "search-intune",
    ]
    assert any("your own account" in note for note in advice.notes)
    azure, intune = [step for step in advice.by_hand if step.task in ("search-azure", "search-intune")]
    assert azure.elsewhere is not None
    assert azure.elsewhere.startswith("az role assignment list")
    assert "Intune Administrator" in intune.needs


def test_a_lockdown_removes_nothing_and_says_what_remains(snapshot: AccountSnapshot) -> None:
    advice = snapshot.advise("lockdown")
    revoke = "revoke-sign-in-sessions"
    assert words(advice) == ["tell-help-desk", "block-sign-in", "reset-password-graph-profile", revoke, revoke]
    kept = [method for method in snapshot.methods.value or () if method.kind != "password"]
    assert kept
    left = {door.detail.get("id") for door in advice.left_open if door.kind == "method"}
    assert {method.id for method in kept} <= left
    assert "a lockdown removes nothing" in shown(advice).text


def test_recovery_lets_in_and_does_nothing_else(entra_client: Client, simulated_tenant: SimulatedTenant) -> None:
    client = entra_client
    assert client.lock_out(USER).receipt.is_success
    client.delete_methods(USER, scope="all-removable")
    advice = client.snapshot(USER).advise("recover")
    order = ["prove-identity", "create-temporary-access-pass", "dismiss-risk", "unblock-sign-in", "watch-pass"]
    assert words(advice) == order
    for step in advice.steps:
        for call in step.calls:
            client.run(call)
    assert client.get_user(USER).account_enabled


@pytest.mark.parametrize("incident", get_args(types.Incident))
def test_other_tools_understand_a_step_by_its_ids(incident: Any, snapshot: AccountSnapshot) -> None:
    advice = snapshot.advise(incident)
    steps, page = advice.steps, shown(advice)
    for step in steps:
        assert ", ".join(step.ids) in page.text
        assert len(set(step.ids)) == len(step.ids)
        assert all(re.fullmatch(r"T\d{4}(\.\d{3})?|D3-[A-Z]+|CM\d{4}", each) for each in step.ids), step.ids
        assert step.ids or step.operation is None
        assert not (step.task and step.ids)
    assert any("D3-" in each for step in steps for each in step.ids)


def test_the_order_is_one(snapshot: AccountSnapshot) -> None:
    for incident in ("account-takeover", "token-theft", "suspicious-method", "help-desk-tricked", "privileged"):
        operations = [step.operation for step in snapshot.advise(incident).steps if step.operation]
        order = [name for name in operations if name not in ("delete_temporary_access_pass", "revoke_grant")]
        assert order == [
            "lock_out",
            "revoke_sign_in_sessions",
            "confirm_user_compromised",
            "disable_device",
            "delete_methods",
            "revoke_sign_in_sessions",
            "create_temporary_access_pass",
            "dismiss_user_risk",
            "unblock_sign_in",
        ]


@pytest.mark.parametrize("incident", get_args(types.Incident))
@pytest.mark.parametrize("user", [USER, SYNCED, PRIVILEGED])
def test_every_call_of_a_step_runs_as_it_is(incident: Any, user: str, simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant, allow_tenant_wide=True)
    advice = client.snapshot(user).advise(incident)
    calls = [(step, call) for step in advice.steps for call in step.calls]
    assert calls
    for step, call in calls:
        assert call["operation"] == step.operation
        result = client.run(call)
        assert type(result) is RESULTS[call["operation"]][1]
        assert result.receipt.operation == step.operation


def test_a_person_chooses_among_devices_and_consents(simulated_tenant: SimulatedTenant) -> None:
    snapshot = Client(transport=simulated_tenant).snapshot(USER)
    grants = snapshot.grants.value
    assert grants is not None
    hostile = grants.own[0]

    def step(advice: entra_ir.Advice, operation: str) -> entra_ir.Step:
        return next(step for step in advice.steps if step.operation == operation)

    theft = snapshot.advise("token-theft")
    # Her hybrid device is disabled in Active Directory first, by hand.
    assert {step.operation for step in theft.steps if step.choose} == {"disable_device", "revoke_grant", None}
    by_hand = [step.actions for step in theft.steps if step.choose and step.by_hand]
    assert by_hand == [["disable-computer-on-premises"]]
    devices = step(theft, "disable_device").calls
    assert [call["device"] for call in devices] == [device.id for device in snapshot.devices.value or ()]
    assert {call["user"] for call in devices} == {snapshot.user.id}
    assert [call["grant"] for call in step(theft, "revoke_grant").calls] == [listed.grant.id for listed in grants.own]
    found = step(snapshot.advise("malicious-consent"), "disable_service_principal")
    assert found.choose
    assert [call["application"] for call in found.calls] == [listed.grant.client_id for listed in grants.own]
    # The grant that is known names its application.
    named = snapshot.advise("malicious-consent", grant=hostile.grant.id)
    for operation in ("disable_service_principal", "revoke_grant"):
        assert not step(named, operation).choose
        assert len(step(named, operation).calls) == 1
    assert step(named, "disable_service_principal").calls[0]["application"] == hostile.grant.client_id


def test_a_call_is_given_by_its_name_and_fields(entra_client: Client) -> None:
    stored = {"operation": "reset_password", "user": USER, "new_password": {"secret": "chosen"}}
    assert entra_client.run(stored, secrets={"chosen": "Tulips-4-Amsterdam"}).grade == "accepted"
    assert len(entra_client.run({"operation": "list_temporary_access_passes", "user": USER})) == 0
    for wrong, said in [
        ({}, "operation"),
        ({"operation": "format_disk", "user": USER}, "format_disk"),
        ({"operation": "block_sign_in", "usr": USER}, "usr"),
        ({"operation": "block_sign_in"}, "user"),
    ]:
        with pytest.raises(InvalidInputError, match=said):
            entra_client.run(wrong)
    with pytest.raises(TypeError, match="Mapping"):
        entra_client.run("block_sign_in")  # type: ignore[arg-type]


@pytest.mark.parametrize("table", ["sessions", "methods", "accounts"])
def test_effects_say_by_what_or_where(table: Any) -> None:
    ways: dict[str, tuple[str | None, str | None]] = {}
    for effect in entra_ir.effects(table):
        assert (effect.operation is None) != (effect.elsewhere is None)
        assert effect.operation is None or callable(getattr(Client, effect.operation))
        assert ways.setdefault(effect.action, (effect.operation, effect.elsewhere)) == (effect.operation, effect.elsewhere)
    assert ways["block-sign-in"] == ("block_sign_in", None)
    place = ways["guard-registration"][1]
    assert place is not None
    assert place.startswith("Entra admin center > Conditional Access")


def registration(told: OpenDoors) -> entra_ir.Door | None:
    return next((each for each in told.doors if each.kind == "registration"), None)


def test_registration_is_a_door_once_no_method_is_left(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    assert registration(snapshot.open_doors()) is None
    simulated_tenant.advance(timedelta(minutes=1))
    done: list[Any] = [entra_client.delete_methods(USER, scope="all-removable")]
    later = snapshot.taken_at + timedelta(minutes=20)
    opened = registration(snapshot.open_doors(done, at=later))
    assert opened is not None
    assert opened.state == "open"
    assert opened.why.startswith("no method is left that counts as MFA")
    assert {"guard-registration", "block-sign-in"} <= set(opened.closed_by)
    assert "create-temporary-access-pass" not in opened.closed_by, "a pass makes it unknown"
    assert [source.url for source in opened.sources] == [REGISTRATION]
    page = shown(snapshot.open_doors(done, at=later))
    assert "the registration of a new method" in page.text
    assert "client.block_sign_in" in page.text

    guarded = ActionDone.elsewhere("guard-registration", snapshot.taken_at + timedelta(minutes=2))
    told = registration(snapshot.open_doors([*done, guarded], at=later))
    assert told is not None
    assert told.state == "unknown", "for whom the policy is, and from when, nobody says"

    made = entra_client.create_temporary_access_pass(USER, lifetime=timedelta(hours=1), one_time=True)
    told = registration(snapshot.open_doors([*done, made], at=later))
    assert told is not None
    assert told.state == "unknown", "until it is used or over, and nobody tells when it is used"
    assert told.place == "Entra admin center > Users > Authentication methods"
    over = registration(snapshot.open_doors([*done, made], at=later + timedelta(hours=2)))
    assert over is not None
    assert over.state == "open"

    done.append(entra_client.block_sign_in(USER))
    blocked = snapshot.open_doors(done, at=later)
    told = registration(blocked)
    assert told is not None
    assert (told.state, told.closing_by) == ("held", "block-sign-in")
    again = registration(blocked.if_unblocked())
    assert again is not None
    assert again.state == "open"


def test_a_deleted_device_is_held_and_may_be_restored(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    phone = next(device for device in snapshot.devices.value or () if device.trust_type == "Workplace")
    at = snapshot.taken_at + timedelta(minutes=1)
    deleted = ActionDone.elsewhere("delete-device", at, device=phone.id)
    told = snapshot.open_doors([deleted], at=at + timedelta(hours=2))
    held = [each for each in told.held if each.closing_by == "delete-device"]
    assert {each.detail["device"] for each in held} == {phone.id}
    assert all(each.only_held and each.until is None for each in held), "it may be restored, and nobody tells"
    again = {each.label for each in told.if_unblocked().held}
    assert {each.label for each in held} <= again, "unblocking the account restores no device"
    assert "2 held" in shown(told).text
    assert all("Delete a device" in each.why and "30 days" in each.why for each in held)
