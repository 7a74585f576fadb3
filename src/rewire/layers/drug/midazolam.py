"""Midazolam, the active placebo of ketamine trials: felt at once, without an effect on plasticity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewire.core.declare import Level, Parameter, Pulse, Reads, Signal, State
from rewire.core.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rewire.core.layer import Equations
    from rewire.core.symbols import Names


class Midazolam(Layer):
    """Plasma levels of midazolam: two compartments in proportion to body weight [pecking-2002]."""

    name = "midazolam"
    about = "Midazolam in plasma; nothing of it reaches synapses in this model."
    reads = (
        Reads("body_weight", "kg_body"),
        Reads("reference_body_weight", "kg_body"),
        Reads("ng_per_ml_in_mg_per_l", "(ng/mL)/(mg/L)"),
    )
    parameters = (
        Parameter("midazolam_clearance", "L/h", "clearance"),
        Parameter("midazolam_central_volume", "L", "volume of the blood and what mixes with it at once"),
        Parameter("midazolam_peripheral_volume", "L", "volume of the tissues"),
        Parameter("midazolam_peripheral_flow", "L/h", "exchange with the tissues"),
        Parameter("midazolam_intramuscular_share", "1", "share of an injection into muscle that reaches the blood"),
        Parameter("midazolam_subcutaneous_share", "1", "share of an injection under the skin that reaches the blood"),
        Parameter("midazolam_injection_absorption", "1/h", "rate from muscle or skin into the blood"),
        Parameter("midazolam_intranasal_share", "1", "share of a nasal dose that reaches the blood"),
        Parameter("midazolam_intranasal_absorption", "1/h", "rate from the nose into the blood"),
        Parameter("midazolam_oral_share", "1", "share of a swallowed dose that reaches the blood"),
        Parameter("midazolam_oral_absorption", "1/h", "rate from the gut into the blood"),
    )
    states = (
        State("midazolam_injected", "mg", "midazolam in muscle or skin that will reach the blood", linear=True),
        State("midazolam_nose", "mg", "midazolam in the nose that will reach the blood", linear=True),
        State("midazolam_gut", "mg", "midazolam in the gut that will reach the blood", linear=True),
        State("midazolam_central", "mg", "midazolam in the central compartment", linear=True),
        State("midazolam_peripheral", "mg", "midazolam in the tissues", linear=True),
    )
    signals = (Signal("midazolam_plasma", "ng/mL", "midazolam in venous plasma", peak=True),)
    levels = (
        Level("midazolam_infusion", "mg/h", "midazolam into a vein"),
        Level("midazolam_subcutaneous_rate", "mg/h", "midazolam under the skin, given over a while"),
    )
    pulses = (
        Pulse("midazolam_bolus_dose", "mg", "midazolam into a vein at once"),
        Pulse("midazolam_intramuscular_dose", "mg", "midazolam into muscle"),
        Pulse("midazolam_subcutaneous_dose", "mg", "midazolam under the skin"),
        Pulse("midazolam_intranasal_dose", "mg", "midazolam into the nose"),
        Pulse("midazolam_oral_dose", "mg", "midazolam swallowed"),
    )

    def equations(self, q: Names) -> Equations:
        """Mass per hour between compartments."""
        size = q.body_weight / q.reference_body_weight
        central = q.midazolam_central / q.midazolam_central_volume
        outward = q.midazolam_peripheral_flow * (central - q.midazolam_peripheral / q.midazolam_peripheral_volume)
        injected = q.midazolam_injection_absorption * q.midazolam_injected
        nose = q.midazolam_intranasal_absorption * q.midazolam_nose
        gut = q.midazolam_oral_absorption * q.midazolam_gut
        cleared = q.midazolam_clearance * central
        return {
            q.midazolam_injected: q.midazolam_subcutaneous_share * q.midazolam_subcutaneous_rate - injected,
            q.midazolam_nose: -nose,
            q.midazolam_gut: -gut,
            q.midazolam_central: q.midazolam_infusion + injected + nose + gut - outward - cleared,
            q.midazolam_peripheral: outward,
            q.midazolam_plasma: q.ng_per_ml_in_mg_per_l * central / size,
        }

    def jumps(self, q: Names) -> Mapping[object, Equations]:
        """Of each dose the share that will reach the blood enters its place of uptake."""
        return {
            q.midazolam_bolus_dose: {q.midazolam_central: q.midazolam_central + q.midazolam_bolus_dose},
            q.midazolam_intramuscular_dose: {
                q.midazolam_injected: q.midazolam_injected
                + q.midazolam_intramuscular_share * q.midazolam_intramuscular_dose
            },
            q.midazolam_subcutaneous_dose: {
                q.midazolam_injected: q.midazolam_injected
                + q.midazolam_subcutaneous_share * q.midazolam_subcutaneous_dose
            },
            q.midazolam_intranasal_dose: {
                q.midazolam_nose: q.midazolam_nose + q.midazolam_intranasal_share * q.midazolam_intranasal_dose
            },
            q.midazolam_oral_dose: {q.midazolam_gut: q.midazolam_gut + q.midazolam_oral_share * q.midazolam_oral_dose},
        }
