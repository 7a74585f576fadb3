"""Functional connectivity of people at visits, and what studies read from it: pure functions of covariances.

Connectivity is the correlation of slow fluctuations (zero frequency). Global-signal regression is an option, always
named in the result: with it the mean over regions is forced to about -1 / (regions - 1), so that "more global
connectivity" loses its meaning at the level of parcels.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rewire.network import graph
from rewire.network.circuit import Circuit, build_circuit
from rewire.network.constants import band, constant
from rewire.network.failures import NearCritical, NetworkError
from rewire.network.gains import Gains
from rewire.network.network import Network
from rewire.network.solve import STABLE, UNSTABLE, Matrices, Solution

Array = NDArray[np.float64]

_MOST = 1 - 1e-7  # keeps Fisher z finite, in single precision too
_SAMPLES_AT_A_TIME = 20_000  # of drawn scans, so that long ones need no more memory


@dataclass(frozen=True, eq=False)
class Connectivity:
    """Connectivity of scans; leading axes `...` as in the gains, such as `[person, visit]`.

    `matrix [..., region, region]` holds correlations, 1 on the diagonal. `rates [..., region]` are those of excitatory
    populations (Hz), `slowest_mode [...]` in 1/s, `residual [...]` the largest rate of change left at the fixed point.
    `near_critical [...]` marks scans whose slowest mode is too slow for the linear analysis.
    """

    network: Network
    matrix: Matrices
    rates: Array
    slowest_mode: Array
    residual: Array
    near_critical: NDArray[np.bool_]
    global_signal_regressed: bool

    @cached_property
    def fisher_z(self) -> Matrices:
        """Fisher z `[..., region, region]`, 0 on the diagonal."""
        return fisher_z(self.matrix)

    @property
    def global_connectivity(self) -> Matrices:
        """Mean Fisher z of a region with all others `[..., region]`."""
        result: Matrices = self.fisher_z.sum(axis=-1) / (self.network.regions - 1)
        return result

    @property
    def node_strength(self) -> Matrices:
        """Sum of a region's correlations with all others `[..., region]`."""
        result: Matrices = self.matrix.sum(axis=-1) - 1.0
        return result

    @property
    def systems(self) -> tuple[str, ...]:
        """The large systems, in the order of `blocks`."""
        return tuple(dict.fromkeys(self._systems()))

    @property
    def blocks(self) -> Matrices:
        """Mean Fisher z within and between large systems `[..., system, system]` (pairs of different regions)."""
        return graph.mean_between(self.fisher_z, self._numbers())

    @property
    def efficiency(self) -> Array:
        """Global efficiency `[...]`: mean inverse shortest path; a correlation r > 0 has the length 1 / r."""
        return graph.efficiency(self.matrix)

    @property
    def modularity(self) -> Array:
        """Newman's modularity `[...]` of the division into large systems (positive correlations; not optimised)."""
        return graph.modularity(self.matrix, self._numbers())

    @property
    def participation(self) -> Array:
        """Participation coefficient `[..., region]`: how evenly a region's positive correlations go to all systems."""
        return graph.participation(self.matrix, self._numbers())

    def edges(self, one: str, other: str) -> Array:
        """Mean Fisher z `[...]` between two places (labels, systems, groups); within one place, over its pairs."""
        first, second = self.network.find(one), self.network.find(other)
        pairs = [(i, j) for i in first for j in second if i != j]
        if not pairs:
            raise NetworkError(f"there is no pair of different regions between '{one}' and '{other}'")
        rows, columns = zip(*pairs, strict=True)
        result: Array = self.fisher_z[..., list(rows), list(columns)].mean(axis=-1)
        return result

    def mean_global(self, place: str) -> Array:
        """Mean global connectivity `[...]` of the regions of a place, such as `prefrontal`."""
        result: Array = self.global_connectivity[..., list(self.network.find(place))].mean(axis=-1)
        return result

    def _systems(self) -> tuple[str, ...]:
        if self.network.systems is None:
            raise NetworkError(
                f"the network '{self.network.name}' has no large systems",
                advice="give them: Network.create(..., systems=[...])",
            )
        return self.network.systems

    def _numbers(self) -> NDArray[np.int64]:
        order = {system: number for number, system in enumerate(self.systems)}
        return np.array([order[system] for system in self._systems()])


def connect(
    network: Network | Circuit, gains: Gains, *, regress_global: bool = False, precision: str = "float64"
) -> Connectivity:
    """Functional connectivity of every scan of `gains`, without simulation.

    Give a `Circuit` to use it again for many calls. `precision` is `float64` or `float32` (matrices only). Scans with
    a slow mode near the critical point give a `NearCritical` warning; an unstable network is a `NetworkError`.
    """
    if precision not in ("float64", "float32"):
        raise NetworkError(f"the precision is '{precision}'", expected="float64 or float32")
    used = network if isinstance(network, Circuit) else build_circuit(network)
    found = used.solve(gains, precision)
    check_solved(found)
    near = found.slowest_mode > constant("guard", "slowest_mode")
    if near.any():
        warnings.warn(
            f"{near.sum()} of {len(near)} scans have a slowest mode of {found.slowest_mode.max():.2f} /s, above "
            f"{constant('guard', 'slowest_mode'):g} /s: their connectivity is not to be trusted",
            NearCritical,
            stacklevel=2,
        )
    shape, regions = gains.shape, used.network.regions
    covariance = without_global(found.covariance) if regress_global else found.covariance
    return Connectivity(
        network=used.network,
        matrix=correlation(covariance).reshape(*shape, regions, regions),
        rates=found.rates.reshape(*shape, regions),
        slowest_mode=found.slowest_mode.reshape(shape),
        residual=found.residual.reshape(shape),
        near_critical=near.reshape(shape),
        global_signal_regressed=regress_global,
    )


def connect_in_blocks(
    network: Network | Circuit,
    gains: Gains,
    block: int = 512,
    *,
    regress_global: bool = False,
    precision: str = "float64",
) -> Iterator[Connectivity]:
    """`connect` for parts of the first axis of `gains`, so that memory does not grow with the number of people."""
    used = network if isinstance(network, Circuit) else build_circuit(network)
    for first in range(0, gains.shape[0], block):
        yield connect(used, gains[first : first + block], regress_global=regress_global, precision=precision)


def check_solved(found: Solution) -> None:
    """Refuse a solution in which a scan has no fixed point or an unstable one."""
    failed = np.flatnonzero((found.code != STABLE) | ~(found.residual < constant("guard", "residual")))
    if len(failed):
        first = failed[0]
        why = "is not stable" if found.code[first] == UNSTABLE else "does not come to rest"
        raise NetworkError(
            f"the network {why} in {len(failed)} of {len(found.code)} scans, first in scan {first + 1}",
            expected=f"a fixed point with a residual below {constant('guard', 'residual'):g} /s",
            advice="lower the coupling, or use a homeostasis closer to 1",
        )


def correlation(covariance: Matrices) -> Matrices:
    """Correlations of covariances `[..., region, region]`."""
    scale = 1.0 / np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    matrix: Matrices = covariance * scale[..., :, None] * scale[..., None, :]
    np.einsum("...ii->...i", matrix)[...] = 1.0
    return matrix


def without_global(covariance: Matrices) -> Matrices:
    """Covariances after regression on the mean signal of all regions, in closed form."""
    shared = covariance.sum(axis=-1)
    result: Matrices = covariance - shared[..., :, None] * shared[..., None, :] / shared.sum(axis=-1)[..., None, None]
    return result


def fisher_z(matrix: Matrices) -> Matrices:
    """Fisher z of correlations `[..., region, region]`, 0 on the diagonal."""
    result: Matrices = matrix.copy()
    np.clip(result, -_MOST, _MOST, out=result)
    np.einsum("...ii->...i", result)[...] = 0.0
    np.arctanh(result, out=result)
    return result


def sample_scan(matrix: Array, minutes: float, random: np.random.Generator) -> Array:
    """One noisy scan `[region, region]` of a person whose true connectivity is `matrix`: sampling noise only.

    A band-limited scan holds 2 x bandwidth x duration independent samples. Motion and physiology are not included.
    """
    result: Array = sample_scans(matrix, minutes, 1, random)[0]
    return result


def sample_scans(matrix: Array, minutes: float, count: int, random: np.random.Generator) -> Array:
    """`count` noisy scans `[scan, region, region]` of the same brain, as `sample_scan` makes one."""
    if not (np.isfinite(minutes) and minutes > 0):
        raise NetworkError(f"a scan of {minutes:g} minutes", expected="a length above 0")
    low, high = band()
    samples = max(int(2 * (high - low) * minutes * 60), 2)
    factor = np.linalg.cholesky(matrix)
    scans = np.empty((count, *matrix.shape))
    step = max(1, _SAMPLES_AT_A_TIME // samples)
    for first in range(0, count, step):
        series = random.standard_normal((min(step, count - first), samples, len(matrix))) @ factor.T
        series -= series.mean(axis=1, keepdims=True)
        scans[first : first + step] = correlation(series.swapaxes(-1, -2) @ series)
    return scans
