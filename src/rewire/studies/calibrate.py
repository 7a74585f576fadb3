"""Fits the clinical parameters to calibration records, never to a test record, and writes what was found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.engine.kernels import kernel
from rewire.errors import StudyError
from rewire.evidence.library import parameters as evidence_parameters
from rewire.evidence.published import Result, Trial
from rewire.inference.calibrate import TURNS, Fit, Problem, check_by_simulation, fit, scale_reduction
from rewire.models.parameters import shift
from rewire.models.posterior import Posterior, fingerprint, posterior_text
from rewire.models.standard import standard_model
from rewire.sources import Entry, load_table
from rewire.studies.cohort import threads
from rewire.studies.scoring.baselines import calibration_rows
from rewire.studies.scoring.errors import SHARES, standard_error
from rewire.studies.scoring.forward import TrialModel
from rewire.studies.scoring.scorecard import kind_of
from rewire.studies.scoring.worlds import EFFECTS

Array = NDArray[np.float64]
MARK = "value of a feasibility fit"
"""What the reason of an entry says when its value is waiting for this calibration."""
WIDER = 2.0
"""The prior is so much wider than the uncertainty in the tables, which rests on much the same trials."""
LEFT_OUT = {
    "PTSD": "their scores rest on fear, of which no parameter is fitted here",
    "hazard ratio": "one belief for both phases of a withdrawal trial cannot say what people think after the switch",
    "median time to relapse": "moves in steps of the visits",
}
POINTS_SD, SHARE_SD, SIZE_SD = 12.0, 0.5, 1.5
"""Spread of one person in each kind of number, for the chance of a finite virtual population."""


@dataclass(frozen=True)
class Calibration:
    """The runs of one calibration, the posterior to store, and a report in words and numbers."""

    runs: tuple[Fit, ...]
    posterior: Posterior
    report: Mapping[str, Any]


def unknowns() -> dict[str, Entry]:
    """The entries that are fitted, by name: those whose value is waiting for it, in parameters and beliefs."""
    found = {entry.name: entry for entry in evidence_parameters().values() if MARK in entry.why and entry.uncertainty}
    found |= {entry.name: entry for entry in load_table("beliefs").walk() if MARK in entry.why and entry.uncertainty}
    return found


def fitted_rows() -> tuple[tuple[Trial, Result], ...]:
    """Rows that are fitted: depression, not from memory, none that is only the difference of two others."""
    rows = [
        (trial, result)
        for trial, result in calibration_rows()
        if trial.people.diagnosis not in LEFT_OUT and result.measure not in LEFT_OUT
    ]
    return tuple(row for row in rows if not _follows(row, rows))


def _follows(row: tuple[Trial, Result], rows: list[tuple[Trial, Result]]) -> bool:
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
    draws: int = 300,
    runs: int = 2,
    kept: int = 64,
    checks: int = 20,
    seed: int = 1,
    tell: Callable[[str], None] = print,
) -> Calibration:
    """Fits in `runs` independent runs, each with virtual people of its own; `work` is a folder for what was computed.

    Every evaluation of the model is kept in `work`, so that a calibration that was stopped goes on where it was.
    """
    if runs < 2 or draws < 20 or people < 16:
        raise StudyError("too small a calibration", expected="2 runs, 20 draws, 16 people, or more")
    folder = Path(work)
    folder.mkdir(parents=True, exist_ok=True)
    model, entries, rows = standard_model(), unknowns(), fitted_rows()
    compiled = kernel(model)
    found = []
    with threads() as pool:
        for number in range(runs):
            trials = TrialModel(model, compiled, rows, people, seed + number)
            ledger = Ledger(folder / f"run-{number + 1}.jsonl", f"{fingerprint()} {people} {seed + number}")
            problem = _problem(entries, rows, trials, people, ledger, pool)
            tell(f"run {number + 1} of {runs}: {len(entries)} unknowns, {len(rows)} rows, {people} people in each arm")
            found.append(fit(problem, draws, seed + number, tell))
        ranks = check_by_simulation(problem, found[-1], checks, seed) if checks else np.empty((0, len(entries)))
    share = kept // runs
    z = np.concatenate([one.resampled(share, seed) for one in found])
    # Runs take turns, so that any first few draws come from all of them.
    z = z.reshape(runs, share, -1).transpose(1, 0, 2).reshape(runs * share, -1)
    values = np.stack([value_of(entry, z[:, k]) for k, entry in enumerate(entries.values())], axis=1)
    report = _report(entries, rows, found, ranks)
    recipe = {
        "fingerprint": fingerprint(),
        "version": version("rewire"),
        "method": "Gauss-Newton to the top, importance-weighted Student draws, common random numbers",
        "people": people,
        "draws": draws,
        "turns": TURNS,
        "runs": runs,
        "seed": seed,
        "prior_wider": WIDER,
        "rows": [f"{trial.name}: {' v '.join(row.arms)}, {row.scale} {row.measure}" for trial, row in rows],
        "report": report,
    }
    return Calibration(tuple(found), Posterior(tuple(entries), values, recipe), report)


def write_posterior(found: Calibration, path: str | Path) -> Path:
    """Writes the posterior to a file."""
    target = Path(path)
    target.write_text(posterior_text(found.posterior), encoding="utf-8")
    return target


def value_of(entry: Entry, z: Array) -> Array:
    """The typical value that a standard normal unknown stands for."""
    return shift(entry.number, entry.uncertainty_kind, WIDER * (entry.uncertainty or 0.0) * z)


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
    rows: tuple[tuple[Trial, Result], ...],
    trials: TrialModel,
    people: int,
    ledger: Ledger,
    pool: Executor | None,
) -> Problem:
    order = list(entries.values())

    def forward(z: Array) -> Array:
        typical = {entry.name: float(value_of(entry, z[k])) for k, entry in enumerate(order)}
        value = ledger.get(z, lambda: trials.predict(typical, pool))
        return np.nan_to_num(value, nan=0.0)

    names = [trial.name for trial, _ in rows]
    between = load_table("validation").group("between_trials")
    effects = {}
    for effect, moved in EFFECTS.items():
        weights = np.zeros(len(order))
        for k, entry in enumerate(order):
            if entry.name in moved:
                weights[k] = between.number(effect) / (WIDER * (entry.uncertainty or 1.0))
        effects[effect] = weights
    return Problem(
        names=tuple(entries),
        observed=np.array([row.value for _, row in rows]),
        variance=np.array([_variance(trial, row, rows, people) for trial, row in rows]),
        group=np.array([names.index(name) for name in names]),
        effects=effects,
        forward=forward,
    )


def _variance(trial: Trial, row: Result, rows: tuple[tuple[Trial, Result], ...], people: int) -> float:
    """Chance of a published number and of the virtual people; numbers of the same people at one time count as one."""
    alike = sum(
        other.name == trial.name and (one.arms, one.scale, one.at_hours) == (row.arms, row.scale, row.at_hours)
        for other, one in rows
    )
    kind = kind_of(row.measure)
    spread = POINTS_SD if kind == "points" else SHARE_SD if row.measure in SHARES else SIZE_SD
    error = standard_error(trial, row)
    if error is None:
        raise StudyError(f"a row of {trial.name} ({row.measure}) has no standard error and cannot be fitted")
    return alike * error**2 + len(row.arms) * spread**2 / people


def _report(
    entries: Mapping[str, Entry], rows: tuple[tuple[Trial, Result], ...], runs: list[Fit], ranks: Array
) -> dict[str, Any]:
    """Diagnostics: effective sizes, agreement of runs, what shrank and what did not, each row's predictive."""
    each = [one.resampled(200, 1) for one in runs]
    agreement = scale_reduction(each)
    mean = np.mean([one.mean() for one in runs], axis=0)
    sd = np.sqrt(np.mean([one.sd() ** 2 for one in runs], axis=0))
    numbers = {
        name: {
            "prior": entry.number,
            "posterior": float(value_of(entry, mean[k])),
            "low": float(value_of(entry, mean[k] - 1.2816 * sd[k])),
            "high": float(value_of(entry, mean[k] + 1.2816 * sd[k])),
            "shrinkage": float(1 - sd[k]),
            "rhat": float(agreement[k]),
        }
        for k, (name, entry) in enumerate(entries.items())
    }
    predictive = []
    for place, (trial, row) in enumerate(rows):
        told = np.mean([one.weights @ one.predicted[:, place] for one in runs])
        predictive.append(
            {
                "trial": trial.name,
                "row": f"{' v '.join(row.arms)}, {row.scale} {row.measure} at {row.at_hours:g} h",
                "observed": row.value,
                "fitted": float(told),
            }
        )
    return {
        "effective_draws": [one.effective for one in runs],
        "weights_flattened_by": [one.power for one in runs],
        "loss_before": [one.start_loss for one in runs],
        "loss_after": [one.top_loss for one in runs],
        "numbers": numbers,
        "not_identified": [name for name, one in numbers.items() if one["shrinkage"] < 0.15],
        "largest_rhat": float(agreement.max()),
        "simulation_check": {
            "repeats": len(ranks),
            "share_inside_80": float(np.mean((ranks > 0.1) & (ranks < 0.9))) if len(ranks) else None,
        },
        "left_out": dict(LEFT_OUT),
        "predictive": predictive,
    }
