"""One person under one plan as an SBML Level 3 file, which other programs read and run to the same curves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rewire.engine.kernels import kernel
from rewire.engine.targets.sbml import sbml_text
from rewire.errors import StudyError
from rewire.models.parameters import Circumstances, parameters
from rewire.models.standard import standard_model
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.studies.cohort import Arm, prepare, simulate
from rewire.studies.compare import WEEK


def sbml_of(
    plan: Plan,
    person: People,
    weeks: float = 12,
    *,
    masking: str | None = None,
    setting: str = "clinic",
    switches: Mapping[str, bool] | None = None,
) -> str:
    """The SBML of a person under a plan, without the ups and downs of daily life; time is in hours.

    Doses, sessions and visits are events. Drugs taken before the first day are in the amounts at the start.

    Raises `StudyError` for more than one person, without libSBML, and for a plan with closed-loop phrases.
    """
    if person.n != 1:
        raise StudyError(f"an SBML file holds one person, not {person.n}")
    model = standard_model()
    compiled = kernel(model)
    given = Circumstances(setting=setting, switches={"daily_noise": False, **(switches or {})})
    arm = Arm.of(plan.title, plan, given, masking)
    ready = prepare(compiled, arm, weeks * WEEK, [weeks * WEEK], person.scale)
    layout = compiled.layout
    started = simulate(model, compiled, ready, person, (*layout.linear_states, *layout.levels, *layout.noises))
    numbers = parameters(model, person, arm.circumstances)[:, 0]
    values = dict(zip((quantity.name for quantity in model.parameters), numbers.tolist(), strict=True))
    values |= {name: float(np.asarray(value)[0, 0]) for name, value in started.values.items()}
    return sbml_text(model, [action for action in ready.actions if action.at >= 0], values)
