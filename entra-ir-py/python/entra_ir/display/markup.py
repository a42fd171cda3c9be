"""The HTML building blocks of results: every text escaped, every style inline, no external resources, no scripts.

Text takes the page's own colour and lines are half transparent, so that light and dark themes both work. Colour appears only in
dots and badges, and always beside its word.
"""

from __future__ import annotations

from html import escape
from string import ascii_letters, digits
from typing import TYPE_CHECKING
from unicodedata import combining

from .._record import in_utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from typing import Any

# More rows than this are counted, not shown: a page of 5,000 lines is of no use.
MOST_ROWS = 60
LONGEST_TEXT = 1200
# Text that a stranger chose gets less room; a longer word breaks.
LONGEST_NAME = 160
LONGEST_SENTENCE = 600
LONGEST_WORD = 40
LONGEST_ADDRESS = 300
SHORT_ID, SHORTEST_BREAK = 8, 32
IN_ADDRESSES = frozenset(f"{ascii_letters}{digits}-._~:/?#[]@!$&()*+,;=%")
# More marks on one letter than any language needs would be drawn over the rows around it.
MOST_MARKS = 3

# White text on each is readable (4.5 to 1), and each stands out from white and from near-black (3 to 1).
GREEN, BLUE, AMBER, RED, GREY = "#1a7f4b", "#2f6fc4", "#9a6700", "#cf3341", "#6b7280"

LINE = "1px solid rgba(128,128,128,0.35)"
RESET = "background-color:transparent;color:inherit;font-size:inherit;border:none"
TABLE = f"{RESET};border-collapse:collapse;table-layout:auto;margin:4px 0 0 0"
CELL = f"{RESET};border-bottom:{LINE};text-align:left;vertical-align:top;padding:4px 18px 4px 0"
HEAD = f"{CELL};font-weight:600;opacity:0.75;white-space:nowrap"
LABEL = f"{CELL};font-weight:400;opacity:0.75;white-space:nowrap"
# Many columns: their names wrap.
NARROW = f"{CELL};padding:3px 10px 3px 0;line-height:1.25"
NARROW_HEAD = f"{NARROW};font-weight:600;opacity:0.75;vertical-align:bottom"
QUIET = "opacity:0.75"
CODE = "background-color:transparent;color:inherit;font-size:12px;padding:0"


class Markup(str):
    """Text that is already HTML."""

    __slots__ = ()


def text(value: object, longest: int = LONGEST_TEXT) -> Markup:
    """Escapes any text for any place in a page, and removes what could hide or reverse the text beside it."""
    whole = str(value)
    kept: list[str] = []
    marks = 0
    for char in whole[:longest]:
        marks = marks + 1 if combining(char) else 0
        if marks <= MOST_MARKS:
            kept.append(char if char.isprintable() else "\ufffd")
    rest = "" if len(whole) <= longest else f"\u2026 ({len(whole) - longest:,} characters more)"
    return Markup(escape("".join(kept)) + rest)


def name(value: object) -> Markup:
    """Shows a word that a stranger chose; it cannot reach into the text beside it, nor push it away."""
    return Markup(f"<bdi{_breaking(value)}>{text(value, LONGEST_NAME)}</bdi>")


def code(value: object) -> Markup:
    """Shows an id or a path, for copying."""
    style = CODE + (";white-space:nowrap" if len(str(value)) <= LONGEST_WORD else ";overflow-wrap:anywhere")
    return Markup(f'<code style="{style}">{text(value)}</code>')


def short(id: object) -> Markup:
    """Shows the beginning of an id, and all of it as a tooltip; for a call use the attribute `id`."""
    whole_id = str(id)
    if len(whole_id) <= SHORT_ID + 1:
        return code(id)
    return Markup(f'<span title="{text(whole_id)}">{code(whole_id[:SHORT_ID] + chr(0x2026))}</span>')


def stranger(value: str | None) -> Markup | None:
    """Shows a name that a stranger may have chosen, if there is one."""
    return None if not value else name(value)


def together(value: str | Markup | None) -> object:
    """Keeps a name or a number of a few words on one line."""
    if value is None or len(value) > 2 * SHORTEST_BREAK:
        return value
    return Markup(f'<span style="white-space:nowrap">{value if isinstance(value, Markup) else text(value)}</span>')


def quiet(value: object) -> Markup:
    """Shows what matters less."""
    return Markup(f'<span style="{QUIET}">{_markup(value)}</span>')


def small(value: object) -> Markup:
    """Shows secondary text below or after something."""
    return Markup(f'<span style="font-size:12px">{_markup(value)}</span>')


def told(value: object) -> Markup:
    """Shows a sentence of the core, which may contain a stranger's words."""
    return Markup(f"<bdi{_breaking(value)}>{text(value, LONGEST_SENTENCE)}</bdi>")


def link(words: object, url: str | None) -> Markup:
    """Links a source of the core's tables; without a certainly valid address it is plain text."""
    shown = told(words)
    # Anybody may have changed a saved result: the link opens a page, runs no script, and its address is what it shows.
    if not url or not url.startswith("https://") or len(url) > LONGEST_ADDRESS or not set(url) <= IN_ADDRESSES:
        return shown
    return Markup(f'<a href="{escape(url)}" rel="noopener noreferrer" target="_blank">{shown}</a>')


def utc(moment: datetime) -> str:
    """Writes a moment as RFC 3339, in UTC and whole seconds."""
    return f"{in_utc(moment).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def lines(*parts: Markup | None) -> Markup:
    """Stacks the parts; an empty part takes no line."""
    return Markup("<br/>".join(part for part in parts if part))


def badge(word: str, colour: str) -> Markup:
    """Shows the one state that counts most."""
    style = f"background-color:{colour};color:#ffffff;font-weight:600;border-radius:4px;padding:2px 8px;white-space:nowrap"
    return Markup(f'<span style="{style}">{text(word)}</span>')


def state(word: str, colour: str, more: object = "", sign: str = "\u25cf") -> Markup:
    """Shows a state in a row: a sign, by default a dot, and the word."""
    after = f" {quiet(more)}" if more else ""
    shown = f'<span style="color:{colour}">{text(sign)}</span> {text(word)}'
    return Markup(f'<span style="white-space:nowrap">{shown}</span>{after}')


def title(words: object, before: Markup | None = None, after: Markup | None = None) -> Markup:
    """Shows a heading, with a badge before it and the account behind it."""
    parts = [part for part in (before, Markup(f"<b>{_markup(words)}</b>"), after) if part is not None]
    return Markup(f'<div style="margin:2px 0 4px 0;line-height:1.7">{" ".join(parts)}</div>')


def section(words: object) -> Markup:
    """Shows the heading of a part."""
    return Markup(f'<div style="margin:12px 0 0 0"><b>{_markup(words)}</b></div>')


def note(words: object) -> Markup:
    """Shows a remark."""
    return Markup(f'<div style="margin:2px 0;{QUIET}">{_markup(words)}</div>')


def warning(words: object, head: str = "Warning", colour: str = AMBER) -> Markup:
    """Shows what a responder must not miss."""
    style = f"border-left:3px solid {colour};padding:2px 0 2px 10px;margin:8px 0 0 0;overflow-wrap:anywhere"
    return Markup(f'<div style="{style}"><b>{text(head)}:</b> {_markup(words)}</div>')


def folded(words: object, inside: str) -> Markup:
    """Shows one line that opens: evidence for later."""
    summary = f'<summary style="cursor:pointer;{QUIET}">{_markup(words)}</summary>'
    return Markup(f'<details style="margin:8px 0 0 0">{summary}{inside}</details>')


def facts(pairs: Iterable[tuple[str, object]]) -> Markup:
    """Shows what is known of one thing, one fact in a row."""
    rows = "".join(
        f'<tr style="{RESET}"><th scope="row" style="{LABEL}">{text(label)}</th><td style="{CELL}">{_cell(value)}</td></tr>'
        for label, value in pairs
    )
    return Markup(f'<table style="{TABLE}"><tbody>{rows}</tbody></table>')


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], count: int | None = None, *, narrow: bool = False) -> Markup:
    """Shows several things of one kind, one in a row; `count` says how many there are if not all are given."""
    head_style, cell_style = (NARROW_HEAD, NARROW) if narrow else (HEAD, CELL)
    head = "".join(f'<th scope="col" style="{head_style}">{text(word)}</th>' for word in heads)
    body = "".join(
        f'<tr style="{RESET}">' + "".join(f'<td style="{cell_style}">{_cell(value)}</td>' for value in row) + "</tr>"
        for row in rows[:MOST_ROWS]
    )
    more = (len(rows) if count is None else count) - min(len(rows), MOST_ROWS)
    rest = note(f"and {more:,} more, not shown") if more > 0 else ""
    return Markup(f'<table style="{TABLE}"><thead><tr style="{RESET}">{head}</tr></thead><tbody>{body}</tbody></table>{rest}')


def whole(*parts: str, width: int = 1100) -> str:
    """Joins the parts of one result."""
    return f'<div style="line-height:1.4;max-width:{width}px;overflow-x:auto">{"".join(parts)}</div>'


def _cell(value: Any) -> str:
    if value is None or value == "":
        return quiet("\u2013")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "astimezone"):
        return f'<span style="white-space:nowrap">{utc(value)}</span>'
    return _markup(value)


def _breaking(value: object) -> str:
    longest = max(map(len, str(value).split()), default=0)
    return ' style="overflow-wrap:anywhere"' if longest > LONGEST_WORD else ""


def _markup(value: object) -> Markup:
    return value if isinstance(value, Markup) else text(value)
