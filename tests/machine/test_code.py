from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from rewire.machine.code import Code, for_everybody, module
from rewire.machine.native import Library, compile_text

LANES = 4


def compiled(write):
    """`write(code, a, b, c)` over rows of double numbers."""
    code = Code("double", LANES, alignment=8)
    code.store("%out", 0, write(code, *(code.load(f"%{name}", 0) for name in "abc")))
    arguments = dict.fromkeys(("a", "b", "c", "out"), "ptr")
    given = ", ".join(f"ptr %{name}" for name in arguments)
    text = module(
        (code.function(f"f_once(i64 %person, {given})"), for_everybody("f", arguments, tuple(arguments), LANES)), LANES
    )
    function = Library(compile_text(text), {"f": ("i64", "i64", *arguments.values())}).functions["f"]

    def over(*columns):
        out = np.empty(len(columns[0]))
        function(len(out) // LANES, 0, *(column.ctypes.data for column in columns), out.ctypes.data)
        return out

    return text, over


@pytest.fixture
def columns():
    chance = np.random.default_rng(1)
    return [chance.normal(size=400) for _ in range(3)]


def exact_difference(a, b, c):
    """`a * b - c` with one rounding."""
    return np.array([float(Fraction(x) * Fraction(y) - Fraction(z)) for x, y, z in zip(a, b, c, strict=True)])


def test_a_sum_that_alone_uses_a_product_rounds_once(columns):
    a, b, _ = columns
    product = a * b
    _, over = compiled(lambda code, a, b, c: code.subtract(code.multiply(a, b), c))
    found = over(a, b, product)
    assert np.array_equal(found, exact_difference(a, b, product))
    assert np.abs(found).max() > 0
    _, turned = compiled(lambda code, a, b, c: code.subtract(c, code.multiply(a, b)))
    assert np.array_equal(turned(a, b, product), -found)


def test_a_product_that_is_used_twice_is_rounded(columns):
    a, b, c = columns

    def write(code, a, b, c):
        product = code.multiply(a, b)
        return code.divide(code.add(product, c), product)

    text, over = compiled(write)
    assert "call <4 x double> @llvm.fma" not in text
    assert np.array_equal(over(a, b, c), (a * b + c) / (a * b))


def test_of_two_products_the_later_is_fused(columns):
    a, b, c = columns
    text, over = compiled(lambda code, a, b, c: code.add(code.multiply(a, b), code.multiply(b, c)))
    assert text.count("fmul") == 1 and text.count("call <4 x double> @llvm.fma") == 1
    assert np.allclose(over(a, b, c), a * b + b * c, rtol=1e-12, atol=1e-15)
