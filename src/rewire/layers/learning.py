"""Learning: therapy weakens a negative schema, trauma leaves a fear memory, exposure writes extinction over it.

Forgetting works over months; extinction fades, so fear can return. The 'window' hypothesis - that ketamine multiplies
what practice does - is a switch, off by default: no two-by-two trial has shown it. Rats extinguish faster a day after
ketamine (Girgenti 2017); a human trial of exposure found equal symptoms (Duek 2023): that, too, is a switch, off.
What relieves the mood drive also keeps fear from being expressed, while it lasts: in post-traumatic stress disorder
intrusion and avoidance fall within a day of an infusion (Feder 2014; 2021). The memory itself stays.
"""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Constant, Level, Parameter, Pulse, Reads, Signal, State, Switch
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Names, exp, maximum


class Learning(Layer):
    """Negative schema, fear association and extinction memory."""

    name = "learning"
    about = "therapy, trauma and extinction as learning"
    reads: ClassVar = (
        Reads("plasticity_index", "1"),
        Reads("drug_relief", "1"),
        Reads("structural_relief", "1"),
        Reads("posttraumatic", "1"),
        Reads("baseline_trauma", "CAPS5_point"),
        Reads("trauma_score_without_fear", "CAPS5_point"),
        Reads("trauma_score_per_fear", "CAPS5_point"),
    )
    parameters: ClassVar = (
        Parameter("schema_learning_rate", "1/h", "loss of the negative schema per hour of CBT-like practice"),
        Parameter("schema_forgetting_time", "h", "time in which an unpractised schema comes back"),
        Parameter("window_gain", "1", "learning multiplier while the window is open (hypothesis)"),
        Parameter("extinction_learning_rate", "1/h", "extinction per hour of exposure practice"),
        Parameter("extinction_forgetting_time", "h", "time in which extinction fades"),
        Parameter("extinction_window_gain", "1", "extinction multiplier while the window is open (hypothesis)"),
        Parameter("natural_extinction_rate", "1/h", "extinction by daily life alone"),
        Parameter("fear_relief", "1", "how much relief of the mood drive by the drug holds down expressed fear"),
        Parameter("fear_decay_time", "h", "life of a fear association in a healthy person"),
        Parameter("chronic_fear_decay_time", "h", "life of a fear association in post-traumatic stress disorder"),
    )
    switches: ClassVar = (Switch("window"), Switch("extinction_boost"), Switch("therapy_effect"))
    constants: ClassVar = (Constant("fear_at_start", "1", "fear expressed at time zero"),)
    states: ClassVar = (
        State("negative_schema", "1", "strength of negative beliefs, 1 at the start"),
        State("fear_association", "1", "strength of the trauma memory"),
        State("extinction_memory", "1", "learned safety that holds the fear down"),
    )
    signals: ClassVar = (
        Signal("practice", "1", "practice going on now, any kind"),
        Signal("learning_multiplier", "1", "how much faster practice works now"),
        Signal("fear_expression", "1", "fear that breaks through: association less extinction, while not relieved"),
    )
    levels: ClassVar = (
        Level("schema_practice", "1", "practice against the negative schema, CBT = 1"),
        Level("extinction_practice", "1", "exposure practice, prolonged exposure = 1"),
    )
    pulses: ClassVar = (Pulse("trauma", "1", "a traumatic event, severity 0 to 1"),)

    def equations(self, q: Names) -> Equations:
        """Practice moves the weights, time moves them back."""
        open_window = q.window * (q.window_gain - 1) * q.plasticity_index
        boost = 1 + q.extinction_boost * (q.extinction_window_gain - 1) * q.plasticity_index + open_window
        unlearning = q.therapy_effect * q.schema_learning_rate * q.learning_multiplier * q.schema_practice
        extinction = q.therapy_effect * q.extinction_learning_rate * boost * q.extinction_practice
        decay = (1 - q.posttraumatic) / q.fear_decay_time + q.posttraumatic / q.chronic_fear_decay_time
        return {
            q.practice: maximum(q.schema_practice, q.extinction_practice),
            q.learning_multiplier: 1 + open_window,
            q.fear_expression: q.fear_association
            * (1 - q.extinction_memory)
            * exp(-q.fear_relief * (q.drug_relief + q.structural_relief)),
            q.negative_schema: (1 - q.negative_schema) / q.schema_forgetting_time - unlearning * q.negative_schema,
            q.fear_association: -decay * q.fear_association,
            q.extinction_memory: (q.natural_extinction_rate + extinction) * (1 - q.extinction_memory)
            - q.extinction_memory / q.extinction_forgetting_time,
        }

    def start(self, q: Names) -> Equations:
        """Extinction in balance with daily life; the fear that the person's trauma score calls for."""
        everyday = q.natural_extinction_rate * q.extinction_forgetting_time
        called_for = maximum(0, q.baseline_trauma - q.trauma_score_without_fear) / q.trauma_score_per_fear
        return {
            q.negative_schema: 1,
            q.extinction_memory: everyday / (1 + everyday),
            q.fear_association: q.posttraumatic * called_for / (1 - q.extinction_memory),
            q.fear_at_start: q.fear_association * (1 - q.extinction_memory),
        }

    def jumps(self, q: Names) -> dict[object, Equations]:
        """A trauma adds to the association, up to its full strength."""
        return {q.trauma: {q.fear_association: q.fear_association + q.trauma * maximum(0, 1 - q.fear_association)}}
