"""Glutamate surge: a partial block disinhibits pyramidal cells, a deep block silences them - an inverted U in dose.

Moghaddam 1997 (rat prefrontal cortex): 10-30 mg/kg raise glutamate, 50 does not, 200 lowers it; in people the surge is
over by about three hours (Abdallah 2018; Evans 2018).
"""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Parameter, Reads, Signal, State, Switch
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Names


class Surge(Layer):
    """Glutamate above its resting level, as a share of the largest possible surge."""

    name = "surge"
    about = "the glutamate surge while the drug is there"
    reads: ClassVar = (Reads("nmda_block", "1"),)
    parameters: ClassVar = (
        Parameter("surge_half_block", "1", "receptor block at half of the largest surge"),
        Parameter("surge_steepness", "1", "steepness of the rise of the surge with block"),
        Parameter("surge_ceiling_block", "1", "receptor block at which the surge has fallen to half again"),
        Parameter("surge_ceiling_steepness", "1", "steepness of that fall"),
        Parameter("surge_undershoot", "1", "fall of glutamate below rest under the deepest block"),
        Parameter("surge_rate", "1/h", "speed at which the surge follows the block"),
        Parameter("surge_tolerance_gain", "1", "how strongly recent surges blunt the next one"),
        Parameter("surge_tolerance_time", "h", "how long such tolerance lasts"),
    )
    switches: ClassVar = (Switch("surge_tolerance"),)
    states: ClassVar = (
        State("glutamate_surge", "1", "glutamate above rest, share of the largest surge"),
        State("surge_memory", "1", "recent surges (tolerance)"),
    )
    signals: ClassVar = (Signal("surge_drive", "1", "surge that the present block would sustain"),)

    def equations(self, q: Names) -> Equations:
        """Rise times fall, less the silence of a deep block, followed with a short delay."""
        scaled = (q.nmda_block / q.surge_half_block) ** q.surge_steepness
        ceiling = 1 + (q.nmda_block / q.surge_ceiling_block) ** q.surge_ceiling_steepness
        blunted = 1 + q.surge_tolerance * q.surge_tolerance_gain * q.surge_memory
        return {
            q.surge_drive: scaled / ((1 + scaled) * ceiling) - q.surge_undershoot * (1 - 1 / ceiling),
            q.glutamate_surge: q.surge_rate * (q.surge_drive / blunted - q.glutamate_surge),
            q.surge_memory: (q.glutamate_surge - q.surge_memory) / q.surge_tolerance_time,
        }

    def stiff(self, q: Names) -> Equations:
        """The surge relaxes within an hour."""
        return {q.glutamate_surge: q.surge_rate, q.surge_memory: 1 / q.surge_tolerance_time}
