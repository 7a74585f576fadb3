"""Conversions and reference values that all drugs share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewire.core.declare import Parameter
from rewire.core.layer import Layer

if TYPE_CHECKING:
    from rewire.core.layer import Equations
    from rewire.core.symbols import Names


class Conversions(Layer):
    """Named factors between units, and the body weight and blood flow to which drug parameters refer."""

    name = "conversions"
    about = "Conversions between units of concentration; reference body weight; cardiac output."
    parameters = (
        Parameter("reference_body_weight", "kg_body", "body weight to which volumes and clearances refer"),
        Parameter("ng_per_ml_in_mg_per_l", "(ng/mL)/(mg/L)", "how many ng/mL one mg/L is"),
        Parameter("nmol_per_l_in_mmol_per_l", "(nmol/L)/(mmol/L)", "how many nmol/L one mmol/L is"),
        Parameter("cardiac_output", "L/h", "blood that passes the lungs, at the reference body weight"),
    )

    def equations(self, q: Names) -> Equations:
        """None: the layer declares parameters only."""
        return {}
