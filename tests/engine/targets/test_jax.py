"""The equations and whole courses as JAX functions: the kernel's numbers, with their gradients in double precision."""

from __future__ import annotations

import numpy as np
import pytest
from engine_runs import people, rule, simulate, treated
from points import by_reference, calm_numbers, some_point

from rewire.engine.run import run
from rewire.engine.schedule import build
from rewire.engine.targets.numbers import load
from rewire.engine.targets.source import rates_source
from rewire.errors import StudyError
from rewire.models.parameters import parameters

jax = pytest.importorskip("jax", reason="NOT TESTED: gradients need the extra rewire[jax]")
RECORDS = (0.0, 0.5, 2.0, 24.0, 48.0)
READ = ("madrs", "ketamine_plasma", "mood", "trkb", "expectation", "glutamate_surge", "antidepressant_adaptation_state")
MOVED = ("half_block", "surge_rate", "mood_time", "expectancy_gain", "ketamine_intrinsic_clearance", "body_weight")
"""Parameters along which the gradient of the whole course is checked: receptor, stiff and slow states, drug levels."""


@pytest.fixture(scope="module")
def course(standard, double):
    from rewire.engine.targets.jax_course import jax_course

    schedule = build(double.layout, treated(48.0), [], RECORDS, 48.0)
    return schedule, jax_course(standard, schedule, READ)


def test_rates_and_their_gradients(standard):
    from rewire.engine.targets.jax import jax_functions

    fixed, held, states = some_point(standard, calm_numbers(standard))
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


def test_a_course_and_its_slope_are_those_of_the_kernel(standard, double, course):
    from rewire.engine.targets.jax_course import draw_chance

    schedule, follow = course
    who = people("TRD", 2, seed=7)
    numbers = parameters(standard, who)
    right = simulate(double, who, RECORDS, actions=treated(48.0), names=READ)
    names = [quantity.name for quantity in standard.parameters]
    with jax.enable_x64(True):
        both = jax.jit(lambda at, along, chance: jax.jvp(lambda given: follow(given, chance), (at,), (along,)))
        chances = [draw_chance(standard, 48.0, seed=7, person=person) for person in range(2)]
        for person in range(2):
            values, _ = both(numbers[:, person], np.zeros(len(names)), chances[person])
            for place, name in enumerate(READ):
                largest = max(np.abs(right.values[name][:, person]).max(), 1e-6)
                assert np.abs(values[:, place] - right.values[name][:, person]).max() < 1e-10 * largest, name
        for name in MOVED:
            along = np.zeros(len(names))
            along[names.index(name)] = 1.0
            _, slope = both(numbers[:, 0], along, chances[0])
            right = slope_of_the_kernel(double, schedule, numbers[:, :1], names.index(name))
            assert np.asarray(slope)[:, 0] == pytest.approx(right, rel=1e-4, abs=1e-7), name


def slope_of_the_kernel(kernel, schedule, numbers, place):
    """How the kernel's MADRS of the first person changes with one parameter, by central differences."""
    step = 1e-4 * abs(numbers[place, 0])
    ends = np.repeat(numbers, 2, axis=1)
    ends[place] += (step, -step)
    # Each end is run as person 0, so that both meet the same chance.
    up, down = (
        run(kernel, schedule, ends[:, [side]], seed=7, first=0, record=["madrs"]).values["madrs"][:, 0]
        for side in (0, 1)
    )
    return (up - down) / (2 * step)


@pytest.mark.slow
def test_a_gradient_in_reverse_is_that_of_the_kernel(standard, double, course):
    from rewire.engine.targets.jax_course import draw_chance

    schedule, follow = course
    numbers = parameters(standard, people("TRD", 1, seed=7))
    names = [quantity.name for quantity in standard.parameters]
    with jax.enable_x64(True):
        chance = draw_chance(standard, 48.0, seed=7, person=0)
        gradient = jax.jit(jax.grad(lambda given: follow(given, chance)[-1, 0]))(numbers[:, 0])
    assert np.isfinite(gradient).all()
    for name in MOVED:
        right = slope_of_the_kernel(double, schedule, numbers, names.index(name))[-1]
        assert gradient[names.index(name)] == pytest.approx(right, rel=1e-4, abs=1e-7), name


def test_a_plan_with_rules_has_no_gradient(standard, double):
    from rewire.engine.targets.jax_course import jax_course

    schedule = build(double.layout, [], [rule("<=", 20.0, [24.0], latched=True)], (0.0, 48.0), 48.0)
    with pytest.raises(StudyError, match="closed-loop phrases has no gradient"):
        jax_course(standard, schedule, READ)
