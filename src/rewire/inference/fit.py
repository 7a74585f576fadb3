"""Fits a person: which virtual people, with which ups and downs, would have had these scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError
from rewire.inference.belief import Belief
from rewire.inference.cloud import Cloud, Prior, Quiet, entry_weights, likelihoods, prior_cloud, run_quiet
from rewire.inference.filter import Filtered, follow
from rewire.inference.scores import Person
from rewire.inference.support import remarks
from rewire.inference.weights import effective, resampled
from rewire.layers.symptoms import SCALES
from rewire.models.inputs import actions_of, factors_of, masking_of
from rewire.plans.plan import Plan

Array = NDArray[np.float64]
FEW_LIKE_THIS = 40.0
"""With fewer effective virtual people who begin like the person, baselines are drawn from a wider population."""
MOVED_ENOUGH = 0.25
"""A trait is refined when the scores moved its mean by so many SDs, or narrowed it by as much."""
KEPT_PRIOR = 0.25
"""Share of a refined cloud that is still drawn from the prior."""
MOST_WATCHED = 180
"""Days of the past that are shown at most; of longer ones every second, third, ..., so that memory stays bounded."""
FEWEST_TO_REFINE = 30
"""Virtual people behind the particles that are needed to say where a refined cloud should lie."""
DAY = 24.0


@dataclass(frozen=True)
class Depth:
    """How much work a fit does: virtual people, paths of daily life for each, and whether they are drawn again.

    With `refine` half of the people go first, as scouts; then everybody is drawn closer to what they found.
    """

    people: int
    paths: int
    refine: bool


QUICK = Depth(2048, 2, True)
"""One person while someone waits."""
BULK = Depth(1024, 2, False)
"""Cohorts."""


def fit_person(
    person: Person,
    plan: Plan,
    prior: Prior,
    *,
    depth: Depth = QUICK,
    forget: float = np.inf,
    seed: int = 1,
    history: bool = True,
    pool: Executor | None = None,
    course: Callable[[Cloud], Quiet] | None = None,
) -> Belief:
    """The belief about a person under a plan, from scores, covariates and the prior.

    `forget` (h) lets older scores count less; `history` keeps what is believed of the days between scores; a `pool` of
    threads halves the time; `course` gives the run without chance where a study has it already, on a grid with all scores.
    Raises `StudyError` where the scores or the plan cannot be used.
    """
    if not forget > 0:
        raise StudyError(f"scores cannot be forgotten in {forget:g} hours", expected="more than 0")
    prior = replace(prior, masking=masking_of(plan), factors=tuple(sorted(factors_of(plan).items())))
    chance = np.random.Generator(np.random.Philox(key=[seed, person.number]))
    prior, cloud, like = _beginning(prior, person)
    some = cloud.take(resampled(entry_weights(cloud, person.entry), float(chance.random()), depth.people))
    end = max(person.now, 1.0)
    actions, gates = actions_of(plan, end, prior.scale)
    if gates:
        raise StudyError(
            "the plan has closed-loop rules, so it does not say what was given",
            advice="give the doses that were given (--doses), or a plan without rules for the time of the scores",
        )
    marks = [score.at for score in person.later]
    every = DAY * max(1, np.ceil(end / DAY / MOST_WATCHED))
    watched = [*np.arange(every, end, every)] if history else []

    def once(people: Cloud, weights: Array | None, shown: Sequence[float]) -> Filtered:
        quiet = course(people) if course else run_quiet(people, actions, (), [*marks, *shown], end, pool)
        owner = np.repeat(np.arange(people.size), depth.paths)
        ready = None if weights is None else np.repeat(weights, depth.paths)
        return follow(quiet, owner, person.later, chance, weights=ready, forget=forget, history=shown, pool=pool)

    refined = None
    if depth.refine and person.later:
        scouts = some.take(np.arange(0, some.size, 2))
        refined = _refined(some, scouts, once(scouts, None, ()), chance)
    some, ready = refined or (some, None)
    done = once(some, ready, watched)
    return Belief(
        person=person,
        plan=plan,
        prior=prior,
        people=some,
        filtered=done,
        like_at_entry=like,
        remarks=remarks(person, prior, like, done),
        seed=seed,
    )


def _beginning(prior: Prior, person: Person) -> tuple[Prior, Cloud, float]:
    """The cloud that holds people who begin like this one, and how many there are; wider baselines if almost none."""
    cloud = prior_cloud(prior)
    like = effective(entry_weights(cloud, person.entry)) if person.entry else float(cloud.size)
    share = _plain_fit(cloud, person)
    if share * cloud.size < FEW_LIKE_THIS:
        prior = replace(prior, wide=True)
        cloud = prior_cloud(prior)
        like = share * cloud.size
    return prior, cloud.known(person.covariates), like


def _plain_fit(cloud: Cloud, person: Person) -> float:
    """The effective share of the cloud that begins like the person when no score may be a slip of the pen."""
    weights = np.ones(cloud.size)
    for score in person.entry:
        chances = likelihoods(score, cloud.at_start[list(SCALES).index(score.scale)])
        weights *= np.maximum(chances - chances.min(), 0.0)
    return effective(weights) / cloud.size if weights.sum() > 0 else 0.0


def _refined(people: Cloud, scouts: Cloud, done: Filtered, chance: np.random.Generator) -> tuple[Cloud, Array] | None:
    """A cloud drawn closer to what the scores said of the `scouts`, with the weights that make up for it.

    None when the scores say little. Only traits that the scores tell something about are drawn anew; everybody keeps start, covariates and the rest.
    """
    owner, count = done.particles.owner, people.size
    places = scouts.places[:, owner]
    mean, spread = places.mean(axis=1), places.std(axis=1)
    noise = 2.0 / np.sqrt(np.unique(owner).size)
    told = np.flatnonzero((np.abs(mean) > MOVED_ENOUGH + noise) | (spread < 1 - MOVED_ENOUGH - noise))
    distinct = np.unique(owner).size
    if told.size == 0 or not FEWEST_TO_REFINE <= distinct <= 0.5 * scouts.size:
        return None
    kept = chance.random(count) < KEPT_PRIOR
    middle, width = mean[told, None], np.minimum(1.2 * spread[told, None] + 0.05, 1.0)
    drawn = chance.standard_normal((told.size, count))
    z = np.where(kept, drawn, middle + width * drawn)
    near = np.exp(-0.5 * (((z - middle) / width) ** 2).sum(axis=0)) / np.prod(width)
    far = np.exp(-0.5 * (z**2).sum(axis=0))
    weights = far / (KEPT_PRIOR * far + (1 - KEPT_PRIOR) * near)
    places = people.places.copy()
    places[told] = z
    return people.moved(places), weights / weights.sum()


def fit_cohort(
    people: Sequence[tuple[Person, Plan]],
    prior: Prior,
    *,
    depth: Depth = BULK,
    forget: float = np.inf,
    seed: int = 1,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Belief]:
    """Beliefs about many people, each as soon as it is there; the same whatever the number of workers and the order."""
    prior_cloud(
        replace(prior, masking=masking_of(people[0][1]), factors=tuple(sorted(factors_of(people[0][1]).items())))
    )
    with ThreadPoolExecutor(workers) as pool:
        futures = [
            pool.submit(fit_person, person, plan, prior, depth=depth, forget=forget, seed=seed, history=False)
            for person, plan in people
        ]
        for done, future in enumerate(as_completed(futures), start=1):
            if progress:
                progress(done, len(people))
            yield future.result()
