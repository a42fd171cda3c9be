"""The settings of the methods policy in words for responders, instead of Graph's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from .markup import AMBER, Markup, lines, state, told
from .words import count, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MODES = {"any": "with and without password", "push": "beside a password only", "deviceBasedPush": "without password only"}
# Fewer AAGUIDs than this are worth reading here.
MOST_KEYS = 3


def in_words(settings: dict[str, Any]) -> Markup | None:
    """Shows the settings of one method; None if nothing is known of any."""
    of = str(settings.get("of", "other"))
    show = _SHOWS.get(of, _other)
    parts = [part for part in show(settings) if part]
    return lines(*(part if isinstance(part, Markup) else told(part) for part in parts)) or None


def _list(value: Any) -> list[Any]:
    return list(cast("Iterable[Any]", value)) if isinstance(value, list) else []


def _either(value: object, yes: str, no: str) -> str | None:
    return yes if value is True else no if value is False else None


def _pass(settings: dict[str, Any]) -> list[str | None]:
    least, most, default = (settings.get(f"{which}_minutes") for which in ("minimum", "maximum", "default"))
    lasts = f"lasts {least} to {count(most, 'minute')}" if least is not None and most is not None else None
    named = None if default is None else f"{count(default, 'minute')} if none is named"
    return [lasts, named, _either(settings.get("usable_once"), "every pass works once only", "a pass may work more than once")]


def _fido2(settings: dict[str, Any]) -> list[str | None]:
    profiles = [_profile(profile) for profile in _list(settings.get("profiles"))]
    unknown = _list(settings.get("unknown_profiles"))
    return [
        _either(settings.get("self_service"), "users register it themselves", "users cannot register it themselves"),
        _either(settings.get("attestation_enforced"), "attestation is enforced", "attestation is not enforced"),
        _keys(settings.get("restrictions")),
        *profiles,
        f"profiles that the policy does not show: {', '.join(map(str, unknown))}" if unknown else None,
    ]


def _profile(profile: dict[str, Any]) -> str:
    details = (profile.get("passkeyTypes"), profile.get("attestationEnforcement"), _keys(profile.get("keyRestrictions")))
    more = "; ".join(str(detail) for detail in details if detail)
    return f"profile {profile.get('name') or profile.get('id') or 'without a name'}" + (f": {more}" if more else "")


def _keys(keys: dict[str, Any] | None) -> str | None:
    if not keys or not keys.get("isEnforced"):
        return None
    listed = [str(key) for key in _list(keys.get("aaGuids"))]
    kind = {"allow": "only", "block": "all but"}.get(str(keys.get("enforcementType")), f"{keys.get('enforcementType')}:")
    models = count(len(listed), "authenticator model")
    return f"{kind} {models}" if len(listed) > MOST_KEYS else f"{kind} the models {', '.join(listed) or '(none)'}"


def _authenticator(settings: dict[str, Any]) -> list[str | None]:
    modes = ", ".join(MODES.get(str(mode), str(mode)) for mode in _list(settings.get("modes")))
    return [modes or None, _either(settings.get("software_oath"), "its codes may be used", "its codes may not be used")]


def _sms(settings: dict[str, Any]) -> list[str | None]:
    if settings.get("usable_for_sign_in"):
        return [state("a text message is enough to sign in", AMBER)]
    return ["a text message is not enough to sign in" if settings.get("usable_for_sign_in") is False else None]


def _voice(settings: dict[str, Any]) -> list[str | None]:
    may, may_not = "office numbers may be registered", "office numbers may not be registered"
    return [_either(settings.get("office_phone"), may, may_not)]


def _email(settings: dict[str, Any]) -> list[str | None]:
    word = settings.get("external_users")
    return [None if word is None else f"one-time passcodes for external users: {word}"]


def _qr(settings: dict[str, Any]) -> list[str | None]:
    digits, days = settings.get("pin_length"), settings.get("lifetime_days")
    return [digits and f"PIN of {count(digits, 'digit')}", days and f"a standard code works for {count(days, 'day')}"]


def _external(settings: dict[str, Any]) -> list[str | None]:
    return [settings.get("display_name"), (app := settings.get("app_id")) and f"application {app}"]


def _other(settings: dict[str, Any]) -> list[str | None]:
    return [f"{words(name)}: {value}" for name, value in settings.items() if name != "of" and value is not None]


_SHOWS: dict[str, Callable[[dict[str, Any]], list[str | None]]] = {
    "temporary-access-pass": _pass,
    "fido2": _fido2,
    "microsoft-authenticator": _authenticator,
    "sms": _sms,
    "voice": _voice,
    "email": _email,
    "qr-code-pin": _qr,
    "external": _external,
}
