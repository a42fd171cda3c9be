"""Shows how a run goes on: a table that changes in place in a notebook, a bar in a terminal, otherwise lines."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from .markup import AMBER, BLUE, MOST_ROWS, Markup, badge, quiet, state, title, told, warning, whole
from .run_text import event_text
from .run_words import phase_name, state_look
from .runs import by_phase
from .text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .._containment import RunEvent
    from .._plans import PlanStep

# A rate of steps says nothing.
BAR = "{desc} |{bar}| {n_fmt}/{total_fmt} steps, {elapsed}"
# What a responder must see at once, beside the bar.
ALARMS = ("failed", "unsettled")


def progress(steps: Sequence[PlanStep]) -> Callable[[RunEvent], object]:
    """Returns a function that shows events; the steps of the plan say how many there are."""
    show: Callable[[RunEvent], object] = _lines
    # What shows a run never stops it, nor fills its output with errors.
    with suppress(Exception):
        show = _notebook() or _bar(steps) or _lines

    def on_event(event: RunEvent) -> None:
        with suppress(Exception):
            show(event)

    return on_event


def _lines(event: RunEvent) -> None:
    # Without a console there is nowhere to print.
    if sys.stderr is not None:
        print(event_text(event), file=sys.stderr, flush=True)


def _notebook() -> Callable[[RunEvent], object] | None:
    """Returns a function that changes one table in place, if a notebook runs this."""
    # Only a running IPython has one; it is never started here.
    ipython = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(ipython, "kernel", None) is None:
        return None
    shown: Any = import_module("IPython.display")
    table = LiveTable()
    handle = shown.display(shown.HTML(table.html()), display_id=True)

    def show(event: RunEvent) -> None:
        table.take(event)
        handle.update(shown.HTML(table.html()))

    return show


class LiveTable:
    """The steps of a run as far as its events tell, as a table."""

    def __init__(self) -> None:
        """Begins without any event."""
        self._last: RunEvent | None = None
        self._phase = ""
        self._steps: dict[int, RunEvent] = {}
        self._warnings: list[str] = []

    def take(self, event: RunEvent) -> None:
        """Takes an event into the table; the beginning of a run empties it."""
        if event.kind == "begins":
            self._phase, self._steps, self._warnings = "", {}, []
        self._last = event
        self._phase = phase_name(event.phase) if event.phase else self._phase
        if event.step is not None:
            self._steps[event.step] = event
        elif event.kind in ("warning", "came-back"):
            self._warnings.append(event.text)

    def html(self) -> str:
        """Shows it."""
        last = self._last
        if last is None:
            return whole(title("The run has not begun", badge("waits", AMBER)))
        over = last.kind == "ends"
        mark = badge("over", BLUE) if over else badge(self._phase or "begins", AMBER)
        steps = sorted(self._steps.items())
        rows = [(step + 1, told(event.text), _became(event), f"{event.elapsed:.1f} s") for step, event in steps[:MOST_ROWS]]
        return whole(
            title(told(last.text), mark, quiet(f"{last.elapsed:.1f} s")),
            *(warning(told(each)) for each in self._warnings[:MOST_ROWS]),
            by_phase(("step", "state", "after"), [event.phase for _, event in steps], rows) if rows else "",
        )


def _became(event: RunEvent) -> Markup:
    if event.state is None:
        return state("in progress", BLUE, sign="\u2026")
    colour, sign, said = state_look(event.state)
    return state(said, colour, sign=sign)


def _bar(steps: Sequence[PlanStep]) -> Callable[[RunEvent], object] | None:
    """Returns a function that shows a bar of tqdm, if it is installed and a terminal shows it."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        tqdm: Any = import_module("tqdm").tqdm
    except ImportError:
        return None
    return Bar(tqdm, steps).take


class Bar:
    """A bar by steps, with the phase and the time; what failed stays above it."""

    def __init__(self, tqdm: Any, steps: Sequence[PlanStep]) -> None:
        """Begins with the steps that let nobody in: a run does no others unless it is asked to."""
        self._tqdm = tqdm
        self._phases = [step.phase for step in steps]
        self._ended: set[int] = set()
        self._bar: Any = None

    def take(self, event: RunEvent) -> None:
        """Shows an event."""
        if self._bar is None:
            total = sum(1 for phase in self._phases if phase != "recover") or None
            # Some terminals do not say how large they are; to tqdm they would have no room for a bar.
            size = get_terminal_size()
            room = {"ncols": size.columns - 1, "nrows": size.lines}
            self._bar = self._tqdm(total=total, file=sys.stderr, mininterval=0, bar_format=BAR, **room)
        bar = self._bar
        if event.phase == "recover" and self._phases:
            bar.total = len(self._phases)
        if event.kind == "step-ends" and event.step is not None:
            self._ended.add(event.step)
        bar.n = len(self._ended)
        if event.kind in ("warning", "came-back") or event.state in ALARMS:
            bar.write(event_text(event), file=sys.stderr)
        if event.step is not None:
            bar.set_description_str(f"{phase_name(event.phase)}: {printable(event.text)}", refresh=False)
        if event.kind == "ends":
            bar.total = bar.n
            bar.set_description_str("over", refresh=False)
        bar.refresh()
        if event.kind == "ends":
            bar.close()
            self._bar = None
            self._ended.clear()
            print(event_text(event), file=sys.stderr, flush=True)
