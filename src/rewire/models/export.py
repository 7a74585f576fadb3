"""The standard model for other programs and for reading: formulas, Python source, the kernels themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from rewire.core.model import Model
from rewire.engine.generate import Plan, kernel_source
from rewire.engine.targets.cuda.write import cuda_text
from rewire.engine.targets.latex import equations_latex
from rewire.engine.targets.source import Places, jumps_source, rates_source, signals_source, start_source
from rewire.errors import ModelError, closest
from rewire.models.standard import standard_model

PAGE = """# Equations

Generated from the layers by `python docs/generate.py equations`; do not edit. Time is in hours. `rewire model LAYER` says
what each name means and in which unit, `rewire sources NAME` where its number comes from.
"""
SOURCE = '''"""The right-hand side of the model as plain Python, generated; time in hours.

`rates(fixed, held, states)` gives d states/dt, `signals(fixed, held, states)` what is read out, `start(parameters, noises,
linear)` the constants and states at time zero, `jump_<pulse>(fixed, held, states, given)` the states after a pulse.
"""

from math import exp, log, sqrt, tanh


def power(x, y):
    return x**y if x > 0.0 else 0.0


def select(condition, then, otherwise):
    return then if condition else otherwise


def absolute(x):
    return abs(x)


maximum, minimum = max, min
'''


def formulas(model: Model) -> str:
    """All equations as a Markdown page with formulas."""
    about = {layer.name: layer.about for layer in model.layers}
    parts = [PAGE]
    for layer, lines in equations_latex(model).items():
        parts.append(f"## {layer}\n\n{about[layer][:1].upper()}{about[layer][1:].rstrip('.')}.\n")
        parts += [f"$$\n{line}\n$$\n" for line in lines]
    return "\n".join(parts)


def latex(model: Model) -> str:
    """All equations as the body of a LaTeX document."""
    parts = ["% Needs amsmath. Generated from the layers; do not edit."]
    for layer, lines in equations_latex(model).items():
        parts += [f"\\section*{{{layer}}}", *(f"\\[ {line} \\]" for line in lines)]
    return "\n".join((*parts, ""))


def python_source(model: Model) -> str:
    """The right-hand side, the start, the jumps and all signals as one Python module."""
    system, places = model.system, Places.of(model.system)
    listed = {"FIXED": places.fixed, "HELD": places.held, "STATES": places.states, "SIGNALS": tuple(system.signals)}
    names = "\n".join(f"{name} = {value!r}" for name, value in listed.items())
    parts = (
        SOURCE, names, start_source(system), rates_source(system), jumps_source(system),
        signals_source(system, system.signals),
    )  # fmt: skip
    return "\n\n".join(parts)


FORMS: Mapping[str, Callable[[Model], str]] = {
    ".md": formulas,
    ".tex": latex,
    ".py": python_source,
    ".ll": lambda model: kernel_source(model.system, "float64"),
    ".cuda": lambda model: cuda_text(Plan(model.system), "float64"),
}
"""By the ending of the file: what is written."""


def export_model(path: Path) -> str:
    """The text of the standard model for a file with this ending. Raises `ModelError` for one that is not known."""
    if path.suffix not in FORMS:
        raise ModelError(
            f"cannot tell what of the model to write to '{path.name}'",
            expected="formulas (.md, .tex), Python source (.py), or a kernel (.ll for processors, .cuda for graphics)",
            advice=closest(path.suffix, FORMS) or "model.md",
        )
    return FORMS[path.suffix](standard_model())
