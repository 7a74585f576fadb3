"""The layered picture of one person: from milligrams through receptors and synapses to mood and score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rewire.errors import StudyError
from rewire.present.axes import TimeAxis, ValueAxis, round_ends, time_axis
from rewire.present.figures.layers import PERCENT, Line, Panel, layers_of
from rewire.present.frame import framed
from rewire.present.marks import EndLabel, curve, end_labels, heading, level, uprights
from rewire.present.series import Row, rounded, thinned
from rewire.present.spec import Spec, grid, layered
from rewire.present.theme import HAIRLINE, PAGE, QUIET, Size
from rewire.present.words import HOURS_PER_DAY, length, wrap
from rewire.studies.result import Course, DoseRow

if TYPE_CHECKING:
    from altair import VConcatChart

FIRST_HOURS = 72.0
SPLIT_AFTER_DAYS = 6.0


def plot_cascade(course: Course, size: Size = PAGE) -> VConcatChart:
    """Every layer of one person on shared time axes: the first 72 hours at the left, the whole course at the right."""
    panels = layers_of(course)
    if not panels or not len(course.hours):
        raise StudyError(
            "this course carries no layer to draw", expected="a course with drug, synapses, mood or a score"
        )
    start, end = float(course.hours[0]), float(course.hours[-1])
    split = end - start > SPLIT_AFTER_DAYS * HOURS_PER_DAY
    wide = round(size.width * (0.5 if split else 0.85))
    spans = [(max(start, 0.0), FIRST_HOURS, round(size.width * 0.36))] if split else []
    spans.append((start, end, wide))
    height = round(size.font * 4.4)
    times = [time_axis(*span) for span in spans]
    cells = []
    for place, panel in enumerate(panels):
        for i, time in enumerate(times):
            words = ("The whole course" if i else f"The first {FIRST_HOURS:g} hours") if split and place == 0 else ""
            cell = Cell(
                time,
                spans[i][2],
                height,
                names=i == len(spans) - 1,
                axis=i == 0,
                bottom=place == len(panels) - 1,
                heading=words,
            )
            cells.append(_panel(course, panel, cell, size))
    body = grid(cells, len(spans), 9, 24)
    return framed(
        body,
        wrap(f"From milligrams to mood: one person, {course.name}", size.width // (size.font // 2 + 1), 2),
        f"{length(course.study, [end])}; grey uprights mark what is given. "
        "Model values of one simulated person, not measurements.",
        course.study,
        size,
    )


@dataclass(frozen=True)
class Cell:
    """One panel in one column: its time axis and size in pixels, and which words stand around it."""

    time: TimeAxis
    width: int
    height: int
    names: bool
    axis: bool
    bottom: bool
    heading: str = ""


def _panel(course: Course, panel: Panel, cell: Cell, size: Size) -> Spec:
    factor = PERCENT if panel.as_percent else 1.0
    area = size.scaled(cell.width, cell.height)
    title = panel.title(course.units)
    line_height = round(size.font * 1.15)
    style = {"titleAngle": 0, "titleAlign": "right", "titleBaseline": "middle", "titleX": -size.font * 3.4}
    y = _value_axis(course, panel, factor).titled(
        title if cell.axis else None,
        labels=cell.axis,
        titleY=(cell.height - line_height * (len(title) - 1)) / 2,
        titleLineHeight=line_height,
        **style,
    )
    x = cell.time.x(labels=cell.bottom)
    base = 0.0 if y.low <= 0.0 <= y.high else y.low
    layers: list[Spec] = [_uprights(course.doses, cell, x), level(base, y, QUIET, (1, 0), 0.7)]
    ends = []
    for line in panel.lines:
        rows = _rows(course, line, cell, factor)
        layers.append(curve(rows, x, y, line.colour, size.line * 0.8))
        if rows and len(panel.lines) > 1:
            at = y.pixel(float(rows[-1]["middle"] or 0.0), cell.height)
            ends.append(EndLabel((line.words,), at, line.colour))
    if cell.names:
        layers += end_labels(ends, replace(area, font=size.font - 1))
    if cell.heading:
        layers += heading(cell.heading, size)
    return layered(layers, area)


def _value_axis(course: Course, panel: Panel, factor: float) -> ValueAxis:
    """One vertical scale for a layer in all columns, so that the eye may go from one to the other."""
    values = [float(v) * factor for line in panel.lines for v in course.values[line.name] if math.isfinite(v)]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if panel.from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    return ValueAxis(*round_ends(low, high, 2))


def _rows(course: Course, line: Line, cell: Cell, factor: float) -> list[Row]:
    per = cell.time.hours_per_unit
    values = course.values[line.name]
    points = thinned(list(course.hours), list(values), cell.time.start * per, cell.time.end * per, cell.width // 2)
    return [{"time": rounded(hour / per), "middle": rounded(value * factor)} for hour, value in points]


def _uprights(doses: Sequence[DoseRow], cell: Cell, x: Spec) -> Spec:
    """Grey uprights where something is given, through every layer."""
    time = cell.time
    at = sorted({round(d.hours / time.hours_per_unit, 4) for d in doses if math.isfinite(d.hours)})
    inside = [t for t in at if time.start <= t <= time.end]
    return uprights(inside, x, 0, cell.height, HAIRLINE, strokeWidth=1, opacity=0.75)
