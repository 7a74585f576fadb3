"""W1: 26 states, 79 numbers a person, eight infusions, twelve hours of therapy, daily tablets, 26 weeks.

A model of the size and stiffness of the shipped one, small enough to be written for any solver. It states its equations
like any layer, so that the engine's own generator, and not a special kernel, is what is timed.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rewire.core.declare import Level, Noise, Parameter, Pulse, Signal, State
from rewire.core.layer import Equations, Layer
from rewire.core.model import Model
from rewire.core.random import normals
from rewire.core.symbols import Expression, Names, exp, log
from rewire.core.system import System
from rewire.engine.schedule import LEVEL, PULSE, Action
from rewire.engine.targets.source import Places

SEED = 1
LINEAR = (
    "amount", "fast", "slow", "first", "first_far", "second", "delayed", "tablet_gut", "tablet_body",
)  # fmt: skip
PLACES = (1, 2, 3, 4)
MOVING = (
    "surge", "protein", "switched", *(f"labile_{k}" for k in PLACES), *(f"stable_{k}" for k in PLACES),
    "learned", "stress", "mood", "fear", "drive", "visits",
)  # fmt: skip
LABILE_WEIGHTS = (0.35, 0.25, 0.2, 0.2)
STABLE_WEIGHTS = (0.35, 0.25, 0.2, 0.3)


@cache
def numbers() -> dict[str, Any]:
    """The definition of W1."""
    return tomllib.loads(resources.files("rewire.studies.bench").joinpath("w1.toml").read_text())


class Bench(Layer):
    """All of W1 in one layer."""

    name = "w1"
    about = "benchmark"
    parameters: ClassVar = (
        *(Parameter(name, "1", "benchmark") for name in numbers()["people"]),
        Parameter("chance_on", "1", "1 with noise on mood, else 0"),
        Parameter("chance_memory", "h", "so short that successive draws are independent"),
    )
    states: ClassVar = (
        *(State(name, "1", "benchmark", linear=True) for name in LINEAR),
        *(State(name, "1", "benchmark") for name in MOVING),
    )
    signals: ClassVar = (
        *(Signal(name, "1", "benchmark") for name in ("block", "labile", "synapses", "use", "learning", "severity")),
    )
    levels: ClassVar = (Level("infusion", "1", "mg/h"), Level("therapy", "1", "1 during a session"))
    pulses: ClassVar = (Pulse("tablet", "1", "tablets"), Pulse("infused", "1", ""), Pulse("treated", "1", ""))
    noises: ClassVar = (Noise("chance", "1", "noise on mood", lasts="chance_memory"),)

    def equations(self, q: Names) -> Equations:
        """Production less loss, for every state."""
        return {**_linear(q), **_signals(q), **_synapses(q), **_feelings(q)}

    def start(self, q: Names) -> Equations:
        """Where people begin."""
        return {q[name]: value for name, value in numbers()["start"].items()}

    def stiff(self, q: Names) -> Equations:
        """The three fast ones."""
        return {q.surge: q.surge_rate, q.protein: q.protein_rate, q.switched: q.switch_rate}

    def jumps(self, q: Names) -> Any:
        """A tablet reaches the gut; a visit lifts."""
        return {
            q.tablet: {q.tablet_gut: q.tablet_gut + q.tablet},
            q.infused: {q.visits: q.visits + q.visit_infusion * (1 - q.visits)},
            q.treated: {q.visits: q.visits + q.visit_therapy * (1 - q.visits)},
        }


def _linear(q: Names) -> Equations:
    elimination = q.clearance / q.volume
    to_fast, to_slow = q.fast_flow / q.volume, q.slow_flow / q.volume
    first_loss, first_out = q.first_clearance / q.first_volume, q.first_flow / q.first_volume
    return {
        q.amount: q.infusion
        - (elimination + to_fast + to_slow) * q.amount
        + q.fast_flow / q.fast_volume * q.fast
        + q.slow_flow / q.slow_volume * q.slow,
        q.fast: to_fast * q.amount - q.fast_flow / q.fast_volume * q.fast,
        q.slow: to_slow * q.amount - q.slow_flow / q.slow_volume * q.slow,
        q.first: q.share_to_first * elimination * q.amount
        - (first_loss + first_out) * q.first
        + q.first_flow / q.first_far_volume * q.first_far,
        q.first_far: first_out * q.first - q.first_flow / q.first_far_volume * q.first_far,
        q.second: q.share_to_second * first_loss * q.first - q.second_clearance / q.second_volume * q.second,
        q.delayed: q.delay_rate / q.volume * q.amount - q.delay_rate * q.delayed,
        q.tablet_gut: -q.absorption * q.tablet_gut,
        q.tablet_body: q.absorption * q.tablet_gut - q.elimination * q.tablet_body,
    }


def _signals(q: Names) -> Equations:
    level = (q.delayed + q.first_potency * q.first / q.first_volume) / q.half_block
    bound = exp(q.block_steepness / 2 * log(level * level + 1e-12))
    labile = sum(weight * q[f"labile_{k}"] for weight, k in zip(LABILE_WEIGHTS, PLACES, strict=True))
    stable = sum(weight * q[f"stable_{k}"] for weight, k in zip(STABLE_WEIGHTS, PLACES, strict=True))
    return {
        q.block: bound / (1 + bound),
        q.labile: labile,
        q.synapses: q.labile + stable,
        q.use: q.consolidation * (q.use_rest + q.use_therapy * q.therapy + q.use_learned * q.learned),
        q.learning: q.learn_rate * q.therapy * (q.learn_rest + q.learn_labile * q.labile),
        q.severity: 60 * (0.55 * q.mood + 0.2 * q.fear + 0.15 * (1 - q.drive) + 0.1 * q.stress / (1 + q.stress)),
    }


def _synapses(q: Names) -> Equations:
    second = q.second / q.second_volume
    tablet = q.tablet_body * (numbers()["run"]["tablet_amount"] / q.tablet_volume)
    fourth = q.protein**4
    found = {
        q.surge: q.surge_rate * (q.surge_gain * 4 * q.block * (1 - q.block) - q.surge),
        q.protein: q.protein_rate
        * (
            1
            + q.protein_per_surge * q.surge
            + q.protein_per_second * second / (second + q.second_half)
            + q.protein_per_tablet * tablet / (tablet + q.tablet_half)
            - (1 + q.protein_stress * q.stress) * q.protein
        ),
        q.switched: q.switch_rate * (fourth / (fourth + q.switch_half) - q.switched),
    }
    for k in PLACES:
        labile, stable = q[f"labile_{k}"], q[f"stable_{k}"]
        forming = q[f"form_{k}"] * (q.switched + q.form_rest)
        crowded = forming * q.competition
        found[labile] = forming - crowded * stable - (crowded + q.labile_loss + q.use) * labile
        found[stable] = q.use * labile - q.stable_loss * (1 + q[f"stress_{k}"] * q.stress) * stable
    return found


def _feelings(q: Names) -> Equations:
    def share(x: Expression) -> Expression:
        return 1 / (1 + exp(-x))

    more = q.synapses - q.synapses_rest
    mood = (
        q.mood_self * (q.mood - 0.5) - q.mood_synapses * more + q.mood_stress * (q.stress - 1)
        - q.mood_learned * q.learned - q.mood_visit * q.visits - q.mood_drive * (q.drive - 0.5)
    )  # fmt: skip
    fear = (
        q.fear_self * (q.fear - 0.5) + q.fear_mood * (q.mood - 0.5) + q.fear_stress * (q.stress - 1)
        - q.fear_learned * q.learned - q.fear_synapses * more
    )  # fmt: skip
    drive = q.drive_synapses * more - q.drive_mood * (q.mood - 0.5) + q.drive_visit * q.visits
    chance = q.chance_on * q.chance_size * q.chance / 12**0.5
    return {
        q.learned: q.learning - (q.learning + q.forget_rate) * q.learned,
        q.stress: q.stress_rate
        * (
            q.stress_rest
            + q.stress_mood * q.mood
            + q.stress_fear * q.fear * (1 - q.learned / 2)
            - (1 + q.stress_learned * q.learned) * q.stress
        ),
        q.mood: q.mood_rate * (share(mood) - q.mood) + chance,
        q.fear: q.fear_rate * (share(fear) - q.fear),
        q.drive: q.drive_rate * (share(drive) - q.drive),
        q.visits: -q.visit_fade * q.visits,
    }


@cache
def w1_model() -> Model:
    """W1, wired."""
    return Model((Bench(),))


def w1_people(count: int, first: int = 0, noisy: bool = False) -> NDArray[np.float64]:
    """Everybody's parameters `[parameter, person]`, log-normal between people."""
    limits = numbers()["limits"]
    rows = [
        np.minimum(value * np.exp(sd * normals(SEED, first, count, f"w1.{name}")[:, 0]), limits.get(name, np.inf))
        for name, (value, sd) in numbers()["people"].items()
    ]
    return np.array([*rows, np.full(count, float(noisy)), np.full(count, 0.1)])


def w1_actions() -> list[Action]:
    """What is given when."""
    run = numbers()["run"]
    found = [Action(24.0 * day, PULSE, "tablet", 1.0) for day in range(run["tablet_days"])]
    rate = run["dose_per_kg"] / run["infusion_hours"]
    for day in run["infusion_days"]:
        start = 24.0 * day + run["infusion_at"]
        found.append(Action(start, LEVEL, "infusion", rate, by_weight=True, fine=True))
        found.append(Action(start + run["infusion_hours"], LEVEL, "infusion", -rate, by_weight=True))
        found.append(Action(start, PULSE, "infused", 1.0))
    for day in run["therapy_after_infusion"]:
        start = 24.0 * day + run["therapy_at"]
        found.append(Action(start, LEVEL, "therapy", 1.0))
        found.append(Action(start + run["therapy_hours"], LEVEL, "therapy", -1.0))
        found.append(Action(start, PULSE, "treated", 1.0))
    return found


def w1_days() -> list[float]:
    """When severity is read: daily, 183 times."""
    return [24.0 * day for day in range(int(numbers()["run"]["hours"] // 24) + 1)]


def weights(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    """Everybody's body weight (kg)."""
    found: NDArray[np.float64] = parameters[[quantity.name for quantity in w1_model().parameters].index("body_weight")]
    return found


def first_states(system: System) -> NDArray[np.float64]:
    """Where everybody begins."""
    return np.array([float(numbers()["start"].get(name, 0.0)) for name in Places.of(system).states])
