"""Random numbers that belong to a person, as vector code: Philox 4x32-10 and the normal draws made from it."""

from __future__ import annotations

from collections.abc import Sequence

from rewire.machine.code import Code
from rewire.machine.elementary import log, turn

MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10


def _signed(word: int) -> int:
    return word - (1 << 32) if word >= 1 << 31 else word


def philox(code: Code, counter: Sequence[str], key: Sequence[str]) -> tuple[str, str, str, str]:
    """Four random 32-bit words a lane from a counter of four words and a key of two."""
    c0, c1, c2, c3 = counter
    k0, k1 = key

    def product(word: str, factor: int) -> tuple[str, str]:
        wide = code.bits("mul", code.cast("zext", word, "i32", "i64"), code.integer(factor, "i64"), "i64")
        high = code.bits("lshr", wide, code.integer(32, "i64"), "i64")
        return code.cast("trunc", high, "i64", "i32"), code.cast("trunc", wide, "i64", "i32")

    def mix(*words: str) -> str:
        first, second, third = words
        return code.bits("xor", code.bits("xor", first, second, "i32"), third, "i32")

    for _ in range(ROUNDS):
        a_high, a_low = product(c0, MULTIPLIERS[0])
        b_high, b_low = product(c2, MULTIPLIERS[1])
        c0, c1, c2, c3 = mix(b_high, c1, k0), b_low, mix(a_high, c3, k1), a_low
        k0 = code.bits("add", k0, code.integer(_signed(WEYL[0]), "i32"), "i32")
        k1 = code.bits("add", k1, code.integer(_signed(WEYL[1]), "i32"), "i32")
    return c0, c1, c2, c3


def words_of(code: Code, person: str, block: str, stream: str, seed: str) -> tuple[str, str, str, str]:
    """The random words of each lane's person; scalars `i64 person` (of the first lane), `block`, `stream`, `seed`."""
    steps = ", ".join(f"i64 {k}" for k in range(code.lanes))
    people = code.bits("add", code.every_lane(person, "i64"), f"<{steps}>", "i64")
    low = code.cast("trunc", people, "i64", "i32")
    high = code.cast("trunc", code.bits("lshr", people, code.integer(32, "i64"), "i64"), "i64", "i32")
    seed_low = code.once(f"trunc i64 {seed} to i32")
    seed_high = code.once(f"trunc i64 {code.once(f'lshr i64 {seed}, 32')} to i32")
    block_word, stream_word = (code.once(f"trunc i64 {value} to i32") for value in (block, stream))
    counter = (low, code.every_lane(block_word, "i32"), code.every_lane(stream_word, "i32"), high)
    return philox(code, counter, (code.every_lane(seed_low, "i32"), code.every_lane(seed_high, "i32")))


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
