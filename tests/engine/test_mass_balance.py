from __future__ import annotations

import numpy as np
import pytest
import sympy
from engine_runs import Action, hold, people, simulate
from scipy.integrate import simpson

from rewire.core.symbols import Names
from rewire.layers.drug.ketamine import clearance, swallowed_share
from rewire.models.parameters import Circumstances, parameters

BODY = (
    "ketamine_muscle",
    "ketamine_skin",
    "ketamine_nose",
    "ketamine_mouth",
    "ketamine_gut",
    "ketamine_central",
    "ketamine_peripheral",
)
INFUSION = 2 / 3
BEFORE = np.linspace(0.0, INFUSION, 401)
AFTER = np.linspace(INFUSION, 48.0, 20_001)
PEOPLE = 4


def value(expression, standard, numbers, person):
    at = {sympy.Symbol(q.name, real=True): row[person] for q, row in zip(standard.parameters, numbers, strict=True)}
    return float(expression.subs(at))


@pytest.mark.parametrize(
    ("actions", "given"),
    [
        (hold("ketamine_infusion", 0.0, INFUSION, 60.0), 40.0),
        ([Action(0.0, 1, "ketamine_bolus_dose", 40.0)], 40.0),
        ([Action(0.0, 1, "ketamine_oral_dose", 100.0)], 100.0),
        ([Action(0.0, 1, "ketamine_intranasal_dose", 50.0)], 50.0),
        ([Action(0.0, 1, "ketamine_sublingual_dose", 50.0)], 50.0),
    ],
)
def test_ketamine_given_is_ketamine_in_the_body_and_ketamine_gone(double, standard, actions, given):
    who = people("TRD", PEOPLE, seed=3)
    numbers = parameters(standard, who)
    hours = np.concatenate([BEFORE, AFTER[1:]])
    recorded = simulate(double, who, hours, actions=actions, names=BODY)
    q = Names("test", [quantity.name for quantity in standard.parameters])
    for person in range(PEOPLE):
        amount = {name: recorded.values[name][:, person].copy() for name in BODY}
        if actions[0].kind == 1:
            # A record shows the moment before what is given at it.
            for name in BODY:
                amount[name][0] = 2 * amount[name][1] - amount[name][2]
            first_moment = sum(amount[name][0] for name in BODY)
            assert first_moment == pytest.approx(given, rel=1e-4)
        lost = value(clearance(q) / q.ketamine_central_volume, standard, numbers, person) * amount["ketamine_central"]
        passing = value(q.ketamine_gut_absorption * (1 - swallowed_share(q)), standard, numbers, person)
        lost = lost + passing * amount["ketamine_gut"]
        eliminated = simpson(lost[: BEFORE.size], x=BEFORE) + simpson(lost[BEFORE.size - 1 :], x=AFTER)
        left = sum(amount[name][-1] for name in BODY)
        assert left + eliminated == pytest.approx(given, rel=2e-5)


def test_a_dose_per_body_weight_is_that_dose(double):
    who = people("TRD", 30, seed=3)
    weight = who.covariates()["body_weight"]
    actions = [Action(1.0, 1, "ketamine_oral_dose", 0.5, by_weight=True)]
    where = Circumstances(values={"ketamine_gut_absorption": 1e-9})
    recorded = simulate(double, who, (0.0, 1.0, 2.0), actions=actions, where=where, names=("ketamine_gut",))
    assert np.all(recorded.values["ketamine_gut"][1] == 0)
    assert recorded.values["ketamine_gut"][2] == pytest.approx(0.5 * weight, rel=1e-6)


@pytest.mark.parametrize("which", ["double", "single"])
def test_no_amount_of_drug_is_negative(which, request):
    kernel = request.getfixturevalue(which)
    actions = [
        *hold("ketamine_infusion", 0.0, INFUSION, 60.0),
        *hold("esketamine_first_device_swallowing", 30.0, 31.0, 28.0),
        Action(30.0, 1, "esketamine_first_device_dose", 28.0),
        Action(50.0, 1, "midazolam_bolus_dose", 3.0),
        Action(50.0, 1, "rapamycin_oral_dose", 6.0),
    ]
    hours = np.arange(0.0, 720.0, 1.5)
    names = kernel.layout.linear_states
    recorded = simulate(kernel, people("TRD", 40, seed=6), hours, actions=actions, names=names)
    assert min(recorded.values[name].min() for name in names) >= 0
    assert max(recorded.values[name].max() for name in names) > 1


def test_twice_the_dose_is_twice_the_level(double):
    who = people("TRD", 10, seed=3)
    one, two = (
        simulate(
            double, who, (0.0, 1.0, 6.0), actions=hold("ketamine_infusion", 0.0, 0.7, rate), names=("ketamine_plasma",)
        )
        for rate in (40.0, 80.0)
    )
    assert two.values["ketamine_plasma"] == pytest.approx(2 * one.values["ketamine_plasma"], rel=1e-12)
