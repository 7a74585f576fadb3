"""A wired system as the text of a kernel: the equations of the layers as vector code, one function a job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources
from string import Template

import numpy as np
import sympy

from rewire.core.random import stream
from rewire.core.symbols import Expression, symbol
from rewire.core.system import Compartments, System
from rewire.engine.fold import DRIVEN, FIXED, HELD, MOVING, Folder, kinds_of
from rewire.engine.layout import GATES, WEIGHTS, Block, Layout
from rewire.engine.lower import Lowering
from rewire.engine.program import DRIVER_FIELDS, OPERATIONS, RULE_BYTES
from rewire.engine.propagator import propagator
from rewire.engine.work import decide_text, draw_text, give_text, peaks_text, raise_text, take_text, weights_text
from rewire.machine.code import BYTES, Code, module
from rewire.machine.elementary import exp

KINDS = {"float32": "float", "float64": "double"}


class Plan:
    """What is worked out when: the system's equations with their fixed and driven parts taken out, and the layout."""

    def __init__(self, system: System) -> None:
        self.system = system
        kinds = kinds_of(system)
        still = {name: part for name, part in system.signals.items() if kinds[name] <= FIXED}
        folder = Folder(kinds, still)
        needed = system.needed(system.rates.values())
        staged = [name for name in needed if kinds[name] in (HELD, MOVING)]
        self.staged = {name: folder.fold(system.signals[name]) for name in staged}
        self.rates = {name: folder.fold(_slow_part(system, name)) for name in system.states}
        # Driven parts, signals and jumps are worked out seldom: only what is fixed is taken out of them.
        seldom = Folder({name: MOVING if kind == DRIVEN else kind for name, kind in folder.kinds.items()}, still)
        seldom.fixed = folder.fixed
        seldom._names = {part: name for part, name in folder._names.items() if folder.kinds[name.name] != DRIVEN}
        self.driven = {name: seldom.fold(part) for name, part in folder.driven.items()}
        self.signals = {name: seldom.fold(part) for name, part in system.signals.items()}
        self.fixed: Mapping[str, Expression] = folder.fixed
        self.layout = Layout(
            parameters=system.parameters,
            levels=system.levels,
            pulses=system.pulses,
            noises=tuple(noise.name for noise in system.noises),
            constants=system.constants,
            states=system.states,
            stiff=tuple(system.stiff),
            signals=tuple(system.signals),
            peaks=system.peaks,
            fixed=len(self.fixed),
            driven=len(self.driven),
            blocks=tuple(_block(system, block) for block in system.blocks),
        )


def lay_out(system: System) -> Layout:
    """The layout of a system's buffer."""
    return Plan(system).layout


def _slow_part(system: System, name: str) -> Expression:
    """The rate of a state, without the part of its decay that is integrated exactly."""
    if name not in system.stiff:
        return system.rates[name]
    rate = sympy.expand_mul(system.rates[name], deep=False)
    return sympy.expand_mul(rate + system.stiff[name] * symbol(name), deep=False)


def _block(system: System, block: Compartments) -> Block:
    """A block with its pattern: an entry stands where one compartment reaches another in any number of steps."""
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


class Rows(dict[str, str]):
    """The value of every quantity by name, read from its row when first asked for."""

    def __init__(
        self, code: Code, layout: Layout, signals: Mapping[str, Expression] | None = None, middle: bool = False
    ) -> None:
        super().__init__()
        self._code, self._layout, self._signals, self._middle = code, layout, signals or {}, middle

    def __missing__(self, name: str) -> str:
        if name in self._signals:
            self[name] = Lowering(self._code, self).value(self._signals[name])
            return self[name]
        family, _, number = name.rpartition("_")
        starts = self._layout.starts
        row = starts["fixed"] + int(number) if family == "fixed" else self._layout.rows[name]
        if self._middle and name in self._layout.linear_states:
            row += starts["linear_middle"] - starts["linear"]
        return self._code.load("%w", row)


class Writer:
    """Writes the functions of one kernel."""

    def __init__(self, plan: Plan, precision: str, width: int) -> None:
        self.plan, self.system, self.layout = plan, plan.system, plan.layout
        self.kind = KINDS[precision]
        self.lanes = width // BYTES[self.kind]

    def code(self) -> Code:
        """The body of a new function."""
        return Code(self.kind, self.lanes)

    def reader(self, code: Code, with_signals: bool = False) -> Lowering:
        """Expressions over the rows of the buffer, with signals worked out on demand."""
        return Lowering(code, Rows(code, self.layout, self.plan.signals if with_signals else None))

    def prepare(self) -> str:
        """Gates open, peaks empty, and the part of each stiff state's decay that is integrated exactly."""
        code, starts = self.code(), self.layout.starts
        for k in range(GATES):
            code.store("%w", starts["gate"] + k, code.number(1.0))
        for k in range(len(self.layout.peaks)):
            code.store("%w", starts["peak"] + k, code.number(-1e30))
        reader = self.reader(code)
        for k, rate in enumerate(self.system.stiff.values()):
            code.store("%w", starts["stiff"] + k, reader.value(rate))
        return code.function("prepare(ptr %w)")

    def linear_rates(self) -> str:
        """The matrices of all linear blocks, in double precision."""
        code = self.code()
        wide, reader = code.as_kind("double"), self.reader(code)
        for block, placed, start in zip(self.system.blocks, self.layout.blocks, self.layout.entry_starts, strict=False):
            for k, entry in enumerate(placed.entries):
                if entry not in block.matrix:
                    value = wide.number(0.0)
                else:
                    value = reader.value(block.matrix[entry])
                    value = code.cast("fpext", value, "float", "double") if self.kind == "float" else value
                wide.store("%rates", start + k, value)
        return code.function("linear_rates(ptr %w, ptr %rates)")

    def tables(self) -> str:
        """What a step size needs: weights of the stiff states, propagators of the blocks that are ever active."""
        starts, size = self.layout.starts, self.lanes * BYTES[self.kind]
        lines = [
            "define internal void @tables(ptr %w, ptr %rates, double %hours, i64 %ever, ptr %scratch, ptr %table) #0 {"
        ]
        for k in range(len(self.layout.stiff)):
            lines += [
                f"  %rate.{k} = getelementptr inbounds i8, ptr %w, i64 {(starts['stiff'] + k) * size}",
                f"  %weights.{k} = getelementptr inbounds i8, ptr %table, i64 {WEIGHTS * k * size}",
                f"  call void @weights(ptr %rate.{k}, double %hours, ptr %weights.{k})",
            ]
        lines.append("  %half = fmul double %hours, 0.5")
        for b in range(len(self.layout.blocks)):
            first = self.layout.entry_starts[b]
            row = WEIGHTS * len(self.layout.stiff) + first
            lines += [
                *_if_active(b, "%ever"),
                f"  %rates.{b} = getelementptr inbounds i8, ptr %rates, i64 {first * self.lanes * 8}",
                f"  %table.{b} = getelementptr inbounds i8, ptr %table, i64 {row * size}",
                f"  call void @propagator_{b}(ptr %rates.{b}, double %half, ptr %scratch, ptr %table.{b})",
                f"  br label %after.{b}",
                f"after.{b}:",
            ]
        return "\n".join((*lines, "  ret void", "}", ""))

    def propagate(self) -> str:
        """Half a step of all active linear blocks, from the states behind `from` to those behind `to`."""
        text, lines = [], ["define internal void @propagate(ptr %w, ptr %from, ptr %to, ptr %table, i64 %active) #0 {"]
        for b, (block, placed) in enumerate(zip(self.system.blocks, self.layout.blocks, strict=True)):
            code = self.code()
            first = WEIGHTS * len(self.layout.stiff) + self.layout.entry_starts[b]
            columns = [
                code.load("%from" if name in block.states else "%w", self.layout.rows[name]) for name in block.names
            ]
            for row, name in enumerate(block.states):
                value = ""
                for k, (entry_row, column) in enumerate(placed.entries):
                    if entry_row == row:
                        part = code.multiply(code.load("%table", first + k), columns[column])
                        value = code.add(value, part) if value else part
                code.store("%to", self.layout.rows[name], value)
            text.append(code.function(f"propagate_{b}(ptr %w, ptr %from, ptr %to, ptr %table)"))
            call = f"  call void @propagate_{b}(ptr %w, ptr %from, ptr %to, ptr %table)"
            lines += [*_if_active(b, "%active"), call]
            lines += [f"  br label %after.{b}", f"after.{b}:"]
        return "\n".join((*text, *lines, "  ret void", "}", ""))

    def drive(self) -> str:
        """The driven parts of the equations at this moment."""
        code = self.code()
        reader = self.reader(code, with_signals=True)
        for k, part in enumerate(self.plan.driven.values()):
            code.store("%to", k, reader.value(part))
        return code.function("drive(ptr %w, ptr %to)")

    def _drive_on(self, code: Code, moment: str) -> None:
        """The same in the middle or at the end of a step.

        Written just before a stage that does not need it: both are long chains of arithmetic, and run side by side.
        """
        reader = Lowering(code, Rows(code, self.layout, self.plan.signals, middle=moment == "middle"))
        for k, part in enumerate(self.plan.driven.values()):
            code.store("%w", self.layout.starts[f"driven_{moment}"] + k, reader.value(part))

    def advance(self) -> str:
        """One step: exponential Runge-Kutta for stiff states, classical Runge-Kutta for others, both of order four."""
        code, starts, system = self.code(), self.layout.starts, self.system
        hours = code.once(f"fptrunc double %hours to {self.kind}") if self.kind == "float" else "%hours"
        h = code.every_lane(hours)
        half, sixth = code.multiply(h, code.number(0.5)), code.multiply(h, code.number(1 / 6))
        weights = {name: WEIGHTS * k for k, name in enumerate(system.stiff)}
        two = code.number(2.0)
        start = {name: code.load("%w", self.layout.rows[name]) for name in system.states}
        now, slopes = dict(start), []
        for stage, moment in ((1, "start"), (2, "middle"), (3, "middle"), (4, "end")):
            code.block(f"stage{stage}")
            if stage < 3:
                self._drive_on(code, "middle" if stage == 1 else "end")
            rows = Rows(code, self.layout, self.plan.staged)
            rows.update(now)
            for k, name in enumerate(self.plan.driven):
                rows[name] = code.load("%w", starts[f"driven_{moment}"] + k)
            reader = Lowering(code, rows)
            slopes.append({name: reader.value(rate) for name, rate in self.plan.rates.items()})
            if stage == 4:
                break
            slope, later = slopes[-1], {}
            for name in system.states:
                if name in weights:
                    places = (0, 1, 2) if stage < 3 else (3, 4, 5)
                    decay, gain, bend = (code.load("%table", weights[name] + k) for k in places)
                    push = code.multiply(slopes[0][name], gain)
                    if stage > 1:
                        change = code.subtract(slope[name], slopes[0][name])
                        push = code.add(push, code.multiply(change, bend))
                    later[name] = code.add(code.multiply(start[name], decay), push)
                else:
                    later[name] = code.add(start[name], code.multiply(half if stage < 3 else h, slope[name]))
            now = later
        code.block("finish")
        for name in system.states:
            k1, k2, k3, k4 = (slope[name] for slope in slopes)
            middle = code.add(k2, k3)
            if name in weights:
                decay, first, between, last = (code.load("%table", weights[name] + k) for k in (3, 6, 7, 8))
                value = code.add(code.multiply(start[name], decay), code.multiply(k1, first))
                value = code.add(code.add(value, code.multiply(middle, between)), code.multiply(k4, last))
            else:
                total = code.add(code.add(k1, k4), code.multiply(two, middle))
                value = code.add(start[name], code.multiply(sixth, total))
            code.store("%w", self.layout.rows[name], value)
        for k in range(len(self.plan.driven)):
            code.store("%w", starts["driven_start"] + k, code.load("%w", starts["driven_end"] + k))
        return code.function("advance(ptr %w, ptr %table, double %hours)")

    def begin(self) -> str:
        """The program of time zero: constants and starting states in order of dependence, then what is fixed."""
        code, system = self.code(), self.system
        set_here = {*system.constants, *system.states}
        needed = {*set_here, *system.needed(system.start[name] for name in set_here)}
        rows = Rows(code, self.layout)
        for name in system.start:
            if name in needed:
                rows[name] = Lowering(code, rows).value(system.start[name])
        reader = Lowering(code, rows)
        fixed = [reader.value(part) for part in self.plan.fixed.values()]
        for name in sorted(set_here):
            code.store("%w", self.layout.rows[name], rows[name])
        for k, value in enumerate(fixed):
            code.store("%w", self.layout.starts["fixed"] + k, value)
        return code.function("begin(ptr %w)")

    def read_signals(self) -> str:
        """Every signal into its row."""
        code = self.code()
        rows = Rows(code, self.layout, self.plan.signals)
        for name in self.plan.signals:
            code.store("%w", self.layout.rows[name], rows[name])
        return code.function("signals(ptr %w)")

    def track_peaks(self) -> str:
        """The largest values so far."""
        code = self.code()
        rows = Rows(code, self.layout, self.plan.signals)
        for k, name in enumerate(self.layout.peaks):
            row = self.layout.starts["peak"] + k
            code.store("%w", row, code.largest(code.load("%w", row), rows[name]))
        return code.function("peaks(ptr %w)")

    def jump(self) -> str:
        """For each pulse: the states that jump, where something was given."""
        text = []
        choices = []
        for k, pulse in enumerate(self.system.pulses):
            changes = self.system.jumps[pulse]
            if not changes:
                continue
            code = self.code()
            rows = Rows(code, self.layout, self.system.signals)
            rows[pulse] = code.load("%w", self.layout.starts["amount"])
            given = code.compare("ogt", rows[pulse], code.number(0.0))
            reader = Lowering(code, rows)
            values = [(name, reader.value(expression)) for name, expression in changes.items()]
            for name, value in values:
                before = code.load("%w", self.layout.rows[name])
                code.store("%w", self.layout.rows[name], code.choose(given, value, before))
            text.append(code.function(f"jump_{k}(ptr %w)"))
            choices.append(k)
        lines = ["define internal void @jump(ptr %w, i64 %channel) #0 {", "  switch i64 %channel, label %done ["]
        lines += [f"    i64 {k}, label %jump.{k}" for k in choices] + ["  ]"]
        for k in choices:
            lines += [f"jump.{k}:", f"  call void @jump_{k}(ptr %w)", "  br label %done"]
        return "\n".join((*text, *lines, "done:", "  ret void", "}", ""))

    def noise(self) -> str:
        """The noise of daily life: how it starts, and how it moves with the normal draw of the row `which`."""
        starts = self.layout.starts
        enter, move = self.code(), self.code()
        which = move.once(f"getelementptr inbounds {move.vector()}, ptr %w, i64 %which")
        rows, moving = Rows(enter, self.layout), Rows(move, self.layout)
        for k, noise in enumerate(self.system.noises):
            value = enter.load("%w", starts["normal"] + 4 * k)
            if noise.start_spread:
                value = enter.multiply(rows[noise.start_spread], value)
            if noise.start_shift:
                value = enter.add(rows[noise.start_shift], value)
            enter.store("%w", starts["noise"] + k, value)
            kept = exp(move, move.divide(move.number(-12.0), moving[noise.lasts]))
            new = move.intrinsic("sqrt", move.subtract(move.number(1.0), move.multiply(kept, kept)))
            normal = move.load(which, starts["normal"] + 4 * k)
            value = move.add(move.multiply(kept, moving[noise.name]), move.multiply(new, normal))
            move.store("%w", starts["noise"] + k, value)
        return enter.function("enter(ptr %w)") + "\n" + move.function("move(ptr %w, i64 %which)")

    def propagators(self) -> str:
        """The matrix exponentials of all blocks."""
        return "\n".join(propagator(block, str(b), self.lanes, self.kind) for b, block in enumerate(self.layout.blocks))

    def driver(self) -> str:
        """The walk through a program."""
        size = self.lanes * BYTES[self.kind]
        starts = self.layout.starts
        fields = []
        for k, (name, kind) in enumerate(DRIVER_FIELDS.items()):
            fields += [
                f"  %{name}.at = getelementptr inbounds i64, ptr %x, i64 {k}",
                f"  %{name} = load {kind}, ptr %{name}.at",
            ]
        shift = (starts["linear_middle"] - starts["linear"]) * size
        fields.append(f"  %start = getelementptr inbounds i8, ptr %w, i64 {starts['driven_start'] * size}")
        fields.append(f"  %middle = getelementptr i8, ptr %w, i64 {shift}")
        template = Template(resources.files("rewire.engine").joinpath("driver.ll").read_text())
        return template.substitute(
            OPERATIONS,
            fields="\n".join(fields),
            lanes=self.lanes,
            real=self.kind,
            vector=f"<{self.lanes} x {self.kind}>",
            align=size,
            size=BYTES[self.kind],
            rule_bytes=RULE_BYTES,
            row_bytes=starts["end"] * size,
            table_bytes=self.layout.table_rows * size,
        )


def _if_active(block: int, mask: str) -> Iterable[str]:
    """Lines that go on to `active.<block>` if its bit is set, else to `after.<block>`."""
    return (
        f"  %bit.{block} = and i64 {mask}, {1 << block}",
        f"  %is.{block} = icmp ne i64 %bit.{block}, 0",
        f"  br i1 %is.{block}, label %active.{block}, label %after.{block}",
        f"active.{block}:",
    )


def kernel_source(system: System, precision: str, width: int = 64) -> str:
    """The kernel of a system in one precision ("float32" or "float64"), for AVX-512 unless `width` says otherwise."""
    return kernel_text(Plan(system), precision, width)


def kernel_text(plan: Plan, precision: str, width: int) -> str:
    """The kernel of a plan of work in one precision, with rows of `width` bytes: as many people as these hold."""
    writer, layout = Writer(plan, precision, width), plan.layout
    kind, lanes = writer.kind, writer.lanes
    parts = (
        writer.prepare(),
        writer.linear_rates(),
        writer.propagators(),
        weights_text(kind, lanes),
        writer.tables(),
        writer.propagate(),
        writer.drive(),
        writer.advance(),
        writer.begin(),
        writer.read_signals(),
        writer.track_peaks(),
        writer.jump(),
        writer.noise(),
        draw_text(layout, [stream(name) for name in layout.noises], kind, lanes),
        decide_text(kind, lanes),
        take_text(layout, kind, lanes),
        give_text(layout, kind, lanes),
        raise_text(layout, kind, lanes),
        peaks_text(layout, kind, lanes),
        writer.driver(),
    )
    return module(parts, lanes)
