"""What each option does: to a population, or to one person from now on; same people and same luck under every option."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.engine.kernels import kernel
from rewire.errors import StudyError
from rewire.inference.ahead import look_ahead
from rewire.inference.belief import Belief
from rewire.layers.symptoms import SCALES
from rewire.models.parameters import Circumstances
from rewire.models.posterior import posterior_in_use
from rewire.models.standard import standard_model
from rewire.plans.events import Dose, Session
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.sources import load_table
from rewire.studies.cohort import Arm, observed, prepare, simulate, threads
from rewire.studies.goals import READOUTS, Goal, Limit
from rewire.studies.options import RAPID, Candidate, Left

Array = NDArray[np.float64]
DAY = 24.0
NINE_OF_TEN = 0.9


@dataclass(frozen=True)
class Outcome:
    """What one option does to each person: goal, response at the end, doses, hours at the clinic, largest read-outs."""

    candidate: Candidate
    goal: Array
    responding: Array
    doses: Array
    hours: Array
    peaks: Mapping[str, Array]

    def cost(self, name: str) -> Array:
        """What it costs each person: `doses`, `hours`, or the largest value of a read-out."""
        return self.doses if name == "doses" else self.hours if name == "hours" else self.peaks[name]

    def typical(self, name: str) -> float:
        """A cost in one number: the mean, of a read-out what nine people in ten stay below."""
        values = self.cost(name)
        return float(np.quantile(values, NINE_OF_TEN) if name in READOUTS else values.mean())

    def against(self, limit: Limit) -> str:
        """A cost beside its limit, in words."""
        return f"{limit.what} {self.typical(limit.what):.0f}, limit {limit.most:g}"


def run_for_people(
    found: Sequence[Candidate],
    people: People,
    aim: Goal,
    end: float,
    switches: Mapping[str, bool] | None,
    setting: str,
    draws: int,
    progress: Callable[[int, int], None] | None,
    typical: Mapping[str, float],
) -> list[Outcome]:
    """Each option on all people, with draws of what is not known shared out over them; `typical` values are held."""
    model = standard_model()
    compiled = kernel(model, "float64")
    records = [0.0, *np.arange(DAY, end + 1, DAY).tolist()]
    draw = np.arange(people.n) % draws + 1 if draws else 0
    known = posterior_in_use().posterior
    given = Circumstances(setting=setting, switches=dict(switches or {}), draw=draw, typical=typical, posterior=known)
    record = (SCALES[aim.scale], "visits")
    outcomes = []
    with threads() as pool:
        for done, candidate in enumerate(found, start=1):
            arm = Arm.of(candidate.name, candidate.plan, given)
            ready = prepare(compiled, arm, end, records, people.scale)
            recording = simulate(model, compiled, ready, people, record, pool)
            scores = observed(recording, aim.scale, people).astype(float)
            given_doses = np.asarray(recording.values["visits"][-1], float)
            outcomes.append(_outcome(candidate, scores, aim, given_doses, 0.0, end, recording.peaks))
            if progress:
                progress(done, len(found))
    return outcomes


def _outcome(
    candidate: Candidate,
    scores: Array,
    aim: Goal,
    doses: Array,
    now: float,
    end: float,
    peaks: Mapping[str, NDArray[Any]],
) -> Outcome:
    start = scores[0]
    fraction = load_table("scales").number(aim.scale, "response_fraction")
    return Outcome(
        candidate,
        aim.of(scores[1:]),
        start - scores[-1] >= fraction * start,
        doses,
        _hours(candidate.plan, doses, now, end),
        {name: np.asarray(peaks[signal], float) for name, signal in READOUTS.items()},
    )


def _hours(plan: Plan, doses: Array, now: float, end: float) -> Array:
    """Everybody's hours at the clinic: doses, the time after each, and sessions; those of a rule go with the doses given."""
    coming = [event for event in plan.events(end) if event.at >= now]
    lasts = [event.lasts for event in coming if _rapid(event.what)]
    each = (float(np.mean(lasts)) if lasts else 0.0) + load_table("clinic_time").number("after_dose")
    sessions = [event for event in coming if isinstance(event.what, Session)]
    ruled = sum(event.lasts for event in sessions if event.condition)
    found: Array = doses * (each + ruled / max(len(lasts), 1)) + sum(e.lasts for e in sessions if not e.condition)
    return found


def _rapid(what: object) -> bool:
    return isinstance(what, Dose) and what.drug in RAPID


def run_for_person(
    found: Sequence[Candidate],
    person: Belief,
    aim: Goal,
    end: float,
    seed: int,
    progress: Callable[[int, int], None] | None,
    typical: Mapping[str, float],
) -> tuple[list[Outcome], list[Left]]:
    """The options from now on; the same particles meet the same luck under each. `typical` values hold for everyone."""
    person = replace(person, people=person.people.holding(typical))
    hours = np.arange(np.floor(person.now / DAY) * DAY + DAY, end + 1, DAY)
    outcomes, left = [], []
    for done, candidate in enumerate(found, start=1):
        chance = np.random.Generator(np.random.Philox(key=[seed, person.person.number]))
        try:
            ahead = look_ahead(person, candidate.plan, hours, chance)
        except StudyError as wrong:
            left.append(Left(candidate.name, wrong.problem))
            continue
        observed_scores = ahead.observed(aim.scale, chance)
        start = ahead.at_start[list(SCALES).index(aim.scale)]
        scores = np.concatenate([start[None, :], observed_scores])
        coming = sum(1.0 for event in candidate.plan.events(end) if _rapid(event.what) and event.at > person.now)
        outcomes.append(_outcome(candidate, scores, aim, np.full(start.size, coming), person.now, end, ahead.peaks))
        if progress:
            progress(done, len(found))
    return outcomes, left


def beyond(one: Outcome, limit: Limit) -> bool:
    """Whether an option breaks a limit by more than chance among its people could explain (two standard errors)."""
    values = one.cost(limit.what)
    if limit.what in READOUTS:
        return bool(
            np.mean(values < limit.most) < NINE_OF_TEN - 2 * np.sqrt(NINE_OF_TEN * (1 - NINE_OF_TEN) / values.size)
        )
    return not limit.kept(float(values.mean() - 2 * values.std() / np.sqrt(values.size)))
