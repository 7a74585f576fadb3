"""The exact step of a linear block: its matrix exponential by uniformisation, scaling and squaring, lane by lane.

With the fastest loss taken out every term is positive: nothing cancels, and amounts stay non-negative. All of it is
done in double precision; only the non-zero places of the matrix exist.
"""

from __future__ import annotations

from rewire.engine.layout import Block
from rewire.machine.code import Code
from rewire.machine.elementary import exp

TERMS = 16
"""Terms of the series for a scaled matrix whose fastest loss is at most one half a step."""


def propagator(block: Block, name: str, lanes: int, real: str) -> str:
    """The functions of one block; `@propagator_<name>(rates, hours, scratch, table)` fills the rows of `table`."""
    size = len(block.entries)
    wide = lanes * 8
    return "\n".join(
        (
            _begin(block, name, lanes),
            _product(block, f"term_{name}(ptr %left, ptr %right, ptr %to, double %factor)", lanes, term=True),
            _product(block, f"square_{name}(ptr %left, ptr %right, ptr %to, double %factor)", lanes, term=False),
            _keep(block, name, lanes),
            _finish(block, name, lanes, real),
            f"""define internal void @propagator_{name}(ptr %rates, double %hours, ptr %scratch, ptr %table) #0 {{
  %shifted = getelementptr inbounds i8, ptr %scratch, i64 {2 * wide}
  %result = getelementptr inbounds i8, ptr %scratch, i64 {(2 + size) * wide}
  %spare = getelementptr inbounds i8, ptr %scratch, i64 {(2 + 2 * size) * wide}
  %loss = getelementptr inbounds i8, ptr %scratch, i64 {wide}
  call void @spectrum_{name}(ptr %rates, double %hours, ptr %scratch, ptr %shifted, ptr %result)
  br label %series
series:
  %k = phi i64 [ {TERMS}, %0 ], [ %k.next, %series ]
  %from = phi ptr [ %result, %0 ], [ %to, %series ]
  %to = phi ptr [ %spare, %0 ], [ %from, %series ]
  %k.real = sitofp i64 %k to double
  %factor = fdiv double 1.0, %k.real
  call void @term_{name}(ptr %loss, ptr %shifted, ptr %from, ptr %to, double %factor)
  %k.next = sub i64 %k, 1
  %more = icmp sgt i64 %k.next, 0
  br i1 %more, label %series, label %squarings
squarings:
  %counts = load <{lanes} x i64>, ptr %scratch, align {wide}
  %most = call i64 @llvm.vector.reduce.smax.v{lanes}i64(<{lanes} x i64> %counts)
  br label %squaring
squaring:
  %n = phi i64 [ 0, %squarings ], [ %n.next, %square ]
  %again = icmp slt i64 %n, %most
  br i1 %again, label %square, label %done
square:
  call void @square_{name}(ptr %result, ptr %result, ptr %spare, double 1.0)
  call void @keep_{name}(ptr %scratch, i64 %n, ptr %spare, ptr %result)
  %n.next = add i64 %n, 1
  br label %squaring
done:
  call void @finish_{name}(ptr %result, ptr %table)
  ret void
}}
""",
        )
    )


def _begin(block: Block, name: str, lanes: int) -> str:
    """How often each lane squares, its scaled matrix with the fastest loss taken out, and the identity."""
    code = Code("double", lanes)
    hours = code.every_lane("%hours")
    zero = code.number(0.0)
    fastest = zero
    for place in block.diagonal:
        fastest = code.largest(fastest, code.negative(code.load("%rates", place)))
    total = code.multiply(fastest, hours)
    exponent = code.bits("lshr", code.cast("bitcast", total, "double", "i64"), code.integer(52))
    squarings = code.bits("sub", exponent, code.integer(1023 - 2))
    positive = code.once(f"icmp sgt {code.vector('i64')} {squarings}, zeroinitializer")
    squarings = code.once(
        f"select {code.vector('i1')} {positive}, {code.vector('i64')} {squarings}, {code.vector('i64')} zeroinitializer"
    )
    power = code.bits("shl", code.bits("sub", code.integer(1023), squarings), code.integer(52))
    share = code.cast("bitcast", power, "i64", "double")
    step, scaled = code.multiply(hours, share), code.multiply(total, share)
    code.lines.append(f"store {code.vector('i64')} {squarings}, ptr %scratch, align {8 * lanes}")
    loss = exp(code, code.negative(scaled))
    code.store("%scratch", 1, loss)
    for place in range(len(block.entries)):
        shifted = code.multiply(code.load("%rates", place), step)
        code.store("%shifted", place, code.add(shifted, scaled) if place in block.diagonal else shifted)
        code.store("%result", place, loss if place in block.diagonal else zero)
    return code.function(f"spectrum_{name}(ptr %rates, double %hours, ptr %scratch, ptr %shifted, ptr %result)")


def _product(block: Block, signature: str, lanes: int, term: bool) -> str:
    """Left . right, and for a term of the series times a factor plus the identity (times the loss)."""
    code = Code("double", lanes)
    factor = code.every_lane("%factor")
    for place in range(len(block.entries)):
        code.forget_rows()
        value = ""
        for _, left, right in (triple for triple in block.triples if triple[0] == place):
            part = code.multiply(code.load("%left", left), code.load("%right", right))
            value = code.add(value, part) if value else part
        if term:
            value = code.multiply(value, factor)
            if place in block.diagonal:
                value = code.add(value, code.load("%loss", 0))
        code.store("%to", place, value)
    return code.function(signature if not term else signature.replace("ptr %left", "ptr %loss, ptr %left"))


def _keep(block: Block, name: str, lanes: int) -> str:
    """Takes over a squared matrix in the lanes that have squarings left."""
    code = Code("double", lanes)
    counts = code.once(f"load {code.vector('i64')}, ptr %counts, align {8 * lanes}")
    left = code.once(f"icmp slt {code.vector('i64')} {code.every_lane('%n', 'i64')}, {counts}")
    for place in range(len(block.entries)):
        code.store("%to", place, code.choose(left, code.load("%squared", place), code.load("%to", place)))
    return code.function(f"keep_{name}(ptr %counts, i64 %n, ptr %squared, ptr %to)")


def _finish(block: Block, name: str, lanes: int, real: str) -> str:
    """The propagator in the precision of the run."""
    code = Code("double", lanes)
    out = code.as_kind(real)
    for place in range(len(block.entries)):
        value = code.load("%result", place)
        out.store("%table", place, value if real == "double" else code.cast("fptrunc", value, "double", real))
    return code.function(f"finish_{name}(ptr %result, ptr %table)")
