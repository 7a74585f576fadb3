"""Results for other programs: JSON in the shape all surfaces share, and tidy rows for CSV."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rewire.present.words import HOURS_PER_DAY
from rewire.whole import whole_file

if TYPE_CHECKING:
    from rewire.studies.result import Band, Comparison, Course, Curve, DoseRow, Outcome

COLUMNS = ("plan", "quantity", "scale", "unit", "hours", "mean", "sd", "p10", "p50", "p90", "low", "high", "note")
_SHARES = ("response", "remission", "relapse")
_BANDS = {"change": "change", "specific": "drug-specific change", **{name: name for name in _SHARES}}


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """A comparison as plain JSON values; `day` is days since the first dose (0 = first dose), shares are 0 .. 1."""
    return {
        "study": _plain(comparison.study),
        "scale": comparison.scale,
        "plans": {name: _outcome_json(outcome) for name, outcome in comparison.outcomes.items()},
        "differences": {
            scale: [{"first": d.first, "second": d.second, **_band_json(d.band), "words": d.words} for d in differences]
            for scale, differences in comparison.differences.items()
        },
        "warnings": list(comparison.warnings),
    }


def course_json(course: Course) -> dict[str, Any]:
    """One person's course as plain JSON values, each with its unit and meaning."""
    return {
        "study": _plain(course.study),
        "name": course.name,
        "hours": _numbers(course.hours),
        "day": _days(course.hours),
        "values": {
            name: {
                "unit": course.units.get(name, ""),
                "meaning": course.meanings.get(name, ""),
                "values": _numbers(values),
            }
            for name, values in course.values.items()
        },
        "doses": _doses(course.doses),
    }


def comparison_rows(comparison: Comparison) -> list[dict[str, Any]]:
    """One row for each plan, quantity, scale and time, with the columns of `COLUMNS`; what does not apply is empty."""
    rows: list[dict[str, Any]] = []
    for plan, outcome in comparison.outcomes.items():
        for scale, curve in outcome.scores.items():
            rows += _series_rows(plan, "score", scale, curve, ("mean", "sd", "p10", "p50", "p90"))
        for field, quantity in _BANDS.items():
            for scale, band in getattr(outcome, field).items():
                rows += _series_rows(plan, quantity, scale, band, ("mean", "low", "high"))
        for name, curve in outcome.around_dose.items():
            rows += _series_rows(plan, "around first dose", name, curve, ("mean", "sd", "p10", "p50", "p90"))
        for name, peak in outcome.peaks.items():
            values = {field: _number(getattr(peak, field)) for field in ("mean", "sd", "p10", "p90")}
            rows.append(_row(plan, "peak", name, peak.unit, None, values, peak.statistic))
    for scale, differences in comparison.differences.items():
        for d in differences:
            rows += _series_rows(f"{d.first} minus {d.second}", "difference", scale, d.band, ("mean", "low", "high"))
    return rows


def write_rows(rows: Sequence[Mapping[str, Any]], path: str | os.PathLike[str]) -> Path:
    """Write rows as CSV with the columns of the first; the file appears whole or not at all."""
    with whole_file(path) as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({k: "" if v is None else v for k, v in row.items()} for row in rows)
    return Path(path)


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {"scores": {scale: _curve_json(curve) for scale, curve in outcome.scores.items()}}
    for name in ("change", "specific"):
        told[name] = {scale: _band_json(band) for scale, band in getattr(outcome, name).items()}
    for name in _SHARES:
        told[name] = {
            scale: {
                "day": _days(band.hours),
                "share": _numbers(band.mean),
                "low": _numbers(band.low),
                "high": _numbers(band.high),
            }
            for scale, band in getattr(outcome, name).items()
        }
    told["around_dose"] = {
        name: {"hours": _numbers(curve.hours), **_curve_json(curve)} for name, curve in outcome.around_dose.items()
    }
    told["peaks"] = {name: _number(peak.mean) for name, peak in outcome.peaks.items()}
    told["peak_statistics"] = {name: _plain(asdict(peak)) for name, peak in outcome.peaks.items()}
    told["doses"] = _doses(outcome.doses)
    return told


def _curve_json(curve: Curve) -> dict[str, Any]:
    fields = {name: _numbers(getattr(curve, name)) for name in ("mean", "sd", "p10", "p50", "p90")}
    return {"unit": curve.unit, "day": _days(curve.hours), **fields}


def _band_json(band: Band) -> dict[str, Any]:
    fields = {name: _numbers(getattr(band, name)) for name in ("mean", "low", "high")}
    return {"unit": band.unit, "day": _days(band.hours), **fields}


def _doses(doses: Iterable[DoseRow]) -> list[dict[str, Any]]:
    return [_plain(asdict(dose)) for dose in doses]


def _series_rows(
    plan: str, quantity: str, scale: str, series: Curve | Band, fields: tuple[str, ...]
) -> list[dict[str, Any]]:
    columns = zip(series.hours, *(getattr(series, field) for field in fields), strict=True)
    return [
        _row(plan, quantity, scale, series.unit, _number(hour), dict(zip(fields, map(_number, values), strict=True)))
        for hour, *values in columns
    ]


def _row(
    plan: str,
    quantity: str,
    scale: str,
    unit: str,
    hours: float | None,
    values: dict[str, float | None],
    note: str = "",
) -> dict[str, Any]:
    known = {"plan": plan, "quantity": quantity, "scale": scale, "unit": unit, "hours": hours, **values, "note": note}
    return {column: known.get(column) for column in COLUMNS}


def _days(hours: Iterable[float]) -> list[float | None]:
    return [_number(float(hour) / HOURS_PER_DAY) for hour in hours]


def _numbers(values: Iterable[float]) -> list[float | None]:
    return [_number(value) for value in values]


def _number(value: Any) -> float | None:
    """A plain float with eight significant digits; None for what is not a finite number, which JSON cannot say."""
    value = float(value)
    return float(f"{value:.8g}") if math.isfinite(value) else None


def _plain(value: Any) -> Any:
    """The same value in plain JSON types: mappings, lists, words, numbers, None."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, Iterable):
        return [_plain(item) for item in value]
    return str(value)
