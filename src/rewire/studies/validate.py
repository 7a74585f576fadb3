"""Simulate published trials as they were done, and score what was predicted against what was found."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.engine.kernels import kernel
from rewire.errors import RewireError, StudyError
from rewire.evidence.library import evidence_hash
from rewire.evidence.published import Result, Trial, find_trial, read_trial, trial_names, trials
from rewire.models.posterior import Asked, posterior_in_use
from rewire.models.standard import standard_model
from rewire.studies.cohort import threads
from rewire.studies.scoring.arms import trial_arms
from rewire.studies.scoring.baselines import Baselines, middle, rounding, score_normal, score_sample
from rewire.studies.scoring.predict import Prediction, Simulator, predict
from rewire.studies.scoring.scorecard import BASELINES, LEVELS, Score, Scorecard
from rewire.studies.scoring.worlds import Worlds

WORLDS, PEOPLE, EACH = 200, 80, 6
"""Worlds of a run, people in each, and virtual trials drawn from each: every stored draw of the posterior twice.

With fewer worlds the ends of an interval, and how many hold what was observed, depend on the seed even more.
"""
Progress = Callable[[int, int], None]


def validate(
    *which: str | Path | Trial,
    seed: int = 1,
    worlds: int = WORLDS,
    people: int = PEOPLE,
    switches: Mapping[str, bool] | None = None,
    posterior: Asked = "stored",
    draws: bool = True,
    trials_differ: bool = True,
    progress: Progress | None = None,
) -> Scorecard:
    """Scores published trials: names of those that come with the package, files of that form, or all without any.

    Each arm is simulated in `worlds` draws of what is not known, with `people` people in each; virtual trials of the
    published size are drawn from them. Nothing is fitted here, whatever the use of a record. The stored `posterior` is
    used where there is one that belongs to these tables; None takes the uncertainties of the tables. To see what limits
    a prediction, `draws` False takes the central values as if they were known, `trials_differ` False trials as alike.

    Raises `EvidenceError` for a file that cannot be read, with its line; `StudyError` for numbers that make no sense.
    """
    if worlds < 2 or people < 2:
        raise StudyError(f"{worlds} worlds of {people} people", expected="2 or more of both")
    chosen = [find_one(one) for one in which] or _in_order()
    _check_names(chosen)
    model = standard_model()
    known = posterior_in_use(posterior)
    simulated = Worlds(worlds, people, seed, draws, trials_differ, known.posterior)
    scores: list[Score] = []
    with threads() as pool:
        simulator = Simulator(model, kernel(model), simulated, EACH * worlds, pool, switches)
        for done, trial in enumerate(chosen):
            scores += score_trial(simulator, trial)
            if progress:
                progress(done + 1, len(chosen))
    return Scorecard(
        model={
            "version": version("rewire"),
            "evidence": evidence_hash(),
            "worlds": worlds,
            "people": people,
            "seed": seed,
            "switches": dict(switches or {}),
            "posterior": known.words,
            "python": platform.python_version(),
        },
        scores=tuple(scores),
        assumed={trial.name: _assumed(trial) for trial in chosen},
    )


def find_one(which: str | Path | Trial) -> Trial:
    """A trial by name or file: a name of the package's own, else a path."""
    if isinstance(which, Trial):
        return which
    text = str(which)
    if text in trial_names():
        return find_trial(text)
    if isinstance(which, Path) or "/" in text or "\\" in text or text.lower().endswith((".yaml", ".yml")):
        return read_trial(which)
    return read_trial(which) if Path(text).is_file() else find_trial(text)


def _in_order() -> list[Trial]:
    """Every trial of the package, by use."""
    return [trial for use in ("calibrate", "test", "prior") for trial in trials(use)]


def _check_names(chosen: Sequence[Trial]) -> None:
    names = [trial.name for trial in chosen]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise StudyError(f"two trials are called '{twice}'", advice="give each file a name of its own under 'trial:'")


def score_trial(simulator: Simulator, trial: Trial) -> list[Score]:
    """One score for every published number of a trial."""
    baselines = Baselines.without(trial)
    predictions = predict(simulator, trial)
    return [
        _score(trial, number, result, prediction, baselines)
        for number, (result, prediction) in enumerate(zip(trial.results, predictions, strict=True), start=1)
    ]


def _score(trial: Trial, number: int, result: Result, prediction: Prediction, baselines: Baselines) -> Score:
    score = Score(
        trial=trial.name,
        use=trial.use,
        row=number,
        arms=result.arms,
        scale=result.scale,
        measure=result.measure,
        at=result.at_hours,
        origin=result.from_hours,
        headline=result.headline,
        status=result.status,
        observed=result.value if result.published else None,
        baselines=dict.fromkeys(BASELINES),
        baseline_predictions=dict.fromkeys(BASELINES),
        reason=prediction.reason,
    )
    if prediction.sample is None:
        return score
    told = {
        "mean_response": score_sample(result, baselines.mean_response(trial, result)),
        "no_drug": score_sample(result, prediction.without),
        "curve": score_normal(result, baselines.curve_prediction(trial, result)),
    }
    predicted, crps = score_sample(result, prediction.sample)
    return replace(
        score,
        predicted=predicted,
        intervals={level: interval(prediction.sample, level) for level in LEVELS},
        slack=rounding(result),
        expected_error=float(np.mean(np.abs(prediction.sample - middle(result, prediction.sample)))),
        crps=crps,
        baselines={name: one[1] for name, one in told.items()},
        baseline_predictions={name: one[0] for name, one in told.items()},
    )


def interval(sample: NDArray[np.float64], level: int) -> tuple[float, float]:
    """The central interval of a sample that holds `level` per cent of it."""
    tail = (1 - level / 100) / 2
    low, high = (float(end) for end in np.quantile(sample, (tail, 1 - tail)))
    return low, high


def _assumed(trial: Trial) -> tuple[str, ...]:
    """What the file left open, and what the simulation decided."""
    notes: dict[str, Any] = dict.fromkeys(trial.assumed)
    for arm in trial.arms:
        one = replace(trial, arms=(arm,))
        try:
            notes.update(dict.fromkeys(trial_arms(one)[arm.name].notes))
        except RewireError as wrong:
            notes[wrong.problem] = None
    return tuple(notes)
