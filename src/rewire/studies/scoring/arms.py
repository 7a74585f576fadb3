"""From a published trial to arms that can be simulated: people, plan, masking, setting, and when scores are needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rewire.evidence.library import parameters as evidence_parameters
from rewire.evidence.published import Arm as PublishedArm
from rewire.evidence.published import Result, Spread, Trial
from rewire.models.inputs import DISSOCIATIVE, actions_of, first_dose
from rewire.models.parameters import Circumstances, care_of
from rewire.plans.events import Dose
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.sources import load_table
from rewire.studies.cohort import Arm

DAY = 24.0
SPRAYS = ("intranasal",)
AT_VISIT = ("IV", "IM", "subcutaneous", "intranasal", "sublingual")
RELAPSE = ("sustained", "median time to relapse", "hazard ratio")
"""Measures that follow responders from a moved origin."""
FIRST_VISIT = 24.0
"""Hours after the first dose from which responders are followed where a result names no origin."""
LONGEST = 87_600.0
TRAIT = {
    "MADRS": "MADRS", "HAM-D17": "MADRS", "QIDS-SR16": "MADRS", "PHQ-9": "MADRS",
    "HAM-A": "HAM-A", "GAD-7": "HAM-A", "CAPS-5": "CAPS-5", "PCL-5": "CAPS-5",
}  # fmt: skip
"""The scale on which people are made, for each scale on which a trial may report."""
READ_OUT = {
    "HAM-D17": ("hamd17_per_madrs",),
    "QIDS-SR16": ("hamd17_per_madrs", "qids_per_hamd17"),
    "PHQ-9": ("phq9_per_madrs", "phq9_offset", "phq9_softness"),
    "GAD-7": ("gad7_middle", "gad7_per_threat", "hama_middle", "hama_per_threat"),
    "PCL-5": ("pcl5_offset", "pcl5_per_caps5"),
}
"""The parameters that turn the scale on which people are made into another."""


@dataclass(frozen=True)
class TrialArm:
    """One arm of a published trial as it is simulated.

    `start` is the hour of the first dose, from which the trial counts; `n` how many people it had; `given` what its
    people are told to be; `notes` what had to be decided; `pools` how many trials the record is the mean of, each of
    `trial_size` people in all arms.
    """

    name: str
    n: int
    arm: Arm
    condition: str
    given: dict[str, float | tuple[float, float]]
    start: float
    notes: tuple[str, ...]
    pools: int
    trial_size: float

    @property
    def active(self) -> bool:
        """Whether the arm's own plan holds ketamine or esketamine."""
        return _gives_drug(self.arm.plan)

    def people(self, count: int, seed: int) -> People:
        """So many people as the arm had."""
        return People(self.condition, count, seed, given=self.given)


def _gives_drug(plan: Plan) -> bool:
    """Whether a plan holds ketamine or esketamine."""
    return any(
        isinstance(phrase.what, Dose) and phrase.what.drug in DISSOCIATIVE and phrase.what.amount > 0
        for phrase in plan.course
    )


def trial_arms(trial: Trial) -> dict[str, TrialArm]:
    """The arms of a trial by name."""
    return {arm.name: _trial_arm(trial, arm) for arm in trial.arms}


def _trial_arm(trial: Trial, arm: PublishedArm) -> TrialArm:
    notes: list[str] = []
    plan = _with_background(trial, arm.plan, notes)
    given, converted = _given(trial, arm, notes)
    circumstances = Circumstances(
        setting=_setting(trial, arm), care=care_of(trial.setting_of(arm.name)), values=_held(converted)
    )
    simulated = Arm.of(arm.name, plan, circumstances, _masking(arm))
    start = first_dose(actions_of(plan, LONGEST, "MADRS")[0]) if plan.phrases else 0.0
    return TrialArm(
        arm.name,
        arm.n,
        simulated,
        trial.people.diagnosis,
        given,
        start,
        tuple(dict.fromkeys(notes)),
        trial.pools,
        trial.people.n / trial.pools,
    )


def _with_background(trial: Trial, plan: Plan, notes: list[str]) -> Plan:
    """The plan with what people took besides; one antidepressant stands for all where none is named."""
    background = trial.people.background
    phrases: list[object] = [*background.phrases]
    if background.antidepressant != "none":
        words = load_table("validation").text("representative", background.antidepressant)
        notes.append(f"{background.antidepressant} antidepressant: taken as '{words}'")
        phrases.append(words)
    return Plan(*plan.phrases, *phrases, research=True) if phrases else plan  # type: ignore[arg-type]


def _setting(trial: Trial, arm: PublishedArm) -> str:
    """What lets belief act: that people get both arms, or a tablet begun the same day, before the place itself."""
    if trial.design == "crossover":
        return "crossover"
    if trial.people.background.antidepressant == "new":
        return "new antidepressant"
    return trial.setting_of(arm.name)


def _masking(arm: PublishedArm) -> str:
    """How the control visits of an arm are masked; a blind of sprays is its own kind."""
    spray = any(
        isinstance(phrase.what, Dose) and (phrase.what.route in SPRAYS or phrase.what.drug == "placebo spray")
        for phrase in arm.plan.course
    )
    return "placebo spray" if arm.masking == "saline" and spray else arm.masking


def _held(scales: Sequence[str]) -> dict[str, float]:
    """The conversion of baselines on these scales, held in every world so that the stated baseline is met in each."""
    return {name: evidence_parameters()[name].number for scale in scales for name in READ_OUT[scale]}


def _given(
    trial: Trial, arm: PublishedArm, notes: list[str]
) -> tuple[dict[str, float | tuple[float, float]], list[str]]:
    """What the people of an arm are told to be, and the scales whose baselines were converted for it."""
    population = load_table("populations").group(trial.people.diagnosis)
    everyone = load_table("populations").group("everyone")
    given: dict[str, float | tuple[float, float]] = {}
    if trial.people.female is not None:
        given["female"] = trial.people.female
    if trial.people.age:
        given["age"] = _pair(trial.people.age, population.number("age_sd"))
    if trial.people.weight:
        given["weight"] = _pair(trial.people.weight, everyone.number("weight_sd_female"))
    stated, converted = trial.baseline_of(arm.name), []
    for scale in sorted(stated, key=lambda name: name != TRAIT[name]):
        trait = TRAIT[scale]
        if trait in given:
            notes.append(f"baseline {scale} not used: {trait} fixes it")
            continue
        known = population.group("baseline")
        usual = known.number(trait, "sd") if trait in known else 0.0
        given[trait] = _converted(scale, stated[scale], usual)
        if scale != trait:
            mean = given[trait][0] if isinstance(given[trait], tuple) else given[trait]  # type: ignore[index]
            notes.append(f"baseline {scale} {stated[scale].mean:g} taken as {trait} {mean:.1f}")
            converted.append(scale)
    return given, converted


def _pair(spread: Spread, usual: float) -> tuple[float, float]:
    return spread.mean, usual if spread.sd is None else spread.sd


def _converted(scale: str, spread: Spread, usual: float) -> tuple[float, float]:
    """Mean and SD of a scale on the scale on which people are made, by the model's own read-outs turned round."""
    trait = TRAIT[scale]
    if scale == trait:
        return _pair(spread, usual)
    low, high = load_table("scales").number(trait, "minimum"), load_table("scales").number(trait, "maximum")
    grid = np.linspace(low, high, 2401)
    scores = _read_out(scale, grid)
    mean = float(np.interp(spread.mean, scores, grid))
    place = min(max(mean, low + 1.0), high - 1.0)
    slope = float(np.diff(_read_out(scale, np.array([place - 1.0, place + 1.0])))[0]) / 2.0
    return mean, usual if spread.sd is None else spread.sd / max(slope, 0.05)


def _read_out(scale: str, score: np.ndarray) -> np.ndarray:
    """A person's score at rest on one scale, from the score on which people are made; rising."""
    number = _held([scale]).__getitem__
    if scale == "HAM-D17":
        return number("hamd17_per_madrs") * score
    if scale == "QIDS-SR16":
        return number("qids_per_hamd17") * number("hamd17_per_madrs") * score
    if scale == "PHQ-9":
        soft = number("phq9_softness")
        return soft * np.log1p(np.exp((number("phq9_per_madrs") * score - number("phq9_offset")) / soft))
    if scale == "GAD-7":
        return number("gad7_middle") + number("gad7_per_threat") * (score - number("hama_middle")) / number(
            "hama_per_threat"
        )
    return number("pcl5_offset") + number("pcl5_per_caps5") * score


def visits(result: Result) -> list[float]:
    """Hours after the first dose at which responders are seen, for a measure of relapse; the origin comes first."""
    table = load_table("validation").group("visits")
    origin = origin_of(result)
    longest = table.number("longest") * DAY
    if result.at_hours is not None:
        span = max(result.at_hours - origin, DAY)
    else:
        span = longest
    close = span <= table.number("close_until") * DAY or result.measure == "median time to relapse"
    step = table.number("close" if close else "wide") * DAY
    count = math.ceil(span / step - 1e-9) + 1
    return [origin + step * number for number in range(count + 1)]


def origin_of(result: Result) -> float:
    """Hours after the first dose from which responders are followed."""
    return FIRST_VISIT if result.from_hours is None else result.from_hours


def hours_needed(result: Result) -> list[float]:
    """Hours after the first dose at which a result needs scores."""
    if result.measure in RELAPSE:
        return visits(result)
    return [result.at_hours or 0.0]


def record_hours(arm: TrialArm, results: Sequence[Result]) -> list[float]:
    """Hours of the simulation at which the scores of an arm are recorded, the baseline first."""
    needed = {arm.start + hour for result in results if arm.name in result.arms for hour in hours_needed(result)}
    return sorted({0.0, *needed})
