from __future__ import annotations

import pytest

from rewire.core.declare import Constant, Level, Noise, Parameter, Pulse, Signal, State
from rewire.core.dimensions import check_dimensions, measure
from rewire.core.layer import Layer
from rewire.core.model import Model
from rewire.core.symbols import choose, exp, log, maximum, sqrt


class Right(Layer):
    """A layer in which everything agrees; each test below spoils one expression of it."""

    name = "drug"
    parameters = (
        Parameter("volume", "L", ""),
        Parameter("clearance", "L/h", ""),
        Parameter("threshold", "mg/L", ""),
        Parameter("steepness", "1", ""),
        Parameter("memory", "h", ""),
        Parameter("shift", "mg/L", ""),
        Parameter("days", "day", ""),
        Parameter("ng_in_mg", "(ng/mL)/(mg/L)", ""),
    )
    constants = (Constant("first", "mg/L", ""),)
    states = (State("amount", "mg", "", linear=True), State("effect", "1", ""))
    signals = (Signal("level", "mg/L", ""), Signal("shown", "ng/mL", ""), Signal("felt", "1", ""))
    levels = (Level("rate", "mg/h", ""),)
    pulses = (Pulse("dose", "mg", ""),)
    noises = (Noise("swing", "1", "", "memory"),)
    wrong: dict = {}

    def equations(self, q):
        right = {
            "amount": q.rate - q.clearance * q.amount / q.volume,
            "level": q.amount / q.volume,
            "shown": q.ng_in_mg * q.level,
            "felt": exp(-q.level / q.threshold) + (q.level / q.threshold) ** q.steepness,
            "effect": (maximum(0, q.felt - 1) - q.effect) / q.memory,
        }
        return {q[name]: self.pick(q, name, value) for name, value in right.items()}

    def start(self, q):
        return {q.first: self.pick(q, "first", q.level)}

    def stiff(self, q):
        return {q.effect: self.pick(q, "stiff", 1 / q.memory)}

    def jumps(self, q):
        return {q.dose: {q.amount: self.pick(q, "dose", q.amount + q.dose)}}

    def pick(self, q, name, right):
        return self.wrong[name](q) if name in self.wrong else right


def problems(**wrong):
    return check_dimensions(Model((type("Wrong", (Right,), {"wrong": wrong})(),)))


def test_the_standard_model_agrees_in_every_equation(standard):
    assert check_dimensions(standard) == []


def test_a_right_layer_has_no_problem():
    assert problems() == []


@pytest.mark.parametrize(
    ("where", "spoilt", "said"),
    [
        ("level", lambda q: q.amount, ("layer 'drug', 'level'", "mg,", "mg/L is declared")),
        ("shown", lambda q: q.level, ("'shown'", "comes out as mg/L, but ng/mL")),
        ("amount", lambda q: q.rate - q.clearance * q.amount, ("the rate of 'amount'", "mg/h", "are added")),
        ("effect", lambda q: q.felt - q.effect, ("the rate of 'effect'", "a plain number, but 1/h")),
        ("effect", lambda q: q.felt / q.days, ("the rate of 'effect'", "but 1/h is declared")),
        ("felt", lambda q: exp(-q.level), ("the argument of exp must be a plain number", "level is in mg/L")),
        ("felt", lambda q: log(q.volume), ("the argument of log must be a plain number",)),
        ("felt", lambda q: (q.level / q.threshold) ** q.memory, ("an exponent must be a plain number", "h")),
        ("felt", lambda q: q.level**q.steepness, ("the base of a varying power", "mg/L")),
        ("felt", lambda q: maximum(q.level, q.volume) / q.volume, ("mg/L", "in L are compared")),
        ("felt", lambda q: choose(q.level > q.volume, 1, 0), ("in mg/L", "in L are compared")),
        ("level", lambda q: choose(q.felt > 1, q.level, q.volume), ("offered as alternatives",)),
        ("level", lambda q: q.threshold + 1, ("a plain number", "mg/L", "are added")),
        ("level", lambda q: sqrt(q.threshold), ("'level'", "mg/L is declared")),
        ("first", lambda q: q.amount, ("the start of 'first'", "mg,", "mg/L is declared")),
        ("stiff", lambda q: q.memory, ("the stiff rate of 'effect'", "h, but 1/h")),
        ("dose", lambda q: q.amount + q.dose / q.volume, ("'amount' after 'dose'", "mg/L", "are added")),
    ],
)
def test_a_wrong_unit_is_named_with_layer_quantity_and_both_units(where, spoilt, said):
    found = problems(**{where: spoilt})
    assert len(found) == 1, found
    assert found[0].startswith("layer 'drug', ")
    for words in said:
        assert words in found[0]


def test_zero_fits_every_unit_and_a_root_halves_it():
    assert problems(level=lambda q: maximum(0, q.threshold)) == []
    assert problems(level=lambda q: sqrt(q.threshold**2)) == []
    assert problems(level=lambda q: choose(q.felt > 0, q.threshold, 0)) == []


@pytest.mark.parametrize("noise", [Noise("swing", "1", "", "days"), Noise("swing", "1", "", "memory", "shift")])
def test_a_noise_with_parameters_in_another_unit_is_named(noise):
    found = check_dimensions(Model((type("Noisy", (Right,), {"noises": (noise,)})(),)))
    assert len(found) == 1
    assert "the noise 'swing'" in found[0]
    assert "is needed" in found[0]


def test_every_problem_is_told():
    assert len(problems(level=lambda q: q.amount, first=lambda q: q.amount)) == 2


def test_a_unit_is_taken_apart_with_its_multiple():
    assert measure("ng/mL").fits(measure("ug/L"))
    assert not measure("ng/mL").fits(measure("mg/L"))
    assert measure("mg/L").times(measure("L")).fits(measure("mg"))
    assert measure("1/h").times(measure("day")).multiple == pytest.approx(24)
