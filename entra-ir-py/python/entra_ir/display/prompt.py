"""The device code: a link to open and a code to copy in a notebook, a line elsewhere."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from .markup import Markup, text

if TYPE_CHECKING:
    from typing import Any

    from .._credentials import DevicePrompt


def show_code(given: DevicePrompt) -> None:
    """Shows a device code to the person who signs in."""
    # Only a running IPython has one; it is never started here.
    ipython = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(ipython, "kernel", None) is not None:
        shown: Any = import_module("IPython.display")
        shown.display(shown.HTML(code_html(given)))
    elif sys.stderr is not None:
        print(given.message, file=sys.stderr, flush=True)


def code_html(given: DevicePrompt) -> Markup:
    """Writes a device code as HTML. Only an https address becomes a link."""
    page = text(given.verification_uri)
    if given.verification_uri.startswith("https://"):
        page = Markup(f'<a href="{page}" rel="noopener noreferrer" target="_blank">{page}</a>')
    code = f'<code style="font-size:1.4em;user-select:all">{text(given.user_code)}</code>'
    return Markup(f"<div>To sign in, open {page} and enter the code {code}</div>")
