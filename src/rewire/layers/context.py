"""Context: stress, expectancy by masking, contact with carers, and what a visit itself does.

Expectancy is large: placebo arms make two thirds of the change in trials. Belief depends on the mask (open, saline,
active placebo, anaesthesia) and the setting; a short in-clinic lift explains the improvement two hours after a placebo
spray that is gone next day (Daly 2018). Belief and setting are set by the study, one pair an arm.
"""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Constant, Level, Parameter, Pulse, Reads, Signal, State, Switch
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Names, maximum, minimum


class Context(Layer):
    """Stress load and the psychological effect of visits."""

    name = "context"
    about = "stress, expectancy, contact"
    reads: ClassVar = (
        Reads("entry_stress", "1"),
        Reads("sleep_benefit", "1"),
        Reads("baseline_depression", "MADRS_point"),
        Reads("madrs_well", "MADRS_point"),
        Reads("baseline_anxiety", "HAMA_point"),
        Reads("hama_well", "HAMA_point"),
    )
    parameters: ClassVar = (
        Parameter("stress_time", "h", "time in which stress load follows events"),
        Parameter("stress_relief_by_sleep", "1", "share of the stress load that regular sleep takes away"),
        Parameter("belief", "1", "belief in the treatment of this arm under its masking, open drug = 1"),
        Parameter("setting_factor", "1", "how much the setting lets belief act, clinic = 1"),
        Parameter("expectancy_gain", "1", "effect of full expectancy on the mood drive"),
        Parameter("expectancy_time", "h", "time in which expectancy fades"),
        Parameter("expectancy_habituation", "1", "loss of expectancy per earlier visit"),
        Parameter("visit_lift", "1", "in-clinic lift, as a share of the person's expectancy effect"),
        Parameter("visit_lift_time", "h", "time in which the in-clinic lift fades"),
        Parameter("contact_gain", "1", "effect of one visit's contact on the mood drive"),
        Parameter("contact_time", "h", "time in which the benefit of contact fades"),
    )
    switches: ClassVar = (Switch("expectancy"), Switch("contact"), Switch("sleep_effect"))
    constants: ClassVar = (
        Constant("relief_room", "1", "how much there is to be relieved: 0 when well, 1 when clearly ill"),
    )
    states: ClassVar = (
        State("stress_load", "1", "stress load: 0 healthy, 1 chronic stress of depression"),
        State("expectation", "1", "expectancy of benefit"),
        State("in_clinic_lift", "1", "short lift of a treatment visit"),
        State("contact_memory", "1", "recent contact with carers, in visits"),
        State("visits", "1", "treatment visits so far"),
    )
    signals: ClassVar = (Signal("context_effect", "1", "relief of the mood drive by expectancy and contact"),)
    levels: ClassVar = (Level("life_stress", "1", "severity of a stressful time"),)
    pulses: ClassVar = (
        Pulse("treatment_visit", "1", "a visit at which a drug or its placebo is given"),
        Pulse("therapy_visit", "1", "a session with a therapist"),
    )

    def equations(self, q: Names) -> Equations:
        """Everything fades back; the stress load follows life."""
        background = q.entry_stress * (1 - q.sleep_effect * q.stress_relief_by_sleep * q.sleep_benefit)
        return {
            q.stress_load: (background + q.life_stress - q.stress_load) / q.stress_time,
            q.expectation: -q.expectation / q.expectancy_time,
            q.in_clinic_lift: -q.in_clinic_lift / q.visit_lift_time,
            q.contact_memory: -q.contact_memory / q.contact_time,
            q.visits: 0,
            q.context_effect: q.relief_room
            * (
                q.expectancy * q.expectancy_gain * (q.expectation + q.visit_lift * q.in_clinic_lift)
                + q.contact * q.contact_gain * q.contact_memory
            ),
        }

    def start(self, q: Names) -> Equations:
        """The stress a person comes with; room for relief is full at twice the score of a well person."""
        depression = q.baseline_depression / q.madrs_well - 1
        anxiety = q.baseline_anxiety / q.hama_well - 1
        return {q.stress_load: q.entry_stress, q.relief_room: minimum(1, maximum(0, depression, anxiety))}

    def stiff(self, q: Names) -> Equations:
        """The in-clinic lift is over in a day."""
        return {q.in_clinic_lift: 1 / q.visit_lift_time}

    def jumps(self, q: Names) -> dict[object, Equations]:
        """A treatment visit renews expectancy, less so each time; every visit is contact."""
        renewed = q.belief * q.setting_factor / (1 + q.expectancy_habituation * q.visits)
        return {
            q.treatment_visit: {
                q.expectation: maximum(q.expectation, renewed),
                q.in_clinic_lift: q.treatment_visit,
                q.contact_memory: q.contact_memory + q.treatment_visit,
                q.visits: q.visits + q.treatment_visit,
            },
            q.therapy_visit: {q.contact_memory: q.contact_memory + q.therapy_visit},
        }
