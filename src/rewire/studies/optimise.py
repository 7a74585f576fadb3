"""Options for a person or a population: schedules side by side, what each does and what each costs.

Same people, same luck under every option; every difference carries its uncertainty. Options are shown, none is
recommended. The safety rules are hard limits: no option beyond them is ever run.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.engine.kernels import kernel
from rewire.errors import StudyError, closest
from rewire.evidence.library import evidence_hash
from rewire.evidence.library import parameters as evidence_parameters
from rewire.inference.ahead import look_ahead
from rewire.inference.belief import Belief
from rewire.layers.symptoms import SCALES
from rewire.models.parameters import Circumstances
from rewire.models.posterior import posterior_in_use
from rewire.models.standard import standard_model
from rewire.plans.events import Dose
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.sources import load_table
from rewire.studies.cohort import Arm, observed, prepare, simulate, threads
from rewire.studies.difference import say_difference
from rewire.studies.options import RAPID, Candidate, Clinic, Left, fill
from rewire.studies.result import Band
from rewire.studies.shown_person import ShownPerson
from rewire.studies.sources import drug_layers

Array = NDArray[np.float64]
DAY, WEEK = 24.0, 168.0
EIGHTY = 1.2816
DRAWS = 16
SCREEN = 192
"""People in the first round; options that are clearly worse in everything go no further."""
FEW_ENOUGH = 12
"""With so few options there is no first round."""
READOUTS = {"CADSS": "dissociation", "SBP rise": "systolic_rise"}
LIMITED = (*READOUTS, "doses", "hours")
_GOAL = re.compile(r"\s*([A-Za-z0-9-]+)\s+(over|at)\s+(?:week\s+)?(\d+(?:\.\d+)?)(?:\s+weeks?)?\s*")
_LIMIT = re.compile(r"\s*(.+?)\s*(<=|<)\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*")


@dataclass(frozen=True)
class Goal:
    """What counts: the mean of a scale over `weeks`, or the scale at the end of them; lower is better."""

    scale: str
    how: str
    weeks: float

    @staticmethod
    def read(text: str) -> Goal:
        """From words: `PHQ-9 over 12 weeks`, `MADRS at week 8`."""
        match = _GOAL.fullmatch(text)
        if not match or match[1] not in SCALES:
            advice = closest(match[1], SCALES) if match else ""
            raise StudyError(
                f"cannot read the goal '{text}'", expected="PHQ-9 over 12 weeks, or MADRS at week 8", advice=advice
            )
        weeks = float(match[3])
        if not 0 < weeks <= 104:
            raise StudyError(f"a goal of {weeks:g} weeks", expected="more than 0, up to 104 weeks")
        return Goal(match[1], match[2], weeks)

    def of(self, scores: Array) -> Array:
        """The goal of each person from daily scores `[day, person]`."""
        found: Array = scores.mean(axis=0) if self.how == "over" else scores[-1]
        return found

    def say(self) -> str:
        """The goal in words."""
        return (
            f"{self.scale} over {self.weeks:g} weeks" if self.how == "over" else f"{self.scale} at week {self.weeks:g}"
        )


@dataclass(frozen=True)
class Limit:
    """A limit that an option must keep: for CADSS and SBP rise nine people in ten, for doses and hours on average."""

    what: str
    most: float
    strict: bool

    @staticmethod
    def read(text: str) -> Limit:
        """From words: `CADSS < 20`, `SBP rise < 30 mmHg`, `doses <= 12`, `hours <= 30`."""
        match = _LIMIT.fullmatch(text)
        if not match or match[1] not in LIMITED:
            near = closest(match[1], LIMITED) if match else ""
            raise StudyError(
                f"cannot read the limit '{text}'", expected=f"{', '.join(LIMITED)}, then < and a number", advice=near
            )
        return Limit(match[1], float(match[3]), match[2] == "<")

    def kept(self, value: float) -> bool:
        """Whether a value keeps it."""
        return value < self.most if self.strict else value <= self.most


@dataclass(frozen=True)
class Option:
    """One option: what it does to the goal, what it costs, and how it differs from the first option.

    `peaks` are what nine people in ten stay below; `goal_band` is the mean with its 80 % interval of what is not known;
    `responding` the share with a response at the end. `beside` says how an option of the front differs from the one on
    it with the next fewer doses.
    """

    name: str
    plan: Plan
    goal: float
    goal_band: tuple[float, float]
    responding: float
    doses: float
    hours: float
    peaks: Mapping[str, float]
    difference: tuple[float, float, float]
    words: str
    front: bool
    objection: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Options(ShownPerson):
    """All options beside the first one (the reference), those left out with the reason, and notes on hypotheses."""

    study: Mapping[str, Any]
    goal: Goal
    options: tuple[Option, ...]
    left: tuple[Left, ...]
    notes: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def front(self) -> tuple[Option, ...]:
        """The options that no other one beats in everything: goal, doses, hours and dissociation."""
        return tuple(option for option in self.options if option.front)


@dataclass(frozen=True)
class _Outcome:
    candidate: Candidate
    goal: Array
    responding: Array
    doses: Array
    hours: Array
    peaks: Mapping[str, Array]


def optimise(
    course: str | Sequence[str],
    people: People | None = None,
    *,
    vary: Mapping[str, Sequence[str]],
    goal: str | Goal = "MADRS over 12 weeks",
    keep: Sequence[str] = (),
    clinic: Clinic = Clinic(),
    person: Belief | None = None,
    switches: Mapping[str, bool] | None = None,
    setting: str = "clinic",
    draws: int = DRAWS,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Options:
    """Every filling of the blanks of a plan, on the same people with the same luck, or for one person from now on.

    `vary` gives the choices for each blank `{like this}`. `keep` are limits such as `CADSS < 20`. With `person` the
    options begin from what is believed about the person; they must not change what was given before the last score.
    The window hypothesis stays off unless `switches` turns it on, which is then noted with its evidence.
    """
    aim = Goal.read(goal) if isinstance(goal, str) else goal
    limits = [Limit.read(text) for text in keep]
    if (people is None) == (person is None):
        raise StudyError("options are for a population or for one person", expected="either people or person")
    end = (person.now if person else 0.0) + aim.weeks * WEEK
    found, left = fill(course, vary, clinic, end)
    if not found:
        reasons = "; ".join(f"{each.name}: {each.why}" for each in left[:4])
        raise StudyError(f"no option is left ({reasons})", advice="allow more days, or other choices")
    remarks: tuple[str, ...] = ()
    if person is not None:
        outcomes, more = _for_person(found, person, aim, end, seed, progress)
        left += more
        remarks = person.remarks
        group = None
    elif people is not None:
        screen = people.part(0, min(SCREEN, people.n))
        rounds = 2 if len(found) > FEW_ENOUGH and people.n > 2 * SCREEN else 1
        if rounds == 2:
            first = _for_people(found, screen, aim, end, switches, setting, draws, progress)
            kept = _promising(first)
            left += [
                Left(each.candidate.name, "clearly worse than another option in everything")
                for each in first
                if each not in kept
            ]
            found = [each.candidate for each in kept]
        outcomes = _for_people(found, people, aim, end, switches, setting, draws, progress)
        group = np.arange(people.n) % max(draws, 1)
    if not outcomes:
        raise StudyError("no option is left for this person: " + "; ".join(each.why for each in left[:3]))
    options = _compared(outcomes, aim, limits, group)
    return Options(
        study=_study(options, people, person, aim, keep, clinic, switches, setting, draws, seed),
        goal=aim,
        options=options,
        left=tuple(left),
        notes=_notes(switches),
        remarks=remarks,
    )


def _for_people(
    found: Sequence[Candidate],
    people: People,
    aim: Goal,
    end: float,
    switches: Mapping[str, bool] | None,
    setting: str,
    draws: int,
    progress: Callable[[int, int], None] | None,
) -> list[_Outcome]:
    model = standard_model()
    compiled = kernel(model, "float64")
    records = [0.0, *np.arange(DAY, end + 1, DAY).tolist()]
    draw = np.arange(people.n) % draws + 1 if draws else 0
    known = posterior_in_use().posterior
    given = Circumstances(setting=setting, switches=dict(switches or {}), draw=draw, posterior=known)
    record = (SCALES[aim.scale], "visits")
    outcomes = []
    with threads() as pool:
        for done, candidate in enumerate(found, start=1):
            arm = Arm.of(candidate.name, candidate.plan, given)
            ready = prepare(compiled, arm, end, records, people.scale)
            recording = simulate(model, compiled, ready, people, record, pool)
            scores = observed(recording, aim.scale, people).astype(float)
            given_doses = np.asarray(recording.values["visits"][-1], float)
            outcomes.append(_outcome(candidate, scores, aim, given_doses, end, recording.peaks))
            if progress:
                progress(done, len(found))
    return outcomes


def _outcome(
    candidate: Candidate, scores: Array, aim: Goal, doses: Array, end: float, peaks: Mapping[str, NDArray[Any]]
) -> _Outcome:
    start = scores[0]
    fraction = load_table("scales").number(aim.scale, "response_fraction")
    lasts = [event.lasts for event in candidate.plan.events(end) if _rapid(event.what)]
    each = (float(np.mean(lasts)) if lasts else 0.0) + load_table("clinic_time").number("after_dose")
    return _Outcome(
        candidate,
        aim.of(scores[1:]),
        start - scores[-1] >= fraction * start,
        doses,
        doses * each,
        {name: np.asarray(peaks[signal], float) for name, signal in READOUTS.items()},
    )


def _rapid(what: object) -> bool:
    return isinstance(what, Dose) and what.drug in RAPID


def _for_person(
    found: Sequence[Candidate],
    person: Belief,
    aim: Goal,
    end: float,
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> tuple[list[_Outcome], list[Left]]:
    """The options from now on; the same particles meet the same luck under each."""
    hours = np.arange(np.floor(person.now / DAY) * DAY + DAY, end + 1, DAY)
    outcomes, left = [], []
    for done, candidate in enumerate(found, start=1):
        chance = np.random.Generator(np.random.Philox(key=[seed, person.person.number]))
        try:
            ahead = look_ahead(person, candidate.plan, hours, chance)
        except StudyError as wrong:
            left.append(Left(candidate.name, wrong.problem))
            continue
        observed_scores = ahead.observed(aim.scale, chance)
        start = ahead.at_start[list(SCALES).index(aim.scale)]
        scores = np.concatenate([start[None, :], observed_scores])
        coming = sum(1.0 for event in candidate.plan.events(end) if _rapid(event.what) and event.at > person.now)
        outcomes.append(_outcome(candidate, scores, aim, np.full(start.size, coming), end, ahead.peaks))
        if progress:
            progress(done, len(found))
    return outcomes, left


def _promising(outcomes: Sequence[_Outcome]) -> list[_Outcome]:
    """Options that no other one beats clearly: a better goal by two standard errors at no more doses and dissociation."""
    kept = []
    for one in outcomes:
        beaten = False
        for other in outcomes:
            gap = one.goal - other.goal
            error = gap.std() / np.sqrt(gap.size)
            worse_goal = gap.mean() > 2 * error
            no_cheaper = (
                one.doses.mean() >= other.doses.mean() - 1e-9 and _tenth(one, "CADSS") >= _tenth(other, "CADSS") - 0.5
            )
            beaten |= other is not one and worse_goal and no_cheaper
        if not beaten:
            kept.append(one)
    # The reference stays, so that every difference has its origin.
    return kept if outcomes[0] in kept else [outcomes[0], *kept]


def _tenth(one: _Outcome, name: str) -> float:
    return float(np.quantile(one.peaks[name], 0.9))


def _compared(
    outcomes: Sequence[_Outcome], aim: Goal, limits: Sequence[Limit], group: NDArray[np.int64] | None
) -> tuple[Option, ...]:
    reference = outcomes[0]
    found = []
    for one in outcomes:
        gap = _interval(one.goal - reference.goal, group)
        own = _interval(one.goal, group)
        words = "the reference" if one is reference else _say(one, reference, gap, aim)
        peaks = {name: _tenth(one, name) for name in READOUTS}
        costs = {**peaks, "doses": float(one.doses.mean()), "hours": float(one.hours.mean())}
        broken = [
            f"{limit.what} {costs[limit.what]:.0f}, limit {limit.most:g}"
            for limit in limits
            if not limit.kept(costs[limit.what])
        ]
        found.append(
            Option(
                one.candidate.name,
                one.candidate.plan,
                own[0],
                own[1:],
                float(one.responding.mean()),
                costs["doses"],
                costs["hours"],
                peaks,
                gap,
                words,
                False,
                "; ".join(broken),
            )
        )
    marked = [replace(option, front=not option.objection and not _beaten(option, found)) for option in found]
    by_cost = sorted(
        (k for k, option in enumerate(marked) if option.front), key=lambda k: (marked[k].doses, -marked[k].goal)
    )
    for fewer, more in itertools.pairwise(by_cost):
        gap = _interval(outcomes[more].goal - outcomes[fewer].goal, group)
        marked[more] = replace(marked[more], beside=_say(outcomes[more], outcomes[fewer], gap, aim))
    return tuple(marked)


def _say(one: _Outcome, other: _Outcome, gap: tuple[float, float, float], aim: Goal) -> str:
    """A difference in words; at the end of a run in those of a comparison, over some weeks in their like."""
    unit = load_table("scales").text(aim.scale, "points")
    matters = load_table("scales").number(aim.scale, "minimal_important_difference")
    mean, low, high = (np.array([value]) for value in gap)
    words = say_difference(one.candidate.name, other.candidate.name, Band(unit, np.zeros(1), mean, low, high), matters)
    return words.replace(" ends ", f" is, {aim.say()}, ") if aim.how == "over" else words


def _beaten(option: Option, others: Sequence[Option]) -> bool:
    own = (option.goal, option.doses, option.hours, option.peaks["CADSS"])
    for other in others:
        theirs = (other.goal, other.doses, other.hours, other.peaks["CADSS"])
        if not other.objection and all(a <= b for a, b in zip(theirs, own, strict=True)) and theirs != own:
            return True
    return False


def _interval(values: Array, group: NDArray[np.int64] | None) -> tuple[float, float, float]:
    """Mean and 80 % interval of what is not known.

    For a population that is its mean: chance among people, and what differs between draws (`group`) of typical values.
    For one person (no group) it is the person's own value: the spread over what the person may be like.
    """
    mean, count = float(values.mean()), values.size
    if group is None:
        low, high = np.quantile(values, (0.1, 0.9))
        return mean, float(low), float(high)
    sampling = float(values.var(ddof=1)) / count if count > 1 else 0.0
    means = np.array([values[group == g].mean() for g in np.unique(group)])
    within = float(values.var(ddof=1)) * means.size / count if count > 1 else 0.0
    between = max(0.0, float(means.var(ddof=1)) - within) if means.size > 1 else 0.0
    half = EIGHTY * float(np.sqrt(sampling + between))
    return mean, mean - half, mean + half


def _notes(switches: Mapping[str, bool] | None) -> tuple[str, ...]:
    """What is said when the window hypothesis is on: its grade and an interval that includes nothing and harm."""
    if not (switches or {}).get("window"):
        return ("therapy timing: the window hypothesis is off, so therapy adds to the drug whenever it is given",)
    entry = evidence_parameters()["window_gain"]
    group = load_table("switches").group("window")
    spread = 1.96 * (entry.uncertainty or 0.0)
    low, high = entry.number * np.exp(-spread), entry.number * np.exp(spread)
    return (
        f"therapy timing: the window hypothesis is ON. Grade: {group.text('grade')}. {group.text('evidence')} Learning in the "
        f"window is taken as {entry.number:g} times that outside (95 % {low:.1f} to {high:.1f}): no effect (1) and harm "
        "(below 1) lie inside",
    )


def _study(
    options: Sequence[Option],
    people: People | None,
    person: Belief | None,
    aim: Goal,
    keep: Sequence[str],
    clinic: Clinic,
    switches: Mapping[str, bool] | None,
    setting: str,
    draws: int,
    seed: int,
) -> dict[str, Any]:
    condition = people.condition if people else person.prior.condition if person else ""
    return {
        "kind": "optimise",
        "plans": {option.name: option.plan.say() for option in options},
        "people": {"name": condition, "condition": condition, "n": people.n if people else 1},
        "person": person.person.name if person else None,
        "goal": aim.say(),
        "keep": list(keep),
        "clinic": {"days": list(clinic.days), "gap": clinic.gap, "a_week": clinic.a_week, "in_all": clinic.in_all},
        "switches": dict(switches or {}),
        "setting": setting,
        "posterior": (person.prior.known if person else posterior_in_use()).words,
        "draws": draws,
        "drug_layers": list(drug_layers([option.plan for option in options])),
        "seed": people.seed if people else seed,
        "version": version("rewire"),
        "evidence": evidence_hash(),
    }
