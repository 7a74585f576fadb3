from __future__ import annotations

import math

import numpy as np
import pytest

from rewire.machine import elementary
from rewire.machine.code import Code, module
from rewire.machine.native import Library, compile_text

REALS = (np.float32, np.float64)
KINDS = {np.float32: ("float", 16), np.float64: ("double", 8)}


def over(name, *arguments, part=None):
    """The values of an elementary function, number by number; of two results the one at `part`."""
    real = arguments[0].dtype.type
    kind, lanes = KINDS[real]
    code = Code(kind, lanes, alignment=4)
    value = getattr(elementary, name)(code, *(code.load("%from", k) for k in range(len(arguments))))
    code.store("%to", 0, value if part is None else value[part])
    text = module([code.function("function(ptr %from, ptr %to)")], lanes)
    text = text.replace("internal ", "")
    function = Library(compile_text(text), {"function": ("ptr", "ptr")}).functions["function"]
    count = arguments[0].size
    given = np.zeros((-(-count // lanes), len(arguments), lanes), real)
    out = np.empty((given.shape[0], lanes), real)
    for k, argument in enumerate(arguments):
        given[:, k] = np.resize(argument, (given.shape[0], lanes))
    for line, result in zip(given, out, strict=True):
        function(line.ctypes.data, result.ctypes.data)
    return out.ravel()[:count]


def exactly(function, *arguments):
    """The same in double precision by the mathematical library."""
    return np.array([function(*map(float, row)) for row in zip(*arguments, strict=True)])


def off(found, right, real):
    """The largest error in units of the precision's relative spacing."""
    return np.max(np.abs(found.astype(float) - right) / np.abs(right)) / np.finfo(real).eps


@pytest.mark.parametrize("real", REALS)
def test_exp_is_right_to_two_units_over_its_range(real):
    x = np.linspace(-86, 87, 20_001).astype(real)
    assert off(over("exp", x), exactly(math.exp, x), real) < 2


@pytest.mark.parametrize("real", REALS)
def test_exp_stays_finite_beyond_its_range(real):
    found = over("exp", np.array([-1e4, 1e4], real))
    assert np.all(np.isfinite(found))
    assert found[0] < 1e-37
    assert found[1] > 1e37


@pytest.mark.parametrize("real", REALS)
def test_log_is_right_to_two_units_away_from_one_and_absolutely_near_it(real):
    x = np.concatenate([np.geomspace(1e-30, 0.5, 10_000), np.geomspace(2, 1e30, 10_000)]).astype(real)
    assert off(over("log", x), exactly(math.log, x), real) < 2
    near = np.linspace(0.5, 2, 10_001).astype(real)
    assert np.abs(over("log", near) - exactly(math.log, near)).max() < np.finfo(real).eps


@pytest.mark.parametrize("real", REALS)
def test_tanh_is_right_to_two_spacings_of_one_and_odd(real):
    x = np.linspace(-20, 20, 20_001).astype(real)
    found = over("tanh", x)
    assert np.abs(found - exactly(math.tanh, x)).max() < 2 * np.finfo(real).eps
    assert np.array_equal(found, -over("tanh", -x))


@pytest.mark.parametrize("real", REALS)
def test_power_is_right_where_the_model_uses_it(real):
    x = np.geomspace(1e-6, 1e3, 300).astype(real)
    base, exponent = (grid.ravel() for grid in np.meshgrid(x, np.array([0.5, 1.3, 2.7, 4.0], real)))
    found = over("power", base, exponent)
    assert off(found, exactly(math.pow, base, exponent), real) < 60
    assert np.all(over("power", np.array([0, -1], real), np.array([1.5, 1.5], real)) == 0)


@pytest.mark.parametrize("real", REALS)
def test_turn_gives_sine_and_cosine_of_a_share_of_a_turn(real):
    u = np.linspace(0, 1, 10_001).astype(real)
    sine, cosine = over("turn", u, part=0), over("turn", u, part=1)
    right = 2 * np.pi * u.astype(float)
    assert np.abs(sine - np.sin(right)).max() < 4 * np.finfo(real).eps
    assert np.abs(cosine - np.cos(right)).max() < 4 * np.finfo(real).eps
