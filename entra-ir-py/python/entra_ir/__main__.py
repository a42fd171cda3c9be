"""Runs the command as `python -m entra_ir`."""

import sys

from ._command import main

if __name__ == "__main__":
    sys.exit(main())
