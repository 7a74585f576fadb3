"""Colours are dark enough to read and stay apart for colour-blind readers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rewire.present.theme import KIND_COLOURS, PAPER, PLAN_COLOURS, QUIET, REGION_COLOURS, plan_colour, plan_dash

# Severe deficiency in linear RGB, Machado, Oliveira & Fernandes 2009, table for severity 1.0.
VIEWS = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(colour: str) -> np.ndarray:
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    x = TO_XYZ @ np.clip(light, 0, 1) / np.array([0.95047, 1, 1.08883])
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((float(TO_XYZ[1] @ linear(c)) for c in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("colours", [PLAN_COLOURS, tuple(REGION_COLOURS.values())], ids=["plans", "regions"])
def test_any_two_colours_stay_apart(view: str, colours: tuple[str, ...]) -> None:
    for one, other in itertools.combinations(colours, 2):
        apart = np.linalg.norm(lab(VIEWS[view] @ linear(one)) - lab(VIEWS[view] @ linear(other)))
        assert apart >= 20, (one, other, apart)


def test_lines_and_words_are_readable_on_the_page() -> None:
    for colour in {*PLAN_COLOURS, *REGION_COLOURS.values(), *KIND_COLOURS.values()}:
        assert contrast(colour, PAPER) >= 3.4, colour
    assert contrast(QUIET, PAPER) >= 4.5
    assert min(contrast(colour, PAPER) for colour in PLAN_COLOURS[:3]) >= 4.5


def test_a_seventh_plan_starts_again_with_dashes() -> None:
    assert plan_colour(6) == plan_colour(0)
    assert plan_dash(6) != plan_dash(0)
