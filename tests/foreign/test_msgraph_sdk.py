"""Microsoft's Python client does to the simulated tenant what it does to Graph."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from azure.core.credentials import AccessToken
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.fido2_authentication_method import (
    Fido2AuthenticationMethod,
)
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.temporary_access_pass_authentication_method import (
    TemporaryAccessPassAuthenticationMethod,
)
from msgraph.generated.models.user import User
from msgraph.generated.users.item.authentication.methods.item.reset_password.reset_password_post_request_body import (
    ResetPasswordPostRequestBody,
)
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from conftest import Tenant

T = TypeVar("T")

USER = "adele@contoso.example"
BEGINNING = "2026-03-02T09:0"
PASSWORD = "28c10230-6103-485e-b985-444c60001490"


class AnyToken:
    """A credential whose token is always the same."""

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken("simulated", int(time.time()) + 3600)

    def close(self) -> None:
        """Has nothing to close."""


def run(tenant: Tenant, work: Callable[[GraphServiceClient], Awaitable[T]]) -> T:
    """Runs calls of a client of its own, which lives in one event loop."""

    async def main() -> T:
        scopes = ["https://graph.microsoft.com/.default"]
        provider = AzureIdentityAuthenticationProvider(AnyToken(), scopes=scopes, allowed_hosts=["127.0.0.1"])
        adapter = GraphRequestAdapter(provider)
        adapter.base_url = f"{tenant.origin}/v1.0"
        return await work(GraphServiceClient(request_adapter=adapter))

    return asyncio.run(main())


def test_it_blocks_and_unblocks(tenant: Tenant) -> None:
    for enabled in (False, True):
        run(tenant, lambda graph, enabled=enabled: graph.users.by_user_id(USER).patch(User(account_enabled=enabled)))
        assert tenant.user(USER)["accountEnabled"] is enabled


def test_it_sets_a_password(tenant: Tenant) -> None:
    profile = PasswordProfile(password="a-long-Phrase-4-You", force_change_password_next_sign_in=True)
    run(tenant, lambda graph: graph.users.by_user_id(USER).patch(User(password_profile=profile)))
    user = tenant.user(USER)
    assert user["lastPasswordChangeDateTime"].startswith(BEGINNING)
    assert user["passwordProfile"]["forceChangePasswordNextSignIn"] is True


def test_it_resets_the_password_by_the_action(tenant: Tenant) -> None:
    body = ResetPasswordPostRequestBody(new_password="a-long-Phrase-4-You")
    run(
        tenant,
        lambda graph: (
            graph.users.by_user_id(USER).authentication.methods.by_authentication_method_id(PASSWORD).reset_password.post(body)
        ),
    )
    assert tenant.user(USER)["lastPasswordChangeDateTime"].startswith(BEGINNING)


def test_it_revokes_the_sessions(tenant: Tenant) -> None:
    answer = run(tenant, lambda graph: graph.users.by_user_id(USER).revoke_sign_in_sessions.post())
    assert answer.value is True
    assert tenant.user(USER)["signInSessionsValidFromDateTime"].startswith(BEGINNING)


def test_it_lists_methods_and_deletes_one(tenant: Tenant) -> None:
    listed = run(tenant, lambda graph: graph.users.by_user_id(USER).authentication.methods.get())
    assert {method.id for method in listed.value} >= set(tenant.methods(USER).values())
    key = next(method for method in listed.value if isinstance(method, Fido2AuthenticationMethod))
    assert (key.display_name, key.id) == ("YubiKey of Adele", tenant.methods(USER)["fido2AuthenticationMethod"])
    run(
        tenant,
        lambda graph: (
            graph.users.by_user_id(USER).authentication.fido2_methods.by_fido2_authentication_method_id(key.id).delete()
        ),
    )
    assert "fido2AuthenticationMethod" not in tenant.methods(USER)


def test_it_creates_a_pass(tenant: Tenant) -> None:
    wanted = TemporaryAccessPassAuthenticationMethod(lifetime_in_minutes=60, is_usable_once=True)
    made = run(
        tenant,
        lambda graph: graph.users.by_user_id(USER).authentication.temporary_access_pass_methods.post(wanted),
    )
    assert made.temporary_access_pass
    assert (made.lifetime_in_minutes, made.is_usable) == (60, True)
    assert tenant.methods(USER)["temporaryAccessPassAuthenticationMethod"] == made.id


def test_it_finds_a_user_by_an_address(tenant: Tenant) -> None:
    query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        filter="proxyAddresses/any(p:p eq 'smtp:adele@contoso.example')", count=True, select=["id", "mail"]
    )
    configuration = RequestConfiguration(query_parameters=query)
    configuration.headers.add("ConsistencyLevel", "eventual")
    found = run(tenant, lambda graph: graph.users.get(request_configuration=configuration))
    assert (found.odata_count, found.value[0].mail) == (1, "adele.vance@contoso.example")
    assert found.value[0].id == tenant.user(USER)["id"]


def test_it_lists_users_in_pages(tenant: Tenant) -> None:
    async def all_of_them(graph: GraphServiceClient) -> list[User]:
        query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(top=10)
        page = await graph.users.get(request_configuration=RequestConfiguration(query_parameters=query))
        users = list(page.value)
        while page.odata_next_link:
            page = await graph.users.with_url(page.odata_next_link).get()
            users.extend(page.value)
        return users

    listed = tenant.get("/v1.0/users?$top=999")["value"]
    assert [user.id for user in run(tenant, all_of_them)] == [user["id"] for user in listed]


def test_it_sees_what_a_user_owns(tenant: Tenant) -> None:
    owned = run(tenant, lambda graph: graph.users.by_user_id("olga@contoso.example").owned_objects.graph_group.get())
    assert [(group.display_name, group.is_assignable_to_role) for group in owned.value] == [("Identity operators", True)]


def test_an_unknown_user_is_a_typed_error(tenant: Tenant) -> None:
    with pytest.raises(ODataError) as caught:
        run(tenant, lambda graph: graph.users.by_user_id("nobody@contoso.example").get())
    assert (caught.value.response_status_code, caught.value.error.code) == (404, "Request_ResourceNotFound")
    assert caught.value.error.inner_error.request_id


def test_a_name_with_an_apostrophe_is_found(tenant: Tenant) -> None:
    user = run(tenant, lambda graph: graph.users.by_user_id("o'neil@contoso.example").get())
    assert user.display_name == "Shaun O'Neil"
