"""The parts of a kernel that are the same for every model: chance, rules, what is given, weights of stiff states."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rewire.engine.layout import Layout
from rewire.machine.chance import normal_pair, uniform, words_of
from rewire.machine.code import BYTES, Code
from rewire.machine.elementary import exp, log, turn

SERIES = 18
"""Terms of the weights' series where their formula would cancel."""
BITS = 24
"""Bits of chance in a uniform number, in both precisions."""


def weights_text(kind: str, lanes: int) -> str:
    """Weights of the exponential Runge-Kutta scheme (Krogstad 2005, ETD4RK-B) for one stiff state and step size."""
    real = Code(kind, lanes)
    code = real.as_kind("double")
    rate = real.load("%rate", 0)
    if kind == "float":
        rate = real.cast("fpext", rate, "float", "double")
    hours = code.every_lane("%hours")
    z = code.multiply(rate, hours)
    half = code.multiply(z, code.number(0.5))
    one, two, four, middle = (code.number(value) for value in (1.0, 2.0, 4.0, 0.5))

    def decays(z: str, decay: str) -> tuple[str, str, str]:
        """(1 - e^-z)/z and its two successors: by series for small z."""
        third = code.horner(code.negative(z), (1 / math.factorial(k + 3) for k in range(SERIES - 1, -1, -1)))
        second = code.subtract(middle, code.multiply(z, third))
        first = code.subtract(one, code.multiply(z, second))
        safe = code.largest(z, one)
        first_far = code.divide(code.subtract(one, decay), safe)
        second_far = code.divide(code.subtract(one, first_far), safe)
        third_far = code.divide(code.subtract(middle, second_far), safe)
        small = code.compare("olt", z, one)
        pairs = ((first, first_far), (second, second_far), (third, third_far))
        near = [code.choose(small, series, formula) for series, formula in pairs]
        return near[0], near[1], near[2]

    half_decay = exp(code, code.negative(half))
    decay = exp(code, code.negative(z))
    half_first, half_second, _ = decays(half, half_decay)
    first, second, third = decays(z, decay)
    start = code.add(code.subtract(first, code.multiply(code.number(3.0), second)), code.multiply(four, third))
    between = code.multiply(two, code.subtract(second, code.multiply(two, third)))
    last = code.subtract(code.multiply(four, third), second)
    gain = code.multiply(code.multiply(middle, hours), half_first)
    inner = (half_second, first, code.multiply(two, second), start, between, last)
    bend, full, full_bend, *outer = (code.multiply(hours, weight) for weight in inner)
    values = (half_decay, gain, bend, decay, full, full_bend, *outer)
    for k, value in enumerate(values):
        real.store("%to", k, value if kind == "double" else code.cast("fptrunc", value, "double", kind))
    return real.function("weights(ptr %rate, double %hours, ptr %to)")


def draw_text(layout: Layout, streams: Sequence[int], kind: str, lanes: int) -> str:
    """Four successive standard normals of every noise, into its four rows."""
    code = Code(kind, lanes)
    for k, number in enumerate(streams):
        a, b, c, d = words_of(code, "%person", "%block", str(number), "%seed")
        normals = (*normal_pair(code, a, b, BITS), *normal_pair(code, c, d, BITS))
        for place, value in enumerate(normals):
            code.store("%w", layout.starts["normal"] + 4 * k + place, value)
    return code.function("draw(ptr %w, i64 %person, i64 %block, i64 %seed)")


def observe(code: Code, latent: str, error: str, low: str, high: str, words: Sequence[str]) -> str:
    """The score on paper of a latent severity, in double precision: normal error, rounding, bounds."""
    size = code.multiply(log(code, uniform(code, words[0], 32, middle=True)), code.number(-2.0))
    chance = code.multiply(code.intrinsic("sqrt", size), turn(code, uniform(code, words[1], 32, middle=False))[1])
    score = code.add(code.add(latent, code.multiply(error, chance)), code.number(0.5))
    return code.smallest(code.largest(code.intrinsic("floor", score), low), high)


def decide_text(kind: str, lanes: int) -> str:
    """Opens or closes the gate of one closed-loop rule for each lane, from the score observed at this minute."""
    real = Code(kind, lanes)
    code = real.as_kind("double")

    def rule(place: int) -> str:
        return code.once(f"load double, ptr {code.once(f'getelementptr inbounds double, ptr %rule, i64 {place}')}")

    def row(place: int) -> str:
        """The row that a rule names, in double precision."""
        number = code.once(f"fptosi double {rule(place)} to i64")
        at = code.once(f"getelementptr inbounds {real.vector()}, ptr %w, i64 {number}")
        value = real.load(at, 0)
        return value if kind == "double" else code.cast("fpext", value, "float", "double")

    every = code.every_lane
    number = code.once(f"fptosi double {rule(6)} to i64")
    words = words_of(code, "%person", "%minute", number, "%seed")
    score = observe(code, row(0), every(rule(3)), every(rule(4)), every(rule(5)), words)
    # A rule without a baseline names a gate's row in its place, and says so.
    own = code.compare("ogt", every(rule(10)), code.number(0.0))
    limit = code.choose(own, code.multiply(every(rule(7)), row(1)), every(rule(7)))
    mask = code.vector("i1")
    met = code.compare("olt", score, limit)
    for relation, how in (("oge", 0.0), ("ole", 1.0), ("ogt", 2.0)):
        chosen = code.compare("oeq", every(rule(8)), code.number(how))
        met = code.once(f"select {mask} {chosen}, {mask} {code.compare(relation, score, limit)}, {mask} {met}")
    gate = real.once(
        f"getelementptr inbounds {real.vector()}, ptr %w, i64 {code.once(f'fptosi double {rule(2)} to i64')}"
    )
    one, zero = real.number(1.0), real.number(0.0)
    before = real.load(gate, 0)
    latched = code.compare("ogt", every(rule(9)), code.number(0.0))
    real.store(gate, 0, real.choose(latched, real.choose(met, zero, before), real.choose(met, one, zero)))
    return real.function("decide(ptr %w, ptr %rule, i64 %person, i64 %minute, i64 %seed)")


def take_text(layout: Layout, kind: str, lanes: int) -> str:
    """The parameters of the next people, from `[parameter, person]` in double precision."""
    wide, size = f"<{lanes} x double>", lanes * BYTES[kind]
    keep = (
        f"%value = fptrunc {wide} %given to <{lanes} x float>"
        if kind == "float"
        else f"%value = fadd {wide} %given, zeroinitializer"
    )
    return f"""define internal void @take(ptr %w, ptr %source, i64 %stride) #0 {{
  br label %each
each:
  %k = phi i64 [ 0, %0 ], [ %k.next, %each ]
  %offset = mul i64 %k, %stride
  %from = getelementptr inbounds double, ptr %source, i64 %offset
  %given = load {wide}, ptr %from, align 8
  {keep}
  %to = getelementptr inbounds <{lanes} x {kind}>, ptr %w, i64 %k
  store <{lanes} x {kind}> %value, ptr %to, align {size}
  %k.next = add i64 %k, 1
  %more = icmp slt i64 %k.next, {len(layout.parameters)}
  br i1 %more, label %each, label %done
done:
  ret void
}}
"""


def give_text(layout: Layout, kind: str, lanes: int) -> str:
    """What reaches each person of an input: by weight or not, through the gate of its phrase.

    A level that has begun ends, even if its gate has closed meanwhile: the gate is held from its beginning on.
    """
    code, starts = Code(kind, lanes), layout.starts
    gates = code.row("%w", starts["gate"])
    gate = code.once(f"getelementptr inbounds {code.vector()}, ptr {gates}, i64 %gate")
    held = code.once(f"getelementptr inbounds {code.vector()}, ptr {gate}, i64 {starts['held'] - starts['gate']}")
    is_level = code.once("icmp ne i64 %level, 0")
    rises = code.once("fcmp ogt double %value, 0.0")
    mask = code.vector("i1")
    opened = code.load(gate, 0)
    begins = code.once(f"and i1 {is_level}, {rises}")
    kept = code.once(f"select i1 {begins}, {code.vector()} {opened}, {code.vector()} {code.load(held, 0)}")
    code.store(held, 0, kept)
    passing = code.once(f"select i1 {is_level}, {code.vector()} {kept}, {code.vector()} {opened}")
    amount = "%value" if kind == "double" else code.once("fptrunc double %value to float")
    amount = code.every_lane(amount)
    weight = layout.rows.get("body_weight")
    if weight is not None:
        by_weight = code.every_lane(code.once("icmp ne i64 %by_weight, 0"), "i1")
        scaled = code.multiply(amount, code.load("%w", weight))
        amount = code.once(f"select {mask} {by_weight}, {code.vector()} {scaled}, {code.vector()} {amount}")
    code.store("%w", starts["amount"], code.multiply(amount, passing))
    return code.function("give(ptr %w, double %value, i64 %gate, i64 %by_weight, i64 %level)")


def raise_text(layout: Layout, kind: str, lanes: int) -> str:
    """Adds what was given to a level."""
    code = Code(kind, lanes)
    levels = code.row("%w", layout.starts["level"])
    level = code.once(f"getelementptr inbounds {code.vector()}, ptr {levels}, i64 %channel")
    code.store(level, 0, code.add(code.load(level, 0), code.load("%w", layout.starts["amount"])))
    return code.function("raise(ptr %w, i64 %channel)")


def peaks_text(layout: Layout, kind: str, lanes: int) -> str:
    """Hands over the largest values: one line of `stride` people a peak."""
    code = Code(kind, lanes)
    for k in range(len(layout.peaks)):
        offset = code.once(f"mul i64 %stride, {k}")
        to = code.once(f"getelementptr inbounds {kind}, ptr %to, i64 {offset}")
        value = code.load("%w", layout.starts["peak"] + k)
        code.lines.append(f"store {code.vector()} {value}, ptr {to}, align {BYTES[kind]}")
    return code.function("give_peaks(ptr %w, ptr %to, i64 %stride)")
