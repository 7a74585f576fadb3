"""Growth factors: block and surge raise BDNF; it activates TrkB, TrkB mTORC1, and mTORC1 makes synaptic protein.

Autry 2011 (eEF2 kinase, mouse), Li 2010 (mTORC1 and synaptic protein, rat), Liu 2012 (Val66Met, mouse), Casarotto 2021
(antidepressants bind TrkB). Plasma BDNF is a read-out of its own: human blood results are mixed.
"""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Parameter, Reads, Signal, State, Switch
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Names


class Growth(Layer):
    """From the surge to protein for new synapses, within hours."""

    name = "growth"
    about = "eEF2 kinase, BDNF, TrkB, mTORC1 and synaptic protein"
    reads: ClassVar = (
        Reads("nmda_block", "1"),
        Reads("glutamate_surge", "1"),
        Reads("hydroxynorketamine_unbound", "nmol/L"),
        Reads("antidepressant_adaptation", "1"),
        Reads("rapamycin_blood", "ng/mL"),
        Reads("met_alleles", "1"),
        Reads("fitness", "1"),
    )
    parameters: ClassVar = (
        Parameter("translation_time", "h", "time for eEF2 kinase inhibition to follow the block"),
        Parameter("bdnf_time", "h", "life of a BDNF pulse in the synapse"),
        Parameter("bdnf_per_surge", "1", "BDNF rise (share of rest) at the largest surge"),
        Parameter("bdnf_per_translation", "1", "BDNF rise (share of rest) with full eEF2 kinase inhibition"),
        Parameter("bdnf_per_fitness", "1", "BDNF rise (share of rest) after regular exercise"),
        Parameter("met_allele_gain", "1", "activity-dependent BDNF release left with each Met allele"),
        Parameter("trkb_time", "h", "time for TrkB activation to follow BDNF"),
        Parameter("trkb_per_antidepressant", "1", "TrkB activation by an oral antidepressant at its usual dose"),
        Parameter("trkb_per_hydroxynorketamine", "1", "largest TrkB activation by (2R,6R)-hydroxynorketamine"),
        Parameter("hydroxynorketamine_half_effect", "nmol/L", "unbound hydroxynorketamine at half that activation"),
        Parameter("mtor_time", "h", "time for mTORC1 activation to follow TrkB"),
        Parameter("rapamycin_half_inhibition", "ng/mL", "rapamycin in whole blood that halves mTORC1 activation"),
        Parameter("protein_per_mtor", "1/h", "filling of the synaptic-protein pool by mTORC1"),
        Parameter("protein_time", "h", "life of the synaptic-protein pool"),
        Parameter("plasma_bdnf_rest", "ng/mL", "BDNF in plasma at rest"),
        Parameter("plasma_bdnf_gain", "1", "share of a brain BDNF rise that shows in plasma"),
        Parameter("plasma_bdnf_time", "h", "time for plasma BDNF to follow"),
    )
    switches: ClassVar = (Switch("val66met"), Switch("hnk_efficacy"), Switch("oral_antidepressant_trkb"))
    states: ClassVar = (
        State("translation", "1", "eEF2 kinase inhibition: protein translation set free"),
        State("bdnf", "1", "BDNF at synapses, rest = 1"),
        State("trkb", "1", "TrkB activation above rest"),
        State("mtor", "1", "mTORC1 activation above rest"),
        State("synaptic_protein", "1", "pool of new synaptic protein"),
        State("plasma_bdnf", "ng/mL", "BDNF in plasma"),
    )
    signals: ClassVar = (
        Signal("rapamycin_inhibition", "1", "share of mTORC1 activation taken away by rapamycin"),
        Signal("bdnf_target", "1", "BDNF that the present surge and translation would sustain"),
    )

    def equations(self, q: Names) -> Equations:
        """A chain of first-order steps; each follows the one before."""
        genes = q.met_allele_gain ** (q.val66met * q.met_alleles)
        release = genes * (q.bdnf_per_surge * q.glutamate_surge + q.bdnf_per_translation * q.translation)
        metabolite = q.hydroxynorketamine_unbound / (q.hydroxynorketamine_half_effect + q.hydroxynorketamine_unbound)
        trkb_drive = (
            (q.bdnf - 1)
            + q.oral_antidepressant_trkb * q.trkb_per_antidepressant * q.antidepressant_adaptation
            + q.hnk_efficacy * q.trkb_per_hydroxynorketamine * metabolite
        )
        shown = q.plasma_bdnf_rest * (1 + q.plasma_bdnf_gain * (q.bdnf - 1))
        return {
            q.rapamycin_inhibition: q.rapamycin_blood / (q.rapamycin_half_inhibition + q.rapamycin_blood),
            q.bdnf_target: 1 + release + q.bdnf_per_fitness * q.fitness,
            q.translation: (q.nmda_block - q.translation) / q.translation_time,
            q.bdnf: (q.bdnf_target - q.bdnf) / q.bdnf_time,
            q.trkb: (trkb_drive - q.trkb) / q.trkb_time,
            q.mtor: (q.trkb * (1 - q.rapamycin_inhibition) - q.mtor) / q.mtor_time,
            q.synaptic_protein: q.protein_per_mtor * q.mtor - q.synaptic_protein / q.protein_time,
            q.plasma_bdnf: (shown - q.plasma_bdnf) / q.plasma_bdnf_time,
        }

    def start(self, q: Names) -> Equations:
        """At rest."""
        return {q.bdnf: 1, q.plasma_bdnf: q.plasma_bdnf_rest}

    def stiff(self, q: Names) -> Equations:
        """Everything but the protein pool relaxes within the hour."""
        return {
            q.translation: 1 / q.translation_time,
            q.bdnf: 1 / q.bdnf_time,
            q.trkb: 1 / q.trkb_time,
            q.mtor: 1 / q.mtor_time,
        }
