"""The words of the core, each set of them as one type. `entra_ir.types` makes them public."""

from typing import Literal, TypeAlias

Grade: TypeAlias = Literal["not-sent", "nothing-to-do", "refused", "unknown", "accepted", "confirmed", "observed"]
"""How sure it is what became of a write; see `Receipt.grade`."""

Outcome: TypeAlias = Literal[
    "removed",
    "already-gone",
    "deactivated",
    "still-listed",
    "refused",
    "unknown",
    "not-removable",
    "unknown-type",
    "unknown-age",
    "not-tried",
    "would-remove",
]
"""What became of one method; see `MethodOutcome.outcome`."""

MethodKind: TypeAlias = Literal[
    "temporary-access-pass",
    "fido2",
    "windows-hello",
    "platform-credential",
    "external",
    "qr-code-pin",
    "email",
    "software-oath",
    "microsoft-authenticator",
    "passwordless-authenticator",
    "phone",
    "hardware-oath",
    "resource-account-key",
    "password",
]
"""A type of authentication method."""

ForceChange: TypeAlias = Literal["next-sign-in", "with-mfa", "never"]
"""Whether the user must change a password that was reset, and how."""

PasswordWay: TypeAlias = Literal["write-back", "password-profile"]
"""How a password is reset."""

MethodScope: TypeAlias = Literal["portal-reregister", "all-removable"]
"""Which methods a removal takes, in a word."""

Cloud: TypeAlias = Literal["global", "us-gov-l4", "us-gov-l5", "china"]
"""A national cloud."""

Mode: TypeAlias = Literal["send", "dry-run", "read-only"]
"""What a client does with writes."""

CallerKind: TypeAlias = Literal["delegated", "app-only"]
"""For whom a token speaks: for a signed-in user, or for an application by itself."""

PartState: TypeAlias = Literal["unread", "collected", "denied", "not-licensed", "not-in-this-cloud", "failed"]
"""Whether a part of a snapshot was collected, or why it was not."""

Verdict: TypeAlias = Literal["allowed", "not-allowed", "legacy-may-allow", "not-governed", "unknown"]
"""Whether the methods policy lets the user use a method."""

HeldVia: TypeAlias = Literal["direct", "group", "unknown"]
"""By what a directory role is held."""

PolicyTargetKind: TypeAlias = Literal["all-users", "user", "group", "other"]
"""Whom a line of the methods policy is about."""

ChangeKind: TypeAlias = Literal["added", "removed", "changed"]
"""What became of something between two snapshots."""

ActionWord: TypeAlias = Literal[
    "reset-password-azure-portal",
    "reset-password-entra-admin-center",
    "reset-password-m365-admin-center",
    "reset-password-graph-action",
    "reset-password-graph-profile",
    "reset-password-on-premises",
    "change-password",
    "password-expires",
    "require-password-change",
    "revoke-sign-in-sessions",
    "revoke-mfa-sessions",
    "revoke-mfa-sessions-old",
    "require-mfa-reregistration",
    "delete-methods",
    "deactivate-hardware-oath",
    "delete-app-passwords",
    "create-temporary-access-pass",
    "delete-temporary-access-pass",
    "temporary-access-pass-expires",
    "block-sign-in",
    "unblock-sign-in",
    "block-on-premises",
    "block-in-home-tenant",
    "disable-device",
    "delete-device",
    "disable-computer-on-premises",
    "wipe-device",
    "delete-consent",
    "disable-application",
    "remove-app-permission",
    "remove-role",
    "disable-mail-rules",
    "confirm-compromised",
    "dismiss-risk",
    "block-legacy-authentication",
    "guard-registration",
    "clear-certificate-bindings",
    "single-sign-out",
]
"""Something that can be done to an account, in whatever way."""

DoorState: TypeAlias = Literal["open", "unknown", "closing", "held", "closed"]
"""How a way into the account stands; see `Door.state`."""

Confidence: TypeAlias = Literal["inferred", "observed", "documented"]
"""How sure a claim is."""

Within: TypeAlias = Literal[
    "at-once",
    "replication",
    "cae-event",
    "device-change",
    "access-token",
    "cae-token",
    "unknown",
]
"""How soon an effect is there everywhere; see `Claim.within`."""

EffectTable: TypeAlias = Literal["sessions", "methods", "accounts"]
"""A table of what actions do."""

Incident: TypeAlias = Literal[
    "account-takeover",
    "token-theft",
    "suspicious-method",
    "lost-device",
    "lost-methods",
    "malicious-consent",
    "help-desk-tricked",
]
"""What happened to an account."""

RegisteredBy: TypeAlias = Literal["unknown", "user", "administrator", "application"]
"""Who registered a method, by the audit log."""

AddableKind: TypeAlias = Literal[
    "mobile-phone",
    "alternate-mobile-phone",
    "office-phone",
    "email",
    "microsoft-authenticator",
    "passwordless-authenticator",
    "software-oath",
    "hardware-oath",
    "fido2",
    "windows-hello",
    "platform-credential",
    "external",
    "qr-code-pin",
    "unknown",
]
"""A method that can be added to an account of a simulated tenant."""

FaultWord: TypeAlias = Literal["dropped", "no-connection", "truncated", "empty-body", "html", "middlebox"]
"""What goes wrong in a simulated tenant; see `SimulatedTenant.inject`."""

SimulatedUserKind: TypeAlias = Literal["cloud", "synced", "external-guest", "customer"]
"""Where the credentials of a simulated account live."""

AddableUserKind: TypeAlias = Literal["cloud", "external-guest", "internal-guest", "customer"]
"""A kind of account that can be added to a simulated tenant."""

Licence: TypeAlias = Literal["free", "p1", "p2"]
"""An edition of Microsoft Entra ID."""

App: TypeAlias = Literal[
    "exchange-online",
    "sharepoint-online",
    "teams",
    "graph",
    "office-portal",
    "line-of-business",
    "web-app",
]
"""An application of the simulated sign-ins."""

SignInBy: TypeAlias = Literal[
    "password",
    "access-pass",
    "single-sign-on",
    "passkey",
    "windows-hello",
    "platform-credential",
    "phone-sign-in",
    "home-tenant",
]
"""By what a simulated sign-in begins."""

SecondFactor: TypeAlias = Literal[
    "push",
    "text",
    "call",
    "software-code",
    "hardware-code",
    "external",
    "passkey",
    "access-pass",
]
"""The second factor of a simulated sign-in."""

DeviceKind: TypeAlias = Literal[
    "hybrid-joined-windows",
    "unregistered-client",
    "browser",
    "in-private-browser",
    "phone",
    "web-server",
]
"""A kind of device of the simulated sign-ins."""

AnswerWord: TypeAlias = Literal[
    "works",
    "asks-for-mfa",
    "asks-to-register",
    "asks-to-sign-in",
    "asks-to-change-password",
    "refused",
]
"""What a simulated session is answered."""
