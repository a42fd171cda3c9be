"""The words and colours for what the core says of runs: headlines, states of steps, phases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._errors import InvalidInputError
from .markup import AMBER, BLUE, GREEN, GREY, RED
from .words import words

if TYPE_CHECKING:
    from .._after import GateItem, UndoStep
    from .._containment import Run, StepRun
    from .._plans import Plan, StepPreview

# As the core prints them; a headline is green only if nothing remains, and amber if nothing was verified.
HEADLINES = {
    "locked-out": (BLUE, "locked out"),
    "locked-in-the-cloud-only": (AMBER, "locked in the cloud only"),
    "evicted-except": (BLUE, "evicted"),
    "given-back": (BLUE, "given back to the rightful user"),
    "not-contained": (RED, "NOT CONTAINED"),
}
# Done is green only if the account showed it.
STEP_STATES = {
    "done": (BLUE, "\u2713", "done"),
    "failed": (RED, "\u2717", "FAILED"),
    "unsettled": (RED, "?", "UNKNOWN"),
    "by-hand": (AMBER, "\u25cb", "by hand"),
    "ticked-off": (BLUE, "\u2713", "done elsewhere"),
    "undone": (AMBER, "\u21b6", "TAKEN BACK"),
    "due": (BLUE, "\u25cb", "due later"),
    "waits": (AMBER, "\u25cb", "waits"),
    "skipped": (GREY, "\u2013", "not needed"),
    "not-asked": (GREY, "\u2013", "not asked for"),
}
WILLS = {
    "do": (BLUE, "\u2713", "will do"),
    "nothing": (GREY, "\u2013", "nothing to do"),
    "refused": (RED, "\u2717", "WILL BE REFUSED"),
    "unknown": (AMBER, "?", "cannot tell"),
    "by-hand": (AMBER, "\u25cb", "by hand"),
}
UNDO_WAYS = {
    "call": (BLUE, "\u25cb", "by a call"),
    "by-hand": (AMBER, "\u25cb", "by hand"),
    "never": (GREY, "\u2013", "never"),
}
GATE_STATES = {
    "met": (GREEN, "\u2713", "met"),
    "missing": (RED, "\u2717", "MISSING"),
    "unknown": (AMBER, "?", "unknown"),
}
PHASES = {"lock-out": "lock out", "evict": "evict", "recover": "recover"}


def phase_name(phase: str | None) -> str:
    """Returns the name of a phase."""
    return PHASES.get(phase or "", words(phase or ""))


def state_look(state: str) -> tuple[str, str, str]:
    """Returns colour, sign and words of a step's state; a newer one is unknown, so it is amber."""
    return STEP_STATES.get(state, (AMBER, "?", words(state)))


def step_look(step: StepRun) -> tuple[str, str, str]:
    """Returns colour, sign and words of what became of a step."""
    colour, sign, said = state_look(step.state)
    if step.state != "done" or step.confirmed is None:
        return colour, sign, said
    return (GREEN if step.confirmed else AMBER), sign, said


def will_look(step: StepPreview) -> tuple[str, str, str]:
    """Returns colour, sign and words of what a run would do, and of what Graph is expected to answer."""
    colour, sign, said = WILLS.get(step.will, (AMBER, "?", words(step.will)))
    if step.expected is None:
        return colour, sign, said
    if step.expected.expected == "refused":
        return RED, "!", f"{said}, and Graph is expected to refuse it"
    return AMBER, "?", f"{said}, and Graph may refuse it"


def why_of(step: StepPreview) -> str:
    """Returns why a step would be done, and why Graph would refuse it."""
    reasons = [] if step.expected is None else [obstacle.text for obstacle in step.expected.because]
    return "; ".join(text for text in (step.why, *reasons) if text)


def gate_look(item: GateItem) -> tuple[str, str, str]:
    """Returns colour, sign and words of an item of the gate; one that is missing is red only where it refuses."""
    colour, sign, said = GATE_STATES.get(item.state, (AMBER, "?", words(item.state)))
    return (AMBER if item.state == "missing" and not item.refuses else colour), sign, said


def undo_look(step: UndoStep) -> tuple[str, str, str]:
    """Returns colour, sign and words of how a step is taken back, or of what became of that."""
    if step.state is None:
        return UNDO_WAYS.get(step.how, (AMBER, "?", words(step.how)))
    colour, sign, said = state_look(step.state)
    return colour, sign, "taken back" if step.state == "done" else said


def headline_look(run: Run) -> tuple[str, str]:
    """Returns colour and words of a headline."""
    colour, said = HEADLINES.get(run.headline, (AMBER, words(run.headline)))
    if colour == BLUE and not (run.whole and run.verified):
        return AMBER, said
    return (GREEN if colour == BLUE and not run.remains else colour), said


def account_name(plan: Plan) -> str:
    """Returns the sign-in name of a plan's account, or its object id."""
    return plan.seen.user_principal_name or plan.account


def digest_of(plan: Plan) -> str | None:
    """Returns the digest of a plan; None for one that this version cannot read."""
    try:
        return plan.digest
    except InvalidInputError:
        return None


def said_of(step: StepRun) -> str | None:
    """Returns the error of a step, or why it is in its state, or where a person does it."""
    if step.error is not None:
        return str(step.error.get("message"))
    return step.reason or step.by_hand
