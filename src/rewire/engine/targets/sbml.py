"""A model with one person's numbers and doses as an SBML Level 3 file (extra `rewire[sbml]`).

States are species of one compartment with rate rules, signals have assignment rules, values at time zero are initial
assignments, and each moment of a plan is an event. Time is in hours. The noise of daily life stays at its start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import sympy
from sympy.printing.str import StrPrinter

from rewire.core.model import Model
from rewire.core.symbols import Expression, symbol
from rewire.core.system import System, names_in
from rewire.engine.schedule import LEVEL, Action
from rewire.engine.targets.source import rates_of
from rewire.errors import StudyError


class _Formula(StrPrinter):
    """An expression in the formula language of libSBML."""

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        return f"pow({self._print(expr.base)}, {self._print(expr.exp)})"

    def _print_Max(self, expr: Any) -> str:
        return f"max({', '.join(map(self._print, expr.args))})"

    def _print_Min(self, expr: Any) -> str:
        return f"min({', '.join(map(self._print, expr.args))})"

    def _print_log(self, expr: Any) -> str:
        return f"ln({self._print(expr.args[0])})"

    def _print_Relational(self, expr: Any) -> str:
        return f"({self._print(expr.lhs)} {expr.rel_op} {self._print(expr.rhs)})"

    def _print_Piecewise(self, expr: Any) -> str:
        parts = [f"{self._print(value)}, {self._print(condition)}" for value, condition in expr.args[:-1]]
        return f"piecewise({', '.join(parts)}, {self._print(expr.args[-1][0])})"

    def _print_Float(self, expr: Any) -> str:
        return repr(float(expr))

    def _print_Rational(self, expr: Any) -> str:
        return repr(float(expr))


def formula(expression: Expression) -> str:
    """An expression as libSBML reads it."""
    return str(_Formula().doprint(sympy.sympify(expression)))


def sbml_text(model: Model, actions: Sequence[Action], values: Mapping[str, float]) -> str:
    """The SBML of a model for one person with parameter `values`, under `actions` from time zero on.

    `values` may also hold levels, noises and linear states at time zero, which are 0 otherwise.

    Raises `StudyError` for closed-loop actions and for any before time zero: SBML runs start at zero.
    """
    try:
        import libsbml
    except ImportError:
        raise StudyError("an SBML file needs libSBML", advice="pip install 'rewire[sbml]'") from None
    if any(action.gate for action in actions):
        raise StudyError("a plan with closed-loop phrases cannot be written as SBML")
    if any(action.at < 0 for action in actions):
        raise StudyError(
            "a plan that begins before day 1 cannot be written as SBML", advice="give the amounts at time zero"
        )
    system = model.system
    document = libsbml.SBMLDocument(3, 2)
    written = document.createModel()
    written.setId("rewire")
    _quantities(written, model, system, values)
    _rules(written, system, libsbml)
    for number, (time, group) in enumerate(
        groupby(sorted(actions, key=_moment), key=lambda action: round(action.at, 9))
    ):
        _event(written, system, f"event_{number}", time, list(group), libsbml)
    return str(libsbml.writeSBMLToString(document))


def _moment(action: Action) -> tuple[float, bool]:
    return round(action.at, 9), action.value > 0


def _quantities(written: Any, model: Model, system: System, values: Mapping[str, float]) -> None:
    body = written.createCompartment()
    body.setId("body")
    body.setConstant(True)
    body.setSize(1.0)
    body.setSpatialDimensions(3)
    for name in (*system.linear_states, *system.states):
        state = written.createSpecies()
        state.setId(name)
        state.setName(model.quantities[name].meaning)
        state.setCompartment("body")
        state.setInitialAmount(float(values.get(name, 0.0)))
        state.setHasOnlySubstanceUnits(True)
        state.setBoundaryCondition(True)
        state.setConstant(False)
    varying = (*system.signals, *system.levels)
    noises_of = (noise.name for noise in system.noises)
    for name in (*system.parameters, *system.constants, *noises_of, *varying):
        quantity = written.createParameter()
        quantity.setId(name)
        quantity.setName(model.quantities[name].meaning)
        quantity.setConstant(name not in varying)
        quantity.setValue(float(values.get(name, 0.0)))


def _rules(written: Any, system: System, libsbml: Any) -> None:
    for name, rate in rates_of(system).items():
        rule = written.createRateRule()
        rule.setVariable(name)
        rule.setMath(libsbml.parseL3Formula(formula(rate)))
    for name, value in system.signals.items():
        rule = written.createAssignmentRule()
        rule.setVariable(name)
        rule.setMath(libsbml.parseL3Formula(formula(value)))
    for name in (*system.constants, *system.states):
        start = written.createInitialAssignment()
        start.setSymbol(name)
        start.setMath(libsbml.parseL3Formula(formula(system.start[name])))


def _event(written: Any, system: System, identity: str, time: float, actions: Sequence[Action], libsbml: Any) -> None:
    """Everything that happens at one moment, worked out from the values just before it."""
    after: dict[str, Expression] = {}
    for action in actions:
        amount = action.value * (symbol("body_weight") if action.by_weight else 1)
        if action.kind == LEVEL:
            before_it: Any = after.get(action.name, symbol(action.name))
            after[action.name] = before_it + amount
        else:
            for name, value in system.jumps[action.name].items():
                before = {symbol(other): after[other] for other in names_in(value) if other in after}
                after[name] = value.subs({**before, symbol(action.name): amount}, simultaneous=True)
    event = written.createEvent()
    event.setId(identity)
    event.setUseValuesFromTriggerTime(True)
    trigger = event.createTrigger()
    trigger.setInitialValue(False)
    trigger.setPersistent(True)
    trigger.setMath(libsbml.parseL3Formula(f"time >= {time!r}"))
    for name, value in after.items():
        assignment = event.createEventAssignment()
        assignment.setVariable(name)
        assignment.setMath(libsbml.parseL3Formula(formula(value)))
