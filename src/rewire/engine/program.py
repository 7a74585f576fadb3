"""A schedule as the program that a kernel walks through: one row an operation, the same for all people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

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


Row = tuple[str, int, int, int, float]


def write_program(schedule: Schedule) -> Program:
    """The program of a schedule."""
    listed = list(_rows(schedule))
    rows = np.zeros((len(listed), PLACES), np.int64)
    rows[:, 0] = [OPERATIONS[row[0]] for row in listed]
    for place in (1, 2, 3):
        rows[:, place] = [row[place] for row in listed]
    rows[:, 4] = np.array([row[4] for row in listed], np.float64).view(np.int64)
    own = schedule.rules[:, 1:2] >= 0
    rules = np.concatenate([np.where(schedule.rules < 0, 0, schedule.rules), own], axis=1)
    rules[:, 3:8] = schedule.rules[:, 3:8]
    return Program(rows, np.ascontiguousarray(rules), int(np.bitwise_or.reduce(schedule.row_active)))


def _rows(schedule: Schedule) -> Iterator[Row]:
    noise = -1
    for r in range(schedule.row_size.size):
        running, size = schedule.row_phase[r] > 0, int(schedule.row_size[r])
        anew = False
        while running and noise < schedule.row_noise[r]:
            noise += 1
            yield from _noise(noise)
            anew = True
        record, decides = int(schedule.row_record[r]), schedule.row_decides[r] > 0
        if record >= 0 or decides:
            yield "SIGNALS", 0, 0, 0, 0.0
        if record >= 0:
            yield "RECORD", record, 0, 0, 0.0
            if running:
                yield "PEAKS", 0, 0, 0, 0.0
        if size < 0:
            break
        for kind, channel, value, by_weight, gate in schedule.actions[
            schedule.row_actions[r] : schedule.row_actions[r + 1]
        ]:
            anew = True
            if kind == DECISION:
                yield "DECIDE", int(channel), int(schedule.row_minute[r]), 0, 0.0
            else:
                yield "PULSE" if kind == PULSE else "LEVEL", int(channel), int(gate), int(by_weight), value
        hours, active = float(schedule.sizes[size]), int(schedule.row_active[r])
        if not running:
            yield "LEAD", size, active, 0, hours
            continue
        if anew:
            yield "INPUTS", 0, 0, 0, 0.0
        yield "STEP", size, active, 0, hours
        if hours <= FINE:
            yield "PEAKS", 0, 0, 0, 0.0
    yield "STOP", 0, 0, 0, 0.0


def _noise(block: int) -> Iterator[Row]:
    """Four 12-hour blocks share one draw."""
    if block == 0:
        yield "DRAW", FIRST_BLOCK, 0, 0, 0.0
        yield "ENTER", 0, 0, 0, 0.0
    if block % 4 == 0:
        yield "DRAW", block // 4, 0, 0, 0.0
    if block == 0:
        yield "BEGIN", 0, 0, 0, 0.0
    else:
        yield "MOVE", block % 4, 0, 0, 0.0
