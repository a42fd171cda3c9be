"""`report`: what a run did, for those who were not there. Graph is not called."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from .._runs import run_report
from .command import Command
from .exits import DONE
from .files import create
from .options import moment
from .output import say
from .people import folder

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from .._containment import RunReport

FORMATS = ("markdown", "html", "json")
SUFFIXES = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".json": "json"}


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


def _report(options: Namespace) -> int:
    report = run_report(options.run_dir, zone=options.zone, aware_since=options.aware_since)
    text = _written(report, _format(options))
    if options.output:
        create(options.output, text + "\n", "--output")
        text = f"the report is in {options.output}"
    say(options, text)
    return DONE


def _format(options: Namespace) -> str:
    if options.format:
        return str(options.format)
    if options.json:
        return "json"
    return SUFFIXES.get(PurePath(options.output or "").suffix.lower(), "markdown")


def _written(report: RunReport, format: str) -> str:
    if format == "json":
        return report.to_json(indent=2)
    return (report.to_html() if format == "html" else report.to_markdown()).rstrip("\n")


COMMANDS = (
    Command(
        "report",
        "Writes the report of a run in Markdown, HTML or JSON, from its journal alone. Nothing of the tenant is read.",
        ("entra-ir report run", "entra-ir report run -o report.html --zone Europe/Berlin"),
        _arguments,
        _report,
        connects=False,
    ),
)
