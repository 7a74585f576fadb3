"""How much arithmetic a run needs at least: operations of the generated kernel, counted from text and program."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from rewire.core.model import Model
from rewire.engine.generate import Plan, Writer
from rewire.engine.program import OPERATIONS, write_program
from rewire.engine.schedule import Schedule
from rewire.machine.native import vector_bytes


def _operations(text: str) -> Counter[str]:
    """Multiply-adds and divisions in a text. A sum and a product that are not one multiply-add may still run at once."""
    found: Counter[str] = Counter()
    found["divide"] = len(re.findall(r"= fdiv", text))
    sums, products = len(re.findall(r"= f(?:add|sub)", text)), len(re.findall(r"= fmul", text))
    found["fma"] = len(re.findall(r"@llvm\.fma", text)) + max(sums, products)
    return found


def count_operations(model: Model, schedule: Schedule, precision: str) -> Mapping[str, int]:
    """Operations a person, by kind: one step's arithmetic times the number of steps, and what happens between them."""
    plan = Plan(model.system)
    writer = Writer(plan, precision, vector_bytes())
    program = write_program(schedule)
    times = Counter(program.rows[:, 0].tolist())
    total: Counter[str] = Counter()
    for text, often in (
        (writer.advance(), times[OPERATIONS["STEP"]]),
        (writer.propagate(), 2 * times[OPERATIONS["STEP"]]),
        (writer.drive(), times[OPERATIONS["INPUTS"]]),
        (writer.read_signals(), times[OPERATIONS["RECORD"]]),
        (writer.track_peaks(), times[OPERATIONS["PEAKS"]]),
    ):
        for kind, count in _operations(text).items():
            total[kind] += count * often
    return total


def bound(operations: Mapping[str, int], peaks: Mapping[str, float]) -> float:
    """People a second on one core, if nothing but this arithmetic took time."""
    return 1.0 / (operations["fma"] / peaks["fma"] + operations["divide"] / peaks["divide"])
