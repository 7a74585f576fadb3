"""Functions of one thread that are the same for every model: chance, rules, weights of stiff states, propagators.

They say in Numba's CUDA what `engine/work.py` and `engine/propagator.py` say as vector code. Arrays are `[row, person]`,
so that neighbouring threads read neighbouring places; `i` is the thread's person.
"""

from __future__ import annotations

from math import cos, exp, factorial, floor, log, pi, sin, sqrt
from typing import Any

from numba import cuda

from rewire.engine.propagator import TERMS
from rewire.engine.work import SERIES
from rewire.machine.chance import MULTIPLIERS, ROUNDS, WEYL

WORD = 0xFFFFFFFF
FIRST, SECOND = MULTIPLIERS
FIRST_WEYL, SECOND_WEYL = WEYL
LAST_FACTORIAL = 1 / factorial(SERIES + 2)


@cuda.jit(device=True)
def philox(person: Any, block: Any, stream: Any, seed: Any) -> Any:
    """Four random 32-bit words of a person (Philox 4x32-10); 64-bit numbers, of which the lower halves count."""
    c0, c1, c2, c3 = int(person) & WORD, int(block) & WORD, int(stream) & WORD, (int(person) >> 32) & WORD
    k0, k1 = int(seed) & WORD, (int(seed) >> 32) & WORD
    for _ in range(ROUNDS):
        a, b = FIRST * c0, SECOND * c2
        c0, c1, c2, c3 = ((b >> 32) ^ c1 ^ k0) & WORD, b & WORD, ((a >> 32) ^ c3 ^ k1) & WORD, a & WORD
        k0, k1 = (k0 + FIRST_WEYL) & WORD, (k1 + SECOND_WEYL) & WORD
    return c0, c1, c2, c3


@cuda.jit(device=True)
def normal_pair(a: Any, b: Any) -> Any:
    """Two standard normals from the upper 24 bits of two words."""
    radius = sqrt(-2.0 * log(((a >> 8) + 0.5) / 16777216.0))
    angle = 2.0 * pi * ((b >> 8) / 16777216.0)
    return radius * cos(angle), radius * sin(angle)


@cuda.jit(device=True)
def draw(w: Any, i: Any, row: Any, person: Any, block: Any, stream: Any, seed: Any) -> None:
    """Four successive standard normals of one noise, into its four rows."""
    a, b, c, d = philox(person, block, stream, seed)
    w[row, i], w[row + 1, i] = normal_pair(a, b)
    w[row + 2, i], w[row + 3, i] = normal_pair(c, d)


@cuda.jit(device=True)
def decide(w: Any, i: Any, rules: Any, r: Any, person: Any, minute: Any, seed: Any) -> None:
    """Opens or closes the gate of one closed-loop rule, from the score observed at this minute."""
    latent, gate = float(w[int(rules[r, 0]), i]), int(rules[r, 2])
    a, b, _, _ = philox(person, minute, int(rules[r, 6]), seed)
    chance = sqrt(-2.0 * log((a + 0.5) / 4294967296.0)) * cos(2.0 * pi * (b / 4294967296.0))
    score = min(max(float(floor(latent + rules[r, 3] * chance + 0.5)), rules[r, 4]), rules[r, 5])
    limit = rules[r, 7] * (float(w[int(rules[r, 1]), i]) if rules[r, 10] > 0.0 else 1.0)
    how = int(rules[r, 8])
    met = (score >= limit, score <= limit, score > limit, score < limit)[how]
    if rules[r, 9] > 0.0:
        if met:
            w[gate, i] = 0.0
    else:
        w[gate, i] = 1.0 if met else 0.0


@cuda.jit(device=True)
def decays(z: Any) -> Any:
    """(1 - e^-z)/z and its two successors: by series for small z."""
    if z < 1.0:
        third, term = LAST_FACTORIAL, LAST_FACTORIAL
        for k in range(SERIES + 2, 3, -1):
            term = term * k
            third = term - z * third
        second = 0.5 - z * third
        return 1.0 - z * second, second, third
    first = (1.0 - exp(-z)) / z
    second = (1.0 - first) / z
    return first, second, (0.5 - second) / z


@cuda.jit(device=True)
def weights(rate: Any, hours: Any, table: Any, row: Any, i: Any) -> None:
    """Weights of the exponential Runge-Kutta scheme (Krogstad 2005, ETD4RK-B) for one stiff state and step size."""
    z = rate * hours
    half_first, half_second, _ = decays(0.5 * z)
    first, second, third = decays(z)
    table[row, i] = exp(-0.5 * z)
    table[row + 1, i] = 0.5 * hours * half_first
    table[row + 2, i] = hours * half_second
    table[row + 3, i] = exp(-z)
    table[row + 4, i] = hours * first
    table[row + 5, i] = hours * (2.0 * second)
    table[row + 6, i] = hours * (first - 3.0 * second + 4.0 * third)
    table[row + 7, i] = hours * (2.0 * (second - 2.0 * third))
    table[row + 8, i] = hours * (4.0 * third - second)


@cuda.jit(device=True)
def multiply(blocks: Any, triples: Any, b: Any, left: Any, right: Any, to: Any, factor: Any, x: Any, i: Any) -> None:
    """Left . right times a factor, within the pattern of block `b`; all three are rows of the scratch `x`."""
    entries, first = blocks[b, 1], blocks[b, 4]
    for k in range(entries):
        x[to + k, i] = 0.0
    for k in range(first, blocks[b, 5]):
        place = to + triples[k, 0]
        x[place, i] += factor * x[left + triples[k, 1], i] * x[right + triples[k, 2], i]


@cuda.jit(device=True)
def propagator(
    blocks: Any, diagonal: Any, triples: Any, b: Any, rates: Any, hours: Any, x: Any, table: Any, row: Any, i: Any
) -> None:
    """The exact step of a linear block: uniformisation, scaling and squaring, in double precision.

    `blocks[b]` says where its entries begin, how many there are, and where its diagonal and its products begin and end.
    """
    first, entries = blocks[b, 0], blocks[b, 1]
    fastest = 0.0
    for k in range(blocks[b, 2], blocks[b, 3]):
        fastest = max(fastest, -rates[first + diagonal[k], i])
    scaled, step, squarings = fastest * hours, hours, 0
    while scaled >= 0.5:
        scaled, step, squarings = 0.5 * scaled, 0.5 * step, squarings + 1
    loss = exp(-scaled)
    shifted, one, other = 0, entries, 2 * entries
    for k in range(entries):
        x[shifted + k, i] = rates[first + k, i] * step
        x[one + k, i] = 0.0
    for k in range(blocks[b, 2], blocks[b, 3]):
        x[shifted + diagonal[k], i] += scaled
        x[one + diagonal[k], i] = loss
    for term in range(TERMS, 0, -1):
        multiply(blocks, triples, b, shifted, one, other, 1.0 / term, x, i)
        for k in range(blocks[b, 2], blocks[b, 3]):
            x[other + diagonal[k], i] += loss
        one, other = other, one
    for _ in range(squarings):
        multiply(blocks, triples, b, one, one, other, 1.0, x, i)
        one, other = other, one
    for k in range(entries):
        table[row + k, i] = x[one + k, i]
