"""The same equations elsewhere: Python source, JAX, SBML and LaTeX agree with the engine."""

from __future__ import annotations

import numpy as np
import pytest

from rewire.engine.reference import _functions, solve_reference
from rewire.engine.schedule import PULSE, Action
from rewire.engine.targets.latex import equations_latex
from rewire.engine.targets.numbers import load
from rewire.engine.targets.source import Places, jumps_source, rates_source, signals_source, start_source
from rewire.errors import StudyError
from rewire.models.parameters import Circumstances, parameters
from rewire.population import people

CALM = Circumstances(switches={"daily_noise": False})
HOURS = (0.0, 0.5, 1.0, 2.0, 6.0, 24.0, 72.0)
DOSE = (
    Action(0.0, PULSE, "ketamine_intramuscular_dose", 40.0, fine=True),
    Action(1.0, PULSE, "antidepressant_dose", 1.0),
    Action(24.0, 0, "schema_practice", 0.5),
    Action(25.0, 0, "schema_practice", -0.5),
    Action(48.0, PULSE, "treatment_visit", 1.0),
)


@pytest.fixture(scope="module")
def numbers(standard):
    return parameters(standard, people("TRD", 3, seed=5), CALM)


def some_point(model, numbers, person=0):
    """A point in the middle of a course: everything a right-hand side needs."""
    places = Places.of(model.system)
    chance = np.random.default_rng(person)
    made = load(start_source(model.system))
    start = made["start"](numbers[:, person], [0.1, -0.2], [0.0] * len(model.system.linear_states))
    constants, states = np.split(np.array(start), [len(model.system.constants)])
    fixed = np.concatenate([numbers[:, person], constants])
    held = np.abs(chance.normal(size=len(places.held))) * 0.1
    linear = np.abs(chance.normal(size=len(model.system.linear_states)))
    return fixed, held, np.concatenate([linear, states * (1 + 0.01 * chance.normal(size=states.size))])


def by_reference(model, fixed, held, states):
    """The rates as the reference solution works them out."""
    functions = _functions(model)
    known = dict(zip(Places.of(model.system).all, [*fixed, *held, *states], strict=True))
    return np.array(functions.rates([known.get(name, 0.0) for name in functions.names]))


@pytest.mark.parametrize("person", [0, 1, 2])
def test_python_source_gives_the_rates_of_the_layers(standard, numbers, person):
    point = some_point(standard, numbers, person)
    found = np.array(load(rates_source(standard.system))["rates"](*point))
    assert found == pytest.approx(by_reference(standard, *point), rel=1e-9, abs=1e-12)


def test_compiled_source_gives_the_same(standard, numbers):
    point = some_point(standard, numbers)
    found = np.empty(point[2].size)
    load(rates_source(standard.system, "out"), compiled=True)["rates"](*point, found)
    assert found == pytest.approx(load(rates_source(standard.system))["rates"](*point), rel=1e-12)


def test_source_of_jumps_and_signals(standard, numbers):
    fixed, held, states = some_point(standard, numbers)
    places = Places.of(standard.system)
    made = load(jumps_source(standard.system) + "\n\n" + signals_source(standard.system, ["madrs"]))
    after = made["jump_ketamine_bolus_dose"](fixed, held, states, [7.0])
    place = places.states.index("ketamine_central")
    assert np.flatnonzero(np.array(after) != states).tolist() == [place]
    assert after[place] == states[place] + 7.0
    assert 0 <= made["signals"](fixed, held, states)[0] <= 60


def test_jax_gives_the_same_rates_and_the_right_gradients(standard, numbers):
    jax = pytest.importorskip("jax", reason="NOT TESTED: gradients need the extra rewire[jax]")
    from rewire.engine.targets.jax import jax_functions

    fixed, held, states = some_point(standard, numbers)
    rates = jax_functions(standard)["rates"]
    with jax.enable_x64(True):
        found = np.array([float(rate) for rate in rates(*map(jax.numpy.asarray, (fixed, held, states)))])
        assert found == pytest.approx(by_reference(standard, fixed, held, states), rel=1e-9, abs=1e-12)

        def total(fixed):
            return sum(rates(fixed, held, states))

        gradient = np.array(jax.grad(total)(jax.numpy.asarray(fixed)))
    plain = load(rates_source(standard.system))["rates"]
    for place in range(0, fixed.size, 17):
        step = 1e-6 * max(abs(fixed[place]), 1e-3)
        up, down = fixed.copy(), fixed.copy()
        up[place] += step
        down[place] -= step
        slope = (sum(plain(up, held, states)) - sum(plain(down, held, states))) / (2 * step)
        assert gradient[place] == pytest.approx(slope, rel=1e-4, abs=1e-6), place


def test_sbml_runs_elsewhere_to_the_same_curves(standard, numbers):
    pytest.importorskip("libsbml", reason="NOT TESTED: SBML needs the extra rewire[sbml]")
    roadrunner = pytest.importorskip("roadrunner", reason="NOT TESTED: SBML needs the extra rewire[sbml]")
    from rewire.engine.targets.sbml import sbml_text

    names = [quantity.name for quantity in standard.parameters]
    read = ("madrs", "ketamine_plasma", "mood", "trkb", "synaptic_protein", "negative_schema", "expectation", "visits")
    right = solve_reference(standard, numbers[:, 0], DOSE, HOURS, seed=5, person=0)
    noises = {noise.name: right[noise.name][0] for noise in standard.system.noises}
    text = sbml_text(standard, DOSE, dict(zip(names, numbers[:, 0], strict=True)), noises)
    runner = roadrunner.RoadRunner(text)
    runner.integrator.relative_tolerance = 1e-9
    count = len(standard.system.linear_states) + len(standard.system.states)
    runner.integrator.absolute_tolerance = [1e-12] * count
    runner.timeCourseSelections = list(read)
    found = np.array(runner.simulate(times=[0.0, *HOURS[1:]]))
    for k, name in enumerate(read):
        largest = np.abs(right[name]).max()
        assert np.abs(found[1:, k] - right[name][1:]).max() < 1e-5 * largest, name


def test_sbml_is_valid(standard, numbers):
    libsbml = pytest.importorskip("libsbml", reason="NOT TESTED: SBML needs the extra rewire[sbml]")
    from rewire.engine.targets.sbml import sbml_text

    names = [quantity.name for quantity in standard.parameters]
    document = libsbml.readSBMLFromString(sbml_text(standard, DOSE, dict(zip(names, numbers[:, 0], strict=True))))
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, False)
    document.checkConsistency()
    assert document.getNumErrors(libsbml.LIBSBML_SEV_ERROR) == 0, document.getErrorLog().toString()[:500]


def test_plans_that_sbml_cannot_hold_are_refused(standard):
    pytest.importorskip("libsbml", reason="NOT TESTED: SBML needs the extra rewire[sbml]")
    from rewire.engine.targets.sbml import sbml_text

    with pytest.raises(StudyError, match="closed-loop"):
        sbml_text(standard, [Action(0.0, PULSE, "therapy_visit", 1.0, gate=1)], {})
    with pytest.raises(StudyError, match="before day 1"):
        sbml_text(standard, [Action(-24.0, PULSE, "antidepressant_dose", 1.0)], {})


def test_latex_states_every_equation_once(standard):
    found = equations_latex(standard)
    lines = [line for layer in found.values() for line in layer]
    assert len(lines) == len(standard.system.signals) + len(standard.system.states) + len(standard.system.linear_states)
    assert any(line.startswith(r"\frac{d\,\mathit{mood}}{dt} = ") and r"\tanh" in line for line in found["mood"])
    assert all(line.count("{") == line.count("}") for line in lines)
