"""NMDA receptor block. Ketamine, esketamine and norketamine compete for one site inside the channel.

No reliable human occupancy figure exists (imaging ligands disagree), so the half-blocking level is an assumption that
places a standard infusion in the middle of the range.
"""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Parameter, Reads, Signal
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Names


class Receptor(Layer):
    """Share of NMDA receptors blocked at the present unbound levels in the brain."""

    name = "receptor"
    about = "NMDA receptor block by ketamine, esketamine and norketamine"
    reads: ClassVar = (
        Reads("ketamine_effect_site", "nmol/L"),
        Reads("esketamine_effect_site", "nmol/L"),
        Reads("norketamine_effect_site", "nmol/L"),
    )
    parameters: ClassVar = (
        Parameter("half_block", "nmol/L", "unbound racemic ketamine that blocks half the receptors"),
        Parameter("esketamine_relative_potency", "1", "potency of esketamine at the receptor, racemate = 1"),
        Parameter("norketamine_relative_potency", "1", "potency of norketamine at the receptor, racemate = 1"),
    )
    signals: ClassVar = (
        Signal("blocking_level", "nmol/L", "unbound drug in the brain, in racemic ketamine of equal potency"),
        Signal("nmda_block", "1", "share of NMDA receptors blocked"),
    )

    def equations(self, q: Names) -> Equations:
        """Competition at one site: block = x / (1 + x), x the level over the half-blocking level."""
        level = (
            q.ketamine_effect_site
            + q.esketamine_relative_potency * q.esketamine_effect_site
            + q.norketamine_relative_potency * q.norketamine_effect_site
        )
        return {q.blocking_level: level, q.nmda_block: q.blocking_level / (q.half_block + q.blocking_level)}
