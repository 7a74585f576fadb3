"""What one core of this processor can do at best: fused multiply-adds, divisions and exponentials a second, measured.

Each loop holds twelve independent chains in registers, enough to hide latency; nothing touches memory.
"""

from __future__ import annotations

import time

import numpy as np

from rewire.engine.generate import KINDS
from rewire.machine.code import BYTES, Code, fuse, module
from rewire.machine.elementary import exp
from rewire.machine.native import Library, compile_text, vector_bytes

CHAINS = 12
ROUNDS = 200_000
REPEATS = 5


def _loop(kind: str, lanes: int, what: str) -> str:
    """`@<what>(rounds, out)`: every round does one operation a chain."""
    code = Code(kind, lanes)
    near_one, small = code.number(0.999999), code.number(1e-6)
    after = []
    for k in range(CHAINS):
        now = f"%chain.{k}"
        if what == "fma":
            after.append(code.add(code.multiply(now, near_one), small))
        elif what == "divide":
            after.append(code.divide(near_one, now))
        else:
            after.append(exp(code, code.multiply(now, code.number(-0.5))))
    vector, size = code.vector(), code.alignment
    lines = [f"define void @{what}(i64 %rounds, ptr %out) #0 {{", "br label %round", "round:"]
    lines.append("%n = phi i64 [ 0, %0 ], [ %n.next, %round ]")
    for k in range(CHAINS):
        lines.append(f"%chain.{k} = phi {vector} [ {code.number(1.0 + k / 100)}, %0 ], [ {after[k]}, %round ]")
    lines += [*fuse(code.lines), "%n.next = add i64 %n, 1", "%more = icmp slt i64 %n.next, %rounds"]
    lines += ["br i1 %more, label %round, label %done", "done:"]
    for k in range(CHAINS):
        lines.append(f"%to.{k} = getelementptr inbounds {vector}, ptr %out, i64 {k}")
        lines.append(f"store {vector} {after[k]}, ptr %to.{k}, align {min(size, 8)}")
    return "\n".join((*lines, "ret void", "}", ""))


def measure_peaks(precision: str) -> dict[str, float]:
    """Operations a second on one core, the best of a few runs: keys `fma`, `divide`, `exp`."""
    kind = KINDS[precision]
    lanes = vector_bytes() // BYTES[kind]
    names = ("fma", "divide", "exp")
    text = module([_loop(kind, lanes, name) for name in names], lanes)
    library = Library(compile_text(text), dict.fromkeys(names, ("i64", "ptr")))
    out = np.zeros((CHAINS, lanes))
    found = {}
    for name in names:
        times = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            library.functions[name](ROUNDS, out.ctypes.data)
            times.append(time.perf_counter() - start)
        found[name] = CHAINS * lanes * ROUNDS / min(times)
    return found
