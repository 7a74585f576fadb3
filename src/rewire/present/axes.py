"""Axes with sensible ends and ticks: time in hours, days or weeks, values with their unit in the title."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rewire.present.spec import Spec
from rewire.present.words import HOURS_PER_DAY, HOURS_PER_WEEK

_STEPS = {"hours": (0.5, 1, 2, 3, 4, 6, 12, 24), "days": (1, 2, 7, 14), "weeks": (1, 2, 4, 8, 13, 26, 52)}
_HOURS_PER = {"hours": 1.0, "days": HOURS_PER_DAY, "weeks": HOURS_PER_WEEK}
_COARSEST = 0.72
"""A step this share of the wished one will do, so that there are sooner too many ticks than too few."""
_PIXELS_PER_TICK = 34


@dataclass(frozen=True)
class TimeAxis:
    """Time since the first dose, from `start` to `end` in `unit`; `hours_per_unit` hours make one unit."""

    unit: str
    hours_per_unit: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def x(self, *, labels: bool = True, grid: bool = False) -> Spec:
        """The horizontal encoding; the title names the unit."""
        axis = {
            "values": list(self.ticks),
            "labels": labels,
            "ticks": labels,
            "grid": grid,
            "domain": labels,
            "title": f"Time since first dose ({self.unit})" if labels else None,
            "format": "~f",
            "labelFlush": False,
        }
        scale = {"domain": [self.start, self.end], "nice": False, "zero": False}
        return {"field": "time", "type": "quantitative", "scale": scale, "axis": axis}


def time_axis(start_hours: float, end_hours: float, width: int) -> TimeAxis:
    """Hours up to three days, days up to five weeks, else weeks; as many ticks as `width` pixels hold."""
    span = max(end_hours - start_hours, 1e-9)
    unit = "hours" if span <= 3 * HOURS_PER_DAY else "days" if span <= 5 * HOURS_PER_WEEK else "weeks"
    per = _HOURS_PER[unit]
    start, end = start_hours / per, end_hours / per
    room = max(width // _PIXELS_PER_TICK, 2)
    step = next((s for s in _STEPS[unit] if (end - start) / s <= room), _STEPS[unit][-1])
    first = math.ceil(start / step - 1e-9)
    count = math.floor(end / step + 1e-9)
    return TimeAxis(unit, per, start, end, tuple(round(step * i, 6) for i in range(first, count + 1)))


def round_ends(low: float, high: float, count: int = 5) -> tuple[float, float, tuple[float, ...]]:
    """Round ends around `low` .. `high` and about `count` round ticks between them."""
    if high - low < 1e-12:
        low, high = low - 0.5, high + 0.5
    raw = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = power * next(m for m in (1, 2, 5, 10) if m * power >= raw * _COARSEST)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return first * step, last * step, tuple(round(i * step, 10) for i in range(first, last + 1))


@dataclass(frozen=True)
class ValueAxis:
    """Values from `low` to `high` with `ticks`, titled; `pixel` says where a value lies on a plot of some height.

    All layers of a plot take their encoding from one value axis, so that they agree on scale, ticks and title.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    title: str | Sequence[str] | None = None
    labels: bool = True
    style: Mapping[str, Any] = field(default_factory=dict)

    def titled(self, title: str | Sequence[str] | None, *, labels: bool = True, **style: Any) -> ValueAxis:
        """The same axis with a title; give it its unit."""
        return replace(self, title=title, labels=labels, style=style)

    def y(self, name: str = "middle") -> Spec:
        """The vertical encoding of the field `name`."""
        title = list(self.title) if self.title is not None and not isinstance(self.title, str) else self.title
        axis = {"values": list(self.ticks), "labels": self.labels, "title": title, "format": "~f", **self.style}
        scale = {"domain": [self.low, self.high], "nice": False, "zero": False}
        return {"field": name, "type": "quantitative", "scale": scale, "axis": axis}

    def pixel(self, value: float, height: float) -> float:
        """Pixels from the top of a plot `height` high."""
        return height * (self.high - value) / (self.high - self.low)


def value_axis(low: float, high: float, height: int) -> ValueAxis:
    """A value axis that holds `low` .. `high` with a little air, zero kept exact, and a tick about every 50 pixels."""
    bottom, top, ticks = round_ends(low, high, max(2, min(6, height // 50)))
    air = 0.04 * (high - low)
    bottom = max(bottom, low if low == 0.0 else low - air)
    top = min(top, high if high == 0.0 else high + air)
    return ValueAxis(bottom, top, tuple(tick for tick in ticks if bottom <= tick <= top))
