"""Options for a person or a population: schedules side by side, what each does and what each costs.

Same people, same luck under every option; every difference carries its uncertainty. Options are shown, none is
recommended. The safety rules are hard limits: no option beyond them is ever run.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError
from rewire.evidence.library import evidence_hash
from rewire.evidence.library import parameters as evidence_parameters
from rewire.inference.belief import Belief
from rewire.models.posterior import posterior_in_use
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.sources import load_table
from rewire.studies.difference import say_difference
from rewire.studies.goals import READOUTS, Goal, Limit
from rewire.studies.options import MOST_OPTIONS, Blanks, Candidate, Clinic, Left, fill
from rewire.studies.outcomes import Outcome, ninth_of_ten, run_for_people, run_for_person
from rewire.studies.result import Band
from rewire.studies.search import search
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
    blanks = Blanks.of(course, vary)

    def run(
        some: Sequence[Candidate], few: bool, told: Callable[[int, int], None] | None
    ) -> tuple[list[Outcome], list[Left]]:
        if people is not None:
            who = people.part(0, min(SCREEN, people.n)) if few else people
            return run_for_people(some, who, aim, end, switches, setting, draws, told), []
        return run_for_person(some, person, aim, end, seed, told) if person else ([], [])

    def try_out(one: Candidate) -> Outcome | Left:
        done, refused = run([one], True, None)
        return done[0] if done else refused[0]

    notes = _notes(switches)
    if blanks.size > MOST_OPTIONS:
        first, left = search(blanks, clinic, end, try_out, seed, progress)
        found = [each.candidate for each in first]
        notes += (
            f"{blanks.size:,} options are too many to try each: {len(first):,} were tried, chosen by a genetic search "
            "(NSGA-II); better ones may have been missed",
        )
    else:
        found, left = fill(blanks, clinic, end)
        screened = people is not None and len(found) > FEW_ENOUGH and people.n > 2 * SCREEN
        first = run(found, True, progress)[0] if screened else []
    if first:
        kept = _promising(first)
        left += [
            Left(each.candidate.name, "clearly worse than another option in everything")
            for each in first
            if each not in kept
        ]
        found = [each.candidate for each in kept]
    if not found:
        reasons = "; ".join(f"{each.name}: {each.why}" for each in left[:4])
        raise StudyError(f"no option is left ({reasons})", advice="allow more days, or other choices")
    outcomes, refused = run(found, False, progress)
    left += refused
    if not outcomes:
        raise StudyError("no option is left for this person: " + "; ".join(each.why for each in left[:3]))
    group = np.arange(people.n) % max(draws, 1) if people else None
    options = _compared(outcomes, aim, limits, group)
    return Options(
        study=_study(options, people, person, aim, keep, clinic, switches, setting, draws, seed),
        goal=aim,
        options=options,
        left=tuple(left),
        notes=notes,
        remarks=person.remarks if person else (),
    )


def _promising(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Options that no other one beats clearly: a better goal by two standard errors at no more doses and dissociation."""
    doses = np.array([one.doses.mean() for one in outcomes])
    dissociation = np.array([ninth_of_ten(one, "CADSS") for one in outcomes])
    goals = np.stack([one.goal for one in outcomes])
    kept = []
    for place, one in enumerate(outcomes):
        cheaper = (doses <= doses[place] + 1e-9) & (dissociation <= dissociation[place] + 0.5)
        gaps = one.goal - goals[cheaper]
        errors = gaps.std(axis=1) / np.sqrt(gaps.shape[1])
        if not np.any(gaps.mean(axis=1) > 2 * errors):
            kept.append(one)
    # The reference stays, so that every difference has its origin.
    return kept if outcomes[0] in kept else [outcomes[0], *kept]


def _compared(
    outcomes: Sequence[Outcome], aim: Goal, limits: Sequence[Limit], group: NDArray[np.int64] | None
) -> tuple[Option, ...]:
    reference = outcomes[0]
    found = []
    for one in outcomes:
        gap = _interval(one.goal - reference.goal, group)
        own = _interval(one.goal, group)
        words = "the reference" if one is reference else _say(one, reference, gap, aim)
        peaks = {name: ninth_of_ten(one, name) for name in READOUTS}
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


def _say(one: Outcome, other: Outcome, gap: tuple[float, float, float], aim: Goal) -> str:
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
