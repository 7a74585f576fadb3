"""One look for every figure: colours, fonts and sizes, checked for contrast and for colour-blind readers.

The colours of plans are spread so that any two of the six stay apart for normal, deuteranope and protanope readers;
the tests measure it. All are dark enough to be read as lines and as words on the page colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

PAPER = "#ffffff"
INK = "#22292f"
QUIET = "#5d6770"
HAIRLINE = "#c3c9ce"
GRID = "#eceef0"

PLAN_COLOURS = ("#2b62b0", "#c2560c", "#1c3046", "#5c8fa3", "#6b2b10", "#7d8a63")
"""Colours of plans by their order in the comparison; a seventh plan starts again with a dashed line."""

REGION_COLOURS = MappingProxyType(
    {"prefrontal": "#2b62b0", "hippocampus": "#5c8fa3", "amygdala": "#c2560c", "accumbens": "#1c3046"}
)
KIND_COLOURS = MappingProxyType(
    {
        "ketamine": "#2b62b0",
        "esketamine": "#1c3046",
        "norketamine": "#5c8fa3",
        "receptor": "#2b62b0",
        "surge": "#c2560c",
        "growth": "#7d8a63",
        "protein": "#1c3046",
        "plasticity": "#6b2b10",
        "mood": "#1c3046",
        "threat": "#c2560c",
        "motivation": "#5c8fa3",
        "total": "#5d6770",
        "score": "#2b62b0",
        "second score": "#c2560c",
        "third score": "#5c8fa3",
    }
)

FONTS = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
"""Fonts that come with Windows, macOS and Linux; none is downloaded."""


@dataclass(frozen=True)
class Size:
    """How large a figure is drawn: plot `width` and `height` and `font` in pixels, `line` width of curves."""

    width: int
    height: int
    font: int
    line: float

    def scaled(self, width: float, height: float | None = None) -> Size:
        """The same fonts and lines on another plot area, in pixels."""
        return Size(round(width), round(self.height if height is None else height), self.font, self.line)


COLUMN = Size(420, 240, 11, 1.6)
"""One column of a printed page."""
PAGE = Size(760, 340, 13, 2.2)
"""A page or a screen; the default."""
SLIDE = Size(980, 460, 18, 3.2)
"""A slide read from the back of the room."""


def plan_colour(order: int) -> str:
    """The colour of the plan at this place in the comparison, counted from 0."""
    return PLAN_COLOURS[order % len(PLAN_COLOURS)]


def plan_dash(order: int) -> list[int]:
    """The dash pattern of a plan: solid for the first six, dashed when colours start again."""
    return [1, 0] if order < len(PLAN_COLOURS) else [6, 3]


def config(size: Size) -> dict[str, Any]:
    """The Vega-Lite configuration shared by all figures, for one size."""
    return {
        "background": PAPER,
        "font": FONTS,
        "padding": {"left": 14, "right": 18, "top": 14, "bottom": 10},
        "view": {"stroke": None},
        "concat": {"spacing": 26},
        "axis": {
            "labelFont": FONTS,
            "titleFont": FONTS,
            "labelFontSize": size.font - 1,
            "titleFontSize": size.font - 1,
            "titleFontWeight": "normal",
            "labelColor": QUIET,
            "titleColor": INK,
            "domainColor": HAIRLINE,
            "tickColor": HAIRLINE,
            "gridColor": GRID,
            "tickSize": 4,
            "labelPadding": 4,
            "titlePadding": 8,
            "labelOverlap": False,
        },
        "axisY": {"domain": False, "ticks": False},
        "axisX": {"grid": False},
        "text": {"font": FONTS, "fontSize": size.font - 1},
        "title": {"font": FONTS, "subtitleFont": FONTS, "color": INK, "subtitleColor": QUIET},
    }
