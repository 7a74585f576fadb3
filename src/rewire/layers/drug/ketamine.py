"""Racemic ketamine by six routes, norketamine and hydroxynorketamine.

Two compartments with the volumes of [clements-nimmo-1981] and the clearance of [kamp-2020]; all volumes and flows grow
in proportion to body weight. The liver is well stirred and always in balance with the blood: its flow and intrinsic
clearance give both the clearance and the share of a swallowed dose that passes it. What gut and liver take away
becomes norketamine for a fixed share [simons-2022].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewire.core.declare import Level, Parameter, Pulse, Reads, Signal, State
from rewire.core.layer import Layer
from rewire.layers.drug.interactions import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rewire.core.layer import Equations
    from rewire.core.symbols import Expression, Names


class Ketamine(Layer):
    """Plasma levels of racemic ketamine, norketamine and hydroxynorketamine (sums of their mirror forms)."""

    name = "ketamine"
    about = "Racemic ketamine with its own disposition, six routes, and two products."
    reads = (
        Reads("body_weight", "kg_body"),
        Reads("reference_body_weight", "kg_body"),
        Reads("cardiac_output", "L/h"),
        Reads("ng_per_ml_in_mg_per_l", "(ng/mL)/(mg/L)"),
        Reads("ketamine_molar_mass", "g/mol"),
        Reads("norketamine_molar_mass", "g/mol"),
        Reads("hydroxynorketamine_molar_mass", "g/mol"),
        Reads("gut_metabolism_factor", "1"),
        Reads("hepatic_metabolism_factor", "1"),
        Reads("norketamine_clearance_factor", "1"),
    )
    parameters = (
        Parameter("ketamine_intrinsic_clearance", "L/h", "clearance the liver would have if its flow set no limit"),
        Parameter("ketamine_hepatic_flow", "L/h", "flow that brings ketamine to the liver"),
        Parameter("ketamine_gut_escape", "1", "share of a swallowed dose that the gut wall lets through"),
        Parameter("ketamine_central_volume", "L", "volume of the blood and what mixes with it at once"),
        Parameter("ketamine_peripheral_flow", "L/h", "exchange with the tissues"),
        Parameter("ketamine_peripheral_volume", "L", "volume of the tissues"),
        Parameter("ketamine_intramuscular_share", "1", "share of an injection into muscle that reaches the blood"),
        Parameter("ketamine_intramuscular_absorption", "1/h", "rate from muscle into the blood"),
        Parameter("ketamine_subcutaneous_share", "1", "share of an injection under the skin that reaches the blood"),
        Parameter("ketamine_subcutaneous_absorption", "1/h", "rate from under the skin into the blood"),
        Parameter("ketamine_intranasal_share", "1", "share of a nasal dose that crosses the nasal lining"),
        Parameter("ketamine_intranasal_absorption", "1/h", "rate from the nose into the blood"),
        Parameter("ketamine_sublingual_share", "1", "share of a sublingual dose that crosses the lining"),
        Parameter("ketamine_sublingual_absorption", "1/h", "rate from the mouth into the blood"),
        Parameter("ketamine_gut_absorption", "1/h", "rate from the gut, for what is swallowed"),
        Parameter("ketamine_demethylated_share", "1", "share of ketamine that becomes norketamine"),
        Parameter("norketamine_central_volume", "L", "central volume of norketamine"),
        Parameter("norketamine_clearance", "L/h", "clearance of norketamine"),
        Parameter("norketamine_flow", "L/h", "exchange of norketamine with the tissues"),
        Parameter("norketamine_peripheral_volume", "L", "tissue volume of norketamine"),
        Parameter("norketamine_hydroxylated_share", "1", "share of norketamine that becomes hydroxynorketamine"),
        Parameter("hydroxynorketamine_clearance", "L/h", "clearance of hydroxynorketamine"),
        Parameter("hydroxynorketamine_volume", "L", "volume of hydroxynorketamine"),
    )
    states = (
        State("ketamine_muscle", "mg", "ketamine in muscle that will reach the blood", linear=True),
        State("ketamine_skin", "mg", "ketamine under the skin that will reach the blood", linear=True),
        State("ketamine_nose", "mg", "ketamine in the nose that will cross its lining", linear=True),
        State("ketamine_mouth", "mg", "ketamine in the mouth that will cross its lining", linear=True),
        State("ketamine_gut", "mg", "ketamine in the gut", linear=True),
        State("ketamine_central", "mg", "ketamine in the central compartment", linear=True),
        State("ketamine_peripheral", "mg", "ketamine in the tissues", linear=True),
        State("norketamine_central", "mg", "norketamine in its central compartment", linear=True),
        State("norketamine_peripheral", "mg", "norketamine in the tissues", linear=True),
        State("hydroxynorketamine_body", "mg", "hydroxynorketamine in the body", linear=True),
    )
    signals = (
        Signal("ketamine_plasma", "ng/mL", "ketamine in venous plasma", peak=True),
        Signal("ketamine_arterial", "ng/mL", "ketamine in arterial plasma during an infusion"),
        Signal("norketamine_plasma", "ng/mL", "norketamine in venous plasma"),
        Signal("hydroxynorketamine_plasma", "ng/mL", "hydroxynorketamine in venous plasma"),
    )
    levels = (
        Level("ketamine_infusion", "mg/h", "ketamine into a vein"),
        Level("ketamine_subcutaneous_rate", "mg/h", "ketamine under the skin, given over a while"),
        Level("ketamine_intranasal_rate", "mg/h", "ketamine into the nose, given over a while"),
    )
    pulses = (
        Pulse("ketamine_bolus_dose", "mg", "ketamine into a vein at once"),
        Pulse("ketamine_intramuscular_dose", "mg", "ketamine into muscle"),
        Pulse("ketamine_subcutaneous_dose", "mg", "ketamine under the skin"),
        Pulse("ketamine_intranasal_dose", "mg", "ketamine into the nose"),
        Pulse("ketamine_sublingual_dose", "mg", "ketamine under the tongue"),
        Pulse("ketamine_oral_dose", "mg", "ketamine swallowed"),
    )

    def equations(self, q: Names) -> Equations:
        """Mass per hour between compartments; products weigh what their molecules weigh."""
        size = q.body_weight / q.reference_body_weight
        muscle = q.ketamine_intramuscular_absorption * q.ketamine_muscle
        skin = q.ketamine_subcutaneous_absorption * q.ketamine_skin
        nose = q.ketamine_intranasal_absorption * q.ketamine_nose
        mouth = q.ketamine_sublingual_absorption * q.ketamine_mouth
        gut = q.ketamine_gut_absorption * q.ketamine_gut
        swallowed = swallowed_share(q)
        taken_up = muscle + skin + nose + mouth + swallowed * gut

        central = q.ketamine_central / (q.ketamine_central_volume * size)
        outward = q.ketamine_peripheral_flow * (
            q.ketamine_central / q.ketamine_central_volume - q.ketamine_peripheral / q.ketamine_peripheral_volume
        )
        cleared = clearance(q) * q.ketamine_central / q.ketamine_central_volume

        demethylated = q.ketamine_demethylated_share * q.norketamine_molar_mass / q.ketamine_molar_mass
        norketamine = q.norketamine_central / q.norketamine_central_volume
        tissue = q.norketamine_flow * (norketamine - q.norketamine_peripheral / q.norketamine_peripheral_volume)
        norketamine_cleared = q.norketamine_clearance * q.norketamine_clearance_factor * norketamine
        hydroxylated = q.norketamine_hydroxylated_share * q.hydroxynorketamine_molar_mass / q.norketamine_molar_mass
        hydroxynorketamine = q.hydroxynorketamine_body / q.hydroxynorketamine_volume
        mg_per_l = q.ng_per_ml_in_mg_per_l
        return {
            q.ketamine_muscle: -muscle,
            q.ketamine_skin: q.ketamine_subcutaneous_share * q.ketamine_subcutaneous_rate - skin,
            q.ketamine_nose: q.ketamine_intranasal_share * q.ketamine_intranasal_rate - nose,
            q.ketamine_mouth: -mouth,
            q.ketamine_gut: (1 - q.ketamine_intranasal_share) * q.ketamine_intranasal_rate - gut,
            q.ketamine_central: q.ketamine_infusion + taken_up - outward - cleared,
            q.ketamine_peripheral: outward,
            q.norketamine_central: demethylated * (cleared + (1 - swallowed) * gut) - norketamine_cleared - tissue,
            q.norketamine_peripheral: tissue,
            q.hydroxynorketamine_body: hydroxylated * norketamine_cleared
            - q.hydroxynorketamine_clearance * hydroxynorketamine,
            q.ketamine_plasma: mg_per_l * central,
            # Blood that leaves the lungs carries the drug that the infusion has just added to the venous blood.
            q.ketamine_arterial: mg_per_l * (central + q.ketamine_infusion / (q.cardiac_output * size)),
            q.norketamine_plasma: mg_per_l * norketamine / size,
            q.hydroxynorketamine_plasma: mg_per_l * hydroxynorketamine / size,
        }

    def jumps(self, q: Names) -> Mapping[object, Equations]:
        """Each dose enters its place of uptake; from nose and mouth the rest is swallowed."""
        nasal, sublingual = q.ketamine_intranasal_share, q.ketamine_sublingual_share
        return {
            q.ketamine_bolus_dose: {q.ketamine_central: q.ketamine_central + q.ketamine_bolus_dose},
            q.ketamine_intramuscular_dose: {
                q.ketamine_muscle: q.ketamine_muscle + q.ketamine_intramuscular_share * q.ketamine_intramuscular_dose
            },
            q.ketamine_subcutaneous_dose: {
                q.ketamine_skin: q.ketamine_skin + q.ketamine_subcutaneous_share * q.ketamine_subcutaneous_dose
            },
            q.ketamine_intranasal_dose: {
                q.ketamine_nose: q.ketamine_nose + nasal * q.ketamine_intranasal_dose,
                q.ketamine_gut: q.ketamine_gut + (1 - nasal) * q.ketamine_intranasal_dose,
            },
            q.ketamine_sublingual_dose: {
                q.ketamine_mouth: q.ketamine_mouth + sublingual * q.ketamine_sublingual_dose,
                q.ketamine_gut: q.ketamine_gut + (1 - sublingual) * q.ketamine_sublingual_dose,
            },
            q.ketamine_oral_dose: {q.ketamine_gut: q.ketamine_gut + q.ketamine_oral_dose},
        }


def clearance(q: Names) -> Expression:
    """Clearance of ketamine by the well-stirred liver (L/h at the reference body weight)."""
    intrinsic = q.ketamine_intrinsic_clearance * q.hepatic_metabolism_factor
    return q.ketamine_hepatic_flow * intrinsic / (q.ketamine_hepatic_flow + intrinsic)


def swallowed_share(q: Names) -> Expression:
    """The share of a swallowed dose that passes gut wall and liver unchanged."""
    intrinsic = q.ketamine_intrinsic_clearance * q.hepatic_metabolism_factor
    through_liver = q.ketamine_hepatic_flow / (q.ketamine_hepatic_flow + intrinsic)
    return escape(q.ketamine_gut_escape, q.gut_metabolism_factor) * through_liver
