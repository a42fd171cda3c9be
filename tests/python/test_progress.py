"""How a run shows its progress: a table in a notebook, a bar in a terminal, lines elsewhere; it never raises or stalls."""

from __future__ import annotations

import io
import json
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import entra_ir
import nbformat
import pytest
from entra_ir import Client, RunEvent, SimulatedTenant, progress
from entra_ir.display.run_progress import Bar, LiveTable
from nbclient import NotebookClient
from test_doors_html import HOSTILE
from test_html import Page
from test_runs_shown import event

if TYPE_CHECKING:
    from pathlib import Path

USER = "adele@contoso.example"


class Terminal(io.StringIO):
    """Is a terminal, as far as a bar asks."""

    def isatty(self) -> bool:
        return True


def printed(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO) -> io.StringIO:
    """Replaces the standard error; in a fixture pytest would replace it again."""
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def events_of(client: Client, folder: Path) -> list[RunEvent]:
    return list(client.contain_events(USER, confirm=USER, run_dir=folder))


def test_lines_where_there_is_no_terminal(entra_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = printed(monkeypatch, io.StringIO())
    events: list[RunEvent] = []
    show = progress()

    def both(event: RunEvent) -> None:
        events.append(event)
        show(event)

    entra_client.contain(USER, confirm=USER, run_dir=tmp_path / "run", on_event=both)
    assert len(events) > 15
    assert stderr.getvalue().splitlines() == [str(event) for event in events]


def test_a_bar_in_a_terminal(entra_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = printed(monkeypatch, Terminal())
    preview = entra_client.preview(USER)
    entra_client.contain(USER, preview, confirm=USER, run_dir=tmp_path / "run", on_event=progress(preview))
    shown, last = terminal.getvalue(), terminal.getvalue().splitlines()[-1]
    total = sum(1 for step in preview.steps if step.phase != "recover")
    assert f"{total}/{total}" in shown
    assert "lock out: Revoke sessions" in shown
    assert "evict: Delete methods" in shown
    assert "s  evicted, except: " in last


def test_what_failed_stays_above_the_bar(
    simulated_tenant: SimulatedTenant, entra_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = printed(monkeypatch, Terminal())
    simulated_tenant.inject(403, method="PATCH", times=None)
    entra_client.contain(USER, confirm=USER, run_dir=tmp_path / "run", on_event=progress())
    assert any("s  FAILED: Block sign-in" in line for line in terminal.getvalue().replace("\r", "\n").splitlines())


def test_without_tqdm_a_terminal_has_lines(entra_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = printed(monkeypatch, Terminal())
    monkeypatch.setitem(sys.modules, "tqdm", None)
    entra_client.contain(USER, confirm=USER, run_dir=tmp_path / "run", on_event=progress())
    assert terminal.getvalue().splitlines()[0].endswith(f"journal and evidence: {tmp_path / 'run'}")


def test_a_bar_counts_each_step_once_and_begins_again() -> None:
    made: list[SimpleNamespace] = []

    def bar(**given: Any) -> SimpleNamespace:
        told = SimpleNamespace(**given, n=0, said=[], closed=False, refresh=lambda: None, write=lambda *_a, **_k: None)
        told.set_description_str = lambda said, **_: told.said.append(said)
        told.close = lambda: setattr(told, "closed", True)
        made.append(told)
        return told

    plan = [SimpleNamespace(phase=phase) for phase in ("lock-out", "evict", "recover")]
    shown = Bar(bar, plan)  # type: ignore[arg-type]
    for kind, step, phase in (("begins", None, None), ("step-ends", 0, "lock-out"), ("step-ends", 0, "lock-out")):
        shown.take(event(kind, step=step, phase=phase))
    assert (made[0].n, made[0].total) == (1, 2)
    shown.take(event("step-begins", step=2, phase="recover"))
    assert made[0].total == 3
    shown.take(event("ends"))
    assert made[0].closed
    shown.take(event("begins"))
    assert len(made) == 2
    assert made[1].n == 0


@pytest.mark.parametrize("stream", [None, SimpleNamespace(isatty=lambda: 1 / 0, write=lambda _: 1 / 0, flush=lambda: None)])
def test_it_never_raises(stream: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    show = progress()
    show(event("begins"))
    show(event("ends"))
    monkeypatch.undo()
    assert capsys.readouterr().out == ""


def test_a_bar_that_breaks_does_not_stop_the_run(entra_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed(monkeypatch, Terminal())
    raised: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", raised.append)
    monkeypatch.setitem(sys.modules, "tqdm", SimpleNamespace(tqdm=lambda **_: 1 / 0))
    run = entra_client.contain(USER, confirm=USER, run_dir=tmp_path / "run", on_event=progress())
    assert run.headline == "evicted-except"
    assert raised == []


def test_a_stream_that_blocks_does_not_stall_the_run(
    entra_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: False, write=lambda _: time.sleep(1), flush=lambda: None))
    began = time.monotonic()
    assert entra_client.contain(USER, confirm=USER, run_dir=tmp_path / "run", on_event=progress()).whole
    assert time.monotonic() - began < 10
    monkeypatch.undo()


def test_another_argument_is_refused() -> None:
    with pytest.raises(TypeError, match="plan"):
        progress("account-takeover")  # type: ignore[arg-type]


# In a notebook.


def test_the_table_says_where_the_run_is(entra_client: Client, tmp_path: Path) -> None:
    table, pages = LiveTable(), []
    pages.append(Page(table.html()).text)
    for each in events_of(entra_client, tmp_path / "run"):
        table.take(each)
        pages.append(Page(table.html()).text)
    assert "has not begun" in pages[0]
    assert any("\u2026 in progress" in page for page in pages)
    assert "in progress" not in pages[-1]
    assert pages[-1].startswith("over evicted, except")
    assert "\u2713 done" in pages[-1]
    table.take(event("begins", "another run"))
    assert "Delete methods" not in Page(table.html()).text


@pytest.mark.parametrize("evil", HOSTILE)
def test_a_strangers_words_stay_words(evil: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = printed(monkeypatch, io.StringIO())
    table, show = LiveTable(), progress()
    for kind in ("begins", "warning", "step-ends"):
        made = event(kind, evil, step=0 if kind == "step-ends" else None, phase="evict")
        table.take(made)
        show(made)
        assert "script" not in Page(table.html()).outline
    assert all(char.isprintable() or char == "\n" for char in stderr.getvalue())


def test_a_table_in_a_notebook_changes_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs a cell in a kernel: its one output is the table as it was at the end."""
    for name in ("JUPYTER_PATH", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    kernel = tmp_path / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"})
    kernel.joinpath("kernel.json").write_text(spec, encoding="utf-8")
    cell = f"""
import entra_ir
client = entra_ir.Client(transport=entra_ir.SimulatedTenant.contoso())
run = client.contain({USER!r}, confirm={USER!r}, run_dir={str(tmp_path / "run")!r}, on_event=entra_ir.progress())
"""
    notebook: Any = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    [output] = notebook.cells[0].outputs
    found = Page(output["data"]["text/html"])
    assert found.text.startswith("over evicted, except")
    assert "\u2713 done" in found.text
    assert entra_ir.run_status(tmp_path / "run").entries > 5
