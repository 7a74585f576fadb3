from __future__ import annotations

import math

import numpy as np
import pytest
from numba import njit

from rewire.engine.elementary import elementary

FUNCTIONS = {real: elementary(real) for real in (np.float32, np.float64)}
REALS = (np.float32, np.float64)


def over(function, *arguments):
    """The values of a compiled function, number by number."""
    count = len(arguments)

    @njit
    def one(given, out):
        for k in range(out.size):
            out[k] = function(given[0, k])

    @njit
    def two(given, out):
        for k in range(out.size):
            out[k] = function(given[0, k], given[1, k])

    given = np.stack(arguments)
    out = np.empty(given.shape[1], given.dtype)
    (one if count == 1 else two)(given, out)
    return out


def exactly(function, *arguments):
    """The same in double precision by the mathematical library."""
    return np.array([function(*map(float, row)) for row in zip(*arguments, strict=True)])


def off(found, right, real):
    """The largest error in units of the precision's relative spacing."""
    return np.max(np.abs(found.astype(float) - right) / np.abs(right)) / np.finfo(real).eps


@pytest.mark.parametrize("real", REALS)
def test_exp_is_right_to_two_units_over_its_range(real):
    x = np.linspace(-86, 87, 20_001).astype(real)
    assert off(over(FUNCTIONS[real].exp, x), exactly(math.exp, x), real) < 2


@pytest.mark.parametrize("real", REALS)
def test_exp_stays_finite_beyond_its_range(real):
    found = over(FUNCTIONS[real].exp, np.array([-1e4, 1e4], real))
    assert np.all(np.isfinite(found))
    assert found[0] < 1e-37
    assert found[1] > 1e37


@pytest.mark.parametrize("real", REALS)
def test_log_is_right_to_two_units_away_from_one_and_absolutely_near_it(real):
    x = np.concatenate([np.geomspace(1e-30, 0.5, 10_000), np.geomspace(2, 1e30, 10_000)]).astype(real)
    assert off(over(FUNCTIONS[real].log, x), exactly(math.log, x), real) < 2
    near = np.linspace(0.5, 2, 10_001).astype(real)
    assert np.abs(over(FUNCTIONS[real].log, near) - exactly(math.log, near)).max() < np.finfo(real).eps


@pytest.mark.parametrize("real", REALS)
def test_tanh_is_right_to_two_spacings_of_one_and_odd(real):
    x = np.linspace(-20, 20, 20_001).astype(real)
    found = over(FUNCTIONS[real].tanh, x)
    assert np.abs(found - exactly(math.tanh, x)).max() < 2 * np.finfo(real).eps
    assert np.array_equal(found, -over(FUNCTIONS[real].tanh, -x))


@pytest.mark.parametrize("real", REALS)
def test_power_is_right_where_the_model_uses_it(real):
    x = np.geomspace(1e-6, 1e3, 300).astype(real)
    base, exponent = (grid.ravel() for grid in np.meshgrid(x, np.array([0.5, 1.3, 2.7, 4.0], real)))
    found = over(FUNCTIONS[real].power, base, exponent)
    assert off(found, exactly(math.pow, base, exponent), real) < 60
    assert np.all(over(FUNCTIONS[real].power, np.array([0, -1], real), np.array([1.5, 1.5], real)) == 0)


@pytest.mark.parametrize("real", REALS)
def test_turn_gives_sine_and_cosine_of_a_share_of_a_turn(real):
    u = np.linspace(0, 1, 10_001).astype(real)
    turn = FUNCTIONS[real].turn
    sine = over(njit(lambda x: turn(x)[0]), u)
    cosine = over(njit(lambda x: turn(x)[1]), u)
    right = 2 * np.pi * u.astype(float)
    assert np.abs(sine - np.sin(right)).max() < 4 * np.finfo(real).eps
    assert np.abs(cosine - np.cos(right)).max() < 4 * np.finfo(real).eps
