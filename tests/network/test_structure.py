"""Structural read-outs: lag, sign and noise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from rewire.network import NetworkError, read_diffusivity, read_sv2a, read_volume
from rewire.network.constants import constant
from rewire.network.structure import follow

HOURS = np.array([0.0, 6.0, 24.0, 72.0, 168.0, 504.0])
RESTORED = np.array([0.85, 0.88, 0.93, 0.93, 0.92, 0.9])


def test_follower_is_exact_for_straight_pieces():
    found = follow(HOURS, RESTORED, 100.0)
    exact = solve_ivp(
        lambda t, x: (np.interp(t, HOURS, RESTORED) - x) / 100.0,
        (0, 504),
        [0.85],
        t_eval=HOURS,
        rtol=1e-10,
        atol=1e-12,
        max_step=1.0,
    )
    assert found == pytest.approx(exact.y[0], rel=1e-7)
    assert follow(HOURS, np.full(6, 0.7), 5.0) == pytest.approx(0.7)


def test_sv2a_shows_nothing_a_day_after_and_more_later():
    found = read_sv2a(HOURS, RESTORED, "prefrontal")
    change = found.expected / found.expected[0] - 1
    assert abs(change[2]) < 0.01
    assert change[5] > 5 * change[2] > 0
    assert found.expected[0] == pytest.approx(1 - 0.15 * constant("structure", "sv2a", "share"))


def test_diffusivity_falls_in_prefrontal_cortex_and_amygdala_and_rises_in_the_hippocampus():
    for region, sign in (("prefrontal", -1), ("amygdala", -1), ("hippocampus", 1)):
        found = read_diffusivity(HOURS, RESTORED, region).expected
        assert sign * (found[2] - found[0]) > 0


def test_volume_is_null_by_default():
    assert (read_volume(HOURS, RESTORED, "hippocampus").expected == 1).all()


def test_leading_axes_and_noise():
    found = read_sv2a(HOURS, np.ones((400, 3, 6)), "prefrontal")
    assert found.expected.shape == (400, 3, 6)
    scans = found.sample(np.random.default_rng(0))
    assert scans.std() == pytest.approx(found.noise, rel=0.03) and scans.mean() == pytest.approx(1, abs=0.003)


@pytest.mark.parametrize(
    ("hours", "synapses", "region", "message"),
    [
        (HOURS, RESTORED, "insula", "no synaptic region"),
        (HOURS, RESTORED[:3], "prefrontal", "last axis"),
        (HOURS[::-1], RESTORED, "prefrontal", "increase"),
        (HOURS, -RESTORED, "prefrontal", "above 0"),
        (HOURS, RESTORED * np.nan, "prefrontal", "above 0"),
        ([], [], "prefrontal", "0 times"),
    ],
)
def test_bad_courses_are_refused(hours, synapses, region, message):
    for read in (read_sv2a, read_diffusivity, read_volume):
        with pytest.raises(NetworkError) as caught:
            read(hours, synapses, region)
        assert message in str(caught.value)
