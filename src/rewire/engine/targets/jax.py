"""The equations as JAX functions, for gradients in double precision (extra `rewire[jax]`)."""

from __future__ import annotations

from typing import Any

from rewire.core.model import Model
from rewire.engine.targets.source import jumps_source, rates_source, signals_source, start_source
from rewire.errors import StudyError


def load_jax(source: str) -> dict[str, Any]:
    """The functions of a generated source, over arrays that JAX can differentiate."""
    try:
        import jax.numpy as jnp
    except ImportError:
        raise StudyError("gradients need JAX", advice="pip install 'rewire[jax]'") from None

    def power(x: Any, y: Any) -> Any:
        """A power; of nothing, nothing, with a derivative of nothing."""
        positive = x > 0
        return jnp.where(positive, jnp.where(positive, x, 1.0) ** y, 0.0)

    def sqrt(x: Any) -> Any:
        """A root; of nothing, nothing, with a derivative of nothing: infinity times nothing would spoil a gradient."""
        positive = x > 0
        return jnp.where(positive, jnp.sqrt(jnp.where(positive, x, 1.0)), 0.0)

    names: dict[str, Any] = {
        "exp": jnp.exp,
        "log": jnp.log,
        "tanh": jnp.tanh,
        "sqrt": sqrt,
        "power": power,
        "select": jnp.where,
        "maximum": jnp.maximum,
        "minimum": jnp.minimum,
        "absolute": jnp.abs,
    }
    before = set(names)
    exec(source, names)  # text made by this package
    return {name: value for name, value in names.items() if name not in before and callable(value)}


def jax_functions(model: Model, signals: tuple[str, ...] = ()) -> dict[str, Any]:
    """`rates`, `start`, `jump_<pulse>` and `signals` of a model; `targets.source` says in which order numbers stand.

    Switch JAX to double precision before use: single precision gives wrong gradients where moods flip.
    """
    system = model.system
    parts = (rates_source(system), jumps_source(system), signals_source(system, signals), start_source(system))
    return load_jax("\n\n".join(parts))
