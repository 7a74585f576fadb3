"""Functions of one thread that are the same for every model and precision: chance and rules.

They say in Numba's CUDA what `engine/work.py` says as vector code.
"""

from __future__ import annotations

from math import cos, floor, log, pi, sqrt
from typing import Any

from numba import config, cuda

from rewire.machine.chance import MULTIPLIERS, ROUNDS, WEYL

WORD = 0xFFFFFFFF
FIRST, SECOND = MULTIPLIERS
FIRST_WEYL, SECOND_WEYL = WEYL


def inlined(**options: Any) -> Any:
    """Marks a function of a thread that always becomes part of what calls it; the simulator knows no such thing."""
    return cuda.jit(device=True, **options, **({} if config.ENABLE_CUDASIM else {"forceinline": True}))


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
def decide(w: Any, rules: Any, r: Any, person: Any, minute: Any, seed: Any) -> None:
    """Opens or closes the gate of one closed-loop rule, from the score observed at this minute."""
    latent, gate = float(w[int(rules[r, 0])]), int(rules[r, 2])
    a, b, _, _ = philox(person, minute, int(rules[r, 6]), seed)
    chance = sqrt(-2.0 * log((a + 0.5) / 4294967296.0)) * cos(2.0 * pi * (b / 4294967296.0))
    score = min(max(float(floor(latent + rules[r, 3] * chance + 0.5)), rules[r, 4]), rules[r, 5])
    limit = rules[r, 7] * (float(w[int(rules[r, 1])]) if rules[r, 10] > 0.0 else 1.0)
    how = int(rules[r, 8])
    met = (score >= limit, score <= limit, score > limit, score < limit)[how]
    if rules[r, 9] > 0.0:
        if met:
            w[gate] = 0.0
    else:
        w[gate] = 1.0 if met else 0.0
