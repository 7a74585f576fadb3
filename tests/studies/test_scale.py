from __future__ import annotations

import json
import multiprocessing
import os
import signal
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
import pytest

from rewire.errors import StudyError
from rewire.plans import Plan
from rewire.population import people
from rewire.studies import scale
from rewire.studies.parts import FORMATS, STUDY, ParquetFormat, Place
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
    folder = tmp_path_factory.mktemp("right") / "kept"
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
        keep(tmp_path / "kept", executor=pool)
    assert parts(tmp_path / "kept") == right


def test_the_order_of_work_changes_no_bit(tmp_path, right):
    keep(tmp_path / "kept", executor=Backwards())
    assert parts(tmp_path / "kept") == right


def test_the_size_of_blocks_changes_no_score(monkeypatch):
    study = Study.of(PLANS, WHO, 2)
    small = [run_block(study, number) for number in range(5)]
    monkeypatch.setattr(scale, "BLOCK", 300)
    whole = run_block(study, 0)
    for arm, scores in whole.items():
        for name, values in scores.items():
            assert np.array_equal(values, np.concatenate([block[arm][name] for block in small], axis=1))


def test_a_killed_run_goes_on_from_its_finished_parts(tmp_path, right):
    def stop(done, total):
        if done >= 128:
            raise KeyboardInterrupt

    with ThreadPoolExecutor(1) as pool, pytest.raises(KeyboardInterrupt):
        keep(tmp_path / "kept", executor=pool, progress=stop)
    finished = parts(tmp_path / "kept")
    assert len(finished) >= 2
    times = {name: (tmp_path / "kept" / name).stat().st_mtime_ns for name in finished}
    with ThreadPoolExecutor(1) as pool:
        said = keep(tmp_path / "kept", executor=pool)
    assert said["resumed"] >= 128
    assert parts(tmp_path / "kept") == right
    assert all((tmp_path / "kept" / name).stat().st_mtime_ns == when for name, when in times.items())


def test_nothing_half_written_counts_as_a_part(tmp_path, right):
    folder = tmp_path / "kept"
    with ThreadPoolExecutor(1) as pool:
        keep(folder, executor=pool)
    (folder / "part-0000002.parquet").unlink()
    (folder / ".part-0000002.parquet.killed").write_bytes(b"half")
    with ThreadPoolExecutor(1) as pool:
        assert keep(folder, executor=pool)["resumed"] == WHO.n - 64
    assert parts(folder) == right


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_time_only(tmp_path, monkeypatch):
    monkeypatch.setattr(scale, "BLOCK", 2048)
    who, killed = people("TRD", 6 * 2048, seed=7), []

    def kill_one(done, total):
        if not killed:
            victim = multiprocessing.active_children()[0]
            killed.append(victim.pid)
            os.kill(victim.pid, signal.SIGKILL)

    plans = {"ketamine": PLANS["ketamine"]}
    keep_people(plans, who, 2, str(tmp_path / "killed"), processes=2, progress=kill_one)
    assert killed
    with ThreadPoolExecutor(1) as pool:
        keep_people(plans, who, 2, str(tmp_path / "whole"), executor=pool)
    assert parts(tmp_path / "killed") == parts(tmp_path / "whole")


def test_a_folder_of_another_study_is_refused(tmp_path):
    with ThreadPoolExecutor(1) as pool:
        keep(tmp_path / "kept", executor=pool)
        with pytest.raises(StudyError, match="holds another study"):
            keep_people(PLANS, people("TRD", 300, seed=8), 2, str(tmp_path / "kept"), executor=pool)
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "letter.txt").write_text("mine")
        with pytest.raises(StudyError, match="something else"):
            keep(tmp_path / "other", executor=pool)
    assert json.loads((tmp_path / "kept" / STUDY).read_text())["people"]["n"] == 300


def test_unknown_kinds_and_no_plans_are_refused(tmp_path):
    with pytest.raises(StudyError, match="unknown kind"):
        keep(tmp_path / "kept", kind="xlsx")
    with pytest.raises(StudyError, match="no plan"):
        keep_people({}, WHO, 2, str(tmp_path / "kept"))
    with pytest.raises(StudyError, match="0 weeks"):
        keep_people(PLANS, WHO, 0, str(tmp_path / "kept"))


def test_arrays_hold_the_same_scores(tmp_path):
    with ThreadPoolExecutor(1) as pool:
        keep(tmp_path / "kept", executor=pool, kind="npz")
    study = Study.of(PLANS, WHO, 2)
    with np.load(tmp_path / "kept" / "part-0000001.npz") as kept:
        assert kept["person"].tolist() == list(range(64, 128))
        assert np.array_equal(kept["ketamine/MADRS"], run_block(study, 1)["ketamine"]["MADRS"].T)
    assert set(FORMATS) == {"parquet", "npz"} and isinstance(FORMATS["parquet"], ParquetFormat)
    assert block_of(study, 4).n == 300 - 4 * 64


def test_any_file_system_that_fsspec_knows(right):
    pytest.importorskip("fsspec", reason="NOT TESTED: remote folders need the extra rewire[cluster]")
    with ThreadPoolExecutor(2) as pool:
        keep("memory://kept-people", executor=pool)
    place = Place("memory://kept-people")
    assert {name: place.read(name) for name in place.names() if name.startswith("part-")} == right


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_bits(tmp_path, right):
    distributed = pytest.importorskip("distributed", reason="NOT TESTED: clusters need the extra rewire[cluster]")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        keep(tmp_path / "kept", cluster=cluster.scheduler_address)
    assert parts(tmp_path / "kept") == right
