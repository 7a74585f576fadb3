from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rewire.core.declare import Constant, Level, Noise, Parameter, Pulse, Reads, Signal, State
from rewire.core.layer import Layer
from rewire.core.model import Model, order
from rewire.errors import ModelError


class Tank(Layer):
    """A tank that a tap fills and a hole empties."""

    name = "tank"
    parameters = (Parameter("hole", "1/h", "share that leaves"),)
    states = (State("water", "L", "water in the tank", linear=True),)
    signals = (Signal("depth", "L", "what a stick shows"),)
    levels = (Level("tap", "L/h", "inflow"),)
    pulses = (Pulse("bucket", "L", "a bucketful"),)

    def equations(self, q):
        return {q.water: q.tap - q.hole * q.water, q.depth: q.water}

    def jumps(self, q):
        return {q.bucket: {q.water: q.water + q.bucket}}


class Gauge(Layer):
    """A slow gauge of the depth."""

    name = "gauge"
    reads = (Reads("depth", "L"),)
    parameters = (Parameter("lag", "h", "delay of the gauge"),)
    constants = (Constant("first", "L", "what it showed at first"),)
    states = (State("shown", "L", "what the gauge shows"),)

    def equations(self, q):
        return {q.shown: (q.depth - q.shown) / q.lag}

    def start(self, q):
        return {q.first: q.depth, q.shown: q.first}


def refuse(*layers, match):
    with pytest.raises(ModelError, match=match) as caught:
        _ = Model(layers).system
    return str(caught.value)


def changed(base, **members):
    """A layer like `base` with some of its members replaced."""
    return type("Changed", (base,), members)()


def test_two_layers_become_one_ordered_system():
    system = Model((Gauge(), Tank())).system
    assert system.linear_states == ("water",)
    assert system.states == ("shown",)
    assert system.blocks[0].levels == ("tap",)
    assert list(system.start)[-2:] == ["first", "shown"]
    assert system.driven == {"depth"}
    entries = {place: str(value) for place, value in system.blocks[0].matrix.items()}
    assert entries == {(0, 0): "-hole", (0, 1): "1"}


def test_a_missing_read_names_the_layer_and_what_to_do():
    text = refuse(Gauge(), match="reads 'depth', which no layer declares")
    assert "add the layer" in text


def test_a_misspelt_read_suggests_the_name():
    text = refuse(Tank(), changed(Gauge, reads=(Reads("dept", "L"),)), match="reads 'dept'")
    assert "did you mean 'depth'?" in text


def test_a_read_in_another_unit_is_refused():
    text = refuse(Tank(), changed(Gauge, reads=(Reads("depth", "mL"),)), match="reads 'depth' in mL")
    assert "expected: L, as layer 'tank' declares it" in text


def test_a_name_declared_twice_is_refused():
    refuse(Tank(), changed(Gauge, parameters=(Parameter("hole", "h", "again"),)), match="by 'tank' and by 'gauge'")


def test_a_name_that_a_layer_neither_declares_nor_reads_is_refused_with_a_suggestion():
    text = refuse(changed(Tank, equations=lambda self, q: {q.water: -q.hol * q.water}), match="uses 'hol'")
    assert "did you mean 'hole'?" in text


def test_a_circle_of_signals_is_named():
    class Circle(Layer):
        name = "circle"
        signals = (Signal("hen", "1", ""), Signal("egg", "1", ""))

        def equations(self, q):
            return {q.hen: q.egg + 1, q.egg: q.hen - 1}

    text = refuse(Circle(), match="signals depend on each other in a circle")
    assert "hen" in text and "egg" in text


def test_a_circle_at_time_zero_is_named():
    start = {"start": lambda self, q: {q.first: q.shown, q.shown: q.first}}
    refuse(Tank(), changed(Gauge, **start), match="values at time zero depend on each other in a circle")


@pytest.mark.parametrize("rate", ["-q.hole * q.water**2", "q.tap * q.water", "-q.hole * q.water + 1", "q.depth"])
def test_a_nonlinear_rate_of_a_linear_state_is_refused(rate):
    def equations(self, q):
        return {q.water: eval(rate, {"q": q}), q.depth: q.water}

    refuse(changed(Tank, equations=equations), match="'water' is not linear")


def test_a_state_without_an_equation_is_refused():
    refuse(changed(Tank, equations=lambda self, q: {q.depth: q.water}), match="'water' of layer 'tank' has no equation")


def test_a_constant_without_a_value_is_refused():
    refuse(Tank(), changed(Gauge, start=lambda self, q: {}), match="'first' of layer 'gauge' has no value")


@pytest.mark.parametrize(
    ("base", "member", "stated", "match"),
    [
        (Tank, "start", lambda self, q: {q.water: 1}, "a start for 'water', which is no constant or nonlinear state"),
        (Tank, "start", lambda self, q: {q.depth: 1}, "a start for 'depth'"),
        (Tank, "stiff", lambda self, q: {q.water: q.hole}, "a stiff rate for 'water'"),
        (Tank, "jumps", lambda self, q: {q.bucket: {q.depth: 1}}, "lets 'depth' jump"),
        (Tank, "jumps", lambda self, q: {q.tap: {q.water: 1}}, "jumps at 'tap', which is no pulse"),
        (Tank, "equations", lambda self, q: {q.water: 0, q.depth: 0, q.hole: 1}, "an equation for 'hole'"),
        (Tank, "equations", lambda self, q: {q.water: 0, q.depth: q.bucket}, "uses a pulse outside a jump"),
        (Gauge, "stiff", lambda self, q: {q.shown: 1 / q.first}, "may use parameters only"),
        (Gauge, "equations", lambda self, q: {q.depth: 1, q.shown: 0}, "an equation for 'depth'"),
    ],
)
def test_what_a_layer_states_in_the_wrong_place_is_refused(base, member, stated, match):
    layers = [changed(kind, **{member: stated}) if kind is base else kind() for kind in (Tank, Gauge)]
    refuse(*layers, match=match)


def test_a_noise_needs_its_parameters():
    noisy = changed(Gauge, noises=(Noise("wind", "1", "", "lull"),))
    refuse(Tank(), noisy, match="the noise 'wind' of layer 'gauge' needs the parameter 'lull'")


def test_a_layer_is_replaced_by_name():
    model = Model((Tank(), Gauge()))
    slow = changed(Gauge)
    assert model.replace("gauge", slow).layers[1] is slow
    with pytest.raises(ModelError, match="no layer is called 'gage'") as caught:
        model.replace("gage", slow)
    assert "did you mean 'gauge'?" in str(caught.value)


def test_the_order_is_the_same_in_every_process():
    """Sets of strings come in another order in another process; a new order would change the last digits of results."""
    names = [f"quantity {number}" for number in range(12)]
    found = {order({"sum": set(mixed)}, "signals") for mixed in (names, names[::-1], names[5:] + names[:5])}
    code = "from rewire.core.model import order; print(order({'sum': {*'abcdefghijkl'}}, 'signals'))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == len(said) == 1
