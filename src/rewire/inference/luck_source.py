"""Source of the functions that work out the touched part of a model for one path of daily life."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from string import Template

import sympy

from rewire.core.symbols import Expression, symbol
from rewire.core.system import System
from rewire.engine.printer import KernelPrinter
from rewire.inference.touched import Touched, resolved


def luck_source(system: System, part: Touched, scores: Mapping[str, str]) -> str:
    """The module text: `begin`, `step` and `read_scores` for one particle, and the loops over particles around them."""
    template = Template(resources.files("rewire.inference").joinpath("luck.template").read_text())
    return template.substitute(
        held=_held(part),
        noise_begin=_noise_begin(system, part),
        noise_kept=_noise_kept(system, part),
        step=_step(part),
        scores=_scores(part, scores),
    )


def _text(expression: Expression, names: Mapping[str, str]) -> str:
    return str(KernelPrinter(names, single=False).doprint(expression))


def _names(part: Touched, series: str = "d1", states: Mapping[str, str] | None = None) -> dict[str, str]:
    """Where each name stands: constants in `c`, series in `series`, states and held constants in `x`, noises."""
    names = {name: f"c[{k}]" for k, name in enumerate(part.constants)}
    names |= {name: f"{series}[{k}]" for k, name in enumerate(part.series)}
    names |= {name: f"x[{k}]" for k, name in enumerate((*part.states, *part.held))}
    names |= {name: f"noise[{k}]" for k, name in enumerate(part.noises)}
    return {**names, **(states or {})}


def _held(part: Touched) -> str:
    names = _names(part, "d0")
    first = len(part.states)
    lines = [
        f"    x[{first + k}] = {_text(resolved(expression, part.signals), names)}"
        for k, expression in enumerate(part.held.values())
    ]
    return "\n".join(lines) or "    pass"


def _noise_begin(system: System, part: Touched) -> str:
    names = _names(part)
    lines = []
    for k, noise in enumerate(system.noises):
        spread = f"{names[noise.start_spread]} * normals[{k}]" if noise.start_spread else f"normals[{k}]"
        lines.append(f"    noise[{k}] = {names[noise.start_shift] + ' + ' if noise.start_shift else ''}{spread}")
    return "\n".join(lines)


def _noise_kept(system: System, part: Touched) -> str:
    """How much of each noise a block keeps, and how much comes anew."""
    names = _names(part)
    lines = []
    for k, noise in enumerate(system.noises):
        lines.append(f"    kept[{k}, 0] = exp(-NOISE_STEP / {names[noise.lasts]})")
        lines.append(f"    kept[{k}, 1] = sqrt(1.0 - kept[{k}, 0] * kept[{k}, 0])")
    return "\n".join(lines)


def _step(part: Touched) -> str:
    """One interval: how far fast states stand from the run without chance relaxes; slow ones follow the mean between."""
    lines = []
    for name in part.fast:
        place, quiet = _names(part)[name], part.series.index(f"{name}__quiet")
        before = part.fast[: part.fast.index(name)]
        rate = resolved(part.rates[name], part.signals)
        calm = rate.subs({symbol(other): 0 for other in (*part.noises, *part.held)})
        calm = calm.subs({symbol(other): symbol(f"{other}__quiet") for other in before})
        lines += [
            f"    root = {place}",
            *_newton(part, name, rate, {other: f"{other}_end" for other in before}, "    "),
            "    settled = root",
            f"    root = d1[{quiet}]",
            f"    drift = root - d0[{quiet}]",
            "    if h < SHORT:",
            *_newton(part, name, calm, {}, "        "),
            "    apart = settled - root",
            f"    before = {place} - d0[{quiet}]",
            "    decay = exp(slope * h)",
            f"    {name}_end = d1[{quiet}] + apart + (before - apart) * decay",
            f"    {name}_mean = d1[{quiet}] + apart - 0.5 * drift + (before - apart) * (decay - 1.0) / (slope * h)",
        ]
    means = {f"d1[{k}]": f"0.5 * (d0[{k}] + d1[{k}])" for k in range(len(part.series))}
    for name in part.slow:
        rate = resolved(part.rates[name], part.signals)
        slope = sympy.diff(rate, symbol(name))
        names = _names(part, "d1", {other: f"{other}_mean" for other in part.fast})
        names |= {series: f"({means[place]})" for series in part.series if (place := names[series]) in means}
        place = _names(part)[name]
        lines += [
            f"    slope = {_text(slope, names)}",
            f"    {name}_end = {place} - ({_text(rate, names)}) * (1.0 - exp(slope * h)) / slope",
        ]
    lines += [f"    {_names(part)[name]} = {name}_end" for name in part.states]
    return "\n".join(lines)


def _newton(part: Touched, name: str, rate: Expression, others: Mapping[str, str], indent: str) -> list[str]:
    """Lines that move `root` to where the rate of a fast state is zero, and leave the slope there in `slope`."""
    slope = sympy.diff(rate, symbol(name))
    straight = symbol(name) not in slope.free_symbols
    shared, (rate, slope) = sympy.cse([rate, slope], symbols=sympy.numbered_symbols("shared", real=True))
    names = _names(part, "d1", {**others, name: "root"})
    # Of a straight line the first step finds the root.
    return [
        f"{indent}for _ in range({'1' if straight else 'ROUNDS'}):",
        *(f"{indent}    {called} = {_text(value, names)}" for called, value in shared),
        f"{indent}    slope = min({_text(slope, names)}, -1e-9)",
        f"{indent}    root -= ({_text(rate, names)}) / slope",
    ]


def _scores(part: Touched, scores: Mapping[str, str]) -> str:
    names = _names(part)
    lines = []
    for k, signal in enumerate(scores.values()):
        expression = resolved(part.signals[signal], part.signals)
        lines.append(f"    out[{k}] = {_text(expression, names)}")
    return "\n".join(lines)
