"""Options for a person or a population: schedules side by side, what each does and what each costs.

Same people, same luck under every option; every difference carries its uncertainty. Options are shown, none is
recommended. The safety rules are hard limits: no option beyond them is ever run.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError
from rewire.evidence.library import evidence_hash
from rewire.inference.belief import Belief
from rewire.models.posterior import posterior_in_use
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.sources import load_table
from rewire.studies.difference import Interval, interval, say_difference
from rewire.studies.goals import READOUTS, Goal, Limit
from rewire.studies.options import MOST_OPTIONS, Blanks, Candidate, Clinic, Left, fill
from rewire.studies.outcomes import Outcome, beyond, run_for_people, run_for_person
from rewire.studies.result import Band
from rewire.studies.search import search
from rewire.studies.shown import ShownPerson
from rewire.studies.sources import drug_layers
from rewire.studies.timing import GAIN, HYPOTHESIS, Timing, compare_times, has_sessions, note_on_window

Array = NDArray[np.float64]
DAY, WEEK = 24.0, 168.0
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
    untold: bool = False


@dataclass(frozen=True, repr=False)
class Options(ShownPerson):
    """All options beside the first one (the reference), those left out with the reason, and notes on hypotheses.

    `timings` sets options that differ in the times of sessions alone side by side.
    """

    study: Mapping[str, Any]
    goal: Goal
    options: tuple[Option, ...]
    left: tuple[Left, ...]
    notes: tuple[str, ...]
    remarks: tuple[str, ...]
    timings: tuple[Timing, ...] = ()

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
    The window hypothesis stays off unless `switches` turns it on, which is then noted with its evidence; what the timing
    of sessions does is then told over everything its gain may be. Hypotheses about a person are those of the fit.
    """
    aim = Goal.read(goal) if isinstance(goal, str) else goal
    limits = [Limit.read(text) for text in keep]
    if (people is None) == (person is None):
        raise StudyError("options are for a population or for one person", expected="either people or person")
    if draws < 0:
        raise StudyError(f"{draws} draws of what is not known", expected="1 or more, or 0 for none")
    if person:
        if switches is not None and dict(switches) != dict(person.prior.switches):
            raise StudyError("hypotheses about a person are those of the fit", advice="fit with these switches")
        switches = dict(person.prior.switches)
    end = (person.now if person else 0.0) + aim.weeks * WEEK
    blanks = Blanks.of(course, vary)

    def run(
        some: Sequence[Candidate],
        few: bool,
        told: Callable[[int, int], None] | None,
        typical: Mapping[str, float] = MappingProxyType({}),
    ) -> tuple[list[Outcome], list[Left]]:
        if people is not None:
            who = people.part(0, min(SCREEN, people.n)) if few else people
            return run_for_people(some, who, aim, end, switches, setting, draws, told, typical), []
        return run_for_person(some, person, aim, end, seed, told, typical) if person else ([], [])

    def try_out(one: Candidate) -> Outcome | Left:
        done, refused = run([one], True, None)
        return done[0] if done else refused[0]

    notes: tuple[str, ...] = ()
    if blanks.size > MOST_OPTIONS:
        first, left = search(blanks, clinic, end, limits, try_out, seed, progress)
        found = [each.candidate for each in first]
        notes = (
            f"{blanks.size:,} options are too many to try each: {len(first):,} were tried, chosen by a genetic search "
            "(NSGA-II); better ones may have been missed",
        )
    else:
        found, left = fill(blanks, clinic, end)
        screened = people is not None and len(found) > FEW_ENOUGH and people.n > 2 * SCREEN
        first = run(found, True, progress)[0] if screened else []
    if first:
        found, dropped = _promising(first, limits)
        left += dropped
    if not found:
        reasons = "; ".join(f"{each.name}: {each.why}" for each in left[:4])
        raise StudyError(f"no option is left ({reasons})", advice="allow more days, or other choices")
    outcomes, refused = run(found, False, progress)
    left += refused
    if not outcomes:
        raise StudyError("no option is left for this person: " + "; ".join(each.why for each in left[:3]))
    group = np.arange(people.n) % max(draws, 1) if people else None
    options = _compared(outcomes, aim, limits, group)
    window = bool((switches or {}).get(HYPOTHESIS))

    def under(some: Sequence[Candidate], gain: float) -> list[Outcome]:
        return run(some, False, progress, {GAIN: gain})[0]

    timings = compare_times(outcomes, end, group, under if window else None)
    if any(has_sessions(one.plan) for one in options):
        notes += (note_on_window(window),)
    return Options(
        study=_study(options, people, person, aim, keep, clinic, switches, setting, draws, seed),
        goal=aim,
        options=options,
        left=tuple(left),
        notes=notes,
        remarks=person.remarks if person else (),
        timings=timings,
    )


def _promising(outcomes: Sequence[Outcome], limits: Sequence[Limit]) -> tuple[list[Candidate], list[Left]]:
    """Options that may keep the limits and that no other such one beats clearly; the others with the reason.

    Clearly is a better goal by two standard errors at no more doses and dissociation. The reference stays, so that every
    difference has its origin.
    """
    kept, left = [outcomes[0].candidate], []
    within = [one for one in outcomes if not any(beyond(one, limit) for limit in limits)]
    doses = np.array([one.typical("doses") for one in within])
    dissociation = np.array([one.typical("CADSS") for one in within])
    goals = np.stack([one.goal for one in within]) if within else np.empty((0, outcomes[0].goal.size))
    for one in outcomes[1:]:
        cheaper = (doses <= one.typical("doses") + 1e-9) & (dissociation <= one.typical("CADSS") + 0.5)
        gaps = one.goal - goals[cheaper]
        broken = [limit for limit in limits if beyond(one, limit)]
        if broken:
            left.append(Left(one.candidate.name, "breaks a limit: " + "; ".join(map(one.against, broken))))
        elif np.any(gaps.mean(axis=1) > 2 * gaps.std(axis=1) / np.sqrt(gaps.shape[1])):
            left.append(Left(one.candidate.name, "clearly worse than another option in everything"))
        else:
            kept.append(one.candidate)
    return kept, left


def _compared(
    outcomes: Sequence[Outcome], aim: Goal, limits: Sequence[Limit], group: NDArray[np.int64] | None
) -> tuple[Option, ...]:
    reference = outcomes[0]
    found = []
    for one in outcomes:
        gap = interval(one.goal - reference.goal, group)
        own = interval(one.goal, group)
        words = "the reference" if one is reference else _say(one.candidate.name, reference.candidate.name, gap, aim)
        broken = [one.against(limit) for limit in limits if not limit.kept(one.typical(limit.what))]
        found.append(
            Option(
                one.candidate.name,
                one.candidate.plan,
                own[0],
                own[1:],
                float(one.responding.mean()),
                one.typical("doses"),
                one.typical("hours"),
                {name: one.typical(name) for name in READOUTS},
                gap,
                words,
                False,
                "; ".join(broken),
            )
        )
    marked = [replace(option, front=not option.objection and not _beaten(option, found)) for option in found]
    on_front = [(one, option) for one, option in zip(outcomes, marked, strict=True) if option.front]
    for place, (one, option) in enumerate(zip(outcomes, marked, strict=True)):
        if not option.front and not option.objection:
            twins = [interval(one.goal - best.goal, group) for best, other in on_front if _as_costly(option, other)]
            marked[place] = replace(option, untold=any(low <= 0 <= high for _, low, high in twins))
    by_cost = sorted(
        (k for k, option in enumerate(marked) if option.front), key=lambda k: (marked[k].doses, -marked[k].goal)
    )
    for fewer, more in itertools.pairwise(by_cost):
        gap = interval(outcomes[more].goal - outcomes[fewer].goal, group)
        marked[more] = replace(marked[more], beside=_say(marked[more].name, marked[fewer].name, gap, aim))
    return tuple(marked)


def _say(name: str, other: str, gap: Interval, aim: Goal) -> str:
    """A difference in words; at the end of a run in those of a comparison, over some weeks in their like."""
    unit = load_table("scales").text(aim.scale, "points")
    matters = load_table("scales").number(aim.scale, "minimal_important_difference")
    mean, low, high = (np.array([value]) for value in gap)
    words = say_difference(name, other, Band(unit, np.zeros(1), mean, low, high), matters)
    return words.replace(" ends ", f" is, {aim.say()}, ") if aim.how == "over" else words


def _as_costly(option: Option, other: Option) -> bool:
    own, theirs = ((each.doses, each.hours, each.peaks["CADSS"]) for each in (option, other))
    return bool(np.allclose(own, theirs))


def _beaten(option: Option, others: Sequence[Option]) -> bool:
    own = (option.goal, option.doses, option.hours, option.peaks["CADSS"])
    for other in others:
        theirs = (other.goal, other.doses, other.hours, other.peaks["CADSS"])
        if not other.objection and all(a <= b for a, b in zip(theirs, own, strict=True)) and theirs != own:
            return True
    return False


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
