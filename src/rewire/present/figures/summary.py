"""The one-page picture: scores, difference, who responds, and the hours around the first dose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewire.present.figures.difference import difference_panel
from rewire.present.figures.dose_window import quantities, window_panel
from rewire.present.figures.response import share_of, share_panel
from rewire.present.figures.scores import scores_body, scores_caption
from rewire.present.frame import framed
from rewire.present.spec import Spec, below, grid
from rewire.present.theme import PAGE, WIDEST, Size
from rewire.present.words import interval_of, known_scale, length, listed, quoted, sentence, who, wrap
from rewire.studies.result import Comparison

if TYPE_CHECKING:
    from altair import VConcatChart

GAP = 82
"""Pixels between the plots of the lower row: spacing, axis labels and title."""
NAMES = 140
"""Pixels kept at the right of the scores for the names of plans."""
FOUR_FROM = 900
"""Pixels from which the lower row holds four plots; below, two rows hold two each."""


def plot_summary(comparison: Comparison, scale: str | None = None, size: Size = PAGE) -> VConcatChart:
    """All that matters about a comparison in one picture; the title says in words what is compared."""
    scale = known_scale(comparison, scale)
    whole = size.width if size.narrow else round(size.width * WIDEST)
    columns = 1 if size.narrow else 4 if whole >= FOUR_FROM else 2
    rows = [scores_body(comparison, scale, size if size.narrow else size.scaled(whole - NAMES))]
    small = _small(comparison, scale, columns, whole, size)
    if small:
        rows.append(grid(small, columns, 40, 22))
    return framed(below(rows, 34), _title(comparison, whole, size), _verdict(comparison, scale), comparison.study, size)


def _title(comparison: Comparison, width: int, size: Size) -> list[str]:
    names = [quoted(name) for name in comparison.outcomes]
    told = f"{names[0]} compared with {listed(names[1:])}" if len(names) > 1 else names[0]
    hours = [float(c.hours[-1]) for o in comparison.outcomes.values() for c in o.scores.values()]
    words = f"{told}: {who(comparison.study)} over {length(comparison.study, hours)}"
    return [words] if size.narrow else wrap(words, round(width / (size.font * 0.68)), 2)


def _verdict(comparison: Comparison, scale: str) -> list[str]:
    differences = comparison.differences.get(scale, ())
    lines = [sentence(differences[0].words)] if len(differences) == 1 else []
    return [
        *lines,
        f"{scores_caption(comparison)}; shares and differences: 80 % interval of {interval_of(comparison.study)}",
    ]


def _small(comparison: Comparison, scale: str, columns: int, whole: int, size: Size) -> list[Spec]:
    """The lower row: at most four panels of one size, of which `columns` stand side by side."""
    difference = next(iter(comparison.differences.get(scale, ())), None)
    kinds = [kind for kind in ("response", "remission") if share_of(comparison, kind, scale)][: 1 if difference else 2]
    around = quantities(comparison)[:2]
    count = len(kinds) + len(around) + (difference is not None)
    if not count:
        return []
    columns = min(columns, count)
    panel = size.scaled((whole - GAP * (columns - 1)) / columns, size.height * (0.8 if size.narrow else 0.52))
    charts = []
    if difference is not None:
        charts.append(difference_panel(comparison, scale, difference, panel, alone=True, title="Paired difference"))
    charts += [share_panel(comparison, scale, kind, panel, names=False, explained=False) for kind in kinds]
    return charts + [window_panel(comparison, quantity, panel, peaks=False) for quantity in around]
