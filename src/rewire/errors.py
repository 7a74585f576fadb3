"""Errors a user can put right: what is wrong, where, what was expected, and one next step.

Every error that may reach a user derives from `RewireError`; the command line prints it and exits with code 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A place in a text: `line` and `column` count from 1; `length` is the number of characters marked by carets."""

    source: str
    line: int | None = None
    column: int | None = None
    text: str = ""
    length: int = 1

    def show(self) -> str:
        """The place as lines to print: `source:line:column`, then the text with carets under the marked characters."""
        head = ":".join(str(part) for part in (self.source, self.line, self.column) if part is not None)
        if not self.text or self.column is None:
            return f"  at {head}"
        return f"  at {head}\n    {self.text}\n    {' ' * (self.column - 1)}{'^' * max(self.length, 1)}"


class RewireError(Exception):
    """Something is wrong that the user can put right.

    `problem` says what is wrong, `place` where, `expected` what would have been right, `advice` one next step.
    """

    def __init__(self, problem: str, *, place: Place | None = None, expected: str = "", advice: str = "") -> None:
        self.problem, self.place, self.expected, self.advice = problem, place, expected, advice
        super().__init__(problem)

    def __str__(self) -> str:
        lines = [self.problem]
        if self.place:
            lines.append(self.place.show())
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.advice:
            lines.append(f"  try: {self.advice}")
        return "\n".join(lines)


class PlanError(RewireError):
    """A plan, a phrase or a plan file that cannot be read, or that breaks a safety rule."""


class EvidenceError(RewireError):
    """An evidence table with a number that has no value, unit, source or reason."""


class UnitError(RewireError):
    """Two quantities meet whose units do not fit."""


class ModelError(RewireError):
    """Layers that cannot be wired: a missing name, a circle, units that do not fit."""


class StudyError(RewireError):
    """A study that cannot be run as asked: unknown people, scale, or a length that makes no sense."""


def closest(word: str, choices: Iterable[str]) -> str:
    """The one choice most like `word`, as `did you mean ...?`, or an empty string when none is near."""
    names = {choice.lower(): choice for choice in choices}
    near = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return f"did you mean '{names[near[0]]}'?" if near else ""
