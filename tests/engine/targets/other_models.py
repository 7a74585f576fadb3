"""Models other than the shipped one, for tests of what is generated: a layer taken out, and one swapped for another."""

from __future__ import annotations

from rewire.core.symbols import exp
from rewire.layers.receptor import Receptor
from rewire.layers.surge import Surge
from rewire.models.standard import standard_model


class Blind(Receptor):
    """Receptors that no drug reaches."""

    def equations(self, q):
        return {name: 0 * value for name, value in super().equations(q).items()}


class Blunted(Surge):
    """A surge that saturates in another way."""

    def equations(self, q):
        found = dict(super().equations(q))
        return {**found, q.surge_drive: 1 - exp(-found[q.surge_drive])}


def ablated():
    """The standard model without receptor block."""
    return standard_model().replace("receptor", Blind())


def swapped():
    """The standard model with another surge."""
    return standard_model().replace("surge", Blunted())
