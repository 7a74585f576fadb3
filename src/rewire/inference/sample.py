"""Full sampling of a person: Metropolis chains over traits, the chance of the scores estimated without bias by particles.

Particle-marginal Metropolis-Hastings (Andrieu, Doucet & Holenstein 2010). Proposals keep the prior (preconditioned
Crank-Nicolson), so the chance of the scores alone decides. Slower than the quick fit, and the judge of it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.inference.belief import Belief
from rewire.inference.cloud import Cloud, entry_weights, models, prior_cloud, run_quiet
from rewire.inference.diagnostics import effective_draws, split_rhat
from rewire.inference.filter import Filtered, Particles, follow
from rewire.inference.weights import resampled
from rewire.models.inputs import actions_of
from rewire.models.parameters import varying

Array = NDArray[np.float64]
CHAINS = 16
STEPS = 400
WARM_UP = 100
COURSES = 512
"""Paths of daily life by which the chance of the scores is estimated for each proposal."""
STRIDES = (0.25, 0.5, 0.9)
"""How far proposals go, drawn in turn: small steps for told traits, almost independent ones for the rest."""
ANOTHER = 0.3
"""Share of proposals that also take the start and the covariates of another virtual person."""
TRUSTED_RHAT = 1.05
ENOUGH = 200.0


@dataclass(frozen=True)
class Checked:
    """One trait from full sampling: mean and SD of the place among others, R-hat, effective draws, and the quick mean."""

    name: str
    mean: float
    sd: float
    rhat: float
    effective: float
    quick: float


@dataclass(frozen=True)
class Sampled:
    """The belief from full sampling, with its diagnostics; `trusted` says whether they are in order."""

    belief: Belief
    traits: tuple[Checked, ...]
    accepted: float
    draws: int

    @property
    def trusted(self) -> bool:
        """Chains agree and hold enough effective draws, for every trait."""
        return all(t.rhat < TRUSTED_RHAT and t.effective > ENOUGH for t in self.traits)

    def table(self) -> str:
        """Diagnostics as plain text, the traits that the scores tell most about first."""
        lines = [f"full sampling: {CHAINS} chains, {self.draws:,} draws, {self.accepted:.0%} of proposals taken"]
        lines.append(f"{'trait':32}{'mean':>8}{'SD':>7}{'R-hat':>8}{'draws':>8}{'quick mean':>12}")
        for trait in self.traits[:8]:
            lines.append(
                f"{trait.name:32}{trait.mean:8.2f}{trait.sd:7.2f}{trait.rhat:8.3f}{trait.effective:8.0f}{trait.quick:12.2f}"
            )
        worst = max(trait.rhat for trait in self.traits)
        fewest = min(trait.effective for trait in self.traits)
        said = "in order" if self.trusted else "NOT in order: do not rely on it"
        lines.append(f"all traits: R-hat at most {worst:.3f}, at least {fewest:.0f} effective draws: {said}")
        return "\n".join(lines) + "\n"

    def to_json(self) -> dict[str, Any]:
        """Diagnostics as plain data."""
        return {
            "trusted": self.trusted,
            "accepted": self.accepted,
            "draws": self.draws,
            "traits": [vars(trait) | {} for trait in self.traits],
        }


@dataclass
class _State:
    """Where the chains are: everyone's virtual person, the log chance of the scores, and one course for each."""

    people: Cloud
    chance: Array
    particles: Particles


def sample_person(
    belief: Belief,
    *,
    chains: int = CHAINS,
    steps: int = STEPS,
    warm_up: int = WARM_UP,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Sampled:
    """Chains that start from a quick belief and run on the exact chance of the same scores."""
    person, prior = belief.person, belief.prior
    chance = np.random.Generator(np.random.Philox(key=[seed, 2**32 + person.number]))
    whole = prior_cloud(prior).known(person.covariates)
    fitting = resampled(entry_weights(whole, person.entry), float(chance.random()), 4096)
    end = max(person.now, 1.0)
    actions, _ = actions_of(belief.plan, end, prior.scale)
    marks = [score.at for score in person.later]
    keys = [2**40 + 1000 * person.number + chain for chain in range(chains)]
    streams = [np.random.Generator(np.random.Philox(key=[seed, key])) for key in keys]

    def judge(people: Cloud, pool: ThreadPoolExecutor) -> _State:
        quiet = run_quiet(people, actions, (), marks, end)

        def one(chain: int) -> Filtered:
            return follow(quiet, np.full(COURSES, chain), person.later, streams[chain], renew=False)

        found = list(pool.map(one, range(people.size)))
        some = [done.particles.take(np.array([0])) for done in found]
        together = Particles(
            np.concatenate([each.x for each in some]),
            np.concatenate([each.noise for each in some]),
            np.arange(people.size),
        )
        return _State(people, np.array([done.evidence for done in found]), together)

    kept: list[tuple[Cloud, Particles]] = []
    taken = 0
    with ThreadPoolExecutor(2) as pool:
        owners = belief.filtered.particles.owner
        now = judge(belief.people.take(owners[np.linspace(0, owners.size - 1, chains).astype(int)]), pool)
        for step in range(steps):
            stride = STRIDES[step % len(STRIDES)]
            other = chance.random(chains) < ANOTHER
            base = whole.take(fitting[chance.integers(0, fitting.size, chains)])
            places = np.sqrt(1 - stride**2) * now.people.places + stride * chance.standard_normal(
                now.people.places.shape
            )
            offered = judge(_mixed(now.people, base, other, places), pool)
            yes = np.log(chance.random(chains)) < offered.chance - now.chance
            taken += int(yes.sum())
            now = _chosen(now, offered, yes)
            if step >= warm_up:
                kept.append((now.people, now.particles))
            if progress:
                progress(step + 1, steps)
    return _summed(belief, kept, taken / (steps * chains))


def _mixed(own: Cloud, base: Cloud, other: NDArray[np.bool_], places: Array) -> Cloud:
    """Proposals: the own virtual people (or others, start and covariates included) moved to new places."""
    start = replace(
        own,
        numbers=np.where(other, base.numbers, own.numbers),
        draw=np.where(other, base.draw, own.draw),
        places=np.where(other, base.places, own.places),
        at_start=np.where(other, base.at_start, own.at_start),
    )
    return start.moved(places)


def _chosen(now: _State, offered: _State, yes: NDArray[np.bool_]) -> _State:
    people = replace(
        now.people,
        numbers=np.where(yes, offered.people.numbers, now.people.numbers),
        draw=np.where(yes, offered.people.draw, now.people.draw),
        places=np.where(yes, offered.people.places, now.people.places),
        at_start=np.where(yes, offered.people.at_start, now.people.at_start),
    )
    pick = yes[:, None]
    particles = Particles(
        np.where(pick, offered.particles.x, now.particles.x),
        np.where(pick, offered.particles.noise, now.particles.noise),
        now.particles.owner,
    )
    return _State(people, np.where(yes, offered.chance, now.chance), particles)


def _summed(belief: Belief, kept: list[tuple[Cloud, Particles]], accepted: float) -> Sampled:
    """All kept states as one belief, with diagnostics for every trait."""
    first = kept[0][0]
    people = replace(
        first,
        numbers=np.concatenate([cloud.numbers for cloud, _ in kept], axis=1),
        draw=np.concatenate([cloud.draw for cloud, _ in kept]),
        places=np.concatenate([cloud.places for cloud, _ in kept], axis=1),
        at_start=np.concatenate([cloud.at_start for cloud, _ in kept], axis=1),
    )
    particles = Particles(
        np.concatenate([each.x for _, each in kept]),
        np.concatenate([each.noise for _, each in kept]),
        np.arange(people.size),
    )
    done = replace(belief.filtered, particles=particles)
    sampled = replace(belief, people=people, filtered=done)
    quick = {trait.name: trait.mean for trait in belief.traits()}
    chains = np.stack([cloud.places for cloud, _ in kept])
    checked = []
    for row, name in enumerate(varying(models()[0])):
        draws = chains[:, row, :].T
        checked.append(
            Checked(
                name,
                float(draws.mean()),
                float(draws.std()),
                split_rhat(draws),
                effective_draws(draws),
                quick[name],
            )
        )
    checked.sort(key=lambda trait: -max(abs(trait.mean), 1 - trait.sd))
    return Sampled(sampled, tuple(checked), accepted, people.size)
