"""Machine code that works out the touched part of a model for paths of daily life, many particles side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources
from string import Template

import sympy

from rewire.core.symbols import Expression, symbol
from rewire.core.system import System, names_in
from rewire.engine.lower import Lowering
from rewire.errors import ModelError
from rewire.inference.touched import Touched, resolved
from rewire.machine.code import Code, module
from rewire.machine.elementary import exp

ROUNDS = 3
"""Steps of Newton's method on the way to where the rate of a fast state is zero."""
NOISE_STEP = 12.0
SHORT = 6.0
"""Hours below which a fast state has not settled at the end of an interval."""
KIND = "double"


def luck_text(system: System, part: Touched, scores: Mapping[str, str], lanes: int) -> str:
    """The text of the functions `begin` and `march` over rows of `lanes` particles."""
    writer = _Writer(system, part, lanes, len(scores))
    starts = writer.starts
    template = Template(resources.files("rewire.inference").joinpath("luck.ll").read_text(encoding="utf-8"))
    row = 8 * lanes
    driver = template.substitute(
        lanes=lanes,
        bytes=starts["end"] * row,
        states=len(part.states),
        carried=len(part.states) + len(part.held),
        noises=len(part.noises),
        constants=len(part.constants),
        series=len(part.series),
        scores=len(scores),
        short=f"{SHORT:e}",
        **{f"{name}_at": place * row for name, place in starts.items()},
    )
    parts = (
        writer.begin(),
        writer.keep_noise(),
        writer.move_noise(),
        writer.gains(),
        writer.step("short", settled=False),
        writer.step("long", settled=True),
        writer.scores(scores.values()),
        driver,
    )
    return module(parts, lanes)


class _Writer:
    """Writes the functions of one model; a particle's numbers stand in rows of a buffer, one particle a lane."""

    def __init__(self, system: System, part: Touched, lanes: int, shown: int) -> None:
        self.system, self.part, self.lanes = system, part, lanes
        carried, noises = (*part.states, *part.held), part.noises
        sizes = {
            "x": len(carried),
            "noise": len(noises),
            "constants": len(part.constants),
            "kept": 2 * len(noises),
            "gain": len(part.slow),
            "normal": len(noises),
            "shown": shown,
            "first": len(part.series),
            "second": len(part.series),
        }
        self.starts: dict[str, int] = {}
        end = 0
        for name, size in sizes.items():
            self.starts[name], end = end, end + size
        self.starts["end"] = end
        self.rows = {name: self.starts["x"] + k for k, name in enumerate(carried)}
        self.rows |= {name: self.starts["noise"] + k for k, name in enumerate(noises)}
        self.rows |= {name: self.starts["constants"] + k for k, name in enumerate(part.constants)}

    def code(self) -> Code:
        """The body of a new function."""
        return Code(KIND, self.lanes)

    def values(self, code: Code, series: str = "%after", given: Mapping[str, str] | None = None) -> _Rows:
        """The value of every name: series from the rows behind `series`, all others from the buffer, or as given."""
        return _Rows(self, code, series, given)

    def begin(self) -> str:
        """Noise at time zero, and the constants that depend on it."""
        code = self.code()
        values = self.values(code, "%before")
        for k, noise in enumerate(self.system.noises):
            value = code.load("%w", self.starts["normal"] + k)
            if noise.start_spread:
                value = code.multiply(values[noise.start_spread], value)
            if noise.start_shift:
                value = code.add(values[noise.start_shift], value)
            code.store("%w", self.rows[noise.name], value)
            values[noise.name] = value
        reader = Lowering(code, values)
        for name, expression in self.part.held.items():
            code.store("%w", self.rows[name], reader.value(resolved(expression, self.part.signals)))
        return code.function("start(ptr %w, ptr %before)")

    def keep_noise(self) -> str:
        """How much of each noise a block keeps, and how much comes anew."""
        code = self.code()
        values = self.values(code)
        for k, noise in enumerate(self.system.noises):
            kept = exp(code, code.divide(code.number(-NOISE_STEP), values[noise.lasts]))
            anew = code.intrinsic("sqrt", code.subtract(code.number(1.0), code.multiply(kept, kept)))
            code.store("%w", self.starts["kept"] + 2 * k, kept)
            code.store("%w", self.starts["kept"] + 2 * k + 1, anew)
        return code.function("keep_noise(ptr %w)")

    def move_noise(self) -> str:
        """Each noise on by a block, with a normal of its own."""
        code = self.code()
        for k, name in enumerate(self.part.noises):
            kept, anew = (code.load("%w", self.starts["kept"] + 2 * k + j) for j in (0, 1))
            normal = code.load("%w", self.starts["normal"] + k)
            value = code.add(code.multiply(kept, code.load("%w", self.rows[name])), code.multiply(anew, normal))
            code.store("%w", self.rows[name], value)
        return code.function("move_noise(ptr %w)")

    def gains(self) -> str:
        """How much of its way each slow state goes in an interval; most intervals are as long as the one before."""
        code = self.code()
        hours, reader = code.every_lane("%hours"), Lowering(code, self.values(code))
        for k, name in enumerate(self.part.slow):
            left = exp(code, code.negative(code.multiply(reader.value(self._decay(name)), hours)))
            code.store("%w", self.starts["gain"] + k, code.subtract(code.number(1.0), left))
        return code.function("gains(ptr %w, double %hours)")

    def _decay(self, name: str) -> Expression:
        """How fast a slow state goes to where its rate is zero: a number of the person alone."""
        decay = -sympy.diff(resolved(self.part.rates[name], self.part.signals), symbol(name))
        if not names_in(decay) <= set(self.part.constants):
            raise ModelError(f"how fast '{name}' decays depends on more than the person; no fit can be made then")
        return decay

    def step(self, name: str, *, settled: bool) -> str:
        """One interval: how far fast states stand from the run without chance relaxes; slow ones follow the mean between.

        At the end of a long interval the run without chance has `settled`; in a short one its own way there counts.
        """
        part, code = self.part, self.code()
        hours = code.every_lane("%hours")
        ends: dict[str, str] = {}
        means: dict[str, str] = {}
        for fast in part.fast:
            row = part.series.index(f"{fast}__quiet")
            quiet_before, quiet_after = code.load("%before", row), code.load("%after", row)
            rate = resolved(part.rates[fast], part.signals)
            own = code.load("%w", self.rows[fast])
            root, slope = self._root(code, fast, rate, own, ends)
            quiet_root = quiet_after
            if not settled:
                calm = rate.subs({symbol(other): 0 for other in (*part.noises, *part.held)})
                calm = calm.subs({symbol(other): symbol(f"{other}__quiet") for other in part.fast if other in ends})
                quiet_root, slope = self._root(code, fast, calm, quiet_after, {})
            apart = code.subtract(root, quiet_root)
            beside = code.subtract(code.subtract(own, quiet_before), apart)
            way = code.multiply(slope, hours)
            left = exp(code, way)
            end = code.add(quiet_after, apart)
            drift = code.multiply(code.number(0.5), code.subtract(quiet_after, quiet_before))
            between = code.divide(code.multiply(beside, code.subtract(left, code.number(1.0))), way)
            ends[fast] = code.add(end, code.multiply(beside, left))
            means[fast] = code.add(code.subtract(end, drift), between)
        middle = self.values(code, "%before %after", means)
        values = {}
        for k, slow in enumerate(part.slow):
            apart = Lowering(code, middle).value(resolved(part.rates[slow], part.signals) / self._decay(slow))
            gone = code.multiply(apart, code.load("%w", self.starts["gain"] + k))
            values[slow] = code.add(code.load("%w", self.rows[slow]), gone)
        for state, value in {**ends, **values}.items():
            code.store("%w", self.rows[state], value)
        return code.function(f"step_{name}(ptr %w, ptr %before, ptr %after, double %hours)")

    def _root(self, code: Code, name: str, rate: Expression, start: str, ends: Mapping[str, str]) -> tuple[str, str]:
        """Where the rate of a fast state is zero, from `start` on, and the slope of the rate on the last step there."""
        slope_of = sympy.diff(rate, symbol(name))
        straight = symbol(name) not in slope_of.free_symbols
        root, slope = start, ""
        # Of a straight line the first step finds the root.
        for _ in range(1 if straight else ROUNDS):
            reader = Lowering(code, self.values(code, given={**ends, name: root}))
            slope = code.smallest(reader.value(slope_of), code.number(-1e-9))
            root = code.subtract(root, code.divide(reader.value(rate), slope))
        return root, slope

    def scores(self, signals: Iterable[str]) -> str:
        """The true score of each scale."""
        code = self.code()
        reader = Lowering(code, self.values(code))
        for k, signal in enumerate(signals):
            value = reader.value(resolved(self.part.signals[signal], self.part.signals))
            code.store("%w", self.starts["shown"] + k, value)
        return code.function("scores(ptr %w, ptr %after)")


class _Rows(dict[str, str]):
    """The value of every name, read from its row when first asked for; between two rows of series it is their mean."""

    def __init__(self, writer: _Writer, code: Code, series: str, given: Mapping[str, str] | None) -> None:
        super().__init__(given or {})
        self._writer, self._code, self._series = writer, code, series

    def __missing__(self, name: str) -> str:
        code, writer = self._code, self._writer
        if name in writer.rows:
            self[name] = code.load("%w", writer.rows[name])
        else:
            row = writer.part.series.index(name)
            values = [code.load(base, row) for base in self._series.split()]
            self[name] = values[0] if len(values) == 1 else code.multiply(code.number(0.5), code.add(*values))
        return self[name]
