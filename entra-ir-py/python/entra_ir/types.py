"""The types in signatures of this package, for your own annotations: words, unions, protocols.

Classes are in `entra_ir` itself. A service may send a newer word than these at any time.

Example:
    >>> from entra_ir.types import MethodKind
    >>> suspect: list[MethodKind] = ["phone", "fido2"]
    >>> len(client.delete_methods("adele@contoso.example", types=suspect).methods)
    3
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

from ._behaviour import Done
from ._calls import Account, HasId, HasUser, Id
from ._credentials import CoreWay, StaticToken, TokenCredential, TokenInfoCredential
from ._native import Secret
from ._receipts import WriteResult
from ._runs import Approver, OnEvent, SecretSink
from ._words import (
    ActionWord,
    AddableDeviceKind,
    AddableKind,
    AddableUserKind,
    AnswerWord,
    App,
    ApplicationOwner,
    AuthErrorKind,
    CallerKind,
    ChangeKind,
    Cloud,
    Concern,
    Confidence,
    DeviceKind,
    DoorState,
    DrillState,
    EffectTable,
    Expectation,
    FaultWord,
    FindingKind,
    ForceChange,
    GateState,
    GateWord,
    Grade,
    HeadlineWord,
    HeldVia,
    Incident,
    Licence,
    MethodKind,
    MethodScope,
    Mode,
    ObstacleKind,
    OnFailure,
    Outcome,
    PartState,
    PasswordWay,
    Phase,
    PolicyTargetKind,
    RegisteredBy,
    Registration,
    RunEventKind,
    SecondFactor,
    SignInBy,
    SimulatedUserKind,
    StepState,
    Task,
    UndoHow,
    Verdict,
    Will,
    Within,
)

Expiry: TypeAlias = float | int | datetime | None
"""When a token expires: seconds since 1970, an aware datetime, or None for a token that is used once."""

GivenToken: TypeAlias = tuple[str | Secret, Expiry]
"""What a callable credential returns."""

Credential: TypeAlias = (
    TokenCredential | TokenInfoCredential | CoreWay | StaticToken | Callable[[], GivenToken | Awaitable[GivenToken]]
)
"""The source of a client's tokens."""

__all__ = [
    "Account",
    "ActionWord",
    "AddableDeviceKind",
    "AddableKind",
    "AddableUserKind",
    "AnswerWord",
    "App",
    "ApplicationOwner",
    "Approver",
    "AuthErrorKind",
    "CallerKind",
    "ChangeKind",
    "Cloud",
    "Concern",
    "Confidence",
    "Credential",
    "DeviceKind",
    "Done",
    "DoorState",
    "DrillState",
    "EffectTable",
    "Expectation",
    "Expiry",
    "FaultWord",
    "FindingKind",
    "ForceChange",
    "GateState",
    "GateWord",
    "GivenToken",
    "Grade",
    "HasId",
    "HasUser",
    "HeadlineWord",
    "HeldVia",
    "Id",
    "Incident",
    "Licence",
    "MethodKind",
    "MethodScope",
    "Mode",
    "ObstacleKind",
    "OnEvent",
    "OnFailure",
    "Outcome",
    "PartState",
    "PasswordWay",
    "Phase",
    "PolicyTargetKind",
    "RegisteredBy",
    "Registration",
    "RunEventKind",
    "SecondFactor",
    "SecretSink",
    "SignInBy",
    "SimulatedUserKind",
    "StepState",
    "Task",
    "TokenCredential",
    "TokenInfoCredential",
    "UndoHow",
    "Verdict",
    "Will",
    "Within",
    "WriteResult",
]
