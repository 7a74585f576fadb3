"""The queue of studies: fair, cancellable, bounded in time and size."""

from __future__ import annotations

import threading
import time

import pytest

pytest.importorskip("fastapi")

from rewire.app.service.limits import LimitError, Limits, check_size
from rewire.app.service.queue import Job, Queue, UnknownJobError


def job(client, work=lambda _: "made", lane="short"):
    return Job(client, "", work, lane)


def test_clients_take_turns():
    queue, order, gate = Queue(Limits()), [], threading.Event()
    first = queue.add(job("greedy", lambda _: gate.wait(5)))
    while first.state != "running":
        time.sleep(0.01)
    jobs = [queue.add(job("greedy", lambda _: order.append("greedy"))) for _ in range(4)]
    jobs.append(queue.add(job("modest", lambda _: order.append("modest"))))
    assert queue.place(jobs[-1]) == 0
    gate.set()
    assert all(one.finished.wait(5) for one in jobs)
    assert order[0] == "modest"


def test_short_work_does_not_wait_behind_long_work():
    queue, gate = Queue(Limits()), threading.Event()
    queue.add(job("one", lambda _: gate.wait(5), "long"))
    quick = queue.add(job("one"))
    assert quick.finished.wait(2)
    gate.set()


def test_a_client_may_not_fill_the_queue():
    queue, gate = Queue(Limits(most_waiting=2)), threading.Event()
    for _ in range(2):
        queue.add(job("one", lambda _: gate.wait(5)))
    with pytest.raises(LimitError, match="waiting or running"):
        queue.add(job("one"))
    queue.add(job("other"))
    gate.set()


def test_a_study_is_cancelled_while_it_runs_and_while_it_waits():
    queue, begun = Queue(Limits()), threading.Event()

    def endless(one: Job) -> None:
        begun.set()
        while True:
            one.report(1, 2)
            time.sleep(0.005)

    running, waiting = queue.add(job("one", endless)), queue.add(job("one"))
    assert begun.wait(5)
    queue.cancel(waiting)
    assert waiting.state == "cancelled"
    queue.cancel(running)
    assert running.finished.wait(5)
    assert running.state == "cancelled"


def test_a_study_is_stopped_when_its_time_is_over():
    queue = Queue(Limits(longest_seconds=0.05))

    def slow(one: Job) -> None:
        while True:
            one.report(1, 2)
            time.sleep(0.01)

    late = queue.add(job("one", slow))
    assert late.finished.wait(5)
    assert late.state == "failed"
    assert "too long" in str(late.error)


def test_a_fault_ends_one_study_and_not_the_queue():
    queue = Queue(Limits())
    broken = queue.add(job("one", lambda _: 1 / 0))
    assert broken.finished.wait(5)
    assert broken.state == "failed"
    assert queue.add(job("one")).finished.wait(5)


def test_results_are_private_and_old_ones_are_forgotten():
    queue = Queue(Limits(kept=2))
    done = []
    for _ in range(5):
        done.append(queue.add(job("one")))
        assert done[-1].finished.wait(5)
    with pytest.raises(UnknownJobError):
        queue.find(done[-1].number, "other")
    with pytest.raises(UnknownJobError):
        queue.find(done[0].number, "one")
    assert queue.find(done[-1].number, "one").result == "made"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ((5, 10, 1, 0), "plans"),
        ((1, 10**6, 1, 0), "people"),
        ((1, 10, 500, 0), "weeks"),
        ((1, 10, 1, 99), "draws"),
        ((4, 20_000, 104, 0), "person-weeks"),
    ],
)
def test_work_beyond_the_limits_is_refused(asked, words):
    with pytest.raises(LimitError, match=words):
        check_size(Limits(), *asked)
