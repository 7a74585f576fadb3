"""Forecasts without a model, and how far off every kind of forecast was on virtual people with known truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.inference.naive import carried_forward, exponential
from rewire.inference.scores import Person
from rewire.sources import load_table

Array = NDArray[np.float64]
Errors = tuple[tuple[float, float], ...]
"""Days ahead and the mean CRPS in points up to there."""
KINDS = ("this forecast", "population curve", "last score carried forward", "fitted exponential")


@dataclass(frozen=True)
class Naive:
    """A forecast without a model."""

    name: str
    hours: Array
    scores: Array


def naive(person: Person, scale: str, hours: Array) -> tuple[Naive, ...]:
    """The forecasts without a model that can be made from a person's scores."""
    own = [score for score in person.scores if score.scale == scale]
    found = []
    for name, values in (
        ("last score carried forward", carried_forward(own, hours)),
        ("fitted exponential", exponential(own, hours)),
    ):
        if values is not None:
            found.append(Naive(name, hours, values))
    return tuple(found)


def past_errors(scale: str, count: int) -> Mapping[str, Errors]:
    """Mean CRPS in points of each kind of forecast of a scale after `count` scores; empty where it was not measured."""
    table = load_table("forecast_accuracy")
    if scale not in table.group("crps"):
        return {}
    measured = table.group("crps", scale)
    known = [int(key.removeprefix("after_")) for key in measured.groups()]
    group = measured.group(f"after_{max((number for number in known if number <= count), default=min(known))}")
    days = table.entry("crps", "days_ahead").numbers
    keys = {kind: kind.replace(" ", "_") for kind in KINDS}
    return {kind: tuple(zip(days, group.entry(key).numbers, strict=True)) for kind, key in keys.items() if key in group}
