"""Measure everything on the page about speed, write the figures, and write the page.

python benchmarks/speed.py measure [W1 ...]     some ten minutes; wants the extra rewire[bench]
python benchmarks/speed.py page                 docs/explanation/speed.md and its picture from benchmarks/results
"""

from __future__ import annotations

import json
import math
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results"
PAGE = HERE.parent / "docs" / "explanation" / "speed.md"
PEOPLE = {"W1": 4096, "W2": 4096, "W3": 1_000_000, "W4": 1, "W5": 32_768, "W6": 524_288}
W6_GOALS = {"reach": 2e6, "beat": 15e6}
"""People a second on one device of the H200's class: what W6 was to reach, and then to beat."""


def measure(*works: str) -> None:
    """Runs workloads, all unless named, and keeps their figures."""
    from rewire.studies.bench.measure import bench

    RESULTS.mkdir(exist_ok=True)
    for work in works or PEOPLE:
        keep(work, bench(work, PEOPLE[work], say=lambda text: print(text, file=sys.stderr)))


def keep(name: str, figures: dict[str, Any]) -> None:
    """Writes figures with the machine and its load."""
    machine = {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg() if hasattr(os, "getloadavg") else [],
    }
    text = json.dumps({**figures, "machine": machine}, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n")


def processor() -> str:
    """The processor's name as the compiler knows it, and how wide its vectors are."""
    from rewire.machine.native import _processor, vector_bytes

    wide = "AVX-512" if vector_bytes() == 64 else "AVX2 (no AVX-512)"
    return f"{platform.machine()} ('{_processor()[0]}' to the compiler) with {wide}"


def page() -> None:
    """Writes the page and its picture from the figures."""
    found = {name: json.loads((RESULTS / f"{name}.json").read_text()) for name in PEOPLE}
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text("\n".join((*head(found), *tables(found), *words(found))) + "\n")
    picture(found["W1"]["rows"])


def head(found: dict[str, Any]) -> list[str]:
    """What the page is about, and where the figures come from."""
    machine = found["W1"]["machine"]
    load = (
        f" Others worked there too (load average {machine['load'][0]:.0f}): wall time says less than processor time, and"
        " neither says what an idle machine would do."
        if crowded(found["W1"])
        else ""
    )
    return [
        "# Speed",
        "",
        "Written by `python benchmarks/speed.py page` from measured figures; do not edit. `rewire bench W1` measures again.",
        "",
        f"Measured on {machine['date']}, {machine['cores']} cores of a shared machine, {machine['processor']}.{load}",
        "Rounds of all engines were run in turns, each engine in a process of its own; a row holds the median.",
        "",
    ]


def crowded(figures: dict[str, Any]) -> bool:
    """Whether more was to be done on the machine than it has cores."""
    machine = figures["machine"]
    return bool(machine["load"]) and machine["load"][0] > machine["cores"]


def tables(found: dict[str, Any]) -> list[str]:
    """The figures."""
    return [
        *w1(found["W1"]),
        *w2(found["W2"], found["W1"]),
        *w3(found["W3"]),
        *w4(found["W4"]),
        *w5(found["W5"]),
        *w6(found["W6"]),
    ]


def ours(rows: list[dict[str, Any]], precision: str) -> float:
    """People per processor second of this engine, one thread."""
    return next(
        row["people_per_processor_s"] for row in rows if row["engine"] == f"rewire {precision}" and row["threads"] == 1
    )


def w1(found: dict[str, Any]) -> list[str]:
    lines = ["## W1: a benchmark model that any solver can run", ""]
    lines += ["26 states, 79 numbers a person, 8 infusions, 182 tablets, 26 weeks, daily severity, no noise.", ""]
    lines += table(found["rows"])
    others = [row for row in found["rows"] if not row["engine"].startswith("rewire")]
    if others:
        best = max(others, key=lambda row: row["people_per_processor_s"])
        ratios = [ours(found["rows"], p) / best["people_per_processor_s"] for p in ("float32", "float64")]
        lines += [
            "",
            f"Per core, this engine does {ratios[0]:,.0f} times as many people as the fastest of the others,"
            f" {best['engine']}, in single precision and {ratios[1]:,.0f} times as many in double.",
        ]
    peaks = found["peaks"]
    bounds = {row["engine"].split()[-1]: row["bound"] for row in found["rows"] if "bound" in row}
    lines += ["", "![People per second on W1](speed.svg)", ""]
    lines += [
        "What one core could do at best, if nothing but the arithmetic of the kernel took time (exponentials are"
        " multiply-adds of its own), at rates measured in the same run:",
        "",
        "| | multiply-adds/s | divisions/s | exponentials/s | people/s at best | share reached |",
        "|---|---|---|---|---|---|",
        *(
            "| {} | {:.1e} | {:.1e} | {:.1e} | {:,.0f} | {:.2f} |".format(
                p, *(peaks[f"{kind} {p}"] for kind in ("fma", "divide", "exp")), bounds[p], share
            )
            for p, share in found["shares_of_bound"].items()
        ),
        "",
    ]
    return lines


def w2(found: dict[str, Any], first: dict[str, Any]) -> list[str]:
    ratio = ours(found["rows"], "float32") / ours(first["rows"], "float32")
    return [
        "## W2: the shipped model",
        "",
        *table(found["rows"]),
        "",
        f"Per core that is {ratio:.2f} of W1's people a second (single precision).",
        "",
    ]


def w3(found: dict[str, Any]) -> list[str]:
    first = found["rows"][0]
    return [
        "## W3: everybody's scores on disk",
        "",
        f"{first['people']:,} people for 26 weeks, eight scales a day, as Parquet, with {first['threads']} threads. Steps of"
        " W2 are the quick ones; the command line takes the standard ones unless told.",
        "",
        "| engine | wall (s) | processor (s), each thread | memory at most (MB) | on disk (MB) |",
        "|---|---|---|---|---|",
        *(
            f"| {row['engine']} | {row['seconds']:.0f} | {row['people'] / row['people_per_processor_s'] / row['threads']:.0f}"
            f" | {row['peak_mb']:,.0f} | {row['disk_mb']:,.0f} |"
            for row in found["rows"]
        ),
        "",
        *(
            [
                f"Others used the cores too (load average {found['machine']['load'][0]:.0f}): on free ones wall time"
                " would come closer to the processor time of a thread.",
                "",
            ]
            if crowded(found)
            else []
        ),
    ]


def w4(found: dict[str, Any]) -> list[str]:
    lines = ["## W4: first answers", "", "| one person, 12 weeks | wall (s) | processor (s) |", "|---|---|---|"]
    for row in found["rows"]:
        used = "" if row["processor_seconds"] is None else f"{row['processor_seconds']:.2f}"
        lines.append(f"| {row['engine'].split(', ')[1]} | {row['seconds']:.3g} | {used} |")
    return [*lines, ""]


def w5(found: dict[str, Any]) -> list[str]:
    if not found["rows"]:
        return []
    row = found["rows"][-1]
    beside = (
        f" while others used the cores too (load average {found['machine']['load'][0]:.0f})" if crowded(found) else ""
    )
    return [
        "## W5: a cluster of processes",
        "",
        f"{row['people']:,} people to disk on a Dask cluster of {row['threads']} processes of this machine:"
        f" {row['people_per_s']:,.0f} people a second, an efficiency of {row['efficiency']:.2f} against one process"
        f"{beside}, and of {row['efficiency_processor']:.2f} by processor time, of which others take nothing; the files were"
        f" {'the same to the bit' if row['identical'] else 'NOT the same'} in all runs and as those of threads.",
        "",
    ]


def w6(found: dict[str, Any]) -> list[str]:
    if not found["rows"]:
        return []
    rows = found["rows"]
    best = {work: max(row["people_per_s_inside"] for row in rows if work in row["engine"]) for work in ("W1", "W2")}
    return [
        "## W6: a graphics processor",
        "",
        f"{rows[0]['device']}, {found['machine']['date']}, medians of warm turns. Inside:"
        " parameters and daily values in the memory of the device. Whole: from the memory of the host and back, with"
        f" {found['machine']['cores']} cores of the host to copy. Apart: how far a person's values are from those of the"
        " processor in double precision, as a share of the person's largest.",
        "",
        "| engine | people/s inside | people/s whole | apart, 95 % of people | apart at most | people |",
        "|---|---|---|---|---|---|",
        *(
            f"| {row['engine']} | {figure(row['people_per_s_inside'])}"
            f" | {figure(row['people_per_s']) if row['people_per_s'] else ''}"
            f" | {row['apart_q95']:.0e} | {row['apart_most']:.0e} | {row['people']:,} |"
            for row in rows
        ),
        "",
        f"To reach: {W6_GOALS['reach'] / 1e6:.0f} million people a second; to beat: {W6_GOALS['beat'] / 1e6:.0f} million. "
        + " ".join(f"{work}: {rate / 1e6:.1f} million, {verdict(rate)}." for work, rate in best.items()),
        "",
        *(HERE / "gpu_words.md").read_text().splitlines(),
        "",
    ]


def verdict(rate: float) -> str:
    """What of W6's goals a rate meets."""
    if rate >= W6_GOALS["beat"]:
        return "beaten"
    share = f"{rate / W6_GOALS['beat']:.2f} of what was to beat"
    return f"reached, {share}" if rate >= W6_GOALS["reach"] else f"not reached, {share}"


def table(rows: list[dict[str, Any]]) -> list[str]:
    """Rows of engines."""
    lines = [
        "| engine | threads | people/s | people per processor second | E95 | tolerance | people | MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        rates = " | ".join(figure(row[name]) for name in ("people_per_s", "people_per_processor_s") if name in row)
        error = "" if row["e95"] is None else f"{row['e95']:.1e}"
        tolerance = f"{row['tolerance']:g}" if "tolerance" in row else ""
        memory = "" if row["peak_mb"] is None else f"{row['peak_mb']:,.0f}"
        lines.append(
            f"| {row['engine']} | {row['threads']} | {rates} | {error} | {tolerance} | {row['people']:,} | {memory} |"
        )
    return lines


def figure(rate: float) -> str:
    """A rate with three figures."""
    return f"{rate:.3g}" if rate < 100 else f"{round(rate, 2 - int(math.log10(rate))):,.0f}"


def words(found: dict[str, Any]) -> list[str]:
    """How it is done, what did not pay, and what could not be measured."""
    missing = [name for result in found.values() for name in result["left_out"]]
    return [
        *(HERE / "speed_words.md").read_text().splitlines(),
        "",
        "## Not measured",
        "",
        *(f"- {name}" for name in (*missing, *NEVER)),
    ]


NEVER = (
    "AMICI: compiles from its sources with SWIG and BLAS, and then every model; not run here.",
    "rxode2, mrgsolve and Julia's solvers: could not be installed here.",
)


def picture(rows: list[dict[str, Any]]) -> None:
    """People per second of processor time, on a logarithmic axis."""
    import altair as alt
    import vl_convert

    data = [
        {"engine": row["engine"], "rate": row["people_per_processor_s"], "ours": row["engine"].startswith("rewire")}
        for row in rows
        if row["threads"] == 1 or "tolerance" in row
    ]
    ticks = alt.Axis(values=[10**power for power in range(6)], format=",")
    axis = alt.X("rate:Q", scale=alt.Scale(type="log"), axis=ticks, title="people per second of one core")
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
    {"measure": measure, "page": page}[sys.argv[1] if len(sys.argv) > 1 else "page"](*sys.argv[2:])
