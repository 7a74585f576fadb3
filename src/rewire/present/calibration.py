"""What a calibration found, as plain text: diagnostics, each number before and after, each fitted row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def text_calibration(report: Mapping[str, Any]) -> str:
    """The report of a calibration as lines of text."""
    check = report["simulation_check"]
    inside = ", ".join(f"{100 * share:.0f} % in {level}" for level, share in check["inside"].items())
    lines = [
        f"misfit before and after the climb: {report['misfit_before']:.1f} and {report['misfit_after']:.1f}",
        f"chains: R-hat at most {report['largest_rhat']:.3f}, at least {report['fewest_effective']:.0f} effective draws",
        f"stand-in for the model: off by {report['stand_in_unseen']:.2f} standard errors of a row on runs it had not seen, "
        f"by {report['stand_in_kept']:.2f} at the draws that are stored; added to the variance of each row",
        f"simulation check: known truths inside their intervals {inside or '-'}, {check['repeats']} repeats",
        f"not identified (less than 15 % narrower than before): {', '.join(report['not_identified']) or 'none'}",
        "",
        f"{'number':32} {'before':>10} {'after':>10}  {'80 % interval':22} {'narrower':>8} {'R-hat':>6} {'draws':>6}",
    ]
    for name, one in report["numbers"].items():
        interval = f"{one['low']:.3g} to {one['high']:.3g}"
        lines.append(
            f"{name:32} {one['prior']:10.4g} {one['posterior']:10.4g}  {interval:22} "
            f"{100 * one['shrinkage']:6.0f} % {one['rhat']:6.2f} {one['effective']:6.0f}"
        )
    lines += [
        "",
        f"{'without its trial':32} {'rows':>5} {'in 50 %':>8} {'in 80 %':>8} {'in 95 %':>8} {'error':>8} {'CRPS':>8}",
    ]
    lines += [_left_out(one) for one in report["left_out_trials"]]
    lines += ["", f"{'trial':26} {'row':64} {'observed':>9} {'fitted':>9} {'error':>7}  without the trial"]
    lines += [
        f"{one['trial']:26} {one['row'][:64]:64} {one['observed']:9.3g} {one['fitted']:9.3g} {one['standard_error']:7.2g}  "
        f"{_interval(one['unseen'])}"
        for one in report["predictive"]
    ]
    lines += ["", *(f"left out: {what}: {why}" for what, why in report["left_out"].items())]
    return "\n".join(lines)


def _left_out(one: Mapping[str, Any]) -> str:
    """How rows of one use and kind are predicted when their trial is left out."""
    inside = " ".join(f"{100 * share:6.0f} %" for share in one["inside"].values())
    errors = f"{one['error']:8.3g} {one['crps']:8.3g}" if "error" in one else f"{'-':>8} {'-':>8}"
    return f"{one['use'] + ', ' + one['kind']:32} {one['rows']:5} {inside} {errors}"


def _interval(ends: Sequence[float]) -> str:
    """A middle and its 80 % interval."""
    middle, low, high = ends
    return f"{middle:.3g} ({low:.3g} to {high:.3g})"
