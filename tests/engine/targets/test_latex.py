from __future__ import annotations

from pathlib import Path

from rewire.engine.targets.latex import equations_latex
from rewire.models.export import formulas

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "equations.md"


def test_every_equation_is_stated_once(standard):
    found = equations_latex(standard)
    lines = [line for layer in found.values() for line in layer]
    assert len(lines) == len(standard.system.signals) + len(standard.system.states) + len(standard.system.linear_states)
    assert any(line.startswith(r"\frac{d\,\text{mood}}{dt} = ") and r"\tanh" in line for line in found["mood"])
    assert all(line.count("{") == line.count("}") for line in lines)


def test_the_page_of_equations_is_that_of_the_layers(standard):
    assert PAGE.read_text() == formulas(standard), "run python docs/generate.py equations"
