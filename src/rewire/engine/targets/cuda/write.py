"""A wired system as the text of a CUDA kernel: the same plan of work as the processor's kernel, as plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import resources
from string import Template

from rewire.core.random import stream
from rewire.core.symbols import Expression, symbol
from rewire.core.system import names_in
from rewire.engine.generate import Plan
from rewire.engine.layout import GATES, WEIGHTS
from rewire.engine.printer import KernelPrinter
from rewire.engine.program import OPERATIONS
from rewire.engine.schedule import NOISE_STEP
from rewire.machine.elementary import FORMATS

Parts = Mapping[str, Expression]
SLOPES = (("start", 0), ("middle", 1), ("middle", 2), ("end", 3))
"""At which moment each stage of a step takes the driven parts, and its number."""


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
        functions = (
            self.prepare(), self.linear_rates(), self.tables(), self.propagate(), self.drive(), self.slopes(),
            self.advance(), self.begin(), self.signals(), self.track_peaks(), *self.jumps(), *self.noise(),
        )  # fmt: skip
        weight = self.layout.rows.get("body_weight")
        return Template(
            resources.files("rewire.engine.targets.cuda").joinpath("driver.template").read_text()
        ).substitute(
            {**OPERATIONS, **starts},
            functions="\n\n\n".join(f"@cuda.jit(device=True)\n{function}" for function in functions),
            precision=self.precision,
            low=form.low,
            high=form.high,
            rows=starts["end"],
            table_rows=self.layout.table_rows,
            shift=starts["linear_middle"] - starts["linear"],
            peaks_count=len(self.layout.peaks),
            weight="real(1.0)" if weight is None else f"w[{weight}, i]",
        )

    def row(self, name: str) -> str:
        """The place of a quantity, or of a part taken out of the equations."""
        family, _, number = name.rpartition("_")
        if family == "fixed" and number.isdigit():
            return f"w[{self.layout.starts['fixed'] + int(number)}, i]"
        if family == "driven" and number.isdigit():
            return f"w[driven + {number}, i]"
        return f"w[{self.layout.rows[name]}, i]"

    def linear_row(self, name: str) -> str:
        """The same with linear states at another moment of the step."""
        return f"w[linear + {self.layout.rows[name]}, i]" if name in self.layout.linear_states else self.row(name)

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
        results = {f"w[{starts['stiff'] + k}, i]": rate for k, rate in enumerate(stiff.values())}
        lines = [f"w[{starts['gate'] + k}, i] = 1.0" for k in range(GATES)]
        lines += [f"w[{starts['peak'] + k}, i] = -1e30" for k in range(len(self.layout.peaks))]
        about = "Gates open, peaks empty, and the part of each stiff state's decay that is integrated exactly."
        return self.function("prepare(w, i)", about, [*lines, *self.lines(results, {})])

    def linear_rates(self) -> str:
        """The matrices."""
        results: dict[str, Expression] = {}
        lines = []
        for block, placed, start in zip(self.system.blocks, self.layout.blocks, self.layout.entry_starts, strict=False):
            for k, entry in enumerate(placed.entries):
                if entry in block.matrix:
                    results[f"rates[{start + k}, i]"] = block.matrix[entry]
                else:
                    lines.append(f"rates[{start + k}, i] = 0.0")
        about = "The matrices of all linear blocks."
        return self.function("linear_rates(w, rates, i)", about, [*lines, *self.lines(results, {})])

    def tables(self) -> str:
        """What a step size needs."""
        stiff, starts = self.layout.stiff, self.layout.starts
        lines = [
            f"weights(float(w[{starts['stiff'] + k}, i]), hours, table, at + {WEIGHTS * k}, i)  # {name}"
            for k, name in enumerate(stiff)
        ]
        for b, start in enumerate(self.layout.entry_starts[:-1]):
            row = WEIGHTS * len(stiff) + start
            lines += [
                f"if ever & {1 << b}:",
                f"    propagator(blocks, diagonal, triples, {b}, rates, 0.5 * hours, scratch, table, at + {row}, i)",
            ]
        signature = "tables(w, rates, hours, ever, blocks, diagonal, triples, scratch, table, at, i)"
        about = "What a step size needs: weights of the stiff states, propagators of the blocks that are ever active."
        return self.function(signature, about, lines)

    def propagate(self) -> str:
        """Half a step of the linear blocks."""
        lines = []
        for b, (block, placed) in enumerate(zip(self.system.blocks, self.layout.blocks, strict=True)):
            first = WEIGHTS * len(self.layout.stiff) + self.layout.entry_starts[b]
            lines.append(f"if active & {1 << b}:")
            for name in block.names:
                row = self.layout.rows[name]
                lines.append(f"    {name} = w[{f'source + {row}' if name in block.states else row}, i]")
            for row, name in enumerate(block.states):
                terms = (
                    f"table[at + {first + k}, i] * {block.names[column]}"
                    for k, (entry_row, column) in enumerate(placed.entries)
                    if entry_row == row
                )
                lines.append(f"    w[to + {self.layout.rows[name]}, i] = {' + '.join(terms)}")
        about = "Half a step of all active linear blocks, from the states behind `source` to those behind `to`."
        return self.function("propagate(w, source, to, table, at, active, i)", about, lines or ["pass"])

    def drive(self) -> str:
        """The driven parts."""
        results = {f"w[to + {k}, i]": part for k, part in enumerate(self.plan.driven.values())}
        about = "The driven parts of the equations, with the linear states of this moment of the step."
        lines = list(self.lines(results, self.plan.signals, place=self.linear_row))
        return self.function("drive(w, to, linear, i)", about, lines or ["pass"])

    def slopes(self) -> str:
        """One stage."""
        states = self.system.states
        results = {f"change_{name}": rate for name, rate in self.plan.rates.items()}
        lines = [*self.lines(results, self.plan.staged, given=states), f"return {', '.join(results)},"]
        about = "How fast every state moves, less the exact part of its decay."
        return self.function(f"slopes(w, i, driven, {', '.join(states)})", about, lines)

    def advance(self) -> str:
        """A whole step."""
        states, rows, starts = self.system.states, self.layout.rows, self.layout.starts
        weights = {name: WEIGHTS * k for k, name in enumerate(self.system.stiff)}
        half, sixth, two = self.printer.literal(0.5), self.printer.literal(1 / 6), self.printer.literal(2.0)
        lines = [f"half, sixth, two = {half} * hours, {sixth} * hours, {two}"]
        lines += [f"{name}_0 = w[{rows[name]}, i]" for name in states]
        now = [f"{name}_0" for name in states]
        for moment, stage in SLOPES:
            lines.append(f"k{stage} = slopes(w, i, {starts[f'driven_{moment}']}, {', '.join(now)})")
            if stage == 3:
                break
            for k, name in enumerate(states):
                if name in weights:
                    decay, gain, bend = (
                        f"table[at + {weights[name] + place}, i]" for place in ((0, 1, 2) if stage < 2 else (3, 4, 5))
                    )
                    bent = f" + (k{stage}[{k}] - k0[{k}]) * {bend}" if stage else ""
                    lines.append(f"{name} = {name}_0 * {decay} + k0[{k}] * {gain}{bent}")
                else:
                    lines.append(f"{name} = {name}_0 + {'half' if stage < 2 else 'hours'} * k{stage}[{k}]")
            now = list(states)
        for k, name in enumerate(states):
            if name in weights:
                decay, first, between, last = (f"table[at + {weights[name] + place}, i]" for place in (3, 6, 7, 8))
                value = f"{name}_0 * {decay} + k0[{k}] * {first} + (k1[{k}] + k2[{k}]) * {between} + k3[{k}] * {last}"
            else:
                value = f"{name}_0 + sixth * (k0[{k}] + k3[{k}] + two * (k1[{k}] + k2[{k}]))"
            lines.append(f"w[{rows[name]}, i] = {value}")
        lines += [
            f"for k in range({len(self.plan.driven)}):",
            f"    w[{starts['driven_start']} + k, i] = w[{starts['driven_end']} + k, i]",
        ]
        about = (
            "One step: exponential Runge-Kutta for stiff states, classical Runge-Kutta for others, both of order four."
        )
        return self.function("advance(w, table, at, hours, i)", about, lines)

    def begin(self) -> str:
        """Time zero."""
        system, starts = self.system, self.layout.starts
        set_here = sorted({*system.constants, *system.states})
        needed = {*set_here, *system.needed(system.start[name] for name in set_here)}
        program = {name: part for name, part in system.start.items() if name in needed}
        results = {self.row(name): symbol(name) for name in set_here}
        results |= {f"w[{starts['fixed'] + k}, i]": part for k, part in enumerate(self.plan.fixed.values())}
        about = "The program of time zero: constants and starting states in order of dependence, then what is fixed."
        return self.function("begin(w, i)", about, self.lines(results, program))

    def signals(self) -> str:
        """All signals."""
        results = {self.row(name): symbol(name) for name in self.plan.signals}
        return self.function("signals(w, i)", "Every signal into its row.", self.lines(results, self.plan.signals))

    def track_peaks(self) -> str:
        """The largest values."""
        lines = list(self.lines({f"peak_{name}": symbol(name) for name in self.layout.peaks}, self.plan.signals))
        for k, name in enumerate(self.layout.peaks):
            row = f"w[{self.layout.starts['peak'] + k}, i]"
            lines.append(f"{row} = max({row}, peak_{name})")
        return self.function("track_peaks(w, i)", "The largest values so far.", lines or ["pass"])

    def jumps(self) -> Iterator[str]:
        """A function for each pulse, and the choice among them."""
        choice: list[str] = []
        for k, pulse in enumerate(self.system.pulses):
            changes = self.system.jumps[pulse]
            if not changes:
                continue
            results = {self.row(name): part for name, part in changes.items()}
            body = [f"    {line}" for line in self.lines(results, self.system.signals, given=(pulse,))]
            lines = [f"{pulse} = w[{self.layout.starts['amount']}, i]", f"if {pulse} > 0.0:", *body]
            yield self.function(f"jump_{k}(w, i)", f"What `{pulse}` changes, where something was given.", lines)
            choice += [f"{'if' if not choice else 'elif'} channel == {k}:", f"    jump_{k}(w, i)"]
        yield self.function("jump(w, channel, i)", "The states that jump at a pulse.", choice or ["pass"])

    def noise(self) -> Iterator[str]:
        """Draws, the start and the steps of the noise of daily life."""
        starts, literal = self.layout.starts, self.printer.literal
        drawing, entering, moving = ["pass"], ["pass"], ["pass"]
        for k, noise in enumerate(self.system.noises):
            row, normal = self.row(noise.name), starts["normal"] + 4 * k
            spread = f"{self.row(noise.start_spread)} * " if noise.start_spread else ""
            shift = f"{self.row(noise.start_shift)} + " if noise.start_shift else ""
            drawing.append(f"draw(w, i, {normal}, person, block, {stream(noise.name)}, seed)")
            entering.append(f"{row} = {shift}{spread}w[{normal}, i]")
            moving += [
                f"kept = exp({literal(-NOISE_STEP)} / {self.row(noise.lasts)})",
                f"{row} = kept * {row} + sqrt({literal(1.0)} - kept * kept) * w[{normal} + which, i]",
            ]
        about = "Four successive standard normals of every noise."
        yield self.function("draw_all(w, person, block, seed, i)", about, drawing)
        yield self.function("enter(w, i)", "How the noise of daily life starts.", entering)
        yield self.function("move(w, which, i)", "How the noise of daily life moves.", moving)
