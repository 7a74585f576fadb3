"""The search of spaces of options too large to try each one: NSGA-II over the blanks, by optuna.

Deb et al. 2002, IEEE Trans Evol Comput 6:182. A space of up to `MOST_OPTIONS` fillings is tried whole, which no search can
better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec

from rewire.errors import StudyError
from rewire.plans.plan import Plan
from rewire.studies.goals import Limit
from rewire.studies.options import MOST_OPTIONS, Blanks, Candidate, Clinic, Left
from rewire.studies.outcomes import Outcome

TRIED = 400
"""Options that a search tries."""
ASKED = 10 * TRIED
"""Fillings that it may ask for; those tried before or forbidden cost next to nothing."""
GENERATION = 40


def search(
    blanks: Blanks,
    clinic: Clinic,
    hours: float,
    limits: Sequence[Limit],
    try_out: Callable[[Candidate], Outcome | Left],
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[list[Outcome], list[Left]]:
    """Options tried out on the way to a low goal with few doses and little dissociation; the first filling comes first.

    One that keeps the `limits` counts for more than any that breaks one (constrained domination).

    Raises `StudyError` where optuna is not installed.
    """
    if find_spec("optuna") is None:
        raise StudyError(
            f"{blanks.size:,} options are more than the {MOST_OPTIONS:,} that can be tried one by one",
            advice="fewer choices, or pip install 'rewire[search]', which searches",
        )
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.NSGAIISampler(population_size=GENERATION, seed=seed)
    study = optuna.create_study(directions=["minimize"] * 3, sampler=sampler)
    study.enqueue_trial({name: values[0] for name, values in blanks.choices.items()})
    seen: dict[Plan, Outcome | Left] = {}
    forbidden: dict[str, Left] = {}
    for _ in range(ASKED):
        trial = study.ask()
        made = blanks.filled(
            {name: trial.suggest_categorical(name, values) for name, values in blanks.choices.items()}, clinic, hours
        )
        if isinstance(made, Candidate):
            found = seen.get(made.plan) or seen.setdefault(made.plan, try_out(made))
        else:
            found = forbidden.setdefault(made.name, made)
        if isinstance(found, Left):
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
        else:
            for limit in limits:
                trial.set_constraint(limit.what, found.typical(limit.what) - limit.most)
            study.tell(trial, (float(found.goal.mean()), found.typical("doses"), found.typical("CADSS")))
        if progress:
            progress(len(seen), TRIED)
        if len(seen) >= TRIED:
            break
    tried = [found for found in seen.values() if isinstance(found, Outcome)]
    refused = [found for found in seen.values() if isinstance(found, Left)]
    return tried, [*forbidden.values(), *refused]
