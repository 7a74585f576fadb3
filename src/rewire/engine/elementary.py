"""exp, log, tanh, sine and cosine as short series that LLVM can run for many people side by side.

The mathematical library's own functions are calls, which stop vectorisation; these are plain arithmetic with one bit
cast, accurate to a few units in the last place of the chosen precision.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import llvmlite.ir as ir
import numpy as np
from numba import njit, types
from numba.extending import intrinsic

FAST = {"contract", "nsz", "arcp"}


@intrinsic
def bits_of(typing: Any, number: Any) -> Any:
    """The bit pattern of a float as an integer of the same width."""
    whole = types.int32 if number == types.float32 else types.int64

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(whole.bitwidth))

    return whole(number), generate


@intrinsic
def float_of(typing: Any, pattern: Any) -> Any:
    """The float with the bit pattern of an integer of the same width."""
    real = types.float32 if pattern == types.int32 else types.float64

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.FloatType() if real == types.float32 else ir.DoubleType())

    return real(pattern), generate


class Elementary(NamedTuple):
    """Functions of one precision: `power(x, y)` needs x > 0, `turn(u)` gives the sine and cosine of 2 pi u."""

    exp: Any
    log: Any
    tanh: Any
    power: Any
    turn: Any


def horner(coefficients: tuple[Any, ...]) -> Any:
    """The polynomial with these coefficients, highest power first, as one straight line of code.

    A loop over the coefficients would be an inner loop, and LLVM vectorises innermost loops only.
    """
    text = "c0"
    for k in range(1, len(coefficients)):
        text = f"({text}) * x + c{k}"
    names: dict[str, Any] = {f"c{k}": coefficient for k, coefficient in enumerate(coefficients)}
    exec(f"def polynomial(x):\n    return {text}\n", names)  # noqa: S102 - text made above, from numbers only
    return njit(fastmath=FAST, forceinline=True)(names["polynomial"])


@cache
def elementary(real: type[np.float32] | type[np.float64]) -> Elementary:
    """The functions for one precision, compiled for inlining into a kernel."""
    single = real is np.float32
    whole = np.int32 if single else np.int64
    bias, shift = whole(127 if single else 1023), whole(23 if single else 52)
    mantissa, one_bits = whole((1 << int(shift)) - 1), whole(int(bias) << int(shift))
    terms = 7 if single else 13
    zero, half, one, two = real(0), real(0.5), real(1), real(2)
    low, high = (real(-87), real(88)) if single else (real(-708), real(709))
    per_two = real(1 / math.log(2))
    # ln 2 in two parts: the first is exact in few bits, so that n * first is exact; the second holds what is left of it
    first = real(float.fromhex("0x1.62ep-1" if single else "0x1.62e42feep-1"))
    second = real(math.log(2) - float(first) if single else float.fromhex("0x1.a39ef35793c76p-33"))
    exponential = horner(tuple(real(1 / math.factorial(k)) for k in range(terms, -1, -1)))
    logarithm = horner(tuple(real(2 / (2 * k + 1)) for k in range(5 if single else 11, -1, -1)))
    root = real(math.sqrt(2))
    sines = horner(tuple(real((-1) ** k / math.factorial(2 * k + 1)) for k in range(5 if single else 9, -1, -1)))
    cosines = horner(tuple(real((-1) ** k / math.factorial(2 * k)) for k in range(5 if single else 9, -1, -1)))
    quarter, four = real(math.pi / 2), real(4)

    options: dict[str, Any] = {"fastmath": FAST, "error_model": "numpy", "forceinline": True}

    @njit(**options)
    def exp(x: Any) -> Any:
        x = min(max(x, low), high)
        n = np.floor(x * per_two + half)
        r = (x - n * first) - n * second
        return exponential(r) * float_of(whole((whole(n) + bias) << shift))

    @njit(**options)
    def log(x: Any) -> Any:
        pattern = bits_of(x)
        n = whole((pattern >> shift) - bias)
        m = float_of(whole((pattern & mantissa) | one_bits))
        large = m > root
        m = m * half if large else m
        n_real = real(n) + one if large else real(n)
        s = (m - one) / (m + one)
        return (logarithm(s * s) * s + n_real * second) + n_real * first

    @njit(**options)
    def tanh(x: Any) -> Any:
        size = abs(x)
        t = exp(-two * size)
        value = (one - t) / (one + t)
        return value if x >= zero else -value

    @njit(**options)
    def power(x: Any, y: Any) -> Any:
        return exp(y * log(x)) if x > zero else zero

    @njit(**options)
    def turn(u: Any) -> Any:
        quadrant = np.floor(u * four + half)
        x = (u * four - quadrant) * quarter
        square = x * x
        s, c = sines(square) * x, cosines(square)
        q = whole(quadrant)
        odd = (q & whole(1)) == whole(1)
        sine_sign = one - two * real((q >> whole(1)) & whole(1))
        cosine_sign = one - two * real(((q + whole(1)) >> whole(1)) & whole(1))
        return (c if odd else s) * sine_sign, (s if odd else c) * cosine_sign

    return Elementary(exp, log, tanh, power, turn)
