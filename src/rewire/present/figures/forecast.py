"""One person's forecast: what was scored, what is likely next, and how a guess without a model would go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rewire.present.axes import TimeAxis, ValueAxis, time_axis, value_axis
from rewire.present.figures.doses import dose_strip
from rewire.present.frame import framed
from rewire.present.marks import EndLabel, curve, end_labels, heading, level
from rewire.present.series import Row, rounded
from rewire.present.spec import Spec, below, layered, rows_of
from rewire.present.theme import INK, PAGE, PLAN_COLOURS, QUIET, Size
from rewire.present.words import length, number, remission_cut, with_unit, wrap
from rewire.sources import load_table
from rewire.studies.forecast import Bands, Forecast

if TYPE_CHECKING:
    from altair import VConcatChart

PAIRS = ((0, 6, 0.10), (1, 5, 0.16), (2, 4, 0.22))
"""Places of the ends of the 95, 80 and 50 % bands among the levels, and how dark each is."""
MIDDLE = 3
BLUE, ORANGE, TEAL = PLAN_COLOURS[0], PLAN_COLOURS[1], PLAN_COLOURS[3]
BEFORE = 36.0
"""Hours shown before the first day, so that the first score does not lie on the axis."""


def plot_forecast(result: Forecast, scale: str | None = None, size: Size = PAGE) -> VConcatChart:
    """Scores so far, bands of the scores to come, people who began alike, naive forecasts; chances below."""
    name = scale or result.scale
    ahead = result.bands[name]
    low, high = _ends(result, name)
    time = time_axis(-BEFORE, float(ahead.hours[-1]), size.width)
    y = value_axis(low, high, size.height).titled(with_unit(name, ahead.unit))
    strip = dose_strip({result.plan_title: result.doses}, time, size)
    main = _scores(result, name, time, y, size, labels=False)
    chances = _chances(result, time, size.scaled(size.width, size.height * 0.32), labels=strip is None)
    parts = [main, chances, *([strip] if strip else [])]
    seen = sum(score.scale == name for score in result.person.scores)
    title = f"{result.person.name}: {name} in the next {length(result.study)}"
    said = [
        f"After {seen} score{'s' if seen != 1 else ''} under this plan. Bands: half, 80 % and 95 % of the scores "
        "that a rater would see; a score lies outside the 80 % band one time in five",
        *wrap("Hold it loosely: " + "; ".join(result.remarks), 118, 3) * bool(result.remarks),
    ]
    return framed(below(parts, 14, tight=True), title, said, result.study, size)


def _ends(result: Forecast, name: str) -> tuple[float, float]:
    """The ends of the value axis: the whole scale's lower end, and the highest thing drawn."""
    high = max(
        float(result.bands[name].levels[-1].max()),
        max((float(score.high) for score in result.person.scores if score.scale == name), default=0.0),
    )
    return 0.0, min(high, load_table("scales").number(name, "maximum"))


def _rows(bands: Bands, time: TimeAxis, low: int, high: int, first: float = -1e9) -> list[Row]:
    return [
        {"time": rounded(h / time.hours_per_unit), "low": rounded(a), "high": rounded(b), "middle": rounded(m)}
        for h, a, b, m in zip(bands.hours, bands.levels[low], bands.levels[high], bands.levels[MIDDLE], strict=True)
        if h >= first
    ]


def _area(rows: Sequence[Row], x: Spec, y: ValueAxis, colour: str, opacity: float) -> Spec:
    mark = {"type": "area", "color": colour, "opacity": opacity}
    return {"data": rows_of(rows), "mark": mark, "encoding": {"x": x, "y": y.y("low"), "y2": {"field": "high"}}}


def _scores(result: Forecast, name: str, time: TimeAxis, y: ValueAxis, size: Size, *, labels: bool) -> Spec:
    x = time.x(labels=labels)
    ahead, layers, ends = result.bands[name], [], []
    cut = remission_cut(result.study, name)
    if cut is not None:
        layers.append(level(cut, y))
        ends.append(EndLabel((f"remission: {number(cut)} or less",), y.pixel(cut, size.height), QUIET))
    if name in result.past:
        layers.append(_area(_rows(result.past[name], time, 1, 5), x, y, QUIET, 0.16))
    for low, high, dark in PAIRS:
        layers.append(_area(_rows(ahead, time, low, high), x, y, BLUE, dark))
    alike = result.alike[name]
    layers.append(curve(_rows(alike, time, 1, 5), x, y, TEAL, size.line * 0.7, (7, 4)))
    ends.append(_end("people who began alike: middle", alike.levels[MIDDLE][-1], y, size, TEAL))
    layers.append(curve(_rows(ahead, time, 1, 5), x, y, BLUE, size.line))
    ends.append(_end("this person: middle", ahead.levels[MIDDLE][-1], y, size, BLUE, bold=True))
    if name == result.scale:
        for place, naive in enumerate(result.naive):
            rows: list[Row] = [
                {"time": rounded(h / time.hours_per_unit), "middle": rounded(v)}
                for h, v in zip(naive.hours, naive.scores, strict=True)
            ]
            layers.append(curve(rows, x, y, ORANGE, size.line * 0.6, ((2, 3), (9, 3))[place % 2]))
            ends.append(_end(naive.name, naive.scores[-1], y, size, ORANGE))
    layers += [_now(result.now, time, x, size), _dots(result, name, time, x, y)]
    return layered([*layers, *end_labels(ends, size), *heading("Scores", size)], size)


def _end(words: str, value: float, y: ValueAxis, size: Size, colour: str, bold: bool = False) -> EndLabel:
    return EndLabel(tuple(wrap(words, 26)), y.pixel(float(value), size.height), colour, bold)


def _now(now: float, time: TimeAxis, x: Spec, size: Size) -> Spec:
    """Where the scores end and the forecast begins."""
    mark = {"type": "rule", "color": INK, "strokeWidth": 0.8, "strokeDash": [1, 2]}
    return {
        "data": rows_of([{"time": rounded(now / time.hours_per_unit)}]),
        "mark": mark,
        "encoding": {"x": x, "y": {"value": 0}, "y2": {"value": size.height}},
    }


def _dots(result: Forecast, name: str, time: TimeAxis, x: Spec, y: ValueAxis) -> Spec:
    """The person's scores, with a stroke over the range where items are missing."""
    rows: list[dict[str, Any]] = [
        {
            "time": rounded(max(score.at, -BEFORE) / time.hours_per_unit),
            "middle": score.middle,
            "low": score.low,
            "high": score.high,
        }
        for score in result.person.scores
        if score.scale == name
    ]
    dot = {"type": "point", "filled": True, "size": 42, "color": INK, "opacity": 1}
    ranges = [row for row in rows if row["low"] != row["high"]]
    rule = {"type": "rule", "color": INK, "strokeWidth": 1.4}
    return {
        "layer": [
            {"data": rows_of(ranges), "mark": rule, "encoding": {"x": x, "y": y.y("low"), "y2": {"field": "high"}}},
            {"data": rows_of(rows), "mark": dot, "encoding": {"x": x, "y": y.y()}},
        ]
    }


def _chances(result: Forecast, time: TimeAxis, size: Size, *, labels: bool) -> Spec:
    """Response and remission by date, and of those who have responded, the share who have lost it."""
    y = ValueAxis(0.0, 100.0, (0.0, 50.0, 100.0)).titled("Chance (%)")
    x = time.x(labels=labels)
    layers: list[Spec] = []
    ends = []
    series = {
        "response": (result.chances["response"].hours, result.chances["response"].share, BLUE),
        "remission": (result.chances["remission"].hours, result.chances["remission"].share, TEAL),
    }
    if result.relapse is not None:
        series["response lost, of those who have it"] = (result.relapse.hours, result.relapse.lost, ORANGE)
    for words, (hours, shares, colour) in series.items():
        rows: list[Row] = [
            {"time": rounded(h / time.hours_per_unit), "middle": rounded(100 * s)}
            for h, s in zip(hours, shares, strict=True)
        ]
        layers.append(curve(rows, x, y, colour, size.line * 0.8))
        ends.append(_end(words, 100 * float(shares[-1]), y, size, colour))
    layers.append(_now(result.now, time, x, size))
    return layered([*layers, *end_labels(ends, size)], size)
