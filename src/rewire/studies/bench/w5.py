"""W5: the same people on one and on two processes of a cluster: how much faster, and whether to the bits of one machine."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from rewire.studies.bench.w3 import PRECISION, keep

ROUNDS = 3
COUNTS = (1, 2)


def measure(n: int, say: Callable[[str], None]) -> tuple[list[dict[str, Any]], list[str]]:
    """Two rows; the second holds `efficiency`, by wall time and by processor time, of which others take nothing.

    `identical`: all files, and those of threads in one process, are the same.
    """
    try:
        from distributed import LocalCluster
    except ImportError:
        return [], ["W5: Dask is not installed (pip install 'rewire[bench]')"]
    seconds: dict[int, list[float]] = {count: [] for count in COUNTS}
    used: dict[int, list[float]] = {count: [] for count in COUNTS}
    with tempfile.TemporaryDirectory() as folder:
        say("the same in one process, to compare with")
        seen = {_fingerprint(keep(folder, n))}
    logging.getLogger("distributed").setLevel(logging.ERROR)
    # All clusters stand throughout, so that rounds can take turns.
    clusters = {
        count: LocalCluster(n_workers=count, threads_per_worker=1, processes=True, dashboard_address=":0")
        for count in COUNTS
    }
    try:
        for turn in range(ROUNDS + 1):
            for count, cluster in clusters.items():
                say(f"round {turn} of {ROUNDS}: {count} processes")
                with tempfile.TemporaryDirectory() as folder:
                    before = _processor_seconds(cluster)
                    start = time.perf_counter()
                    path = keep(folder, n if turn else 8192, cluster=cluster.scheduler_address)
                    if turn:  # the first time workers import and load
                        seconds[count].append(time.perf_counter() - start)
                        used[count].append(_processor_seconds(cluster) - before)
                        seen.add(_fingerprint(path))
    finally:
        for cluster in clusters.values():
            cluster.close()
    times = {count: median(taken) for count, taken in seconds.items()}
    work = {count: median(taken) for count, taken in used.items()}
    rows = [
        {
            "work": "W5",
            "engine": f"rewire {PRECISION}, Dask",
            "threads": count,
            "people": n,
            "people_per_s": n / times[count],
            "people_per_processor_s": n / work[count],
            "e95": None,
            "peak_mb": None,
            "efficiency": times[1] / (count * times[count]),
            "efficiency_processor": work[1] / work[count],
            "identical": len(seen) == 1,
        }
        for count in COUNTS
    ]
    return rows, []


def _processor_seconds(cluster: Any) -> float:
    """Used so far by the workers of a cluster, and by this process, which is its scheduler and its client."""
    from distributed import Client

    with Client(cluster) as client:
        return time.process_time() + float(sum(client.run(time.process_time).values()))


def _fingerprint(path: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path.glob("part-*")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()
