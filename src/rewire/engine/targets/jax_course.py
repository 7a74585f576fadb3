"""A person's whole course as a JAX function of the parameters: the kernel's own steps, with gradients.

The steps are those of a schedule: linear blocks by their matrix exponential, stiff states by exponential Runge-Kutta
(Krogstad 2005), the others by the classical scheme. Gradients therefore are those of the numbers the kernel computes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.engine.reference import FIRST_BLOCK, draw_normals
from rewire.engine.schedule import NOISE_STEP, PULSE, Schedule
from rewire.engine.targets.jax import load_jax
from rewire.engine.targets.source import (
    jumps_source,
    rates_source,
    signals_source,
    start_source,
    tables_source,
)
from rewire.errors import StudyError

Array = NDArray[Any]


def draw_chance(model: Model, hours: float, *, seed: int, person: int) -> Array:
    """The normals `[block, noise]` that move the noise of daily life of one person: of time zero, then every 12 hours."""
    noises, blocks = model.system.noises, int(np.ceil(hours / NOISE_STEP)) + 1
    first = [draw_normals(seed, person, noise.name, FIRST_BLOCK)[0] for noise in noises]
    later = [
        [draw_normals(seed, person, noise.name, block // 4)[block % 4] for noise in noises]
        for block in range(1, blocks)
    ]
    return np.array([first, *later]).reshape(blocks, len(noises))


@dataclass(frozen=True)
class Moves:
    """A schedule one pulse or step a row: its size, its pulse (-1: none), the amounts given, plain and per kilogram.

    `level` and `level_by_weight` `[row, level]` hold what is given meanwhile; `records` are the rows of the records.
    """

    size: Array
    pulse: Array
    amount: Array
    amount_by_weight: Array
    level: Array
    level_by_weight: Array
    block: Array
    running: Array
    records: Array

    @staticmethod
    def of(schedule: Schedule, levels: int, none: int) -> Moves:
        """The rows of a schedule; `none` is the number of the step size of no time."""
        rows: list[tuple[int, int, float, float, Array, Array, int, bool]] = []
        held = [np.zeros(levels), np.zeros(levels)]
        records = {}
        for r in range(schedule.row_size.size):
            block, running = int(schedule.row_noise[r]), bool(schedule.row_phase[r] > 0)
            if schedule.row_record[r] >= 0:
                records[int(schedule.row_record[r])] = len(rows)
            if schedule.row_record[r] >= 0 or schedule.row_size[r] < 0:
                rows.append((none, -1, 0.0, 0.0, held[0].copy(), held[1].copy(), block, running))
            acts = schedule.actions[schedule.row_actions[r] : schedule.row_actions[r + 1]] if r < schedule.steps else ()
            for kind, channel, value, by_weight, _ in acts:
                if kind == PULSE:
                    given = (0.0, value) if by_weight else (value, 0.0)
                    rows.append((none, int(channel), *given, held[0].copy(), held[1].copy(), block, running))
                else:
                    held[int(by_weight)][int(channel)] += value
            if schedule.row_size[r] >= 0:
                size = int(schedule.row_size[r])
                rows.append((size, -1, 0.0, 0.0, held[0].copy(), held[1].copy(), block, running))
        columns = [np.array(column) for column in zip(*rows, strict=True)]
        columns.append(np.array([records[k] for k in range(len(records))]))
        return Moves(*columns)


def jax_course(model: Model, schedule: Schedule, record: Sequence[str]) -> Callable[[Any, Any], Any]:
    """`course(parameters, chance)`: the quantities `[time, name]` of one person under a schedule without rules.

    `parameters` stand in the order of `model.parameters`; `chance` is what `draw_chance` gives. Differentiate it by
    either, forward or in reverse, in double precision (`jax.enable_x64`): single precision gives wrong gradients where
    moods flip.

    Raises `StudyError` without JAX, and for a schedule with closed-loop rules.
    """
    if schedule.rules.size:
        raise StudyError("a plan with closed-loop phrases has no gradient", advice="leave its rules out")
    system = model.system
    parts = (
        rates_source(system), jumps_source(system), signals_source(system, record), start_source(system),
        tables_source(system),
    )  # fmt: skip
    made = load_jax("\n\n".join(parts))
    import jax
    import jax.numpy as jnp

    sizes = np.append(schedule.sizes, 0.0)
    moves = Moves.of(schedule, len(system.levels), sizes.size - 1)
    begins = int(np.argmax(moves.running))
    linear, states = len(system.linear_states), len(system.states)
    stiff_at = np.array([system.states.index(name) for name in system.stiff], int)
    weight = system.parameters.index("body_weight") if "body_weight" in system.parameters else None
    jumps = [made[f"jump_{pulse}"] if system.jumps[pulse] else None for pulse in system.pulses]

    def course(parameters: Any, chance: Any) -> Any:
        kilograms = 1.0 if weight is None else parameters[weight]
        constants = jnp.zeros(len(system.constants))
        lead = jnp.concatenate([parameters, constants])
        halves = _half_steps(made, system, lead, sizes)
        table = _weights(jnp.stack(made["stiff"](apart(lead))), sizes) if system.stiff else None

        def held_of(row: Any, noises: Any) -> Any:
            return jnp.concatenate([row["level"] + kilograms * row["level_by_weight"], noises])

        def half(x: Any, held: Any, size: Any) -> Any:
            return _propagate(system, halves, x, held, size)

        def jump(fixed: Any, held: Any, x: Any, row: Any) -> Any:
            given = row["amount"] + kilograms * row["amount_by_weight"]

            def no_jump(x: Any) -> Any:
                return x

            def one(function: Any) -> Callable[[Any], Any]:
                return (
                    no_jump
                    if function is None
                    else lambda x: jnp.stack(function(apart(fixed), apart(held), apart(x), [given]))
                )

            return jax.lax.switch(row["pulse"] + 1, [no_jump, *map(one, jumps)], x)

        def lead_in(x: Any, row: Any) -> Any:
            nothing = jnp.zeros(len(system.noises))
            held = held_of(row, nothing)
            x = jump(lead, held, jnp.concatenate([x, jnp.zeros(states)]), row)[:linear]
            return half(half(x, held, row["size"]), held, row["size"]), None

        rows = {name: jnp.asarray(value) for name, value in vars(moves).items() if name != "records"}
        before = {name: value[:begins] for name, value in rows.items()}
        x, _ = jax.lax.scan(lead_in, jnp.zeros(linear), before)

        noises = _noise_path(system, parameters, chance)
        started = jnp.stack(made["start"](apart(parameters), apart(noises[0]), apart(x)))
        fixed = jnp.concatenate([parameters, started[: len(system.constants)]])
        start = jnp.concatenate([x, started[len(system.constants) :]])

        def slopes(held: Any, x: Any, y: Any) -> Any:
            found = jnp.stack(made["rates"](apart(fixed), apart(held), [*apart(x), *apart(y)])[linear:])
            if system.stiff:
                found = found.at[stiff_at].add(jnp.stack(made["stiff"](apart(fixed))) * y[stiff_at])
            # Without a barrier XLA works a stage out anew in every place of the next one, and compiles for minutes.
            return jax.lax.optimization_barrier(found)

        def step(now: Any, row: Any) -> Any:
            held = held_of(row, noises[row["block"]])
            seen = jnp.stack(made["signals"](apart(fixed), apart(held), apart(now)))
            now = jump(fixed, held, now, row)
            x, y = now[:linear], now[linear:]
            middle = half(x, held, row["size"])
            end = half(middle, held, row["size"])
            hours = jnp.asarray(sizes)[row["size"]]
            w = table[row["size"]] if table is not None else None

            def to(k1: Any, k: Any, share: float, places: tuple[int, int, int]) -> Any:
                found = y + share * hours * k
                if w is None:
                    return found
                decay, gain, bend = (w[:, place] for place in places)
                exact = y[stiff_at] * decay + k1[stiff_at] * gain + (k - k1)[stiff_at] * bend
                return found.at[stiff_at].set(exact)

            k1 = slopes(held, x, y)
            k2 = slopes(held, middle, to(k1, k1, 0.5, (0, 1, 2)))
            k3 = slopes(held, middle, to(k1, k2, 0.5, (0, 1, 2)))
            k4 = slopes(held, end, to(k1, k3, 1.0, (3, 4, 5)))
            y_end = y + hours / 6 * (k1 + k4 + 2 * (k2 + k3))
            if w is not None:
                decay, first, between, last = (w[:, place] for place in (3, 6, 7, 8))
                exact = y[stiff_at] * decay + k1[stiff_at] * first + (k2 + k3)[stiff_at] * between
                y_end = y_end.at[stiff_at].set(exact + k4[stiff_at] * last)
            return jnp.concatenate([end, y_end]), seen

        # A reverse derivative keeps the states between steps and works the stages out again.
        _, seen = jax.lax.scan(jax.checkpoint(step), start, {name: value[begins:] for name, value in rows.items()})
        return seen[moves.records - begins]

    return course


def apart(vector: Any) -> list[Any]:
    """The elements of a vector. Read one by one with indices, each would be put back into a vector in a gradient."""
    import jax

    return [part.reshape(()) for part in jax.lax.split(vector, (1,) * vector.size)] if vector.size else []


def _half_steps(made: dict[str, Any], system: Any, fixed: Any, sizes: Array) -> list[Any]:
    """For each linear block its propagators `[size, compartment, compartment]` over half of every step size."""
    import jax
    import jax.numpy as jnp

    found = []
    for number, block in enumerate(system.blocks):
        entries = jnp.stack(made[f"matrix_{number}"](apart(fixed)))
        places = np.array(list(block.matrix))
        matrix = jnp.zeros((len(block.names),) * 2).at[places[:, 0], places[:, 1]].set(entries)
        steps = jax.vmap(lambda hours, matrix=matrix: jax.scipy.linalg.expm(matrix * hours / 2))(
            jnp.asarray(sizes[:-1])
        )
        found.append(jnp.concatenate([steps, jnp.eye(len(block.names))[None]]))  # the last size is no time
    return found


def _propagate(system: Any, halves: list[Any], x: Any, held: Any, size: Any) -> Any:
    """Half a step of every linear block."""
    import jax.numpy as jnp

    parts, first = [], 0
    for block, half in zip(system.blocks, halves, strict=True):
        count = len(block.states)
        fed = jnp.stack([held[system.levels.index(name)] for name in block.levels]) if block.levels else jnp.zeros(0)
        parts.append(half[size][:count] @ jnp.concatenate([x[first : first + count], fed]))
        first += count
    return jnp.concatenate(parts) if parts else x


def _weights(rate: Any, sizes: Array) -> Any:
    """The nine weights `[size, stiff state, 9]` of the exponential scheme, as `engine/work.py` orders them."""
    import jax.numpy as jnp

    hours = jnp.asarray(sizes)[:, None]
    z = rate[None, :] * hours

    def decays(z: Any) -> tuple[Any, Any, Any]:
        series = sum((-z) ** k / float(np.prod(np.arange(1.0, k + 4))) for k in range(18))
        safe = jnp.where(z < 1, 1.0, z)
        first = (1 - jnp.exp(-safe)) / safe
        second = (1 - first) / safe
        near = 0.5 - z * series
        return (
            jnp.where(z < 1, 1 - z * near, first),
            jnp.where(z < 1, near, second),
            jnp.where(z < 1, series, (0.5 - second) / safe),
        )

    half_first, half_second, _ = decays(z / 2)
    first, second, third = decays(z)
    return jnp.stack(
        [
            jnp.exp(-z / 2),
            hours / 2 * half_first,
            hours * half_second,
            jnp.exp(-z),
            hours * first,
            hours * 2 * second,
            hours * (first - 3 * second + 4 * third),
            hours * 2 * (second - 2 * third),
            hours * (4 * third - second),
        ],
        axis=-1,
    )


def _noise_path(system: Any, parameters: Any, chance: Any) -> Any:
    """The noise of daily life `[block, noise]`."""
    import jax
    import jax.numpy as jnp

    at = {name: k for k, name in enumerate(system.parameters)}
    if not system.noises:
        return jnp.zeros((len(chance), 0))
    spread = jnp.stack([parameters[at[n.start_spread]] if n.start_spread else jnp.ones(()) for n in system.noises])
    shift = jnp.stack([parameters[at[n.start_shift]] if n.start_shift else jnp.zeros(()) for n in system.noises])
    kept = jnp.exp(-NOISE_STEP / jnp.stack([parameters[at[noise.lasts]] for noise in system.noises]))

    def move(noise: Any, normal: Any) -> Any:
        noise = kept * noise + jnp.sqrt(1 - kept * kept) * normal
        return noise, noise

    first = shift + spread * chance[0]
    _, later = jax.lax.scan(move, first, jnp.asarray(chance)[1:])
    return jnp.concatenate([first[None], later])
