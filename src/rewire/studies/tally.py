"""Tallies of observed scores: whole numbers on bounded scales, so counts hold everything and memory stays small.

Counts of many blocks of people add up; means, spreads and percentiles of the sum are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.studies.result import Curve, Peak

BINS = 512


@dataclass
class Tally:
    """Counts `[time, score]` of one scale in one group, with the sums that responses and changes need."""

    counts: NDArray[np.int64]
    responded: NDArray[np.int64]
    remitted: NDArray[np.int64]
    ever: NDArray[np.int64]
    lost: NDArray[np.int64]
    change: NDArray[np.float64]
    change_squared: NDArray[np.float64]
    people: int = 0

    @staticmethod
    def empty(times: int, top: int) -> Tally:
        """Nobody counted yet."""
        responded, remitted, ever, lost = np.zeros((4, times), np.int64)
        return Tally(
            np.zeros((times, top + 1), np.int64), responded, remitted, ever, lost, np.zeros(times), np.zeros(times)
        )

    def add(
        self, scores: NDArray[np.uint8], *, response_fraction: float, remission: float, judged: NDArray[np.bool_]
    ) -> None:
        """Counts one block of people: `scores[time, person]`, the first row being the baseline.

        A person has responded when the fall reaches `response_fraction` of the baseline. Relapse is loss of response at
        two `judged` times in a row after having responded at one.
        """
        times, count = scores.shape
        bins = self.counts.shape[1]
        places = scores + bins * np.arange(times, dtype=np.int32)[:, None]
        counts = np.bincount(places.ravel(), minlength=self.counts.size).reshape(times, bins)
        self.counts += counts
        self.remitted += counts[:, np.arange(bins) <= remission].sum(axis=1)
        baseline = scores[0].astype(float)
        change = scores - baseline
        self.change += change.sum(axis=1)
        self.change_squared += np.einsum("ij,ij->i", change, change)
        response = (change <= -response_fraction * baseline) & (baseline > 0)
        response[0] = False
        self.responded += np.count_nonzero(response, axis=1)
        answer = response[judged]
        ever = np.logical_or.accumulate(answer, axis=0)
        missed = np.zeros_like(answer)
        missed[1:] = ever[:-1] & ~answer[1:]
        lost = np.zeros_like(answer)
        lost[1:] = np.logical_or.accumulate(missed[1:] & missed[:-1], axis=0)
        since = np.cumsum(judged)
        self.ever += np.append(0, np.count_nonzero(ever, axis=1))[since]
        self.lost += np.append(0, np.count_nonzero(lost, axis=1))[since]
        self.people += count

    def curve(self, unit: str, hours: NDArray[np.float64]) -> Curve:
        """Mean, spread and percentiles of the score over time."""
        score = np.arange(self.counts.shape[1], dtype=float)
        mean = self.counts @ score / self.people
        variance = np.maximum(self.counts @ score**2 / self.people - mean**2, 0.0)
        spread = np.sqrt(variance * self.people / max(self.people - 1, 1))
        cumulative = np.cumsum(self.counts, axis=1) / self.people
        percentiles = [(cumulative < share).sum(axis=1).astype(float) for share in (0.1, 0.5, 0.9)]
        return Curve(unit, hours, mean, spread, *percentiles)

    def mean_change(self) -> NDArray[np.float64]:
        """Mean change from baseline `[time]`."""
        return self.change / self.people

    def change_error(self) -> NDArray[np.float64]:
        """Standard error of the mean change `[time]`."""
        variance = np.maximum(self.change_squared / self.people - self.mean_change() ** 2, 0.0)
        return np.sqrt(variance / max(self.people - 1, 1))

    def shares(self) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Response, remission and relapse: the share `[time]` and its standard error."""
        found = {}
        of_responders = np.maximum(self.ever, 1)
        for name, counts, total in (
            ("response", self.responded, np.full_like(self.responded, self.people)),
            ("remission", self.remitted, np.full_like(self.remitted, self.people)),
            ("relapse", self.lost, of_responders),
        ):
            share = counts / total
            found[name] = (share, np.sqrt(share * (1 - share) / total))
        return found


@dataclass
class Spread:
    """Counts of a continuous quantity `[time, bin]` from 0 to `top`; percentiles are exact to one of 512 bins."""

    top: float
    counts: NDArray[np.int64]
    total: NDArray[np.float64]
    squared: NDArray[np.float64]
    people: int = 0

    @staticmethod
    def empty(times: int, top: float) -> Spread:
        """Nobody counted yet."""
        return Spread(top, np.zeros((times, BINS), np.int64), np.zeros(times), np.zeros(times))

    def add(self, values: NDArray[np.float64]) -> None:
        """Counts one block of people, `values[time, person]`; what lies beyond the top counts as the top."""
        places = np.clip((values / self.top * (BINS - 1) + 0.5).astype(np.int64), 0, BINS - 1)
        places += BINS * np.arange(values.shape[0])[:, None]
        self.counts += np.bincount(places.ravel(), minlength=self.counts.size).reshape(self.counts.shape)
        self.total += values.sum(axis=1)
        self.squared += (values.astype(float) ** 2).sum(axis=1)
        self.people += values.shape[1]

    def _moments(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        mean = self.total / self.people
        return mean, np.sqrt(np.maximum(self.squared / self.people - mean**2, 0.0))

    def _percentile(self, share: float) -> NDArray[np.float64]:
        below = (np.cumsum(self.counts, axis=1) < share * self.people).sum(axis=1)
        return np.asarray(below * self.top / (BINS - 1))

    def curve(self, unit: str, hours: NDArray[np.float64]) -> Curve:
        """Mean, spread and percentiles over time."""
        mean, sd = self._moments()
        return Curve(unit, hours, mean, sd, *(self._percentile(share) for share in (0.1, 0.5, 0.9)))

    def peak(self, unit: str, statistic: str) -> Peak:
        """The same of a single row, as the largest values of a run."""
        mean, sd = self._moments()
        low, high = self._percentile(0.1), self._percentile(0.9)
        return Peak(unit, statistic, float(mean[0]), float(sd[0]), float(low[0]), float(high[0]))
