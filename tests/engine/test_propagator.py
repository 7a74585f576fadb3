from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.linalg import expm

from rewire.engine.layout import Block
from rewire.engine.propagator import propagator
from rewire.machine.code import module
from rewire.machine.native import Library, compile_text

LANES = 8


@cache
def compiled(pattern):
    """The propagator of a pattern of non-zero places."""
    size = len(pattern)
    reach = np.linalg.matrix_power(np.eye(size) + np.array(pattern), size) > 0
    entries = tuple((int(row), int(column)) for row, column in np.argwhere(reach))
    at = {entry: k for k, entry in enumerate(entries)}
    triples = tuple(
        (at[row, column], at[row, middle], at[middle, column])
        for row, column in entries
        for middle in range(size)
        if (row, middle) in at and (middle, column) in at
    )
    block = Block((), (), (), entries, triples, tuple(at[k, k] for k in range(size)))
    text = (
        module([propagator(block, "x", LANES, "double")], LANES).replace("internal ", "").replace("align 64", "align 8")
    )
    library = Library(compile_text(text), {"propagator_x": ("ptr", "double", "ptr", "ptr")})
    return entries, library


def propagate(matrices, hours):
    """The kernel's propagator on one compartment matrix a lane."""
    pattern = tuple(map(tuple, (np.abs(matrices).sum(0) > 0).astype(int).tolist()))
    entries, library = compiled(pattern)
    rates = np.ascontiguousarray(np.stack([matrices[:, row, column] for row, column in entries]))
    table, scratch = np.zeros((len(entries), LANES)), np.zeros((2 + 3 * len(entries), LANES))
    library.functions["propagator_x"](rates.ctypes.data, hours, scratch.ctypes.data, table.ctypes.data)
    found = np.zeros_like(matrices)
    for k, (row, column) in enumerate(entries):
        found[:, row, column] = table[k]
    return found


def compartments(size, seed, chain=False):
    """Random compartment systems: nothing negative flows, and what leaves one either enters another or is lost."""
    chance = np.random.default_rng(seed)
    flows = 10 ** chance.uniform(-3, 1.5, (LANES, size, size)) * (chance.random((size, size)) < 0.6)
    flows *= np.tril(np.ones((size, size)), -1) if chain else 1 - np.eye(size)
    lost = 10 ** chance.uniform(-3, 1, (LANES, size)) * (chance.random(size) < 0.7)
    for k in range(size):
        flows[:, k, k] = -flows[:, :, k].sum(1) - lost[:, k]
    return flows


@pytest.mark.parametrize("hours", [1e-4, 0.1, 1.0, 12.0, 500.0])
@pytest.mark.parametrize(("size", "chain"), [(2, False), (5, False), (9, False), (6, True)])
def test_the_propagator_is_the_matrix_exponential(size, chain, hours):
    matrices = compartments(size, seed=size, chain=chain)
    found = propagate(matrices, hours)
    right = np.array([expm(matrix * hours) for matrix in matrices])
    # each squaring doubles the rounding of the one before
    rounding = np.finfo(float).eps * (100 + np.abs(matrices).max() * hours)
    assert np.abs(found - right).max() < 10 * rounding
    assert np.all(found >= 0)
    large = right > 1e-6
    assert np.abs(found[large] / right[large] - 1).max() < 100 * rounding


def test_nothing_appears_or_disappears_in_a_closed_system():
    matrices = compartments(5, seed=2)
    for k in range(5):
        matrices[:, k, k] -= matrices[:, :, k].sum(1)
    assert np.abs(propagate(matrices, 24.0).sum(1) - 1).max() < 1e-12


def test_half_a_step_twice_is_one_step():
    matrices = compartments(7, seed=4)
    half = propagate(matrices, 3.0)
    assert np.abs(half @ half - propagate(matrices, 6.0)).max() < 1e-13
