"""A schedule as the program that a kernel walks through: one row an operation, the same for all people."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rewire.engine.schedule import DECISION, PULSE, Schedule

OPERATIONS = {
    "STOP": 0,
    "STEP": 1,
    "LEAD": 2,
    "INPUTS": 3,
    "SIGNALS": 4,
    "PEAKS": 5,
    "RECORD": 6,
    "LEVEL": 7,
    "PULSE": 8,
    "DECIDE": 9,
    "DRAW": 10,
    "ENTER": 11,
    "MOVE": 12,
    "BEGIN": 13,
}
"""What a kernel can be told to do; `driver.ll` says what the numbers of a row mean for each."""
PLACES = 8
FIRST_BLOCK = 0xFFFFFFFF
"""The block of chance from which the noises of time zero are drawn."""
FINE = 2.0
"""Peaks are looked for where steps are at most so long (h), and at every record."""
RULE_BYTES = 88
DRIVER_FIELDS = {
    "blocks": "i64",
    "parameters": "ptr",
    "stride": "i64",
    "first": "i64",
    "seed": "i64",
    "sizes": "ptr",
    "size_count": "i64",
    "ever": "i64",
    "program": "ptr",
    "rules": "ptr",
    "wanted": "ptr",
    "wanted_count": "i64",
    "times": "i64",
    "out": "ptr",
    "out_stride": "i64",
    "peaks_out": "ptr",
    "w": "ptr",
    "rates": "ptr",
    "scratch": "ptr",
    "table": "ptr",
}
"""What a run is given, each in a 64-bit place."""


class Program(NamedTuple):
    """The rows `[operation, 8]`, the rules of gates, and one bit for each linear block that is ever active."""

    rows: NDArray[np.int64]
    rules: NDArray[np.float64]
    ever: int


def write_program(schedule: Schedule) -> Program:
    """The program of a schedule."""
    own = schedule.rules[:, 1:2] >= 0
    rules = np.concatenate([np.where(schedule.rules < 0, 0, schedule.rules), own], axis=1)
    rules[:, 3:8] = schedule.rules[:, 3:8]
    ever = int(np.bitwise_or.reduce(schedule.row_active))
    return Program(_rows(schedule), np.ascontiguousarray(rules), ever)


def _rows(schedule: Schedule) -> NDArray[np.int64]:
    """All operations: first those of one kind after another, then sorted by the row of the schedule they belong to."""
    listed: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []

    def add(where: Any, operation: Any, a: Any = 0, b: Any = 0, c: Any = 0, value: Any = 0.0) -> None:
        """One operation for each row of the schedule in `where`, after what was added for that row before."""
        table = np.zeros((len(where), PLACES), np.int64)
        for place, column in enumerate((operation, a, b, c, np.asarray(value, float).view(np.int64))):
            table[:, place] = column
        listed.append((np.asarray(where, np.int64), table))

    size, number, last = schedule.row_size, np.arange(schedule.row_size.size), schedule.row_size.size - 1
    running, records, decides = schedule.row_phase > 0, schedule.row_record >= 0, schedule.row_decides > 0
    hours = np.append(schedule.sizes[size[:last]], np.inf)

    first = int(np.argmax(running))
    noises = _noises(int(schedule.row_noise[last]))
    blocks = np.array([block for block, *_ in noises], np.int64)
    noisy = first + np.searchsorted(schedule.row_noise[first:], blocks)
    add(noisy, [OPERATIONS[name] for _, name, _ in noises], [given for *_, given in noises])
    add(number[records | decides], OPERATIONS["SIGNALS"])
    add(number[records], OPERATIONS["RECORD"], schedule.row_record[records])
    # Whatever is largest at the end of a fine step is so at its record, unless the noise moved between.
    fine = running & (hours <= FINE)
    changed = np.isin(number, noisy)
    seen = np.append(False, fine[:-1]) & ~changed
    add(number[records & running & ~seen], OPERATIONS["PEAKS"])

    acting = np.repeat(number, np.diff(schedule.row_actions[: last + 2]))
    kind, channel, value, by_weight, gate = schedule.actions[: acting.size].T
    decision = kind == DECISION
    add(
        acting,
        np.where(decision, OPERATIONS["DECIDE"], np.where(kind == PULSE, OPERATIONS["PULSE"], OPERATIONS["LEVEL"])),
        channel,
        np.where(decision, schedule.row_minute[acting], gate),
        by_weight,
        value,
    )
    stepping = number < last
    changed |= np.isin(number, acting)
    add(number[changed & running & stepping], OPERATIONS["INPUTS"])
    steps = number[stepping]
    step = np.where(running[steps], OPERATIONS["STEP"], OPERATIONS["LEAD"])
    add(steps, step, size[steps], schedule.row_active[steps], 0, hours[steps])
    add(number[fine], OPERATIONS["PEAKS"])
    add([last], OPERATIONS["STOP"])
    order = np.argsort(np.concatenate([where for where, _ in listed]), kind="stable")
    return np.concatenate([table for _, table in listed])[order]


def _noises(last: int) -> list[tuple[int, str, int]]:
    """What the noise of daily life does up to its block `last`: (block, operation, its number)."""
    found = [(0, "DRAW", FIRST_BLOCK), (0, "ENTER", 0), (0, "DRAW", 0), (0, "BEGIN", 0)]
    for block in range(1, last + 1):
        # Four 12-hour blocks share one draw.
        if block % 4 == 0:
            found.append((block, "DRAW", block // 4))
        found.append((block, "MOVE", block % 4))
    return found
