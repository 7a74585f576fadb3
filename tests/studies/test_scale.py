from __future__ import annotations

import json
import multiprocessing
import os
import signal
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from rewire.errors import StudyError
from rewire.plans import Plan
from rewire.population import people
from rewire.studies import scale
from rewire.studies.parts import COMPLETE, STUDY, Place
from rewire.studies.scale import Study, block_of, keep_people, run_block

PLANS = {
    "ketamine": Plan("ketamine 0.5 mg/kg IV over 40 min, days 1, 4"),
    "with sertraline": Plan("ketamine 0.5 mg/kg IV over 40 min, day 1", "sertraline 100 mg oral, daily"),
}
WHO = people("TRD", 300, seed=7, MADRS=(32.0, 5.0))


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(scale, "BLOCK", 64)


def parts(path):
    return {file.name: file.read_bytes() for file in path.iterdir() if file.name.startswith("part-")}


def keep(path, **options):
    return keep_people(PLANS, WHO, 2, str(path), **options)


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """The parts as one thread makes them, one after another."""
    folder = tmp_path_factory.mktemp("right") / "kept.parquet"
    before, scale.BLOCK = scale.BLOCK, 64
    try:
        with ThreadPoolExecutor(1) as pool:
            keep(folder, executor=pool)
    finally:
        scale.BLOCK = before
    return parts(folder)


class Backwards(Executor):
    """Runs what it is given only when asked for the result, the last first."""

    def __init__(self):
        self.given = []

    def submit(self, function, /, *arguments, **more):
        future = Future()
        self.given.append((future, function, arguments, more))
        if len(self.given) == 5:
            for waiting, does, things, others in reversed(self.given):
                waiting.set_result(does(*things, **others))
            self.given = []
        return future


def test_every_person_has_every_day_of_every_plan_once(right):
    import io

    import pyarrow.parquet as pq

    tables = [pq.read_table(io.BytesIO(content)).to_pydict() for _, content in sorted(right.items())]
    rows = [row for table in tables for row in zip(table["plan"], table["person"], table["hours"], strict=True)]
    assert len(rows) == len(set(rows)) == len(PLANS) * WHO.n * 15
    assert {row[1] for row in rows} == set(range(WHO.n))


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_change_no_bit(tmp_path, right, threads):
    with ThreadPoolExecutor(threads) as pool:
        keep(tmp_path / "kept.parquet", executor=pool)
    assert parts(tmp_path / "kept.parquet") == right


def test_the_order_of_work_changes_no_bit(tmp_path, right):
    keep(tmp_path / "kept.parquet", executor=Backwards())
    assert parts(tmp_path / "kept.parquet") == right


def test_the_size_of_blocks_changes_no_score():
    study = Study.of(PLANS, WHO, 2)
    small = [run_block(study, number) for number in range(5)]
    whole = run_block(replace(study, block=300), 0)
    for arm, scores in whole.items():
        for name, values in scores.items():
            assert np.array_equal(values, np.concatenate([block[arm][name] for block in small], axis=1))


def test_a_killed_run_goes_on_from_its_finished_parts(tmp_path, right):
    def stop(done, total):
        if done >= 128:
            raise KeyboardInterrupt

    with ThreadPoolExecutor(1) as pool, pytest.raises(KeyboardInterrupt):
        keep(tmp_path / "kept.parquet", executor=pool, progress=stop)
    finished = parts(tmp_path / "kept.parquet")
    assert len(finished) >= 2
    times = {name: (tmp_path / "kept.parquet" / name).stat().st_mtime_ns for name in finished}
    with ThreadPoolExecutor(1) as pool:
        said = keep(tmp_path / "kept.parquet", executor=pool)
    assert said["resumed"] >= 128
    assert parts(tmp_path / "kept.parquet") == right
    assert all((tmp_path / "kept.parquet" / name).stat().st_mtime_ns == when for name, when in times.items())


def test_nothing_half_written_counts_as_a_part(tmp_path, right):
    folder = tmp_path / "kept.parquet"
    with ThreadPoolExecutor(1) as pool:
        keep(folder, executor=pool)
    (folder / "part-0000002.parquet").unlink()
    (folder / ".part-0000002.parquet.killed").write_bytes(b"half")
    with ThreadPoolExecutor(1) as pool:
        assert keep(folder, executor=pool)["resumed"] == WHO.n - 64
    assert parts(folder) == right


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_time_only(tmp_path):
    who, killed = people("TRD", 2000, seed=7), []

    def kill_one(done, total):
        if not killed:
            victim = multiprocessing.active_children()[0]
            killed.append(victim.pid)
            os.kill(victim.pid, signal.SIGKILL)

    plans = {"ketamine": PLANS["ketamine"]}
    keep_people(plans, who, 2, str(tmp_path / "killed.parquet"), workers=2, processes=True, progress=kill_one)
    assert killed
    with ThreadPoolExecutor(1) as pool:
        keep_people(plans, who, 2, str(tmp_path / "whole.parquet"), executor=pool)
    assert parts(tmp_path / "killed.parquet") == parts(tmp_path / "whole.parquet")


def test_a_folder_of_another_study_is_refused(tmp_path):
    with ThreadPoolExecutor(1) as pool:
        keep(tmp_path / "kept.parquet", executor=pool)
        with pytest.raises(StudyError, match="holds another study"):
            keep_people(PLANS, people("TRD", 300, seed=8), 2, str(tmp_path / "kept.parquet"), executor=pool)
        (tmp_path / "other.parquet").mkdir()
        (tmp_path / "other.parquet" / "letter.txt").write_text("mine")
        with pytest.raises(StudyError, match="something else"):
            keep(tmp_path / "other.parquet", executor=pool)
    assert json.loads((tmp_path / "kept.parquet" / STUDY).read_text())["people"]["n"] == 300


def test_unknown_endings_and_no_plans_are_refused(tmp_path):
    with pytest.raises(StudyError, match=r"path that ends in \.parquet or \.zarr"):
        keep(tmp_path / "kept.xlsx")
    with pytest.raises(StudyError, match="no plan"):
        keep_people({}, WHO, 2, str(tmp_path / "kept.parquet"))
    with pytest.raises(StudyError, match="0 weeks"):
        keep_people(PLANS, WHO, 0, str(tmp_path / "kept.parquet"))


def scores_of(path):
    """Everything in a Zarr folder."""
    zarr = pytest.importorskip("zarr")
    whole = zarr.open_group(path, mode="r")
    return {f"{plan}/{name}": array[:] for plan, group in whole.groups() for name, array in sorted(group.arrays())}


def test_arrays_hold_the_same_scores(tmp_path):
    keep(tmp_path / "kept.zarr", workers=2)
    found, study = scores_of(str(tmp_path / "kept.zarr")), Study.of(PLANS, WHO, 2)
    assert found["ketamine/person"].tolist() == list(range(300))
    assert found["ketamine/hours"].tolist() == study.times
    assert np.array_equal(found["ketamine/MADRS"][64:128], run_block(study, 1)["ketamine"]["MADRS"].T)
    assert block_of(study, 4).n == 300 - 4 * 64


def test_arrays_of_a_killed_run_are_completed(tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    folder = tmp_path / "kept.zarr"
    with pytest.raises(KeyboardInterrupt):
        keep(folder, workers=1, progress=stop)
    # One chunk was being written when the power went.
    (chunk,) = [
        path for path in (folder / "ketamine" / "MADRS").rglob("*") if path.name == "0" and path.parent.name == "0"
    ]
    chunk.write_bytes(chunk.read_bytes()[:10])
    (tmp_path / "kept.zarr.parts" / "part-0000000").unlink()
    assert 0 <= keep(folder)["resumed"] < WHO.n
    keep(tmp_path / "right.zarr", workers=1)
    found, right = scores_of(str(folder)), scores_of(str(tmp_path / "right.zarr"))
    assert found.keys() == right.keys() and all(np.array_equal(found[name], right[name]) for name in right)


def test_arrays_on_a_remote_file_system(tmp_path):
    pytest.importorskip("fsspec", reason="NOT TESTED: remote folders need the extra rewire[cluster]")
    keep("memory://kept.zarr", workers=2)
    keep(tmp_path / "kept.zarr", workers=2)
    found, right = scores_of("memory://kept.zarr"), scores_of(str(tmp_path / "kept.zarr"))
    assert found.keys() == right.keys() and all(np.array_equal(found[name], right[name]) for name in right)


def test_any_file_system_that_fsspec_knows(right):
    pytest.importorskip("fsspec", reason="NOT TESTED: remote folders need the extra rewire[cluster]")
    with ThreadPoolExecutor(2) as pool:
        keep("memory://kept.parquet", executor=pool)
    place = Place("memory://kept.parquet")
    assert {name: place.read(name) for name in place.names() if name.startswith("part-")} == right


def test_the_folder_is_one_data_set_and_says_when_it_is_complete(tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    folder = tmp_path / "kept.parquet"

    def look(done, total):
        assert (folder / COMPLETE).exists() is False

    keep(folder, progress=look)
    assert json.loads((folder / COMPLETE).read_text()) == {"people": 300, "blocks": 5}
    assert pq.read_table(folder).num_rows == len(PLANS) * WHO.n * 15


def test_the_stored_posterior_may_be_left_out(tmp_path, right):
    keep(tmp_path / "kept.parquet", prior=True)
    assert parts(tmp_path / "kept.parquet") != right


def start_cluster():
    distributed = pytest.importorskip("distributed", reason="NOT TESTED: clusters need the extra rewire[cluster]")
    return distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the cluster's own, when a worker dies
@pytest.mark.parametrize("kill", [False, True])
def test_a_cluster_gives_the_same_bits_even_if_a_worker_is_killed(tmp_path, kill):
    who, killed = people("TRD", 600, seed=7), []
    plans = {"ketamine": PLANS["ketamine"]}
    with start_cluster() as cluster:

        def kill_one(done, total):
            if kill and not killed:
                victim = next(iter(cluster.workers.values())).pid
                killed.append(victim)
                os.kill(victim, signal.SIGKILL)

        said = keep_people(
            plans, who, 2, str(tmp_path / "kept.parquet"), cluster=cluster.scheduler_address, progress=kill_one
        )
    assert bool(killed) == kill and said["people"] == 600
    keep_people(plans, who, 2, str(tmp_path / "right.parquet"), workers=1)
    assert parts(tmp_path / "kept.parquet") == parts(tmp_path / "right.parquet")


def test_a_cluster_that_is_not_there(tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="NOT TESTED: clusters need the extra rewire[cluster]")
    monkeypatch.setattr(scale, "PATIENCE", "1s")
    with pytest.raises(StudyError, match="no Dask cluster answers"):
        keep(tmp_path / "kept.parquet", cluster="tcp://127.0.0.1:1")
