"""Writes the files that a command line names: new ones, which only their owner may read."""

from __future__ import annotations

import os

from .exits import UsageError


def create(path: str, text: str, option: str) -> None:
    """Creates a file, which must not exist."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{option} {path}: it cannot be created: {error}", "name a file that does not exist") from None


def create_folder(path: str, option: str) -> None:
    """Creates a folder unless it exists."""
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{option} {path}: it cannot be created: {error}", "name another folder") from None
