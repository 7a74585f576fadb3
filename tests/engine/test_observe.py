"""Scores on paper: the same for a person however many are asked for at once, in either precision."""

import numpy as np
import pytest

from rewire.engine.observe import observe, observe_one

MINUTES = np.array([0, 1440, 4320], np.int64)
GIVEN = {"error": 2.5, "low": 0.0, "high": 60.0, "seed": (1 << 40) + 7, "stream": 123}


def severities(people):
    return np.random.default_rng(1).uniform(-5, 65, (MINUTES.size, people))


@pytest.mark.parametrize("people", [1, 7, 8, 9, 16, 100])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_person_is_observed_alike_alone_and_among_others(people, kind):
    latent, first = severities(people).astype(kind), (1 << 32) - 3
    together = observe(latent, first=first, minutes=MINUTES, **GIVEN)
    assert together.shape == latent.shape and together.dtype == np.uint8
    for place in {0, people // 2, people - 1}:
        alone = [
            observe_one(float(value), person=first + place, minute=int(minute), **GIVEN)
            for value, minute in zip(latent[:, place], MINUTES, strict=True)
        ]
        assert np.array_equal(together[:, place], alone)


def test_lines_may_stand_apart_and_in_any_order():
    latent = severities(40)
    whole = observe(latent, first=3, minutes=MINUTES, **GIVEN)
    assert np.array_equal(observe(latent[:, 10:30], first=13, minutes=MINUTES, **GIVEN), whole[:, 10:30])
    assert np.array_equal(observe(np.asfortranarray(latent), first=3, minutes=MINUTES, **GIVEN), whole)
    assert np.array_equal(observe(latent[::2], first=3, minutes=MINUTES[::2], **GIVEN), whole[::2])


def test_errors_have_their_spread_and_no_mean():
    latent = np.full((1, 50_000), 30.0)
    scores = observe(latent, first=0, minutes=MINUTES[:1], **GIVEN).astype(float)
    assert scores.mean() == pytest.approx(30.0, abs=0.05)
    assert scores.std() == pytest.approx(np.sqrt(2.5**2 + 1 / 12), abs=0.05)
