"""Random numbers that belong to a person, as vector code: Philox 4x32-10 and the normal draws made from it."""

from __future__ import annotations

from collections.abc import Sequence

from rewire.machine.code import Code
from rewire.machine.elementary import log, turn

MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10


WORD = 0xFFFFFFFF


def philox(code: Code, counter: Sequence[str], key: Sequence[str]) -> list[str]:
    """Four random 32-bit words a lane from a counter of four words and a key of two.

    Words stand in 64 bits each and only their lower halves count: one instruction then multiplies two of them in full.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key

    def product(word: str, factor: int) -> str:
        return code.bits(
            "mul", code.bits("and", word, code.integer(WORD, "i64"), "i64"), code.integer(factor, "i64"), "i64"
        )

    def upper(product: str) -> str:
        return code.bits("lshr", product, code.integer(32, "i64"), "i64")

    def mix(*words: str) -> str:
        first, second, third = words
        return code.bits("xor", code.bits("xor", first, second, "i64"), third, "i64")

    for _ in range(ROUNDS):
        a, b = product(c0, MULTIPLIERS[0]), product(c2, MULTIPLIERS[1])
        c0, c1, c2, c3 = mix(upper(b), c1, k0), b, mix(upper(a), c3, k1), a
        k0 = code.bits("add", k0, code.integer(WEYL[0], "i64"), "i64")
        k1 = code.bits("add", k1, code.integer(WEYL[1], "i64"), "i64")
    return [code.cast("trunc", word, "i64", "i32") for word in (c0, c1, c2, c3)]


def words_of(code: Code, person: str, block: str, stream: str, seed: str) -> list[str]:
    """The random words of each lane's person; scalars `i64 person` (of the first lane), `block`, `stream`, `seed`."""
    steps = ", ".join(f"i64 {k}" for k in range(code.lanes))
    people = code.bits("add", code.every_lane(person, "i64"), f"<{steps}>", "i64")
    upper_half = code.once(f"lshr i64 {seed}, 32")
    higher = code.bits("lshr", people, code.integer(32, "i64"), "i64")
    counter = (people, code.every_lane(block, "i64"), code.every_lane(stream, "i64"), higher)
    return philox(code, counter, (code.every_lane(seed, "i64"), code.every_lane(upper_half, "i64")))


def uniform(code: Code, word: str, bits: int, middle: bool) -> str:
    """A word's upper `bits` as a number from 0 to 1; with `middle`, in the middle of its place, so never 0."""
    if bits < 32:
        word = code.bits("lshr", word, code.integer(32 - bits, "i32"), "i32")
    number = code.cast("uitofp", word, "i32", code.kind)
    if middle:
        number = code.add(number, code.number(0.5))
    return code.multiply(number, code.number(2.0**-bits))


def normal_pair(code: Code, a: str, b: str, bits: int) -> tuple[str, str]:
    """Two standard normals from two words (Box & Muller 1958): by cosine and by sine."""
    size = code.multiply(log(code, uniform(code, a, bits, middle=True)), code.number(-2.0))
    radius = code.intrinsic("sqrt", size)
    sine, cosine = turn(code, uniform(code, b, bits, middle=False))
    return code.multiply(radius, cosine), code.multiply(radius, sine)
