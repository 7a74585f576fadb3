"""A course as segments between events, for solvers that must start anew at each one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.core.system import System
from rewire.engine.schedule import PULSE, TICK, Action
from rewire.engine.targets.numbers import load
from rewire.engine.targets.source import Places, jumps_source, rates_source, signals_source

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Segment:
    """From `start` to `end` (h): inputs held, given per person or by weight, and the pulses at its start."""

    start: float
    end: float
    held: Array
    by_weight: Array
    pulses: tuple[tuple[str, float], ...]


def segments_of(system: System, actions: Sequence[Action], stops: Sequence[float]) -> list[Segment]:
    """Segments between all actions and `stops`, the last of which is the end."""
    places = Places.of(system)
    held, weighed = np.zeros(len(places.held)), np.zeros(len(places.held))
    times: list[float] = []
    for time in sorted({0.0, *stops, *(action.at for action in actions if action.at < stops[-1])}):
        if not times or time - times[-1] > TICK:
            times.append(time)
    found = []
    for start, end in pairwise(times):
        pulses = []
        for action in actions:
            if abs(action.at - start) <= TICK:
                if action.kind == PULSE:
                    pulses.append((action.name, action.value))
                else:
                    (weighed if action.by_weight else held)[places.held.index(action.name)] += action.value
        found.append(Segment(start, end, held.copy(), weighed.copy(), tuple(pulses)))
    return found


@dataclass(frozen=True)
class Equations:
    """A model as compiled Python functions over lists of numbers, and where everything stands in them."""

    system: System
    places: Places
    rates: Callable[..., Any]
    signals: Callable[..., Any]
    jumps: dict[str, Callable[..., Any]]

    @staticmethod
    def of(model: Model, recorded: Sequence[str], compiled: bool = True) -> Equations:
        """The equations of a model; `recorded` names the signals to read."""
        system = model.system
        source = "\n\n".join(
            (rates_source(system, "out"), jumps_source(system, "out"), signals_source(system, recorded, "out"))
        )
        made = load(source, compiled)
        jumps = {pulse: made[f"jump_{pulse}"] for pulse in system.jumps if f"jump_{pulse}" in made}
        return Equations(system, Places.of(system), made["rates"], made["signals"], jumps)

    def follow(self, fixed: Array, start: Array, segments: Sequence[Segment], solve: Any, weight: float) -> Array:
        """A signal at the start and after each whole day; `solve(states, fixed, held, start, end)` does one segment."""
        states, recorded, value = start.copy(), [], np.empty(1)
        for segment in segments:
            held = segment.held + weight * segment.by_weight
            if abs(segment.start / 24 - round(segment.start / 24)) <= TICK:
                self.signals(fixed, held, states, value)
                recorded.append(value[0])
            for name, amount in segment.pulses:
                after = np.empty_like(states)
                self.jumps[name](fixed, held, states, np.array([amount]), after)
                states = after
            states = solve(states, fixed, held, segment.start, segment.end)
        self.signals(fixed, held, states, value)
        recorded.append(value[0])
        return np.array(recorded)
