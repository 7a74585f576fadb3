"""Units of equations: whether what is added, compared and stated agrees, down to the multiple (a mg is not a g).

Every expression of every layer is walked with the declared units. A number in an equation is a plain number; 0 fits
every unit. Exponents and the arguments of functions must be plain numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import sympy

from rewire.core.declare import Noise
from rewire.core.model import Model
from rewire.core.symbols import Expression
from rewire.core.system import collect
from rewire.units import BASES, dimension, factor

SAME = 1e-9
"""Largest relative difference of two multiples that count as one."""


@dataclass(frozen=True)
class Measure:
    """A unit taken apart: the power of each base unit (`mg/L` is g and m to the power -3), and their multiple."""

    powers: Mapping[str, float]
    multiple: float = 1.0

    def times(self, other: Measure, power: float = 1.0) -> Measure:
        """The product with another measure raised to a power."""
        powers = dict(self.powers)
        for base, own in other.powers.items():
            powers[base] = powers.get(base, 0.0) + own * power
        kept = {base: own for base, own in sorted(powers.items()) if abs(own) > SAME}
        return Measure(kept, self.multiple * other.multiple**power)

    def fits(self, other: Measure) -> bool:
        """Whether both are the same unit, whatever it is called."""
        return self.kind() == other.kind() and math.isclose(self.multiple, other.multiple, rel_tol=SAME)

    def kind(self) -> tuple[tuple[str, float], ...]:
        """The powers, rounded, to be compared."""
        return tuple((base, round(power, 6)) for base, power in sorted(self.powers.items()))

    def say(self, names: Iterable[str]) -> str:
        """The unit as one of `names` if it is one of them, else as base units."""
        known = next((name for name in names if measure(name).fits(self)), None)
        if known:
            return "a plain number" if known == "1" else known
        powers = " ".join(base if power == 1 else f"{base}**{power:g}" for base, power in self.kind())
        return f"{self.multiple:g} {powers}".strip()


PLAIN = Measure({})
_BASE_OF = {kind: base for base, kind in BASES.items()}


@cache
def measure(unit: str) -> Measure:
    """A unit such as `mg/L` taken apart."""
    above, *below = dimension(unit).split(" / ")
    powers: dict[str, float] = {}
    for sign, parts in ((1.0, above.split(" * ")), (-1.0, below)):
        for part in parts:
            kind, _, power = part.partition("**")
            if kind != "1":
                powers[_BASE_OF[kind]] = sign * float(power or 1)
    base = "*".join(f"{name}**{power:g}" for name, power in powers.items()) or "1"
    return Measure(powers, factor(unit, base))


def check_dimensions(model: Model) -> list[str]:
    """What does not agree in the units of a model's equations, one sentence each; empty when everything agrees.

    Checked are equations of signals and rates of states (their unit per hour), values at time zero, stiff rates (1/h),
    jumps, and the parameters that noises name. Raises `ModelError` when a layer states what it does not declare.
    """
    stated = collect(model)
    unit = {name: quantity.unit for name, quantity in model.quantities.items()}
    rate_of = {state.name for layer in model.layers for state in layer.states}
    per_hour = PLAIN.times(measure("h"), -1)
    targets: list[tuple[str, str, Expression, Measure]] = []
    for name, expression in stated.equations.items():
        own = measure(unit[name])
        rate = name in rate_of
        targets.append(
            (name, f"the rate of '{name}'" if rate else f"'{name}'", expression, own.times(per_hour) if rate else own)
        )
    targets += [(name, f"the start of '{name}'", start, measure(unit[name])) for name, start in stated.start.items()]
    targets += [(name, f"the stiff rate of '{name}'", decay, per_hour) for name, decay in stated.stiff.items()]
    for pulse, changes in stated.jumps.items():
        targets += [(name, f"'{name}' after '{pulse}'", jump, measure(unit[name])) for name, jump in changes.items()]
    problems = []
    for name, what, expression, expected in targets:
        walk = _Walk(unit)
        found = walk.measure(expression)
        faults = walk.faults
        if found is not None and not faults and not found.fits(expected):
            faults = [f"it comes out as {found.say(walk.names)}, but {expected.say(walk.names)} is declared"]
        problems += [f"layer '{model.layer_of[name]}', {what}: {fault}" for fault in faults]
    return problems + list(_noise_faults(model, unit))


def _noise_faults(model: Model, unit: Mapping[str, str]) -> Iterator[str]:
    for noise in model.declared(Noise):
        if isinstance(noise, Noise):
            named = ((noise.lasts, "h"), (noise.start_shift, noise.unit), (noise.start_spread, noise.unit))
            for name, needed in named:
                if name in unit and not measure(unit[name]).fits(measure(needed)):
                    yield (
                        f"layer '{model.layer_of[noise.name]}', the noise '{noise.name}': '{name}' is declared in "
                        f"{unit[name]}, but {needed} is needed"
                    )


class _Walk:
    """Measures one expression and collects what does not agree in it. None stands for a zero, which fits everything."""

    def __init__(self, unit: Mapping[str, str]) -> None:
        self.unit = unit
        self.names = ("1", "h", "1/h", *dict.fromkeys(unit.values()))
        self.faults: list[str] = []

    def measure(self, expression: Expression) -> Measure | None:
        """The measure of an expression; after a fault, that of its first part."""
        if expression.is_Symbol:
            return measure(self.unit[expression.name])
        if expression.is_number:
            return None if expression.is_zero else PLAIN
        if expression.is_Mul:
            return self._product(expression.args)
        if expression.is_Pow:
            return self._power(*expression.args)
        if expression.is_Add:
            return self._agree(expression.args, "added")
        if isinstance(expression, sympy.Max | sympy.Min):
            return self._agree(expression.args, "compared")
        if isinstance(expression, sympy.Piecewise):
            for _, condition in expression.args:
                for relation in condition.atoms(sympy.core.relational.Relational):
                    self._agree(relation.args, "compared")
            return self._agree([value for value, _ in expression.args], "offered as alternatives")
        if isinstance(expression, sympy.Abs):
            return self.measure(expression.args[0])
        for argument in expression.args:
            self._plain(argument, f"the argument of {type(expression).__name__}")
        return PLAIN

    def _product(self, factors: Iterable[Expression]) -> Measure | None:
        product = PLAIN
        for part in factors:
            found = self.measure(part)
            if found is None:
                return None
            product = product.times(found)
        return product

    def _power(self, base: Expression, exponent: Expression) -> Measure | None:
        if base == sympy.E:
            self._plain(exponent, "the argument of exp")
            return PLAIN
        if exponent.is_number:
            found = self.measure(base)
            return None if found is None else PLAIN.times(found, float(exponent))
        self._plain(exponent, "an exponent")
        self._plain(base, "the base of a varying power")
        return PLAIN

    def _plain(self, expression: Expression, what: str) -> None:
        found = self.measure(expression)
        if found is not None and not found.fits(PLAIN):
            self.faults.append(f"{what} must be a plain number, but {_short(expression)} is in {found.say(self.names)}")

    def _agree(self, parts: Iterable[Expression], how: str) -> Measure | None:
        first: tuple[Expression, Measure] | None = None
        for part in parts:
            found = self.measure(part)
            if found is None:
                continue
            if first is None:
                first = (part, found)
            elif not found.fits(first[1]):
                one, other = first[1].say(self.names), found.say(self.names)
                self.faults.append(f"{_short(first[0])} in {one} and {_short(part)} in {other} are {how}")
        return first[1] if first else None


def _short(expression: Expression, longest: int = 80) -> str:
    text = str(expression)
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
