"""Microsoft's authentication library obtains tokens from the simulated tenant, and Graph there takes them."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import msal

if TYPE_CHECKING:
    from conftest import Authority, Keys

CLAIMS = json.dumps({"access_token": {"nbf": {"essential": True, "value": "1772442000"}}})


def confidential(authority: Authority, credential: Any, **more: Any) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        authority.APP,
        client_credential=credential,
        authority=f"{authority.origin}/{authority.TENANT}",
        instance_discovery=False,
        **more,
    )


def public(authority: Authority, **more: Any) -> msal.PublicClientApplication:
    return msal.PublicClientApplication(
        authority.TOOL,
        authority=f"{authority.origin}/{authority.TENANT}",
        instance_discovery=False,
        **more,
    )


def token_of(answer: dict[str, Any]) -> str:
    assert "access_token" in answer, answer
    return str(answer["access_token"])


def test_a_secret(authority: Authority) -> None:
    application = confidential(authority, authority.SECRET)
    answer = application.acquire_token_for_client([authority.SCOPE])
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3599)
    authority.reads_but_does_not_write(token_of(answer))
    assert application.acquire_token_for_client([authority.SCOPE])["token_source"] == "cache"


def test_a_wrong_secret(authority: Authority) -> None:
    answer = confidential(authority, "wrong").acquire_token_for_client([authority.SCOPE])
    assert (answer["error"], answer["error_codes"]) == ("invalid_client", [7000215])


def test_a_certificate(authority: Authority, keys: Keys) -> None:
    credential = {"private_key": keys.private, "public_certificate": keys.certificate}
    authority.reads_but_does_not_write(token_of(confidential(authority, credential).acquire_token_for_client([authority.SCOPE])))


def test_claims(authority: Authority) -> None:
    application = confidential(authority, authority.SECRET, client_capabilities=["cp1"])
    first = application.acquire_token_for_client([authority.SCOPE])
    assert first["expires_in"] == 86399, "a client that understands challenges gets a long token"
    second = application.acquire_token_for_client([authority.SCOPE], claims_challenge=CLAIMS)
    assert second["token_source"] == "identity_provider"
    authority.reads_but_does_not_write(token_of(second))


def test_a_device_code_and_its_refresh_token(authority: Authority) -> None:
    application = public(authority)
    flow = application.initiate_device_flow([authority.SCOPE])
    assert flow["verification_uri"] == f"{authority.origin}/devicelogin"
    authority.type_code(flow["user_code"], user="responder@contoso.example")
    answer = application.acquire_token_by_device_flow(flow)
    token = token_of(answer)
    assert answer["id_token_claims"]["preferred_username"] == "responder@contoso.example"
    assert authority.call(token, "POST", "/v1.0/users/adele@contoso.example/revokeSignInSessions") == 200
    (account,) = application.get_accounts()
    scopes = [authority.SCOPE]
    again = application.acquire_token_silent_with_error(scopes, account, force_refresh=True)
    assert token_of(again) != token

    # Sessions are compared by whole seconds.
    time.sleep(1)
    # As soon as somebody else revokes the sessions, the refresh token is refused.
    app_only = token_of(tool(authority).acquire_token_for_client(scopes))
    assert authority.call(app_only, "POST", "/v1.0/users/responder@contoso.example/revokeSignInSessions") == 200
    refused = application.acquire_token_silent_with_error(scopes, account, force_refresh=True)
    assert refused["error"] == "invalid_grant"
    assert "AADSTS50173" in refused["error_description"]


def tool(authority: Authority) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        authority.TOOL,
        client_credential="secret-of-the-simulated-tenant",
        authority=f"{authority.origin}/{authority.TENANT}",
        instance_discovery=False,
    )


def test_a_device_code_that_is_declined(authority: Authority) -> None:
    application = public(authority)
    flow = application.initiate_device_flow([authority.SCOPE])
    authority.type_code(flow["user_code"], decline="yes")
    assert application.acquire_token_by_device_flow(flow)["error"] == "authorization_declined"
