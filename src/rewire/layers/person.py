"""The person: covariates and starting scores, as `people` draws them. No equations; other layers read them."""

from __future__ import annotations

from typing import ClassVar

from rewire.core.declare import Parameter
from rewire.core.layer import Equations, Layer
from rewire.core.symbols import Names


class PersonLayer(Layer):
    """Who the person is. Values come from a population table or from one described person, not from a model table."""

    name = "person"
    about = "age, weight, genes, diagnosis and the scores at the start"
    parameters: ClassVar = (
        Parameter("body_weight", "kg_body", "body weight"),
        Parameter("age", "year", "age"),
        Parameter("female", "1", "1 for women, 0 for men"),
        Parameter("asian", "1", "1 for Asian ancestry"),
        Parameter("japanese", "1", "1 for Japanese ancestry (then Asian ancestry is 1, too)"),
        Parameter("met_alleles", "1", "number of BDNF Met alleles (Val66Met): 0, 1 or 2"),
        Parameter("hypertension", "1", "1 with a history of high blood pressure"),
        Parameter("failed_treatments", "1", "treatments that failed before"),
        Parameter("posttraumatic", "1", "1 with post-traumatic stress disorder"),
        Parameter("anxious", "1", "1 with an anxiety disorder"),
        Parameter("entry_stress", "1", "stress load at the start: 0 healthy, 1 that of chronic depression"),
        Parameter("baseline_depression", "MADRS_point", "depression score at the start (MADRS)"),
        Parameter("baseline_anxiety", "HAMA_point", "anxiety score at the start (HAM-A)"),
        Parameter("baseline_trauma", "CAPS5_point", "post-traumatic stress score at the start (CAPS-5)"),
    )

    def equations(self, q: Names) -> Equations:
        """Nothing changes here."""
        return {}
