"""Measure everything on the page about speed, write the figures, and write the page.

python benchmarks/speed.py measure      about ten minutes; wants the extra rewire[bench]
python benchmarks/speed.py page         docs/explanation/speed.md and its picture from benchmarks/results
"""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results"
PAGE = HERE.parent / "docs" / "explanation" / "speed.md"
FIRST_ANSWER = (
    "import time; start = time.perf_counter(); import rewire as rw;"
    "once = lambda: rw.run(rw.Plan('ketamine 0.5 mg/kg IV over 40 min, twice weekly for 4 weeks'), rw.person('TRD'), 12);"
    "once(); first = time.perf_counter() - start; used = time.process_time();"
    "start = time.perf_counter(); once(); print(first, used, time.perf_counter() - start)"
)


def measure() -> None:
    """Runs every workload and keeps its figures."""
    from rewire.studies.bench.measure import bench

    RESULTS.mkdir(exist_ok=True)
    for work, n in (("W1", 4096), ("W2", 4096), ("W3", 100_000)):
        keep(work, bench(work, n, say=lambda text: print(text, file=sys.stderr)))
    keep("start", start())


def start() -> dict[str, Any]:
    """Seconds to the first answer of a new process: with nothing compiled, with all compiled, and once more."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "REWIRE_CACHE": folder}
        runs = []
        for _ in range(4):
            done = subprocess.run(
                [sys.executable, "-c", FIRST_ANSWER], env=environment, capture_output=True, text=True, check=True
            )
            runs.append([float(part) for part in done.stdout.split()])
    later = sorted(runs[1:])[1]
    return {
        "first_ever_s": runs[0][0],
        "first_ever_processor_s": runs[0][1],
        "new_process_s": later[0],
        "new_process_processor_s": later[1],
        "again_s": later[2],
    }


def keep(name: str, figures: dict[str, Any]) -> None:
    """Writes figures with the machine and its load."""
    machine = {
        "processor": processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg() if hasattr(os, "getloadavg") else [],
    }
    text = json.dumps({**figures, "machine": machine}, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n")


def processor() -> str:
    """The processor's name, as the compiler knows it."""
    from rewire.machine.native import _processor

    return f"{platform.machine()} {_processor()[0]}"


def page() -> None:
    """Writes the page and its picture from the figures."""
    found = {name: json.loads((RESULTS / f"{name}.json").read_text()) for name in ("W1", "W2", "W3", "start")}
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text("\n".join((*head(found), *tables(found), *words(found))) + "\n")
    picture(found["W1"]["rows"])


def head(found: dict[str, Any]) -> list[str]:
    """What the page is about, and where the figures come from."""
    machine = found["W1"]["machine"]
    load = (
        f" Its load average was {machine['load'][0]:.0f}, so processor time says more than wall time."
        if machine["load"]
        else ""
    )
    return [
        "# Speed",
        "",
        "Written by `python benchmarks/speed.py page` from measured figures; do not edit.",
        "",
        f"Measured on {machine['cores']} cores of a shared {machine['processor']} machine.{load}",
        "Rounds of all engines were run in turns; a row holds the median.",
        "",
    ]


def tables(found: dict[str, Any]) -> list[str]:
    """The figures."""
    lines = ["## W1: a benchmark model that any solver can run", ""]
    lines += ["26 states, 79 numbers a person, 8 infusions, 182 tablets, 26 weeks, daily severity, no noise.", ""]
    lines += table(found["W1"]["rows"])
    ours = max(row["people_per_processor_s"] for row in found["W1"]["rows"] if row["engine"].startswith("rewire"))
    others = [row for row in found["W1"]["rows"] if not row["engine"].startswith("rewire")]
    if others:
        best = max(others, key=lambda row: row["people_per_processor_s"])
        ratio = ours / best["people_per_processor_s"]
        lines += ["", f"Per core the fastest of the others, {best['engine']}, is {ratio:,.0f} times slower.", ""]
    lines += ["![People per second on W1](speed.svg)", ""]
    shares = found["W1"]["shares_of_bound"]
    lines += ["The share of what the processor's arithmetic units could do at best: "]
    lines += [", ".join(f"{share:.2f} in {precision}" for precision, share in shares.items()) + ".", ""]
    lines += ["## W2: the shipped model", "", *table(found["W2"]["rows"]), ""]
    big = found["W3"]["rows"][0]
    lines += [
        "## W3: everybody's scores on disk",
        "",
        f"{big['people']:,} people for 26 weeks: {big['people_per_s']:,.0f} people a second with {big['threads']} processes, "
        f"{big['peak_mb']:,.0f} MB at most in all processes together, {big['disk_mb']:,.0f} MB of Parquet.",
        "",
    ]
    begin = found["start"]
    lines += [
        "## First answers",
        "",
        "| | wall (s) | processor (s) |",
        "|---|---|---|",
        f"| first ever, nothing compiled | {begin['first_ever_s']:.1f} | {begin['first_ever_processor_s']:.1f} |",
        f"| a new process | {begin['new_process_s']:.2f} | {begin['new_process_processor_s']:.2f} |",
        f"| the same again | {begin['again_s']:.3f} | |",
        "",
    ]
    return lines


def table(rows: list[dict[str, Any]]) -> list[str]:
    """Rows of engines."""
    lines = [
        "| engine | threads | people/s | people per processor second | E95 | people |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        rates = " | ".join(figure(row[name]) for name in ("people_per_s", "people_per_processor_s"))
        lines.append(f"| {row['engine']} | {row['threads']} | {rates} | {row['e95']:.1e} | {row['people']:,} |")
    return lines


def figure(rate: float) -> str:
    """A rate with three figures."""
    return f"{rate:.3g}" if rate < 100 else f"{round(rate, 2 - int(math.log10(rate))):,.0f}"


def words(found: dict[str, Any]) -> list[str]:
    """How it is done, what did not pay, and what could not be measured."""
    return [*(HERE / "speed_words.md").read_text().splitlines(), "", *left_out(found["W1"]["left_out"])]


def left_out(names: list[str]) -> list[str]:
    """The solvers that were not there."""
    return ["## Not measured", "", *(f"- {name}" for name in (*names, *NEVER))]


NEVER = (
    "AMICI, rxode2, mrgsolve and Julia's solvers: they need a compiler or a language of their own to install.",
    "COPASI and deSolve in this run.",
    "A graphics processor: none was at hand.",
)


def picture(rows: list[dict[str, Any]]) -> None:
    """People per second of processor time, on a logarithmic axis."""
    import altair as alt
    import vl_convert

    data = [
        {"engine": row["engine"], "rate": row["people_per_processor_s"], "ours": row["engine"].startswith("rewire")}
        for row in rows
        if row["threads"] == 1
    ]
    axis = alt.X("rate:Q", scale=alt.Scale(type="log"), title="people per second of one core")
    chart = (
        alt.Chart(alt.Data(values=data))
        .mark_point(filled=True, size=90)
        .encode(
            x=axis,
            y=alt.Y("engine:N", sort="-x", title=None),
            color=alt.Color("ours:N", legend=None, scale=alt.Scale(range=["#888888", "#1f6f8b"])),
        )
    )
    svg = vl_convert.vegalite_to_svg(chart.properties(width=420, height=170).to_json())
    (PAGE.parent / "speed.svg").write_text(svg)


if __name__ == "__main__":
    {"measure": measure, "page": page}[sys.argv[1] if len(sys.argv) > 1 else "page"]()
