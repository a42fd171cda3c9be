#!/usr/bin/env python3
"""Hold the dependency tree to its rules: no HTTP client without the feature, and few crates beside it."""

import subprocess
import sys

# Default features may pull in this many times the crates of plain reqwest with the same features.
LIMIT = 1.3


def tree(*arguments: str) -> set[str]:
    """Return the crates of a dependency tree, by name and version."""
    command = ["cargo", "tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}", *arguments]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {" ".join(line.split()[:2]) for line in output.splitlines() if line.strip()}


def main() -> int:
    bare = tree("-p", "entra-ir-core", "--no-default-features")
    unwanted = sorted(crate for crate in bare if crate.split()[0] in {"reqwest", "hyper", "rustls", "tower", "url"})
    whole = tree("-p", "entra-ir-core")
    # reqwest as it stands in that tree, with the features that this crate asks of it.
    plain = tree_of_reqwest()
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


def tree_of_reqwest() -> set[str]:
    """Return the crates below reqwest in the default tree, read from the indented form."""
    command = ["cargo", "tree", "--locked", "-p", "entra-ir-core", "--edges", "normal", "--prefix", "depth"]
    command += ["--format", " {p}", "--no-dedupe"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    crates: set[str] = set()
    inside: int | None = None
    for line in lines:
        depth, _, crate = line.partition(" ")
        if not depth.isdigit():
            continue
        if inside is not None and int(depth) <= inside:
            inside = None
        if inside is None and crate.startswith("reqwest "):
            inside = int(depth)
        if inside is not None:
            crates.add(" ".join(crate.split()[:2]))
    return crates


if __name__ == "__main__":
    sys.exit(main())
