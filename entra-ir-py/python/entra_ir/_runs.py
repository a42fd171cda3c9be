"""Arguments and events of runs, and what people do to a run: tick off, hand over, close."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

from . import _native, _record
from ._calls import known, name_of, typed, word, words
from ._containment import RunEvent, RunStatus
from ._native import Secret
from ._plans import Plan, PlanPreview
from ._reports import PurgeRecord, RunReport
from ._words import Incident, Phase

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from datetime import datetime, timedelta

    from ._calls import Account
    from ._containment import Run
    from ._words import GateWord


class SignedIn(Protocol):
    """A client that is signed in as somebody: a `Client` or an `AsyncClient`."""

    _native: _native.Client


Approver: TypeAlias = SignedIn | str
"""The second person: a client that is signed in as that person, which Graph is asked about, or a name, which proves nothing."""

SecretSink: TypeAlias = Callable[[str, str, str, Secret], object] | str | PathLike[str]
"""Where the passwords and passes of a run go: a callable, the path of a new file, or "discard". The callable gets the kind
("password", "access-pass"), the state ("pending", "in-force", "void"), the account's object id, and the secret."""

OnEvent: TypeAlias = Callable[[RunEvent], object]
"""A function that gets the events of a run, on a thread of its own: a slow one does not stall the run."""


def plan_of(user: Account, plan: object) -> tuple[str, list[Any], str, bool]:
    """Returns the account, what is known of it, and the plan or incident, in the core's form."""
    if isinstance(plan, PlanPreview):
        # What the preview read is not read again.
        beside = plan._beside
        read = [beside] if isinstance(beside, _native.Snapshot) else []
        return name_of(user), read or known(user), plan.plan.write(), False
    if isinstance(plan, Plan):
        return name_of(user), known(user), plan.write(), False
    if isinstance(plan, str):
        return name_of(user), known(user), word("plan", plan, Incident), True
    raise TypeError(f"plan: the word of an incident, a Plan or a PlanPreview is needed, not {type(plan).__name__}")


def run_options(
    *,
    confirm: str | None,
    until: Phase | None,
    secrets: SecretSink,
    on_event: OnEvent | None,
    approved_by: object,
    verify_within: timedelta | None,
    wait: bool,
    incident: str | None = None,
    ticket: str | None = None,
    authority: str | None = None,
    owner: str | None = None,
    four_eyes: bool = False,
    again: Iterable[int] = (),
    lift_despite: Iterable[GateWord] = (),
) -> dict[str, Any]:
    """Returns the options of a run in the core's form."""
    sink, path = _sink(secrets)
    approver = getattr(approved_by, "_native", None)
    name = approved_by if isinstance(approved_by, str) else None
    if approved_by is not None and name is None and not isinstance(approver, _native.Client):
        raise TypeError(f"approved_by: a Client of the second person, or a name, is needed, not {type(approved_by).__name__}")
    return {
        "confirm": None if confirm is None else typed("confirm", confirm, str),
        "until": None if until is None else word("until", until, Phase),
        "incident": incident,
        "ticket": ticket,
        "authority": authority,
        "owner": owner,
        "secrets": sink,
        "secrets_file": path,
        "on_event": None if on_event is None else _listener(on_event),
        "four_eyes": typed("four_eyes", four_eyes, bool),
        "approver": approver,
        "approver_name": name,
        "verify_within": None if verify_within is None else _native.seconds("verify_within", verify_within),
        "again": [typed("again", step, int) for step in again],
        "wait": typed("wait", wait, bool),
        "lift_despite": words("lift_despite", lift_despite),
    }


def watch_options(
    *,
    lasting: timedelta | None,
    every: timedelta | None,
    once: bool,
    again: bool,
    secrets: SecretSink,
    on_event: OnEvent | None,
) -> dict[str, Any]:
    """Returns the options of a watch in the core's form."""
    sink, path = _sink(secrets)
    return {
        "lasting": None if lasting is None else _native.seconds("lasting", lasting),
        "every": None if every is None else _native.seconds("every", every),
        "once": typed("once", once, bool),
        "again": typed("again", again, bool),
        "secrets": sink,
        "secrets_file": path,
        "on_event": None if on_event is None else _listener(on_event),
    }


def _sink(secrets: Any) -> tuple[object, str | None]:
    """Returns the callable or the path."""
    from os import PathLike, fspath

    if callable(secrets):
        return secrets, None
    if isinstance(secrets, str | PathLike):
        path = str(fspath(cast("str | PathLike[str]", secrets)))
        return (None, None) if path == "discard" else (None, path)
    raise TypeError(f'secrets: a callable, a path or "discard" is needed, not {type(secrets).__name__}')


def _listener(on_event: OnEvent) -> Callable[[str], object]:
    """Returns a function that reads an event of the core and passes it on."""
    from json import loads

    if not callable(on_event):
        raise TypeError(f"on_event: a callable is needed, not {type(on_event).__name__}")
    return lambda text: on_event(RunEvent._of(loads(text)))


def progress(plan: Plan | PlanPreview | None = None) -> OnEvent:
    """Returns a function for `on_event=` that shows how a run goes on.

    In a notebook it is a table that changes in place; in a terminal a bar, if tqdm is installed; elsewhere one line for each
    event, on the standard error. It never raises, and does not stall the run.

    Args:
        plan: The plan or its preview: with it the bar knows how many steps there are.

    Returns:
        The function, for one run.

    Raises:
        TypeError: For anything but a plan or a preview.

    Example:
        >>> preview = client.preview("adele@contoso.example")
        >>> confirm = "adele@contoso.example"
        >>> run = client.contain(confirm, preview, confirm=confirm, run_dir=folder, on_event=progress(preview))
        >>> run.headline
        'evicted-except'
    """
    plan = plan.plan if isinstance(plan, PlanPreview) else plan
    return _record.display().progress(() if plan is None else typed("plan", plan, Plan).steps)


class RunEvents:
    """The events of a run, one after the other: `for` over those of a `Client`, `async for` over those of an `AsyncClient`.

    The run begins with the first event that is asked for. When the events are over, `run` holds the result.
    """

    __slots__ = ("_begin", "_run")

    def __init__(self, begin: Callable[[OnEvent], Any]) -> None:
        """Holds the function that begins the run with a function for its events."""
        self._begin = begin
        self._run: Run | None = None

    @property
    def run(self) -> Run | None:
        """The result; None as long as the events are not over."""
        return self._run

    def __iter__(self) -> Iterator[RunEvent]:
        """Runs on a thread of its own, and yields each event when it happens. Leaving the loop does not stop the run."""
        from queue import SimpleQueue
        from threading import Thread

        events: SimpleQueue[RunEvent | None] = SimpleQueue()
        failed: list[BaseException] = []

        def work() -> None:
            try:
                self._run = self._begin(events.put)
            except BaseException as error:  # It is raised where the events are asked for.
                failed.append(error)
            events.put(None)

        thread = Thread(target=work, name="entra_ir run")
        thread.start()
        yield from iter(events.get, None)
        thread.join()
        if failed:
            raise failed[0]

    async def __aiter__(self) -> AsyncIterator[RunEvent]:
        """Runs as a task, and yields each event when it happens. Leaving the loop stops the run; its journal continues it."""
        from asyncio import Future, Queue, ensure_future, get_running_loop

        loop, events = get_running_loop(), Queue[RunEvent | None]()

        def tell(event: RunEvent | None) -> None:
            loop.call_soon_threadsafe(events.put_nowait, event)

        def over(_: object) -> None:
            tell(None)

        task: Future[Run] = ensure_future(self._begin(tell))
        task.add_done_callback(over)
        try:
            while (event := await events.get()) is not None:
                yield event
            self._run = await task
        finally:
            task.cancel()


def tick_off(run_dir: str | PathLike[str], step: int, *, by: str, proof: str | None = None) -> None:
    """Records in the journal of a run that a person did a step elsewhere.

    Args:
        run_dir: The folder of the run.
        step: The step, by its place in the plan from 0 on: `StepRun.step`.
        by: Who did it.
        proof: What shows it: a ticket, a screenshot, a call.

    Raises:
        InvalidInputError: For a step that the plan does not have or that the run did, or a folder without a run.
        RefusedError: For a journal that was edited or is closed.

    Example:
        >>> run = client.contain("alex@contoso.example", confirm="alex@contoso.example", run_dir=folder)
        >>> step = next(step for step in run.steps if step.state == "by-hand")
        >>> tick_off(folder, step.step, by="Ada (Active Directory)", proof="ticket 42")
        >>> run_status(folder).steps[step.step].state
        'ticked-off'
    """
    if typed("step", step, int) < 0:
        raise _native.refused_input(f"step: {step} is no place in a plan")
    _native.tick_off(_path(run_dir), step, typed("by", by, str), proof)


def hand_over(run_dir: str | PathLike[str], *, to: str, by: str | None = None, note: str | None = None) -> None:
    """Records in the journal of a run that another person continues it, on this machine or from a copy of the folder.

    Args:
        run_dir: The folder of the run.
        to: Who continues it.
        by: Who hands it over.
        note: What the next person should know.

    Raises:
        InvalidInputError: Without a name, or for a folder without a run.
        RefusedError: For a journal that was edited or is closed.
    """
    _native.hand_over(_path(run_dir), by, typed("to", to, str), note)


def close_run(run_dir: str | PathLike[str]) -> str | None:
    """Closes a run, whatever is left of it: no entry follows in its journal.

    Args:
        run_dir: The folder of the run.

    Returns:
        The digest of the closing entry.

    Raises:
        InvalidInputError: For a folder without a run.
        RefusedError: For a journal that was edited or is closed.
    """
    return _native.close_run(_path(run_dir))


def run_report(
    run_dir: str | PathLike[str], *, zone: str | None = None, aware_since: datetime | None = None, redact: bool = False
) -> RunReport:
    """Makes the report of a run from its journal: what was done, when, by whom, and what remained.

    `to_markdown()` is for a ticket or a mail, `to_html()` a page for people who were not there; names that an attacker chose are
    escaped in both. Nothing of the tenant is read, and no secret is in it.

    Args:
        run_dir: The folder of the run.
        zone: A time zone of the IANA database, such as "Europe/Berlin": times are written in it too, beside UTC.
        aware_since: When somebody became aware of the incident, an aware datetime: the report then reminds of the times by which
            laws ask for a report. It is not legal advice.
        redact: Whether names and ids are replaced by placeholders such as `user-1`, to pass the report to people outside.

    Returns:
        The report.

    Raises:
        InvalidInputError: For a folder without a run, an unknown zone, or a datetime without a time zone.
        RefusedError: For a journal that was edited, or written by a newer version.

    Example:
        >>> run = client.contain("adele@contoso.example", confirm="adele@contoso.example", run_dir=folder)
        >>> run_report(folder, zone="Europe/Berlin").to_markdown().splitlines()[0]
        '# Containment of adele@contoso.example'
    """
    from json import loads

    return RunReport._of(loads(_native.run_report(_path(run_dir), zone, aware_since, typed("redact", redact, bool))))


def purge_run(run_dir: str | PathLike[str], *, by: str | None = None, confirm: bool = False, force: bool = False) -> PurgeRecord:
    """Shows what a purge of a run removes, and removes it with `confirm`: the evidence, the journal and the folder.

    A record stays beside the folder: what was removed, when, by whom, with digests. Make the report before.

    Args:
        run_dir: The folder of the run. A folder that holds anything else, or a symbolic link, is refused.
        by: Who removes it.
        confirm: Whether it is removed; otherwise nothing is.
        force: Whether a run may be removed that is not closed.

    Returns:
        The record: `purged` is None as long as nothing was removed.

    Raises:
        InvalidInputError: For anything but the folder of a run, an open run, or a purge without a name.
        RefusedError: For a journal that was edited.

    Example:
        >>> run = client.contain("adele@contoso.example", confirm="adele@contoso.example", run_dir=folder)
        >>> digest = close_run(folder)
        >>> purge_run(folder).purged is None
        True
        >>> purge_run(folder, by="Ada", confirm=True).closed == digest
        True
    """
    from json import loads

    return PurgeRecord._of(
        loads(_native.purge_run(_path(run_dir), by, typed("confirm", confirm, bool), typed("force", force, bool)))
    )


def run_status(run_dir: str | PathLike[str]) -> RunStatus:
    """Reads what the journal of a run holds. Nothing of the tenant is read, so it tells what was done, not what is.

    Args:
        run_dir: The folder of the run.

    Returns:
        The plan, the steps and what became of each.

    Raises:
        InvalidInputError: For a folder without a run.
        RefusedError: For a journal that was edited, or written by a newer version.
    """
    from json import loads

    return RunStatus._of(loads(_native.run_status(_path(run_dir))))


def _path(run_dir: str | PathLike[str]) -> str:
    from os import fspath

    return fspath(run_dir)
