"""What of an equation moves how often: parts fixed for a person, and parts driven by drugs alone, are taken out.

A kernel then works out the first once a person and the second once a moment, not in all four stages of each step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

from rewire.core.symbols import Expression
from rewire.core.system import System

NUMBER, FIXED, HELD, DRIVEN, MOVING = range(5)
"""How often a part changes: never; between people; when a plan or the noise acts; with drug levels; in every stage."""


class Folder:
    """Rewrites expressions over new symbols `fixed_<n>` and `driven_<n>`; `fixed` and `driven` say what they stand for.

    `still` are the signals that never change: their expressions take their place.
    """

    def __init__(self, kinds: Mapping[str, int], still: Mapping[str, Expression]) -> None:
        self.kinds, self._still = dict(kinds), still
        self.fixed: dict[str, Expression] = {}
        self.driven: dict[str, Expression] = {}
        self._names: dict[Any, Any] = {}
        self._done: dict[Any, tuple[int, Any]] = {}

    def fold(self, expression: Expression) -> Expression:
        """The expression with its fixed and driven parts replaced."""
        kind, folded = self._fold(sympy.sympify(expression))
        return self._named(kind, folded)

    def _named(self, kind: int, part: Any) -> Any:
        """A symbol for a part that is fixed or driven; symbols and numbers stay."""
        if kind not in (FIXED, DRIVEN) or (part.is_Symbol and kind == FIXED) or not isinstance(part, sympy.Expr):
            return part
        if part not in self._names:
            into = self.fixed if kind == FIXED else self.driven
            name = f"{'fixed' if kind == FIXED else 'driven'}_{len(into)}"
            into[name] = part
            self.kinds[name] = kind
            self._names[part] = sympy.Symbol(name, real=True)
        return self._names[part]

    def _fold(self, part: Any) -> tuple[int, Any]:
        if part not in self._done:
            self._done[part] = self._fold_new(part)
        return self._done[part]

    def _fold_new(self, part: Any) -> tuple[int, Any]:
        if part.is_Symbol and part.name in self._still:
            return self._fold(sympy.sympify(self._still[part.name]))
        if part.is_Symbol:
            return self.kinds[part.name], part
        if not part.args or part.is_number:
            return NUMBER, part
        inner = [self._fold(argument) for argument in part.args]
        highest = max(kind for kind, _ in inner)
        if highest <= FIXED:
            return highest, part.func(*(item for _, item in inner)) if self._still else part
        if highest == DRIVEN:
            return highest, part
        if not part.is_Mul and not part.is_Add:
            return highest, part.func(*(self._named(kind, item) if kind < highest else item for kind, item in inner))
        return highest, self._grouped(part, inner)

    def _grouped(self, part: Any, inner: list[tuple[int, Any]]) -> Any:
        """A sum or product with its terms of one kind brought together; what is fixed joins what is driven."""
        groups: dict[int, list[Any]] = {}
        for kind, item in inner:
            groups.setdefault(kind, []).append(item)
        still = [*groups.pop(NUMBER, []), *groups.pop(FIXED, [])]
        if DRIVEN in groups:
            groups[DRIVEN] = [*still, *groups[DRIVEN]]
        elif still:
            groups[FIXED] = still
        terms = []
        for kind, items in groups.items():
            whole = part.func(*items)
            terms.append(whole if whole.is_number else self._named(kind, whole))
        return part.func(*terms)


def kinds_of(system: System) -> dict[str, int]:
    """How often each quantity of a system changes, once time has begun."""
    kinds = dict.fromkeys((*system.parameters, *system.constants), FIXED)
    kinds |= dict.fromkeys((*system.levels, *(noise.name for noise in system.noises)), HELD)
    kinds |= dict.fromkeys(system.linear_states, DRIVEN) | dict.fromkeys(system.states, MOVING)
    for name, expression in system.signals.items():
        kinds[name] = max((kinds[str(symbol)] for symbol in expression.free_symbols), default=NUMBER)
    return kinds
