"""Checks of the mechanism: every published fact beside what the model reaches, met or not met.

The facts, their ranges and sources stand in `evidence/tables/mechanism.toml`; the readings are made by the experiments
of `rewire.studies.mechanism`. No parameter is set from them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rewire.errors import StudyError, closest
from rewire.sources import Entry, Group, load_table
from rewire.studies.mechanism import learning, molecules, moods, synapses

READINGS: Mapping[str, Callable[[], float]] = {
    **molecules.READINGS,
    **synapses.READINGS,
    **learning.READINGS,
    **moods.READINGS,
}


@dataclass(frozen=True)
class Row:
    """One fact and what the model reaches.

    `reached` is None where the model holds no such quantity, or where nobody qualifies. `source` is the key of a
    reference, or empty where the range is our own expectation; `miss` explains a row that is not met.
    """

    id: str
    part: str
    done: str
    observed: str
    at_least: float | None
    at_most: float | None
    unit: str
    reached: float | None
    source: str
    miss: str

    @property
    def met(self) -> bool:
        """Whether the reading lies in its range, ends included; a range that begins or ends at 0 asks for a sign."""
        if self.reached is None or (self.reached == 0.0 and 0.0 in (self.at_least, self.at_most)):
            return False
        low = -math.inf if self.at_least is None else self.at_least
        high = math.inf if self.at_most is None else self.at_most
        return low <= self.reached <= high

    @property
    def tolerance(self) -> str:
        """The range in words: `0.35 to 0.65`, `at most 2`."""
        if self.at_least is None:
            return f"at most {self.at_most:g}" if self.at_most else "below 0"
        if self.at_most is None:
            return f"at least {self.at_least:g}" if self.at_least else "above 0"
        return f"{self.at_least:g} to {self.at_most:g}"


def mechanism_rows() -> tuple[Row, ...]:
    """All facts in the order of the table, with the readings of the model as it is shipped."""
    return tuple(mechanism_row(name) for name in load_table("mechanism").groups())


def mechanism_row(name: str) -> Row:
    """One fact by its id, such as `STR-2a`, with its reading."""
    facts = load_table("mechanism").groups()
    if name not in facts:
        raise StudyError(f"there is no check called '{name}'", advice=closest(name, facts))
    fact = facts[name]
    low, high = _limit(fact, "at_least"), _limit(fact, "at_most")
    limit = low or high
    if limit is None:
        raise StudyError(f"the check '{name}' has no range", expected="at_least, at_most or both")
    reached = READINGS[name]() if name in READINGS else math.nan
    return Row(
        id=name,
        part=fact.text("part"),
        done=fact.text("done"),
        observed=fact.text("observed"),
        at_least=low.number if low else None,
        at_most=high.number if high else None,
        unit=limit.unit,
        reached=None if math.isnan(reached) else reached,
        source=limit.source,
        miss=fact.text("miss") if "miss" in fact else "",
    )


def _limit(fact: Group, key: str) -> Entry | None:
    return fact.entry(key) if key in fact else None
