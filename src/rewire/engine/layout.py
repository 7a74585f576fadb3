"""Where each quantity of a model stands in the kernel's flat buffer: one row of lanes each. Plain data, no equations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

GATES = 16
"""Gate 0 is always open; the others belong to the closed-loop phrases of a plan."""


@dataclass(frozen=True)
class Block:
    """A linear block: its states, the levels held at its inlets, the inputs that feed it, and its propagator's pattern.

    `entries` are the non-zero places (row, column) of the propagator; `triples` the products that multiply two of them.
    """

    states: tuple[str, ...]
    levels: tuple[str, ...]
    fed_by: tuple[str, ...]
    entries: tuple[tuple[int, int], ...]
    triples: tuple[tuple[int, int, int], ...]
    diagonal: tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """Names in the order of their rows, region by region."""

    parameters: tuple[str, ...]
    levels: tuple[str, ...]
    pulses: tuple[str, ...]
    noises: tuple[str, ...]
    constants: tuple[str, ...]
    states: tuple[str, ...]
    stiff: tuple[str, ...]
    signals: tuple[str, ...]
    peaks: tuple[str, ...]
    blocks: tuple[Block, ...]

    @cached_property
    def linear_states(self) -> tuple[str, ...]:
        """The states of all linear blocks."""
        return tuple(name for block in self.blocks for name in block.states)

    @cached_property
    def entry_starts(self) -> tuple[int, ...]:
        """Where each block's propagator entries begin in the table, with the total at the end."""
        starts = [0]
        for block in self.blocks:
            starts.append(starts[-1] + len(block.entries))
        return tuple(starts)

    @property
    def table_rows(self) -> int:
        """Rows of step-size tables: six weights a stiff state, then the propagators."""
        return 6 * len(self.stiff) + self.entry_starts[-1]

    @cached_property
    def starts(self) -> Mapping[str, int]:
        """The first row of each region, and the number of rows as `end`."""
        linear = len(self.linear_states)
        regions = {
            "parameter": len(self.parameters),
            "gate": GATES,
            "held": GATES,
            "level": len(self.levels),
            "noise": len(self.noises),
            "normal": 4 * len(self.noises),
            "constant": len(self.constants),
            "state": len(self.states),
            "linear": linear,
            "linear_middle": linear,
            "linear_end": linear,
            "signal": len(self.signals),
            "peak": len(self.peaks),
            "stiff": len(self.stiff),
            "amount": 1,
            "table": self.table_rows,
        }
        rows, starts = 0, {}
        for name, count in regions.items():
            starts[name] = rows
            rows += count
        return {**starts, "end": rows}

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The row of every quantity by name."""
        regions = {
            "parameter": self.parameters,
            "level": self.levels,
            "noise": self.noises,
            "constant": self.constants,
            "state": self.states,
            "linear": self.linear_states,
            "signal": self.signals,
        }
        return {name: self.starts[region] + k for region, names in regions.items() for k, name in enumerate(names)}

    @cached_property
    def products(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """All blocks' triples and diagonals, one after the other, with where each block's begin."""
        triples = np.array([triple for block in self.blocks for triple in block.triples], np.int64).reshape(-1, 3)
        diagonal = np.array([place for block in self.blocks for place in block.diagonal], np.int64)
        triple_range = np.cumsum([0, *(len(block.triples) for block in self.blocks)]).astype(np.int64)
        diagonal_range = np.cumsum([0, *(len(block.diagonal) for block in self.blocks)]).astype(np.int64)
        return triples, triple_range, diagonal, diagonal_range

    def to_json(self) -> str:
        """The layout as text."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Layout:
        """The layout that `to_json` wrote."""
        stored = json.loads(text)
        blocks = tuple(Block(**{key: _frozen(value) for key, value in block.items()}) for block in stored.pop("blocks"))
        return Layout(blocks=blocks, **{key: _frozen(value) for key, value in stored.items()})


def _frozen(value: object) -> object:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
