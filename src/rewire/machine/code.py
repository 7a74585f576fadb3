"""Straight-line vector code: a value is one number a lane; an operation is written once, however often asked for.

The text is LLVM's intermediate language. Vectors are explicit, so no compiler pass has to discover them, and the same
text becomes AVX-512, AVX2, SSE or NEON instructions, whatever the processor has.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

FLAGS = "nsz"
"""Freedom given to the compiler: no care for the sign of zero. Which products are fused is written, never chosen by the
compiler: bits are then the same on every processor and in rows of any width."""
REAL = re.compile(r"(%\S+) = (fadd|fsub|fmul) nsz (<.*?>) (splat \(.*?\)|\S+), (splat \(.*?\)|\S+)$")
NAME = re.compile(r"%[\w.]+")
BYTES = {"float": 4, "double": 8, "i32": 4, "i64": 8}


class Code:
    """The body of one function over `lanes` lanes of `kind` ("float" or "double").

    Rows stand at multiples of `alignment` bytes, by default of their own size.
    """

    def __init__(self, kind: str, lanes: int, share: Code | None = None, alignment: int = 0) -> None:
        self.kind, self.lanes = kind, lanes
        self.alignment = alignment or lanes * BYTES[kind]
        self.lines: list[str] = share.lines if share else []
        self._known: dict[str, str] = share._known if share else {}

    def as_kind(self, kind: str) -> Code:
        """The same body, for arithmetic in another precision."""
        return Code(kind, self.lanes, share=self)

    @property
    def whole(self) -> str:
        """The integer type of the same width."""
        return "i32" if self.kind == "float" else "i64"

    def vector(self, kind: str = "") -> str:
        """The vector type of a kind of number."""
        return f"<{self.lanes} x {kind or self.kind}>"

    def once(self, text: str) -> str:
        """The value of an operation without side effect; the same operation gives the same value."""
        if text not in self._known:
            self._known[text] = f"%v{len(self.lines)}"
            self.lines.append(f"{self._known[text]} = {text}")
        return self._known[text]

    def number(self, value: float) -> str:
        """The same number in every lane."""
        if self.kind == "float":
            value = struct.unpack("f", struct.pack("f", value))[0]
        bits = struct.unpack("<Q", struct.pack("<d", value))[0]
        return f"splat ({self.kind} 0x{bits:016X})"

    def integer(self, value: int, kind: str = "") -> str:
        """The same integer in every lane."""
        return f"splat ({kind or self.whole} {value})"

    def _real(self, operation: str, a: str, b: str) -> str:
        return self.once(f"{operation} {FLAGS} {self.vector()} {a}, {b}")

    def add(self, a: str, b: str) -> str:
        """A + b."""
        return self._real("fadd", *sorted((a, b)))

    def subtract(self, a: str, b: str) -> str:
        """A - b."""
        return self._real("fsub", a, b)

    def multiply(self, a: str, b: str) -> str:
        """A * b."""
        return self._real("fmul", *sorted((a, b)))

    def divide(self, a: str, b: str) -> str:
        """A / b."""
        return self._real("fdiv", a, b)

    def negative(self, a: str) -> str:
        """-a."""
        return self.once(f"fneg {FLAGS} {self.vector()} {a}")

    def horner(self, x: str, coefficients: Iterable[float]) -> str:
        """A polynomial, highest power first."""
        first, *rest = coefficients
        value = self.number(first)
        for coefficient in rest:
            value = self.add(self.multiply(value, x), self.number(coefficient))
        return value

    def compare(self, relation: str, a: str, b: str) -> str:
        """A mask; `relation` is one of olt ole ogt oge oeq one."""
        return self.once(f"fcmp {relation} {self.vector()} {a}, {b}")

    def choose(self, mask: str, then: str, otherwise: str) -> str:
        """`then` where the mask holds, else `otherwise`."""
        return self.once(f"select {self.vector('i1')} {mask}, {self.vector()} {then}, {self.vector()} {otherwise}")

    def largest(self, a: str, b: str) -> str:
        """The larger of two."""
        return self.choose(self.compare("ogt", a, b), a, b)

    def smallest(self, a: str, b: str) -> str:
        """The smaller of two."""
        return self.choose(self.compare("olt", a, b), a, b)

    def intrinsic(self, name: str, a: str) -> str:
        """A function that processors have as an instruction: sqrt, floor, fabs."""
        return self.once(f"call {self.vector()} @llvm.{name}.{self._suffix()}({self.vector()} {a})")

    def _suffix(self) -> str:
        return f"v{self.lanes}f{8 * BYTES[self.kind]}"

    def cast(self, operation: str, a: str, source: str, target: str) -> str:
        """Another type of the same value: bitcast, zext, trunc, sitofp, uitofp, fpext, fptrunc."""
        return self.once(f"{operation} {self.vector(source)} {a} to {self.vector(target)}")

    def bits(self, operation: str, a: str, b: str, kind: str = "") -> str:
        """An integer operation: add, mul, and, or, xor, shl, lshr."""
        return self.once(f"{operation} {self.vector(kind or self.whole)} {a}, {b}")

    def row(self, base: str, row: int) -> str:
        """The address of a row behind a pointer."""
        return self.once(f"getelementptr inbounds {self.vector()}, ptr {base}, i64 {row}")

    def load(self, base: str, row: int) -> str:
        """The row, as it was when first asked for."""
        return self.once(f"load {self.vector()}, ptr {self.row(base, row)}, align {self.alignment}")

    def forget_rows(self) -> None:
        """Rows are read anew from here on: they may have been set, and reading is cheaper than keeping them at hand."""
        for text in [text for text in self._known if text.startswith("load ")]:
            del self._known[text]

    def block(self, label: str) -> None:
        """Begins a new part of the body.

        The empty piece of assembly says that memory may have changed: rows are then read where they are needed, instead
        of being copied to the stack for all parts.
        """
        self.lines += [f"br label %{label}", f"{label}:", 'call void asm sideeffect "", "~{memory}"()']
        self.forget_rows()

    def store(self, base: str, row: int, value: str) -> None:
        """Sets a row; `forget_rows` before it is read again."""
        place = self.row(base, row)
        self.lines.append(f"store {self.vector()} {value}, ptr {place}, align {self.alignment}")

    def every_lane(self, scalar: str, kind: str = "") -> str:
        """A scalar in every lane."""
        of = kind or self.kind
        first = self.once(f"insertelement {self.vector(of)} poison, {of} {scalar}, i64 0")
        return self.once(
            f"shufflevector {self.vector(of)} {first}, {self.vector(of)} poison, {self.vector('i32')} zeroinitializer"
        )

    def function(self, signature: str) -> str:
        """The body as a function without a result."""
        return "\n  ".join((f"define internal void @{signature} #0 {{", *fuse(self.lines), "ret void")) + "\n}\n"


def fuse(lines: Sequence[str]) -> list[str]:
    """The same body with every sum that alone uses a product as one fused multiply-add; of two products the later."""
    uses = Counter(name for line in lines for name in NAME.findall(line.partition(" = ")[2] or line))
    real = {found[1]: found.groups() for line in lines if (found := REAL.match(line))}
    order = {name: place for place, name in enumerate(real)}
    products = {name for name, (_, operation, *_) in real.items() if operation == "fmul" and uses[name] == 1}
    gone, fused = set(), {}
    for name, (_, operation, vector, a, b) in real.items():
        ready = [operand for operand in (a, b) if operand in products]
        if operation == "fmul" or not ready:
            continue
        product = max(ready, key=order.__getitem__)
        gone.add(product)
        *_, left, right = real[product]
        other = b if product == a else a
        size, kind = vector.strip("<>").split(" x ")
        before = []
        if operation == "fsub":
            turned = other if product == a else left
            before = [f"{name}.turned = fneg {vector} {turned}"]
            left, other = (left, f"{name}.turned") if product == a else (f"{name}.turned", other)
        call = f"@llvm.fma.v{size}f{8 * BYTES[kind]}({vector} {left}, {vector} {right}, {vector} {other})"
        fused[name] = [*before, f"{name} = call {vector} {call}"]
    kept: list[str] = []
    for line in lines:
        name = line.partition(" = ")[0]
        if name not in gone:
            kept += fused.get(name, [line])
    return kept


def for_everybody(name: str, arguments: Mapping[str, str], moving: Collection[str], lanes: int) -> str:
    """`@<name>(i64 blocks, i64 person, ...)`, which calls `@<name>_once` for one row of people after another.

    `person` moves on by a row of lanes each time, and so do the addresses named in `moving`, by as many doubles.
    """
    given = ", ".join(f"{kind} %{argument}" for argument, kind in arguments.items())
    passed = ", ".join(
        f"{kind} %{argument}{'.here' if argument in moving else ''}" for argument, kind in arguments.items()
    )
    here = [f"  %{argument}.here = getelementptr inbounds double, ptr %{argument}, i64 %lane" for argument in moving]
    lines = [
        f"define void @{name}(i64 %blocks, i64 %person, {given}) #0 {{",
        "  br label %each",
        "each:",
        "  %k = phi i64 [ 0, %0 ], [ %k.next, %each ]",
        f"  %lane = mul i64 %k, {lanes}",
        "  %person.here = add i64 %person, %lane",
        *here,
        f"  call void @{name}_once(i64 %person.here, {passed})",
        "  %k.next = add i64 %k, 1",
        "  %more = icmp slt i64 %k.next, %blocks",
        "  br i1 %more, label %each, label %done",
        "done:",
        "  ret void",
        "}",
        "",
    ]
    return "\n".join(lines)


def module(parts: Iterable[str], lanes: int) -> str:
    """Function texts as one module, with the instructions they call declared."""
    text = "\n".join(parts)
    declared = [
        f"declare <{lanes} x {kind}> @llvm.{name}.v{lanes}f{8 * BYTES[kind]}(<{lanes} x {kind}>)"
        for kind in ("float", "double")
        for name in ("sqrt", "floor", "fabs")
    ]
    declared += [
        f"declare <{lanes} x {kind}> @llvm.fma.v{lanes}f{8 * BYTES[kind]}({', '.join([f'<{lanes} x {kind}>'] * 3)})"
        for kind in ("float", "double")
    ]
    declared.append(f"declare i64 @llvm.vector.reduce.smax.v{lanes}i64(<{lanes} x i64>)")
    width = lanes * 64
    attributes = (
        f'attributes #0 = {{ nounwind alignstack=64 "min-legal-vector-width"="{width}" "prefer-vector-width"="512" }}'
    )
    return "\n".join((text, *declared, attributes, ""))
