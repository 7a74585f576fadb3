"""Proof of forecasts on virtual people whose truth is known: coverage of bands, ranks of the truth, CRPS beside baselines.

Baselines are given every fairness: each is corrected for its mean error and gets the normal spread it showed, by days
ahead and number of scores, in the other half of the people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.inference.ahead import look_ahead
from rewire.inference.checks import BANDS, crps_normal, crps_sample, rank_of, uniformity
from rewire.inference.cloud import Cloud, Prior, Quiet, run_quiet
from rewire.inference.fit import BULK, Depth, fit_person
from rewire.inference.naive import carried_forward, exponential
from rewire.inference.scores import Person
from rewire.models.inputs import actions_of
from rewire.models.parameters import varying
from rewire.models.standard import standard_model
from rewire.plans.plan import Plan
from rewire.studies.clinic import Patient

Array = NDArray[np.float64]
DAY = 24.0
COUNTS = (0, 1, 3, 5, 8)
"""Numbers of scores after which a forecast is made."""
LEADS = (3.0, 10.0, 24.0, 48.0, 200.0)
"""Upper ends (days ahead) of the bins in which forecasts are judged."""
BASELINES = {"last score carried forward": carried_forward, "fitted exponential": exponential}
WRONG = {
    "without expectancy": {"expectancy": False},
    "without an effect of spines on mood": {"spines_carry_mood": False},
    "without regression to the mean": {"regression_to_mean": False},
}
"""Models behind virtual people that a fit is wrong about, by their names."""
RANKED = ("responsiveness", "responder_trait", "expectancy_gain")
"""Traits whose places are ranked against the truth."""


@dataclass(frozen=True)
class Judged:
    """One score that was forecast: after how many scores, how far ahead (h), and how well."""

    person: int
    count: int
    lead: float
    at: float
    rank: float
    crps: float
    error: float
    naive: Mapping[str, float]


@dataclass(frozen=True)
class Proof:
    """All judged scores and the ranks of traits; `rows` sums them up."""

    scale: str
    people: int
    judged: tuple[Judged, ...]
    ranks: Mapping[str, Array]

    @property
    def counts(self) -> tuple[int, ...]:
        """The numbers of scores after which forecasts were made."""
        return tuple(sorted({row.count for row in self.judged}))

    def coverage(self, count: int) -> dict[float, float]:
        """The share of scores within each central band, after `count` scores."""
        ranks = np.array([row.rank for row in self.judged if row.count == count])
        return {band: float((np.abs(ranks - 0.5) <= band / 2).mean()) for band in BANDS}

    def coverage_error(self, count: int, band: float) -> float:
        """The standard error of that share; scores of one person count as one lot."""
        lots: dict[int, list[float]] = defaultdict(list)
        for row in self.judged:
            if row.count == count:
                lots[row.person].append(float(abs(row.rank - 0.5) <= band / 2))
        mean = float(np.mean([value for lot in lots.values() for value in lot]))
        gaps = np.array([sum(lot) - mean * len(lot) for lot in lots.values()])
        return float(np.sqrt((gaps**2).sum()) / sum(len(lot) for lot in lots.values()))

    def error(self, count: int) -> float:
        """The mean error in points, forecast minus score."""
        return float(np.mean([row.error for row in self.judged if row.count == count]))

    def crps(self, count: int, longest: float = np.inf, beyond: float = 0.0) -> dict[str, float]:
        """Mean CRPS in points of this forecast and of each baseline, for scores `beyond` to `longest` days ahead."""
        rows = [r for r in self.judged if r.count == count and beyond < r.lead / DAY <= longest]
        if not rows:
            return {}
        found = {"this forecast": float(np.mean([row.crps for row in rows]))}
        population = {(r.person, r.at): r.crps for r in self.judged if r.count == 0}
        known = [population[r.person, r.at] for r in rows if (r.person, r.at) in population]
        if known:
            found["population curve"] = float(np.mean(known))
        for name in BASELINES:
            scored = self._baseline(name, rows)
            if scored is not None:
                found[name] = scored
        return found

    def _baseline(self, name: str, rows: Sequence[Judged]) -> float | None:
        errors: dict[tuple[int, int], list[float]] = defaultdict(list)
        for row in self.judged:
            if name in row.naive and row.count == rows[0].count:
                errors[row.person % 2, _bin(row.lead)].append(row.naive[name])
        scores = []
        for row in rows:
            other = errors.get((1 - row.person % 2, _bin(row.lead)), [])
            if name in row.naive and len(other) > 5:
                scores.append(crps_normal(float(np.mean(other)), float(np.std(other)), row.naive[name]))
        return float(np.mean(scores)) if scores else None

    def table(self) -> str:
        """Coverage, CRPS and ranks as plain text."""
        lines = [f"{self.people} virtual people, {self.scale}", ""]
        names = ("this forecast", "population curve", *BASELINES)
        lines.append("scores  in 50 %  in 80 %  in 95 %   mean error  " + "  ".join(names))
        for count in self.counts:
            inside, scored = self.coverage(count), self.crps(count)
            cells = "  ".join(f"{scored[n]:{len(n)}.2f}" if n in scored else " " * (len(n) - 1) + "-" for n in names)
            lines.append(
                f"{count:6}  " + "".join(f"{inside[b]:7.3f}  " for b in BANDS) + f" {self.error(count):+10.2f}  {cells}"
            )
        for name, ranks in self.ranks.items():
            counts, spread = uniformity(ranks)
            lines.append(
                f"ranks of {name}: {' '.join(f'{c:.0f}' for c in counts)} (chi-squared per degree {spread:.2f})"
            )
        return "\n".join(lines) + "\n"


def prove(
    patients: Iterable[Patient],
    prior: Prior = Prior(),
    *,
    scale: str = "MADRS",
    counts: Sequence[int] = COUNTS,
    depth: Depth = BULK,
    workers: int = 2,
    seed: int = 5,
    progress: Callable[[int, int], None] | None = None,
) -> Proof:
    """Fits every patient after each number of scores and judges the forecasts of all later scores."""
    everyone = list(patients)
    places = {name: row for row, name in enumerate(varying(standard_model()))}
    nobody = Person(name="nobody")
    unknown: dict[Plan, tuple[Array, Array]] = {}

    def at_zero(plan: Plan, hours: Array) -> Array:
        """Scores `[time, particle]` of the population: without scores everybody's forecast is the same."""
        if plan not in unknown:
            times = np.array(sorted({s.at for p in everyone if p.plan == plan for s in p.known.scores if s.at > 0}))
            belief = fit_person(nobody, plan, prior, depth=depth, seed=seed, history=False)
            chance = np.random.default_rng([seed, 2**32])
            unknown[plan] = times, look_ahead(belief, plan, times, chance).observed(scale, chance)
        times, values = unknown[plan]
        return values[np.searchsorted(times, hours)]

    def one(patient: Patient) -> tuple[list[Judged], dict[str, float]]:
        rows, ranks = [], {}
        times = sorted({score.at for score in patient.known.scores})
        course = _once(patient.plan, times, prior.scale)
        for count in counts:
            if len(times) <= count:
                continue
            now = max(times[count - 1], 0.0) if count else 0.0
            person = patient.known.until(now) if count else nobody
            later = [score for score in patient.known.scores if score.at > now and score.scale == scale]
            if not later:
                continue
            hours = np.array([score.at for score in later])
            chance = np.random.default_rng([seed, patient.known.number, count])
            if count:
                belief = fit_person(person, patient.plan, prior, depth=depth, seed=seed, history=False, course=course)
                ahead = look_ahead(belief, patient.plan, hours, chance, course(belief.people))
                values = ahead.observed(scale, chance)
            else:
                values = at_zero(patient.plan, hours)
            own = [score for score in person.scores if score.scale == scale]
            guesses = {name: guess(own, hours) for name, guess in BASELINES.items()}
            for place, score in enumerate(later):
                seen = score.middle
                naive = {name: float(guess[place] - seen) for name, guess in guesses.items() if guess is not None}
                rank = rank_of(values[place], seen, float(chance.random()))
                error = float(values[place].mean() - seen)
                crps = crps_sample(values[place], seen)
                rows.append(Judged(patient.known.number, count, score.at - now, score.at, rank, crps, error, naive))
            if count and count == max(counts):
                owner = belief.filtered.particles.owner
                for name in RANKED:
                    ranks[name] = rank_of(belief.people.places[places[name], owner], patient.places[name], 0.5)
        return rows, ranks

    for plan in {patient.plan for patient in everyone} if 0 in counts else ():
        at_zero(plan, np.empty(0))
    judged: list[Judged] = []
    ranks: dict[str, list[float]] = defaultdict(list)
    with ThreadPoolExecutor(workers) as pool:
        for done, (rows, found) in enumerate(pool.map(one, everyone), start=1):
            judged += rows
            for name, rank in found.items():
                ranks[name].append(rank)
            if progress:
                progress(done, len(everyone))
    return Proof(scale, len(everyone), tuple(judged), {name: np.array(values) for name, values in ranks.items()})


def _once(plan: Plan, times: Sequence[float], scale: str) -> Callable[[Cloud], Quiet]:
    """Runs people without chance through all `times`, and again only when other people are asked for."""
    kept: list[tuple[Array, Quiet]] = []
    actions, _ = actions_of(plan, times[-1], scale)

    def course(people: Cloud) -> Quiet:
        if not kept or not np.array_equal(kept[0][0], people.numbers):
            kept[:] = [(people.numbers, run_quiet(people, actions, (), [at for at in times if at > 0], times[-1]))]
        return kept[0][1]

    return course


def _bin(lead: float) -> int:
    return int(np.searchsorted(LEADS, lead / DAY))
