"""Chance that belongs to a person: counter-based random numbers (Philox 4x32-10; Salmon et al. 2011, SC11).

A draw is a pure function of (seed, person, quantity, block). Adding people, changing the batch size, the number of
workers or the order of work therefore changes nothing, and two plans meet the same people and the same luck.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.machine.chance import MULTIPLIERS, ROUNDS, WEYL, normal_pair, words_of
from rewire.machine.code import Code, for_everybody, module
from rewire.machine.native import Library, load

WORD = 0xFFFFFFFF
LANES = 8


def stream(quantity: str) -> int:
    """The number of the random stream of a quantity: 32 bits of its name."""
    return zlib.crc32(quantity.encode())


def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[int, int, int, int]:
    """Four random 32-bit words for a counter of four words and a key of two, in plain Python."""
    c0, c1, c2, c3, k0, k1 = (int(word) for word in (c0, c1, c2, c3, k0, k1))
    for _ in range(ROUNDS):
        a, b = MULTIPLIERS[0] * c0, MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & WORD, (a >> 32) ^ c3 ^ k1, a & WORD
        k0, k1 = (k0 + WEYL[0]) & WORD, (k1 + WEYL[1]) & WORD
    return c0, c1, c2, c3


ARGUMENTS = {"out": "ptr", "seed": "i64", "stream": "i64", "block": "i64"}


def _text() -> str:
    """`normals(blocks, person, out, seed, stream, block)`: a standard normal a person, by the cosine of each pair."""
    code = Code("double", LANES, alignment=8)
    a, b, _, _ = words_of(code, "%person", "%block", "%stream", "%seed")
    code.store("%out", 0, normal_pair(code, a, b, 32)[0])
    given = ", ".join(f"{kind} %{name}" for name, kind in ARGUMENTS.items())
    one = code.function(f"normals_once(i64 %person, {given})")
    return module((one, for_everybody("normals", ARGUMENTS, ("out",), LANES)), LANES)


@cache
def _library() -> Library:
    text = _text()
    return load(text, lambda: text, {"normals": ("i64", "i64", *ARGUMENTS.values())})


def normals(seed: int, first: int, count: int, quantity: str, blocks: Any = (0,)) -> NDArray[np.float64]:
    """Standard normal draws `[person, block]` for persons `first .. first + count - 1` of one quantity."""
    numbers = np.asarray(blocks, dtype=np.int64).ravel()
    vectors = -(-count // LANES)
    out = np.empty((numbers.size, vectors * LANES))
    function = _library().functions["normals"]
    for line, number in zip(out, numbers.tolist(), strict=True):
        function(vectors, first, line.ctypes.data, seed, stream(quantity), number)
    return out[:, :count].T
