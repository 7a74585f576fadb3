from __future__ import annotations

import sys
import types

import numpy as np
import pytest

from rewire.core.declare import Parameter, State
from rewire.core.layer import Layer
from rewire.core.model import Model
from rewire.engine import kernels
from rewire.engine.generate import kernel_source, lay_out
from rewire.engine.layout import Layout
from rewire.engine.run import run
from rewire.engine.schedule import build
from rewire.errors import StudyError
from rewire.machine.native import vector_bytes
from rewire.machine.store import cache_folder


class Decay(Layer):
    """One state that decays."""

    name = "decay"
    parameters = (Parameter("pace", "1/h", "pace of the decay"),)
    states = (State("amount", "1", "what decays"),)

    def equations(self, q):
        return {q.amount: -q.pace * q.amount}

    def start(self, q):
        return {q.amount: 1}


class StiffDecay(Decay):
    """The same with the decay integrated exactly; its rate uses a parameter that no equation uses."""

    parameters = (*Decay.parameters, Parameter("guess", "1/h", "a guess of the pace"))

    def stiff(self, q):
        return {q.amount: q.guess}


def made_here(factor):
    class Decay(Layer):
        name = "decay"
        parameters = (Parameter("pace", "1/h", ""),)
        states = (State("amount", "1", ""),)

        def equations(self, q):
            return {q.amount: -factor * q.pace * q.amount}

    return Decay()


def run_once(layer, **values):
    model = Model((layer,))
    compiled = kernels.kernel(model, "float64")
    numbers = np.array([[values[quantity.name]] for quantity in model.parameters])
    schedule = build(compiled.layout, [], [], [24.0], 24.0)
    return run(compiled, schedule, numbers, seed=1, record=["amount"]).values["amount"][-1, 0]


def test_a_layout_survives_being_written(double, standard):
    layout = lay_out(standard.system)
    assert Layout.from_json(layout.to_json()) == layout == double.layout


def test_every_quantity_has_a_row_of_its_own(double):
    rows = double.layout.rows
    assert len(set(rows.values())) == len(rows)
    assert max(rows.values()) < double.layout.starts["end"]


def test_the_same_layers_find_the_same_kernel_and_others_another():
    assert kernels.model_key(Model((Decay(),))) == kernels.model_key(Model((Decay(),)))
    assert kernels.model_key(Model((Decay(),))) != kernels.model_key(Model((StiffDecay(),)))


def test_layers_made_in_a_function_are_told_apart_by_their_equations():
    assert kernels.model_key(Model((made_here(1),))) == kernels.model_key(Model((made_here(1),)))
    assert kernels.model_key(Model((made_here(1),))) != kernels.model_key(Model((made_here(2),)))


def test_a_layer_with_attributes_of_its_own_is_told_apart():
    class Powered(Decay):
        def __init__(self, power):
            self.power = power

        def equations(self, q):
            return {q.amount: -q.pace * q.amount**self.power}

    assert kernels.model_key(Model((Powered(2),))) != kernels.model_key(Model((Powered(3),)))
    assert kernels.model_key(Model((Powered(2),))) == kernels.model_key(Model((Powered(2),)))


def test_a_layer_typed_in_a_notebook_needs_no_file(monkeypatch):
    notebook = types.ModuleType("notebook_without_a_file")
    monkeypatch.setitem(sys.modules, "notebook_without_a_file", notebook)
    typed = type("Typed", (Decay,), {"__module__": "notebook_without_a_file"})
    assert len(kernels.model_key(Model((typed(),)))) == 16


def test_a_rate_may_use_what_only_the_stiff_part_names():
    source = kernel_source(Model((StiffDecay(),)).system, "float64")
    assert "@weights" in source
    assert run_once(StiffDecay(), pace=0.3, guess=0.2) == pytest.approx(np.exp(-0.3 * 24), rel=1e-2)


def test_sources_differ_by_precision_only_where_they_must(standard):
    double, single = (kernel_source(standard.system, precision) for precision in kernels.PRECISIONS)
    assert "<8 x double>" in double and "<16 x float>" not in double
    assert "<16 x float>" in single


def test_an_unknown_precision_is_refused(standard):
    with pytest.raises(StudyError, match="unknown precision 'float16'"):
        kernels.kernel(standard, "float16")


def test_kernels_are_kept_in_the_folder_of_the_environment(double, monkeypatch, tmp_path):
    monkeypatch.setenv("REWIRE_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    monkeypatch.delenv("REWIRE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "rewire"


def test_lanes_fill_whole_rows(double, single):
    assert double.real is np.float64 and double.lanes == vector_bytes() // 8
    assert single.real is np.float32 and single.lanes == vector_bytes() // 4
