"""How a run or a watch goes on: a line for each event, and the next step after Ctrl-C."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .. import _record
from .output import tell

if TYPE_CHECKING:
    from collections.abc import Generator

    from .._containment import RunEvent


@contextmanager
def interruptible(following: str) -> Generator[None, None, None]:
    """Names the next step after Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt as stop:
        stop.add_note(f"Next: {following}")
        raise


def progress(event: RunEvent) -> None:
    """Prints the phase, the number of the step, and the event: when, and what became of it."""
    number = "" if event.step is None else f"{event.step + 1}."
    tell(f"{event.phase or '':<9}{number:<4}{_record.display().plain_text(event)}")
