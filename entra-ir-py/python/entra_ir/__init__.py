"""Incident response for Microsoft Entra ID accounts: the portal's buttons as typed, verified operations.

`Client` is synchronous, `AsyncClient` asynchronous; both have one method for each operation. `SimulatedTenant` is a tenant in
memory to try them on. Results are immutable, appear as tables in a notebook, and load into pandas.

Example:
    >>> import entra_ir
    >>> tenant = entra_ir.SimulatedTenant.contoso()
    >>> client = entra_ir.Client(transport=tenant)
    >>> client.block_sign_in("adele@contoso.example").grade
    'accepted'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _native, _record
from ._accounts import AuthenticationMethod, FoundUser, MethodList, User, UsersFound
from ._advice import (
    Advice,
    CallerFound,
    CallerPermissions,
    Disagreement,
    Drill,
    DrillPlay,
    LeftOpen,
    Needed,
    NeededPermission,
    NeededRole,
    Obstacle,
    Outside,
    PermissionComparison,
    PermissionSet,
    Position,
    Preflight,
    PreflightCheck,
    Step,
    UnexpectedPermission,
)
from ._after import DrilledOperation, Finding, Gate, GateItem, RealDrill, Undone, UndoStep, Watched
from ._applications import (
    AppAssignmentList,
    AppRoleAssignment,
    GrantedScope,
    GrantList,
    ListedGrant,
    PermissionGrant,
    ServicePrincipal,
    VerifiedPublisher,
)
from ._async_client import AsyncClient
from ._client import Client
from ._containment import EvidenceKept, PhaseRun, Run, RunAbout, RunEvent, RunStatus, StepRun, Tick
from ._credentials import (
    AzureCli,
    Chain,
    ClientCertificate,
    ClientSecret,
    DeviceCode,
    DevicePrompt,
    ManagedIdentity,
    StaticToken,
    TokenCredential,
    WorkloadIdentity,
)
from ._doors import ActionDone, Door, NextPress, OpenDoors
from ._drafts import Draft
from ._effects import Claim, Effect, Source
from ._errors import (
    AuthError,
    AuthOutcomeUnknownError,
    ClientClosedError,
    ConfigError,
    ConflictError,
    DecodeError,
    DecodeOutcomeUnknownError,
    EntraError,
    ForkedError,
    GraphError,
    GraphOutcomeUnknownError,
    GuardedError,
    InvalidInputError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RefusedError,
    ThrottledError,
    TimeoutOutcomeUnknownError,
    TransportError,
    TransportOutcomeUnknownError,
    TransportTimeoutError,
    UnauthenticatedError,
    UnavailableError,
)
from ._native import Secret
from ._plans import Plan, PlanChoice, PlanPreview, PlanSeen, PlanStep, StepPreview
from ._policy import EffectiveMethodsPolicy, MethodPolicy, PolicyTarget, RegisteredMethod, RegistrationCampaign
from ._questions import Effects, effects, permissions_for
from ._receipts import Exchange, Preview, Receipt, ReceiptWarning, Target
from ._record import Record, Records
from ._reports import (
    ApprovalSeen,
    ClockOffset,
    CustodyItem,
    DoorSeen,
    DueTime,
    Identifier,
    LocalTimes,
    MethodRemoved,
    OutsideGraph,
    PurgedFile,
    PurgeRecord,
    RunReport,
    StepReport,
    TimelineEntry,
)
from ._results import (
    AccessPass,
    AccessPassCreated,
    AssignmentRemoved,
    GrantRevoked,
    LockedOut,
    MethodDeleted,
    MethodOutcome,
    MethodsDeleted,
    MfaReregistrationRequired,
    MfaSessionsRevoked,
    NextStep,
    PasswordReset,
    RiskOutcome,
    RiskOutcomes,
    SessionsRevoked,
)
from ._runs import RunEvents, close_run, hand_over, progress, purge_run, run_report, run_status, tick_off
from ._serve import ServedTenant
from ._sign_in import Answer, SignInRefusedError, SignInSimulation, SimulatedAppPassword, SimulatedDevice, SimulatedSession
from ._simulator import RecordedRequest, SimulatedMethod, SimulatedTenant, SimulatedUser
from ._snapshot import (
    AccountSnapshot,
    DefaultMethod,
    Device,
    DeviceList,
    EligibleGroup,
    Part,
    RiskEvent,
    RoleGroup,
    RoleHeld,
    UserRisk,
)
from ._snapshot_diff import NotCompared, SnapshotChange, SnapshotDiff

__all__ = [
    "AccessPass",
    "AccessPassCreated",
    "AccountSnapshot",
    "ActionDone",
    "Advice",
    "Answer",
    "AppAssignmentList",
    "AppRoleAssignment",
    "ApprovalSeen",
    "AssignmentRemoved",
    "AsyncClient",
    "AuthError",
    "AuthOutcomeUnknownError",
    "AuthenticationMethod",
    "AzureCli",
    "CallerFound",
    "CallerPermissions",
    "Chain",
    "Claim",
    "Client",
    "ClientCertificate",
    "ClientClosedError",
    "ClientSecret",
    "ClockOffset",
    "ConfigError",
    "ConflictError",
    "CustodyItem",
    "DecodeError",
    "DecodeOutcomeUnknownError",
    "DefaultMethod",
    "Device",
    "DeviceCode",
    "DeviceList",
    "DevicePrompt",
    "Disagreement",
    "Door",
    "DoorSeen",
    "Draft",
    "Drill",
    "DrillPlay",
    "DrilledOperation",
    "DueTime",
    "Effect",
    "EffectiveMethodsPolicy",
    "Effects",
    "EligibleGroup",
    "EntraError",
    "EvidenceKept",
    "Exchange",
    "Finding",
    "ForkedError",
    "FoundUser",
    "Gate",
    "GateItem",
    "GrantList",
    "GrantRevoked",
    "GrantedScope",
    "GraphError",
    "GraphOutcomeUnknownError",
    "GuardedError",
    "Identifier",
    "InvalidInputError",
    "LeftOpen",
    "ListedGrant",
    "LocalTimes",
    "LockedOut",
    "ManagedIdentity",
    "MethodDeleted",
    "MethodList",
    "MethodOutcome",
    "MethodPolicy",
    "MethodRemoved",
    "MethodsDeleted",
    "MfaReregistrationRequired",
    "MfaSessionsRevoked",
    "Needed",
    "NeededPermission",
    "NeededRole",
    "NextPress",
    "NextStep",
    "NotCompared",
    "NotFoundError",
    "Obstacle",
    "OpenDoors",
    "OutcomeUnknownError",
    "Outside",
    "OutsideGraph",
    "Part",
    "PasswordReset",
    "PermissionComparison",
    "PermissionDeniedError",
    "PermissionGrant",
    "PermissionSet",
    "PhaseRun",
    "Plan",
    "PlanChoice",
    "PlanPreview",
    "PlanSeen",
    "PlanStep",
    "PolicyTarget",
    "Position",
    "Preflight",
    "PreflightCheck",
    "Preview",
    "PurgeRecord",
    "PurgedFile",
    "RealDrill",
    "Receipt",
    "ReceiptWarning",
    "Record",
    "RecordedRequest",
    "Records",
    "RefusedError",
    "RegisteredMethod",
    "RegistrationCampaign",
    "RiskEvent",
    "RiskOutcome",
    "RiskOutcomes",
    "RoleGroup",
    "RoleHeld",
    "Run",
    "RunAbout",
    "RunEvent",
    "RunEvents",
    "RunReport",
    "RunStatus",
    "Secret",
    "ServedTenant",
    "ServicePrincipal",
    "SessionsRevoked",
    "SignInRefusedError",
    "SignInSimulation",
    "SimulatedAppPassword",
    "SimulatedDevice",
    "SimulatedMethod",
    "SimulatedSession",
    "SimulatedTenant",
    "SimulatedUser",
    "SnapshotChange",
    "SnapshotDiff",
    "Source",
    "StaticToken",
    "Step",
    "StepPreview",
    "StepReport",
    "StepRun",
    "Target",
    "ThrottledError",
    "Tick",
    "TimelineEntry",
    "TimeoutOutcomeUnknownError",
    "TokenCredential",
    "TransportError",
    "TransportOutcomeUnknownError",
    "TransportTimeoutError",
    "UnauthenticatedError",
    "UnavailableError",
    "UndoStep",
    "Undone",
    "UnexpectedPermission",
    "User",
    "UserRisk",
    "UsersFound",
    "VerifiedPublisher",
    "Watched",
    "WorkloadIdentity",
    "__version__",
    "close_run",
    "effects",
    "hand_over",
    "permissions_for",
    "progress",
    "purge_run",
    "run_report",
    "run_status",
    "tick_off",
]

__version__ = _native.VERSION


if TYPE_CHECKING:
    from ._record import Display


def _display() -> Display:
    """Imports the display functions."""
    from . import display

    return display


_record.display = _display


def _set_public_module() -> None:
    """Sets `__module__` of each public class to the package."""
    for name in __all__:
        thing = globals()[name]
        if isinstance(thing, type):
            thing.__module__ = __name__


_set_public_module()
