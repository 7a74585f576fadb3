"""Context: stress, expectancy by masking, contact with carers, and what a visit itself does.

Expectancy is large: placebo arms make two thirds of the change in trials. Belief follows what is given at a visit:
awake people notice the drug, so that only a control is masked (open, saline, active placebo, anaesthesia); the setting
lets belief act. A short in-clinic lift explains the improvement two hours after a placebo spray that is gone next day
(Daly 2018). Both beliefs, the setting and the care are set by the study for each arm.

Treatments that failed before, and care outside trials, go with less relief from every source.
"""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Constant, Level, Parameter, Pulse, Reads, Signal, State, Switch
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Expression, Names, exp, maximum, minimum


class Context(Layer):
    """Stress load and the psychological effect of visits."""

    name = "context"
    about = "stress, expectancy, contact"
    reads: ClassVar = (
        Reads("entry_stress", "1"),
        Reads("failed_treatments", "1"),
        Reads("sleep_benefit", "1"),
        Reads("baseline_depression", "MADRS_point"),
        Reads("madrs_well", "MADRS_point"),
        Reads("baseline_anxiety", "HAMA_point"),
        Reads("hama_well", "HAMA_point"),
    )
    parameters: ClassVar = (
        Parameter("stress_time", "h", "time in which stress load follows events"),
        Parameter("stress_relief_by_sleep", "1", "share of the stress load that regular sleep takes away"),
        Parameter("belief", "1", "belief in the treatment at a visit with the drug, open drug = 1"),
        Parameter("control_belief", "1", "belief in the treatment at a visit with a control, under its masking"),
        Parameter("setting_factor", "1", "how much the setting lets belief act, clinic = 1"),
        Parameter("care_factor", "1", "how much of the relief seen in trials people get where they are treated"),
        Parameter("resistance_per_failure", "1", "fall of the logarithm of relief with each treatment that failed"),
        Parameter("usual_failures", "1", "treatments that failed in the people whose relief is the unit"),
        Parameter("expectancy_gain", "1", "effect of full expectancy on the mood drive"),
        Parameter("expectancy_time", "h", "time in which expectancy fades"),
        Parameter("expectancy_habituation", "1", "loss of expectancy per earlier visit"),
        Parameter("visit_lift", "1", "in-clinic lift, as a share of the person's expectancy effect"),
        Parameter("visit_lift_time", "h", "time in which the in-clinic lift fades"),
        Parameter("contact_gain", "1", "effect of one visit's contact on the mood drive"),
        Parameter("contact_time", "h", "time in which the benefit of contact fades"),
    )
    switches: ClassVar = (
        Switch("expectancy"),
        Switch("contact"),
        Switch("sleep_effect"),
        Switch("treatment_resistance"),
    )
    constants: ClassVar = (
        Constant("treatability", "1", "how much of the usual relief the person gets, whatever brings it"),
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
        Pulse("treatment_visit", "1", "a visit at which the drug is given"),
        Pulse("control_visit", "1", "a visit at which a control is given in its place"),
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
            q.context_effect: q.treatability
            * q.relief_room
            * (
                q.expectancy * q.expectancy_gain * (q.expectation + q.visit_lift * q.in_clinic_lift)
                + q.contact * q.contact_gain * q.contact_memory
            ),
        }

    def start(self, q: Names) -> Equations:
        """The stress a person comes with; room for relief is full at twice the score of a well person.

        Treatability is 1 in people with the usual number of failed treatments in a trial.
        """
        depression = q.baseline_depression / q.madrs_well - 1
        anxiety = q.baseline_anxiety / q.hama_well - 1
        resisted = q.resistance_per_failure * (q.failed_treatments - q.usual_failures)
        return {
            q.stress_load: q.entry_stress,
            q.treatability: q.care_factor * exp(-q.treatment_resistance * resisted),
            q.relief_room: minimum(1, maximum(0, depression, anxiety)),
        }

    def stiff(self, q: Names) -> Equations:
        """The in-clinic lift is over in a day."""
        return {q.in_clinic_lift: 1 / q.visit_lift_time}

    def jumps(self, q: Names) -> dict[object, Equations]:
        """A treatment visit renews expectancy, less so each time; every visit is contact."""
        return {
            q.treatment_visit: self._visit(q, q.treatment_visit, q.belief),
            q.control_visit: self._visit(q, q.control_visit, q.control_belief),
            q.therapy_visit: {q.contact_memory: q.contact_memory + q.therapy_visit},
        }

    @staticmethod
    def _visit(q: Names, visit: Expression, belief: Expression) -> Equations:
        renewed = belief * q.setting_factor / (1 + q.expectancy_habituation * q.visits)
        return {
            q.expectation: maximum(q.expectation, renewed),
            q.in_clinic_lift: visit,
            q.contact_memory: q.contact_memory + visit,
            q.visits: q.visits + visit,
        }
