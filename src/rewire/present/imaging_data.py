"""An imaging study as data: JSON, named arrays, labelled arrays, and rows for CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from rewire.errors import StudyError

if TYPE_CHECKING:
    from rewire.studies.imaging.effects import Effect
    from rewire.studies.imaging.result import ImagingResult

COLUMNS = ("person", "visit", "hours", "map", "place", "unit", "value", "without_drug")
REGIONAL = {"global_connectivity": "z", "strength": "1", "participation": "1"}
NUMBERS_OF_PEOPLE = (20, 40, 80, 160)


def imaging_json(result: ImagingResult) -> dict[str, Any]:
    """Effects, power, courses and means of maps as plain JSON values; what cannot be told is null."""
    maps = result.maps
    return {
        "study": json.loads(json.dumps(result.study, default=str)),
        "plan": result.plan,
        "scale": result.scale,
        "visits": [
            {"name": visit.name, "hours": visit.hours, "under_the_drug": bool(acute)}
            for visit, acute in zip(result.visits, result.acute, strict=True)
        ],
        "scores": {
            "mean": _list(result.scores.mean(axis=0)),
            "without_drug": _list(result.scores_without_drug.mean(axis=0)),
        },
        "readouts": {
            readout.name: {
                "unit": readout.unit,
                "meaning": readout.meaning,
                "not_known": readout.unknown,
                "healthy": plain(result.healthy[readout.name]),
                "mean": _list(maps.values[readout.name].mean(axis=0)),
                "sd": _list(maps.values[readout.name].std(axis=0)),
                "without_drug": _list(result.without_drug.values[readout.name].mean(axis=0)),
            }
            for readout in result.readouts
        },
        "effects": [_effect_json(effect) for effect in result.effects],
        "power": [
            {name: plain(value) for name, value in vars(row).items()}
            for design in ("one group", "two groups")
            for row in result.power(NUMBERS_OF_PEOPLE, design)
        ],
        "power_note": "normal approximation, two-sided 5 %: up to 0.05 too high with 20 people, 0.10 with 10",
        "regions": {
            "labels": list(maps.regions),
            "global_connectivity": [_list(row) for row in maps.global_connectivity.mean(axis=0)],
        },
        "systems": {
            "labels": list(maps.systems),
            "blocks": [[_list(row) for row in visit] for visit in maps.blocks.mean(axis=0)],
        },
        "course": {
            name: {"unit": curve.unit, "day": _list(curve.hours / 24), "mean": _list(curve.mean)}
            for name, curve in result.course.items()
        },
        "not_known": list(result.not_known),
        "warnings": list(result.warnings),
    }


def imaging_arrays(result: ImagingResult) -> dict[str, Any]:
    """All maps as named arrays with their labels; `[person, visit, ...]`, matrices `[visit, region, region]`."""
    maps = result.maps
    arrays: dict[str, Any] = {
        "visit": np.array([visit.name for visit in result.visits]),
        "hours": np.array([visit.hours for visit in result.visits]),
        "person": np.arange(len(result.scores)) + result.study["people"]["first"],
        "region": np.array(maps.regions),
        "system": np.array(maps.systems),
        "synaptic_region": np.array(maps.synaptic_regions),
        "readout": np.array([readout.name for readout in result.readouts]),
        "values": np.stack([maps.values[readout.name] for readout in result.readouts], axis=-1),
        "values_without_drug": np.stack(
            [result.without_drug.values[readout.name] for readout in result.readouts], axis=-1
        ),
        "scores": result.scores,
        "scores_without_drug": result.scores_without_drug,
        "matrix": maps.matrix,
        "matrix_sd": maps.matrix_sd,
        "matrix_without_drug": result.without_drug.matrix,
    }
    for name in (*REGIONAL, "blocks", "synapses", "sv2a", "diffusivity", "volume", "nmda_block", "slowest_mode"):
        arrays[name] = getattr(maps, name)
    return arrays


def imaging_dataset(result: ImagingResult) -> Any:
    """The maps as an `xarray.Dataset`.

    Raises `StudyError` when xarray is not installed.
    """
    try:
        import xarray
    except ImportError:
        raise StudyError("labelled arrays need xarray", advice="pip install 'rewire[arrays]'") from None
    arrays = imaging_arrays(result)
    people = ("person", "visit")
    dimensions = {
        **dict.fromkeys(REGIONAL, (*people, "region")),
        **dict.fromkeys(("synapses", "sv2a", "diffusivity", "volume"), (*people, "synaptic_region")),
        **dict.fromkeys(("values", "values_without_drug"), (*people, "readout")),
        **dict.fromkeys(("scores", "scores_without_drug", "nmda_block", "slowest_mode"), people),
        **dict.fromkeys(("matrix", "matrix_sd", "matrix_without_drug"), ("visit", "region", "other_region")),
        "blocks": (*people, "system", "other_system"),
    }
    labels = ("person", "visit", "region", "system", "synaptic_region", "readout")
    coordinates = {name: arrays[name] for name in labels}
    coordinates |= {"other_region": arrays["region"], "other_system": arrays["system"]}
    coordinates["hours"] = ("visit", arrays["hours"], {"units": "h"})
    data = {name: (axes, arrays[name]) for name, axes in dimensions.items()}
    facts = {"plan": result.plan, "network": result.network.name, "not_known": "\n".join(result.not_known)}
    return xarray.Dataset(data, coordinates, facts)


def imaging_csv(result: ImagingResult) -> str:
    """One row for each person, visit, map and place; read-outs first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    first = int(result.study["people"]["first"])
    maps, without = result.maps, result.without_drug
    for v, visit in enumerate(result.visits):
        for person in range(len(result.scores)):
            head = (first + person, visit.name, f"{visit.hours:g}")
            writer.writerow(
                (
                    *head,
                    "score",
                    result.scale,
                    "points",
                    _short(result.scores[person, v]),
                    _short(result.scores_without_drug[person, v]),
                )
            )
            for readout in result.readouts:
                pair = (source.values[readout.name][person, v] for source in (maps, without))
                writer.writerow((*head, "read-out", readout.name, readout.unit, *map(_short, pair)))
            for name, unit in REGIONAL.items():
                one, other = getattr(maps, name)[person, v], getattr(without, name)[person, v]
                for label, value, twin in zip(maps.regions, one, other, strict=True):
                    writer.writerow((*head, name, label, unit, _short(value), _short(twin)))
    return text.getvalue()


def _effect_json(effect: Effect) -> dict[str, Any]:
    told: dict[str, Any] = {name: plain(value) for name, value in vars(effect).items()}
    for name in ("d", "d_paired", "d_specific", "d_groups"):
        told[name] = plain(getattr(effect, name))
    told["people_needed"] = effect.people_needed()
    told["people_needed_two_groups"] = effect.people_needed("two groups")
    return told


def plain(value: Any) -> Any:
    """A value for JSON: numbers with six digits, what cannot be told as null."""
    if isinstance(value, float | np.floating):
        return float(f"{float(value):.6g}") if math.isfinite(value) else None
    return value


def _list(values: Any) -> list[Any]:
    return [plain(float(value)) for value in np.asarray(values, float)]


def _short(value: float) -> str:
    return f"{float(value):.5g}" if math.isfinite(value) else ""
