"""The few shapes all figures are made of: band, curve, level line, words, dose ticks, hover read-out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rewire.present.axes import TimeAxis, ValueAxis
from rewire.present.series import Row
from rewire.present.spec import Spec, rows_of
from rewire.present.theme import HAIRLINE, INK, QUIET, Size

FILL_OPACITY = 0.15
EDGE_OPACITY = 0.5


def band(rows: Sequence[Row], x: Spec, y: ValueAxis, colour: str, overlapping: int = 1) -> Spec:
    """A pale band from `low` to `high` with thin edges; the more overlap, the paler, so that all stay readable."""
    known = [row for row in rows if row["low"] is not None and row["high"] is not None]
    fill = {"type": "area", "color": colour, "opacity": round(FILL_OPACITY / max(overlapping, 1), 3)}
    edge = {"type": "line", "color": colour, "opacity": EDGE_OPACITY, "strokeWidth": 0.8}
    layers: list[Spec] = [{"mark": fill, "encoding": {"x": x, "y": y.y("low"), "y2": {"field": "high"}}}]
    layers += [{"mark": edge, "encoding": {"x": x, "y": y.y(name)}} for name in ("low", "high")]
    return {"data": rows_of(known), "layer": layers}


def curve(rows: Sequence[Row], x: Spec, y: ValueAxis, colour: str, width: float, dash: Sequence[int] = (1, 0)) -> Spec:
    """A curve through `middle`."""
    known = [row for row in rows if row["middle"] is not None]
    mark = {"type": "line", "color": colour, "strokeWidth": width, "strokeJoin": "round", "strokeCap": "round"}
    if dash[1]:
        mark["strokeDash"] = list(dash)
    return {"data": rows_of(known), "mark": mark, "encoding": {"x": x, "y": y.y()}}


def level(value: float, y: ValueAxis, colour: str = QUIET, dash: Sequence[int] = (3, 3), width: float = 1) -> Spec:
    """A thin line across the plot at one value."""
    mark = {"type": "rule", "color": colour, "strokeWidth": width, "strokeDash": list(dash)}
    return {"data": rows_of([{"level": value}]), "mark": mark, "encoding": {"y": y.y("level")}}


def uprights(times: Sequence[float], x: Spec, top: float, bottom: float, colour: str, **mark: Any) -> Spec:
    """Upright strokes at these times, between two heights in pixels from the top."""
    return {
        "data": rows_of([{"time": round(time, 4)} for time in times]),
        "mark": {"type": "rule", "color": colour, **mark},
        "encoding": {"x": x, "y": {"value": top}, "y2": {"value": bottom}},
    }


@dataclass(frozen=True)
class EndLabel:
    """Words that belong at the height `pixel` (from the top) beside a plot."""

    lines: tuple[str, ...]
    pixel: float
    colour: str
    bold: bool = False


def spread(labels: Sequence[EndLabel], height: float, line_height: float) -> list[float]:
    """Tops of the label blocks, moved as little as needed so that none overlap and all stay beside the plot."""
    order = sorted(range(len(labels)), key=lambda i: labels[i].pixel)
    sizes = [len(labels[i].lines) * line_height + 2 for i in order]
    wished = [labels[i].pixel - size / 2 for i, size in zip(order, sizes, strict=True)]
    tops = list(wished)
    for _ in range(8 * len(tops)):
        # Push pairs that overlap apart by half each; a few rounds settle a handful of labels.
        for a in range(len(tops) - 1):
            overlap = tops[a] + sizes[a] - tops[a + 1]
            if overlap > 0:
                tops[a] -= overlap / 2
                tops[a + 1] += overlap / 2
    low = -line_height * 0.5
    for place in range(len(tops)):
        tops[place] = max(tops[place], low)
        low = tops[place] + sizes[place]
    high = max(height + line_height * 0.5, low)
    for place in reversed(range(len(tops))):
        tops[place] = min(tops[place], high - sizes[place])
        high = tops[place]
    result = [0.0] * len(labels)
    for place, i in enumerate(order):
        result[i] = tops[place]
    return result


def end_labels(labels: Sequence[EndLabel], size: Size) -> list[Spec]:
    """Names written at the right of a plot beside the ends of their curves."""
    line_height = size.font * 1.2
    return [
        words_at(line, size.width + 8, top + line_height * (i + 0.5), label.colour, size.font - 1, bold=label.bold)
        for label, top in zip(labels, spread(labels, size.height, line_height), strict=True)
        for i, line in enumerate(label.lines)
    ]


def words_at(
    text: str, x: float, y: float, colour: str = INK, font: float = 12, *, bold: bool = False, align: str = "left"
) -> Spec:
    """Words at a place of the plot in pixels from its top left corner."""
    mark = {
        "type": "text",
        "align": align,
        "baseline": "middle",
        "color": colour,
        "fontSize": font,
        "fontWeight": 600 if bold else "normal",
    }
    return {
        "data": rows_of([{"words": text}]),
        "mark": mark,
        "encoding": {
            "x": {"value": round(x, 1)},
            "y": {"value": round(y, 1)},
            "text": {"field": "words", "type": "nominal"},
        },
    }


def heading(text: str, size: Size, notes: Sequence[str] = (), room: int | None = None) -> list[Spec]:
    """The small heading of a panel with quiet `notes` under it, above the plot, with room for `room` note lines.

    Drawn words rather than a title: titles move with the axis beside them, and neighbours would not line up.
    """
    lines = len(notes) if room is None else room
    step = size.font * 1.25
    top = -(lines * step) - size.font * 1.25
    marks = [words_at(text, 0, top, INK, size.font, bold=True)]
    return marks + [words_at(note, 0, top + step * (i + 1), QUIET, size.font - 2) for i, note in enumerate(notes)]


def hover(rows: Sequence[Mapping[str, Any]], time: TimeAxis, x: Spec, fields: Sequence[str], name: str) -> Spec:
    """A thin upright line that follows the pointer and reads out `fields` (one row a time); unseen on paper."""
    tips: list[Spec] = [{"field": "time", "type": "quantitative", "title": time.unit, "format": ".2~f"}]
    tips += [{"field": _escaped(f), "type": "quantitative", "title": f, "format": ".1f"} for f in fields]
    return {
        "data": rows_of(rows),
        "mark": {"type": "rule", "color": HAIRLINE, "strokeWidth": 1},
        "params": [
            {"name": name, "select": {"type": "point", "encodings": ["x"], "nearest": True, "on": "pointermove"}}
        ],
        "encoding": {
            "x": x,
            "opacity": {"condition": {"param": name, "empty": False, "value": 1}, "value": 0},
            "tooltip": tips,
        },
    }


def _escaped(name: str) -> str:
    """A field name in which dots and brackets are taken literally."""
    return "".join("\\" + sign if sign in ".[]\\'\"" else sign for sign in name)
