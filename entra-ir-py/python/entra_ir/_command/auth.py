"""The credential that `--auth` names, with the values of the environment variables that azure-identity reads."""

from __future__ import annotations

import os
import re
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from .. import _credentials
from .exits import UsageError

if TYPE_CHECKING:
    from typing import Any

# What may follow each way after a colon: nothing, a value that is needed, or one that may be given.
NOTHING, NEEDED, OPTIONAL = range(3)
WAYS = {
    "azure-identity": NOTHING,
    "azure-cli": NOTHING,
    "client-certificate": OPTIONAL,
    "client-secret": NOTHING,
    "device-code": NOTHING,
    "env": NEEDED,
    "managed-identity": OPTIONAL,
    "workload-identity": NOTHING,
}
HELP = (
    "azure-identity (its DefaultAzureCredential, the default), azure-cli, client-certificate[:FILE], client-secret, device-code, "
    "managed-identity[:CLIENT_ID], workload-identity, env:NAME for a token in an environment variable, or chain:WAY,WAY; "
    "tenant, application and secrets are read from the AZURE_... variables"
)


def auth_way(text: str) -> str:
    """Checks what `--auth` names. A message does not repeat the text: somebody may have given a token."""
    ways = text.removeprefix("chain:").split(",") if text.startswith("chain:") else [text]
    if all(map(_is_way, ways)):
        return text
    names = ", ".join(sorted(WAYS.keys() - {"env"}))
    raise ArgumentTypeError(
        f"write azure-identity, or env:NAME with the name of an environment variable that holds the token, or one of {names}, "
        "or chain: with several of them"
    )


def _is_way(text: str) -> bool:
    way, colon, value = text.partition(":")
    if way == "env":
        return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value) is not None
    return way in WAYS and bool(colon) == bool(value) and (not value or WAYS[way] != NOTHING)


def credential(text: str) -> Any:
    """Returns the credential that `--auth` names."""
    if text.startswith("chain:"):
        return _credentials.Chain(*map(credential, text.removeprefix("chain:").split(",")))
    way, _, value = text.partition(":")
    if way == "env":
        return _credentials.StaticToken(_needed(f"env:{value}", value, "put an access token for Graph in it"))
    if way == "azure-identity":
        return _azure_identity()
    if way == "managed-identity":
        return _credentials.ManagedIdentity(client_id=value or os.environ.get("AZURE_CLIENT_ID") or None)
    if way == "azure-cli":
        return _credentials.AzureCli(tenant_id=os.environ.get("AZURE_TENANT_ID") or None)
    tenant = _needed(way, "AZURE_TENANT_ID", "put the tenant's id or a domain of it in it")
    client = _needed(way, "AZURE_CLIENT_ID", "put the application's (client) id in it")
    authority = _authority()
    if way == "client-secret":
        secret = _needed(way, "AZURE_CLIENT_SECRET", "put the value of a client secret in it")
        return _credentials.ClientSecret(tenant, client, secret, authority=authority)
    if way == "client-certificate":
        file = value or _needed(way, "AZURE_CLIENT_CERTIFICATE_PATH", "put the path of a PEM or PFX file in it")
        password = os.environ.get("AZURE_CLIENT_CERTIFICATE_PASSWORD") or None
        return _credentials.ClientCertificate(tenant, client, file, password=password, authority=authority)
    if way == "workload-identity":
        file = _needed(way, "AZURE_FEDERATED_TOKEN_FILE", "put the path of the file with the provider's token in it")
        return _credentials.WorkloadIdentity(tenant, client, file, authority=authority)
    return _credentials.DeviceCode(tenant, client, authority=authority)


def _needed(way: str, name: str, advice: str) -> str:
    """Returns the value of an environment variable that is needed."""
    value = os.environ.get(name)
    if not value:
        said = "the environment variable is empty" if way == f"env:{name}" else f"the environment variable {name} is empty"
        raise UsageError(f"--auth {way}: {said}", advice)
    return value


def _authority() -> str | None:
    """Returns the authority that is set, which azure-identity takes with or without its scheme."""
    given = os.environ.get("AZURE_AUTHORITY_HOST")
    if not given:
        return None
    return given if "://" in given else f"https://{given}"


def _azure_identity() -> Any:
    from importlib import import_module

    try:
        return import_module("azure.identity").DefaultAzureCredential()
    except ImportError:
        advice = "pip install azure-identity, or give another --auth, or --simulated to try it out"
        raise UsageError("azure-identity is not installed", advice) from None
