"""The credentials of the Azure SDK obtain tokens from the simulated tenant, and Graph there takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    CertificateCredential,
    ClientSecretCredential,
    DeviceCodeCredential,
    WorkloadIdentityCredential,
)
from conftest import assertion

if TYPE_CHECKING:
    import datetime
    import pathlib

    from conftest import Authority, Keys


@pytest.fixture
def options(authority: Authority) -> dict[str, Any]:
    """Returns the options of every credential."""
    return {"authority": authority.origin, "disable_instance_discovery": True, "retry_total": 0}


def test_a_secret(authority: Authority, options: dict[str, Any]) -> None:
    credential = ClientSecretCredential(authority.TENANT, authority.APP, authority.SECRET, **options)
    authority.reads_but_does_not_write(credential.get_token(authority.SCOPE).token)


def test_a_wrong_secret(authority: Authority, options: dict[str, Any]) -> None:
    credential = ClientSecretCredential(authority.TENANT, authority.APP, "wrong", **options)
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential.get_token(authority.SCOPE)


def test_another_tenant(authority: Authority, options: dict[str, Any]) -> None:
    credential = ClientSecretCredential("fabrikam.example", authority.APP, authority.SECRET, **options)
    with pytest.raises(ClientAuthenticationError, match=r"fabrikam\.example"):
        credential.get_token(authority.SCOPE)


def test_a_certificate(authority: Authority, options: dict[str, Any], keys: Keys) -> None:
    data = (keys.private + keys.certificate).encode()
    credential = CertificateCredential(authority.TENANT, authority.APP, certificate_data=data, **options)
    authority.reads_but_does_not_write(credential.get_token(authority.SCOPE).token)


def test_a_device_code(authority: Authority, options: dict[str, Any]) -> None:
    def prompt(address: str, user_code: str, _: datetime.datetime) -> None:
        assert address == f"{authority.origin}/devicelogin"
        authority.type_code(user_code, user="responder@contoso.example")

    credential = DeviceCodeCredential(authority.TOOL, tenant_id=authority.TENANT, prompt_callback=prompt, **options)
    token = credential.get_token(authority.SCOPE, enable_cae=True).token
    assert authority.call(token, "POST", "/v1.0/users/adele@contoso.example/revokeSignInSessions") == 200
    assert authority.call(token, "GET", "/v1.0/me") == 200


def test_a_workload_identity(authority: Authority, options: dict[str, Any], keys: Keys, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "token"
    credential = WorkloadIdentityCredential(
        tenant_id=authority.TENANT, client_id=authority.APP, token_file_path=str(file), **options
    )
    file.write_text(assertion(keys, iss=authority.ISSUER, sub=authority.SUBJECT))
    authority.reads_but_does_not_write(credential.get_token(authority.SCOPE).token)


def test_a_workload_identity_that_is_not_trusted(
    authority: Authority, options: dict[str, Any], keys: Keys, tmp_path: pathlib.Path
) -> None:
    file = tmp_path / "token"
    credential = WorkloadIdentityCredential(
        tenant_id=authority.TENANT, client_id=authority.APP, token_file_path=str(file), **options
    )
    file.write_text(assertion(keys, iss=authority.ISSUER, sub="system:serviceaccount:tests:somebody"))
    with pytest.raises(ClientAuthenticationError, match="AADSTS700213"):
        credential.get_token(authority.SCOPE)
