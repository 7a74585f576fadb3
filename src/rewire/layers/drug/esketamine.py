"""Esketamine by nose, mouth, vein and under the skin, and its product noresketamine [perez-ruixo-2021].

Three compartments exchange with a liver through which all elimination goes, so that the first pass of a swallowed dose
needs no parameter of its own. The first device of a dose is taken up by the nose better than the later ones; the rest
of each is swallowed. An injection under the skin is taken up as one of ketamine. Volumes and clearances do not depend on body weight: the published analysis found no effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewire.core.declare import Level, Parameter, Pulse, Reads, Signal, State
from rewire.core.layer import Layer
from rewire.core.symbols import maximum, minimum
from rewire.layers.drug.interactions import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rewire.core.layer import Equations
    from rewire.core.symbols import Expression, Names


class Esketamine(Layer):
    """Plasma levels of esketamine and noresketamine."""

    name = "esketamine"
    about = "Esketamine and noresketamine: a published population model of 820 people."
    reads = (
        Reads("age", "year"),
        Reads("asian", "1"),
        Reads("japanese", "1"),
        Reads("body_weight", "kg_body"),
        Reads("reference_body_weight", "kg_body"),
        Reads("cardiac_output", "L/h"),
        Reads("ng_per_ml_in_mg_per_l", "(ng/mL)/(mg/L)"),
        Reads("gut_metabolism_factor", "1"),
        Reads("hepatic_metabolism_factor", "1"),
        Reads("norketamine_clearance_factor", "1"),
        Reads("ketamine_subcutaneous_share", "1"),
        Reads("ketamine_subcutaneous_absorption", "1/h"),
    )
    parameters = (
        Parameter("esketamine_nasal_fraction", "1", "share of the first device that crosses the nasal lining"),
        Parameter("esketamine_later_device_factor", "1", "that share for later devices, relative to the first"),
        Parameter("esketamine_japanese_nasal_factor", "1", "that share in Japanese people, relative to others"),
        Parameter("esketamine_nasal_absorption", "1/h", "rate from the nose into the blood"),
        Parameter("esketamine_swallowed_absorption", "1/h", "rate from the gut, for what is swallowed of a spray"),
        Parameter("esketamine_oral_absorption", "1/h", "rate from the gut, for a solution by mouth"),
        Parameter("esketamine_gut_escape", "1", "share of a swallowed dose that the gut wall lets through"),
        Parameter("esketamine_central_volume", "L", "volume of the blood and what mixes with it at once"),
        Parameter("esketamine_shallow_flow", "L/h", "exchange with the shallow tissues"),
        Parameter("esketamine_shallow_volume", "L", "volume of the shallow tissues"),
        Parameter("esketamine_deep_flow", "L/h", "exchange with the deep tissues"),
        Parameter("esketamine_deep_volume", "L", "volume of the deep tissues"),
        Parameter("esketamine_hepatic_flow", "L/h", "exchange with the liver up to the age at which it falls"),
        Parameter("esketamine_hepatic_flow_fall", "1/year", "share of that flow lost per year of age afterwards"),
        Parameter("esketamine_hepatic_flow_age", "year", "age from which the liver's flow falls"),
        Parameter("esketamine_liver_volume", "L", "volume of the liver and the portal vein"),
        Parameter("esketamine_demethylation", "1/h", "rate in the liver at which noresketamine is made"),
        Parameter("esketamine_other_elimination", "1/h", "rate in the liver of all other elimination"),
        Parameter("esketamine_asian_other_elimination", "1", "that rate in Asian people, relative to others"),
        Parameter("noresketamine_central_volume", "L", "central volume of noresketamine, apparent"),
        Parameter("noresketamine_clearance", "L/h", "clearance of noresketamine, apparent"),
        Parameter("noresketamine_asian_clearance", "1", "that clearance in Asian people, relative to others"),
        Parameter("noresketamine_flow", "L/h", "exchange of noresketamine with the tissues, apparent"),
        Parameter("noresketamine_peripheral_volume", "L", "tissue volume of noresketamine, apparent"),
    )
    states = (
        State("esketamine_nose", "mg", "esketamine in the nose that will cross its lining", linear=True),
        State("esketamine_swallowed", "mg", "esketamine of a spray in the gut", linear=True),
        State("esketamine_stomach", "mg", "esketamine of an oral solution in the gut", linear=True),
        State("esketamine_skin", "mg", "esketamine under the skin that will reach the blood", linear=True),
        State("esketamine_central", "mg", "esketamine in the central compartment", linear=True),
        State("esketamine_shallow", "mg", "esketamine in the shallow tissues", linear=True),
        State("esketamine_deep", "mg", "esketamine in the deep tissues", linear=True),
        State("esketamine_liver", "mg", "esketamine in the liver and the portal vein", linear=True),
        State("noresketamine_central", "mg", "noresketamine in its central compartment", linear=True),
        State("noresketamine_peripheral", "mg", "noresketamine in the tissues", linear=True),
    )
    signals = (
        Signal("esketamine_plasma", "ng/mL", "esketamine in venous plasma", peak=True),
        Signal("esketamine_arterial", "ng/mL", "esketamine in arterial plasma during an infusion"),
        Signal("noresketamine_plasma", "ng/mL", "noresketamine in venous plasma"),
    )
    levels = (
        Level("esketamine_infusion", "mg/h", "esketamine into a vein"),
        Level("esketamine_subcutaneous_rate", "mg/h", "esketamine under the skin, given over a while"),
        Level("esketamine_first_device_swallowing", "mg/h", "first device of a dose, while its swallowed part arrives"),
        Level("esketamine_later_device_swallowing", "mg/h", "later devices, while their swallowed part arrives"),
        Level("esketamine_oral_arrival", "mg/h", "esketamine solution arriving in the gut"),
    )
    pulses = (
        Pulse("esketamine_bolus_dose", "mg", "esketamine into a vein at once"),
        Pulse("esketamine_subcutaneous_dose", "mg", "esketamine under the skin at once"),
        Pulse("esketamine_first_device_dose", "mg", "the first device of a nasal dose"),
        Pulse("esketamine_later_device_dose", "mg", "all further devices of a nasal dose"),
    )

    def equations(self, q: Names) -> Equations:
        """Mass per hour between compartments; a rate is a flow over the volume it leaves."""
        first, later = nasal_shares(q)
        through = escape(q.esketamine_gut_escape, q.gut_metabolism_factor)
        flow = hepatic_flow(q)
        swallowed = q.esketamine_swallowed_absorption * q.esketamine_swallowed
        drunk = q.esketamine_oral_absorption * q.esketamine_stomach
        nose = q.esketamine_nasal_absorption * q.esketamine_nose
        skin = q.ketamine_subcutaneous_absorption * q.esketamine_skin
        central = q.esketamine_central / q.esketamine_central_volume
        shallow = q.esketamine_shallow_flow * (central - q.esketamine_shallow / q.esketamine_shallow_volume)
        deep = q.esketamine_deep_flow * (central - q.esketamine_deep / q.esketamine_deep_volume)
        liver = flow * (central - q.esketamine_liver / q.esketamine_liver_volume)
        demethylated, other = elimination(q)
        tissue = q.noresketamine_flow * (
            q.noresketamine_central / q.noresketamine_central_volume
            - q.noresketamine_peripheral / q.noresketamine_peripheral_volume
        )
        mg_per_l = q.ng_per_ml_in_mg_per_l
        blood_flow = q.cardiac_output * q.body_weight / q.reference_body_weight
        return {
            q.esketamine_nose: -nose,
            q.esketamine_swallowed: (1 - first) * q.esketamine_first_device_swallowing
            + (1 - later) * q.esketamine_later_device_swallowing
            - swallowed,
            q.esketamine_stomach: q.esketamine_oral_arrival - drunk,
            q.esketamine_skin: q.ketamine_subcutaneous_share * q.esketamine_subcutaneous_rate - skin,
            q.esketamine_central: nose + skin + q.esketamine_infusion - shallow - deep - liver,
            q.esketamine_shallow: shallow,
            q.esketamine_deep: deep,
            q.esketamine_liver: through * (swallowed + drunk) + liver - (demethylated + other) * q.esketamine_liver,
            q.noresketamine_central: demethylated * q.esketamine_liver
            - noresketamine_elimination(q) * q.noresketamine_central / q.noresketamine_central_volume
            - tissue,
            q.noresketamine_peripheral: tissue,
            q.esketamine_plasma: mg_per_l * central,
            # Blood that leaves the lungs carries the drug that the infusion has just added to the venous blood.
            q.esketamine_arterial: mg_per_l * (central + q.esketamine_infusion / blood_flow),
            q.noresketamine_plasma: mg_per_l * q.noresketamine_central / q.noresketamine_central_volume,
        }

    def jumps(self, q: Names) -> Mapping[object, Equations]:
        """A bolus enters the blood, an injection the skin, a device the nose; what a device leaves for the gut comes as a level."""
        first, later = nasal_shares(q)
        return {
            q.esketamine_bolus_dose: {q.esketamine_central: q.esketamine_central + q.esketamine_bolus_dose},
            q.esketamine_subcutaneous_dose: {
                q.esketamine_skin: q.esketamine_skin + q.ketamine_subcutaneous_share * q.esketamine_subcutaneous_dose
            },
            q.esketamine_first_device_dose: {
                q.esketamine_nose: q.esketamine_nose + first * q.esketamine_first_device_dose
            },
            q.esketamine_later_device_dose: {
                q.esketamine_nose: q.esketamine_nose + later * q.esketamine_later_device_dose
            },
        }


def nasal_shares(q: Names) -> tuple[Expression, Expression]:
    """The shares of the first and of later devices that cross the nasal lining; the first never exceeds the dose."""
    japanese = 1 + q.japanese * (q.esketamine_japanese_nasal_factor - 1)
    first = minimum(1, q.esketamine_nasal_fraction * japanese)
    return first, first * q.esketamine_later_device_factor


def hepatic_flow(q: Names) -> Expression:
    """Exchange with the liver (L/h): it falls by a fixed share per year from a certain age on."""
    years = maximum(q.age, q.esketamine_hepatic_flow_age) - q.esketamine_hepatic_flow_age
    return q.esketamine_hepatic_flow * (1 - q.esketamine_hepatic_flow_fall * years)


def elimination(q: Names) -> tuple[Expression, Expression]:
    """Rates in the liver (1/h): to noresketamine, and of all else."""
    asian = 1 + q.asian * (q.esketamine_asian_other_elimination - 1)
    factor = q.hepatic_metabolism_factor
    return factor * q.esketamine_demethylation, factor * q.esketamine_other_elimination * asian


def noresketamine_elimination(q: Names) -> Expression:
    """Clearance of noresketamine (L/h)."""
    asian = 1 + q.asian * (q.noresketamine_asian_clearance - 1)
    return q.noresketamine_clearance * asian * q.norketamine_clearance_factor
