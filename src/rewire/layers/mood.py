"""Mood: the fast effect of the surge, the circuit, beliefs and daily life drive one graded state.

`mood` runs from -1 (well) to 1 (depressed): tau dm/dt = -m + tanh(J m + h). The set point inside h is solved, so that
the person's own baseline score is at rest. J < 1 is graded; the hypothesis of two stable moods (J > 1, a 'stuck' loop)
is a switch, off by default: trial data fit it far worse. The fast effect does not need new spines or mTORC1 (Moda-Sava
2019; Abdallah 2020) and works on what has been lost: a healthy person is not lifted (Nugent 2019).
"""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Constant, Noise, Parameter, Reads, Signal, State, Switch
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Expression, Names, choose, exp, log, maximum, minimum, sqrt, tanh


class Mood(Layer):
    """The fast antidepressant effect and mood."""

    name = "mood"
    about = "fast effect, mood drive, mood and its valley"
    reads: ClassVar = (
        Reads("glutamate_surge", "1"),
        Reads("rapamycin_inhibition", "1"),
        Reads("top_down_control", "1"),
        Reads("control_at_start", "1"),
        Reads("synaptic_deficit", "1"),
        Reads("reference_loss", "1"),
        Reads("negative_schema", "1"),
        Reads("antidepressant_adaptation", "1"),
        Reads("context_effect", "1"),
        Reads("relief_room", "1"),
        Reads("treatability", "1"),
        Reads("lifestyle_effect", "1"),
        Reads("stress_load", "1"),
        Reads("stress_cost", "1"),
        Reads("entry_stress", "1"),
        Reads("baseline_depression", "MADRS_point"),
        Reads("madrs_middle", "MADRS_point"),
        Reads("madrs_per_mood", "MADRS_point"),
        Reads("madrs_well", "MADRS_point"),
    )
    parameters: ClassVar = (
        Parameter("fast_rate", "1/h", "build-up of the fast effect at the largest surge"),
        Parameter("fast_onset", "h", "shortest time in which the fast effect can build up"),
        Parameter("fast_life", "h", "life of the fast effect"),
        Parameter("fast_gain", "1", "fast effect on the mood drive"),
        Parameter("desensitisation_rate", "1/h", "loss of responsiveness at the largest surge (hypothesis)"),
        Parameter("desensitisation_time", "h", "recovery from it"),
        Parameter("healthy_reversal", "1", "share of the fast effect that turns against a person without a deficit"),
        Parameter("deficit_limit", "1", "largest deficit, in reference losses, that raises the effect"),
        Parameter("structural_gain", "1", "effect of one restored reference loss on the mood drive"),
        Parameter("responsiveness", "1", "the person's responsiveness to the drug"),
        Parameter("structural_responsiveness", "1", "the person's further responsiveness to new synapses"),
        Parameter("responder_trait", "1", "normal trait that decides who never responds"),
        Parameter("responder_threshold", "1", "value of that trait below which people do not respond"),
        Parameter("responder_softness", "1", "softness of that threshold"),
        Parameter("schema_gain", "1", "effect of the negative schema on the mood drive"),
        Parameter("antidepressant_gain", "1", "effect of an oral antidepressant at its usual dose on the mood drive"),
        Parameter("antidepressant_half_dose", "1", "dose at half of the largest effect, in usual daily doses"),
        Parameter("stress_gain", "1", "direct effect of stress load on the mood drive"),
        Parameter("slow_noise_gain", "1", "size of slow ups and downs of daily life in the mood drive"),
        Parameter("slow_noise_time", "h", "how long they last"),
        Parameter(
            "noise_in_health", "1", "size of ups and downs in a person who is well, as a share of that in illness"
        ),
        Parameter("entry_excess", "1", "how much worse than usual people are when they enter a trial"),
        Parameter("entry_spread", "1", "spread of that excess"),
        Parameter("daily_noise_gain", "1", "size of daily ups and downs in the mood drive"),
        Parameter("daily_noise_time", "h", "how long they last"),
        Parameter("mood_time", "h", "relaxation time of mood"),
        Parameter("mood_coupling", "1", "feedback of mood on itself (J)"),
        Parameter("two_valley_coupling", "1", "that feedback under the two-valley hypothesis"),
        Parameter("mood_limit", "1", "largest mood that a baseline score may stand for"),
        Parameter("fold_margin", "1", "distance kept from the fold under the two-valley hypothesis"),
    )
    switches: ClassVar = (
        Switch("fast_effect"),
        Switch("desensitisation"),
        Switch("mtor_gates_fast_effect"),
        Switch("deficit_dependence"),
        Switch("spines_carry_mood"),
        Switch("two_valleys"),
        Switch("daily_noise"),
        Switch("regression_to_mean"),
    )
    constants: ClassVar = (
        Constant("drug_gain", "1", "the person's gain of the drug effects"),
        Constant("fast_gain_at_deficit", "1", "gain of the fast effect, by the synaptic deficit"),
        Constant("coupling", "1", "feedback of mood on itself in use"),
        Constant("mood_at_start", "1", "mood that the baseline score stands for"),
        Constant("mood_set_point", "1", "solved so that the baseline score is at rest"),
        Constant("antidepressant_at_start", "1", "oral antidepressant effect already there at time zero"),
        Constant("noise_at_start", "1", "ups and downs at time zero"),
    )
    states: ClassVar = (
        State("fast_effect_state", "1", "fast effect of the surge, 0 to 1"),
        State("readiness", "1", "responsiveness left after desensitisation"),
        State("entry_offset", "1", "what is left of the entry excess when regression to the mean is switched off"),
        State("mood", "1", "mood: -1 well, 1 depressed"),
    )
    signals: ClassVar = (
        Signal("ups_and_downs", "1", "slow and daily chance in the mood drive"),
        Signal("drug_relief", "1", "relief of the mood drive by the drug's fast effect"),
        Signal("structural_relief", "1", "relief by restored synapses"),
        Signal("antidepressant_effect", "1", "effect of oral antidepressants, 1 at the usual daily dose"),
        Signal("mood_drive", "1", "everything that drives mood (h)"),
        Signal("valley_depth", "1", "how much deeper the present valley is than remission lies: large means stuck"),
        Signal("valley_width", "1", "width of the present valley: wide means easily moved"),
    )
    noises: ClassVar = (
        Noise("slow_noise", "1", "slow ups and downs", "slow_noise_time", "entry_excess", "entry_spread"),
        Noise("day_noise", "1", "daily ups and downs", "daily_noise_time"),
    )

    def equations(self, q: Names) -> Equations:
        """The drive sums what helps and what hurts; mood follows within the hour."""
        surge = q.glutamate_surge * (1 - q.mtor_gates_fast_effect * q.rapamycin_inhibition)
        build_up = q.fast_rate * surge * q.readiness
        drive = (
            q.mood_set_point
            + (q.ups_and_downs - q.noise_at_start)
            - q.drug_relief
            - q.structural_relief
            + q.schema_gain * (q.negative_schema - 1)
            - q.antidepressant_gain
            * q.treatability
            * q.relief_room
            * (q.antidepressant_effect - q.antidepressant_at_start)
            - q.context_effect
            - q.lifestyle_effect
            + q.stress_gain * (q.stress_load - q.entry_stress)
        )
        return {
            q.ups_and_downs: self._chance(q),
            q.drug_relief: q.fast_effect * q.fast_gain * q.drug_gain * q.fast_gain_at_deficit * q.fast_effect_state,
            q.structural_relief: q.spines_carry_mood
            * q.structural_gain
            * q.drug_gain
            * q.structural_responsiveness
            * (minimum(1, q.top_down_control) - minimum(1, q.control_at_start))
            / q.reference_loss,
            q.antidepressant_effect: q.antidepressant_adaptation
            * (1 + q.antidepressant_half_dose)
            / (q.antidepressant_adaptation + q.antidepressant_half_dose),
            q.mood_drive: drive,
            q.fast_effect_state: build_up / (1 + q.fast_onset * build_up) * (1 - q.fast_effect_state)
            - q.fast_effect_state / q.fast_life,
            q.readiness: (1 - q.readiness) / q.desensitisation_time
            - q.desensitisation * q.desensitisation_rate * q.glutamate_surge * q.readiness,
            q.entry_offset: -q.entry_offset / q.slow_noise_time,
            q.mood: (tanh(q.coupling * q.mood + q.mood_drive) - q.mood) / q.mood_time,
            q.valley_depth: self._landscape(q, (q.madrs_well - q.madrs_middle) / q.madrs_per_mood)
            - self._landscape(q, q.mood),
            q.valley_width: 1
            / sqrt(maximum(q.fold_margin, 1 - q.coupling * (1 - tanh(q.coupling * q.mood + q.mood_drive) ** 2))),
        }

    def start(self, q: Names) -> Equations:
        """The baseline score fixes mood, and the set point follows."""
        within = self._scored(q)
        fold = sqrt(maximum(0, 1 - 1 / q.coupling)) + q.fold_margin
        outside = choose(within > 0, maximum(within, fold), minimum(within, -fold))
        lost = choose(q.stress_cost > 0, q.synaptic_deficit, q.entry_stress)
        deficit = maximum(0, minimum(q.deficit_limit, lost))
        by_deficit = (1 + q.healthy_reversal) * deficit - q.healthy_reversal
        return {
            q.drug_gain: q.treatability
            * q.responsiveness
            / (1 + exp(-(q.responder_trait - q.responder_threshold) / q.responder_softness)),
            q.fast_gain_at_deficit: 1 + q.deficit_dependence * (by_deficit - 1),
            q.coupling: self._coupling(q),
            q.mood_at_start: choose(q.two_valleys > 0, outside, within),
            q.mood_set_point: log((1 + q.mood_at_start) / (1 - q.mood_at_start)) / 2 - q.coupling * q.mood_at_start,
            q.antidepressant_at_start: q.antidepressant_effect,
            q.noise_at_start: self._chance(q),
            q.mood: q.mood_at_start,
            q.readiness: 1,
            q.entry_offset: (1 - q.regression_to_mean) * q.entry_excess,
        }

    def stiff(self, q: Names) -> Equations:
        """Mood relaxes within the hour, slowed by its feedback on itself to between 1 and 1 - J of the full rate.

        Half way between, what a step leaves to its stages is always less than what it takes exactly: steps are stable.
        """
        return {q.mood: maximum(0.5, 1 - self._coupling(q) / 2) / q.mood_time}

    @staticmethod
    def _coupling(q: Names) -> Expression:
        """The feedback of mood on itself under the hypothesis in use."""
        return q.mood_coupling + q.two_valleys * (q.two_valley_coupling - q.mood_coupling)

    @staticmethod
    def _scored(q: Names) -> Expression:
        """The mood that the baseline score stands for."""
        scored = (q.baseline_depression - q.madrs_middle) / q.madrs_per_mood
        return maximum(-q.mood_limit, minimum(q.mood_limit, scored))

    @staticmethod
    def _chance(q: Names) -> Expression:
        size = q.noise_in_health + (1 - q.noise_in_health) * q.relief_room
        return (
            q.daily_noise
            * size
            * (q.slow_noise_gain * (q.slow_noise - q.entry_offset) + q.daily_noise_gain * q.day_noise)
        )

    @staticmethod
    def _landscape(q: Names, m: Expression) -> Expression:
        """The potential whose slope moves mood: m^2/2 - ln cosh(J m + h) / J."""
        inside = q.coupling * m + q.mood_drive
        return m**2 / 2 - (log((exp(inside) + exp(-inside)) / 2)) / q.coupling
