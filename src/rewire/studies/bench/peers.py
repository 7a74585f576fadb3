"""Other solvers on W1, each as its users would run it: adaptive, in double precision, one person after another.

Every peer gets the same equations from the same source and starts anew at every event. One that is not installed is
left out by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.engine.targets.source import Places, jumps_source, rates_source, signals_source
from rewire.studies.bench.copasi import copasi
from rewire.studies.bench.desolve import desolve
from rewire.studies.bench.segments import Equations, segments_of
from rewire.studies.bench.w1 import first_states, w1_actions, w1_days, w1_model, weights

Array = NDArray[np.float64]
Solve = Callable[[Array], Array]
TIGHT = 1e-10


@dataclass(frozen=True)
class Peer:
    """A solver: `make(tolerance)` gives a function from `[parameter, person]` to severity `[day, person]`.

    `needs` names a module, or a program with a slash before it; `how` says how to get it.
    """

    name: str
    needs: str
    make: Callable[[float], Solve]
    how: str = "pip install 'rewire[bench]'"
    all_cores: bool = False

    @property
    def installed(self) -> bool:
        """Whether it is here."""
        from importlib.util import find_spec
        from shutil import which

        return bool(which(self.needs[1:])) if self.needs.startswith("/") else find_spec(self.needs) is not None


def peers() -> dict[str, Peer]:
    """All peers by name."""
    fortran = "pip install numbalsoda, with a Fortran compiler"
    debian = "on Debian: apt install r-base-core r-cran-desolve, with a C compiler"
    found = (
        Peer("numbalsoda LSODA", "numbalsoda", _numbalsoda, fortran),
        Peer("libRoadRunner CVODE", "roadrunner", _roadrunner),
        Peer("R deSolve LSODA, C rates", "/Rscript", desolve, debian),
        Peer("SciPy LSODA, Numba rates", "scipy", scipy_lsoda),
        Peer("diffrax Tsit5, vmap", "diffrax", _diffrax, all_cores=True),
        Peer("COPASI LSODA", "COPASI", copasi),
    )
    return {peer.name: peer for peer in found}


@cache
def _equations() -> Equations:
    return Equations.of(w1_model(), ["severity"])


def scipy_lsoda(tolerance: float) -> Solve:
    """SciPy's LSODA with compiled rates; at a tight tolerance it is the reference."""
    from scipy.integrate import odeint

    equations = _equations()
    segments = segments_of(equations.system, w1_actions(), w1_days())
    start = first_states(equations.system)
    change = np.empty_like(start)

    def slope(states: Array, _: float, fixed: Array, held: Array) -> Array:
        equations.rates(fixed, held, states, change)
        return change

    def solve(states: Array, fixed: Array, held: Array, begin: float, end: float) -> Array:
        found: Array = odeint(
            slope, states, (begin, end), (fixed, held), rtol=tolerance, atol=tolerance * 1e-2, mxstep=10**6
        )
        last: Array = found[-1]
        return last

    def all_people(parameters: Array) -> Array:
        pairs = zip(parameters.T, weights(parameters), strict=True)
        columns = [
            equations.follow(np.ascontiguousarray(column), start, segments, solve, weight) for column, weight in pairs
        ]
        return np.array(columns).T

    return all_people


def _numbalsoda(tolerance: float) -> Solve:
    from numba import carray, cfunc, njit
    from numbalsoda import lsoda, lsoda_sig

    equations = _equations()
    system, places = equations.system, equations.places
    rates, signals = equations.rates, equations.signals
    counts = len(places.fixed), len(places.held), len(places.states)
    segments = segments_of(system, w1_actions(), w1_days())
    times = np.array([(segment.start, segment.end) for segment in segments])
    held = np.array([segment.held for segment in segments])
    by_weight = np.array([segment.by_weight for segment in segments])
    pulses = list(equations.jumps)
    given = np.array([[dict(segment.pulses).get(pulse, 0.0) for pulse in pulses] for segment in segments])
    tablet, infused, treated = (equations.jumps[pulse] for pulse in ("tablet", "infused", "treated"))
    a, b, c = (pulses.index(pulse) for pulse in ("tablet", "infused", "treated"))
    many = sum(counts)

    @cfunc(lsoda_sig)
    def slope(_: Any, states: Any, change: Any, data: Any) -> None:
        known = carray(data, (many,))
        rates(
            known[: counts[0]],
            known[counts[0] : counts[0] + counts[1]],
            carray(states, (counts[2],)),
            carray(change, (counts[2],)),
        )

    address = slope.address

    @njit(nogil=True)
    def person(fixed: Array, weight: float, start: Array) -> Array:
        states, after, value = start.copy(), start.copy(), np.empty(1)
        known = np.empty(many)
        known[: counts[0]] = fixed
        recorded, day = np.empty(184), 0
        for k in range(times.shape[0]):
            inputs = held[k] + weight * by_weight[k]
            if abs(times[k, 0] / 24 - round(times[k, 0] / 24)) < 1e-7:
                signals(fixed, inputs, states, value)
                recorded[day] = value[0]
                day += 1
            if given[k, a] > 0:
                tablet(fixed, inputs, states, given[k, a : a + 1], after)
                states[:] = after
            if given[k, b] > 0:
                infused(fixed, inputs, states, given[k, b : b + 1], after)
                states[:] = after
            if given[k, c] > 0:
                treated(fixed, inputs, states, given[k, c : c + 1], after)
                states[:] = after
            known[counts[0] : counts[0] + counts[1]] = inputs
            course, _ = lsoda(address, states, times[k], known, rtol=tolerance, atol=tolerance * 1e-2)
            states = course[1].copy()
        signals(fixed, inputs, states, value)
        recorded[day] = value[0]
        return recorded[: day + 1]

    start = first_states(system)

    def all_people(parameters: Array) -> Array:
        pairs = zip(parameters.T, weights(parameters), strict=True)
        found = [person(np.ascontiguousarray(column), w, start) for column, w in pairs]
        return np.array(found).T

    return all_people


def _roadrunner(tolerance: float) -> Solve:
    import roadrunner

    from rewire.engine.targets.sbml import sbml_text

    model = w1_model()
    names = [quantity.name for quantity in model.parameters]
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
    runner = roadrunner.RoadRunner(sbml_text(model, w1_actions(), dict.fromkeys(names, 1.0)))
    runner.integrator.relative_tolerance = tolerance
    # As one number it would be scaled by starting amounts, which are zero here.
    runner.integrator.absolute_tolerance = [tolerance * 1e-2] * len(Places.of(model.system).states)
    runner.integrator.maximum_num_steps = 10**6
    runner.timeCourseSelections = ["severity"]
    days = w1_days()

    def all_people(parameters: Array) -> Array:
        found = []
        for column in parameters.T:
            runner.resetToOrigin()
            for name, value in zip(names, column.tolist(), strict=True):
                runner.setValue(name, value)
            found.append(np.array(runner.simulate(0, days[-1], len(days)))[:, 0])
        return np.array(found).T

    return all_people


def _diffrax(tolerance: float) -> Solve:
    import diffrax
    import jax
    import jax.numpy as jnp

    from rewire.engine.targets.jax import load_jax

    jax.config.update("jax_enable_x64", True)
    model = w1_model()
    system = model.system
    made = load_jax("\n\n".join((rates_source(system), jumps_source(system), signals_source(system, ["severity"]))))
    segments = segments_of(system, w1_actions(), w1_days())
    pulses = [pulse for pulse in system.jumps if f"jump_{pulse}" in made]
    table = (
        jnp.array([(segment.start, segment.end) for segment in segments]),
        jnp.array([segment.held for segment in segments]),
        jnp.array([segment.by_weight for segment in segments]),
        jnp.array([[dict(segment.pulses).get(pulse, 0.0) for pulse in pulses] for segment in segments]),
    )
    rates, solver = made["rates"], diffrax.Tsit5()
    term = diffrax.ODETerm(lambda _, states, given: jnp.array(rates(given[0], given[1], states)))
    control = diffrax.PIDController(rtol=tolerance, atol=tolerance * 1e-2)
    daily = np.array([abs(segment.start / 24 - round(segment.start / 24)) < 1e-7 for segment in segments])

    def person(fixed: Any, weight: Any) -> Any:
        def one(states: Any, row: Any) -> Any:
            times, held, by_weight, given = row
            inputs = held + weight * by_weight
            value = made["signals"](fixed, inputs, states)[0]
            for k, pulse in enumerate(pulses):
                after = jnp.array(made[f"jump_{pulse}"](fixed, inputs, states, given[k : k + 1]))
                states = jnp.where(given[k] > 0, after, states)
            solved = diffrax.diffeqsolve(
                term,
                solver,
                times[0],
                times[1],
                0.05,
                states,
                (fixed, inputs),
                stepsize_controller=control,
                max_steps=10**5,
            )
            return solved.ys[-1], value

        last, values = jax.lax.scan(one, jnp.array(first_states(system)), table)
        return jnp.append(values[daily], made["signals"](fixed, table[1][-1], last)[0])

    everybody = jax.jit(jax.vmap(person))

    def all_people(parameters: Array) -> Array:
        return np.asarray(everybody(jnp.array(parameters.T), jnp.array(weights(parameters)))).T

    return all_people
