"""Times five minutes of activity of one brain: this project and four others, interleaved on one core, one table.

    pip install -e ".[bench-network]"                 # all four install beside this project, in one environment
    python benchmarks/network_peers.py                # about four minutes; writes benchmarks/results/network_peers.json
    python benchmarks/network_peers.py --rounds 1 --minutes 1

Everybody gets the same 84 regions (`dk84`, connections prepared and coupled by our rule), the same reduced Wong-Wang
parameters, steps of 1 ms, white noise of the same size on both gates, no delays, and one pinned core with one thread.
Each keeps a process of its own, warms up (compiles) there, and then waits for its turn; rounds go through all of them
in another order each time, so that a change of the machine's load meets everybody. The mean gate says that it is
the same model. Differences that remain are printed with the table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from inspect import signature
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

RESULT = Path(__file__).parent / "results" / "network_peers.json"
OURS = "rewire"
CHUNK = 20_000  # steps that vbjax and neurolib hold at a time; shorter chunks are slower
BLOCK = (
    1_000  # steps whose noise tvboptim draws at a time, its fastest setting: without blocks it takes 1.5 times as long
)
NOTES = {
    "rewire": "with BOLD every 10 ms and 20 s of settling",
    "tvboptim float32": "activity only, noise in blocks of 1,000 steps",
    "tvboptim float64": "activity only, noise in blocks of 1,000 steps",
    "vbjax float32": "has no such model: our equations in its stochastic Heun steps (two evaluations a step)",
    "neurolib": "activity only; takes one inhibitory weight (so rows of weights are made even), noise one step late",
    "tvb-library": "activity only, averages of 720 ms",
}
PACKAGES = {"tvb-library": "tvb-library", "neurolib": "neurolib", "vbjax float32": "vbjax"}
ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
}

Run = Callable[[float], float]
"""Simulates that many minutes and returns the mean excitatory gate."""


def brain() -> dict[str, Any]:
    """Weights (mean row sum 1), coupling and feedback inhibition of the healthy brain, and the size of the noise."""
    from rewire.network import Network, build_circuit
    from rewire.network.circuit import prepare
    from rewire.network.constants import constant

    circuit = build_circuit(Network.load("dk84"))
    return {
        "circuit": circuit,
        "weights": prepare(circuit.network),
        "coupling": circuit.coupling,
        "inhibition": circuit.inhibition,
        "gate": circuit.gate,
        "inhibitory": circuit.inhibitory,
        "noise": constant("node", "noise") / np.sqrt(1000.0),  # per square root of a millisecond
    }


def ours(given: dict[str, Any]) -> Run:
    from rewire.network import healthy, simulate

    circuit = given["circuit"]
    return lambda minutes: float(simulate(circuit, healthy(circuit.network, (1,)), minutes).gates.mean())


def tvboptim(given: dict[str, Any], wide: bool) -> Run:
    import jax

    jax.config.update("jax_enable_x64", wide)
    import jax.numpy as jnp
    from tvboptim.experimental.network_dynamics import Network, prepare
    from tvboptim.experimental.network_dynamics.coupling.linear import LinearCoupling
    from tvboptim.experimental.network_dynamics.dynamics.tvb.wong_wang_exc_inh import WongWangExcInh
    from tvboptim.experimental.network_dynamics.graph.base import DenseGraph
    from tvboptim.experimental.network_dynamics.noise.gaussian import AdditiveNoise
    from tvboptim.experimental.network_dynamics.solvers.native import Euler

    model = WongWangExcInh(
        G=given["coupling"],
        J_i=jnp.asarray(given["inhibition"]),
        INITIAL_STATE=(given["gate"], given["inhibitory"]),
        VARIABLES_OF_INTEREST=("S_e",),
    )
    network = Network(
        model,
        {"instant": LinearCoupling(incoming_states="S_e")},
        DenseGraph(jnp.asarray(given["weights"])),
        noise=AdditiveNoise(sigma=given["noise"]),
    )
    ready: dict[float, tuple[Any, Any]] = {}

    def run(minutes: float) -> float:
        if minutes not in ready:
            solve, config = prepare(network, Euler(block_size=BLOCK), t0=0.0, t1=60_000.0 * minutes, dt=1.0)
            ready[minutes] = jax.jit(lambda given: solve(given).ys.mean()), config
        compiled, config = ready[minutes]
        return float(compiled(config))

    return run


def vbjax(given: dict[str, Any]) -> Run:
    import jax
    import jax.numpy as jnp
    import vbjax as package

    from rewire.network.constants import node as read_node

    node = read_node()
    weights = jnp.asarray(given["coupling"] * node.synaptic * given["weights"], jnp.float32)
    inhibition = jnp.asarray(given["inhibition"], jnp.float32)

    def rate(current: Any, gain: float, offset: float, curve: float) -> Any:
        x = gain * current - offset
        return x / (1 - jnp.exp(-curve * x))

    def change(state: Any, _: Any) -> Any:
        gate, inhibitory = state
        current = node.background_excitatory + node.recurrent * gate + weights @ gate - inhibition * inhibitory
        excited = rate(current, node.gain_excitatory, node.offset_excitatory, node.curve_excitatory)
        current = node.background_inhibitory + node.synaptic * gate - inhibitory
        inhibited = rate(current, node.gain_inhibitory, node.offset_inhibitory, node.curve_inhibitory)
        return jnp.stack(
            [
                (1 - gate) * node.opening * excited - gate / node.decay_excitatory,
                inhibited - inhibitory / node.decay_inhibitory,
            ]
        )

    _, loop = package.make_sde(0.001, change, given["noise"] * np.sqrt(1000.0))
    start = jnp.stack([jnp.full(84, given["gate"]), jnp.full(84, given["inhibitory"])]).astype(jnp.float32)

    @jax.jit
    def chunk(state: Any, key: Any) -> tuple[Any, Any]:
        states = loop(state, jax.random.normal(key, (CHUNK, 2, 84), jnp.float32), None)
        return states[-1], states[:, 0].mean()

    def run(minutes: float) -> float:
        state, means = start, []
        for key in jax.random.split(jax.random.PRNGKey(0), round(minutes * 60_000 / CHUNK)):
            state, mean = chunk(state, key)
            means.append(float(mean))
        return float(np.mean(means))

    return run


def neurolib(given: dict[str, Any]) -> Run:
    from neurolib.models.ww import WWModel
    from neurolib.models.ww import timeIntegration as stepping

    compiled = stepping.timeIntegration_njit_elementwise
    place = list(signature(compiled.py_func).parameters).index("tau_inh")

    def with_right_decay(*parts: Any) -> Any:  # the package hands over tau_exc there
        return compiled(*parts[:place], 10.0, *parts[place + 1 :])

    stepping.timeIntegration_njit_elementwise = with_right_decay
    even = given["weights"] / given["weights"].sum(axis=1, keepdims=True)  # so that one inhibitory weight suits all
    model = WWModel(Cmat=even, Dmat=np.zeros_like(even), seed=0)
    model.params["K_gl"] = given["coupling"]
    model.params["J_I"] = float(given["inhibition"].mean())
    model.params["dt"] = 1.0
    model.params["tau_ou"] = 1.0
    model.params["sigma_ou"] = float(given["noise"])
    start = np.full((84, 1), given["gate"]), np.full((84, 1), given["inhibitory"])

    def run(minutes: float) -> float:
        model.params["ses_init"], model.params["sis_init"] = (one.copy() for one in start)
        means = []
        for part in range(round(minutes * 60_000 / CHUNK)):
            model.params["duration"], model.params["seed"] = float(CHUNK), part
            model.run(continue_run=part > 0)
            means.append(float(model.state["se"].mean()))
        return float(np.mean(means))

    return run


def tvb(given: dict[str, Any]) -> Run:
    from tvb.simulator.lab import connectivity, coupling, integrators, models, monitors, noise, simulator

    regions = len(given["weights"])
    links = connectivity.Connectivity(
        weights=given["weights"],
        tract_lengths=np.zeros_like(given["weights"]),
        region_labels=np.array([str(i) for i in range(regions)]),
        centres=np.zeros((regions, 3)),
    )
    start = np.empty((1, 2, regions, 1))
    start[0, 0], start[0, 1] = given["gate"], given["inhibitory"]
    brain = simulator.Simulator(
        model=models.ReducedWongWangExcInh(G=np.array([given["coupling"]]), J_i=given["inhibition"]),
        connectivity=links,
        coupling=coupling.Linear(a=np.array([1.0])),
        integrator=integrators.EulerStochastic(
            dt=1.0, noise=noise.Additive(nsig=np.array([given["noise"] ** 2 / 2]), noise_seed=0)
        ),
        monitors=(monitors.TemporalAverage(period=720.0),),
        initial_conditions=start,
    ).configure()

    def run(minutes: float) -> float:
        ((_, series),) = brain.run(simulation_length=60_000.0 * minutes)
        return float(series[:, 0].mean())

    return run


WORKERS: dict[str, Callable[[dict[str, Any]], Run]] = {
    OURS: ours,
    "tvboptim float32": lambda given: tvboptim(given, False),
    "tvboptim float64": lambda given: tvboptim(given, True),
    "vbjax float32": vbjax,
    "neurolib": neurolib,
    "tvb-library": tvb,
}


def work(name: str, minutes: float) -> None:
    """A worker: warms up, then simulates once for every line it reads and says seconds, processor seconds, gate."""
    run = WORKERS[name](brain())
    run(minutes if "tvboptim" in name else CHUNK / 60_000)  # that package compiles for one length
    print("ready", flush=True)
    for _ in sys.stdin:
        start, used = time.perf_counter(), time.process_time()
        gate = run(minutes)
        print(json.dumps([time.perf_counter() - start, time.process_time() - used, gate]), flush=True)


def start(name: str, minutes: float, core: int) -> subprocess.Popen[str]:
    """A waiting worker, pinned where the system can do that."""
    command = [sys.executable, __file__, "--worker", name, "--minutes", str(minutes), "--core", str(core)]
    worker = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **ONE_THREAD},
    )
    say = answer(worker, name)
    while say != "ready":  # packages greet on import
        say = answer(worker, name)
    return worker


def answer(worker: subprocess.Popen[str], name: str) -> str:
    line = worker.stdout.readline() if worker.stdout else ""
    if not line:
        raise SystemExit(f'{name} stopped; is everything installed? pip install -e ".[bench-network]"')
    return line.strip()


def measure(minutes: float, rounds: int, core: int) -> dict[str, Any]:
    """Runs everybody in turn, `rounds` times, and returns medians."""
    workers = {}
    for name in WORKERS:
        print(f"warming up {name}", file=sys.stderr, flush=True)
        workers[name] = start(name, minutes, core)
    found: dict[str, list[list[float]]] = {name: [] for name in WORKERS}
    try:
        for turn in range(rounds):
            names = list(WORKERS)
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                worker = workers[name]
                assert worker.stdin
                worker.stdin.write("go\n")
                worker.stdin.flush()
                line = answer(worker, name)
                while not line.startswith("["):
                    line = answer(worker, name)
                found[name].append(json.loads(line))
                print(f"round {turn + 1}: {name} {found[name][-1][0]:.2f} s", file=sys.stderr, flush=True)
    finally:
        for worker in workers.values():
            worker.kill()
    rows = [
        {
            "package": name,
            "version": version(PACKAGES.get(name, name.split()[0])),
            "seconds": median(one[0] for one in runs),
            "processor_seconds": median(one[1] for one in runs),
            "times_ours": median(one[0] / own[0] for one, own in zip(runs, found[OURS], strict=True)),
            "mean_gate": median(one[2] for one in runs),
            "note": NOTES[name],
        }
        for name, runs in found.items()
    ]
    return {"minutes": minutes, "rounds": rounds, "cores": os.cpu_count(), "load": os.getloadavg(), "rows": rows}


def show(found: dict[str, Any]) -> None:
    print(f"{found['minutes']:g} minutes of activity, 84 regions, one core, median of {found['rounds']} rounds")
    print(f"{'package':18}{'version':>10}{'seconds':>9}{'processor':>11}{'times ours':>12}{'mean gate':>11}  note")
    for row in found["rows"]:
        print(
            f"{row['package']:18}{row['version']:>10}{row['seconds']:9.2f}{row['processor_seconds']:11.2f}"
            f"{row['times_ours']:12.1f}{row['mean_gate']:11.4f}  {row['note']}"
        )
    fastest = min((row for row in found["rows"] if row["package"] != OURS), key=lambda row: row["times_ours"])
    print(f"the fastest other one, {fastest['package']}, takes {fastest['times_ours']:.1f} times as long")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--minutes", type=float, default=5.0)
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument(
        "--core", type=int, default=0, help="the core that everybody is pinned to, where that can be done"
    )
    reader.add_argument("--worker", choices=list(WORKERS), help=argparse.SUPPRESS)
    options = reader.parse_args()
    if options.worker:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {options.core})
        work(options.worker, options.minutes)
        return
    found = measure(options.minutes, options.rounds, options.core)
    show(found)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
