"""One merged schedule for everybody under a plan: where steps begin and end, what is given, what is recorded.

Steps are short in the two days after a dose and longer elsewhere; they end at every event, every record and every
change of the noise of daily life. All people share it, so that lanes march together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rewire.engine.layout import GATES, Layout
from rewire.errors import StudyError, closest

NOISE_STEP = 12.0
"""Hours for which the noise of daily life is held; part of the model, whatever the solver."""
AFTER_A_DOSE = ((1.0, 1 / 9), (2.0, 1 / 6), (6.0, 1 / 3), (12.0, 2 / 3), (22.0, 1.0), (46.0, 2.0))
"""Until so many hours after a dose, steps of at most so many hours."""
RENEWED = 6.0
"""Every so many hours of an infusion steps are as short again as after a dose."""
EDGES = (3.0, 7.0, 15.0, 19.0)
"""Hours of the day, from 0 to 24, at which coarse steps end: moods move most just after each change of the noise."""
COARSE = 5.0
"""Longest step (h). With all three a quantity errs by one or two thousandths of its largest value, scores by less."""
DAY = 24.0
TICK = 1e-7
Array = NDArray[np.float64]


QUICK_EDGES = (4.0, 16.0)
QUICK_COARSE = 8.0
SCORE_ERRORS = {"standard": 6e-4, "quick": 3e-3, "fine": 1e-4}
"""By the name of a grid: how far scores err at most, as a share of a person's largest value, in 19 of 20 people."""


@dataclass(frozen=True)
class Grid:
    """How fine the steps are: `after` a dose, the `edges` of each day elsewhere, and the `longest` step."""

    after: tuple[tuple[float, float], ...]
    edges: tuple[float, ...]
    longest: float

    @staticmethod
    def standard() -> Grid:
        """What the shipped model needs for an error of about a thousandth."""
        return Grid(AFTER_A_DOSE, EDGES, COARSE)

    @staticmethod
    def named(name: str) -> Grid:
        """The grid "standard", "quick" with longer steps or "fine" with steps of half the length."""
        if name not in SCORE_ERRORS:
            expected = " or ".join(SCORE_ERRORS)
            raise StudyError(f"unknown steps '{name}'", expected=expected, advice=closest(name, SCORE_ERRORS))
        usual = Grid.standard()
        if name == "quick":
            return Grid(usual._after(1.5), QUICK_EDGES, QUICK_COARSE)
        if name == "fine":
            stops = (0.0, *usual.edges[:2], DAY / 2, *usual.edges[2:], DAY)
            halves = ((left + right) / 2 for left, right in pairwise(stops))
            return Grid(usual._after(0.5), tuple(sorted({*usual.edges, *halves})), usual.longest / 2)
        return usual

    def _after(self, factor: float) -> tuple[tuple[float, float], ...]:
        return tuple((until, factor * step) for until, step in self.after)

    def longest_steps(self, times: Array, doses: Array) -> Array:
        """The longest step allowed from each time on, by the hours since the last dose."""
        if not doses.size:
            return np.full(times.size, self.longest)
        last = np.searchsorted(doses, times + TICK, side="right") - 1
        since = np.where(last >= 0, times - doses[last], np.inf)
        ends = np.array([until for until, _ in self.after]) - TICK
        steps = np.array([*(step for _, step in self.after), self.longest])
        return steps[np.searchsorted(ends, since, side="right")]


PULSE, LEVEL, DECISION = 1, 0, 2
COMPARISONS = (">=", "<=", ">", "<")


@dataclass(frozen=True)
class Action:
    """One input change at a time (h): a level raised by `value`, or a pulse of `value`.

    `by_weight` multiplies by body weight; `gate` is the closed-loop gate it passes; `fine` asks for short steps after, as
    long as what it begins `lasts` (h) and beyond.
    """

    at: float
    kind: int
    name: str
    value: float
    by_weight: bool = False
    gate: int = 0
    fine: bool = False
    lasts: float = 0.0


@dataclass(frozen=True)
class Gate:
    """A closed-loop rule: at `times` (h) the observed score `signal` is compared with a limit.

    With `baseline` (a parameter name) the limit is a share of the person's own baseline. `latched`: the gate is open
    until the rule is first met; otherwise it is open while the rule is met.
    """

    signal: str
    error: float
    low: float
    high: float
    stream: int
    limit: float
    comparison: str
    latched: bool
    times: tuple[float, ...]
    baseline: str = ""


@dataclass(frozen=True)
class Schedule:
    """What happens when, one row a step and a last one (size -1) for the end.

    A row is recorded, and its decisions are taken, at its start; `hours` are the times of the records.
    """

    hours: NDArray[np.float64]
    sizes: NDArray[np.float64]
    row_size: NDArray[np.int32]
    row_phase: NDArray[np.int8]
    row_active: NDArray[np.int64]
    row_noise: NDArray[np.int64]
    row_record: NDArray[np.int32]
    row_decides: NDArray[np.int8]
    row_minute: NDArray[np.int64]
    row_actions: NDArray[np.int64]
    actions: NDArray[np.float64]
    rules: NDArray[np.float64]

    @property
    def steps(self) -> int:
        """Number of steps."""
        return int(self.row_size.size) - 1


def minutes(hours: ArrayLike) -> NDArray[np.int64]:
    """The minutes of times in hours: what the measurement error of a score is drawn for."""
    found: NDArray[np.int64] = np.rint(np.asarray(hours, float) * 60).astype(np.int64)
    return found


def _marks(times: Iterable[float]) -> Array:
    """Sorted times, those closer than a tick to the one before left out."""
    found = np.unique(np.fromiter(times, float))
    return found[np.diff(found, prepend=-np.inf) > TICK]


def _grid(
    actions: Sequence[Action], gates: Sequence[Gate], records: Array, end: float, grid: Grid
) -> tuple[Array, Array]:
    """Where steps begin and end, from the first action (which may lie before time zero) to the end."""
    fine = (action for action in actions if action.fine)
    doses = _marks(at for one in fine for at in np.arange(one.at, one.at + max(one.lasts, TICK), RENEWED).tolist())
    within = [action.at for action in actions if action.at < end]
    within += [time for gate in gates for time in gate.times if time < end]
    after = (doses[:, None] + np.array([until for until, _ in grid.after])).ravel()
    first = min([0.0, *(action.at for action in actions)])
    marks = _marks((first, 0.0, end, *records, *np.arange(0.0, end, NOISE_STEP), *within, *after[after < end]))
    longest = np.where(marks >= -TICK, grid.longest_steps(marks, doses), np.inf)
    edges = (np.arange(0.0, end, DAY)[:, None] + np.array(grid.edges)).ravel()
    left = np.searchsorted(marks, edges, side="right") - 1
    right = np.append(marks[1:], end)[left]
    coarse = (longest[left] == grid.longest) & (edges > marks[left] + TICK) & (edges < right - TICK)
    cuts = np.concatenate([marks, edges[coarse]])
    order = np.argsort(cuts, kind="stable")
    cuts, longest = cuts[order], np.concatenate([longest, longest[left[coarse]]])[order]
    lengths = np.diff(cuts)
    parts = np.maximum(1, np.ceil(lengths / longest[:-1] - TICK)).astype(int)
    number = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
    starts = np.repeat(cuts[:-1], parts) + np.repeat(lengths, parts) * number / np.repeat(parts, parts)
    return starts, np.append(starts[1:], cuts[-1])


def build(
    layout: Layout,
    actions: Sequence[Action],
    gates: Sequence[Gate],
    records: Sequence[float],
    end: float,
    grid: Grid | None = None,
) -> Schedule:
    """The schedule of a run from time zero to `end` (h), recorded at `records` (h, from 0 on).

    Actions before time zero feed the linear blocks only (drugs taken before the start). At one moment, what ends comes
    first, then closed-loop decisions, then what begins.
    """
    if len(gates) >= GATES:
        raise StudyError(f"a plan can hold {GATES - 1} closed-loop phrases, this one has {len(gates)}")
    if not 0 < end < np.inf:
        raise StudyError(f"a run cannot end after {end} hours", expected="more than 0 hours")
    moments = _marks((0.0, *records))
    if moments[0] < 0.0 or moments[-1] > end + TICK:
        raise StudyError("records must lie between the start and the end of the run")
    starts, ends = _grid(actions, gates, moments, end, grid or Grid.standard())
    sizes, row_size = np.unique(np.round(ends - starts, 9), return_inverse=True)

    def rows_of(times: Iterable[float]) -> list[int]:
        found: list[int] = np.searchsorted(starts, np.fromiter(times, float) - TICK).tolist()
        return found

    inputs: list[tuple[int, int, tuple[float, ...]]] = []
    acting = [action for action in actions if action.at < ends[-1] - TICK]
    for row, action in zip(rows_of(action.at for action in acting), acting, strict=True):
        channel = (layout.pulses if action.kind == PULSE else layout.levels).index(action.name)
        stops = action.kind == LEVEL and action.value < 0
        inputs.append(
            (row, 0 if stops else 2, (action.kind, channel, action.value, float(action.by_weight), action.gate))
        )
    for number, gate in enumerate(gates):
        for row in rows_of(time for time in gate.times if time < end - TICK):
            inputs.append((row, 1, (DECISION, number, 0.0, 0.0, 0)))
    inputs.sort(key=lambda item: item[:2])
    row_actions = np.searchsorted([row for row, _, _ in inputs], np.arange(starts.size + 2)).astype(np.int64)

    starts = np.append(starts, ends[-1])
    row_record = np.full(starts.size, -1, np.int32)
    row_record[rows_of(moments)] = np.arange(moments.size)
    row_decides = np.zeros(starts.size, np.int8)
    row_decides[[row for row, _, item in inputs if item[0] == DECISION]] = 1
    return Schedule(
        hours=moments,
        sizes=sizes,
        row_size=np.append(row_size, -1).astype(np.int32),
        row_phase=(starts > -TICK).astype(np.int8),
        row_active=_active(layout, actions, starts),
        row_noise=np.floor(starts / NOISE_STEP + TICK).astype(np.int64),
        row_record=row_record,
        row_decides=row_decides,
        row_minute=minutes(starts),
        row_actions=row_actions,
        actions=np.array([item for _, _, item in inputs], np.float64).reshape(-1, 5),
        rules=_rules(layout.rows, layout.starts["gate"], gates),
    )


def _active(layout: Layout, actions: Sequence[Action], starts: NDArray[np.float64]) -> NDArray[np.int64]:
    """One bit a linear block: set from the first time anything enters it."""
    active = np.zeros(starts.size, np.int64)
    for number, block in enumerate(layout.blocks):
        times = [action.at for action in actions if action.name in block.fed_by]
        if times:
            active[starts >= min(times) - TICK] |= 1 << number
    return active


def _rules(rows: Mapping[str, int], gate_row: int, gates: Sequence[Gate]) -> NDArray[np.float64]:
    """The closed-loop rules as numbers for the kernel."""
    table = [
        (
            rows[gate.signal],
            rows[gate.baseline] if gate.baseline else -1,
            gate_row + 1 + number,
            gate.error,
            gate.low,
            gate.high,
            gate.stream,
            gate.limit,
            COMPARISONS.index(gate.comparison),
            float(gate.latched),
        )
        for number, gate in enumerate(gates)
    ]
    return np.array(table, np.float64).reshape(-1, 10)
