"""The forward model of the calibration: what published numbers would be in a large trial, for given typical values.

The same virtual people with the same luck are met at every evaluation, so that differences are due to the values alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.engine.kernels import Kernel
from rewire.engine.run import run
from rewire.evidence.published import Result, Trial
from rewire.layers.symptoms import SCALES
from rewire.models.parameters import parameters
from rewire.population import People
from rewire.studies.cohort import Prepared, observed, prepare
from rewire.studies.scoring.arms import TrialArm, record_hours, trial_arms
from rewire.studies.scoring.effects import enlarge
from rewire.studies.scoring.measures import Seen, eligible, measure, seen

Array = NDArray[np.float64]


@dataclass(frozen=True)
class _Ready:
    """An arm that waits for values."""

    arm: TrialArm
    ready: Prepared
    who: People
    hours: Array
    scales: tuple[str, ...]


class TrialModel:
    """Published rows as functions of typical values, with `people` virtual people in every arm."""

    def __init__(
        self, model: Model, compiled: Kernel, rows: Sequence[tuple[Trial, Result]], people: int, seed: int
    ) -> None:
        self.model, self.compiled, self.rows = model, compiled, tuple(rows)
        self.arms: dict[tuple[str, str], _Ready] = {}
        for trial in {trial.name: trial for trial, _ in rows}.values():
            for name, arm in trial_arms(trial).items():
                about = [result for other, result in rows if other.name == trial.name and name in result.arms]
                if not about:
                    continue
                hours = record_hours(arm, about)
                who = arm.people(people, seed)
                ready = prepare(compiled, arm.arm, max(hours[-1], 1.0), hours, who.scale)
                scales = tuple(sorted({result.scale for result in about}))
                self.arms[trial.name, name] = _Ready(arm, ready, who, np.array(hours), scales)

    def predict(self, typical: Mapping[str, float], pool: Executor | None = None) -> Array:
        """The value of every row `[row]`; a row that nobody can tell is NaN."""
        keys = list(self.arms)
        watched = list((pool.map if pool else map)(lambda key: self._watch(self.arms[key], typical), keys))
        found = dict(zip(keys, watched, strict=True))
        values = []
        for trial, result in self.rows:
            arms = tuple(found[trial.name, name][result.scale] for name in result.arms)
            chosen = tuple(np.flatnonzero(eligible(result, arm))[None, :] for arm in arms)
            values.append(float(measure(result, arms, chosen)[0]))
        return np.array(values)

    def _watch(self, one: _Ready, typical: Mapping[str, float]) -> dict[str, Seen]:
        where = replace(one.arm.arm.circumstances, typical=dict(typical))
        numbers = parameters(self.model, one.who, where)
        enlarge(self.model, numbers, one.arm, where)
        recording = run(
            self.compiled,
            one.ready.schedule,
            numbers,
            seed=one.who.seed,
            record=[SCALES[scale] for scale in one.scales],
        )
        rows = np.searchsorted(recording.hours, one.hours - 1e-6)
        since = one.hours - one.arm.start
        return {scale: seen(scale, since, observed(recording, scale, one.who)[rows]) for scale in one.scales}
