"""What is read from BOLD time series `[..., frame, region]`, simulated or measured: connectivity and its dynamics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rewire.network.constants import band, constant
from rewire.network.failures import NetworkError

Array = NDArray[np.float64]


def keep_band(frames: Array, repetition: float) -> Array:
    """The part of a signal in the band of resting-state analyses, without its mean."""
    low, high = band()
    spectrum = np.fft.rfft(frames - frames.mean(axis=-2, keepdims=True), axis=-2)
    frequency = np.fft.rfftfreq(frames.shape[-2], repetition)
    spectrum[..., (frequency < low) | (frequency > high), :] = 0.0
    result: Array = np.fft.irfft(spectrum, frames.shape[-2], axis=-2)
    return result


def correlate(frames: Array) -> Array:
    """Correlations `[..., region, region]` over the frames."""
    centred = frames - frames.mean(axis=-2, keepdims=True)
    scaled = centred / np.sqrt((centred**2).sum(axis=-2, keepdims=True))
    result: Array = np.swapaxes(scaled, -1, -2) @ scaled
    return result


def connectivity_dynamics(
    frames: Array, repetition: float, window: float | None = None, shift: float | None = None
) -> Array:
    """How alike connectivity is at different times `[..., window, window]`: correlations of sliding-window matrices.

    `window` and `shift` are in seconds; without them those of `network.toml` are used.
    """
    window = constant("dynamics", "window") if window is None else window
    shift = constant("dynamics", "shift") if shift is None else shift
    length, gap = round(window / repetition), max(round(shift / repetition), 1)
    starts = range(0, frames.shape[-2] - length + 1, gap)
    if length < 3 or len(starts) < 2:
        raise NetworkError(
            f"{frames.shape[-2] * repetition:.0f} s of signal hold fewer than two windows of {window:g} s",
            expected="a longer signal or a shorter window",
        )
    rows, columns = np.triu_indices(frames.shape[-1], 1)
    edges = np.stack([correlate(frames[..., s : s + length, :])[..., rows, columns] for s in starts], axis=-2)
    return correlate(np.swapaxes(edges, -1, -2))


def phase_locking(frames: Array) -> Array:
    """The share of regions in phase at each frame `[..., frame]` (Kuramoto order), of a band-limited signal."""
    count = frames.shape[-2]
    spectrum = np.fft.fft(frames - frames.mean(axis=-2, keepdims=True), axis=-2)
    keep = np.zeros(count)
    keep[0] = 1.0
    keep[1 : (count + 1) // 2] = 2.0
    if count % 2 == 0:
        keep[count // 2] = 1.0
    analytic = np.fft.ifft(spectrum * keep[:, None], axis=-2)
    result: Array = np.abs(np.exp(1j * np.angle(analytic)).mean(axis=-1))
    return result


def synchrony(frames: Array) -> Array:
    """Mean phase locking `[...]`; the ends, where phases are not defined well, are left out."""
    result: Array = _inner(phase_locking(frames)).mean(axis=-1)
    return result


def metastability(frames: Array) -> Array:
    """Spread of phase locking over time `[...]`."""
    result: Array = _inner(phase_locking(frames)).std(axis=-1)
    return result


def _inner(locking: Array) -> Array:
    edge = int(locking.shape[-1] * constant("dynamics", "edge"))
    return locking[..., edge : locking.shape[-1] - edge]
