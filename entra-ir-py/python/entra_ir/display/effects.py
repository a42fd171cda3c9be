"""The tables of effects for notebooks: actions and their effects, disputes, and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._questions import Effects
from .markup import (
    AMBER,
    BLUE,
    GREEN,
    MOST_ROWS,
    NARROW_HEAD,
    RED,
    Markup,
    folded,
    lines,
    link,
    note,
    quiet,
    small,
    table,
    text,
    title,
    told,
)
from .registry import PARTS
from .words import LEGEND, MARKS, count, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._effects import Claim, Effect

FATES: dict[str, str | None] = {
    "opens": RED,
    "unknown": AMBER,
    "until-sync": AMBER,
    "asked-again": BLUE,
    "held": BLUE,
    "ended": GREEN,
    "acts": GREEN,
    "survives": None,
    "refused": None,
    "no-effect-here": None,
}
FATE_WORDS = {"asked-again": "MFA asked again", "no-effect-here": "no effect", "until-sync": "until the next sync"}


def effects_of(table_of_effects: Effects) -> list[Markup]:
    """Shows the effect of each action on each column."""
    if not table_of_effects:
        return [note("none")]
    columns = dict.fromkeys((effect.on, effect.on_name) for effect in table_of_effects)
    cells: dict[tuple[str, str], dict[str, Effect]] = {}
    for effect in table_of_effects:
        cells.setdefault((effect.action, effect.action_name), {})[effect.on] = effect
    rows = [
        (_nowrap(called), *(small(_cell(row[on])) if on in row else None for on, _ in columns))
        for (_, called), row in list(cells.items())[:MOST_ROWS]
    ]
    disputed = [effect for effect in table_of_effects if effect.disputed]
    sources: dict[str, int] = {}
    pages: dict[str, str | None] = {}
    for effect in table_of_effects:
        for claim in effect.claims:
            name = str(claim.source)
            sources[name] = sources.get(name, 0) + 1
            pages.setdefault(name, claim.source.url)
    by_claims = [(link(name, pages[name]), sources[name]) for name in sorted(sources, key=lambda name: -sources[name])]
    listed = table(("source", "claims"), by_claims, len(sources))
    return [
        title("What each action does", after=quiet(count(len(cells), "action"))),
        _sticky(table(("action", *(called for _, called in columns)), rows, len(cells), narrow=True)),
        note("a cell shows the claim that decisions use: where sources disagree (disputed), the weakest one"),
        note(LEGEND),
        *([folded(f"{count(len(disputed), 'disputed cell')}: who says what", _disputes(disputed))] if disputed else []),
        folded(count(len(sources), "source"), listed),
    ]


def _sticky(shown: Markup) -> Markup:
    """Keeps the first column visible while the others scroll, on the page's own colour."""
    page = "background-color:var(--jp-layout-color0,var(--vscode-editor-background,Canvas))"
    stay = f";position:sticky;left:0;{page}"
    rows = [
        row.replace('"><span style="white-space:nowrap">', f'{stay}"><span style="white-space:nowrap">', 1)
        for row in shown.replace(f'{NARROW_HEAD}">action', f'{NARROW_HEAD}{stay}">action', 1).split("<tr ")
    ]
    return Markup("<tr ".join(rows))


def _nowrap(called: str) -> Markup:
    return Markup(f'<span style="white-space:nowrap">{text(called)}</span>')


def _cell(effect: Effect) -> Markup:
    claim, disputed = effect.claim, quiet("disputed") if effect.disputed else Markup("")
    shown = text(_fate(claim))
    colour = FATES.get(claim.effect, AMBER)
    # Dot and word stay on one line; what follows may go to the next.
    marked = f'<span style="color:{colour}">\u25cf</span>\u00a0{shown}' if colour else quiet(shown)
    return Markup(f"{marked}{MARKS.get(claim.confidence, '')} {disputed}".strip())


def _fate(claim: Claim) -> str:
    fate = FATE_WORDS.get(claim.effect, words(claim.effect))
    closes = claim.effect in ("ended", "held", "asked-again")
    return f"{fate}, {claim.within_brief}" if closes else fate


def _disputes(disputed: Sequence[Effect]) -> Markup:
    rows = [
        (
            text(effect.action_name),
            text(effect.on_name),
            lines(*(Markup(f"{text(_fate(claim))}: {small(quiet(told(_said(claim))))}") for claim in effect.claims)),
        )
        for effect in disputed[:MOST_ROWS]
    ]
    return table(("action", "on", "what is said"), rows, len(disputed))


def _said(claim: Claim) -> str:
    return "; ".join(part for part in (str(claim.source), claim.confidence, claim.note) if part)


PARTS[Effects] = effects_of
