"""The README's code runs, its ways to install resolve, its links lead somewhere, and the order of steps is one everywhere."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
README, PYTHON = ROOT / "README.md", ROOT / "entra-ir-py" / "README.md"
GUIDE = ROOT / "docs" / "getting-started.md"
PAGES = sorted(page for pattern in ("*.md", "*/README.md", "docs/**/*.md") for page in ROOT.glob(pattern))
ADDRESS = "<the address you cloned from>"
ORDER = ["lock_out", "revoke_sign_in_sessions", "delete_methods", "revoke_sign_in_sessions"]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_python_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A run keeps its journal below the working folder.
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    found = blocks(README, "python")
    scope: dict[str, Any] = {}
    with redirect_stdout(printed):
        for block in found:
            exec(compile(block, README.name, "exec"), scope)
    assert len(found) == 2
    assert printed.getvalue() == "confirmed confirmed\nevicted-except True True\n"
    assert [run.name for run in (tmp_path / "entra-ir-runs").iterdir()] == [Path(scope["run"].place).name]


@pytest.mark.parametrize(
    ("page", "language"),
    [(README, "python"), (README, "rust"), (PYTHON, "python"), (GUIDE, "python"), (GUIDE, "rust")],
    ids=lambda value: value if isinstance(value, str) else str(value.relative_to(ROOT)),
)
def test_the_order_of_steps_is_one(page: Path, language: str) -> None:
    """Lock out, revoke, remove, revoke again: in what is sent first on a page."""
    code = "\n".join(block for block in blocks(page, language) if "dry-run" not in block)
    called = re.findall(r"client\.(\w+)\(", code)
    assert [name for name in called if name in ORDER][:4] == ORDER


def anchor(heading: str) -> str:
    """Makes the anchor of a heading as GitHub does."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def links(page: Path) -> list[tuple[str, str]]:
    """Returns the links of a page to files beside it, each with the heading that it names."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"\]\((?!https?://)([^)#\s]*)(?:#([^)]*))?\)", text)


def test_the_pages_with_links_are_found() -> None:
    linked = {page.relative_to(ROOT).as_posix() for page in PAGES if links(page)}
    assert {"README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/getting-started.md", "docs/effects.md"} <= linked
    assert {"docs/adr/README.md", "docs/actions/block-sign-in.md", "examples/README.md"} <= linked


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    for file, heading in links(page):
        target = page if not file else page.parent / file
        assert target.exists(), file
        if heading:
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in map(anchor, headings), heading


def test_every_decision_record_is_listed() -> None:
    index = ROOT / "docs" / "adr" / "README.md"
    records = {page.name for page in index.parent.glob("*.md")} - {index.name}
    assert {file for file, _ in links(index)} == records


def test_the_package_page_has_no_relative_link() -> None:
    """A package index shows it without the repository around it."""
    links = re.findall(r"\]\(([^)]*)\)", PYTHON.read_text(encoding="utf-8"))
    assert all(link.startswith("https://") for link in links), links


def run(command: list[str], folder: Path, **more: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **more}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def project(folder: Path, dependencies: str) -> None:
    """Makes a package that depends on the library as the README says, with the versions that were fetched for this repository."""
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "main.rs").write_text("fn main() {}\n")
    package = '[package]\nname = "tool"\nversion = "0.1.0"\nedition = "2024"\n'
    (folder / "Cargo.toml").write_text(f"{package}\n{dependencies}")
    shutil.copy(ROOT / "Cargo.lock", folder / "Cargo.lock")


def test_the_crate_resolves_by_path(tmp_path: Path) -> None:
    [dependencies] = blocks(README, "toml")
    assert dependencies.count("../entra-ir/entra-ir-core") == 1
    project(tmp_path / "tool", dependencies.replace("../entra-ir/", f"{ROOT.as_posix()}/"))
    tree = run(["cargo", "tree", "--offline", "--edges", "normal", "--depth", "1"], tmp_path / "tool")
    assert re.search(r"entra-ir-core v[\d.]+ \(/", tree), tree


@pytest.fixture(scope="module")
def repository() -> str:
    """The address of this repository, as somebody who clones it from this machine would give it."""
    if os.name == "nt" or not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("needs a clone, git, and links between folders")
    if run(["git", "rev-parse", "--is-shallow-repository"], ROOT).strip() == "true":
        pytest.skip("nothing can be fetched from a shallow clone")
    return (ROOT / run(["git", "rev-parse", "--git-common-dir"], ROOT).strip()).as_uri()


def test_the_crate_resolves_by_git(repository: str, tmp_path: Path) -> None:
    """Nothing is left in cargo's own folder, and what was fetched before is used."""
    [command] = re.findall(r"`(cargo add --git [^`]*)`", README.read_text(encoding="utf-8"))
    assert ADDRESS in command
    home, own = tmp_path / "home", Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    home.mkdir()
    for name in ("registry", "config.toml", "config"):
        if (own / name).exists():
            (home / name).symlink_to(own / name)
    project(tmp_path / "tool", "")
    run([repository if word == ADDRESS else word for word in words(command)], tmp_path / "tool", CARGO_HOME=str(home))
    more = {"CARGO_HOME": str(home), "CARGO_NET_OFFLINE": "true"}
    tree = run(["cargo", "tree", "--edges", "normal", "--depth", "1"], tmp_path / "tool", **more)
    assert re.search(r"entra-ir-core v[\d.]+ \(file://", tree), tree
    assert "simulator" in run(["cargo", "tree", "--edges", "features", "--depth", "1"], tmp_path / "tool", **more)


def words(command: str) -> list[str]:
    """Splits a command; the address is one word."""
    return [word.replace("\0", ADDRESS) for word in command.replace(ADDRESS, "\0").replace('"', "").split(" ")]


def pip_commands() -> tuple[str, str]:
    lines = "\n".join(blocks(README, "sh")).splitlines()
    by_path, by_git = (line for line in lines if line.startswith("pip install "))
    return by_path, by_git


# Its metadata is made, and nothing is built.
DRY = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--no-build-isolation", "--ignore-installed"]
QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def test_the_wheel_resolves_by_path() -> None:
    path, _ = pip_commands()
    assert "Would install entra-ir-" in run([*DRY, *words(path)[2:]], ROOT, **QUIET)


def test_the_wheel_resolves_by_git(repository: str, tmp_path: Path) -> None:
    _, command = pip_commands()
    # A requirement's address needs a host.
    address = repository.replace("file:///", "file://localhost/")
    requirement = command.removeprefix("pip install ").strip('"').replace(ADDRESS, address)
    assert "Would install entra-ir-" in run([*DRY, requirement], tmp_path, **QUIET)
