"""Saved figures are whole files of the kind their suffix says."""

from __future__ import annotations

import json
import struct
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from rewire.errors import RewireError
from rewire.present import plot_scores, save
from rewire.studies.result import Comparison


def test_png_has_twice_the_drawn_size(comparison: Comparison, tmp_path: Path) -> None:
    content = save(plot_scores(comparison), tmp_path / "scores.png").read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n") and content.rstrip(b"\x00").endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", content[16:24])
    assert 1600 < width < 2600 and 800 < height < 1600


def test_svg_is_xml_with_the_words(comparison: Comparison, tmp_path: Path) -> None:
    path = save(plot_scores(comparison), tmp_path / "scores.svg")
    root = ElementTree.parse(path).getroot()
    assert root.tag.endswith("svg")
    text = "".join(root.itertext())
    assert "with therapy" in text and "not a medical device" in text


def test_pdf_and_json(comparison: Comparison, tmp_path: Path) -> None:
    chart = plot_scores(comparison)
    assert save(chart, tmp_path / "scores.pdf").read_bytes().startswith(b"%PDF")
    assert json.loads(save(chart, tmp_path / "scores.json").read_text(encoding="utf-8")) == chart.to_dict()


def test_html_needs_no_network(comparison: Comparison, tmp_path: Path) -> None:
    page = save(plot_scores(comparison), tmp_path / "scores.html").read_text(encoding="utf-8")
    assert "<script src=" not in page and "vega" in page


def test_unknown_suffix_is_explained(comparison: Comparison, tmp_path: Path) -> None:
    with pytest.raises(RewireError, match=r"ends in \.png, \.svg"):
        save(plot_scores(comparison), tmp_path / "scores.gif")
    with pytest.raises(RewireError, match="does not exist"):
        save(plot_scores(comparison), tmp_path / "nowhere" / "scores.png")
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_nothing_behind(comparison: Comparison, tmp_path: Path) -> None:
    (tmp_path / "scores.json").mkdir()
    with pytest.raises(RewireError, match="cannot write"):
        save(plot_scores(comparison), tmp_path / "scores.json")
    assert [path.name for path in tmp_path.iterdir()] == ["scores.json"]
