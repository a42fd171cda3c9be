"""What results look like in a notebook: well-formed, escaped, capped, without anything that runs or loads, states in words."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, get_args

import entra_ir
import pytest
from entra_ir import display, types

if TYPE_CHECKING:
    from collections.abc import Sequence

USER = "adele@contoso.example"
EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)"> \'"&'
ALLOWED_TAGS = {
    "b", "bdi", "br", "code", "details", "div", "span", "summary", "table", "tbody", "td", "th", "thead", "tr",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {"style", "scope", "title"}
KINDS = [
    "mobile-phone", "email", "microsoft-authenticator", "passwordless-authenticator", "software-oath", "hardware-oath", "fido2",
    "windows-hello", "platform-credential", "external", "qr-code-pin", "unknown",
]  # fmt: skip


class Page(HTMLParser):
    """Reads a page strictly: what is opened is closed, in order, and nothing is there that is not allowed."""

    tags = ALLOWED_TAGS
    attributes = ALLOWED_ATTRIBUTES

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.outline: list[str] = []
        self.words: list[str] = []
        self.cells: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == [], html

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.tags, tag
        for name, value in attrs:
            assert name in self.attributes, name
            # What stays in sight while a table scrolls lies over nothing else.
            value = (value or "").replace("position:sticky;left:0", "") if name == "style" else value
            assert name == "title" or not re.search(r"url|expression|import|position|@|<|\\", value or "", re.IGNORECASE), value
        self.open.append(tag)
        self.outline.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if {"td", "th"} & set(self.open):
            self.cells[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def page(result: Any) -> Page:
    return Page(result._repr_html_())


def receipt(grade: str, **more: Any) -> entra_ir.Receipt:
    complete = {"is_complete": grade in ("nothing-to-do", "confirmed", "observed")}
    data = {
        "operation": "block_sign_in",
        "target": {"kind": "user", "id": "t"},
        "mechanism": "m",
        "done_by": "m",
        "grade": grade,
        "exchanges": [],
        "warnings": [],
    }
    return entra_ir.Receipt._of(data | complete | more)


def snapshots(client: entra_ir.Client, tenant: entra_ir.SimulatedTenant) -> list[Any]:
    whole = client.snapshot(USER)
    tenant.inject(403, path="/identityProtection", times=None)
    tenant.inject(500, path="/registeredDevices", times=None)
    partial = client.snapshot("elena@contoso.example")
    tenant.clear_faults()
    policy = client.effective_methods_policy(USER)
    return [whole, whole.risk, whole.devices, whole.policy, partial, partial.risk, policy, policy.methods, policy.registered[0]]


def everything(tenant: entra_ir.SimulatedTenant) -> list[Any]:
    client, dry = entra_ir.Client(transport=tenant), entra_ir.Client(transport=tenant, mode="dry-run")
    results = [
        client.get_user(USER),
        client.find_users(USER),
        client.list_methods(USER),
        client.list_methods("kira@contoso.example", include_beta=True),
        *client.list_methods(USER),
        client.list_methods(USER).methods,
        dry.delete_methods(USER, scope="portal-reregister"),
        dry.reset_password(USER),
        dry.create_temporary_access_pass(USER),
        dry.delete_method(USER, "phone", client.list_methods(USER)[1].id),
        client.block_sign_in(USER),
        client.reset_password(USER),
        client.revoke_sign_in_sessions(USER, confirm=True),
        client.require_mfa_reregistration(USER),
        client.revoke_mfa_sessions(USER),
        client.create_temporary_access_pass(USER, lifetime=timedelta(hours=1), one_time=True),
        client.list_temporary_access_passes(USER),
        *client.list_temporary_access_passes(USER),
        client.delete_methods(USER, ids=["unheard-of"]),
        client.delete_methods("kira@contoso.example", scope="all-removable"),
        tenant.users,
        tenant.users[0],
        tenant.requests,
        entra_ir.Records(()),
        *snapshots(client, tenant),
    ]
    deleted = next(item for item in results if isinstance(item, entra_ir.MethodsDeleted) and item.methods)
    reset = next(item for item in results if isinstance(item, entra_ir.PasswordReset))
    results += [deleted.methods, *deleted.methods, reset.receipt.warnings, *reset.receipt.warnings]
    results += [entra_ir.Records([reset, deleted, reset.receipt]), entra_ir.Records([reset, tenant.users[0]])]
    return results


def test_every_result_is_well_formed_and_brings_nothing_that_runs_or_loads(simulated_tenant: entra_ir.SimulatedTenant) -> None:
    for result in everything(simulated_tenant):
        html = result._repr_html_()
        assert Page(html).text
        # The one address is there to be read out.
        assert "http" not in unescape(html).replace("https://aka.ms/mysecurityinfo", "")


def test_no_secret_is_shown(simulated_tenant: entra_ir.SimulatedTenant, entra_client: entra_ir.Client) -> None:
    reset = entra_client.reset_password(USER)
    made = entra_client.create_temporary_access_pass(USER)
    assert reset.password is not None
    assert made.access_pass is not None
    for result in (reset, made):
        html = unescape(result._repr_html_())
        assert reset.password.reveal() not in html
        assert made.access_pass.reveal() not in html
        assert "**********" in html
        assert "reveal()" in html


def test_a_name_of_the_attackers_choice_stays_a_name(simulated_tenant: entra_ir.SimulatedTenant) -> None:
    client = entra_ir.Client(transport=simulated_tenant)
    simulated_tenant.add_user("evil@contoso.example", display_name=EVIL)
    simulated_tenant.add_method("evil@contoso.example", "fido2", EVIL)
    simulated_tenant.add_method("evil@contoso.example", "email", "</td></table>@x.example")
    for result in (
        client.get_user("evil@contoso.example"),
        client.list_methods("evil@contoso.example"),
        client.require_mfa_reregistration("evil@contoso.example"),
        client.delete_methods("evil@contoso.example", scope="all-removable"),
    ):
        shown = page(result)
        assert "<script>alert(1)</script>" in shown.text


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u200b", "\u200f", "\x00", "\x1b", "\n", "\u00ad", "\ud800", "\ufeff"])
def test_nothing_turns_round_or_hides_the_text_beside_it(char: str) -> None:
    html = display.markup.name(f"gpj{char}exe")
    assert char not in html
    assert "gpj\ufffdexe" in Page(html).text
    html.encode()


def test_long_and_stacked_names_keep_their_place(
    simulated_tenant: entra_ir.SimulatedTenant, entra_client: entra_ir.Client
) -> None:
    simulated_tenant.add_method(USER, "fido2", "A" * 10_000)
    html = entra_client.list_methods(USER)._repr_html_()
    assert "A" * (display.markup.LONGEST_NAME + 1) not in html
    assert f"{10_000 - display.markup.LONGEST_NAME:,} characters more" in html
    assert "overflow-wrap:anywhere" in html
    assert Page(display.markup.text("z" + "\u0301" * 500)).text.count("\u0301") == display.markup.MOST_MARKS


def test_rows_are_capped_and_counted(simulated_tenant: entra_ir.SimulatedTenant, entra_client: entra_ir.Client) -> None:
    for number in range(200):
        simulated_tenant.add_method(USER, "fido2", f"key {number}")
    methods = entra_client.list_methods(USER)
    total = len(methods)
    assert page(methods).outline.count("tr") == display.markup.MOST_ROWS + 1
    assert f"and {total - display.markup.MOST_ROWS} more, not shown" in page(methods).text
    assert f"{total} authentication methods" in page(methods).text
    deleted = page(entra_client.delete_methods(USER, scope="all-removable"))
    assert deleted.outline.count("tr") < 3 * display.markup.MOST_ROWS
    assert page(entra_ir.Records(simulated_tenant.users * 10)).outline.count("tr") == display.markup.MOST_ROWS + 1


def test_what_needs_a_responder_is_not_capped_away(
    entra_client: entra_ir.Client, simulated_tenant: entra_ir.SimulatedTenant
) -> None:
    for number in range(100):
        simulated_tenant.add_method(USER, "fido2", f"key {number}")
    simulated_tenant.inject(403, method="DELETE", path="phoneMethods", times=None)
    result = entra_client.delete_methods(USER, scope="all-removable")
    first = next(cell for cell in page(result).cells if cell.startswith("\u25cf"))
    assert first == "\u25cf refused"
    assert "Refused: phone number +1 4255550101 delete_method: Graph answered 403" in page(result).text


def test_every_grade_has_its_own_words_and_a_colour() -> None:
    assert tuple(display.results.GRADES) == get_args(types.Grade)
    assert len({meaning for _, meaning in display.results.GRADES.values()}) == len(display.results.GRADES)
    green = {grade for grade, (colour, _) in display.results.GRADES.items() if colour == display.markup.GREEN}
    assert green == {"nothing-to-do", "confirmed", "observed"}
    assert {grade for grade, (colour, _) in display.results.GRADES.items() if colour == display.markup.RED} == {
        "refused",
        "unknown",
    }
    # It stands for a word that this version does not know.
    assert display.markup.AMBER not in [colour for colour, _ in display.results.GRADES.values()]
    for grade in display.results.GRADES:
        assert headline(receipt(grade)) == (display.results.GRADES[grade][0], grade.replace("-", " "))


@pytest.mark.parametrize("grade", display.results.GRADES)
def test_each_grade_is_told_in_words_and_with_its_meaning(grade: str) -> None:
    words = grade.replace("-", " ")
    assert page(receipt(grade)).text.startswith(f"{words} block sign-in {display.results.GRADES[grade][1]}")


def test_a_newer_grade_and_outcome_are_shown_as_they_are() -> None:
    assert page(receipt("hoped-for")).text.startswith("hoped for block sign-in")
    outcome = entra_ir.MethodOutcome._of({"id": "1", "outcome": {"is": "vanished"}})
    assert "vanished" in page(entra_ir.Records([outcome])).text


@pytest.mark.parametrize("outcome", get_args(types.Outcome))
def test_each_outcome_is_told_in_words(outcome: str) -> None:
    item = entra_ir.MethodOutcome._of({"id": "1", "outcome": {"is": outcome, "why": None}})
    assert outcome in display.results.OUTCOMES
    assert f"\u25cf {outcome.replace('-', ' ')}" in page(entra_ir.Records([item])).cells[4]


@pytest.mark.parametrize("kind", KINDS)
def test_what_signs_in_alone_is_what_the_core_warns_of(kind: Any) -> None:
    tenant = entra_ir.SimulatedTenant.contoso()
    user = "lone@contoso.example"
    tenant.add_user(user)
    added = tenant.add_method(user, kind, "holographicAuthenticationMethod" if kind == "unknown" else "x")
    client = entra_ir.Client(transport=tenant, mode="dry-run")
    method = next(item for item in client.list_methods(user, include_beta=True) if item.id == added)
    # Another type than its own, so that it stays.
    result = client.delete_methods(user, types=["fido2" if method.kind == "email" else "email"])
    warned = "still-signs-in" in [item.code for item in result.receipt.warnings]
    assert (display.results._alone(method) is not None) == warned


def test_every_type_has_a_name() -> None:
    assert set(display.words.vocabulary()["method_kinds"]) == set(get_args(types.MethodKind))


def test_times_are_utc_and_what_is_not_known_is_said(entra_client: entra_ir.Client) -> None:
    shown = page(entra_client.list_methods(USER))
    assert "2025-08-14T09:00:00Z" in shown.cells
    assert "not known" in shown.cells
    assert page(entra_client.revoke_mfa_sessions(USER)).cells[3] == "not read back"


def test_the_outline_of_a_deletion(entra_client: entra_ir.Client) -> None:
    shown = page(entra_client.require_mfa_reregistration(USER))
    order = [
        "confirmed, 1 method still signs in", "require MFA reregistration", "4 removed", "Pixel 9", "What the user has now",
        "YubiKey of Adele",
        "Warning: these methods still sign in with nothing else", "Next", "create_temporary_access_pass",
        "5 requests sent, 4 accepted by Graph",
    ]  # fmt: skip
    places = [shown.text.index(words) for words in order]
    assert places == sorted(places)
    assert shown.outline.count("table") == 5
    assert shown.outline.count("details") == 1


def deleted(grade: str, *remaining: str, outcomes: Sequence[str] = (), **more: Any) -> entra_ir.MethodsDeleted:
    left = [{"id": kind, "kind": kind, "detail": {"type": "other"}, "signs_in_alone": True} for kind in remaining]
    became = [{"id": word, "outcome": {"is": word, "why": None}} for word in outcomes]
    of = receipt(grade, **more)
    data = {"receipt": of._data, "scope": "all-removable", "methods": became, "remaining": left, "is_complete": of.is_complete}
    return entra_ir.MethodsDeleted._of(data)


def headline(result: Any) -> tuple[str, str]:
    """Returns colour and words of the badge."""
    found = re.search(r"background-color:(#\w+)[^>]*>([^<]*)<", result._repr_html_())
    assert found
    return found[1], found[2]


def warned(weight: str, brief: str = "") -> dict[str, Any]:
    return {"warnings": [{"code": "a-code", "message": "a key", "weight": weight, "brief": brief}]}


def test_green_is_only_what_left_nothing_that_signs_in(entra_client: entra_ir.Client) -> None:
    assert headline(deleted("confirmed", "password")) == (display.markup.GREEN, "confirmed")
    assert headline(deleted("nothing-to-do")) == (display.markup.GREEN, "nothing to do")
    assert headline(deleted("confirmed", "password", "fido2")) == (display.markup.AMBER, "confirmed, 1 method still signs in")
    assert headline(deleted("accepted", "fido2", "windows-hello")) == (display.markup.AMBER, "accepted, 2 methods still sign in")
    assert headline(deleted("refused", "fido2")) == (display.markup.RED, "refused, 1 method still signs in")
    assert headline(entra_client.require_mfa_reregistration(USER)) == (display.markup.AMBER, "confirmed, 1 method still signs in")
    again = entra_client.require_mfa_reregistration(USER)
    assert headline(again) == (display.markup.AMBER, "nothing to do, 1 method still signs in")
    # The same in a table of several.
    cells = page(entra_ir.Records([again, again.receipt])).cells
    assert "\u25cf nothing to do, 1 method still signs in" in cells
    assert "\u25cf nothing to do, not all is gone" in cells


@pytest.mark.parametrize("grade", ["nothing-to-do", "confirmed", "observed"])
def test_green_is_only_what_has_nothing_open(grade: str) -> None:
    words = grade.replace("-", " ")
    for outcome in ("still-listed", "refused", "unknown", "not-tried", "unknown-type", "unknown-age", "vanished"):
        assert headline(deleted(grade, outcomes=["removed", outcome])) == (display.markup.AMBER, f"{words}, 1 method not done")
    assert headline(deleted(grade, outcomes=["removed", "already-gone", "not-removable"])) == (display.markup.GREEN, words)
    assert headline(receipt(grade, is_complete=False)) == (display.markup.AMBER, f"{words}, not complete")
    for weight in ("in-vain", "may-remain"):
        assert headline(receipt(grade, **warned(weight, "no effect"))) == (display.markup.AMBER, f"{words}, no effect")
    assert headline(receipt(grade, **warned("harmless"))) == (display.markup.GREEN, words)
    assert headline(receipt(grade, **warned("newer-than-this"))) == (display.markup.AMBER, f"{words}, see the warnings")


def test_a_yes_of_no_avail_is_not_blue() -> None:
    assert headline(receipt("accepted")) == (display.markup.BLUE, "accepted")
    assert headline(receipt("accepted", **warned("may-remain", "sessions go on"))) == (display.markup.BLUE, "accepted")
    assert headline(receipt("accepted", **warned("in-vain", "no use"))) == (display.markup.AMBER, "accepted, no use")
    assert headline(receipt("refused", **warned("in-vain", "no effect here"))) == (display.markup.RED, "refused")
    assert headline(receipt("not-sent", **warned("in-vain", "still signs in"))) == (display.markup.GREY, "not sent")


def test_accounts_that_were_found_are_named(simulated_tenant: entra_ir.SimulatedTenant, entra_client: entra_ir.Client) -> None:
    simulated_tenant.add_user("evil@contoso.example", display_name=EVIL)
    found = entra_client.find_users("evil@contoso.example")
    for shown in (page(found), page(found.users), page(found[0])):
        assert {"evil@contoso.example", EVIL, "allowed"} <= set(shown.cells)
    assert page(found).text.startswith("1 account may match evil@contoso.example")
    assert "none" in page(entra_client.find_users("nobody at all")).text
    assert "give a longer text" in page(entra_ir.UsersFound._of(found._data | {"more": True})).text


def test_a_repaired_name_is_warned_of(entra_client: entra_ir.Client) -> None:
    user = entra_client.get_user(USER)
    assert "Warning" not in page(user).text
    assert "a name may read differently" in page(entra_ir.User._of(user._data | {"repaired": True})).text


def test_what_was_refused_or_not_answered_is_shown_with_its_code() -> None:
    sent = {"method": "DELETE", "path": "/x", "request_id": None, "client_request_id": None, "server_date": None, "attempts": 1}
    each = [sent | {"status": 204}, sent | {"status": 403, "code": "accessDenied"}, sent | {"status": None}]
    shown = page(receipt("refused", exchanges=each, done_by="DELETE of each method"))
    assert "3 requests sent, 1 accepted by Graph" in shown.text
    assert {"204", "\u25cf 403 accessDenied", "\u25cf no answer", "DELETE of each method"} <= set(shown.cells)


def test_ids_are_short_and_whole_for_who_points_at_them(entra_client: entra_ir.Client) -> None:
    methods = entra_client.list_methods(USER)
    html = methods._repr_html_()
    assert page(methods).cells.count("3179e48a\u2026") == 1
    assert 'title="3179e48a-750b-4051-897c-87b9720928f7"' in html


def test_colours_carry_on_white_and_on_near_black() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one: str, other: str) -> float:
        darker, lighter = sorted((light(one), light(other)))
        return (lighter + 0.05) / (darker + 0.05)

    for colour in (
        display.markup.GREEN,
        display.markup.BLUE,
        display.markup.AMBER,
        display.markup.RED,
        display.markup.GREY,
        display.words.VIOLET,
    ):
        assert contrast(colour, "#ffffff") >= 4.5
        assert contrast(colour, "#111111") >= 3
