"""Virtual people from the prior: the cloud that a real person is found in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.engine.kernels import Kernel, kernel
from rewire.engine.run import run
from rewire.engine.schedule import Action, Gate, build
from rewire.errors import StudyError
from rewire.inference.luck import Luck, luck
from rewire.inference.reported import chances
from rewire.inference.scores import COVARIATES, Score, bounds, measurement_sd
from rewire.inference.touched import QUIET
from rewire.layers.symptoms import SCALES
from rewire.models.parameters import Circumstances, parameters, places_of, value_at, varying
from rewire.models.posterior import InUse, posterior_in_use
from rewire.models.standard import standard_model
from rewire.population import PRIMARY, SCORES, People
from rewire.sources import load_table

Array = NDArray[np.float64]
CLOUD = 8192
"""Virtual people in a cloud."""
DRAWS = 16
"""Draws of what is not known about typical values, shared out over the cloud."""
CLOUD_SEED = 20_260_202
WIDER = 3.0
"""How much wider baselines are drawn when nobody of the population begins like the person."""
SLIP = 0.005
"""Share of scores taken to be slips of the pen, anywhere on the scale: one wrong number must not rule everything."""
BLOCK = 12.0


@dataclass(frozen=True)
class Prior:
    """Which people a person is taken to come from, and the circumstances; hashable, so that clouds can be kept.

    `draws` 0 takes every typical value as known. `posterior` False leaves the stored posterior out.
    """

    condition: str = "TRD"
    masking: str = "open"
    setting: str = "clinic"
    factors: tuple[tuple[str, float], ...] = ()
    switches: tuple[tuple[str, bool], ...] = ()
    draws: int = DRAWS
    wide: bool = False
    size: int = CLOUD
    seed: int = CLOUD_SEED
    posterior: bool = True

    @property
    def scale(self) -> str:
        """The main scale of these people."""
        return PRIMARY.get(self.condition, "MADRS")

    @property
    def known(self) -> InUse:
        """The posterior that gives the numbers it knows."""
        return posterior_in_use("stored" if self.posterior else None)

    def circumstances(self, draw: int | NDArray[np.int64] = 0) -> Circumstances:
        """The circumstances of the run without chance."""
        if dict(self.switches).get("two_valleys"):
            raise StudyError(
                "a person cannot be fitted under the hypothesis of two stable moods",
                advice="leave the switch 'two_valleys' off",
            )
        switches = {**dict(self.switches), QUIET: False}
        known = self.known.posterior
        return Circumstances(self.masking, self.setting, switches, dict(self.factors), draw=draw, posterior=known)

    def people(self) -> People:
        """The recipe of the cloud."""
        given: dict[str, tuple[float, float]] = {}
        if self.wide:
            table = load_table("populations").group(self.condition, "baseline")
            for scale in SCORES:
                if scale in table:
                    given[scale] = (table.number(scale, "mean"), WIDER * table.number(scale, "sd"))
        return People(self.condition, self.size, self.seed, given=given)


@dataclass(frozen=True)
class Cloud:
    """Virtual people as arrays: `numbers[parameter, person]`, the draw each belongs to, their places among others."""

    prior: Prior
    numbers: Array
    draw: NDArray[np.int64]
    places: Array
    at_start: Array
    """True scores `[scale, person]` at time zero."""

    @property
    def size(self) -> int:
        """How many people it holds."""
        return int(self.draw.size)

    def take(self, chosen: NDArray[np.int64]) -> Cloud:
        """Some of its people, in this order."""
        return replace(
            self,
            numbers=self.numbers[:, chosen],
            draw=self.draw[chosen],
            places=self.places[:, chosen],
            at_start=self.at_start[:, chosen],
        )

    def known(self, covariates: Mapping[str, float]) -> Cloud:
        """The same people with what is known about a person."""
        return self.holding({COVARIATES[name]: value for name, value in covariates.items()})

    def holding(self, values: Mapping[str, float]) -> Cloud:
        """The same people with parameters of the model set to one value for all, by name."""
        if not values:
            return self
        rows = {name: row for row, name in enumerate(models()[1].layout.parameters)}
        numbers = self.numbers.copy()
        for name, value in values.items():
            numbers[rows[name]] = value
        return replace(self, numbers=numbers)

    def moved(self, places: Array) -> Cloud:
        """The same people standing at other `places` among others."""
        rows = {name: row for row, name in enumerate(models()[1].layout.parameters)}
        numbers = self.numbers.copy()
        for k, name in enumerate(varying(models()[0])):
            changed = np.flatnonzero(places[k] != self.places[k])
            for draw in np.unique(self.draw[changed]):
                which = changed[self.draw[changed] == draw]
                numbers[rows[name], which] = value_at(name, places[k, which], self.prior.circumstances(int(draw)))
        return replace(self, numbers=numbers, places=places)


def models() -> tuple[Model, Kernel, Luck]:
    """The standard model, its kernel, and its touched part."""
    model = standard_model()
    compiled = kernel(model, "float64")
    return model, compiled, luck(model)


@lru_cache(maxsize=6)
def prior_cloud(prior: Prior) -> Cloud:
    """The cloud of a prior, drawn once and kept."""
    model, compiled, _ = models()
    who = prior.people()
    draw = np.arange(who.n) * max(prior.draws, 1) // who.n + (1 if prior.draws else 0)
    numbers = parameters(model, who, prior.circumstances(draw))
    instant = build(compiled.layout, (), (), [0.0], 1e-3)
    start = run(compiled, instant, numbers, seed=prior.seed, record=tuple(SCALES.values()))
    return Cloud(
        prior,
        numbers,
        draw,
        np.stack([places_of(who, name) for name in varying(model)]),
        np.stack([start.values[signal][0] for signal in SCALES.values()]),
    )


def likelihoods(score: Score, true: Array) -> Array:
    """The chance of a score for each true score of its scale."""
    low, high = bounds(score.scale)
    out = np.empty(true.size)
    error = measurement_sd(score.scale)
    chances(np.ascontiguousarray(true, float), score.low, score.high, error, low, high, SLIP, out)
    return out


def entry_weights(cloud: Cloud, entry: Sequence[Score]) -> Array:
    """How well each virtual person's start fits the scores at entry; sums to one."""
    weights = np.ones(cloud.size)
    for score in entry:
        weights *= likelihoods(score, cloud.at_start[list(SCALES).index(score.scale)])
    total: Array = weights / weights.sum()
    return total


@dataclass(frozen=True)
class Quiet:
    """A run without chance: the grid, what chance builds on `[person, time, series]`, and every person's constants."""

    hours: Array
    moves: NDArray[np.bool_]
    series: Array
    start: Array
    fixed: Array
    peaks: Mapping[str, Array]
    """Each person's largest values."""

    def row(self, at: float) -> int:
        """The grid row of a time."""
        return int(np.searchsorted(self.hours, at - 1e-6))

    def blocks(self, first: int, last: int) -> int:
        """How often the noise of daily life moves from grid row `first` up to `last`."""
        return int(self.moves[first:last].sum())


def run_quiet(
    cloud: Cloud,
    actions: Sequence[Action],
    gates: Sequence[Gate],
    marks: Sequence[float],
    end: float,
    pool: Executor | None = None,
) -> Quiet:
    """Everyone of a cloud under one treatment, without chance, on a grid that holds all `marks` (h)."""
    _, compiled, part = models()
    doses = sorted({action.at for action in actions if action.fine and action.at >= 0})
    after = {dose + wait for dose in doses for wait in (2 / 3, 2.0, 4.0, 8.0)}
    grid = sorted({round(at, 6) for at in (*np.arange(0.0, end, BLOCK), *after, *marks, end) if 0 <= at <= end})
    schedule = build(compiled.layout, actions, gates, grid, end)
    layout = compiled.layout
    constants = [name for name in part.constants if name in layout.constants]
    wanted = tuple(dict.fromkeys((*part.recorded, *part.states, *constants)))
    done = run(compiled, schedule, cloud.numbers, seed=cloud.prior.seed, record=wanted, pool=pool, pieces=2)
    rows = {name: row for row, name in enumerate(layout.parameters)}
    hours = done.hours
    moves = np.isclose(np.remainder(hours + BLOCK / 2, BLOCK), BLOCK / 2, atol=1e-5) & (hours > 0)
    fixed = [done.values[n][0] if n in constants else cloud.numbers[rows[n]] for n in part.constants]
    return Quiet(
        hours=hours,
        moves=moves,
        series=np.ascontiguousarray(np.stack([done.values[name].T for name in part.recorded], axis=-1)),
        start=np.ascontiguousarray(np.stack([done.values[name][0] for name in part.states], axis=-1)),
        fixed=np.ascontiguousarray(np.stack(fixed, axis=-1)),
        peaks={name: np.asarray(value, float) for name, value in done.peaks.items()},
    )
