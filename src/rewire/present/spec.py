"""Small Vega-Lite pieces as plain dictionaries; `frame` turns the finished figure into one Altair chart.

Joining Altair objects copies all of their fields at every step, which took seconds for a page of panels; joining
dictionaries takes milliseconds and gives the same chart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rewire.present.theme import Size

Spec = dict[str, Any]
NARROW_SPACING = 34
"""Pixels between plots that stand one below the other."""


def layered(layers: Sequence[Spec], size: Size) -> Spec:
    """Layers on one plot area of this size."""
    return {"layer": list(layers), "width": size.width, "height": size.height}


def beside(views: Sequence[Spec], spacing: float, size: Size) -> Spec:
    """Views side by side, `spacing` pixels apart; one below the other where the figure is narrow."""
    if size.narrow:
        return below(views, NARROW_SPACING)
    return {"hconcat": list(views), "spacing": spacing} if len(views) > 1 else views[0]


def below(views: Sequence[Spec], spacing: float, *, tight: bool = False) -> Spec:
    """Views one below the other; `tight` measures the spacing between plot areas, whatever stands around them."""
    if len(views) == 1:
        return views[0]
    return {"vconcat": list(views), "spacing": spacing, "bounds": "flush" if tight else "full"}


def grid(views: Sequence[Spec], columns: int, row: float, column: float) -> Spec:
    """Views in rows of `columns`, with their plot areas in line both ways."""
    if len(views) == 1:
        return views[0]
    return {"concat": list(views), "columns": columns, "align": "each", "spacing": {"row": row, "column": column}}


def rows_of(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """Rows as inline data."""
    return {"values": [dict(row) for row in rows]}


def shared_data(spec: Spec) -> tuple[Spec, dict[str, list[Any]]]:
    """The specification with equal data held once under a name, and the named data."""
    names: dict[str, str] = {}
    data: dict[str, list[Any]] = {}

    def walk(part: Any) -> Any:
        if isinstance(part, list):
            return [walk(item) for item in part]
        if not isinstance(part, dict):
            return part
        if set(part) == {"values"} and isinstance(part["values"], list) and part["values"]:
            key = json.dumps(part["values"], sort_keys=True)
            name = names.setdefault(key, f"rows-{len(names) + 1}")
            data[name] = part["values"]
            return {"name": name}
        return {name: item if name == "axis" else walk(item) for name, item in part.items()}

    return walk(spec), data
