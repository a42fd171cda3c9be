"""How results are shown: as HTML in notebooks, as plain text in a terminal, as a chart.

Results import it when they are shown; do not use it directly. Each file registers what it shows.
"""

from . import (
    account_text,
    advice_text,
    after,
    applications,
    doors,
    drills,
    effects,
    markup,
    permissions,
    preflight,
    prompt,
    results,
    run_text,
    run_words,
    runs,
    settings,
    snapshot,
    text,
    timeline,
    words,
)
from .prompt import show_code
from .registry import html, plain_text
from .run_progress import progress
from .text import coloured, printable
from .timeline import svg

__all__ = [
    "account_text",
    "advice_text",
    "after",
    "applications",
    "coloured",
    "doors",
    "drills",
    "effects",
    "html",
    "markup",
    "permissions",
    "plain_text",
    "preflight",
    "printable",
    "progress",
    "prompt",
    "results",
    "run_text",
    "run_words",
    "runs",
    "settings",
    "show_code",
    "snapshot",
    "svg",
    "text",
    "timeline",
    "words",
]
