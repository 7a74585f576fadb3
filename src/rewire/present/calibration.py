"""What a calibration found, as plain text: diagnostics, each number before and after, each fitted row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def text_calibration(report: Mapping[str, Any]) -> str:
    """The report of a calibration as lines of text."""
    check = report["simulation_check"]
    lines = [
        f"misfit before and after, by run: {_pairs(report['loss_before'], report['loss_after'])}",
        f"effective draws by run: {_list(report['effective_draws'])}; "
        f"importance weights raised to the power {_list(report['weights_flattened_by'], 2)} (1: not flattened)",
        f"largest R-hat between runs: {report['largest_rhat']:.2f}",
        f"simulation check: {_share(check['share_inside_80'])} of known truths inside their 80 % interval, "
        f"{check['repeats']} repeats",
        f"not identified (less than 15 % narrower than before): {', '.join(report['not_identified']) or 'none'}",
        "",
        f"{'number':32} {'before':>10} {'after':>10}  {'80 % interval':22} {'narrower':>8} {'R-hat':>6}",
    ]
    for name, one in report["numbers"].items():
        interval = f"{one['low']:.3g} to {one['high']:.3g}"
        lines.append(
            f"{name:32} {one['prior']:10.4g} {one['posterior']:10.4g}  {interval:22} "
            f"{100 * one['shrinkage']:6.0f} % {one['rhat']:6.2f}"
        )
    lines += ["", f"{'trial':26} {'row':64} {'observed':>9} {'fitted':>9}"]
    lines += [
        f"{one['trial']:26} {one['row'][:64]:64} {one['observed']:9.3g} {one['fitted']:9.3g}"
        for one in report["predictive"]
    ]
    lines += ["", *(f"left out: {what}: {why}" for what, why in report["left_out"].items())]
    return "\n".join(lines)


def _list(values: list[float], digits: int = 1) -> str:
    return ", ".join(f"{value:.{digits}f}" for value in values)


def _pairs(before: list[float], after: list[float]) -> str:
    return ", ".join(f"{a:.1f} to {b:.1f}" for a, b in zip(before, after, strict=True))


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.0f} %"
