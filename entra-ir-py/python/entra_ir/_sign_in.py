"""Sign-ins on a simulated tenant: devices, sessions, and the effects of actions on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _native
from ._calls import name_of, secret_of
from ._errors import EntraError
from ._record import Record

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from ._calls import Account
    from ._native import Secret, SignInAppPassword, SignInDevice, SignInSession
    from ._simulator import SimulatedTenant
    from ._words import AddableKind, AnswerWord, App, DeviceKind, SecondFactor, SignInBy


class Answer(Record):
    """The answer to a session that opens an application, or to an unsuccessful sign-in."""

    __slots__ = ()
    _shown = ("text",)

    @property
    def word(self) -> AnswerWord:
        """The answer in a word."""
        word: AnswerWord = self._data["word"]
        return word

    @property
    def text(self) -> str:
        """The answer in a sentence."""
        return str(self._data["text"])

    @property
    def by(self) -> str | None:
        """What gave the session access: `access-token`, `cookie`, `refresh-token`, `primary-refresh-token`, `app-session`, ..."""
        return self._data.get("by")

    @property
    def works(self) -> bool:
        """Whether the application opens."""
        return self.word == "works"


class SignInRefusedError(EntraError):
    """A simulated sign-in was not successful; `answer` is what was required, or the reason."""

    answer: Answer

    def __init__(self, message: str, *, answer: Answer | None = None, **attributes: Any) -> None:
        """Creates an error; only the simulated tenant does this."""
        super().__init__(message, **attributes)
        self.answer = answer or Answer._of({"word": "refused", "text": message})


class SimulatedDevice:
    """A device of a sign-in simulation, created by the simulation."""

    __slots__ = ("_native",)
    _native: SignInDevice

    @classmethod
    def _of(cls, native: SignInDevice) -> SimulatedDevice:
        device = cls.__new__(cls)
        device._native = native
        return device

    def __repr__(self) -> str:
        """Returns one line."""
        return f"SimulatedDevice({self.name!r}, kind={self.kind!r})"

    @property
    def id(self) -> str:
        """The object id."""
        return self._native.id()

    @property
    def name(self) -> str:
        """The display name."""
        return self._native.name()

    @property
    def kind(self) -> str:
        """The kind."""
        return self._native.kind()


class SimulatedAppPassword:
    """An app password, for protocols without MFA; it survives new passwords, revocations and the removal of methods."""

    __slots__ = ("_native",)
    _native: SignInAppPassword

    @classmethod
    def _of(cls, native: SignInAppPassword) -> SimulatedAppPassword:
        made = cls.__new__(cls)
        made._native = native
        return made

    def open(self) -> Answer:
        """Opens a mailbox, or another legacy protocol, with it.

        Returns:
            What happens.
        """
        return _answer(self._native.open())


class SimulatedSession:
    """A session of a user on a device, created by a sign-in."""

    __slots__ = ("_native",)
    _native: SignInSession

    @classmethod
    def _of(cls, native: SignInSession) -> SimulatedSession:
        session = cls.__new__(cls)
        session._native = native
        return session

    def open(self, app: App) -> Answer:
        """Opens an application, as the person or program at the device would. Tokens that can be renewed are.

        Args:
            app: Which. Exchange Online, SharePoint Online and Teams get critical events; the others rely on their access token,
                and "web-app" keeps its own session.

        Returns:
            What happens.

        Raises:
            InvalidInputError: For an unknown application.
        """
        return _answer(self._native.open(app))

    def answer_mfa(self, second: SecondFactor) -> Answer | None:
        """Provides the second factor that the session requires.

        Args:
            second: Which.

        Returns:
            None if it was accepted, otherwise the answer.
        """
        told = self._native.answer_mfa(second)
        return None if told is None else _answer(told)

    def register(self, kind: AddableKind, name: str = "") -> Answer | None:
        """Registers a method on the user's security page, as whoever holds the session can.

        A user with a method that counts as MFA must have done MFA within ten minutes, for a passkey within five. Without one the
        session is enough, whatever it began with, unless a policy guards registration.

        Args:
            kind: The type.
            name: Its name, phone number or address.

        Returns:
            None if it was registered, otherwise the answer.

        Raises:
            InvalidInputError: For an unknown type.
        """
        told = self._native.register(kind, name)
        return None if told is None else _answer(told)

    def register_phone(self, name: str) -> SimulatedDevice:
        """Registers a phone, as whoever holds the session can: it gets a primary refresh token of what the session began with.

        Args:
            name: The display name.

        Returns:
            The phone, which the directory then lists among the user's devices.

        Raises:
            SignInRefusedError: If the session is over; `answer` is what the user sees instead.
        """
        phone, told = self._native.register_phone(name)
        if phone is not None:
            return SimulatedDevice._of(phone)
        answer = _answer(told or ("refused", "refused", None))
        raise SignInRefusedError(f"the phone was not registered: {answer.text}", answer=answer)

    def sign_out(self) -> None:
        """Signs out."""
        self._native.sign_out()

    def copy_to(self, device: SimulatedDevice) -> SimulatedSession:
        """Copies cookies and tokens to another device, as a thief does.

        Args:
            device: Where to.

        Returns:
            The thief's session.
        """
        return self._of(self._native.copy_to(device._native))


class SignInSimulation:
    """Holds the sign-ins on a simulated tenant. What a client changes there takes effect here, by mechanism, not by table.

    Args:
        tenant: The tenant.

    Example:
        >>> from datetime import timedelta
        >>> from entra_ir import Client, SignInSimulation, SimulatedTenant
        >>> tenant = SimulatedTenant.contoso()
        >>> simulation = SignInSimulation(tenant)
        >>> thief = simulation.sign_in("adele@contoso.example", simulation.device("browser"), how="password")
        >>> adele = simulation.sign_in("adele@contoso.example", simulation.device("browser"), how="passkey")
        >>> simulation.advance(timedelta(minutes=1))
        >>> receipt = Client(transport=tenant).reset_password("adele@contoso.example")
        >>> simulation.advance(timedelta(hours=2))
        >>> thief.open("office-portal").text, adele.open("office-portal").text
        ('asks to sign in', "works, by the browser's cookie")
    """

    __slots__ = ("_native", "tenant")
    tenant: SimulatedTenant

    def __init__(self, tenant: SimulatedTenant) -> None:
        """Makes a simulation in which nobody is signed in, and MFA is not required."""
        self.tenant = tenant
        self._native = _native.SignInSimulation.on(tenant._native)

    def __repr__(self) -> str:
        """Returns one line."""
        return f"SignInSimulation(now {self.now.isoformat()})"

    @property
    def now(self) -> datetime:
        """The tenant's time (UTC)."""
        return self.tenant.now

    def advance(self, by: timedelta) -> None:
        """Moves the tenant's clock forward.

        Args:
            by: How far.
        """
        self.tenant.advance(by)

    def device(self, kind: DeviceKind, name: str = "", *, user: Account | None = None) -> SimulatedDevice:
        """Makes a device.

        Args:
            kind: The kind. Closing an in-private browser wipes everything. An unregistered client is one that the tenant does not
                know; it holds a primary refresh token all the same, and there is no device to disable.
            name: The display name.
            user: The owner: needed for a joined Windows client and a registered phone. A hybrid joined Windows client without one
                is in no list of the user's devices.

        Returns:
            The device.

        Raises:
            InvalidInputError: For an unknown kind or user.
        """
        owner = None if user is None else name_of(user)
        return SimulatedDevice._of(self._native.device(kind, name or kind, owner))

    def sign_in(
        self,
        user: Account,
        device: SimulatedDevice,
        *,
        how: SignInBy,
        app: App | None = "office-portal",
        secret: str | Secret | None = None,
        then: SecondFactor | None = None,
        keep_me_signed_in: bool = False,
        remember_mfa: bool = False,
        new_password: str | Secret | None = None,
        registering: AddableKind | None = None,
    ) -> SimulatedSession:
        """Signs a user in.

        Args:
            user: The user.
            device: The device.
            how: The first factor.
            app: To which application; None for a sign-in to Windows, or to the broker of a phone or an unregistered client.
            secret: The password or pass that is typed; the right one if nothing is given.
            then: The second factor that is at hand.
            keep_me_signed_in: Whether the browser keeps its cookie.
            remember_mfa: Whether the device is to be trusted, where the tenant still has that legacy setting.
            new_password: What is chosen when a new password is asked for.
            registering: What is registered when the user is asked to.

        Returns:
            The session.

        Raises:
            SignInRefusedError: If the sign-in is not successful; `answer` is what was required, or the reason.
            InvalidInputError: For an unknown word.
        """
        typed, chosen = secret_of("secret", secret), secret_of("new_password", new_password)
        del secret, new_password
        session, told = self._native.sign_in(
            name_of(user), device._native, app, how, typed, then, keep_me_signed_in, remember_mfa, chosen, registering
        )
        if session is not None:
            return SimulatedSession._of(session)
        answer = _answer(told or ("refused", "refused", None))
        raise SignInRefusedError(f"the sign-in was not successful: {answer.text}", answer=answer)

    def require_mfa(self, required: bool = True) -> None:
        """Sets whether every sign-in needs MFA, as by conditional access."""
        self._native.require_mfa(required)

    def remember_mfa_on_trusted_devices(self, days: int | None) -> None:
        """Sets for how many days the legacy setting trusts a device; None switches it off."""
        self._native.remember_mfa_on_trusted_devices(days)

    def set_event_delay(self, app: App, delay: timedelta) -> None:
        """Sets how long a critical event takes to reach an application, up to 15 minutes."""
        self._native.set_event_delay(app, delay)

    def close_browser(self, device: SimulatedDevice) -> None:
        """Closes the browser of a device, and wipes what is not to be kept."""
        self._native.close_browser(device._native)

    def guard_registration(self, guard: bool = True) -> None:
        """Sets whether a Conditional Access policy requires MFA to register a method."""
        self._native.guard_registration(guard)

    def trust_guest_mfa(self, trust: bool = True) -> None:
        """Sets whether the tenant trusts the MFA that a guest did at home; if not, the guest registers and does MFA here."""
        self._native.trust_guest_mfa(trust)

    def block_legacy_authentication(self, block: bool = True) -> None:
        """Sets whether legacy authentication is blocked, and app passwords with it."""
        self._native.block_legacy_authentication(block)

    def create_app_password(self, user: Account) -> SimulatedAppPassword:
        """Makes an app password, as a user under per-user MFA can. No list of Graph shows it.

        Args:
            user: Whose.

        Returns:
            The app password.

        Raises:
            InvalidInputError: For an unknown user.
        """
        return SimulatedAppPassword._of(self._native.create_app_password(name_of(user)))

    def delete_app_passwords(self, user: Account) -> None:
        """Deletes the user's app passwords, by the page of per-user MFA; Graph has no call for it."""
        self._native.delete_app_passwords(name_of(user))

    def disable_device(self, device: SimulatedDevice) -> None:
        """Disables a device in the directory: its tokens become void. An unregistered client is not in the directory."""
        self._native.disable_device(device._native)

    def enable_device(self, device: SimulatedDevice) -> None:
        """Enables a device again: a new sign-in on it works, but its old tokens stay void. A deleted device stays deleted."""
        self._native.enable_device(device._native)

    def delete_device(self, device: SimulatedDevice) -> None:
        """Deletes a device from the directory: it is refused after that takes effect, and can be restored for thirty days."""
        self._native.delete_device(device._native)

    def restore_device(self, device: SimulatedDevice) -> bool:
        """Restores a deleted device with its keys: its old tokens work again.

        Args:
            device: Which.

        Returns:
            Whether there was one to restore: for thirty days there is.
        """
        return self._native.restore_device(device._native)

    def reset_password_in_entra(self, user: Account) -> Secret | None:
        """Presses *Reset password* in the Entra admin center: a suggested password, a forced change; None without such a user."""
        return self._native.reset_password_in_entra(name_of(user))

    def reset_password_in_azure_portal(self, user: Account) -> Secret | None:
        """Presses *Reset password* in the Azure portal, which ends only what was obtained with a password."""
        return self._native.reset_password_in_azure_portal(name_of(user))

    def reset_password_in_microsoft_365(self, user: Account, password: str | Secret, *, change_required: bool = False) -> bool:
        """Resets the password in the Microsoft 365 admin center, where the administrator chooses it.

        Args:
            user: Whose.
            password: The new password.
            change_required: Whether it must be changed at the next sign-in.

        Returns:
            Whether it was set; a synced user has no reset there.
        """
        chosen = secret_of("password", password)
        del password
        if chosen is None:
            raise TypeError("password: a str or a Secret is needed, not NoneType")
        return self._native.reset_password_in_microsoft_365(name_of(user), chosen, change_required)

    def revoke_mfa_sessions_before_february_2026(self, user: Account) -> None:
        """Presses *Revoke multifactor authentication sessions* as it was before February 2026; Graph has no call for it."""
        self._native.revoke_mfa_sessions_before_february_2026(name_of(user))


def _answer(told: tuple[str, str, str | None]) -> Answer:
    word, text, by = told
    return Answer._of({"word": word, "text": text, "by": by})
