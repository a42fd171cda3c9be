"""Plans, previews and runs as plain text, for a terminal: the headline, the steps, and what is left, in the core's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._containment import Run, RunEvent, RunStatus
from .._drafts import Draft
from .._plans import Plan, PlanPreview
from .._reports import PurgeRecord
from .markup import utc
from .registry import TEXTS
from .run_words import account_name, digest_of, headline_look, phase_name, said_of, state_look, why_of, will_look
from .text import printable
from .words import word_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._doors import OpenDoors
    from .._plans import PlanStep, StepPreview


def run_text(run: Run) -> str:
    """Writes what was reached, each step that was asked for, what remains, and how the run continues."""
    verified = "" if run.verified else "NOT VERIFIED: "
    lines = [f"{printable(run.user_principal_name or run.account)}: {verified}{_headline(run)}"]
    for phase in run.phases:
        over = ", OVER BUDGET" if phase.elapsed > phase.budget else ""
        lines.append(f"{phase_name(phase.phase)}: {phase.elapsed:.1f} s of {phase.budget:.0f} s{over}")
    for step in run.steps:
        if step.state != "not-asked":
            said = said_of(step)
            because = f": {printable(said)}" if said else ""
            seen = " (confirmed)" if step.confirmed else ""
            lines.append(f"{step.step + 1:>2}. {printable(step.title)}: {state_look(step.state)[2]}{because}{seen}")
    lines += [f"remains: {printable(line)}" for line in run.remains]
    lines += [f"by others: {printable(line)}" for line in run.others]
    lines += [f"warning: {printable(line)}" for line in run.warnings]
    if run.due is not None:
        lines.append(f"resume at or after {utc(run.due)}: {printable(run.place)}")
    lines.append(f"journal and evidence: {printable(run.place)}")
    return "\n".join([*lines, *([f"closed: {printable(run.closed)}"] if run.closed else [])])


def _headline(run: Run) -> str:
    said, remains = headline_look(run)[1], run.remains
    if not remains:
        return f"{said}; outside Graph, nothing was seen"
    more = f"; and {len(remains) - 1} more" if remains[1:] else ""
    return f"{said}, except: {printable(remains[0])}{more}"


def preview_text(preview: PlanPreview) -> str:
    """Writes what would become of each step, the doors that would be left, and with what to confirm."""
    lines = [_head(preview.plan), *_steps((step.phase, step.title, _will(step)) for step in preview.steps)]
    lines += _doors_left(preview.doors)
    lines += [f"notice: {printable(notice)}" for notice in preview.notices]
    lines += [f"not read: {printable(unread)}" for unread in preview.unread]
    return "\n".join([*lines, *_choices(preview.plan), _confirm(preview.plan, preview.digest)])


def _steps(steps: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Writes phase, title and what there is to say, with a heading for each phase."""
    begun = None
    for number, (phase, title, said) in enumerate(steps, 1):
        if phase != begun:
            begun = phase
            yield f"{phase_name(phase)}:"
        yield f"{number:>3}. {printable(title)}: {said}"


def _will(step: StepPreview) -> str:
    why = why_of(step)
    return f"{will_look(step)[2]}: {printable(why)}" if why else will_look(step)[2]


def _doors_left(doors: OpenDoors) -> Iterator[str]:
    for door in doors.doors:
        word = word_of(door)
        if word == "open":
            left = "stays open"
        elif word == "closing":
            left = f"closes by {utc(door.until)}" if door.until else "closes, end unknown"
        elif word == "unknown" and not door.out_of_sight:
            left = "unknown"
        else:
            continue
        yield f"{left}: {printable(door.label)}: {printable(door.why)}"


def plan_text(plan: Plan) -> str:
    """Writes the steps with how each is done, and with what to confirm."""
    lines = [_head(plan), *_steps((step.phase, step.title, printable(_way(step))) for step in plan.steps)]
    lines += [f"outside Graph: {printable(place)}" for place in plan.outside]
    return "\n".join([*lines, *_choices(plan), _confirm(plan, digest_of(plan))])


def _way(step: PlanStep) -> str:
    return str(step.call.get("operation")) if step.call else f"by hand: {step.by_hand or 'place unknown'}"


def _head(plan: Plan) -> str:
    return f"{printable(account_name(plan))}: {printable(plan.name)} ({printable(plan.seen.kind)} account)"


def _choices(plan: Plan) -> Iterator[str]:
    return (f"disputed: {printable(choice.about)}: {printable(choice.chosen)}" for choice in plan.choices)


def _confirm(plan: Plan, digest: str | None) -> str:
    either = f" or {printable(digest)}" if digest else ""
    return f"confirm with {printable(account_name(plan))}{either}"


def status_text(status: RunStatus) -> str:
    """Writes what the journal says: whose run it is, and what became of each step."""
    about = status.about
    owner = status.handed_over_to or about.owner
    lines = [
        f"{printable(account_name(status.plan))}: {printable(status.plan.name)} ({status.entries} entries)",
        f"began {utc(status.began)}, last entry {utc(status.last)}",
    ]
    named = {"incident": about.incident, "ticket": about.ticket, "authority": about.authority, "owner": owner}
    lines += [f"{what}: {printable(value)}" for what, value in named.items() if value is not None]
    if status.last_watched is not None:
        lines.append(f"watched: {status.watched} rounds, the last at {utc(status.last_watched)}")
    for step in status.steps:
        tick = step.ticked
        by = f", by {printable(tick.by)} at {utc(tick.at)}" if tick else ""
        lines.append(f"{step.step + 1:>2}. {printable(step.title)}: {state_look(step.state)[2]}{by}")
    return "\n".join(
        [*lines, f"closed: {printable(status.closed)}" if status.closed else f"not closed: {printable(status.place)}"]
    )


def event_text(event: RunEvent) -> str:
    """Writes one line: when, what became of a step, what it is about."""
    became = f"{state_look(event.state)[2]}: " if event.state else ""
    return f"{event.elapsed:>6.1f} s  {became}{printable(event.text)}"


def draft_text(draft: Draft) -> str:
    """Writes whom it is for, the subject and the text; each line of it is made printable."""
    lines = [f"To: {draft.to}", f"Subject: {printable(draft.subject)}", ""]
    return "\n".join([*lines, *map(printable, draft.text.splitlines())])


def purge_text(record: PurgeRecord) -> str:
    """Writes the files, and what became of them."""
    lines = [f"{printable(record.folder)}: {len(record.files)} files, {sum(file.bytes for file in record.files)} bytes"]
    lines += [f"  {file.sha256} {printable(file.name)} ({file.bytes} bytes)" for file in record.files]
    closed = record.closed
    lines.append(f"the run is closed: {closed}" if closed else "THE RUN IS OPEN: nobody can continue it afterwards")
    at = printable(record.at)
    if record.purged is None:
        return "\n".join([*lines, f"nothing was removed yet; the record will be {at}"])
    return "\n".join([*lines, f"removed at {utc(record.purged)} by {printable(record.by or 'somebody')}: {at}"])


TEXTS.update(
    {
        Run: run_text,
        PlanPreview: preview_text,
        Plan: plan_text,
        RunStatus: status_text,
        RunEvent: event_text,
        Draft: draft_text,
        PurgeRecord: purge_text,
    }
)
