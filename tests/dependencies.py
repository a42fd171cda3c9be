#!/usr/bin/env python3
"""Hold the dependency tree to its rules: no HTTP client without the feature, and few crates beside it."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# Default features may pull in this many times the crates of plain reqwest with the same features.
LIMIT = 1.3

# What an HTTP client is made of.
CLIENT = {"h2", "hyper", "hyper-rustls", "hyper-util", "reqwest", "rustls", "tokio-rustls", "tower", "url"}

ROOT = Path(__file__).resolve().parent.parent

# A package of nothing but reqwest, with the features that the library's defaults amount to.
PLAIN = """
[package]
name = "plain"
version = "0.0.0"
edition = "2024"

[lib]
path = "lib.rs"

[dependencies]
reqwest = { version = "0.13", default-features = false, features = ["http2", "rustls", "system-proxy"] }
"""


def tree(*arguments: str, folder: Path = ROOT) -> set[str]:
    """Return the crates of a dependency tree, by name and version."""
    command = ["cargo", "tree", "--edges", "normal", "--prefix", "none", "--format", "{p}", *arguments]
    output = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout
    return {" ".join(line.split()[:2]) for line in output.splitlines() if line.strip()}


def plain_reqwest() -> set[str]:
    """Return the crates of plain reqwest. In the workspace other packages would add features to those below it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "Cargo.toml").write_text(PLAIN)
        (folder / "lib.rs").touch()
        # The same versions; Cargo strikes out of the copy what is not needed.
        shutil.copy(ROOT / "Cargo.lock", folder)
        return {crate for crate in tree("--offline", folder=folder) if not crate.startswith("plain ")}


def main() -> int:
    bare = tree("--locked", "-p", "entra-ir-core", "--no-default-features")
    unwanted = sorted(crate for crate in bare if crate.split()[0] in CLIENT)
    whole = tree("--locked", "-p", "entra-ir-core")
    plain = plain_reqwest()
    ratio = len(whole) / len(plain)
    print(
        f"dependencies: {len(bare)} crates without features, {len(whole)} by default, {len(plain)} of plain reqwest: "
        f"{ratio:.2f} times"
    )
    if unwanted:
        print("without default features there must be no HTTP client:", ", ".join(unwanted))
    if ratio > LIMIT:
        print(f"more than {LIMIT} times the crates of plain reqwest")
    return 1 if unwanted or ratio > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
