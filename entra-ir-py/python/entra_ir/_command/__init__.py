"""The command `entra-ir`: the questions of an incident, from a terminal or a script.

Each file has the subcommands of one subject; `main.py` joins them. Nothing here is imported with `entra_ir`.
"""

from .main import main

__all__ = ["main"]
