"""Kernel source from a wired system: the equations of the layers as straight-line code over lanes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources
from string import Template

import numpy as np
import sympy

from rewire.core.symbols import Expression
from rewire.core.system import Compartments, System, names_in
from rewire.engine.layout import GATES, Block, Layout
from rewire.engine.printer import KernelPrinter

LANES = {"float32": 32, "float64": 16}


def lay_out(system: System) -> Layout:
    """The layout of a system's buffer."""
    return Layout(
        parameters=system.parameters,
        levels=system.levels,
        pulses=system.pulses,
        noises=tuple(noise.name for noise in system.noises),
        constants=system.constants,
        states=system.states,
        stiff=tuple(system.stiff),
        signals=tuple(system.signals),
        peaks=system.peaks,
        blocks=tuple(_block(system, block) for block in system.blocks),
    )


def _block(system: System, block: Compartments) -> Block:
    """A block with its pattern: entries are what is reachable in any number of steps from compartment to compartment."""
    size = len(block.names)
    reach = np.eye(size, dtype=bool)
    for row, column in block.matrix:
        reach[row, column] = True
    for middle in range(size):
        reach |= np.outer(reach[:, middle], reach[middle])
    entries = tuple((int(row), int(column)) for row, column in np.argwhere(reach))
    at = {entry: k for k, entry in enumerate(entries)}
    triples = tuple(
        (at[row, column], at[row, middle], at[middle, column])
        for row, column in entries
        for middle in range(size)
        if (row, middle) in at and (middle, column) in at
    )
    pulses = (pulse for pulse, changes in system.jumps.items() if set(changes) & set(block.states))
    return Block(
        block.states, block.levels, (*pulses, *block.levels), entries, triples, tuple(at[k, k] for k in range(size))
    )


class Writer:
    """Collects the lines of one generated function; every lane loop loads what it uses and stores what it sets."""

    def __init__(self, layout: Layout, lanes: int) -> None:
        self.layout, self.lanes, self.lines = layout, lanes, []
        self._single = lanes == LANES["float32"]

    def text(self, expression: Expression, names: Mapping[str, str] | None = None) -> str:
        """An expression as source."""
        return KernelPrinter(names or {}, self._single).doprint(expression)

    def at(self, row: int) -> str:
        """The buffer element of a row in the current lane."""
        return f"get(w, {row * self.lanes}, j)"

    def load(self, names: Iterable[str], suffix: str = "", region: str = "") -> None:
        """Local variables for quantities, from their own rows or from those of another region."""
        for name in names:
            row = self.layout.rows[name]
            if region:
                row += self.layout.starts[region] - self.layout.starts["linear"]
            self.lines.append(f"{name}{suffix} = {self.at(row)}")

    def let(self, name: str, expression: Expression, names: Mapping[str, str]) -> None:
        """A local variable equal to an expression, with symbols renamed by `names`."""
        self.lines.append(f"{name} = {self.text(expression, names)}")

    def store(self, row: int, text: str) -> None:
        """Sets the buffer element of a row."""
        self.lines.append(f"put(w, {row * self.lanes}, j, {text})")

    def loop(self) -> str:
        """The collected lines as one loop over lanes, nothing when there are none; clears them."""
        if not self.lines:
            return ""
        text = "    for j in range(LANES):\n" + "".join(f"        {line}\n" for line in self.lines)
        self.lines = []
        return text


def _indent(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def _function(signature: str, body: str) -> str:
    return f"@njit(**OPTIONS)\ndef {signature}:\n{body or '    return' + chr(10)}"


def _plain_names(system: System, expressions: Iterable[Expression]) -> list[str]:
    """The quantities of `expressions` that are not signals, and of the signals they need, in a stable order."""
    expressions = list(expressions)
    used = {name for expression in expressions for name in names_in(expression)}
    for signal in system.needed(expressions):
        used |= names_in(system.signals[signal])
    return sorted(used - set(system.signals))


def _read(writer: Writer, system: System, expressions: Iterable[Expression], without: Iterable[str] = ()) -> None:
    """Loads what `expressions` need and computes their signals, as local variables under their own names."""
    expressions = list(expressions)
    writer.load(name for name in _plain_names(system, expressions) if name not in set(without))
    for signal in system.needed(expressions):
        writer.let(signal, system.signals[signal], {})


def _prepare(writer: Writer, system: System) -> str:
    _read(writer, system, system.stiff.values())
    for k, rate in enumerate(system.stiff.values()):
        writer.store(writer.layout.starts["stiff"] + k, writer.text(rate))
    return _function("prepare(w)", writer.loop())


def _linear_rates(writer: Writer, system: System) -> str:
    lines = []
    for block, placed, start in zip(system.blocks, writer.layout.blocks, writer.layout.entry_starts, strict=False):
        _read(writer, system, block.matrix.values())
        for k, entry in enumerate(placed.entries):
            value = block.matrix.get(entry)
            if value is not None:
                writer.lines.append(f"rates[{start + k}, j] = {writer.text(value)}")
            else:
                writer.lines.append(f"rates[{start + k}, j] = 0.0")
        lines.append(writer.loop())
    return _function("linear_rates(w, rates)", "".join(lines))


def _propagate(writer: Writer, system: System) -> str:
    text = ""
    starts = writer.layout.starts
    tables = starts["table"] + 6 * len(system.stiff)
    for b, (block, placed) in enumerate(zip(system.blocks, writer.layout.blocks, strict=True)):
        first = writer.layout.entry_starts[b]
        for source, target in (("", "linear_middle"), ("linear_middle", "linear_end")):
            writer.load(block.states, region=source)
            writer.load(block.levels)
            for row, name in enumerate(block.states):
                terms = [
                    f"{writer.at(tables + first + k)} * {block.names[column]}"
                    for k, (entry_row, column) in enumerate(placed.entries)
                    if entry_row == row
                ]
                writer.store(starts[target] + writer.layout.rows[name] - starts["linear"], " + ".join(terms))
        text += f"    if active & {1 << b}:\n{_indent(writer.loop())}"
    return _function("propagate(w, active)", text)


def _settle(writer: Writer, system: System) -> str:
    for k in range(len(system.linear_states)):
        writer.store(writer.layout.starts["linear"] + k, writer.at(writer.layout.starts["linear_end"] + k))
    return _function("settle(w)", writer.loop())


def _advance(writer: Writer, system: System) -> str:
    """One step: exponential Runge-Kutta for stiff states, classical Runge-Kutta for the others, both of order four."""
    layout, starts, rates = writer.layout, writer.layout.starts, system.rates
    signals = system.needed(rates.values())
    driven = [name for name in signals if name in system.driven]
    staged = [name for name in signals if name not in system.driven]
    linear = set(system.linear_states)
    stated = [*rates.values(), *system.stiff.values()]
    plain = [name for name in _plain_names(system, stated) if name not in linear and name not in system.states]
    used_linear = [name for name in _plain_names(system, rates.values()) if name in linear]
    writer.load(plain)
    writer.load(used_linear, "_s")
    writer.load(used_linear, "_m", "linear_middle")
    writer.load(used_linear, "_e", "linear_end")
    for moment in "sme":
        renamed = {name: f"{name}_{moment}" for name in (*driven, *used_linear)}
        for name in driven:
            writer.let(renamed[name], system.signals[name], renamed)
    writer.load(system.states, "_1")
    weights = {name: starts["table"] + 6 * k for k, name in enumerate(system.stiff)}
    for stage, moment in ((1, "s"), (2, "m"), (3, "m"), (4, "e")):
        renamed = {name: f"{name}_{moment}" for name in (*driven, *used_linear)}
        renamed |= {name: f"{name}_{stage}" for name in system.states} | {name: f"{name}_q{stage}" for name in staged}
        for name in staged:
            writer.let(renamed[name], system.signals[name], renamed)
        for name in system.states:
            rate = rates[name]
            if name in system.stiff:
                rate = sympy.expand_mul(rate + system.stiff[name] * sympy.Symbol(name, real=True), deep=False)
            writer.let(f"{name}_k{stage}", rate, renamed)
        if stage == 4:
            break
        for name in system.states:
            own, slope = f"{name}_{stage + 1}", f"{name}_k{stage}"
            if name not in system.stiff:
                writer.lines.append(f"{own} = {name}_1 + {'half' if stage < 3 else 'h'} * {slope}")
                continue
            half_decay, half_gain = writer.at(weights[name]), writer.at(weights[name] + 1)
            if stage < 3:
                writer.lines.append(f"{own} = {name}_1 * {half_decay} + {slope} * {half_gain}")
            else:
                writer.lines.append(
                    f"{own} = {name}_2 * {half_decay} + (real(2.0) * {slope} - {name}_k1) * {half_gain}"
                )
    for name in system.states:
        k1, k2, k3, k4 = (f"{name}_k{stage}" for stage in (1, 2, 3, 4))
        if name in system.stiff:
            decay, first, middle, last = (writer.at(weights[name] + k) for k in (2, 3, 4, 5))
            text = f"{name}_1 * {decay} + {k1} * {first} + ({k2} + {k3}) * {middle} + {k4} * {last}"
        else:
            text = f"{name}_1 + sixth * ({k1} + real(2.0) * ({k2} + {k3}) + {k4})"
        writer.store(layout.rows[name], text)
    head = "    h = real(hours)\n    half = real(0.5) * h\n    sixth = h / real(6.0)\n"
    return _function("advance(w, hours)", head + writer.loop())


def _begin(writer: Writer, system: System) -> str:
    """The program of time zero: constants, starting states and the signals they need, in order of dependence."""
    set_here = {*system.constants, *system.states}
    needed = {*set_here, *system.needed(system.start[name] for name in set_here)}
    sequence = [name for name in system.start if name in needed]
    writer.load(sorted({name for key in sequence for name in names_in(system.start[key])} - set(sequence)))
    for name in sequence:
        writer.let(name, system.start[name], {})
        if name in set_here:
            writer.store(writer.layout.rows[name], name)
    return _function("begin(w)", writer.loop())


def _read_signals(writer: Writer, system: System) -> str:
    _read(writer, system, [sympy.Symbol(name, real=True) for name in system.signals])
    for name in system.signals:
        writer.store(writer.layout.rows[name], name)
    return _function("read_signals(w)", writer.loop())


def _track_peaks(writer: Writer, system: System) -> str:
    _read(writer, system, [sympy.Symbol(name, real=True) for name in system.peaks])
    for k, name in enumerate(system.peaks):
        row = writer.layout.starts["peak"] + k
        writer.store(row, f"max({writer.at(row)}, {name})")
    return _function("track_peaks(w)", writer.loop())


def _jump(writer: Writer, system: System) -> str:
    text = ""
    for k, pulse in enumerate(system.pulses):
        changes = system.jumps[pulse]
        if not changes:
            continue
        writer.lines.append(f"{pulse} = {writer.at(writer.layout.starts['amount'])}")
        _read(
            writer, system, [*changes.values(), *(sympy.Symbol(name, real=True) for name in changes)], without=[pulse]
        )
        for name, expression in changes.items():
            writer.lines.append(f"{name}_new = {writer.text(expression)}")
        for name in changes:
            writer.store(writer.layout.rows[name], f"{name}_new if {pulse} > real(0.0) else {name}")
        text += f"    if channel == {k}:\n{_indent(writer.loop())}"
    return _function("jump(w, channel)", text)


def _noise(writer: Writer, system: System) -> str:
    begin, move = "", ""
    for k, noise in enumerate(system.noises):
        row, normal = writer.layout.starts["noise"] + k, writer.layout.starts["normal"] + 4 * k
        writer.load(name for name in (noise.start_shift, noise.start_spread) if name)
        text = f"{noise.start_spread} * {writer.at(normal)}" if noise.start_spread else writer.at(normal)
        writer.store(row, f"{noise.start_shift} + {text}" if noise.start_shift else text)
        begin += f"    if which == {k}:\n" + _indent(writer.loop())
        writer.load([noise.lasts])
        writer.lines.append(f"kept = exp(real(-12.0) / {noise.lasts})")
        writer.store(row, f"kept * {writer.at(row)} + sqrt(real(1.0) - kept * kept) * w[normal * LANES + j]")
        move += f"    if which == {k}:\n" + _indent(writer.loop())
    return _function("begin_noise(w, which)", begin) + "\n\n" + _function("move_noise(w, which, normal)", move)


def kernel_source(system: System, precision: str) -> str:
    """The source of the kernel module for a system in one precision ("float32" or "float64")."""
    layout = lay_out(system)
    starts, lanes = layout.starts, LANES[precision]
    makers = (
        _prepare,
        _linear_rates,
        _propagate,
        _settle,
        _advance,
        _begin,
        _read_signals,
        _track_peaks,
        _jump,
        _noise,
    )
    parts = "\n\n".join(make(Writer(layout, lanes), system) for make in makers)
    weight = layout.rows.get("body_weight", starts["gate"])
    template = Template(resources.files("rewire.engine").joinpath("kernel.template").read_text())
    return template.substitute(
        precision=precision,
        lanes=lanes,
        parts=parts,
        rows=starts["end"],
        parameter_count=len(system.parameters),
        gate_count=GATES,
        gate_row=starts["gate"],
        held_row=starts["held"],
        level_row=starts["level"],
        peak_count=len(system.peaks),
        peak_row=starts["peak"],
        table_rows=layout.table_rows,
        table_row=starts["table"],
        entry_count=layout.entry_starts[-1],
        entry_starts=layout.entry_starts,
        block_count=len(system.blocks),
        stiff_row=starts["stiff"],
        stiff_count=len(system.stiff),
        noise_count=len(system.noises),
        normal_row=starts["normal"],
        weight_row=weight,
        amount_row=starts["amount"],
    )
