"""Plans, previews and runs as tables for notebooks: what was reached, the steps, what is left; the evidence is collapsed."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, Any

from .._containment import Run, RunEvent, RunStatus, StepRun
from .._plans import Plan, PlanPreview, PlanStep, StepPreview
from .._reports import RunReport
from .markup import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    MOST_ROWS,
    RED,
    Markup,
    badge,
    code,
    facts,
    folded,
    lines,
    name,
    note,
    quiet,
    section,
    short,
    small,
    state,
    table,
    text,
    title,
    together,
    told,
    utc,
    warning,
)
from .registry import PARTS, TABLES
from .run_words import account_name, digest_of, headline_look, phase_name, said_of, state_look, step_look, why_of, will_look
from .words import STATES, count, headline, sorted_doors, word_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._containment import PhaseRun
    from .._doors import OpenDoors

HEADS = ("step", "state", "because, or where a person does it")
SEEN: dict[bool | None, str] = {True: "confirmed", False: "the account does not show it yet", None: ""}


def _run(run: Run) -> list[Markup]:
    colour, said = headline_look(run)
    left = f"{count(len(run.remains), 'point')} left" if run.remains else "outside Graph, nothing was seen"
    about = quiet(f"{words(run.incident)}; {left}")
    asked = [step for step in run.steps if step.state != "not-asked"]
    later = [step for step in run.steps if step.state == "not-asked"]
    return [
        title(name(run.user_principal_name or run.account), badge(said, colour), about),
        facts(_where(run)),
        *(
            []
            if run.verified
            else [warning("the account was not read at the end: which doors are open is unknown", "NOT VERIFIED")]
        ),
        *(warning(told(each)) for each in run.warnings[:MOST_ROWS]),
        *(warning(told(each), "By others") for each in run.others[:MOST_ROWS]),
        runs_table(asked),
        *_listed("What remains", run.remains),
        *([folded(f"Later phases: {count(len(later), 'step')}", runs_table(later))] if later else []),
        *_doors_part("Doors as the account was read at the end", run.doors),
        *_outside(run.outside),
        *_evidence(run),
    ]


def _where(run: Run) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [(phase_name(phase.phase), _took(phase)) for phase in run.phases]
    if run.due is not None:
        rows.append(("resume", f"at or after {utc(run.due)}"))
    rows.append(("journal", code(run.place)))
    return [*rows, ("closed", code(run.closed))] if run.closed else rows


def _took(phase: PhaseRun) -> Markup:
    took = f"{phase.elapsed:.1f} s of {phase.budget:.0f} s"
    return state("over budget", RED, took) if phase.elapsed > phase.budget else text(took)


def runs_table(steps: Sequence[StepRun]) -> Markup:
    """Shows what became of steps, one in a row."""
    shown = [(step.step + 1, _titled(step), _became(step), _because(step)) for step in steps[:MOST_ROWS]]
    return by_phase(HEADS, [step.phase for step in steps], shown)


def by_phase(heads: Sequence[str], phases: Sequence[str | None], rows: Sequence[Sequence[object]]) -> Markup:
    """Shows steps, one in a row, with the name of a phase at its first step."""
    named = [
        text(phase_name(phase)) if place == 0 or phase != phases[place - 1] else Markup("&#160;")
        for place, phase in enumerate(phases[:MOST_ROWS])
    ]
    shown = [(together(phase), *row) for phase, row in zip(named, rows, strict=True)]
    return table(("", "", *heads), shown, len(phases))


def _titled(step: StepRun) -> Markup:
    return lines(Markup(f"<b>{told(step.title)}</b>"), code(f"client.{step.operation}") if step.operation else None)


def _became(step: StepRun) -> Markup:
    colour, sign, said = step_look(step)
    seen = SEEN[step.confirmed] if step.state == "done" else ""
    return lines(state(said, colour, sign=sign), small(quiet(seen)) if seen else None)


def _because(step: StepRun) -> Markup:
    tick, said = step.ticked, said_of(step)
    parts = [
        told(said) if said else None,
        small(quiet(f"due at or after {utc(step.due)}")) if step.due else None,
        told(f"by {tick.by} at {utc(tick.at)}") if tick else None,
        small(quiet(told(f"proof: {tick.proof}"))) if tick and tick.proof else None,
    ]
    return lines(*parts)


def _doors_part(head: str, doors: OpenDoors | None) -> list[Markup]:
    if doors is None:
        return []
    ordered = sorted_doors(doors.doors)
    worst = word_of(ordered[0]) if ordered else "unknown"
    summary = Markup(f"{text(head)}: {state(headline(doors), STATES[worst])}")
    return [folded(summary, "".join(PARTS[type(doors)](doors)))]


def _list(items: Sequence[str]) -> Markup:
    rest = len(items) - MOST_ROWS
    rows = [Markup(f"\u2022 {told(item)}") for item in items[:MOST_ROWS]]
    return Markup(f"<div>{lines(*rows, quiet(f'and {rest:,} more, not shown') if rest > 0 else None)}</div>")


def _listed(head: str, items: Sequence[str]) -> list[Markup]:
    return [section(head), _list(items)] if items else []


def _outside(places: Sequence[str]) -> list[Markup]:
    return [folded(f"Outside Graph: {count(len(places), 'place')}", _list(places))] if places else []


def _evidence(run: Run) -> list[Markup]:
    kept = run.evidence
    if not kept:
        return []
    rows = [
        (
            code(item.path),
            item.status,
            f"{item.bytes:,}",
            short(item.sha256),
            told(item.missing) if item.missing else code(item.name),
        )
        for item in kept[:MOST_ROWS]
    ]
    missing = sum(1 for item in kept if item.missing)
    lost = Markup(f" {state(f'{missing} not stored', RED)}") if missing else ""
    inside = table(("asked", "status", "bytes", "SHA-256", "stored as"), rows, len(kept))
    return [folded(Markup(f"Evidence: {count(len(kept), 'answer')}{lost}"), inside)]


def _head(plan: Plan, mark: Markup) -> Markup:
    privileged = {True: ", privileged", False: "", None: ", privileged or not: unknown"}[plan.seen.privileged]
    return title(name(account_name(plan)), mark, quiet(told(f"{plan.name}; {plan.seen.kind} account{privileged}")))


def _confirm(plan: Plan, digest: str | None) -> tuple[str, object]:
    either = f" {quiet('or')} {code(digest)}" if digest else ""
    return "confirm with", Markup(f"{code(account_name(plan))}{either}")


def _choices(plan: Plan) -> list[Markup]:
    rows = [(told(choice.about), told(choice.chosen)) for choice in plan.choices[:MOST_ROWS]]
    if not rows:
        return []
    inside = table(("question", "the plan's choice"), rows, len(plan.choices))
    return [folded(f"Where authorities disagree: {count(len(plan.choices), 'question')}", inside)]


def _preview(preview: PlanPreview) -> list[Markup]:
    plan = preview.plan
    first = [step.will for step in preview.steps if step.phase == "lock-out"]
    mark = badge("preview", BLUE)
    if "unknown" in first:
        mark = badge("preview, not all is known", AMBER)
    if "refused" in first:
        mark = badge("LOCK-OUT WILL BE REFUSED", RED)
    requests = [(step.step + 1, request) for step in preview.steps for request in step.requests]
    rows = [(number, *_request(request)) for number, request in requests[:MOST_ROWS]]
    return [
        _head(plan, mark),
        facts([_confirm(plan, preview.digest)]),
        *(warning(told(each), "Not read") for each in preview.unread[:MOST_ROWS]),
        previews_table(preview.steps),
        *_listed("What the user will notice, and what stops", preview.notices),
        *_doors_part("Doors when all of it is done", preview.doors),
        folded(f"Would send: {count(len(requests), 'request')}", table(("step", "request", "body"), rows, len(requests))),
        *_choices(plan),
        *_outside(plan.outside),
    ]


def _request(request: Any) -> tuple[object, object]:
    return code(f"{request.method} {request.path}"), None if request.body is None else code(dumps(request.body))


def previews_table(steps: Sequence[StepPreview]) -> Markup:
    """Shows what a run would do in steps, one in a row."""
    rows: list[Sequence[object]] = []
    for step in steps[:MOST_ROWS]:
        colour, sign, said = will_look(step)
        operations = dict.fromkeys(request.operation for request in step.requests)
        calls = [code(f"client.{operation}") for operation in operations]
        what = lines(Markup(f"<b>{told(step.title)}</b>"), *calls)
        rows.append((step.step + 1, what, state(said, colour, sign=sign), told(why) if (why := why_of(step)) else None))
    return by_phase(("step", "the run", HEADS[-1]), [step.phase for step in steps], rows)


def _plan(plan: Plan) -> list[Markup]:
    mark = badge("plan", GREY)
    return [
        _head(plan, mark),
        facts([_confirm(plan, digest_of(plan)), ("account read", plan.seen.at)]),
        plans_table(plan.steps),
        *_choices(plan),
        *_outside(plan.outside),
    ]


def plans_table(steps: Sequence[PlanStep]) -> Markup:
    """Shows the steps of a plan, one in a row."""
    rows = [
        (
            number,
            lines(Markup(f"<b>{told(step.title)}</b>"), _way(step), small(quiet(told(step.when)))),
            lines(told(step.reason), _limit(step.does_not)),
            lines(told(step.cost), small(quiet(told(f"needs {step.needs}")))),
        )
        for number, step in enumerate(steps[:MOST_ROWS], 1)
    ]
    heads = ("do", "because, and what it does not do", "what it costs and needs")
    return by_phase(heads, [step.phase for step in steps], rows)


def _way(step: PlanStep) -> Markup:
    if step.call:
        return code(f"client.{step.call.get('operation')}")
    return small(told(f"by hand: {step.by_hand or 'place unknown'}"))


def _limit(does_not: str) -> Markup | None:
    return state("", AMBER, told(does_not)) if does_not else None


def _status(status: RunStatus) -> list[Markup]:
    about, plan = status.about, status.plan
    mark = badge("closed", GREY) if status.closed else badge("not closed", BLUE)
    named = (
        ("incident", about.incident),
        ("ticket", about.ticket),
        ("authority", about.authority),
        ("owner", about.owner),
        ("handed over to", status.handed_over_to),
    )
    rows: list[tuple[str, object]] = [(what, told(value)) for what, value in named if value is not None]
    rows += [
        ("began", status.began),
        ("last entry", Markup(f"{utc(status.last)} {quiet(f'{status.entries:,} entries')}")),
        *(
            [("watched", Markup(f"{count(status.watched, 'round')} {quiet(f'the last at {utc(status.last_watched)}')}"))]
            if status.last_watched is not None
            else []
        ),
        ("evidence", count(status.evidence, "answer")),
        ("journal", code(status.place)),
        *([("closed", code(status.closed))] if status.closed else []),
    ]
    return [
        _head(plan, mark),
        note("What the journal says was done; the account was not read."),
        facts(rows),
        runs_table(status.steps),
        *_outside(plan.outside),
    ]


def _report(report: RunReport) -> list[Markup]:
    """Shows the headline, what remains and where the rest is; `to_html` writes the whole report."""
    contained = report.headline is not None and not report.headline.startswith("NOT CONTAINED")
    colour = RED if not (contained and report.verified) else AMBER if report.remains else GREEN
    about = quiet(told(f"{report.name}; {count(len(report.timeline), 'line')}, {count(len(report.evidence), 'answer')} kept"))
    return [
        title(name(report.user_principal_name or report.account), badge("report", GREY), about),
        facts(
            [
                ("headline", state(report.headline or "not assessed yet", colour)),
                *([("as read at", report.assessed)] if report.assessed else []),
                ("began", report.began),
                ("closed", code(report.closed) if report.closed else "not yet"),
                *((due.law, due.at) for due in report.due),
            ]
        ),
        *_listed("What remains", report.remains),
        note("The report of a run, from its journal alone. to_html() writes a page, to_markdown() a text."),
    ]


def _step(step: StepRun) -> list[Markup]:
    colour, _, said = step_look(step)
    seen = SEEN[step.confirmed] if step.state == "done" else ""
    rows: list[tuple[str, object]] = [("step", f"{step.step + 1}, {phase_name(step.phase)}")]
    if step.operation:
        rows.append(("call", code(f"client.{step.operation}")))
    if because := _because(step):
        rows.append(("because", because))
    shown: list[Markup] = []
    if step.output is not None:
        shown.append(folded("Result", code(dumps(step.output))))
    return [title(told(step.title), badge(said, colour), quiet(seen) if seen else None), facts(rows), *shown]


def events_table(events: Sequence[RunEvent]) -> Markup:
    """Shows events, one in a row."""
    rows: list[Sequence[object]] = []
    for event in events[:MOST_ROWS]:
        colour, sign, said = state_look(event.state) if event.state else ("", "", "")
        became = state(said, colour, sign=sign) if event.state else None
        rows.append((f"{event.elapsed:.1f} s", phase_name(event.phase) or None, became, told(event.text)))
    return table(("after", "phase", "state", "what"), rows, len(events))


PARTS.update({Run: _run, RunReport: _report, PlanPreview: _preview, Plan: _plan, RunStatus: _status, StepRun: _step})
TABLES.update({StepRun: runs_table, StepPreview: previews_table, PlanStep: plans_table, RunEvent: events_table})
