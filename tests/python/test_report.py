"""The report of a run: its formats, its options, and the command that writes it."""

from __future__ import annotations

import json
import re
import stat
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from entra_ir import Client, InvalidInputError, RunReport, SimulatedTenant, close_run, purge_run, run_report
from entra_ir._command.main import main

if TYPE_CHECKING:
    from pathlib import Path

USER = "adele@contoso.example"
AWARE = datetime(2026, 3, 28, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on the simulated tenant."""
    folder = tmp_path_factory.mktemp("report") / "run"
    client = Client(transport=SimulatedTenant.contoso())
    client.contain(USER, confirm=USER, run_dir=folder, owner="Ada <b>", ticket="INC | 7")
    return folder


class Tags(HTMLParser):
    """Collects the tags of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "style")], attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_formats_say_the_same(folder: Path) -> None:
    report = run_report(folder)
    markdown, page = report.to_markdown(), Tags(report.to_html())
    assert {"html", "table", "svg", "style"} <= page.tags
    assert not page.tags & {"script", "link", "img", "iframe", "b"}
    plain = markdown.replace("\\", "")
    for entry in report.timeline:
        assert entry.what in plain
        assert entry.what in page.text
        if entry.exchange is not None:
            assert entry.exchange.request_id
            assert entry.exchange.request_id in plain
            assert entry.exchange.request_id in page.text
    assert {entry.grade for entry in report.timeline} >= {"accepted", "refused", None}
    assert all(item.sha256 in page.text for item in report.evidence)
    assert "Ada <b>" in page.text
    assert "Ada \\<b\\>" in markdown
    assert "INC \\| 7" in markdown
    assert [row.place for row in report.outside if not row.in_plan] == []


def test_times_are_written_in_a_zone_and_due_since_somebody_was_aware(folder: Path) -> None:
    report = run_report(folder, zone="Europe/Berlin", aware_since=AWARE)
    assert report.zone is not None
    assert report.zone.times["2026-03-31T00:00:00Z"] == "2026-03-31 02:00:00 +02:00"
    assert [(due.at - AWARE).total_seconds() / 3600 for due in report.due[:3]] == [24, 72, 72]
    assert "not legal advice" in report.to_markdown()
    assert "Not calculated" in run_report(folder).to_markdown()
    with pytest.raises(InvalidInputError, match="zone"):
        run_report(folder, zone="Europe/Atlantis")
    with pytest.raises(InvalidInputError, match="aware_since"):
        run_report(folder, aware_since=datetime(2026, 3, 28))


def test_a_report_that_was_stored_is_written_again(folder: Path) -> None:
    report = run_report(folder, zone="Europe/Berlin")
    again = RunReport.from_json(report.to_json(round_trip=True))
    assert again == report
    assert again.to_html() == report.to_html()


def test_the_command_writes_the_format_of_the_suffix(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for suffix, start in (("md", "# Containment of "), ("html", "<!doctype html>"), ("json", "{"), ("txt", "# Containment of ")):
        file = tmp_path / f"report.{suffix}"
        assert main(["report", str(folder), "-o", str(file), "--zone", "UTC", "--aware-since", "2026-03-28T00:00Z"]) == 0
        assert file.read_text(encoding="utf-8").startswith(start)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert main(["report", str(folder), "-o", str(file)]) == 2, "a file is not replaced"
    capsys.readouterr()
    assert main(["report", str(folder), "--format", "html"]) == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")
    assert main(["report", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["about"]["owner"] == "Ada <b>"
    assert main(["report", str(folder), "--zone", "Mars/Olympus"]) == 2
    assert re.search(r"IANA", capsys.readouterr().err)


def test_a_redacted_report_names_nobody(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = run_report(folder, redact=True)
    assert report.redacted
    assert report.user_principal_name == "user-1"
    drafts = "\n".join(map(str, report.drafts()))
    texts = [report.to_markdown(), report.to_html(), report.to_json(), json.dumps(report.to_ocsf()), drafts]
    originals = [found.value for found in run_report(folder).identifiers if len(found.value) > 1]
    assert USER in originals
    assert "Ada <b>" in originals
    for written in ("markdown", "html", "json", "ocsf"):
        assert main(["report", str(folder), "--redact", "--format", written]) == 0
        texts.append(capsys.readouterr().out)
    assert main(["report", str(folder), "--redact", "--drafts", str(tmp_path / "drafts")]) == 0
    texts += [file.read_text(encoding="utf-8") for file in (tmp_path / "drafts").iterdir()]
    for text in texts:
        for original in originals:
            assert original.lower() not in text.lower(), original


def test_the_drafts_are_files_and_nothing_is_sent(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "drafts"
    assert main(["report", str(folder), "-o", str(tmp_path / "r.html"), "--drafts", str(place)]) == 0
    assert "nothing was sent" in capsys.readouterr().out
    drafts = run_report(folder).drafts()
    assert {file.name for file in place.iterdir()} == {f"{draft.to}.txt" for draft in drafts}
    for draft in drafts:
        text = (place / f"{draft.to}.txt").read_text(encoding="utf-8")
        assert text.startswith(f"Subject: {draft.subject}\n\nThis is a draft: nothing was sent.")
        assert str(draft).startswith(f"To: {draft.to}\n")
    assert "without the word of Ada" in next(draft.text for draft in drafts if draft.to == "help-desk")
    assert main(["report", str(folder), "--drafts", str(place)]) == 2, "a file is not replaced"


def test_events_are_written_a_line_each(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    assert main(["report", str(folder), "-o", str(file)]) == 0
    events = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert events == run_report(folder).to_ocsf()
    assert {event["class_uid"] for event in events} == {2005, 3001}
    assert all(event["metadata"]["version"] == "1.8.0" for event in events)


def test_a_report_is_short_in_a_notebook(folder: Path) -> None:
    shown = run_report(folder, aware_since=AWARE)._repr_html_()
    assert len(shown) < 8000
    assert "GDPR" in shown
    assert "<script" not in shown


def test_a_purge_is_shown_and_then_confirmed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    Client(transport=SimulatedTenant.contoso()).contain(USER, confirm=USER, run_dir=folder)
    assert main(["purge", str(folder)]) == 2, "the run is open"
    digest = close_run(folder)
    capsys.readouterr()
    assert main(["purge", str(folder)]) == 4
    shown = capsys.readouterr()
    assert "evidence/" in shown.out
    assert "nothing was removed" in shown.err
    assert folder.exists()
    assert main(["purge", str(folder), "--confirm"]) == 2, "nobody is named"
    assert purge_run(folder).purged is None
    assert main(["purge", str(folder), "--confirm", "--by", "Ada", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["by"], record["closed"]) == ("Ada", digest)
    assert not folder.exists()
    assert json.loads((tmp_path / "run.purged.json").read_text(encoding="utf-8"))["closed"] == digest
    with pytest.raises(InvalidInputError, match="folder"):
        purge_run(tmp_path, by="Ada", confirm=True, force=True)
