"""Connectivity between large systems: a matrix at the first visit, and its change at each later one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rewire.present.frame import framed
from rewire.present.marks import heading
from rewire.present.series import rounded
from rewire.present.spec import Spec, grid, layered, rows_of
from rewire.present.theme import INK, PAGE, PLAN_COLOURS, Size
from rewire.present.words import sentence, who, wrap

if TYPE_CHECKING:
    from altair import VConcatChart

    from rewire.studies.imaging.result import ImagingResult

MIDDLE = "#f6f7f7"
COLUMNS = 2
FULL_COLOUR = 0.98
"""Share of cells below the full colour: one strong pair, such as the two cerebellar halves, must not pale the rest."""


def plot_matrix(result: ImagingResult, size: Size = PAGE) -> VConcatChart:
    """Mean Fisher z within and between large systems at the first visit, and its change at the others."""
    return framed(
        matrix_body(result, size),
        f"Connectivity of large systems under {result.plan}",
        wrap(f"Mean of {who(result.study)}; network {result.network.name}. {sentence(result.not_known[1])}", 108, 3),
        result.study,
        size,
    )


def matrix_body(result: ImagingResult, size: Size) -> Spec:
    """The panels, unframed: the first visit in levels, the others in change, all changes in the same colours."""
    blocks = result.maps.blocks.astype(float).mean(axis=0)
    changes = blocks[1:] - blocks[0]
    top = float(np.nanmax(np.abs(changes))) if len(changes) else 1.0
    side = size.scaled((size.width - 150) / COLUMNS, (size.width - 150) / COLUMNS)
    panels = [_panel(result.visits[0].name, "mean Fisher z", blocks[0], result.maps.systems, side, None)]
    for visit, change, acute in zip(result.visits[1:], changes, result.acute[1:], strict=True):
        note = f"change since {result.visits[0].name}" + (", under the drug" if acute else "")
        panels.append(_panel(visit.name, note, change, result.maps.systems, side, top or 1.0))
    return {**grid(panels, COLUMNS, 34, 30), "resolve": {"scale": {"color": "independent"}}}


def _panel(name: str, note: str, values: Any, systems: tuple[str, ...], size: Size, top: float | None) -> Spec:
    rows = [
        {"row": one, "column": other, "value": rounded(values[i, j]), "label": _short(values[i, j], top)}
        for i, one in enumerate(systems)
        for j, other in enumerate(systems)
        if np.isfinite(values[i, j])
    ]
    if top is None:
        highest = max(float(np.nanquantile(values, FULL_COLOUR)), 1e-9)
        colour: Spec = {"domain": [0, highest], "range": [MIDDLE, PLAN_COLOURS[2]], "clamp": True}
    else:
        highest = top
        colour = {"domain": [-top, 0, top], "range": [PLAN_COLOURS[0], MIDDLE, PLAN_COLOURS[1]], "clamp": True}
    colour["interpolate"] = "rgb"
    order = list(systems)
    axis = {"title": None, "domain": False, "ticks": False, "labelPadding": 3}
    x = {"field": "column", "type": "nominal", "sort": order, "axis": {**axis, "labelAngle": -45}}
    y = {"field": "row", "type": "nominal", "sort": order, "axis": axis}
    tips = [{"field": name, "type": "nominal"} for name in ("row", "column")]
    tips.append({"field": "value", "type": "quantitative", "title": note, "format": ".3f"})
    cells: Spec = {
        "mark": {"type": "rect", "stroke": "#ffffff", "strokeWidth": 1},
        "encoding": {
            "x": x,
            "y": y,
            "color": {"field": "value", "type": "quantitative", "scale": colour, "legend": None},
            "tooltip": tips,
        },
    }
    dark = f"abs(datum.value) > {0.55 * highest:.4g}"
    words: Spec = {
        "mark": {"type": "text", "fontSize": max(size.font - 4, 8)},
        "encoding": {
            "x": x,
            "y": y,
            "text": {"field": "label", "type": "nominal"},
            "color": {"condition": {"test": dark, "value": "#ffffff"}, "value": INK},
        },
    }
    return layered(
        [
            {"data": rows_of(rows), "layer": [cells, words], "resolve": {"scale": {"color": "independent"}}},
            *heading(name, size, [note]),
        ],
        size,
    )


def _short(value: float, top: float | None) -> str:
    """A cell's number without the zero before the point: `.23`, `+.05`."""
    if not np.isfinite(value):
        return ""
    text = f"{value:.2f}" if top is None else f"{value:+.2f}"
    return text.replace("0.", ".", 1).replace("+.00", "0").replace("-.00", "0")
