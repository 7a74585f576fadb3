"""Lifestyle: regular exercise and regular sleep build up over weeks and fade when they stop."""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Level, Parameter, Reads, Signal, State, Switch
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Names, minimum


class Lifestyle(Layer):
    """Benefit of exercise and of a sleep routine, as shares of their full effect."""

    name = "lifestyle"
    about = "exercise and sleep"
    reads: ClassVar = (Reads("sleep_effect", "1"),)
    parameters: ClassVar = (
        Parameter("exercise_reference", "1", "share of the day in moderate exercise that gives the full effect"),
        Parameter("exercise_time", "h", "time in which the benefit of exercise builds and fades"),
        Parameter("exercise_gain", "1", "effect of full exercise on the mood drive"),
        Parameter("sleep_time", "h", "time in which the benefit of a sleep routine builds and fades"),
        Parameter("sleep_gain", "1", "effect of a sleep routine on the mood drive"),
    )
    switches: ClassVar = (Switch("exercise_effect"),)
    states: ClassVar = (
        State("fitness", "1", "benefit of recent exercise, 1 = full"),
        State("sleep_benefit", "1", "benefit of a sleep routine, 1 = full"),
    )
    signals: ClassVar = (Signal("lifestyle_effect", "1", "relief of the mood drive by exercise and sleep"),)
    levels: ClassVar = (
        Level("exercise", "1", "share of the day in moderate exercise"),
        Level("sleep_routine", "1", "1 while a sleep routine is kept"),
    )

    def equations(self, q: Names) -> Equations:
        """Slow first-order approach to what is practised."""
        return {
            q.fitness: (minimum(1, q.exercise / q.exercise_reference) - q.fitness) / q.exercise_time,
            q.sleep_benefit: (q.sleep_routine - q.sleep_benefit) / q.sleep_time,
            q.lifestyle_effect: q.exercise_effect * q.exercise_gain * q.fitness
            + q.sleep_effect * q.sleep_gain * q.sleep_benefit,
        }
