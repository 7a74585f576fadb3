"""Fits the clinical parameters to calibration records, never to a test record, and writes what was found."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.engine.kernels import kernel
from rewire.errors import StudyError
from rewire.evidence.published import Result, Trial, find_trial
from rewire.inference.calibrate import Fit, check_by_simulation, fit
from rewire.inference.leave_out import predict_left_out
from rewire.inference.misfit import Effect, Problem
from rewire.models.posterior import Posterior, fingerprint, posterior_text
from rewire.models.standard import standard_model
from rewire.sources import Entry, load_table
from rewire.studies.calibration_report import report
from rewire.studies.cohort import threads
from rewire.studies.scoring.baselines import Row, calibration_rows
from rewire.studies.scoring.effects import EFFECTS
from rewire.studies.scoring.errors import RATIO, standard_error
from rewire.studies.scoring.forward import TrialModel
from rewire.studies.scoring.scorecard import kind_of
from rewire.studies.unknowns import unknowns, value_of, width
from rewire.whole import write_whole

Array = NDArray[np.float64]
LEFT_OUT = {
    "median time to relapse": "moves in steps of the visits",
    "upper bounds": "open trials without a control, as the table of the calibration says",
}


@dataclass(frozen=True)
class Calibration:
    """The fit, the posterior to store, and a report in words and numbers."""

    fit: Fit
    posterior: Posterior
    report: Mapping[str, Any]


def fitted_rows() -> tuple[Row, ...]:
    """Rows that are fitted: of calibration and prior records, none from memory, none that follows from two others.

    The spread that was published beside a change is a row of its own.
    """
    table = load_table("calibration")
    priors = (find_trial(name) for name in table.texts("prior_records"))
    rows = [
        *(row for row in calibration_rows() if row[0].name not in table.texts("upper_bounds")),
        *((trial, result) for trial in priors for result in trial.results if result.status != "recalled"),
    ]
    rows = [row for row in rows if row[1].measure not in LEFT_OUT]
    spreads = [
        (trial, replace(result, measure="sd change", value=result.sd, sd=None, se=None, ci95=None))
        for trial, result in rows
        if result.measure == "mean change" and result.sd
    ]
    return (*(row for row in rows if not _follows(row, rows)), *spreads)


def _follows(row: Row, rows: list[Row]) -> bool:
    """Whether a difference is given by two mean changes that are fitted themselves."""
    trial, result = row
    told = {
        other.arms[0]
        for one, other in rows
        if one.name == trial.name
        and other.measure == "mean change"
        and (other.scale, other.at_hours) == (result.scale, result.at_hours)
    }
    return result.measure == "difference" and set(result.arms) <= told


def calibrate(
    work: str | Path,
    *,
    people: int = 384,
    trained: int = 800,
    chains: int = 8,
    draws: int = 500,
    kept: int = 100,
    checks: int = 40,
    seed: int = 1,
    tell: Callable[[str], None] = print,
) -> Calibration:
    """Fits with `people` virtual people in each arm and `trained` runs of all trials; keeps `kept` draws.

    Every run is kept in the folder `work`, so that a calibration that was stopped goes on where it was.
    """
    if people < 16 or trained < 40 or chains < 2 or draws < 100 or not 2 <= kept <= chains * draws:
        raise StudyError(
            "too small a calibration", expected="16 people, 40 runs, 2 chains of 100 draws, 2 kept, or more"
        )
    folder = Path(work)
    folder.mkdir(parents=True, exist_ok=True)
    model, entries, rows = standard_model(), unknowns(), fitted_rows()
    ledger = Ledger(folder / "evaluations.jsonl", f"{fingerprint()} {people} {seed}")
    with threads() as pool:
        trials = TrialModel(model, kernel(model), rows, people, seed)
        problem = _problem(entries, rows, trials, people, ledger, pool)
        tell(f"{len(entries)} unknowns, {len(rows)} rows, {people} people in each arm")
        found = fit(problem, trained=trained, chains=chains, draws=draws, seed=seed, tell=tell)
        z = found.kept(kept)
        told = np.stack([problem.forward(place) for place in z])
    ranks = check_by_simulation(problem, found, checks, seed) if checks else np.empty((0, len(entries)))
    values = np.stack([value_of(entry, z[:, k]) for k, entry in enumerate(entries.values())], axis=1)
    unseen = predict_left_out(problem, found, _chances(rows, people), seed)
    about = report(entries, rows, problem, found, z, told, ranks, unseen, LEFT_OUT)
    recipe = {
        "fingerprint": fingerprint(),
        "version": version("rewire"),
        "method": "Gauss-Newton climb, quadratic stand-in fitted turn by turn, Hamiltonian chains, common random numbers",
        "people": people,
        "trained": trained,
        "chains": chains,
        "draws": draws,
        "seed": seed,
        "rows": [f"{trial.name}: {' v '.join(row.arms)}, {row.scale} {row.measure}" for trial, row in rows],
        "report": about,
    }
    return Calibration(found, Posterior(tuple(entries), values, recipe), about)


def write_posterior(found: Calibration, path: str | Path) -> Path:
    """Writes the posterior to a file."""
    return write_whole(path, posterior_text(found.posterior))


class Ledger:
    """Evaluations of the model on disk: one line each, found again by what was asked."""

    def __init__(self, path: Path, recipe: str) -> None:
        self.path, self.recipe = path, recipe
        self.known: dict[str, list[float]] = {}
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                try:
                    row = json.loads(line)
                except ValueError:
                    continue  # a line that was being written when the work was stopped
                self.known[row["key"]] = row["values"]

    def get(self, z: Array, compute: Callable[[], Array]) -> Array:
        """What was computed for `z`, or what `compute` now finds."""
        key = hashlib.sha256(f"{self.recipe} {np.round(z, 10).tolist()}".encode()).hexdigest()[:24]
        if key not in self.known:
            self.known[key] = compute().tolist()
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "values": self.known[key]}) + "\n")
        return np.array(self.known[key])


def _problem(
    entries: Mapping[str, Entry],
    rows: tuple[Row, ...],
    trials: TrialModel,
    people: int,
    ledger: Ledger,
    pool: Executor | None,
) -> Problem:
    order = list(entries.values())
    ratios = np.array([row.measure == RATIO for _, row in rows])

    def forward(z: Array) -> Array:
        typical = {entry.name: float(value_of(entry, z[k])) for k, entry in enumerate(order)}
        value = ledger.get(z, lambda: trials.predict(typical, pool))
        return np.where(ratios, np.log(np.where(ratios, value, 1.0)), value)

    names = [trial.name for trial, _ in rows]
    return Problem(
        names=tuple(entries),
        observed=np.array([math.log(row.value) if row.measure == RATIO else row.value for _, row in rows]),
        variance=np.array([_variance(trial, row, rows, people) for trial, row in rows]),
        group=np.unique(names, return_inverse=True)[1],
        forward=forward,
        share=np.array([1 / math.sqrt(trial.pools) for trial, _ in rows]),
        effects={effect: _effect(effect, moved, order) for effect, moved in EFFECTS.items()},
    )


def _effect(effect: str, moved: tuple[str, ...], order: list[Entry]) -> Effect:
    """An effect of a trial as a direction among the unknowns."""
    names = [entry.name for entry in order]
    place = names.index(f"between_trials.{effect}")
    direction = np.array([1 / width(entry) if entry.name in moved else 0.0 for entry in order])
    return Effect(direction, place, order[place].number, width(order[place]))


def _variance(trial: Trial, row: Result, rows: tuple[Row, ...], people: int) -> float:
    """What a row counts with: numbers of the same people at one time count as one, prior records less."""
    table = load_table("calibration")
    alike = sum(
        other.name == trial.name and (one.arms, one.scale, one.at_hours) == (row.arms, row.scale, row.at_hours)
        for other, one in rows
        if (one.measure == "sd change") == (row.measure == "sd change")
    )
    weight = table.number("prior_weight") if trial.use == "prior" else 1.0
    return alike * _published(trial, row) / weight + _virtual(row, people)


def _chances(rows: tuple[Row, ...], people: int) -> Array:
    """The chance of each row for given effects of its trial, as a variance."""
    return np.array([_published(trial, row) + _virtual(row, people) for trial, row in rows])


def _published(trial: Trial, row: Result) -> float:
    """The variance of a published number."""
    error = standard_error(trial, row)
    if error is None:
        raise StudyError(f"a row of {trial.name} ({row.measure}) has no standard error and cannot be fitted")
    return error**2


def _virtual(row: Result, people: int) -> float:
    """The variance that the chance of finitely many virtual people adds."""
    return len(row.arms) * load_table("calibration").number("one_person", kind_of(row.measure)) ** 2 / people
