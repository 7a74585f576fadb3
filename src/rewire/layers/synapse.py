"""Synapses in four regions: labile ones form, mature or are lost within days; stable ones last for months.

Turnover 3-5 % in two weeks in adult cortex (Zuo 2005); chronic stress removes synapses in prefrontal cortex and
hippocampus and adds them in amygdala and accumbens; ketamine speeds formation, not loss (Phoumthipphavong 2016), and
about half of the lost spines are back at 12-24 h (Moda-Sava 2019). 1 is the density of a healthy person at rest.
"""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Constant, Parameter, Pulse, Reads, Signal, State, Switch
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Expression, Names, maximum, minimum

REGIONS = ("prefrontal", "hippocampus", "amygdala", "accumbens")


class Synapse(Layer):
    """Labile and stable synapses by region, with the circuit that prefrontal cortex and hippocampus form together."""

    name = "synapse"
    about = "formation, maturation and loss of synapses in prefrontal cortex, hippocampus, amygdala and accumbens"
    reads: ClassVar = (
        Reads("synaptic_protein", "1"),
        Reads("stress_load", "1"),
        Reads("practice", "1"),
    )
    parameters: ClassVar = (
        Parameter("synapse_capacity", "1", "largest density, healthy rest = 1"),
        Parameter("labile_life", "h", "life of a labile synapse that does not mature"),
        Parameter("maturation_rate", "1/h", "rate at which labile synapses become stable"),
        Parameter("maturation_per_practice", "1", "speed-up of maturation by practice while the protein pool is full"),
        Parameter("elimination_rate", "1/h", "loss of stable synapses without stress"),
        Parameter("formation_per_protein", "1", "speed-up of formation by synaptic protein"),
        Parameter("protein_ceiling", "1", "density above which synaptic protein no longer speeds formation"),
        Parameter("window_half_protein", "1", "synaptic protein at which the plasticity index is one half"),
        *(
            Parameter(f"stress_elimination_{region}", "1", f"extra loss in {region} at stress load 1 (negative: gain)")
            for region in REGIONS
        ),
        *(
            Parameter(f"protein_share_{region}", "1", f"share of the formation speed-up that reaches {region}")
            for region in REGIONS
        ),
        Parameter("prefrontal_share", "1", "weight of prefrontal cortex in top-down control; the rest is hippocampus"),
        Parameter("functional_delay", "h", "time for new synapses to carry signals"),
        Parameter("reference_loss", "1", "synapses lost at stress load 1: the unit of the deficit"),
    )
    switches: ClassVar = (Switch("stress_cost"),)
    constants: ClassVar = (
        Constant("formation_rate", "1/h", "formation that keeps a healthy person at density 1"),
        Constant("control_at_start", "1", "top-down control at time zero"),
        Constant("synaptic_deficit", "1", "top-down control lost at time zero, in units of the reference loss"),
        *(Constant(f"labile_at_start_{region}", "1", f"labile synapses at time zero, {region}") for region in REGIONS),
        *(Constant(f"stable_at_start_{region}", "1", f"stable synapses at time zero, {region}") for region in REGIONS),
    )
    states: ClassVar = (
        *(State(f"labile_{region}", "1", f"labile synapses, {region}") for region in REGIONS),
        *(State(f"stable_{region}", "1", f"stable synapses, {region}") for region in REGIONS),
        State("top_down_control", "1", "synapses of prefrontal cortex and hippocampus that carry signals"),
    )
    signals: ClassVar = (
        *(Signal(f"synapses_{region}", "1", f"synapse density, {region}, healthy = 1") for region in REGIONS),
        Signal("plasticity_index", "1", "how open the window of plasticity is, 0 to 1"),
    )
    pulses: ClassVar = (Pulse("synapse_deletion", "1", "experiment: new synapses are deleted (Moda-Sava 2019)"),)

    def equations(self, q: Names) -> Equations:
        """Formation into free places, maturation with practice, loss with stress."""
        maturation = q.maturation_rate * (1 + q.maturation_per_practice * q.practice * q.plasticity_index)
        stated = {q.plasticity_index: q.synaptic_protein / (q.synaptic_protein + q.window_half_protein)}
        for region in REGIONS:
            labile, stable, density = q[f"labile_{region}"], q[f"stable_{region}"], q[f"synapses_{region}"]
            protein = q.formation_per_protein * q[f"protein_share_{region}"] * q.synaptic_protein
            room = (q.synapse_capacity - density) + protein * maximum(0, q.protein_ceiling - density)
            stated[density] = labile + stable
            stated[labile] = q.formation_rate * room - (1 / q.labile_life + maturation) * labile
            stated[stable] = maturation * labile - self._elimination(q, region, q.stress_load) * stable
        joined = q.prefrontal_share * q.synapses_prefrontal + (1 - q.prefrontal_share) * q.synapses_hippocampus
        stated[q.top_down_control] = (joined - q.top_down_control) / q.functional_delay
        return stated

    def start(self, q: Names) -> Equations:
        """Formation balances loss: density 1 without stress, and at the person's own stress load less (or more)."""
        resting = q.elimination_rate / q.maturation_rate
        stable = 1 / (1 + resting)
        formation = ((1 - stable) / q.labile_life + q.elimination_rate * stable) / (q.synapse_capacity - 1)
        stated = {q.formation_rate: formation}
        for region in REGIONS:
            elimination = self._elimination(q, region, q.stress_load)
            ratio = elimination / q.maturation_rate
            settled = (
                q.formation_rate
                * q.synapse_capacity
                / (q.formation_rate * (1 + ratio) + ratio / q.labile_life + elimination)
            )
            stated[q[f"stable_at_start_{region}"]] = settled
            stated[q[f"labile_at_start_{region}"]] = ratio * q[f"stable_at_start_{region}"]
            stated[q[f"stable_{region}"]] = q[f"stable_at_start_{region}"]
            stated[q[f"labile_{region}"]] = q[f"labile_at_start_{region}"]
        stated[q.control_at_start] = (
            q.prefrontal_share * q.synapses_prefrontal + (1 - q.prefrontal_share) * q.synapses_hippocampus
        )
        stated[q.top_down_control] = q.control_at_start
        stated[q.synaptic_deficit] = (1 - q.control_at_start) / q.reference_loss
        return stated

    def jumps(self, q: Names) -> dict[object, Equations]:
        """Deletion takes the density back to where it was at the start."""
        back = {
            q[f"{kind}_{region}"]: minimum(q[f"{kind}_{region}"], q[f"{kind}_at_start_{region}"])
            for kind in ("labile", "stable")
            for region in REGIONS
        }
        return {q.synapse_deletion: {**back, q.top_down_control: minimum(q.top_down_control, q.control_at_start)}}

    @staticmethod
    def _elimination(q: Names, region: str, stress: Expression) -> Expression:
        return q.elimination_rate * (1 + q.stress_cost * q[f"stress_elimination_{region}"] * stress)
