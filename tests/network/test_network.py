"""Networks: what they hold, where they come from, and what is refused."""

from __future__ import annotations

import bz2
import csv
import sys
import zipfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest

from rewire.errors import RewireError
from rewire.network import Network, NetworkError, atlas, load_connectivity, wheel

SMALL = np.array([[0, 1, 0.5], [1, 0, 0.2], [0.5, 0.2, 0]])


def write(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_synthetic_is_deterministic_and_plausible(made):
    again, other = Network.synthetic(0), Network.synthetic(1)
    assert np.array_equal(made.weights, again.weights)
    assert not np.array_equal(made.weights, other.weights)
    assert made.regions == 84 and len(set(made.labels)) == 84
    assert np.array_equal(made.weights, made.weights.T)
    half = made.regions // 2
    assert made.labels[:half] == tuple("L" + label[1:] for label in made.labels[half:])
    within = np.log(made.weights[:half, :half][np.triu_indices(half, 1)])
    between = np.log(made.weights[:half, half:]).ravel()
    assert within.mean() > between.mean() + 1
    distance = np.linalg.norm(made.centroids[:, None] - made.centroids[None], axis=-1)
    pairs = np.triu_indices(half, 1)
    assert np.corrcoef(distance[pairs], np.log(made.weights[pairs]))[0, 1] < -0.5


def test_synthetic_values_are_fixed(made):
    assert made.weights[0, 1] == pytest.approx(0.00251534010, rel=1e-6)
    assert made.weights.max() == 1.0


def test_arrays_cannot_be_changed(made):
    with pytest.raises(ValueError, match="read-only"):
        made.weights[0, 0] = 1.0


def test_the_atlas_is_whole():
    assert len(atlas.codes()) == 42 and atlas.centroids().shape == (84, 3)
    systems = atlas.systems_of(atlas.labels())
    assert len(systems) == 84 and {"default mode", "salience", "executive", "limbic", "visual"} <= set(systems)
    assert (atlas.centroids()[:42, 0] < 0).all() and (atlas.centroids()[42:, 0] > 0).all()
    assert set(atlas.SYNAPTIC_REGIONS) <= set(atlas.places())


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("L.HI", "L.HI"),
        ("Left-Hippocampus", "L.HI"),
        ("Lhippo", "L.HI"),
        ("ctx-lh-insula", "L.IN"),
        ("R_insula", "R.IN"),
        ("rh_bankssts", "R.BSTS"),
        ("Right-Thalamus-Proper", "R.TH"),
        ("Left-Accumbens-area", "L.AC"),
        ("R.CER", "R.CER"),
    ],
)
def test_labels_of_the_atlas_are_recognised(written, label):
    assert atlas.recognise([written]) == (label,)


@pytest.mark.parametrize("written", ["insula", "L.XX", "region 7", ""])
def test_other_labels_are_not(written):
    assert atlas.recognise([written]) is None


def test_find_places(made):
    assert len(made.find("prefrontal")) == 22
    assert [made.labels[i] for i in made.find("hippocampus")] == ["L.HI", "R.HI"]
    assert made.find("L.HI") == made.find("hippocampus")[:1]
    assert set(made.find("posterior default mode")) < set(made.find("default mode"))


def test_own_systems_and_groups():
    net = Network.create(SMALL, ["a", "b", "c"], systems=["x", "x", "y"], groups={"pair": ["a", "c"]})
    assert net.find("x") == (0, 1) and net.find("pair") == (0, 2)
    with pytest.raises(NetworkError, match="2 systems for 3"):
        Network.create(SMALL, ["a", "b", "c"], systems=["x", "y"])
    with pytest.raises(NetworkError, match="names 'd'"):
        Network.create(SMALL, ["a", "b", "c"], groups={"pair": ["a", "d"]})
    with pytest.raises(NetworkError, match="centroids"):
        Network.create(SMALL, ["a", "b", "c"], centroids=np.zeros((2, 3)))


def changed(row, column, value):
    weights = SMALL.copy()
    weights[row, column] = value
    return weights


@pytest.mark.parametrize(
    ("weights", "labels", "message"),
    [
        (SMALL[:2], "abc", "2 x 3"),
        (np.zeros((0, 0)), "", "square table"),
        (np.zeros(3), "abc", "square table"),
        (changed(0, 1, np.nan), "abc", "nan at row 1, column 2"),
        (changed(2, 0, np.inf), "abc", "inf"),
        (changed(1, 0, -0.5), "abc", "from 'a' to 'b' is -0.5"),
        (SMALL, "ab", "2 labels for 3 regions"),
        (SMALL, "aab", "'a' stands twice"),
        (np.diag([1.0, 1.0, 1.0]), "abc", "falls apart"),
        ([["x", "y"], ["z", "w"]], "ab", "not a table of numbers"),
    ],
)
def test_bad_weights_are_refused(weights, labels, message):
    with pytest.raises(NetworkError) as caught:
        Network.create(weights, list(labels))
    assert message in str(caught.value)
    assert isinstance(caught.value, RewireError)


def test_self_connections_are_dropped():
    assert np.diag(Network.create(SMALL + np.eye(3), list("abc")).weights).max() == 0


def test_csv_with_labels_in_the_table(tmp_path):
    path = write(
        tmp_path / "net.csv",
        [
            ["", "L_insula", "R_insula", "Lhippo"],
            *([name, *row] for name, row in zip(["L_insula", "R_insula", "Lhippo"], SMALL, strict=True)),
        ],
    )
    net = Network.from_csv(path)
    assert net.labels == ("L.IN", "R.IN", "L.HI") and net.name == "net"
    assert net.systems == ("salience", "salience", "limbic")
    assert np.array_equal(net.weights, SMALL)


def test_csv_with_files_of_labels_and_lengths(tmp_path):
    weights, lengths = write(tmp_path / "w.csv", SMALL), write(tmp_path / "l.csv", 100 * SMALL)
    labels = write(tmp_path / "labels.csv", [["a", "b", "c"]])
    net = Network.from_csv(weights, labels, lengths)
    assert net.labels == ("a", "b", "c") and net.systems is None
    assert np.array_equal(net.lengths, 100 * SMALL)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("0,1\n1,0\n", "no labels"),
        (",a,b\na,0,1\nc,1,0\n", "differ"),
        (",a,b\na,0,x\nb,1,0\n", "'x' is not a number"),
        (",a,b\na,0,1\nb,1\n", "has 1 numbers"),
        (",a,b\na,0,nan\nb,1,0\n", "nan"),
    ],
)
def test_bad_csv_is_refused(tmp_path, text, message):
    path = tmp_path / "net.csv"
    path.write_text(text)
    with pytest.raises(NetworkError) as caught:
        Network.from_csv(path)
    assert message in str(caught.value)


def test_missing_and_binary_files_are_refused(tmp_path):
    with pytest.raises(NetworkError, match="cannot be read"):
        Network.from_csv(tmp_path / "nothing.csv")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(NetworkError, match="not a text file"):
        Network.from_csv(tmp_path / "b.csv")


def tvb_zip(path, parts, pack=False):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(
                f"connectivity/{name}.txt" + (".bz2" if pack else ""), bz2.compress(text.encode()) if pack else text
            )
    return path


def rows(table):
    return "\n".join(" ".join(str(number) for number in row) for row in table)


PARTS = {
    "weights": rows(SMALL),
    "tract_lengths": rows(100 * SMALL),
    "centres": "lh_insula -36 1 0\nrh_insula 35 3 -3\nLhippo -25 -22 -14\n",
}


@pytest.mark.parametrize("pack", [False, True])
def test_tvb_zip(tmp_path, pack):
    net = Network.from_tvb_zip(tvb_zip(tmp_path / "connectivity_3.zip", PARTS, pack))
    assert net.labels == ("L.IN", "R.IN", "L.HI") and net.name == "connectivity_3"
    assert np.array_equal(net.weights, SMALL) and np.array_equal(net.lengths, 100 * SMALL)
    assert net.centroids[2].tolist() == [-25, -22, -14]


def test_bad_zips_are_refused(tmp_path):
    whole = tvb_zip(tmp_path / "a.zip", PARTS).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "empty.zip").write_bytes(b"")
    damaged = bytearray(whole)
    damaged[60:70] = b"##########"
    (tmp_path / "damaged.zip").write_bytes(bytes(damaged))
    for name in ("cut.zip", "empty.zip", "damaged.zip"):
        with pytest.raises(NetworkError):
            Network.from_tvb_zip(tmp_path / name)
    with pytest.raises(NetworkError, match="no connectome of The Virtual Brain"):
        Network.from_tvb_zip(tvb_zip(tmp_path / "b.zip", {"weights": PARTS["weights"]}))
    with pytest.raises(NetworkError, match="too short"):
        Network.from_tvb_zip(tvb_zip(tmp_path / "c.zip", PARTS | {"centres": "a 1 2\n"}))
    with pytest.raises(NetworkError, match="2 labels"):
        Network.from_tvb_zip(tvb_zip(tmp_path / "d.zip", PARTS | {"centres": "a 1 2 3\nb 1 2 3\n"}))
    with pytest.raises(NetworkError, match="lengths have 2"):
        Network.from_tvb_zip(tvb_zip(tmp_path / "e.zip", PARTS | {"tract_lengths": "0 1\n1 0\n"}))


def test_enigma(tmp_path):
    write(tmp_path / "strucMatrix_with_sctx.csv", SMALL)
    write(tmp_path / "strucLabels_with_sctx.csv", [["L_insula", "R_insula", "Lhippo"]])
    net = Network.from_enigma(tmp_path)
    assert net.labels == ("L.IN", "R.IN", "L.HI") and net.weights == pytest.approx(np.exp(SMALL) - 1)
    write(tmp_path / "strucMatrix_with_sctx.csv", 1000 * SMALL)
    with pytest.raises(NetworkError, match="logarithms"):
        Network.from_enigma(tmp_path)
    with pytest.raises(NetworkError, match="cannot be read"):
        Network.from_enigma(tmp_path / "nowhere")


def test_unknown_networks_are_refused():
    with pytest.raises(NetworkError, match="did you mean 'dk84'"):
        Network.load("dk85")


def test_a_missing_package_says_how_to_get_it(monkeypatch):
    def absent(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(wheel, "files", absent)
    with pytest.raises(NetworkError) as caught:
        Network.load("dk84")
    assert 'pip install "rewire[connectome]"' in str(caught.value)


def test_a_damaged_package_is_refused(monkeypatch, tmp_path):
    class File:
        def as_posix(self):
            return wheel.STRUCTURE["dk84"]

        def locate(self):
            return tmp_path / "data.npz"

    monkeypatch.setattr(wheel, "files", lambda name: [File()])
    with pytest.raises(NetworkError, match="holds no"):
        Network.load("dk84")
    (tmp_path / "data.npz").write_bytes(b"no archive")
    with pytest.raises(NetworkError, match="cannot be read"):
        Network.load("dk84")


def test_dk84(dk84):
    assert "tvboptim" not in sys.modules
    assert dk84.regions == 84 and dk84.labels[0] == "L.BSTS" and dk84.lengths.shape == (84, 84)
    connectivity = load_connectivity("dk84")
    assert connectivity.shape == (84, 84) and np.diag(connectivity).min() == 1


def test_groups_may_be_named_by_labels_as_written():
    labels = [label.replace("L.", "left ").replace("R.", "right ") for label in Network.synthetic(0).labels]
    network = Network.create(Network.synthetic(0).weights, labels, groups={"deep": ["left HI", "R.HI"]})
    assert [network.labels[i] for i in network.find("deep")] == ["L.HI", "R.HI"]


def test_the_guide_shows_where_the_synaptic_regions_lie():
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "imaging.md").read_text()
    for region in atlas.SYNAPTIC_REGIONS:
        members = next(line.split("|")[2].split(",") for line in guide.splitlines() if line.startswith(f"| {region} |"))
        shown = atlas.recognise([f"L_{name.strip()}" for name in members])
        assert shown is not None and {label[2:] for label in shown} == set(atlas.places()[region])
