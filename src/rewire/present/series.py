"""From arrays to the small rows a chart carries: rounded, without gaps, thinned with peaks kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rewire.studies.result import Band, Curve

Row = dict[str, float | str | None]
SIGNIFICANT = 5


def rounded(value: float) -> float | None:
    """A value with five significant digits, or None when it is not a finite number."""
    value = float(value)
    return float(f"{value:.{SIGNIFICANT}g}") if math.isfinite(value) else None


def between_people(curve: Curve, hours_per_unit: float = 1.0, factor: float = 1.0) -> list[Row]:
    """Rows of `time`, `middle` (mean), `low` and `high` (10th and 90th percentile between people)."""
    return _rows(curve.hours, {"middle": curve.mean, "low": curve.p10, "high": curve.p90}, hours_per_unit, factor)


def not_known(band: Band, hours_per_unit: float = 1.0, factor: float = 1.0) -> list[Row]:
    """Rows of `time`, `middle` (mean), `low` and `high` (80 % interval of what is not known)."""
    return _rows(band.hours, {"middle": band.mean, "low": band.low, "high": band.high}, hours_per_unit, factor)


def clipped(rows: Iterable[Row], low: float, high: float) -> list[Row]:
    """The rows with band edges kept between `low` and `high`: a share cannot lie below 0 or above 100 %."""
    return [
        {name: min(max(v, low), high) if name != "time" and isinstance(v, float) else v for name, v in row.items()}
        for row in rows
    ]


def within(rows: Iterable[Row], start: float, end: float) -> list[Row]:
    """The rows from `start` to `end`, both included."""
    return [row for row in rows if start <= float(row["time"] or 0.0) <= end]


def extent(series: Iterable[Iterable[Row]], fields: Sequence[str] = ("middle", "low", "high")) -> tuple[float, float]:
    """The lowest and highest value in several series of rows; (0, 1) when there is none."""
    values = [row[field] for rows in series for row in rows for field in fields]
    known = [float(value) for value in values if value is not None]
    return (min(known), max(known)) if known else (0.0, 1.0)


def last(rows: Sequence[Row], field: str = "middle") -> float | None:
    """The last known value of a series."""
    known = [row[field] for row in rows if row[field] is not None]
    return float(known[-1]) if known and known[-1] is not None else None


def thinned(
    hours: Sequence[float], values: Sequence[float], start: float, end: float, bins: int
) -> list[tuple[float, float]]:
    """At most about two points a bin between `start` and `end`: the lowest and highest, so that short peaks stay."""
    inside = [
        (float(h), float(v)) for h, v in zip(hours, values, strict=True) if start <= h <= end and math.isfinite(v)
    ]
    if len(inside) <= 2 * bins:
        return inside
    groups: dict[int, list[tuple[float, float]]] = {}
    for hour, value in inside:
        groups.setdefault(min(int((hour - start) / (end - start) * bins), bins - 1), []).append((hour, value))
    kept: set[tuple[float, float]] = {inside[0], inside[-1]}
    for group in groups.values():
        kept.add(min(group, key=lambda point: point[1]))
        kept.add(max(group, key=lambda point: point[1]))
    return sorted(kept)


def _rows(
    hours: Iterable[float], fields: Mapping[str, Iterable[float]], hours_per_unit: float, factor: float
) -> list[Row]:
    columns = zip(hours, *fields.values(), strict=True)
    return [
        {
            "time": rounded(hour / hours_per_unit),
            **{name: rounded(v * factor) for name, v in zip(fields, row, strict=True)},
        }
        for hour, *row in columns
    ]
