"""The equations as Python source: run by Python and by Numba."""

from __future__ import annotations

import numpy as np
import pytest
from points import by_reference, calm_numbers, some_point

from rewire.engine.targets.numbers import load
from rewire.engine.targets.source import Places, jumps_source, rates_source, signals_source


@pytest.fixture(scope="module")
def numbers(standard):
    return calm_numbers(standard)


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
