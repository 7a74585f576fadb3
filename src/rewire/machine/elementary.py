"""exp, log, tanh, powers, sine and cosine as short series: plain arithmetic, many people side by side.

The mathematical library's own functions are calls, one person at a time. These are accurate to a few units in the last
place of the chosen precision, and the same on every processor with fused multiply-add.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from rewire.machine.code import Code


class _Format(NamedTuple):
    """What a precision needs: bits, range of exp, lengths of the series, and ln 2 in two parts.

    The first part of ln 2 has few bits, so that a whole number times it is exact.
    """

    fraction_bits: int
    bias: int
    low: float
    high: float
    exp_terms: int
    log_terms: int
    turn_terms: int
    ln2: float
    ln2_rest: float


FORMATS = {
    "float": _Format(
        23, 127, -87.0, 88.0, 7, 5, 5, float.fromhex("0x1.62ep-1"), math.log(2) - float.fromhex("0x1.62ep-1")
    ),
    "double": _Format(
        52, 1023, -708.0, 709.0, 13, 11, 9, float.fromhex("0x1.62e42feep-1"), float.fromhex("0x1.a39ef35793c76p-33")
    ),
}


def _round(code: Code, x: str) -> tuple[str, str]:
    """The nearest whole number, as a real and as bits whose lowest ones are those of the integer.

    Adding 1.5 times the first number whose neighbours are whole leaves the integer in the lowest bits.
    """
    shift = code.number(1.5 * 2.0 ** FORMATS[code.kind].fraction_bits)
    shifted = code.add(x, shift)
    return code.subtract(shifted, shift), code.cast("bitcast", shifted, code.kind, code.whole)


def exp(code: Code, x: str) -> str:
    """The exponential, held within the range of the precision."""
    form = FORMATS[code.kind]
    x = code.smallest(code.largest(x, code.number(form.low)), code.number(form.high))
    n, pattern = _round(code, code.multiply(x, code.number(1 / math.log(2))))
    rest = code.subtract(x, code.multiply(n, code.number(form.ln2)))
    rest = code.subtract(rest, code.multiply(n, code.number(form.ln2_rest)))
    series = code.horner(rest, (1 / math.factorial(k) for k in range(form.exp_terms, -1, -1)))
    exponent = code.bits("shl", code.bits("add", pattern, code.integer(form.bias)), code.integer(form.fraction_bits))
    return code.multiply(series, code.cast("bitcast", exponent, code.whole, code.kind))


def log(code: Code, x: str) -> str:
    """The natural logarithm of a positive number."""
    form = FORMATS[code.kind]
    pattern = code.cast("bitcast", x, code.kind, code.whole)
    fraction = code.bits("and", pattern, code.integer((1 << form.fraction_bits) - 1))
    fraction = code.bits("or", fraction, code.integer(form.bias << form.fraction_bits))
    m = code.cast("bitcast", fraction, code.whole, code.kind)
    # The exponent becomes a real by standing in the lowest bits of a number whose neighbours are whole.
    offset = 2.0**form.fraction_bits
    exponent = code.bits("lshr", pattern, code.integer(form.fraction_bits))
    exponent = code.bits("or", exponent, code.integer((form.bias + form.fraction_bits) << form.fraction_bits))
    n = code.subtract(code.cast("bitcast", exponent, code.whole, code.kind), code.number(offset + form.bias))
    one = code.number(1.0)
    large = code.compare("ogt", m, code.number(math.sqrt(2)))
    m = code.choose(large, code.multiply(m, code.number(0.5)), m)
    n = code.choose(large, code.add(n, one), n)
    s = code.divide(code.subtract(m, one), code.add(m, one))
    series = code.horner(code.multiply(s, s), (2 / (2 * k + 1) for k in range(form.log_terms, -1, -1)))
    low = code.add(code.multiply(series, s), code.multiply(n, code.number(form.ln2_rest)))
    return code.add(low, code.multiply(n, code.number(form.ln2)))


def tanh(code: Code, x: str) -> str:
    """The hyperbolic tangent."""
    size = code.intrinsic("fabs", x)
    t = exp(code, code.multiply(size, code.number(-2.0)))
    one = code.number(1.0)
    value = code.divide(code.subtract(one, t), code.add(one, t))
    return code.choose(code.compare("oge", x, code.number(0.0)), value, code.negative(value))


def power(code: Code, x: str, y: str) -> str:
    """X to the y for x > 0, else 0."""
    positive = code.compare("ogt", x, code.number(0.0))
    return code.choose(positive, exp(code, code.multiply(y, log(code, x))), code.number(0.0))


def turn(code: Code, u: str) -> tuple[str, str]:
    """The sine and cosine of 2 pi u for u from 0 to 1."""
    terms = FORMATS[code.kind].turn_terms
    quarters = code.multiply(u, code.number(4.0))
    quadrant, pattern = _round(code, quarters)
    x = code.multiply(code.subtract(quarters, quadrant), code.number(math.pi / 2))
    square = code.multiply(x, x)
    sine = code.multiply(code.horner(square, ((-1) ** k / math.factorial(2 * k + 1) for k in range(terms, -1, -1))), x)
    cosine = code.horner(square, ((-1) ** k / math.factorial(2 * k) for k in range(terms, -1, -1)))
    one = code.integer(1)

    def is_odd(value: str) -> str:
        return code.once(f"icmp ne {code.vector(code.whole)} {code.bits('and', value, one)}, zeroinitializer")

    odd = is_odd(pattern)
    down = is_odd(code.bits("lshr", pattern, one))
    left = is_odd(code.bits("lshr", code.bits("add", pattern, one), one))
    first, second = code.choose(odd, cosine, sine), code.choose(odd, sine, cosine)
    return code.choose(down, code.negative(first), first), code.choose(left, code.negative(second), second)
