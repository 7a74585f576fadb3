"""How well numbers fit published ones, when trials differ beyond chance.

The unknowns `z` are standard normal before any data. A published number is what the model says, plus chance of its own,
plus what its trial differs in: each effect of a trial moves all its rows together, along their slope in the unknowns
that the effect moves, by a size that is an unknown itself. The effects are normal and are integrated out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Forward = Callable[[Array], Array]


@dataclass(frozen=True)
class Effect:
    """What a trial may differ in: a `direction` `[unknown]` at size 1, and which unknown holds the log of its size.

    The size is `usual * exp(width * z[place])`.
    """

    direction: Array
    place: int
    usual: float
    width: float

    def size(self, z: Array) -> Array:
        """The size of the effect `[draw]` at places `[draw, unknown]`."""
        return np.asarray(self.usual * np.exp(self.width * z[..., self.place]))


@dataclass(frozen=True)
class Problem:
    """What is fitted: names of the unknowns, published numbers with their variance, and the forward model.

    `group` holds the number of the trial of each row; `forward` gives the rows `[row]` at a place `[unknown]`, and does
    not look at the sizes of effects. `inert` are the places of those sizes. `share` says how much of an effect a row
    feels: less where it is the mean of several trials.
    """

    names: tuple[str, ...]
    observed: Array
    variance: Array
    group: NDArray[np.int64]
    forward: Forward
    share: Array
    effects: Mapping[str, Effect] = field(default_factory=dict)

    @property
    def inert(self) -> tuple[int, ...]:
        """The unknowns that the forward model does not look at."""
        return tuple(effect.place for effect in self.effects.values())

    @property
    def active(self) -> NDArray[np.int64]:
        """The unknowns that the forward model looks at."""
        return np.array([place for place in range(len(self.names)) if place not in self.inert])

    @property
    def directions(self) -> Array:
        """The direction of every effect `[effect, unknown]`."""
        found = [effect.direction for effect in self.effects.values()]
        return np.stack(found) if found else np.zeros((0, len(self.names)))

    def sizes(self, z: Array) -> Array:
        """The sizes of all effects `[draw, effect]` at places `[draw, unknown]`."""
        found = [effect.size(z) for effect in self.effects.values()]
        return np.stack(found, axis=-1) if found else np.zeros((len(z), 0))

    def loads(self, z: Array, slopes: Array) -> Array:
        """How far one standard deviation of each effect moves each row, `[draw, row, effect]`.

        `slopes` are those of the rows in the unknowns, `[draw, row, unknown]`.
        """
        return np.asarray(slopes @ self.directions.T * self.sizes(z)[:, None, :] * self.share[:, None])

    def covariance(self, loads: Array, variance: Array) -> Array:
        """The covariance `[row, row]` of the published numbers for the loads `[row, effect]` of one draw."""
        return np.asarray(np.diag(variance) + (loads @ loads.T) * (self.group[:, None] == self.group[None, :]))

    def log_chance(self, data: Array, value: Array, loads: Array, variance: Array) -> tuple[Array, Array, Array]:
        """The log chance `[draw]` of `data` `[row]` for the model's `value` `[draw, row]`, up to a constant.

        With it its slopes in `value` `[draw, row]` and in `loads` `[draw, row, effect]`. Uses the small matrix of each
        trial (Woodbury) instead of the covariance of all rows.
        """
        left = data - value
        draws, rows, count = loads.shape
        trials = (np.arange(self.group.max() + 1)[:, None] == self.group[None, :]).astype(float)
        scaled = loads / variance[:, None]
        pairs = (scaled[..., None] * loads[:, :, None, :]).reshape(draws, rows, count * count)
        small = np.eye(count) + (trials @ pairs).reshape(draws, len(trials), count, count)
        inverse = np.linalg.inv(small)
        pull = trials @ (scaled * left[:, :, None])
        taken = (inverse @ pull[..., None])[..., 0]
        misfit = (left**2 / variance).sum(axis=1) - (pull * taken).sum(axis=(1, 2))
        volume = np.linalg.slogdet(small)[1].sum(axis=1) + np.log(variance).sum()
        by_value = left / variance - (scaled * taken[:, self.group]).sum(axis=2)
        by_loads = by_value[..., None] * taken[:, self.group]
        by_loads = by_loads - (scaled[:, :, None, :] @ inverse[:, self.group])[:, :, 0]
        return -0.5 * (misfit + volume), by_value, by_loads
