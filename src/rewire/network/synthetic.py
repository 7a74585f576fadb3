"""A connectome made without data, so that everything runs: the distance rule of tracts on real centres of regions.

Log weights fall with distance within and between hemispheres as they do in a real connectome and vary around that rule;
part of the variation is mirrored between the hemispheres. It is plausible, and it is nobody's brain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rewire.network import atlas
from rewire.network.constants import constant


def make_weights(seed: int) -> NDArray[np.float64]:
    """Weights `[region, region]` over `atlas.labels()`, symmetric, the strongest 1. The same seed, the same weights."""
    centroids, half = atlas.centroids(), len(atlas.codes())
    distance = np.linalg.norm(centroids[:, None] - centroids[None], axis=-1)
    within = np.kron(np.eye(2), np.ones((half, half))) > 0
    rule = np.where(
        within,
        -constant("synthetic", "decay_within") * distance,
        constant("synthetic", "between") - constant("synthetic", "decay_between") * distance,
    )
    below = np.array([label[2:] in atlas.below_cortex() for label in atlas.labels()], dtype=np.float64)
    rule = rule + constant("synthetic", "below_cortex") * (below[:, None] + below)
    random, unmirrored = np.random.default_rng(seed), constant("synthetic", "unmirrored")
    near, far = _symmetric(random, half), _symmetric(random, half)
    mirrored, own = np.block([[near, far], [far, near]]), _symmetric(random, 2 * half)
    variation = np.sqrt(1 - unmirrored) * mirrored + np.sqrt(unmirrored) * own
    weights: NDArray[np.float64] = np.exp(rule + constant("synthetic", "variation") * variation)
    np.fill_diagonal(weights, 0.0)
    weights /= weights.max()
    return weights


def _symmetric(random: np.random.Generator, size: int) -> NDArray[np.float64]:
    """Standard normal numbers, the same above and below the diagonal."""
    upper = np.triu(random.standard_normal((size, size)))
    return upper + np.triu(upper, 1).T
