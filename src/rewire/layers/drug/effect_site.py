"""Unbound levels where the drugs act: they follow the unbound plasma level with a delay of minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewire.core.declare import Parameter, Reads, Signal, State
from rewire.core.layer import Layer

if TYPE_CHECKING:
    from rewire.core.layer import Equations
    from rewire.core.symbols import Names


class EffectSite(Layer):
    """Unbound molar concentrations of ketamine, esketamine and their products in the brain.

    Each drug has its own delayed level, so that the compartment systems of the drugs stay separate. Norketamine is the
    sum of what both drugs make; it enters the brain less than its parent [spravato-label].
    """

    name = "effect_site"
    about = "Unbound levels in the brain, in nmol/L."
    reads = (
        Reads("body_weight", "kg_body"),
        Reads("reference_body_weight", "kg_body"),
        Reads("nmol_per_l_in_mmol_per_l", "(nmol/L)/(mmol/L)"),
        Reads("ketamine_central", "mg"),
        Reads("ketamine_central_volume", "L"),
        Reads("norketamine_central", "mg"),
        Reads("norketamine_central_volume", "L"),
        Reads("hydroxynorketamine_body", "mg"),
        Reads("hydroxynorketamine_volume", "L"),
        Reads("esketamine_central", "mg"),
        Reads("esketamine_central_volume", "L"),
        Reads("noresketamine_central", "mg"),
        Reads("noresketamine_central_volume", "L"),
    )
    parameters = (
        Parameter("effect_site_equilibration", "1/h", "rate at which the brain follows the plasma"),
        Parameter("ketamine_unbound_fraction", "1", "share of plasma ketamine not bound to protein"),
        Parameter("esketamine_unbound_fraction", "1", "share of plasma esketamine not bound to protein"),
        Parameter("norketamine_unbound_fraction", "1", "share of plasma norketamine not bound to protein"),
        Parameter(
            "hydroxynorketamine_unbound_fraction", "1", "share of plasma hydroxynorketamine not bound to protein"
        ),
        Parameter("norketamine_brain_entry", "1", "brain to plasma ratio of norketamine relative to its parent"),
        Parameter("ketamine_molar_mass", "g/mol", "mass of a mole of ketamine or esketamine"),
        Parameter("norketamine_molar_mass", "g/mol", "mass of a mole of norketamine or noresketamine"),
        Parameter("hydroxynorketamine_molar_mass", "g/mol", "mass of a mole of hydroxynorketamine"),
    )
    states = (
        State("ketamine_delayed", "mg/L", "plasma ketamine as the brain sees it", linear=True),
        State("norketamine_delayed", "mg/L", "plasma norketamine as the brain sees it", linear=True),
        State("esketamine_delayed", "mg/L", "plasma esketamine as the brain sees it", linear=True),
        State("noresketamine_delayed", "mg/L", "plasma noresketamine as the brain sees it", linear=True),
    )
    signals = (
        Signal("ketamine_effect_site", "nmol/L", "unbound ketamine in the brain", peak=True),
        Signal("esketamine_effect_site", "nmol/L", "unbound esketamine in the brain", peak=True),
        Signal("norketamine_effect_site", "nmol/L", "unbound norketamine in the brain, from both drugs"),
        Signal("hydroxynorketamine_unbound", "nmol/L", "unbound hydroxynorketamine in plasma"),
    )

    def equations(self, q: Names) -> Equations:
        """First-order delay of each plasma level; then unbound share over molar mass."""
        size = q.body_weight / q.reference_body_weight
        rate = q.effect_site_equilibration
        plasma = {
            q.ketamine_delayed: q.ketamine_central / (q.ketamine_central_volume * size),
            q.norketamine_delayed: q.norketamine_central / (q.norketamine_central_volume * size),
            q.esketamine_delayed: q.esketamine_central / q.esketamine_central_volume,
            q.noresketamine_delayed: q.noresketamine_central / q.noresketamine_central_volume,
        }
        nmol = q.nmol_per_l_in_mmol_per_l
        norketamine = q.norketamine_unbound_fraction * q.norketamine_brain_entry / q.norketamine_molar_mass
        hydroxynorketamine = q.hydroxynorketamine_body / (q.hydroxynorketamine_volume * size)
        return {
            **{delayed: rate * (level - delayed) for delayed, level in plasma.items()},
            q.ketamine_effect_site: nmol * q.ketamine_unbound_fraction * q.ketamine_delayed / q.ketamine_molar_mass,
            q.esketamine_effect_site: nmol
            * q.esketamine_unbound_fraction
            * q.esketamine_delayed
            / q.ketamine_molar_mass,
            q.norketamine_effect_site: nmol * norketamine * (q.norketamine_delayed + q.noresketamine_delayed),
            q.hydroxynorketamine_unbound: nmol
            * q.hydroxynorketamine_unbound_fraction
            * hydroxynorketamine
            / q.hydroxynorketamine_molar_mass,
        }
