"""Subnormal numbers count as zero where asked for, and nowhere else."""

import platform

import numpy as np
import pytest

from rewire.machine.tiny import TEXTS, tiny_as_zero

HALF = np.float32(0.5)
SMALLEST = np.finfo(np.float32).tiny


@pytest.mark.skipif(platform.machine().lower() not in TEXTS, reason="this processor has no such mode")
def test_halves_of_the_smallest_normal_number_are_zero_within():
    with tiny_as_zero():
        within = SMALLEST * HALF
    assert within == 0.0
    assert SMALLEST * HALF > 0.0


def test_the_mode_ends_with_an_error():
    with pytest.raises(ZeroDivisionError), tiny_as_zero():
        _ = 1 // 0
    assert SMALLEST * HALF > 0.0
