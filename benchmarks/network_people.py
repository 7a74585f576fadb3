"""What imaging studies of simulated people show, beside published ones: the figures of `docs/validation/network.md`.

    python benchmarks/network_people.py     # needs the extra 'connectome'; about two minutes

The same people, seed and scans as in `tests/studies/test_imaging_facts.py`. `specific` is the correlation with the part
of the change of MADRS that the drug alone brings.
"""

from __future__ import annotations

import numpy as np

import rewire as rw
from rewire.studies.imaging.result import ImagingResult

BRAIN, SEED, HEALTHY, DEPRESSED, KRAUS = "dk84", 3, 200, 1000, 28
ONE = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
SIX = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, three times weekly for 2 weeks")
INSULA, STRIATUM, PREFRONTAL = "insula - default mode", "accumbens - prefrontal", "prefrontal global connectivity"
CINGULATE, SUBGENUAL = "posterior cingulate - medial prefrontal", "subgenual - default mode"


def main() -> None:
    """Runs the four studies and prints a line for each row of the page."""
    healthy = rw.imaging(ONE, rw.people("healthy", HEALTHY, SEED), ["baseline", "40 min", "24 h", "day 3"], BRAIN)
    trd = rw.imaging(ONE, rw.people("TRD", DEPRESSED, SEED), ["baseline", "24 h", "day 3", "day 11"], BRAIN)
    print(f"block at 40 min: {healthy.maps.nmda_block[:, 1].mean():.2f}")
    for row, result, readout, visit in (
        ("NET-1", healthy, "within salience", "40 min"),
        ("NET-1", healthy, "within default mode", "40 min"),
        ("NET-2", healthy, CINGULATE, "24 h"),
        ("NET-2", healthy, SUBGENUAL, "24 h"),
        ("NET-3", trd, INSULA, "day 3"),
        ("NET-3", trd, INSULA, "day 11"),
        ("NET-4", trd, STRIATUM, "day 3"),
        ("NET-4", healthy, STRIATUM, "day 3"),
        ("NET-5, Kraus 2020", trd, PREFRONTAL, "24 h"),
        ("NET-5, Kraus 2020", trd, PREFRONTAL, "day 3"),
        ("STR-6", trd, "SV2A prefrontal", "24 h"),
    ):
        tell(row, result, readout, visit)
    regressed = rw.imaging(
        ONE, rw.people("TRD", DEPRESSED, SEED), ["baseline", "24 h"], BRAIN, global_signal_regression=True
    )
    tell("NET-5 with regression", regressed, PREFRONTAL, "24 h")
    tell_sv2a(trd)
    tell_diffusivity(trd)
    tell(
        "six infusions",
        rw.imaging(SIX, rw.people("TRD", DEPRESSED, SEED), ["baseline", "day 21"], BRAIN),
        PREFRONTAL,
        "day 21",
    )


def tell(row: str, result: ImagingResult, readout: str, visit: str) -> None:
    """One effect: its change, its size, what is missing to health, and how often a small study would see it."""
    effect = result.effect(readout, visit)
    gap = result.healthy.get(readout, float("nan")) - effect.before
    print(
        f"{row}: {readout}, {visit}: {effect.before:.3f} {effect.change:+.4f} (d {effect.d:+.2f}), gap to health {gap:+.3f},"
        f" power in {KRAUS} {effect.power(KRAUS):.2f}"
    )


def tell_sv2a(result: ImagingResult) -> None:
    """The change of synaptic density in people who start low and high."""
    start, change = result.maps.sv2a[:, 0, 0], result.maps.sv2a[:, 1, 0] - result.maps.sv2a[:, 0, 0]
    low = start < np.median(start)
    print(f"STR-6: low at the start {100 * change[low].mean():+.2f}, high {100 * change[~low].mean():+.2f} points")


def tell_diffusivity(result: ImagingResult) -> None:
    """How diffusivity goes with improvement between people, in all of it and in what the drug brings."""
    change = result.scores[:, 1] - result.scores[:, 0]
    specific = change - (result.scores_without_drug[:, 1] - result.scores_without_drug[:, 0])
    for place, region in enumerate(result.maps.synaptic_regions):
        moved = result.maps.diffusivity[:, 1, place] - result.maps.diffusivity[:, 0, place]
        if np.ptp(moved) > 0:
            with_all, with_drug = (np.corrcoef(moved, other)[0, 1] for other in (change, specific))
            print(f"STR-7: {region}: with the change of MADRS {with_all:+.2f}, specific {with_drug:+.2f}")
    gained = result.maps.synapses[:, 1, 0] - result.maps.synapses[:, 0, 0]
    lost = np.corrcoef(gained, result.maps.synapses[:, 0, 0])[0, 1]
    print(
        f"STR-7: synapses gained in a day {gained.mean():.3f} +- {gained.std():.3f}, with those at the start r {lost:+.2f};"
        f" improvement {-change.mean():.1f} +- {change.std():.1f} points"
    )


if __name__ == "__main__":
    main()
