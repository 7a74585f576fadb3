"""A wired system as the text of a CUDA kernel: the same plan of work as the processor's kernel, as plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import resources
from string import Template

from rewire.core.random import stream
from rewire.core.symbols import Expression, symbol
from rewire.core.system import names_in
from rewire.engine.generate import Plan
from rewire.engine.layout import GATES
from rewire.engine.printer import KernelPrinter
from rewire.engine.program import OPERATIONS
from rewire.engine.schedule import NOISE_STEP
from rewire.engine.targets.cuda.compartments import doubled_lines, exact_lines, propagator_lines, reached, table_rows
from rewire.engine.targets.cuda.stages import MOMENTS, decay_lines, plain_stage, stiff_stage, stiff_weights
from rewire.machine.elementary import FORMATS

Parts = Mapping[str, Expression]
THREADS = 64
"""People in a block of threads."""
FAR = 0.9
"""How far exp goes, of its range: a quick division by what is nearly the largest number gives nothing."""


def cuda_text(plan: Plan, precision: str) -> str:
    """The kernel of a plan of work in one precision ("float32" or "float64"), a module for Numba's CUDA."""
    return _Writer(plan, precision).text()


class _Writer:
    def __init__(self, plan: Plan, precision: str) -> None:
        self.plan, self.system, self.layout, self.precision = plan, plan.system, plan.layout, precision
        self.printer = KernelPrinter({}, single=precision == "float32")

    def text(self) -> str:
        """The whole module."""
        starts, form = self.layout.starts, FORMATS["float" if self.precision == "float32" else "double"]
        inner = (
            self.exact(), self.drive(), self.decays(), self.slopes(), self.advance(), self.set_start(),
        )  # fmt: skip
        other = (
            *self.propagators(), self.tables(), *self.doubled(), self.prepare(), self.begin(), self.signals(),
            self.track_peaks(), *self.jumps(), *self.noise(),
        )  # fmt: skip
        functions = [*(f"@inner\n{text}" for text in inner), *(f"@part\n{text}" for text in other)]
        weight = self.layout.rows.get("body_weight")
        return Template(
            resources.files("rewire.engine.targets.cuda").joinpath("driver.template").read_text()
        ).substitute(
            {**OPERATIONS, **starts},
            functions="\n\n\n".join(functions),
            precision=self.precision,
            fast=self.precision == "float32",
            low=form.low,
            high=FAR * form.high,
            unit=2.0**-24,
            turn=2.0 * math.pi,
            rows=starts["end"],
            parameters=len(self.layout.parameters),
            threads=THREADS,
            size_room=THREADS * table_rows(self.layout),
            shift=starts["linear_middle"] - starts["linear"],
            peaks_count=len(self.layout.peaks),
            weight="real(1.0)" if weight is None else f"w[{weight}]",
            **reached(self.system, self.layout),
        )

    def row(self, name: str) -> str:
        """The place of a quantity, or of a part taken out of the equations."""
        family, _, number = name.rpartition("_")
        if family == "fixed" and number.isdigit():
            return f"w[{self.layout.starts['fixed'] + int(number)}]"
        if family == "driven" and number.isdigit():
            return f"driven[{number}]"
        return f"w[{self.layout.rows[name]}]"

    def linear_row(self, name: str) -> str:
        """The same with linear states at another moment of the step."""
        return f"w[linear + {self.layout.rows[name]}]" if name in self.layout.linear_states else self.row(name)

    def print(self, expression: Expression) -> str:
        """An expression as Python."""
        return str(self.printer.doprint(expression))

    def lines(
        self, results: Parts, signals: Parts, given: Iterable[str] = (), place: Callable[[str], str] | None = None
    ) -> Iterator[str]:
        """Lines that read what `results` need, work out the signals among them, and set each result."""
        needed: set[str] = set()
        waiting = [name for part in results.values() for name in names_in(part)]
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed.add(name)
                waiting.extend(names_in(signals[name]) if name in signals else ())
        read = {name: (place or self.row)(name) for name in needed - set(signals) - set(given)}
        for name, row in sorted(read.items(), key=lambda item: (len(item[1]), item[1])):
            yield f"{name} = {row}"
        for name, part in signals.items():
            if name in needed:
                yield f"{name} = {self.print(part)}"
        for target, part in results.items():
            yield f"{target} = {self.print(part)}"

    def function(self, signature: str, about: str, lines: Iterable[str]) -> str:
        """A function over these lines."""
        return "\n    ".join((f"def {signature}:", f'"""{about}"""', *lines))

    def prepare(self) -> str:
        """Gates, peaks and stiff rates."""
        starts, stiff = self.layout.starts, self.system.stiff
        results = {f"w[{starts['stiff'] + k}]": rate for k, rate in enumerate(stiff.values())}
        lines = [f"w[{starts['gate'] + k}] = 1.0" for k in range(GATES)]
        lines += [f"w[{starts['peak'] + k}] = -1e30" for k in range(len(self.layout.peaks))]
        about = "Gates open, peaks empty, and the part of each stiff state's decay that is integrated exactly."
        return self.function("prepare(w)", about, [*lines, *self.lines(results, {})])

    def propagators(self) -> Iterator[str]:
        """The exact step of each linear block."""
        for b, block in enumerate(self.system.blocks):
            lines = propagator_lines(
                block, self.layout, b, self.precision, THREADS, lambda parts: self.lines(parts, {})
            )
            signature = f"propagator_{b}(w, hours, columns, table)"
            yield self.function(signature, "The exact step of a linear block, column by column.", lines)

    def tables(self) -> str:
        """What a step size needs."""
        lines = []
        for b in range(len(self.layout.blocks)):
            lines += [f"if ever & {1 << b}:", f"    propagator_{b}(w, hours, columns[{b}], table)"]
        about = "What half a step of some size needs: propagators of the blocks that are ever active."
        return self.function("tables(w, hours, ever, columns, table)", about, lines or ["pass"])

    def doubled(self) -> Iterator[str]:
        """The same from half of it."""
        choice = []
        for b in range(len(self.layout.blocks)):
            lines = doubled_lines(self.system, self.layout, b, THREADS)
            yield self.function(f"doubled_{b}(columns, source, table)", "The step of a block from half of it.", lines)
            choice += [f"if ever & {1 << b}:", f"    doubled_{b}(columns[{b}], source, table)"]
        about = "What a step twice as long needs."
        yield self.function("doubled(ever, columns, source, table)", about, choice or ["pass"])

    def exact(self) -> str:
        """A step of the linear blocks."""
        about = "A step of all active linear blocks, in two halves: the states in its middle and at its end."
        lines = list(exact_lines(self.system, self.layout, self.precision, THREADS))
        return self.function("exact(w, table, active, columns)", about, lines or ["pass"])

    def drive(self) -> str:
        """The driven parts."""
        parts = {f"part_{k}": part for k, part in enumerate(self.plan.driven.values())}
        about = "The driven parts of the equations, with the linear states of this moment of the step."
        found = ", ".join(parts) or self.printer.literal(0.0)
        lines = [*self.lines(parts, self.plan.signals, place=self.linear_row), f"return {found},"]
        return self.function("drive(w, linear)", about, lines)

    def decays(self) -> str:
        """Integrals of a decay."""
        about = "Integrals of the decay of a stiff state."
        return self.function("decays(z, decay)", about, decay_lines(self.precision, self.printer.literal))

    def slopes(self) -> str:
        """One stage."""
        states = self.system.states
        results = {f"change_{name}": rate for name, rate in self.plan.rates.items()}
        lines = [*self.lines(results, self.plan.staged, given=states), f"return {', '.join(results)},"]
        about = "How fast every state moves, less the exact part of its decay."
        return self.function(f"slopes(w, driven, {', '.join(states)})", about, lines)

    def advance(self) -> str:
        """A whole step."""
        states, rows, starts = self.system.states, self.layout.rows, self.layout.starts
        literal, stiff = self.printer.literal, self.system.stiff
        begun = "".join(f"w[{starts['driven_start'] + k}], " for k in range(len(self.plan.driven)))
        lines = [
            f"one, two, half, sixth = {literal(1.0)}, {literal(2.0)}, {literal(0.5)} * hours, {literal(1 / 6)} * hours",
            f"twice, fourfold = two * hours, {literal(4.0)} * hours",
            f"start = ({begun})",
        ]
        lines += [f"{name}_0 = w[{rows[name]}]" for name in states]
        for k, name in enumerate(stiff):
            lines += stiff_weights(name, f"w[{starts['stiff'] + k}]")
        now = [f"{name}_0" for name in states]
        for stage, moment in enumerate(MOMENTS):
            lines.append(f"slope = slopes(w, {moment}, {', '.join(now)})")
            for k, name in enumerate(states):
                write = stiff_stage if name in stiff else plain_stage
                lines += write(stage, name, f"slope[{k}]", f"w[{rows[name]}]")
            now = list(states)
        about = (
            "One step: exponential Runge-Kutta for stiff states, classical Runge-Kutta for others, both of order four."
        )
        return self.function("advance(w, middle, end, hours)", about, lines)

    def set_start(self) -> str:
        """Where the next step finds its driven parts."""
        first = self.layout.starts["driven_start"]
        lines = [f"w[{first + k}] = driven[{k}]" for k in range(len(self.plan.driven))]
        return self.function("set_start(w, driven)", "Driven parts of the moment when the next step starts.", lines)

    def begin(self) -> str:
        """Time zero."""
        system, starts = self.system, self.layout.starts
        set_here = sorted({*system.constants, *system.states})
        needed = {*set_here, *system.needed(system.start[name] for name in set_here)}
        program = {name: part for name, part in system.start.items() if name in needed}
        results = {self.row(name): symbol(name) for name in set_here}
        results |= {f"w[{starts['fixed'] + k}]": part for k, part in enumerate(self.plan.fixed.values())}
        about = "The program of time zero: constants and starting states in order of dependence, then what is fixed."
        return self.function("begin(w)", about, self.lines(results, program))

    def signals(self) -> str:
        """All signals."""
        results = {self.row(name): symbol(name) for name in self.plan.signals}
        return self.function("signals(w)", "Every signal into its row.", self.lines(results, self.plan.signals))

    def track_peaks(self) -> str:
        """The largest values."""
        lines = list(self.lines({f"peak_{name}": symbol(name) for name in self.layout.peaks}, self.plan.signals))
        for k, name in enumerate(self.layout.peaks):
            row = f"w[{self.layout.starts['peak'] + k}]"
            lines.append(f"{row} = max({row}, peak_{name})")
        return self.function("track_peaks(w)", "The largest values so far.", lines or ["pass"])

    def jumps(self) -> Iterator[str]:
        """A function for each pulse, and the choice among them."""
        choice: list[str] = []
        for k, pulse in enumerate(self.system.pulses):
            changes = self.system.jumps[pulse]
            if not changes:
                continue
            results = {self.row(name): part for name, part in changes.items()}
            body = [f"    {line}" for line in self.lines(results, self.system.signals, given=(pulse,))]
            lines = [f"{pulse} = w[{self.layout.starts['amount']}]", f"if {pulse} > 0.0:", *body]
            yield self.function(f"jump_{k}(w)", f"What `{pulse}` changes, where something was given.", lines)
            choice += [f"{'if' if not choice else 'elif'} channel == {k}:", f"    jump_{k}(w)"]
        yield self.function("jump(w, channel)", "The states that jump at a pulse.", choice or ["pass"])

    def noise(self) -> Iterator[str]:
        """Draws, the start and the steps of the noise of daily life."""
        starts, literal = self.layout.starts, self.printer.literal
        drawing, entering, moving = ["pass"], ["pass"], ["pass"]
        for k, noise in enumerate(self.system.noises):
            row, normal = self.row(noise.name), starts["normal"] + 4 * k
            spread = f"{self.row(noise.start_spread)} * " if noise.start_spread else ""
            shift = f"{self.row(noise.start_shift)} + " if noise.start_shift else ""
            drawing.append(f"draw(w, {normal}, person, block, {stream(noise.name)}, seed)")
            entering.append(f"{row} = {shift}{spread}w[{normal}]")
            moving += [
                f"kept = exp({literal(-NOISE_STEP)} / {self.row(noise.lasts)})",
                f"{row} = kept * {row} + sqrt({literal(1.0)} - kept * kept) * w[{normal} + which]",
            ]
        about = "Four successive standard normals of every noise."
        yield self.function("draw_all(w, person, block, seed)", about, drawing)
        yield self.function("enter(w)", "How the noise of daily life starts.", entering)
        yield self.function("move(w, which)", "How the noise of daily life moves.", moving)
