"""Open doors, effects and advice: what counts as done, what does not, and that nothing closes a door by mistake."""

from __future__ import annotations

import asyncio
import pickle
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, get_args

import entra_ir
import pytest
from entra_ir import AccountSnapshot, ActionDone, AsyncClient, Client, InvalidInputError, SimulatedTenant, display, types

if TYPE_CHECKING:
    from collections.abc import Callable

    from entra_ir import Door, OpenDoors, Record

USER, OTHER, EVERYTHING = "adele@contoso.example", "elena@contoso.example", "kira@contoso.example"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DEVICE = "3b41c05e-73a1-43b7-86d7-ed8409f55900"
RANK = {"open": 0, "unknown": 1, "closing": 2, "held": 3, "closed": 4}


def one_of(client: Client, kind: str) -> str:
    return next(method.id for method in client.list_methods(EVERYTHING, include_beta=True) if method.kind == kind)


def device(client: Client) -> str:
    return client.list_devices(EVERYTHING)[0].id or ""


def pass_deleted(client: Client) -> Record:
    made = client.create_temporary_access_pass(EVERYTHING)
    return client.delete_temporary_access_pass(EVERYTHING, made.id or "")


# Every write, and what it counts as: an action, or several.
WRITES: dict[str, tuple[Callable[[Client], Any], str]] = {
    "reset_password": (lambda client: client.reset_password(EVERYTHING), "reset-password-graph-profile"),
    "require_password_change": (lambda client: client.require_password_change(EVERYTHING), "require-password-change"),
    "revoke_sign_in_sessions": (lambda client: client.revoke_sign_in_sessions(EVERYTHING), "revoke-sign-in-sessions"),
    "revoke_mfa_sessions": (lambda client: client.revoke_mfa_sessions(EVERYTHING), "revoke-mfa-sessions"),
    "confirm_user_compromised": (lambda client: client.confirm_user_compromised(EVERYTHING), "confirm-compromised"),
    "dismiss_user_risk": (lambda client: client.dismiss_user_risk(EVERYTHING), "dismiss-risk"),
    "confirm_users_compromised": (lambda client: client.confirm_users_compromised([EVERYTHING]), "confirm-compromised"),
    "dismiss_users_risk": (lambda client: client.dismiss_users_risk([EVERYTHING]), "dismiss-risk"),
    "delete_methods": (lambda client: client.delete_methods(EVERYTHING, types=["fido2"]), "delete-methods"),
    "delete_method": (
        lambda client: client.delete_method(EVERYTHING, "fido2", one_of(client, "fido2")),
        "delete-methods",
    ),
    "revoke_grant": (lambda client: client.revoke_grant(EVERYTHING, client.list_grants(EVERYTHING).own[0]), "delete-consent"),
    "remove_app_assignment": (
        lambda client: client.remove_app_assignment(EVERYTHING, client.list_app_assignments(EVERYTHING).direct[0]),
        "remove-app-assignment",
    ),
    "deactivate_hardware_oath": (
        lambda client: client.deactivate_hardware_oath(EVERYTHING, one_of(client, "hardware-oath")),
        "deactivate-hardware-oath",
    ),
    "create_temporary_access_pass": (
        lambda client: client.create_temporary_access_pass(EVERYTHING),
        "create-temporary-access-pass",
    ),
    "delete_temporary_access_pass": (pass_deleted, "delete-temporary-access-pass"),
    "require_mfa_reregistration": (lambda client: client.require_mfa_reregistration(EVERYTHING), "require-mfa-reregistration"),
    "lock_out": (lambda client: client.lock_out(EVERYTHING), "block-sign-in reset-password-graph-profile"),
    "block_sign_in": (lambda client: client.block_sign_in(EVERYTHING), "block-sign-in"),
    "unblock_sign_in": (lambda client: client.unblock_sign_in(EVERYTHING), "unblock-sign-in"),
    "disable_device": (lambda client: client.disable_device(device(client)), "disable-device"),
    "enable_device": (lambda client: client.enable_device(device(client), user=EVERYTHING), "enable-device"),
    "delete_device": (lambda client: client.delete_device(device(client), losing_recovery_keys=True), "delete-device"),
}


@pytest.fixture(autouse=True)
def a_device(simulated_tenant: SimulatedTenant) -> None:
    simulated_tenant.add_device("PC-KIRA", user=EVERYTHING)


def states(told: OpenDoors) -> set[tuple[Any, ...]]:
    """Returns how each door stands; not why, where the moment of the reading may be named."""
    return {(door.label, door.state, door.until, door.closing_by, door.closed_since, *door.closed_by) for door in told.doors}


def snapshot_before(tenant: SimulatedTenant, client: Client, user: str = EVERYTHING) -> AccountSnapshot:
    """Takes a snapshot that is older than what is done next; of the same second it counts more than the action."""
    snapshot = client.snapshot(user)
    tenant.advance(timedelta(minutes=1))
    return snapshot


def door(told: OpenDoors, label: str) -> Door:
    return next(door for door in told.doors if door.label.startswith(label))


# What a run did counts by its operations.
RUNS = {"preview", "contain", "contain_events", "resume", "ready_to_unblock", "undo", "watch", "real_drill"}
# They ask, and change nothing.
QUESTIONS = {"preflight", "compare_permissions"}
# They act on no account, and need a client that may reach everybody.
SHARED = ("disable_service_principal", "enable_service_principal")


def test_a_disabled_application_holds_the_consent_until_it_is_enabled(simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant, allow_tenant_wide=True)
    snapshot = snapshot_before(simulated_tenant, client, USER)
    worst = client.list_grants(USER).own[0]
    hostile = worst.client
    assert hostile is not None
    off = client.disable_service_principal(hostile)
    at = snapshot.taken_at + timedelta(days=3)
    assert '"action":"disable-application"' in str(off._beside)
    assert door(snapshot.open_doors(at=at), "the consent to").state == "open"
    assert door(snapshot.open_doors([off], at=at), "the consent to").state == "held"
    simulated_tenant.advance(timedelta(minutes=1))
    on = client.enable_service_principal(hostile)
    assert door(snapshot.open_doors([off, on], at=at), "the consent to").state == "open"
    revoked = client.revoke_grant(USER, worst)
    assert door(snapshot.open_doors([off, on, revoked], at=at), "the consent to").state == "closed"


def test_every_write_is_in_the_list_above() -> None:
    named = {name for name in vars(Client) if not name.startswith(("_", "get_", "list_", "find_"))}
    assert set(WRITES) == named - RUNS - QUESTIONS - {
        "close",
        "open_doors",
        "run",
        "snapshot",
        "effective_methods_policy",
        *SHARED,
    }


@pytest.mark.parametrize("write", WRITES)
def test_the_result_of_every_write_counts_as_done(write: str, simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    call, actions = WRITES[write][0], WRITES[write][1].split()
    before = snapshot_before(simulated_tenant, entra_client)
    done = call(entra_client)
    assert all(f'"action":"{action}"' in done._beside for action in actions)
    after = before.open_doors([done], at=before.taken_at + timedelta(hours=2))
    nothing = before.open_doors(at=before.taken_at + timedelta(hours=2))
    # These end nothing that was there: the pass that was deleted is younger than the snapshot.
    ends_nothing = {"require_password_change", "delete_temporary_access_pass", "unblock_sign_in", "enable_device"}
    ends_nothing.add("remove_app_assignment")
    ends_nothing |= {"confirm_user_compromised", "confirm_users_compromised", "dismiss_user_risk", "dismiss_users_risk"}
    assert (states(after) != states(nothing)) == (write not in ends_nothing)
    by = {each.closing_by for each in after.doors} - {None}
    assert by == (set() if write in ends_nothing else set(actions))
    # The receipt alone may know less, never more.
    receipt = getattr(done, "receipt", done)
    assert receipt._beside == done._beside


@pytest.mark.parametrize("write", WRITES)
def test_a_result_that_was_pickled_still_counts(write: str, entra_client: Client) -> None:
    before = entra_client.snapshot(EVERYTHING)
    done = WRITES[write][0](entra_client)
    again = pickle.loads(pickle.dumps(done))
    at = before.taken_at + timedelta(hours=2)
    assert before.open_doors([again], at=at) == before.open_doors([done], at=at)


@pytest.mark.parametrize("write", [name for name in WRITES if "access_pass" not in name or name.startswith("create")])
def test_what_was_not_sent_was_not_done(write: str, simulated_tenant: SimulatedTenant) -> None:
    dry = Client(transport=simulated_tenant, mode="dry-run")
    result = WRITES[write][0](dry)
    # This account never was risky.
    assert result.grade == ("nothing-to-do" if write == "dismiss_user_risk" else "not-sent")
    snapshot = dry.snapshot(EVERYTHING)
    at = snapshot.taken_at + timedelta(days=2000)
    assert snapshot.open_doors([result], at=at).doors == snapshot.open_doors(at=at).doors


def test_reads_and_errors_are_not_results_of_writes(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    simulated_tenant.inject("dropped", method="POST", path="/temporaryAccessPassMethods", after_effect=True)
    with pytest.raises(entra_ir.OutcomeUnknownError) as lost:
        entra_client.create_temporary_access_pass(USER)
    reads: list[Any] = [lost.value, entra_client.get_user(USER), snapshot, None, "block-sign-in", {"action": "block-sign-in"}]
    for each in reads:
        with pytest.raises(TypeError, match=f"ActionDone are needed, not {type(each).__name__}"):
            snapshot.open_doors([each])
        with pytest.raises(TypeError, match="ActionDone are needed"):
            entra_client.open_doors(USER, [each])


def test_an_unknown_outcome_is_recorded_by_hand_and_closes_nothing(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    perhaps = ActionDone.elsewhere("block-sign-in", snapshot.taken_at, grade="unknown")
    told = snapshot.open_doors([perhaps], at=snapshot.taken_at + timedelta(days=1))
    assert told.closing == told.closed == ()
    assert door(told, "the password").state == "unknown"
    assert "may" in door(told, "the password").why


@pytest.mark.parametrize("single", [lambda client: client.block_sign_in(USER), lambda client: client.reset_password(USER)])
def test_a_single_result_is_asked_for_as_a_list(single: Callable[[Client], Any], entra_client: Client) -> None:
    with pytest.raises(TypeError, match=r"as in \[result\]"):
        entra_client.open_doors(USER, single(entra_client))


def test_what_was_done_may_be_any_iterable(entra_client: Client) -> None:
    done = [entra_client.block_sign_in(USER), entra_client.reset_password(USER)]
    snapshot = entra_client.snapshot(USER)
    told = snapshot.open_doors(done)
    assert snapshot.open_doors(iter(done)) == told
    assert snapshot.open_doors(entra_ir.Records(done)) == told
    assert [(each.label, each.state) for each in snapshot.open_doors(reversed(done)).doors] == [
        (each.label, each.state) for each in told.doors
    ]


def test_what_was_done_to_another_account_does_not_count(entra_client: Client) -> None:
    names = ("reset_password", "revoke_sign_in_sessions", "delete_methods", "require_mfa_reregistration", "block_sign_in")
    theirs = [WRITES[name][0](entra_client) for name in (*names, "create_temporary_access_pass")]
    told = entra_client.open_doors(OTHER, theirs)
    assert told.closing == told.closed == ()
    assert states(told) == states(entra_client.open_doors(OTHER))
    assert any(note.startswith(f"{len(theirs)} actions were done to another account") for note in told.notes)
    again = [pickle.loads(pickle.dumps(result)) for result in theirs]
    assert states(entra_client.open_doors(OTHER, again)) == states(told)
    own = entra_client.block_sign_in(entra_client.get_user(OTHER))
    assert entra_client.open_doors(OTHER, [*theirs, own]).closing != ()


@pytest.mark.parametrize("user", [USER, EVERYTHING, OTHER, "alex@contoso.example", "diego@federated.example"])
def test_the_client_and_the_snapshot_tell_the_same(user: str, simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant)
    done = [client.revoke_sign_in_sessions(user), client.delete_methods(user, types=["phone"])]
    snapshot = snapshot_before(simulated_tenant, client, user)
    asked = client.open_doors(user, done)
    assert states(snapshot.open_doors(done, at=asked.now)) == states(asked)
    assert asked.snapshot_taken_at == asked.now

    async def told() -> OpenDoors:
        async with AsyncClient(transport=simulated_tenant) as other:
            return await other.open_doors(user, done)

    waited = asyncio.run(told())
    assert states(snapshot.open_doors(done, at=waited.now)) == states(waited)


def test_later_moments_close_doors_and_never_open_them(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    done = [entra_client.block_sign_in(USER), entra_client.reset_password(USER), entra_client.revoke_sign_in_sessions(USER)]
    ranks: list[dict[str, int]] = []
    for minutes in (1, 6, 16, 96):
        told = snapshot.open_doors(done, at=snapshot.taken_at + timedelta(minutes=minutes))
        ranks.append({each.label: RANK[each.state] for each in told.doors})
        for each in told.closing:
            assert each.until is not None
            assert each.until > told.now
            assert each.closing_by is not None
        for each in told.closed:
            assert each.closed_since is not None
            assert each.closed_since <= told.now
        assert told.all_closed_from == max((each.until for each in told.closing if each.until), default=None)
    for earlier, now in pairwise(ranks):
        assert all(now[label] >= rank for label, rank in earlier.items())
    assert [sum(rank >= 3 for rank in each.values()) for each in ranks] == sorted(
        {sum(rank >= 3 for rank in each.values()) for each in ranks}
    )


def test_which_doors_close_when(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    done = [entra_client.revoke_sign_in_sessions(USER)]

    def state(minutes: int, label: str) -> str:
        return door(snapshot.open_doors(done, at=snapshot.taken_at + timedelta(minutes=minutes)), label).state

    for minutes, cookie, cae, plain in ((1, 2, 2, 2), (10, 4, 2, 2), (20, 4, 4, 2), (100, 4, 4, 4)):
        assert RANK[state(minutes, "browser session that began without a password")] == cookie
        assert RANK[state(minutes, "access token with continuous access evaluation")] == cae
        assert RANK[state(minutes, "access token without continuous access evaluation")] == plain
        assert state(minutes, "the password") == "open"
        assert state(minutes, "passkey (FIDO2)") == "open"
        assert state(minutes, "an application's own session") == "unknown"


def test_more_done_never_opens_what_was_there(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(EVERYTHING)
    at = snapshot.taken_at + timedelta(hours=3)
    done: list[Any] = []
    before = {each.label: RANK[each.state] for each in snapshot.open_doors(at=at).doors}
    for name in ("revoke_sign_in_sessions", "reset_password", "delete_methods", "require_mfa_reregistration", "block_sign_in"):
        done.append(WRITES[name][0](entra_client))
        after = {each.label: RANK[each.state] for each in snapshot.open_doors(done, at=at).doors}
        assert all(after[label] >= rank for label, rank in before.items()), name
        before = after


def test_a_moment_without_a_time_zone_is_refused(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    naive = datetime(2026, 3, 2, 9)
    with pytest.raises(InvalidInputError, match="no time zone"):
        snapshot.open_doors(at=naive)
    with pytest.raises(InvalidInputError, match="no time zone"):
        ActionDone.elsewhere("block-sign-in", naive)
    elsewhere = START.astimezone(tz=datetime.fromisoformat("2026-03-02T09:00:00+05:30").tzinfo)
    assert snapshot.open_doors(at=elsewhere) == snapshot.open_doors(at=START)


@pytest.mark.parametrize("action", get_args(types.ActionWord))
def test_every_action_can_be_recorded_and_makes_sense_of(action: Any, entra_client: Client) -> None:
    record = ActionDone.elsewhere(action, START)
    assert (record.action, record.at, record.grade, record.target) == (action, START, "accepted", {"is": "account"})
    assert pickle.loads(pickle.dumps(record)) == record
    told = entra_client.open_doors(USER, [record])
    assert told.doors
    assert told._repr_html_()


@pytest.mark.parametrize("grade", display.results.GRADES)
def test_how_sure_it_is_is_kept(grade: Any) -> None:
    assert ActionDone.elsewhere("block-sign-in", START, grade=grade).grade == grade


TARGETS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"kinds": ["fido2", "phone"]}, {"is": "methods-of-kinds", "what": ["fido2", "phone"]}),
    ({"ids": ["a"]}, {"is": "methods", "what": [{"id": "a", "grade": "accepted"}]}),
    ({"all_methods": True}, {"is": "all-methods"}),
    ({"device": DEVICE}, {"is": "device", "what": DEVICE}),
    ({"consent": "grant"}, {"is": "consent", "what": "grant"}),
]


@pytest.mark.parametrize(("option", "target"), TARGETS)
def test_to_what_it_was_done(option: dict[str, Any], target: dict[str, Any]) -> None:
    assert ActionDone.elsewhere("delete-methods", START, **option).target == target


@pytest.mark.parametrize("first", range(len(TARGETS)))
@pytest.mark.parametrize("second", range(len(TARGETS)))
def test_it_was_done_to_one_thing(first: int, second: int) -> None:
    if first != second:
        with pytest.raises(TypeError, match="at most one of kinds, ids, all_methods, device, consent"):
            ActionDone.elsewhere("delete-methods", START, **(TARGETS[first][0] | TARGETS[second][0]))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"action": "press-the-button"}, InvalidInputError, '"press-the-button" is not one of'),
        ({"action": ""}, InvalidInputError, "action"),
        ({"grade": "sure"}, InvalidInputError, "grade"),
        ({"kinds": ["retina"]}, InvalidInputError, '"retina" is not one of'),
        ({"kinds": "fido2"}, TypeError, "kinds: a list of str"),
        ({"ids": "abc"}, TypeError, "ids: a list of str"),
        ({"ids": [1]}, TypeError, "ids: a list of str"),
        ({"ids": ["a/b"]}, InvalidInputError, "path separator"),
        ({"ids": [""]}, InvalidInputError, "method id"),
        ({"device": "laptop"}, InvalidInputError, "not a GUID"),
        ({"at": "2026-03-02"}, TypeError, "at"),
        ({"at": None}, TypeError, "at"),
    ],
)
def test_what_cannot_be_is_refused(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    given: dict[str, Any] = {"action": "delete-methods", "at": START} | arguments
    with pytest.raises(error, match=words):
        ActionDone.elsewhere(given.pop("action"), given.pop("at"), **given)


def test_what_was_done_elsewhere_closes_what_it_was_done_to(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    # Not the hybrid joined one: a sync may enable that again.
    phone = next(device for device in snapshot.devices.value or () if device.trust_type == "Workplace")
    at = snapshot.taken_at + timedelta(minutes=1)
    disabled = ActionDone.elsewhere("disable-device", at, device=phone.id)
    told = snapshot.open_doors([disabled], at=at + timedelta(hours=1))
    assert {each.detail["device"] for each in told.closed} == {phone.id}
    keys = ActionDone.elsewhere("delete-methods", at, kinds=["fido2"])
    shut = snapshot.open_doors([keys], at=at + timedelta(hours=1)).closed
    assert [each.detail["method"] for each in shut] == ["fido2"]
    # Nobody says which: no door is called closed.
    some = ActionDone.elsewhere("delete-methods", at)
    assert snapshot.open_doors([some], at=at + timedelta(hours=1)).closed == ()


def test_what_lies_ahead_does_not_count_yet(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    tomorrow = ActionDone.elsewhere("block-sign-in", snapshot.taken_at + timedelta(days=1))
    told = snapshot.open_doors([tomorrow], at=snapshot.taken_at)
    assert told.doors == snapshot.open_doors().doors
    asked = snapshot.taken_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert f"1 action was done after the requested time ({asked}) and not counted" in told.notes[0]
    assert "clocks" not in "".join(told.notes)


def test_by_default_all_that_was_done_counts(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    snapshot = snapshot_before(simulated_tenant, entra_client, USER)
    blocked = entra_client.block_sign_in(USER)
    told = snapshot.open_doors([blocked])
    assert told.now == blocked.exchanges[-1].server_date
    assert told.now > snapshot.taken_at
    assert told.open == ()
    assert {door.closing_by for door in told.closing} == {"block-sign-in"}


def test_what_a_block_alone_shuts_is_held(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    done: list[Any] = [entra_client.block_sign_in(USER)]
    # A token for Graph lives for up to 28 hours.
    told = snapshot.open_doors(done, at=snapshot.taken_at + timedelta(hours=29))
    assert (told.open, told.closing, told.closed) == ((), (), ())
    assert told.held
    assert not told.all_closed
    assert not told.all_closed_in_sight
    assert all(each.only_held and each.closing_by == "block-sign-in" and each.closed_since for each in told.held)
    again = told.if_unblocked()
    assert {each.label for each in told.held} <= {each.label for each in (*again.open, *again.unknown)}
    assert again.if_unblocked() is again
    assert "revoke-sign-in-sessions" in [press.action for press in told.next]
    # A revocation ends the sessions, whatever the block does.
    done.append(entra_client.revoke_sign_in_sessions(USER))
    told = snapshot.open_doors(done, at=snapshot.taken_at + timedelta(hours=3))
    cookie = door(told, "browser session that began without a password")
    assert (cookie.state, cookie.closing_by) == ("closed", "revoke-sign-in-sessions")
    assert door(told, "the password").state == "held"


def test_what_was_given_to_the_rightful_user_is_marked(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    given = [entra_client.reset_password(USER), entra_client.create_temporary_access_pass(USER)]
    assert not any(each.given for each in snapshot.open_doors(given).doors), "nobody contained anything before"
    blocked = ActionDone.elsewhere("block-sign-in", snapshot.taken_at)
    told = snapshot.open_doors([blocked, *given])
    assert {each.kind for each in told.doors if each.given} == {"new-password", "access-pass"}
    changed = ActionDone.elsewhere("change-password", snapshot.taken_at)
    assert not any(each.given for each in snapshot.open_doors([changed]).doors)


def test_a_snapshot_that_shows_a_block_says_what_comes_back(entra_client: Client) -> None:
    entra_client.block_sign_in(USER)
    snapshot = entra_client.snapshot(USER)
    told = snapshot.open_doors(at=snapshot.taken_at + timedelta(hours=3))
    assert door(told, "the password").state == "held"
    assert door(told.if_unblocked(), "the password").state == "open"


def test_a_removal_of_the_same_second_counts(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    removed = entra_client.delete_methods(USER, scope="all-removable")
    assert removed.grade == "confirmed"
    told = snapshot.open_doors([removed], at=snapshot.taken_at + timedelta(hours=2))
    assert {each.state for each in told.doors if each.kind == "method"} == {"closed"}


def test_open_doors_reads_no_risk(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    entra_client.open_doors(USER)
    assert not any("/identityProtection" in request.path for request in simulated_tenant.requests)


def test_what_graph_cannot_show_names_the_place(entra_client: Client) -> None:
    told = entra_client.open_doors(USER)
    out_of_sight = [each for each in told.doors if each.out_of_sight]
    assert out_of_sight
    assert all(each.state in ("open", "unknown", "held", "closing") for each in out_of_sight)
    # Open without a device to disable: a primary refresh token of a client that the directory does not know.
    unregistered = [each for each in out_of_sight if each.state == "open"]
    assert {each.detail["class"] for each in unregistered} == {"password-prt", "other-prt"}
    assert {each.detail["device"] for each in unregistered} == {None}
    assert all("disable-device" not in each.closed_by for each in unregistered)
    places = " ".join(each.place or "" for each in told.unknown)
    for place in ("Exchange admin center", "list_grants", "Per-user MFA"):
        assert place in places


def test_a_replaced_number_is_told(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    before = entra_client.snapshot(USER)
    phone = next(method for method in before.methods.value or () if method.detail.get("phone_type") == "mobile")
    simulated_tenant.advance(timedelta(minutes=5))
    entra_client.delete_methods(USER, types=["phone"])
    simulated_tenant.add_method(USER, "mobile-phone", "+1 4255550666")
    entra_client.block_sign_in(USER)
    after = entra_client.snapshot(USER, risk=False)
    diff = after.diff(before)
    assert diff == before.diff(after)
    assert (diff.before, diff.after, diff.unchanged) == (before.taken_at, after.taken_at, False)
    number = next(change for change in diff.of_part("methods") if change.property == "number")
    assert (number.id, number.kind, number.before, number.after) == (phone.id, "changed", "+1 4255550101", "+1 4255550666")
    enabled = next(change for change in diff.of_part("account") if change.property == "account_enabled")
    assert (enabled.before, enabled.after) == (True, False)
    assert {part.part: part.why for part in diff.unknown}["risk"] == "not read in the later snapshot (unread)"
    assert before.diff(before).unchanged is not False
    html = diff._repr_html_()
    assert "+1 4255550666" in html
    assert "not read in the later snapshot" in html
    assert diff.changes._repr_html_()
    assert [each["what"] for each in diff.to_dicts()] == [change.what for change in diff.changes]
    with pytest.raises(ValueError, match="a snapshot of"):
        after.diff(entra_client.snapshot(OTHER))
    with pytest.raises(TypeError, match="an AccountSnapshot is needed"):
        after.diff(None)  # type: ignore[arg-type]


def test_doors_and_differences_are_printed(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    before = entra_client.snapshot(USER)
    simulated_tenant.add_method(USER, "fido2", "\u202eevil\x1b[31m")
    snapshot = entra_client.snapshot(USER)
    done = [entra_client.block_sign_in(USER), entra_client.revoke_sign_in_sessions(USER)]
    told = snapshot.open_doors(done, at=snapshot.taken_at + timedelta(hours=3))
    head, *rest = str(told).splitlines()
    assert head.startswith(snapshot.user.id)
    revoked = done[1].receipt.exchanges[-1].server_date
    assert revoked is not None
    # Tokens for Graph: hers, and one of the application that she consented to.
    closing = f"2 closing (the last by {revoked + timedelta(hours=28, minutes=5):%Y-%m-%dT%H:%M:%SZ})"
    assert rest[0] == f"{len(told.unknown)} doors unknown, {closing}, {len(told.held)} held, {len(told.closed)} closed"
    assert [line.partition(":")[0] for line in rest[1:4]] == ["the worst", "press next", "if unblocked"]
    assert any(line.startswith("held    by Block sign-in, since") for line in rest)
    assert len(rest) < len(told.doors)
    changes = str(snapshot.diff(before))
    assert "methods           added    passkey (FIDO2)" in changes
    for text in (str(told), changes):
        assert "\u202e" not in text
        assert "\x1b" not in text


def test_a_customer_account_says_what_graph_does_not_list(simulated_tenant: SimulatedTenant, entra_client: Client) -> None:
    customer = next(user for user in simulated_tenant.users if user.kind == "customer")
    told = entra_client.open_doors(customer)
    assert {each.detail.get("what") for each in told.unknown} >= {"customer-methods"}


def test_a_guests_methods_registered_here_are_closed_by_removing_them(
    simulated_tenant: SimulatedTenant, entra_client: Client
) -> None:
    guest = next(user for user in simulated_tenant.users if "#EXT#" in user.user_principal_name)
    simulated_tenant.add_method(guest, "mobile-phone", "+1 4255550666")
    snapshot = snapshot_before(simulated_tenant, entra_client, guest.user_principal_name)
    assert door(snapshot.open_doors(), "phone number").state == "open"
    removed = entra_client.delete_methods(guest, scope="all-removable")
    told = snapshot.open_doors([removed], at=snapshot.taken_at + timedelta(hours=1))
    assert door(told, "phone number").state == "closed"
    assert door(told, "the guest's home tenant").state == "unknown"


def test_a_denied_read_leaves_its_doors_unknown(simulated_tenant: SimulatedTenant) -> None:
    client = Client(transport=simulated_tenant)
    simulated_tenant.inject(403, path="/authentication/methods", times=None)
    simulated_tenant.inject(403, path="/ownedDevices", times=None)
    done = [client.block_sign_in(USER), client.revoke_sign_in_sessions(USER)]
    told = client.open_doors(USER, done)
    assert {each.detail.get("what") for each in told.unknown} >= {"methods-not-read"}


def test_a_pickled_snapshot_says_that_it_is_not_whole(entra_client: Client) -> None:
    snapshot: AccountSnapshot = pickle.loads(pickle.dumps(entra_client.snapshot(USER)))
    assert snapshot.user.user_principal_name == USER
    assert snapshot.devices.value
    assert snapshot._repr_html_()
    with pytest.raises(ValueError, match=r"pickled.*client\.snapshot"):
        snapshot.open_doors()
    with pytest.raises(ValueError, match="take a new one"):
        snapshot.advise("account-takeover")


def test_doors_can_be_kept(entra_client: Client) -> None:
    told = entra_client.open_doors(USER, [entra_client.block_sign_in(USER)])
    again = pickle.loads(pickle.dumps(told))
    assert again == told
    assert again.timeline_svg() == told.timeline_svg()
    assert len(told.to_dicts()) == len(told.doors)
    assert {"state", "label", "why", "until", "closed_by", "began_before"} <= set(told.to_dicts()[0])


@pytest.mark.parametrize("incident", get_args(types.Incident))
@pytest.mark.parametrize("user", [USER, "alex@contoso.example", "grace@contoso.example", "diego@federated.example"])
def test_there_is_advice_for_every_incident(incident: Any, user: str, entra_client: Client) -> None:
    snapshot = entra_client.snapshot(user)
    advice = snapshot.advise(incident)
    assert advice.incident == incident
    assert advice.steps
    for step in advice.steps:
        assert step.reason
        assert step.does_not
        assert step.cost
        assert step.needs
        assert step.source
        assert (step.operation is None) != (step.elsewhere is None)
        assert step.operation is None or callable(getattr(Client, step.operation))
    for item in advice.disagreements:
        assert len(item.positions) >= 2
        assert item.chosen
        assert item.why
        assert all(position.says and position.source for position in item.positions)


def test_advice_on_the_target_that_is_named(entra_client: Client) -> None:
    snapshot = entra_client.snapshot(USER)
    devices = snapshot.devices.value or entra_ir.Records(())
    lost = snapshot.advise("lost-device", device=devices[1].id)
    assert {"is": "device", "what": devices[1].id} in [step.target for step in lost.steps]
    consent = snapshot.advise("malicious-consent", grant="the grant")
    assert {"is": "consent", "what": "the grant"} in [step.target for step in consent.steps]
    assert (lost.device, lost.grant, lost.suspects) == (devices[1].id, None, [])
    assert (consent.device, consent.grant, consent.suspects) == (None, "the grant", [])
    methods = snapshot.methods.value
    assert methods is not None
    registered = snapshot.advise("suspicious-method", suspects=[methods[1].id])
    assert (registered.device, registered.grant, registered.suspects) == (None, None, [methods[1].id])


def test_what_stays_open_is_named_as_doors_are(entra_client: Client) -> None:
    left = entra_client.snapshot(USER).advise("account-takeover").left_open
    assert left
    kinds = {item.kind: item.detail for item in left}
    assert "set_at" in kinds["new-password"]
    assert all(detail.keys().isdisjoint({"is"}) for detail in kinds.values())


@pytest.mark.parametrize(
    ("incident", "options", "error"),
    [
        ("bad-hair-day", {}, InvalidInputError),
        ("lost-device", {"device": "laptop"}, InvalidInputError),
        ("suspicious-method", {"suspects": ["a/b"]}, InvalidInputError),
        ("suspicious-method", {"suspects": "abc"}, TypeError),
    ],
)
def test_a_incident_that_cannot_be_is_refused(
    incident: Any, options: dict[str, Any], error: type[Exception], entra_client: Client
) -> None:
    with pytest.raises(error):
        entra_client.snapshot(USER).advise(incident, **options)


@pytest.mark.parametrize(("table", "columns"), [("sessions", 13), ("methods", 14), ("accounts", 5)])
def test_the_tables_are_whole(table: Any, columns: int) -> None:
    effects = entra_ir.effects(table)
    actions = get_args(types.ActionWord)
    assert {effect.action for effect in effects} == set(actions)
    assert len({effect.on for effect in effects}) == columns
    assert len(effects) == len({(effect.action, effect.on) for effect in effects}) == len(actions) * columns
    for effect in effects:
        assert effect.claim in effect.claims
        assert effect.disputed == (len({claim.effect for claim in effect.claims}) > 1)
        for claim in effect.claims:
            assert claim.source
            assert claim.confidence in get_args(types.Confidence)
            assert claim.within_seconds is None or claim.within_seconds >= 0


def test_the_columns_for_methods_are_the_types(entra_client: Client) -> None:
    assert {effect.on for effect in entra_ir.effects("methods")} == set(get_args(types.MethodKind))


def test_a_table_that_is_not_there() -> None:
    with pytest.raises(InvalidInputError, match="table"):
        entra_ir.effects("furniture")  # type: ignore[arg-type]
