"""One person's cascade for the page: the panels of the layered picture, brain, valley and what is given."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from rewire.engine.kernels import model_key
from rewire.layers.synapse import REGIONS
from rewire.machine.store import kept_text
from rewire.models.standard import standard_model
from rewire.present.figures.layers import PERCENT, Panel, layers_of, scores_of
from rewire.present.theme import KIND_COLOURS
from rewire.studies.result import Course

DIGITS = 4
WIDEST = 1.1
"""The landscape is drawn for moods from minus to plus this."""
SAFETY = (
    ("dissociation", "dissociation", "CADSS", KIND_COLOURS["threat"]),
    ("systolic_rise", "systolic blood pressure", "mmHg above rest", KIND_COLOURS["ketamine"]),
)


def view_course(course: Course) -> dict[str, Any]:
    """What the page of one person draws, rounded to four digits: `[time]` series by panel, landscape, brain."""
    return {
        "study": {
            key: course.study[key] for key in ("version", "evidence", "scale", "weeks", "masking", "drug_layers")
        },
        "name": course.name,
        "hours": rounded(course.hours, 6),
        "panels": [_panel(panel, course) for panel in layers_of(course)] + _safety(course),
        "scores": {name: _series(course, name) for name in scores_of(course)},
        "scales": sorted(name for name in course.values if name in course.study["scales"]),
        "remission": {name: row["remission"] for name, row in course.study["scales"].items()},
        "brain": {region: rounded(course.values[f"synapses_{region}"] * PERCENT) for region in REGIONS},
        "window": rounded(course.values["plasticity_index"]),
        "mood": rounded(course.values["mood"]),
        "landscape": landscape(course),
        "doses": [
            {
                "hours": row.hours,
                "when": row.when,
                "what": row.what,
                "route": row.route,
                "amount": row.amount,
                "mg": row.milligrams,
            }
            for row in course.doses
        ],
    }


def rounded(values: Sequence[float] | Any, digits: int = DIGITS) -> list[float]:
    """Numbers with so many significant digits."""
    return [float(f"{value:.{digits}g}") for value in np.asarray(values, float)]


def _series(course: Course, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "unit": course.units[name],
        "meaning": course.meanings[name],
        "layer": standard_model().layer_of.get(name, ""),
        "values": rounded(course.values[name]),
    }


def _panel(panel: Panel, course: Course) -> dict[str, Any]:
    factor = PERCENT if panel.as_percent else 1.0
    *title, unit = panel.title(course.units)
    return {
        "title": " ".join(title),
        "unit": unit.strip("()"),
        "zero": panel.from_zero,
        "lines": [
            {
                **_series(course, line.name),
                "words": line.words,
                "colour": line.colour,
                "values": rounded(course.values[line.name] * factor),
            }
            for line in panel.lines
        ],
    }


def _safety(course: Course) -> list[dict[str, Any]]:
    """Dissociation and blood pressure, each in a panel of its own: their units differ."""
    return [
        {
            "title": words.capitalize(),
            "unit": unit,
            "zero": True,
            "lines": [{**_series(course, name), "words": words, "colour": colour}],
        }
        for name, words, unit, colour in SAFETY
        if name in course.values
    ]


def landscape(course: Course, moments: int = 120, moods: int = 45) -> dict[str, Any]:
    """The landscape that mood rolls in: the rate of mood at other moods, integrated; `height[moment][mood]`."""
    rate = _mood_rate()
    across = np.linspace(-WIDEST, WIDEST, moods)
    hours = np.linspace(course.hours[0], course.hours[-1], moments)
    drive = np.interp(hours, course.hours, course.values["mood_drive"])
    coupling = float(course.values["coupling"][0])
    slope = -np.asarray(rate(across[None, :], drive[:, None], coupling, 1.0))
    areas = np.cumsum((slope[:, 1:] + slope[:, :-1]) / 2 * np.diff(across), axis=1)
    height = np.concatenate([np.zeros((moments, 1)), areas], axis=1)
    height -= height.min(axis=1, keepdims=True)
    return {"mood": rounded(across), "hours": rounded(hours, 5), "height": [rounded(row, 3) for row in height]}


@cache
def _mood_rate() -> Any:
    """The rate of mood as the model states it, as a function of mood, its drive, its coupling and its time."""
    text = kept_text(f"mood-rate-{model_key(standard_model())}.txt", _mood_rate_text)
    return eval(f"lambda mood, mood_drive, coupling, mood_time: {text}", {"numpy": np})


def _mood_rate_text() -> str:
    """The rate as an expression of numpy. Wiring the model takes seconds, so that the text is kept."""
    from sympy.printing.numpy import NumPyPrinter

    return str(NumPyPrinter().doprint(standard_model().system.rates["mood"]))
