"""Rapamycin by mouth, the probe of the mTOR route: two compartments of whole blood [zimmerman-1997]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewire.core.declare import Parameter, Pulse, Reads, Signal, State
from rewire.core.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rewire.core.layer import Equations
    from rewire.core.symbols import Names


class Rapamycin(Layer):
    """Rapamycin in whole blood, where it is measured, and in plasma; volumes and clearances are per oral dose."""

    name = "rapamycin"
    about = "Rapamycin in blood and plasma; half-life 62 h."
    reads = (
        Reads("body_weight", "kg_body"),
        Reads("reference_body_weight", "kg_body"),
        Reads("ng_per_ml_in_mg_per_l", "(ng/mL)/(mg/L)"),
    )
    parameters = (
        Parameter("rapamycin_clearance", "L/h", "clearance from whole blood per oral dose"),
        Parameter("rapamycin_central_volume", "L", "volume of the blood and what mixes with it at once, per oral dose"),
        Parameter("rapamycin_peripheral_volume", "L", "volume of the tissues, per oral dose"),
        Parameter("rapamycin_peripheral_flow", "L/h", "exchange with the tissues, per oral dose"),
        Parameter("rapamycin_absorption", "1/h", "rate from the gut into the blood"),
        Parameter("rapamycin_blood_to_plasma", "1", "level in whole blood over that in plasma"),
    )
    states = (
        State("rapamycin_gut", "mg", "rapamycin in the gut", linear=True),
        State("rapamycin_central", "mg", "rapamycin in the central compartment", linear=True),
        State("rapamycin_peripheral", "mg", "rapamycin in the tissues", linear=True),
    )
    signals = (
        Signal("rapamycin_blood", "ng/mL", "rapamycin in whole blood, as laboratories report it"),
        Signal("rapamycin_plasma", "ng/mL", "rapamycin in plasma, some forty times lower"),
    )
    pulses = (Pulse("rapamycin_oral_dose", "mg", "rapamycin swallowed"),)

    def equations(self, q: Names) -> Equations:
        """Mass per hour between compartments."""
        size = q.body_weight / q.reference_body_weight
        gut = q.rapamycin_absorption * q.rapamycin_gut
        central = q.rapamycin_central / q.rapamycin_central_volume
        outward = q.rapamycin_peripheral_flow * (central - q.rapamycin_peripheral / q.rapamycin_peripheral_volume)
        return {
            q.rapamycin_gut: -gut,
            q.rapamycin_central: gut - outward - q.rapamycin_clearance * central,
            q.rapamycin_peripheral: outward,
            q.rapamycin_blood: q.ng_per_ml_in_mg_per_l * central / size,
            q.rapamycin_plasma: q.ng_per_ml_in_mg_per_l * central / (size * q.rapamycin_blood_to_plasma),
        }

    def jumps(self, q: Names) -> Mapping[object, Equations]:
        """A tablet enters the gut."""
        return {q.rapamycin_oral_dose: {q.rapamycin_gut: q.rapamycin_gut + q.rapamycin_oral_dose}}
