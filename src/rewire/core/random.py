"""Chance that belongs to a person: counter-based random numbers (Philox 4x32-10; Salmon et al. 2011, SC11).

A draw is a pure function of (seed, person, quantity, block). Adding people, changing the batch size, the number of
workers or the order of work therefore changes nothing, and two plans meet the same people and the same luck.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_LOW = np.uint64(0xFFFFFFFF)
_WORD = np.uint64(32)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)


def stream(quantity: str) -> int:
    """The number of the random stream of a quantity: 32 bits of its name."""
    return zlib.crc32(quantity.encode())


@njit(forceinline=True)
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Four random 32-bit words (in uint64) for a counter of four words and a key of two."""
    for _ in range(10):
        a, b = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = ((b >> _WORD) ^ c1 ^ k0) & _LOW, b & _LOW, ((a >> _WORD) ^ c3 ^ k1) & _LOW, a & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@njit(nogil=True, cache=True)
def _fill(first: int, seed: int, stream_number: int, blocks: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """`out[person, block]` standard normals; scalar mathematics, so that no result depends on its neighbours."""
    k0, k1 = np.uint64(seed) & _LOW, (np.uint64(seed) >> _WORD) & _LOW
    for i in range(out.shape[0]):
        person = np.uint64(first + i)
        for j in range(out.shape[1]):
            block = np.uint64(blocks[j])
            a, b, _, _ = philox(person & _LOW, block & _LOW, np.uint64(stream_number), person >> _WORD, k0, k1)
            radius = np.sqrt(-2.0 * np.log((np.float64(a) + 0.5) / 4294967296.0))
            out[i, j] = radius * np.cos(2.0 * np.pi * (np.float64(b) / 4294967296.0))


def normals(seed: int, first: int, count: int, quantity: str, blocks: Any = (0,)) -> NDArray[np.float64]:
    """Standard normal draws `[person, block]` for persons `first .. first + count - 1` of one quantity."""
    numbers = np.asarray(blocks, dtype=np.int64)
    out = np.empty((count, numbers.size))
    _fill(first, seed, stream(quantity), numbers, out)
    return out
