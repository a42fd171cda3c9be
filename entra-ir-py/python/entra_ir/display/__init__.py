"""How results are shown: as HTML in notebooks, as plain text in a terminal, as a chart.

Results call it, and import it only then; it is not for use by itself. Each file registers what it shows.
"""

from . import doors, effects, markup, results, settings, snapshot, text, timeline, words
from .registry import html, plain_text
from .timeline import svg

__all__ = [
    "doors",
    "effects",
    "html",
    "markup",
    "plain_text",
    "results",
    "settings",
    "snapshot",
    "svg",
    "text",
    "timeline",
    "words",
]
