"""`report`, `purge`: what a run did, for those who were not there, and the end of its folder. Graph is not called."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from .._record import as_json
from .._runs import purge_run, run_report
from .command import Command
from .exits import DONE, REFUSED, UsageError
from .files import create, create_folder
from .options import moment
from .output import say, show, tell
from .people import folder

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from .._reports import RunReport

FORMATS = ("markdown", "html", "json", "ocsf")
SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".json": "json",
    ".jsonl": "ocsf",
    ".ndjson": "ocsf",
}


def _arguments(parser: ArgumentParser) -> None:
    folder(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="writes the report to a new file that only you may read")
    parser.add_argument("--format", choices=FORMATS, help="the format; that of the suffix of FILE, or markdown, if not given")
    parser.add_argument("--zone", metavar="ZONE", help="writes times in this zone too, such as Europe/Berlin")
    parser.add_argument(
        "--aware-since",
        metavar="TIME",
        type=moment,
        help="when somebody became aware of the incident, ISO 8601 with offset: reminds of the times to report; not legal advice",
    )
    parser.add_argument("--redact", action="store_true", help="replaces names and ids by placeholders such as user-1")
    parser.add_argument(
        "--drafts", metavar="DIR", help="writes drafts of messages to the user, the help desk and others there; nothing is sent"
    )


def _purge_arguments(parser: ArgumentParser) -> None:
    folder(parser)
    parser.add_argument("--confirm", action="store_true", help="removes it; without it nothing is removed")
    parser.add_argument("--by", metavar="NAME", help="who removes it; needed with --confirm")
    parser.add_argument("--force", action="store_true", help="removes a run that is not closed")


def _report(options: Namespace) -> int:
    report = run_report(options.run_dir, zone=options.zone, aware_since=options.aware_since, redact=options.redact)
    text = _written(report, _format(options))
    if options.output:
        create(options.output, text + "\n", "--output")
        text = f"the report is in {options.output}"
    if options.drafts:
        text = f"{text}\n{_drafts(report, options.drafts)}" if options.output else _drafts(report, options.drafts)
    say(options, text)
    return DONE


def _drafts(report: RunReport, place: str) -> str:
    """Writes each draft to a file of its own, in a folder that only its owner may read."""
    create_folder(place, "--drafts")
    drafts = report.drafts()
    for draft in drafts:
        create(str(PurePath(place, f"{draft.to}.txt")), f"Subject: {draft.subject}\n\n{draft.text}", "--drafts")
    return f"{len(drafts)} drafts are in {place}; nothing was sent"


def _purge(options: Namespace) -> int:
    if options.confirm and not options.by:
        raise UsageError("--confirm: who removes it has to be named", "give --by")
    record = purge_run(options.run_dir, by=options.by, confirm=options.confirm, force=options.force)
    show(options, record)
    if options.confirm:
        return DONE
    tell("nothing was removed: give --confirm and --by")
    return REFUSED


def _format(options: Namespace) -> str:
    if options.format:
        return str(options.format)
    if options.json:
        return "json"
    return SUFFIXES.get(PurePath(options.output or "").suffix.lower(), "markdown")


def _written(report: RunReport, format: str) -> str:
    if format == "json":
        return report.to_json(indent=2)
    if format == "ocsf":
        # A line for each event, as collectors read it.
        return "\n".join(as_json(event, None) for event in report.to_ocsf())
    return (report.to_html() if format == "html" else report.to_markdown()).rstrip("\n")


COMMANDS = (
    Command(
        "report",
        "Writes the report of a run in Markdown, HTML, JSON or OCSF, from its journal alone. Nothing of the tenant is read.",
        ("entra-ir report run", "entra-ir report run -o report.html --zone Europe/Berlin"),
        _arguments,
        _report,
        connects=False,
    ),
    Command(
        "purge",
        "Shows what a purge of a run removes; with --confirm it removes evidence, journal and folder, and leaves a record.",
        ("entra-ir purge run", "entra-ir purge run --confirm --by Ada"),
        _purge_arguments,
        _purge,
        connects=False,
    ),
)
