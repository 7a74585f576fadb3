"""Pictures, tables and files of an imaging study, made from a small real one."""

import csv
import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest

import rewire as rw
from rewire.errors import RewireError, StudyError
from rewire.present.drawing import Drawing, mixed
from rewire.present.figures.brain import FALL, MIDDLE, RISE, colour_of, outline
from rewire.present.imaging import ENDINGS, check_imaging_target

SVG = "{http://www.w3.org/2000/svg}"
ONE = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
NOTES = ("one person", "synthetic", "Abdallah 2017", "Kraus 2020", "Holmes 2022", "Kopelman 2023")


@pytest.fixture(scope="module")
def result():
    return rw.imaging(ONE, rw.people("TRD", 12, seed=7), ["baseline", "40 min", "24 h"])


def parsed(drawing):
    return ElementTree.fromstring(drawing.to_svg())


def words_of(tree):
    return " ".join(" ".join(node.itertext()) for node in tree.iter(f"{SVG}text"))


def test_the_brain_shows_every_region_in_three_views_at_every_later_visit(result):
    tree = parsed(result.plot("brain"))
    assert len(list(tree.iter(f"{SVG}circle"))) == 84 * 3 * 2
    told = words_of(tree)
    for words in (
        "from above",
        "from the right",
        "from the front",
        "40 min (under the drug)",
        "24 h",
        "nobody's brain",
    ):
        assert words in told


def test_dots_are_orange_for_a_rise_and_blue_for_a_fall():
    assert colour_of(0.2, 0.2) == RISE
    assert colour_of(-0.2, 0.2) == FALL
    assert colour_of(0.0, 0.2) == MIDDLE
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"


def test_the_outline_holds_every_region_and_has_no_corner(result):
    """Convex, with no cusp: neighbouring pieces of the line never turn back."""
    for axes in ((0, 1), (1, 2), (0, 2)):
        points = np.asarray(result.network.centroids)[:, axes]
        line = outline(points, 6.0)
        steps = np.roll(line, -1, axis=0) - line
        ahead = np.roll(steps, -1, axis=0)
        turns = steps[:, 0] * ahead[:, 1] - steps[:, 1] * ahead[:, 0]
        assert (turns > 0).all()
        for start, step in zip(line, steps, strict=True):
            inside = step[0] * (points[:, 1] - start[1]) - step[1] * (points[:, 0] - start[0])
            assert (inside > 0).all()


def test_a_network_without_places_has_no_brain_but_a_page(result):
    network = replace(result.network, centroids=None)
    plain = rw.imaging(ONE, rw.people("TRD", 3), ["baseline", "24 h"], network)
    with pytest.raises(StudyError, match="where its regions lie"):
        plain.plot("brain")
    assert "What is not known" in words_of(parsed(plain.plot()))


def test_the_page_holds_all_pictures_and_what_is_not_known(result):
    page = result.plot()
    tree = parsed(page)
    told = words_of(tree)
    for words in (*NOTES, "What is not known", "Cohen's d", "MADRS", "default mode", "not a medical device"):
        assert words in told, words
    names = [node.get("id") for node in tree.iter() if node.get("id")]
    assert len(names) == len(set(names))
    for node in tree.iter(f"{SVG}svg"):
        if node.get("x"):
            assert float(node.get("x")) + float(node.get("width")) <= page.width + 1
            assert float(node.get("y")) + float(node.get("height")) <= page.height


@pytest.mark.parametrize("name", ["matrix", "courses", "effects", "SV2A prefrontal", "MADRS"])
def test_charts_say_what_they_are_of(result, name):
    spec = result.plot(name).to_dict(validate=False)
    assert "not a medical device" in json.dumps(spec)
    assert "12 people with TRD" in json.dumps(spec)


def test_the_matrix_has_every_pair_of_systems(result):
    spec = result.plot("matrix").to_dict(validate=False)
    cells = [rows for rows in spec["datasets"].values() if len(rows) == 81]
    assert len(cells) == 3
    one = next(row for row in cells[0] if (row["row"], row["column"]) == ("salience", "limbic"))
    systems = list(result.maps.systems)
    blocks = result.maps.blocks.mean(axis=0)
    assert one["value"] == pytest.approx(blocks[0, systems.index("salience"), systems.index("limbic")], rel=1e-4)


def test_unknown_pictures_are_refused(result):
    with pytest.raises(StudyError, match="did you mean 'brain'"):
        result.plot("brian")


def test_a_study_of_one_visit_can_be_drawn():
    single = rw.imaging(ONE, rw.people("TRD", 3), ["baseline"])
    assert "Connectivity of each region at baseline" in words_of(parsed(single.plot("brain")))
    assert len(single.plot().to_svg()) > 1000
    with pytest.raises(StudyError, match="no change"):
        single.plot("effects")


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf", ".html"])
@pytest.mark.parametrize("name", ["brain", "courses"])
def test_pictures_are_saved(result, tmp_path, ending, name):
    path = result.save(tmp_path / f"picture{ending}", name)
    start = path.read_bytes()[:200].lower()
    assert {".png": b"\x89png", ".svg": b"<svg", ".pdf": b"%pdf", ".html": b"<!doctype html"}[ending] in start
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_maps_are_saved_as_arrays(result, tmp_path):
    with np.load(result.save(tmp_path / "fc.npz"), allow_pickle=False) as saved:
        assert saved["global_connectivity"].shape == (12, 3, 84)
        assert saved["matrix"] == pytest.approx(result.maps.matrix)
        assert saved["region"].tolist() == list(result.maps.regions)
        assert saved["visit"].tolist() == ["baseline", "40 min", "24 h"]


def test_rows_are_saved_for_every_person_and_visit(result, tmp_path):
    with result.save(tmp_path / "maps.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12 * 3 * (1 + len(result.readouts) + 3 * 84)
    one = next(row for row in rows if (row["person"], row["visit"], row["place"]) == ("4", "24 h", "efficiency"))
    assert float(one["value"]) == pytest.approx(result.maps.efficiency[4, 2], rel=1e-4)


def test_matrices_are_saved_as_tables_with_their_description(result, tmp_path):
    result.save(tmp_path / "fc_relmat.tsv")
    names = {file.name for file in tmp_path.iterdir()}
    tables = {"fc_relmat.tsv", "fc_ses-baseline_relmat.tsv", "fc_ses-40min_relmat.tsv", "fc_ses-24h_relmat.tsv"}
    assert names == tables | {name.replace(".tsv", ".json") for name in tables} | {"fc_nodeindices.tsv"}
    lines = (tmp_path / "fc_ses-40min_relmat.tsv").read_text().splitlines()
    assert lines[0].split("\t") == list(result.maps.regions)
    table = np.array([[float(cell) for cell in line.split("\t")] for line in lines[1:]])
    assert table == pytest.approx(result.maps.matrix[1], abs=1e-5)


def test_descriptions_of_matrices_have_the_fields_of_the_draft(result, tmp_path):
    """The five fields that the draft of BIDS extension 17 requires, and its columns of a table of nodes."""
    result.save(tmp_path / "fc_relmat.tsv")
    told = json.loads((tmp_path / "fc_ses-40min_relmat.json").read_text())
    required = {"Directed": bool, "RelationshipMeasure": str, "Software": str, "ValidDiagonal": bool, "Weighted": bool}
    assert {name: type(told[name]) for name in required} == required
    assert told["Directed"] is False
    assert told["Simulation"]["Visit"] == "40 min"
    assert "Simulated" in told["Description"]
    with (tmp_path / told["NodeIndicesFile"]).open() as file:
        nodes = list(csv.DictReader(file, delimiter="\t"))
    assert list(nodes[0])[:3] == ["matrix_index", "node_file", "node_index"]
    assert [node["label"] for node in nodes] == list(result.maps.regions)
    assert float(nodes[3]["x"]) == result.network.centroids[3, 0]


def test_json_is_plain_and_complete(result):
    told = json.loads(json.dumps(result.to_json(), allow_nan=False))
    assert {row["readout"] for row in told["effects"]} == {readout.name for readout in result.readouts}
    assert told["visits"][1] == {"name": "40 min", "hours": pytest.approx(2 / 3), "under_the_drug": True}
    assert "normal approximation" in told["power_note"]
    assert told["readouts"]["SV2A prefrontal"]["not_known"].startswith("Holmes 2022")
    volume = next(row for row in told["effects"] if row["readout"] == "volume amygdala")
    assert volume["correlation"] is None
    assert volume["people_needed"] is None


def test_labelled_arrays(result):
    pytest.importorskip("xarray")
    data = result.to_xarray()
    assert data["global_connectivity"].dims == ("person", "visit", "region")
    seen = float(data["synapses"].sel(person=2, visit="24 h", synaptic_region="hippocampus"))
    assert seen == pytest.approx(result.maps.synapses[2, 2, 1])


def test_the_table_has_every_readout_at_every_later_visit(result):
    told = result.table()
    for readout in result.readouts:
        assert told.count(f"\n{readout.name} ") == 2
    assert max(map(len, told.splitlines())) <= 120


@pytest.mark.parametrize("name", ["a.gif", "a.tsv", "nowhere/a.png", "relmat"])
def test_targets_that_will_not_do_are_refused(tmp_path, name):
    with pytest.raises(RewireError):
        check_imaging_target(tmp_path / name)
    assert all(check_imaging_target(tmp_path / f"a{ending}") for ending in ENDINGS)


def test_words_in_drawings_are_escaped(tmp_path):
    drawn = Drawing(100, 50, title='a < b & "c"')
    drawn.words('a < b & "c"', 1, 10)
    assert words_of(parsed(drawn)) == 'a < b & "c"'
    with pytest.raises(RewireError, match=r"\.gif"):
        drawn.save(tmp_path / "a.gif")
    with pytest.raises(RewireError, match="does not exist"):
        drawn.save(tmp_path / "nowhere" / "a.svg")
