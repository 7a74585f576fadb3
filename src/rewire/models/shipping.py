"""What a wheel brings so that its first run needs no SymPy: the standard model's kernels, layout and equations."""

from __future__ import annotations

from rewire.engine.generate import Plan, kernel_text
from rewire.engine.kernels import PRECISIONS, model_key
from rewire.machine.native import VECTOR_BYTES
from rewire.models.describe import equations_json
from rewire.models.standard import standard_model


def shipped_texts() -> dict[str, str]:
    """The texts by the names under which `machine.store.kept_text` looks for them."""
    model = standard_model()
    key, plan = model_key(model), Plan(model.system)
    kernels = {
        f"kernel-{key}-{precision}-{width}.ll": kernel_text(plan, precision, width)
        for precision in PRECISIONS
        for width in VECTOR_BYTES
    }
    return {
        **kernels,
        f"layout-{key}.json": plan.layout.to_json(),
        f"equations-{key}.json": equations_json(model),
    }
