"""A virtual clinic: people with known traits, scored with error at visits some of which they miss. Openly shipped data.

What a fit is proven on: the truth behind every score is written down.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rewire.core.random import normals, stream
from rewire.engine.kernels import kernel
from rewire.engine.observe import observe
from rewire.engine.run import run
from rewire.engine.schedule import build, minutes
from rewire.errors import StudyError
from rewire.inference.scores import Person, Score, bounds, measurement_sd
from rewire.layers.symptoms import SCALES
from rewire.models.inputs import actions_of, factors_of, masking_of
from rewire.models.parameters import Circumstances, parameters, places_of, varying
from rewire.models.posterior import posterior_in_use
from rewire.models.standard import standard_model
from rewire.plans.events import Dose
from rewire.plans.plan import Plan
from rewire.population import people as population
from rewire.whole import whole_file, write_whole

Array = NDArray[np.float64]
DAY = 24.0
VISITS = (1, 2, 4, 8, 11, 15, 22, 29, 36, 43, 57, 71, 85)
"""Days on which people are scored; day 1 is before the first dose."""
MISSED = 0.15
PER_DRAW = 10
"""People who share one draw of what is not known."""
FIRST_DRAW = 1001
"""Draws of their own, so that no fit knows them."""
START = date(2026, 1, 5)
COURSES = (
    "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks",
    "ketamine 0.5 mg/kg IV over 40 min, three times weekly for 2 weeks",
    "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 2 weeks\nketamine 0.5 mg/kg IV over 40 min, weekly from week 3 for 6 weeks",
    "ketamine 0.5 mg/kg IV over 40 min, day 1",
)


@dataclass(frozen=True)
class Patient:
    """One virtual person: what the clinic knows (`known`, `plan`), and the truth (`truth`, places among others)."""

    known: Person
    plan: Plan
    truth: Mapping[str, float]
    places: Mapping[str, float]
    true_scores: Mapping[str, Array] = field(repr=False)


def draw_clinic(
    n: int = 1000,
    *,
    seed: int = 11,
    condition: str = "TRD",
    scales: Sequence[str] = ("MADRS",),
    courses: Sequence[str] = COURSES,
    visits: Sequence[int] = VISITS,
    missed: float = MISSED,
    unknown: bool = True,
    switches: Mapping[str, bool] | None = None,
    setting: str = "clinic",
    with_covariates: bool = False,
) -> Iterator[Patient]:
    """Virtual people with their scores, one by one; the first ones stay the same when `n` grows.

    `unknown` gives every ten people their own draw of what is not known about typical values. `switches` change the
    model behind the truth, so that a fit meets people it is wrong about.
    """
    if n < 1:
        raise StudyError(f"a clinic of {n} people cannot be drawn", expected="1 or more")
    model = standard_model()
    compiled = kernel(model, "float64")
    hours = [DAY * (day - 1) for day in visits]
    plans = [Plan(course) for course in courses]
    rows = {name: row for row, name in enumerate(compiled.layout.parameters)}
    for start in range(0, n, PER_DRAW):
        who = population(condition, min(PER_DRAW, n - start), seed)
        who = type(who)(who.condition, who.n, seed, first=start)
        plan = plans[(start // PER_DRAW) % len(plans)]
        actions, gates = actions_of(plan, hours[-1] + 1, who.scale)
        schedule = build(compiled.layout, actions, gates, hours, hours[-1] + 1)
        draw = FIRST_DRAW + start // PER_DRAW if unknown else 0
        fitted = posterior_in_use().posterior
        where = Circumstances(
            masking_of(plan), setting, dict(switches or {}), factors_of(plan), draw=draw, posterior=fitted
        )
        numbers = parameters(model, who, where)
        done = run(compiled, schedule, numbers, seed=seed, first=start, record=tuple(SCALES[s] for s in scales))
        seen = {}
        for scale in scales:
            low, high = bounds(scale)
            seen[scale] = observe(
                done.values[SCALES[scale]], error=measurement_sd(scale), low=low, high=high, seed=seed, first=start,
                stream=stream(f"clinic.{scale}"), minutes=minutes(hours),
            )  # fmt: skip
        gone = normals(seed, start, who.n, "clinic.missed", np.arange(len(hours)))
        limit = _normal_quantile(missed)
        places = {name: places_of(who, name) for name in varying(model)}
        for i in range(who.n):
            scores = [
                Score(hour, scale, int(seen[scale][k, i]), int(seen[scale][k, i]))
                for k, hour in enumerate(hours)
                for scale in scales
                if k == 0 or gone[i, k] >= limit
            ]
            truth = {name: float(numbers[rows[name], i]) for name in compiled.layout.parameters}
            known = {"age": truth["age"], "weight": truth["body_weight"], "female": truth["female"]}
            yield Patient(
                Person(tuple(scores), f"V{start + i + 1:04}", start + i, known if with_covariates else {}),
                plan,
                truth,
                {name: float(place[i]) for name, place in places.items()},
                {scale: np.asarray(done.values[SCALES[scale]][:, i], float) for scale in scales},
            )


def _normal_quantile(share: float) -> float:
    """The standard normal value with this share below it, by bisection."""
    from math import erf, sqrt

    low, high = -9.0, 9.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if 0.5 * (1 + erf(middle / sqrt(2))) < share else (low, middle)
    return (low + high) / 2


def write_clinic(folder: Path, patients: Iterator[Patient]) -> dict[str, int]:
    """Writes `scores.csv`, `people.csv`, `doses.csv` and `truth.csv` into a folder; returns how many rows of each."""
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"'{folder}' is no folder", advice="another name")
    folder.mkdir(parents=True, exist_ok=True)
    counts = {"people": 0, "scores": 0, "doses": 0}
    with (
        whole_file(folder / "scores.csv") as scores,
        whole_file(folder / "people.csv") as people,
        whole_file(folder / "doses.csv") as doses,
        whole_file(folder / "truth.csv") as truth,
    ):
        score_rows, people_rows, dose_rows, truth_rows = (csv.writer(file) for file in (scores, people, doses, truth))
        score_rows.writerow(("person", "date/time", "instrument", "score"))
        people_rows.writerow(("person", "age", "weight", "female"))
        dose_rows.writerow(("person", "date/time", "drug", "dose", "unit", "route", "duration"))
        for patient in patients:
            name = patient.known.name
            if counts["people"] == 0:
                truth_rows.writerow(("person", *patient.truth))
            for score in patient.known.scores:
                score_rows.writerow((name, _moment(score.at), score.scale, score.low))
            for event in patient.plan.events(DAY * 90):
                if isinstance(dose := event.what, Dose):
                    lasts = f"{event.lasts * 60:g} min"
                    dose_rows.writerow(
                        (name, _moment(event.at), dose.drug, f"{dose.amount:g}", dose.unit, dose.route, lasts)
                    )
                    counts["doses"] += 1
            row = patient.truth
            people_rows.writerow((name, f"{row['age']:.1f}", f"{row['body_weight']:.1f}", f"{row['female']:.0f}"))
            truth_rows.writerow((name, *(f"{value:.6g}" for value in row.values())))
            counts["people"] += 1
            counts["scores"] += len(patient.known.scores)
    write_whole(
        folder / "README.txt",
        "Virtual people made by rewire: no real person is in here. Times are local; day 1 is "
        f"{START.isoformat()} at 09:00.\nscores.csv, doses.csv and people.csv are what a clinic would know; truth.csv "
        "holds the numbers behind each person.\nResearch and education; not a medical device.\n",
    )
    return counts


def _moment(hours: float) -> str:
    return (datetime.combine(START, time(9)) + timedelta(hours=hours)).isoformat(timespec="minutes")
