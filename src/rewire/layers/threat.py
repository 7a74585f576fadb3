"""Threat and motivation: the amygdala's and the accumbens' share in how a person feels.

Threat (anxious arousal) follows mood, amygdala synapses, fear memories and stress, and ketamine with a gain of its own:
smaller in post-traumatic stress disorder (pooled g 0.27) than in depression. Motivation follows mood and accumbens.
"""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Constant, Parameter, Reads, Signal, State
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Names, log, maximum, minimum, tanh


class Threat(Layer):
    """Anxious arousal and motivation."""

    name = "threat"
    about = "threat (anxiety) and motivation"
    reads: ClassVar = (
        Reads("mood", "1"),
        Reads("mood_at_start", "1"),
        Reads("fear_expression", "1"),
        Reads("fear_at_start", "1"),
        Reads("synapses_amygdala", "1"),
        Reads("labile_at_start_amygdala", "1"),
        Reads("stable_at_start_amygdala", "1"),
        Reads("synapses_accumbens", "1"),
        Reads("top_down_control", "1"),
        Reads("drug_relief", "1"),
        Reads("context_effect", "1"),
        Reads("stress_load", "1"),
        Reads("entry_stress", "1"),
        Reads("negative_schema", "1"),
        Reads("antidepressant_effect", "1"),
        Reads("antidepressant_at_start", "1"),
        Reads("posttraumatic", "1"),
        Reads("anxious", "1"),
        Reads("baseline_anxiety", "HAMA_point"),
        Reads("hama_middle", "HAMA_point"),
        Reads("hama_per_threat", "HAMA_point"),
    )
    parameters: ClassVar = (
        Parameter("threat_time", "h", "relaxation time of threat"),
        Parameter("threat_per_mood", "1", "pull of mood on threat"),
        Parameter("threat_per_fear", "1", "pull of fear memories on threat"),
        Parameter("threat_per_amygdala", "1", "pull of amygdala synapses on threat"),
        Parameter("threat_per_stress", "1", "pull of stress load on threat"),
        Parameter("threat_per_schema", "1", "pull of the negative schema on threat"),
        Parameter(
            "threat_relief_depression", "1", "drug relief of threat, relative to mood, without anxiety or trauma"
        ),
        Parameter("threat_relief_anxiety", "1", "the same in an anxiety disorder"),
        Parameter("threat_relief_trauma", "1", "the same in post-traumatic stress disorder"),
        Parameter("threat_relief_context", "1", "relief of threat by expectancy and contact, relative to mood"),
        Parameter("threat_relief_antidepressant", "1", "effect of an oral antidepressant at its usual dose on threat"),
        Parameter("threat_limit", "1", "largest threat that a baseline score may stand for"),
        Parameter("motivation_time", "h", "time in which motivation follows"),
        Parameter("motivation_per_mood", "1", "pull of mood on motivation"),
        Parameter("motivation_per_accumbens", "1", "pull of top-down control over accumbens on motivation"),
    )
    constants: ClassVar = (
        Constant("threat_at_start", "1", "threat that the baseline score stands for"),
        Constant("threat_set_point", "1", "solved so that the baseline score is at rest"),
    )
    states: ClassVar = (
        State("threat", "1", "anxious arousal: -1 calm, 1 threatened"),
        State("motivation", "1", "motivation: -1 none, 1 full"),
    )
    signals: ClassVar = (
        Signal("threat_drive", "1", "everything that drives threat"),
        Signal("motivation_drive", "1", "everything that drives motivation"),
    )

    def equations(self, q: Names) -> Equations:
        """Pulls add up relative to the start."""
        gain = q.threat_relief_depression
        gain = gain + q.anxious * (q.threat_relief_anxiety - q.threat_relief_depression)
        gain = gain + q.posttraumatic * (q.threat_relief_trauma - q.threat_relief_depression)
        amygdala_at_start = q.labile_at_start_amygdala + q.stable_at_start_amygdala
        drive = (
            q.threat_set_point
            + q.threat_per_mood * (q.mood - q.mood_at_start)
            + q.threat_per_fear * (q.fear_expression - q.fear_at_start)
            + q.threat_per_amygdala * (q.synapses_amygdala - amygdala_at_start)
            + q.threat_per_stress * (q.stress_load - q.entry_stress)
            + q.threat_per_schema * (q.negative_schema - 1)
            - gain * q.drug_relief
            - q.threat_relief_context * q.context_effect
            - q.threat_relief_antidepressant * (q.antidepressant_effect - q.antidepressant_at_start)
        )
        return {
            q.threat_drive: drive,
            q.motivation_drive: q.motivation_per_accumbens * (q.top_down_control / q.synapses_accumbens - 1)
            - q.motivation_per_mood * q.mood,
            q.threat: (tanh(q.threat_drive) - q.threat) / q.threat_time,
            q.motivation: (tanh(q.motivation_drive) - q.motivation) / q.motivation_time,
        }

    def start(self, q: Names) -> Equations:
        """The baseline anxiety score fixes threat, and the set point follows."""
        scored = (q.baseline_anxiety - q.hama_middle) / q.hama_per_threat
        return {
            q.threat_at_start: maximum(-q.threat_limit, minimum(q.threat_limit, scored)),
            q.threat_set_point: log((1 + q.threat_at_start) / (1 - q.threat_at_start)) / 2,
            q.threat: q.threat_at_start,
            q.motivation: tanh(q.motivation_drive),
        }

    def stiff(self, q: Names) -> Equations:
        """Both relax within a day."""
        return {q.threat: 1 / q.threat_time, q.motivation: 1 / q.motivation_time}
