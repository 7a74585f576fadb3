"""The hand-written adjoint against finite differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rewire.network import NetworkError, connect, from_synapses, healthy, slope


@pytest.fixture(scope="module")
def score():
    mix = np.random.default_rng(0).standard_normal((84, 84))
    mix = mix + mix.T
    return lambda matrix: (float((mix * matrix).sum() + (matrix**2).sum()), mix + 2 * matrix)


@pytest.fixture(params=[1.0, 0.95, 0.3], ids=lambda share: f"homeostasis {share}")
def gains(request, made):
    gains = from_synapses(made, {"prefrontal": 0.9, "hippocampus": 0.8}, loop=1.2, homeostasis=request.param)
    return replace(gains, synapses=gains.synapses * (1 - 0.05 * np.random.default_rng(1).random(84)))


def difference(function, size):
    """Fourth-order central difference at 0."""
    return (8 * (function(size) - function(-size)) - (function(2 * size) - function(-2 * size))) / (12 * size)


def test_slope_over_synapses_coupling_and_loop(rested, gains, score):
    found = slope(rested, gains, score)
    assert found.score == pytest.approx(score(connect(rested, gains).matrix)[0])
    direction = np.random.default_rng(2).standard_normal(84)

    def along(step):
        return score(connect(rested, replace(gains, synapses=gains.synapses + step * direction)).matrix)[0]

    assert found.synapses @ direction == pytest.approx(difference(along, 3e-4), rel=1e-6)

    def single(step):
        moved = gains.synapses.copy()
        moved[39] += step
        return score(connect(rested, replace(gains, synapses=moved)).matrix)[0]

    assert found.synapses[39] == pytest.approx(difference(single, 1e-3), rel=1e-6)

    def looped(step):
        return score(connect(rested, replace(gains, loop=gains.loop + step)).matrix)[0]

    assert found.loop == pytest.approx(difference(looped, 1e-2), rel=1e-6)

    def coupled(step):
        scaled = replace(
            rested,
            coupling=rested.coupling + step,
            weights=rested.weights * (rested.coupling + step) / rested.coupling,
        )
        return score(connect(scaled, gains).matrix)[0]

    assert found.coupling == pytest.approx(difference(coupled, 3e-4), rel=1e-6)


def test_slope_over_connections(rested, gains, score):
    found = slope(rested, gains, score)
    direction = rested.weights * np.random.default_rng(4).standard_normal((84, 84))

    def along(step):
        return score(connect(replace(rested, weights=rested.weights + step * direction), gains).matrix)[0]

    assert (found.weights * direction).sum() == pytest.approx(difference(along, 1e-3), rel=1e-6)


def test_only_one_scan_without_block(made, rested, score):
    with pytest.raises(NetworkError, match="one scan"):
        slope(rested, healthy(made, (2,)), score)
    with pytest.raises(NetworkError, match="one scan"):
        slope(rested, healthy(made).during_infusion(0.2), score)
