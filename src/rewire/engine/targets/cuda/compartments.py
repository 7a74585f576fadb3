"""Linear blocks on a graphics processor: which compartments a plan reaches, their exact steps, and how these are taken.

A step's matrix is worked out column by column, by uniformisation: a column fits into the registers of a thread. A step
twice as long as another is the other twice. Columns that no input of the plan reaches are neither worked out nor read,
and a block that holds next to nothing is emptied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from rewire.core.symbols import Expression
from rewire.core.system import Compartments, System
from rewire.engine.layout import Layout

NOTHING = {"float32": 1e-10, "float64": 1e-16}
"""A block that holds less than this in all is emptied (its amounts are in milligrams or doses)."""
LONGEST = 60.0
"""The largest mean number of events of one series; longer steps take several, or its first term would vanish."""
TERMS = {"float32": (5.0, 6), "float64": (9.0, 12)}
"""Terms of the series beyond its mean number of events: so many times its root, and so many more."""

Lines = Callable[[Mapping[str, Expression]], Iterable[str]]


def table_rows(layout: Layout) -> int:
    """Rows of the table for one step size: all matrices, column by column."""
    return _first(layout, len(layout.blocks))


def _first(layout: Layout, block: int) -> int:
    """The first row of a block's matrix."""
    before = layout.blocks[:block]
    return sum(len(other.states) * (len(other.states) + len(other.levels)) for other in before)


def reached(system: System, layout: Layout) -> dict[str, tuple[tuple[int, ...], ...]]:
    """For every level and every pulse, and for each block: one bit for each column that it reaches."""

    def columns(names: Iterable[str]) -> tuple[int, ...]:
        found = []
        for block in layout.blocks:
            places = [place for place, name in enumerate((*block.states, *block.levels)) if name in names]
            rows = {row for row, column in block.entries if column in places}
            found.append(sum(1 << place for place in {*places, *rows}))
        return tuple(found)

    return {
        "level_columns": tuple(columns({level}) for level in system.levels),
        "pulse_columns": tuple(columns(set(system.jumps.get(pulse, ()))) for pulse in system.pulses),
    }


def propagator_lines(
    block: Compartments, layout: Layout, number: int, precision: str, threads: int, read: Lines
) -> Iterator[str]:
    """The exact step of a block over `hours`, column by column, into the rows of `table`.

    The table holds what a step changes, its matrix less the identity: in single precision the matrix itself would round
    away a slow state's decay. With chance moves of the fastest rate, `now` is what so many moves have changed.
    """
    size, states = len(block.names), len(block.states)
    wide, more = TERMS[precision]
    yield from read({f"rate_{row}_{column}": part for (row, column), part in block.matrix.items()})
    losses = {k: f"-rate_{k}_{k}" for k in range(states) if (k, k) in block.matrix}
    yield "fastest = real(1e-30)"
    for k, loss in losses.items():
        yield f"if columns & {1 << k}:"
        yield f"    fastest = max(fastest, {loss})"
    yield f"parts = int(fastest * hours / real({LONGEST})) + 1"
    yield "mean = fastest * hours / real(parts)"
    yield f"terms = int(mean + real({wide}) * sqrt(mean)) + {more}"
    yield "none = exp(-mean)"
    for row, column in block.matrix:
        yield f"share_{row}_{column} = rate_{row}_{column} / fastest"
        if row == column:
            yield f"stay_{row} = real(1.0) + share_{row}_{column}"
    yield f"for column in range({size}):"
    yield "    if (columns >> column) & 1:"
    for k in range(states):
        yield f"        gone_{k} = real(0.0)"
    yield "        for _ in range(parts):"
    for k in range(size):
        begun = f"real(1.0) if column == {k} else real(0.0)"
        yield f"            from_{k} = gone_{k} + ({begun})" if k < states else f"            from_{k} = {begun}"
    for row in range(states):
        terms = [f"share_{row}_{column} * from_{column}" for at, column in block.matrix if at == row]
        yield f"            push_{row} = {' + '.join(terms) or 'real(0.0)'}"
        yield f"            now_{row} = sum_{row} = real(0.0)"
    yield "            chance = none"
    yield "            for term in range(1, terms):"
    yield "                chance *= mean / real(term)"
    for row in range(states):
        terms = [f"stay_{row} * now_{row}" if (row, row) in block.matrix else f"now_{row}"]
        terms += [f"share_{row}_{column} * now_{column}" for at, column in block.matrix if at == row != column < states]
        yield f"                next_{row} = push_{row} + {' + '.join(terms)}"
    for k in range(states):
        yield f"                sum_{k} += chance * next_{k}"
        yield f"                now_{k} = next_{k}"
    for k in range(states):
        yield f"            gone_{k} += sum_{k}"
    for k in range(states):
        yield f"        table[({_first(layout, number)} + {states} * column + {k}) * {threads}] = gone_{k}"


def doubled_lines(system: System, layout: Layout, number: int, threads: int) -> Iterator[str]:
    """The exact step of a block from that of half its length, behind `source`, column by column."""
    block = layout.blocks[number]
    states = len(block.states)

    def place(k: int) -> str:
        return f"({_first(layout, number)} + {states} * column + {k}) * {threads}"

    yield f"for column in range({states + len(block.levels)}):"
    yield "    if (columns >> column) & 1:"
    for k in range(states):
        yield f"        was_{k} = source[{place(k)}]"
    values = [f"was_{k}" for k in range(states)]
    for line in _product(system, layout, number, threads, "source", values, [f"now_{k}" for k in range(states)]):
        yield f"        {line}"
    for k in range(states):
        yield f"        table[{place(k)}] = was_{k} + now_{k}"


def _product(
    system: System, layout: Layout, number: int, threads: int, table: str, values: list[str], to: list[str]
) -> Iterator[str]:
    """Where `values`, one a column, are after a step, into `to`, one a row.

    What every input of the block reaches is read all at once, for reading takes long. Other columns are read only where
    there is something in them: no more of them has been worked out.
    """
    block = layout.blocks[number]
    always = _always_reached(system, layout, number) & set(range(len(values)))

    def term(row: int, column: int) -> str:
        return f"{table}[{(_first(layout, number) + len(block.states) * column + row) * threads}] * {values[column]}"

    for row in range(len(block.states)):
        terms = [term(row, column) for at, column in block.entries if at == row and column in always]
        yield f"{to[row]} = {' + '.join([*terms, values[row]])}"
    for column, value in enumerate(values):
        if column not in always:
            yield f"if {value} != real(0.0):"
            for row, at in block.entries:
                if at == column and row < len(block.states):
                    yield f"    {to[row]} += {term(row, column)}"


def _always_reached(system: System, layout: Layout, number: int) -> set[int]:
    """The columns of a block that each of its inputs reaches."""
    found = [
        {column for column in range(bits.bit_length()) if bits >> column & 1}
        for columns in reached(system, layout).values()
        for bits in (row[number] for row in columns)
        if bits
    ]
    return set.intersection(*found) if found else set()


def exact_lines(system: System, layout: Layout, precision: str, threads: int) -> Iterator[str]:
    """A step of all active blocks, in two halves: the states in its middle and at its end."""
    shift = layout.starts["linear_middle"] - layout.starts["linear"]
    for b, block in enumerate(layout.blocks):
        names = [*block.states, *block.levels]
        middle, end = ([f"{moment}_{name}" for name in block.states] for moment in ("middle", "end"))
        yield f"if active & {1 << b}:"
        for name in names:
            yield f"    {name} = w[{layout.rows[name]}]"
        for one, other in zip(middle, end, strict=True):
            yield f"    {one} = {other} = real(0.0)"
        yield f"    if {' + '.join(f'abs({name})' for name in names)} > real({NOTHING[precision]}):"
        for values, to in ((names, middle), ([*middle, *block.levels], end)):
            for line in _product(system, layout, b, threads, "table", values, to):
                yield f"        {line}"
        for name, one in zip(block.states, middle, strict=True):
            yield f"    w[{layout.rows[name] + shift}] = {one}"
        for name, other in zip(block.states, end, strict=True):
            yield f"    w[{layout.rows[name]}] = {other}"
