"""Credentials: the protocols that a client takes, a token from elsewhere, and the core's ways to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from . import _native, _record

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from os import PathLike

    from ._native import Secret, Way
    from ._words import CallerKind


@runtime_checkable
class TokenCredential(Protocol):
    """Any credential object with the protocol of azure-identity, synchronous or asynchronous."""

    def get_token(self, *scopes: str, **kwargs: Any) -> Any:
        """Returns an object with `token` and `expires_on` (seconds since 1970), or an awaitable of one."""


class TokenInfoCredential(Protocol):
    """Any credential object with azure-core's newer protocol; most have both."""

    def get_token_info(self, *scopes: str, options: Any = None) -> Any:
        """Returns an object with `token` and `expires_on`, or an awaitable of one."""


class StaticToken:
    """Holds one token that was obtained elsewhere, until it is refused.

    Args:
        token: The access token for Microsoft Graph.
        speaks_for: The kind of caller; if nothing is given, Graph is asked when it matters.

    Example:
        >>> StaticToken("eyJ0eXAi...")
        StaticToken(Secret('**********'))
    """

    __slots__ = ("_token", "speaks_for")

    def __init__(self, token: str | Secret, *, speaks_for: CallerKind | None = None) -> None:
        """Wraps the token."""
        from ._calls import secret_of

        try:
            secret = secret_of("token", token)
        finally:
            del token
        if secret is None:
            raise TypeError("token: a str or a Secret is needed, not NoneType")
        self._token = secret
        self.speaks_for = speaks_for

    def __repr__(self) -> str:
        """Returns a form without the token."""
        # A traceback of its creation may show it, when it has no token yet.
        return f"StaticToken({getattr(self, '_token', None)!r})"


class CoreWay:
    """A way to sign in that the core has."""

    __slots__ = ("_way",)

    def __init__(self, way: Way) -> None:
        self._way = way

    def __repr__(self) -> str:
        """Returns a form without secrets."""
        return f"{type(self).__name__}(...)"

    def __reduce__(self) -> tuple[object, ...]:
        """Refuses: it holds secrets."""
        raise TypeError(f"a {type(self).__name__} cannot be pickled or copied: make one in each process")


class ClientSecret(CoreWay):
    """Signs an application in with a client secret.

    A secret can be copied and expires unnoticed: prefer `ClientCertificate`, or `WorkloadIdentity`, which has no secret at all.

    Args:
        tenant_id: The tenant's id, or one of its domains.
        client_id: The application's (client) id.
        secret: The value of the secret, not its id.
        authority: Another authority than the cloud's: scheme and host; https, or http on this machine.
        cae: Whether the tokens are for continuous access evaluation.

    Raises:
        ConfigError: If one of them is not valid. Nothing is sent.

    Example:
        >>> from entra_ir import Client, ClientSecret, SimulatedTenant
        >>> tool, secret = "3b41c05e-73a1-43b7-86d7-ed8409f55900", "the secret's value"
        >>> credential = ClientSecret("contoso.onmicrosoft.com", tool, secret)
        >>> credential
        ClientSecret(...)
    """

    __slots__ = ()

    def __init__(
        self, tenant_id: str, client_id: str, secret: str | Secret, *, authority: str | None = None, cae: bool = True
    ) -> None:
        """Takes the secret. Nothing is sent."""
        try:
            kept = _needed("secret", secret)
        finally:
            del secret
        super().__init__(_native.Way.client_secret(tenant_id, client_id, kept, authority, cae))


class ClientCertificate(CoreWay):
    """Signs an application in with a certificate, whose private key never leaves this machine.

    Args:
        tenant_id: The tenant's id, or one of its domains.
        client_id: The application's (client) id.
        certificate: The path of a PEM or PFX file with the certificate and its RSA private key, or its content as bytes.
        password: The password of the file, if it has one.
        authority: Another authority than the cloud's: scheme and host; https, or http on this machine.
        cae: Whether the tokens are for continuous access evaluation.

    Raises:
        ConfigError: If one of them is not valid: the file cannot be read, the key is missing or of another certificate, the
            password is wrong. Nothing is sent.

    Example:
        >>> from entra_ir import ClientCertificate, ConfigError
        >>> try:
        ...     ClientCertificate("contoso.onmicrosoft.com", "3b41c05e-73a1-43b7-86d7-ed8409f55900", "/nowhere/entra-ir.pem")
        ... except ConfigError as error:
        ...     print(error.advice)
        give the path of a PEM or PFX file that holds the certificate and its private key.
    """

    __slots__ = ()

    def __init__(
        self,
        tenant_id: str,
        client_id: str,
        certificate: str | PathLike[str] | bytes,
        *,
        password: str | Secret | None = None,
        authority: str | None = None,
        cae: bool = True,
    ) -> None:
        """Takes the certificate. Nothing is sent."""
        from ._calls import secret_of

        content = b""
        try:
            kept = secret_of("password", password)
            content = certificate if isinstance(certificate, bytes) else _content(certificate)
            way = _native.Way.client_certificate(tenant_id, client_id, content, kept, authority, cae)
        finally:
            # A traceback may show the values in this frame.
            del password, certificate, content
        super().__init__(way)


class WorkloadIdentity(CoreWay):
    """Signs an application in with the token of another identity provider, which is in a file. There is no secret.

    The file is read for each sign-in: a replaced token counts at once.

    Args:
        tenant_id: The tenant's id, or one of its domains.
        client_id: The application's (client) id.
        token_file: The file with the provider's token.
        authority: Another authority than the cloud's: scheme and host; https, or http on this machine.
        cae: Whether the tokens are for continuous access evaluation.

    Raises:
        ConfigError: If one of them is not valid. Nothing is sent or read.

    Example:
        >>> from entra_ir import WorkloadIdentity
        >>> WorkloadIdentity("contoso.onmicrosoft.com", "3b41c05e-73a1-43b7-86d7-ed8409f55900", "/var/run/secrets/token")
        WorkloadIdentity(...)
    """

    __slots__ = ()

    def __init__(
        self,
        tenant_id: str,
        client_id: str,
        token_file: str | PathLike[str],
        *,
        authority: str | None = None,
        cae: bool = True,
    ) -> None:
        """Takes the file's name. Nothing is sent or read."""
        super().__init__(_native.Way.workload_identity(tenant_id, client_id, token_file, authority, cae))


class ManagedIdentity(CoreWay):
    """Signs in as the managed identity of this virtual machine, App Service, Function or container app.

    Args:
        client_id: The client id of a user-assigned identity; the system-assigned one if nothing is given.

    Raises:
        ConfigError: If the client id is not valid. Nothing is sent.

    Example:
        >>> from entra_ir import ManagedIdentity
        >>> ManagedIdentity()
        ManagedIdentity(...)
    """

    __slots__ = ()

    def __init__(self, *, client_id: str | None = None) -> None:
        """Takes the identity. Nothing is sent."""
        super().__init__(_native.Way.managed_identity(client_id))


class DeviceCode(CoreWay):
    """Signs a person in, who enters a code on a page of Microsoft in any browser, on any device.

    The code is shown as a link and a code in a notebook, and as a line on the standard error stream elsewhere. The call that
    needs the token waits until the person has signed in. The refresh token is kept in memory only: each program asks for a new
    sign-in. Many tenants block this flow; enter only a code that you asked for yourself.

    Args:
        tenant_id: The tenant's id, or one of its domains.
        client_id: The application's (client) id. It must allow public client flows.
        prompt: A function that shows a `DevicePrompt` in another way.
        authority: Another authority than the cloud's: scheme and host; https, or http on this machine.
        cae: Whether the tokens are for continuous access evaluation.

    Raises:
        ConfigError: If one of them is not valid. Nothing is sent.

    Example:
        >>> from entra_ir import Client, DeviceCode, SimulatedTenant
        >>> tenant = SimulatedTenant.contoso()
        >>> def prompt(given):
        ...     print(given.verification_uri)
        >>> DeviceCode("contoso.example", "3b41c05e-73a1-43b7-86d7-ed8409f55900", prompt=prompt)
        DeviceCode(...)
    """

    __slots__ = ()

    def __init__(
        self,
        tenant_id: str,
        client_id: str,
        *,
        prompt: Callable[[DevicePrompt], object] | None = None,
        authority: str | None = None,
        cae: bool = True,
    ) -> None:
        """Takes the application. Nothing is sent."""
        if prompt is not None and not callable(prompt):
            raise TypeError(f"prompt: a callable is needed, not {type(prompt).__name__}")

        def show(message: str, user_code: str, verification_uri: str, expires: float) -> None:
            given = DevicePrompt(message, user_code, verification_uri, expires)
            if prompt is None:
                _record.display().show_code(given)
                return
            try:
                prompt(given)
            except BaseException:
                # The person has to see the code in any case.
                _record.display().show_code(given)
                raise

        super().__init__(_native.Way.device_code(tenant_id, client_id, show, authority, cae))


class DevicePrompt:
    """What a person needs to sign in by a device code.

    Attributes:
        message: Microsoft's sentence with the address and the code, in English.
        user_code: The code to enter.
        verification_uri: The page on which to enter it.
        expires_on: When the code expires.
    """

    __slots__ = ("_expires", "message", "user_code", "verification_uri")

    message: str
    user_code: str
    verification_uri: str

    def __init__(self, message: str, user_code: str, verification_uri: str, expires: float) -> None:
        """Only the library makes one."""
        self.message = message
        self.user_code = user_code
        self.verification_uri = verification_uri
        self._expires = expires

    @property
    def expires_on(self) -> datetime:
        """When the code expires."""
        from datetime import UTC, datetime

        return datetime.fromtimestamp(self._expires, UTC)

    def __repr__(self) -> str:
        """Returns the message."""
        return f"DevicePrompt({self.message!r})"


class AzureCli(CoreWay):
    """Takes the token of the account that is signed in to Azure CLI (`az login`), to look around and to lock an account out.

    Azure CLI has fixed permissions: they do not reach authentication methods and passes.

    Args:
        tenant_id: The tenant's id or a domain; the one that Azure CLI is signed in to if nothing is given.

    Raises:
        ConfigError: If the tenant is not valid. Nothing is run.

    Example:
        >>> from entra_ir import AzureCli
        >>> AzureCli(tenant_id="contoso.onmicrosoft.com")
        AzureCli(...)
    """

    __slots__ = ()

    def __init__(self, *, tenant_id: str | None = None) -> None:
        """Takes the tenant. Nothing is run."""
        super().__init__(_native.Way.azure_cli(tenant_id))


class Chain(CoreWay):
    """Tries several credentials in their order, and keeps to the first one that gives a token.

    From then on only that one is asked: in the middle of a containment the caller must not become another one. If none gives a
    token, the error says what each answered.

    Args:
        credentials: Any credentials that a client takes.

    Raises:
        TypeError: If one of them is not a credential.

    Example:
        >>> from entra_ir import AzureCli, Chain, ManagedIdentity
        >>> Chain(ManagedIdentity(), AzureCli())
        Chain(...)
    """

    __slots__ = ("_credentials",)

    def __init__(self, *credentials: TokenCredential | TokenInfoCredential | CoreWay | StaticToken | Callable[[], Any]) -> None:
        """Takes the credentials. Nothing is sent."""
        try:
            for credential in credentials:
                fits(credential)
            self._credentials = credentials
        finally:
            # One of them may be a bare token, which no traceback should show.
            del credentials


def fits(credential: Any) -> None:
    """Refuses what is not a credential; an error does not hold it."""
    known = isinstance(credential, StaticToken | CoreWay) or hasattr(credential, "get_token")
    known = known or hasattr(credential, "get_token_info") or callable(credential)
    is_class, found = isinstance(credential, type), getattr(credential, "__name__", "")
    found = found if is_class else type(credential).__name__
    del credential
    if is_class:
        raise TypeError(f"credential: {found} is a class; make a credential of it: {found}(...)")
    if not known:
        raise TypeError(
            "credential: an object with get_token (any azure-identity credential), a way to sign in such as DeviceCode, "
            f"a callable, or a StaticToken is needed, not {found}"
        )


def _needed(what: str, text: str | Secret) -> Secret:
    from ._calls import secret_of

    try:
        secret = secret_of(what, text)
    finally:
        del text
    if secret is None:
        raise TypeError(f"{what}: a str or a Secret is needed, not NoneType")
    return secret


def _content(path: str | PathLike[str]) -> bytes:
    from ._errors import ConfigError

    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:
        advice = "give the path of a PEM or PFX file that holds the certificate and its private key."
        raise ConfigError(f"the client certificate cannot be read: {error}. Next: {advice}", advice=advice) from None
