"""What is counted for one arm of a study, block by block of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.engine.run import Recording
from rewire.layers.symptoms import SCALES
from rewire.models.inputs import first_dose
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.sources import load_table
from rewire.studies.cohort import Prepared, observed
from rewire.studies.result import EIGHTY, Band, Curve, DoseRow, Peak
from rewire.studies.tally import Spread, Tally

DAY = 24.0
WEEK_DAYS = 7.0
FIRST_VISITS = (1.0, 2.0, 3.0, 5.0, 7.0)
AUDIT_WEIGHT = 70.0
WINDOW = tuple(k / 6 for k in range(25))
"""Hours after the first dose at which safety read-outs are recorded: every ten minutes for four hours."""
Array = NDArray[np.float64]
Scores = dict[str, NDArray[np.uint8]]


@dataclass(frozen=True)
class Readout:
    """A safety read-out: the signal behind it, its unit, the top of its count, and what its peak is called."""

    signal: str
    unit: str
    top: float
    statistic: str


SAFETY = {
    "CADSS": Readout("dissociation", "CADSS_point", 92.0, "mean of each person's largest value"),
    "SBP rise": Readout("systolic_rise", "mmHg", 128.0, "mean of each person's largest rise"),
}
RECORDED = (*SCALES.values(), *(readout.signal for readout in SAFETY.values()))


def at_a_visit(hours: Array) -> NDArray[np.bool_]:
    """Whether response is judged at these times, as trials do: on days 1, 2, 3, 5 and 7, then weekly."""
    days = hours / DAY
    return np.isin(days, FIRST_VISITS) | (np.isclose(days % WEEK_DAYS, 0) & (days > 0))


class Group:
    """The tallies of one arm; `add` counts a block of people, the rest reads what has been counted."""

    def __init__(self, ready: Prepared, hours: Array) -> None:
        self.ready, self.hours = ready, hours
        self.start = first_dose(ready.actions)
        self.window = np.array([self.start + hour for hour in WINDOW if self.start + hour <= hours[-1]])
        scales = load_table("scales")
        self.tallies = {scale: Tally.empty(hours.size, int(scales.number(scale, "maximum"))) for scale in SCALES}
        self.safety = {name: Spread.empty(self.window.size, readout.top) for name, readout in SAFETY.items()}
        self.largest = {name: Spread.empty(1, readout.top) for name, readout in SAFETY.items()}

    def add(self, recording: Recording, block: People) -> Scores:
        """Counts one block; returns its observed scores `[time, person]` by scale."""
        rows = np.searchsorted(recording.hours, self.hours - 1e-6)
        judged = at_a_visit(self.hours)
        found = {}
        for scale, tally in self.tallies.items():
            table = load_table("scales").group(scale)
            found[scale] = observed(recording, scale, block)[rows]
            tally.add(
                found[scale],
                response_fraction=table.number("response_fraction"),
                remission=table.number("remission"),
                judged=judged,
            )
        window = np.searchsorted(recording.hours, self.window - 1e-6)
        for name, readout in SAFETY.items():
            self.safety[name].add(np.asarray(recording.values[readout.signal], float)[window])
            self.largest[name].add(np.asarray(recording.peaks[readout.signal], float)[None, :])
        return found

    def around_dose(self) -> dict[str, Curve]:
        """Safety read-outs in the hours after the first dose."""
        since = self.window - self.start
        return {name: self.safety[name].curve(readout.unit, since) for name, readout in SAFETY.items()}

    def peaks(self) -> dict[str, Peak]:
        """The largest values of the run."""
        return {name: self.largest[name].peak(readout.unit, readout.statistic) for name, readout in SAFETY.items()}


def dose_rows(plan: Plan, hours: float) -> tuple[DoseRow, ...]:
    """The dose audit of a plan up to `hours` for a person of 70 kg."""
    rows = plan.audit(AUDIT_WEIGHT, hours)
    return tuple(
        DoseRow(row.when, row.at, row.what, row.route, row.amount, row.milligrams, row.condition) for row in rows
    )


def interval(
    unit: str,
    hours: Array,
    mean: Array,
    error: Array,
    drawn: Sequence[Array],
    lowest: float = -np.inf,
    highest: float = np.inf,
) -> Band:
    """A mean with its 80 % interval: sampling error and the spread of the draws of what is not known, as variances."""
    spread = np.std(np.stack(drawn), axis=0, ddof=1) if len(drawn) > 1 else np.zeros_like(mean)
    half = EIGHTY * np.sqrt(error**2 + spread**2)
    return Band(unit, hours, mean, np.clip(mean - half, lowest, highest), np.clip(mean + half, lowest, highest))
