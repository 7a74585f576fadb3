"""Oral antidepressants as one block: intake in usual daily doses, level in the blood, slow adaptation of the brain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewire.core.declare import Parameter, Pulse, Signal, State
from rewire.core.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rewire.core.layer import Equations
    from rewire.core.symbols import Names


class Antidepressant(Layer):
    """Level and adaptation, both 1 at steady state on the usual daily dose [who-atc-ddd]."""

    name = "antidepressant"
    about = "Oral antidepressants in units of usual daily doses; the brain adapts over about two weeks."
    parameters = (
        Parameter("antidepressant_absorption", "1/h", "rate from the gut into the blood"),
        Parameter("antidepressant_elimination", "1/h", "rate of elimination"),
        Parameter("antidepressant_dose_interval", "h", "time between usual doses, one day"),
        Parameter("antidepressant_adaptation_time", "h", "time constant with which the brain adapts to the level"),
    )
    states = (
        State("antidepressant_gut", "1", "usual daily doses in the gut", linear=True),
        State("antidepressant_level", "1", "level in the blood over its daily mean on the usual dose", linear=True),
        State("antidepressant_adaptation_state", "1", "adaptation of the brain to the level", linear=True),
    )
    signals = (
        Signal("antidepressant_adaptation", "1", "slow adaptation of the brain, 1 at steady state on the usual dose"),
    )
    pulses = (Pulse("antidepressant_dose", "1", "usual daily doses swallowed"),)

    def equations(self, q: Names) -> Equations:
        """Uptake, elimination and first-order adaptation; one dose per interval keeps the mean level at 1."""
        gut = q.antidepressant_absorption * q.antidepressant_gut
        elimination = q.antidepressant_elimination
        adaptation = q.antidepressant_adaptation_state
        return {
            q.antidepressant_gut: -gut,
            q.antidepressant_level: elimination * (q.antidepressant_dose_interval * gut - q.antidepressant_level),
            q.antidepressant_adaptation_state: (q.antidepressant_level - adaptation) / q.antidepressant_adaptation_time,
            q.antidepressant_adaptation: adaptation,
        }

    def jumps(self, q: Names) -> Mapping[object, Equations]:
        """A tablet enters the gut."""
        return {q.antidepressant_dose: {q.antidepressant_gut: q.antidepressant_gut + q.antidepressant_dose}}
