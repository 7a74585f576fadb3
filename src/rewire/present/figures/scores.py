"""Scores over time: the mean of each plan with the spread between people, and when things are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rewire.present.axes import TimeAxis, ValueAxis, time_axis, value_axis
from rewire.present.figures.doses import dose_strip
from rewire.present.frame import framed
from rewire.present.marks import EndLabel, band, curve, end_labels, heading, hover, level
from rewire.present.series import between_people, extent, last, within
from rewire.present.spec import Spec, below, beside, layered
from rewire.present.theme import PAGE, QUIET, Size, plan_colour, plan_dash
from rewire.present.words import (
    HOURS_PER_WEEK,
    known_scale,
    length,
    number,
    remission_cut,
    short_names,
    who,
    with_unit,
    wrap,
)
from rewire.studies.result import Comparison, Curve

if TYPE_CHECKING:
    from altair import VConcatChart

BANDS_AT_MOST = 3
SPLIT_AFTER_WEEKS = 3


def plot_scores(comparison: Comparison, scale: str | None = None, size: Size = PAGE) -> VConcatChart:
    """Mean score of each plan over time, 10th to 90th percentile between people, doses below, remission cut."""
    scale = known_scale(comparison, scale)
    return framed(
        scores_body(comparison, scale, size),
        f"{scale} over {length(comparison.study, _hours(comparison, scale))}",
        scores_caption(comparison),
        comparison.study,
        size,
    )


def scores_caption(comparison: Comparison) -> str:
    """What the lines and bands of the scores are."""
    each = " in each plan" if len(comparison.outcomes) > 1 else ""
    shaded = "; shaded: 10th to 90th percentile between people" if _shows_bands(comparison) else ""
    return f"Mean of {who(comparison.study)}{each}{shaded}"


def scores_body(comparison: Comparison, scale: str, size: Size) -> Spec:
    """The plot with its dose strip, unframed: a long run has its first week drawn apart at the left."""
    outcomes = {name: o for name, o in comparison.outcomes.items() if scale in o.scores}
    curves = [o.scores[scale] for o in outcomes.values()]
    fields = ("middle", "low", "high") if _shows_bands(comparison) else ("middle",)
    low, high = extent((between_people(c) for c in curves), fields)
    y = value_axis(min(low, remission_cut(comparison.study, scale) or 0.0, 0.0), high, size.height)
    y = y.titled(with_unit(scale, curves[0].unit))
    start = min(float(c.hours[0]) for c in curves)
    end = max(float(c.hours[-1]) for c in curves)
    if end - start < SPLIT_AFTER_WEEKS * HOURS_PER_WEEK:
        return _part(comparison, scale, time_axis(start, end, size.width), y, size, names=True)
    early, late = (size, size) if size.narrow else (size.scaled(size.width * 0.27), size.scaled(size.width * 0.73 - 20))
    first_week = _part(
        comparison, scale, time_axis(start, HOURS_PER_WEEK, early.width), y, early, title="The first week"
    )
    whole = time_axis(start, end, late.width)
    axis = y if size.narrow else y.titled(None, labels=False)
    course = _part(comparison, scale, whole, axis, late, names=True, title="The whole course", given=False)
    return beside([first_week, course], 20, size)


def _part(
    comparison: Comparison,
    scale: str,
    time: TimeAxis,
    y: ValueAxis,
    size: Size,
    *,
    names: bool = False,
    given: bool = True,
    title: str = "",
) -> Spec:
    """One stretch of time: curves above, doses below; `names` at the line ends, what is `given` beside the strip."""
    outcomes = {name: o.scores[scale] for name, o in comparison.outcomes.items() if scale in o.scores}
    series = {n: within(between_people(c, time.hours_per_unit), time.start, time.end) for n, c in outcomes.items()}
    order = {name: i for i, name in enumerate(comparison.outcomes)}
    strip = dose_strip({name: o.doses for name, o in comparison.outcomes.items()}, time, size, named=given)
    x = time.x(labels=strip is None)
    layers: list[Spec] = []
    labels = []
    short = short_names(comparison.outcomes, 62)
    cut = remission_cut(comparison.study, scale)
    if cut is not None:
        layers.append(level(cut, y))
        labels.append(
            EndLabel(tuple(wrap(f"remission: {number(cut)} or less", size.label)), y.pixel(cut, size.height), QUIET)
        )
    if _shows_bands(comparison):
        layers += [band(rows, x, y, plan_colour(order[name]), len(series)) for name, rows in series.items()]
    for name, rows in series.items():
        i = order[name]
        layers.append(curve(rows, x, y, plan_colour(i), size.line, plan_dash(i)))
        labels.append(name_at_end(short[name], last(rows), y.pixel, size, i))
    if names:
        layers += end_labels(labels, size)
    layers.append(hover(_read_out(series), time, x, list(series), f"at_{time.unit}_of_scores"))
    layers += heading(title, size) if title else []
    plot = layered(layers, size)
    return plot if strip is None else below([plot, strip], 8, tight=True)


def name_at_end(name: str, value: float | None, pixel: Any, size: Size, order: int) -> EndLabel:
    """A plan's (short) name in its colour beside the end of its curve, in at most three lines."""
    at = pixel(value, size.height) if value is not None else size.height / 2
    return EndLabel(tuple(wrap(name, size.label)), at, plan_colour(order), bold=True)


def axis_of(curves: list[Any], width: int) -> TimeAxis:
    """The time axis that holds all these curves or bands."""
    return time_axis(
        min(float(c.hours[0]) for c in curves if len(c.hours)),
        max(float(c.hours[-1]) for c in curves if len(c.hours)),
        width,
    )


def _shows_bands(comparison: Comparison) -> bool:
    return len(comparison.outcomes) <= BANDS_AT_MOST


def _hours(comparison: Comparison, scale: str) -> list[float]:
    curves: list[Curve] = [o.scores[scale] for o in comparison.outcomes.values() if scale in o.scores]
    return [float(c.hours[-1]) for c in curves]


def _read_out(series: dict[str, Any]) -> list[dict[str, Any]]:
    """One row a time with the mean of every plan, for the hover read-out."""
    table: dict[float, dict[str, Any]] = {}
    for name, rows in series.items():
        for row in rows:
            table.setdefault(row["time"], {"time": row["time"]})[name] = row["middle"]
    return [table[time] for time in sorted(table)]
