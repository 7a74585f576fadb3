"""SymPy expressions as lines of Python source: plain arithmetic on one person's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy
from sympy.printing.str import StrPrinter


class KernelPrinter(StrPrinter):
    """Writes an expression for the kernel; `names` says what each symbol is called there.

    Literals of a single-precision kernel are cast, or Numba would promote what they touch.
    """

    def __init__(self, names: Mapping[str, str], single: bool) -> None:
        super().__init__()
        self._names, self._single = names, single

    def literal(self, number: float) -> str:
        """A number as the kernel writes it."""
        return f"real({number!r})" if self._single else repr(number)

    def _print_Symbol(self, expr: Any) -> str:
        return self._names.get(expr.name, expr.name)

    def _print_number(self, expr: Any) -> str:
        return self.literal(float(expr))

    _print_Integer = _print_Rational = _print_Float = _print_Half = _print_number
    _print_One = _print_Zero = _print_NegativeOne = _print_number

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, power = expr.args
        if power == -1:
            return f"{self.literal(1.0)} / {self.parenthesize(base, 60, strict=False)}"
        if power.is_Integer and 2 <= abs(int(power)) <= 4:
            product = " * ".join([self.parenthesize(base, 60, strict=False)] * abs(int(power)))
            return f"({product})" if power > 0 else f"{self.literal(1.0)} / ({product})"
        if power == sympy.Rational(1, 2):
            return f"sqrt({self._print(base)})"
        return f"power({self._print(base)}, {self._print(power)})"

    def _print_Mul(self, expr: Any) -> str:
        above, below = [], []
        sign = ""
        for factor in expr.as_ordered_factors():
            if factor == -1:
                sign = "-"
            elif isinstance(factor, sympy.Pow) and factor.exp.is_number and factor.exp.is_negative:
                below.append(1 / factor)
            else:
                above.append(factor)
        top = " * ".join(self.parenthesize(factor, 50, strict=False) for factor in above) or self.literal(1.0)
        if not below:
            return sign + top
        bottom = " * ".join(self.parenthesize(factor, 50, strict=False) for factor in below)
        return f"{sign}{top} / ({bottom})"

    def _print_Max(self, expr: Any) -> str:
        return self._fold("max", expr.args)

    def _print_Min(self, expr: Any) -> str:
        return self._fold("min", expr.args)

    def _fold(self, function: str, arguments: tuple[Any, ...]) -> str:
        text = str(self._print(arguments[0]))
        for argument in arguments[1:]:
            text = f"{function}({text}, {self._print(argument)})"
        return text

    def _print_Piecewise(self, expr: Any) -> str:
        *branches, (last, _) = expr.args
        text = str(self._print(last))
        for value, condition in reversed(branches):
            text = f"({self._print(value)} if {self._print(condition)} else {text})"
        return text

    def _print_Relational(self, expr: Any) -> str:
        return f"{self._print(expr.lhs)} {expr.rel_op} {self._print(expr.rhs)}"

    def _print_Abs(self, expr: Any) -> str:
        return f"abs({self._print(expr.args[0])})"


class PythonPrinter(KernelPrinter):
    """Writes choices and extremes as calls of `select maximum minimum absolute`: the same text then runs on arrays."""

    def __init__(self) -> None:
        super().__init__({}, single=False)

    def _print_Max(self, expr: Any) -> str:
        return self._fold("maximum", expr.args)

    def _print_Min(self, expr: Any) -> str:
        return self._fold("minimum", expr.args)

    def _print_Piecewise(self, expr: Any) -> str:
        *branches, (last, _) = expr.args
        text = str(self._print(last))
        for value, condition in reversed(branches):
            text = f"select({self._print(condition)}, {self._print(value)}, {text})"
        return text

    def _print_Abs(self, expr: Any) -> str:
        return f"absolute({self._print(expr.args[0])})"
