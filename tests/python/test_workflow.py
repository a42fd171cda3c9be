"""The workflow of GitHub Actions calls targets of the Makefile, and nothing that it runs can change under it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ZIZMOR = Path(sys.executable).parent / "zizmor"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))

BAD = """\
name: bad
on: pull_request_target
jobs:
  job:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo "${{ github.event.pull_request.title }}"
"""


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def foreign(commands: list[str]) -> list[str]:
    """Returns the commands that are more than `make` with targets that exist."""
    known = targets()
    called = [command.split() for command in commands]
    return [" ".join(words) for words in called if len(words) < 2 or words[0] != "make" or not set(words[1:]) <= known]


def commands(workflow: dict[str, Any]) -> list[str]:
    return [step["run"] for step in steps(workflow) if "run" in step]


def test_the_search_finds_what_is_no_target() -> None:
    bad = ["make", "make no-such-target", "make lint && rm -r .", "cargo test", "make lint\nmake test; true"]
    assert foreign([*bad, "make lint test"]) == [" ".join(command.split()) for command in bad]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_command_is_a_target(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert commands(workflow)
    assert foreign(commands(workflow)) == []


def test_all_that_a_change_must_pass_is_called() -> None:
    called = [
        word
        for path in WORKFLOWS
        for command in commands(yaml.safe_load(path.read_text(encoding="utf-8")))
        for word in command.split()
    ]
    assert {"lint", "test"} <= set(called)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_may_read_and_no_more(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    assert all(job["permissions"] == {"contents": "read"} and job["timeout-minutes"] for job in workflow["jobs"].values())
    used = [step for step in steps(workflow) if "uses" in step]
    for step in used:
        assert re.search(rf"uses: {re.escape(step['uses'])} # v\d+\.\d+\.\d+$", text, re.MULTILINE), step
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"])
        if step["uses"].startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
    assert any(step["uses"].startswith("actions/checkout@") for step in used)
    # YAML 1.1 takes `on` for true.
    assert "pull_request_target" not in workflow[True]


def zizmor(folder: Path) -> int:
    # The arguments of `make lint`.
    lint = re.search(r"^\t\$\(PYBIN\)/zizmor (.*) \.github$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert lint
    command = [str(ZIZMOR), *lint[1].split(), str(folder)]
    return subprocess.run(command, capture_output=True, timeout=120, check=False).returncode


def test_zizmor_finds_nothing_here_and_something_elsewhere(tmp_path: Path) -> None:
    assert zizmor(ROOT / ".github") == 0
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows" / "bad.yml").write_text(BAD, encoding="utf-8")
    assert zizmor(tmp_path) != 0
