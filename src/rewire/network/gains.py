"""What a person's synapses and drugs do to the gains of the regions at one scan.

Synapses of a region scale its own recurrence and the long-range input it receives. Lost synapses lower both; synapses
beyond the healthy density add almost nothing, so that healthy people are not lifted. Feedback inhibition makes up for
most of the change within days (homeostasis). During an infusion the NMDA block acts at once, without that adjustment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rewire.errors import closest
from rewire.network.constants import constant
from rewire.network.failures import NetworkError
from rewire.network.network import Network

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gains:
    """Gains of scans, each relative to a healthy brain at rest (1).

    `synapses [..., region]` scales recurrence and long-range input; inhibition has adjusted to it by the share
    `homeostasis` and to `loop [...]`, the factor on the connections between subgenual (proxy) and posterior
    default-mode regions. `nmda_block [..., region]` is the share of NMDA receptors blocked at the moment of
    the scan, to which inhibition has not adjusted. Leading axes are free, such as people and visits.
    """

    synapses: Array
    loop: Array
    nmda_block: Array
    homeostasis: float

    @property
    def shape(self) -> tuple[int, ...]:
        """The leading axes."""
        return self.synapses.shape[:-1]

    def __getitem__(self, some: slice) -> Gains:
        """The scans of a part of the first axis."""
        return replace(self, synapses=self.synapses[some], loop=self.loop[some], nmda_block=self.nmda_block[some])

    def during_infusion(self, nmda_block: ArrayLike) -> Gains:
        """The same brains with a share `[...]` of NMDA receptors blocked in every region, the acute mode."""
        block = np.broadcast_to(np.asarray(nmda_block, dtype=np.float64), self.shape)
        _check(block, "nmda_block", 0.0, 1.0)
        return replace(self, nmda_block=np.broadcast_to(block[..., None], self.synapses.shape))


def healthy(network: Network, shape: tuple[int, ...] = ()) -> Gains:
    """A healthy brain, or `shape` of them."""
    return Gains(
        np.ones((*shape, network.regions)),
        np.ones(shape),
        np.zeros((*shape, network.regions)),
        constant("synapses", "homeostasis"),
    )


def from_synapses(
    network: Network,
    synapses: Mapping[str, ArrayLike],
    *,
    loop: ArrayLike = 1.0,
    homeostasis: float | None = None,
) -> Gains:
    """Gains from synapse density by place, such as `{"prefrontal": [people, visits]}`; 1 is the healthy density.

    A place is a name that `network.find` knows; regions in none of them stay healthy. `loop` scales the connections
    between subgenual (proxy) and posterior default-mode regions, a hypothesis. `homeostasis` from 0 (inhibition stays
    as in health) to 1 (every region is back at its resting rate).
    """
    share = constant("synapses", "homeostasis") if homeostasis is None else float(homeostasis)
    _check(np.array(share), "homeostasis", 0.0, 1.0)
    levels = {place: np.asarray(level, dtype=np.float64) for place, level in synapses.items()}
    factor = np.asarray(loop, dtype=np.float64)
    _check(factor, "loop", 0.0, np.inf)
    try:
        shape = np.broadcast_shapes(factor.shape, *(level.shape for level in levels.values()))
    except ValueError:
        shapes = ", ".join(f"{place} {level.shape}" for place, level in levels.items())
        raise NetworkError(
            f"the shapes do not fit: {shapes}, loop {factor.shape}", expected="the same leading axes, such as people"
        ) from None
    gain = np.ones((*shape, network.regions))
    taken = np.zeros(network.regions, dtype=bool)
    for place, level in levels.items():
        members = list(network.find(place))
        if taken[members].any():
            raise NetworkError(
                f"'{place}' shares regions with another place of the same map", advice=closest(place, synapses)
            )
        taken[members] = True
        _check(level, f"synapses of '{place}'", 0.0, np.inf, open_below=True)
        gain[..., members] = saturate(np.broadcast_to(level, shape))[..., None]
    return Gains(gain, np.broadcast_to(factor, shape).copy(), np.zeros_like(gain), share)


def saturate(density: Array) -> Array:
    """Gain at a relative synapse density: the density itself up to 1, then a smooth approach to `1 + excess`."""
    room = constant("synapses", "excess")
    above = np.maximum(density - 1.0, 0.0)
    result: Array = np.minimum(density, 1.0) + room * -np.expm1(-above / room)
    return result


def _check(numbers: Array, what: str, low: float, high: float, open_below: bool = False) -> None:
    good = np.isfinite(numbers) & (numbers <= high) & ((numbers > low) if open_below else (numbers >= low))
    if not good.all():
        wrong = numbers[~good].flat[0] if numbers.ndim else float(numbers)
        upper = "" if np.isinf(high) else f" and at most {high:g}"
        raise NetworkError(
            f"{what} is {wrong:g}", expected=f"finite, {'more than' if open_below else 'at least'} {low:g}{upper}"
        )
