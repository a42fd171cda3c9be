"""The exit codes, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._errors import ConfigError, InvalidInputError, OutcomeUnknownError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._advice import PermissionComparison, Preflight
    from .._after import Gate, RealDrill, Undone, Watched
    from .._containment import Run
    from .._doors import OpenDoors
    from .._plans import PlanPreview

DONE, ERROR, USAGE, REMAINS, REFUSED, UNKNOWN = range(6)

EXITS = {
    DONE: "no door that Graph can show is open; or the command only reads and succeeded, as `look` and `advise`",
    ERROR: "an error, or a step of a run that failed: the output says what was changed",
    USAGE: "the command line is wrong; nothing was sent",
    REMAINS: "something remains: an open door, a step that a person does or that is due, an item of the gate, what came back, "
    "or what Graph would refuse",
    REFUSED: "entra-ir refused to send: a guard, a protected account, no confirmation, a journal that cannot be written",
    UNKNOWN: "something is unknown: a door that could not be read, an item of the gate, or whether a write happened",
}


class UsageError(Exception):
    """The command line is wrong; its text ends with the next step, as that of every error."""

    def __init__(self, said: str, advice: str) -> None:
        """Creates the error."""
        super().__init__(f"{said}. Next: {advice}")


def of_error(error: BaseException) -> int:
    """Returns the code of an error."""
    if getattr(error, "outcome_unknown", False) or isinstance(error, OutcomeUnknownError):
        return UNKNOWN
    if isinstance(error, UsageError | InvalidInputError | ConfigError):
        return USAGE
    return REFUSED if isinstance(error, RefusedError) else ERROR


def of_doors(doors: OpenDoors) -> int:
    """Returns the code of the doors. A door counts as shut when it is closing or held.

    A door that Graph never shows does not count: it is always unknown.
    """
    if doors.open:
        return REMAINS
    return UNKNOWN if any(not door.out_of_sight for door in doors.unknown) else DONE


def of_preflight(preflight: Preflight) -> int:
    """Returns the code of a preflight: whether Graph would refuse something."""
    expected = {check.expected for check in preflight.checks}
    if "refused" in expected:
        return REMAINS
    return UNKNOWN if "cannot-tell" in expected else DONE


def of_preview(preview: PlanPreview) -> int:
    """Returns the code of a preview: whether a step of the lock-out would be refused."""
    return REFUSED if "refused" in _of_lock_out(preview) else DONE


def is_refused(preview: PlanPreview) -> bool:
    """Returns whether the whole lock-out would be refused: then the run would do nothing that counts."""
    return _of_lock_out(preview) == {"refused"}


def _of_lock_out(preview: PlanPreview) -> set[str]:
    return {step.will for step in preview.steps if step.phase == "lock-out" and step.will != "by-hand"}


def of_gate(gate: Gate) -> int:
    """Returns the code of the gate: whether something is missing, or else unknown."""
    states = {item.state for item in gate}
    return REMAINS if "missing" in states else UNKNOWN if states - {"met"} else DONE


def of_undone(undone: Undone) -> int:
    """Returns the code of an undo: that of the worst of the steps that were named."""
    if any(step.state == "unsettled" for step in undone.steps):
        return UNKNOWN
    if errors := [step.error or {} for step in undone.steps if step.state == "failed"]:
        return REFUSED if all(error.get("kind") == "refused" for error in errors) else ERROR
    return DONE


def of_comparisons(compared: Iterable[PermissionComparison]) -> int:
    """Returns the code of comparisons: whether a token differs, or else cannot be read."""
    said = {each.agrees for each in compared}
    return REMAINS if False in said else UNKNOWN if None in said else DONE


def of_real_drill(drill: RealDrill) -> int:
    """Returns the code of a drill on a test account: whether something was refused or was not taken back, or is unknown."""
    if any(tried.state == "unknown" for tried in drill):
        return UNKNOWN
    return DONE if drill.whole else REMAINS


def of_watched(watched: Watched) -> int:
    """Returns the code of a watch: whether something came back, or else something is unknown."""
    if watched.came_back:
        return REMAINS
    return UNKNOWN if watched.unknown or watched.read is None else DONE


def of_run(run: Run) -> int:
    """Returns the code of a run: that of the worst in it."""
    if any(step.state == "unsettled" for step in run.steps):
        return UNKNOWN
    if errors := [step.error or {} for step in run.steps if step.state == "failed"]:
        return REFUSED if all(error.get("kind") == "refused" for error in errors) else ERROR
    if not run.verified:
        return UNKNOWN
    return REMAINS if run.remains or run.due is not None else DONE
