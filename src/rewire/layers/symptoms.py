"""Symptom scales: eight scores read from mood, threat and fear, each through its own recall window.

The true score behind each scale; measurement error, rounding and bounds are added when a score is observed. Clinician
scales follow the moment (trials ask about the time since the last visit); questionnaires ask about one week or two, so
that they lag a fast change (PCL-5 about the last week, as repeated visits of a trial use it).
"""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Parameter, Reads, Signal, State
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Expression, Names, exp, log
from rewire.errors import StudyError, closest

SCALES = {
    "MADRS": "madrs",
    "HAM-D17": "hamd17",
    "QIDS-SR16": "qids",
    "PHQ-9": "phq9",
    "HAM-A": "hama",
    "GAD-7": "gad7",
    "CAPS-5": "caps5",
    "PCL-5": "pcl5",
}
"""The signal behind each scale."""


def check_scale(name: str) -> None:
    """Raises `StudyError` for a scale the model does not have."""
    if name not in SCALES:
        raise StudyError(f"there is no scale '{name}'", expected=", ".join(SCALES), advice=closest(name, SCALES))


class Symptoms(Layer):
    """The eight scales."""

    name = "symptoms"
    about = "PHQ-9, MADRS, HAM-D17, QIDS-SR16, GAD-7, HAM-A, PCL-5, CAPS-5"
    reads: ClassVar = (
        Reads("mood", "1"),
        Reads("threat", "1"),
        Reads("fear_expression", "1"),
        Reads("mood_at_start", "1"),
        Reads("threat_at_start", "1"),
        Reads("fear_at_start", "1"),
    )
    parameters: ClassVar = (
        Parameter("madrs_middle", "MADRS_point", "MADRS at mood 0"),
        Parameter("madrs_per_mood", "MADRS_point", "MADRS points per unit of mood"),
        Parameter("madrs_well", "MADRS_point", "MADRS at and below which a person counts as well"),
        Parameter("hamd17_per_madrs", "HAMD17_point/MADRS_point", "HAM-D17 points per MADRS point"),
        Parameter("qids_per_hamd17", "QIDS_point/HAMD17_point", "QIDS-SR16 points per HAM-D17 point"),
        Parameter("phq9_per_madrs", "PHQ9_point/MADRS_point", "PHQ-9 points per MADRS point in the clinical range"),
        Parameter("phq9_offset", "PHQ9_point", "PHQ-9 below the line through the origin"),
        Parameter("phq9_softness", "PHQ9_point", "softness of the floor of PHQ-9"),
        Parameter("hama_middle", "HAMA_point", "HAM-A at threat 0"),
        Parameter("hama_well", "HAMA_point", "HAM-A at and below which a person counts as well"),
        Parameter("hama_per_threat", "HAMA_point", "HAM-A points per unit of threat"),
        Parameter("gad7_middle", "GAD7_point", "GAD-7 at threat 0"),
        Parameter("gad7_per_threat", "GAD7_point", "GAD-7 points per unit of threat"),
        Parameter("trauma_score_per_fear", "CAPS5_point", "CAPS-5 points of fully expressed fear"),
        Parameter("trauma_score_per_threat", "CAPS5_point", "CAPS-5 points from calm to threatened"),
        Parameter("trauma_score_per_mood", "CAPS5_point", "CAPS-5 points from well to depressed"),
        Parameter("pcl5_per_caps5", "PCL5_point/CAPS5_point", "PCL-5 points per CAPS-5 point"),
        Parameter("pcl5_offset", "PCL5_point", "PCL-5 at CAPS-5 zero"),
        Parameter("week_memory", "h", "averaging time of scales that ask about the last week"),
        Parameter("fortnight_memory", "h", "averaging time of scales that ask about the last two weeks"),
    )
    states: ClassVar = (
        State("mood_last_week", "1", "mood as recalled over a week"),
        State("mood_last_fortnight", "1", "mood as recalled over two weeks"),
        State("threat_last_fortnight", "1", "threat as recalled over two weeks"),
        State("trauma_last_week", "CAPS5_point", "post-traumatic stress as recalled over a week"),
    )
    signals: ClassVar = (
        Signal("madrs", "MADRS_point", "MADRS, true score"),
        Signal("hamd17", "HAMD17_point", "HAM-D17, true score"),
        Signal("qids", "QIDS_point", "QIDS-SR16, true score"),
        Signal("phq9", "PHQ9_point", "PHQ-9, true score"),
        Signal("hama", "HAMA_point", "HAM-A, true score"),
        Signal("gad7", "GAD7_point", "GAD-7, true score"),
        Signal("caps5", "CAPS5_point", "CAPS-5, true score"),
        Signal("pcl5", "PCL5_point", "PCL-5, true score"),
        Signal("trauma_score_without_fear", "CAPS5_point", "CAPS-5 from mood and threat alone at time zero"),
    )

    def equations(self, q: Names) -> Equations:
        """Linear in mood, threat and fear, PHQ-9 with a soft floor."""
        recalled = q.madrs_middle + q.madrs_per_mood * q.mood_last_fortnight
        week = q.madrs_middle + q.madrs_per_mood * q.mood_last_week
        line = (q.phq9_per_madrs * recalled - q.phq9_offset) / q.phq9_softness
        return {
            q.madrs: q.madrs_middle + q.madrs_per_mood * q.mood,
            q.hamd17: q.hamd17_per_madrs * q.madrs,
            q.qids: q.qids_per_hamd17 * q.hamd17_per_madrs * week,
            q.phq9: q.phq9_softness * log(1 + exp(line)),
            q.hama: q.hama_middle + q.hama_per_threat * q.threat,
            q.gad7: q.gad7_middle + q.gad7_per_threat * q.threat_last_fortnight,
            q.caps5: q.trauma_score_per_fear * q.fear_expression + self._without_fear(q, q.threat, q.mood),
            q.pcl5: q.pcl5_offset + q.pcl5_per_caps5 * q.trauma_last_week,
            q.trauma_score_without_fear: self._without_fear(q, q.threat_at_start, q.mood_at_start),
            q.mood_last_week: (q.mood - q.mood_last_week) / q.week_memory,
            q.mood_last_fortnight: (q.mood - q.mood_last_fortnight) / q.fortnight_memory,
            q.threat_last_fortnight: (q.threat - q.threat_last_fortnight) / q.fortnight_memory,
            q.trauma_last_week: (q.caps5 - q.trauma_last_week) / q.week_memory,
        }

    def start(self, q: Names) -> Equations:
        """The recalled time was like the day of the baseline."""
        return {
            q.mood_last_week: q.mood_at_start,
            q.mood_last_fortnight: q.mood_at_start,
            q.threat_last_fortnight: q.threat_at_start,
            q.trauma_last_week: q.trauma_score_per_fear * q.fear_at_start
            + self._without_fear(q, q.threat_at_start, q.mood_at_start),
        }

    @staticmethod
    def _without_fear(q: Names, threat: Expression, mood: Expression) -> Expression:
        return q.trauma_score_per_threat * (1 + threat) / 2 + q.trauma_score_per_mood * (1 + mood) / 2
