"""How a published trial differs from the truth beyond the chance of its people: by effects of its own, and by its size."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.models.inputs import BASELINES
from rewire.models.parameters import Circumstances, typical
from rewire.sources import load_table
from rewire.studies.scoring.arms import TrialArm

Array = NDArray[np.float64]
Chance = Callable[[str], Array]
"""A standard normal number for each person, the same for all people of a trial, by the name of an effect."""
DRUG_GAINS = ("fast_gain", "structural_gain")
SCALED: Mapping[str, tuple[str, ...]] = {
    "expectancy_gain": ("expectancy_gain",),
    "drug_effect": DRUG_GAINS,
    "relief": ("expectancy_gain", "contact_gain", "antidepressant_gain", *DRUG_GAINS),
    "trauma_relief": ("fear_relief",),
    "slow_noise_gain": ("slow_noise_gain",),
}
"""Effects of a trial that multiply parameters."""
SHIFTED: Mapping[str, tuple[str, ...]] = {"entry_excess": ("entry_excess",)}
"""Effects of a trial that are added to parameters."""
EFFECTS: Mapping[str, tuple[str, ...]] = {**SCALED, **SHIFTED}


def enlarge(model: Model, numbers: Array, arm: TrialArm, where: Circumstances) -> None:
    """Turns the effect of the drug into the one that a trial of this size reports, in place.

    Small trials report larger effects than large ones of the same treatment; the excess goes with the standard error, as
    in the regression of Egger et al. 1997. The effect itself is that of a trial without end.
    """
    table = load_table("validation").group("small_trials")
    excess = typical(table.entry("excess"), where) * math.sqrt(table.number("people") / arm.trial_size)
    for row in _rows(model, DRUG_GAINS):
        numbers[row] *= np.exp(excess)


def differ(model: Model, numbers: Array, arm: TrialArm, where: Circumstances, chance: Chance) -> None:
    """Moves the parameters by the effects of the trial, in place; a record that pools trials is nearer to their mean."""
    table = load_table("validation").group("between_trials")
    alone = 1 / math.sqrt(arm.pools)
    for effect, names in SCALED.items():
        moved = typical(table.entry(effect), where) * chance(effect) * alone
        for row in _rows(model, names):
            numbers[row] *= np.exp(moved)
    for effect, names in SHIFTED.items():
        moved = typical(table.entry(effect), where) * chance(effect) * alone
        for row in _rows(model, names):
            # Somebody who is not ill was not chosen for being worse than usual.
            numbers[row] += moved * (numbers[row] != 0)
    if where.cared == "routine":
        between = load_table("validation").entry("between_clinics")
        for row in _rows(model, ("care_factor",)):
            numbers[row] *= np.exp(typical(between, where) * chance("clinic") * alone)
    for scale, baseline in BASELINES.items():
        known = load_table("populations").group(arm.condition, "baseline")
        if scale in known and scale not in arm.given:
            # The population table knows the mean of a trial that states none only so far.
            low, high = (load_table("scales").number(scale, end) for end in ("minimum", "maximum"))
            shift = (known.entry(scale, "mean").uncertainty or 0.0) * chance(f"baseline.{scale}") * alone
            for row in _rows(model, (baseline,)):
                numbers[row] = np.clip(numbers[row] + shift, low, high)


def _rows(model: Model, names: tuple[str, ...]) -> list[int]:
    """The rows of parameters in `numbers`."""
    return [row for row, quantity in enumerate(model.parameters) if quantity.name in names]
