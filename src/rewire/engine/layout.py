"""Where each quantity of a model stands in the kernel's buffer: one row of lanes each. Plain data, no equations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

GATES = 16
"""Gate 0 is always open; the others belong to the closed-loop phrases of a plan."""


WEIGHTS = 9
"""Numbers that advance one stiff state by one step size."""


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
    """Names in the order of their rows, region by region.

    `fixed` and `driven` count the parts taken out of the equations: worked out once a person, and once a moment.
    """

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
    fixed: int = 0
    driven: int = 0

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
        """Rows of step-size tables: the weights of each stiff state, then the propagators."""
        return WEIGHTS * len(self.stiff) + self.entry_starts[-1]

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
            "fixed": self.fixed,
            "driven_start": self.driven,
            "driven_middle": self.driven,
            "driven_end": self.driven,
            "signal": len(self.signals),
            "peak": len(self.peaks),
            "stiff": len(self.stiff),
            "amount": 1,
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

    def to_json(self) -> str:
        """The layout as text."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Layout:
        """The layout that `to_json` wrote."""
        stored = json.loads(text)
        blocks = tuple(Block(**{key: _frozen(value) for key, value in block.items()}) for block in stored.pop("blocks"))
        return Layout(blocks=blocks, **{key: _frozen(value) for key, value in stored.items()})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
