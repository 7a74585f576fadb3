"""One look for every figure: colours, fonts and sizes, checked for contrast and for colour-blind readers.

The colours of plans are spread so that any two of the six stay apart for normal, deuteranope and protanope readers;
the tests measure it. All are dark enough to be read as lines and as words on the page colour.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    """How large a figure is drawn: plot `width` and `height` and `font` in pixels, `line` width of curves.

    `most` is how wide the whole figure may be, in pixels; None leaves that to what stands in it.
    """

    width: int
    height: int
    font: int
    line: float
    most: int | None = None

    @property
    def narrow(self) -> bool:
        """Whether plots stand one below the other, as on a phone."""
        return self.most is not None and self.most < NARROW

    def folded(self, lines: Sequence[str], font: float) -> list[str]:
        """Lines of words in this font, broken where the figure must end."""
        if self.most is None:
            return list(lines)
        letters = round((self.most - MARGINS) / (font * LETTER))
        return [part for line in lines for part in textwrap.wrap(line, letters)]

    @property
    def label(self) -> int:
        """Letters a line of words beside a plot may have."""
        return 12 if self.narrow else 24

    def share(self, count: int, gap: float) -> float:
        """Pixels each of `count` plots gets, `gap` pixels apart; all of them where the figure is narrow."""
        return self.width if self.narrow or count < 2 else (self.width - gap * (count - 1)) / count

    def scaled(self, width: float, height: float | None = None) -> Size:
        """The same fonts and lines on another plot area, in pixels."""
        return Size(round(width), round(self.height if height is None else height), self.font, self.line, self.most)


COLUMN = Size(420, 240, 11, 1.6)
"""One column of a printed page."""
PAGE = Size(760, 340, 13, 2.2)
"""A page or a screen; the default."""
SLIDE = Size(980, 460, 18, 3.2)
"""A slide read from the back of the room."""
NARROW = 600
"""Where a figure may not be as wide as this, in pixels, its plots stand one below the other."""
BESIDE, BESIDE_NARROW = 130, 166
"""Pixels that axis labels and the names of curves take beside a plot, on a page and where it is narrow."""
LETTER, MARGINS = 0.56, 32
"""Width of a letter as a share of its font; pixels left and right of everything."""
WIDEST = 1.36
"""How much wider than one plot the widest figure is."""


def fitting(pixels: int) -> Size:
    """The size whose every figure fits so many pixels: a page at most."""
    if pixels < NARROW:
        return Size(max(pixels - BESIDE_NARROW, 120), 200, 11, 1.8, pixels)
    return replace(PAGE, width=min(round((pixels - BESIDE) / WIDEST), PAGE.width), most=pixels)


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
