"""How other drugs change the clearance of ketamine and esketamine: three factors that are 1 without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewire.core.declare import Parameter
from rewire.core.layer import Layer

if TYPE_CHECKING:
    from rewire.core.layer import Equations
    from rewire.core.symbols import Expression, Names


class Interactions(Layer):
    """Factors by which background drugs slow or speed the metabolism of ketamine [peltoniemi-2011].

    Their values for a person come from `rewire.layers.giving.interaction_factors`.
    """

    name = "interactions"
    about = "Factors on the metabolism of ketamine and esketamine, 1 without interacting background drugs."
    parameters = (
        Parameter("gut_metabolism_factor", "1", "metabolism in the gut wall, relative to that without other drugs"),
        Parameter("hepatic_metabolism_factor", "1", "metabolism in the liver, relative to that without other drugs"),
        Parameter(
            "norketamine_clearance_factor", "1", "clearance of norketamine, relative to that without other drugs"
        ),
    )

    def equations(self, q: Names) -> Equations:
        """None: the layer declares parameters only."""
        return {}


def escape(share: Expression, factor: Expression) -> Expression:
    """The share of a swallowed dose that the gut wall lets through when its metabolism changes by `factor`.

    Metabolism competes with uptake: what escapes is 1 / (1 + m), with m = 1/share - 1 without other drugs. The result
    stays between 0 and 1 for every factor, and is `share` itself for 1.
    """
    return 1 / (1 + factor * (1 / share - 1))
