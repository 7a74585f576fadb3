"""An independent computation of the same network with SciPy: both populations kept, general solvers, no shortcuts."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import solve_continuous_lyapunov
from scipy.optimize import brentq, root

from rewire.network.constants import node


def rate(current, gain, offset, curve):
    x = gain * current - offset
    return x / (1 - np.exp(-curve * x))


def rate_slope(current, gain, offset, curve):
    x = gain * current - offset
    e = np.exp(-curve * x)
    return gain * ((1 - e) - curve * x * e) / (1 - e) ** 2


class TwoPopulations:
    """2N gates of one brain: `weights` in units of currents (nA), gains and inhibition by region."""

    def __init__(self, weights, gain, drive, inhibition):
        self.p, self.weights, self.gain, self.drive, self.inhibition = node(), weights, gain, drive, inhibition
        self.n = len(gain)

    def currents(self, s, u):
        p = self.p
        excitatory = p.background_excitatory + self.gain * (p.recurrent * s + self.weights @ s) - self.inhibition * u
        return excitatory, p.background_inhibitory + p.synaptic * self.drive * s - u

    def change(self, gates):
        p, (s, u) = self.p, np.split(gates, 2)
        one, two = self.currents(s, u)
        r = rate(one, p.gain_excitatory, p.offset_excitatory, p.curve_excitatory)
        q = rate(two, p.gain_inhibitory, p.offset_inhibitory, p.curve_inhibitory)
        return np.r_[(1 - s) * p.opening * r - s / p.decay_excitatory, q - u / p.decay_inhibitory]

    def jacobian(self, gates):
        p, n, (s, u) = self.p, self.n, np.split(gates, 2)
        one, two = self.currents(s, u)
        r = rate(one, p.gain_excitatory, p.offset_excitatory, p.curve_excitatory)
        f = (1 - s) * p.opening * rate_slope(one, p.gain_excitatory, p.offset_excitatory, p.curve_excitatory)
        g = rate_slope(two, p.gain_inhibitory, p.offset_inhibitory, p.curve_inhibitory)
        block = np.zeros((2 * n, 2 * n))
        block[:n, :n] = (f * self.gain)[:, None] * (self.weights + p.recurrent * np.eye(n))
        block[:n, :n] -= np.diag(p.opening * r + 1 / p.decay_excitatory)
        block[:n, n:] = -np.diag(f * self.inhibition)
        block[n:, :n] = np.diag(g * p.synaptic * self.drive)
        block[n:, n:] = -np.diag(1 / p.decay_inhibitory + g)
        return block

    def settle(self, start):
        """Follow the gates in time until they rest, then polish the root."""
        flow = solve_ivp(lambda t, g: self.change(g), (0, 60), start, method="LSODA", jac=lambda t, g: self.jacobian(g))
        found = root(self.change, flow.y[:, -1], jac=self.jacobian, tol=1e-13)
        return found.x

    def zero_frequency(self, gates):
        inverse = np.linalg.solve(self.jacobian(gates), np.eye(2 * self.n))
        return (inverse @ inverse.T)[: self.n, : self.n]

    def equal_time(self, gates):
        return solve_continuous_lyapunov(self.jacobian(gates), -np.eye(2 * self.n))[: self.n, : self.n]

    def slowest(self, gates):
        return np.linalg.eigvals(self.jacobian(gates)).real.max()


def adjusted_inhibition(weights, gain):
    """Feedback inhibition that holds the resting rate, one root search a region."""
    p = node()
    current = brentq(
        lambda i: rate(i, p.gain_excitatory, p.offset_excitatory, p.curve_excitatory) - p.resting_rate,
        0.3,
        0.5,
        xtol=1e-16,
    )
    s = p.opening * p.decay_excitatory * p.resting_rate / (1 + p.opening * p.decay_excitatory * p.resting_rate)
    u = brentq(
        lambda v: (
            v
            - p.decay_inhibitory
            * rate(
                p.background_inhibitory + p.synaptic * s - v, p.gain_inhibitory, p.offset_inhibitory, p.curve_inhibitory
            )
        ),
        1e-3,
        0.5,
        xtol=1e-16,
    )
    total = p.background_excitatory + gain * s * (p.recurrent + weights.sum(axis=1))
    return (total - current) / u, np.r_[np.full(len(gain), s), np.full(len(gain), u)]
