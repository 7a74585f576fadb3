"""The paired difference between two plans over time: same people, same luck, only the plan differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewire.errors import StudyError
from rewire.present.axes import value_axis
from rewire.present.figures.scores import axis_of
from rewire.present.frame import framed
from rewire.present.marks import band, curve, heading, hover, level, words_at
from rewire.present.series import extent, not_known
from rewire.present.spec import Spec, grid, layered
from rewire.present.theme import INK, PAGE, QUIET, Size, plan_colour
from rewire.present.words import interval_of, known_scale, quoted, sentence, short_names, unit_words, wrap
from rewire.studies.result import Comparison, Difference

if TYPE_CHECKING:
    from altair import VConcatChart

ROOM = 0.18
"""Share of the plot kept free above and below for the words that say which side is better."""


def plot_difference(comparison: Comparison, scale: str | None = None, size: Size = PAGE) -> VConcatChart:
    """Paired differences over time with their 80 % interval and the verdict in words."""
    scale = known_scale(comparison, scale)
    found = comparison.differences.get(scale, ())
    if not found:
        raise StudyError(f"there is no difference in '{scale}' to show", expected="a comparison of two or more plans")
    title = f"Difference in {scale}"
    verdict = [f"Paired difference of means; shaded: 80 % interval of {interval_of(comparison.study)}."]
    if len(found) == 1:
        title += f": {quoted(found[0].first)} minus {quoted(found[0].second)}"
        verdict.insert(0, sentence(found[0].words))
    columns = 1 if len(found) == 1 or size.narrow else 2
    panel = size if len(found) == 1 else size.scaled(size.share(columns, 80), size.height * 0.7)
    panels = [difference_panel(comparison, scale, d, panel, alone=len(found) == 1) for d in found]
    body = grid(panels, columns, 34, 40)
    title_lines = [title] if size.narrow else wrap(title, size.width // (size.font // 2 + 2), 2)
    return framed(body, title_lines, verdict, comparison.study, size)


def difference_panel(
    comparison: Comparison, scale: str, difference: Difference, size: Size, *, alone: bool, title: str = ""
) -> Spec:
    """One paired difference, unframed; with its own heading unless it is `alone`."""
    time = axis_of([difference.band], size.width)
    rows = not_known(difference.band, time.hours_per_unit)
    low, high = extent([rows])
    reach = max(abs(low), abs(high), 1e-3)
    margin = reach * ROOM * 2
    y = value_axis(min(low, 0.0) - margin, max(high, 0.0) + margin, size.height)
    order = list(comparison.outcomes).index(difference.first) if difference.first in comparison.outcomes else 0
    colour = plan_colour(order)
    y = y.titled(f"Difference in {scale} ({unit_words(difference.band.unit)})")
    letters = max(round(size.width / size.font * 2.1), 24)
    short = short_names([difference.first, difference.second], letters - 18)
    font = size.font - 1.5
    better = (
        words_at(f"↑ {quoted(short[difference.second])} does better", 8, size.font * 0.8, QUIET, font),
        words_at(f"↓ {quoted(short[difference.first])} does better", 8, size.height - size.font * 0.8, QUIET, font),
    )
    named = heading(title, size) if title else []
    if not alone:
        pair = f"{quoted(short[difference.first])} minus {quoted(short[difference.second])}"
        named = heading(pair, size, wrap(sentence(difference.words), letters, 2), room=2)
    read_out = [
        {"time": row["time"], "difference": row["middle"], "low": row["low"], "high": row["high"]} for row in rows
    ]
    x = time.x()
    layers = [
        band(rows, x, y, colour),
        level(0.0, y, INK, (1, 0), 0.8),
        curve(rows, x, y, colour, size.line),
        *better,
        *named,
        hover(
            read_out,
            time,
            x,
            ["difference", "low", "high"],
            f"at_difference_{size.width}_{_place(comparison, difference)}",
        ),
    ]
    return layered(layers, size)


def _place(comparison: Comparison, difference: Difference) -> str:
    names = list(comparison.outcomes)
    return "_".join(str(names.index(name)) if name in names else "x" for name in (difference.first, difference.second))
