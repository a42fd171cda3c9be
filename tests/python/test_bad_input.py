"""What cannot be used is refused before anything is sent, and the error says what can."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any

import pytest
from entra_ir import AsyncClient, Client, ConfigError, InvalidInputError, Secret, SimulatedTenant, StaticToken

USER = "adele@contoso.example"
NAIVE = datetime(2026, 3, 1, 9, 0)


class Nowhere(tzinfo):
    """Is a time zone that does not know its offset; Python takes such a datetime as naive, too."""

    def utcoffset(self, _moment: datetime | None) -> None:
        return None

    dst = utcoffset

    def tzname(self, _moment: datetime | None) -> str:
        return "nowhere"


NOWHERE = NAIVE.replace(tzinfo=Nowhere())
FAR = datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))
KINDS = ["fido2", "phone", "password"]


def told(error: BaseException) -> str:
    """What a traceback shows of an error: its text and its notes."""
    return "\n".join([str(error), *getattr(error, "__notes__", [])])


def check(error: Exception, named: list[str]) -> None:
    assert [word for word in named if word not in told(error)] == []
    if isinstance(error, InvalidInputError):
        assert str(error).endswith("Next: correct the value and call again")
        assert error.advice == "correct the value and call again"


# Options of a client, the error, and what it has to name.
CLIENT: list[tuple[dict[str, Any], type[Exception], list[str]]] = [
    ({"cloud": "mars"}, InvalidInputError, ["cloud", "global", "us-gov-l4", "us-gov-l5", "china"]),
    ({"cloud": 5}, TypeError, ["cloud", "str"]),
    ({"mode": "pretend"}, InvalidInputError, ["mode", "send", "dry-run", "read-only"]),
    ({"mode": None}, TypeError, ["mode", "str"]),
    ({"timeout": 3}, TypeError, ["timeout", "timedelta"]),
    ({"timeout": timedelta(0)}, InvalidInputError, ["timeout", "more than zero"]),
    ({"timeout": timedelta(seconds=-1)}, InvalidInputError, ["timeout", "timedelta"]),
    ({"max_attempts": 0}, InvalidInputError, ["max_attempts", "1 or more"]),
    ({"max_attempts": -1}, InvalidInputError, ["max_attempts", "1 or more"]),
    ({"max_attempts": 2**40}, InvalidInputError, ["max_attempts"]),
    ({"max_attempts": "3"}, TypeError, ["max_attempts", "int"]),
    ({"max_attempts": 1.5}, TypeError, ["max_attempts", "int"]),
    ({"user_agent": 3}, TypeError, ["user_agent", "str"]),
    ({"user_agent": "two\nlines"}, ConfigError, ["user agent"]),
    ({"protected": "breakglass@contoso.example"}, TypeError, ["protected", "list of str"]),
    ({"protected": 5}, TypeError, ["protected", "list of str"]),
    ({"protected": [5]}, TypeError, ["protected", "list of str"]),
    ({"protected": [""]}, ConfigError, ["protected"]),
    ({"protect_caller": "yes"}, TypeError, ["protect_caller", "bool"]),
    ({"graph_endpoint": 4}, TypeError, ["graph_endpoint", "str"]),
    ({"graph_endpoint": "http://graph.example"}, ConfigError, ["https"]),
    ({"graph_endpoint": "nonsense"}, ConfigError, ["https://graph.microsoft.com"]),
    ({"credential": 5}, TypeError, ["credential", "get_token", "callable", "StaticToken", "int"]),
    ({"transport": "graph"}, TypeError, ["transport", "SimulatedTenant"]),
    ({"credential": StaticToken("t"), "transport": None, "cloud": "mars"}, InvalidInputError, ["cloud"]),
    ({"transport": None}, ConfigError, ["credential", "azure-identity", "StaticToken", "SimulatedTenant"]),
]
# Operations, arguments beside the user, the error, and what it has to name.
CALLS: list[tuple[str, dict[str, Any], type[Exception], list[str]]] = [
    ("list_methods", {"include_beta": "yes"}, TypeError, ["include_beta", "bool"]),
    ("revoke_sign_in_sessions", {"confirm": "yes"}, TypeError, ["confirm", "timedelta"]),
    ("revoke_sign_in_sessions", {"confirm": 3}, TypeError, ["confirm", "timedelta"]),
    ("revoke_sign_in_sessions", {"confirm": timedelta(-1)}, InvalidInputError, ["confirm"]),
    ("revoke_mfa_sessions", {"confirm": None}, TypeError, ["confirm", "timedelta"]),
    ("reset_password", {"password": 5}, TypeError, ["password", "str", "Secret", "int"]),
    ("reset_password", {"password": ""}, InvalidInputError, ["password", "empty"]),
    ("reset_password", {"password": "short"}, InvalidInputError, ["password", "8 characters"]),
    ("reset_password", {"password": "Long-enough-0815", "generated_by_entra": True}, TypeError, ["password", "not both"]),
    ("reset_password", {"force_change": "soon"}, InvalidInputError, ["force_change", "next-sign-in", "with-mfa", "never"]),
    ("reset_password", {"force_change": None}, TypeError, ["force_change"]),
    ("reset_password", {"way": "post"}, InvalidInputError, ["way", "write-back", "password-profile"]),
    ("delete_methods", {}, TypeError, ["scope", "types", "ids", "registered_since"]),
    ("delete_methods", {"scope": "all-removable", "types": ["phone"]}, TypeError, ["exactly one"]),
    ("delete_methods", {"scope": "everything"}, InvalidInputError, ["scope", "portal-reregister", "all-removable"]),
    ("delete_methods", {"scope": 5}, TypeError, ["scope", "str"]),
    ("delete_methods", {"types": "phone"}, TypeError, ["types", "list of str"]),
    ("delete_methods", {"types": 5}, TypeError, ["types", "list of str"]),
    ("delete_methods", {"types": ["carrier-pigeon"]}, InvalidInputError, ["method type", *KINDS]),
    ("delete_methods", {"ids": ["a/b"]}, InvalidInputError, ["method id", "path separator"]),
    ("delete_methods", {"ids": [b"a"]}, TypeError, ["ids", "list of str"]),
    ("delete_methods", {"registered_since": NAIVE}, InvalidInputError, ["registered_since", "time zone", "timezone.utc"]),
    ("delete_methods", {"registered_since": NOWHERE}, InvalidInputError, ["registered_since", "time zone"]),
    ("delete_methods", {"registered_since": date(2026, 3, 1)}, TypeError, ["registered_since", "aware datetime", "date"]),
    ("delete_methods", {"registered_since": FAR}, InvalidInputError, ["registered_since", "out of range"]),
    ("delete_method", {"kind": "carrier-pigeon", "id": "x"}, InvalidInputError, ["method type", *KINDS]),
    ("delete_method", {"kind": "phone", "id": ""}, InvalidInputError, ["method id", "empty"]),
    ("delete_method", {"kind": "phone", "id": 5}, TypeError, ["id", "str"]),
    ("deactivate_hardware_oath", {"id": None}, TypeError, ["id", "str"]),
    ("create_temporary_access_pass", {"lifetime": 60}, TypeError, ["lifetime", "timedelta"]),
    ("create_temporary_access_pass", {"lifetime": timedelta(0)}, InvalidInputError, ["lifetime", "10 to 43200"]),
    ("create_temporary_access_pass", {"lifetime": timedelta(-1)}, InvalidInputError, ["lifetime"]),
    ("create_temporary_access_pass", {"lifetime": timedelta(days=31)}, InvalidInputError, ["lifetime", "43200"]),
    ("create_temporary_access_pass", {"starts_at": NAIVE}, InvalidInputError, ["starts_at", "time zone"]),
    ("create_temporary_access_pass", {"starts_at": "now"}, TypeError, ["starts_at", "aware datetime"]),
    ("create_temporary_access_pass", {"one_time": "yes"}, TypeError, ["one_time", "bool"]),
    ("delete_temporary_access_pass", {"id": 4}, TypeError, ["id", "str"]),
]
SIMULATOR: list[tuple[str, dict[str, Any], type[Exception], list[str]]] = [
    ("add_user", {"user_principal_name": "x@contoso.example", "kind": "robot"}, InvalidInputError, ["kind", "cloud", "customer"]),
    ("add_user", {"user_principal_name": "x@contoso.example", "roles": "Global Reader"}, TypeError, ["roles", "list"]),
    ("add_user", {"user_principal_name": "x@contoso.example", "roles": ["King"]}, InvalidInputError, ["Global Reader"]),
    ("add_user", {"user_principal_name": "x@contoso.example", "id": "7"}, InvalidInputError, ["object id", "GUID"]),
    ("add_user", {"user_principal_name": "x@contoso.example", "password": 5}, TypeError, ["password", "Secret"]),
    ("add_method", {"user": "nobody@contoso.example", "kind": "fido2"}, InvalidInputError, ["nobody"]),
    ("add_method", {"user": USER, "kind": "carrier-pigeon"}, InvalidInputError, ["kind", "mobile-phone", "fido2"]),
    ("add_method", {"user": USER, "kind": "fido2", "registered": NAIVE}, InvalidInputError, ["registered", "time zone"]),
    ("add_method", {"user": USER, "kind": "fido2", "id": "a/b"}, InvalidInputError, ["method id", "path separator"]),
    ("advance", {"by": 5}, TypeError, ["by", "timedelta"]),
    ("advance", {"by": timedelta(-1)}, InvalidInputError, ["by"]),
    ("set_read_delay", {"delay": timedelta(-1)}, InvalidInputError, ["delay"]),
    ("set_caller", {"roles": ["Global Reader"]}, InvalidInputError, ["roles", "application"]),
    ("set_caller", {"user": USER, "roles": ["King"]}, InvalidInputError, ["role", "Helpdesk Administrator"]),
    ("set_caller", {"permissions": "User.Read.All"}, TypeError, ["permissions", "list of str"]),
    ("inject", {"fault": 200}, InvalidInputError, ["fault", "400 to 599"]),
    ("inject", {"fault": "earthquake"}, InvalidInputError, ["fault", "dropped", "truncated"]),
    ("inject", {"fault": timedelta(-1)}, InvalidInputError, ["fault"]),
    ("inject", {"fault": None}, TypeError, ["fault", "timedelta"]),
    ("inject", {"fault": 503, "times": 0}, InvalidInputError, ["times", "1 or more"]),
    ("inject", {"fault": 503, "after": -1}, InvalidInputError, ["after", "0 or more"]),
    ("inject", {"fault": 503, "method": "no method"}, InvalidInputError, ["method"]),
]


@pytest.mark.parametrize("client", [Client, AsyncClient])
@pytest.mark.parametrize(("options", "kind", "named"), CLIENT, ids=lambda value: str(value)[:60])
def test_options_of_a_client(
    client: type[Client | AsyncClient], options: dict[str, Any], kind: type[Exception], named: list[str]
) -> None:
    with pytest.raises(kind) as caught:
        client(**{"transport": SimulatedTenant(), **options})
    check(caught.value, named)


@pytest.mark.parametrize(("operation", "arguments", "kind", "named"), CALLS, ids=lambda value: str(value)[:60])
def test_arguments_of_an_operation(
    simulated_tenant: SimulatedTenant,
    entra_client: Client,
    operation: str,
    arguments: dict[str, Any],
    kind: type[Exception],
    named: list[str],
) -> None:
    with pytest.raises(kind) as caught:
        getattr(entra_client, operation)(USER, **arguments)
    check(caught.value, named)
    assert list(simulated_tenant.requests) == []


@pytest.mark.parametrize("user", [5, None, b"x", "", "a/b", "x"])
def test_a_user_is_a_name_or_a_user(simulated_tenant: SimulatedTenant, entra_client: Client, user: Any) -> None:
    with pytest.raises(ValueError if isinstance(user, str) else TypeError, match=r"^(refused before sending: )?user: "):
        entra_client.block_sign_in(user)
    assert list(simulated_tenant.requests) == []


@pytest.mark.parametrize(("method", "arguments", "kind", "named"), SIMULATOR, ids=lambda value: str(value)[:60])
def test_arguments_of_the_simulated_tenant(
    simulated_tenant: SimulatedTenant, method: str, arguments: dict[str, Any], kind: type[Exception], named: list[str]
) -> None:
    with pytest.raises(kind) as caught:
        getattr(simulated_tenant, method)(**arguments)
    check(caught.value, named)


def test_what_the_types_allow_is_taken(entra_client: Client) -> None:
    """A user as a result, a Secret as password, any iterable of words, a datetime in any zone."""
    user = entra_client.get_user(USER)
    entra_client.reset_password(user, password=Secret("Chosen-by-hand-0815"))
    entra_client.delete_methods(user, types={"phone": None})
    entra_client.delete_methods(user, registered_since=datetime(2026, 3, 1, tzinfo=UTC))
    entra_client.revoke_sign_in_sessions(user, confirm=timedelta(seconds=1))


@pytest.mark.parametrize("text", [5, b"bytes", None])
def test_a_secret_is_text(text: Any) -> None:
    with pytest.raises(TypeError, match="str"):
        Secret(text)
    with pytest.raises(TypeError, match="token: a str or a Secret is needed"):
        StaticToken(text)
