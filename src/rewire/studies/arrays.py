"""Results as labelled arrays (xarray): dimensions with names, units and meanings as attributes."""

from __future__ import annotations

from typing import Any

import numpy as np

from rewire.errors import StudyError
from rewire.layers.synapse import REGIONS
from rewire.studies.result import Band, Comparison, Course, Curve


def as_dataset(result: Comparison | Course) -> Any:
    """An `xarray.Dataset`: `[time]` and `[time, region]` for a course, `[plan, scale, time, statistic]` for a comparison.

    Raises `StudyError` when xarray is not installed.
    """
    try:
        import xarray
    except ImportError:
        raise StudyError("labelled arrays need xarray", advice="pip install 'rewire[arrays]'") from None
    return _course(xarray, result) if isinstance(result, Course) else _comparison(xarray, result)


def _course(xarray: Any, course: Course) -> Any:
    regional: dict[str, list[Any]] = {}
    data: dict[str, Any] = {}
    for name, values in course.values.items():
        stem, _, region = name.rpartition("_")
        if region in REGIONS:
            regional.setdefault(stem, []).append((region, values))
            continue
        data[name] = ("time", values, {"units": course.units[name], "long_name": course.meanings[name]})
    for stem, parts in regional.items():
        ordered = dict(parts)
        values = np.stack([ordered[region] for region in REGIONS], axis=1)
        data[stem] = (("time", "region"), values, {"units": "1", "long_name": stem.replace("_", " ")})
    coordinates = {"time": ("time", course.hours, {"units": "h"}), "region": list(REGIONS)}
    return xarray.Dataset(data, coordinates, {"plan": course.name, "version": course.study["version"]})


def _comparison(xarray: Any, comparison: Comparison) -> Any:
    outcomes = comparison.outcomes
    plans, scales = list(outcomes), list(next(iter(outcomes.values())).scores)
    hours = next(iter(outcomes.values())).scores[scales[0]].hours
    curves, bands = ("mean", "sd", "p10", "p50", "p90"), ("mean", "low", "high")

    def stack(kind: str, fields: tuple[str, ...]) -> Any:
        found: list[list[Curve | Band]] = [[getattr(outcomes[plan], kind)[scale] for scale in scales] for plan in plans]
        return np.array([[[getattr(item, field) for field in fields] for item in row] for row in found])

    data = {"scores": (("plan", "scale", "statistic", "time"), stack("scores", curves))}
    for kind in ("change", "specific", "response", "remission", "relapse"):
        data[kind] = (("plan", "scale", "interval", "time"), stack(kind, bands))
    coordinates = {
        "plan": plans,
        "scale": scales,
        "statistic": list(curves),
        "interval": list(bands),
        "time": ("time", hours, {"units": "h"}),
    }
    return xarray.Dataset(data, coordinates, {"version": comparison.study["version"]})
