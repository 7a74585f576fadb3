"""SymPy expressions as vector code: one number a lane, what has been worked out once is not worked out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sympy

from rewire.core.symbols import Expression
from rewire.errors import ModelError
from rewire.machine import elementary
from rewire.machine.code import Code

RELATIONS = {"StrictGreaterThan": "ogt", "GreaterThan": "oge", "StrictLessThan": "olt", "LessThan": "ole"}


class Lowering:
    """Writes expressions into `code`; `values` says which value stands for each name."""

    def __init__(self, code: Code, values: Mapping[str, str]) -> None:
        self.code, self.values = code, values
        self._done: dict[Any, str] = {}

    def value(self, expression: Expression) -> str:
        """The value of an expression."""
        expression = sympy.sympify(expression)
        if expression not in self._done:
            self._done[expression] = self._value(expression)
        return self._done[expression]

    def _value(self, part: Any) -> str:
        code = self.code
        if part.is_Symbol:
            return self.values[part.name]
        if part.is_number:
            return code.number(float(part))
        if part.is_Add:
            return self._sum(part.args)
        if part.is_Mul:
            return self._product(part.args)
        if part.is_Pow:
            return self._power(part.base, part.exp)
        if isinstance(part, sympy.exp):
            return elementary.exp(code, self.value(part.args[0]))
        if isinstance(part, sympy.log):
            return elementary.log(code, self.value(part.args[0]))
        if isinstance(part, sympy.tanh):
            return elementary.tanh(code, self.value(part.args[0]))
        if isinstance(part, sympy.Abs):
            return code.intrinsic("fabs", self.value(part.args[0]))
        if isinstance(part, (sympy.Max, sympy.Min)):
            first, *rest = self._ordered(part.args)
            found = self.value(first)
            for other in rest:
                fold = code.largest if isinstance(part, sympy.Max) else code.smallest
                found = fold(found, self.value(other))
            return found
        if isinstance(part, sympy.Piecewise):
            *branches, (last, always) = part.args
            if always != sympy.true:
                raise ModelError(f"a choice must say what holds otherwise: {part}")
            found = self.value(last)
            for value, condition in reversed(branches):
                found = code.choose(self._mask(condition), self.value(value), found)
            return found
        raise ModelError(f"an equation uses {type(part).__name__}, which the engine does not know: {part}")

    def _mask(self, condition: Any) -> str:
        relation = RELATIONS.get(type(condition).__name__)
        if relation is None:
            raise ModelError(f"a choice needs one comparison: {condition}")
        return self.code.compare(relation, self.value(condition.lhs), self.value(condition.rhs))

    def _ordered(self, parts: Iterable[Any]) -> list[Any]:
        """Numbers first, then by text: the same order in every stage, so that common parts are found."""
        return sorted(parts, key=lambda part: (not part.is_number, len(part.free_symbols), str(part)))

    def _sum(self, terms: Iterable[Any]) -> str:
        plus, minus = [], []
        for term in self._ordered(terms):
            if term.could_extract_minus_sign():
                minus.append(-term)
            else:
                plus.append(term)
        found = self.value(plus[0]) if plus else self.code.negative(self.value(minus.pop(0)))
        for term in plus[1:]:
            found = self.code.add(found, self.value(term))
        for term in minus:
            found = self.code.subtract(found, self.value(term))
        return found

    def _product(self, factors: Iterable[Any]) -> str:
        above, below, sign = [], [], 1
        for factor in self._ordered(factors):
            if factor == -1:
                sign = -sign
            elif factor.is_Pow and factor.exp.is_number and factor.exp.is_negative:
                below.append(1 / factor)
            else:
                above.append(factor)
        found = self._times(above) if above else self.code.number(1.0)
        if below:
            found = self.code.divide(found, self._times(below))
        return found if sign > 0 else self.code.negative(found)

    def _times(self, factors: list[Any]) -> str:
        found = self.value(factors[0])
        for factor in factors[1:]:
            found = self.code.multiply(found, self.value(factor))
        return found

    def _power(self, base: Any, exponent: Any) -> str:
        code = self.code
        if exponent.is_Integer and 1 <= abs(int(exponent)) <= 4:
            value = found = self.value(base)
            for _ in range(abs(int(exponent)) - 1):
                found = code.multiply(found, value)
            return found if exponent > 0 else code.divide(code.number(1.0), found)
        if exponent == sympy.Rational(1, 2):
            return code.intrinsic("sqrt", self.value(base))
        return elementary.power(code, self.value(base), self.value(exponent))
