from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from rewire.core.random import normals, philox, stream

ONES = 0xFFFFFFFF
KNOWN = (
    # counter, key and result of Philox 4x32-10: the known-answer vectors published with Random123
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_philox_gives_the_published_words(counter, key, words):
    assert tuple(int(word) for word in philox(*map(np.uint64, (*counter, *key)))) == words


def test_normals_have_the_moments_of_a_normal():
    draws = normals(11, 0, 200_000, "test.normal")[:, 0]
    assert abs(draws.mean()) < 4 / np.sqrt(draws.size)
    assert abs(draws.std() - 1) < 4 / np.sqrt(2 * draws.size)
    assert stats.kstest(draws, "norm").pvalue > 1e-3


def test_a_draw_belongs_to_its_person_whatever_the_batch():
    whole = normals(3, 0, 1000, "trait", range(5))
    assert np.array_equal(normals(3, 990, 10, "trait", range(5)), whole[990:])
    assert np.array_equal(normals(3, 17, 1, "trait", (4, 2)), whole[17:18, [4, 2]])


def test_persons_beyond_32_bits_are_other_persons():
    assert normals(1, 2**32 + 5, 1, "x")[0, 0] != normals(1, 5, 1, "x")[0, 0]


@pytest.mark.parametrize("other", [(4, 0, "a", 0), (3 + 2**32, 0, "a", 0), (3, 0, "b", 0), (3, 0, "a", 1)])
def test_another_seed_quantity_or_block_is_independent(other):
    seed, first, quantity, block = other
    one = normals(3, 0, 20_000, "a")[:, 0]
    two = normals(seed, first, 20_000, quantity, (block,))[:, 0]
    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(one.size)


def test_neighbours_are_independent():
    draws = normals(3, 0, 50_000, "a", (0, 1))
    assert abs(np.corrcoef(draws[:-1, 0], draws[1:, 0])[0, 1]) < 4 / np.sqrt(len(draws))
    assert abs(np.corrcoef(draws[:, 0], draws[:, 1])[0, 1]) < 4 / np.sqrt(len(draws))


def test_no_two_quantities_of_the_model_share_a_stream(standard):
    names = [*(f"parameter.{quantity.name}" for quantity in standard.parameters), *standard.quantities]
    assert len({stream(name) for name in names}) == len(names)
