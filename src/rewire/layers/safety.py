"""Acute safety read-outs: dissociation, blood pressure, sedation. They follow the drug and do not drive mood.

Psychotomimetic effects are close to linear in plasma level (Bowdle 1998), gone two hours after the start, and fade with
repeated doses; blood pressure shows no tolerance (Zhou 2021). Dissociation does not mediate benefit (Mathai 2020).
"""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Parameter, Pulse, Reads, Signal, State
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Names, choose, exp, maximum


class Safety(Layer):
    """Dissociation (CADSS), rise of systolic blood pressure, sedation."""

    name = "safety"
    about = "dissociation, blood pressure, sedation around a dose"
    reads: ClassVar = (
        Reads("blocking_level", "nmol/L"),
        Reads("midazolam_plasma", "ng/mL"),
        Reads("age", "year"),
        Reads("hypertension", "1"),
    )
    parameters: ClassVar = (
        Parameter(
            "dissociation_threshold", "nmol/L", "unbound level (racemate of equal potency) where dissociation starts"
        ),
        Parameter("dissociation_gain", "CADSS_point/(nmol/L)", "CADSS points per level above the threshold"),
        Parameter("dissociation_tolerance", "1", "fall of dissociation per earlier dose, on the log scale"),
        Parameter("dissociation_tolerance_time", "h", "time in which that tolerance fades"),
        Parameter("pressure_threshold", "nmol/L", "unbound level where blood pressure starts to rise"),
        Parameter("pressure_gain", "mmHg/(nmol/L)", "rise of systolic pressure per level above the threshold"),
        Parameter("pressure_older_factor", "1", "factor on that rise from the age below"),
        Parameter("pressure_older_age", "year", "age from which the rise is larger"),
        Parameter("pressure_hypertension_factor", "1", "factor on that rise with a history of high blood pressure"),
        Parameter("sedation_half_level", "nmol/L", "unbound level at half of full sedation"),
        Parameter("sedation_half_midazolam", "ng/mL", "midazolam in plasma at half of full sedation"),
    )
    states: ClassVar = (State("dissociative_doses", "1", "earlier dissociative doses that still count"),)
    signals: ClassVar = (
        Signal("dissociation", "CADSS_point", "dissociation (CADSS)", peak=True),
        Signal("systolic_rise", "mmHg", "rise of systolic blood pressure", peak=True),
        Signal("sedation", "1", "sedation, 0 awake to 1", peak=True),
    )
    pulses: ClassVar = (Pulse("dissociative_dose", "1", "a ketamine or esketamine dose has been given"),)

    def equations(self, q: Names) -> Equations:
        """Linear above a threshold; the first dose meets no tolerance."""
        blunted = exp(-q.dissociation_tolerance * maximum(0, q.dissociative_doses - 1))
        older = choose(q.age >= q.pressure_older_age, q.pressure_older_factor, 1)
        pressed = 1 + q.hypertension * (q.pressure_hypertension_factor - 1)
        sleepy = (q.blocking_level / q.sedation_half_level) ** 2 + (q.midazolam_plasma / q.sedation_half_midazolam) ** 2
        return {
            q.dissociation: q.dissociation_gain * maximum(0, q.blocking_level - q.dissociation_threshold) * blunted,
            q.systolic_rise: q.pressure_gain * maximum(0, q.blocking_level - q.pressure_threshold) * older * pressed,
            q.sedation: sleepy / (1 + sleepy),
            q.dissociative_doses: -q.dissociative_doses / q.dissociation_tolerance_time,
        }

    def jumps(self, q: Names) -> dict[object, Equations]:
        """Doses are counted."""
        return {q.dissociative_dose: {q.dissociative_doses: q.dissociative_doses + q.dissociative_dose}}
