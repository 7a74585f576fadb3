"""What counts in a search, and the limits that an option must keep, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError, closest
from rewire.layers.symptoms import SCALES

Array = NDArray[np.float64]
READOUTS = {"CADSS": "dissociation", "SBP rise": "systolic_rise"}
LIMITED = (*READOUTS, "doses", "hours")
_GOAL = re.compile(r"\s*([A-Za-z0-9-]+)\s+(over|at)\s+(?:week\s+)?(\d+(?:\.\d+)?)(?:\s+weeks?)?\s*")
_LIMIT = re.compile(r"\s*(.+?)\s*(<=|<)\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*")


@dataclass(frozen=True)
class Goal:
    """What counts: the mean of a scale over `weeks`, or the scale at the end of them; lower is better."""

    scale: str
    how: str
    weeks: float

    @staticmethod
    def read(text: str) -> Goal:
        """From words: `PHQ-9 over 12 weeks`, `MADRS at week 8`."""
        match = _GOAL.fullmatch(text)
        if not match or match[1] not in SCALES:
            advice = closest(match[1], SCALES) if match else ""
            raise StudyError(
                f"cannot read the goal '{text}'", expected="PHQ-9 over 12 weeks, or MADRS at week 8", advice=advice
            )
        weeks = float(match[3])
        if not 0 < weeks <= 104:
            raise StudyError(f"a goal of {weeks:g} weeks", expected="more than 0, up to 104 weeks")
        return Goal(match[1], match[2], weeks)

    def of(self, scores: Array) -> Array:
        """The goal of each person from daily scores `[day, person]`."""
        found: Array = scores.mean(axis=0) if self.how == "over" else scores[-1]
        return found

    def say(self) -> str:
        """The goal in words."""
        return (
            f"{self.scale} over {self.weeks:g} weeks" if self.how == "over" else f"{self.scale} at week {self.weeks:g}"
        )


@dataclass(frozen=True)
class Limit:
    """A limit that an option must keep: for CADSS and SBP rise nine people in ten, for doses and hours on average."""

    what: str
    most: float
    strict: bool

    @staticmethod
    def read(text: str) -> Limit:
        """From words: `CADSS < 20`, `SBP rise < 30 mmHg`, `doses <= 12`, `hours <= 30`."""
        match = _LIMIT.fullmatch(text)
        if not match or match[1] not in LIMITED:
            near = closest(match[1], LIMITED) if match else ""
            raise StudyError(
                f"cannot read the limit '{text}'", expected=f"{', '.join(LIMITED)}, then < and a number", advice=near
            )
        return Limit(match[1], float(match[3]), match[2] == "<")

    def kept(self, value: float) -> bool:
        """Whether a value keeps it."""
        return value < self.most if self.strict else value <= self.most
