"""What the packages say of themselves on an index, in the installed wheel and in the crate's manifest."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CRATE = ROOT / "entra-ir-core"
WHEEL = distribution("entra-ir")


def manifest(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "Cargo.toml").read_text(encoding="utf-8"))


def relative_links(text: str) -> list[str]:
    """Returns the links of a Markdown text that lead nowhere outside of the repository. A place in the text itself is none."""
    found = re.findall(r"\]\(\s*<?([^)\s>]+)", text)
    found += re.findall(r"^\s*\[[^]]+\]:\s*<?(\S+?)>?\s*$", text, re.MULTILINE)
    found += re.findall(r"\b(?:href|src)\s*=\s*[\"']?([^\"'\s>]+)", text)
    return [link for link in found if not re.match(r"https://|mailto:|#", link)]


def test_the_search_finds_relative_links() -> None:
    text = '[a](docs/a.md) ![b](<../b.png>) [c][c] <img src="d.svg"> [e](https://e.example/x) [f](#f)\n\n[c]: /c.md\n'
    assert relative_links(text) == ["docs/a.md", "../b.png", "/c.md", "d.svg"]


def test_what_an_index_shows_has_no_relative_links() -> None:
    described = WHEEL.metadata.get_payload()  # type: ignore[attr-defined]
    assert "# entra_ir for Python" in described
    assert relative_links(described) == []
    crate = (CRATE / manifest(CRATE)["package"]["readme"]).resolve()
    assert crate.parent == CRATE, "the crate's package holds files of its folder"
    assert relative_links(crate.read_text(encoding="utf-8")) == []


def test_the_wheel_says_what_it_runs_on() -> None:
    said = WHEEL.metadata.get_all("Classifier") or []
    versions = {name.rsplit(" ", 1)[1] for name in said if re.search(r":: 3\.\d+$", name)}
    assert versions == {"3.11", "3.12", "3.13"}
    assert WHEEL.metadata["Requires-Python"] == ">=3.11"
    # A wheel with native code is built for one system.
    assert [name for name in said if name.startswith("Operating System")] == ["Operating System :: POSIX :: Linux"]
    assert "Typing :: Typed" in said


def test_the_licences_are_in_both_packages() -> None:
    shipped = {file.name: file.locate() for file in WHEEL.files or () if file.name.startswith("LICENSE-")}
    for name in ("LICENSE-MIT", "LICENSE-APACHE"):
        text = (ROOT / name).read_bytes()
        assert (CRATE / name).read_bytes() == text
        assert Path(shipped[name]).read_bytes() == text
    assert WHEEL.metadata["License-Expression"] == manifest(ROOT)["workspace"]["package"]["license"] == "MIT OR Apache-2.0"


def test_both_packages_describe_the_same() -> None:
    shared, crate = manifest(ROOT)["workspace"]["package"], manifest(CRATE)["package"]
    assert WHEEL.metadata["Summary"] == crate["description"]
    assert sorted((WHEEL.metadata["Keywords"] or "").split(",")) == sorted(shared["keywords"])
    # The index of crates refuses more.
    assert len(shared["keywords"]) <= 5
    assert WHEEL.version == shared["version"]
    for key in ("rust-version", "categories", "keywords", "authors", "license"):
        assert crate[key] == {"workspace": True}
        assert shared[key]


def test_the_front_page_names_what_is_in_the_repository() -> None:
    front = [line for line in (CRATE / "src" / "lib.rs").read_text(encoding="utf-8").splitlines() if line.startswith("//!")]
    [programs] = [line for line in front if line.startswith("//! | runnable programs")]
    _, *named = re.findall(r"`(\w+)`", programs)
    examples = {path.stem for path in (ROOT / "examples" / "examples").glob("*.rs")}
    assert len(named) > 3
    assert set(named) <= examples
    files = re.findall(r"`([\w/.]+\.md)` of the repository", "\n".join(front))
    assert len(files) == 3
    assert [name for name in files if not (ROOT / name).exists()] == []
