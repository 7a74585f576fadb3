"""Run one plan: one person from milligrams to scores on one time axis, or a population with its spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rewire.engine.kernels import kernel
from rewire.engine.schedule import Action
from rewire.errors import StudyError
from rewire.layers.symptoms import SCALES
from rewire.models.parameters import Circumstances
from rewire.models.posterior import Asked, posterior_in_use
from rewire.models.standard import standard_model
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.studies.cohort import Arm, inputs, prepare, simulate
from rewire.studies.compare import LONGEST_WEEKS, WEEK, compare
from rewire.studies.group import dose_rows
from rewire.studies.record import describe_study
from rewire.studies.result import Comparison, Course

AFTER_A_DOSE = (12.0, 1 / 6)
"""Until so many hours after a dose, a point every so many hours."""
FIRST_DAYS = (72.0, 0.5)
ELSEWHERE = 2.0


def run(plan: Plan, people: People, weeks: float = 12, **options: Any) -> Comparison | Course:
    """Runs one plan: a `Course` for one person, a `Comparison` with a single outcome for more.

    `options` are those of `follow` (one person) or `compare` (a population).
    """
    if people.n == 1:
        return follow(plan, people, weeks, **options)
    return compare({plan.title: plan}, people, weeks, **options)


def follow(
    plan: Plan,
    person: People,
    weeks: float = 12,
    *,
    masking: str | None = None,
    setting: str = "clinic",
    switches: Mapping[str, bool] | None = None,
    luck: bool = False,
    posterior: Asked = "stored",
    precision: str = "float64",
    device: str = "cpu",
) -> Course:
    """One person under one plan: every state, signal and score, arrays `[time]` with units and meanings.

    Without `luck` the ups and downs of daily life are left out, so that the plan's own effect is seen. Scores are true
    scores, without measurement error. The stored `posterior` gives the central values of the numbers it knows; None
    takes the tables alone.
    """
    if person.n != 1:
        raise StudyError(f"a course is of one person, not of {person.n}", advice="compare shows a population")
    if not 0 < weeks <= LONGEST_WEEKS:
        raise StudyError(
            f"a study of {weeks:g} weeks cannot be run", expected=f"more than 0, up to {LONGEST_WEEKS:g} weeks"
        )
    model = standard_model()
    compiled = kernel(model, precision, device)
    chosen = {**({} if luck else {"daily_noise": False}), **(switches or {})}
    known = posterior_in_use(posterior).posterior
    arm = Arm.of(plan.title, plan, Circumstances(setting=setting, switches=chosen, posterior=known), masking)
    hours = weeks * WEEK
    actions, _ = inputs(arm, hours, person.scale)
    ready = prepare(compiled, arm, hours, _moments(actions, hours), person.scale)
    layout = compiled.layout
    wanted = (*layout.linear_states, *layout.states, *layout.signals, *layout.noises, *layout.levels, *layout.constants)
    recording = simulate(model, compiled, ready, person, wanted)
    named = {signal: scale for scale, signal in SCALES.items()}
    values = {named.get(name, name): np.asarray(value[:, 0], float) for name, value in recording.values.items()}
    quantities = {named.get(name, name): model.quantities[name] for name in recording.values}
    return Course(
        study=describe_study("run", {plan.title: plan}, person, weeks, [arm], 0, precision, device),
        name=plan.title,
        hours=recording.hours,
        values=values,
        units={name: quantity.unit for name, quantity in quantities.items()},
        meanings={name: quantity.meaning for name, quantity in quantities.items()},
        doses=dose_rows(plan, float(recording.hours[-1])),
    )


def _moments(actions: Sequence[Action], hours: float) -> list[float]:
    """Points of a course: dense in the first days and after each dose, every two hours elsewhere."""
    doses = np.array([action.at for action in actions if action.fine and action.at >= 0])
    after = doses[:, None] + np.arange(0, AFTER_A_DOSE[0], AFTER_A_DOSE[1])
    first = np.arange(0, min(FIRST_DAYS[0], hours), FIRST_DAYS[1])
    points = np.unique(np.concatenate([[hours], np.arange(0, hours, ELSEWHERE), first, after.ravel()]))
    return list(points[points <= hours])
