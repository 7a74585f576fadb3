"""Total change beside the part the drug itself does: what visits and hope would do alone is the gap between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewire.errors import StudyError
from rewire.present.axes import value_axis
from rewire.present.figures.scores import axis_of
from rewire.present.frame import framed
from rewire.present.marks import EndLabel, band, curve, end_labels, heading, level
from rewire.present.series import extent, last, not_known
from rewire.present.spec import Spec, grid, layered
from rewire.present.theme import INK, KIND_COLOURS, PAGE, Size, plan_colour
from rewire.present.words import interval_of, known_scale, short_names, unit_words, who
from rewire.studies.result import Comparison

if TYPE_CHECKING:
    from altair import VConcatChart

PLANS_A_ROW = 2


def plot_change(comparison: Comparison, scale: str | None = None, size: Size = PAGE) -> VConcatChart:
    """Change since baseline and its drug-specific part with 80 % intervals, one panel for each plan."""
    scale = known_scale(comparison, scale)
    return framed(
        change_body(comparison, scale, size),
        f"How much of the change in {scale} is the drug itself?",
        [
            f"Mean change since baseline in {who(comparison.study)}; shaded: 80 % interval of {interval_of(comparison.study)}.",
            "Drug-specific: the plan minus its drug-free twin with the same visits, expectancy and people.",
        ],
        comparison.study,
        size,
    )


def change_body(comparison: Comparison, scale: str, size: Size) -> Spec:
    """The panels of all plans on one vertical scale, unframed."""
    outcomes = {name: o for name, o in comparison.outcomes.items() if scale in o.change}
    if not outcomes:
        raise StudyError(f"this result carries no change in '{scale}'", expected="a plan whose change was computed")
    columns = 1 if size.narrow else min(len(outcomes), PLANS_A_ROW)
    panel = size.scaled(size.share(columns, 130), size.height * 0.85)
    bands = [b for o in outcomes.values() for b in (o.change[scale], o.specific.get(scale)) if b is not None]
    time = axis_of(bands, panel.width)
    low, high = extent(not_known(b) for b in bands)
    y = value_axis(min(low, 0.0), max(high, 0.0), panel.height)
    order = {name: i for i, name in enumerate(comparison.outcomes)}
    charts = []
    short = short_names(comparison.outcomes, round(panel.width / size.font * 1.6))
    for place, (name, outcome) in enumerate(outcomes.items()):
        title = f"Change in {scale} ({unit_words(bands[0].unit)})" if place % columns == 0 else None
        axis = y.titled(title)
        parts = [("total", outcome.change[scale], KIND_COLOURS["total"])]
        if scale in outcome.specific:
            parts.append(("drug-specific", outcome.specific[scale], plan_colour(order[name])))
        layers: list[Spec] = [level(0.0, axis, INK, (1, 0), 0.8)]
        labels = []
        for words, part, colour in parts:
            rows = not_known(part, time.hours_per_unit)
            layers += [band(rows, time.x(), axis, colour), curve(rows, time.x(), axis, colour, panel.line)]
            end = last(rows)
            labels.append(EndLabel((words,), y.pixel(0.0 if end is None else end, panel.height), colour, bold=True))
        layers += end_labels(labels, panel)
        layers += heading(short[name], size)
        charts.append(layered(layers, panel))
    return grid(charts, columns, 34, 30)
